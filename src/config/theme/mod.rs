//! What a theme says: which role of the console has which colours and which emphasis.
//!
//! Plain data. How a terminal shows it, and to what it is reduced where the terminal has fewer
//! colours, is decided by the console.
//!
//! Invariants: a theme of a user names a built-in one as its base, so that every role has a style;
//! no colour that a terminal could not be told is accepted.

mod reader;
mod style;

use std::{collections::BTreeMap, path::PathBuf};

pub(crate) use self::reader::{builtin, load, path_of};
pub use self::style::{Emphasis, RoleStyle, Shade};

/// The theme of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Theme {
    /// Dark or light, as the terminal says in its environment; dark where it says nothing.
    Auto,
    /// For a dark background.
    Dark,
    /// For a light background.
    Light,
    /// Without colours.
    Mono,
    /// One of a file.
    Custom(CustomTheme),
}

impl Theme {
    /// Those that come with the program, by their names.
    pub(crate) const BUILT_IN: [(&'static str, Self); 4] = [
        ("auto", Self::Auto),
        ("dark", Self::Dark),
        ("light", Self::Light),
        ("mono", Self::Mono),
    ];
}

/// A theme of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomTheme {
    /// The file.
    pub path: PathBuf,
    /// Where the roles come from that the file does not name.
    pub base: Base,
    /// The roles that it names.
    pub roles: BTreeMap<Role, RoleStyle>,
}

/// The built-in theme that another one starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// For a dark background.
    Dark,
    /// For a light background.
    Light,
    /// Without colours.
    Mono,
}

impl Base {
    pub(crate) const ALL: [Self; 3] = [Self::Dark, Self::Light, Self::Mono];

    /// The word for it in the file.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Mono => "mono",
        }
    }
}

/// What a piece of the screen is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Text without a role.
    Text,
    /// What can be overlooked.
    Faint,
    /// Headings, and values that matter.
    Strong,
    /// The selected row, the open tab, the focused button.
    Selected,
    /// A key in the hints and the help.
    Key,
    /// A mark that must not be missed.
    Alert,
    /// The state of what is well.
    Good,
    /// The state of what is under way.
    Busy,
    /// The state of what needs a look.
    Warning,
    /// The state of what failed.
    Bad,
    /// Any other state.
    Neutral,
}

impl Role {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 11] = [
        Self::Text,
        Self::Faint,
        Self::Strong,
        Self::Selected,
        Self::Key,
        Self::Alert,
        Self::Good,
        Self::Busy,
        Self::Warning,
        Self::Bad,
        Self::Neutral,
    ];

    /// The key for it in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Faint => "faint",
            Self::Strong => "strong",
            Self::Selected => "selected",
            Self::Key => "key",
            Self::Alert => "alert",
            Self::Good => "good",
            Self::Busy => "busy",
            Self::Warning => "warning",
            Self::Bad => "bad",
            Self::Neutral => "neutral",
        }
    }
}

/// How many colours the console uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colors {
    /// As many as the terminal is known to have.
    Auto,
    /// The sixteen that a user can choose in the terminal.
    Sixteen,
    /// The 256 of xterm.
    Indexed,
    /// Any.
    True,
}

impl Colors {
    pub(crate) const ALL: [Self; 4] = [Self::Auto, Self::Sixteen, Self::Indexed, Self::True];

    /// The word for it in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Sixteen => "16",
            Self::Indexed => "256",
            Self::True => "truecolor",
        }
    }
}
