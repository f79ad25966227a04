//! Work that a request waits for.
//!
//! Invariants: what it came to is read from the world when it is over; waiting changes nothing.

use hyper::StatusCode;
use jiff::Timestamp;
use serde_json::json;

use super::domain::Domain;
use super::endpoints::snapshots_shown;
use super::repository::Place;
use crate::sandbox::reply::Reply;
use crate::sandbox::texts::search_form as form;
use crate::sandbox::world::World;

/// What is waited for.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub(super) domain: usize,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// A snapshot is made.
    Snapshot {
        repository: String,
        place: Place,
        uuid: String,
    },
    /// Something else comes first; then this is the answer.
    Behind {
        until: Timestamp,
        said: &'static str,
    },
    /// Indices are restored.
    Restore {
        uuid: String,
        snapshot: String,
        indices: Vec<String>,
    },
}

/// The answer, if the work is over.
pub(crate) fn finished(world: &World, work: &Work, now: Timestamp) -> Option<Reply> {
    let domain = world.domains.at(work.domain);
    let ok = |body| Some(Reply::json(StatusCode::OK, &body));
    match &work.kind {
        Kind::Behind { until, said } => (*until <= now).then(|| {
            let body = json!({ *said: true });
            Reply::json(StatusCode::OK, &body)
        }),
        Kind::Snapshot {
            repository,
            place,
            uuid,
        } => {
            let stored = &mut world.domains.vaults.stored(place, now);
            let Some(snapshot) = stored.find(|snapshot| snapshot.uuid == *uuid) else {
                // Aborted and deleted while somebody waited for it.
                let reason = form::SNAPSHOT_ABORTED.with(&[repository, uuid]);
                let error = json!({ "type": "snapshot_exception", "reason": reason });
                let mut body = json!({ "error": error.clone(), "status": 500 });
                body["error"]["root_cause"] = json!([error]);
                return Some(Reply::json(StatusCode::INTERNAL_SERVER_ERROR, &body));
            };
            if snapshot.is_running(now) {
                return None;
            }
            let engine = domain.facts.engine;
            ok(json!({ "snapshot": snapshots_shown::full(snapshot, engine, now) }))
        }
        Kind::Restore {
            uuid,
            snapshot,
            indices,
        } => restored(domain, (uuid, snapshot, indices), now),
    }
}

fn restored(
    domain: &Domain,
    (uuid, snapshot, names): (&str, &str, &[String]),
    now: Timestamp,
) -> Option<Reply> {
    let mut total = 0;
    let mut failed = 0;
    for name in names {
        let Some(index) = domain.cluster.indices.get(name) else {
            continue;
        };
        let Some(recovery) = &index.recovery else {
            continue;
        };
        if recovery.restore != uuid {
            continue;
        }
        if !recovery.is_over(now) {
            return None;
        }
        total += index.shards.len();
        failed += (0..index.shards.len())
            .filter(|shard| {
                recovery.lost.contains(shard)
                    || recovery.has_failed(*shard, now)
                    || index.shards[*shard].node.is_none()
            })
            .count();
    }
    let shards = json!({ "total": total, "failed": failed, "successful": total - failed });
    let body = json!({ "snapshot": { "snapshot": snapshot, "indices": names, "shards": shards } });
    Some(Reply::json(StatusCode::OK, &body))
}
