//! What would follow from taking, restoring or deleting a snapshot, and whether it is permitted.
//!
//! Every call is first made with `DryRun`: EC2 then says whether the identity may make it, and whether
//! its parameters have the right form, and does nothing.

use aws_sdk_ec2::types::{Instance, Snapshot, Volume};

use super::{
    Ebs, attach,
    bin::RECOVER,
    copy::COPY,
    facts::{instance_facts, snapshot_facts, volume_facts},
    filter,
    forms::{
        COPY_TAGS, CREATE, CREATE_SET, DELETE, DELETE_REPLACED, DESCRIPTION, EXCLUDE, EXCLUDE_BOOT,
        INSTANCE, IOPS, KMS_KEY, RATE, REPLACE_ROOT, RESTORE, SIZE, THROUGHPUT, TYPE, ZONE,
        tag_list,
    },
    schedules,
    tags::{TAG, UNTAG, too_many},
    tiers::{ARCHIVE, UNARCHIVE},
};
use crate::{
    domain::{
        assessment::{Assessment, Check, Confirmation},
        failure::{Failure, FailureKind},
        form::Request,
        words::either,
    },
    services::equivalent::aws_line,
};

/// Snapshots of one volume that may be pending at once; one for the throughput types.
fn most_pending(volume_type: &str) -> usize {
    if matches!(volume_type, "st1" | "sc1") {
        1
    } else {
        5
    }
}

impl Ebs {
    pub(super) async fn assess_request(&self, request: &Request) -> Result<Assessment, Failure> {
        match request.action.as_str() {
            CREATE => self.assess_create(request).await,
            CREATE_SET => self.assess_set(request).await,
            RESTORE => self.assess_restore(request).await,
            REPLACE_ROOT => self.assess_replace(request).await,
            DELETE => self.assess_delete(request).await,
            COPY => self.assess_copy(request).await,
            TAG => self.assess_tag(request).await,
            UNTAG => self.assess_untag(request).await,
            ARCHIVE => self.assess_archive(request).await,
            UNARCHIVE => self.assess_unarchive(request).await,
            RECOVER => self.assess_recover(request).await,
            action if schedules::owns(action) => self.assess_schedule(request).await,
            other => Err(Failure::new(
                FailureKind::Internal,
                "",
                format!("EBS has no action '{other}'"),
            )),
        }
    }

    pub(super) async fn volume(&self, id: &str) -> Result<Volume, Failure> {
        let mut found = None;
        self.volumes(vec![filter("volume-id", vec![id.to_owned()])], |page| {
            found = page.into_iter().next().or(found.take());
        })
        .await?;
        found.ok_or_else(|| self.not_found("volume", id))
    }

    pub(super) async fn instance(&self, id: &str) -> Result<Instance, Failure> {
        let mut found = None;
        self.instances(vec![filter("instance-id", vec![id.to_owned()])], |page| {
            found = page.into_iter().next().or(found.take());
        })
        .await?;
        found.ok_or_else(|| self.not_found("instance", id))
    }

    pub(super) async fn snapshot(&self, id: &str) -> Result<Snapshot, Failure> {
        let one = vec![filter("snapshot-id", vec![id.to_owned()])];
        let mut found = None;
        self.snapshot_pages_of(&self.reading, one, None, |page| {
            found = found.take().or(page.into_iter().next());
        })
        .await?;
        found.ok_or_else(|| self.not_found("snapshot", id))
    }

    async fn assess_create(&self, request: &Request) -> Result<Assessment, Failure> {
        let volume = self.volume(&request.target).await?;
        let kind = volume.volume_type().map_or("", |kind| kind.as_str());
        let (pending, most) = (self.pending(&request.target).await?, most_pending(kind));
        let waiting = if pending < most {
            format!("{pending} of at most {most} on this volume")
        } else {
            format!(
                "{pending} of at most {most} on this volume; AWS refuses this one until one has ended, and snapdeck waits for that"
            )
        };
        let asked = self
            .create_snapshot(request, None)
            .dry_run(true)
            .send()
            .await;
        Ok(Assessment {
            facts: volume_facts(&volume),
            gauge: None,
            warnings: Vec::new(),
            checks: (too_many(request).into_iter())
                .chain([
                    usable(&volume),
                    Check::rule("Pending snapshots", Ok(waiting)),
                    self.permission(asked.err()).await,
                ])
                .collect(),
            confirmation: Confirmation::Button,
            duration: Some(
                "taken at once; copied in minutes to hours, by the data that changed".to_owned(),
            ),
            documents: Vec::new(),
            equivalent: aws_line(
                "ec2",
                "create-snapshot",
                &[
                    ("volume-id", Some(&request.target)),
                    ("description", request.text(DESCRIPTION)),
                    (
                        "tag-specifications",
                        tag_list("snapshot", request).as_deref(),
                    ),
                ],
                &request.place,
            ),
        })
    }

