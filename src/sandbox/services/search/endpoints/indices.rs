//! Indices: showing, deleting, closing, their settings and sizes.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::index_create;
use super::recovery;
use super::repositories::nested;
use super::shards;
use crate::sandbox::clock::later;
use crate::sandbox::services::search::answer::Answer;
use crate::sandbox::services::search::ask::{Ask, split};
use crate::sandbox::services::search::dashboards;
use crate::sandbox::services::search::error::{
    EngineError, Halt, illegal_argument, no_permission, no_such_index, validation,
};
use crate::sandbox::services::search::expression::{self, Unavailable, is_pattern, matches};
use crate::sandbox::services::search::index::Index;
use crate::sandbox::texts::{search as texts, search_form as form};

pub(in super::super) use super::index_create::create;

/// The parameters that say how an expression is to be taken.
pub(super) mod options {
    pub(in super::super) const KNOWN: [&str; 5] = [
        "ignore_unavailable",
        "allow_no_indices",
        "expand_wildcards",
        "ignore_throttled",
        "local",
    ];
}

const MORE: [&str; 5] = [
    "master_timeout",
    "cluster_manager_timeout",
    "include_type_name",
    "flat_settings",
    "include_defaults",
];

pub(super) fn only(ask: &Ask<'_>, more: &[&str]) -> Result<(), Halt> {
    let known: Vec<&str> = options::KNOWN
        .into_iter()
        .chain(MORE)
        .chain(more.iter().copied())
        .collect();
    ask.only(&known)?;
    ask.check_time(&["master_timeout", "cluster_manager_timeout"])
}

/// The indices that an expression names; empty for all.
pub(super) fn named(ask: &Ask<'_>, names: &str) -> Result<Vec<String>, Halt> {
    let ignores = ask.truth("ignore_unavailable")?.unwrap_or_default();
    let unavailable = if ignores {
        Unavailable::Ignore
    } else {
        Unavailable::Refuse
    };
    let found = expression::in_cluster(ask.cluster(), &split(names), unavailable)?;
    let none_is_wrong = ask.truth("allow_no_indices")? == Some(false);
    if found.is_empty() && none_is_wrong {
        return Err(no_such_index(names));
    }
    Ok(found)
}

/// The part of the path in front of an endpoint's own name.
pub(super) fn selection(ask: &Ask<'_>, own: &str) -> String {
    match ask.path.first() {
        Some(first) if first != own => first.clone(),
        _ => String::new(),
    }
}

fn settings_of(index: &Index, name: &str) -> Value {
    let mut members = Map::new();
    let created = index.created.as_millisecond().to_string();
    members.insert("creation_date".to_owned(), json!(created));
    if let Value::Object(own) = nested(&index.settings) {
        members.extend(own);
    }
    members.insert("uuid".to_owned(), json!(index.uuid));
    let version = json!({ "created": index.version.id().to_string() });
    members.insert("version".to_owned(), version);
    let provided = index
        .recovery
        .as_ref()
        .map_or(name, |recovery| &recovery.index);
    members.insert("provided_name".to_owned(), json!(provided));
    json!({ "index": members })
}

pub(super) fn aliases_of(index: &Index) -> Value {
    json!(index.aliases)
}

pub(in super::super) fn get(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &[])?;
    let mut members = Map::new();
    for name in named(ask, &ask.path[0].clone())? {
        if let Some(index) = ask.cluster().indices.get(&name) {
            let shown = json!({
                "aliases": aliases_of(index),
                "mappings": index.mappings,
                "settings": settings_of(index, &name),
            });
            members.insert(name, shown);
        }
    }
    Ok(Answer::ok(Value::Object(members)))
}

pub(in super::super) fn exists(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    let found = get(ask)?;
    Ok(Answer::bare(found.status))
}

pub(in super::super) fn settings(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &[])?;
    let mut members = Map::new();
    for name in named(ask, &selection(ask, "_settings"))? {
        if let Some(index) = ask.cluster().indices.get(&name) {
            let shown = json!({ "settings": settings_of(index, &name) });
            members.insert(name, shown);
        }
    }
    Ok(Answer::ok(Value::Object(members)))
}

