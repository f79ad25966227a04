//! An index: its settings, its aliases and what its shards hold.
//!
//! Invariants: what a shard holds is a function of what is stored and of the time: a share of its
//! segments is written anew every ten minutes, as merging does, so that a later snapshot has
//! something to copy. A segment has the same key in every copy of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::domain::Engine;
use super::plan::{Plan, Stage};

/// Documents are said to be so large, in bytes.
pub(super) const DOCUMENT: u64 = 4_096;
/// How many written documents make a segment.
const FLUSH: u64 = 64;
/// How long a segment that changes lives, in seconds.
const MERGE: i64 = 600;
/// How the segments that stay, and those that change, share the size: in percent.
const STABLE: [u64; 10] = [22, 17, 13, 11, 9, 8, 7, 6, 4, 3];
const CHANGING: [u64; 4] = [40, 30, 20, 10];
/// The sizes of the small files that every segment has, and of the list of segments, in bytes.
const ENTRIES: u64 = 479;
const INFO: u64 = 364;
const COMMIT: u64 = 311;
/// The list of segments of an empty shard.
const EMPTY_COMMIT: u64 = 208;

/// An index.
#[derive(Debug, Clone)]
pub(super) struct Index {
    pub(super) uuid: String,
    pub(super) created: Timestamp,
    /// The version that made it.
    pub(super) version: Engine,
    /// Without the `index.` in front; values are strings, as engines show them. Number of shards and replicas included.
    pub(super) settings: BTreeMap<String, String>,
    pub(super) mappings: Value,
    /// Each with its filter and routing; mostly empty.
    pub(super) aliases: BTreeMap<String, Map<String, Value>>,
    pub(super) closed: bool,
    pub(super) shards: Vec<Shard>,
    /// How its shards got here; none if they were made empty.
    pub(super) recovery: Option<Recovery>,
}

/// A primary shard.
#[derive(Debug, Clone)]
pub(super) struct Shard {
    /// The node that it is on; none: it is not assigned.
    pub(super) node: Option<usize>,
    pub(super) content: Content,
}

/// What a shard holds.
#[derive(Debug, Clone)]
pub(super) struct Content {
    /// The same in every copy.
    pub(super) lineage: u64,
    pub(super) docs: u64,
    pub(super) bytes: u64,
    /// The share that is written anew all the time, in thousandths.
    pub(super) changing: u64,
    /// How many documents were written over the wire, besides `docs`.
    pub(super) written: u64,
}

/// A part of a shard's data that is never changed, only replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) key: u64,
    pub(super) bytes: u64,
}

/// How an index came out of a snapshot.
#[derive(Debug, Clone)]
pub(super) struct Recovery {
    pub(super) repository: String,
    pub(super) snapshot: String,
    pub(super) version: String,
    /// Its name in the snapshot.
    pub(super) index: String,
    pub(super) restore: String,
    pub(super) plan: Plan,
    /// The shards that were not done then never will be.
    pub(super) failed: Option<Timestamp>,
    /// The shards that were not in the snapshot, and are empty now.
    pub(super) lost: Vec<usize>,
}

/// How complete an index or a cluster is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Health {
    Green,
    Yellow,
    Red,
}

impl Health {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }
}

/// Is a shard there?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Started,
    /// It is being restored.
    Initializing,
    Unassigned,
}

impl Content {
    /// The segments at a time.
    pub(super) fn segments(&self, now: Timestamp) -> Vec<Segment> {
        let key = |place: u64, generation: u64| mix(self.lineage ^ mix(place << 48 ^ generation));
        let part = |whole: u64, percent: u64| whole / 100 * percent + whole % 100 * percent / 100;
        let changing = part(self.bytes, 100) / 1000 * self.changing;
        let stable = self.bytes - changing;
        let generation = now.as_second().div_euclid(MERGE).unsigned_abs();
        let mut segments = Vec::new();
        for (place, percent) in (0..).zip(STABLE) {
            segments.push(Segment {
                key: key(place, 0),
                bytes: part(stable, percent),
            });
        }
        for (place, percent) in (100..).zip(CHANGING) {
            segments.push(Segment {
                key: key(place, generation),
                bytes: part(changing, percent),
            });
        }
        // What was written makes small segments of its own; the last is still growing.
        for place in 0..self.written.div_ceil(FLUSH) {
            let docs = (self.written - place * FLUSH).min(FLUSH);
            segments.push(Segment {
                key: key(200 + place, docs),
                bytes: docs * DOCUMENT,
            });
        }
        segments.retain(|segment| segment.bytes > 0);
        segments
    }

