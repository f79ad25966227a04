//! The domains of a scenario, with what is in them.
//!
//! Invariants: deterministic by the seed; ages count back from the beginning.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::automated;
use super::cluster::{Cluster, Node};
use super::domain::{Domain, DomainSeed, Facts};
use super::endpoints::index_create::assigned;
use super::endpoints::snapshot_create::copy_of;
use super::index::{Content, Index, Shard, all_files};
use super::plan::{Load, Plan, RATE};
use super::policy::Policy;
use super::repository::{Place, Repository};
use super::seed::{IndexSeed, PolicySeed, RepositorySeed, SnapshotSeed, SnapshotState};
use super::snapshot::{Course, IndexCopy, Snapshot};
use super::store::Domains;
use crate::sandbox::clock::earlier;

/// What a snapshot has of an index that the cluster does not have any more.
const BYGONE: u64 = 1 << 30;
/// How much older each generated snapshot is than the last.
const LOAD_INTERVAL: SignedDuration = SignedDuration::from_mins(10);
const INCREMENT: u64 = 60;

/// Adds the domains of a scenario, and `scale` snapshots to the first bucket's repository.
pub(super) fn seed(domains: &mut Domains, seeds: &[DomainSeed], scale: usize, now: Timestamp) {
    for seed in seeds {
        let created = earlier(now, seed.age);
        let cluster = cluster(domains, seed, created, now);
        domains.add(Domain {
            facts: seed.facts.clone(),
            created,
            address: None,
            cluster,
        });
        let place = domains.len() - 1;
        for snapshots in &seed.cluster.snapshots {
            series(domains, place, snapshots, now);
        }
    }
    load(domains, scale, now);
}

fn cluster(
    domains: &mut Domains,
    seed: &DomainSeed,
    created: Timestamp,
    now: Timestamp,
) -> Cluster {
    let facts = &seed.facts;
    let nodes = (1..=facts.data_nodes.count)
        .map(|number| {
            let id = domains.new_uuid();
            Node {
                name: node_name(domains),
                id,
                ip: format!("10.0.{}.{}", number / 200, 10 + number % 200),
            }
        })
        .collect();
    let mut cluster = Cluster {
        uuid: domains.new_uuid(),
        nodes,
        indices: BTreeMap::new(),
        repositories: BTreeMap::new(),
        restores: Vec::new(),
        policies: BTreeMap::new(),
        dashboards: None,
        automated: seed.cluster.automated,
    };
    for index in &seed.cluster.indices {
        let made = self::index(domains, &cluster.nodes, facts, index, now);
        cluster.indices.insert(index.name.clone(), made);
    }
    for repository in own_repositories(facts, seed.cluster.automated) {
        cluster.repositories.insert(repository.0, repository.1);
    }
    for repository in &seed.cluster.repositories {
        let registered = self::repository(facts, repository);
        cluster
            .repositories
            .insert(repository.name.clone(), registered);
    }
    for seed in &seed.cluster.policies {
        if let Some(policy) = policy(facts, seed, created, now) {
            cluster.policies.insert(seed.name.clone(), policy);
        }
    }
    cluster
}

/// As AWS names nodes.
fn node_name(domains: &mut Domains) -> String {
    let number = domains.new_number();
    let (one, other) = (domains.arbitrary(number), domains.arbitrary(!number));
    format!("{one:016x}{other:016x}")
}

/// Those that AWS registers.
fn own_repositories(facts: &Facts, automated: bool) -> Vec<(String, Repository)> {
    let mut own = Vec::new();
    let repository = |place: Place| Repository {
        kind: "s3".to_owned(),
        settings: None,
        place,
    };
    if automated {
        let name = if facts.encrypted_at_rest {
            "cs-automated-enc"
        } else {
            "cs-automated"
        };
        let place = automated::place(&facts.region, &facts.name);
        own.push((name.to_owned(), repository(place)));
    }
    if facts.warm_nodes.is_some() {
        let place = Place::Warm {
            domain: format!("{}/{}", facts.region, facts.name),
        };
        own.push(("cs-ultrawarm".to_owned(), repository(place)));
    }
    own
}

