//! What is in a domain's cluster: `[[domain.repository]]`, `[[domain.index]]`,
//! `[[domain.snapshot]]`, `[[domain.policy]]`.
//!
//! Invariants: a name is taken once; a snapshot's repository is one of the domain's; a policy is
//! one that the engine would take.

use std::collections::{BTreeMap, HashSet};

use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use super::reader::{self, Table};
use super::{ScenarioError, age, word};
use crate::sandbox::services::search::{
    AliasSeed, ClusterSeed, Facts, IndexSeed, PolicySeed, RepositorySeed, SnapshotSeed,
    SnapshotState, check_policy,
};

const REPOSITORY_KEYS: [&str; 10] = [
    "name",
    "type",
    "bucket",
    "region",
    "endpoint",
    "base_path",
    "role_arn",
    "readonly",
    "location",
    "settings",
];
const INDEX_KEYS: [&str; 11] = [
    "name",
    "shards",
    "replicas",
    "size",
    "docs",
    "aliases",
    "age",
    "closed",
    "system",
    "unassigned",
    "changing",
];
const SNAPSHOT_KEYS: [&str; 12] = [
    "repository",
    "name",
    "state",
    "age",
    "took",
    "count",
    "every",
    "indices",
    "failed_shards",
    "reason",
    "global_state",
    "metadata",
];
const POLICY_KEYS: [&str; 12] = [
    "name",
    "description",
    "repository",
    "cron",
    "timezone",
    "indices",
    "keep",
    "keep_at_least",
    "max_age",
    "enabled",
    "age",
    "global_state",
];
const MONTH: SignedDuration = SignedDuration::from_hours(24 * 30);
const MINUTES: SignedDuration = SignedDuration::from_mins(3);
const DAY: SignedDuration = SignedDuration::from_hours(24);

pub(super) fn read(table: &Table<'_>, facts: &Facts) -> Result<ClusterSeed, ScenarioError> {
    let automated = table.boolean("automated")?.unwrap_or(!facts.being_made);
    let repositories = repositories(table)?;
    let mut known: HashSet<&str> = repositories
        .iter()
        .map(|repository| repository.name.as_str())
        .collect();
    known.extend(["cs-automated", "cs-automated-enc", "cs-ultrawarm"]);
    Ok(ClusterSeed {
        indices: indices(table)?,
        snapshots: table
            .tables("snapshot", &SNAPSHOT_KEYS)?
            .iter()
            .map(|table| snapshot(table, &known))
            .collect::<Result<_, _>>()?,
        policies: table
            .tables("policy", &POLICY_KEYS)?
            .iter()
            .map(|table| policy(table, facts))
            .collect::<Result<_, _>>()?,
        repositories,
        automated,
    })
}

fn named(
    table: &Table<'_>,
    taken: &mut HashSet<String>,
    example: &str,
) -> Result<String, ScenarioError> {
    let name = table.required("name", table.owned("name")?, example)?;
    if !taken.insert(name.clone()) {
        return Err(table.error("name", format!("there is already a \"{name}\"")));
    }
    Ok(name)
}

fn repositories(domain: &Table<'_>) -> Result<Vec<RepositorySeed>, ScenarioError> {
    let mut taken = HashSet::new();
    domain
        .tables("repository", &REPOSITORY_KEYS)?
        .iter()
        .map(|table| {
            let name = named(table, &mut taken, "\"nightly\"")?;
            if name.starts_with("cs-") {
                let problem = "names that begin with cs- are AWS's; see automated and warm_nodes";
                return Err(table.error("name", problem));
            }
            let kind = table.owned("type")?.unwrap_or_else(|| "s3".to_owned());
            let mut settings: BTreeMap<String, String> =
                table.texts("settings")?.into_iter().collect();
            for key in [
                "bucket",
                "region",
                "endpoint",
                "base_path",
                "role_arn",
                "location",
            ] {
                if let Some(value) = table.owned(key)? {
                    settings.insert(key.to_owned(), value);
                }
            }
            if let Some(readonly) = table.boolean("readonly")? {
                settings.insert("readonly".to_owned(), readonly.to_string());
            }
            let needed = if kind == "fs" { "location" } else { "bucket" };
            if !settings.contains_key(needed) {
                let problem = format!("a repository of type {kind} needs it");
                return Err(table.error(needed, problem));
            }
            Ok(RepositorySeed {
                name,
                kind,
                settings,
            })
        })
        .collect()
}

