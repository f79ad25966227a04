//! What an action asks for, as data: a dialog in the console, flags on the command line.

use std::{collections::BTreeMap, fmt};

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
        /// Whether AWS accepts a text: `Err` says which rule it breaks. Empty means left out, and is
        /// an error where the field cannot be.
        rule: fn(&str) -> Result<(), String>,
        /// What it is called in usage texts, with its unit where it has one: `GIB`. Empty where the
        /// flag says as much.
        argument: &'static str,
    },
    /// Several texts, each by itself: a row each in the dialog, a repeated flag on the command line.
    Many {
        /// The most characters AWS accepts in one.
        max: usize,
        /// Whether AWS accepts one: `Err` says which rule it breaks.
        rule: fn(&str) -> Result<(), String>,
        /// What one is called in usage texts: `KEY=VALUE`.
        argument: &'static str,
    },
    /// Yes or no; no unless said.
    Toggle,
    /// A word of the command line that picks this action out of several of its command. The dialog
    /// has no need of it.
    Marker,
}

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A text, or `true` for a toggle that is set.
    Text(String),
    /// Several texts.
    Many(Vec<String>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Many(texts) => f.write_str(&texts.join(", ")),
        }
    }
}

impl FieldInfo {
    /// Whether the value may be sent.
    ///
    /// # Errors
    /// The rule that the value breaks, to be shown under the field.
    pub fn check(&self, value: &str) -> Result<(), String> {
        match self.kind {
            FieldKind::Text { rule, .. } => rule(value),
            FieldKind::Many { rule, .. } if !value.is_empty() => rule(value),
            FieldKind::Many { .. } | FieldKind::Toggle | FieldKind::Marker => Ok(()),
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
    pub values: BTreeMap<String, Value>,
    /// The account, Region and profile it was prepared under. It is refused under any other.
    pub place: Place,
}

impl Request {
    /// A text value, where one was given.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.values.get(key) {
            Some(Value::Text(text)) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// Several texts; none where none was given.
    #[must_use]
    pub fn many(&self, key: &str) -> &[String] {
        match self.values.get(key) {
            Some(Value::Many(texts)) => texts,
            _ => &[],
        }
    }

    /// Takes values in that were not given: where several texts are, those are added whose part
    /// before `=` is not there yet.
    pub fn complete(&mut self, presets: BTreeMap<String, Value>) {
        for (key, preset) in presets {
            match (self.values.get_mut(&key), preset) {
                (None, preset) => {
                    self.values.insert(key, preset);
                }
                (Some(Value::Many(given)), Value::Many(preset)) => {
                    let name = |text: &str| text.split('=').next().unwrap_or_default().to_owned();
                    let known: Vec<String> = given.iter().map(|text| name(text)).collect();
                    given.extend(
                        preset
                            .into_iter()
                            .filter(|text| !known.contains(&name(text))),
                    );
                }
                (Some(_), _) => {}
            }
        }
    }

    /// Whether a toggle was set.
    #[must_use]
    pub fn is_set(&self, key: &str) -> bool {
        self.text(key) == Some("true")
    }
}
