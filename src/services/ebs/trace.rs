//! Finding the trace of a request whose reply was lost.
//!
//! What an operation makes carries its id as a tag, so its trace is one filtered call away.

use aws_sdk_ec2::types::ReplaceRootVolumeTask;

use super::{
    Ebs, attach,
    bin::RECOVER,
    copy::COPY,
    forms::{CREATE, CREATE_SET, DELETE, INSTANCE, OPERATION_TAG, REPLACE_ROOT, RESTORE},
    schedules,
    tags::{TAG, UNTAG},
    tiers::{ARCHIVE, UNARCHIVE},
    watch::{done, snapshots_accepted, task_accepted, volume_accepted},
};
use crate::{
    domain::{failure::Failure, operation::Operation},
    services::Trace,
};

impl Ebs {
    /// Looks for the trace of an operation.
    pub(super) async fn look_for(&self, operation: &Operation) -> Result<Trace, Failure> {
        let request = &operation.request;
        let (id, now) = (operation.id.to_string(), self.clock.now());
        let tag = format!("tag:{OPERATION_TAG}");
        let tagged = || format!("it carries the tag {OPERATION_TAG}={id}");
        let none = |what: &str, advice: &str| Trace::None {
            looked_at: format!("no {what} carries the tag {OPERATION_TAG}={id}"),
            advice: advice.to_owned(),
        };
        Ok(match request.action.as_str() {
            CREATE | CREATE_SET => {
                let made = self.snapshots_by(&tag, std::slice::from_ref(&id)).await?;
                let made: Vec<String> = made.into_iter().filter_map(|s| s.snapshot_id).collect();
                if made.is_empty() {
                    none(
                        "snapshot",
                        "Look at the volume's snapshots before you take another one.",
                    )
                } else {
                    Trace::Found {
                        accepted: snapshots_accepted(&made, now, None),
                        how: tagged(),
                    }
                }
            }
            RESTORE if operation.step == attach::STEP => {
                self.look_for_attachment(operation).await?
            }
            RESTORE => match &self.volumes_by(&tag, std::slice::from_ref(&id)).await?[..] {
                [] => none(
                    "volume",
                    "Look at the volumes of the Availability Zone before you restore again.",
                ),
                [volume, ..] => Trace::Found {
                    accepted: volume_accepted(
                        volume.volume_id().unwrap_or_default(),
                        request,
                        now,
                        None,
                    ),
                    how: tagged(),
                },
            },
            REPLACE_ROOT => {
                let tasks = self.root_tasks(request.text(INSTANCE), Vec::new()).await?;
                let ours = |t: &&ReplaceRootVolumeTask| {
                    t.tags()
                        .iter()
                        .any(|tag| tag.key() == Some(OPERATION_TAG) && tag.value() == Some(&id))
                };
                match tasks
                    .iter()
                    .find(ours)
                    .and_then(|task| task.replace_root_volume_task_id())
                {
                    Some(task) => Trace::Found {
                        accepted: task_accepted(task, now, None),
                        how: tagged(),
                    },
                    None => none(
                        "replacement task",
                        "Look at the instance before you ask for the replacement again.",
                    ),
                }
            }
            DELETE => {
                if self
                    .snapshots_by("snapshot-id", std::slice::from_ref(&request.target))
                    .await?
                    .is_empty()
                {
                    Trace::Found {
                        accepted: done(
                            &request.target,
                            self.whereabouts(&request.target).await,
                            None,
                        ),
                        how: format!("AWS lists {} no more", request.target),
                    }
                } else {
                    Trace::None {
                        looked_at: format!("AWS still lists {}", request.target),
                        advice: "Look at the snapshot; deleting it again does no harm.".to_owned(),
                    }
                }
            }
            COPY => self.look_for_copy(operation).await?,
            TAG | UNTAG => self.look_for_tags(request).await?,
            ARCHIVE | UNARCHIVE => self.look_for_tier(operation).await?,
            RECOVER => self.look_for_recovered(request).await?,
            action if schedules::owns(action) => self.look_for_schedule(operation).await?,
            other => Trace::None {
                looked_at: format!("this version does not know '{other}'"),
                advice: "Use a newer version.".to_owned(),
            },
        })
    }
}
