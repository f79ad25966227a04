//! A snapshot: what is in it, and in which state it is at a time.
//!
//! Invariants: the state follows from what is stored and from the time. A snapshot that is being
//! made is seen by its own cluster only; its repository has it when it is over. The contents of
//! many snapshots may be one and the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::domain::Engine;
use super::index::{Content, Segment, all_files};
use super::plan::{Amount, Plan, Stage};
use crate::sandbox::clock::later;
use crate::sandbox::texts::search_form as form;

/// Between the last shard and the end: the repository's list is written. The engine says
/// meanwhile that all is done and, asked another way, that it is in progress.
const FINALIZING: SignedDuration = SignedDuration::from_millis(1500);

/// A snapshot.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    pub(super) name: String,
    pub(super) uuid: String,
    /// The domain that made it.
    pub(super) domain: String,
    pub(super) version: Engine,
    pub(super) contents: Arc<Vec<IndexCopy>>,
    pub(super) global_state: bool,
    pub(super) metadata: Option<Map<String, Value>>,
    pub(super) course: Course,
    /// When it is gone; none: not asked to be.
    pub(super) deleted: Option<Timestamp>,
}

/// How it came about.
#[derive(Debug, Clone)]
pub(super) enum Course {
    /// Over since long.
    Past {
        started: Timestamp,
        took: SignedDuration,
        /// Why it has failed as a whole.
        failure: Option<String>,
        /// The share of all that was copied for it, in thousandths.
        increment: u64,
    },
    /// Made here.
    Made {
        /// One step for every shard, in the order of the contents.
        plan: Plan,
        /// The shards that were not done then never will be.
        failed: Option<Timestamp>,
        /// Why it has failed as a whole, before it could begin.
        failure: Option<String>,
    },
}

/// An index as it is in a snapshot.
#[derive(Debug, Clone)]
pub(super) struct IndexCopy {
    pub(super) name: String,
    pub(super) uuid: String,
    pub(super) created: Timestamp,
    pub(super) version: Engine,
    pub(super) settings: BTreeMap<String, String>,
    pub(super) mappings: Value,
    pub(super) aliases: BTreeMap<String, Map<String, Value>>,
    pub(super) shards: Vec<ShardCopy>,
}

/// A shard as it is in a snapshot.
#[derive(Debug, Clone)]
pub(super) struct ShardCopy {
    pub(super) content: Content,
    /// What it consisted of.
    pub(super) segments: Vec<Segment>,
    /// The node that it was on.
    pub(super) node: usize,
    /// Why it is not there.
    pub(super) failure: Option<String>,
}

/// The states that snapshots are said to be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    InProgress,
    Success,
    Partial,
    Failed,
}

impl State {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::InProgress => "IN_PROGRESS",
            Self::Success => "SUCCESS",
            Self::Partial => "PARTIAL",
            Self::Failed => "FAILED",
        }
    }
}

/// Where a shard of a snapshot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShardStage {
    Init,
    Started,
    Finalize,
    Done,
    Failure,
}

impl ShardStage {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Init => "INIT",
            Self::Started => "STARTED",
            Self::Finalize => "FINALIZE",
            Self::Done => "DONE",
            Self::Failure => "FAILURE",
        }
    }
}

/// A shard of a snapshot, with its place among all of them.
#[derive(Clone, Copy)]
pub(super) struct ShardOf<'a> {
    pub(super) index: &'a IndexCopy,
    /// In its index.
    pub(super) number: usize,
    /// In the snapshot.
    pub(super) place: usize,
    pub(super) copy: &'a ShardCopy,
}

impl Snapshot {
    pub(super) fn started(&self) -> Timestamp {
        match &self.course {
            Course::Past { started, .. } => *started,
            Course::Made { plan, .. } => plan.started,
        }
    }

    /// When it is or will be over.
    pub(super) fn ends(&self) -> Timestamp {
        match &self.course {
            Course::Past { started, took, .. } => later(*started, *took),
            Course::Made {
                failure: Some(_),
                plan,
                ..
            } => plan.started,
            Course::Made { plan, failed, .. } if plan.len() == 0 => failed.unwrap_or(plan.started),
            Course::Made { plan, failed, .. } => {
                let done = later(plan.ends(), FINALIZING);
                failed.map_or(done, |failed| done.min(failed))
            }
        }
    }

    pub(super) fn is_running(&self, now: Timestamp) -> bool {
        now < self.ends()
    }

    pub(super) fn is_gone(&self, now: Timestamp) -> bool {
        self.deleted.is_some_and(|deleted| deleted <= now)
    }

