//! `CreateReplaceRootVolumeTask` and `DescribeReplaceRootVolumeTasks`.
//!
//! Invariants: an instance has one open task at most. What the end of a task does (the old root
//! volume leaves, the new one takes its place) is planned when it begins.

use std::sync::Arc;

use jiff::Timestamp;

use super::touched::may_tag;
use super::volume_checks;
use super::volumes::{remember, repeated, token_use};
use crate::sandbox::clock::later;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::services::ec2::filter::Filters;
use crate::sandbox::services::ec2::id::{
    ImageId, InstanceId, ReplaceRootVolumeTask, SnapshotId, TaskId, VolumeId,
};
use crate::sandbox::services::ec2::instance::Instance;
use crate::sandbox::services::ec2::paging::{Paging, Sizes};
use crate::sandbox::services::ec2::parameters::Parameters;
use crate::sandbox::services::ec2::refusals::{combination, incorrect_state, invalid, not_found};
use crate::sandbox::services::ec2::root_task::{self, BOOTING, ReplaceRootTask};
use crate::sandbox::services::ec2::show;
use crate::sandbox::services::ec2::store::{Ebs, Made};
use crate::sandbox::services::ec2::tags::{self, Tags};
use crate::sandbox::services::ec2::vocabulary::VolumeState;
use crate::sandbox::services::ec2::volume::{Attachment, Volume};
use crate::sandbox::texts::ec2 as texts;
use crate::sandbox::word::Word as _;

/// Where the new root volume comes from.
#[derive(Debug, Clone, Copy)]
enum Source {
    /// The launch state.
    Launch,
    Snapshot(SnapshotId),
    Image(ImageId),
    Volume(VolumeId),
}

pub(super) fn create(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let instance: InstanceId = parameters.required_id("InstanceId")?;
    let source = source(&parameters)?;
    let deletes = parameters
        .flag("DeleteReplacedRootVolume")?
        .unwrap_or_default();
    let rate = parameters.number_in("VolumeInitializationRate", 100..=300)?;
    let tags = tags::specified::<ReplaceRootVolumeTask>(&parameters)?;
    let token = token_use(&parameters)?;
    may_tag::<ReplaceRootVolumeTask>(context, &tags)?;
    parameters.dry_run()?;

    let now = context.now;
    let ebs = &mut context.world.ebs;
    if let Some(token) = &token
        && let Some(Made::Task(id)) = repeated(ebs, token, &parameters)?
    {
        let task = ebs.tasks.get(id).ok_or_else(|| not_found(id))?.clone();
        return answer(context, &task);
    }
    let plan = plan(ebs, instance, source, &context.call.region, now)?;
    let id = begin(
        ebs,
        plan,
        Wishes {
            deletes,
            rate,
            tags,
        },
        now,
    );
    if let Some(token) = token {
        remember(ebs, token, &parameters, Made::Task(id));
    }
    tracing::debug!(%instance, task = %id, "replacement of the root volume begun");
    let task = context
        .world
        .ebs
        .tasks
        .get(id)
        .ok_or_else(|| not_found(id))?
        .clone();
    answer(context, &task)
}

fn answer(context: &Context<'_>, task: &ReplaceRootTask) -> Result<Reply, Refusal> {
    show::reply(context, |xml| {
        xml.element("replaceRootVolumeTask", |xml| {
            show::task(xml, task, context.now);
        });
    })
}

fn source(parameters: &Parameters<'_>) -> Result<Source, Refusal> {
    let snapshot = parameters.id("SnapshotId")?;
    let image = parameters.id("ImageId")?;
    let volume = parameters.id("VolumeId")?;
    match (snapshot, image, volume) {
        (None, None, None) => Ok(Source::Launch),
        (Some(id), None, None) => Ok(Source::Snapshot(id)),
        (None, Some(id), None) => Ok(Source::Image(id)),
        (None, None, Some(id)) => Ok(Source::Volume(id)),
        _ => Err(combination(texts::ONE_SOURCE.plain())),
    }
}

/// What a task will do, all of which was found possible.
struct Plan {
    instance: Instance,
    /// The root volume and its attachment.
    old: Volume,
    held: Attachment,
    /// An available volume, or none: a new one of this snapshot.
    ready: Option<VolumeId>,
    snapshot: Option<SnapshotId>,
    image: Option<ImageId>,
}

