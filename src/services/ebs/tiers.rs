//! The archive tier: moving a snapshot there and bringing it back, for a while or for good.

use std::collections::BTreeMap;

use aws_sdk_ec2::{
    operation::{
        modify_snapshot_tier::builders::ModifySnapshotTierFluentBuilder as ModifyTier,
        restore_snapshot_tier::builders::RestoreSnapshotTierFluentBuilder as RestoreTier,
    },
    types::{Snapshot, SnapshotTierStatus, TargetStorageTier},
};
use aws_smithy_types::DateTime;
use aws_types::request_id::RequestId;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Ebs, FILTER_VALUES, INFO, assess::restorable, classify, describe::SNAPSHOTS, filter, watch,
};
use crate::{
    domain::{
        assessment::{Assessment, Check},
        collection::ActionInfo,
        failure::{Failure, FailureKind},
        form::{FieldInfo, FieldKind, Request},
        lifecycle::{Accepted, Observation},
        operation::{Baseline, Operation, WaitTarget},
        text::harmless,
        time,
        way::Way,
    },
    services::{Trace, convert::moment, equivalent::aws_line, refusal},
};

pub(super) const ARCHIVE: &str = "archive_snapshot";
pub(super) const UNARCHIVE: &str = "unarchive_snapshot";
/// A snapshot, until it is in the tier that it was asked to.
pub(super) const TIER: &str = "ebs_tier";

const DAYS: &str = "days";
const PERMANENT: &str = "permanent";
const TO: &str = "to";

/// Moves a snapshot to the archive.
pub(super) const ARCHIVE_ACTION: ActionInfo = ActionInfo {
    id: ARCHIVE,
    command: "archive",
    about: "Move a snapshot to the archive tier",
    title: "Move to the archive",
    subject: SNAPSHOTS,
    ..ActionInfo::PLAIN
};

/// Brings a snapshot back from the archive.
pub(super) const UNARCHIVE_ACTION: ActionInfo = ActionInfo {
    id: UNARCHIVE,
    command: "unarchive",
    about: "Bring a snapshot back from the archive tier, for some days or for good",
    title: "Bring back from the archive",
    subject: SNAPSHOTS,
    fields: &[
        FieldInfo {
            key: DAYS,
            flag: "days",
            label: "For days",
            help: "1 to 180, after which it is only in the archive again",
            kind: FieldKind::Text {
                max: 3,
                rule: days,
                argument: "N",
            },
        },
        FieldInfo {
            key: PERMANENT,
            flag: "permanent",
            label: "For good",
            help: "It leaves the archive",
            kind: FieldKind::Toggle,
        },
    ],
    ..ActionInfo::PLAIN
};

fn days(text: &str) -> Result<(), String> {
    match text.parse::<i32>() {
        _ if text.is_empty() => Ok(()),
        Ok(1..=180) => Ok(()),
        _ => Err(format!(
            "'{}' is not a number of days from 1 to 180",
            harmless(text)
        )),
    }
}

/// Whether it is said for how long a snapshot is brought back.
fn how_long(request: &Request) -> Check {
    let span = for_how_long(request);
    let is_said = span.is_ok();
    let check = Check::rule("For how long", span).refuses_as(FailureKind::Invalid);
    if is_said {
        return check;
    }
    let fill = |does, field| Way::fill(&INFO, UNARCHIVE, does, &[(field, "")]);
    check
        .way(fill("have it for some days", DAYS))
        .way(fill("have it for good", PERMANENT))
}

/// For how long a snapshot is brought back.
fn for_how_long(request: &Request) -> Result<String, String> {
    match (request.text(DAYS), request.is_set(PERMANENT)) {
        (Some(_), true) => Err("for some days or for good, not both".to_owned()),
        (None, false) => Err("say for how long: for some days, or for good".to_owned()),
        (Some(days), false) => Ok(format!("{days} days")),
        (None, true) => Ok("for good".to_owned()),
    }
}

fn tier(snapshot: &Snapshot) -> &str {
    snapshot
        .storage_tier()
        .map_or("standard", |tier| tier.as_str())
}

/// Whether a snapshot can go to the archive: it is whole, and not there already.
fn archivable(snapshot: &Snapshot) -> Check {
    match tier(snapshot) {
        "archive" => Check::state(
            "Snapshot",
            Err("it is in the archive tier already".to_owned()),
        ),
        _ => restorable(snapshot),
    }
}

impl Ebs {
    fn modify_tier(&self, request: &Request) -> ModifyTier {
        self.changing
            .modify_snapshot_tier()
            .snapshot_id(&request.target)
            .storage_tier(TargetStorageTier::Archive)
    }

    fn restore_tier(&self, request: &Request) -> RestoreTier {
        let days = request.text(DAYS).and_then(|days| days.parse().ok());
        self.changing
            .restore_snapshot_tier()
            .snapshot_id(&request.target)
            .set_temporary_restore_days(days)
            .set_permanent_restore(request.is_set(PERMANENT).then_some(true))
    }

