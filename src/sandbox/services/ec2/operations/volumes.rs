//! `DescribeVolumes`, `CreateVolume`, `DeleteVolume`.
//!
//! Invariants: the same client token with the same parameters gives the same volume, however
//! often it is asked for; with other parameters it is refused. A volume whose key cannot be used
//! is made and then fails, as AWS checks keys late.

use std::sync::Arc;

use jiff::Timestamp;

use super::touched::may_tag;
use super::unused_filters;
use super::volume_checks::{self, Asked};
use crate::sandbox::clock::later;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::services::ec2::filter::Filters;
use crate::sandbox::services::ec2::id::{self, VolumeId};
use crate::sandbox::services::ec2::keys;
use crate::sandbox::services::ec2::paging::{Paging, Sizes};
use crate::sandbox::services::ec2::parameters::Parameters;
use crate::sandbox::services::ec2::refusals::{incorrect_state, not_found};
use crate::sandbox::services::ec2::show::{self, time};
use crate::sandbox::services::ec2::snapshot::Snapshot;
use crate::sandbox::services::ec2::store::{Ebs, Made, Remembered, TokenUse};
use crate::sandbox::services::ec2::vocabulary::{FastRestoreState, VolumeState};
use crate::sandbox::services::ec2::volume::{SWITCHING, Volume};
use crate::sandbox::services::ec2::zones;
use crate::sandbox::texts::ec2 as texts;
use crate::sandbox::word::Word as _;

const FILTERS: [&str; 17] = [
    "attachment.attach-time",
    "attachment.delete-on-termination",
    "attachment.device",
    "attachment.instance-id",
    "attachment.status",
    "availability-zone",
    "availability-zone-id",
    "create-time",
    "encrypted",
    "fast-restored",
    "multi-attach-enabled",
    "operator.managed",
    "size",
    "snapshot-id",
    "status",
    "volume-id",
    "volume-type",
];

pub(super) fn describe(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let ids: Vec<VolumeId> = parameters.ids("VolumeId")?;
    let filters = Filters::with(&parameters, &FILTERS, unused_filters::VOLUMES)?;
    let paging = Paging::of(
        &parameters,
        &Sizes::cut(5..=500),
        (!ids.is_empty()).then_some("VolumeIds"),
    )?;
    parameters.flag("IncludeManagedResources")?;
    parameters.dry_run()?;

    let (ebs, now) = (&context.world.ebs, context.now);
    let region = context.call.region.as_str();
    let is_seen = |volume: &Volume| {
        volume.region.as_ref() == region
            && volume.exists(now)
            && ebs.is_visible(volume.created, now)
    };
    for id in &ids {
        if !ebs.volumes.get(*id).is_some_and(is_seen) {
            return Err(not_found(*id));
        }
    }
    let page = paging.page(
        ebs.volumes
            .starting_at(paging.start)
            .filter(|(_, volume)| is_seen(volume) && (ids.is_empty() || ids.contains(&volume.id))),
        |volume| filters.take(&volume.tags, |name| attribute(volume, name, now)),
    );
    show::reply(context, |xml| {
        xml.list("volumeSet", page.items, |xml, volume| {
            show::volume(xml, volume, now);
        });
        xml.optional("nextToken", page.next_token.as_deref());
    })
}

fn attribute(volume: &Volume, name: &str, now: Timestamp) -> Vec<String> {
    if let Some(part) = name.strip_prefix("attachment.") {
        return volume
            .attachments(now)
            .map(|attachment| match part {
                "attach-time" => time(attachment.began),
                "delete-on-termination" => attachment.delete_on_termination.to_string(),
                "device" => attachment.device.clone(),
                "instance-id" => attachment.instance.to_string(),
                _ => attachment.state(now).name().to_owned(),
            })
            .collect();
    }
    vec![match name {
        "availability-zone" => volume.zone.clone(),
        "availability-zone-id" => zones::id(&volume.region, &volume.zone),
        "create-time" => time(volume.created),
        "encrypted" => volume.key.is_some().to_string(),
        "fast-restored" => volume.fast_restored.to_string(),
        "multi-attach-enabled" => volume.multi_attach.to_string(),
        "operator.managed" => false.to_string(),
        "size" => volume.size.to_string(),
        "snapshot-id" => return volume.snapshot.iter().map(ToString::to_string).collect(),
        "status" => volume.state(now).name().to_owned(),
        "volume-id" => volume.id.to_string(),
        _ => volume.kind.name().to_owned(),
    }]
}

