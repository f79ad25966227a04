//! Texts as the console words them, beside what resources hold, which is worded in `domain::format`.
//!
//! Invariant: every text that came from AWS leaves these two files harmless. Screens and dialogs draw
//! no such text that did not pass through here.

use std::borrow::Cow;

use crate::domain::{
    failure::Failure,
    lifecycle::Lifecycle,
    row::{Row, Tone},
    text::harmless,
};

pub(crate) use crate::domain::format::{ABSENT, PENDING, UNKNOWN, cell};

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
    if let Some(hint) = &failure.hint {
        parts.extend(paragraphs(hint));
    }
    parts
}

/// A text that stands by itself: it begins with a capital letter.
pub(crate) fn sentence(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
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
    }
}
