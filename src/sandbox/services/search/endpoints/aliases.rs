//! Aliases: showing and changing them.

use serde_json::{Map, Value, json};

use super::index_create::check_alias;
use super::indices::{aliases_of, named, only};
use crate::sandbox::services::search::answer::Answer;
use crate::sandbox::services::search::ask::{Ask, body_names, split};
use crate::sandbox::services::search::error::{EngineError, Halt, illegal_argument};
use crate::sandbox::services::search::expression::{is_all, is_pattern, matches};
use crate::sandbox::texts::{search as texts, search_form as form};

pub(in super::super) fn all(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &[])?;
    let members: Map<String, Value> = ask
        .cluster()
        .indices
        .iter()
        .map(|(name, index)| (name.clone(), json!({ "aliases": aliases_of(index) })))
        .collect();
    Ok(Answer::ok(Value::Object(members)))
}

/// The indices that have one of the aliases, with those aliases; every index if none is named.
fn selected(ask: &Ask<'_>, names: &[String], aliases: &str) -> Answer {
    let wanted = split(aliases);
    let every = wanted.is_empty();
    let any = is_all(&wanted) || wanted == ["*"];
    let mut members = Map::new();
    for name in names {
        let Some(index) = ask.cluster().indices.get(name) else {
            continue;
        };
        let found: Map<String, Value> = index
            .aliases
            .iter()
            .filter(|(alias, _)| any || wanted.iter().any(|wanted| matches(wanted, alias)))
            .map(|(alias, members)| (alias.clone(), json!(members)))
            .collect();
        if every || !found.is_empty() {
            members.insert(name.clone(), json!({ "aliases": found }));
        }
    }
    let missing: Vec<&String> = wanted
        .iter()
        .filter(|wanted| !is_pattern(wanted) && !any)
        .filter(|wanted| {
            !names.iter().any(|name| {
                let index = ask.cluster().indices.get(name);
                index.is_some_and(|index| index.aliases.contains_key(*wanted))
            })
        })
        .collect();
    if missing.is_empty() {
        return Answer::ok(Value::Object(members));
    }
    let shown: Vec<&str> = missing.iter().map(|name| name.as_str()).collect();
    let text = if shown.len() == 1 {
        form::ALIAS_MISSING
    } else {
        form::ALIASES_MISSING
    };
    let text = text.with(&[&shown.join(",")]);
    members.insert("error".to_owned(), json!(text));
    members.insert("status".to_owned(), json!(404));
    Answer::json(hyper::StatusCode::NOT_FOUND, Value::Object(members))
}

pub(in super::super) fn get(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &[])?;
    let names: Vec<String> = ask.cluster().indices.keys().cloned().collect();
    let aliases = ask.path.get(1).cloned().unwrap_or_default();
    Ok(selected(ask, &names, &aliases))
}

pub(in super::super) fn of_index(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &[])?;
    let names = named(ask, &ask.path[0].clone())?;
    let aliases = ask.path.get(2).cloned().unwrap_or_default();
    Ok(selected(ask, &names, &aliases))
}

pub(in super::super) fn put(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &[])?;
    let (indices, alias) = (ask.path[0].clone(), ask.path[2].clone());
    let members = ask.body()?.unwrap_or_default();
    let names = named(ask, &indices)?;
    check_alias(ask, &alias, "")?;
    for name in names {
        if let Some(index) = ask.cluster_mut().indices.get_mut(&name) {
            index.aliases.insert(alias.clone(), members.clone());
        }
    }
    Ok(Answer::acknowledged())
}

fn missing(alias: &str) -> Halt {
    let text = form::ALIASES_MISSING.with(&[alias]);
    EngineError::new(404, "aliases_not_found_exception", text)
        .with("resource.id", alias)
        .with("resource.type", "aliases")
        .into()
}

pub(in super::super) fn delete(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &[])?;
    let (indices, alias) = (ask.path[0].clone(), ask.path[2].clone());
    let names = named(ask, &indices)?;
    let changes = removals(ask, &names, &split(&alias))?;
    apply(ask, changes);
    Ok(Answer::acknowledged())
}

/// A change of one index.
enum Change {
    Add(String, String, Map<String, Value>),
    Remove(String, String),
    RemoveIndex(String),
}

fn removals(ask: &Ask<'_>, names: &[String], aliases: &[String]) -> Result<Vec<Change>, Halt> {
    let mut changes = Vec::new();
    for wanted in aliases {
        let before = changes.len();
        for name in names {
            let Some(index) = ask.cluster().indices.get(name) else {
                continue;
            };
            let any = wanted == "_all";
            let fitting = index
                .aliases
                .keys()
                .filter(|alias| any || matches(wanted, alias));
            changes.extend(fitting.map(|alias| Change::Remove(name.clone(), alias.clone())));
        }
        if changes.len() == before {
            return Err(missing(wanted));
        }
    }
    Ok(changes)
}

/// Several changes, all or none of them.
pub(in super::super) fn change(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &[])?;
    let body = ask
        .body()?
        .ok_or_else(|| EngineError::new(400, "parse_exception", texts::BODY_REQUIRED.plain()))?;
    let actions = match body.get("actions") {
        Some(Value::Array(actions)) if !actions.is_empty() => actions.clone(),
        _ => return Err(illegal_argument(form::NO_ACTION.plain())),
    };
    let mut changes = Vec::new();
    for action in &actions {
        let Some((kind, Value::Object(members))) =
            action.as_object().and_then(|action| action.iter().next())
        else {
            return Err(illegal_argument(form::MALFORMED_ACTION.plain()));
        };
        let names = |one: &str, many: &str| -> Result<Vec<String>, Halt> {
            let one = body_names(members, one)?.unwrap_or_default();
            Ok(one
                .into_iter()
                .chain(body_names(members, many)?.unwrap_or_default())
                .collect())
        };
        let indices = named(ask, &names("index", "indices")?.join(","))?;
        let aliases = names("alias", "aliases")?;
        match kind.as_str() {
            "add" => {
                let kept: Map<String, Value> = members
                    .iter()
                    .filter(|(key, _)| {
                        !matches!(key.as_str(), "index" | "indices" | "alias" | "aliases")
                    })
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect();
                for alias in &aliases {
                    check_alias(ask, alias, "")?;
                    let adds = indices.iter();
                    changes.extend(
                        adds.map(|index| Change::Add(index.clone(), alias.clone(), kept.clone())),
                    );
                }
            }
            "remove" => changes.extend(removals(ask, &indices, &aliases)?),
            "remove_index" => changes.extend(indices.into_iter().map(Change::RemoveIndex)),
            other => {
                let text = form::UNKNOWN_ACTION.with(&[other]);
                return Err(illegal_argument(text));
            }
        }
    }
    apply(ask, changes);
    Ok(Answer::acknowledged())
}

fn apply(ask: &mut Ask<'_>, changes: Vec<Change>) {
    let indices = &mut ask.cluster_mut().indices;
    for change in changes {
        match change {
            Change::Add(index, alias, members) => {
                if let Some(index) = indices.get_mut(&index) {
                    index.aliases.insert(alias, members);
                }
            }
            Change::Remove(index, alias) => {
                if let Some(index) = indices.get_mut(&index) {
                    index.aliases.remove(&alias);
                }
            }
            Change::RemoveIndex(index) => {
                indices.remove(&index);
            }
        }
    }
}
