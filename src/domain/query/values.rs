//! What a query looks at in a row: the values that are shown of it, and single cells in so many words.
//!
//! Invariants: every value is in lower case and without a line break, so that many can stand one behind
//! the other, a line each.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::domain::{
    collection::{Column, Show},
    format,
    row::{Cell, Row},
    text::is_hostile,
};

/// What words and patterns look at: what is shown of a row, and its tags, in lower case, one value
/// after the other, none with a line break. Ages are left out, since they change while nobody looks.
///
/// Behind each stands where the key of a tag ends in it; zero where it is none.
pub fn values(row: &Row, columns: &[Column], mut each: impl FnMut(&str, u32)) {
    let mut lower = String::new();
    let mut add = |value: &str, key: &str| {
        if value.is_ascii() {
            lower.clear();
            lower.push_str(value);
            lower.make_ascii_lowercase();
        } else {
            lower = value.to_lowercase();
        }
        if lower.contains('\n') {
            lower = lower.replace('\n', " ");
        }
        // In lower case it may be longer.
        let key = if key.is_ascii() {
            key.len()
        } else {
            key.to_lowercase().len()
        };
        each(&lower, u32::try_from(key).unwrap_or(0));
    };
    add(&row.id, "");
    add(&row.state.word, "");
    if let Some(name) = &row.name {
        add(name, "");
    }
    for column in columns {
        if matches!(column.show, Show::Age | Show::State) || matches!(column.key, "id" | "name") {
            continue;
        }
        if !matches!(row.cell(column.key), Cell::Tags(_)) {
            let now = Timestamp::UNIX_EPOCH;
            add(&format::cell(row, column.key, column.show, now), "");
        }
    }
    let mut pair = String::new();
    for (_, cell) in &row.cells {
        if let Cell::Tags(tags) = cell {
            for (key, value) in tags {
                pair.clear();
                pair.extend([&**key, "=", value]);
                add(&pair, key);
            }
        }
    }
}

/// A cell in so many words that its row need not be looked at again.
#[derive(Debug, Clone, PartialEq)]
pub enum Brief<'r> {
    /// A text, in lower case and harmless.
    Text(Cow<'r, str>),
    /// What is no text and does not grow, or nothing.
    Cell(Cell),
    /// Only the row can say.
    Row,
}

/// What a row holds of a member.
#[must_use]
pub fn brief<'r>(row: &'r Row, key: &str) -> Brief<'r> {
    match key {
        "id" => brief_text(&row.id),
        "name" => brief_text(row.name.as_deref().unwrap_or_default()),
        "state" => brief_text(&row.state.word),
        "region" => brief_text(row.region.as_str()),
        "account" => brief_text(row.account.as_str()),
        _ => match row.cell(key) {
            Cell::Text(text) => brief_text(text),
            Cell::List(_) | Cell::Tags(_) => Brief::Row,
            // A chart says no more than nothing does.
            Cell::Days(_) => Brief::Cell(Cell::Absent),
            other => Brief::Cell(other.clone()),
        },
    }
}

fn brief_text(text: &str) -> Brief<'_> {
    if text.chars().any(is_hostile) {
        return Brief::Row;
    }
    Brief::Text(
        if text
            .bytes()
            .any(|b| !b.is_ascii() || b.is_ascii_uppercase())
        {
            Cow::Owned(text.to_lowercase())
        } else {
            Cow::Borrowed(text)
        },
    )
}
