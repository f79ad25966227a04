//! The cluster as a whole: its version, health, state, nodes and tasks.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::indices::{metadata_version, named, options};
use super::repositories::nested;
use super::shards;
use crate::sandbox::services::search::Condition;
use crate::sandbox::services::search::answer::Answer;
use crate::sandbox::services::search::ask::{Ask, split};
use crate::sandbox::services::search::cluster::Cluster;
use crate::sandbox::services::search::domain::Product;
use crate::sandbox::services::search::error::Halt;
use crate::sandbox::services::search::index::{Health, Presence};

/// `123456789012:logs`, as AWS calls clusters.
pub(super) fn name(ask: &Ask<'_>) -> String {
    format!("{}:{}", ask.world.identity.account(), ask.name())
}

/// `GET /`: who answers, and in which version.
pub(in super::super) fn root(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&[])?;
    let engine = ask.engine();
    let node = ask.cluster().nodes.first();
    let node = node.map_or("", |node| node.name.as_str());
    let (version, tagline) = match engine.product {
        Product::OpenSearch => {
            let compatible = if engine.major == 1 { "6.8.0" } else { "7.10.0" };
            let version = json!({
                "distribution": "opensearch",
                "number": engine.number(),
                "build_type": "tar",
                "build_hash": "unknown",
                "build_date": "2023-11-14T10:00:00.000000Z",
                "build_snapshot": false,
                "lucene_version": "9.7.0",
                "minimum_wire_compatibility_version": compatible,
                "minimum_index_compatibility_version":
                    format!("{}.0.0", engine.oldest_index().major),
            });
            (version, "The OpenSearch Project: https://opensearch.org/")
        }
        Product::Elasticsearch => {
            let version = json!({
                "number": engine.number(),
                "build_flavor": "oss",
                "build_type": "tar",
                "build_hash": "unknown",
                "build_date": "2021-12-08T00:00:00.000000Z",
                "build_snapshot": false,
                "lucene_version": "8.7.0",
                "minimum_wire_compatibility_version": format!("{}.8.0", engine.major - 1),
                "minimum_index_compatibility_version": format!("{}.0.0", engine.major - 1),
            });
            (version, "You Know, for Search")
        }
    };
    Ok(Answer::ok(json!({
        "name": node,
        "cluster_name": name(ask),
        "cluster_uuid": ask.cluster().uuid,
        "version": version,
        "tagline": tagline,
    })))
}

/// How many shards are in which state.
pub(super) struct Counts {
    pub(super) health: Health,
    pub(super) primaries: usize,
    pub(super) active: usize,
    pub(super) initializing: usize,
    pub(super) unassigned: usize,
}

impl Counts {
    pub(super) fn of(cluster: &Cluster, names: &[String], now: Timestamp) -> Self {
        let nodes = cluster.nodes.len();
        let mut counts = Self {
            health: Health::Green,
            primaries: 0,
            active: 0,
            initializing: 0,
            unassigned: 0,
        };
        for index in names.iter().filter_map(|name| cluster.indices.get(name)) {
            counts.health = counts.health.max(index.health(nodes, now));
            let replicas = index.replicas() as usize;
            let placed = replicas.min(nodes.saturating_sub(1));
            for number in 0..index.shards.len() {
                match index.presence(number, now) {
                    Presence::Started => {
                        counts.primaries += 1;
                        counts.active += 1 + placed;
                        counts.unassigned += replicas - placed;
                    }
                    Presence::Initializing => {
                        counts.initializing += 1;
                        counts.unassigned += replicas;
                    }
                    Presence::Unassigned => counts.unassigned += 1 + replicas,
                }
            }
        }
        counts
    }

    fn all(&self) -> usize {
        self.active + self.initializing + self.unassigned
    }

    /// `50.0%`
    pub(super) fn percent(&self) -> String {
        if self.all() == 0 {
            return "100.0%".to_owned();
        }
        super::percent(self.active as u64, self.all() as u64)
    }

    fn percent_number(&self) -> f64 {
        if self.all() == 0 {
            return 100.0;
        }
        let tenths = self.active * 1000 / self.all();
        f64::from(u32::try_from(tenths).unwrap_or_default()) / 10.0
    }
}

