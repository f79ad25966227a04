//! How shards got where they are: `_recovery`.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::indices::{named, options};
use super::{millis, percent};
use crate::sandbox::services::search::answer::Answer;
use crate::sandbox::services::search::ask::Ask;
use crate::sandbox::services::search::cluster::{Cluster, Node};
use crate::sandbox::services::search::error::Halt;
use crate::sandbox::services::search::index::{Index, Presence, all_files};
use crate::sandbox::services::search::plan::{Amount, Stage};

/// The recovery of a shard.
pub(super) struct ShardRecovery<'a> {
    pub(super) number: usize,
    pub(super) node: &'a Node,
    pub(super) stage: &'static str,
    pub(super) started: Timestamp,
    pub(super) took: SignedDuration,
    pub(super) is_over: bool,
    /// None: it was made empty.
    pub(super) source: Option<Source<'a>>,
    pub(super) total: Amount,
    pub(super) recovered: Amount,
}

/// Where it came from.
pub(super) struct Source<'a> {
    pub(super) repository: &'a str,
    pub(super) snapshot: &'a str,
    version: &'a str,
    index: &'a str,
    restore: &'a str,
}

/// The recoveries of an index; a shard that is nowhere has none.
pub(super) fn of<'a>(
    cluster: &'a Cluster,
    index: &'a Index,
    now: Timestamp,
) -> Vec<ShardRecovery<'a>> {
    (0..index.shards.len())
        .filter(|number| index.presence(*number, now) != Presence::Unassigned)
        .filter_map(|number| {
            let node = index.shards[number]
                .node
                .and_then(|node| cluster.nodes.get(node))?;
            Some(match &index.recovery {
                None => ShardRecovery {
                    number,
                    node,
                    stage: "DONE",
                    started: index.created,
                    took: SignedDuration::from_millis(20),
                    is_over: true,
                    source: None,
                    total: Amount::default(),
                    recovered: Amount::default(),
                },
                Some(recovery) => {
                    let stage = recovery.plan.stage(number, now);
                    let begins = recovery.plan.begins(number);
                    let until = recovery.plan.ends_of(number).min(now);
                    ShardRecovery {
                        number,
                        node,
                        stage: match stage {
                            Stage::Waiting => "INIT",
                            Stage::Copying => "INDEX",
                            Stage::Closing => "TRANSLOG",
                            Stage::Done => "DONE",
                        },
                        started: begins.min(now),
                        took: until.duration_since(begins).max(SignedDuration::ZERO),
                        is_over: stage == Stage::Done,
                        source: Some(Source {
                            repository: &recovery.repository,
                            snapshot: &recovery.snapshot,
                            version: &recovery.version,
                            index: &recovery.index,
                            restore: &recovery.restore,
                        }),
                        total: match stage {
                            // Not known before it begins.
                            Stage::Waiting => Amount::default(),
                            _ => recovery.plan.all(number),
                        },
                        recovered: recovery.plan.copied(number, now),
                    }
                }
            })
        })
        .collect()
}

pub(in super::super) fn recovery(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    let known: Vec<&str> = ["detailed", "active_only", "bytes"]
        .into_iter()
        .chain(options::KNOWN)
        .collect();
    ask.only(&known)?;
    let active = ask.truth("active_only")?.unwrap_or_default();
    let names = match ask.path.first() {
        Some(first) if first != "_recovery" => first.clone(),
        _ => String::new(),
    };
    let mut members = Map::new();
    for name in named(ask, &names)? {
        let Some(index) = ask.cluster().indices.get(&name) else {
            continue;
        };
        let shards: Vec<Value> = of(ask.cluster(), index, ask.now)
            .iter()
            .filter(|shard| !active || !shard.is_over)
            .map(|shard| shown(shard, ask.is_opensearch()))
            .collect();
        if !shards.is_empty() {
            members.insert(name, json!({ "shards": shards }));
        }
    }
    Ok(Answer::ok(Value::Object(members)))
}

fn shown(shard: &ShardRecovery<'_>, is_opensearch: bool) -> Value {
    let took = i64::try_from(shard.took.as_millis()).unwrap_or_default();
    let mut members = Map::new();
    let mut add = |name: &str, value: Value| {
        members.insert(name.to_owned(), value);
    };
    let kind = match shard.source {
        Some(_) => "SNAPSHOT",
        None => "EMPTY_STORE",
    };
    add("id", json!(shard.number));
    add("type", json!(kind));
    add("stage", json!(shard.stage));
    add("primary", json!(true));
    add("start_time_in_millis", json!(millis(shard.started)));
    if shard.is_over {
        add("stop_time_in_millis", json!(millis(shard.started) + took));
    }
    add("total_time_in_millis", json!(took));
    let mut source = json!({});
    if let Some(from) = &shard.source {
        source = json!({
            "repository": from.repository,
            "snapshot": from.snapshot,
            "version": from.version,
            "index": from.index,
            "restoreUUID": from.restore,
        });
        if is_opensearch {
            source["isSearchableSnapshot"] = json!(false);
        }
    }
    add("source", source);
    let (ip, node) = (&shard.node.ip, shard.node);
    add(
        "target",
        json!({
            "id": node.id,
            "host": ip,
            "transport_address": format!("{ip}:9300"),
            "ip": ip,
            "name": node.name,
        }),
    );
    let done = |part: u64, whole: u64| {
        if shard.is_over && whole > 0 {
            "100.0%".to_owned()
        } else {
            percent(part, whole)
        }
    };
    add(
        "index",
        json!({
            "size": {
                "total_in_bytes": shard.total.bytes,
                "reused_in_bytes": 0,
                "recovered_in_bytes": shard.recovered.bytes,
                "percent": done(shard.recovered.bytes, shard.total.bytes),
            },
            "files": {
                "total": shard.total.files,
                "reused": 0,
                "recovered": shard.recovered.files,
                "percent": done(shard.recovered.files, shard.total.files),
            },
            "total_time_in_millis": took,
            "source_throttle_time_in_millis": 0,
            "target_throttle_time_in_millis": 0,
        }),
    );
    add(
        "translog",
        json!({
            "recovered": 0,
            "total": 0,
            "percent": "100.0%",
            "total_on_start": 0,
            "total_time_in_millis": 0,
        }),
    );
    add(
        "verify_index",
        json!({ "check_index_time_in_millis": 0, "total_time_in_millis": 0 }),
    );
    Value::Object(members)
}

/// The bytes of an index's primaries that are there; none while one of them is not.
pub(super) fn bytes(index: &Index, now: Timestamp) -> Option<u64> {
    let is_whole =
        (0..index.shards.len()).all(|number| index.presence(number, now) == Presence::Started);
    is_whole.then(|| {
        index
            .shards
            .iter()
            .map(|shard| Amount::of(&all_files(&shard.content.segments(now))).bytes)
            .sum()
    })
}
