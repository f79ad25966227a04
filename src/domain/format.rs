//! What resources hold, as people read it: the same words in the console's tables and in those of
//! the command line.
//!
//! Invariant: every text that came from AWS leaves this file harmless.

use std::borrow::Cow;

use jiff::Timestamp;

use super::{
    collection::Show,
    row::{Cell, Row},
    text::harmless,
    time,
};

/// What is shown where AWS did not say.
pub const ABSENT: &str = "-";
/// What is shown where the answer is still to come.
pub const PENDING: &str = "...";

/// A member of a row, without the mark of a state.
#[must_use]
pub fn cell<'r>(row: &'r Row, key: &str, show: Show, now: Timestamp) -> Cow<'r, str> {
    match key {
        "id" => harmless(&row.id),
        "name" => row.name.as_deref().map_or(Cow::Borrowed(ABSENT), harmless),
        "state" => harmless(&row.state.word),
        "region" => Cow::Borrowed(row.region.as_str()),
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
        Cell::Text(text) if text.is_empty() => Cow::Borrowed(ABSENT),
        Cell::Text(text) => harmless(text),
        Cell::Integer(number) => Cow::Owned(number.to_string()),
        Cell::Flag(flag) => Cow::Borrowed(if *flag { "yes" } else { "no" }),
        Cell::Time(moment) => Cow::Owned(match show {
            Show::Age => time::age(*moment, now),
            Show::MomentAndAge => format!(
                "{} UTC, {} ago",
                time::stamp(*moment),
                time::age(*moment, now)
            ),
            _ => time::stamp(*moment),
        }),
        Cell::List(items) => {
            let items: Vec<_> = items.iter().map(|item| harmless(item)).collect();
            Cow::Owned(items.join(", "))
        }
    }
}

fn out_of<'c>(used: &'c Cell, limit: &'c Cell) -> Cow<'c, str> {
    let now = Timestamp::UNIX_EPOCH;
    match (used, limit) {
        (Cell::Absent, _) => Cow::Borrowed(ABSENT),
        (_, Cell::Absent) => value(used, Show::Plain, now),
        (Cell::Pending, _) | (_, Cell::Pending) => Cow::Borrowed(PENDING),
        _ => Cow::Owned(format!(
            "{}/{}",
            value(used, Show::Plain, now),
            value(limit, Show::Plain, now)
        )),
    }
}
