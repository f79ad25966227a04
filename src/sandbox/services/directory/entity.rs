//! A directory, its stages and its snapshots.
//!
//! Invariants: the stage and the automatic snapshots are functions of what is stored and of the
//! time; restores are kept for ever, in order, and do not overlap. Durations are the simulator's
//! choice: AWS says "several minutes" for Simple AD and "2-3 hours" for AWS Managed Microsoft AD.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::id::{DirectoryId, SnapshotId};
use super::seed::{DirectorySeed, Facts};
use super::snapshot::{Ending, Snapshot, creation_time};
use super::vocabulary::{DirectoryType, SnapshotStatus, SnapshotType, Stage};
use crate::sandbox::clock::{earlier, later};
use crate::sandbox::ids::{Ids, Purpose};
use crate::sandbox::texts;

const DAY: i64 = 86_400;
/// More days than there are until the end of time, as a power of two: the numbers of one
/// directory's automatic snapshots do not run into the next directory's.
const DAYS_BITS: u32 = 22;

#[derive(Debug)]
pub(crate) struct Directory {
    pub(crate) id: DirectoryId,
    pub(crate) facts: Facts,
    pub(crate) launched: Timestamp,
    /// The place in the world, which its generated values come from.
    pub(super) index: u64,
    ids: Ids,
    /// The stage that it was seeded with, and since when.
    seeded: Staged,
    restores: Vec<Restore>,
    auto_snapshots: u32,
    /// Automatic snapshots that were made to fail, and when.
    failed_automatic: BTreeMap<SnapshotId, Timestamp>,
    /// Snapshots that were asked for or seeded, in order of their making.
    stored: Vec<Snapshot>,
}

/// A stage as `DescribeDirectories` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Staged {
    pub(crate) stage: Stage,
    pub(crate) reason: Option<String>,
    pub(crate) since: Timestamp,
}

/// A run of `RestoreFromSnapshot`.
#[derive(Debug, Clone)]
struct Restore {
    /// None: the scenario showed it running.
    snapshot: Option<SnapshotId>,
    started: Timestamp,
    ends: Timestamp,
    ending: Ending,
}

impl Directory {
    /// A directory at the start of the world, without its snapshots.
    pub(super) fn new(
        ids: Ids,
        index: u64,
        id: DirectoryId,
        seed: &DirectorySeed,
        now: Timestamp,
    ) -> Self {
        let launched = earlier(now, seed.launched);
        let since = seed.stage_age.map_or(launched, |age| earlier(now, age));
        let mut directory = Self {
            id,
            facts: seed.facts.clone(),
            launched,
            index,
            ids,
            seeded: Staged {
                stage: seed.stage,
                reason: seed.stage_reason.clone(),
                since,
            },
            restores: Vec::new(),
            auto_snapshots: seed.auto_snapshots,
            failed_automatic: BTreeMap::new(),
            stored: Vec::new(),
        };
        if seed.stage == Stage::Restoring {
            // A restore that the scenario shows goes on for a minute at least.
            let ends = later(since, directory.restore_time())
                .max(later(now, SignedDuration::from_mins(1)));
            directory.seeded = Staged {
                stage: Stage::Active,
                reason: None,
                since: launched,
            };
            directory.restores.push(Restore {
                snapshot: None,
                started: since,
                ends,
                ending: Ending::Succeeds,
            });
        }
        directory
    }

    pub(crate) fn stage(&self, now: Timestamp) -> Staged {
        let latest = self
            .restores
            .iter()
            .rev()
            .find(|restore| restore.started <= now);
        match latest {
            Some(restore) => restore.stage(now),
            None if self.seeded.since <= now => self.seeded.clone(),
            None => Staged {
                stage: Stage::Active,
                reason: None,
                since: self.launched,
            },
        }
    }

    /// Begins a restore. The caller has checked that it may.
    pub(super) fn restore(&mut self, snapshot: SnapshotId, now: Timestamp) {
        self.restores.push(Restore {
            snapshot: Some(snapshot),
            started: now,
            ends: later(now, self.restore_time()),
            ending: Ending::Succeeds,
        });
    }

    /// The restores so far, as `/_sandbox/state` shows them.
    pub(super) fn restores_json(&self) -> Value {
        self.restores
            .iter()
            .map(|restore| {
                json!({
                    "SnapshotId": restore.snapshot.map(|id| id.to_string()),
                    "Started": restore.started.to_string(),
                    "Ends": restore.ends.to_string(),
                    "Fails": restore.ending == Ending::Fails,
                })
            })
            .collect()
    }

    fn restore_time(&self) -> SignedDuration {
        match self.facts.kind {
            DirectoryType::SimpleAd | DirectoryType::AdConnector => SignedDuration::from_mins(10),
            DirectoryType::MicrosoftAd | DirectoryType::SharedMicrosoftAd => {
                SignedDuration::from_mins(150)
            }
        }
    }

