//! What became of a request: watching it to its end, and finding its trace after a lost reply.
//!
//! Directory Service gives no job id. A snapshot is watched by its own status. A restore can only be
//! seen in the directory's stage and the moment it last changed, so both are compared with what they
//! were before the request: AWS's clock with AWS's clock, never with this machine's.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_directory::types::{DirectoryDescription, Snapshot, SnapshotType};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{
    Directory,
    describe::{self, CREATE, NAME, RESTORE},
};
use crate::{
    domain::{
        failure::Failure,
        lifecycle::{Accepted, Observation},
        operation::{Operation, WaitTarget},
    },
    services::{Trace, convert::moment},
};

/// A snapshot, until it is `Completed` or `Failed`.
const SNAPSHOT: &str = "directory_snapshot";
/// A directory, until it is `Active` again.
const STAGE: &str = "directory_stage";

const DIRECTORY_ID: &str = "directory_id";
const ACCEPTED_AT: &str = "accepted_at";
const STAGE_SINCE: &str = "stage_since";

/// How long AWS may take to list what it has just accepted. Its reads are eventually consistent and
/// it gives no bound; this is generous.
const LISTED_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// When a directory's stage last changed, in a form to be compared for equality.
pub(super) fn since(directory: &DirectoryDescription) -> Option<String> {
    directory
        .stage_last_updated_date_time()
        .and_then(moment)
        .map(|at| at.to_string())
}

pub(super) fn created(
    id: &str,
    operation: &Operation,
    now: Timestamp,
    request_id: Option<&str>,
) -> Accepted {
    let facts = BTreeMap::from([
        (DIRECTORY_ID.to_owned(), operation.request.target.clone()),
        (ACCEPTED_AT.to_owned(), now.to_string()),
    ]);
    Accepted {
        resource: Some(id.to_owned()),
        request_id: request_id.map(str::to_owned),
        wait: Some(WaitTarget {
            kind: SNAPSHOT.to_owned(),
            id: id.to_owned(),
            facts,
        }),
        expected: Some(describe::CREATE_TAKES.to_owned()),
    }
}

pub(super) fn restoring(
    operation: &Operation,
    now: Timestamp,
    request_id: Option<&str>,
) -> Accepted {
    let before = &operation.baseline.0;
    let text = |key: &str| before.get(key).and_then(Value::as_str);
    let directory = text(DIRECTORY_ID).unwrap_or_default();
    let mut facts = BTreeMap::from([(ACCEPTED_AT.to_owned(), now.to_string())]);
    if let Some(since) = text(STAGE_SINCE) {
        facts.insert(STAGE_SINCE.to_owned(), since.to_owned());
    }
    Accepted {
        resource: Some(directory.to_owned()),
        request_id: request_id.map(str::to_owned),
        wait: Some(WaitTarget {
            kind: STAGE.to_owned(),
            id: directory.to_owned(),
            facts,
        }),
        expected: Some(describe::restore_takes(text("type").unwrap_or_default()).to_owned()),
    }
}

pub(super) fn deleted(operation: &Operation, request_id: Option<&str>) -> Accepted {
    Accepted {
        resource: Some(operation.request.target.clone()),
        request_id: request_id.map(str::to_owned),
        wait: None,
        expected: None,
    }
}

impl Directory {
    pub(super) async fn observe_all(
        &self,
        targets: &[WaitTarget],
    ) -> Result<Vec<Observation>, Failure> {
        let wanted = |kind: &str| targets.iter().any(|target| target.kind == kind);
        let mut snapshots = HashMap::new();
        if wanted(SNAPSHOT) {
            let mut directories: Vec<Option<&String>> = targets
                .iter()
                .filter(|t| t.kind == SNAPSHOT)
                .map(|t| t.facts.get(DIRECTORY_ID))
                .collect();
            directories.dedup();
            // One directory's snapshots when all are of one, otherwise everyone's: one call either way.
            let only = if let [Some(only)] = directories[..] {
                Some(only.as_str())
            } else {
                None
            };
            snapshots.extend(
                self.snapshots(only)
                    .await?
                    .into_iter()
                    .map(|s| (s.snapshot_id().unwrap_or_default().to_owned(), s)),
            );
        }
        let mut directories = HashMap::new();
        if wanted(STAGE) {
            self.directories(None, |page| {
                directories.extend(
                    page.into_iter()
                        .map(|d| (d.directory_id().unwrap_or_default().to_owned(), d)),
                );
            })
            .await?;
        }
        let now = self.clock.now();
        Ok(targets
            .iter()
            .map(|target| match target.kind.as_str() {
                SNAPSHOT => seen_snapshot(target, snapshots.get(&target.id), now),
                STAGE => seen_directory(target, directories.get(&target.id), now),
                other => Observation::Unseen {
                    reason: format!("this version cannot watch '{other}'; a newer one wrote that"),
                },
            })
            .collect())
    }

