//! Results on standard output, messages on standard error.
//!
//! Invariant: no text leaves here that could steer a terminal. Tables and CSV spell hostile
//! characters out; JSON escapes them as `\u` sequences, so that it stays exact.

use std::{
    borrow::Cow,
    io::{self, IsTerminal, Write},
};

use anyhow::{Error, Result};
use clap::{ValueEnum, builder::PossibleValue};
use clap_complete::Shell;
use serde_json::{Map, Value};
use unicode_width::UnicodeWidthStr;

use super::{arguments, exit::Code};
use crate::domain::{
    collection::{CollectionInfo, ServiceInfo},
    row::Row,
    text::{harmless, is_hostile},
};

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Columns for people.
    Table,
    /// One JSON value.
    Json,
    /// One JSON object a line.
    JsonLines,
    /// Comma-separated values with a header line.
    Csv,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Table, Self::Json, Self::JsonLines, Self::Csv]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::JsonLines => "jsonl",
            Self::Csv => "csv",
        }))
    }
}

/// Writes results in the format asked for.
pub(super) struct Printer {
    format: Format,
}

impl Printer {
    #[expect(
        clippy::unnecessary_wraps,
        reason = "made with ? beside other fallible set-up"
    )]
    pub(super) fn new(format: Option<Format>) -> Result<Self> {
        let default = if io::stdout().is_terminal() {
            Format::Table
        } else {
            Format::Json
        };
        Ok(Self {
            format: format.unwrap_or(default),
        })
    }

    pub(super) fn format(&self) -> Format {
        self.format
    }

    /// Writes several results: as an array in JSON.
    pub(super) fn many(&self, records: &[Value], table: impl FnOnce() -> Table) -> Result<()> {
        let mut out = io::BufWriter::new(io::stdout().lock());
        let written = match self.format {
            Format::Table => table().write(&mut out),
            Format::Json => write_json(&mut out, &Value::from(records.to_vec()), true),
            Format::JsonLines => records
                .iter()
                .try_for_each(|record| write_json(&mut out, record, false)),
            Format::Csv => write_csv(&mut out, records),
        };
        finished(written.and_then(|()| out.flush()))
    }

    /// Writes one result: as an object in JSON.
    pub(super) fn one(&self, record: &Value, table: impl FnOnce() -> Table) -> Result<()> {
        if self.format == Format::Json {
            let mut out = io::stdout().lock();
            return finished(write_json(&mut out, record, true));
        }
        self.many(std::slice::from_ref(record), table)
    }
}

/// A reader that closed the pipe, such as `head`, has seen what it wanted.
fn finished(written: io::Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// One line of a result that is text by nature.
pub(super) fn line(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    finished(writeln!(out, "{text}").and_then(|()| out.flush()))
}

/// A message for people.
pub(super) fn message(text: &str) {
    // Standard error may be closed; there is nowhere left to say so.
    let _closed = writeln!(io::stderr().lock(), "snapdeck: {}", lines(text));
}

/// An error for people, with its causes.
pub fn report(error: &Error) {
    message(&format!("{error:#}"));
}

/// Text with its line breaks, and nothing else that a terminal would obey.
pub(super) fn lines(text: &str) -> String {
    text.split('\n')
        .map(harmless)
        .collect::<Vec<Cow<'_, str>>>()
        .join("\n")
}

/// A row as scripts read it.
pub(super) fn record(service: &ServiceInfo, collection: &CollectionInfo, row: &Row) -> Value {
    let mut record = Map::new();
    for (key, value) in [
        ("service", Value::from(service.id)),
        ("kind", Value::from(collection.kind)),
        ("id", Value::from(row.id.as_str())),
        ("name", Value::from(row.name.as_deref())),
        ("state", Value::from(row.state.word.as_str())),
        ("region", Value::from(row.region.as_str())),
        ("account", Value::from(row.account.as_str())),
    ] {
        record.insert(key.to_owned(), value);
    }
    for (key, cell) in &row.cells {
        record.insert((*key).to_owned(), cell.to_json());
    }
    Value::Object(record)
}

/// Rows of text under headings, aligned.
pub(super) struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(headings: &[&str]) -> Self {
        Self {
            headings: headings.iter().map(|h| (*h).to_uppercase()).collect(),
            rows: Vec::new(),
        }
    }

    /// A table without headings: labels and values.
    pub(super) fn pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            headings: Vec::new(),
            rows: pairs
                .into_iter()
                .map(|(label, value)| vec![label, value])
                .collect(),
        }
    }

    pub(super) fn push(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let columns = self
            .rows
            .iter()
            .chain([&self.headings])
            .map(Vec::len)
            .max()
            .unwrap_or_default();
        let widths: Vec<usize> = (0..columns)
            .map(|i| {
                self.rows
                    .iter()
                    .chain([&self.headings])
                    .filter_map(|row| row.get(i))
                    .map(|cell| cell.width())
                    .max()
                    .unwrap_or_default()
            })
            .collect();
        let headings = (!self.headings.is_empty()).then_some(&self.headings);
        for row in headings.into_iter().chain(&self.rows) {
            let mut text = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                text.push_str(cell);
                text.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
            }
            writeln!(out, "{}", text.trim_end())?;
        }
        Ok(())
    }
}

