//! Results on standard output, messages on standard error.
//!
//! Invariants: no text leaves here that could steer a terminal. Tables and CSV spell hostile
//! characters out; JSON escapes them as `\u` sequences, so that it stays exact. A text in CSV is no
//! formula to a spreadsheet.

use std::{
    borrow::Cow,
    io::{self, IsTerminal, Write},
};

use anyhow::{Context as _, Error, Result};
use clap::{ValueEnum, builder::PossibleValue};
use clap_complete::Shell;
use serde::Serialize;
use serde_json::{
    Value,
    ser::{CompactFormatter, Formatter, PrettyFormatter},
};
use unicode_width::UnicodeWidthStr;

use super::{exit::Code, grammar};
use crate::domain::{
    export::guarded,
    failure::causes,
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

/// How much is written at once: a long list should not cost a system call every few records.
const CHUNK: usize = 64 * 1024;

impl Printer {
    pub(super) fn new(format: Option<Format>) -> Self {
        let default = if io::stdout().is_terminal() {
            Format::Table
        } else {
            Format::Json
        };
        Self {
            format: format.unwrap_or(default),
        }
    }

    pub(super) fn format(&self) -> Format {
        self.format
    }

    /// Results that are written as they become known. Not for tables, which must know all of them.
    /// `headings` are the keys that every record begins with: all that is known of an empty list.
    pub(super) fn stream(&self, headings: &'static [&'static str]) -> Stream {
        Stream {
            format: self.format,
            headings,
            out: io::BufWriter::with_capacity(CHUNK, io::stdout()),
            written: 0,
        }
    }

    /// Writes several results: as an array in JSON. `headings` as for [`Printer::stream`].
    pub(super) fn many(
        &self,
        records: &[Value],
        headings: &'static [&'static str],
        table: impl FnOnce() -> Table,
    ) -> Result<()> {
        if self.format == Format::Table {
            let mut out = io::BufWriter::new(io::stdout().lock());
            return finished(table().write(&mut out).and_then(|()| out.flush()));
        }
        let mut stream = self.stream(headings);
        for record in records {
            finished(stream.write(record))?;
        }
        stream.end()
    }

    /// Writes one result: as an object in JSON.
    pub(super) fn one(&self, record: &Value, table: impl FnOnce() -> Table) -> Result<()> {
        if self.format == Format::Json {
            let mut out = io::stdout().lock();
            let written = write_json(&mut out, record, Layout::pretty());
            return finished(written.and_then(|()| out.flush()));
        }
        self.many(std::slice::from_ref(record), &[], table)
    }
}

/// A reader that closed the pipe, such as `head`, has seen what it wanted.
pub(super) fn finished(written: io::Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("the result cannot be written to standard output"),
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

/// A line for people that stays open: the next one is written over it.
pub(super) fn status(text: &str) {
    let mut out = io::stderr().lock();
    let _closed = write!(out, "\r\x1b[K{}", harmless(text)).and_then(|()| out.flush());
}

/// Takes an open line away.
pub(super) fn clear_status() {
    let mut out = io::stderr().lock();
    let _closed = write!(out, "\r\x1b[K").and_then(|()| out.flush());
}

/// An error for people, with its causes.
pub fn report(error: &Error) {
    message(&causes(error.as_ref()));
}

/// Text with its line breaks, and nothing else that a terminal would obey.
pub(super) fn lines(text: &str) -> String {
    text.split('\n')
        .map(harmless)
        .collect::<Vec<Cow<'_, str>>>()
        .join("\n")
}

pub(super) use crate::domain::record::{ENVELOPE, Record};

/// Writes records one after the other, as they become known, so that a long list costs no memory.
pub(super) struct Stream {
    format: Format,
    headings: &'static [&'static str],
    out: io::BufWriter<io::Stdout>,
    written: usize,
}

impl Stream {
    /// Writes one more record.
    pub(super) fn write(&mut self, record: &impl Serialize) -> io::Result<()> {
        let first = self.written == 0;
        self.written += 1;
        match self.format {
            Format::Json => {
                self.out
                    .write_all(if first { b"[\n  " } else { b",\n  " })?;
                serialize(&mut self.out, record, Layout::element())
            }
            Format::JsonLines => {
                serialize(&mut self.out, record, Layout::Line)?;
                self.out.write_all(b"\n")
            }
            Format::Csv | Format::Table => write_csv_record(&mut self.out, record, first),
        }
    }

    /// How many were written.
    pub(super) fn written(&self) -> usize {
        self.written
    }

