//! EBS as data: its tables, and every text that a user reads about it.
//!
//! Facts are those of the EC2 API reference (2016-11-15) and user guide.

use super::forms;
use crate::domain::{
    collection::{CollectionInfo, Column, Member, ServiceInfo, Show},
    row::{State, Tone},
    text::harmless,
};

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
            none_because: None,
            columns: &[
                column("id", "Volume ID", Show::Plain, 21, 0),
                Column {
                    key: "name",
                    title: "Name",
                    show: Show::Plain,
                    width: 14,
                    grows: true,
                    drops: 0,
                },
                column("size_gib", "GiB", Show::Plain, 5, 2),
                column("volume_type", "Type", Show::Plain, 8, 4),
                column("state", "State", Show::State, 11, 0),
                column("attached_to", "Attached to", Show::Plain, 19, 5),
                column("snapshot_count", "Snapshots", Show::Plain, 9, 3),
                column("last_snapshot_time", "Newest", Show::Age, 6, 1),
                column("availability_zone", "Zone", Show::Plain, 11, 6),
                column("encrypted", "Encrypted", Show::Plain, 9, 7),
                column("region", "Region", Show::Plain, 9, 8),
            ],
            members: &[
                member("id", "Volume ID", Show::Plain),
                member("name", "Name", Show::Plain),
                member("state", "State", Show::State),
                member("size_gib", "Size (GiB)", Show::Plain),
                member("volume_type", "Type", Show::Plain),
                member("iops", "IOPS", Show::Plain),
                member("throughput_mib_s", "Throughput (MiB/s)", Show::Plain),
                member("attached_to", "Attached to", Show::Plain),
                member("devices", "Device", Show::Plain),
                member("snapshot_count", "Snapshots", Show::Plain),
                member(
                    "last_snapshot_time",
                    "Newest recovery point",
                    Show::MomentAndAge,
                ),
                member("availability_zone", "Availability Zone", Show::Plain),
                member("region", "Region", Show::Plain),
                member("encrypted", "Encrypted", Show::Plain),
                member("kms_key_id", "KMS key", Show::Plain),
                member("snapshot_id", "Made from snapshot", Show::Plain),
                member("create_time", "Created", Show::MomentAndAge),
                member("multi_attach_enabled", "Multi-Attach", Show::Plain),
                member("fast_restored", "Fast restored", Show::Plain),
                member("outpost_arn", "Outpost", Show::Plain),
                member("tags", "Tags", Show::Plain),
            ],
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
            parents: &[],
            root: true,
            none_because: None,
            columns: &[
                column("id", "Instance ID", Show::Plain, 19, 0),
                Column {
                    key: "name",
                    title: "Name",
                    show: Show::Plain,
                    width: 16,
                    grows: true,
                    drops: 0,
                },
                column("state", "State", Show::State, 15, 0),
                column("instance_type", "Type", Show::Plain, 12, 2),
                column("volume_count", "Volumes", Show::Plain, 7, 1),
                column("volumes", "Volume IDs", Show::Plain, 21, 5),
                column("availability_zone", "Zone", Show::Plain, 11, 3),
                column("region", "Region", Show::Plain, 9, 4),
            ],
            members: &[
                member("id", "Instance ID", Show::Plain),
                member("name", "Name", Show::Plain),
                member("state", "State", Show::State),
                member("instance_type", "Type", Show::Plain),
                member("root_volume_id", "Root volume", Show::Plain),
                member("root_device_name", "Root device", Show::Plain),
                member("volumes", "Volumes", Show::Plain),
                member("availability_zone", "Availability Zone", Show::Plain),
                member("region", "Region", Show::Plain),
                member("image_id", "Image", Show::Plain),
                member("launch_time", "Launched", Show::MomentAndAge),
                member("private_dns_name", "Private DNS name", Show::Plain),
                member("vpc_id", "VPC", Show::Plain),
                member("subnet_id", "Subnet", Show::Plain),
                member("tags", "Tags", Show::Plain),
            ],
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
            none_because: None,
            columns: &[
                column("id", "Snapshot ID", Show::Plain, 22, 0),
                Column {
                    key: "name",
                    title: "Name",
                    show: Show::Plain,
                    width: 12,
                    grows: true,
                    drops: 0,
                },
                column("state", "State", Show::State, 13, 0),
                column("progress", "Done", Show::Plain, 4, 3),
                column("start_time", "Age", Show::Age, 6, 0),
                column("volume_size_gib", "GiB", Show::Plain, 5, 2),
                column("volume_id", "Volume", Show::Plain, 21, 4),
                column("storage_tier", "Tier", Show::Plain, 8, 5),
                column("made_by", "Made by", Show::Plain, 10, 6),
                column("encrypted", "Encrypted", Show::Plain, 9, 7),
                column("region", "Region", Show::Plain, 9, 8),
            ],
            members: &[
                member("id", "Snapshot ID", Show::Plain),
                member("name", "Name", Show::Plain),
                member("state", "State", Show::State),
                member("progress", "Progress", Show::Plain),
                member("state_message", "State message", Show::Plain),
                member("description", "Description", Show::Plain),
                member("volume_id", "Volume", Show::Plain),
                member("volume_size_gib", "Volume size (GiB)", Show::Plain),
                member("start_time", "Started", Show::MomentAndAge),
                member("completion_time", "Completed", Show::Moment),
                member(
                    "completion_duration_minutes",
                    "Completion duration (min)",
                    Show::Plain,
                ),
                member("made_by", "Made by", Show::Plain),
                member("storage_tier", "Storage tier", Show::Plain),
                member("restore_expiry_time", "Restored until", Show::Moment),
                member("full_snapshot_size_bytes", "Full size (bytes)", Show::Plain),
                member("transfer_type", "Transfer type", Show::Plain),
                member("encrypted", "Encrypted", Show::Plain),
                member("kms_key_id", "KMS key", Show::Plain),
                member("data_encryption_key_id", "Data encryption key", Show::Plain),
                member("sse_type", "Server-side encryption", Show::Plain),
                member("owner_id", "Owner", Show::Plain),
                member("owner_alias", "Owner alias", Show::Plain),
                member("availability_zone", "Local Zone", Show::Plain),
                member("outpost_arn", "Outpost", Show::Plain),
                member("region", "Region", Show::Plain),
                member("tags", "Tags", Show::Plain),
            ],
        },
    ],
    actions: forms::ACTIONS,
};

