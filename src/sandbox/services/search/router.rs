//! Which endpoint a request is for, and who may ask it.
//!
//! Invariants: the front end looks first and blocks what AWS does not let through; then the
//! engine finds the endpoint, asks for the permission, and checks the form of the body.

use hyper::StatusCode;
use percent_encoding::percent_decode_str;
use serde_json::json;

use super::answer::Answer;
use super::ask::Ask;
use super::domain::Access;
use super::endpoints::registration;
use super::error::{Halt, no_permission};
use super::routes::{ALIASES_GET, ENDPOINTS, Entry, INDEX_GET, PUT_REPOSITORY, WRITE};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::texts::search as texts;

/// What the front end does not let through, by the beginning of the path.
const BLOCKED: [&str; 9] = [
    "_xpack",
    "_security",
    "_shutdown",
    "_cluster/reroute",
    "_cluster/voting_config_exclusions",
    "_nodes/reload_secure_settings",
    "_ilm",
    "_slm",
    "_ml",
];
const CONTENT_TYPES: [&str; 4] = [
    "application/json",
    "application/x-ndjson",
    "application/vnd.elasticsearch+json",
    "application/vnd.elasticsearch+x-ndjson",
];

/// Answers a request.
pub(super) fn answer(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    check_allowed(ask)?;
    if let Some(answer) = check_content_type(ask) {
        return Ok(answer);
    }
    let Some(entries) = endpoint(ask) else {
        return Ok(no_handler(ask));
    };
    let method = ask.method().as_str();
    let Some((_, permission, handler)) = entries.iter().find(|(known, ..)| *known == method) else {
        return Ok(wrong_method(ask, entries));
    };
    if let Err(refused) = check_access(ask, permission) {
        if *permission == PUT_REPOSITORY {
            registration::check_caller(ask)?;
        }
        return Err(refused);
    }
    handler(ask)
}

fn endpoint(ask: &Ask<'_>) -> Option<&'static [Entry]> {
    let fits = |pattern: &str| {
        let mut parts = pattern.split('/').filter(|part| !part.is_empty());
        let fits = ask.path.iter().all(|part| {
            parts
                .next()
                .is_some_and(|wanted| wanted == "*" || wanted == part)
        });
        fits && parts.next().is_none()
    };
    let is_there = |pattern: &str| match pattern.split('/').next() {
        Some("_plugins") => ask.engine().has_policies(),
        _ => !pattern.ends_with("_cleanup") || ask.engine().has_cleanup(),
    };
    ENDPOINTS
        .iter()
        .find(|(pattern, _)| fits(pattern) && is_there(pattern))
        .map(|(_, entries)| *entries)
}

/// What AWS's front end does not let through.
fn check_allowed(ask: &Ask<'_>) -> Result<(), Halt> {
    let path = ask.path.join("/");
    let is_blocked = BLOCKED
        .iter()
        .any(|blocked| path == *blocked || path.starts_with(&format!("{blocked}/")));
    let closes = ask.path.last().is_some_and(|last| last == "_close") && !ask.engine().closes();
    if is_blocked || closes {
        let first = ask.path.first().map_or("", String::as_str);
        let shown = if closes { path.as_str() } else { first };
        let shown = if is_blocked && path.starts_with("_cluster") {
            path.as_str()
        } else {
            shown
        };
        return Err(not_allowed(&format!("/{shown}")));
    }
    if path == "_cluster/settings" && ask.method() != hyper::Method::GET {
        let text = texts::PAYLOAD_NOT_ALLOWED.with(&["/_cluster/settings"]);
        return Err(front_end(StatusCode::UNAUTHORIZED, text));
    }
    Ok(())
}

/// The front end does not let a request through.
pub(super) fn not_allowed(path: &str) -> Halt {
    front_end(StatusCode::UNAUTHORIZED, texts::NOT_ALLOWED.with(&[path]))
}

/// A refusal of the front end.
pub(super) fn front_end(status: StatusCode, message: String) -> Halt {
    Halt::FrontEnd(Refusal::service(status, "NotAllowed", message))
}

fn check_content_type(ask: &Ask<'_>) -> Option<Answer> {
    if ask.http.body.is_empty() {
        return None;
    }
    let given = ask.http.content_type.as_deref().unwrap_or_default();
    let kind = given.split(';').next().unwrap_or_default().trim();
    if CONTENT_TYPES
        .iter()
        .any(|known| kind.eq_ignore_ascii_case(known))
    {
        return None;
    }
    let text = texts::WRONG_CONTENT_TYPE.with(&[given]);
    let body = json!({ "error": text, "status": 406 });
    Some(Answer::json(StatusCode::NOT_ACCEPTABLE, body))
}

fn no_handler(ask: &Ask<'_>) -> Answer {
    let path = percent_decode_str(&ask.http.path).decode_utf8_lossy();
    let text = texts::NO_HANDLER.with(&[&path, ask.method().as_str()]);
    Answer::json(StatusCode::BAD_REQUEST, json!({ "error": text }))
}

fn wrong_method(ask: &Ask<'_>, entries: &[Entry]) -> Answer {
    let path = percent_decode_str(&ask.http.path).decode_utf8_lossy();
    let allowed: Vec<&str> = entries.iter().map(|(method, ..)| *method).collect();
    let text = texts::WRONG_METHOD.with(&[&path, ask.method().as_str(), &allowed.join(", ")]);
    if ask.method() == hyper::Method::HEAD {
        return Answer::bare(StatusCode::METHOD_NOT_ALLOWED);
    }
    let body = json!({ "error": text, "status": 405 });
    Answer::json(StatusCode::METHOD_NOT_ALLOWED, body)
}

/// Does fine-grained access control let the caller do this?
fn check_access(ask: &Ask<'_>, permission: &str) -> Result<(), Halt> {
    let facts = ask.facts();
    if !facts.fine_grained {
        return Ok(());
    }
    let reads = permission.starts_with("indices:data/read")
        || permission.starts_with("indices:monitor")
        || permission.starts_with("cluster:monitor")
        || matches!(permission, INDEX_GET | ALIASES_GET);
    let manages = permission.starts_with("cluster:admin/snapshot")
        || permission.starts_with("cluster:admin/repository")
        || matches!(permission, WRITE | "indices:admin/create");
    let may = match facts.access {
        Access::All => true,
        Access::ManageSnapshots => reads || manages,
        Access::ReadOnly => reads,
    };
    if may {
        Ok(())
    } else {
        Err(no_permission(permission, &ask.user()))
    }
}
