//! EC2's part of a scenario: `[[instances]]`, `[[volumes]]`, `[[images]]`, `[[snapshots]]`,
//! `[recycle_bin]`.
//!
//! Invariants: what AWS would not show together is refused here (an attachment in another zone, an
//! archived snapshot that is pending), so that the service need not ask again.

use std::collections::HashMap;

use jiff::SignedDuration;

use super::age;
use super::reader::{self, Table};
use super::{ScenarioError, account, region, snapshots, word};
use crate::sandbox::services::ec2::{
    AttachmentSeed, BinRule, Id, ImageSeed, InstanceId, InstanceSeed, InstanceState, Kind,
    MOST_TAGS, Place, Seeds, Tags, VolumeId, VolumeSeed, VolumeState, VolumeType, is_zone,
};
use crate::sandbox::word::Word as _;

const INSTANCE_KEYS: [&str; 10] = [
    "id",
    "name",
    "zone",
    "type",
    "state",
    "image",
    "root_device",
    "hibernation",
    "age",
    "tags",
];
const VOLUME_KEYS: [&str; 15] = [
    "id",
    "name",
    "zone",
    "type",
    "size",
    "iops",
    "throughput",
    "encrypted",
    "kms_key",
    "snapshot",
    "multi_attach",
    "state",
    "age",
    "attached",
    "tags",
];
const ATTACHED_KEYS: [&str; 3] = ["instance", "device", "delete_on_termination"];
const IMAGE_KEYS: [&str; 10] = [
    "id",
    "name",
    "region",
    "owner",
    "owner_alias",
    "description",
    "public",
    "age",
    "snapshots",
    "tags",
];
const BIN_KEYS: [&str; 2] = ["retain", "exclude_tags"];

/// How old things are that do not say.
const AGE: SignedDuration = SignedDuration::from_hours(180 * 24);
const BIN_RETAINS: SignedDuration = SignedDuration::from_hours(7 * 24);

pub(super) fn read(top: &Table<'_>, default_region: &str) -> Result<Seeds, ScenarioError> {
    let mut seeds = Seeds {
        lag: top
            .parsed("eventual_consistency", age::parse)?
            .unwrap_or_default(),
        bin: top
            .table("recycle_bin", &BIN_KEYS)?
            .map(|table| bin(&table))
            .transpose()?,
        ..Seeds::default()
    };
    let default_zone = format!("{default_region}a");
    let mut instances = HashMap::new();
    for table in &top.tables("instances", &INSTANCE_KEYS)? {
        let seed = instance(table, &default_zone)?;
        if instances.insert(seed.id, seed.zone.zone.clone()).is_some() {
            return Err(twice(table, &seed.id.to_string()));
        }
        seeds.instances.push(seed);
    }
    let mut volumes = HashMap::new();
    for table in &top.tables("volumes", &VOLUME_KEYS)? {
        let seed = volume(table, &default_zone, &instances)?;
        let facts = snapshots::Of {
            size: seed.size,
            region: seed.zone.region.clone(),
            key: seed.key.clone(),
        };
        if volumes.insert(seed.id, facts).is_some() {
            return Err(twice(table, &seed.id.to_string()));
        }
        seeds.volumes.push(seed);
    }
    seeds.snapshots = snapshots::read(top, default_region, &volumes)?;
    let known: HashMap<_, _> = seeds
        .snapshots
        .iter()
        .map(|seed| (seed.id, seed.region.clone()))
        .collect();
    for table in &top.tables("images", &IMAGE_KEYS)? {
        let seed = image(table, default_region)?;
        for snapshot in &seed.snapshots {
            if known.get(snapshot) != Some(&seed.region) {
                let problem = format!(
                    "there is no {snapshot} in {} among [[snapshots]]",
                    seed.region
                );
                return Err(table.error("snapshots", problem));
            }
        }
        seeds.images.push(seed);
    }
    Ok(seeds)
}

pub(super) fn twice(table: &Table<'_>, id: &str) -> ScenarioError {
    table.error("id", format!("{id} is there already"))
}

/// The id of a resource of one kind.
pub(super) fn id<K: Kind>(text: &str) -> Result<Id<K>, String> {
    Id::parse(text).ok_or_else(|| {
        format!(
            "\"{text}\" is not an id; write {}- and 17 hexadecimal digits, such as \
             \"{0}-0a1b2c3d4e5f60718\"",
            K::PREFIX
        )
    })
}

pub(super) fn required_id<K: Kind>(table: &Table<'_>) -> Result<Id<K>, ScenarioError> {
    let example = format!("\"{}-0a1b2c3d4e5f60718\"", K::PREFIX);
    table.required("id", table.parsed("id", id::<K>)?, &example)
}

