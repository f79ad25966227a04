//! A TOML document read with the line of everything in it.
//!
//! Knows types and lines, not what any key means. The document is walked instead of deserialized,
//! because a message must name the line, the key, the value and what would be right, in every
//! section alike.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::domain::text::harmless;

use super::{error::ConfigError, origin::Origin, schema};
use crate::domain::suggest;

/// The most characters of a wrong value that a message repeats.
const SHOWN: usize = 60;

/// A value with the line its key stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item<T> {
    pub(crate) value: T,
    pub(crate) line: usize,
}

/// The text of the file and its name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Document<'d> {
    pub(crate) path: &'d Path,
    pub(crate) text: &'d str,
}

impl<'d> Document<'d> {
    /// Parses the text.
    pub(crate) fn parse(self) -> Result<Spanned<DeTable<'d>>, ConfigError> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        // What follows a text that is not ended is misread too; the first mistake is the one made.
        let first = errors
            .into_iter()
            .min_by_key(|error| error.span().unwrap_or_default().start);
        first.map_or(Ok(table), |error| {
            let span = error.span().unwrap_or_default();
            let mut message = harmless(&error.message().trim().replace('\n', ", ")).into_owned();
            if message == "duplicate key" {
                let key = self.written(span.clone());
                message =
                    format!("the key {key} is there twice (duplicate key); leave one of them out");
            }
            Err(ConfigError::Syntax {
                origin: self.origin(self.line(span.start)),
                message,
            })
        })
    }

    /// A line of this file as the source of a value.
    pub(crate) fn origin(self, line: usize) -> Origin {
        Origin::File {
            path: PathBuf::from(self.path),
            line,
        }
    }

    /// The line that a byte stands on, counted from 1.
    fn line(self, offset: usize) -> usize {
        let before = self
            .text
            .as_bytes()
            .get(..offset)
            .unwrap_or(self.text.as_bytes());
        1 + before
            .split(|byte| *byte == b'\n')
            .count()
            .saturating_sub(1)
    }

    /// What is written in the file at a place, cut to what fits a message.
    fn written(self, span: Range<usize>) -> String {
        let text = self.text.get(span).unwrap_or_default();
        let mut cut: String = text.chars().take(SHOWN).collect();
        if text.chars().nth(SHOWN).is_some() {
            cut.push_str("...");
        }
        harmless(&cut).into_owned()
    }
}

/// A key with the texts it holds.
pub(crate) type NamedList = (String, Item<Vec<String>>);

/// One section of the document, in which every key is known.
#[derive(Debug)]
pub(crate) struct Section<'d> {
    document: Document<'d>,
    name: String,
    entries: Vec<Entry<'d>>,
}

#[derive(Debug)]
struct Entry<'d> {
    key: String,
    line: usize,
    value: &'d Spanned<DeValue<'d>>,
}

impl<'d> Section<'d> {
    /// Opens a section, `name` as in the file and `like` as in the schema, and refuses the first
    /// key in it that is not known.
    pub(crate) fn open(
        document: Document<'d>,
        name: &str,
        like: &str,
        table: &'d DeTable<'d>,
    ) -> Result<Self, ConfigError> {
        let section = Self::open_any(document, name, table);
        let known = schema::known(like);
        match section
            .entries
            .iter()
            .find(|entry| !known.contains(&entry.key.as_str()))
        {
            None => Ok(section),
            Some(entry) => Err(ConfigError::UnknownKey {
                origin: document.origin(entry.line),
                section: harmless(name).into_owned(),
                key: harmless(&entry.key).into_owned(),
                advice: match schema::home_of(&entry.key).filter(|_| like != schema::THEME_FILE) {
                    Some("") => "it belongs at the top of the file".to_owned(),
                    Some(home) => format!("it belongs in [{}]", home.replace('*', "NAME")),
                    None => suggest::advice(&entry.key, &known),
                },
            }),
        }
    }