    pub(super) fn shards(&self) -> impl Iterator<Item = ShardOf<'_>> {
        self.contents
            .iter()
            .flat_map(|index| {
                (0..)
                    .zip(&index.shards)
                    .map(move |(n, copy)| (index, n, copy))
            })
            .zip(0..)
            .map(|((index, number, copy), place)| ShardOf {
                index,
                number,
                place,
                copy,
            })
    }

    /// Why a shard is not in it.
    pub(super) fn failure_of(&self, shard: ShardOf<'_>, now: Timestamp) -> Option<String> {
        if let Some(failure) = &shard.copy.failure {
            return Some(failure.clone());
        }
        match &self.course {
            Course::Made {
                plan,
                failed: Some(failed),
                ..
            } if *failed <= now && plan.ends_of(shard.place) > *failed => {
                Some(form::SHARD_FAILED.plain())
            }
            Course::Past {
                failure: Some(_), ..
            } => Some(form::SHARD_SKIPPED.plain()),
            _ => None,
        }
    }

    /// Why it has failed as a whole.
    pub(super) fn failure(&self, now: Timestamp) -> Option<String> {
        match &self.course {
            Course::Past { failure, .. } => failure.clone(),
            Course::Made {
                failure: Some(failure),
                ..
            } => Some(failure.clone()),
            Course::Made {
                failed: Some(failed),
                ..
            } if *failed <= now => {
                let none_done = self
                    .shards()
                    .all(|shard| self.failure_of(shard, now).is_some());
                none_done.then(|| form::SNAPSHOT_FAILED.plain())
            }
            Course::Made { .. } => None,
        }
    }

    pub(super) fn state(&self, now: Timestamp) -> State {
        if self.is_running(now) {
            return State::InProgress;
        }
        if self.failure(now).is_some() {
            return State::Failed;
        }
        if self.lacks_shards(now) {
            State::Partial
        } else {
            State::Success
        }
    }

    /// Is there a shard that is not in it?
    pub(super) fn lacks_shards(&self, now: Timestamp) -> bool {
        match &self.course {
            // Quick for the many that are over since long.
            Course::Past { failure: None, .. } => self
                .contents
                .iter()
                .any(|index| index.shards.iter().any(|shard| shard.failure.is_some())),
            _ => self
                .shards()
                .any(|shard| self.failure_of(shard, now).is_some()),
        }
    }

    pub(super) fn shard_count(&self) -> usize {
        self.contents.iter().map(|index| index.shards.len()).sum()
    }

    pub(super) fn stage(&self, shard: ShardOf<'_>, now: Timestamp) -> ShardStage {
        if self.failure_of(shard, now).is_some() {
            return ShardStage::Failure;
        }
        match &self.course {
            Course::Past { .. } => ShardStage::Done,
            Course::Made { plan, .. } => match plan.stage(shard.place, now) {
                Stage::Waiting => ShardStage::Init,
                Stage::Copying => ShardStage::Started,
                Stage::Closing => ShardStage::Finalize,
                Stage::Done => ShardStage::Done,
            },
        }
    }

    /// What had to be copied of a shard.
    pub(super) fn increment(&self, shard: ShardOf<'_>, now: Timestamp) -> Amount {
        match &self.course {
            _ if self.failure_of(shard, now).is_some() => Amount::default(),
            Course::Past { increment, .. } => {
                let all = self.total(shard, now);
                let part = |whole: u64| whole / 1000 * increment + whole % 1000 * increment / 1000;
                Amount {
                    files: part(all.files),
                    bytes: part(all.bytes),
                }
            }
            // A shard that is only prepared for counts nothing.
            Course::Made { plan, .. } => match plan.stage(shard.place, now) {
                Stage::Waiting => Amount::default(),
                _ => plan.all(shard.place),
            },
        }
    }

    /// What of it has been copied.
    pub(super) fn processed(&self, shard: ShardOf<'_>, now: Timestamp) -> Amount {
        match &self.course {
            Course::Past { .. } => self.increment(shard, now),
            Course::Made { plan, .. } => plan.copied(shard.place, now),
        }
    }

    /// All that a shard consists of.
    pub(super) fn total(&self, shard: ShardOf<'_>, now: Timestamp) -> Amount {
        if self.failure_of(shard, now).is_some() {
            return Amount::default();
        }
        if let Course::Made { plan, .. } = &self.course
            && plan.stage(shard.place, now) == Stage::Waiting
        {
            return Amount::default();
        }
        Amount::of(&all_files(&shard.copy.segments))
    }

    /// When the work on a shard began, and for how long it has gone on or went on.
    pub(super) fn time_of(
        &self,
        shard: ShardOf<'_>,
        now: Timestamp,
    ) -> (Timestamp, SignedDuration) {
        match &self.course {
            Course::Past { started, took, .. } => (*started, *took),
            Course::Made { plan, .. } => {
                let begins = plan.begins(shard.place);
                let until = plan.ends_of(shard.place).min(now);
                (
                    begins,
                    until.duration_since(begins).max(SignedDuration::ZERO),
                )
            }
        }
    }

    /// The names of its indices.
    pub(super) fn indices(&self) -> Vec<&str> {
        self.contents
            .iter()
            .map(|index| index.name.as_str())
            .collect()
    }

    pub(super) fn find(&self, index: &str) -> Option<&IndexCopy> {
        self.contents.iter().find(|copy| copy.name == index)
    }

    /// Is every shard of an index in it?
    pub(super) fn has_whole(&self, index: &str, now: Timestamp) -> bool {
        self.shards()
            .filter(|shard| shard.index.name == index)
            .all(|shard| self.failure_of(shard, now).is_none())
    }
}
