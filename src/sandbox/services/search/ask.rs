//! A request to the engine: its path, its parameters and its body.
//!
//! Invariants: a parameter that the endpoint does not know is refused, as engines refuse it. A
//! value is read before anything is changed.

use hyper::Method;
use jiff::{SignedDuration, Timestamp};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::cluster::Cluster;
use super::domain::{Domain, Engine, Facts, Product};
use super::error::{EngineError, Halt, illegal_argument, no_such_repository};
use super::repository::{Repository, Vaults};
use super::snapshot::Snapshot;
use super::store::Domains;
use crate::sandbox::data_plane::{Http, Signer};
use crate::sandbox::texts::search as texts;
use crate::sandbox::world::World;

/// Parameters that every endpoint takes.
const COMMON: [&str; 8] = [
    "pretty",
    "human",
    "error_trace",
    "format",
    "filter_path",
    "source",
    "source_content_type",
    "timeout",
];

/// What became of `master_timeout`.
const MANAGER_TIMEOUT: &str = "cluster_manager_timeout";

/// A request and the world that it is asked in.
pub(super) struct Ask<'a> {
    pub(super) world: &'a mut World,
    pub(super) now: Timestamp,
    pub(super) http: &'a Http,
    /// The parts of the path, decoded.
    pub(super) path: Vec<String>,
    /// The place of the domain among all.
    place: usize,
}

impl<'a> Ask<'a> {
    /// None: there is no such domain.
    pub(super) fn new(
        world: &'a mut World,
        http: &'a Http,
        region: &str,
        now: Timestamp,
    ) -> Option<Self> {
        let place = world.domains.position(&http.domain, region)?;
        let path = http
            .path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
            .collect();
        Some(Self {
            world,
            now,
            http,
            path,
            place,
        })
    }

    pub(super) fn domains(&mut self) -> &mut Domains {
        &mut self.world.domains
    }

    /// The place of the domain among all.
    pub(super) fn place(&self) -> usize {
        self.place
    }

    pub(super) fn domain(&self) -> &Domain {
        self.world.domains.at(self.place)
    }

    pub(super) fn facts(&self) -> &Facts {
        &self.domain().facts
    }

    pub(super) fn engine(&self) -> Engine {
        self.facts().engine
    }

    pub(super) fn is_opensearch(&self) -> bool {
        self.engine().product == Product::OpenSearch
    }

    pub(super) fn name(&self) -> String {
        self.facts().name.clone()
    }

    pub(super) fn cluster(&self) -> &Cluster {
        &self.domain().cluster
    }

    pub(super) fn cluster_mut(&mut self) -> &mut Cluster {
        &mut self.world.domains.at_mut(self.place).cluster
    }

    pub(super) fn vaults(&self) -> &Vaults {
        &self.world.domains.vaults
    }

    /// Where the domain is, without a scheme.
    pub(super) fn http_address(&self) -> String {
        self.domain().endpoint().unwrap_or_default()
    }

    /// A registered repository.
    pub(super) fn repository(&self, name: &str) -> Result<&Repository, Halt> {
        self.cluster()
            .repositories
            .get(name)
            .ok_or_else(|| no_such_repository(name))
    }

    /// The snapshots that the domain sees in a repository.
    pub(super) fn snapshots(&self, repository: &Repository) -> Vec<&Snapshot> {
        self.vaults()
            .seen(&repository.place, &self.facts().name, self.now)
            .collect()
    }

    /// The caller as fine-grained access control knows it.
    pub(super) fn user(&self) -> String {
        match self.http.signer {
            Signer::Caller => self.world.identity.arn(),
            Signer::Anonymous => "anonymous".to_owned(),
        }
    }

