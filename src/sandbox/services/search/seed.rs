//! What a scenario says of a domain's cluster, before there is a time to count its ages from.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde_json::{Map, Value};

use crate::sandbox::word::Word;

/// What is in a cluster to begin with.
#[derive(Debug, Clone, Default)]
pub(crate) struct ClusterSeed {
    pub(crate) repositories: Vec<RepositorySeed>,
    pub(crate) indices: Vec<IndexSeed>,
    pub(crate) snapshots: Vec<SnapshotSeed>,
    pub(crate) policies: Vec<PolicySeed>,
    /// Does AWS make snapshots every hour?
    pub(crate) automated: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct RepositorySeed {
    pub(crate) name: String,
    pub(crate) kind: String,
    /// As strings, as the engine shows them.
    pub(crate) settings: BTreeMap<String, String>,
}

#[derive(Debug, Clone)]
pub(crate) struct IndexSeed {
    pub(crate) name: String,
    pub(crate) shards: u32,
    pub(crate) replicas: u32,
    /// Of all primaries.
    pub(crate) bytes: u64,
    pub(crate) docs: u64,
    pub(crate) aliases: Vec<AliasSeed>,
    pub(crate) age: SignedDuration,
    pub(crate) closed: bool,
    /// Hidden from `*`, as engines hide their own.
    pub(crate) system: bool,
    /// Shards that have no primary.
    pub(crate) unassigned: Vec<u32>,
    /// The share that is written anew all the time, in thousandths.
    pub(crate) changing: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct AliasSeed {
    pub(crate) name: String,
    pub(crate) is_write_index: bool,
}

/// How a snapshot ended, or that it did not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SnapshotState {
    Success,
    Partial,
    Failed,
    InProgress,
}

impl Word for SnapshotState {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("SUCCESS", Self::Success),
        ("PARTIAL", Self::Partial),
        ("FAILED", Self::Failed),
        ("IN_PROGRESS", Self::InProgress),
    ];
}

/// A snapshot, or a series of them.
#[derive(Debug, Clone)]
pub(crate) struct SnapshotSeed {
    pub(crate) repository: String,
    /// `{date}` is the day on which it was made.
    pub(crate) name: String,
    pub(crate) state: SnapshotState,
    pub(crate) age: SignedDuration,
    pub(crate) took: SignedDuration,
    /// How many there are, each so much older than the last.
    pub(crate) count: u32,
    pub(crate) every: SignedDuration,
    /// None: all of the cluster's. One that the cluster does not have any more is made up.
    pub(crate) indices: Option<Vec<String>>,
    /// The shards that a partial one lacks: index and number.
    pub(crate) failed_shards: Vec<(String, u32)>,
    /// Why it failed.
    pub(crate) reason: Option<String>,
    pub(crate) global_state: bool,
    pub(crate) metadata: Option<Map<String, Value>>,
}

/// A Snapshot Management policy.
#[derive(Debug, Clone)]
pub(crate) struct PolicySeed {
    pub(crate) name: String,
    /// As a request would say it.
    pub(crate) members: Map<String, Value>,
    pub(crate) enabled: bool,
    pub(crate) age: SignedDuration,
}
