//! Watching snapshots and restores to their end.
//!
//! The final state of a snapshot is what the list says; `_status` only tells how far it is, and may say
//! `SUCCESS` too early. A restore has no record of its own: it is watched by the shards of the indices
//! that it makes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{
    Search,
    domains::Domain,
    migrate::{RESTORE_STEP, Registration},
    names::triple,
    restore::MADE,
    signing::encoded,
    snapshots::Snapshot,
    transport::{Ask, LIST},
};
use crate::domain::{
    failure::{Failure, FailureKind},
    lifecycle::{Accepted, Observation},
    operation::WaitTarget,
};

/// A snapshot, until it is neither running nor unknown.
const SNAPSHOT: &str = "opensearch_snapshot";
/// A restore, until every primary shard of its indices is started or given up.
const RESTORED: &str = "opensearch_restore";

/// A repository that is registered before a restore, until the domain lists it.
pub(super) const REGISTERED: &str = "opensearch_registered";

const ACCEPTED_AT: &str = "accepted_at";
const INDICES: &str = "indices";
const REPOSITORY_FACT: &str = "repository";
const SNAPSHOT_FACT: &str = "snapshot";
const BODY: &str = "body";

/// How long a domain may take to show what it has just accepted.
const SHOWN_WITHIN: SignedDuration = SignedDuration::from_mins(2);

pub(super) fn snapshot_accepted(id: &str, now: Timestamp, request_id: Option<String>) -> Accepted {
    Accepted {
        resource: Some(id.to_owned()),
        request_id,
        wait: Some(WaitTarget {
            kind: SNAPSHOT.to_owned(),
            id: id.to_owned(),
            facts: BTreeMap::from([(ACCEPTED_AT.to_owned(), now.to_string())]),
        }),
        expected: Some("minutes to hours, by the data that changed".to_owned()),
        stage: None,
    }
}

/// A restore as its baseline describes it.
pub(super) fn restore_accepted(
    facts: &Value,
    now: Timestamp,
    request_id: Option<String>,
) -> Accepted {
    let text = |key: &str| facts[key].as_str().unwrap_or_default().to_owned();
    let made = made(facts);
    let domain = text("domain");
    Accepted {
        resource: Some(format!("{domain}: {}", super::indices::some(&made))),
        request_id,
        wait: Some(WaitTarget {
            kind: RESTORED.to_owned(),
            id: domain,
            facts: BTreeMap::from([
                (ACCEPTED_AT.to_owned(), now.to_string()),
                (REPOSITORY_FACT.to_owned(), text("repository")),
                (SNAPSHOT_FACT.to_owned(), text("snapshot")),
                (INDICES.to_owned(), made.join(",")),
            ]),
        }),
        expected: Some("minutes to hours, by the amount of data".to_owned()),
        stage: None,
    }
}

/// A registration that a restore follows.
pub(super) fn registered_accepted(
    domain: &str,
    registration: &Registration,
    now: Timestamp,
    request_id: Option<String>,
) -> Accepted {
    Accepted {
        resource: Some(format!("{domain}/{}", registration.name)),
        request_id,
        wait: Some(WaitTarget {
            kind: REGISTERED.to_owned(),
            id: domain.to_owned(),
            facts: BTreeMap::from([
                (ACCEPTED_AT.to_owned(), now.to_string()),
                (REPOSITORY_FACT.to_owned(), registration.name.clone()),
                (BODY.to_owned(), registration.body.to_string()),
            ]),
        }),
        expected: None,
        stage: Some("registered".to_owned()),
    }
}

/// Whether a restore follows what is waited for.
pub(super) fn goes_on(target: &WaitTarget) -> bool {
    target.kind == REGISTERED
}

