//! Reading a TOML file with errors that a user can act on.
//!
//! Invariants: every error has the file, the line, the key and what would be right; an unknown key
//! is refused with the nearest known one. It knows no key of scenarios.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ScenarioError;

/// What a moment looks like.
const MOMENT: &str = "2026-03-01T12:00:00Z";
/// Names further apart than this are not suggested.
const NEAR: f64 = 0.7;

/// A file that is being read.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) origin: &'a str,
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// An error at a place in the text.
    pub(super) fn error(self, at: usize, problem: impl Into<String>) -> ScenarioError {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        ScenarioError::Invalid {
            origin: self.origin.to_owned(),
            line,
            problem: problem.into(),
        }
    }
}

/// A table of the file, whose keys are known to be known ones.
pub(super) struct Table<'a> {
    source: Source<'a>,
    entries: &'a DeTable<'a>,
    /// How errors call it: empty for the top, otherwise such as `directories[2]`.
    name: String,
    at: usize,
}

impl<'a> Table<'a> {
    /// A table that may have these keys and no others.
    pub(super) fn new(
        source: Source<'a>,
        name: String,
        table: &'a Spanned<DeTable<'a>>,
        known: &[&str],
    ) -> Result<Self, ScenarioError> {
        Self::with(source, name, table.get_ref(), table.span().start, known)
    }

    fn with(
        source: Source<'a>,
        name: String,
        entries: &'a DeTable<'a>,
        at: usize,
        known: &[&str],
    ) -> Result<Self, ScenarioError> {
        let table = Self {
            source,
            entries,
            name,
            at,
        };
        let unknown = entries
            .keys()
            .filter(|key| !known.contains(&key.get_ref().as_ref()))
            .min_by_key(|key| key.span().start);
        match unknown {
            None => Ok(table),
            Some(key) => {
                let name = key.get_ref().as_ref();
                let hint = match nearest(name, known) {
                    Some(near) => format!("; did you mean \"{near}\"?"),
                    None => format!("; known keys: {}", known.join(", ")),
                };
                let problem = format!("unknown key \"{}\"{hint}", table.path(name));
                Err(source.error(key.span().start, problem))
            }
        }
    }

    fn path(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }

