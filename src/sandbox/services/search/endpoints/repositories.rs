//! Repositories: registering, showing, verifying, taking back.

use std::collections::BTreeMap;

use hyper::StatusCode;
use serde_json::{Map, Value, json};

use super::registration;
use crate::sandbox::services::search::answer::Answer;
use crate::sandbox::services::search::ask::{Ask, as_text, split};
use crate::sandbox::services::search::error::{EngineError, Halt, no_such_repository, validation};
use crate::sandbox::services::search::expression::{is_pattern, matches};
use crate::sandbox::services::search::names;
use crate::sandbox::services::search::repository::{Place, Repository};
use crate::sandbox::services::search::router::front_end;
use crate::sandbox::texts::{search as texts, search_form as form};

const TIMES: [&str; 2] = ["master_timeout", "cluster_manager_timeout"];
/// What AWS keeps for itself begins so.
const RESERVED: &str = "cs-";

/// The repositories that a path names.
pub(super) fn named(ask: &Ask<'_>, names: &str) -> Result<Vec<String>, Halt> {
    let all = || ask.cluster().repositories.keys();
    if names.is_empty() || names == "_all" || names == "*" {
        return Ok(all().cloned().collect());
    }
    let mut found = Vec::new();
    for name in split(names) {
        if is_pattern(&name) {
            found.extend(all().filter(|known| matches(&name, known)).cloned());
        } else {
            ask.repository(&name)?;
            found.push(name);
        }
    }
    Ok(found)
}

fn shown(repository: &Repository) -> Value {
    let mut members = Map::new();
    members.insert("type".to_owned(), json!(repository.kind));
    // AWS shows no settings of its own ones.
    if let Some(settings) = &repository.settings {
        members.insert("settings".to_owned(), nested(settings));
    }
    Value::Object(members)
}

/// `a.b` as `b` in `a`.
pub(super) fn nested(settings: &BTreeMap<String, String>) -> Value {
    let mut top = Map::new();
    for (key, value) in settings {
        let mut parts: Vec<&str> = key.split('.').collect();
        let last = parts.pop().unwrap_or_default();
        let mut members = &mut top;
        for part in parts {
            let inner = members
                .entry(part)
                .or_insert_with(|| Value::Object(Map::new()));
            if !inner.is_object() {
                *inner = Value::Object(Map::new());
            }
            let Value::Object(inner) = inner else {
                return Value::Null;
            };
            members = inner;
        }
        members.insert(last.to_owned(), json!(value));
    }
    Value::Object(top)
}

/// `b` in `a` as `a.b`, values as strings.
pub(super) fn flat(prefix: &str, members: &Map<String, Value>) -> BTreeMap<String, String> {
    let mut settings = BTreeMap::new();
    for (name, value) in members {
        let key = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        match value {
            Value::Object(inner) => settings.extend(flat(&key, inner)),
            Value::Null => {}
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(as_text).collect();
                settings.insert(key, items.join(","));
            }
            other => {
                settings.insert(key, as_text(other));
            }
        }
    }
    settings
}

pub(in super::super) fn list(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&["local", TIMES[0], TIMES[1]])?;
    ask.check_time(&TIMES)?;
    let names = ask.path.get(1).cloned().unwrap_or_default();
    let mut members = Map::new();
    for name in named(ask, &names)? {
        members.insert(name.clone(), shown(ask.repository(&name)?));
    }
    Ok(Answer::ok(Value::Object(members)))
}

pub(in super::super) fn put(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&["verify", TIMES[0], TIMES[1]])?;
    ask.check_time(&TIMES)?;
    let name = ask.path[1].clone();
    check_unreserved(ask, &name)?;
    let body = ask
        .body()?
        .ok_or_else(|| EngineError::new(400, "parse_exception", texts::BODY_REQUIRED.plain()))?;
    let kind = match body.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        _ => return Err(validation(&form::TYPE_MISSING.plain())),
    };
    let settings = match body.get("settings") {
        Some(Value::Object(settings)) => flat("", settings),
        None => BTreeMap::new(),
        Some(_) => {
            let text = texts::MALFORMED_SETTINGS.with(&["settings"]);
            return Err(EngineError::new(400, "illegal_argument_exception", text).into());
        }
    };
    if !ask.facts().repository_types.contains(&kind) {
        let text = texts::REPOSITORY_TYPE.with(&[&name, &kind]);
        return Err(EngineError::new(500, "repository_exception", text).into());
    }
    names::check_repository(&name, ask.is_opensearch())?;
    check_unused(ask, &name)?;
    let must_work = ask.truth("verify")?.unwrap_or(true);
    let repository = Repository {
        place: place(ask, &name, &kind, &settings)?,
        kind,
        settings: Some(settings),
    };
    let verified = match &repository.place {
        Place::Bucket { .. } => registration::check(ask, &name, &repository)?,
        _ => Ok(()),
    };
    // The engine keeps a repository that it could not verify.
    ask.cluster_mut().repositories.insert(name, repository);
    match verified {
        Err(error) if must_work => Err(error),
        _ => Ok(Answer::acknowledged()),
    }
}