fn write_json(out: &mut impl Write, value: &Value, pretty: bool) -> io::Result<()> {
    let text = if pretty {
        serde_json::to_string_pretty(value)
    } else {
        serde_json::to_string(value)
    }?;
    writeln!(out, "{}", escaped(&text))
}

/// JSON text with every hostile character inside its strings as a `\u` escape. The line breaks
/// between members are JSON's own: inside strings serde has escaped them already.
fn escaped(json: &str) -> Cow<'_, str> {
    let hostile = |c: char| is_hostile(c) && c != '\n';
    if !json.chars().any(hostile) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 32);
    for c in json.chars() {
        if hostile(c) {
            out.extend(
                c.encode_utf16(&mut [0; 2])
                    .iter()
                    .map(|unit| format!("\\u{unit:04x}")),
            );
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

fn write_csv(out: &mut impl Write, records: &[Value]) -> io::Result<()> {
    let Some(Value::Object(first)) = records.first() else {
        return Ok(());
    };
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(first.keys())?;
    for record in records {
        let field = |value: &Value| match value {
            Value::Null => String::new(),
            Value::String(text) => harmless(text).into_owned(),
            other => escaped(&other.to_string()).into_owned(),
        };
        writer.write_record(first.keys().map(|key| field(&record[key])))?;
    }
    writer.flush()
}

/// Prints the completions of a shell.
pub(super) fn completions(shell: Shell) -> Result<Code> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut arguments::grammar(), "snapdeck", &mut text);
    finished(io::stdout().lock().write_all(&text))?;
    Ok(Code::Done)
}

/// Prints the manual page, its subcommands included.
pub(super) fn man_page() -> Result<Code> {
    let mut text = Vec::new();
    let grammar = arguments::grammar();
    clap_mangen::Man::new(grammar.clone()).render(&mut text)?;
    for service in grammar.get_subcommands().filter(|c| c.has_subcommands()) {
        for command in service.get_subcommands() {
            let name = format!("snapdeck {} {}", service.get_name(), command.get_name());
            let mut page = Vec::new();
            let man = clap_mangen::Man::new(
                command
                    .clone()
                    .bin_name(&name)
                    .display_name(&name)
                    .disable_help_flag(true),
            );
            man.render_synopsis_section(&mut page)?;
            man.render_options_section(&mut page)?;
            let about = command
                .get_about()
                .map(ToString::to_string)
                .unwrap_or_default();
            writeln!(text, ".SH {}\n{about}", name.to_uppercase())?;
            let inner = String::from_utf8_lossy(&page)
                .replace(".SH SYNOPSIS\n", ".PP\n")
                .replace(".SH OPTIONS\n", ".PP\n");
            text.extend_from_slice(inner.as_bytes());
        }
    }
    finished(io::stdout().lock().write_all(&text))?;
    Ok(Code::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_exact_in_json_and_cannot_steer_a_terminal() {
        let value = serde_json::json!({ "name": "a\u{9b}31m\u{202e}\u{e0041}\x1b[2J" });
        let mut out = Vec::new();
        write_json(&mut out, &value, true).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            !text.chars().any(|c| is_hostile(c) && c != '\n'),
            "{text:?}"
        );
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn csv_quotes_and_spells_out() {
        let mut out = Vec::new();
        write_csv(
            &mut out,
            &[serde_json::json!({ "id": "x", "name": "a,\"b\"\n\x1b", "n": null })],
        )
        .unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "id,name,n\nx,\"a,\"\"b\"\"\\n\\x1b\",\n"
        );
    }

    #[test]
    fn wide_characters_keep_columns_aligned() {
        let mut table = Table::new(&["id", "name"]);
        table.push(vec!["日本".into(), "x".into()]);
        table.push(vec!["abcdef".into(), "y".into()]);
        let mut out = Vec::new();
        table.write(&mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "ID      NAME\n日本    x\nabcdef  y\n"
        );
    }
}
