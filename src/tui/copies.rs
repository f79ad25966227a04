//! What can be copied of a row beside its id: any of its values, and all of it as JSON.
//!
//! Invariant: what is copied is the value itself, not how it is shown: a moment as RFC 3339, a number
//! without groups, a list with one item a line.

use crate::domain::{
    row::{Cell, Row},
    text::harmless,
};

use super::{
    choice::{Choice, Entry},
    format, json,
    store::Kind,
    world::World,
};

/// Everything that can be copied of a row.
pub(crate) fn of_row(kind: Kind, row: &Row, world: &World) -> Vec<Entry> {
    let members = kind.collection.members.iter();
    let values = members.filter_map(|member| {
        let shown = format::cell(row, member.key, member.show, world.now);
        let text = value(row, member.key)?;
        Some(entry(member.label, shown.into_owned(), text))
    });
    let all = json::pretty(kind, row);
    let lines = format!("{} lines", all.lines().count());
    let mut entries: Vec<Entry> = values.collect();
    // Where the id is no member of its own it is no less wanted.
    if kind
        .collection
        .members
        .iter()
        .all(|member| member.key != "id")
    {
        let id = entry("ID", harmless(&row.id).into_owned(), row.id.clone());
        entries.insert(0, id);
    }
    entries.insert(1.min(entries.len()), entry("All as JSON", lines, all));
    entries
}

/// A value that can be copied: what it is called, how it is shown, and what is copied.
pub(crate) fn entry(label: &str, shown: String, text: String) -> Entry {
    Entry {
        label: label.to_owned(),
        note: shown,
        key: String::new(),
        because: None,
        choice: Choice::Copy(label.to_owned(), text),
    }
}

/// A member of a row as a text; none where there is nothing to copy.
fn value(row: &Row, key: &str) -> Option<String> {
    let text = match key {
        "id" => row.id.clone(),
        "name" => row.name.clone().unwrap_or_default(),
        "state" => row.state.word.clone(),
        "region" => row.region.to_string(),
        "account" => row.account.as_str().to_owned(),
        _ => match row.cell(key) {
            Cell::Absent | Cell::Pending | Cell::Unknown | Cell::Days(_) => String::new(),
            Cell::Text(text) => text.to_string(),
            Cell::Integer(number) => number.to_string(),
            Cell::Flag(flag) => flag.to_string(),
            Cell::Time(moment) => moment.to_string(),
            Cell::List(items) => items.join("\n"),
            Cell::Tags(tags) => {
                let pairs = tags.iter().map(|(key, value)| format!("{key}={value}"));
                pairs.collect::<Vec<_>>().join("\n")
            }
        },
    };
    (!text.is_empty()).then_some(text)
}
