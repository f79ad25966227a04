//! The `[[snapshots]]` of a scenario.
//!
//! Invariants: a snapshot of a volume in the scenario has the volume's size, Region and key unless
//! it says otherwise; one of a volume that is gone says its size.

use std::collections::HashSet;

use super::age;
use super::ec2::{Volumes, id, key, required_id, tags, twice};
use super::reader::{self, Table};
use super::{ScenarioError, account, region, word};
use crate::sandbox::services::ec2::{
    LockMode, LockSeed, SnapshotSeed, SnapshotState, VolumeId, is_zone,
};
use crate::sandbox::word::Word as _;

const KEYS: [&str; 20] = [
    "id",
    "name",
    "volume",
    "copy",
    "size",
    "region",
    "owner",
    "owner_alias",
    "state",
    "age",
    "description",
    "encrypted",
    "kms_key",
    "public",
    "shared_with",
    "lock",
    "archived",
    "recycled",
    "fast_restore",
    "tags",
];
const LOCK_KEYS: [&str; 4] = ["mode", "days", "age", "cool_off_hours"];

/// What a snapshot takes over from its volume.
pub(super) struct Of {
    pub(super) size: u32,
    pub(super) region: String,
    pub(super) key: Option<String>,
}

pub(super) fn read(
    top: &Table<'_>,
    default_region: &str,
    volumes: &Volumes,
) -> Result<Vec<SnapshotSeed>, ScenarioError> {
    let mut taken = HashSet::new();
    top.tables("snapshots", &KEYS)?
        .iter()
        .map(|table| {
            let seed = snapshot(table, default_region, volumes)?;
            if !taken.insert(seed.id) {
                return Err(twice(table, &seed.id.to_string()));
            }
            check(table, &seed)?;
            Ok(seed)
        })
        .collect()
}

fn snapshot(
    table: &Table<'_>,
    default_region: &str,
    volumes: &Volumes,
) -> Result<SnapshotSeed, ScenarioError> {
    let volume = volume(table)?;
    let of = volume.and_then(|volume| volumes.get(&volume));
    let size = reader::small(table, "size", 1, 65_536)?.or_else(|| of.map(|of| of.size));
    let place = table
        .parsed("region", region)?
        .or_else(|| of.map(|of| of.region.clone()));
    let own_key = key(table)?;
    let age = table.parsed("age", age::parse)?;
    Ok(SnapshotSeed {
        id: required_id(table)?,
        region: place.unwrap_or_else(|| default_region.to_owned()),
        owner: table.parsed("owner", account)?,
        owner_alias: table.owned("owner_alias")?,
        volume,
        size: table.required("size", size, "8, as the volume is not in the scenario")?,
        key: own_key.or_else(|| of.and_then(|of| of.key.clone())),
        state: word(table, "state")?.unwrap_or(SnapshotState::Completed),
        age: table.required("age", age, "\"3d\"")?,
        description: table.owned("description")?.unwrap_or_default(),
        tags: tags(table, table.string("name")?)?,
        public: table.boolean("public")?.unwrap_or_default(),
        shared_with: table
            .strings("shared_with")?
            .into_iter()
            .map(|text| account(text).map_err(|problem| table.error("shared_with", problem)))
            .collect::<Result<_, _>>()?,
        lock: table
            .table("lock", &LOCK_KEYS)?
            .map(|table| lock(&table))
            .transpose()?,
        archived: table.parsed("archived", age::parse)?,
        binned: table.parsed("recycled", age::parse)?,
        fast_restores: table
            .strings("fast_restore")?
            .into_iter()
            .map(str::to_owned)
            .collect(),
    })
}

/// The volume that it is of; none for a copy.
fn volume(table: &Table<'_>) -> Result<Option<VolumeId>, ScenarioError> {
    let copy = table.boolean("copy")?.unwrap_or_default();
    match (table.parsed("volume", id)?, copy) {
        (Some(_), true) => Err(table.error("copy", "a copy names no volume")),
        (None, false) => Err(table.error(
            "volume",
            "it is missing; write such as \"vol-0a1b2c3d4e5f60718\"",
        )),
        (volume, _) => Ok(volume),
    }
}

fn lock(table: &Table<'_>) -> Result<LockSeed, ScenarioError> {
    let mode = word(table, "mode")?;
    let days = reader::small(table, "days", 1, 36_500)?;
    let mode = table.required("mode", mode, "\"governance\"")?;
    let cool_off = reader::small(table, "cool_off_hours", 1, 72)?;
    if cool_off.is_some() && mode != LockMode::Compliance {
        return Err(table.error("cool_off_hours", "it belongs to mode compliance"));
    }
    Ok(LockSeed {
        mode,
        age: table.parsed("age", age::parse)?.unwrap_or_default(),
        days: table.required("days", days, "30")?,
        cool_off,
    })
}

fn check(table: &Table<'_>, seed: &SnapshotSeed) -> Result<(), ScenarioError> {
    if seed.state != SnapshotState::Completed {
        for (key, is_said) in [
            ("archived", seed.archived.is_some()),
            ("recycled", seed.binned.is_some()),
            ("fast_restore", !seed.fast_restores.is_empty()),
        ] {
            if is_said {
                let problem = format!("a snapshot that is {} has none", seed.state.name());
                return Err(table.error(key, problem));
            }
        }
    }
    for (key, age) in [("archived", seed.archived), ("recycled", seed.binned)] {
        if age.is_some_and(|age| age > seed.age) {
            return Err(table.error(key, "it is longer ago than the snapshot; see age"));
        }
    }
    if seed.public && seed.key.is_some() {
        return Err(table.error("public", "an encrypted snapshot is never public"));
    }
    if let Some(zone) = seed
        .fast_restores
        .iter()
        .find(|zone| !is_zone(&seed.region, zone))
    {
        let problem = format!("\"{zone}\" is not an Availability Zone of {}", seed.region);
        return Err(table.error("fast_restore", problem));
    }
    Ok(())
}