    pub(super) fn total_docs(&self) -> u64 {
        self.docs + self.written
    }
}

/// The sizes of a segment's files: the large one first.
pub(super) fn files(segment: Segment) -> [u64; 3] {
    let small = ENTRIES + INFO;
    [segment.bytes.saturating_sub(small).max(64), ENTRIES, INFO]
}

/// The size of the file that lists the segments.
pub(super) fn commit(segments: &[Segment]) -> u64 {
    if segments.is_empty() {
        EMPTY_COMMIT
    } else {
        COMMIT
    }
}

/// All files of a shard with these segments.
pub(super) fn all_files(segments: &[Segment]) -> Vec<u64> {
    let mut all: Vec<u64> = segments
        .iter()
        .flat_map(|segment| files(*segment))
        .collect();
    all.push(commit(segments));
    all
}

const fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

impl Recovery {
    /// Is a shard done, for better or worse?
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        self.failed.is_some_and(|failed| failed <= now) || self.plan.ends() <= now
    }

    pub(super) fn has_failed(&self, shard: usize, now: Timestamp) -> bool {
        self.failed
            .is_some_and(|failed| failed <= now && self.plan.ends_of(shard) > failed)
    }
}

impl Index {
    pub(super) fn replicas(&self) -> u32 {
        self.settings
            .get("number_of_replicas")
            .and_then(|text| text.parse().ok())
            .unwrap_or(1)
    }

    pub(super) fn presence(&self, shard: usize, now: Timestamp) -> Presence {
        let Some(found) = self.shards.get(shard).filter(|found| found.node.is_some()) else {
            return Presence::Unassigned;
        };
        match &self.recovery {
            Some(recovery) if recovery.has_failed(shard, now) => Presence::Unassigned,
            Some(recovery)
                if found.node.is_some() && recovery.plan.stage(shard, now) != Stage::Done =>
            {
                Presence::Initializing
            }
            _ => Presence::Started,
        }
    }

    pub(super) fn health(&self, nodes: usize, now: Timestamp) -> Health {
        let mut health = Health::Green;
        if u32::try_from(nodes).unwrap_or(u32::MAX) <= self.replicas() {
            health = Health::Yellow;
        }
        for shard in 0..self.shards.len() {
            health = health.max(match self.presence(shard, now) {
                Presence::Started => Health::Green,
                Presence::Initializing => Health::Yellow,
                Presence::Unassigned => Health::Red,
            });
        }
        health
    }

    /// Those shards that have no primary.
    pub(super) fn missing(&self, now: Timestamp) -> Vec<usize> {
        (0..self.shards.len())
            .filter(|shard| self.presence(*shard, now) == Presence::Unassigned)
            .collect()
    }

    pub(super) fn docs(&self) -> u64 {
        self.shards
            .iter()
            .map(|shard| shard.content.total_docs())
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_the_segments_changes_with_the_time() {
        let content = Content {
            lineage: 7,
            docs: 10,
            bytes: 1_000_000,
            changing: 200,
            written: 0,
        };
        let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let early = content.segments(now);
        assert_eq!(early, content.segments(now));
        let late = content.segments(now + jiff::SignedDuration::from_hours(1));
        let same = early.iter().filter(|segment| late.contains(segment));
        assert_eq!(same.count(), STABLE.len());
        let total: u64 = early.iter().map(|segment| segment.bytes).sum();
        assert!((990_000..=1_000_000).contains(&total), "{total}");
    }

    #[test]
    fn an_empty_shard_has_one_small_file() {
        let content = Content {
            lineage: 7,
            docs: 0,
            bytes: 0,
            changing: 0,
            written: 0,
        };
        let segments = content.segments(Timestamp::UNIX_EPOCH);
        assert_eq!(all_files(&segments), [EMPTY_COMMIT]);
    }
}