/// `40GiB`, `512MiB`, `3KiB`, `0`
fn size(text: &str) -> Result<u64, String> {
    let wrong =
        || format!("\"{text}\" is not a size; write such as \"40GiB\", \"512MiB\", \"3KiB\"");
    let digits = text
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit: u64 = match unit {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "TiB" => 1 << 40,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number
        .checked_mul(unit)
        .filter(|bytes| *bytes <= 1 << 50)
        .ok_or_else(wrong)
}

fn indices(domain: &Table<'_>) -> Result<Vec<IndexSeed>, ScenarioError> {
    let mut taken = HashSet::new();
    domain
        .tables("index", &INDEX_KEYS)?
        .iter()
        .map(|table| {
            let shards = reader::small(table, "shards", 1, 1024)?.unwrap_or(1);
            let unassigned = table
                .strings("unassigned")?
                .into_iter()
                .map(|text| {
                    text.parse::<u32>()
                        .ok()
                        .filter(|number| *number < shards)
                        .ok_or_else(|| {
                            let problem = format!("\"{text}\" is not the number of a shard");
                            table.error("unassigned", problem)
                        })
                })
                .collect::<Result<_, _>>()?;
            Ok(IndexSeed {
                name: named(table, &mut taken, "\"logs-2026.01\"")?,
                shards,
                replicas: reader::small(table, "replicas", 0, 20)?.unwrap_or(1),
                bytes: table.parsed("size", size)?.unwrap_or_default(),
                docs: table.integer("docs", 0..=u64::MAX)?.unwrap_or_default(),
                aliases: table
                    .strings("aliases")?
                    .into_iter()
                    .map(|name| AliasSeed {
                        name: name.to_owned(),
                        is_write_index: false,
                    })
                    .collect(),
                age: table.parsed("age", age::parse)?.unwrap_or(MONTH),
                closed: table.boolean("closed")?.unwrap_or_default(),
                system: table.boolean("system")?.unwrap_or_default(),
                unassigned,
                changing: table.integer("changing", 0..=1000)?.unwrap_or(100),
            })
        })
        .collect()
}

fn snapshot(table: &Table<'_>, known: &HashSet<&str>) -> Result<SnapshotSeed, ScenarioError> {
    let repository = table.required("repository", table.owned("repository")?, "\"nightly\"")?;
    if !known.contains(repository.as_str()) {
        let problem = format!("the domain has no repository \"{repository}\"");
        return Err(table.error("repository", problem));
    }
    let state = word(table, "state")?.unwrap_or(SnapshotState::Success);
    let failed_shards = table
        .strings("failed_shards")?
        .into_iter()
        .map(|text| {
            let (index, number) = text.rsplit_once('/')?;
            Some((index.to_owned(), number.parse().ok()?))
        })
        .collect::<Option<Vec<(String, u32)>>>()
        .ok_or_else(|| table.error("failed_shards", "write index/number, such as \"orders/0\""))?;
    if (state == SnapshotState::Partial) == failed_shards.is_empty() {
        let problem = "a PARTIAL snapshot has failed shards, and no other has";
        return Err(table.error("failed_shards", problem));
    }
    let reason = table.owned("reason")?;
    if reason.is_some() != (state == SnapshotState::Failed) {
        return Err(table.error("reason", "a FAILED snapshot has a reason, and no other has"));
    }
    let indices = table.strings("indices")?;
    let has_indices = table.has("indices");
    let metadata: Map<String, Value> = table
        .texts("metadata")?
        .into_iter()
        .map(|(key, value)| (key, Value::from(value)))
        .collect();
    let age = table.parsed("age", age::parse)?;
    Ok(SnapshotSeed {
        repository,
        name: table.required("name", table.owned("name")?, "\"nightly-{date}\"")?,
        state,
        age: table.required("age", age, "\"3d\"")?,
        took: table.parsed("took", age::parse)?.unwrap_or(MINUTES),
        count: reader::small(table, "count", 1, 10_000)?.unwrap_or(1),
        every: table.parsed("every", age::parse)?.unwrap_or(DAY),
        indices: has_indices.then(|| indices.into_iter().map(str::to_owned).collect()),
        failed_shards,
        reason,
        global_state: table.boolean("global_state")?.unwrap_or(true),
        metadata: (!metadata.is_empty()).then_some(metadata),
    })
}

fn policy(table: &Table<'_>, facts: &Facts) -> Result<PolicySeed, ScenarioError> {
    let name = table.required("name", table.owned("name")?, "\"daily\"")?;
    let repository = table.required("repository", table.owned("repository")?, "\"nightly\"")?;
    let cron = json!({
        "expression": table.string("cron")?.unwrap_or("0 2 * * *"),
        "timezone": table.string("timezone")?.unwrap_or("UTC"),
    });
    let mut condition = Map::new();
    for (key, member) in [("keep", "max_count"), ("keep_at_least", "min_count")] {
        if let Some(count) = reader::small(table, key, 1, 400)? {
            condition.insert(member.to_owned(), json!(count));
        }
    }
    if let Some(age) = table.owned("max_age")? {
        condition.insert("max_age".to_owned(), json!(age));
    }
    let mut members = Map::new();
    members.insert(
        "description".to_owned(),
        json!(table.string("description")?.unwrap_or_default()),
    );
    members.insert(
        "creation".to_owned(),
        json!({ "schedule": { "cron": cron }, "time_limit": "1h" }),
    );
    if !condition.is_empty() {
        members.insert(
            "deletion".to_owned(),
            json!({ "schedule": { "cron": cron }, "condition": condition, "time_limit": "1h" }),
        );
    }
    members.insert(
        "snapshot_config".to_owned(),
        json!({
            "repository": repository,
            "indices": table.string("indices")?.unwrap_or("*"),
            "ignore_unavailable": true,
            "include_global_state": table.boolean("global_state")?.unwrap_or_default(),
            "partial": false,
        }),
    );
    check_policy(&members, facts.engine).map_err(|problem| table.error("name", problem))?;
    Ok(PolicySeed {
        name,
        members,
        enabled: table.boolean("enabled")?.unwrap_or(true),
        age: table.parsed("age", age::parse)?.unwrap_or(MONTH),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::scenario::Scenario;

    fn problem(text: &str) -> String {
        let domain = "[[domain]]\nname = \"logs\"\nengine = \"OpenSearch_2.11\"\n";
        let read = Scenario::from_toml(&format!("{domain}{text}"), "my.toml");
        read.unwrap_err().to_string()
    }

    #[test]
    fn sizes() {
        assert_eq!(size("40GiB"), Ok(40 << 30));
        assert_eq!(size("3KiB"), Ok(3 << 10));
        assert_eq!(size("0"), Ok(0));
        for text in ["", "GiB", "1GB", "-1", "99999999TiB"] {
            assert!(size(text).unwrap_err().contains("is not a size"), "{text}");
        }
    }

    #[test]
    fn wrong_values_are_named_with_what_would_be_right() {
        let cases = [
            ("unreachabel = true", "did you mean \"unreachable\"?"),
            (
                "kms_key = \"k\"",
                "the domain is not encrypted; see encrypted",
            ),
            (
                "mapped_to = \"root\"",
                "is not one of all_access, manage_snapshots, readall",
            ),
            ("repository_types = [\"hdfs\"]", "is not one of s3, fs"),
            (
                "[[domain.repository]]\nname = \"r\"",
                "a repository of type s3 needs it",
            ),
            (
                "[[domain.repository]]\nname = \"cs-x\"\nbucket = \"b\"",
                "are AWS's",
            ),
            (
                "[[domain.index]]\nname = \"i\"\nunassigned = [\"1\"]",
                "the number of a shard",
            ),
            (
                "[[domain.index]]\nname = \"i\"\n[[domain.index]]\nname = \"i\"",
                "already a \"i\"",
            ),
            (
                "[[domain.snapshot]]\nrepository = \"r\"\nname = \"s\"\nage = \"1d\"",
                "the domain has no repository \"r\"",
            ),
            (
                "[[domain.snapshot]]\nrepository = \"cs-automated\"\nname = \"s\"\nage = \"1d\"\n\
                 state = \"PARTIAL\"",
                "a PARTIAL snapshot has failed shards, and no other has",
            ),
            (
                "[[domain.policy]]\nname = \"p\"\nrepository = \"r\"\ncron = \"0 2 * *\"",
                "must have 5 fields",
            ),
            (
                "[[domain]]\nname = \"logs\"\nengine = \"OpenSearch_2.11\"",
                "there is already a domain \"logs\"",
            ),
            (
                "[[domain]]\nname = \"A\"\nengine = \"x\"",
                "is not the name of a domain",
            ),
        ];
        for (text, expected) in cases {
            let problem = problem(text);
            assert!(problem.contains(expected), "{text}: {problem}");
        }
    }
}
