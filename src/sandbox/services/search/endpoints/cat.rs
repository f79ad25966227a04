//! Tables of indices, aliases, shards, nodes and of the cluster's health.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::cluster::{self, Counts};
use super::indices::{named, options};
use super::recovery;
use super::table::{self, Cell, Column};
use super::time;
use crate::sandbox::services::search::answer::Answer;
use crate::sandbox::services::search::ask::Ask;
use crate::sandbox::services::search::error::Halt;
use crate::sandbox::services::search::expression::matches;
use crate::sandbox::services::search::index::Presence;

pub(super) const fn column(
    name: &'static str,
    aliases: &'static [&'static str],
    default: bool,
) -> Column {
    Column {
        name,
        aliases,
        default,
    }
}

const INDICES: [Column; 12] = [
    column("health", &[], true),
    column("status", &[], true),
    column("index", &["i", "idx"], true),
    column("uuid", &["id"], true),
    column("pri", &["p", "shards.primary"], true),
    column("rep", &["r", "shards.replica"], true),
    column("docs.count", &["dc", "docsCount"], true),
    column("docs.deleted", &["dd", "docsDeleted"], true),
    column("store.size", &["ss", "storeSize"], true),
    column("pri.store.size", &[], true),
    column("creation.date", &["cd"], false),
    column("creation.date.string", &["cds"], false),
];

/// What a path names behind the table's own name.
pub(super) fn selection(ask: &Ask<'_>) -> String {
    ask.path.get(2).cloned().unwrap_or_default()
}

/// Refuses parameters that neither tables nor expressions take.
pub(super) fn only(ask: &Ask<'_>, more: &[&str]) -> Result<(), Halt> {
    let known: Vec<&str> = table::KNOWN
        .into_iter()
        .chain(options::KNOWN)
        .chain(more.iter().copied())
        .collect();
    ask.only(&known)
}

pub(in super::super) fn indices(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &["pri", "health", "include_unloaded_segments"])?;
    let nodes = ask.cluster().nodes.len();
    let wanted = ask.parameter("health");
    let mut rows = Vec::new();
    for name in named(ask, &selection(ask))? {
        let Some(index) = ask.cluster().indices.get(&name) else {
            continue;
        };
        let health = index.health(nodes, ask.now).name();
        if wanted.is_some_and(|wanted| wanted != health) {
            continue;
        }
        let bytes = recovery::bytes(index, ask.now).filter(|_| !index.closed);
        let copies = u64::from(index.replicas()).min(nodes.saturating_sub(1) as u64) + 1;
        let docs = bytes.map(|_| index.docs());
        rows.push(vec![
            Cell::text(health),
            Cell::text(if index.closed { "close" } else { "open" }),
            Cell::text(&name),
            Cell::text(&index.uuid),
            Cell::text(index.shards.len()),
            Cell::text(index.replicas()),
            Cell::number(docs),
            Cell::number(docs.map(|_| 0)),
            Cell::bytes(bytes.map(|bytes| bytes * copies)),
            Cell::bytes(bytes),
            Cell::text(index.created.as_millisecond()),
            Cell::text(time(index.created)),
        ]);
    }
    table::answer(ask, &INDICES, rows)
}

const ALIASES: [Column; 6] = [
    column("alias", &["a"], true),
    column("index", &["i", "idx"], true),
    column("filter", &["f", "fi"], true),
    column("routing.index", &["ri", "routingIndex"], true),
    column("routing.search", &["rs", "routingSearch"], true),
    column("is_write_index", &["w", "isWriteIndex"], true),
];

pub(in super::super) fn aliases(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &[])?;
    let wanted = crate::sandbox::services::search::ask::split(&selection(ask));
    let mut rows = Vec::new();
    for (name, index) in &ask.cluster().indices {
        for (alias, members) in &index.aliases {
            if !wanted.is_empty() && !wanted.iter().any(|wanted| matches(wanted, alias)) {
                continue;
            }
            let member = |key: &str| match members.get(key) {
                Some(serde_json::Value::String(text)) => Cell::text(text),
                Some(other) => Cell::text(other),
                None => Cell::text("-"),
            };
            rows.push(vec![
                Cell::text(alias),
                Cell::text(name),
                Cell::text(if members.contains_key("filter") {
                    "*"
                } else {
                    "-"
                }),
                member("index_routing"),
                member("search_routing"),
                member("is_write_index"),
            ]);
        }
    }
    table::answer(ask, &ALIASES, rows)
}

const HEALTH: [Column; 15] = [
    column("epoch", &["t", "time"], true),
    column("timestamp", &["ts", "hms", "hhmmss"], true),
    column("cluster", &["cl"], true),
    column("status", &["st"], true),
    column("node.total", &["nt", "nodeTotal"], true),
    column("node.data", &["nd", "nodeData"], true),
    column("discovered_cluster_manager", &["dcm"], true),
    column("shards", &["t", "sh", "shards.total"], true),
    column("pri", &["p", "shards.primary"], true),
    column("relo", &["r", "shards.relocating"], true),
    column("init", &["i", "shards.initializing"], true),
    column("unassign", &["u", "shards.unassigned"], true),
    column("pending_tasks", &["pt"], true),
    column("max_task_wait_time", &["mtwt"], true),
    column("active_shards_percent", &["asp"], true),
];

/// `12:00:07`
pub(super) fn clock(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC)
        .strftime("%H:%M:%S")
        .to_string()
}

