//! The storage tier of a snapshot: archiving, and restoring from the archive.
//!
//! Invariants: an archived snapshot stays in the standard tier until all of it is archived. A
//! temporary restore falls back to the archive when its days are over. Durations are the
//! simulator's choice; AWS says "up to 72 hours".

use jiff::{SignedDuration, Timestamp};

use super::vocabulary::StorageTier;
use crate::sandbox::clock::later;
use crate::sandbox::texts::ec2 as texts;

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
    /// When it was made to fail.
    failed: Option<Timestamp>,
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
            failed: None,
        }
    }

    /// The same, over by now.
    pub(super) fn ended(&self, now: Timestamp) -> Self {
        Self { ends: now, ..*self }
    }

    fn failure(&self, now: Timestamp) -> Option<Timestamp> {
        self.failed.filter(|failed| *failed <= now)
    }

    /// Has it come to its good end?
    fn is_over(&self, now: Timestamp) -> bool {
        self.failure(now).is_none() && now >= self.ends
    }

    fn is_running(&self, now: Timestamp) -> bool {
        self.failure(now).is_none() && now < self.ends
    }

    fn percent(&self, now: Timestamp) -> i128 {
        let now = self.failure(now).unwrap_or(now);
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
    /// Why it failed.
    pub(super) detail: Option<String>,
}

/// The names of an operation while it runs, when it is done, and when it has failed.
type Names = [&'static str; 3];

const ARCHIVAL: Names = [
    "archival-in-progress",
    "archival-completed",
    "archival-failed",
];
const PERMANENT: Names = [
    "permanent-restore-in-progress",
    "permanent-restore-completed",
    "permanent-restore-failed",
];
const TEMPORARY: Names = [
    "temporary-restore-in-progress",
    "temporary-restore-completed",
    "temporary-restore-failed",
];

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
        self.is_archiving(now) || self.is_restoring(now)
    }

    pub(super) fn is_archiving(&self, now: Timestamp) -> bool {
        self.archiving.is_running(now)
    }

    pub(super) fn is_restoring(&self, now: Timestamp) -> bool {
        self.restore
            .as_ref()
            .is_some_and(|restore| restore.course.is_running(now))
    }

    /// Does it count as archived: on its way to the archive, or there, if only lent?
    pub(super) fn is_archived(&self, now: Timestamp) -> bool {
        let is_back = self
            .restore
            .as_ref()
            .is_some_and(|restore| restore.until == Until::ForEver && restore.course.is_over(now));
        self.archiving.failure(now).is_none() && !is_back
    }

    /// Makes what is running fail; otherwise says what was last.
    pub(super) fn fail(&mut self, now: Timestamp) -> Result<(), &'static str> {
        if !self.is_running(now) {
            return Err(self.last_operation(now).status);
        }
        let course = match &mut self.restore {
            Some(restore) => &mut restore.course,
            None => &mut self.archiving,
        };
        course.failed = Some(now);
        Ok(())
    }

    pub(super) fn archived(&self, now: Timestamp) -> Option<Timestamp> {
        self.archiving.is_over(now).then_some(self.archiving.ends)
    }

    pub(super) fn last_operation(&self, now: Timestamp) -> LastOperation {
        let (course, [running, done, failed]) = match &self.restore {
            None => (self.archiving, ARCHIVAL),
            Some(Restore {
                course,
                until: Until::ForEver,
            }) => (*course, PERMANENT),
            Some(Restore {
                course,
                until: Until::Days(_),
            }) => (*course, TEMPORARY),
        };
        let failure = course.failure(now);
        LastOperation {
            status: match failure {
                Some(_) => failed,
                None if course.is_over(now) => done,
                None => running,
            },
            started: course.started,
            percent: course.percent(now),
            detail: failure.map(|_| texts::TIERING_FAILED.plain()),
        }
    }
}