/// The tags, with `name` as the tag Name.
pub(super) fn tags(table: &Table<'_>, name: Option<&str>) -> Result<Tags, ScenarioError> {
    let mut tags = Vec::new();
    tags.extend(name.map(|name| ("Name".to_owned(), name.to_owned())));
    tags.extend(table.texts("tags")?);
    let tags = Tags::new(tags);
    let count = tags.of_users().iter().count();
    if count > MOST_TAGS {
        let problem = format!("there are {count}; a resource has at most {MOST_TAGS}");
        return Err(table.error("tags", problem));
    }
    Ok(tags)
}

/// The key of something encrypted: as named, or empty for the AWS managed one.
pub(super) fn key(table: &Table<'_>) -> Result<Option<String>, ScenarioError> {
    let named = table.owned("kms_key")?;
    match table.boolean("encrypted")? {
        Some(false) if named.is_some() => {
            Err(table.error("kms_key", "what is not encrypted has no key"))
        }
        Some(true) => Ok(Some(named.unwrap_or_default())),
        _ => Ok(named),
    }
}

fn zone(table: &Table<'_>, default: &str) -> Result<Place, ScenarioError> {
    let parse = |text: &str| {
        let name = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
        match region(name) {
            Ok(region) if is_zone(&region, text) => Ok(Place {
                region,
                zone: text.to_owned(),
            }),
            _ => Err(format!(
                "\"{text}\" is not an Availability Zone; write such as \"{default}\""
            )),
        }
    };
    match table.parsed("zone", parse)? {
        Some(place) => Ok(place),
        None => parse(default).map_err(|problem| table.error("zone", problem)),
    }
}

fn bin(table: &Table<'_>) -> Result<BinRule, ScenarioError> {
    Ok(BinRule {
        keeps: table.parsed("retain", age::parse)?.unwrap_or(BIN_RETAINS),
        excludes: Tags::new(table.texts("exclude_tags")?),
    })
}

fn instance(table: &Table<'_>, default_zone: &str) -> Result<InstanceSeed, ScenarioError> {
    Ok(InstanceSeed {
        id: required_id(table)?,
        zone: zone(table, default_zone)?,
        kind: table
            .owned("type")?
            .unwrap_or_else(|| "m7i.large".to_owned()),
        state: word(table, "state")?.unwrap_or(InstanceState::Running),
        image: table.parsed("image", id)?,
        root_device: table
            .owned("root_device")?
            .unwrap_or_else(|| "/dev/xvda".to_owned()),
        hibernates: table.boolean("hibernation")?.unwrap_or_default(),
        age: table.parsed("age", age::parse)?.unwrap_or(AGE),
        tags: tags(table, table.string("name")?)?,
    })
}

fn volume(
    table: &Table<'_>,
    default_zone: &str,
    instances: &HashMap<InstanceId, String>,
) -> Result<VolumeSeed, ScenarioError> {
    let kind = word(table, "type")?.unwrap_or(VolumeType::Gp3);
    let size = reader::small(table, "size", 1, 65_536)?;
    let seed = VolumeSeed {
        id: required_id(table)?,
        zone: zone(table, default_zone)?,
        kind,
        size: table.required("size", size, "8")?,
        iops: reader::small(table, "iops", 100, 256_000)?,
        throughput: reader::small(table, "throughput", 125, 2_000)?,
        key: key(table)?,
        snapshot: table.parsed("snapshot", id)?,
        multi_attach: table.boolean("multi_attach")?.unwrap_or_default(),
        state: word(table, "state")?.unwrap_or(VolumeState::Available),
        age: table.parsed("age", age::parse)?.unwrap_or(AGE),
        tags: tags(table, table.string("name")?)?,
        attachments: attachments(table)?,
    };
    for attachment in &seed.attachments {
        match instances.get(&attachment.instance) {
            Some(zone) if *zone == seed.zone.zone => {}
            Some(zone) => {
                let problem = format!("{} is in {zone}, the volume is not", attachment.instance);
                return Err(table.error("attached", problem));
            }
            None => {
                let problem = format!("there is no {} among [[instances]]", attachment.instance);
                return Err(table.error("attached", problem));
            }
        }
    }
    if seed.attachments.len() > 1 && !seed.multi_attach {
        return Err(table.error("attached", "only a volume with multi_attach has several"));
    }
    let is_attached = !seed.attachments.is_empty();
    match seed.state {
        VolumeState::Deleted => Err(table.error("state", "a volume that is deleted is not there")),
        VolumeState::InUse if !is_attached => Err(table.error(
            "state",
            "a volume is in-use by being attached; see attached",
        )),
        VolumeState::Creating | VolumeState::Deleting | VolumeState::Error if is_attached => {
            let problem = format!("a volume that is {} is not attached", seed.state.name());
            Err(table.error("attached", problem))
        }
        _ => Ok(seed),
    }
}

