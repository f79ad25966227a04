//! `AttachVolume` and `DetachVolume`.
//!
//! Invariants: a volume is attached to one instance, unless it was made for several; a device
//! holds one volume; the root volume of a running instance stays.

use jiff::Timestamp;

use crate::sandbox::clock::later;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::services::ec2::id::{InstanceId, VolumeId};
use crate::sandbox::services::ec2::instance::Instance;
use crate::sandbox::services::ec2::parameters::Parameters;
use crate::sandbox::services::ec2::refusals::{
    incorrect_state, invalid, invalid_because, not_found,
};
use crate::sandbox::services::ec2::show;
use crate::sandbox::services::ec2::store::Ebs;
use crate::sandbox::services::ec2::vocabulary::{AttachmentState, InstanceState, VolumeState};
use crate::sandbox::services::ec2::volume::{Attachment, SWITCHING, Volume};
use crate::sandbox::texts::ec2 as texts;

pub(super) fn attach(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let volume: VolumeId = parameters.required_id("VolumeId")?;
    let instance: InstanceId = parameters.required_id("InstanceId")?;
    let device = parameters.required("Device")?;
    if !is_device(device) {
        return Err(invalid(texts::WRONG_DEVICE.with(&[device, device])));
    }
    if let Some(card) = parameters
        .number::<u32>("EbsCardIndex")?
        .filter(|card| *card > 0)
    {
        let why = texts::ONE_EBS_CARD.plain();
        return Err(invalid_because(&card.to_string(), "EbsCardIndex", &why));
    }
    parameters.dry_run()?;

    let (region, now) = (context.call.region.as_str(), context.now);
    let ebs = &mut context.world.ebs;
    let found = ebs
        .volume(volume, region, now)
        .ok_or_else(|| not_found(volume))?;
    let target = ebs
        .instance(instance, region)
        .ok_or_else(|| not_found(instance))?;
    check_attach(ebs, found, target, device, now)?;
    let attachment = Attachment {
        instance,
        device: device.to_owned(),
        delete_on_termination: false,
        began: now,
        attached: later(now, SWITCHING),
        leaving: None,
    };
    if let Some(volume) = ebs.volumes.get_mut(volume) {
        volume.attachments.push(attachment.clone());
    }
    show::reply(context, |xml| {
        show::attachment(xml, volume, &attachment, now);
    })
}

fn check_attach(
    ebs: &Ebs,
    volume: &Volume,
    instance: &Instance,
    device: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    let (volume_id, instance_id) = (volume.id.to_string(), instance.id.to_string());
    if !matches!(
        instance.state,
        InstanceState::Running | InstanceState::Stopped
    ) {
        return Err(incorrect_state(
            texts::INSTANCE_NOT_RUNNING,
            &[&instance_id],
        ));
    }
    if volume.zone != instance.zone {
        let text = texts::ZONE_MISMATCH.with(&[&volume_id, &instance_id]);
        return Err(Refusal::client("InvalidVolume.ZoneMismatch", text));
    }
    let held = volume
        .attachments(now)
        .find(|held| !volume.multi_attach || held.instance == instance.id);
    if let Some(held) = held {
        let text = texts::VOLUME_IN_USE.with(&[&volume_id, &held.instance.to_string()]);
        return Err(Refusal::client("VolumeInUse", text));
    }
    if !matches!(
        volume.state(now),
        VolumeState::Available | VolumeState::InUse
    ) {
        return Err(incorrect_state(texts::VOLUME_NOT_AVAILABLE, &[&volume_id]));
    }
    let short = |device: &str| device.trim_start_matches("/dev/").to_owned();
    if ebs
        .attached(instance.id, now)
        .any(|(_, taken)| short(taken) == short(device))
    {
        return Err(invalid(texts::DEVICE_IN_USE.with(&[device, device])));
    }
    Ok(())
}

/// `/dev/sda1`, `/dev/xvdf`, `xvdf`
fn is_device(text: &str) -> bool {
    let name = text.strip_prefix("/dev/").unwrap_or(text);
    let rest = name.strip_prefix("sd").or_else(|| name.strip_prefix("xvd"));
    rest.is_some_and(|rest| {
        let letters = rest.trim_end_matches(|character: char| character.is_ascii_digit());
        (1..=2).contains(&letters.len())
            && letters.bytes().all(|byte| byte.is_ascii_lowercase())
            && rest.len() - letters.len() <= 2
    })
}

pub(super) fn detach(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let volume: VolumeId = parameters.required_id("VolumeId")?;
    let instance: Option<InstanceId> = parameters.id("InstanceId")?;
    let device = parameters.text("Device");
    parameters.flag("Force")?;
    parameters.dry_run()?;

    let (region, now) = (context.call.region.as_str(), context.now);
    let ebs = &mut context.world.ebs;
    let found = ebs
        .volume(volume, region, now)
        .ok_or_else(|| not_found(volume))?;
    let attachment = check_detach(ebs, found, instance, device, now)?;
    let held = ebs
        .volumes
        .get_mut(volume)
        .and_then(|volume| volume.attachment_mut(attachment, now))
        .ok_or_else(|| incorrect_state(texts::NOT_ATTACHED, &[&volume.to_string()]))?;
    held.leave(now);
    let held = held.clone();
    show::reply(context, |xml| show::attachment(xml, volume, &held, now))
}

/// The instance that a volume may be detached from.
fn check_detach(
    ebs: &Ebs,
    volume: &Volume,
    instance: Option<InstanceId>,
    device: Option<&str>,
    now: Timestamp,
) -> Result<InstanceId, Refusal> {
    let id = volume.id.to_string();
    if volume.attachments(now).next().is_none() {
        return Err(incorrect_state(texts::NOT_ATTACHED, &[&id]));
    }
    let held = volume
        .attachments(now)
        .find(|held| {
            instance.is_none_or(|wanted| wanted == held.instance)
                && device.is_none_or(|wanted| wanted == held.device)
        })
        .ok_or_else(|| {
            let instance = instance.map(|id| id.to_string()).unwrap_or_default();
            let arguments = [&*id, &*instance, device.unwrap_or_default()];
            let text = texts::NOT_ATTACHED_THERE.with(&arguments);
            Refusal::client("InvalidAttachment.NotFound", text)
        })?;
    if held.state(now) == AttachmentState::Detaching {
        return Err(incorrect_state(texts::ALREADY_DETACHING, &[&id]));
    }
    let of = ebs.instances.get(held.instance);
    if of.is_some_and(|of| of.is_running() && of.root_device == held.device) {
        let arguments = [&*held.device, &*held.instance.to_string()];
        return Err(incorrect_state(texts::ROOT_OF_RUNNING, &arguments));
    }
    Ok(held.instance)
}

#[cfg(test)]
mod tests {
    use super::is_device;

    #[test]
    fn devices() {
        for device in ["/dev/sda1", "/dev/xvda", "/dev/sdf", "xvdba", "/dev/sdh15"] {
            assert!(is_device(device), "{device}");
        }
        for device in ["", "/dev/", "/dev/sd", "/dev/hda", "/dev/sdABC", "sdf123"] {
            assert!(!is_device(device), "{device}");
        }
    }
}
