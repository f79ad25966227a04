//! Pieces of a screen that know the terminal and nothing of the program.
//!
//! A widget draws what it is handed: texts that are already harmless, numbers, styles. It holds no
//! resource, asks nothing and decides nothing beyond its own rectangle. What a text means, and where
//! it came from, belongs to the screens and dialogs.

pub(crate) mod button;
pub(crate) mod gauge;
pub(crate) mod hints;
pub(crate) mod labels;
pub(crate) mod panel;
pub(crate) mod scroll;
pub(crate) mod table;
pub(crate) mod tabs;
pub(crate) mod text;
pub(crate) mod text_input;