/// The indices that a restore makes.
pub(super) fn made(facts: &Value) -> Vec<String> {
    let names = facts[MADE].as_array().into_iter().flatten();
    names.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn wanted(target: &WaitTarget) -> BTreeSet<&str> {
    let names = target.facts.get(INDICES).map_or("", String::as_str);
    names.split(',').filter(|name| !name.is_empty()).collect()
}

fn overdue(target: &WaitTarget, now: Timestamp) -> bool {
    let accepted = target
        .facts
        .get(ACCEPTED_AT)
        .and_then(|at| at.parse::<Timestamp>().ok());
    accepted.is_none_or(|at| now.duration_since(at) > SHOWN_WITHIN)
}

impl Search {
    pub(super) async fn observe_all(
        &self,
        targets: &[WaitTarget],
    ) -> Result<Vec<Observation>, Failure> {
        let mut seen: BTreeMap<usize, Observation> = BTreeMap::new();
        let mut snapshots: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        let mut restores: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, target) in targets.iter().enumerate() {
            match target.kind.as_str() {
                SNAPSHOT => {
                    let (domain, repository, _) = triple(&target.id);
                    snapshots
                        .entry((domain, repository))
                        .or_default()
                        .push(place);
                }
                RESTORED => restores.entry(&target.id).or_default().push(place),
                REGISTERED => {
                    let observed = self.see_registered(target).await;
                    let observed = settled(observed.map(|one| vec![one]), 1)?;
                    seen.extend(observed.into_iter().map(|one| (place, one)));
                }
                other => {
                    let reason =
                        format!("this version cannot watch '{other}'; a newer one wrote that");
                    seen.insert(place, Observation::Unseen { reason });
                }
            }
        }
        // What one domain does not answer must not keep what another one has.
        for ((domain, repository), places) in snapshots {
            let of: Vec<&WaitTarget> = places.iter().map(|place| &targets[*place]).collect();
            let observed = self.see_snapshots(domain, repository, &of).await;
            seen.extend(places.into_iter().zip(settled(observed, of.len())?));
        }
        for (domain, places) in restores {
            let of: Vec<&WaitTarget> = places.iter().map(|place| &targets[*place]).collect();
            let observed = self.see_restores(domain, &of).await;
            seen.extend(places.into_iter().zip(settled(observed, of.len())?));
        }
        Ok(seen.into_values().collect())
    }

    async fn see_snapshots(
        &self,
        name: &str,
        repository: &str,
        targets: &[&WaitTarget],
    ) -> Result<Vec<Observation>, Failure> {
        let domain = self.domain(name).await?;
        let names: Vec<String> = targets.iter().map(|t| triple(&t.id).2.to_owned()).collect();
        let found = self.detailed(&domain, repository, &names).await?;
        let mut observations = Vec::new();
        for (target, name) in targets.iter().zip(&names) {
            observations.push(match found.iter().find(|s| s.name == *name) {
                None if overdue(target, self.clock.now()) => Observation::Failed {
                    stage: None,
                    reason: format!(
                        "{} is gone: it was deleted, which also stops one that is being taken",
                        target.id
                    ),
                    advice: None,
                },
                None => Observation::Unseen {
                    reason: format!("the domain does not list {} yet", target.id),
                },
                Some(snapshot) if snapshot.state == "IN_PROGRESS" => Observation::Progress {
                    percent: self.progress(&domain, repository, name).await,
                    stage: snapshot.state.clone(),
                },
                Some(snapshot) => ended(snapshot),
            });
        }
        Ok(observations)
    }

    /// Whether a repository is there, after which the restore follows.
    async fn see_registered(&self, target: &WaitTarget) -> Result<Observation, Failure> {
        let fact = |key: &str| target.facts.get(key).map_or("", String::as_str);
        let registration = Registration {
            name: fact(REPOSITORY_FACT).to_owned(),
            body: serde_json::from_str(fact(BODY)).unwrap_or_default(),
        };
        let domain = self.domain(&target.id).await?;
        let (to, name) = (&domain.name, &registration.name);
        Ok(if self.lists(&domain, &registration).await? {
            Observation::Next {
                step: RESTORE_STEP,
                stage: "registered".to_owned(),
            }
        } else if overdue(target, self.clock.now()) {
            Observation::Failed {
                stage: None,
                reason: format!("{to} took the registration of {name} on, and does not list it"),
                advice: Some(
                    "Nothing was restored. Look at the repositories of the domain.".to_owned(),
                ),
            }
        } else {
            Observation::Unseen {
                reason: format!("{to} does not list {name} yet"),
            }
        })
    }

    /// How far a running snapshot is; `None` where that cannot be told just now.
    async fn progress(&self, domain: &Domain, repository: &str, snapshot: &str) -> Option<u8> {
        let path = ["_snapshot", repository, snapshot, "_status"];
        let answer = self.read(domain, &Ask::get(&path, &[], LIST)).await.ok()?;
        share_taken(&answer["snapshots"][0])
    }

    async fn see_restores(
        &self,
        name: &str,
        targets: &[&WaitTarget],
    ) -> Result<Vec<Observation>, Failure> {
        let domain = self.domain(name).await?;
        let mut names: Vec<&str> = targets.iter().flat_map(|t| wanted(t)).collect();
        names.sort_unstable();
        names.dedup();
        let shards = self
            .table(
                &domain,
                "shards",
                &names,
                "index,shard,prirep,state,unassigned.reason",
            )
            .await?;
        let recovery = self
            .table(
                &domain,
                "recovery",
                &names,
                "index,shard,type,stage,repository,snapshot,bytes_recovered,bytes",
            )
            .await?;
        let now = self.clock.now();
        let shards = shards.as_array().map_or(&[][..], Vec::as_slice);
        let recovery = recovery.as_array().map_or(&[][..], Vec::as_slice);
        Ok(targets
            .iter()
            .map(|target| seen_restore(target, shards, recovery, now))
            .collect())
    }

    /// A table of `_cat` for some indices. Where one of them is not there the engine refuses all of
    /// them, and a path has its limit; then the table of all indices is read.
    pub(super) async fn table(
        &self,
        domain: &Domain,
        what: &str,
        names: &[&str],
        columns: &str,
    ) -> Result<Value, Failure> {
        let query = [("format", "json"), ("bytes", "b"), ("h", columns)];
        let joined = names.join(",");
        if !joined.is_empty() && encoded(&joined).len() < 2500 {
            let path = ["_cat", what, joined.as_str()];
            match self.read(domain, &Ask::get(&path, &query, LIST)).await {
                Err(failure) if failure.kind == FailureKind::NotFound => {}
                answer => return answer,
            }
        }
        self.read(domain, &Ask::get(&["_cat", what], &query, LIST))
            .await
    }
}

