//! EBS as data: its tables, and every text that a user reads about it.
//!
//! Facts are those of the EC2 API reference (2016-11-15) and user guide.

use super::{attention, bin, forms, schedules};
use crate::domain::{
    collection::{CollectionInfo, Column, Link, Member, RecoveryPoints, ServiceInfo, Show},
    row::{Cell, State, Tone},
};
use crate::services::id;

pub(super) const VOLUMES: &str = "volumes";
pub(super) const INSTANCES: &str = "instances";
pub(super) const SNAPSHOTS: &str = "snapshots";

/// Elastic Block Store.
pub static INFO: ServiceInfo = ServiceInfo {
    id: "ebs",
    title: "EBS",
    collections: &[
        CollectionInfo {
            id: VOLUMES,
            title: "Volumes",
            kind: "ebs_volume",
            noun: "volume",
            command: "volumes",
            about: "List the volumes, with how many snapshots each has",
            show: Some("show"),
            argument: "VOLUME",
            check_id: volume_id,
            parents: &[INSTANCES],
            root: true,
            attention: attention::of_volume,
            newest_point: Some("last_snapshot_time"),
            links: &[
                Link {
                    key: "attached_to",
                    collection: INSTANCES,
                },
                Link {
                    key: "snapshot_id",
                    collection: SNAPSHOTS,
                },
            ],
            columns: &[
                Column::fixed("id", "Volume ID", Show::Plain, 21, 0),
                Column::growing("name", "Name", 14),
                Column::fixed("size_gib", "GiB", Show::Plain, 5, 2),
                Column::fixed("volume_type", "Type", Show::Plain, 8, 4),
                Column::fixed("state", "State", Show::State, 11, 0),
                Column::fixed("attached_to", "Attached to", Show::Plain, 19, 5),
                Column::fixed("snapshot_count", "Snapshots", Show::Plain, 9, 3),
                Column::fixed("last_snapshot_time", "Newest", Show::Age, 6, 1),
                Column::fixed("availability_zone", "Zone", Show::Plain, 11, 6),
                Column::fixed("encrypted", "Encrypted", Show::Plain, 9, 7),
                Column::fixed("region", "Region", Show::Plain, 9, 8),
            ],
            members: &[
                Member::new("id", "Volume ID", Show::Plain),
                Member::new("name", "Name", Show::Plain),
                Member::new("state", "State", Show::State),
                Member::new("size_gib", "Size (GiB)", Show::Plain),
                Member::new("volume_type", "Type", Show::Plain),
                Member::new("iops", "IOPS", Show::Plain),
                Member::new("throughput_mib_s", "Throughput (MiB/s)", Show::Plain),
                Member::new("attached_to", "Attached to", Show::Plain),
                Member::new("devices", "Device", Show::Plain),
                Member::new("snapshot_count", "Snapshots", Show::Plain),
                Member::new(
                    "last_snapshot_time",
                    "Newest recovery point",
                    Show::MomentAndAge,
                ),
                Member::new("recovery_points", "Last 30 days", Show::Plain),
                Member::new("availability_zone", "Availability Zone", Show::Plain),
                Member::new("region", "Region", Show::Plain),
                Member::new("encrypted", "Encrypted", Show::Plain),
                Member::new("kms_key_id", "KMS key", Show::Plain),
                Member::new("snapshot_id", "Made from snapshot", Show::Plain),
                Member::new("create_time", "Created", Show::MomentAndAge),
                Member::new("multi_attach_enabled", "Multi-Attach", Show::Plain),
                Member::new("fast_restored", "Fast restored", Show::Plain),
                Member::new("outpost_arn", "Outpost", Show::Plain),
                Member::new("tags", "Tags", Show::Plain),
            ],
            ..CollectionInfo::PLAIN
        },
        CollectionInfo {
            id: INSTANCES,
            title: "Instances",
            kind: "ec2_instance",
            noun: "instance",
            command: "instances",
            about: "List the instances, with their volumes",
            show: Some("show"),
            argument: "INSTANCE",
            check_id: instance_id,
            root: true,
            links: &[
                Link {
                    key: "root_volume_id",
                    collection: VOLUMES,
                },
                Link {
                    key: "volumes",
                    collection: VOLUMES,
                },
            ],
            columns: &[
                Column::fixed("id", "Instance ID", Show::Plain, 19, 0),
                Column::growing("name", "Name", 16),
                Column::fixed("state", "State", Show::State, 15, 0),
                Column::fixed("instance_type", "Type", Show::Plain, 12, 2),
                Column::fixed("volume_count", "Volumes", Show::Plain, 7, 1),
                Column::fixed("volumes", "Volume IDs", Show::Plain, 21, 5),
                Column::fixed("availability_zone", "Zone", Show::Plain, 11, 3),
                Column::fixed("region", "Region", Show::Plain, 9, 4),
            ],
            members: &[
                Member::new("id", "Instance ID", Show::Plain),
                Member::new("name", "Name", Show::Plain),
                Member::new("state", "State", Show::State),
                Member::new("instance_type", "Type", Show::Plain),
                Member::new("root_volume_id", "Root volume", Show::Plain),
                Member::new("root_device_name", "Root device", Show::Plain),
                Member::new("volumes", "Volumes", Show::Plain),
                Member::new("availability_zone", "Availability Zone", Show::Plain),
                Member::new("region", "Region", Show::Plain),
                Member::new("image_id", "Image", Show::Plain),
                Member::new("launch_time", "Launched", Show::MomentAndAge),
                Member::new("private_dns_name", "Private DNS name", Show::Plain),
                Member::new("vpc_id", "VPC", Show::Plain),
                Member::new("subnet_id", "Subnet", Show::Plain),
                Member::new("tags", "Tags", Show::Plain),
            ],
            ..CollectionInfo::PLAIN
        },
        CollectionInfo {
            id: SNAPSHOTS,
            title: "EBS snapshots",
            kind: "ebs_snapshot",
            noun: "snapshot",
            command: "snapshots",
            about: "List the snapshots of a volume, of an instance's volumes, or of the account",
            show: Some("show"),
            argument: "SNAPSHOT",
            check_id: snapshot_id,
            parents: &[VOLUMES, INSTANCES],
            root: true,
            links: &[Link {
                key: "volume_id",
                collection: VOLUMES,
            }],
            attention: attention::of_snapshot,
            points: Some(RecoveryPoints {
                taken: "start_time",
                of: "volume_id",
                of_nothing: names_no_volume,
                automatic: |row| !matches!(row.cell("made_by"), Cell::Text(word) if &**word == "manual"),
                delete: forms::DELETE,
                ..RecoveryPoints::PLAIN
            }),
            columns: &[
                Column::fixed("id", "Snapshot ID", Show::Plain, 22, 0),
                Column::growing("name", "Name", 12),
                Column::fixed("state", "State", Show::State, 13, 0),
                Column::fixed("progress", "Done", Show::Plain, 4, 3),
                Column::fixed("start_time", "Age", Show::Age, 6, 0),
                Column::fixed("volume_size_gib", "GiB", Show::Plain, 5, 2),
                Column::fixed("volume_id", "Volume", Show::Plain, 21, 4),
                Column::fixed("storage_tier", "Tier", Show::Plain, 8, 5),
                Column::fixed("made_by", "Made by", Show::Plain, 10, 6),
                Column::fixed("encrypted", "Encrypted", Show::Plain, 9, 7),
                Column::fixed("region", "Region", Show::Plain, 9, 8),
            ],
            members: &[
                Member::new("id", "Snapshot ID", Show::Plain),
                Member::new("name", "Name", Show::Plain),
                Member::new("state", "State", Show::State),
                Member::new("progress", "Progress", Show::Plain),
                Member::new("state_message", "State message", Show::Plain),
                Member::new("description", "Description", Show::Plain),
                Member::new("volume_id", "Volume", Show::Plain),
                Member::new("volume_exists", "Volume exists", Show::Plain),
                Member::new("volume_size_gib", "Volume size (GiB)", Show::Plain),
                Member::new("start_time", "Started", Show::MomentAndAge),
                Member::new("completion_time", "Completed", Show::Moment),
                Member::new(
                    "completion_duration_minutes",
                    "Completion duration (min)",
                    Show::Plain,
                ),
                Member::new("made_by", "Made by", Show::Plain),
                Member::new("storage_tier", "Storage tier", Show::Plain),
                Member::new("restore_expiry_time", "Restored until", Show::Moment),
                Member::new("full_snapshot_size_bytes", "Full size (bytes)", Show::Plain),
                Member::new("transfer_type", "Transfer type", Show::Plain),
                Member::new("encrypted", "Encrypted", Show::Plain),
                Member::new("kms_key_id", "KMS key", Show::Plain),
                Member::new("data_encryption_key_id", "Data encryption key", Show::Plain),
                Member::new("sse_type", "Server-side encryption", Show::Plain),
                Member::new("lock_state", "Lock", Show::Plain),
                Member::new("lock_expires_on", "Locked until (UTC)", Show::Moment),
                Member::new(
                    "lock_cool_off_until",
                    "Lock can be lifted until (UTC)",
                    Show::Moment,
                ),
                Member::new(
                    "fast_snapshot_restore",
                    "Fast snapshot restore",
                    Show::Plain,
                ),
                Member::new("shared_with", "Shared with", Show::Plain),
                Member::new("images", "Images made of it", Show::Plain),
                Member::new("not_known", "Could not be found out", Show::Plain),
                Member::new("owner_id", "Owner", Show::Plain),
                Member::new("owner_alias", "Owner alias", Show::Plain),
                Member::new("availability_zone", "Local Zone", Show::Plain),
                Member::new("outpost_arn", "Outpost", Show::Plain),
                Member::new("region", "Region", Show::Plain),
                Member::new("tags", "Tags", Show::Plain),
            ],
            ..CollectionInfo::PLAIN
        },
        bin::COLLECTION,
        schedules::COLLECTION,
    ],
    actions: forms::ACTIONS,
};

