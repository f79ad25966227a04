//! What resources hold, as people read it.
//!
//! Invariant: every text that came from AWS leaves this file harmless. Screens and dialogs draw no
//! such text that did not pass through here.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::domain::{
    collection::Show,
    failure::Failure,
    lifecycle::Lifecycle,
    row::{Cell, Row, Tone},
    text::harmless,
    time,
};

/// What is shown where AWS did not say.
pub(crate) const ABSENT: &str = "-";
/// What is shown where the answer is still to come.
pub(crate) const PENDING: &str = "...";

/// A member of a row, without the mark of a state.
pub(crate) fn cell<'r>(row: &'r Row, key: &str, show: Show, now: Timestamp) -> Cow<'r, str> {
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

fn value(cell: &Cell, show: Show, now: Timestamp) -> Cow<'_, str> {
    match cell {
        Cell::Absent => Cow::Borrowed(ABSENT),
        Cell::Pending => Cow::Borrowed(PENDING),
        Cell::Text(text) if text.is_empty() => Cow::Borrowed(ABSENT),
        Cell::Text(text) => harmless(text),
        Cell::Integer(number) => Cow::Owned(number.to_string()),
        Cell::Flag(flag) => Cow::Borrowed(if *flag { "yes" } else { "no" }),
        Cell::Time(moment) => Cow::Owned(match show {
            Show::Age => time::age(*moment, now),
            Show::MomentAndAge => {
                format!("{} UTC, {} ago", time::stamp(*moment), time::age(*moment, now))
            }
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

/// A resource as it is named in a breadcrumb or a title: its name, where it has one, and its id.
pub(crate) fn title(row: &Row) -> String {
    match row.name.as_deref().filter(|name| !name.is_empty() && *name != row.id) {
        Some(name) => format!("{} {}", harmless(name), harmless(&row.id)),
        None => harmless(&row.id).into_owned(),
    }
}

/// Where an operation stands, in a word or two.
pub(crate) fn lifecycle(lifecycle: Lifecycle) -> (Tone, Cow<'static, str>) {
    match lifecycle {
        Lifecycle::Requested => (Tone::Busy, "Requested".into()),
        Lifecycle::Accepted => (Tone::Busy, "Accepted".into()),
        Lifecycle::InProgress { percent: Some(percent) } => {
            (Tone::Busy, format!("Running {percent}%").into())
        }
        Lifecycle::InProgress { percent: None } => (Tone::Busy, "Running".into()),
        Lifecycle::Completed => (Tone::Good, "Completed".into()),
        Lifecycle::Partial => (Tone::Warning, "Partial".into()),
        Lifecycle::Failed => (Tone::Bad, "Failed".into()),
        Lifecycle::Unknown => (Tone::Warning, "Looking".into()),
        Lifecycle::Lost => (Tone::Warning, "Unknown".into()),
    }
}

/// A failure in full, one text a paragraph: what was said, and what to try.
pub(crate) fn failure(failure: &Failure) -> Vec<String> {
    let mut said = String::new();
    if !failure.doing.is_empty() {
        said.push_str(&failure.doing);
        said.push_str(": ");
    }
    said.push_str(&failure.reason());
    let mut parts = paragraphs(&said);
    if let Some(id) = &failure.request_id
        && !failure.message.contains(id.as_str())
    {
        parts.push(format!("AWS request id {}", harmless(id)));
    }
    if let Some(hint) = &failure.hint {
        parts.extend(paragraphs(hint));
    }
    parts
}

/// A text of this program that may hold texts of AWS, in harmless paragraphs.
pub(crate) fn paragraphs(text: &str) -> Vec<String> {
    text.lines().map(|line| harmless(line).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::failure::FailureKind;
    use crate::tui::testing::row;

    #[test]
    fn members_are_written_as_their_column_asks() {
        let now: Timestamp = "2026-11-20T02:00:00Z".parse().unwrap();
        let mut row = row("d-1", "Active");
        row.cells = vec![
            ("used", Cell::Integer(3)),
            ("limit", Cell::Integer(5)),
            ("waiting", Cell::Pending),
            ("at", Cell::Time("2026-11-19T01:00:00Z".parse().unwrap())),
            ("flag", Cell::Flag(true)),
            ("many", Cell::List(vec!["a".into(), "b\u{1b}[2J".into()])),
            ("empty", Cell::Text("".into())),
        ];
        for (key, show, expected) in [
            ("used", Show::OutOf("limit"), "3/5"),
            ("used", Show::OutOf("none"), "3"),
            ("used", Show::OutOf("waiting"), "..."),
            ("none", Show::OutOf("limit"), "-"),
            ("at", Show::Age, "1d1h"),
            ("at", Show::Moment, "2026-11-19 01:00:00"),
            ("at", Show::MomentAndAge, "2026-11-19 01:00:00 UTC, 1d1h ago"),
            ("flag", Show::Plain, "yes"),
            ("many", Show::Plain, "a, b\\x1b[2J"),
            ("empty", Show::Plain, "-"),
            ("waiting", Show::Age, "..."),
            ("state", Show::State, "Active"),
        ] {
            assert_eq!(cell(&row, key, show, now), expected, "{key}");
        }
    }

    #[test]
    fn a_failure_is_told_in_full_and_harmlessly() {
        let mut failed = Failure::new(FailureKind::Limit, "CreateSnapshot on d-1", "no\u{1b}more")
            .hint("Delete one.\nOr wait.");
        failed.code = Some("SnapshotLimitExceededException".to_owned());
        failed.request_id = Some("abc".to_owned());
        assert_eq!(
            failure(&failed),
            [
                "CreateSnapshot on d-1: SnapshotLimitExceededException: no\\x1bmore",
                "AWS request id abc",
                "Delete one.",
                "Or wait."
            ]
        );
    }
}