    /// Ends the list.
    pub(super) fn end(mut self) -> Result<()> {
        let end = match (self.format, self.written) {
            (Format::Json, 0) => "[]\n".to_owned(),
            (Format::Json, _) => "\n]\n".to_owned(),
            (Format::Csv, 0) if !self.headings.is_empty() => self.headings.join(",") + "\n",
            _ => String::new(),
        };
        let written = self.out.write_all(end.as_bytes());
        finished(written.and_then(|()| self.out.flush()))
    }
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

fn write_json(out: &mut impl Write, value: &impl Serialize, layout: Layout) -> io::Result<()> {
    serialize(out, value, layout)?;
    out.write_all(b"\n")
}

fn serialize(out: &mut impl Write, value: &impl Serialize, layout: Layout) -> io::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(out, layout))?;
    Ok(())
}

/// How JSON is laid out. Hostile characters inside strings become `\u` escapes, so that the text is
/// exact and cannot steer a terminal.
enum Layout {
    /// All on one line.
    Line,
    /// Indented for people.
    Pretty(PrettyFormatter<'static>),
}

impl Layout {
    fn pretty() -> Self {
        Self::Pretty(PrettyFormatter::new())
    }

    /// As an element of an array that is being written by hand: one step further in.
    fn element() -> Self {
        let mut formatter = PrettyFormatter::new();
        // Writing to nowhere cannot fail.
        let _infallible = formatter.begin_array(&mut io::sink());
        Self::Pretty(formatter)
    }
}

/// Passes a call on to the pretty formatter, or to the compact one.
macro_rules! lay_out {
    ($($name:ident($($argument:ident: $type:ty),*);)*) => {
        $(fn $name<W: ?Sized + Write>(&mut self, writer: &mut W $(, $argument: $type)*) -> io::Result<()> {
            match self {
                Self::Line => CompactFormatter.$name(writer $(, $argument)*),
                Self::Pretty(formatter) => formatter.$name(writer $(, $argument)*),
            }
        })*
    };
}

impl Formatter for Layout {
    lay_out! {
        begin_array(); end_array(); begin_array_value(first: bool); end_array_value();
        begin_object(); end_object(); begin_object_key(first: bool); begin_object_value(); end_object_value();
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // Most text is plain ASCII, and what is hostile in ASCII serde has escaped but for DEL.
        if fragment.bytes().all(|b| b < 0x7f) {
            return writer.write_all(fragment.as_bytes());
        }
        for c in fragment.chars() {
            if is_hostile(c) {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            } else {
                write!(writer, "{c}")?;
            }
        }
        Ok(())
    }
}

/// Writes a record as CSV, under a line of its keys where it is the first.
fn write_csv_record(out: &mut impl Write, record: &impl Serialize, first: bool) -> io::Result<()> {
    let Value::Object(members) = serde_json::to_value(record)? else {
        return Ok(());
    };
    let field = |value: &Value| match value {
        Value::Null => Ok(String::new()),
        // Times begin with a digit, so nothing but free text is ever changed.
        Value::String(text) => Ok(guarded(text).into_owned()),
        other => {
            let mut text = Vec::new();
            serialize(&mut text, other, Layout::Line)?;
            io::Result::Ok(String::from_utf8_lossy(&text).into_owned())
        }
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    if first {
        writer.write_record(members.keys())?;
    }
    let fields: io::Result<Vec<String>> = members.values().map(field).collect();
    writer.write_record(fields?)?;
    let line = writer
        .into_inner()
        .map_err(csv::IntoInnerError::into_error)?;
    out.write_all(&line)
}

/// Prints the completions of a shell.
pub(super) fn completions(shell: Shell) -> Result<Code> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut grammar::grammar(), "snapdeck", &mut text);
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
        write_json(&mut out, &value, Layout::pretty()).unwrap();
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
        let record = serde_json::json!({ "id": "x", "name": "a,\"b\"\n\x1b", "n": null });
        write_csv_record(&mut out, &record, true).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "id,name,n\nx,\"a,\"\"b\"\"\\n\\x1b\",\n"
        );
    }

    #[test]
    fn csv_holds_no_formulas_and_leaves_numbers_alone() {
        let mut out = Vec::new();
        let record = serde_json::json!({ "a": "=1+1", "b": "@x", "c": -3, "d": "2026-01-01", "e": "a=b", "f": ["=1"] });
        write_csv_record(&mut out, &record, false).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "'=1+1,'@x,-3,2026-01-01,a=b,\"[\"\"=1\"\"]\"\n"
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
