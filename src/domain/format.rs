//! What resources hold, as people read it: the same words in the console's tables and in those of
//! the command line.
//!
//! Invariant: every text that came from AWS leaves this file harmless.

use std::borrow::Cow;

use jiff::Timestamp;

use super::{
    collection::Show,
    recovery::{DayMarks, chart},
    row::{Cell, Row},
    text::harmless,
    time,
};

/// What is shown where AWS did not say.
pub const ABSENT: &str = "-";
/// What is shown where the answer is still to come.
pub const PENDING: &str = "...";
/// What is shown where the answer never came.
pub const UNKNOWN: &str = "?";

/// A member of a row, without the mark of a state.
#[must_use]
pub fn cell<'r>(row: &'r Row, key: &str, show: Show, now: Timestamp) -> Cow<'r, str> {
    match key {
        "id" => harmless(&row.id),
        "name" => row.name.as_deref().map_or(Cow::Borrowed(ABSENT), harmless),
        "state" if row.state.word.is_empty() => Cow::Borrowed(ABSENT),
        "state" => harmless(&row.state.word),
        "region" => Cow::Borrowed(row.region.as_str()),
        "account" => harmless(row.account.as_str()),
        _ => match show {
            Show::OutOf(limit) => out_of(row.cell(key), row.cell(limit)),
            _ => value(row.cell(key), show, now),
        },
    }
}

/// A value by itself.
#[must_use]
pub fn value(cell: &Cell, show: Show, now: Timestamp) -> Cow<'_, str> {
    match cell {
        Cell::Absent => Cow::Borrowed(ABSENT),
        Cell::Pending => Cow::Borrowed(PENDING),
        Cell::Unknown => Cow::Borrowed(UNKNOWN),
        Cell::Text(text) if text.is_empty() => Cow::Borrowed(ABSENT),
        Cell::Text(text) => harmless(text),
        Cell::Integer(number) => Cow::Owned(number.to_string()),
        Cell::Flag(flag) => Cow::Borrowed(if *flag { "yes" } else { "no" }),
        Cell::Time(moment) => Cow::Owned(match show {
            Show::Age => time::age(*moment, now),
            Show::MomentAndAge => {
                format!("{} UTC, {}", time::stamp(*moment), time::ago(*moment, now))
            }
            _ => time::stamp(*moment),
        }),
        Cell::List(items) => {
            let items: Vec<_> = items.iter().map(|item| harmless(item)).collect();
            Cow::Owned(items.join(", "))
        }
        Cell::Days(days) => Cow::Owned(chart(days, DayMarks::ASCII)),
        Cell::Tags(tags) => {
            let pair = |(key, value): &(Box<str>, Box<str>)| {
                format!("{}={}", harmless(key), harmless(value))
            };
            Cow::Owned(tags.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A percentage as a bar, in characters that every terminal has: `[####......]`.
#[must_use]
pub fn bar(percent: u8, width: usize) -> String {
    let full = usize::from(percent.min(100)) * width / 100;
    format!("[{}{}]", "#".repeat(full), ".".repeat(width - full))
}

fn out_of<'c>(used: &'c Cell, limit: &'c Cell) -> Cow<'c, str> {
    let now = Timestamp::UNIX_EPOCH;
    match (used, limit) {
        (Cell::Absent, _) => Cow::Borrowed(ABSENT),
        (_, Cell::Absent) => value(used, Show::Plain, now),
        (Cell::Pending, _) | (_, Cell::Pending) => Cow::Borrowed(PENDING),
        (Cell::Unknown, _) | (_, Cell::Unknown) => Cow::Borrowed(UNKNOWN),
        _ => Cow::Owned(format!(
            "{}/{}",
            value(used, Show::Plain, now),
            value(limit, Show::Plain, now)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        place::{Account, Region},
        row::{State, Tone},
    };

    #[test]
    fn a_bar_is_full_only_when_all_is_done() {
        assert_eq!(bar(0, 10), "[..........]");
        assert_eq!(bar(42, 10), "[####......]");
        assert_eq!(bar(99, 10), "[#########.]");
        assert_eq!(bar(100, 10), "[##########]");
        assert_eq!(bar(200, 10), "[##########]");
    }

    #[test]
    fn members_are_written_as_their_column_asks() {
        let now: Timestamp = "2026-11-20T02:00:00Z".parse().unwrap();
        let cells = vec![
            ("used", Cell::Integer(3)),
            ("limit", Cell::Integer(5)),
            ("waiting", Cell::Pending),
            ("at", Cell::Time("2026-11-19T01:00:00Z".parse().unwrap())),
            ("flag", Cell::Flag(true)),
            ("many", Cell::List(vec!["a".into(), "b\u{1b}[2J".into()])),
            ("empty", Cell::Text("".into())),
        ];
        let row = Row {
            id: "d-1".to_owned(),
            name: None,
            state: State::new("Active", Tone::Good),
            region: Region::parse("us-east-1").unwrap(),
            account: Account::new("123456789012"),
            cells,
        };
        for (key, show, expected) in [
            ("used", Show::OutOf("limit"), "3/5"),
            ("used", Show::OutOf("none"), "3"),
            ("used", Show::OutOf("waiting"), "..."),
            ("none", Show::OutOf("limit"), "-"),
            ("at", Show::Age, "1d1h"),
            ("at", Show::Moment, "2026-11-19 01:00:00"),
            (
                "at",
                Show::MomentAndAge,
                "2026-11-19 01:00:00 UTC, 1d1h ago",
            ),
            ("flag", Show::Plain, "yes"),
            ("many", Show::Plain, "a, b\\x1b[2J"),
            ("empty", Show::Plain, "-"),
            ("waiting", Show::Age, "..."),
            ("state", Show::State, "Active"),
        ] {
            assert_eq!(cell(&row, key, show, now), expected, "{key}");
        }
    }
}
