//! What would follow from creating, restoring from or deleting a snapshot.

use aws_sdk_directory::types::{DirectoryDescription, SnapshotStatus, SnapshotType};
use jiff::SignedDuration;

use super::{
    Directory, classify,
    describe::{
        self, AUTOMATIC, CREATE, DELETE, MANUAL_LIMIT, NAME, RESTORABLE_DAYS, RESTORE, SNAPSHOTS,
    },
    refusal,
};
use crate::{
    domain::{
        assessment::{Assessment, Check, Confirmation, Gauge, Remedy},
        failure::{Failure, FailureKind},
        form::Request,
        time,
        way::Way,
    },
    services::{convert::moment, equivalent::aws_line},
};

impl Directory {
    pub(super) async fn assess_request(&self, request: &Request) -> Result<Assessment, Failure> {
        match request.action.as_str() {
            CREATE => self.assess_create(request).await,
            RESTORE => self.assess_restore(request).await,
            DELETE => self.assess_delete(request).await,
            other => Err(Failure::new(
                FailureKind::Internal,
                "",
                format!("Directory Service has no action '{other}'"),
            )),
        }
    }

    async fn assess_create(&self, request: &Request) -> Result<Assessment, Failure> {
        let id = request.target.as_str();
        let directory = self.directory(id).await?;
        let mut checks = vec![
            snapshottable(&directory),
            self.region(&directory),
            stage(&directory, &["Active"]),
        ];
        let mut gauge = None;
        // AWS refuses to count for a type that has no snapshots.
        if checks
            .iter()
            .take(2)
            .all(|check| matches!(check.verdict, crate::domain::assessment::Verdict::Passed(_)))
        {
            let (check, used) = self.quota(id).await;
            checks.push(check);
            gauge = used;
        }
        Ok(Assessment {
            facts: directory_facts(&directory),
            gauge,
            warnings: Vec::new(),
            checks,
            confirmation: Confirmation::Button,
            duration: Some(describe::CREATE_TAKES.to_owned()),
            documents: Vec::new(),
            equivalent: aws_line(
                "ds",
                "create-snapshot",
                &[("directory-id", Some(id)), ("name", request.text(NAME))],
                &request.place,
            ),
        })
    }

    async fn quota(&self, directory: &str) -> (Check, Option<Gauge>) {
        const LABEL: &str = "Manual snapshots";
        let limits = self
            .reading
            .get_snapshot_limits()
            .directory_id(directory)
            .send()
            .await
            .map_err(|error| {
                refusal::failure(&error, self.doing("GetSnapshotLimits", directory), classify)
            });
        let limits = match limits.map(|reply| reply.snapshot_limits) {
            Ok(Some(limits)) => limits,
            Ok(None) => {
                return (
                    Check::unknown(LABEL, "AWS did not say how many there are"),
                    None,
                );
            }
            Err(failure) => return (Check::unknown(LABEL, failure.reason()), None),
        };
        let count = |n: Option<i32>| n.and_then(|n| u32::try_from(n).ok());
        let limit = count(limits.manual_snapshots_limit()).unwrap_or(MANUAL_LIMIT);
        let Some(used) = count(limits.manual_snapshots_current_count()) else {
            return (
                Check::unknown(LABEL, "AWS did not say how many there are"),
                None,
            );
        };
        let gauge = Gauge {
            label: LABEL,
            used,
            limit,
        };
        let check = if limits.manual_snapshots_limit_reached() || used >= limit {
            Check::rule(
                LABEL,
                Err(format!(
                    "AWS allows {limit} of a directory, and there are {used}: delete one first"
                )),
            )
            .decided_by_aws()
            .remedy(Remedy {
                label: "Pick one to delete",
                collection: SNAPSHOTS,
                filter: "manual",
            })
        } else {
            Check::rule(LABEL, Ok(format!("{used} of {limit} used")))
        };
        (check, Some(gauge))
    }

    async fn assess_restore(&self, request: &Request) -> Result<Assessment, Failure> {
        let (snapshot, directory) = self.snapshot_and_directory(&request.target).await?;
        let id = directory.directory_id().unwrap_or_default();
        let name = directory.name().unwrap_or(id);
        let started = snapshot.start_time().and_then(moment);
        let now = self.clock.now();
        let status = snapshot.status().map_or("", |s| s.as_str());
        let state = Check::state(
            "Snapshot status",
            if snapshot.status() == Some(&SnapshotStatus::Completed) {
                Ok("Completed".to_owned())
            } else {
                Err(format!(
                    "the snapshot is {status}, and only a Completed one can be restored"
                ))
            },
        );
        let age = match started {
            None => Check::unknown("Snapshot age", "AWS did not say when it was taken"),
            Some(at) => {
                let age = time::age(at, now);
                Check::rule(
                    "Snapshot age",
                    if now.duration_since(at) > SignedDuration::from_hours(24 * RESTORABLE_DAYS) {
                        Err(format!(
                            "it is {age} old, and Active Directory cannot go back more than {RESTORABLE_DAYS} days"
                        ))
                    } else {
                        Ok(format!("{age} old, within {RESTORABLE_DAYS} days"))
                    },
                )
            }
        };
        let mut facts = directory_facts(&directory);
        facts.extend(snapshot_facts(&snapshot, now));
        let kind = directory.r#type().map_or("", |k| k.as_str());
        let taken = started.map_or_else(|| "the snapshot's time".to_owned(), time::stamp);
        Ok(Assessment {
            facts,
            gauge: None,
            warnings: describe::restore_warnings(
                kind,
                name,
                &taken,
                &started.map_or_else(String::new, |at| time::age(at, now)),
            ),
            checks: vec![
                state,
                age,
                snapshottable(&directory),
                self.region(&directory),
                stage(&directory, &["Active", "RestoreFailed"]),
            ],
            confirmation: Confirmation::Type {
                noun: "directory",
                id: id.to_owned(),
            },
            duration: Some(describe::restore_takes(kind).to_owned()),
            documents: Vec::new(),
            equivalent: aws_line(
                "ds",
                "restore-from-snapshot",
                &[("snapshot-id", Some(&request.target))],
                &request.place,
            ),
        })
    }

