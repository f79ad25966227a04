//! What a key of the console means, and how a user changes it.
//!
//! An [`Action`] is a meaning, a [`Key`] is what was pressed, a [`Keymap`] joins them. The help and
//! the footer are made from the keymap, so they show the keys that are in force.
//!
//! Invariants: no terminal type here (the console translates its events into [`Key`]); one key never
//! means two actions; `ctrl-c` is not for this map, it always leaves.

mod action;
mod key;
mod keymap;
mod preset;

pub use action::{Action, Group};
pub use key::{Key, KeyCode};
pub use keymap::{Keymap, KeymapError};
pub use preset::Preset;
