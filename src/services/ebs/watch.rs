//! What became of a request: watching it to its end.
//!
//! Ids are looked up by filter, since one that EC2 does not know yet, or no more, fails a call by id.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_ec2::types::{ReplaceRootVolumeTask, Snapshot, Volume};
use jiff::{SignedDuration, Timestamp};

use super::{
    Ebs, FILTER_VALUES, PAGE, attach, classify, filter, schedules,
    tiers::{self, TIER},
};
use crate::{
    domain::{
        failure::Failure,
        form::Request,
        lifecycle::{Accepted, Observation},
        operation::WaitTarget,
    },
    services::refusal,
};

/// Snapshots, one or a set, until all are `completed`.
const SNAPSHOTS: &str = "ebs_snapshots";
/// A volume, until it is `available`.
const VOLUME: &str = "ebs_volume";
/// A root-volume replacement, until it has succeeded or failed.
const ROOT_TASK: &str = "ebs_root_task";

/// The Region that it is in, where that is another one.
pub(super) const REGION: &str = "region";
/// The call that follows once it is so.
const NEXT: &str = "next";
const IDS: &str = "ids";
const ACCEPTED_AT: &str = "accepted_at";

/// How long EC2 may take to list what it has just made; its reads are eventually consistent.
const LISTED_WITHIN: SignedDuration = SignedDuration::from_mins(10);

pub(super) fn accepted(
    kind: &str,
    ids: &[String],
    now: Timestamp,
    request_id: Option<&str>,
    expected: &str,
) -> Accepted {
    let facts = BTreeMap::from([
        (IDS.to_owned(), ids.join(",")),
        (ACCEPTED_AT.to_owned(), now.to_string()),
    ]);
    Accepted {
        resource: Some(ids.join(", ")),
        request_id: request_id.map(str::to_owned),
        wait: Some(WaitTarget {
            kind: kind.to_owned(),
            id: ids.first().cloned().unwrap_or_default(),
            facts,
        }),
        expected: Some(expected.to_owned()),
        stage: None,
    }
}

pub(super) fn snapshots_accepted(
    ids: &[String],
    now: Timestamp,
    request_id: Option<&str>,
) -> Accepted {
    accepted(
        SNAPSHOTS,
        ids,
        now,
        request_id,
        "minutes to hours, by the data that changed",
    )
}

pub(super) fn volume_accepted(
    id: &str,
    request: &Request,
    now: Timestamp,
    request_id: Option<&str>,
) -> Accepted {
    let mut accepted = accepted(
        VOLUME,
        &[id.to_owned()],
        now,
        request_id,
        "seconds; its blocks are then read as they are used",
    );
    if let (Some(wait), Some(_)) = (&mut accepted.wait, attach::wanted(request)) {
        wait.facts.insert(NEXT.to_owned(), attach::STEP.to_string());
    }
    accepted
}

/// Whether a volume is to be attached once it is available.
pub(super) fn goes_on(target: &WaitTarget) -> bool {
    target.facts.contains_key(NEXT)
}

pub(super) fn task_accepted(id: &str, now: Timestamp, request_id: Option<&str>) -> Accepted {
    accepted(ROOT_TASK, &[id.to_owned()], now, request_id, "a reboot")
}

/// What ends with its reply.
pub(super) fn done(id: &str, stage: String, request_id: Option<String>) -> Accepted {
    Accepted {
        resource: Some(id.to_owned()),
        request_id,
        wait: None,
        expected: None,
        stage: Some(stage),
    }
}

fn region(target: &WaitTarget) -> Option<&str> {
    target.facts.get(REGION).map(String::as_str)
}

fn ids(target: &WaitTarget) -> impl Iterator<Item = &str> {
    target
        .facts
        .get(IDS)
        .map_or(target.id.as_str(), String::as_str)
        .split(',')
}

impl Ebs {
    pub(super) async fn snapshots_by(
        &self,
        name: &str,
        values: &[String],
    ) -> Result<Vec<Snapshot>, Failure> {
        self.snapshots_in(None, name, values).await
    }

    /// Snapshots of this Region, or of another one.
    pub(super) async fn snapshots_in(
        &self,
        region: Option<&str>,
        name: &str,
        values: &[String],
    ) -> Result<Vec<Snapshot>, Failure> {
        let there = region.map(|region| Self::elsewhere(&self.connection.reading, region));
        let client = there.as_ref().unwrap_or(&self.reading);
        let mut found = Vec::new();
        for some in values.chunks(FILTER_VALUES) {
            let filters = vec![filter(name, some.to_vec())];
            self.snapshot_pages_of(client, filters, Some(PAGE), |page| found.extend(page))
                .await?;
        }
        Ok(found)
    }

