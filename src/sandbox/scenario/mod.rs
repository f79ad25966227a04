//! The scenario: the TOML file that a world begins with.
//!
//! Invariants: unknown keys are refused; every value is checked while the file is read, so that a
//! world can always be made of a scenario; times are ages, so that the world is always fresh,
//! whenever it begins.
//! `assets/scenario.toml` is the built-in one and documents the format.

mod age;
mod clusters;
mod directories;
mod domains;
mod ec2;
mod lifecycle;
mod reader;
mod snapshots;
mod storage;

use std::io;
use std::path::Path;

use jiff::Timestamp;
use toml::de::DeTable;

use self::reader::{Source, Table};
use super::faults::Fault;
use super::identity::ACCOUNT;
use super::permissions::{Denial, Reason};
use super::region::is_region;
use super::service;
use super::services::directory::DirectorySeed;
use super::services::dlm::PolicySeed;
use super::services::ec2::Seeds;
use super::services::iam::IamSeed;
use super::services::s3::BucketSeed;
use super::services::search::DomainSeed;
use super::word::Word;

const BUILT_IN: &str = include_str!("../../../assets/scenario.toml");
const BUILT_IN_ORIGIN: &str = "the built-in scenario";
const DEFAULT_REGION: &str = "us-east-1";
/// The most snapshots that can be generated.
const LARGEST_SCALE: u64 = 1_000_000;

const KEYS: [&str; 21] = [
    "account",
    "region",
    "now",
    "speed",
    "seed",
    "scale",
    "eventual_consistency",
    "throttling",
    "directories",
    "instances",
    "volumes",
    "snapshots",
    "images",
    "recycle_bin",
    "lifecycle_policies",
    "account_alias",
    "roles",
    "buckets",
    "domain",
    "denied",
    "faults",
];
const THROTTLING_KEYS: [&str; 2] = ["enabled", "factor"];
const DENIED_KEYS: [&str; 3] = ["action", "resource", "explicit"];
/// Those of a fault in JSON, which is read by the same reader in the end.
const FAULT_KEYS: [&str; 7] = [
    "service", "action", "mutating", "nth", "times", "kind", "ms",
];

/// A world to begin with.
#[derive(Debug, Clone)]
pub struct Scenario {
    pub(super) account: String,
    /// The Region of what names none, generated things included.
    pub(super) region: String,
    /// When the virtual clock begins. None: at the present moment.
    pub(super) now: Option<Timestamp>,
    pub(super) speed: Option<f64>,
    pub(super) seed: u64,
    pub(super) scale: usize,
    pub(super) directories: Vec<DirectorySeed>,
    pub(super) ec2: Seeds,
    pub(super) policies: Vec<PolicySeed>,
    pub(super) iam: IamSeed,
    pub(super) buckets: Vec<BucketSeed>,
    pub(super) domains: Vec<DomainSeed>,
    /// What the documented rates are multiplied by. None: nothing is throttled.
    pub(super) throttling: Option<f64>,
    pub(super) denied: Vec<Denial>,
    pub(super) faults: Vec<Fault>,
}

/// Why a scenario cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// The file cannot be read.
    #[error("cannot read the scenario {origin}")]
    Unreadable {
        /// The file.
        origin: String,
        /// What the system says.
        source: io::Error,
    },
    /// The file is no scenario.
    #[error("{origin}, line {line}: {problem}")]
    Invalid {
        /// The file.
        origin: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong, and what would be right.
        problem: String,
    },
}

impl Default for Scenario {
    /// A world without anything in it.
    fn default() -> Self {
        Self {
            account: ACCOUNT.to_owned(),
            region: DEFAULT_REGION.to_owned(),
            now: None,
            speed: None,
            seed: 1,
            scale: 0,
            directories: Vec::new(),
            ec2: Seeds::default(),
            policies: Vec::new(),
            iam: IamSeed::default(),
            buckets: Vec::new(),
            domains: Vec::new(),
            throttling: None,
            denied: Vec::new(),
            faults: Vec::new(),
        }
    }
}