fn plan(
    ebs: &Ebs,
    id: InstanceId,
    source: Source,
    region: &str,
    now: Timestamp,
) -> Result<Plan, Refusal> {
    let instance = ebs.instance(id, region).ok_or_else(|| not_found(id))?;
    let text = id.to_string();
    if !instance.is_running() {
        let text = texts::INSTANCE_STATE.with(&[&text, instance.state.name()]);
        return Err(Refusal::client("IncorrectInstanceState", text));
    }
    // Of bare metal instances, AWS supports only those of Macs.
    if instance.kind.contains(".metal") && !instance.kind.starts_with("mac") {
        let text = texts::BARE_METAL.with(&[&text, &instance.kind]);
        return Err(Refusal::client("UnsupportedOperation", text));
    }
    if ebs
        .tasks
        .iter()
        .any(|task| task.instance == id && task.is_open(now))
    {
        return Err(incorrect_state(texts::TASK_RUNNING, &[&text]));
    }
    let no_root = || incorrect_state(texts::NO_ROOT, &[&text]);
    let old = ebs.root_volume(instance, now).ok_or_else(no_root)?;
    let held = old.attachment(id, now).ok_or_else(no_root)?;
    let mut plan = Plan {
        instance: instance.clone(),
        old: old.clone(),
        held: held.clone(),
        ready: None,
        snapshot: None,
        image: None,
    };
    match source {
        Source::Launch => plan.snapshot = old.snapshot,
        Source::Snapshot(snapshot) => {
            let found = volume_checks::snapshot(ebs, snapshot, region, now)?;
            if found.lineage != Some(old.lineage) {
                let arguments = [&*snapshot.to_string(), &*text];
                return Err(invalid(texts::NOT_OF_LINEAGE.with(&arguments)));
            }
            plan.snapshot = Some(snapshot);
        }
        Source::Image(image) => {
            let found = ebs.image(image, region).ok_or_else(|| not_found(image))?;
            let device = found.devices.first().filter(|device| {
                ebs.snapshots
                    .get(device.snapshot)
                    .is_some_and(|found| found.size <= old.size)
            });
            let arguments = [&*image.to_string(), &*text];
            let device = device.ok_or_else(|| invalid(texts::IMAGE_MISMATCH.with(&arguments)))?;
            plan.snapshot = Some(device.snapshot);
            plan.image = Some(image);
        }
        Source::Volume(volume) => {
            let found = ebs
                .volume(volume, region, now)
                .ok_or_else(|| not_found(volume))?;
            if found.state(now) != VolumeState::Available || found.zone != old.zone {
                let arguments = [&*volume.to_string()];
                return Err(incorrect_state(texts::VOLUME_MISMATCH, &arguments));
            }
            if old.key.is_some() && found.key.is_none() {
                let arguments = [&*volume.to_string(), &*text];
                return Err(invalid(texts::ROOT_IS_ENCRYPTED.with(&arguments)));
            }
            plan.ready = Some(volume);
        }
    }
    Ok(plan)
}

/// What the request says besides the source.
struct Wishes {
    deletes: bool,
    rate: Option<u32>,
    tags: Tags,
}

fn begin(ebs: &mut Ebs, plan: Plan, wishes: Wishes, now: Timestamp) -> TaskId {
    let id = ebs.new_task_id();
    let new_root = plan.ready.unwrap_or_else(|| ebs.new_volume_id());
    let task = ReplaceRootTask::new(
        id,
        Arc::clone(&plan.instance.region),
        root_task::Asked {
            instance: plan.instance.id,
            snapshot: plan.snapshot,
            image: plan.image,
            old_root: plan.old.id,
            new_root,
            deletes_old_root: wishes.deletes,
            tags: wishes.tags,
        },
        now,
    );
    let (begins, ends) = (task.begins(), task.ends());
    let attachment = Attachment {
        began: ends,
        attached: ends,
        leaving: None,
        ..plan.held
    };
    if plan.ready.is_none() {
        // Type, size and all the rest are the old root volume's.
        let new = Volume {
            id: new_root,
            snapshot: plan.snapshot,
            fast_restored: false,
            initialization_rate: wishes.rate,
            tags: Tags::default(),
            created: begins,
            ready: begins,
            failed: None,
            deleting: None,
            deleted: None,
            attachments: Vec::new(),
            ..plan.old.clone()
        };
        ebs.volumes.push(new_root, new);
    }
    if let Some(new) = ebs.volumes.get_mut(new_root) {
        new.attachments.push(attachment);
    }
    if let Some(old) = ebs.volumes.get_mut(plan.old.id) {
        old.deleted = wishes.deletes.then_some(ends);
        if let Some(held) = old.attachment_mut(plan.instance.id, now) {
            held.leaving = Some((ends, ends));
        }
    }
    if let Some(instance) = ebs.instances.get_mut(plan.instance.id) {
        instance.reboots.push((begins, later(ends, BOOTING)));
    }
    ebs.tasks.push(id, task);
    id
}

pub(super) fn describe(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let ids: Vec<TaskId> = parameters.ids("ReplaceRootVolumeTaskId")?;
    let filters = Filters::of(&parameters, &["instance-id"])?;
    let named = (!ids.is_empty()).then_some("ReplaceRootVolumeTaskIds");
    let paging = Paging::of(&parameters, &Sizes::strict(1..=50), named)?;
    parameters.dry_run()?;

    let (ebs, now) = (&context.world.ebs, context.now);
    let is_seen = |task: &ReplaceRootTask| {
        task.region.as_ref() == context.call.region && ebs.is_visible(task.started, now)
    };
    for id in &ids {
        if !ebs.tasks.get(*id).is_some_and(is_seen) {
            return Err(not_found(*id));
        }
    }
    let page = paging.page(
        ebs.tasks
            .starting_at(paging.start)
            .filter(|(_, task)| is_seen(task) && (ids.is_empty() || ids.contains(&task.id))),
        |task| filters.take(&task.tags, |_| vec![task.instance.to_string()]),
    );
    show::reply(context, |xml| {
        xml.list("replaceRootVolumeTaskSet", page.items, |xml, task| {
            show::task(xml, task, now);
        });
        xml.optional("nextToken", page.next_token.as_deref());
    })
}
