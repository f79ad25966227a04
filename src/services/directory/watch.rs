//! What became of a request: watching it to its end, and finding its trace after a lost reply.
//!
//! Directory Service gives no job id. A snapshot is watched by its own status. A restore can only be
//! seen in the directory's stage and the moment it last changed, so both are compared with what they
//! were before the request: AWS's clock with AWS's clock, never with this machine's.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_directory::types::{DirectoryDescription, Snapshot, SnapshotType};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{
    Directory,
    describe::{self, CREATE, NAME, RESTORE},
};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
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
        stage: None,
    }
}

pub(super) fn restoring(
    operation: &Operation,
    now: Timestamp,
    request_id: Option<&str>,
) -> Accepted {
    let before = &operation.baseline.facts;
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
        stage: None,
    }
}

pub(super) fn deleted(operation: &Operation, request_id: Option<&str>) -> Accepted {
    Accepted {
        resource: Some(operation.request.target.clone()),
        request_id: request_id.map(str::to_owned),
        wait: None,
        expected: None,
        stage: None,
    }
}

/// An answer, or `None` where AWS says that there is no such thing.
fn unless_gone<T>(answer: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(failure) if failure.kind == FailureKind::NotFound => Ok(None),
        Err(failure) => Err(failure),
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
            let owners: BTreeSet<Option<&String>> = targets
                .iter()
                .filter(|t| t.kind == SNAPSHOT)
                .map(|t| t.facts.get(DIRECTORY_ID))
                .collect();
            // One directory's snapshots when all are of one, otherwise everyone's: one call either way.
            let only = match owners.first() {
                Some(Some(only)) if owners.len() == 1 => Some(only.as_str()),
                _ => None,
            };
            let listed = unless_gone(self.snapshots(only).await)?.unwrap_or_default();
            let by_id = |s: Snapshot| (s.snapshot_id().unwrap_or_default().to_owned(), s);
            snapshots.extend(listed.into_iter().map(by_id));
        }
        let mut directories = HashMap::new();
        if wanted(STAGE) {
            let by_id =
                |d: DirectoryDescription| (d.directory_id().unwrap_or_default().to_owned(), d);
            self.directories(None, |page| directories.extend(page.into_iter().map(by_id)))
                .await?;
        }
        let now = self.clock.now();
        let mut seen = Vec::with_capacity(targets.len());
        for target in targets {
            seen.push(match target.kind.as_str() {
                SNAPSHOT => match snapshots.remove(&target.id) {
                    Some(snapshot) => seen_snapshot(&target.id, &snapshot),
                    None => self.absent_snapshot(target, now).await?,
                },
                STAGE => match directories.remove(&target.id) {
                    Some(directory) => seen_directory(target, &directory, now),
                    None => self.absent_directory(target, now).await?,
                },
                other => Observation::Unseen {
                    reason: format!("this version cannot watch '{other}'; a newer one wrote that"),
                },
            });
        }
        Ok(seen)
    }

    /// A snapshot that a listing lacks. AWS's reads are eventually consistent and the end of an
    /// operation is final, so only AWS's word on that very snapshot counts, and not a fresh one's.
    async fn absent_snapshot(
        &self,
        target: &WaitTarget,
        now: Timestamp,
    ) -> Result<Observation, Failure> {
        if !overdue(target, now) {
            return Ok(Observation::Unseen {
                reason: format!("AWS does not list {} yet", target.id),
            });
        }
        if let Some(snapshot) = unless_gone(self.snapshot(&target.id).await)? {
            return Ok(seen_snapshot(&target.id, &snapshot));
        }
        Ok(Observation::Failed {
            stage: None,
            reason: format!(
                "there is no {} any more: it was deleted, or its directory was",
                target.id
            ),
            advice: None,
        })
    }

    /// A directory that a listing lacks; see [`Directory::absent_snapshot`].
    async fn absent_directory(
        &self,
        target: &WaitTarget,
        now: Timestamp,
    ) -> Result<Observation, Failure> {
        if let Some(directory) = unless_gone(self.directory(&target.id).await)? {
            return Ok(seen_directory(target, &directory, now));
        }
        Ok(Observation::Failed {
            stage: None,
            reason: format!(
                "there is no {} any more: the directory was deleted",
                target.id
            ),
            advice: None,
        })
    }

    pub(super) async fn look_for(
        &self,
        operation: &Operation,
        claimed: &[String],
    ) -> Result<Trace, Failure> {
        let request = &operation.request;
        let before = &operation.baseline.facts;
        let text = |key: &str| before.get(key).and_then(Value::as_str);
        let directory_id = text(DIRECTORY_ID).unwrap_or_default();
        let advice = describe::lost_advice(&request.action, directory_id);
        let gone = || format!("there is no {directory_id} any more");
        let now = self.clock.now();
        match request.action.as_str() {
            CREATE => {
                let known = before.get("snapshots").and_then(Value::as_array);
                let known = known.map(Vec::as_slice).unwrap_or_default();
                let Some(snapshots) = unless_gone(self.snapshots(Some(directory_id)).await)? else {
                    return Ok(Trace::None {
                        looked_at: gone(),
                        advice,
                    });
                };
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
                            "{directory_id} has no new manual snapshot of that description"
                        ),
                        advice,
                    },
                    [id] => Trace::Found {
                        accepted: created(id, operation, now, None),
                        how: format!(
                            "{id} is the one manual snapshot of that description that is new"
                        ),
                    },
                    _ => Trace::Ambiguous {
                        found: format!(
                            "{directory_id} has several new manual snapshots of that description: {}",
                            new.join(", ")
                        ),
                        advice,
                    },
                })
            }
            RESTORE => {
                let Some(directory) = unless_gone(self.directory(directory_id).await)? else {
                    return Ok(Trace::None {
                        looked_at: gone(),
                        advice,
                    });
                };
                let stage = directory.stage().map_or("", |s| s.as_str());
                let moved = since(&directory).as_deref() != text(STAGE_SINCE);
                let restored = moved && matches!(stage, "Active" | "RestoreFailed");
                Ok(if stage == "Restoring" || restored {
                    Trace::Found {
                        accepted: restoring(operation, now, None),
                        how: format!(
                            "{directory_id} has become {stage} since. AWS does not say from which snapshot, nor who asked"
                        ),
                    }
                } else {
                    Trace::None {
                        looked_at: format!(
                            "{directory_id} is {stage} as it was before the request"
                        ),
                        advice,
                    }
                })
            }
            _ => {
                let listed =
                    unless_gone(self.snapshots(Some(directory_id)).await)?.unwrap_or_default();
                Ok(
                    if listed
                        .iter()
                        .any(|s| s.snapshot_id() == Some(&request.target))
                    {
                        Trace::None {
                            looked_at: format!("AWS still lists {}", request.target),
                            advice,
                        }
                    } else {
                        Trace::Found {
                            accepted: deleted(operation, None),
                            how: format!("AWS lists {} no more", request.target),
                        }
                    },
                )
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

fn seen_snapshot(id: &str, snapshot: &Snapshot) -> Observation {
    let status = snapshot.status().map_or("", |s| s.as_str()).to_owned();
    match status.as_str() {
        "Completed" => Observation::Completed { stage: status },
        "Failed" => Observation::Failed {
            stage: Some(status),
            reason: format!("AWS reports snapshot {id} as Failed"),
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
    directory: &DirectoryDescription,
    now: Timestamp,
) -> Observation {
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