/// Observations of one domain, or the reason why there are none. Credentials that are not accepted are
/// everybody's concern.
fn settled(
    observed: Result<Vec<Observation>, Failure>,
    count: usize,
) -> Result<Vec<Observation>, Failure> {
    match observed {
        Ok(observed) => Ok(observed),
        Err(failure) if failure.kind == FailureKind::Credentials => Err(failure),
        Err(failure) => {
            let reason = format!(
                "cannot be watched at present ({}); trying again",
                failure.reason()
            );
            Ok(vec![Observation::Unseen { reason }; count])
        }
    }
}

/// What the final state of a snapshot says of its operation.
pub(super) fn ended(snapshot: &Snapshot) -> Observation {
    let stage = snapshot.state.clone();
    let details = snapshot.details.as_ref();
    let reason = details.and_then(|details| details.reason.clone());
    match stage.as_str() {
        "SUCCESS" => Observation::Completed {
            stage: if snapshot.is_empty() {
                "SUCCESS, and empty: there is nothing in it".to_owned()
            } else {
                stage
            },
        },
        "PARTIAL" => {
            let (failed, total) = details.map_or((0, 0), |details| (details.failed, details.total));
            Observation::Partial {
                stage,
                reason: format!(
                    "{failed} of {total} shards are missing: {}",
                    snapshot.missing().join("; ")
                ),
            }
        }
        _ => Observation::Failed {
            stage: Some(stage),
            reason: reason.unwrap_or_else(|| format!("{} failed; the engine gives no reason", snapshot.name)),
            advice: Some("A failed snapshot holds nothing that can be restored: delete it, and take another one.".to_owned()),
        },
    }
}

