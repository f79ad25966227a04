//! What the engine answers, before it is put in the form that the request asks for.

use hyper::StatusCode;
use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use super::Work;
use crate::sandbox::reply::Reply;

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Body,
    /// Given only when this is over.
    pub(super) wait: Option<Work>,
}

/// What is in it.
#[derive(Debug)]
pub(super) enum Body {
    Json(Value),
    Text(String),
    Nothing,
}

/// How long the front end waits for the engine.
pub(super) const FRONT_END_WAITS: SignedDuration = SignedDuration::from_secs(60);

impl Answer {
    pub(super) fn json(status: StatusCode, body: Value) -> Self {
        Self {
            status,
            body: Body::Json(body),
            wait: None,
        }
    }

    pub(super) fn ok(body: Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    pub(super) fn acknowledged() -> Self {
        Self::ok(json!({ "acknowledged": true }))
    }

    pub(super) fn accepted() -> Self {
        Self::ok(json!({ "accepted": true }))
    }

    pub(super) fn text(text: String) -> Self {
        Self {
            status: StatusCode::OK,
            body: Body::Text(text),
            wait: None,
        }
    }

    /// A status and nothing else, as to a HEAD.
    pub(super) fn bare(status: StatusCode) -> Self {
        Self {
            status,
            body: Body::Nothing,
            wait: None,
        }
    }

    pub(super) fn when_over(work: Work) -> Self {
        Self {
            wait: Some(work),
            ..Self::acknowledged()
        }
    }

    /// As a reply: only the members in `filter` (dots between names, `*` and `**`), and `pretty`.
    pub(super) fn reply(self, filter: Option<&str>, pretty: bool) -> Reply {
        match self.body {
            Body::Nothing => Reply::text(self.status, ""),
            Body::Text(text) => Reply::text(self.status, &text),
            Body::Json(value) => {
                let value = match filter {
                    Some(filter) => filtered(value, filter),
                    None => value,
                };
                let mut reply = Reply::json(self.status, &value);
                if pretty && let Ok(text) = serde_json::to_string_pretty(&value) {
                    reply.body = (text + "\n").into_bytes();
                }
                reply
            }
        }
    }
}

fn filtered(value: Value, filter: &str) -> Value {
    let paths: Vec<Vec<&str>> = filter
        .split(',')
        .map(|path| path.trim().split('.').collect())
        .collect();
    let (excluded, included): (Vec<_>, Vec<_>) = paths
        .into_iter()
        .partition(|path| path.first().is_some_and(|first| first.starts_with('-')));
    let excluded: Vec<Vec<&str>> = excluded
        .into_iter()
        .map(|path| {
            let mut path = path;
            if let Some(first) = path.first_mut() {
                *first = first.trim_start_matches('-');
            }
            path
        })
        .collect();
    let mut value = value;
    if !included.is_empty() {
        let paths: Vec<&[&str]> = included.iter().map(Vec::as_slice).collect();
        value = keep(value, &paths).unwrap_or_else(|| json!({}));
    }
    for path in &excluded {
        remove(&mut value, path);
    }
    value
}

/// What the paths lead to; none if they lead nowhere.
fn keep(value: Value, paths: &[&[&str]]) -> Option<Value> {
    if paths.iter().any(|path| path.is_empty()) {
        return Some(value);
    }
    match value {
        Value::Object(members) => {
            let kept: Map<String, Value> = members
                .into_iter()
                .filter_map(|(name, value)| {
                    let rest = onwards(paths, &name);
                    (!rest.is_empty())
                        .then(|| keep(value, &rest))
                        .flatten()
                        .map(|value| (name, value))
                })
                .collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::Array(items) => {
            let kept: Vec<Value> = items
                .into_iter()
                .filter_map(|item| keep(item, paths))
                .collect();
            (!kept.is_empty()).then_some(Value::Array(kept))
        }
        _ => None,
    }
}

/// The rest of those paths whose first name is this one.
fn onwards<'a>(paths: &[&'a [&'a str]], name: &str) -> Vec<&'a [&'a str]> {
    let mut rest = Vec::new();
    for path in paths {
        match path {
            ["**", after @ ..] => {
                rest.push(*path);
                rest.extend(onwards(&[after], name));
            }
            [first, after @ ..] if super::expression::matches(first, name) => rest.push(after),
            _ => {}
        }
    }
    rest
}

fn remove(value: &mut Value, path: &[&str]) {
    match value {
        Value::Object(members) => match path {
            [last] => members.retain(|name, _| !super::expression::matches(last, name)),
            [first, rest @ ..] => {
                for (name, value) in members.iter_mut() {
                    if super::expression::matches(first, name) {
                        remove(value, rest);
                    }
                }
            }
            [] => {}
        },
        Value::Array(items) => items.iter_mut().for_each(|item| remove(item, path)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_keeps_what_its_paths_lead_to() {
        let value = json!({ "a": { "b": 1, "c": 2 }, "d": [{ "b": 3 }, { "c": 4 }], "e": 5 });
        assert_eq!(filtered(value.clone(), "a.b"), json!({ "a": { "b": 1 } }));
        assert_eq!(
            filtered(value.clone(), "*.b,e"),
            json!({ "a": { "b": 1 }, "d": [{ "b": 3 }], "e": 5 })
        );
        assert_eq!(
            filtered(value.clone(), "**.c"),
            json!({ "a": { "c": 2 }, "d": [{ "c": 4 }] })
        );
        assert_eq!(filtered(value.clone(), "nope"), json!({}));
        assert_eq!(
            filtered(value, "-a,-d.b"),
            json!({ "d": [{}, { "c": 4 }], "e": 5 })
        );
    }
}