    pub(super) async fn volumes_by(
        &self,
        name: &str,
        values: &[String],
    ) -> Result<Vec<Volume>, Failure> {
        let mut found = Vec::new();
        for some in values.chunks(FILTER_VALUES) {
            let filters = vec![filter(name, some.to_vec())];
            self.volumes(filters, |page| found.extend(page)).await?;
        }
        Ok(found)
    }

    pub(super) async fn root_tasks(
        &self,
        instance: Option<&str>,
        tasks: Vec<String>,
    ) -> Result<Vec<ReplaceRootVolumeTask>, Failure> {
        let filters = instance.map(|id| vec![filter("instance-id", vec![id.to_owned()])]);
        let tasks = (!tasks.is_empty()).then_some(tasks);
        let mut pages = self
            .reading
            .describe_replace_root_volume_tasks()
            .set_filters(filters)
            .set_replace_root_volume_task_ids(tasks)
            .into_paginator()
            .send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| {
                refusal::failure(
                    &error,
                    self.doing("DescribeReplaceRootVolumeTasks"),
                    classify,
                )
            })?;
            found.extend(page.replace_root_volume_tasks.unwrap_or_default());
        }
        Ok(found)
    }

    pub(super) async fn observe_all(
        &self,
        targets: &[WaitTarget],
    ) -> Result<Vec<Observation>, Failure> {
        let of = |kind: &str| -> Vec<String> {
            targets
                .iter()
                .filter(|t| t.kind == kind)
                .flat_map(ids)
                .map(str::to_owned)
                .collect()
        };
        let mut regions: BTreeMap<Option<&str>, Vec<String>> = BTreeMap::new();
        for target in targets.iter().filter(|t| t.kind == SNAPSHOTS) {
            regions
                .entry(region(target))
                .or_default()
                .extend(ids(target).map(str::to_owned));
        }
        let mut snapshots: HashMap<String, Snapshot> = HashMap::new();
        for (region, ids) in regions {
            let found = self.snapshots_in(region, "snapshot-id", &ids).await?;
            snapshots.extend(
                found
                    .into_iter()
                    .filter_map(|s| Some((s.snapshot_id()?.to_owned(), s))),
            );
        }
        let tiers = self.tiers(&of(TIER)).await?;
        let by_id = |v: Volume| Some((v.volume_id()?.to_owned(), v));
        let volumes: HashMap<String, Volume> = self
            .volumes_by("volume-id", &[of(VOLUME), of(attach::ATTACHMENT)].concat())
            .await?
            .into_iter()
            .filter_map(by_id)
            .collect();
        let wanted = of(ROOT_TASK);
        let tasks = if wanted.is_empty() {
            Vec::new()
        } else {
            self.root_tasks(None, wanted).await?
        };
        let now = self.clock.now();
        Ok(targets
            .iter()
            .map(|target| match target.kind.as_str() {
                SNAPSHOTS => seen_snapshots(target, &snapshots, now),
                VOLUME => seen_volume(target, volumes.get(&target.id), now),
                schedules::TAGGED => schedules::seen_tagged(),
                TIER => tiers::seen(target, tiers.get(&target.id), now),
                attach::ATTACHMENT => attach::seen(target, volumes.get(&target.id), now),
                ROOT_TASK => seen_task(
                    target,
                    tasks
                        .iter()
                        .find(|t| t.replace_root_volume_task_id() == Some(&target.id)),
                    now,
                ),
                other => Observation::Unseen {
                    reason: format!("this version cannot watch '{other}'; a newer one wrote that"),
                },
            })
            .collect())
    }

    /// How many snapshots of a volume are pending.
    pub(super) async fn pending(&self, volume: &str) -> Result<usize, Failure> {
        let mut count = 0;
        let filters = vec![
            filter("volume-id", vec![volume.to_owned()]),
            filter("status", vec!["pending".to_owned()]),
        ];
        self.snapshots(filters, &mut |rows| count += rows.len())
            .await?;
        Ok(count)
    }
}

