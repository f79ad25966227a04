//! How long copying shards takes, and how far it is at any time.
//!
//! Invariants: pure. Each node copies two shards at a time, in the order in which they are given,
//! and both together as fast as the repository's settings allow. A shard advances by whole files.

use jiff::{SignedDuration, Timestamp};

use crate::sandbox::clock::later;

/// Bytes a second and node, as engines are set up.
pub(super) const RATE: u64 = 40 * 1024 * 1024;
/// How many shards a node copies at a time.
const LANES: usize = 2;
/// All of the shards are only prepared for so long, in milliseconds.
const PREPARATION: i64 = 300;
/// What even an empty shard takes, in milliseconds.
const SHORTEST: i64 = 120;
/// The end of a shard's work, when its files are all there, in milliseconds.
const CLOSING: i64 = 40;

/// What is to be copied of a shard.
#[derive(Debug, Clone)]
pub(super) struct Load {
    /// The node, by number.
    pub(super) node: usize,
    /// The sizes of the files, in the order in which they are copied.
    pub(super) files: Vec<u64>,
    /// None is copied when the shard cannot be read.
    pub(super) missing: bool,
}

/// The work on some shards.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) started: Timestamp,
    steps: Vec<Step>,
}

#[derive(Debug, Clone)]
struct Step {
    /// Milliseconds after the start.
    begins: i64,
    ends: i64,
    files: Vec<u64>,
}

/// Where the work on a shard is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Waiting,
    Copying,
    Closing,
    Done,
}

/// What is there of a shard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) files: u64,
    pub(super) bytes: u64,
}

impl Amount {
    pub(super) fn of(files: &[u64]) -> Self {
        Self {
            files: files.len() as u64,
            bytes: files.iter().sum(),
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.files += other.files;
        self.bytes += other.bytes;
    }
}

impl Plan {
    /// A plan for shards on nodes that copy `rate` bytes a second each.
    pub(super) fn new(started: Timestamp, loads: Vec<Load>, rate: u64) -> Self {
        let nodes = loads.iter().map(|load| load.node + 1).max().unwrap_or(0);
        let mut lanes = vec![[PREPARATION; LANES]; nodes];
        let lane_rate = (rate / LANES as u64).max(1);
        let steps = loads
            .into_iter()
            .map(|load| {
                if load.missing {
                    return Step {
                        begins: 0,
                        ends: 0,
                        files: Vec::new(),
                    };
                }
                let bytes: u64 = load.files.iter().sum();
                let copying = bytes.saturating_mul(1000) / lane_rate;
                let takes = i64::try_from(copying).unwrap_or(i64::MAX / 4) + SHORTEST;
                let lanes = &mut lanes[load.node];
                let lane = usize::from(lanes[1] < lanes[0]);
                let begins = lanes[lane];
                lanes[lane] = begins + takes;
                Step {
                    begins,
                    ends: begins + takes,
                    files: load.files,
                }
            })
            .collect();
        Self { started, steps }
    }

    /// The part of the plan for these shards.
    pub(super) fn part(&self, shards: std::ops::Range<usize>) -> Self {
        Self {
            started: self.started,
            steps: self.steps.get(shards).unwrap_or_default().to_vec(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.steps.len()
    }

    /// When the last shard is done.
    pub(super) fn ends(&self) -> Timestamp {
        let ends = self.steps.iter().map(|step| step.ends).max();
        later(
            self.started,
            SignedDuration::from_millis(ends.unwrap_or_default()),
        )
    }

    pub(super) fn stage(&self, shard: usize, now: Timestamp) -> Stage {
        let Some(step) = self.steps.get(shard) else {
            return Stage::Done;
        };
        let passed = self.passed(now);
        if passed >= step.ends {
            Stage::Done
        } else if passed >= step.ends - CLOSING {
            Stage::Closing
        } else if passed >= step.begins {
            Stage::Copying
        } else {
            Stage::Waiting
        }
    }

    /// When the work on a shard begins.
    pub(super) fn begins(&self, shard: usize) -> Timestamp {
        let begins = self.steps.get(shard).map_or(0, |step| step.begins);
        later(self.started, SignedDuration::from_millis(begins))
    }

    /// When the work on a shard is over.
    pub(super) fn ends_of(&self, shard: usize) -> Timestamp {
        let ends = self.steps.get(shard).map_or(0, |step| step.ends);
        later(self.started, SignedDuration::from_millis(ends))
    }

    /// All that is to be copied of a shard.
    pub(super) fn all(&self, shard: usize) -> Amount {
        self.steps
            .get(shard)
            .map_or_else(Amount::default, |step| Amount::of(&step.files))
    }

    /// What has been copied of a shard, in whole files.
    pub(super) fn copied(&self, shard: usize, now: Timestamp) -> Amount {
        let Some(step) = self.steps.get(shard) else {
            return Amount::default();
        };
        match self.stage(shard, now) {
            Stage::Waiting => Amount::default(),
            Stage::Done | Stage::Closing => Amount::of(&step.files),
            Stage::Copying => {
                let whole = (step.ends - CLOSING - step.begins).max(1);
                let passed = self.passed(now) - step.begins;
                let bytes: u64 = step.files.iter().sum();
                let reached = u128::from(bytes) * u128::from(passed.unsigned_abs())
                    / u128::from(whole.unsigned_abs());
                let mut amount = Amount::default();
                for size in &step.files {
                    if u128::from(amount.bytes + size) > reached {
                        break;
                    }
                    amount.add(Amount {
                        files: 1,
                        bytes: *size,
                    });
                }
                amount
            }
        }
    }

    fn passed(&self, now: Timestamp) -> i64 {
        i64::try_from(now.duration_since(self.started).as_millis()).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(node: usize, files: &[u64]) -> Load {
        Load {
            node,
            files: files.to_vec(),
            missing: false,
        }
    }

    #[test]
    fn two_at_a_time_by_whole_files() {
        let started: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let after = |ms: i64| started + SignedDuration::from_millis(ms);
        let loads = vec![load(0, &[1000, 1000]), load(0, &[1000, 1000]), load(0, &[])];
        // A thousand bytes a second a lane.
        let plan = Plan::new(started, loads, 2000);
        assert_eq!(plan.stage(0, after(0)), Stage::Waiting);
        assert_eq!(plan.stage(1, after(400)), Stage::Copying);
        assert_eq!(plan.stage(2, after(2000)), Stage::Waiting);
        assert_eq!(plan.copied(0, after(1200)), Amount::default());
        assert_eq!(
            plan.copied(0, after(1500)),
            Amount {
                files: 1,
                bytes: 1000
            }
        );
        assert_eq!(plan.stage(0, after(2400)), Stage::Closing);
        assert_eq!(plan.stage(0, after(2420)), Stage::Done);
        assert_eq!(plan.stage(2, after(2430)), Stage::Copying);
        assert_eq!(plan.ends(), after(2540));
    }

    #[test]
    fn nothing_to_do_is_done_at_once() {
        let started: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        assert_eq!(Plan::new(started, Vec::new(), RATE).ends(), started);
    }
}
