//! Why the settings could not be resolved. Every message names the value, its source, and what
//! would be right.

use std::{io, path::PathBuf};

use thiserror::Error;

use super::origin::{Origin, shown};

/// A configuration that cannot be used. Nothing was sent and nothing was written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The configuration file is there, or was named, and cannot be read.
    #[error(
        "cannot read the configuration file {} ({origin}): {source}",
        shown(path)
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Who named it.
        origin: Origin,
        /// What the system said.
        source: io::Error,
    },
    /// The file of a theme was named and cannot be read.
    #[error("{origin}: cannot read the theme {}: {source}", shown(path))]
    UnreadableTheme {
        /// The file.
        path: PathBuf,
        /// Who named it.
        origin: Origin,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not TOML.
    #[error("{origin}: not valid TOML: {message}")]
    Syntax {
        /// The file and the line.
        origin: Origin,
        /// What the parser said.
        message: String,
    },
    /// The file holds a key that means nothing.
    #[error("{origin}: unknown key '{key}'{}; {advice}", within(section))]
    UnknownKey {
        /// The file and the line.
        origin: Origin,
        /// The section it stands in; empty at the top.
        section: String,
        /// The key as written.
        key: String,
        /// The nearest key that is known, or all of them.
        advice: String,
    },
    /// A value of the wrong type, or one that cannot be right.
    #[error("{origin}: {problem}")]
    Value {
        /// Where it was given.
        origin: Origin,
        /// The value, and what would be right.
        problem: String,
    },
    /// Two options that contradict each other.
    #[error("{first} and {second} cannot be used together: {reason}")]
    Conflict {
        /// One of them.
        first: &'static str,
        /// The other one.
        second: &'static str,
        /// Why not.
        reason: &'static str,
    },
    /// The system knows no home directory and no folder was named.
    #[error(
        "no home directory is known, so there is no folder for the journal of operations; \
         set HOME, or name a folder with --state-dir or SNAPDECK_STATE_DIR"
    )]
    NoHome,
}

fn within(section: &str) -> String {
    if section.is_empty() {
        String::new()
    } else {
        format!(" in [{section}]")
    }
}
