//! The vocabulary: what a service offers, what a user asks, and what became of it.
//!
//! Everything a user sees is a row of a [`collection`]; everything a user does is an action, asked
//! through a [`form`] whose [`assessment`] says what follows from it; everything that takes time is
//! an [`operation`] whose [`lifecycle`] is the one state machine of the program.
//!
//! Invariants: no input or output, no async, no AWS type and no terminal type in this room, so all
//! of it can be tested without a runtime. Texts that belong to one service live in that service's
//! `describe` file, never here.

pub mod assessment;
pub mod attention;
pub mod clock;
pub mod collection;
pub mod export;
pub mod failure;
pub mod form;
pub mod format;
pub mod guardrails;
pub mod lifecycle;
pub mod name;
pub mod operation;
pub mod order;
pub mod pace;
pub mod packed;
pub mod place;
pub mod preset;
pub mod query;
pub mod record;
pub mod recovery;
pub mod row;
pub mod secret;
pub mod selection;
pub(crate) mod suggest;
pub mod text;
pub mod time;
pub mod way;
pub mod wildcard;
pub mod words;
