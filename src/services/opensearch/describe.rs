//! The service as data: its tables, and what a user reads of them.
//!
//! Facts are those of the OpenSearch Service developer guide and of the engines' documentation.

use jiff::Timestamp;

use super::{forms, names};
use crate::domain::{
    collection::{
        CollectionInfo, Column, Details, Link, Member, RecoveryPoints, ServiceInfo, Show,
    },
    row::{Cell, Row, State, Tone},
};

pub(super) const DOMAINS: &str = "domains";
pub(super) const REPOSITORIES: &str = "repositories";
pub(super) const SNAPSHOTS: &str = "snapshots";
pub(super) const INDICES: &str = "indices";
pub(super) const POLICIES: &str = "policies";

/// Amazon OpenSearch Service, with the Elasticsearch domains that it keeps.
pub static INFO: ServiceInfo = ServiceInfo {
    id: "opensearch",
    title: "OpenSearch",
    collections: &[
        CollectionInfo {
            id: DOMAINS,
            title: "Domains",
            kind: "opensearch_domain",
            noun: "domain",
            command: "list",
            about: "List the domains, with their engine and health",
            show: Some("show"),
            argument: "DOMAIN",
            check_id: names::domain_id,
            root: true,
            newest_point: Some("last_snapshot_time"),
            attention: domain_attention,
            columns: &[
                Column::growing("id", "Domain", 16),
                Column::fixed("state", "State", Show::State, 12, 0),
                Column::fixed("engine_version", "Engine", Show::Plain, 18, 1),
                Column::fixed("health", "Health", Show::Plain, 6, 1),
                Column::fixed("last_snapshot_time", "Newest", Show::Age, 6, 1),
                Column::fixed("endpoint_type", "Reached", Show::Plain, 7, 2),
                Column::fixed("fine_grained_access", "FGAC", Show::Plain, 4, 3),
                Column::fixed("encrypted_at_rest", "Encrypted", Show::Plain, 9, 4),
                Column::fixed("warm", "Warm", Show::Plain, 4, 5),
                Column::fixed("region", "Region", Show::Plain, 9, 6),
            ],
            members: &[
                Member::new("id", "Domain", Show::Plain),
                Member::new("state", "State", Show::State),
                Member::new("engine_version", "Engine", Show::Plain),
                Member::new("health", "Health", Show::Plain),
                Member::new("unreachable", "Not reached", Show::Plain),
                Member::new(
                    "last_snapshot_time",
                    "Newest recovery point",
                    Show::MomentAndAge,
                ),
                Member::new("automated_snapshots", "Automated snapshots", Show::Plain),
                Member::new("automated_repository", "Kept in", Show::Plain),
                Member::new("endpoint", "Endpoint", Show::Plain),
                Member::new("endpoint_type", "Reached", Show::Plain),
                Member::new("vpc_id", "VPC", Show::Plain),
                Member::new("fine_grained_access", "Fine-grained access", Show::Plain),
                Member::new("encrypted_at_rest", "Encrypted at rest", Show::Plain),
                Member::new("warm", "UltraWarm", Show::Plain),
                Member::new("nodes", "Nodes", Show::Plain),
                Member::new("unassigned_shards", "Unassigned shards", Show::Plain),
                Member::new("instance_type", "Instance type", Show::Plain),
                Member::new("instance_count", "Instances", Show::Plain),
                Member::new("volume_size_gib", "Volume (GiB)", Show::Plain),
                Member::new("region", "Region", Show::Plain),
                Member::new("arn", "ARN", Show::Plain),
            ],
            ..CollectionInfo::PLAIN
        },
        CollectionInfo {
            id: SNAPSHOTS,
            title: "Snapshots",
            kind: "opensearch_snapshot",
            noun: "snapshot",
            command: "snapshots",
            about: "List the snapshots of a domain or of one of its repositories",
            show: Some("show"),
            argument: "DOMAIN/REPO/NAME",
            check_id: names::snapshot_id,
            parents: &[DOMAINS, REPOSITORIES],
            attention: snapshot_attention,
            links: &[
                Link {
                    key: "domain",
                    collection: DOMAINS,
                },
                Link {
                    key: "repository_id",
                    collection: REPOSITORIES,
                },
            ],
            points: Some(RecoveryPoints {
                taken: "start_time",
                of: "repository_id",
                automatic: |row| *row.cell("automatic") == Cell::Flag(true),
                delete: forms::DELETE,
                ..RecoveryPoints::PLAIN
            }),
            details: Details::Together,
            each_of: Some(DOMAINS),
            columns: &[
                Column::growing("name", "Name", 18),
                Column::fixed("state", "State", Show::State, 11, 0),
                Column::fixed("start_time", "Age", Show::Age, 6, 0),
                Column::fixed("repository", "Repository", Show::Plain, 16, 1),
                Column::fixed("index_count", "Indices", Show::Plain, 7, 2),
                Column::fixed("shards_failed", "Failed", Show::OutOf("shards_total"), 7, 3),
                Column::fixed("duration_seconds", "Seconds", Show::Plain, 7, 5),
                Column::fixed("made_by", "Made by", Show::Plain, 9, 4),
                Column::fixed("region", "Region", Show::Plain, 9, 6),
            ],
            members: &[
                Member::new("name", "Name", Show::Plain),
                Member::new("state", "State", Show::State),
                Member::new("reason", "Reason", Show::Plain),
                Member::new("empty", "Empty", Show::Plain),
                Member::new("missing_shards", "Missing shards", Show::Plain),
                Member::new("missing_because", "Missing because", Show::Plain),
                Member::new("last_whole", "Whole in", Show::Plain),
                Member::new("domain", "Domain", Show::Plain),
                Member::new("repository", "Repository", Show::Plain),
                Member::new("made_by", "Made by", Show::Plain),
                Member::new("keeping", "Kept", Show::Plain),
                Member::new("start_time", "Started", Show::MomentAndAge),
                Member::new("end_time", "Ended", Show::Moment),
                Member::new("duration_seconds", "Duration (s)", Show::Plain),
                Member::new("index_count", "Indices", Show::Plain),
                Member::new("indices", "Index names", Show::Plain),
                Member::new("data_streams", "Data streams", Show::Plain),
                Member::new("shards_successful", "Shards", Show::OutOf("shards_total")),
                Member::new("shards_failed", "Failed shards", Show::Plain),
                Member::new("include_global_state", "Global state", Show::Plain),
                Member::new("version", "Taken by version", Show::Plain),
                Member::new("uuid", "UUID", Show::Plain),
                Member::new("region", "Region", Show::Plain),
            ],
            ..CollectionInfo::PLAIN
        },
        CollectionInfo {
            id: REPOSITORIES,
            title: "Repositories",
            kind: "opensearch_repository",
            noun: "repository",
            command: "repositories",
            about: "List the repositories that are registered with a domain",
            show: Some("show"),
            argument: "DOMAIN/REPO",
            check_id: names::repository_id,
            parents: &[DOMAINS],
            links: &[Link {
                key: "domain",
                collection: DOMAINS,
            }],
            newest_point: None,
            columns: &[
                Column::growing("name", "Repository", 16),
                Column::fixed("state", "State", Show::State, 11, 0),
                Column::fixed("type", "Type", Show::Plain, 4, 3),
                Column::fixed("bucket", "Bucket", Show::Plain, 24, 1),
                Column::fixed("base_path", "Base path", Show::Plain, 16, 2),
                Column::fixed("snapshot_count", "Snapshots", Show::Plain, 9, 1),
                Column::fixed("kept_by", "Kept by", Show::Plain, 8, 4),
            ],
            members: &[
                Member::new("name", "Repository", Show::Plain),
                Member::new("state", "State", Show::State),
                Member::new("domain", "Domain", Show::Plain),
                Member::new("type", "Type", Show::Plain),
                Member::new("kept_by", "Kept by", Show::Plain),
                Member::new("keeping", "Kept", Show::Plain),
                Member::new("snapshot_count", "Snapshots", Show::Plain),
                Member::new("bucket", "Bucket", Show::Plain),
                Member::new("bucket_region", "Bucket Region", Show::Plain),
                Member::new("endpoint", "S3 endpoint", Show::Plain),
                Member::new("base_path", "Base path", Show::Plain),
                Member::new("location", "Location", Show::Plain),
                Member::new("role_arn", "Role", Show::Plain),
                Member::new(
                    "server_side_encryption",
                    "Server-side encryption",
                    Show::Plain,
                ),
                Member::new("readonly", "Read-only", Show::Plain),
                Member::new("region", "Region", Show::Plain),
            ],
            ..CollectionInfo::PLAIN
        },
        CollectionInfo {
            id: INDICES,
            title: "Indices",
            kind: "opensearch_index",
            noun: "index",
            command: "indices",
            about: "List the indices of a domain",
            argument: "DOMAIN/INDEX",
            check_id: names::index_id,
            parents: &[DOMAINS],
            links: &[Link {
                key: "domain",
                collection: DOMAINS,
            }],
            columns: &[
                Column::growing("name", "Index", 20),
                Column::fixed("state", "Health", Show::State, 8, 0),
                Column::fixed("status", "Status", Show::Plain, 6, 3),
                Column::fixed("documents", "Documents", Show::Plain, 13, 1),
                Column::fixed("bytes", "Bytes", Show::Plain, 15, 2),
                Column::fixed("primaries", "Primaries", Show::Plain, 9, 4),
                Column::fixed("replicas", "Replicas", Show::Plain, 8, 5),
                Column::fixed("aliases", "Aliases", Show::Plain, 16, 2),
            ],
            members: &[
                Member::new("name", "Index", Show::Plain),
                Member::new("state", "Health", Show::State),
                Member::new("status", "Status", Show::Plain),
                Member::new("domain", "Domain", Show::Plain),
                Member::new("system", "Kept by the engine", Show::Plain),
                Member::new("documents", "Documents", Show::Plain),
                Member::new("bytes", "Bytes", Show::Plain),
                Member::new("primaries", "Primaries", Show::Plain),
                Member::new("replicas", "Replicas", Show::Plain),
                Member::new("aliases", "Aliases", Show::Plain),
                Member::new("uuid", "UUID", Show::Plain),
                Member::new("region", "Region", Show::Plain),
            ],
            ..CollectionInfo::PLAIN
        },
        CollectionInfo {
            id: POLICIES,
            title: "Policies",
            kind: "opensearch_policy",
            noun: "policy",
            command: "policies",
            about: "List the snapshot management policies of a domain (OpenSearch 2.1 and later)",
            argument: "DOMAIN/POLICY",
            check_id: names::policy_id,
            parents: &[DOMAINS],
            attention: policy_attention,
            links: &[
                Link {
                    key: "domain",
                    collection: DOMAINS,
                },
                Link {
                    key: "repository_id",
                    collection: REPOSITORIES,
                },
            ],
            columns: &[
                Column::growing("name", "Policy", 16),
                Column::fixed("state", "State", Show::State, 11, 0),
                Column::fixed("schedule", "Schedule", Show::Plain, 16, 0),
                Column::fixed("time_zone", "Time zone", Show::Plain, 10, 2),
                Column::fixed("repository", "Repository", Show::Plain, 16, 1),
                Column::fixed("keep", "Keeps", Show::Plain, 6, 3),
                Column::fixed("max_age", "For", Show::Plain, 5, 4),
                Column::fixed("last_status", "Last", Show::Plain, 11, 1),
            ],
            members: &[
                Member::new("name", "Policy", Show::Plain),
                Member::new("state", "State", Show::State),
                Member::new("description", "Description", Show::Plain),
                Member::new("domain", "Domain", Show::Plain),
                Member::new("repository", "Repository", Show::Plain),
                Member::new("schedule", "Schedule (cron)", Show::Plain),
                Member::new("time_zone", "Time zone", Show::Plain),
                Member::new("indices", "Indices", Show::Plain),
                Member::new("keep", "Keeps at most", Show::Plain),
                Member::new("max_age", "Keeps for", Show::Plain),
                Member::new("next_time", "Next", Show::MomentAndAge),
                Member::new("last_status", "Last run", Show::Plain),
                Member::new("last_message", "Last message", Show::Plain),
                Member::new("last_time", "Last run ended", Show::MomentAndAge),
                Member::new("region", "Region", Show::Plain),
            ],
            ..CollectionInfo::PLAIN
        },
    ],
    actions: forms::ACTIONS,
};

