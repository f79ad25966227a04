//! Rows as JSON, exact and harmless: what could steer a terminal is escaped inside its string.

use std::fmt::Write;

use crate::domain::{export::Members, record::Record, row::Row, text::is_hostile};

use super::store::Kind;

/// A row as indented JSON.
pub(crate) fn pretty(kind: Kind, row: &Row) -> String {
    let record = Record {
        service: kind.service,
        collection: kind.collection,
        row,
    };
    // Keys are texts and values are plain, so nothing of it can fail.
    harmless(&serde_json::to_string_pretty(&record).unwrap_or_default())
}

/// Rows as an array of these members.
pub(crate) fn array<'r>(keys: &[&'static str], rows: impl Iterator<Item = &'r Row>) -> String {
    let records: Vec<Members<'_>> = rows.map(|row| Members { keys, row }).collect();
    let mut text = harmless(&serde_json::to_string_pretty(&records).unwrap_or_default());
    text.push('\n');
    text
}

/// JSON with every hostile character as an escape; the line breaks between its parts stay.
pub(crate) fn harmless(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_hostile(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _infallible = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::row::Cell,
        tui::testing::{SERVICE, row},
    };

    #[test]
    fn it_is_exact_and_cannot_steer_a_terminal() {
        let mut row = row("box-1", "Active");
        let name = "a\u{9b}31m\u{202e}\u{e0041}\x1b[2J\n";
        row.name = Some(name.to_owned());
        row.cells = vec![("size", Cell::Integer(7)), ("gone", Cell::Absent)];
        let kind = Kind {
            service: &SERVICE,
            collection: &SERVICE.collections[0],
        };
        let text = pretty(kind, &row);
        assert!(
            text.lines().all(|line| !line.chars().any(is_hostile)),
            "{text}"
        );
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["name"], name);
        assert_eq!((&value["kind"], &value["size"]), (&"box".into(), &7.into()));
    }
}
