//! SDK types as rows. Pure; the only code that knows the shape of EC2's answers.

use std::collections::HashMap;

use aws_sdk_ec2::types::{Instance, InstanceBlockDeviceMapping, Snapshot, Tag, Volume};
use jiff::Timestamp;

use super::describe;
use crate::{
    domain::{
        place::Place,
        row::{Cell, Row, State},
    },
    services::convert::{Cells, list, moment, text},
};

/// What the snapshots of a volume add up to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Tally {
    /// All of them.
    pub(super) count: i64,
    /// When the newest completed one was started.
    pub(super) newest: Option<Timestamp>,
    /// When each completed one was started.
    pub(super) good: Vec<Timestamp>,
}

/// Adds snapshots to what has been counted.
pub(super) fn count(tallies: &mut HashMap<String, Tally>, snapshots: &[Row]) {
    for row in snapshots {
        let Cell::Text(volume) = row.cell("volume_id") else {
            continue;
        };
        let tally = tallies.entry(volume.to_string()).or_default();
        tally.count += 1;
        if let (Cell::Time(at), "completed") = (row.cell("start_time"), row.state.word.as_str()) {
            tally.newest = tally.newest.max(Some(*at));
            tally.good.push(*at);
        }
    }
}

/// The `Name` tag, which is what people call a resource.
pub(super) fn name(tags: &[Tag]) -> Option<String> {
    tags.iter()
        .find(|tag| tag.key() == Some("Name"))
        .and_then(|tag| tag.value())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
}

fn tags(tags: &[Tag]) -> Cell {
    let pair = |tag: &Tag| {
        (
            tag.key().unwrap_or_default().into(),
            tag.value().unwrap_or_default().into(),
        )
    };
    Cell::Tags(tags.iter().map(pair).collect())
}

/// Who made a snapshot, by the tags that the services leave on theirs.
fn made_by(tags: &[Tag]) -> &'static str {
    let has = |key: &str| tags.iter().any(|tag| tag.key() == Some(key));
    if has("aws:backup:source-resource") {
        "AWS Backup"
    } else if has("aws:dlm:lifecycle-policy-id") || has("dlm:managed") {
        "automatic"
    } else {
        "manual"
    }
}

pub(super) fn row(
    id: Option<&str>,
    name: Option<String>,
    state: State,
    place: &Place,
    cells: Cells,
) -> Row {
    Row {
        id: id.unwrap_or_default().to_owned(),
        name,
        state,
        region: place.region.clone(),
        account: place.account.clone(),
        cells,
    }
}

/// A snapshot as a row.
pub(super) fn snapshot(s: &Snapshot, place: &Place) -> Row {
    let state = s.state().map_or("", |state| state.as_str());
    let cells = vec![
        ("snapshot_id", text(s.snapshot_id())),
        ("volume_id", text(s.volume_id())),
        ("volume_size_gib", s.volume_size().map(i64::from).into()),
        ("start_time", s.start_time().and_then(moment).into()),
        ("progress", text(s.progress())),
        ("state_message", text(s.state_message())),
        ("description", text(s.description())),
        ("encrypted", s.encrypted().into()),
        ("kms_key_id", text(s.kms_key_id())),
        ("data_encryption_key_id", text(s.data_encryption_key_id())),
        ("owner_id", text(s.owner_id())),
        ("owner_alias", text(s.owner_alias())),
        (
            "storage_tier",
            text(s.storage_tier().map(|tier| tier.as_str())),
        ),
        (
            "restore_expiry_time",
            s.restore_expiry_time().and_then(moment).into(),
        ),
        (
            "full_snapshot_size_bytes",
            s.full_snapshot_size_in_bytes().into(),
        ),
        (
            "completion_time",
            s.completion_time().and_then(moment).into(),
        ),
        (
            "completion_duration_minutes",
            s.completion_duration_minutes().map(i64::from).into(),
        ),
        (
            "transfer_type",
            text(s.transfer_type().map(|kind| kind.as_str())),
        ),
        ("sse_type", text(s.sse_type().map(|kind| kind.as_str()))),
        ("availability_zone", text(s.availability_zone())),
        ("outpost_arn", text(s.outpost_arn())),
        ("made_by", made_by(s.tags()).into()),
        ("tags", tags(s.tags())),
    ];
    row(
        s.snapshot_id(),
        name(s.tags()),
        describe::snapshot_state(state),
        place,
        cells,
    )
}

/// A volume as a row. `tally` is `None` until its snapshots have been counted.
pub(super) fn volume(v: &Volume, tally: Option<&Tally>, place: &Place) -> Row {
    let state = v.state().map_or("", |state| state.as_str());
    let attached: Vec<String> = v
        .attachments()
        .iter()
        .filter_map(|a| a.instance_id())
        .map(str::to_owned)
        .collect();
    let devices: Vec<String> = v
        .attachments()
        .iter()
        .filter_map(|a| a.device())
        .map(str::to_owned)
        .collect();
    let (count, newest) = tally.map_or((Cell::Pending, Cell::Pending), |tally| {
        (tally.count.into(), tally.newest.into())
    });
    let cells = vec![
        ("volume_id", text(v.volume_id())),
        ("size_gib", v.size().map(i64::from).into()),
        (
            "volume_type",
            text(v.volume_type().map(|kind| kind.as_str())),
        ),
        ("iops", v.iops().map(i64::from).into()),
        ("throughput_mib_s", v.throughput().map(i64::from).into()),
        ("attached_to", list(Some(&attached))),
        ("devices", list(Some(&devices))),
        ("availability_zone", text(v.availability_zone())),
        ("encrypted", v.encrypted().into()),
        ("kms_key_id", text(v.kms_key_id())),
        ("snapshot_count", count),
        ("last_snapshot_time", newest),
        ("snapshot_id", text(v.snapshot_id())),
        ("create_time", v.create_time().and_then(moment).into()),
        ("multi_attach_enabled", v.multi_attach_enabled().into()),
        ("fast_restored", v.fast_restored().into()),
        ("outpost_arn", text(v.outpost_arn())),
        ("tags", tags(v.tags())),
    ];
    row(
        v.volume_id(),
        name(v.tags()),
        describe::volume_state(state),
        place,
        cells,
    )
}

