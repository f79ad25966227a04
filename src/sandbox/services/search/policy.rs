//! A Snapshot Management policy.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::cron::Cron;

/// A policy.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    /// As a request says it: `description`, `creation`, `deletion`, `snapshot_config`.
    pub(super) members: Map<String, Value>,
    pub(super) creation: Cron,
    /// None: as `creation`.
    pub(super) deletion: Option<Cron>,
    pub(super) keeps: Option<Keeps>,
    pub(super) repository: String,
    pub(super) enabled: bool,
    pub(super) enabled_since: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) sequence: u64,
    /// Up to when its snapshots were made.
    pub(super) done_until: Timestamp,
    pub(super) latest: Option<Execution>,
}

/// What a policy keeps.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Keeps {
    /// In seconds.
    pub(super) age: Option<i64>,
    pub(super) at_least: Option<usize>,
    pub(super) at_most: Option<usize>,
}

/// What a policy did last.
#[derive(Debug, Clone)]
pub(super) struct Execution {
    pub(super) started: Timestamp,
    pub(super) snapshot: String,
    /// Why it made none.
    pub(super) problem: Option<String>,
}