/// A snapshot's state with how it should be taken.
pub(super) fn snapshot_state(word: &str) -> State {
    let tone = match word {
        "completed" => Tone::Good,
        "pending" | "recovering" => Tone::Busy,
        "recoverable" => Tone::Warning,
        "error" => Tone::Bad,
        _ => Tone::Neutral,
    };
    State::new(word, tone)
}

/// A volume's state with how it should be taken.
pub(super) fn volume_state(word: &str) -> State {
    let tone = match word {
        "available" | "in-use" => Tone::Good,
        "creating" | "deleting" => Tone::Busy,
        "error" => Tone::Bad,
        _ => Tone::Neutral,
    };
    State::new(word, tone)
}

/// An instance's state with how it should be taken.
pub(super) fn instance_state(word: &str) -> State {
    let tone = match word {
        "running" => Tone::Good,
        "pending" | "shutting-down" | "stopping" => Tone::Busy,
        _ => Tone::Neutral,
    };
    State::new(word, tone)
}

/// EC2's ids have 17 digits, or 8 where they are older than 2016.
const LENGTHS: &[usize] = &[17, 8];

/// Whether an id is what EC2 names as the volume of a copied snapshot, which has none: `vol-ffffffff`,
/// or `vol-ffff`. All copies have it, whatever they are copies of.
pub(super) fn names_no_volume(text: &str) -> bool {
    text.strip_prefix("vol-")
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b == b'f'))
}

