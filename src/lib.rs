//! snapdeck: a terminal console and a command line for AWS snapshots.
//!
//! Everything a user sees is a collection of rows; everything a user does is an action on a row,
//! asked through one form that shows its checks and warnings first; everything that takes time is an
//! operation that is watched to its end, by this process or by a later one.
//!
//! ```text
//! collection -> row -> action -> form (+ checks, warnings, confirmation)
//!            -> request -> operation -> wait target -> observation -> terminal state
//! ```
//!
//! # The rooms
//!
//! | room | what it is | imports |
//! |---|---|---|
//! | [`domain`] | the vocabulary; pure | nothing |
//! | [`services`] | the port to AWS, one folder a service | `domain` |
//! | [`journal`] | the durable record of operations | `domain` |
//! | [`config`] | defaults, file, environment, flags | `domain` |
//! | [`operations`] | the engine: submit, watch, reconcile | `domain`, `journal`, `services` |
//! | [`sandbox`] | a simulated AWS on loopback | nothing of the crate |
//! | [`context`] | the composition root | all of the above |
//! | [`cli`] | the command line; the only room that prints | `context`, `domain`, `operations`, `config` |
//! | [`tui`] | the console | `context`, `domain`, `operations`, `config` |
//!
//! `tests/architecture.rs` holds every room to its line of this table.

pub mod cli;
pub mod config;
pub mod context;
pub mod domain;
pub mod journal;
pub mod operations;
pub mod sandbox;
pub mod services;
pub mod tui;
