//! What an action asks for, as data: a dialog in the console, flags on the command line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::place::Place;

/// A value that an action takes.
#[derive(Debug)]
pub struct FieldInfo {
    /// Its name in the request and in the journal.
    pub key: &'static str,
    /// Its flag on the command line, without the dashes.
    pub flag: &'static str,
    /// What it is called in the dialog.
    pub label: &'static str,
    /// One line on what it means.
    pub help: &'static str,
    /// What it may hold.
    pub kind: FieldKind,
}

/// What a field may hold.
#[derive(Debug)]
pub enum FieldKind {
    /// Text that may be left out.
    Text {
        /// The most characters AWS accepts.
        max: usize,
        /// Whether AWS accepts a text: `Err` says which rule it breaks. Empty means left out.
        rule: fn(&str) -> Result<(), String>,
    },
    /// Yes or no; no unless said.
    Toggle,
}

impl FieldInfo {
    /// Whether the value may be sent.
    ///
    /// # Errors
    /// The rule that the value breaks, to be shown under the field.
    pub fn check(&self, value: &str) -> Result<(), String> {
        match self.kind {
            FieldKind::Text { rule, .. } => rule(value),
            FieldKind::Toggle => Ok(()),
        }
    }
}

/// What is asked for: an action on one resource, in the place it was prepared in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The service's id.
    pub service: String,
    /// The action's id.
    pub action: String,
    /// The id of the resource acted on.
    pub target: String,
    /// The values given, by field; what was left out is absent.
    pub values: BTreeMap<String, String>,
    /// The account, Region and profile it was prepared under. It is refused under any other.
    pub place: Place,
}

impl Request {
    /// A text value, where one was given.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.values
            .get(key)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Whether a toggle was set.
    #[must_use]
    pub fn is_set(&self, key: &str) -> bool {
        self.values.get(key).is_some_and(|value| value == "true")
    }
}
