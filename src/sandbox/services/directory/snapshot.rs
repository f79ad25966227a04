//! A snapshot of a directory.
//!
//! Invariants: its status is a function of the time. It is Creating until it ends, in one of two
//! ways that are known beforehand.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};

use super::id::SnapshotId;
use super::vocabulary::{SnapshotStatus, SnapshotType};
use crate::sandbox::ids::{Ids, Purpose};

/// How a snapshot or a restore ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Succeeds,
    Fails,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(crate) id: SnapshotId,
    pub(crate) kind: SnapshotType,
    pub(crate) name: Option<String>,
    pub(crate) started: Timestamp,
    pub(crate) ends: Timestamp,
    pub(crate) ending: Ending,
}

/// What snapshots of a directory are ordered by: the newest first.
pub(super) type Key = (Reverse<Timestamp>, SnapshotId);

impl Snapshot {
    pub(super) fn key(&self) -> Key {
        (Reverse(self.started), self.id)
    }

    pub(crate) fn status(&self, now: Timestamp) -> SnapshotStatus {
        match self.ending {
            _ if now < self.ends => SnapshotStatus::Creating,
            Ending::Succeeds => SnapshotStatus::Completed,
            Ending::Fails => SnapshotStatus::Failed,
        }
    }
}

/// How long a snapshot takes: 5 to 15 minutes, its own time each.
pub(super) fn creation_time(ids: Ids, id: SnapshotId) -> SignedDuration {
    let extra = ids.arbitrary(Purpose::Duration, id.number()) % 601;
    SignedDuration::from_mins(5) + SignedDuration::from_secs(extra.cast_signed())
}