fn repository(facts: &Facts, seed: &RepositorySeed) -> Repository {
    let setting = |name: &str| seed.settings.get(name).cloned().unwrap_or_default();
    let place = if seed.kind == "fs" {
        Place::Directory {
            domain: facts.name.clone(),
            location: setting("location"),
        }
    } else {
        Place::Bucket {
            bucket: setting("bucket"),
            base_path: setting("base_path").trim_matches('/').to_owned(),
        }
    };
    Repository {
        kind: seed.kind.clone(),
        settings: Some(seed.settings.clone()),
        place,
    }
}

/// The scenario's reader has checked that it can be read.
fn policy(facts: &Facts, seed: &PolicySeed, created: Timestamp, now: Timestamp) -> Option<Policy> {
    let since = earlier(now, seed.age).max(created);
    let mut policy = Policy::read(&seed.members, facts.engine, since).ok()?;
    policy.enabled = seed.enabled;
    Some(policy)
}

fn index(
    domains: &mut Domains,
    nodes: &[Node],
    facts: &Facts,
    seed: &IndexSeed,
    now: Timestamp,
) -> Index {
    let mut settings = BTreeMap::new();
    settings.insert("number_of_shards".to_owned(), seed.shards.to_string());
    settings.insert("number_of_replicas".to_owned(), seed.replicas.to_string());
    if seed.system {
        settings.insert("hidden".to_owned(), "true".to_owned());
    }
    let count = u64::from(seed.shards);
    let shards = (0..seed.shards)
        .map(|number| {
            let lineage = domains.new_number();
            // Shards are not all of one size.
            let percent = 90 + domains.arbitrary(lineage) % 20;
            let is_assigned = !seed.unassigned.contains(&number);
            Shard {
                node: is_assigned
                    .then(|| assigned(nodes, &settings, number as usize))
                    .flatten(),
                content: Content {
                    lineage,
                    docs: seed.docs / count,
                    bytes: seed.bytes / count / 100 * percent,
                    changing: seed.changing,
                    written: 0,
                },
            }
        })
        .collect();
    Index {
        uuid: domains.new_uuid(),
        created: earlier(now, seed.age),
        version: facts.engine,
        settings,
        mappings: json!({ "properties": { "@timestamp": { "type": "date" } } }),
        aliases: seed
            .aliases
            .iter()
            .map(|alias| {
                let mut members = serde_json::Map::new();
                if alias.is_write_index {
                    members.insert("is_write_index".to_owned(), Value::Bool(true));
                }
                (alias.name.clone(), members)
            })
            .collect(),
        closed: seed.closed,
        shards,
        recovery: None,
    }
}

/// The snapshots of a series: the youngest last.
fn series(domains: &mut Domains, place: usize, seed: &SnapshotSeed, now: Timestamp) {
    let Some(repository) = domains
        .at(place)
        .cluster
        .repositories
        .get(&seed.repository)
        .map(|repository| repository.place.clone())
    else {
        return;
    };
    let all = contents(domains, place, seed, now);
    let mut contents = Arc::new(all.clone());
    for number in (0..seed.count).rev() {
        let every = i32::try_from(number).map_or(SignedDuration::ZERO, |number| {
            seed.every.saturating_mul(number)
        });
        let started = earlier(now, seed.age.saturating_add(every));
        // An index is in those snapshots that are younger than it, and what was named is in all.
        let there = |copy: &&IndexCopy| seed.indices.is_some() || copy.created <= started;
        if all.iter().filter(there).count() != contents.len() {
            contents = Arc::new(all.iter().filter(there).cloned().collect());
        }
        let name = seed
            .name
            .replace("{date}", &started.strftime("%Y-%m-%d").to_string());
        let facts = &domains.at(place).facts;
        let (domain, version) = (facts.name.clone(), facts.engine);
        let snapshot = Snapshot {
            name,
            uuid: domains.new_uuid(),
            domain,
            version,
            course: course(seed, &contents, started),
            contents: Arc::clone(&contents),
            global_state: seed.global_state,
            metadata: seed.metadata.clone(),
            deleted: None,
        };
        domains.vaults.add(&repository, snapshot);
    }
}