fn attachments(volume: &Table<'_>) -> Result<Vec<AttachmentSeed>, ScenarioError> {
    volume
        .tables("attached", &ATTACHED_KEYS)?
        .iter()
        .map(|table| {
            let instance = table.parsed("instance", id)?;
            let device = table.owned("device")?;
            Ok(AttachmentSeed {
                instance: table.required("instance", instance, "\"i-0a1b2c3d4e5f60718\"")?,
                device: table.required("device", device, "\"/dev/sdf\"")?,
                delete_on_termination: table.boolean("delete_on_termination")?.unwrap_or_default(),
            })
        })
        .collect()
}

fn image(table: &Table<'_>, default_region: &str) -> Result<ImageSeed, ScenarioError> {
    let name = table.owned("name")?;
    let place = table.parsed("region", region)?;
    let ids = table.strings("snapshots")?;
    let snapshots = ids
        .into_iter()
        .map(|text| id(text).map_err(|problem| table.error("snapshots", problem)))
        .collect::<Result<_, _>>()?;
    Ok(ImageSeed {
        id: required_id(table)?,
        region: place.unwrap_or_else(|| default_region.to_owned()),
        owner: table.parsed("owner", account)?,
        owner_alias: table.owned("owner_alias")?,
        name: table.required("name", name, "\"web-2026-01\"")?,
        description: table.owned("description")?.unwrap_or_default(),
        public: table.boolean("public")?.unwrap_or_default(),
        age: table.parsed("age", age::parse)?.unwrap_or(AGE),
        snapshots,
        tags: tags(table, None)?,
    })
}

/// What else a scenario says of volumes.
pub(super) type Volumes = HashMap<VolumeId, snapshots::Of>;

#[cfg(test)]
mod tests {
    use crate::sandbox::Scenario;

    const VOLUME: &str = "[[volumes]]\nid = \"vol-00000000000000001\"\nsize = 8\n";
    const SNAPSHOT: &str = "[[snapshots]]\nid = \"snap-00000000000000001\"\nage = \"3d\"\n";
    const OF: &str = "volume = \"vol-00000000000000001\"\nsize = 8\n";

    fn check(cases: &[(String, &str)]) {
        for (text, expected) in cases {
            let problem = Scenario::from_toml(text, "my.toml")
                .unwrap_err()
                .to_string();
            assert!(problem.contains(expected), "{text}: {problem}");
        }
    }

    fn volume(rest: &str) -> String {
        format!("{VOLUME}{rest}")
    }

    fn snapshot(rest: &str) -> String {
        format!("{SNAPSHOT}{OF}{rest}")
    }

    #[test]
    fn volumes_that_make_no_sense_are_refused() {
        let attached = "attached = [{ instance = \"i-00000000000000001\", device = \"/dev/sdf\" }]";
        check(&[
            (
                "[[volumes]]\nsize = 8".to_owned(),
                "volumes[1].id: it is missing",
            ),
            (
                "[[volumes]]\nid = \"vol-1\"".to_owned(),
                "write vol- and 17 hexadecimal",
            ),
            (volume(VOLUME), "vol-00000000000000001 is there already"),
            (
                volume("state = \"in-use\""),
                "a volume is in-use by being attached",
            ),
            (
                volume("zone = \"us-east-1z\""),
                "is not an Availability Zone",
            ),
            (volume("state = \"deleted\""), "is not there"),
            (volume("encrypted = 1"), "it must be true or false"),
            (
                volume("encrypted = false\nkms_key = \"alias/x\""),
                "has no key",
            ),
            (volume(attached), "there is no i-00000000000000001 among"),
        ]);
    }

    #[test]
    fn snapshots_that_make_no_sense_are_refused() {
        let lock = "lock = { mode = \"governance\", days = 3, cool_off_hours = 1 }";
        check(&[
            (SNAPSHOT.to_owned(), "snapshots[1].volume: it is missing"),
            (
                format!("{SNAPSHOT}volume = \"vol-00000000000000001\""),
                "snapshots[1].size: it is missing",
            ),
            (
                snapshot("state = \"pending\"\nrecycled = \"1d\""),
                "a snapshot that is pending has none",
            ),
            (
                snapshot("archived = \"4d\""),
                "it is longer ago than the snapshot",
            ),
            (snapshot("encrypted = true\npublic = true"), "never public"),
            (snapshot(lock), "it belongs to mode compliance"),
        ]);
    }

    #[test]
    fn other_tables_that_make_no_sense_are_refused() {
        let image = "[[images]]\nid = \"ami-00000000000000001\"\nname = \"a\"\nsnapshots = \
                     [\"snap-00000000000000009\"]";
        check(&[
            (
                image.to_owned(),
                "there is no snap-00000000000000009 in us-east-1",
            ),
            (
                "[throttling]\nfactor = 0".to_owned(),
                "it must be finite and greater than 0",
            ),
            (
                "[[lifecycle_policies]]\nid = \"policy-1\"".to_owned(),
                "The request must contain TargetTags.",
            ),
            (
                "[recycle_bin]\nretian = \"2d\"".to_owned(),
                "did you mean \"retain\"?",
            ),
        ]);
    }
}
