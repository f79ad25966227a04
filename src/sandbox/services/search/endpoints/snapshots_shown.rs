//! Snapshots as `GET _snapshot/repository/name` shows them.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::{millis, time};
use crate::sandbox::services::search::domain::Engine;
use crate::sandbox::services::search::snapshot::{Snapshot, State};

/// In full. While a snapshot is being made, its end is in 1970 and it has no shards.
pub(in super::super) fn full(snapshot: &Snapshot, engine: Engine, now: Timestamp) -> Value {
    let state = snapshot.state(now);
    let runs = state == State::InProgress;
    let started = snapshot.started();
    let end = if runs {
        Timestamp::UNIX_EPOCH
    } else {
        snapshot.ends()
    };
    // Older engines subtract all the same.
    let took = if runs && engine.is_concurrent() {
        SignedDuration::ZERO
    } else {
        end.duration_since(started)
    };
    let mut members = head(snapshot);
    let mut add = |name: &str, value: Value| {
        members.insert(name.to_owned(), value);
    };
    add("version_id", json!(snapshot.version.id()));
    add("version", json!(snapshot.version.number()));
    add("indices", json!(snapshot.indices()));
    if engine.has_data_streams() {
        add("data_streams", json!([]));
    }
    add("include_global_state", json!(snapshot.global_state));
    if engine.has_shallow_copies() {
        add("remote_store_index_shallow_copy", json!(false));
    }
    if let Some(metadata) = &snapshot.metadata {
        add("metadata", json!(metadata));
    }
    add("state", json!(state.name()));
    if let Some(reason) = snapshot.failure(now).filter(|_| !runs) {
        add("reason", json!(reason));
    }
    add("start_time", json!(time(started)));
    add("start_time_in_millis", json!(millis(started)));
    add("end_time", json!(time(end)));
    add("end_time_in_millis", json!(millis(end)));
    let took = i64::try_from(took.as_millis()).unwrap_or_default();
    add("duration_in_millis", json!(took));
    let failures = if runs {
        Vec::new()
    } else {
        failures(snapshot, now)
    };
    let total = if runs { 0 } else { snapshot.shard_count() };
    let failed = failures.len();
    add("failures", json!(failures));
    add(
        "shards",
        json!({ "total": total, "failed": failed, "successful": total - failed }),
    );
    Value::Object(members)
}

fn head(snapshot: &Snapshot) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("snapshot".to_owned(), json!(snapshot.name));
    members.insert("uuid".to_owned(), json!(snapshot.uuid));
    members
}

/// In short, for `verbose=false`: no times.
pub(super) fn brief(snapshot: &Snapshot, engine: Engine, now: Timestamp) -> Value {
    let mut members = head(snapshot);
    members.insert("indices".to_owned(), json!(snapshot.indices()));
    if engine.has_data_streams() {
        members.insert("data_streams".to_owned(), json!([]));
    }
    members.insert("state".to_owned(), json!(snapshot.state(now).name()));
    Value::Object(members)
}

fn failures(snapshot: &Snapshot, now: Timestamp) -> Vec<Value> {
    if !snapshot.lacks_shards(now) {
        return Vec::new();
    }
    snapshot
        .shards()
        .filter_map(|shard| {
            let reason = snapshot.failure_of(shard, now)?;
            Some(json!({
                "index": shard.index.name,
                // Engines really put the name here.
                "index_uuid": shard.index.name,
                "shard_id": shard.number,
                "reason": reason,
                "status": "INTERNAL_SERVER_ERROR",
            }))
        })
        .collect()
}
