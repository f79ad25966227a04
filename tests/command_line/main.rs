//! The command line as a process: exit codes, formats, options, refusals, and what is never printed.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at a surprise"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/process.rs"]
mod process;
#[path = "../common/steering.rs"]
mod steering;

mod commands;
mod diagnostics;
mod exit_codes;
mod formats;
mod guardrails;
mod hostile_text;
mod lists;
mod options;
mod profiles;
mod refusals;

use serde_json::Value;

use common::{TWO_DIRECTORIES, World};

pub(crate) const CORP: &str = "d-9067a10001";
pub(crate) const BEFORE: &str = "s-9067b10001";
pub(crate) const EARLIER: &str = "s-9067b10002";

/// Two directories in a time that runs: what is begun is done in a moment.
pub(crate) fn two() -> World {
    World::new(TWO_DIRECTORIES)
}

/// Two directories in a time that stands nearly still: what is begun goes on until it is advanced.
pub(crate) fn slow() -> World {
    World::new(&TWO_DIRECTORIES.replace("speed = 3000", "speed = 1"))
}

/// How many calls changed something, or tried to.
pub(crate) fn changes(world: &World) -> usize {
    let calls = world.requests();
    calls.iter().filter(|call| call["mutating"] == true).count()
}

/// The only operation in the journal.
#[track_caller]
pub(crate) fn only_operation(world: &World) -> Value {
    let listed = world.snapdeck(&["operations", "list"]).exits(0).json();
    let operations = listed.as_array().expect("an array");
    assert_eq!(operations.len(), 1, "{listed:#}");
    operations[0].clone()
}