    pub(super) async fn look_for(
        &self,
        operation: &Operation,
        claimed: &[String],
    ) -> Result<Trace, Failure> {
        let request = &operation.request;
        let before = &operation.baseline.0;
        let directory_id = before
            .get(DIRECTORY_ID)
            .and_then(Value::as_str)
            .unwrap_or_default();
        let advice = describe::lost_advice(&request.action, directory_id);
        match request.action.as_str() {
            CREATE => {
                let known = before
                    .get("snapshots")
                    .and_then(Value::as_array)
                    .map(Vec::as_slice)
                    .unwrap_or_default();
                let snapshots = self.snapshots(Some(directory_id)).await?;
                let new: Vec<&str> = snapshots
                    .iter()
                    .filter(|s| s.r#type() == Some(&SnapshotType::Manual))
                    .filter(|s| s.name().filter(|name| !name.is_empty()) == request.text(NAME))
                    .filter_map(Snapshot::snapshot_id)
                    .filter(|id| !known.iter().any(|k| k == id) && !claimed.iter().any(|c| c == id))
                    .collect();
                Ok(match new[..] {
                    [] => Trace::None {
                        looked_at: format!(
                            "{directory_id} has no manual snapshot that it did not have before"
                        ),
                        advice,
                    },
                    [id] => Trace::Found(created(id, operation, self.clock.now(), None)),
                    _ => Trace::Ambiguous {
                        found: format!(
                            "{directory_id} has several new manual snapshots of that name: {}",
                            new.join(", ")
                        ),
                        advice,
                    },
                })
            }
            RESTORE => {
                let directory = self.directory(directory_id).await?;
                let stage = directory.stage().map_or("", |s| s.as_str());
                let moved =
                    since(&directory).as_deref() != before.get(STAGE_SINCE).and_then(Value::as_str);
                Ok(if stage == "Restoring" || moved {
                    Trace::Found(restoring(operation, self.clock.now(), None))
                } else {
                    Trace::None {
                        looked_at: format!(
                            "{directory_id} is {stage} and has been since before the request"
                        ),
                        advice,
                    }
                })
            }
            _ => {
                let snapshots = self.snapshots(Some(directory_id)).await?;
                let listed = snapshots
                    .iter()
                    .any(|s| s.snapshot_id() == Some(&request.target));
                Ok(if listed {
                    Trace::None {
                        looked_at: format!("AWS still lists {}", request.target),
                        advice,
                    }
                } else {
                    Trace::Found(deleted(operation, None))
                })
            }
        }
    }
}

/// Whether AWS has had time to list what it accepted.
fn overdue(target: &WaitTarget, now: Timestamp) -> bool {
    let accepted = target
        .facts
        .get(ACCEPTED_AT)
        .and_then(|at| at.parse::<Timestamp>().ok());
    accepted.is_none_or(|at| now.duration_since(at) > LISTED_WITHIN)
}

fn seen_snapshot(target: &WaitTarget, snapshot: Option<&Snapshot>, now: Timestamp) -> Observation {
    let Some(snapshot) = snapshot else {
        return if overdue(target, now) {
            Observation::Failed {
                stage: None,
                reason: format!(
                    "AWS no longer lists {}: it was deleted, or its directory was",
                    target.id
                ),
                advice: None,
            }
        } else {
            Observation::Unseen {
                reason: format!("AWS does not list {} yet", target.id),
            }
        };
    };
    let status = snapshot.status().map_or("", |s| s.as_str()).to_owned();
    match status.as_str() {
        "Completed" => Observation::Completed { stage: status },
        "Failed" => Observation::Failed {
            stage: Some(status),
            reason: format!("AWS reports snapshot {} as Failed", target.id),
            advice: Some(describe::CREATE_FAILED_ADVICE.to_owned()),
        },
        _ => Observation::Progress {
            percent: None,
            stage: status,
        },
    }
}

fn seen_directory(
    target: &WaitTarget,
    directory: Option<&DirectoryDescription>,
    now: Timestamp,
) -> Observation {
    let Some(directory) = directory else {
        return Observation::Failed {
            stage: None,
            reason: format!(
                "AWS no longer lists {}: the directory was deleted",
                target.id
            ),
            advice: None,
        };
    };
    let stage = directory.stage().map_or("", |s| s.as_str()).to_owned();
    let since = since(directory);
    // Right after the request AWS may still show the stage of before.
    let moved = match (&since, target.facts.get(STAGE_SINCE)) {
        (Some(now), Some(before)) => now != before,
        _ => overdue(target, now),
    };
    match stage.as_str() {
        _ if !moved => Observation::Progress {
            percent: None,
            stage,
        },
        "Active" => Observation::Completed { stage },
        "RestoreFailed" | "Inoperable" | "Impaired" | "Failed" | "Deleting" | "Deleted" => {
            let why = directory.stage_reason().filter(|reason| !reason.is_empty());
            Observation::Failed {
                reason: why.map_or_else(
                    || format!("the directory is {stage}; AWS gives no reason"),
                    str::to_owned,
                ),
                stage: Some(stage),
                advice: Some(describe::RESTORE_FAILED_ADVICE.to_owned()),
            }
        }
        _ => Observation::Progress {
            percent: None,
            stage,
        },
    }
}
