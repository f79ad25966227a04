//! Snapshots and what belongs to them.

use jiff::Timestamp;

use super::time;
use crate::sandbox::ids::{Ids, Purpose};
use crate::sandbox::services::ec2::fast_restore::FastRestore;
use crate::sandbox::services::ec2::keys;
use crate::sandbox::services::ec2::lock::Lock;
use crate::sandbox::services::ec2::snapshot::{Fate, Snapshot};
use crate::sandbox::services::ec2::vocabulary::{FastRestoreState, SnapshotState, StorageTier};
use crate::sandbox::services::ec2::zones;
use crate::sandbox::texts::ec2 as texts;
use crate::sandbox::word::Word as _;
use crate::sandbox::xml::Xml;

/// The blocks that AWS stores snapshots in, in bytes.
const BLOCK: u64 = 512 * 1024;

/// How many bytes a snapshot would hold if it stood alone.
fn data_size(ids: Ids, snapshot: &Snapshot) -> u64 {
    let blocks = u64::from(snapshot.size) * 1024 * 1024 * 1024 / BLOCK;
    let owner = snapshot
        .lineage
        .map_or(snapshot.id.low_bits(), |volume| volume.low_bits());
    let percent = 30 + ids.arbitrary(Purpose::DataSize, owner) % 60;
    blocks * percent / 100 * BLOCK
}

/// A snapshot in the shape of `DescribeSnapshots` and `CreateSnapshot`.
pub(in super::super) fn snapshot(xml: &mut Xml, ids: Ids, snapshot: &Snapshot, now: Timestamp) {
    xml.text("snapshotId", &snapshot.id.to_string());
    xml.text("volumeId", &snapshot.volume.to_string());
    xml.text("status", snapshot.state(now).name());
    xml.optional("statusMessage", snapshot.status_message(now));
    xml.text("startTime", &time(snapshot.started()));
    xml.text("progress", &snapshot.progress(now));
    xml.text("ownerId", &snapshot.owner);
    xml.optional("ownerAlias", snapshot.owner_alias.as_deref());
    xml.value("volumeSize", snapshot.size);
    xml.text("description", &snapshot.description);
    encryption(xml, snapshot);
    if snapshot.key.is_some() {
        let lineage = snapshot
            .lineage
            .map_or(snapshot.id.low_bits(), |volume| volume.low_bits());
        xml.text("dataEncryptionKeyId", &keys::data_key(ids, lineage));
    }
    snapshot.tags.show(xml);
    xml.text("storageTier", snapshot.tier(now).name());
    let expires = snapshot
        .tiering
        .as_ref()
        .and_then(|tiering| tiering.restore_expires(now));
    xml.optional("restoreExpiryTime", expires.map(time).as_deref());
    if let Some(copy) = &snapshot.copy {
        let kind = copy.completion_minutes.map_or("standard", |_| "time-based");
        xml.text("transferType", kind);
        if let Some(minutes) = copy.completion_minutes {
            xml.value("completionDurationMinutes", minutes);
        }
    }
    if let Some(completed) = snapshot.completed(now) {
        xml.text("completionTime", &time(completed));
        xml.value("fullSnapshotSizeInBytes", data_size(ids, snapshot));
    }
}

fn encryption(xml: &mut Xml, snapshot: &Snapshot) {
    xml.value("encrypted", snapshot.key.is_some());
    xml.optional("kmsKeyId", snapshot.key.as_deref());
    let kind = if snapshot.key.is_some() {
        "sse-kms"
    } else {
        "none"
    };
    xml.text("sseType", kind);
}

/// A snapshot in the shape of `CreateSnapshots`, which says `state` where others say `status`.
pub(in super::super) fn created_together(xml: &mut Xml, snapshot: &Snapshot, now: Timestamp) {
    xml.text("description", &snapshot.description);
    snapshot.tags.show(xml);
    xml.value("encrypted", snapshot.key.is_some());
    xml.text("volumeId", &snapshot.volume.to_string());
    xml.text("state", snapshot.state(now).name());
    xml.value("volumeSize", snapshot.size);
    xml.text("startTime", &time(snapshot.started()));
    xml.text("progress", &snapshot.progress(now));
    xml.text("ownerId", &snapshot.owner);
    xml.text("snapshotId", &snapshot.id.to_string());
    xml.text(
        "sseType",
        if snapshot.key.is_some() {
            "sse-kms"
        } else {
            "none"
        },
    );
}

