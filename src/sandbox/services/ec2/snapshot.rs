//! A snapshot: its transfer, and what becomes of it.
//!
//! Invariants: state, progress and presence are functions of what is stored and of the time. A
//! snapshot that is deleted while it is pending vanishes when it is completed. What only few
//! snapshots have is boxed: a world may hold a million of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::fast_restore::FastRestore;
use super::id::{SnapshotId, VolumeId};
use super::lock::Lock;
use super::tags::Tags;
use super::tiering::Tiering;
use super::vocabulary::{SnapshotState, StorageTier};
use crate::sandbox::clock::later;

/// Progress against time: quick, then nothing for a while, as real transfers are. Both in
/// thousandths; before the first pair, AWS shows no progress at all.
const COURSE: [(i64, i64); 6] = [
    (30, 0),
    (300, 310),
    (400, 310),
    (640, 700),
    (740, 700),
    (1000, 1000),
];

#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    pub(super) id: SnapshotId,
    pub(super) region: Arc<str>,
    /// The number of the account.
    pub(super) owner: Arc<str>,
    pub(super) owner_alias: Option<Arc<str>>,
    pub(super) volume: VolumeId,
    /// The size of the volume, in GiB.
    pub(super) size: u32,
    pub(super) description: String,
    /// The KMS key; none: not encrypted.
    pub(super) key: Option<Arc<str>>,
    pub(super) tags: Tags,
    pub(super) transfer: Transfer,
    pub(super) fate: Fate,
    /// The volume that the blocks began on; none for a copy, whose lineage ends.
    pub(super) lineage: Option<VolumeId>,
    /// The first snapshot of the set that it was made with.
    pub(super) set: Option<SnapshotId>,
    pub(super) copy: Option<Box<CopyFacts>>,
    pub(super) tiering: Option<Box<Tiering>>,
    pub(super) lock: Option<Box<Lock>>,
    pub(super) sharing: Option<Box<Sharing>>,
    pub(super) fast_restores: Vec<FastRestore>,
}

/// What a copy has and other snapshots have not.
#[derive(Debug, Clone)]
pub(super) struct CopyFacts {
    /// None: a standard transfer.
    pub(super) completion_minutes: Option<u32>,
}

/// Who else may make volumes of a snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sharing {
    pub(super) everybody: bool,
    pub(super) accounts: BTreeSet<String>,
}

/// The way of the blocks to the snapshot.
#[derive(Debug, Clone)]
pub(super) struct Transfer {
    pub(super) started: Timestamp,
    pub(super) ends: Timestamp,
    pub(super) failure: Option<Box<Failure>>,
}

#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) at: Timestamp,
    pub(super) message: String,
}

impl Transfer {
    pub(super) fn new(started: Timestamp, takes: SignedDuration) -> Self {
        Self {
            started,
            ends: later(started, takes),
            failure: None,
        }
    }

    fn failure(&self, now: Timestamp) -> Option<&Failure> {
        self.failure.as_deref().filter(|failure| failure.at <= now)
    }

    fn state(&self, now: Timestamp) -> SnapshotState {
        match self.failure(now) {
            Some(_) => SnapshotState::Error,
            None if now < self.ends => SnapshotState::Pending,
            None => SnapshotState::Completed,
        }
    }

    /// As AWS writes it: empty at first, then `0%` to `99%`, `100%` only when all is there.
    fn progress(&self, now: Timestamp) -> String {
        let now = self.failure(now).map_or(now, |failure| failure.at);
        if now >= self.ends {
            return "100%".to_owned();
        }
        let whole = self.ends.duration_since(self.started).as_millis().max(1);
        let passed = now.duration_since(self.started).as_millis().max(0);
        let passed = i64::try_from(passed.saturating_mul(1000) / whole).unwrap_or(1000);
        let mut reached = None;
        for pair in COURSE.windows(2) {
            let [(from, low), (to, high)] = [pair[0], pair[1]];
            if passed >= from {
                let part = (passed - from).min(to - from);
                reached = Some(low + (high - low) * part / (to - from));
            }
        }
        reached.map_or_else(String::new, |thousandths| {
            format!("{}%", (thousandths / 10).min(99))
        })
    }
}

/// What was decided about a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Kept,
    DeletedAt(Timestamp),
    /// In the Recycle Bin from `enters` to `exits`.
    Recycled {
        enters: Timestamp,
        exits: Timestamp,
    },
}

/// Where a snapshot is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Listed,
    InBin,
    Nowhere,
}

