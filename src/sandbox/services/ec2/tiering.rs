//! The storage tier of a snapshot: archiving, and restoring from the archive.
//!
//! Invariants: an archived snapshot stays in the standard tier until all of it is archived. A
//! temporary restore falls back to the archive when its days are over. Durations are the
//! simulator's choice; AWS says "up to 72 hours".

use jiff::{SignedDuration, Timestamp};

use super::vocabulary::StorageTier;
use crate::sandbox::clock::later;

/// What a tiering takes besides its seconds a GiB.
const BASE: SignedDuration = SignedDuration::from_mins(10);
const SECONDS_A_GIB: i64 = 20;
const DAY: SignedDuration = SignedDuration::from_hours(24);

#[derive(Debug, Clone)]
pub(super) struct Tiering {
    pub(super) archiving: Course,
    pub(super) restore: Option<Restore>,
}

/// Something that takes its time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Course {
    pub(super) started: Timestamp,
    pub(super) ends: Timestamp,
}

#[derive(Debug, Clone)]
pub(super) struct Restore {
    pub(super) course: Course,
    pub(super) until: Until,
}

/// For how long a restored snapshot stays in the standard tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    ForEver,
    Days(u32),
}

/// How long a tiering of a snapshot of this size takes.
pub(super) fn takes(gib: u32) -> SignedDuration {
    BASE + SignedDuration::from_secs(i64::from(gib) * SECONDS_A_GIB)
}

impl Course {
    pub(super) fn new(started: Timestamp, takes: SignedDuration) -> Self {
        Self {
            started,
            ends: later(started, takes),
        }
    }

    fn is_over(&self, now: Timestamp) -> bool {
        now >= self.ends
    }

    fn percent(&self, now: Timestamp) -> i128 {
        let whole = self.ends.duration_since(self.started).as_millis().max(1);
        let passed = now.duration_since(self.started).as_millis();
        (passed * 100 / whole).clamp(0, 100)
    }
}

/// The last tiering operation, as `DescribeSnapshotTierStatus` shows it.
pub(super) struct LastOperation {
    pub(super) status: &'static str,
    pub(super) started: Timestamp,
    pub(super) percent: i128,
}

impl Tiering {
    pub(super) fn archive(now: Timestamp, gib: u32) -> Self {
        Self {
            archiving: Course::new(now, takes(gib)),
            restore: None,
        }
    }

    /// When a temporary restore falls back.
    pub(super) fn restore_expires(&self, now: Timestamp) -> Option<Timestamp> {
        let restore = self.restore.as_ref()?;
        match restore.until {
            Until::Days(days) if restore.course.is_over(now) => {
                Some(later(restore.course.ends, DAY * days.cast_signed()))
            }
            Until::Days(_) | Until::ForEver => None,
        }
        .filter(|expires| now < *expires)
    }

    pub(super) fn tier(&self, now: Timestamp) -> StorageTier {
        let restored = match &self.restore {
            Some(restore) if !restore.course.is_over(now) => false,
            Some(restore) => restore.until == Until::ForEver || self.restore_expires(now).is_some(),
            None => false,
        };
        if self.archiving.is_over(now) && !restored {
            StorageTier::Archive
        } else {
            StorageTier::Standard
        }
    }

    /// Is something under way?
    pub(super) fn is_running(&self, now: Timestamp) -> bool {
        let restoring = self
            .restore
            .as_ref()
            .is_some_and(|restore| !restore.course.is_over(now));
        !self.archiving.is_over(now) || restoring
    }

    pub(super) fn archived(&self, now: Timestamp) -> Option<Timestamp> {
        self.archiving.is_over(now).then_some(self.archiving.ends)
    }

    pub(super) fn last_operation(&self, now: Timestamp) -> LastOperation {
        let (course, running, done) = match &self.restore {
            None => (self.archiving, "archival-in-progress", "archival-completed"),
            Some(Restore {
                course,
                until: Until::ForEver,
            }) => (
                *course,
                "permanent-restore-in-progress",
                "permanent-restore-completed",
            ),
            Some(Restore {
                course,
                until: Until::Days(_),
            }) => (
                *course,
                "temporary-restore-in-progress",
                "temporary-restore-completed",
            ),
        };
        LastOperation {
            status: if course.is_over(now) { done } else { running },
            started: course.started,
            percent: course.percent(now),
        }
    }
}
