//! Texts as the console words them, beside what resources hold, which is worded in `domain::format`.
//!
//! Invariant: every text that came from AWS leaves these two files harmless. Screens and dialogs draw
//! no such text that did not pass through here.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::domain::{
    collection::{Member, Show},
    failure::Failure,
    format as domain,
    lifecycle::Lifecycle,
    row::{Cell, Row, Tone},
    text::harmless,
    words::grouped,
};

pub(crate) use crate::domain::{
    format::{ABSENT, PENDING, UNKNOWN, cell as exact},
    text::sentence,
};

/// A member of a row as it is shown, large numbers in groups.
pub(crate) fn cell<'r>(row: &'r Row, key: &str, show: Show, now: Timestamp) -> Cow<'r, str> {
    match (row.cell(key), show) {
        (Cell::Integer(used), Show::OutOf(limit)) => match row.cell(limit) {
            Cell::Integer(limit) => Cow::Owned(format!("{}/{}", grouped(used), grouped(limit))),
            _ => domain::cell(row, key, show, now),
        },
        (Cell::Integer(number), _) => Cow::Owned(grouped(number)),
        _ => domain::cell(row, key, show, now),
    }
}

/// A member of a row beside its label. A moment says that it is UTC, unless the label does.
pub(crate) fn member<'r>(row: &'r Row, member: &Member, now: Timestamp) -> Cow<'r, str> {
    let text = cell(row, member.key, member.show, now);
    let is_bare = member.show == Show::Moment && !member.label.contains("UTC");
    match row.cell(member.key) {
        Cell::Time(_) if is_bare => Cow::Owned(format!("{text} UTC")),
        _ => text,
    }
}

/// A resource as it is named in a breadcrumb or a title: its name, where it has one, and its id.
pub(crate) fn title(row: &Row) -> String {
    match row
        .name
        .as_deref()
        .filter(|name| !name.is_empty() && *name != row.id)
    {
        Some(name) => format!("{} {}", harmless(name), harmless(&row.id)),
        None => harmless(&row.id).into_owned(),
    }
}

/// Where an operation stands, in a word or two.
pub(crate) fn lifecycle(lifecycle: Lifecycle) -> (Tone, Cow<'static, str>) {
    match lifecycle {
        Lifecycle::Requested => (Tone::Busy, "Requested".into()),
        Lifecycle::Accepted => (Tone::Busy, "Accepted".into()),
        Lifecycle::InProgress {
            percent: Some(percent),
        } => (Tone::Busy, format!("Running {percent}%").into()),
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
    let said = if failure.doing.is_empty() {
        sentence(&failure.reason())
    } else {
        format!("{}: {}", failure.doing, failure.reason())
    };
    let mut parts = paragraphs(&said);
    if let Some(id) = &failure.request_id
        && !failure.message.contains(id.as_str())
    {
        parts.push(format!("AWS request id {}", harmless(id)));
    }
    parts.extend(remedies(failure));
    parts
}

/// What to try about a failure.
fn remedies(failure: &Failure) -> Vec<String> {
    let ways = failure.ways.iter();
    let ways = ways.map(|way| harmless(&sentence(&way.in_the_console())).into_owned());
    let mut all: Vec<String> = ways.collect();
    if let Some(hint) = &failure.hint {
        all.extend(paragraphs(hint));
    }
    all
}

/// The same on one line.
pub(crate) fn ways(failure: &Failure) -> String {
    in_sentences(&remedies(failure))
}

/// The same on one line, each text a sentence of its own.
pub(crate) fn told(told: &Failure) -> String {
    in_sentences(&failure(told))
}

/// Texts one after the other, each of them ended.
pub(crate) fn in_sentences(texts: &[String]) -> String {
    let ended = texts.iter().map(|text| {
        let text = text.trim_end();
        if text.ends_with(['.', '!', '?', ':']) {
            text.to_owned()
        } else {
            format!("{text}.")
        }
    });
    ended.collect::<Vec<_>>().join(" ")
}

/// A text of this program that may hold texts of AWS, in harmless paragraphs.
pub(crate) fn paragraphs(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| harmless(line).into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::failure::FailureKind;

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
        assert_eq!(
            told(&failed),
            "CreateSnapshot on d-1: SnapshotLimitExceededException: no\\x1bmore. AWS request id abc. \
             Delete one. Or wait."
        );
    }
}
