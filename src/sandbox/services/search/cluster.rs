//! What is in a domain's cluster: indices, repositories, snapshots.
//!
//! Invariants: everything is a function of what is stored and of the time.

/// A cluster.
#[derive(Debug, Default)]
pub(crate) struct Cluster {}