    /// Makes a running restore fail now. False: none is running.
    pub(super) fn fail_restore(&mut self, now: Timestamp) -> bool {
        let running = self
            .restores
            .last_mut()
            .filter(|restore| restore.started <= now && now < restore.ends);
        match running {
            Some(restore) => {
                restore.ends = now;
                restore.ending = Ending::Fails;
                true
            }
            None => false,
        }
    }

    /// All snapshots, newest first.
    pub(crate) fn snapshots(&self, now: Timestamp) -> Vec<Snapshot> {
        let mut snapshots: Vec<Snapshot> = self
            .stored
            .iter()
            .cloned()
            .chain(self.automatic(now))
            .collect();
        snapshots.sort_by_key(Snapshot::key);
        snapshots
    }

    /// How many manual snapshots count to the limit: all that are listed.
    pub(super) fn manual_count(&self) -> usize {
        self.stored
            .iter()
            .filter(|snapshot| snapshot.kind == SnapshotType::Manual)
            .count()
    }

    pub(super) fn snapshot(&self, id: SnapshotId, now: Timestamp) -> Option<Snapshot> {
        self.stored
            .iter()
            .find(|snapshot| snapshot.id == id)
            .cloned()
            .or_else(|| self.automatic(now).find(|snapshot| snapshot.id == id))
    }

    pub(super) fn add(&mut self, snapshot: Snapshot) {
        self.stored.push(snapshot);
    }

    pub(super) fn delete(&mut self, id: SnapshotId) {
        self.stored.retain(|snapshot| snapshot.id != id);
    }

    /// Makes a snapshot that is being created fail now; otherwise says the state it is in.
    pub(super) fn fail_snapshot(
        &mut self,
        id: SnapshotId,
        now: Timestamp,
    ) -> Option<Result<(), SnapshotStatus>> {
        let status = self.snapshot(id, now)?.status(now);
        if status != SnapshotStatus::Creating {
            return Some(Err(status));
        }
        match self.stored.iter_mut().find(|snapshot| snapshot.id == id) {
            Some(snapshot) => {
                snapshot.ends = now;
                snapshot.ending = Ending::Fails;
            }
            None => {
                self.failed_automatic.insert(id, now);
            }
        }
        Some(Ok(()))
    }

    /// The automatic snapshots that are kept, newest first.
    fn automatic(&self, now: Timestamp) -> impl Iterator<Item = Snapshot> {
        self.automatic_starts(now).map(|(day, started)| {
            let number = (self.index << DAYS_BITS) | day.cast_unsigned();
            let id = SnapshotId::from_number(self.ids.unique(Purpose::Snapshot, number));
            let (ends, ending) = match self.failed_automatic.get(&id) {
                Some(failed) => (*failed, Ending::Fails),
                None => (
                    later(started, creation_time(self.ids, id)),
                    Ending::Succeeds,
                ),
            };
            Snapshot {
                id,
                kind: SnapshotType::Auto,
                name: None,
                started,
                ends,
                ending,
            }
        })
    }

    /// When the kept automatic snapshots were started, newest first: one a day, at the directory's
    /// own time of day, on days on which it was Active then.
    fn automatic_starts(&self, now: Timestamp) -> impl Iterator<Item = (i64, Timestamp)> {
        let time_of_day = self.ids.arbitrary(Purpose::HourOfDay, self.index) % DAY.cast_unsigned();
        let time_of_day = time_of_day.cast_signed();
        let newest = (now.as_second() - time_of_day).div_euclid(DAY);
        let oldest = (self.launched.as_second() - time_of_day).div_euclid(DAY) + 1;
        let days = if self.auto_snapshots == 0 {
            0..0
        } else {
            oldest..newest + 1
        };
        days.rev()
            .filter_map(move |day| {
                let started = Timestamp::from_second(day * DAY + time_of_day).ok()?;
                Some((day, started))
            })
            .filter(|(_, started)| self.stage(*started).stage == Stage::Active)
            .take(self.auto_snapshots as usize)
    }
}

impl Restore {
    fn stage(&self, now: Timestamp) -> Staged {
        match self.ending {
            _ if now < self.ends => Staged {
                stage: Stage::Restoring,
                reason: None,
                since: self.started,
            },
            Ending::Succeeds => Staged {
                stage: Stage::Active,
                reason: None,
                since: self.ends,
            },
            Ending::Fails => {
                let snapshot = self.snapshot.map(|id| id.to_string()).unwrap_or_default();
                Staged {
                    stage: Stage::RestoreFailed,
                    reason: Some(texts::RESTORE_FAILED_REASON.with(&[&snapshot])),
                    since: self.ends,
                }
            }
        }
    }
}

/// The manual numbers lie above every automatic one.
pub(super) const FIRST_MANUAL: u64 = 1 << 39;