impl Snapshot {
    pub(super) fn started(&self) -> Timestamp {
        self.transfer.started
    }

    pub(super) fn state(&self, now: Timestamp) -> SnapshotState {
        self.transfer.state(now)
    }

    pub(super) fn progress(&self, now: Timestamp) -> String {
        self.transfer.progress(now)
    }

    pub(super) fn status_message(&self, now: Timestamp) -> Option<&str> {
        Some(self.transfer.failure(now)?.message.as_str())
    }

    /// When it was completed, if it was.
    pub(super) fn completed(&self, now: Timestamp) -> Option<Timestamp> {
        (self.state(now) == SnapshotState::Completed).then_some(self.transfer.ends)
    }

    /// When its transfer is over, in one way or the other.
    fn settled(&self) -> Timestamp {
        match &self.transfer.failure {
            Some(failure) => failure.at.min(self.transfer.ends),
            None => self.transfer.ends,
        }
    }

    pub(super) fn presence(&self, now: Timestamp) -> Presence {
        match self.fate {
            _ if now < self.transfer.started => Presence::Nowhere,
            Fate::Kept => Presence::Listed,
            Fate::DeletedAt(at) if now < at => Presence::Listed,
            Fate::Recycled { enters, .. } if now < enters => Presence::Listed,
            Fate::Recycled { exits, .. } if now < exits => Presence::InBin,
            Fate::DeletedAt(_) | Fate::Recycled { .. } => Presence::Nowhere,
        }
    }

    /// Deletes it, into the bin if a rule keeps it there for a while.
    pub(super) fn delete(&mut self, now: Timestamp, kept: Option<SignedDuration>) {
        if self.fate != Fate::Kept {
            return;
        }
        let at = now.max(self.settled());
        self.fate = match kept {
            None => Fate::DeletedAt(at),
            Some(kept) => Fate::Recycled {
                enters: at,
                exits: later(at, kept),
            },
        };
        for restore in &mut self.fast_restores {
            restore.disable(at);
        }
    }

    /// Makes a pending transfer fail; otherwise says the state it is in.
    pub(super) fn fail(&mut self, now: Timestamp, message: String) -> Result<(), SnapshotState> {
        match self.state(now) {
            SnapshotState::Pending => {
                self.transfer.failure = Some(Box::new(Failure { at: now, message }));
                Ok(())
            }
            state => Err(state),
        }
    }

    pub(super) fn tier(&self, now: Timestamp) -> StorageTier {
        self.tiering
            .as_ref()
            .map_or(StorageTier::Standard, |tiering| tiering.tier(now))
    }

    /// May this account make volumes of it, as its owner or by the owner's leave?
    pub(super) fn is_for(&self, account: &str) -> bool {
        self.owner.as_ref() == account || self.is_public() || self.is_shared_with(account)
    }

    pub(super) fn is_public(&self) -> bool {
        self.sharing
            .as_ref()
            .is_some_and(|sharing| sharing.everybody)
    }

    pub(super) fn is_shared_with(&self, account: &str) -> bool {
        self.sharing
            .as_ref()
            .is_some_and(|sharing| sharing.accounts.contains(account))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transfer() -> (Timestamp, Transfer) {
        let started: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        (
            started,
            Transfer::new(started, SignedDuration::from_secs(1000)),
        )
    }

    #[test]
    fn progress_rises_rests_and_ends_at_a_hundred() {
        let (started, transfer) = transfer();
        let at = |second: i64| transfer.progress(later(started, SignedDuration::from_secs(second)));
        assert_eq!(at(0), "");
        assert_eq!(at(29), "");
        assert_eq!(at(30), "0%");
        assert_eq!(at(300), "31%");
        assert_eq!(at(399), "31%");
        assert_eq!(at(999), "99%");
        assert_eq!(at(1000), "100%");
        let all: Vec<i64> = (30..=1000)
            .map(|second| at(second).trim_end_matches('%').parse().unwrap())
            .collect();
        assert!(all.windows(2).all(|pair| pair[0] <= pair[1]));
    }

    #[test]
    fn a_failed_transfer_stays_where_it_failed() {
        let (started, mut transfer) = transfer();
        let half = later(started, SignedDuration::from_secs(500));
        transfer.failure = Some(Box::new(Failure {
            at: half,
            message: "x".to_owned(),
        }));
        let long_after = later(started, SignedDuration::from_hours(9));
        assert_eq!(transfer.state(long_after), SnapshotState::Error);
        assert_eq!(transfer.progress(long_after), transfer.progress(half));
    }
}