fn place(
    ask: &Ask<'_>,
    name: &str,
    kind: &str,
    settings: &BTreeMap<String, String>,
) -> Result<Place, Halt> {
    let not_created = |why: String| {
        let text = texts::NOT_CREATED.with(&[name]);
        EngineError::new(500, "repository_exception", text)
            .caused_by("repository_exception", why)
            .rooted()
    };
    if kind == "fs" {
        let location = settings
            .get("location")
            .ok_or_else(|| not_created(texts::NO_LOCATION.with(&[name])))?;
        return Ok(Place::Directory {
            domain: ask.name(),
            location: location.clone(),
        });
    }
    let bucket = settings.get("bucket").ok_or_else(|| {
        EngineError::new(
            500,
            "repository_exception",
            texts::NOT_CREATED.with(&[name]),
        )
        .caused_by("illegal_argument_exception", texts::NO_BUCKET.plain())
        .rooted()
    })?;
    let base_path = settings.get("base_path").cloned().unwrap_or_default();
    Ok(Place::Bucket {
        bucket: bucket.clone(),
        base_path: base_path.trim_matches('/').to_owned(),
    })
}

/// AWS keeps the names that begin with `cs-`, and what has them.
pub(super) fn check_unreserved(ask: &Ask<'_>, name: &str) -> Result<(), Halt> {
    let is_reserved = ask
        .cluster()
        .repositories
        .get(name)
        .is_some_and(Repository::is_reserved);
    if is_reserved || name.starts_with(RESERVED) {
        let text = texts::REPOSITORY_RESERVED.with(&[&ask.http.path]);
        return Err(front_end(StatusCode::UNAUTHORIZED, text));
    }
    Ok(())
}

/// A repository cannot be changed while snapshots are made or restored.
fn check_unused(ask: &Ask<'_>, name: &str) -> Result<(), Halt> {
    let Some(repository) = ask.cluster().repositories.get(name) else {
        return Ok(());
    };
    let domain = ask.name();
    let makes = ask
        .vaults()
        .stored(&repository.place, ask.now)
        .any(|snapshot| snapshot.domain == domain && snapshot.is_running(ask.now));
    let restores = ask.cluster().restores_from(name, ask.now).next().is_some();
    if makes || restores {
        let text = texts::REPOSITORY_IN_USE.plain();
        return Err(EngineError::new(500, "illegal_state_exception", text).into());
    }
    Ok(())
}

pub(in super::super) fn delete(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&TIMES)?;
    ask.check_time(&TIMES)?;
    let name = ask.path[1].clone();
    let names: Vec<String> = if is_pattern(&name) {
        let all = ask.cluster().repositories.iter();
        all.filter(|(known, repository)| matches(&name, known) && !repository.is_reserved())
            .map(|(known, _)| known.clone())
            .collect()
    } else {
        ask.repository(&name)?;
        check_unreserved(ask, &name)?;
        vec![name.clone()]
    };
    if names.is_empty() {
        return Err(no_such_repository(&name));
    }
    for name in &names {
        check_unused(ask, name)?;
    }
    for name in &names {
        ask.cluster_mut().repositories.remove(name);
    }
    Ok(Answer::acknowledged())
}

pub(in super::super) fn verify(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&TIMES)?;
    let name = ask.path[1].clone();
    let repository = ask.repository(&name)?.clone();
    if let Place::Bucket { .. } = repository.place {
        registration::reach(ask, &name, &repository)?;
    }
    let nodes: Map<String, Value> = ask
        .cluster()
        .nodes
        .iter()
        .map(|node| (node.id.clone(), json!({ "name": node.name })))
        .collect();
    Ok(Answer::ok(json!({ "nodes": nodes })))
}

/// There is never anything stale to delete.
pub(in super::super) fn cleanup(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&TIMES)?;
    let name = ask.path[1].clone();
    ask.repository(&name)?;
    check_unreserved(ask, &name)?;
    Ok(Answer::ok(
        json!({ "results": { "deleted_bytes": 0, "deleted_blobs": 0 } }),
    ))
}