/// How much of a running snapshot is taken, in percent, from `_status`: each shard counts the same, and
/// one that is being copied as far as its bytes are. The bytes of all together would jump, since shards
/// that have not begun count as none.
pub(super) fn share_taken(status: &Value) -> Option<u8> {
    let mut shards = 0_u32;
    let mut taken = 0.0;
    for index in status["indices"].as_object()?.values() {
        for shard in index["shards"]
            .as_object()
            .into_iter()
            .flat_map(|all| all.values())
        {
            shards += 1;
            let bytes = |key: &str| {
                shard["stats"][key]["size_in_bytes"]
                    .as_f64()
                    .unwrap_or_default()
            };
            taken += match shard["stage"].as_str().unwrap_or_default() {
                "DONE" | "FAILURE" | "FINALIZE" => 1.0,
                "STARTED" if bytes("incremental") > 0.0 => {
                    (bytes("processed") / bytes("incremental")).clamp(0.0, 1.0)
                }
                _ => 0.0,
            };
        }
    }
    percent(taken, shards)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 99 by construction"
)]
fn percent(done: f64, of: u32) -> Option<u8> {
    (of > 0).then(|| (done / f64::from(of) * 100.0).clamp(0.0, 99.0) as u8)
}

/// What the shards of its indices say of a restore.
pub(super) fn seen_restore(
    target: &WaitTarget,
    shards: &[Value],
    recovery: &[Value],
    now: Timestamp,
) -> Observation {
    let wanted = wanted(target);
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let of_ours = |row: &&Value| wanted.contains(text(row, "index").as_str());
    let primaries: Vec<&Value> = shards
        .iter()
        .filter(of_ours)
        .filter(|row| row["prirep"] == "p")
        .collect();
    let present: BTreeSet<String> = primaries.iter().map(|row| text(row, "index")).collect();
    let absent: Vec<&str> = wanted
        .iter()
        .copied()
        .filter(|name| !present.contains(*name))
        .collect();
    if let (Some(first), true) = (absent.first(), overdue(target, now)) {
        return Observation::Failed {
            stage: None,
            reason: format!(
                "{first} is gone: an index that is deleted while it is restored is not restored"
            ),
            advice: None,
        };
    }
    if !absent.is_empty() || wanted.is_empty() && !overdue(target, now) {
        return Observation::Progress {
            percent: None,
            stage: "starting".to_owned(),
        };
    }
    let mut done = 0.0;
    let mut failed: Vec<String> = Vec::new();
    let mut open = 0;
    for shard in &primaries {
        let (index, number) = (text(shard, "index"), text(shard, "shard"));
        match (
            shard["state"].as_str().unwrap_or_default(),
            text(shard, "unassigned.reason").as_str(),
        ) {
            ("STARTED" | "RELOCATING", _) => done += 1.0,
            ("UNASSIGNED", "ALLOCATION_FAILED" | "EXISTING_INDEX_RESTORED") => {
                failed.push(format!("{index} ({number})"));
            }
            _ => {
                open += 1;
                let own =
                    |row: &&Value| text(row, "index") == index && text(row, "shard") == number;
                let bytes =
                    |row: &Value, key: &str| text(row, key).parse::<f64>().unwrap_or_default();
                if let Some(row) = recovery.iter().find(own)
                    && bytes(row, "bytes") > 0.0
                {
                    done += (bytes(row, "bytes_recovered") / bytes(row, "bytes")).clamp(0.0, 1.0);
                }
            }
        }
    }
    let count = primaries.len();
    if open > 0 {
        let started = count - open - failed.len();
        return Observation::Progress {
            percent: percent(done, u32::try_from(count).unwrap_or(u32::MAX)),
            stage: format!("{started} of {count} primary shards"),
        };
    }
    let advice = "Look at the domain's free space and shard limits, delete what failed, and restore it again.";
    match failed.len() {
        0 => Observation::Completed {
            stage: format!("{count} primary shards started"),
        },
        some if some == count => Observation::Failed {
            stage: Some("red".to_owned()),
            reason: format!("no primary shard could be restored: {}", failed.join(", ")),
            advice: Some(advice.to_owned()),
        },
        some => Observation::Partial {
            stage: "red".to_owned(),
            reason: format!(
                "{some} of {count} primary shards could not be restored: {}. {advice}",
                failed.join(", ")
            ),
        },
    }
}