fn course(seed: &SnapshotSeed, contents: &[IndexCopy], started: Timestamp) -> Course {
    if seed.state != SnapshotState::InProgress {
        let failed = seed.state == SnapshotState::Failed;
        return Course::Past {
            started,
            took: seed.took,
            failure: failed.then(|| seed.reason.clone().unwrap_or_default()),
            increment: INCREMENT,
        };
    }
    let loads: Vec<Load> = contents
        .iter()
        .flat_map(|index| &index.shards)
        .map(|shard| Load {
            node: shard.node,
            files: all_files(&shard.segments),
            missing: false,
        })
        .collect();
    // So fast that it takes as long as the scenario says.
    let quick = Plan::new(started, loads.clone(), RATE);
    let seconds = quick
        .ends()
        .duration_since(started)
        .as_secs()
        .max(1)
        .unsigned_abs();
    let wanted = seed.took.as_secs().max(1).unsigned_abs();
    Course::Made {
        plan: Plan::new(started, loads, RATE * seconds / wanted),
        failed: None,
        failure: None,
    }
}

fn contents(
    domains: &mut Domains,
    place: usize,
    seed: &SnapshotSeed,
    now: Timestamp,
) -> Vec<IndexCopy> {
    let names: Vec<String> = match &seed.indices {
        Some(names) => names.clone(),
        None => domains.at(place).cluster.indices.keys().cloned().collect(),
    };
    let mut contents = Vec::new();
    for name in names {
        let known = domains.at(place).cluster.indices.get(&name).cloned();
        let index = known.unwrap_or_else(|| {
            let bygone = IndexSeed {
                name: name.clone(),
                shards: 1,
                replicas: 1,
                bytes: BYGONE,
                docs: 1_000_000,
                aliases: Vec::new(),
                age: seed.age.saturating_add(SignedDuration::from_hours(24 * 30)),
                closed: false,
                system: false,
                unassigned: Vec::new(),
                changing: 0,
            };
            let nodes = domains.at(place).cluster.nodes.clone();
            let facts = domains.at(place).facts.clone();
            self::index(domains, &nodes, &facts, &bygone, now)
        });
        let mut copy = copy_of(&name, &index, now);
        for (number, shard) in (0..).zip(&mut copy.shards) {
            let is_failed = seed.failed_shards.contains(&(name.clone(), number));
            shard.failure =
                is_failed.then(|| crate::sandbox::texts::search::SHARD_NOT_ALLOCATED.plain());
        }
        contents.push(copy);
    }
    contents
}

/// Generated snapshots, in the first bucket's repository that there is.
fn load(domains: &mut Domains, scale: usize, now: Timestamp) {
    if scale == 0 {
        return;
    }
    let found = (0..domains.len()).find_map(|place| {
        let repositories = domains.at(place).cluster.repositories.values();
        repositories
            .map(|repository| repository.place.clone())
            .find(|at| matches!(at, Place::Bucket { .. }))
            .map(|at| (place, at))
    });
    let Some((place, at)) = found else {
        return;
    };
    let domain = domains.at(place);
    let contents: Vec<IndexCopy> = domain
        .cluster
        .indices
        .iter()
        .map(|(name, index)| copy_of(name, index, now))
        .collect();
    let contents = Arc::new(contents);
    let (name, version) = (domain.facts.name.clone(), domain.facts.engine);
    for number in (0..scale).rev() {
        let age = i32::try_from(number + 1).map_or(SignedDuration::MAX, |number| {
            LOAD_INTERVAL.saturating_mul(number)
        });
        let snapshot = Snapshot {
            name: format!("load-{:06}", scale - number),
            uuid: domains.new_uuid(),
            domain: name.clone(),
            version,
            contents: Arc::clone(&contents),
            global_state: false,
            metadata: None,
            course: Course::Past {
                started: earlier(now, age),
                took: SignedDuration::from_secs(90),
                failure: None,
                increment: INCREMENT,
            },
            deleted: None,
        };
        domains.vaults.add(&at, snapshot);
    }
}
