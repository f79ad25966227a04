//! Making a snapshot.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::registration::{self, Access};
use super::repositories::check_unreserved;
use crate::sandbox::services::search::answer::{Answer, Body};
use crate::sandbox::services::search::ask::{Ask, body_names, body_truth};
use crate::sandbox::services::search::cluster::Cluster;
use crate::sandbox::services::search::domain::Engine;
use crate::sandbox::services::search::error::{EngineError, Halt, illegal_argument};
use crate::sandbox::services::search::expression::{self, Unavailable};
use crate::sandbox::services::search::index::{Index, Presence, Segment, commit, files};
use crate::sandbox::services::search::names;
use crate::sandbox::services::search::plan::{Load, Plan, RATE};
use crate::sandbox::services::search::repository::Repository;
use crate::sandbox::services::search::snapshot::{Course, IndexCopy, ShardCopy, Snapshot};
use crate::sandbox::services::search::store::Domains;
use crate::sandbox::services::search::work::{Kind, Work};
use crate::sandbox::texts::{search as texts, search_form as form};

/// What a request asks to be in a snapshot. Keys that are not known are passed over, as engines
/// do: a misspelt `indices` is a snapshot of everything.
#[derive(Debug, Clone)]
pub(in super::super) struct Wanted {
    pub(in super::super) indices: Vec<String>,
    pub(in super::super) unavailable: Unavailable,
    pub(in super::super) partial: bool,
    pub(in super::super) global_state: bool,
    pub(in super::super) metadata: Option<Map<String, Value>>,
}

impl Wanted {
    pub(in super::super) fn read(body: &Map<String, Value>, engine: Engine) -> Result<Self, Halt> {
        let metadata = match body.get("metadata") {
            Some(Value::Object(metadata)) if engine.has_metadata() => Some(metadata.clone()),
            Some(Value::Null) | None => None,
            Some(_) if !engine.has_metadata() => None,
            Some(_) => return Err(illegal_argument(texts::MALFORMED_METADATA.plain())),
        };
        let ignores = body_truth(body, "ignore_unavailable")?.unwrap_or_default();
        Ok(Self {
            indices: body_names(body, "indices")?.unwrap_or_default(),
            unavailable: if ignores {
                Unavailable::Ignore
            } else {
                Unavailable::Refuse
            },
            partial: body_truth(body, "partial")?.unwrap_or_default(),
            global_state: body_truth(body, "include_global_state")?.unwrap_or(true),
            metadata,
        })
    }
}

pub(in super::super) fn create(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    const TIMES: [&str; 2] = ["master_timeout", "cluster_manager_timeout"];
    ask.only(&["wait_for_completion", TIMES[0], TIMES[1]])?;
    ask.check_time(&TIMES)?;
    let (repository, name) = (ask.path[1].clone(), ask.path[2].clone());
    let waits = ask.truth("wait_for_completion")?.unwrap_or_default();
    let body = ask.body()?.unwrap_or_default();
    let wanted = Wanted::read(&body, ask.engine())?;
    let registered = ask.repository(&repository)?.clone();
    check_unreserved(ask, &repository)?;
    if registered.is_read_only() {
        let text = texts::READ_ONLY_CREATE.with(&[&repository]);
        return Err(EngineError::new(500, "repository_exception", text).into());
    }
    names::check_snapshot(&repository, &name)?;
    registration::check_access(ask, (&repository, &registered), Access::Write)?;
    check_new(ask, (&repository, &registered), &name)?;
    check_no_other(ask, &repository, &name)?;
    let (place, now) = (ask.place(), ask.now);
    let uuid = make(
        ask.domains(),
        place,
        (&repository, &registered),
        &name,
        &wanted,
        now,
    )?;
    let mut answer = Answer::accepted();
    if waits {
        answer.body = Body::Nothing;
        answer.wait = Some(Work {
            domain: place,
            kind: Kind::Snapshot {
                repository,
                place: registered.place,
                uuid,
            },
        });
    }
    Ok(answer)
}

/// A name is given once in a repository.
fn check_new(ask: &Ask<'_>, repository: (&str, &Repository), name: &str) -> Result<(), Halt> {
    let (repository_name, repository) = repository;
    let found = ask
        .snapshots(repository)
        .into_iter()
        .find(|snapshot| snapshot.name == name);
    let why = match found.map(|found| found.is_running(ask.now)) {
        None => return Ok(()),
        // An older engine looks only at what the repository has, and that one is not in it yet.
        Some(true) if !ask.engine().is_concurrent() => return Ok(()),
        Some(true) => form::SNAPSHOT_RUNS,
        Some(false) => form::SNAPSHOT_EXISTS,
    };
    Err(names::invalid_snapshot(repository_name, name, &why.plain()))
}