impl Scenario {
    /// The scenario that shows every state a user can meet.
    #[must_use]
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "the file is compiled in, and a test reads it"
    )]
    pub fn built_in() -> Self {
        Self::from_toml(BUILT_IN, BUILT_IN_ORIGIN).expect("the built-in scenario is a good one")
    }

    /// Reads a scenario file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is not a scenario.
    pub fn load(path: &Path) -> Result<Self, ScenarioError> {
        let origin = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::from_toml(&text, &origin),
            Err(source) => Err(ScenarioError::Unreadable { origin, source }),
        }
    }

    /// Reads a scenario. `origin` is what errors call it.
    ///
    /// # Errors
    ///
    /// When the text is not a scenario; the error names the line, the key, and what would be
    /// right.
    pub fn from_toml(text: &str, origin: &str) -> Result<Self, ScenarioError> {
        let source = Source { origin, text };
        let document = DeTable::parse(text).map_err(|error| {
            source.error(error.span().map_or(0, |span| span.start), error.message())
        })?;
        let top = Table::new(source, String::new(), &document, &KEYS)?;
        let default = Self::default();
        let region = top.parsed("region", region)?.unwrap_or(default.region);
        let account = top.parsed("account", account)?.unwrap_or(default.account);
        Ok(Self {
            now: top.time("now")?,
            speed: speed(&top)?,
            seed: top.integer("seed", 0..=u64::MAX)?.unwrap_or(default.seed),
            scale: top
                .integer("scale", 0..=LARGEST_SCALE)?
                .and_then(|scale| usize::try_from(scale).ok())
                .unwrap_or(default.scale),
            directories: directories::read(&top, &region)?,
            ec2: ec2::read(&top, &region)?,
            policies: lifecycle::read(&top, &region, &account)?,
            iam: storage::read_iam(&top)?,
            buckets: storage::read_buckets(&top, &region)?,
            domains: domains::read(&top, &region, &account)?,
            throttling: throttling(&top)?,
            denied: denied(&top)?,
            faults: faults(&top)?,
            account,
            region,
        })
    }
}

fn speed(top: &Table<'_>) -> Result<Option<f64>, ScenarioError> {
    match top.number("speed")? {
        Some(speed) if !speed.is_finite() || speed <= 0.0 => {
            let problem = format!("{speed} is no speed; it must be finite and greater than 0");
            Err(top.error("speed", problem))
        }
        speed => Ok(speed),
    }
}

fn throttling(top: &Table<'_>) -> Result<Option<f64>, ScenarioError> {
    let Some(table) = top.table("throttling", &THROTTLING_KEYS)? else {
        return Ok(None);
    };
    let factor = table.number("factor")?.unwrap_or(1.0);
    if !factor.is_finite() || factor <= 0.0 {
        let problem = format!("it is {factor}; it must be finite and greater than 0");
        return Err(table.error("factor", problem));
    }
    Ok(table.boolean("enabled")?.unwrap_or(true).then_some(factor))
}

/// A word of AWS's; the error lists them all.
fn word<T: Word>(table: &Table<'_>, key: &str) -> Result<Option<T>, ScenarioError> {
    table.parsed(key, |text| {
        T::from_name(text).ok_or_else(|| {
            let names: Vec<&str> = T::WORDS.iter().map(|(name, _)| *name).collect();
            format!("\"{text}\" is not one of {}", names.join(", "))
        })
    })
}

/// Twelve digits.
fn account(text: &str) -> Result<String, String> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "\"{text}\" is not an account; write 12 digits, such as \"{ACCOUNT}\""
    ))
}

/// The form of a Region's name; which Regions there are is AWS's to say.
fn region(text: &str) -> Result<String, String> {
    if is_region(text) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "\"{text}\" is not a Region; write such as \"{DEFAULT_REGION}\""
    ))
}

fn denied(top: &Table<'_>) -> Result<Vec<Denial>, ScenarioError> {
    top.tables("denied", &DENIED_KEYS)?
        .iter()
        .map(|table| {
            let action = table.parsed("action", permission)?;
            Ok(Denial {
                action: table.required("action", action, "\"ds:RestoreFromSnapshot\"")?,
                resource: table.owned("resource")?.unwrap_or_else(|| "*".to_owned()),
                reason: match table.boolean("explicit")? {
                    Some(true) => Reason::ExplicitDeny,
                    _ => Reason::NotAllowed,
                },
            })
        })
        .collect()
}