/// The whole cluster, as the control plane sees it.
pub(in super::super) fn condition(cluster: &Cluster, now: Timestamp) -> Condition {
    let names: Vec<String> = cluster.indices.keys().cloned().collect();
    let counts = Counts::of(cluster, &names, now);
    Condition {
        health: counts.health.name(),
        shards: counts.all(),
        unassigned: counts.unassigned,
    }
}

/// How many nodes there are, those included that only manage.
pub(super) fn all_nodes(ask: &Ask<'_>) -> usize {
    let managers = ask.facts().manager_nodes.as_ref();
    ask.cluster().nodes.len() + managers.map_or(0, |nodes| nodes.count as usize)
}

pub(in super::super) fn health(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    let known: Vec<&str> = [
        "level",
        "wait_for_status",
        "wait_for_no_relocating_shards",
        "wait_for_no_initializing_shards",
        "wait_for_active_shards",
        "wait_for_nodes",
        "wait_for_events",
        "master_timeout",
        "cluster_manager_timeout",
    ]
    .into_iter()
    .chain(options::KNOWN)
    .collect();
    ask.only(&known)?;
    let names = named(ask, &ask.path.get(2).cloned().unwrap_or_default())?;
    let counts = Counts::of(ask.cluster(), &names, ask.now);
    let nodes = ask.cluster().nodes.len();
    let mut members = Map::new();
    let mut add = |name: &str, value: Value| {
        members.insert(name.to_owned(), value);
    };
    add("cluster_name", json!(name(ask)));
    add("status", json!(counts.health.name()));
    add("timed_out", json!(false));
    add("number_of_nodes", json!(all_nodes(ask)));
    add("number_of_data_nodes", json!(nodes));
    if ask.is_opensearch() {
        add("discovered_master", json!(true));
    }
    if ask.engine().says_cluster_manager() {
        add("discovered_cluster_manager", json!(true));
    }
    add("active_primary_shards", json!(counts.primaries));
    add("active_shards", json!(counts.active));
    add("relocating_shards", json!(0));
    add("initializing_shards", json!(counts.initializing));
    add("unassigned_shards", json!(counts.unassigned));
    add("delayed_unassigned_shards", json!(0));
    add("number_of_pending_tasks", json!(0));
    add("number_of_in_flight_fetch", json!(0));
    add("task_max_waiting_in_queue_millis", json!(0));
    add(
        "active_shards_percent_as_number",
        json!(counts.percent_number()),
    );
    Ok(Answer::ok(Value::Object(members)))
}

pub(in super::super) fn settings(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&[
        "flat_settings",
        "include_defaults",
        "master_timeout",
        "cluster_manager_timeout",
    ])?;
    Ok(Answer::ok(json!({ "persistent": {}, "transient": {} })))
}