pub(super) fn volume_id(text: &str) -> Result<(), String> {
    if names_no_volume(text) {
        return Err(format!(
            "'{text}' is no volume: EC2 names it where a snapshot is a copy of another"
        ));
    }
    id::check("vol-", LENGTHS, "volume", "vol-0123456789abcdef0", text)
}

pub(super) fn instance_id(text: &str) -> Result<(), String> {
    id::check("i-", LENGTHS, "instance", "i-0123456789abcdef0", text)
}

pub(super) fn snapshot_id(text: &str) -> Result<(), String> {
    id::check("snap-", LENGTHS, "snapshot", "snap-0123456789abcdef0", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_checked_by_their_prefix_and_length() {
        assert!(
            volume_id("vol-0123456789abcdef0").is_ok()
                && snapshot_id("snap-12345678").is_ok()
                && instance_id("i-0123456789abcdef0").is_ok()
        );
        for of_copies in ["vol-ffffffff", "vol-ffff"] {
            assert!(volume_id(of_copies).unwrap_err().contains("is no volume"));
        }
        for bad in [
            "",
            "vol-",
            "vol-0123",
            "vol-0123456789ABCDEF0",
            "snap-0123456789abcdef0",
            "vol-0123456789abcdef00",
        ] {
            assert!(
                volume_id(bad).unwrap_err().contains(&format!("'{bad}'")),
                "{bad}"
            );
        }
    }

    #[test]
    fn every_owner_is_a_collection_that_exists() {
        for collection in INFO.collections {
            assert!(
                collection
                    .parents
                    .iter()
                    .all(|parent| INFO.collection(parent).is_some()),
                "{}",
                collection.id
            );
        }
    }
}
