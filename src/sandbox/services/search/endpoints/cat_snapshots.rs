//! Tables of repositories, snapshots and recoveries.

use super::cat::{clock, column, duration_cell, only, selection};
use super::indices::named;
use super::recovery;
use super::table::{self, Cell, Column};
use super::{percent, snapshot_get};
use crate::sandbox::services::search::answer::Answer;
use crate::sandbox::services::search::ask::Ask;
use crate::sandbox::services::search::error::{Halt, validation};
use crate::sandbox::services::search::snapshot::State;
use crate::sandbox::texts::search_form as form;

const REPOSITORIES: [Column; 2] = [
    column("id", &["repoId"], true),
    column("type", &["t"], true),
];

pub(in super::super) fn repositories(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &[])?;
    let rows = ask
        .cluster()
        .repositories
        .iter()
        .map(|(name, repository)| vec![Cell::text(name), Cell::text(&repository.kind)])
        .collect();
    table::answer(ask, &REPOSITORIES, rows)
}

const SNAPSHOTS: [Column; 12] = [
    column("id", &["snapshot"], true),
    column("status", &["s"], true),
    column("start_epoch", &["ste", "startEpoch"], true),
    column("start_time", &["sti", "startTime"], true),
    column("end_epoch", &["ete", "endEpoch"], true),
    column("end_time", &["eti", "endTime"], true),
    column("duration", &["dur"], true),
    column("indices", &["i"], true),
    column("successful_shards", &["ss"], true),
    column("failed_shards", &["fs"], true),
    column("total_shards", &["ts"], true),
    column("reason", &["r"], false),
];

pub(in super::super) fn snapshots(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &["repository"])?;
    let from_path = selection(ask);
    let name = match (from_path.as_str(), ask.parameter("repository")) {
        ("", None) => return Err(validation(&form::REPOSITORY_MISSING.plain())),
        ("", Some(parameter)) => parameter.to_owned(),
        _ => from_path,
    };
    let mut found = snapshot_get::named(ask, &name, "_all", &snapshot_get::Missing::Ignore)?;
    found.sort_by(|one, other| (one.started(), &one.name).cmp(&(other.started(), &other.name)));
    let now = ask.now;
    let rows = found
        .iter()
        .map(|snapshot| {
            let state = snapshot.state(now);
            let runs = state == State::InProgress;
            let total = if runs { 0 } else { snapshot.shard_count() };
            let failed = snapshot
                .shards()
                .filter(|shard| !runs && snapshot.failure_of(*shard, now).is_some())
                .count();
            let (started, ends) = (snapshot.started(), snapshot.ends());
            let took = if runs { now } else { ends }.duration_since(started);
            vec![
                Cell::text(&snapshot.name),
                Cell::text(state.name()),
                Cell::text(started.as_second()),
                Cell::text(clock(started)),
                Cell::text(if runs { 0 } else { ends.as_second() }),
                Cell::text(if runs {
                    "00:00:00".to_owned()
                } else {
                    clock(ends)
                }),
                duration_cell(ask, took),
                Cell::text(snapshot.contents.len()),
                Cell::text(total - failed),
                Cell::text(failed),
                Cell::text(total),
                snapshot.failure(now).map_or(Cell::Nothing, Cell::text),
            ]
        })
        .collect();
    table::answer(ask, &SNAPSHOTS, rows)
}

const RECOVERY: [Column; 21] = [
    column("index", &["i", "idx"], true),
    column("shard", &["s", "sh"], true),
    column("time", &["t", "ti"], true),
    column("type", &["ty"], true),
    column("stage", &["st"], true),
    column("source_host", &["shost"], true),
    column("source_node", &["snode"], true),
    column("target_host", &["thost"], true),
    column("target_node", &["tnode"], true),
    column("repository", &["rep"], true),
    column("snapshot", &["snap"], true),
    column("files", &["f"], true),
    column("files_recovered", &["fr"], true),
    column("files_percent", &["fp"], true),
    column("files_total", &["tf"], true),
    column("bytes", &["b"], true),
    column("bytes_recovered", &["br"], true),
    column("bytes_percent", &["bp"], true),
    column("bytes_total", &["tb"], true),
    column("translog_ops", &["to"], true),
    column("translog_ops_recovered", &["tor"], true),
];
const RECOVERY_LAST: Column = column("translog_ops_percent", &["top"], true);

pub(in super::super) fn recovery(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &["active_only", "detailed", "index"])?;
    let active = ask.truth("active_only")?.unwrap_or_default();
    let mut rows = Vec::new();
    for name in named(ask, &selection(ask))? {
        let Some(index) = ask.cluster().indices.get(&name) else {
            continue;
        };
        for shard in recovery::of(ask.cluster(), index, ask.now) {
            if active && shard.is_over {
                continue;
            }
            let (kind, repository, snapshot) = match &shard.source {
                Some(source) => ("snapshot", source.repository, source.snapshot),
                None => ("empty_store", "n/a", "n/a"),
            };
            let (all, done) = (shard.total, shard.recovered);
            rows.push(vec![
                Cell::text(&name),
                Cell::text(shard.number),
                duration_cell(ask, shard.took),
                Cell::text(kind),
                Cell::text(shard.stage.to_ascii_lowercase()),
                Cell::text("n/a"),
                Cell::text("n/a"),
                Cell::text(&shard.node.ip),
                Cell::text(&shard.node.name),
                Cell::text(repository),
                Cell::text(snapshot),
                Cell::text(all.files),
                Cell::text(done.files),
                Cell::text(percent(done.files, all.files)),
                Cell::text(all.files),
                Cell::Bytes(all.bytes),
                Cell::Bytes(done.bytes),
                Cell::text(percent(done.bytes, all.bytes)),
                Cell::Bytes(all.bytes),
                Cell::text(0),
                Cell::text(0),
                Cell::text("100.0%"),
            ]);
        }
    }
    let columns: Vec<Column> = RECOVERY.into_iter().chain([RECOVERY_LAST]).collect();
    table::answer(ask, &columns, rows)
}
