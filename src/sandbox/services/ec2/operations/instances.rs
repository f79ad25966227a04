//! `DescribeInstances` and `DescribeInstanceStatus`.
//!
//! Invariants: each instance is in a reservation of its own; without `IncludeAllInstances` only
//! running ones have a status.

use jiff::Timestamp;

use super::unused_filters;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::services::ec2::filter::Filters;
use crate::sandbox::services::ec2::id::InstanceId;
use crate::sandbox::services::ec2::instance::Instance;
use crate::sandbox::services::ec2::paging::{Paging, Sizes};
use crate::sandbox::services::ec2::parameters::Parameters;
use crate::sandbox::services::ec2::refusals::not_found;
use crate::sandbox::services::ec2::show::{self, time};
use crate::sandbox::services::ec2::store::Ebs;
use crate::sandbox::services::ec2::zones;
use crate::sandbox::word::Word as _;

const FILTERS: [&str; 30] = [
    "architecture",
    "availability-zone",
    "availability-zone-id",
    "block-device-mapping.attach-time",
    "block-device-mapping.delete-on-termination",
    "block-device-mapping.device-name",
    "block-device-mapping.status",
    "block-device-mapping.volume-id",
    "ebs-optimized",
    "ena-support",
    "hibernation-options.configured",
    "hypervisor",
    "image-id",
    "instance-id",
    "instance-state-code",
    "instance-state-name",
    "instance-type",
    "launch-index",
    "launch-time",
    "monitoring-state",
    "operator.managed",
    "owner-id",
    "platform-details",
    "private-dns-name",
    "private-ip-address",
    "reservation-id",
    "root-device-name",
    "root-device-type",
    "tenancy",
    "virtualization-type",
];
const STATUS_FILTERS: [&str; 9] = [
    "availability-zone",
    "availability-zone-id",
    "instance-state-code",
    "instance-state-name",
    "instance-status.reachability",
    "instance-status.status",
    "operator.managed",
    "system-status.reachability",
    "system-status.status",
];

/// The instances that the request names, or all.
fn wanted(ebs: &Ebs, ids: &[InstanceId], region: &str) -> Result<(), Refusal> {
    match ids.iter().find(|id| ebs.instance(**id, region).is_none()) {
        Some(unknown) => Err(not_found(*unknown)),
        None => Ok(()),
    }
}

pub(super) fn describe(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let ids: Vec<InstanceId> = parameters.ids("InstanceId")?;
    let filters = Filters::with(&parameters, &FILTERS, unused_filters::INSTANCES)?;
    let paging = Paging::of(
        &parameters,
        &Sizes::cut(5..=1000),
        (!ids.is_empty()).then_some("InstancesSet"),
    )?;
    parameters.flag("IncludeManagedResources")?;
    parameters.dry_run()?;

    let (ebs, now) = (&context.world.ebs, context.now);
    let region = context.call.region.as_str();
    wanted(ebs, &ids, region)?;
    let page = paging.page(
        ebs.instances
            .starting_at(paging.start)
            .filter(|(_, instance)| {
                instance.region.as_ref() == region && (ids.is_empty() || ids.contains(&instance.id))
            }),
        |instance| filters.take(&instance.tags, |name| attribute(ebs, instance, name, now)),
    );
    show::reply(context, |xml| {
        xml.list("reservationSet", page.items, |xml, instance| {
            show::instance(xml, ebs, instance, now);
        });
        xml.optional("nextToken", page.next_token.as_deref());
    })
}

fn attribute(ebs: &Ebs, instance: &Instance, name: &str, now: Timestamp) -> Vec<String> {
    if let Some(part) = name.strip_prefix("block-device-mapping.") {
        return ebs
            .attached(instance.id, now)
            .filter_map(|(volume, device)| {
                let attachment = volume.attachment(instance.id, now)?;
                Some(match part {
                    "attach-time" => time(attachment.began),
                    "delete-on-termination" => attachment.delete_on_termination.to_string(),
                    "device-name" => device.to_owned(),
                    "status" => attachment.state(now).name().to_owned(),
                    _ => volume.id.to_string(),
                })
            })
            .collect();
    }
    vec![match name {
        "architecture" => "x86_64".to_owned(),
        "availability-zone" => instance.zone.clone(),
        "availability-zone-id" => zones::id(&instance.region, &instance.zone),
        "ebs-optimized" | "ena-support" => true.to_string(),
        "hypervisor" => show::HYPERVISOR.to_owned(),
        "launch-index" => "0".to_owned(),
        "monitoring-state" => show::MONITORING.to_owned(),
        "operator.managed" => false.to_string(),
        "platform-details" => show::PLATFORM.to_owned(),
        "private-dns-name" => show::private_name(ebs, instance),
        "private-ip-address" => return show::private_address(ebs, instance).into_iter().collect(),
        "reservation-id" => show::reservation(ebs, instance),
        "tenancy" => show::TENANCY.to_owned(),
        "virtualization-type" => show::VIRTUALIZATION.to_owned(),
        "hibernation-options.configured" => instance.hibernates.to_string(),
        "image-id" => instance.image.to_string(),
        "instance-id" => instance.id.to_string(),
        "instance-state-code" => instance.state.code().to_string(),
        "instance-state-name" => instance.state.name().to_owned(),
        "instance-type" => instance.kind.clone(),
        "launch-time" => time(instance.launched),
        "owner-id" => ebs.account.to_string(),
        "root-device-name" => instance.root_device.clone(),
        _ => "ebs".to_owned(),
    }]
}

pub(super) fn describe_status(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let ids: Vec<InstanceId> = parameters.ids("InstanceId")?;
    let all = parameters.flag("IncludeAllInstances")?.unwrap_or_default();
    let filters = Filters::with(
        &parameters,
        &STATUS_FILTERS,
        unused_filters::INSTANCE_STATUS,
    )?;
    let paging = Paging::of(
        &parameters,
        &Sizes::cut(5..=1000),
        (!ids.is_empty()).then_some("InstancesSet"),
    )?;
    parameters.flag("IncludeManagedResources")?;
    parameters.dry_run()?;

    let (ebs, now) = (&context.world.ebs, context.now);
    let region = context.call.region.as_str();
    wanted(ebs, &ids, region)?;
    let page = paging.page(
        ebs.instances
            .starting_at(paging.start)
            .filter(|(_, instance)| {
                instance.region.as_ref() == region
                    && (all || instance.is_running())
                    && (ids.is_empty() || ids.contains(&instance.id))
            }),
        |instance| filters.take(&instance.tags, |name| status(instance, name, now)),
    );
    show::reply(context, |xml| {
        xml.list("instanceStatusSet", page.items, |xml, instance| {
            show::instance_status(xml, instance, now);
        });
        xml.optional("nextToken", page.next_token.as_deref());
    })
}

fn status(instance: &Instance, name: &str, now: Timestamp) -> Vec<String> {
    let (summary, detail) = show::checks(instance, now);
    match name {
        "availability-zone" => vec![instance.zone.clone()],
        "availability-zone-id" => vec![zones::id(&instance.region, &instance.zone)],
        "instance-state-code" => vec![instance.state.code().to_string()],
        "instance-state-name" => vec![instance.state.name().to_owned()],
        "operator.managed" => vec![false.to_string()],
        "instance-status.status" | "system-status.status" => vec![summary.to_owned()],
        _ => detail.map(str::to_owned).into_iter().collect(),
    }
}