    /// Opens a section whose keys are names that the user chooses.
    fn open_any(document: Document<'d>, name: &str, table: &'d DeTable<'d>) -> Self {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let entries = entries
            .into_iter()
            .map(|(key, value)| Entry {
                key: key.get_ref().to_string(),
                line: document.line(key.span().start),
                value,
            })
            .collect();
        Self {
            document,
            name: name.to_owned(),
            entries,
        }
    }

    /// The section of a key of this one. `None` where the file does not have it.
    pub(crate) fn section(&self, key: &str) -> Result<Option<Self>, ConfigError> {
        self.table(key)?
            .map(|table| Self::open(self.document, &self.path(key), key, table))
            .transpose()
    }

    /// The sections under a key of this one, by the names the user chose, in the file's order.
    pub(crate) fn named_sections(&self, key: &str) -> Result<Vec<(String, Self)>, ConfigError> {
        let Some(table) = self.table(key)? else {
            return Ok(Vec::new());
        };
        let named = Self::open_any(self.document, &self.path(key), table);
        let mut sections = Vec::new();
        for Entry { key: name, .. } in &named.entries {
            if let Some(table) = named.table(name)? {
                let like = format!("{key}.*");
                let section = Self::open(self.document, &named.path(name), &like, table)?;
                sections.push((name.clone(), section));
            }
        }
        Ok(sections)
    }

    /// The line of its first key; none where it is empty.
    pub(crate) fn first_line(&self) -> Option<usize> {
        self.entries.first().map(|entry| entry.line)
    }

    /// Every text of a section whose keys the user chooses, in the file's order, each passed through
    /// `check` with its key.
    pub(crate) fn named_texts<T>(
        &self,
        key: &str,
        right: &str,
        check: impl Fn(&str, &str) -> Result<T, String>,
    ) -> Result<Vec<T>, ConfigError> {
        let Some(table) = self.table(key)? else {
            return Ok(Vec::new());
        };
        let named = Self::open_any(self.document, &self.path(key), table);
        let mut texts = Vec::new();
        for Entry { key: name, .. } in &named.entries {
            let item = named.text(name, right, |text| check(name, text))?;
            texts.extend(item.map(|item| item.value));
        }
        Ok(texts)
    }

    /// Every key under a key of this section, which are names that the user chooses, with one text or
    /// a list of them, in the file's order.
    pub(crate) fn named_lists(
        &self,
        key: &str,
        right: &str,
    ) -> Result<Vec<NamedList>, ConfigError> {
        match self.table(key)? {
            Some(table) => Self::open_any(self.document, &self.path(key), table).lists(right),
            None => Ok(Vec::new()),
        }
    }

    fn table(&self, key: &str) -> Result<Option<&'d DeTable<'d>>, ConfigError> {
        let Some(entry) = self.entry(key) else {
            return Ok(None);
        };
        let right = format!("it is a section, written [{}]", self.path(key));
        entry
            .value
            .get_ref()
            .as_table()
            .map(Some)
            .ok_or_else(|| self.wrong_type(entry, &right))
    }

    /// Yes or no.
    pub(crate) fn flag(&self, key: &str) -> Result<Option<Item<bool>>, ConfigError> {
        let Some(entry) = self.entry(key) else {
            return Ok(None);
        };
        match entry.value.get_ref() {
            DeValue::Boolean(value) => Ok(Some(Item {
                value: *value,
                line: entry.line,
            })),
            _ => Err(self.wrong_type(entry, "write true or false, without quotes")),
        }
    }

