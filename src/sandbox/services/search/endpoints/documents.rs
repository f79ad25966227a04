//! Documents, as far as they count: writing one makes its index if there is none, under whatever
//! name it is written to.
//!
//! Invariants: documents are counted, not kept.

use hyper::StatusCode;
use serde_json::{Map, Value, json};

use super::index_create::{self, Wanted};
use super::indices::{named, selection};
use super::shards;
use crate::sandbox::services::search::answer::Answer;
use crate::sandbox::services::search::ask::Ask;
use crate::sandbox::services::search::error::{EngineError, Halt, illegal_argument, validation};
use crate::sandbox::services::search::names;
use crate::sandbox::texts::{search as texts, search_form as form};

const WRITE: [&str; 8] = [
    "refresh",
    "routing",
    "pipeline",
    "op_type",
    "version",
    "version_type",
    "require_alias",
    "wait_for_active_shards",
];

/// Writes a document to an index, an alias, or an index that comes to be by it.
fn write_to(ask: &mut Ask<'_>, name: &str) -> Result<Written, Halt> {
    let target = {
        let cluster = ask.cluster();
        let behind: Vec<&str> = cluster.of_alias(name).collect();
        match behind[..] {
            _ if cluster.indices.contains_key(name) => Some(name.to_owned()),
            [] => None,
            [one] => Some(one.to_owned()),
            _ => {
                let text = form::NO_WRITE_INDEX.with(&[name]);
                return Err(illegal_argument(text));
            }
        }
    };
    let target = if let Some(target) = target {
        target
    } else {
        names::check_index(ask.cluster(), name)?;
        let (place, now) = (ask.place(), ask.now);
        index_create::make(ask.domains(), place, name, Wanted::default(), now);
        name.to_owned()
    };
    let number = ask.domains().new_number();
    let random = ask.domains().arbitrary(number);
    let id = ask.domains().new_uuid().chars().take(20).collect();
    let nodes = ask.cluster().nodes.len() as u64;
    let Some(index) = ask.cluster_mut().indices.get_mut(&target) else {
        return Err(illegal_argument(texts::CLOSED.plain()));
    };
    if index.closed {
        let text = texts::CLOSED.plain();
        return Err(EngineError::new(400, "index_closed_exception", text)
            .with("index", target)
            .into());
    }
    let count = index.shards.len() as u64;
    let place = usize::try_from(random % count.max(1)).unwrap_or_default();
    let copies = u64::from(index.replicas()) + 1;
    // A restored shard is in its second.
    let term = if index.recovery.is_some() { 2 } else { 1 };
    let sequence = index.shards.get_mut(place).map_or(0, |shard| {
        shard.content.written += 1;
        shard.content.written - 1
    });
    Ok(Written {
        index: target,
        id,
        sequence,
        copies,
        successful: copies.min(nodes),
        term,
    })
}

struct Written {
    index: String,
    id: String,
    sequence: u64,
    copies: u64,
    successful: u64,
    term: u64,
}

impl Written {
    fn shown(&self, given: Option<&str>, has_types: bool) -> Map<String, Value> {
        let mut members = Map::new();
        members.insert("_index".to_owned(), json!(self.index));
        if has_types {
            members.insert("_type".to_owned(), json!("_doc"));
        }
        members.insert("_id".to_owned(), json!(given.unwrap_or(&self.id)));
        members.insert("_version".to_owned(), json!(1));
        members.insert("result".to_owned(), json!("created"));
        members.insert(
            "_shards".to_owned(),
            json!({ "total": self.copies, "successful": self.successful, "failed": 0 }),
        );
        members.insert("_seq_no".to_owned(), json!(self.sequence));
        members.insert("_primary_term".to_owned(), json!(self.term));
        members
    }
}

fn refreshes(ask: &Ask<'_>) -> bool {
    matches!(ask.parameter("refresh"), Some("" | "true"))
}

/// Documents have a type up to the end of the old name.
fn has_types(ask: &Ask<'_>) -> bool {
    !ask.engine().says_cluster_manager()
}

pub(in super::super) fn write(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&WRITE)?;
    if ask.body()?.is_none() {
        let text = texts::BODY_REQUIRED.plain();
        return Err(EngineError::new(400, "parse_exception", text).into());
    }
    let (name, id) = (ask.path[0].clone(), ask.path.get(2).cloned());
    let written = write_to(ask, &name)?;
    let mut members = written.shown(id.as_deref(), has_types(ask));
    if refreshes(ask) {
        members.insert("forced_refresh".to_owned(), json!(true));
    }
    Ok(Answer::json(StatusCode::CREATED, Value::Object(members)))
}

