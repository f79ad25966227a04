//! Operations in the words of people: what was asked, by the titles that the services give.

use crate::{
    context,
    domain::{
        collection::{ActionInfo, Verb},
        form::Request,
        lifecycle::Lifecycle,
        operation::Operation,
        text::harmless,
    },
};

/// What a request asks for, where this version has such an action.
fn action(request: &Request) -> Option<&'static ActionInfo> {
    context::services()
        .into_iter()
        .find(|service| service.id == request.service)
        .and_then(|service| service.action(&request.action))
}

/// The title of what a request asks for; its name where this version has no such action.
pub(super) fn title(request: &Request) -> String {
    action(request).map_or_else(
        || harmless(&request.action).into_owned(),
        |action| action.title.to_owned(),
    )
}

/// What a value of a request is called; its key where this version has no such field.
pub(super) fn field(request: &Request, key: &str) -> String {
    let fields = action(request).map_or(&[][..], |action| action.fields);
    let known = fields.iter().find(|field| field.key == key);
    known.map_or_else(
        || harmless(key).into_owned(),
        |field| field.label.to_owned(),
    )
}

/// What a request asks for, and of what: `Delete snapshot s-9067f3a1b2`.
pub(super) fn asked(request: &Request) -> String {
    let verb = action(request).map(|action| action.verb);
    let (title, target) = (title(request), harmless(&request.target));
    match verb {
        Some(Verb::Create) => format!("{title} of {target}"),
        Some(Verb::Delete) => format!("{title} {target}"),
        Some(Verb::Restore | Verb::Other | Verb::Inspect) | None => format!("{title} ({target})"),
    }
}

/// Whether another call of an operation is still to be sent, by a process that watches.
pub(super) fn goes_on(operation: &Operation) -> bool {
    let follows = action(&operation.request).map(|action| action.goes_on);
    let wait = operation.wait.as_ref();
    matches!((follows, wait), (Some(follows), Some(wait)) if follows(wait))
}

/// The status of an operation, with what tells the two unknown ones apart.
pub(super) fn status(operation: &Operation) -> String {
    let status = operation.lifecycle.status();
    if operation.lifecycle == Lifecycle::Unknown {
        format!("{status} (looking)")
    } else {
        status.to_owned()
    }
}

/// Several lines as one, each a sentence of its own.
pub(super) fn one_line(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !all.is_empty() {
            all.push_str(if all.ends_with(['.', ':', ';', '?']) {
                " "
            } else {
                ". "
            });
        }
        all.push_str(line);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_sentences() {
        assert_eq!(one_line("a\nb.\nc"), "a. b. c");
        assert_eq!(one_line("try one of:\n\n  x"), "try one of: x");
        assert_eq!(one_line(""), "");
    }
}