const fn column(
    key: &'static str,
    title: &'static str,
    show: Show,
    width: u16,
    drops: u8,
) -> Column {
    Column {
        key,
        title,
        show,
        width,
        grows: false,
        drops,
    }
}

const fn member(key: &'static str, label: &'static str, show: Show) -> Member {
    Member { key, label, show }
}

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

pub(super) fn volume_id(text: &str) -> Result<(), String> {
    id("vol-", "volume", "vol-0123456789abcdef0", text)
}

pub(super) fn instance_id(text: &str) -> Result<(), String> {
    id("i-", "instance", "i-0123456789abcdef0", text)
}

fn snapshot_id(text: &str) -> Result<(), String> {
    id("snap-", "snapshot", "snap-0123456789abcdef0", text)
}

/// EC2's ids: a prefix and 17 hexadecimal digits, or 8 for what is older than 2016.
fn id(prefix: &str, noun: &str, example: &str, text: &str) -> Result<(), String> {
    let digits = text.strip_prefix(prefix).unwrap_or_default();
    if matches!(digits.len(), 8 | 17)
        && digits
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    {
        Ok(())
    } else {
        Err(format!(
            "'{}' is not the id of a {noun}: {prefix} and 17 (or 8) digits of 0-9 a-f, for example {example}",
            harmless(text)
        ))
    }
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
