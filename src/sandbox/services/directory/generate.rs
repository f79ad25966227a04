//! Directories for load: as many as hold the wanted number of snapshots.
//!
//! Invariants: deterministic by the seed; every generated directory is Active and every manual
//! snapshot Completed and young enough to be restored.

use jiff::SignedDuration;

use super::seed::{DirectorySeed, Facts, SnapshotSeed};
use super::store::Scale;
use super::vocabulary::{
    DirectoryType, Edition, OsVersion, Size, SnapshotStatus, SnapshotType, Stage,
};
use crate::sandbox::ids::{Ids, Purpose};

const MANUAL: usize = 5;
const AUTOMATIC: usize = 7;
const LAUNCHED: SignedDuration = SignedDuration::from_hours(24 * 400);
/// The oldest manual snapshot, in minutes: 170 days.
const OLDEST: u64 = 170 * 24 * 60;

/// Directories with `scale.snapshots` snapshots in all.
pub(super) fn directories(ids: Ids, scale: Scale<'_>) -> Vec<DirectorySeed> {
    let mut rest = scale.snapshots;
    let mut directories = Vec::new();
    while rest > 0 {
        let manual = rest.min(MANUAL);
        let automatic = (rest - manual).min(AUTOMATIC);
        rest -= manual + automatic;
        directories.push(directory(
            ids,
            directories.len(),
            scale.region,
            manual,
            automatic,
        ));
    }
    directories
}

fn directory(
    ids: Ids,
    number: usize,
    region: &str,
    manual: usize,
    automatic: usize,
) -> DirectorySeed {
    let managed = number.is_multiple_of(2);
    let facts = Facts {
        name: format!("team-{:05}.example.com", number + 1),
        short_name: Some(format!("TEAM{:05}", number + 1)),
        kind: if managed {
            DirectoryType::MicrosoftAd
        } else {
            DirectoryType::SimpleAd
        },
        edition: managed.then_some(Edition::Standard),
        size: (!managed).then_some(Size::Small),
        region: region.to_owned(),
        additional_regions: Vec::new(),
        description: None,
        alias: None,
        os_version: managed.then_some(OsVersion::Server2019),
        domain_controllers: managed.then_some(2),
        dns: Vec::new(),
        vpc: None,
        subnets: Vec::new(),
        security_group: None,
        customer_user: None,
        share: None,
    };
    let snapshots = (0..manual)
        .map(|place| {
            let minutes = ids.arbitrary(Purpose::Age, (number * MANUAL + place) as u64) % OLDEST;
            SnapshotSeed {
                id: None,
                name: Some(format!("release-{:05}-{}", number + 1, place + 1)),
                kind: SnapshotType::Manual,
                status: SnapshotStatus::Completed,
                age: SignedDuration::from_mins(minutes.cast_signed() + 60),
            }
        })
        .collect();
    DirectorySeed {
        id: None,
        facts,
        launched: LAUNCHED,
        stage: Stage::Active,
        stage_reason: None,
        stage_age: None,
        auto_snapshots: u32::try_from(automatic).unwrap_or_default(),
        snapshots,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_snapshots_is_exact() {
        for snapshots in [0, 1, 5, 6, 12, 13, 250] {
            let scale = Scale {
                snapshots,
                region: "us-east-1",
            };
            let total: usize = directories(Ids::new(1), scale)
                .iter()
                .map(|seed| seed.snapshots.len() + seed.auto_snapshots as usize)
                .sum();
            assert_eq!(total, snapshots);
        }
    }
}
