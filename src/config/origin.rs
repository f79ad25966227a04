//! Where a value came from, so that a message can say it.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use crate::domain::text::harmless;

/// The source of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// A line of the configuration file.
    File {
        /// The file.
        path: PathBuf,
        /// Its line, counted from 1.
        line: usize,
    },
    /// An environment variable.
    Environment(&'static str),
    /// An option of the command line, with its dashes.
    Flag(&'static str),
    /// A choice made while the program runs.
    Chosen,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}, line {line}", shown(path)),
            Self::Environment(name) | Self::Flag(name) => f.write_str(name),
            Self::Chosen => f.write_str("chosen while the program runs"),
        }
    }
}

/// A path as it may be printed: a file name can hold anything, also escape sequences.
pub(crate) fn shown(path: &Path) -> String {
    harmless(&path.display().to_string()).into_owned()
}

/// The origin of each setting, by its key in the configuration file (`network.connect_timeout`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(BTreeMap<&'static str, Origin>);

impl Origins {
    /// Where the setting with this key came from; what was never set is a default.
    #[must_use]
    pub fn of(&self, key: &str) -> &Origin {
        self.0.get(key).unwrap_or(&Origin::Default)
    }

    pub(crate) fn record(&mut self, key: &'static str, origin: Origin) {
        self.0.insert(key, origin);
    }
}