    async fn assess_delete(&self, request: &Request) -> Result<Assessment, Failure> {
        let (snapshot, directory) = self.snapshot_and_directory(&request.target).await?;
        let siblings = self.snapshots(directory.directory_id()).await?;
        let completed = |s: &&aws_sdk_directory::types::Snapshot| {
            s.status() == Some(&SnapshotStatus::Completed)
        };
        let mut warnings = vec![describe::DELETE_WARNING.to_owned()];
        if completed(&&snapshot) && siblings.iter().filter(completed).count() == 1 {
            warnings.insert(0, describe::LAST_ONE_WARNING.to_owned());
        }
        let automatic = snapshot.r#type() == Some(&SnapshotType::Auto);
        let kind = Check::rule(
            "Snapshot type",
            match (automatic, request.is_set(AUTOMATIC)) {
                (false, _) => Ok("Manual".to_owned()),
                (true, true) => Ok("Auto, and asked for all the same".to_owned()),
                (true, false) => Err("AWS took it by itself and replaces it by itself".to_owned()),
            },
        );
        let kind = if automatic && !request.is_set(AUTOMATIC) {
            kind.way(Way::fill(
                &describe::INFO,
                DELETE,
                "delete it all the same",
                &[(AUTOMATIC, "")],
            ))
        } else {
            kind
        };
        let status = snapshot.status().map_or("", |s| s.as_str());
        let state = Check::rule(
            "Snapshot status",
            if snapshot.status() == Some(&SnapshotStatus::Creating) {
                Err(
                    "it is still being created; delete it once it is Completed or Failed"
                        .to_owned(),
                )
            } else {
                Ok(status.to_owned())
            },
        )
        .decided_by_aws();
        let mut facts = snapshot_facts(&snapshot, self.clock.now());
        facts.extend(directory_facts(&directory));
        Ok(Assessment {
            facts,
            gauge: None,
            warnings,
            checks: vec![kind, state],
            confirmation: Confirmation::Ask {
                id: request.target.clone(),
            },
            duration: None,
            documents: Vec::new(),
            equivalent: aws_line(
                "ds",
                "delete-snapshot",
                &[("snapshot-id", Some(&request.target))],
                &request.place,
            ),
        })
    }

    fn region(&self, directory: &DirectoryDescription) -> Check {
        let here = self.place.region.as_str();
        let primary = directory
            .regions_info()
            .and_then(|r| r.primary_region())
            .unwrap_or(here);
        Check::rule(
            "Region",
            if primary == here {
                Ok(here.to_owned())
            } else {
                Err(describe::not_primary(primary))
            },
        )
    }
}

fn snapshottable(directory: &DirectoryDescription) -> Check {
    let kind = directory.r#type().map_or("", |k| k.as_str());
    let owner = directory
        .owner_directory_description()
        .and_then(|o| o.account_id().zip(o.directory_id()));
    Check::rule(
        "Directory type",
        describe::no_snapshots_because(kind, owner)
            .map_or_else(|| Ok(describe::type_name(kind).to_owned()), Err),
    )
}

fn stage(directory: &DirectoryDescription, allowed: &[&str]) -> Check {
    let stage = directory.stage().map_or("", |s| s.as_str());
    Check::state(
        "Directory stage",
        if allowed.contains(&stage) {
            Ok(stage.to_owned())
        } else {
            Err(describe::not_active(stage, allowed[0]))
        },
    )
}

fn directory_facts(d: &DirectoryDescription) -> Vec<(&'static str, String)> {
    let id = d.directory_id().unwrap_or_default();
    let kind = d.r#type().map_or("", |k| k.as_str());
    vec![
        (
            "Directory",
            format!("{id}  {}", d.name().unwrap_or_default()),
        ),
        ("Type", describe::type_name(kind).to_owned()),
    ]
}

fn snapshot_facts(
    s: &aws_sdk_directory::types::Snapshot,
    now: jiff::Timestamp,
) -> Vec<(&'static str, String)> {
    let kind = s.r#type().map_or("", |k| k.as_str());
    let mut facts = vec![(
        "Snapshot",
        format!("{}  {kind}", s.snapshot_id().unwrap_or_default()),
    )];
    if let Some(name) = s.name().filter(|name| !name.is_empty()) {
        facts.push(("Description", name.to_owned()));
    }
    if let Some(at) = s.start_time().and_then(moment) {
        facts.push((
            "Taken",
            format!("{} UTC, {} ago", time::stamp(at), time::age(at, now)),
        ));
    }
    facts
}