/// Whether EC2 has had time to list what it made.
pub(super) fn overdue(target: &WaitTarget, now: Timestamp) -> bool {
    let accepted = target
        .facts
        .get(ACCEPTED_AT)
        .and_then(|at| at.parse::<Timestamp>().ok());
    accepted.is_none_or(|at| now.duration_since(at) > LISTED_WITHIN)
}

pub(super) fn missing(id: &str, target: &WaitTarget, now: Timestamp) -> Observation {
    if overdue(target, now) {
        Observation::Failed {
            stage: None,
            reason: format!("AWS no longer lists {id}: it was deleted, or could not be made"),
            advice: None,
        }
    } else {
        Observation::Unseen {
            reason: format!("AWS does not list {id} yet"),
        }
    }
}

fn seen_snapshots(
    target: &WaitTarget,
    snapshots: &HashMap<String, Snapshot>,
    now: Timestamp,
) -> Observation {
    let mut percents = Vec::new();
    let mut pending = 0;
    for id in ids(target) {
        let Some(snapshot) = snapshots.get(id) else {
            return missing(id, target, now);
        };
        match snapshot.state().map_or("", |state| state.as_str()) {
            "completed" => percents.push(100),
            "error" => {
                let why = snapshot
                    .state_message()
                    .filter(|message| !message.is_empty());
                return Observation::Failed {
                    stage: Some("error".to_owned()),
                    reason: why.map_or_else(|| format!("{id} ended in error; AWS gives no reason"), |why| format!("{id}: {why}")),
                    advice: Some("A snapshot in error holds nothing that can be restored: delete it, and take another one.".to_owned()),
                };
            }
            _ => {
                pending += 1;
                percents.extend(
                    snapshot
                        .progress()
                        .and_then(|text| text.trim_end_matches('%').parse::<u32>().ok()),
                );
            }
        }
    }
    let count = ids(target).count();
    if pending == 0 {
        return Observation::Completed {
            stage: region(target).map_or_else(
                || "completed".to_owned(),
                |region| format!("completed in {region}"),
            ),
        };
    }
    let stage = if count == 1 {
        "pending".to_owned()
    } else {
        format!("{} of {count} completed", count - pending)
    };
    let mean = percents
        .iter()
        .sum::<u32>()
        .checked_div(u32::try_from(count).unwrap_or(u32::MAX));
    Observation::Progress {
        percent: mean
            .filter(|_| percents.len() == count)
            .and_then(|mean| u8::try_from(mean).ok()),
        stage,
    }
}

fn seen_volume(target: &WaitTarget, volume: Option<&Volume>, now: Timestamp) -> Observation {
    let Some(volume) = volume else {
        return missing(&target.id, target, now);
    };
    let state = volume.state().map_or("", |state| state.as_str()).to_owned();
    match state.as_str() {
        "available" | "in-use" => match target.facts.get(NEXT).and_then(|step| step.parse().ok()) {
            Some(step) => Observation::Next { step, stage: state },
            None => Observation::Completed { stage: state },
        },
        "error" | "deleting" | "deleted" => Observation::Failed {
            reason: format!(
                "volume {} is {state}; AWS gives no reason. Where a KMS key was given, it may not be usable here",
                target.id
            ),
            stage: Some(state),
            advice: Some(
                "Delete the volume, and restore again with another key or none.".to_owned(),
            ),
        },
        _ => Observation::Progress {
            percent: None,
            stage: state,
        },
    }
}

fn seen_task(
    target: &WaitTarget,
    task: Option<&ReplaceRootVolumeTask>,
    now: Timestamp,
) -> Observation {
    let Some(task) = task else {
        return missing(&target.id, target, now);
    };
    let state = task
        .task_state()
        .map_or("", |state| state.as_str())
        .to_owned();
    match state.as_str() {
        "succeeded" => Observation::Completed { stage: state },
        "failed" => Observation::Failed {
            stage: Some(state),
            reason:
                "the replacement failed; the instance was rebooted with its original root volume"
                    .to_owned(),
            advice: Some("Look at the instance's status before you try again.".to_owned()),
        },
        "failed-detached" => Observation::Failed {
            stage: Some(state),
            reason: "the replacement failed and the instance has no root volume attached"
                .to_owned(),
            advice: Some(
                "Attach the original root volume to the instance by hand, at its root device."
                    .to_owned(),
            ),
        },
        _ => Observation::Progress {
            percent: None,
            stage: state,
        },
    }
}
