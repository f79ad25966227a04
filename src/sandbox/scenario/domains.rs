//! The `[[domain]]` tables of a scenario.
//!
//! Invariants: a name is taken once a Region. What is in a domain's cluster is read by `cluster`.

use std::collections::HashSet;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::age;
use super::reader::{self, Table};
use super::{ScenarioError, clusters, region, word};
use crate::sandbox::services::search::{Access, DomainSeed, Engine, Facts, Nodes, Reach};

const KEYS: [&str; 28] = [
    "name",
    "region",
    "engine",
    "age",
    "fresh",
    "processing",
    "upgrading",
    "unreachable",
    "vpc",
    "fine_grained",
    "mapped_to",
    "repository_types",
    "automated",
    "repository",
    "index",
    "snapshot",
    "policy",
    "encrypted",
    "kms_key",
    "nodes",
    "instance_type",
    "manager_nodes",
    "warm_nodes",
    "volume_size",
    "access_policies",
    "anonymous",
    "automated_snapshot_start_hour",
    "tags",
];
const AGE: SignedDuration = SignedDuration::from_hours(400 * 24);
const VPC: &str = "vpc-0a1b2c3d4e5f60718";

pub(super) fn read(
    top: &Table<'_>,
    default_region: &str,
    account: &str,
) -> Result<Vec<DomainSeed>, ScenarioError> {
    let mut taken = HashSet::new();
    top.tables("domain", &KEYS)?
        .iter()
        .map(|table| {
            let facts = facts(table, default_region, account)?;
            if !taken.insert((facts.region.clone(), facts.name.clone())) {
                let problem = format!("there is already a domain \"{}\"", facts.name);
                return Err(table.error("name", problem));
            }
            Ok(DomainSeed {
                age: table.parsed("age", age::parse)?.unwrap_or(AGE),
                cluster: clusters::read(table, &facts)?,
                facts,
            })
        })
        .collect()
}

fn facts(table: &Table<'_>, default_region: &str, account: &str) -> Result<Facts, ScenarioError> {
    let name = table.parsed("name", domain_name)?;
    let name = table.required("name", name, "\"logs\"")?;
    let engine = table.parsed("engine", Engine::parse)?;
    let place = table.parsed("region", region)?;
    let place = place.unwrap_or_else(|| default_region.to_owned());
    let kind = table.string("instance_type")?.unwrap_or("r6g.large.search");
    let count = |key: &str, kind: &str| -> Result<Option<Nodes>, ScenarioError> {
        let count = reader::small(table, key, 1, 200)?;
        Ok(count.map(|count| Nodes {
            kind: kind.to_owned(),
            count,
        }))
    };
    let encrypted = table.boolean("encrypted")?.unwrap_or_default();
    let kms_key = table.owned("kms_key")?;
    if kms_key.is_some() && !encrypted {
        return Err(table.error("kms_key", "the domain is not encrypted; see encrypted"));
    }
    let policy = policy(&place, account, &name).to_string();
    Ok(Facts {
        engine: table.required("engine", engine, "\"OpenSearch_2.11\"")?,
        reach: reach(table, &place)?,
        being_made: table.boolean("fresh")?.unwrap_or_default(),
        processing: table.boolean("processing")?.unwrap_or_default(),
        upgrading: table.boolean("upgrading")?.unwrap_or_default(),
        fine_grained: table.boolean("fine_grained")?.unwrap_or_default(),
        access: word(table, "mapped_to")?.unwrap_or(Access::All),
        repository_types: repository_types(table)?,
        encrypted_at_rest: encrypted,
        kms_key,
        data_nodes: count("nodes", kind)?.unwrap_or_else(|| Nodes {
            kind: kind.to_owned(),
            count: 1,
        }),
        manager_nodes: count("manager_nodes", "m6g.large.search")?,
        warm_nodes: count("warm_nodes", "ultrawarm1.medium.search")?,
        volume_size: reader::small(table, "volume_size", 10, 65_536)?.unwrap_or(100),
        access_policies: table.owned("access_policies")?.unwrap_or(policy),
        anonymous: table.boolean("anonymous")?.unwrap_or_default(),
        automated_snapshot_start_hour: reader::small(
            table,
            "automated_snapshot_start_hour",
            0,
            23,
        )?
        .unwrap_or_default(),
        tags: table.texts("tags")?,
        name,
        region: place,
    })
}

/// `fs` is no type of AWS's; it is for comparing with an engine that has no other.
fn repository_types(table: &Table<'_>) -> Result<Vec<String>, ScenarioError> {
    let types = table.strings("repository_types")?;
    if let Some(unknown) = types.iter().find(|kind| !matches!(**kind, "s3" | "fs")) {
        let problem = format!("\"{unknown}\" is not one of s3, fs");
        return Err(table.error("repository_types", problem));
    }
    Ok(if types.is_empty() {
        vec!["s3".to_owned()]
    } else {
        types.into_iter().map(str::to_owned).collect()
    })
}

fn domain_name(text: &str) -> Result<String, String> {
    let good = (3..=28).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if good {
        return Ok(text.to_owned());
    }
    Err(format!(
        "\"{text}\" is not the name of a domain; write 3 to 28 of a-z, 0-9 and -, a letter first"
    ))
}

fn reach(table: &Table<'_>, place: &str) -> Result<Reach, ScenarioError> {
    let vpc = table.owned("vpc")?;
    if vpc.is_none() && !table.boolean("unreachable")?.unwrap_or_default() {
        return Ok(Reach::Public);
    }
    Ok(Reach::Vpc {
        vpc: vpc.unwrap_or_else(|| VPC.to_owned()),
        subnets: vec!["subnet-0a1b2c3d4e5f60718".to_owned()],
        security_groups: vec!["sg-0a1b2c3d4e5f60718".to_owned()],
        zones: vec![format!("{place}a")],
    })
}

/// The policy of a domain that says none: the account's own users and roles.
fn policy(region: &str, account: &str, name: &str) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": format!("arn:aws:iam::{account}:root") },
            "Action": "es:*",
            "Resource": format!("arn:aws:es:{region}:{account}:domain/{name}/*"),
        }],
    })
}
