//! Whole flows through the console's own event loop, on a terminal in memory and on a simulated AWS
//! that it runs itself: what is pressed, what is waited for, and what is on the screen then.
//!
//! The screens are kept in `snapshots/`, without what differs from run to run (see `screen`).
//! `INSTA_UPDATE=always cargo test --test console` writes them anew; read every one that changed, at
//! 80x24 first.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at a surprise"
)]

mod actions;
mod aws;
mod browse;
mod bulk;
#[path = "../common/mod.rs"]
mod common;
mod create;
mod criteria;
mod delete;
mod detail;
mod dialogs;
mod documents;
mod ebs;
mod export;
mod failures;
mod flow;
mod freshness;
mod guardrails;
mod history;
mod home;
mod identity;
mod keys;
mod links;
mod lists;
mod operations;
mod palette;
mod random;
mod restore;
mod screen;
mod search;

/// A flow on the usual terminal and, at the same time, on one with room to spare.
fn at_each_size(flow: impl Fn((u16, u16)) + Sync) {
    std::thread::scope(|scope| {
        for size in [(80, 24), (140, 40)] {
            let flow = &flow;
            scope.spawn(move || flow(size));
        }
    });
}