    async fn assess_set(&self, request: &Request) -> Result<Assessment, Failure> {
        let instance = self.instance(&request.target).await?;
        let volumes = self.attached(&request.target).await?;
        let asked = self
            .create_snapshots(request, None)
            .dry_run(true)
            .send()
            .await;
        let specification = specification(request);
        let mut facts = instance_facts(&instance);
        facts.push(("Volumes", volumes.join(", ")));
        Ok(Assessment {
            facts,
            gauge: None,
            warnings: vec!["All snapshots are of the same moment. If one fails, the others end in error with it: they are one set.".to_owned()],
            checks: (too_many(request).into_iter())
                .chain([
                instance_state(&instance, &["running", "stopped", "stopping"]),
                Check::rule("Volumes", if volumes.is_empty() { Err("the instance has no EBS volumes".to_owned()) } else { Ok(volumes.len().to_string()) }),
                self.permission(asked.err()).await,
                ])
                .collect(),
            confirmation: Confirmation::Button,
            duration: Some("taken at once; copied in minutes to hours, by the data that changed".to_owned()),
            documents: Vec::new(),
            equivalent: aws_line(
                "ec2",
                "create-snapshots",
                &[("instance-specification", Some(&specification)), ("description", request.text(DESCRIPTION)), ("tag-specifications", tag_list("snapshot", request).as_deref()), ("copy-tags-from-source", request.is_set(COPY_TAGS).then_some("volume"))],
                &request.place,
            ),
        })
    }

    async fn assess_restore(&self, request: &Request) -> Result<Assessment, Failure> {
        let snapshot = self.snapshot(&request.target).await?;
        let least = snapshot.volume_size().unwrap_or_default();
        let size = request.text(SIZE).and_then(|text| text.parse::<i32>().ok());
        let permission = if request.text(ZONE).is_some() {
            let asked = self.create_volume(request, None).dry_run(true).send().await;
            self.permission(asked.err()).await
        } else {
            Check::unknown("Permission", "asked once the Availability Zone is given")
        };
        let mut warnings = Vec::new();
        if let Some((instance, _)) = attach::wanted(request) {
            warnings.push(format!("The volume is attached to {instance} once it is available, by a snapdeck that watches: the console, --wait, or 'snapdeck operations wait'."));
        }
        let mut checks: Vec<Check> = too_many(request).into_iter().collect();
        checks.extend([
            restorable(&snapshot),
            Check::rule(
                "Size",
                match size {
                    Some(size) if size < least => Err(format!(
                        "{size} GiB is less than the snapshot's {least} GiB"
                    )),
                    size => Ok(format!("{} GiB", size.unwrap_or(least))),
                },
            )
            .refuses_as(FailureKind::Invalid),
            permission,
        ]);
        checks.extend(self.attachable(request).await?);
        let create = aws_line(
            "ec2",
            "create-volume",
            &[
                ("snapshot-id", Some(&request.target)),
                ("availability-zone", request.text(ZONE)),
                ("size", request.text(SIZE)),
                ("volume-type", request.text(TYPE)),
                ("iops", request.text(IOPS)),
                ("throughput", request.text(THROUGHPUT)),
                ("volume-initialization-rate", request.text(RATE)),
                ("encrypted", request.text(KMS_KEY).map(|_| "")),
                ("kms-key-id", request.text(KMS_KEY)),
                ("tag-specifications", tag_list("volume", request).as_deref()),
            ],
            &request.place,
        );
        Ok(Assessment {
            facts: snapshot_facts(&snapshot, self.clock.now()),
            gauge: None,
            warnings,
            checks,
            confirmation: Confirmation::Button,
            duration: Some("usable in seconds; the first read of each block is slow".to_owned()),
            documents: Vec::new(),
            equivalent: attach::equivalent(&create, request),
        })
    }