/// What AWS says of the snapshots that it takes by itself.
pub(super) const KEEPING: &str = "by AWS: taken every hour, kept for 14 days, free of charge; read-only, and only for this domain";

/// A domain's state with how it should be taken.
pub(super) fn domain_state(word: &str) -> State {
    let tone = match word {
        "Active" => Tone::Good,
        "Deleting" | "Isolated" => Tone::Warning,
        "Named" => Tone::Neutral,
        _ => Tone::Busy,
    };
    State::new(word, tone)
}

/// A snapshot's state with how it should be taken.
pub(super) fn snapshot_state(word: &str) -> State {
    let tone = match word {
        "SUCCESS" => Tone::Good,
        "IN_PROGRESS" | "STARTED" => Tone::Busy,
        "PARTIAL" => Tone::Warning,
        "FAILED" | "INCOMPATIBLE" => Tone::Bad,
        _ => Tone::Neutral,
    };
    State::new(word, tone)
}

/// A health with how it should be taken.
pub(super) fn health_tone(word: &str) -> Tone {
    match word {
        "green" => Tone::Good,
        "yellow" => Tone::Warning,
        "red" => Tone::Bad,
        _ => Tone::Neutral,
    }
}

fn says(row: &Row, key: &str, word: &str) -> bool {
    matches!(row.cell(key), Cell::Text(text) if &**text == word)
}