/// The parts of the state that clients ask for: metadata, snapshots, restores, nodes.
pub(in super::super) fn state(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    let known: Vec<&str> = [
        "flat_settings",
        "master_timeout",
        "cluster_manager_timeout",
        "wait_for_metadata_version",
        "wait_for_timeout",
    ]
    .into_iter()
    .chain(options::KNOWN)
    .collect();
    ask.only(&known)?;
    let metrics = split(&ask.path.get(2).cloned().unwrap_or_default());
    let wants = |metric: &str| {
        metrics.is_empty()
            || metrics
                .iter()
                .any(|wanted| wanted == metric || wanted == "_all")
    };
    let names = named(ask, &ask.path.get(3).cloned().unwrap_or_default())?;
    let (cluster, now) = (ask.cluster(), ask.now);
    let mut members = Map::new();
    members.insert("cluster_name".to_owned(), json!(name(ask)));
    members.insert("cluster_uuid".to_owned(), json!(cluster.uuid));
    members.insert("version".to_owned(), json!(metadata_version(now)));
    if wants("nodes") {
        let nodes: Map<String, Value> = cluster
            .nodes
            .iter()
            .map(|node| (node.id.clone(), json!({ "name": node.name })))
            .collect();
        members.insert("nodes".to_owned(), Value::Object(nodes));
    }
    if wants("metadata") {
        let indices: Map<String, Value> = names
            .iter()
            .filter_map(|name| Some((name, cluster.indices.get(name)?)))
            .map(|(name, index)| {
                let mut own = nested(&index.settings);
                own["creation_date"] = json!(index.created.as_millisecond().to_string());
                own["uuid"] = json!(index.uuid);
                own["version"] = json!({ "created": index.version.id().to_string() });
                own["provided_name"] = json!(name);
                let shown = json!({
                    "state": if index.closed { "close" } else { "open" },
                    "settings": { "index": own },
                    "mappings": index.mappings,
                    "aliases": index.aliases.keys().collect::<Vec<_>>(),
                });
                (name.clone(), shown)
            })
            .collect();
        let metadata = json!({ "cluster_uuid": cluster.uuid, "templates": {}, "indices": indices });
        members.insert("metadata".to_owned(), metadata);
    }
    if wants("customs") || metrics.is_empty() {
        members.insert("snapshots".to_owned(), json!({ "snapshots": running(ask) }));
        let restores: Vec<Value> = cluster
            .restores
            .iter()
            .filter(|restore| cluster.is_restoring(restore, now))
            .map(|restore| {
                json!({
                    "snapshot": restore.snapshot,
                    "repository": restore.repository,
                    "state": "STARTED",
                    "indices": restore.indices,
                })
            })
            .collect();
        members.insert("restore".to_owned(), json!({ "snapshots": restores }));
    }
    Ok(Answer::ok(Value::Object(members)))
}

/// The snapshots that are being made, as the state lists them.
fn running(ask: &Ask<'_>) -> Vec<Value> {
    let domain = ask.name();
    let mut shown = Vec::new();
    for (name, repository) in &ask.cluster().repositories {
        let running = ask
            .vaults()
            .stored(&repository.place, ask.now)
            .filter(|snapshot| snapshot.domain == domain && snapshot.is_running(ask.now));
        shown.extend(running.map(|snapshot| {
            json!({
                "repository": name,
                "snapshot": snapshot.name,
                "uuid": snapshot.uuid,
                "include_global_state": snapshot.global_state,
                "state": "STARTED",
                "indices": snapshot.indices(),
                "start_time_millis": super::millis(snapshot.started()),
            })
        }));
    }
    shown
}

pub(in super::super) fn nodes(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&["flat_settings"])?;
    let version = ask.engine().number();
    let nodes: Map<String, Value> = ask
        .cluster()
        .nodes
        .iter()
        .map(|node| {
            let shown = json!({
                "name": node.name,
                "transport_address": format!("{}:9300", node.ip),
                "host": node.ip,
                "ip": node.ip,
                "version": version,
                "roles": ["data", "ingest"],
                "http": { "publish_address": ask.http_address() },
            });
            (node.id.clone(), shown)
        })
        .collect();
    let count = nodes.len();
    Ok(Answer::ok(json!({
        "_nodes": shards(count),
        "cluster_name": name(ask),
        "nodes": nodes,
    })))
}

/// What goes on: the snapshots that are being made.
pub(in super::super) fn tasks(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&[
        "actions",
        "nodes",
        "parent_task_id",
        "detailed",
        "group_by",
        "wait_for_completion",
    ])?;
    let running = running(ask);
    let Some(node) = ask.cluster().nodes.first().filter(|_| !running.is_empty()) else {
        return Ok(Answer::ok(json!({ "nodes": {} })));
    };
    let tasks: Map<String, Value> = (1..)
        .zip(running)
        .map(|(number, snapshot)| {
            let id = format!("{}:{number}", node.id);
            let shown = json!({
                "node": node.id,
                "id": number,
                "type": "transport",
                "action": "cluster:admin/snapshot/create",
                "start_time_in_millis": snapshot["start_time_millis"],
                "running_time_in_nanos": 0,
                "cancellable": false,
                "headers": {},
            });
            (id, shown)
        })
        .collect();
    let mut nodes = Map::new();
    nodes.insert(
        node.id.clone(),
        json!({ "name": node.name, "tasks": tasks }),
    );
    Ok(Answer::ok(json!({ "nodes": nodes })))
}