    pub(super) async fn assess_archive(&self, request: &Request) -> Result<Assessment, Failure> {
        let snapshot = self.snapshot(&request.target).await?;
        let asked = self.modify_tier(request).dry_run(true).send().await;
        let mut assessment = self.plain(
            &snapshot,
            vec![
                "It cannot be used while it is in the archive: bringing it back takes up to 72 hours, and is billed.".to_owned(),
                "It is archived whole, not as a difference to others, and billed for at least 90 days.".to_owned(),
                "Sharing and fast snapshot restore end with it.".to_owned(),
            ],
            vec![
                archivable(&snapshot),
                self.images(&request.target).await.decided_by_aws(),
                self.permission(asked.err()).await,
            ],
            aws_line(
                "ec2",
                "modify-snapshot-tier",
                &[
                    ("snapshot-id", Some(&request.target)),
                    ("storage-tier", Some("archive")),
                ],
                &request.place,
            ),
        );
        assessment.duration = Some("hours".to_owned());
        Ok(assessment)
    }

    pub(super) async fn assess_unarchive(&self, request: &Request) -> Result<Assessment, Failure> {
        let snapshot = self.snapshot(&request.target).await?;
        let asked = self.restore_tier(request).dry_run(true).send().await;
        let until = snapshot.restore_expiry_time().and_then(moment);
        let archived = match (tier(&snapshot), until) {
            (_, Some(until)) => Ok(format!(
                "brought back until {} UTC; this sets another time",
                time::stamp(until)
            )),
            ("archive", None) => Ok("in the archive".to_owned()),
            (tier, None) => Err(format!("it is in the {tier} tier, not in the archive")),
        };
        let mut assessment = self.plain(
            &snapshot,
            Vec::new(),
            vec![
                Check::state("Tier", archived),
                how_long(request),
                self.permission(asked.err()).await,
            ],
            aws_line(
                "ec2",
                "restore-snapshot-tier",
                &[
                    ("snapshot-id", Some(&request.target)),
                    ("temporary-restore-days", request.text(DAYS)),
                    ("permanent-restore", request.is_set(PERMANENT).then_some("")),
                ],
                &request.place,
            ),
        );
        assessment.duration = Some("up to 72 hours".to_owned());
        Ok(assessment)
    }

    /// Moves a snapshot to the archive, or back.
    pub(super) async fn change_tier(&self, request: &Request) -> Result<Accepted, Failure> {
        let doing = |name: &str| format!("{name} on {} in {}", request.target, self.place.region);
        let request_id = if request.action == ARCHIVE {
            let sent = self.modify_tier(request).send().await;
            let reply = sent
                .map_err(|error| refusal::failure(&error, doing("ModifySnapshotTier"), classify))?;
            reply.request_id().map(str::to_owned)
        } else {
            let sent = self.restore_tier(request).send().await;
            let reply = sent.map_err(|error| {
                refusal::failure(&error, doing("RestoreSnapshotTier"), classify)
            })?;
            reply.request_id().map(str::to_owned)
        };
        Ok(accepted(request, self.clock.now(), request_id.as_deref()))
    }

    /// The tiers of snapshots, by id.
    pub(super) async fn tiers(
        &self,
        snapshots: &[String],
    ) -> Result<BTreeMap<String, SnapshotTierStatus>, Failure> {
        let mut found = BTreeMap::new();
        for some in snapshots.chunks(FILTER_VALUES) {
            let mut pages = self
                .reading
                .describe_snapshot_tier_status()
                .filters(filter("snapshot-id", some.to_vec()))
                .into_paginator()
                .send();
            while let Some(page) = pages.next().await {
                let page = page.map_err(|error| {
                    refusal::failure(&error, self.doing("DescribeSnapshotTierStatus"), classify)
                })?;
                for status in page.snapshot_tier_statuses.unwrap_or_default() {
                    if let Some(id) = status.snapshot_id().map(str::to_owned) {
                        found.insert(id, status);
                    }
                }
            }
        }
        Ok(found)
    }

    /// What is so of a snapshot's tier before it is changed.
    pub(super) async fn tier_baseline(&self, request: &Request) -> Result<Baseline, Failure> {
        let tiers = self.tiers(std::slice::from_ref(&request.target)).await?;
        Ok(Baseline {
            subject: None,
            facts: mark(tiers.get(&request.target)),
        })
    }

