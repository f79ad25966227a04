//! What is in a domain's cluster: nodes, indices, repositories, restores, policies.
//!
//! Invariants: an alias and an index never have the same name. What a cluster's indices are at a
//! time follows from what is stored and from that time.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::index::{Health, Index};
use super::policy::Policy;
use super::repository::Repository;

/// A cluster.
#[derive(Debug)]
pub(super) struct Cluster {
    pub(super) uuid: String,
    pub(super) nodes: Vec<Node>,
    pub(super) indices: BTreeMap<String, Index>,
    pub(super) repositories: BTreeMap<String, Repository>,
    /// Those that may still be going on.
    pub(super) restores: Vec<Restore>,
    pub(super) policies: BTreeMap<String, Policy>,
    /// When Dashboards makes the index again that it keeps its own things in.
    pub(super) dashboards: Option<Timestamp>,
    /// Does AWS make snapshots of it every hour?
    pub(super) automated: bool,
}

/// A data node.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) ip: String,
}

/// A restore of some indices from a snapshot.
#[derive(Debug, Clone)]
pub(super) struct Restore {
    pub(super) uuid: String,
    pub(super) repository: String,
    pub(super) snapshot: String,
    /// The names that they are restored to.
    pub(super) indices: Vec<String>,
}

impl Cluster {
    /// Is a restore still going on?
    pub(super) fn is_restoring(&self, restore: &Restore, now: Timestamp) -> bool {
        self.restored_by(restore).any(|index| {
            index
                .recovery
                .as_ref()
                .is_some_and(|recovery| !recovery.is_over(now))
        })
    }

    /// The indices of a restore that are still there.
    pub(super) fn restored_by<'a>(
        &'a self,
        restore: &'a Restore,
    ) -> impl Iterator<Item = &'a Index> {
        restore
            .indices
            .iter()
            .filter_map(|name| self.indices.get(name))
            .filter(|index| {
                index
                    .recovery
                    .as_ref()
                    .is_some_and(|recovery| recovery.restore == restore.uuid)
            })
    }

    /// The restores from a repository that are going on.
    pub(super) fn restores_from<'a>(
        &'a self,
        repository: &'a str,
        now: Timestamp,
    ) -> impl Iterator<Item = &'a Restore> {
        self.restores
            .iter()
            .filter(move |restore| restore.repository == repository)
            .filter(move |restore| self.is_restoring(restore, now))
    }

    /// The indices that have this alias.
    pub(super) fn of_alias<'a>(&'a self, alias: &'a str) -> impl Iterator<Item = &'a str> {
        self.indices
            .iter()
            .filter(move |(_, index)| index.aliases.contains_key(alias))
            .map(|(name, _)| name.as_str())
    }

    pub(super) fn is_alias(&self, name: &str) -> bool {
        self.of_alias(name).next().is_some()
    }

    /// All aliases, in order.
    pub(super) fn aliases(&self) -> BTreeSet<&str> {
        self.indices
            .values()
            .flat_map(|index| index.aliases.keys().map(String::as_str))
            .collect()
    }

    pub(super) fn health(&self, now: Timestamp) -> Health {
        self.indices
            .values()
            .map(|index| index.health(self.nodes.len(), now))
            .max()
            .unwrap_or(Health::Green)
    }
}