    /// Does the table say anything of this key?
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.entries.get(key)
    }

    /// An error at the value of a key, or at the table if it has none.
    pub(super) fn error(&self, key: &str, problem: impl AsRef<str>) -> ScenarioError {
        let at = self.get(key).map_or(self.at, |value| value.span().start);
        self.source
            .error(at, format!("{}: {}", self.path(key), problem.as_ref()))
    }

    fn wrong_type(&self, key: &str, value: &DeValue<'_>, wanted: &str) -> ScenarioError {
        self.error(
            key,
            format!("it is of type {}; it must be {wanted}", value.type_str()),
        )
    }

    pub(super) fn string(&self, key: &str) -> Result<Option<&'a str>, ScenarioError> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        match value.get_ref() {
            DeValue::String(text) => Ok(Some(text.as_ref())),
            other => Err(self.wrong_type(key, other, "a string")),
        }
    }

    pub(super) fn owned(&self, key: &str) -> Result<Option<String>, ScenarioError> {
        Ok(self.string(key)?.map(str::to_owned))
    }

    /// A string that stands for something else.
    pub(super) fn parsed<T>(
        &self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ScenarioError> {
        self.string(key)?
            .map(|text| parse(text).map_err(|problem| self.error(key, problem)))
            .transpose()
    }

    /// A value that the table must have.
    pub(super) fn required<T>(
        &self,
        key: &str,
        value: Option<T>,
        example: &str,
    ) -> Result<T, ScenarioError> {
        value.ok_or_else(|| self.error(key, format!("it is missing; write such as {example}")))
    }

    pub(super) fn integer(
        &self,
        key: &str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<u64>, ScenarioError> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let DeValue::Integer(number) = value.get_ref() else {
            return Err(self.wrong_type(key, value.get_ref(), "a whole number"));
        };
        u64::from_str_radix(number.as_str(), number.radix())
            .ok()
            .filter(|number| range.contains(number))
            .map(Some)
            .ok_or_else(|| {
                let (from, to) = (range.start(), range.end());
                let problem = format!(
                    "{} is out of range; it must be from {from} to {to}",
                    number.as_str()
                );
                self.error(key, problem)
            })
    }

    pub(super) fn number(&self, key: &str) -> Result<Option<f64>, ScenarioError> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let text = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            other => return Err(self.wrong_type(key, other, "a number")),
        };
        text.parse()
            .map(Some)
            .map_err(|_| self.error(key, format!("{text} is not a number")))
    }

    /// A date and a time with their zone.
    pub(super) fn time(&self, key: &str) -> Result<Option<Timestamp>, ScenarioError> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let DeValue::Datetime(time) = value.get_ref() else {
            let wanted = format!("a moment, such as {MOMENT}");
            return Err(self.wrong_type(key, value.get_ref(), &wanted));
        };
        time.to_string().parse().map(Some).map_err(|_| {
            let problem = format!(
                "{time} is no moment; write the date, the time and the zone, such as {MOMENT}"
            );
            self.error(key, problem)
        })
    }

    pub(super) fn boolean(&self, key: &str) -> Result<Option<bool>, ScenarioError> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        match value.get_ref() {
            DeValue::Boolean(truth) => Ok(Some(*truth)),
            other => Err(self.wrong_type(key, other, "true or false")),
        }
    }

    /// A table of strings, whose keys are the user's own.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<(String, String)>, ScenarioError> {
        let Some(value) = self.get(key) else {
            return Ok(Vec::new());
        };
        let DeValue::Table(entries) = value.get_ref() else {
            return Err(self.wrong_type(key, value.get_ref(), "a table of strings"));
        };
        entries
            .iter()
            .map(|(name, value)| match value.get_ref() {
                DeValue::String(text) => Ok((name.get_ref().to_string(), text.to_string())),
                other => Err(self.wrong_type(key, other, "a table of strings")),
            })
            .collect()
    }

    /// A table in the table.
    pub(super) fn table(
        &self,
        key: &str,
        known: &[&str],
    ) -> Result<Option<Table<'a>>, ScenarioError> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        match value.get_ref() {
            DeValue::Table(entries) => {
                let at = value.span().start;
                Self::with(self.source, self.path(key), entries, at, known).map(Some)
            }
            other => Err(self.wrong_type(key, other, "a table")),
        }
    }

    pub(super) fn strings(&self, key: &str) -> Result<Vec<&'a str>, ScenarioError> {
        let Some(value) = self.get(key) else {
            return Ok(Vec::new());
        };
        let DeValue::Array(items) = value.get_ref() else {
            return Err(self.wrong_type(key, value.get_ref(), "a list of strings"));
        };
        items
            .iter()
            .map(|item| match item.get_ref() {
                DeValue::String(text) => Ok(text.as_ref()),
                other => Err(self.wrong_type(key, other, "a list of strings")),
            })
            .collect()
    }

    /// The tables of a list.
    pub(super) fn tables(
        &self,
        key: &str,
        known: &[&str],
    ) -> Result<Vec<Table<'a>>, ScenarioError> {
        let Some(value) = self.get(key) else {
            return Ok(Vec::new());
        };
        let DeValue::Array(items) = value.get_ref() else {
            return Err(self.wrong_type(key, value.get_ref(), "a list of tables"));
        };
        (1..)
            .zip(items.iter())
            .map(|(number, item)| {
                let name = format!("{}[{number}]", self.path(key));
                match item.get_ref() {
                    DeValue::Table(entries) => {
                        Self::with(self.source, name, entries, item.span().start, known)
                    }
                    other => Err(self.wrong_type(key, other, "a list of tables")),
                }
            })
            .collect()
    }

    /// The whole table as JSON, for a reader that takes JSON.
    pub(super) fn to_json(&self) -> Map<String, Value> {
        self.entries
            .iter()
            .map(|(key, value)| (key.get_ref().to_string(), json(value.get_ref())))
            .collect()
    }
}

fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Value::from(number.as_str()), Value::from),
        DeValue::Float(number) => Value::from(number.as_str().parse::<f64>().unwrap_or_default()),
        DeValue::Boolean(truth) => Value::from(*truth),
        DeValue::Datetime(time) => Value::from(time.to_string()),
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Table(entries) => entries
            .iter()
            .map(|(key, value)| (key.get_ref().to_string(), json(value.get_ref())))
            .collect(),
    }
}

/// The known name that a wrong one was probably meant to be.
pub(super) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate), *candidate))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|(first, _), (second, _)| first.total_cmp(second))
        .map(|(_, candidate)| candidate)
}

/// A whole number that fits 32 bits.
pub(super) fn small(
    table: &Table<'_>,
    key: &str,
    from: u32,
    to: u32,
) -> Result<Option<u32>, ScenarioError> {
    let number = table.integer(key, u64::from(from)..=u64::from(to))?;
    Ok(number.and_then(|number| u32::try_from(number).ok()))
}