    /// Looks whether a snapshot is on its way to the tier that was asked for, or there, and was not
    /// before.
    pub(super) async fn look_for_tier(&self, operation: &Operation) -> Result<Trace, Failure> {
        let request = &operation.request;
        let tiers = self.tiers(std::slice::from_ref(&request.target)).await?;
        let status = tiers.get(&request.target);
        let word = status
            .and_then(|status| status.last_tiering_operation_status())
            .map_or("", |status| status.as_str());
        let prefixes: &[&str] = if request.action == ARCHIVE {
            &["archival-in-progress", "archival-completed"]
        } else if request.is_set(PERMANENT) {
            &[
                "permanent-restore-in-progress",
                "permanent-restore-completed",
            ]
        } else {
            &[
                "temporary-restore-in-progress",
                "temporary-restore-completed",
            ]
        };
        Ok(
            if prefixes.contains(&word) && mark(status) != operation.baseline.facts {
                Trace::Found {
                    accepted: accepted(request, self.clock.now(), None),
                    how: format!("{} is {word}", request.target),
                }
            } else {
                Trace::None {
                    looked_at: format!("{} is not on its way to that tier", request.target),
                    advice: "Look at the snapshot's tier; asking again does no harm.".to_owned(),
                }
            },
        )
    }
}

/// What tells one change of tier from the one before it.
fn mark(status: Option<&SnapshotTierStatus>) -> Value {
    let moment = |at: Option<&DateTime>| at.and_then(moment).map(|at| at.to_string());
    json!({
        "last": status.and_then(|s| s.last_tiering_operation_status()).map(|s| s.as_str()),
        "started": moment(status.and_then(|s| s.last_tiering_start_time())),
        "until": moment(status.and_then(|s| s.restore_expiry_time())),
    })
}

fn accepted(request: &Request, now: Timestamp, request_id: Option<&str>) -> Accepted {
    let (to, expected) = if request.action == ARCHIVE {
        ("archival", "hours")
    } else if request.is_set(PERMANENT) {
        ("permanent-restore", "up to 72 hours")
    } else {
        ("temporary-restore", "up to 72 hours")
    };
    let ids = [request.target.clone()];
    let mut accepted = watch::accepted(TIER, &ids, now, request_id, expected);
    if let Some(wait) = &mut accepted.wait {
        wait.facts.insert(TO.to_owned(), to.to_owned());
    }
    accepted
}

/// How a change of tier is doing.
pub(super) fn seen(
    target: &WaitTarget,
    status: Option<&SnapshotTierStatus>,
    now: Timestamp,
) -> Observation {
    let to = target.facts.get(TO).map_or("", String::as_str);
    let word = status
        .and_then(|status| status.last_tiering_operation_status())
        .map_or("", |status| status.as_str());
    let percent = status
        .and_then(|status| status.last_tiering_progress())
        .and_then(|percent| u8::try_from(percent).ok());
    match word.strip_prefix(to) {
        Some("-completed") => Observation::Completed {
            stage: word.to_owned(),
        },
        Some("-in-progress") => Observation::Progress {
            percent,
            stage: word.to_owned(),
        },
        Some("-failed") => Observation::Failed {
            stage: Some(word.to_owned()),
            reason: status
                .and_then(|status| status.last_tiering_operation_status_detail())
                .filter(|why| !why.is_empty())
                .unwrap_or("AWS gives no reason")
                .to_owned(),
            advice: None,
        },
        _ if status.is_none() => watch::missing(&target.id, target, now),
        _ if watch::overdue(target, now) => Observation::Failed {
            stage: None,
            reason: format!("AWS took it on, and {} is {word} instead", target.id),
            advice: Some("Look at the snapshot's tier.".to_owned()),
        },
        _ => Observation::Progress {
            percent: None,
            stage: "starting".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::TieringOperationStatus;

    use super::*;

    #[test]
    fn only_the_tier_that_was_asked_for_is_the_end() {
        let now = Timestamp::UNIX_EPOCH;
        let target = WaitTarget {
            kind: TIER.to_owned(),
            id: "snap-1".to_owned(),
            facts: BTreeMap::from([
                (TO.to_owned(), "temporary-restore".to_owned()),
                ("accepted_at".to_owned(), now.to_string()),
            ]),
        };
        let status = |word: &str, percent| {
            SnapshotTierStatus::builder()
                .last_tiering_operation_status(TieringOperationStatus::from(word))
                .last_tiering_progress(percent)
                .build()
        };
        let seen = |word: &str, percent| seen(&target, Some(&status(word, percent)), now);
        assert!(matches!(
            seen("archival-completed", 100),
            Observation::Progress { percent: None, .. }
        ));
        assert!(matches!(
            seen("temporary-restore-in-progress", 40),
            Observation::Progress {
                percent: Some(40),
                ..
            }
        ));
        assert!(matches!(
            seen("temporary-restore-completed", 100),
            Observation::Completed { .. }
        ));
        assert!(matches!(
            seen("temporary-restore-failed", 0),
            Observation::Failed { .. }
        ));
    }

    #[test]
    fn days_are_those_that_aws_offers() {
        assert!(days("").is_ok() && days("1").is_ok() && days("180").is_ok());
        for bad in ["0", "181", "-1", "week"] {
            assert!(days(bad).unwrap_err().contains(bad), "{bad}");
        }
    }
}