    async fn assess_replace(&self, request: &Request) -> Result<Assessment, Failure> {
        let snapshot = self.snapshot(&request.target).await?;
        let Some(id) = request.text(INSTANCE) else {
            return Ok(Assessment {
                facts: snapshot_facts(&snapshot, self.clock.now()),
                gauge: None,
                warnings: Vec::new(),
                checks: vec![Check::rule(
                    "Instance",
                    Err("give the instance whose root volume is to be replaced".to_owned()),
                )],
                confirmation: Confirmation::Button,
                duration: None,
                documents: Vec::new(),
                equivalent: aws_line(
                    "ec2",
                    "create-replace-root-volume-task",
                    &[("snapshot-id", Some(&request.target))],
                    &request.place,
                ),
            });
        };
        let instance = self.instance(id).await?;
        let root = super::convert::root_volume(&instance);
        let lineage = match (root.as_deref(), snapshot.volume_id()) {
            (Some(root), Some(of)) if root == of => Check::rule(
                "Lineage",
                Ok(format!("a snapshot of its root volume {root}")),
            ),
            (Some(root), Some(of)) => Check::unknown(
                "Lineage",
                format!(
                    "the snapshot is of {of} and the root volume is {root}; AWS refuses it unless one descends from the other"
                ),
            ),
            _ => Check::unknown("Lineage", "AWS does not say which volume is the root"),
        };
        let asked = self.replace_root(request, None).dry_run(true).send().await;
        let old = root.as_deref().unwrap_or("the present root volume");
        let mut facts = instance_facts(&instance);
        facts.extend(snapshot_facts(&snapshot, self.clock.now()));
        Ok(Assessment {
            facts,
            gauge: None,
            warnings: vec![
                format!("The instance {id} reboots at once, whatever its termination or stop protection says. What is only in memory is lost."),
                "Everything written to the root volume since the snapshot is gone from the instance.".to_owned(),
                if request.is_set(DELETE_REPLACED) {
                    format!("The replaced volume {old} is deleted once this has succeeded: there is no way back.")
                } else {
                    format!("The replaced volume {old} stays, detached and billed: it is the way back.")
                },
            ],
            checks: vec![restorable(&snapshot), instance_state(&instance, &["running"]), lineage, self.permission(asked.err()).await],
            confirmation: Confirmation::Type { noun: "instance", id: id.to_owned() },
            duration: Some("a reboot".to_owned()),
            documents: Vec::new(),
            equivalent: aws_line(
                "ec2",
                "create-replace-root-volume-task",
                &[
                    ("instance-id", Some(id)),
                    ("snapshot-id", Some(&request.target)),
                    ("delete-replaced-root-volume", request.is_set(DELETE_REPLACED).then_some("")),
                ],
                &request.place,
            ),
        })
    }

    async fn assess_delete(&self, request: &Request) -> Result<Assessment, Failure> {
        let snapshot = self.snapshot(&request.target).await?;
        let backup = snapshot
            .tags()
            .iter()
            .any(|tag| tag.key() == Some("aws:backup:source-resource"));
        let asked = self.delete_snapshot(request).dry_run(true).send().await;
        Ok(Assessment {
            facts: snapshot_facts(&snapshot, self.clock.now()),
            gauge: None,
            warnings: vec!["The snapshot is gone for good, unless a rule of the Recycle Bin keeps it for a while.".to_owned()],
            checks: vec![
                self.images(&request.target).await,
                self.lock(&request.target).await,
                Check::rule(
                    "Owner",
                    if backup {
                        Err("AWS Backup made it and alone can delete it: use the AWS Backup console".to_owned())
                    } else {
                        Ok("not managed by AWS Backup".to_owned())
                    },
                ),
                self.permission(asked.err()).await,
            ],
            confirmation: Confirmation::Ask { id: request.target.clone() },
            duration: None,
            documents: Vec::new(),
            equivalent: aws_line("ec2", "delete-snapshot", &[("snapshot-id", Some(&request.target))], &request.place),
        })
    }
}

/// Which volumes of an instance are meant, in the AWS command line's shorthand.
fn specification(request: &Request) -> String {
    let mut words = vec![format!("InstanceId={}", request.target)];
    if request.is_set(EXCLUDE_BOOT) {
        words.push("ExcludeBootVolume=true".to_owned());
    }
    let excluded = request.many(EXCLUDE);
    if !excluded.is_empty() {
        words.push(format!("ExcludeDataVolumeIds={}", excluded.join(",")));
    }
    words.join(",")
}

fn usable(volume: &Volume) -> Check {
    let state = volume.state().map_or("", |state| state.as_str());
    Check::state(
        "Volume state",
        if matches!(state, "available" | "in-use") {
            Ok(state.to_owned())
        } else {
            Err(format!(
                "the volume is {state}, and must be available or in-use"
            ))
        },
    )
}

pub(super) fn instance_state(instance: &Instance, allowed: &[&str]) -> Check {
    let state = instance
        .state()
        .and_then(|state| state.name())
        .map_or("", |name| name.as_str());
    Check::state(
        "Instance state",
        if allowed.contains(&state) {
            Ok(state.to_owned())
        } else {
            Err(format!(
                "the instance is {state}, and must be {}",
                either(allowed)
            ))
        },
    )
}

pub(super) fn restorable(snapshot: &Snapshot) -> Check {
    let state = snapshot.state().map_or("", |state| state.as_str());
    let tier = snapshot
        .storage_tier()
        .map_or("standard", |tier| tier.as_str());
    Check::state(
        "Snapshot",
        match (state, tier) {
            ("completed", "standard") => Ok("completed".to_owned()),
            ("completed", tier) => Err(format!(
                "it is in the {tier} tier: restore it from there first, which takes up to 72 hours"
            )),
            (state, _) => Err(format!(
                "it is {state}, and only a completed one can be restored"
            )),
        },
    )
}