pub(in super::super) fn put_settings(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &["preserve_existing"])?;
    let body = ask
        .body()?
        .ok_or_else(|| validation(&form::NO_SETTINGS.plain()))?;
    let body = match body.get("settings") {
        Some(Value::Object(inner)) => inner.clone(),
        _ => body,
    };
    let wanted = index_create::settings(&body);
    let names = named(ask, &selection(ask, "_settings"))?;
    for name in &names {
        let Some(index) = ask.cluster().indices.get(name) else {
            continue;
        };
        if wanted.contains_key("number_of_shards") && !index.closed {
            let arguments = ["index.number_of_shards", name, &index.uuid];
            return Err(illegal_argument(texts::NOT_DYNAMIC.with(&arguments)));
        }
    }
    for name in names {
        if let Some(index) = ask.cluster_mut().indices.get_mut(&name) {
            index.settings.extend(wanted.clone());
        }
    }
    Ok(Answer::acknowledged())
}

pub(in super::super) fn mapping(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &[])?;
    let mut members = Map::new();
    for name in named(ask, &selection(ask, "_mapping"))? {
        if let Some(index) = ask.cluster().indices.get(&name) {
            let shown = json!({ "mappings": index.mappings });
            members.insert(name, shown);
        }
    }
    Ok(Answer::ok(Value::Object(members)))
}

/// The indices of a path that asks for concrete ones: no alias is taken for one.
fn concrete(ask: &Ask<'_>, names: &str) -> Result<Vec<String>, Halt> {
    for name in split(names) {
        let is_index = ask.cluster().indices.contains_key(&name);
        if !is_index && !is_pattern(&name) && ask.cluster().is_alias(&name) {
            return Err(illegal_argument(texts::IS_ALIAS.with(&[&name])));
        }
    }
    let cluster = ask.cluster();
    let found = named(ask, names)?;
    let parts = split(names);
    let all = expression::is_all(&parts);
    // A wildcard means indices here, not the aliases that it fits as well.
    Ok(found
        .into_iter()
        .filter(|name| {
            all || parts.iter().any(|part| matches(part, name))
                || !cluster.indices.contains_key(name)
        })
        .collect())
}

/// Indices of a running snapshot stay as they are.
fn check_not_snapshotted(ask: &Ask<'_>, names: &[String], verb: &str) -> Result<(), Halt> {
    let domain = ask.name();
    let cluster = ask.cluster();
    let mut busy: Vec<String> = Vec::new();
    for repository in cluster.repositories.values() {
        let running = ask
            .vaults()
            .stored(&repository.place, ask.now)
            .filter(|snapshot| snapshot.domain == domain && snapshot.is_running(ask.now))
            // A partial one lets go of them.
            .flat_map(|snapshot| snapshot.contents.iter());
        for copy in running {
            let same = cluster
                .indices
                .get(&copy.name)
                .is_some_and(|index| index.uuid == copy.uuid);
            if same && names.contains(&copy.name) {
                let shown = format!("[{}/{}]", copy.name, copy.uuid);
                if !busy.contains(&shown) {
                    busy.push(shown);
                }
            }
        }
    }
    if busy.is_empty() {
        return Ok(());
    }
    let text = texts::BEING_SNAPSHOTTED.with(&[verb, &busy.join(", ")]);
    Err(EngineError::new(400, "snapshot_in_progress_exception", text).into())
}

pub(in super::super) fn delete(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &[])?;
    let Some(names) = ask.path.first().cloned() else {
        return Err(validation(&form::INDEX_MISSING.plain()));
    };
    let found = concrete(ask, &names)?;
    let security = ".opendistro_security";
    if ask.facts().fine_grained
        && (names == "_all" || names == "*" || found.iter().any(|name| name == security))
    {
        return Err(no_permission("", &ask.user()));
    }
    check_not_snapshotted(ask, &found, "delete")?;
    let now = ask.now;
    for name in &found {
        // A restore of it ends with it.
        let removed = ask.cluster_mut().indices.remove(name);
        let is_own = removed.is_some_and(|index| index.settings.contains_key("hidden"));
        if is_own && name.starts_with(dashboards::PREFIX) {
            ask.cluster_mut().dashboards = Some(later(now, dashboards::DELAY));
        }
    }
    Ok(Answer::acknowledged())
}

fn check_not_restored(ask: &Ask<'_>, found: &[String]) -> Result<(), Halt> {
    let is_restored = |index: &Index| {
        let recovery = index.recovery.as_ref();
        !index.closed && recovery.is_some_and(|recovery| !recovery.is_over(ask.now))
    };
    let restored: Vec<String> = found
        .iter()
        .filter_map(|name| ask.cluster().indices.get_key_value(name))
        .filter(|(_, index)| is_restored(index))
        .map(|(name, index)| format!("[{name}/{}]", index.uuid))
        .collect();
    if restored.is_empty() {
        return Ok(());
    }
    let text = texts::BEING_RESTORED.with(&[&restored.join(", ")]);
    Err(illegal_argument(text))
}