/// The volume that an instance boots from.
pub(super) fn root_volume(i: &Instance) -> Option<String> {
    let root = |m: &&InstanceBlockDeviceMapping| {
        m.device_name().is_some() && m.device_name() == i.root_device_name()
    };
    i.block_device_mappings()
        .iter()
        .find(root)
        .and_then(volume_of)
}

fn volume_of(mapping: &InstanceBlockDeviceMapping) -> Option<String> {
    mapping
        .ebs()
        .and_then(|ebs| ebs.volume_id())
        .map(str::to_owned)
}

/// An instance as a row.
pub(super) fn instance(i: &Instance, place: &Place) -> Row {
    let state = i
        .state()
        .and_then(|state| state.name())
        .map_or("", |name| name.as_str());
    let volumes: Vec<String> = i
        .block_device_mappings()
        .iter()
        .filter_map(volume_of)
        .collect();
    let cells = vec![
        ("instance_id", text(i.instance_id())),
        (
            "instance_type",
            text(i.instance_type().map(|kind| kind.as_str())),
        ),
        ("volumes", list(Some(&volumes))),
        ("volume_count", i64::try_from(volumes.len()).ok().into()),
        ("root_volume_id", root_volume(i).into()),
        ("root_device_name", text(i.root_device_name())),
        (
            "availability_zone",
            text(i.placement().and_then(|p| p.availability_zone())),
        ),
        ("image_id", text(i.image_id())),
        ("launch_time", i.launch_time().and_then(moment).into()),
        ("private_dns_name", text(i.private_dns_name())),
        ("vpc_id", text(i.vpc_id())),
        ("subnet_id", text(i.subnet_id())),
        ("tags", tags(i.tags())),
    ];
    row(
        i.instance_id(),
        name(i.tags()),
        describe::instance_state(state),
        place,
        cells,
    )
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::SnapshotState;
    use aws_smithy_types::DateTime;

    use super::*;
    use crate::domain::{
        place::{Account, Region},
        row::Tone,
    };

    fn place() -> Place {
        Place {
            profile: None,
            account: Account::new("123456789012"),
            region: Region::parse("us-east-1").unwrap(),
            endpoint: None,
            endpoints: std::collections::BTreeMap::default(),
        }
    }

    fn taken(volume: &str, state: SnapshotState, at: i64) -> Row {
        snapshot(
            &Snapshot::builder()
                .snapshot_id("snap-1")
                .volume_id(volume)
                .state(state)
                .start_time(DateTime::from_secs(at))
                .build(),
            &place(),
        )
    }

    #[test]
    fn every_snapshot_counts_and_only_completed_ones_are_recovery_points() {
        let mut tallies = HashMap::new();
        count(
            &mut tallies,
            &[
                taken("vol-1", SnapshotState::Completed, 100),
                taken("vol-1", SnapshotState::Pending, 300),
            ],
        );
        count(
            &mut tallies,
            &[
                taken("vol-1", SnapshotState::Completed, 200),
                taken("vol-2", SnapshotState::Error, 400),
            ],
        );
        assert_eq!(
            tallies["vol-1"],
            Tally {
                count: 3,
                newest: Some(Timestamp::from_second(200).unwrap()),
                good: [100, 200]
                    .map(|at| Timestamp::from_second(at).unwrap())
                    .to_vec(),
            }
        );
        assert_eq!(
            tallies["vol-2"],
            Tally {
                count: 1,
                newest: None,
                good: Vec::new(),
            }
        );
    }

    #[test]
    fn empty_and_absent_are_the_same_and_the_name_is_the_tag() {
        let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build();
        let s = Snapshot::builder()
            .snapshot_id("snap-1")
            .progress("")
            .description("")
            .tags(tag("Owner", "alice"))
            .tags(tag("Name", "web"))
            .build();
        let row = snapshot(&s, &place());
        assert_eq!(
            (row.cell("progress"), row.cell("description")),
            (&Cell::Absent, &Cell::Absent)
        );
        assert_eq!(row.name.as_deref(), Some("web"));
        assert_eq!(
            serde_json::to_value(row.cell("tags")).unwrap(),
            serde_json::json!({ "Owner": "alice", "Name": "web" })
        );
    }

    #[test]
    fn a_state_that_this_version_does_not_know_is_kept_as_text() {
        let row = taken("vol-1", SnapshotState::from("hibernating"), 1);
        assert_eq!(
            (row.state.word.as_str(), row.state.tone),
            ("hibernating", Tone::Neutral)
        );
    }

    #[test]
    fn who_made_a_snapshot_is_told_by_its_tags() {
        let tagged = |key: &str| made_by(&[Tag::builder().key(key).value("x").build()]);
        assert_eq!(
            [
                tagged("aws:backup:source-resource"),
                tagged("aws:dlm:lifecycle-policy-id"),
                tagged("dlm:managed"),
                tagged("Name")
            ],
            ["AWS Backup", "automatic", "automatic", "manual"]
        );
    }
}
