//! `CreateSnapshot` and `CreateSnapshots`.
//!
//! Invariants: neither has a token for repeating it: sent twice, it is done twice. A set begins
//! as a whole or not at all.

use jiff::SignedDuration;

use super::touched::may_tag;
use crate::sandbox::clock::later;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::services::ec2::id::{EbsSnapshot, InstanceId, VolumeId};
use crate::sandbox::services::ec2::instance::Instance;
use crate::sandbox::services::ec2::parameters::Parameters;
use crate::sandbox::services::ec2::refusals::{
    combination, incorrect_state, invalid, invalid_value, not_found,
};
use crate::sandbox::services::ec2::show;
use crate::sandbox::services::ec2::snapshot::Snapshot;
use crate::sandbox::services::ec2::store::{Ebs, NewSnapshot};
use crate::sandbox::services::ec2::tags;
use crate::sandbox::services::ec2::vocabulary::{InstanceState, VolumeState};
use crate::sandbox::services::ec2::volume::Volume;
use crate::sandbox::texts::ec2 as texts;
use crate::sandbox::word::Word as _;

/// A volume's snapshots must be this far apart.
const BETWEEN: SignedDuration = SignedDuration::from_secs(15);
const MOST_EXCLUDED: usize = 40;

pub(super) fn one(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let volume: VolumeId = parameters.required_id("VolumeId")?;
    let description = parameters.description()?;
    parameters.in_the_region()?;
    let tags = tags::specified::<EbsSnapshot>(&parameters)?;
    may_tag::<EbsSnapshot>(context, &tags)?;
    parameters.dry_run()?;

    let now = context.now;
    let ebs = &mut context.world.ebs;
    let found = ebs
        .volume(volume, &context.call.region, now)
        .ok_or_else(|| not_found(volume))?;
    check_volume(ebs, found, now)?;
    ebs.remember_creation(volume, now);
    let new = NewSnapshot {
        volume,
        started: now,
        description,
        tags,
        set: None,
    };
    let id = ebs.begin_snapshot(new).ok_or_else(|| not_found(volume))?;
    tracing::debug!(%volume, snapshot = %id, "snapshot begun");
    let ebs = &context.world.ebs;
    let made = ebs.snapshots.get(id).ok_or_else(|| not_found(id))?;
    show::reply(context, |xml| show::snapshot(xml, ebs.ids, made, now))
}

/// May a snapshot of this volume begin now?
fn check_volume(ebs: &Ebs, volume: &Volume, now: jiff::Timestamp) -> Result<(), Refusal> {
    let id = volume.id.to_string();
    if !matches!(
        volume.state(now),
        VolumeState::Available | VolumeState::InUse
    ) {
        return Err(incorrect_state(texts::VOLUME_NOT_READY, &[&id]));
    }
    if ebs
        .last_creation(volume.id)
        .is_some_and(|last| now < later(last, BETWEEN))
    {
        let text = texts::SNAPSHOT_RATE.plain();
        return Err(Refusal::client(
            "SnapshotCreationPerVolumeRateExceeded",
            text,
        ));
    }
    if ebs.pending_count(volume.id, now) >= volume.kind.pending_limit() {
        let text = texts::SNAPSHOTS_PENDING.plain();
        return Err(Refusal::client("ConcurrentSnapshotLimitExceeded", text));
    }
    Ok(())
}

/// What a multi-volume snapshot leaves out.
struct Excluded {
    boot: bool,
    data: Vec<VolumeId>,
}

pub(super) fn several(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let instance: InstanceId = parameters.required_id("InstanceSpecification.InstanceId")?;
    let excluded = Excluded {
        boot: parameters
            .flag("InstanceSpecification.ExcludeBootVolume")?
            .unwrap_or_default(),
        data: parameters.ids("InstanceSpecification.ExcludeDataVolumeId")?,
    };
    if excluded.data.len() > MOST_EXCLUDED {
        return Err(invalid(texts::TOO_MANY_EXCLUDED.plain()));
    }
    let copies_tags = match parameters.text("CopyTagsFromSource") {
        None => false,
        Some("volume") => true,
        Some(other) => return Err(invalid_value(other, "CopyTagsFromSource")),
    };
    let description = parameters.description()?;
    parameters.in_the_region()?;
    let tags = tags::specified::<EbsSnapshot>(&parameters)?;
    may_tag::<EbsSnapshot>(context, &tags)?;
    parameters.dry_run()?;

    let now = context.now;
    let ebs = &mut context.world.ebs;
    let found = ebs
        .instance(instance, &context.call.region)
        .ok_or_else(|| not_found(instance))?;
    check_instance(found)?;
    let volumes = chosen(ebs, found, &excluded, now)?;
    let mut planned = Vec::new();
    for volume in volumes {
        check_volume(ebs, volume, now)?;
        let tags = if copies_tags {
            volume.tags.of_users().with(&tags)?
        } else {
            tags.clone()
        };
        planned.push(NewSnapshot {
            volume: volume.id,
            started: now,
            description: description.clone(),
            tags,
            set: None,
        });
    }
    for new in &planned {
        ebs.remember_creation(new.volume, now);
    }
    let made = ebs.begin_set(planned);
    tracing::debug!(%instance, snapshots = made.len(), "set of snapshots begun");
    let ebs = &context.world.ebs;
    let made: Vec<&Snapshot> = made
        .iter()
        .filter_map(|id| ebs.snapshots.get(*id))
        .collect();
    show::reply(context, |xml| {
        xml.list("snapshotSet", made, |xml, snapshot| {
            show::created_together(xml, snapshot, now);
        });
    })
}

fn check_instance(instance: &Instance) -> Result<(), Refusal> {
    let id = instance.id.to_string();
    if !matches!(
        instance.state,
        InstanceState::Running | InstanceState::Stopped
    ) {
        let text = texts::INSTANCE_STATE.with(&[&id, instance.state.name()]);
        return Err(Refusal::client("IncorrectInstanceState", text));
    }
    if instance.hibernates {
        let text = texts::HIBERNATION.with(&[&id]);
        return Err(Refusal::client("UnsupportedOperation", text));
    }
    Ok(())
}

/// The instance's volumes without the excluded ones.
fn chosen<'a>(
    ebs: &'a Ebs,
    instance: &Instance,
    excluded: &Excluded,
    now: jiff::Timestamp,
) -> Result<Vec<&'a Volume>, Refusal> {
    let attached: Vec<(&Volume, &str)> = ebs.attached(instance.id, now).collect();
    let is_root = |device: &str| device == instance.root_device;
    for id in &excluded.data {
        match attached.iter().find(|(volume, _)| volume.id == *id) {
            Some((_, device)) if is_root(device) => {
                return Err(invalid(
                    texts::ROOT_EXCLUDED_AS_DATA.with(&[&id.to_string()]),
                ));
            }
            Some(_) => {}
            None => {
                let arguments = [&*id.to_string(), &*instance.id.to_string()];
                return Err(invalid(texts::EXCLUDED_NOT_ATTACHED.with(&arguments)));
            }
        }
    }
    let chosen: Vec<&Volume> = attached
        .into_iter()
        .filter(|(_, device)| !(excluded.boot && is_root(device)))
        .map(|(volume, _)| volume)
        .filter(|volume| !excluded.data.contains(&volume.id))
        .collect();
    if chosen.is_empty() {
        return Err(combination(
            texts::ALL_EXCLUDED.with(&[&instance.id.to_string()]),
        ));
    }
    Ok(chosen)
}
