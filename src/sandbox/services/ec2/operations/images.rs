//! `DescribeImages`.
//!
//! Invariants: without `Owner`, the account's own images and the public ones are listed.

use super::unused_filters;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::services::ec2::filter::Filters;
use crate::sandbox::services::ec2::id::ImageId;
use crate::sandbox::services::ec2::image::Image;
use crate::sandbox::services::ec2::paging::{Paging, Sizes};
use crate::sandbox::services::ec2::parameters::{OWNER_WORDS, Parameters};
use crate::sandbox::services::ec2::refusals::not_found;
use crate::sandbox::services::ec2::show::{self, time};
use crate::sandbox::services::ec2::store::Ebs;

const FILTERS: [&str; 21] = [
    "architecture",
    "block-device-mapping.delete-on-termination",
    "block-device-mapping.device-name",
    "block-device-mapping.encrypted",
    "block-device-mapping.snapshot-id",
    "block-device-mapping.volume-size",
    "block-device-mapping.volume-type",
    "creation-date",
    "description",
    "ena-support",
    "hypervisor",
    "image-id",
    "image-type",
    "is-public",
    "name",
    "owner-alias",
    "owner-id",
    "root-device-name",
    "root-device-type",
    "state",
    "virtualization-type",
];

pub(super) fn describe(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let ids: Vec<ImageId> = parameters.ids("ImageId")?;
    let owners = parameters.accounts("Owner", &OWNER_WORDS)?;
    let executable_by = parameters.accounts("ExecutableBy", &["self", "all"])?;
    let filters = Filters::with(&parameters, &FILTERS, unused_filters::IMAGES)?;
    let paging = Paging::of(
        &parameters,
        &Sizes::cut(1..=1000),
        (!ids.is_empty()).then_some("ImageIds"),
    )?;
    parameters.dry_run()?;

    let ebs = &context.world.ebs;
    let region = context.call.region.as_str();
    let is_seen = |image: &Image| {
        image.region.as_ref() == region && (image.public || image.owner == ebs.account)
    };
    for id in &ids {
        if !ebs.image(*id, region).is_some_and(is_seen) {
            return Err(not_found(*id));
        }
    }
    let is_wanted = |image: &Image| {
        is_seen(image)
            && (ids.is_empty() || ids.contains(&image.id))
            && (owners.is_empty() || owners.iter().any(|owner| is_owned(ebs, image, owner)))
            && (executable_by.is_empty()
                || executable_by.iter().any(|by| match *by {
                    "all" => image.public,
                    _ => image.owner == ebs.account,
                }))
    };
    let page = paging.page(
        ebs.images
            .starting_at(paging.start)
            .filter(|(_, image)| is_wanted(image)),
        |image| filters.take(&image.tags, |name| attribute(ebs, image, name)),
    );
    show::reply(context, |xml| {
        xml.list("imagesSet", page.items, |xml, image| {
            show::image(xml, ebs, image);
        });
        xml.optional("nextToken", page.next_token.as_deref());
    })
}

fn is_owned(ebs: &Ebs, image: &Image, owner: &str) -> bool {
    match owner {
        "self" => image.owner == ebs.account,
        owner => image.owner.as_ref() == owner || image.owner_alias.as_deref() == Some(owner),
    }
}

fn attribute(ebs: &Ebs, image: &Image, name: &str) -> Vec<String> {
    if let Some(part) = name.strip_prefix("block-device-mapping.") {
        let devices = image.devices.iter();
        return devices
            .filter_map(|device| {
                Some(match part {
                    "delete-on-termination" => "true".to_owned(),
                    "device-name" => device.device.clone(),
                    "encrypted" => {
                        let snapshot = ebs.snapshots.get(device.snapshot)?;
                        snapshot.key.is_some().to_string()
                    }
                    "snapshot-id" => device.snapshot.to_string(),
                    "volume-type" => show::IMAGE_VOLUMES.to_owned(),
                    _ => ebs.snapshots.get(device.snapshot)?.size.to_string(),
                })
            })
            .collect();
    }
    vec![match name {
        "architecture" => "x86_64".to_owned(),
        "creation-date" => time(image.created),
        "description" => image.description.clone(),
        "ena-support" => true.to_string(),
        "hypervisor" => show::HYPERVISOR.to_owned(),
        "image-id" => image.id.to_string(),
        "image-type" => show::IMAGE_TYPE.to_owned(),
        "is-public" => image.public.to_string(),
        "name" => image.name.clone(),
        "owner-alias" => return image.owner_alias.iter().map(ToString::to_string).collect(),
        "owner-id" => image.owner.to_string(),
        "root-device-name" => image.root_device.clone(),
        "root-device-type" => "ebs".to_owned(),
        "virtualization-type" => show::VIRTUALIZATION.to_owned(),
        _ => "available".to_owned(),
    }]
}