pub(in super::super) fn health(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &[])?;
    let names: Vec<String> = ask.cluster().indices.keys().cloned().collect();
    let counts = Counts::of(ask.cluster(), &names, ask.now);
    let nodes = ask.cluster().nodes.len();
    let row = vec![
        Cell::text(ask.now.as_second()),
        Cell::text(clock(ask.now)),
        Cell::text(cluster::name(ask)),
        Cell::text(counts.health.name()),
        Cell::text(cluster::all_nodes(ask)),
        Cell::text(nodes),
        Cell::text("true"),
        Cell::text(counts.active),
        Cell::text(counts.primaries),
        Cell::text(0),
        Cell::text(counts.initializing),
        Cell::text(counts.unassigned),
        Cell::text(0),
        Cell::text("-"),
        Cell::text(counts.percent()),
    ];
    // Older engines have no such column.
    let columns: Vec<Column> = HEALTH
        .into_iter()
        .map(|mut column| {
            column.default &=
                column.name != "discovered_cluster_manager" || ask.engine().says_cluster_manager();
            column
        })
        .collect();
    table::answer(ask, &columns, vec![row])
}

const NODES: [Column; 11] = [
    column("ip", &["i"], true),
    column("heap.percent", &["hp"], true),
    column("ram.percent", &["rp"], true),
    column("cpu", &[], true),
    column("load_1m", &["l"], true),
    column("load_5m", &[], true),
    column("load_15m", &[], true),
    column("node.role", &["r", "role"], true),
    column("node.roles", &["rs", "all roles"], true),
    column("cluster_manager", &["cm", "m", "master"], true),
    column("name", &["n"], true),
];

pub(in super::super) fn nodes(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &["full_id"])?;
    let is_new = ask.engine().says_cluster_manager();
    let columns: Vec<Column> = NODES
        .into_iter()
        .filter(|column| is_new || column.name != "node.roles")
        .map(|one| match one.name {
            "cluster_manager" if !is_new => column("master", &["m"], true),
            _ => one,
        })
        .collect();
    let rows = (0..)
        .zip(&ask.cluster().nodes)
        .map(|(number, node)| {
            let cells = columns.iter().map(|column| match column.name {
                "ip" => &node.ip,
                "heap.percent" => "31",
                "ram.percent" => "74",
                "cpu" => "5",
                "load_1m" => "0.45",
                "load_5m" => "0.40",
                "load_15m" => "0.38",
                "node.role" => "dimr",
                "node.roles" => "cluster_manager,data,ingest,remote_cluster_client",
                "name" => &node.name,
                _ if number == 0 => "*",
                _ => "-",
            });
            cells.map(Cell::text).collect()
        })
        .collect();
    table::answer(ask, &columns, rows)
}

const SHARDS: [Column; 8] = [
    column("index", &["i", "idx"], true),
    column("shard", &["s", "sh"], true),
    column("prirep", &["p", "pr", "primaryOrReplica"], true),
    column("state", &["st"], true),
    column("docs", &["d", "dc"], true),
    column("store", &["sto"], true),
    column("ip", &[], true),
    column("node", &["n"], true),
];

pub(in super::super) fn shards(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &[])?;
    let cluster = ask.cluster();
    let mut rows = Vec::new();
    for name in named(ask, &selection(ask))? {
        let Some(index) = cluster.indices.get(&name) else {
            continue;
        };
        for (number, shard) in index.shards.iter().enumerate() {
            let presence = index.presence(number, ask.now);
            let is_started = presence == Presence::Started;
            let node = shard.node.and_then(|node| cluster.nodes.get(node));
            let node = node.filter(|_| presence != Presence::Unassigned);
            let size = crate::sandbox::services::search::plan::Amount::of(
                &crate::sandbox::services::search::index::all_files(
                    &shard.content.segments(ask.now),
                ),
            );
            rows.push(vec![
                Cell::text(&name),
                Cell::text(number),
                Cell::text("p"),
                Cell::text(match presence {
                    Presence::Started => "STARTED",
                    Presence::Initializing => "INITIALIZING",
                    Presence::Unassigned => "UNASSIGNED",
                }),
                Cell::number(is_started.then(|| shard.content.total_docs())),
                Cell::bytes(is_started.then_some(size.bytes)),
                node.map_or(Cell::Nothing, |node| Cell::text(&node.ip)),
                node.map_or(Cell::Nothing, |node| Cell::text(&node.name)),
            ]);
        }
    }
    table::answer(ask, &SHARDS, rows)
}

const COUNT: [Column; 3] = [
    column("epoch", &["t", "time"], true),
    column("timestamp", &["ts", "hms", "hhmmss"], true),
    column("count", &["dc", "docs.count", "docsCount"], true),
];

pub(in super::super) fn count(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    only(ask, &[])?;
    let mut docs = 0;
    for name in named(ask, &selection(ask))? {
        docs += ask
            .cluster()
            .indices
            .get(&name)
            .map_or(0, |index| index.docs());
    }
    let row = vec![
        Cell::text(ask.now.as_second()),
        Cell::text(clock(ask.now)),
        Cell::text(docs),
    ];
    table::answer(ask, &COUNT, vec![row])
}

/// A duration as tables show it, or in the unit that is asked for.
pub(super) fn duration_cell(ask: &Ask<'_>, duration: SignedDuration) -> Cell {
    let millis = duration.as_millis();
    match ask.parameter("time") {
        Some("ms") => Cell::text(millis),
        Some("s") => Cell::text(millis / 1000),
        Some("m") => Cell::text(millis / 60_000),
        Some("h") => Cell::text(millis / 3_600_000),
        Some("d") => Cell::text(millis / 86_400_000),
        Some("micros") => Cell::text(millis * 1000),
        Some("nanos") => Cell::text(millis * 1_000_000),
        _ => Cell::text(super::duration(duration)),
    }
}
