//! What the program was told to do, resolved: the types that the other rooms read.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::domain::{attention::Limits, place::Region, text::harmless};

use super::{
    keys::Keymap,
    origin::{Origin, Origins, shown},
};

/// The name of the log file in the state folder.
pub const LOG_FILE: &str = "snapdeck.log";

/// The options of the command line as they were typed, before anything is checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--profile NAME`.
    pub profile: Option<String>,
    /// `--region R`, as often as it was given.
    pub regions: Vec<String>,
    /// `--endpoint-url URL`.
    pub endpoint_url: Option<String>,
    /// `--sandbox[=SCENARIO.toml]`: given or not, and with a scenario or without.
    pub sandbox: Option<Option<PathBuf>>,
    /// `--read-only`.
    pub read_only: bool,
    /// `--config FILE`.
    pub config: Option<PathBuf>,
    /// `--state-dir DIR`.
    pub state_dir: Option<PathBuf>,
    /// `--no-color`.
    pub no_color: bool,
    /// `--ascii`.
    pub ascii: bool,
    /// `--log-level L`.
    pub log_level: Option<String>,
}

/// Everything that can be set, resolved and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The named profile of the AWS files; `None` leaves it to the default chain.
    pub profile: Option<String>,
    /// The Regions to look at.
    pub regions: Regions,
    /// An http or https URL in place of AWS's endpoints.
    pub endpoint_url: Option<String>,
    /// The simulated AWS to start and to use in place of AWS.
    pub sandbox: Option<SandboxSource>,
    /// Why every change is refused under [`Settings::profile`], if it is: `--read-only`.
    pub read_only: Option<String>,
    /// The same for any profile, for when another one is chosen while the program runs.
    pub guard: Guard,
    /// Where the journal and the log live.
    pub state_dir: StateDir,
    /// Whether colours are used.
    pub color: Color,
    /// The palette.
    pub theme: Theme,
    /// Whether lines and symbols are drawn in ASCII; `None` leaves it to the locale.
    pub ascii: Option<bool>,
    /// What is logged, and where.
    pub log: Log,
    /// How AWS is reached.
    pub network: Network,
    /// How running operations are watched.
    pub watch: Watch,
    /// What is said where help from people is needed.
    pub support: Support,
    /// From when on something needs a look.
    pub attention: Limits,
    /// The columns of some tables, where others are wanted than usual.
    pub columns: Vec<ColumnChoice>,
    /// What the keys of the console mean.
    pub keymap: Keymap,
    /// The configuration file that was read, if there is one.
    pub config_file: Option<PathBuf>,
    /// Where each setting came from.
    pub origins: Origins,
}

/// The columns of a table. Whether there are such rows and such members is not known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnChoice {
    /// What the rows are: `ebs_snapshot`.
    pub kind: String,
    /// The members shown, in this order.
    pub keys: Vec<String>,
    /// Where it was said.
    pub origin: Origin,
}

/// The Regions to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Regions {
    /// Nobody said; the AWS files or the instance metadata decide.
    Default,
    /// All that are enabled for the account.
    All,
    /// These, in this order, each once; never empty.
    Listed(Vec<Region>),
}

/// The scenario that the simulated AWS starts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SandboxSource {
    /// The one that comes with the program.
    BuiltIn,
    /// One in a file.
    File(PathBuf),
}

/// Where the journal and the log live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateDir {
    /// A folder that somebody named.
    Given(PathBuf),
    /// The platform's folder for it.
    Default(PathBuf),
    /// A folder that goes when the process goes, as the simulated AWS does that its journal is about.
    Temporary,
}

/// Whether colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// Where the output is a terminal.
    Auto,
    /// Nowhere.
    Never,
}

/// The palette of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// For a dark background.
    Dark,
    /// For a light background.
    Light,
    /// Without colours.
    Mono,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing.
    Off,
    /// What failed.
    Error,
    /// Also what is odd.
    Warn,
    /// Also what was done.
    Info,
    /// Also how.
    Debug,
    /// Everything.
    Trace,
}

/// What is logged, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// How much.
    pub level: Level,
    /// The file: [`LOG_FILE`] in the state folder; `None` while that folder is a temporary one, whose
    /// name is not known here.
    pub file: Option<PathBuf>,
}

/// How AWS is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// How long a connection may take to be made.
    pub connect_timeout: Duration,
    /// How long one call may take, its connection included and its repetitions not.
    pub request_timeout: Duration,
    /// A file of certificates (PEM) that are trusted in place of the system's.
    pub ca_bundle: Option<PathBuf>,
}

/// How running operations are watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watch {
    /// The shortest pause between two looks at the same operation.
    pub shortest: Duration,
    /// The longest pause, when nothing moves. Not shorter than `shortest`.
    pub longest: Duration,
    /// How long a request whose reply was lost is looked for before its outcome stays unknown.
    pub reconcile_for: Duration,
}

/// What is said where help from people is needed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Support {
    /// Whom to ask for a permission, shown where IAM forbids something.
    pub contact: Option<String>,
}

/// Under which profiles every change is refused.
///
/// A guard, so it can only be raised from outside the file: the flag and the variable make
/// everything read-only and never lift what the file says. Within the file, what is said of one
/// profile goes before what is said of all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guard {
    /// The flag or the variable that makes everything read-only.
    pub(crate) always: Option<&'static str>,
    /// What the file says of all profiles.
    pub(crate) all: bool,
    /// What the file says of single profiles.
    pub(crate) profiles: BTreeMap<String, bool>,
    /// The file.
    pub(crate) file: Option<PathBuf>,
}

impl Guard {
    /// Why changes are refused under a profile, `None` where they are not. Without a profile, AWS's
    /// own name for it counts, `default`.
    #[must_use]
    pub fn reason(&self, profile: Option<&str>) -> Option<String> {
        if let Some(always) = self.always {
            return Some(always.to_owned());
        }
        let file = shown(self.file.as_deref()?);
        let profile = profile.unwrap_or("default");
        match self.profiles.get(profile) {
            Some(true) => Some(format!(
                "read_only of profile {} in {file}",
                harmless(profile)
            )),
            Some(false) => None,
            None => self.all.then(|| format!("read_only in {file}")),
        }
    }
}

impl StateDir {
    /// The folder, unless it is a temporary one that is yet to be made.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Given(path) | Self::Default(path) => Some(path),
            Self::Temporary => None,
        }
    }
}

impl Level {
    /// All of them, from nothing to everything.
    pub const ALL: [Self; 6] = [
        Self::Off,
        Self::Error,
        Self::Warn,
        Self::Info,
        Self::Debug,
        Self::Trace,
    ];

    /// The word for it in the file, the variable and the flag.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Dark, Self::Light, Self::Mono];

    /// The word for it in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Mono => "mono",
        }
    }
}