/// Older engines make one snapshot at a time in all of the cluster.
fn check_no_other(ask: &Ask<'_>, repository: &str, name: &str) -> Result<(), Halt> {
    if ask.engine().is_concurrent() || !runs_any(ask) {
        return Ok(());
    }
    let text = texts::ALREADY_RUNNING.with(&[repository, name]);
    Err(EngineError::new(503, "concurrent_snapshot_execution_exception", text).into())
}

/// Is the cluster making a snapshot, in any repository?
pub(super) fn runs_any(ask: &Ask<'_>) -> bool {
    let domain = ask.name();
    ask.cluster().repositories.values().any(|repository| {
        ask.vaults()
            .stored(&repository.place, ask.now)
            .any(|snapshot| snapshot.domain == domain && snapshot.is_running(ask.now))
    })
}

/// Begins a snapshot; its identifier.
pub(in super::super) fn make(
    domains: &mut Domains,
    place: usize,
    (repository_name, repository): (&str, &Repository),
    name: &str,
    wanted: &Wanted,
    now: Timestamp,
) -> Result<String, Halt> {
    let domain = domains.at(place);
    let engine = domain.facts.engine;
    let named = expression::in_cluster(&domain.cluster, &wanted.indices, wanted.unavailable)?;
    let missing = without_primaries(&domain.cluster, &named, now);
    let uuid = domains.new_uuid();
    let mut failure = None;
    if !missing.is_empty() && !wanted.partial {
        let shown = missing.join(", ");
        if engine.is_concurrent() {
            let arguments = [repository_name, name, &uuid, &shown];
            let text = texts::NO_PRIMARIES_ERROR.with(&arguments);
            return Err(EngineError::new(500, "snapshot_exception", text).into());
        }
        failure = Some(texts::NO_PRIMARIES.with(&[&shown]));
    }
    let domain = domains.at(place);
    let mut contents = Vec::new();
    let mut loads = Vec::new();
    for name in &named {
        // What a policy has made in the past had no index in it that came later.
        let found = domain.cluster.indices.get(name);
        let Some(index) = found.filter(|index| index.created <= now) else {
            continue;
        };
        let known = domains.vaults.keys(&repository.place, name, now);
        let copy = copy_of(name, index, now);
        loads.extend(copy.shards.iter().map(|shard| Load {
            node: shard.node,
            files: new_files(&shard.segments, |segment| known.contains(&segment.key)),
            missing: shard.failure.is_some(),
        }));
        contents.push(copy);
    }
    let rate = repository
        .rate("max_snapshot_bytes_per_sec")
        .unwrap_or(RATE);
    let snapshot = Snapshot {
        name: name.to_owned(),
        uuid: uuid.clone(),
        domain: domain.facts.name.clone(),
        version: engine,
        contents: Arc::new(contents),
        global_state: wanted.global_state,
        metadata: wanted.metadata.clone(),
        course: Course::Made {
            plan: Plan::new(now, loads, rate),
            failed: None,
            failure,
        },
        deleted: None,
    };
    tracing::debug!(repository = repository_name, name, "snapshot begun");
    domains.vaults.add(&repository.place, snapshot);
    Ok(uuid)
}

fn without_primaries<'a>(cluster: &Cluster, named: &'a [String], now: Timestamp) -> Vec<&'a str> {
    named
        .iter()
        .filter(|name| {
            cluster
                .indices
                .get(*name)
                .is_some_and(|index| !index.missing(now).is_empty())
        })
        .map(String::as_str)
        .collect()
}

/// An index as it is now.
pub(in super::super) fn copy_of(name: &str, index: &Index, now: Timestamp) -> IndexCopy {
    let shards = (0..)
        .zip(&index.shards)
        .map(|(number, shard)| {
            // One that is being restored is waited for.
            let is_there = index.presence(number, now) != Presence::Unassigned;
            ShardCopy {
                content: shard.content.clone(),
                segments: shard.content.segments(now),
                node: shard.node.unwrap_or_default(),
                failure: (!is_there).then(|| texts::SHARD_NOT_ALLOCATED.plain()),
            }
        })
        .collect();
    IndexCopy {
        name: name.to_owned(),
        uuid: index.uuid.clone(),
        created: index.created,
        version: index.version,
        settings: index.settings.clone(),
        mappings: index.mappings.clone(),
        aliases: index.aliases.clone(),
        shards,
    }
}

/// The files of those segments that a repository does not have yet.
fn new_files(segments: &[Segment], is_known: impl Fn(&Segment) -> bool) -> Vec<u64> {
    let new: Vec<&Segment> = segments
        .iter()
        .filter(|segment| !is_known(segment))
        .collect();
    let mut all: Vec<u64> = new.iter().flat_map(|segment| files(**segment)).collect();
    // The list of segments is new when any of them is. That of an empty shard is always written.
    if !new.is_empty() || segments.is_empty() {
        all.push(commit(segments));
    }
    all
}

/// A request without a body.
impl Default for Wanted {
    fn default() -> Self {
        Self {
            indices: Vec::new(),
            unavailable: Unavailable::Refuse,
            partial: false,
            global_state: true,
            metadata: None,
        }
    }
}