pub(in super::super) fn bulk(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&WRITE)?;
    let of_path = match ask.path.first() {
        Some(first) if first != "_bulk" => Some(first.clone()),
        _ => None,
    };
    let text = String::from_utf8_lossy(&ask.http.body).into_owned();
    if !text.ends_with('\n') {
        let text = form::BULK_NEWLINE.plain();
        return Err(illegal_argument(text));
    }
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let mut actions = Vec::new();
    while let Some(line) = lines.next() {
        let action: Value = serde_json::from_str(line)
            .map_err(|_| illegal_argument(form::BULK_MALFORMED.plain()))?;
        let Some((kind, members)) = action.as_object().and_then(|action| action.iter().next())
        else {
            return Err(illegal_argument(form::BULK_MALFORMED.plain()));
        };
        let index = members
            .get("_index")
            .and_then(Value::as_str)
            .map(str::to_owned)
            .or_else(|| of_path.clone())
            .ok_or_else(|| validation(&form::BULK_INDEX_MISSING.plain()))?;
        let id = members
            .get("_id")
            .and_then(Value::as_str)
            .map(str::to_owned);
        if kind != "delete" {
            lines.next();
        }
        actions.push((kind.clone(), index, id));
    }
    let refreshes = refreshes(ask);
    let mut items = Vec::new();
    let mut errors = false;
    for (kind, index, id) in actions {
        let mut item = match write_to(ask, &index) {
            Ok(written) => {
                let mut members = written.shown(id.as_deref(), has_types(ask));
                if refreshes {
                    members.insert("forced_refresh".to_owned(), json!(true));
                }
                members.insert("status".to_owned(), json!(201));
                Value::Object(members)
            }
            Err(Halt::Engine(error)) => {
                errors = true;
                let answer = error.answer();
                let body = match answer.body {
                    crate::sandbox::services::search::answer::Body::Json(body) => body,
                    _ => Value::Null,
                };
                let error =
                    json!({ "type": body["error"]["type"], "reason": body["error"]["reason"] });
                json!({ "_index": index, "_id": id, "status": body["status"], "error": error })
            }
            Err(halt) => return Err(halt),
        };
        if kind == "delete" {
            item["result"] = json!("deleted");
        }
        items.push(json!({ kind: item }));
    }
    Ok(Answer::ok(
        json!({ "took": 2, "errors": errors, "items": items }),
    ))
}

/// How many documents and shards an expression covers.
fn covered(ask: &Ask<'_>, own: &str) -> Result<(u64, usize), Halt> {
    let mut sums = (0, 0);
    for name in named(ask, &selection(ask, own))? {
        if let Some(index) = ask.cluster().indices.get(&name) {
            if index.closed {
                let text = texts::CLOSED.plain();
                return Err(EngineError::new(400, "index_closed_exception", text)
                    .with("index", name)
                    .into());
            }
            sums.0 += index.docs();
            sums.1 += index.shards.len();
        }
    }
    Ok(sums)
}

fn with_skipped(total: usize) -> Value {
    json!({ "total": total, "successful": total, "skipped": 0, "failed": 0 })
}

pub(in super::super) fn count(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    let (docs, shards) = covered(ask, "_count")?;
    Ok(Answer::ok(
        json!({ "count": docs, "_shards": with_skipped(shards) }),
    ))
}

/// There are counts, and no hits.
pub(in super::super) fn search(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    let (docs, shards) = covered(ask, "_search")?;
    let plain =
        ask.engine().has_types() || ask.truth("rest_total_hits_as_int")?.unwrap_or_default();
    let total = if plain {
        json!(docs)
    } else {
        json!({ "value": docs.min(10_000), "relation": if docs > 10_000 { "gte" } else { "eq" } })
    };
    Ok(Answer::ok(json!({
        "took": 5,
        "timed_out": false,
        "_shards": with_skipped(shards),
        "hits": { "total": total, "max_score": null, "hits": [] },
    })))
}

pub(in super::super) fn refresh(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    let own = match ask.path.last() {
        Some(last) => last.clone(),
        None => String::new(),
    };
    let mut total = 0;
    for name in named(ask, &selection(ask, &own))? {
        total += ask
            .cluster()
            .indices
            .get(&name)
            .map_or(0, |index| index.shards.len());
    }
    Ok(Answer::ok(json!({ "_shards": shards(total) })))
}