    /// A text that passes `check`; `right` is an example of one.
    pub(crate) fn text<T>(
        &self,
        key: &str,
        right: &str,
        check: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<Item<T>>, ConfigError> {
        let Some(entry) = self.entry(key) else {
            return Ok(None);
        };
        let right = format!("write a text in quotes, such as \"{right}\"");
        let text = entry
            .value
            .get_ref()
            .as_str()
            .ok_or_else(|| self.wrong_type(entry, &right))?;
        let value = check(text).map_err(|problem| self.wrong(entry, &problem))?;
        Ok(Some(Item {
            value,
            line: entry.line,
        }))
    }

    /// A text or a whole number that passes `check`; `right` is an example of a text.
    pub(crate) fn word<T>(
        &self,
        key: &str,
        right: &str,
        check: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<Item<T>>, ConfigError> {
        match self.entry(key) {
            Some(entry) => match entry.value.get_ref() {
                DeValue::Integer(number) => Ok(Some(Item {
                    value: check(&number.to_string())
                        .map_err(|problem| self.wrong(entry, &problem))?,
                    line: entry.line,
                })),
                _ => self.text(key, right, check),
            },
            None => Ok(None),
        }
    }

    /// A whole number from 1 on; `right` is an example of one.
    pub(crate) fn count(&self, key: &str, right: &str) -> Result<Option<Item<usize>>, ConfigError> {
        let Some(entry) = self.entry(key) else {
            return Ok(None);
        };
        let right = format!("write a whole number, such as {right}");
        let DeValue::Integer(number) = entry.value.get_ref() else {
            return Err(self.wrong_type(entry, &right));
        };
        if let Ok(value @ 1..) = number.to_string().parse() {
            let line = entry.line;
            return Ok(Some(Item { value, line }));
        }
        let written = self.document.written(entry.value.span());
        Err(self.wrong(entry, &format!("{written} is out of bounds; {right}")))
    }

    /// A list of texts that passes `check`; `right` is an example of one.
    pub(crate) fn texts<T>(
        &self,
        key: &str,
        right: &str,
        check: impl FnOnce(&[&str]) -> Result<T, String>,
    ) -> Result<Option<Item<T>>, ConfigError> {
        let Some(entry) = self.entry(key) else {
            return Ok(None);
        };
        let texts = entry
            .value
            .get_ref()
            .as_array()
            .and_then(|array| array.iter().map(|one| one.get_ref().as_str()).collect())
            .ok_or_else(|| self.wrong_type(entry, &format!("write a list such as {right}")))?;
        let texts: Vec<&str> = texts;
        let value = check(&texts).map_err(|problem| self.wrong(entry, &problem))?;
        Ok(Some(Item {
            value,
            line: entry.line,
        }))
    }

    /// Every key of the section with one text or a list of them, in the file's order.
    pub(crate) fn lists(&self, right: &str) -> Result<Vec<NamedList>, ConfigError> {
        let mut lists = Vec::new();
        for Entry { key, line, value } in &self.entries {
            let item = match value.get_ref() {
                DeValue::String(text) => Item {
                    value: vec![text.to_string()],
                    line: *line,
                },
                _ => match self.texts(key, right, |texts| {
                    Ok(texts.iter().map(ToString::to_string).collect())
                })? {
                    Some(item) => item,
                    None => continue,
                },
            };
            lists.push((key.clone(), item));
        }
        Ok(lists)
    }

    fn entry(&self, key: &str) -> Option<&Entry<'d>> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The key with its sections in front, as it is named in messages.
    fn path(&self, key: &str) -> String {
        let key = harmless(key);
        if self.name.is_empty() {
            key.into_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }

    fn wrong_type(&self, entry: &Entry<'_>, right: &str) -> ConfigError {
        let value = entry.value;
        let (article, kind) = match value.get_ref() {
            DeValue::Integer(_) => ("an", "integer"),
            DeValue::Array(_) => ("a", "list"),
            DeValue::Table(_) => ("a", "section"),
            DeValue::String(_) => ("a", "text"),
            DeValue::Boolean(_) => ("a", "yes-or-no value"),
            DeValue::Float(_) => ("a", "number"),
            DeValue::Datetime(_) => ("a", "date or time"),
        };
        let written = self.document.written(value.span());
        self.wrong(entry, &format!("{written} is {article} {kind}; {right}"))
    }

    fn wrong(&self, entry: &Entry<'_>, problem: &str) -> ConfigError {
        ConfigError::Value {
            origin: self.document.origin(entry.line),
            problem: format!("{}: {problem}", self.path(&entry.key)),
        }
    }
}
