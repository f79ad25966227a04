//! snapdeck: a terminal console for AWS snapshots.

pub mod config;
pub mod domain;
pub mod journal;
pub mod operations;
pub mod sandbox;
pub mod services;
