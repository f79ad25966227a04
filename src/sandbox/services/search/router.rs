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
use super::endpoints::{
    aliases, cat, cat_snapshots, cluster as cluster_endpoints, documents, indices, policies,
    recovery, repositories, restore, snapshot_create, snapshot_delete, snapshot_get,
    snapshot_status,
};
use super::error::{Halt, no_permission};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::texts::search as texts;

type Handler = fn(&mut Ask<'_>) -> Result<Answer, Halt>;

/// A method of an endpoint, with the permission that fine-grained access control asks for.
type Entry = (&'static str, &'static str, Handler);

const REPOSITORY_GET: &str = "cluster:admin/repository/get";
const SNAPSHOT_STATUS: &str = "cluster:admin/snapshot/status";
const SNAPSHOT_CREATE: &str = "cluster:admin/snapshot/create";
const MONITOR: &str = "cluster:monitor/main";
const INDEX_MONITOR: &str = "indices:monitor/stats";
const INDEX_GET: &str = "indices:admin/get";
const ALIASES: &str = "indices:admin/aliases";
const ALIASES_GET: &str = "indices:admin/aliases/get";
const READ: &str = "indices:data/read/search";
const WRITE: &str = "indices:data/write/index";
const POLICY_READ: &str = "cluster:admin/opensearch/snapshot_management/policy/get";
const POLICY_WRITE: &str = "cluster:admin/opensearch/snapshot_management/policy/write";
const POLICY_DELETE: &str = "cluster:admin/opensearch/snapshot_management/policy/delete";
const POLICY_EXPLAIN: &str = "cluster:admin/opensearch/snapshot_management/policy/explain";
const POLICY_START: &str = "cluster:admin/opensearch/snapshot_management/policy/start";
const POLICY_STOP: &str = "cluster:admin/opensearch/snapshot_management/policy/stop";

/// All endpoints; of two that match, the first. `*` is any one part of a path.
const ENDPOINTS: &[(&str, &[Entry])] = &[
    (
        "",
        &[
            ("GET", MONITOR, cluster_endpoints::root),
            ("HEAD", MONITOR, cluster_endpoints::root),
            ("DELETE", "indices:admin/delete", indices::delete),
        ],
    ),
    // Repositories and snapshots.
    ("_snapshot", &[("GET", REPOSITORY_GET, repositories::list)]),
    (
        "_snapshot/_status",
        &[("GET", SNAPSHOT_STATUS, snapshot_status::running)],
    ),
    (
        "_snapshot/*",
        &[
            ("GET", REPOSITORY_GET, repositories::list),
            ("PUT", "cluster:admin/repository/put", repositories::put),
            ("POST", "cluster:admin/repository/put", repositories::put),
            (
                "DELETE",
                "cluster:admin/repository/delete",
                repositories::delete,
            ),
        ],
    ),
    (
        "_snapshot/*/_verify",
        &[(
            "POST",
            "cluster:admin/repository/verify",
            repositories::verify,
        )],
    ),
    (
        "_snapshot/*/_cleanup",
        &[(
            "POST",
            "cluster:admin/repository/_cleanup",
            repositories::cleanup,
        )],
    ),
    (
        "_snapshot/*/_status",
        &[("GET", SNAPSHOT_STATUS, snapshot_status::running)],
    ),
    (
        "_snapshot/*/*",
        &[
            ("GET", "cluster:admin/snapshot/get", snapshot_get::get),
            ("PUT", SNAPSHOT_CREATE, snapshot_create::create),
            ("POST", SNAPSHOT_CREATE, snapshot_create::create),
            (
                "DELETE",
                "cluster:admin/snapshot/delete",
                snapshot_delete::delete,
            ),
        ],
    ),
    (
        "_snapshot/*/*/_restore",
        &[("POST", "cluster:admin/snapshot/restore", restore::restore)],
    ),
    (
        "_snapshot/*/*/_status",
        &[("GET", SNAPSHOT_STATUS, snapshot_status::named)],
    ),
    // Tables.
    ("_cat/indices", &[("GET", INDEX_MONITOR, cat::indices)]),
    ("_cat/indices/*", &[("GET", INDEX_MONITOR, cat::indices)]),
    ("_cat/aliases", &[("GET", ALIASES_GET, cat::aliases)]),
    ("_cat/aliases/*", &[("GET", ALIASES_GET, cat::aliases)]),
    (
        "_cat/repositories",
        &[("GET", REPOSITORY_GET, cat_snapshots::repositories)],
    ),
    (
        "_cat/snapshots",
        &[(
            "GET",
            "cluster:admin/snapshot/get",
            cat_snapshots::snapshots,
        )],
    ),
    (
        "_cat/snapshots/*",
        &[(
            "GET",
            "cluster:admin/snapshot/get",
            cat_snapshots::snapshots,
        )],
    ),
    (
        "_cat/recovery",
        &[("GET", "indices:monitor/recovery", cat_snapshots::recovery)],
    ),
    (
        "_cat/recovery/*",
        &[("GET", "indices:monitor/recovery", cat_snapshots::recovery)],
    ),
    ("_cat/health", &[("GET", MONITOR, cat::health)]),
    ("_cat/nodes", &[("GET", MONITOR, cat::nodes)]),
    ("_cat/shards", &[("GET", MONITOR, cat::shards)]),
    ("_cat/shards/*", &[("GET", MONITOR, cat::shards)]),
    ("_cat/count", &[("GET", READ, cat::count)]),
    ("_cat/count/*", &[("GET", READ, cat::count)]),
    // The cluster.
    (
        "_cluster/health",
        &[("GET", MONITOR, cluster_endpoints::health)],
    ),
    (
        "_cluster/health/*",
        &[("GET", MONITOR, cluster_endpoints::health)],
    ),
    (
        "_cluster/settings",
        &[("GET", MONITOR, cluster_endpoints::settings)],
    ),
    (
        "_cluster/state",
        &[("GET", "cluster:monitor/state", cluster_endpoints::state)],
    ),
    (
        "_cluster/state/*",
        &[("GET", "cluster:monitor/state", cluster_endpoints::state)],
    ),
    (
        "_cluster/state/*/*",
        &[("GET", "cluster:monitor/state", cluster_endpoints::state)],
    ),
    ("_nodes", &[("GET", MONITOR, cluster_endpoints::nodes)]),
    ("_nodes/*", &[("GET", MONITOR, cluster_endpoints::nodes)]),
    ("_tasks", &[("GET", MONITOR, cluster_endpoints::tasks)]),
    // Policies.
    (
        "_plugins/_sm/policies",
        &[("GET", POLICY_READ, policies::list)],
    ),
    (
        "_plugins/_sm/policies/*",
        &[
            ("GET", POLICY_READ, policies::get),
            ("POST", POLICY_WRITE, policies::create),
            ("PUT", POLICY_WRITE, policies::update),
            ("DELETE", POLICY_DELETE, policies::delete),
        ],
    ),
    (
        "_plugins/_sm/policies/*/_explain",
        &[("GET", POLICY_EXPLAIN, policies::explain)],
    ),
    (
        "_plugins/_sm/policies/*/_start",
        &[("POST", POLICY_START, policies::start)],
    ),
    (
        "_plugins/_sm/policies/*/_stop",
        &[("POST", POLICY_STOP, policies::stop)],
    ),
    // Aliases.
    (
        "_aliases",
        &[
            ("GET", ALIASES_GET, aliases::all),
            ("POST", ALIASES, aliases::change),
        ],
    ),
    ("_alias", &[("GET", ALIASES_GET, aliases::get)]),
    (
        "_alias/*",
        &[
            ("GET", ALIASES_GET, aliases::get),
            ("HEAD", ALIASES_GET, aliases::get),
        ],
    ),
    ("*/_alias", &[("GET", ALIASES_GET, aliases::of_index)]),
    (
        "*/_alias/*",
        &[
            ("GET", ALIASES_GET, aliases::of_index),
            ("HEAD", ALIASES_GET, aliases::of_index),
            ("PUT", ALIASES, aliases::put),
            ("POST", ALIASES, aliases::put),
            ("DELETE", ALIASES, aliases::delete),
        ],
    ),
    // Indices and what is in them.
    (
        "_recovery",
        &[("GET", "indices:monitor/recovery", recovery::recovery)],
    ),
    (
        "_settings",
        &[
            ("GET", INDEX_MONITOR, indices::settings),
            (
                "PUT",
                "indices:admin/settings/update",
                indices::put_settings,
            ),
        ],
    ),
    ("_settings/*", &[("GET", INDEX_MONITOR, indices::settings)]),
    ("_mapping", &[("GET", INDEX_GET, indices::mapping)]),
    ("_stats", &[("GET", INDEX_MONITOR, indices::stats)]),
    ("_stats/*", &[("GET", INDEX_MONITOR, indices::stats)]),
    (
        "_refresh",
        &[
            ("POST", WRITE, documents::refresh),
            ("GET", WRITE, documents::refresh),
        ],
    ),
    (
        "_flush",
        &[
            ("POST", WRITE, documents::refresh),
            ("GET", WRITE, documents::refresh),
        ],
    ),
    ("_resolve/index/*", &[("GET", INDEX_GET, indices::resolve)]),
    (
        "_bulk",
        &[
            ("POST", WRITE, documents::bulk),
            ("PUT", WRITE, documents::bulk),
        ],
    ),
    (
        "_search",
        &[
            ("GET", READ, documents::search),
            ("POST", READ, documents::search),
        ],
    ),
    (
        "_count",
        &[
            ("GET", READ, documents::count),
            ("POST", READ, documents::count),
        ],
    ),
    (
        "*",
        &[
            ("GET", INDEX_GET, indices::get),
            ("HEAD", INDEX_GET, indices::exists),
            ("PUT", "indices:admin/create", indices::create),
            ("DELETE", "indices:admin/delete", indices::delete),
        ],
    ),
    (
        "*/_recovery",
        &[("GET", "indices:monitor/recovery", recovery::recovery)],
    ),
    (
        "*/_settings",
        &[
            ("GET", INDEX_MONITOR, indices::settings),
            (
                "PUT",
                "indices:admin/settings/update",
                indices::put_settings,
            ),
        ],
    ),
    (
        "*/_settings/*",
        &[("GET", INDEX_MONITOR, indices::settings)],
    ),
    ("*/_mapping", &[("GET", INDEX_GET, indices::mapping)]),
    ("*/_stats", &[("GET", INDEX_MONITOR, indices::stats)]),
    ("*/_stats/*", &[("GET", INDEX_MONITOR, indices::stats)]),
    (
        "*/_refresh",
        &[
            ("POST", WRITE, documents::refresh),
            ("GET", WRITE, documents::refresh),
        ],
    ),
    (
        "*/_flush",
        &[
            ("POST", WRITE, documents::refresh),
            ("GET", WRITE, documents::refresh),
        ],
    ),
    (
        "*/_close",
        &[("POST", "indices:admin/close", indices::close)],
    ),
    ("*/_open", &[("POST", "indices:admin/open", indices::open)]),
    (
        "*/_bulk",
        &[
            ("POST", WRITE, documents::bulk),
            ("PUT", WRITE, documents::bulk),
        ],
    ),
    (
        "*/_search",
        &[
            ("GET", READ, documents::search),
            ("POST", READ, documents::search),
        ],
    ),
    (
        "*/_count",
        &[
            ("GET", READ, documents::count),
            ("POST", READ, documents::count),
        ],
    ),
    ("*/_doc", &[("POST", WRITE, documents::write)]),
    (
        "*/_doc/*",
        &[
            ("PUT", WRITE, documents::write),
            ("POST", WRITE, documents::write),
        ],
    ),
];

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
    check_access(ask, permission)?;
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
