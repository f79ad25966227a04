//! Rows as a file that other programs read: exact values, no ages, nothing cut.
//!
//! Invariant: a spreadsheet must not take a text from AWS for a formula. A text that begins as one
//! does gets an apostrophe in front, which spreadsheets hide, and hostile characters are spelled out.

use std::borrow::Cow;

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{
    collection::{Column, Show},
    row::{Cell, Row},
    text::harmless,
};

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values under a line of keys, RFC 4180.
    Csv,
    /// An array of objects.
    Json,
}

impl Format {
    /// How a file of this form ends.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// The keys of what columns show, each once: that of a limit follows what it limits.
#[must_use]
pub fn keys(columns: &[Column]) -> Vec<&'static str> {
    let mut keys: Vec<&'static str> = Vec::new();
    for column in columns {
        let limit = match column.show {
            Show::OutOf(limit) => Some(limit),
            _ => None,
        };
        for key in std::iter::once(column.key).chain(limit) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    keys
}

/// Rows as CSV.
pub fn csv<'r>(keys: &[&str], rows: impl Iterator<Item = &'r Row>) -> String {
    let mut text = keys.join(",");
    text.push('\n');
    for row in rows {
        for (index, key) in keys.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            text.push_str(&quoted(&value(row, key)));
        }
        text.push('\n');
    }
    text
}

/// A row as an object of these members.
#[derive(Debug, Clone, Copy)]
pub struct Members<'r> {
    /// The members.
    pub keys: &'r [&'static str],
    /// The row.
    pub row: &'r Row,
}

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = self.row;
        let mut map = serializer.serialize_map(Some(self.keys.len()))?;
        for key in self.keys {
            match *key {
                "id" => map.serialize_entry(key, &row.id)?,
                "name" => map.serialize_entry(key, &row.name)?,
                "state" => map.serialize_entry(key, &row.state.word)?,
                "region" => map.serialize_entry(key, row.region.as_str())?,
                "account" => map.serialize_entry(key, row.account.as_str())?,
                _ => map.serialize_entry(key, row.cell(key))?,
            }
        }
        map.end()
    }
}

/// A member as one field of CSV, not yet quoted. Lists and tags are joined by semicolons.
fn value<'r>(row: &'r Row, key: &str) -> Cow<'r, str> {
    match key {
        "id" => guarded(&row.id),
        "name" => guarded(row.name.as_deref().unwrap_or_default()),
        "state" => guarded(&row.state.word),
        "region" => Cow::Borrowed(row.region.as_str()),
        "account" => Cow::Borrowed(row.account.as_str()),
        _ => match row.cell(key) {
            Cell::Absent | Cell::Pending | Cell::Unknown => Cow::Borrowed(""),
            Cell::Text(text) => guarded(text),
            Cell::Integer(number) => Cow::Owned(number.to_string()),
            Cell::Flag(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
            Cell::Time(moment) => Cow::Owned(moment.to_string()),
            Cell::Days(days) => {
                let counts: Vec<String> = days
                    .iter()
                    .map(|day| format!("{}: {}", day.date, day.count))
                    .collect();
                Cow::Owned(counts.join("; "))
            }
            Cell::List(items) => Cow::Owned(guarded(&items.join("; ")).into_owned()),
            Cell::Tags(tags) => {
                let pairs: Vec<String> = tags.iter().map(|(k, v)| format!("{k}={v}")).collect();
                Cow::Owned(guarded(&pairs.join("; ")).into_owned())
            }
        },
    }
}

/// A text that neither steers a terminal nor is taken for a formula.
#[must_use]
pub fn guarded(text: &str) -> Cow<'_, str> {
    let text = harmless(text);
    if text.starts_with(['=', '+', '-', '@']) {
        Cow::Owned(format!("'{text}"))
    } else {
        text
    }
}

fn quoted(text: &str) -> Cow<'_, str> {
    let plain =
        !text.contains(['"', ',', '\n', '\r']) && !text.starts_with(' ') && !text.ends_with(' ');
    if plain {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        place::{Account, Region},
        row::{State, Tone},
    };
    use proptest::prelude::*;

    const COLUMNS: &[Column] = &[
        Column::fixed("id", "ID", Show::Plain, 8, 0),
        Column::growing("name", "Name", 8),
        Column::fixed("taken", "Taken", Show::Moment, 8, 0),
        Column::fixed("taken", "Age", Show::Age, 8, 0),
        Column::fixed("used", "Used", Show::OutOf("limit"), 8, 0),
        Column::fixed("note", "Note", Show::Plain, 8, 0),
    ];

    fn row(name: &str, note: Cell) -> Row {
        let taken: jiff::Timestamp = "2026-11-20T02:00:00Z".parse().unwrap();
        Row {
            id: "copy-1".to_owned(),
            name: Some(name.to_owned()),
            state: State::new("ok", Tone::Good),
            region: Region::parse("us-east-1").unwrap(),
            account: Account::new("123456789012"),
            cells: vec![
                ("taken", Cell::Time(taken)),
                ("used", Cell::Integer(-3)),
                ("limit", Cell::Integer(5)),
                ("note", note),
                ("hidden", Cell::Flag(true)),
            ],
        }
    }

    #[test]
    fn what_is_shown_is_written_exactly_and_once() {
        let keys = keys(COLUMNS);
        assert_eq!(keys, ["id", "name", "taken", "used", "limit", "note"]);
        let rows = [
            row("a, \"b\"", Cell::Absent),
            row("=HYPERLINK(1)", Cell::List(vec!["@x".into(), "y".into()])),
            row("\x1b[2J", Cell::Tags(vec![("-k".into(), "v".into())])),
        ];
        assert_eq!(
            csv(&keys, rows.iter()),
            "id,name,taken,used,limit,note\n\
             copy-1,\"a, \"\"b\"\"\",2026-11-20T02:00:00Z,-3,5,\n\
             copy-1,'=HYPERLINK(1),2026-11-20T02:00:00Z,-3,5,'@x; y\n\
             copy-1,\\x1b[2J,2026-11-20T02:00:00Z,-3,5,'-k=v\n"
        );
        let keys = &keys[..];
        let record = Members {
            keys,
            row: &rows[1],
        };
        assert_eq!(
            serde_json::to_string(&record).unwrap(),
            r#"{"id":"copy-1","name":"=HYPERLINK(1)","taken":"2026-11-20T02:00:00Z","used":-3,"limit":5,"note":["@x","y"]}"#
        );
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back_by_another_program(name in "\\PC{0,12}") {
            let rows = [row(&name, Cell::Absent)];
            let text = csv(&["id", "name"], rows.iter());
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let records: Vec<_> = reader.records().collect::<Result<_, _>>().unwrap();
            prop_assert_eq!(records.len(), 1);
            let field = &records[0][1];
            prop_assert!(!field.starts_with(['=', '+', '-', '@']));
            let kept = field.strip_prefix('\'').filter(|rest| name.starts_with(['=', '+', '-', '@']) && !rest.is_empty());
            prop_assert_eq!(kept.unwrap_or(field), harmless(&name));
        }
    }
}
