//! What the program was told to do, resolved: the types that the other rooms read.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::domain::{
    attention::Limits,
    guardrails::{ActionPattern, Guardrails, Rules},
    place::Region,
    preset::TagPreset,
    suggest,
    text::harmless,
};

use super::{
    console::ConsoleOptions,
    error::ConfigError,
    keys::Keymap,
    origin::{Origin, Origins, shown},
    theme::{Colors, Theme},
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
    /// The same for single services, which goes before it: by the name that a service has in the
    /// variable `AWS_ENDPOINT_URL_<NAME>`.
    pub endpoint_urls: BTreeMap<String, String>,
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
    /// The theme.
    pub theme: Theme,
    /// How many colours it may use.
    pub colors: Colors,
    /// What the terminal is told beside what it is to show.
    pub terminal: Terminal,
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
    /// Search domains that are reached without asking AWS where they are, by name.
    pub opensearch: BTreeMap<String, SearchEndpoint>,
    /// From when on something needs a look.
    pub attention: Limits,
    /// What the console begins with, and how it keeps up.
    pub console: ConsoleOptions,
    /// Tags that are filled in by themselves where a snapshot is taken.
    pub tags: Vec<TagPreset>,
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

/// What the terminal is told beside what it is to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    /// How texts are copied.
    pub clipboard: Clipboard,
    /// Whether a frame is shown at once.
    pub synchronized: Synchronized,
    /// Whether the mouse works in the console, which takes it from the terminal's own selection.
    pub mouse: bool,
    /// How the end of an operation is announced.
    pub notify: Notify,
}

/// How texts are copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clipboard {
    /// The terminal is asked to, with the sequence OSC 52.
    Osc52,
    /// Not at all.
    Off,
}

/// Whether the terminal is asked to show each frame at once (DEC private mode 2026).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synchronized {
    /// Where it is known to understand.
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

/// How the end of an operation is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notify {
    /// With the bell.
    Bell,
    /// With a notice of the desktop, by the sequence OSC 9.
    Osc9,
    /// On the screen alone.
    Off,
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

/// A search domain that the configuration names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchEndpoint {
    /// An http or https URL without a path.
    pub endpoint: String,
    /// The Region it is in; `None` is every Region that is looked at.
    pub region: Option<Region>,
    /// Whether its requests are sent without a signature: a node of one's own.
    pub unsigned: bool,
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
    pub(crate) profiles: BTreeMap<String, ProfileRules>,
    /// The file.
    pub(crate) file: Option<PathBuf>,
}

/// What the file says of one profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ProfileRules {
    /// Whether every change is refused, where that is said.
    pub(crate) read_only: Option<bool>,
    /// The rules for changes.
    pub(crate) rules: Rules,
    /// The line of `deny`; 0 where there is none.
    pub(crate) deny_line: usize,
}

impl Guard {
    /// The rules for changes under a profile; without one, AWS's own name for it counts, `default`.
    #[must_use]
    pub fn guardrails(&self, profile: Option<&str>) -> Guardrails {
        let profile = profile.unwrap_or("default");
        match (self.profiles.get(profile), &self.file) {
            (Some(said), Some(file)) => {
                let source = format!("profile {} in {}", harmless(profile), shown(file));
                Guardrails::new(said.rules.clone(), source)
            }
            _ => Guardrails::default(),
        }
    }

    /// Makes sure that every pattern of denied actions means one of `known`, all the actions that
    /// there are by their service and name: a slip of the pen must not leave a door open.
    ///
    /// # Errors
    /// The first pattern that means none, and what was probably meant.
    pub fn check_actions(&self, known: &[(&str, &str)]) -> Result<(), ConfigError> {
        for (profile, said) in &self.profiles {
            let matches = |pattern: &&ActionPattern| {
                known
                    .iter()
                    .any(|(service, action)| pattern.matches(service, action))
            };
            let Some(pattern) = said.rules.deny.iter().find(|pattern| !matches(pattern)) else {
                continue;
            };
            let names: Vec<String> = known
                .iter()
                .map(|(service, action)| format!("{service}.{action}"))
                .collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            return Err(ConfigError::Value {
                origin: Origin::File {
                    path: self.file.clone().unwrap_or_default(),
                    line: said.deny_line,
                },
                problem: format!(
                    "profiles.{}.deny: '{pattern}' means no action; {}",
                    harmless(profile),
                    suggest::advice(&pattern.to_string(), &names)
                ),
            });
        }
        Ok(())
    }

    /// Why changes are refused under a profile, `None` where they are not. Without a profile, AWS's
    /// own name for it counts, `default`.
    #[must_use]
    pub fn reason(&self, profile: Option<&str>) -> Option<String> {
        if let Some(always) = self.always {
            return Some(always.to_owned());
        }
        let file = shown(self.file.as_deref()?);
        let profile = profile.unwrap_or("default");
        match self.profiles.get(profile).and_then(|said| said.read_only) {
            Some(true) => Some(format!(
                "read_only of profile {} in {file}",
                harmless(profile)
            )),
            Some(false) => None,
            None => self.all.then(|| format!("read_only in {file}")),
        }
    }
}

impl Settings {
    /// The same under another profile: what the file says of that one counts then.
    #[must_use]
    pub fn with_profile(&self, profile: Option<String>) -> Self {
        let mut settings = Self {
            read_only: self.guard.reason(profile.as_deref()),
            profile,
            ..self.clone()
        };
        settings.origins.record("profile", Origin::Chosen);
        settings
    }

    /// The same in other Regions.
    #[must_use]
    pub fn with_regions(&self, regions: Regions) -> Self {
        let mut settings = Self {
            regions,
            ..self.clone()
        };
        settings.origins.record("regions", Origin::Chosen);
        settings
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

impl Default for Terminal {
    fn default() -> Self {
        Self {
            clipboard: Clipboard::Osc52,
            synchronized: Synchronized::Auto,
            mouse: false,
            notify: Notify::Off,
        }
    }
}

impl Clipboard {
    pub(crate) const ALL: [Self; 2] = [Self::Osc52, Self::Off];

    /// The word for it in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Osc52 => "osc52",
            Self::Off => "off",
        }
    }
}

impl Synchronized {
    pub(crate) const ALL: [Self; 3] = [Self::Auto, Self::On, Self::Off];

    /// The word for it in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::On => "on",
            Self::Off => "off",
        }
    }
}

impl Notify {
    pub(crate) const ALL: [Self; 3] = [Self::Bell, Self::Osc9, Self::Off];

    /// The word for it in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bell => "bell",
            Self::Osc9 => "osc9",
            Self::Off => "off",
        }
    }
}