/// A snapshot in the Recycle Bin.
pub(in super::super) fn binned(xml: &mut Xml, snapshot: &Snapshot) {
    xml.text("snapshotId", &snapshot.id.to_string());
    if let Fate::Recycled { enters, exits } = snapshot.fate {
        xml.text("recycleBinEnterTime", &time(enters));
        xml.text("recycleBinExitTime", &time(exits));
    }
    xml.text("description", &snapshot.description);
    xml.text("volumeId", &snapshot.volume.to_string());
}

/// The tier of a snapshot and how it came there.
pub(in super::super) fn tier_status(xml: &mut Xml, snapshot: &Snapshot, now: Timestamp) {
    xml.text("snapshotId", &snapshot.id.to_string());
    xml.text("volumeId", &snapshot.volume.to_string());
    xml.text("status", snapshot.state(now).name());
    xml.text("ownerId", &snapshot.owner);
    snapshot.tags.show(xml);
    xml.text("storageTier", snapshot.tier(now).name());
    let Some(tiering) = &snapshot.tiering else {
        return;
    };
    let last = tiering.last_operation(now);
    xml.text("lastTieringStartTime", &time(last.started));
    xml.value("lastTieringProgress", last.percent);
    xml.text("lastTieringOperationStatus", last.status);
    xml.optional("lastTieringOperationStatusDetail", last.detail.as_deref());
    xml.optional(
        "archivalCompleteTime",
        tiering.archived(now).map(time).as_deref(),
    );
    xml.optional(
        "restoreExpiryTime",
        tiering.restore_expires(now).map(time).as_deref(),
    );
}

/// The lock of a snapshot; the times of the duration only once it runs.
pub(in super::super) fn lock(xml: &mut Xml, snapshot: &Snapshot, lock: &Lock, now: Timestamp) {
    xml.text("snapshotId", &snapshot.id.to_string());
    xml.text("lockState", lock.state(now).name());
    xml.value("lockDuration", lock.days());
    if let Some(hours) = lock.cool_off {
        xml.value("coolOffPeriod", hours);
    }
    xml.optional(
        "coolOffPeriodExpiresOn",
        lock.cool_off_expires().map(time).as_deref(),
    );
    xml.text("lockCreatedOn", &time(lock.created));
    if snapshot.state(now) != SnapshotState::Pending {
        xml.text("lockDurationStartTime", &time(lock.starts));
        xml.text("lockExpiresOn", &time(lock.expires));
    }
}

/// A fast restore in one zone.
pub(in super::super) fn fast_restore(
    xml: &mut Xml,
    snapshot: &Snapshot,
    restore: &FastRestore,
    now: Timestamp,
) {
    let reached = |at: Timestamp| (at <= now).then(|| time(at));
    let is_on = restore.is_on(now);
    xml.text("snapshotId", &snapshot.id.to_string());
    xml.text("availabilityZone", &restore.zone);
    xml.text(
        "availabilityZoneId",
        &zones::id(&snapshot.region, &restore.zone),
    );
    xml.text("state", restore.state(now).name());
    let reason = match restore.state(now) {
        FastRestoreState::Enabling | FastRestoreState::Disabling => texts::FAST_RESTORE_ASKED,
        _ => texts::FAST_RESTORE_REASON,
    };
    xml.text("stateTransitionReason", &reason.plain());
    xml.text("ownerId", &snapshot.owner);
    xml.optional("ownerAlias", snapshot.owner_alias.as_deref());
    xml.text("enablingTime", &time(restore.enabling));
    if is_on {
        xml.optional("optimizingTime", reached(restore.optimizing()).as_deref());
        xml.optional("enabledTime", reached(restore.enabled()).as_deref());
    }
    xml.optional(
        "disablingTime",
        restore.disabling.and_then(reached).as_deref(),
    );
    xml.optional(
        "disabledTime",
        restore.disabled().and_then(reached).as_deref(),
    );
}

impl StorageTier {
    /// Can the blocks be read?
    pub(in super::super) fn is_readable(self) -> bool {
        self == Self::Standard
    }
}