/// `service:Operation`, where both may hold wildcards.
fn permission(text: &str) -> Result<String, String> {
    let known = |service: &str| service.contains(['*', '?']) || service::NAMES.contains(&service);
    match text.split_once(':') {
        _ if text == "*" => Ok("*".to_owned()),
        Some((service, operation)) if known(service) && !operation.is_empty() => {
            Ok(text.to_owned())
        }
        _ => Err(format!(
            "\"{text}\" is not a permission; write service:Operation, such as \
             \"ds:RestoreFromSnapshot\" or \"ds:*\", with one of {}",
            service::NAMES.join(", ")
        )),
    }
}

fn faults(top: &Table<'_>) -> Result<Vec<Fault>, ScenarioError> {
    top.tables("faults", &FAULT_KEYS)?
        .iter()
        .map(|table| {
            Fault::from_json(&table.to_json()).map_err(|problem| table.error("kind", problem))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        Scenario::from_toml(text, "my.toml")
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn the_built_in_scenario_is_good() {
        let scenario = Scenario::built_in();
        assert_eq!(scenario.region, "us-east-1");
        assert_eq!(scenario.speed, Some(60.0));
    }

    #[test]
    fn an_empty_file_is_an_empty_world() {
        let scenario = Scenario::from_toml("", "empty.toml").unwrap();
        assert_eq!(scenario.account, ACCOUNT);
        assert!(scenario.directories.is_empty());
    }

    #[test]
    fn a_world_may_begin_at_a_moment_of_its_own() {
        let read = |text| Scenario::from_toml(text, "my.toml").map(|scenario| scenario.now);
        let noon = "2026-03-01T12:00:00Z".parse().ok();
        assert_eq!(read("").unwrap(), None);
        assert_eq!(read("now = 2026-03-01T12:00:00Z").unwrap(), noon);
        assert_eq!(read("now = 2026-03-01 14:00:00+02:00").unwrap(), noon);
        for wrong in ["2026-03-01", "2026-03-01T12:00:00", "12:00:00"] {
            assert_eq!(
                problem(&format!("now = {wrong}")),
                format!(
                    "my.toml, line 1: now: {wrong} is no moment; write the date, the time and the \
                     zone, such as 2026-03-01T12:00:00Z"
                )
            );
        }
        assert!(problem("now = \"today\"").contains("it is of type string; it must be a moment"));
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_nearest() {
        assert_eq!(
            problem("seed = 1\nsped = 60\n"),
            "my.toml, line 2: unknown key \"sped\"; did you mean \"speed\"?"
        );
        assert_eq!(
            problem("\n[[directories]]\nname = \"a.example.com\"\ntpye = \"SimpleAD\"\n"),
            "my.toml, line 4: unknown key \"directories[1].tpye\"; did you mean \"type\"?"
        );
        assert!(problem("zzz = 1").contains("; known keys: account, region"));
    }

    #[test]
    fn wrong_values_are_named_with_what_would_be_right() {
        let tags: Vec<String> = (0..50).map(|number| format!("k{number} = \"\"")).collect();
        let crowded = format!(
            "[[volumes]]\nid = \"vol-00000000000000001\"\nname = \"v\"\nsize = 1\ntags = {{ {} }}",
            tags.join(", ")
        );
        let cases = [
            (
                "speed = 0",
                "line 1: speed: 0 is no speed; it must be finite and greater than 0",
            ),
            ("speed = nan", "speed: NaN is no speed"),
            (
                "speed = \"fast\"",
                "speed: it is of type string; it must be a number",
            ),
            (
                "scale = -1",
                "scale: -1 is out of range; it must be from 0 to 1000000",
            ),
            (
                "account = \"12\"",
                "account: \"12\" is not an account; write 12 digits",
            ),
            ("region = \"mars\"", "region: \"mars\" is not a Region"),
            (
                "[[denied]]\naction = \"restore\"",
                "line 2: denied[1].action: \"restore\" is not a",
            ),
            (
                "[[denied]]\nresource = \"*\"",
                "line 1: denied[1].action: it is missing",
            ),
            (
                "[[faults]]\nkind = \"boom\"",
                "line 2: faults[1].kind: unknown kind \"boom\"",
            ),
            (
                &crowded,
                "volumes[1].tags: there are 51; a resource has at most 50",
            ),
            ("a = ", "my.toml, line 1: "),
        ];
        for (text, expected) in cases {
            let problem = problem(text);
            assert!(problem.contains(expected), "{text}: {problem}");
        }
    }
}
