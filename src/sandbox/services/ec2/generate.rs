//! Generated volumes and snapshots, for load.
//!
//! Invariants: exactly as many snapshots as asked for, all completed, [`A_VOLUME`] a volume at
//! most; the same seed generates the same ones.

use jiff::{SignedDuration, Timestamp};

use super::snapshot::Transfer;
use super::store::{Ebs, NewSnapshot};
use super::tags::Tags;
use super::vocabulary::VolumeType;
use super::volume::Volume;
use super::zones;
use crate::sandbox::clock::earlier;
use crate::sandbox::ids::Purpose;

/// How many snapshots a generated volume has.
const A_VOLUME: usize = 20;
const DAY: SignedDuration = SignedDuration::from_hours(24);
const TEAMS: usize = 17;

/// Adds volumes with `snapshots` snapshots between them.
pub(super) fn add(ebs: &mut Ebs, snapshots: usize, region: &str, now: Timestamp) {
    let zones = zones::names(region);
    for number in 0..snapshots.div_ceil(A_VOLUME) {
        let zone = zones.get(number % zones.len()).cloned().unwrap_or_default();
        let arbitrary = ebs.ids.arbitrary(Purpose::DataSize, number as u64);
        let size = u32::try_from(arbitrary % 500).unwrap_or_default() + 8;
        let tags = Tags::new(vec![
            ("Name".to_owned(), format!("host-{:05}", number + 1)),
            ("Owner".to_owned(), format!("team-{}", number % TEAMS + 1)),
        ]);
        let volume = volume(ebs, region, zone, size, tags.clone(), now);
        let id = volume.id;
        ebs.volumes.push(id, volume);
        let count = A_VOLUME.min(snapshots - number * A_VOLUME);
        for age in (1..=count).rev() {
            let minutes = i64::try_from(number % 1440).unwrap_or_default();
            let days = i32::try_from(age).unwrap_or_default();
            let age = DAY * days + SignedDuration::from_mins(minutes);
            let made = ebs.begin_snapshot(NewSnapshot {
                volume: id,
                started: earlier(now, age),
                description: format!("nightly copy of host-{:05}", number + 1),
                tags: tags.clone(),
                set: None,
            });
            // However large the volume is, it is completed.
            if let Some(snapshot) = made.and_then(|id| ebs.snapshots.get_mut(id)) {
                let Transfer { started, ends, .. } = snapshot.transfer;
                snapshot.transfer.ends = ends.min(now).max(started);
            }
        }
    }
}

fn volume(
    ebs: &mut Ebs,
    region: &str,
    zone: String,
    size: u32,
    tags: Tags,
    now: Timestamp,
) -> Volume {
    let id = ebs.new_volume_id();
    let created = earlier(now, DAY * 400);
    Volume {
        id,
        region: region.into(),
        zone,
        kind: VolumeType::Gp3,
        size,
        iops: VolumeType::Gp3.base_iops(size),
        throughput: Some(125),
        key: None,
        snapshot: None,
        multi_attach: false,
        fast_restored: false,
        initialization_rate: None,
        tags,
        created,
        ready: created,
        failed: None,
        deleting: None,
        deleted: None,
        attachments: Vec::new(),
        lineage: id,
    }
}
