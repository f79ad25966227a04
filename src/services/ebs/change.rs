//! The calls that change something: as they are sent, and, with `DryRun`, as they are asked about.
//!
//! Invariants: whatever is made carries the operation's id as a tag from the start, which EC2 sets
//! together with the resource or not at all; what takes a client token gets the operation's id.

use aws_sdk_ec2::{
    operation::{
        create_replace_root_volume_task::builders::CreateReplaceRootVolumeTaskFluentBuilder as ReplaceRoot,
        create_snapshot::builders::CreateSnapshotFluentBuilder as CreateSnapshot,
        create_snapshots::builders::CreateSnapshotsFluentBuilder as CreateSnapshots,
        create_volume::builders::CreateVolumeFluentBuilder as CreateVolume,
        delete_snapshot::builders::DeleteSnapshotFluentBuilder as DeleteSnapshot,
    },
    types::{
        CopyTagsFromSource, InstanceSpecification, ResourceType, Tag, TagSpecification, VolumeType,
    },
};
use aws_types::request_id::RequestId;

use super::{
    Ebs, attach,
    bin::RECOVER,
    classify,
    copy::{COPY, TO_REGION},
    forms::{
        COPY_TAGS, CREATE, CREATE_SET, DELETE, DELETE_REPLACED, DESCRIPTION, EXCLUDE, EXCLUDE_BOOT,
        INSTANCE, IOPS, KMS_KEY, OPERATION_TAG, RATE, REPLACE_ROOT, RESTORE, SIZE, TAGS,
        THROUGHPUT, TYPE, ZONE, tag_parts,
    },
    schedules,
    tags::{self, TAG, UNTAG},
    tiers::{ARCHIVE, UNARCHIVE},
    watch,
};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        form::Request,
        lifecycle::Accepted,
        operation::Operation,
    },
    services::refusal,
};

/// The user's tags, with the operation's where there is one.
pub(super) fn tagged(
    request: &Request,
    kind: ResourceType,
    operation: Option<&str>,
) -> Option<Vec<TagSpecification>> {
    let own = operation.map(|id| (OPERATION_TAG, id));
    let tags: Vec<Tag> = request
        .many(TAGS)
        .iter()
        .map(|text| tag_parts(text))
        .chain(own)
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect();
    (!tags.is_empty()).then(|| {
        vec![
            TagSpecification::builder()
                .resource_type(kind)
                .set_tags(Some(tags))
                .build(),
        ]
    })
}

/// What is changed, where the target alone does not tell one request from another that has nothing to
/// do with it: a snapshot is copied to several Regions, restored in several zones, and has several
/// tags.
pub(super) fn subject(request: &Request) -> Option<String> {
    let apart = match request.action.as_str() {
        COPY => format!("to {}", request.text(TO_REGION)?),
        RESTORE => format!("in {}", request.text(ZONE)?),
        TAG | UNTAG => tags::keys(request),
        action if schedules::owns(action) => schedules::goes_by(request)?,
        _ => return None,
    };
    Some(format!("{} {apart}", request.target))
}

fn number(request: &Request, key: &str) -> Option<i32> {
    request.text(key).and_then(|text| text.parse().ok())
}

impl Ebs {
    pub(super) fn create_snapshot(
        &self,
        request: &Request,
        operation: Option<&str>,
    ) -> CreateSnapshot {
        self.changing
            .create_snapshot()
            .volume_id(&request.target)
            .set_description(request.text(DESCRIPTION).map(str::to_owned))
            .set_tag_specifications(tagged(request, ResourceType::Snapshot, operation))
    }

    pub(super) fn create_snapshots(
        &self,
        request: &Request,
        operation: Option<&str>,
    ) -> CreateSnapshots {
        let excluded = request.many(EXCLUDE).to_vec();
        let instance = InstanceSpecification::builder()
            .instance_id(&request.target)
            .set_exclude_boot_volume(request.is_set(EXCLUDE_BOOT).then_some(true))
            .set_exclude_data_volume_ids((!excluded.is_empty()).then_some(excluded))
            .build();
        self.changing
            .create_snapshots()
            .instance_specification(instance)
            .set_description(request.text(DESCRIPTION).map(str::to_owned))
            .set_copy_tags_from_source(
                request
                    .is_set(COPY_TAGS)
                    .then_some(CopyTagsFromSource::Volume),
            )
            .set_tag_specifications(tagged(request, ResourceType::Snapshot, operation))
    }