fn domain_attention(row: &Row, _now: Timestamp) -> Vec<String> {
    let mut wrong = Vec::new();
    if says(row, "health", "red") {
        wrong.push("it is red: AWS takes no automated snapshots meanwhile, and data can be lost for good after two weeks".to_owned());
    }
    if let Cell::Text(why) = row.cell("unreachable") {
        wrong.push(format!("it cannot be reached: {why}"));
    }
    wrong
}

fn snapshot_attention(row: &Row, _now: Timestamp) -> Vec<String> {
    let mut wrong = Vec::new();
    if *row.cell("empty") == Cell::Flag(true) {
        wrong.push("it is empty: nothing can be restored from it".to_owned());
    }
    if let (true, Cell::List(missing)) = (row.state.word == "PARTIAL", row.cell("missing_shards")) {
        wrong.push(format!("shards are missing: {}", missing.join("; ")));
    }
    wrong
}

fn policy_attention(row: &Row, _now: Timestamp) -> Vec<String> {
    let failed = matches!(row.cell("last_status"), Cell::Text(status) if status.contains("FAIL"));
    if failed {
        vec!["its last run failed".to_owned()]
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_owner_and_every_link_leads_to_a_collection_that_exists() {
        for collection in INFO.collections {
            let links = collection.links.iter().map(|link| link.collection);
            for id in collection.parents.iter().copied().chain(links) {
                assert!(INFO.collection(id).is_some(), "{}: {id}", collection.id);
            }
        }
        for action in INFO.actions {
            assert!(INFO.collection(action.subject).is_some(), "{}", action.id);
        }
    }

    #[test]
    fn the_form_of_an_id_tells_what_shows_it() {
        let shown: Vec<_> = INFO
            .collections
            .iter()
            .filter(|c| c.show.is_some())
            .collect();
        for (id, expected) in [
            ("logs", DOMAINS),
            ("logs/cs-automated", REPOSITORIES),
            ("logs/r/nightly", SNAPSHOTS),
        ] {
            let takes: Vec<&str> = shown
                .iter()
                .filter(|c| (c.check_id)(id).is_ok())
                .map(|c| c.id)
                .collect();
            assert_eq!(takes, [expected], "{id}");
        }
    }
}
