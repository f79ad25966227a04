//! Restoring indices from a snapshot.

use std::collections::BTreeMap;

use serde_json::json;

use super::index_create::assigned;
use super::restore_check::{self, Names, is_ignored};
use super::restore_request::Wanted;
use super::snapshot_create::runs_any;
use crate::sandbox::services::search::answer::{Answer, Body};
use crate::sandbox::services::search::ask::Ask;
use crate::sandbox::services::search::cluster::Restore;
use crate::sandbox::services::search::error::{EngineError, Halt};
use crate::sandbox::services::search::index::{Content, Index, Recovery, Shard, all_files};
use crate::sandbox::services::search::plan::{Load, Plan, RATE};
use crate::sandbox::services::search::snapshot::{IndexCopy, Snapshot};
use crate::sandbox::services::search::work::{Kind, Work};
use crate::sandbox::texts::search as texts;

pub(in super::super) fn restore(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    const TIMES: [&str; 2] = ["master_timeout", "cluster_manager_timeout"];
    ask.only(&["wait_for_completion", TIMES[0], TIMES[1]])?;
    ask.check_time(&TIMES)?;
    let (repository, name) = (ask.path[1].clone(), ask.path[2].clone());
    let waits = ask.truth("wait_for_completion")?.unwrap_or_default();
    let body = ask.body()?.unwrap_or_default();
    let wanted = Wanted::read(ask, &body)?;
    let snapshot = restore_check::snapshot(ask, &repository, &name)?;
    check_not_deleted(ask, &repository, &snapshot)?;
    let names = restore_check::names(ask, &repository, &snapshot, &wanted)?;
    restore_check::indices(ask, &repository, &snapshot, &names, &wanted)?;
    if names.is_empty() {
        let shards = json!({ "total": 0, "failed": 0, "successful": 0 });
        let body = json!({ "snapshot": { "snapshot": name, "indices": [], "shards": shards } });
        return Ok(Answer::ok(body));
    }
    // Older engines restore behind a snapshot that is being made, and answer only then.
    let behind = (!ask.engine().is_concurrent() && runs_any(ask)).then(|| running_until(ask));
    let restored = begin(ask, &repository, &snapshot, &names, &wanted, behind);
    let domain = ask.place();
    let mut answer = Answer::accepted();
    if waits {
        answer.body = Body::Nothing;
        answer.wait = Some(Work {
            domain,
            kind: Kind::Restore {
                uuid: restored,
                snapshot: name,
                indices: names.into_keys().collect(),
            },
        });
    } else if let Some(until) = behind {
        answer.wait = Some(Work {
            domain,
            kind: Kind::Behind {
                until,
                said: "accepted",
            },
        });
    }
    Ok(answer)
}

fn running_until(ask: &Ask<'_>) -> jiff::Timestamp {
    let domain = ask.name();
    ask.cluster()
        .repositories
        .values()
        .flat_map(|repository| ask.vaults().stored(&repository.place, ask.now))
        .filter(|snapshot| snapshot.domain == domain && snapshot.is_running(ask.now))
        .map(Snapshot::ends)
        .max()
        .unwrap_or(ask.now)
}

/// A snapshot that waits for its deletion cannot be restored any more.
fn check_not_deleted(ask: &Ask<'_>, repository: &str, snapshot: &Snapshot) -> Result<(), Halt> {
    if snapshot.deleted.is_none() {
        return Ok(());
    }
    let arguments = [repository, &snapshot.name, &snapshot.uuid];
    let text = texts::RESTORE_IN_DELETE.with(&arguments);
    tracing::debug!(
        domain = ask.name(),
        "restore of a snapshot that is being deleted"
    );
    Err(EngineError::new(503, "concurrent_snapshot_execution_exception", text).into())
}

/// Begins it; its identifier.
fn begin(
    ask: &mut Ask<'_>,
    repository: &str,
    snapshot: &Snapshot,
    names: &Names,
    wanted: &Wanted,
    behind: Option<jiff::Timestamp>,
) -> String {
    let restore = ask.domains().new_uuid();
    let rate = ask
        .repository(repository)
        .ok()
        .and_then(|repository| repository.rate("max_restore_bytes_per_sec"))
        .unwrap_or(RATE);
    let mut loads = Vec::new();
    let mut made = Vec::new();
    for (renamed, index) in names {
        let Some(copy) = snapshot.find(index) else {
            continue;
        };
        let uuid = ask.domains().new_uuid();
        let new = restored(ask, copy, wanted, renamed, uuid);
        let from = loads.len();
        for ((place, shard), copied) in (0..).zip(&new.shards).zip(&copy.shards) {
            let is_there = copied.failure.is_none();
            let nodes = ask.cluster().nodes.len().max(1);
            loads.push(Load {
                node: shard.node.unwrap_or(place % nodes),
                files: if is_there {
                    all_files(&copied.segments)
                } else {
                    Vec::new()
                },
                missing: shard.node.is_none(),
            });
        }
        made.push((renamed.clone(), new, from..loads.len(), copy));
    }
    let plan = Plan::new(behind.unwrap_or(ask.now), loads, rate);
    let version = snapshot.version.number();
    for (renamed, mut index, part, copy) in made {
        index.recovery = Some(Recovery {
            repository: repository.to_owned(),
            snapshot: snapshot.name.clone(),
            version: version.clone(),
            index: copy.name.clone(),
            restore: restore.clone(),
            plan: plan.part(part),
            failed: None,
            lost: (0..copy.shards.len())
                .filter(|number| copy.shards[*number].failure.is_some())
                .collect(),
        });
        ask.cluster_mut().indices.insert(renamed, index);
    }
    tracing::debug!(repository, snapshot = snapshot.name, "restore begun");
    ask.cluster_mut().restores.push(Restore {
        uuid: restore.clone(),
        repository: repository.to_owned(),
        snapshot: snapshot.name.clone(),
        indices: names.keys().cloned().collect(),
    });
    restore
}

/// The index that comes out of a snapshot. In the place of a closed one it keeps that one's
/// identifier, and its aliases unless those of the snapshot are wanted.
fn restored(ask: &Ask<'_>, copy: &IndexCopy, wanted: &Wanted, name: &str, uuid: String) -> Index {
    let existing = ask.cluster().indices.get(name);
    let mut settings = copy.settings.clone();
    settings.retain(|key, _| !is_ignored(wanted, key));
    settings.extend(wanted.settings.clone());
    let nodes = &ask.cluster().nodes;
    let shards = (0..)
        .zip(&copy.shards)
        .map(|(number, shard)| Shard {
            node: assigned(nodes, &settings, number),
            content: match &shard.failure {
                None => Content {
                    // What it holds is that of the moment of the snapshot.
                    changing: shard.content.changing,
                    ..shard.content.clone()
                },
                Some(_) => Content {
                    docs: 0,
                    bytes: 0,
                    written: 0,
                    ..shard.content.clone()
                },
            },
        })
        .collect();
    Index {
        uuid: existing.map_or(uuid, |existing| existing.uuid.clone()),
        created: copy.created,
        version: copy.version,
        settings,
        mappings: copy.mappings.clone(),
        aliases: match (wanted.aliases, existing) {
            (true, _) => copy.aliases.clone(),
            (false, Some(existing)) => existing.aliases.clone(),
            (false, None) => BTreeMap::new(),
        },
        closed: false,
        shards,
        recovery: None,
    }
}