pub(super) fn create(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let asked = volume_checks::asked(&parameters)?;
    may_tag::<id::Volume>(context, &asked.tags)?;
    parameters.dry_run()?;

    let now = context.now;
    let region = context.call.region.as_str();
    let token = token_use(&parameters)?;
    if let Some(token) = &token
        && let Some(Made::Volume(id)) = repeated(&context.world.ebs, token, &parameters)?
    {
        let volume = context
            .world
            .ebs
            .volumes
            .get(id)
            .ok_or_else(|| not_found(id))?;
        return show::reply(context, |xml| show::volume(xml, volume, now));
    }
    let ebs = &mut context.world.ebs;
    let zone = zones::find(region, &asked.zone).ok_or_else(|| {
        let text = texts::NO_SUCH_ZONE.with(&[asked.zone.text()]);
        Refusal::client("InvalidZone.NotFound", text)
    })?;
    let snapshot = match asked.snapshot {
        Some(id) => Some(volume_checks::snapshot(ebs, id, region, now)?.clone()),
        None => None,
    };
    let size = volume_checks::size(&asked, snapshot.as_ref())?;
    let id = ebs.new_volume_id();
    let volume = made(
        ebs,
        id,
        asked,
        snapshot.as_ref(),
        Place { region, zone, size },
        now,
    );
    ebs.volumes.push(id, volume.clone());
    if let Some(token) = token {
        remember(ebs, token, &parameters, Made::Volume(id));
    }
    tracing::debug!(volume = %id, "volume begun");
    show::reply(context, |xml| show::volume(xml, &volume, now))
}

/// Where a volume is to be, and how large.
struct Place<'a> {
    region: &'a str,
    zone: String,
    size: u32,
}

fn made(
    ebs: &Ebs,
    id: VolumeId,
    asked: Asked,
    snapshot: Option<&Snapshot>,
    place: Place<'_>,
    now: Timestamp,
) -> Volume {
    let Place { region, zone, size } = place;
    let ready = later(now, SWITCHING);
    let chosen = asked.key.map(|name| keys::arn(&name, region, &ebs.account));
    let usable = chosen
        .as_deref()
        .is_none_or(|key| keys::is_plausible(key, region));
    // Another account's key stays that account's.
    let inherited = snapshot.and_then(|snapshot| {
        let key = snapshot.key.as_deref()?;
        Some(if snapshot.owner == ebs.account {
            key.to_owned()
        } else {
            keys::arn("", region, &ebs.account)
        })
    });
    let key = chosen.or(inherited);
    let fast = snapshot.is_some_and(|snapshot| {
        snapshot
            .fast_restores
            .iter()
            .any(|restore| restore.zone == zone && restore.state(now) == FastRestoreState::Enabled)
    });
    Volume {
        id,
        region: region.into(),
        zone,
        kind: asked.kind,
        size,
        iops: asked.iops.or_else(|| asked.kind.base_iops(size)),
        throughput: asked
            .throughput
            .or_else(|| Some(*asked.kind.throughputs()?.start())),
        key: key.map(Arc::from),
        snapshot: snapshot.map(|snapshot| snapshot.id),
        multi_attach: asked.multi_attach,
        fast_restored: fast && asked.initialization_rate.is_none(),
        initialization_rate: asked.initialization_rate,
        tags: asked.tags,
        created: now,
        ready,
        failed: (!usable).then_some(ready),
        deleting: None,
        deleted: None,
        attachments: Vec::new(),
        lineage: snapshot.and_then(|snapshot| snapshot.lineage).unwrap_or(id),
    }
}

pub(super) fn delete(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let id: VolumeId = parameters.required_id("VolumeId")?;
    parameters.dry_run()?;

    let (region, now) = (context.call.region.as_str(), context.now);
    let ebs = &mut context.world.ebs;
    let volume = ebs.volume(id, region, now).ok_or_else(|| not_found(id))?;
    if let Some(held) = volume.attachments(now).next() {
        let arguments = [&*id.to_string(), &*held.instance.to_string()];
        let text = texts::VOLUME_IN_USE.with(&arguments);
        return Err(Refusal::client("VolumeInUse", text));
    }
    let state = volume.state(now);
    if !matches!(state, VolumeState::Available | VolumeState::Error) {
        let arguments = [&*id.to_string(), state.name()];
        return Err(incorrect_state(texts::VOLUME_NOT_DELETABLE, &arguments));
    }
    if let Some(volume) = ebs.volumes.get_mut(id) {
        volume.delete(now);
    }
    show::done(context)
}

/// The use of a client token that a call makes, if it has one.
pub(super) fn token_use(parameters: &Parameters<'_>) -> Result<Option<TokenUse>, Refusal> {
    Ok(parameters.client_token()?.map(|token| TokenUse {
        region: parameters.call.region.clone(),
        action: parameters.call.action.clone(),
        token: token.to_owned(),
    }))
}

/// What the token made before, if it was used with the same parameters.
pub(super) fn repeated(
    ebs: &Ebs,
    token: &TokenUse,
    parameters: &Parameters<'_>,
) -> Result<Option<Made>, Refusal> {
    match ebs.tokens.get(token) {
        None => Ok(None),
        Some(remembered) if remembered.parameters == parameters.essence(&[]) => {
            Ok(Some(remembered.made))
        }
        Some(_) => {
            let text = texts::TOKEN_MISMATCH.plain();
            Err(Refusal::client("IdempotentParameterMismatch", text))
        }
    }
}

pub(super) fn remember(ebs: &mut Ebs, token: TokenUse, parameters: &Parameters<'_>, made: Made) {
    let parameters = parameters
        .essence(&[])
        .into_iter()
        .map(str::to_owned)
        .collect();
    ebs.tokens.insert(token, Remembered { parameters, made });
}
