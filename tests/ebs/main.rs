//! EBS through the program and the sandbox: what is taken, restored and deleted, and that nothing is
//! made twice whatever happens to a reply.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at a surprise"
)]

mod actions;
mod attach;
#[path = "../common/changes.rs"]
mod changing;
#[path = "../common/mod.rs"]
mod common;
mod lists;
#[path = "../common/process.rs"]
mod process;
mod replies;
mod schedules;
mod simulator;
#[path = "../common/steering.rs"]
mod steering;

use serde_json::Value;
use snapdeck::sandbox::{Options, Scenario};

use common::World;

const VOLUME: &str = "vol-0a1b0000000000011";

const INSTANCE: &str = "i-0a1b0000000000001";

/// A completed snapshot of the instance's root volume.
const SNAPSHOT: &str = "snap-0a1b0000000000111";

fn world() -> World {
    World::with(Options {
        scenario: Scenario::built_in(),
        speed: Some(600.0),
        ..Options::default()
    })
}

/// The calls of an operation that were meant: dry runs ask, and make nothing.
fn meant(world: &World, action: &str) -> Vec<Value> {
    let mut calls = world.calls(action);
    calls.retain(|call| call["params"]["DryRun"] != "true");
    calls
}