    pub(super) fn create_volume(&self, request: &Request, operation: Option<&str>) -> CreateVolume {
        let key = request.text(KMS_KEY).map(str::to_owned);
        self.changing
            .create_volume()
            .snapshot_id(&request.target)
            .set_availability_zone(request.text(ZONE).map(str::to_owned))
            .set_size(number(request, SIZE))
            .set_volume_type(request.text(TYPE).map(VolumeType::from))
            .set_iops(number(request, IOPS))
            .set_throughput(number(request, THROUGHPUT))
            .set_volume_initialization_rate(number(request, RATE))
            .set_encrypted(key.is_some().then_some(true))
            .set_kms_key_id(key)
            .set_client_token(operation.map(str::to_owned))
            .set_tag_specifications(tagged(request, ResourceType::Volume, operation))
    }

    pub(super) fn replace_root(&self, request: &Request, operation: Option<&str>) -> ReplaceRoot {
        self.changing
            .create_replace_root_volume_task()
            .set_instance_id(request.text(INSTANCE).map(str::to_owned))
            .snapshot_id(&request.target)
            .delete_replaced_root_volume(request.is_set(DELETE_REPLACED))
            .set_client_token(operation.map(str::to_owned))
            .set_tag_specifications(tagged(
                request,
                ResourceType::ReplaceRootVolumeTask,
                operation,
            ))
    }

    pub(super) fn delete_snapshot(&self, request: &Request) -> DeleteSnapshot {
        self.changing.delete_snapshot().snapshot_id(&request.target)
    }

    /// Sends the request of an operation, once.
    pub(super) async fn send(&self, operation: &Operation) -> Result<Accepted, Failure> {
        let request = &operation.request;
        let id = operation.id.as_str();
        let doing = |name: &str| format!("{name} on {} in {}", request.target, self.place.region);
        let unnamed = |name: &str| {
            Failure::new(
                FailureKind::ReplyLost,
                doing(name),
                "AWS's answer does not name what it made",
            )
        };
        match request.action.as_str() {
            CREATE => {
                let reply = self.create_snapshot(request, Some(id)).send().await;
                let reply = reply
                    .map_err(|error| refusal::failure(&error, doing("CreateSnapshot"), classify))?;
                let made = reply
                    .snapshot_id()
                    .ok_or_else(|| unnamed("CreateSnapshot"))?
                    .to_owned();
                Ok(watch::snapshots_accepted(
                    &[made],
                    self.clock.now(),
                    reply.request_id(),
                ))
            }
            CREATE_SET => {
                let reply = self.create_snapshots(request, Some(id)).send().await;
                let reply = reply.map_err(|error| {
                    refusal::failure(&error, doing("CreateSnapshots"), classify)
                })?;
                let made: Vec<String> = reply
                    .snapshots()
                    .iter()
                    .filter_map(|s| s.snapshot_id())
                    .map(str::to_owned)
                    .collect();
                if made.is_empty() {
                    return Err(unnamed("CreateSnapshots"));
                }
                Ok(watch::snapshots_accepted(
                    &made,
                    self.clock.now(),
                    reply.request_id(),
                ))
            }
            RESTORE if operation.step == attach::STEP => self.attach(operation).await,
            RESTORE => {
                let reply = self.create_volume(request, Some(id)).send().await;
                let reply = reply
                    .map_err(|error| refusal::failure(&error, doing("CreateVolume"), classify))?;
                let made = reply.volume_id().ok_or_else(|| unnamed("CreateVolume"))?;
                Ok(watch::volume_accepted(
                    made,
                    request,
                    self.clock.now(),
                    reply.request_id(),
                ))
            }
            REPLACE_ROOT => {
                let reply = self.replace_root(request, Some(id)).send().await;
                let reply = reply.map_err(|error| {
                    refusal::failure(&error, doing("CreateReplaceRootVolumeTask"), classify)
                })?;
                let task = reply
                    .replace_root_volume_task()
                    .and_then(|task| task.replace_root_volume_task_id());
                let task = task.ok_or_else(|| unnamed("CreateReplaceRootVolumeTask"))?;
                Ok(watch::task_accepted(
                    task,
                    self.clock.now(),
                    reply.request_id(),
                ))
            }
            DELETE => {
                let reply = self.delete_snapshot(request).send().await;
                let reply = reply
                    .map_err(|error| refusal::failure(&error, doing("DeleteSnapshot"), classify))?;
                let request_id = reply.request_id().map(str::to_owned);
                let stage = self.whereabouts(&request.target).await;
                Ok(watch::done(&request.target, stage, request_id))
            }
            COPY => self.copy(operation).await,
            TAG | UNTAG => self.change_tags(request).await,
            ARCHIVE | UNARCHIVE => self.change_tier(request).await,
            RECOVER => self.recover(operation).await,
            action if schedules::owns(action) => self.change_schedule(operation).await,
            other => Err(Failure::new(
                FailureKind::Internal,
                "",
                format!("EBS has no action '{other}'"),
            )),
        }
    }
}