pub(in super::super) fn close(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &["wait_for_active_shards"])?;
    let found = named(ask, &ask.path[0].clone())?;
    check_not_restored(ask, &found)?;
    check_not_snapshotted(ask, &found, "close")?;
    let mut closed = Map::new();
    for name in found {
        if let Some(index) = ask.cluster_mut().indices.get_mut(&name)
            && !index.closed
        {
            index.closed = true;
            closed.insert(name, json!({ "closed": true }));
        }
    }
    let any = !closed.is_empty();
    Ok(Answer::ok(json!({
        "acknowledged": true,
        "shards_acknowledged": any,
        "indices": closed,
    })))
}

pub(in super::super) fn open(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &["wait_for_active_shards", "wait_for_completion"])?;
    for name in named(ask, &ask.path[0].clone())? {
        if let Some(index) = ask.cluster_mut().indices.get_mut(&name) {
            index.closed = false;
        }
    }
    Ok(Answer::ok(
        json!({ "acknowledged": true, "shards_acknowledged": true }),
    ))
}

fn stats_of(primary_bytes: u64, copies: u64, docs: u64) -> (Value, Value) {
    let stats = |bytes: u64| {
        json!({
            "docs": { "count": docs, "deleted": 0 },
            "store": { "size_in_bytes": bytes, "reserved_in_bytes": 0 },
        })
    };
    (stats(primary_bytes), stats(primary_bytes * copies))
}

fn copies(index: &Index, nodes: usize) -> u64 {
    u64::from(index.replicas()).min(nodes.saturating_sub(1) as u64) + 1
}

pub(in super::super) fn stats(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(
        ask,
        &[
            "level",
            "metric",
            "fields",
            "include_segment_file_sizes",
            "forbid_closed_indices",
        ],
    )?;
    let nodes = ask.cluster().nodes.len();
    let metrics = match ask.path.last() {
        Some(last) if last != "_stats" && ask.path.len() > 1 => split(last),
        _ => Vec::new(),
    };
    let wanted = |stats: Value| -> Value {
        match stats {
            Value::Object(members) if !metrics.is_empty() && metrics != ["_all"] => members
                .into_iter()
                .filter(|(name, _)| metrics.contains(name))
                .collect(),
            other => other,
        }
    };
    let mut members = Map::new();
    let (mut bytes, mut all_bytes, mut docs, mut total) = (0, 0, 0, 0);
    for name in named(ask, &selection(ask, "_stats"))? {
        let Some(index) = ask.cluster().indices.get(&name) else {
            continue;
        };
        let Some(own) = recovery::bytes(index, ask.now).filter(|_| !index.closed) else {
            continue;
        };
        let copies = copies(index, nodes);
        bytes += own;
        all_bytes += own * copies;
        docs += index.docs();
        total += index.shards.len();
        let (primaries, all) = stats_of(own, copies, index.docs());
        let shown = json!({
            "uuid": index.uuid,
            "primaries": wanted(primaries),
            "total": wanted(all),
        });
        members.insert(name, shown);
    }
    let (primaries, _) = stats_of(bytes, 1, docs);
    let (all, _) = stats_of(all_bytes, 1, docs);
    Ok(Answer::ok(json!({
        "_shards": shards(total),
        "_all": { "primaries": wanted(primaries), "total": wanted(all) },
        "indices": members,
    })))
}

pub(in super::super) fn resolve(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &[])?;
    let parts = split(&ask.path[2].clone());
    let fits =
        |name: &str| expression::is_all(&parts) || parts.iter().any(|part| matches(part, name));
    let cluster = ask.cluster();
    let indices: Vec<Value> = cluster
        .indices
        .iter()
        .filter(|(name, _)| fits(name))
        .map(|(name, index)| {
            let attribute = if index.closed { "closed" } else { "open" };
            let mut shown = json!({ "name": name });
            if !index.aliases.is_empty() {
                shown["aliases"] = json!(index.aliases.keys().collect::<Vec<_>>());
            }
            shown["attributes"] = json!([attribute]);
            shown
        })
        .collect();
    let aliases: Vec<Value> = cluster
        .aliases()
        .into_iter()
        .filter(|alias| fits(alias))
        .map(|alias| json!({ "name": alias, "indices": cluster.of_alias(alias).collect::<Vec<_>>() }))
        .collect();
    Ok(Answer::ok(
        json!({ "indices": indices, "aliases": aliases, "data_streams": [] }),
    ))
}

/// The version of an index's metadata: there is no other use for the time than to make it grow.
pub(super) fn metadata_version(now: Timestamp) -> i64 {
    now.as_second().rem_euclid(1_000_000)
}