    pub(super) fn method(&self) -> &Method {
        &self.http.method
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.http
            .query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Refuses parameters that neither this endpoint nor every other takes, or that came with a
    /// later engine.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Halt> {
        let known: Vec<&str> = known
            .iter()
            .copied()
            .filter(|name| *name != MANAGER_TIMEOUT || self.engine().says_cluster_manager())
            .collect();
        let unknown: Vec<&str> = self
            .http
            .query
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| !known.contains(name) && !COMMON.contains(name))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let shown: Vec<String> = unknown
            .iter()
            .map(|name| {
                let near = known
                    .iter()
                    .chain(&COMMON)
                    .map(|known| (strsim::normalized_levenshtein(name, known), known))
                    .filter(|(likeness, _)| *likeness > 0.5)
                    .max_by(|(first, _), (second, _)| first.total_cmp(second));
                match near {
                    Some((_, near)) => format!("[{name}] -> did you mean [{near}]?"),
                    None => format!("[{name}]"),
                }
            })
            .collect();
        let plural = if unknown.len() == 1 { "" } else { "s" };
        let path = percent_decode_str(&self.http.path).decode_utf8_lossy();
        Err(illegal_argument(texts::UNKNOWN_PARAMETER.with(&[
            &path,
            plural,
            &shown.join(", "),
        ])))
    }

    /// A parameter that is true or false; said without a value, it is true.
    pub(super) fn truth(&self, name: &str) -> Result<Option<bool>, Halt> {
        match self.parameter(name) {
            None => Ok(None),
            Some("" | "true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(illegal_argument(texts::NOT_A_TRUTH.with(&[other]))),
        }
    }

    /// Refuses what is no time.
    pub(super) fn check_time(&self, names: &[&str]) -> Result<(), Halt> {
        for name in names {
            if let Some(text) = self.parameter(name)
                && time(text).is_none()
            {
                let text = texts::NOT_A_TIME.with(&[name, text]);
                return Err(illegal_argument(text));
            }
        }
        Ok(())
    }

    /// The members of the body; none if there is none.
    pub(super) fn body(&self) -> Result<Option<Map<String, Value>>, Halt> {
        if self.http.body.is_empty() {
            return Ok(None);
        }
        let package = if self.is_opensearch() {
            "org.opensearch"
        } else {
            "org.elasticsearch"
        };
        match serde_json::from_slice(&self.http.body) {
            Ok(Value::Object(members)) => Ok(Some(members)),
            Ok(Value::Array(items)) if items.is_empty() => Ok(Some(Map::new())),
            Ok(_) => {
                let text = texts::NOT_X_CONTENT.plain();
                Err(EngineError::new(500, "not_x_content_exception", text).into())
            }
            Err(error) if error.is_eof() => {
                // Where the missing character would be.
                let at = (error.column() + 1).to_string();
                let text = texts::JSON_ENDS.with(&[package, &error.line().to_string(), &at]);
                Err(EngineError::new(400, "json_e_o_f_exception", text).into())
            }
            Err(error) => {
                let at = error.column().to_string();
                let text = texts::NOT_JSON.with(&[package, &error.line().to_string(), &at]);
                Err(EngineError::new(400, "json_parse_exception", text).into())
            }
        }
    }
}

/// A member that is true or false, perhaps in quotes.
pub(super) fn body_truth(members: &Map<String, Value>, name: &str) -> Result<Option<bool>, Halt> {
    let text = match members.get(name) {
        None => return Ok(None),
        Some(Value::Bool(truth)) => return Ok(Some(*truth)),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    match text.as_str() {
        "true" => Ok(Some(true)),
        "false" => Ok(Some(false)),
        _ => Err(EngineError::new(
            400,
            "illegal_argument_exception",
            texts::NOT_CONVERTIBLE.with(&[name]),
        )
        .caused_by(
            "illegal_argument_exception",
            texts::NOT_A_TRUTH.with(&[&text]),
        )
        .into()),
    }
}

/// Names, in a list or with commas between.
pub(super) fn body_names(
    members: &Map<String, Value>,
    name: &str,
) -> Result<Option<Vec<String>>, Halt> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(split(text))),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| match item {
                Value::String(text) => Ok(text.clone()),
                other => Ok(other.to_string()),
            })
            .collect::<Result<_, Halt>>()
            .map(Some),
        Some(_) => Err(illegal_argument(texts::MALFORMED_NAMES.with(&[name]))),
    }
}

/// The parts between the commas.
pub(super) fn split(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A value as settings show it: a string.
pub(super) fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// `30s`, `1m`, `500ms`, `-1`
fn time(text: &str) -> Option<SignedDuration> {
    if text == "-1" || text == "0" {
        return Some(SignedDuration::ZERO);
    }
    let digits = text.find(|character: char| !character.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let number: i64 = number.parse().ok()?;
    match unit {
        "ms" => Some(SignedDuration::from_millis(number)),
        "s" => Some(SignedDuration::from_secs(number)),
        "m" => Some(SignedDuration::from_secs(number.checked_mul(60)?)),
        "h" => Some(SignedDuration::from_secs(number.checked_mul(3600)?)),
        "d" => Some(SignedDuration::from_secs(number.checked_mul(86_400)?)),
        "micros" | "nanos" => Some(SignedDuration::ZERO),
        _ => None,
    }
}
