//! snapdeck: a terminal console for AWS snapshots.

pub mod domain;
