//! What an operation touches, as ARNs: what a permission for it must name.
//!
//! Invariants: nothing is looked up; a permission is judged by the request alone, as AWS does for
//! resources that may not exist. ARNs of snapshots and images name no account, as in AWS.

use crate::sandbox::refusal::Refusal;
use crate::sandbox::services::Context;
use crate::sandbox::services::ec2::id::{self, Kind};
use crate::sandbox::services::ec2::tags::Tags;

/// A resource that an operation touches.
#[derive(Debug, Clone, Copy)]
pub(super) enum Touched {
    /// One of this type that a parameter names, if it does.
    Named(&'static str, &'static str),
    /// One of this type that a parameter names, in the Region that another does.
    NamedIn(&'static str, &'static str, &'static str),
    /// Those of this type that a list names.
    Every(&'static str, &'static str),
    /// One of this type that is made, or that the request does not name.
    Any(&'static str),
    /// What `ResourceId` lists, of whatever type.
    Tagged,
}

/// The ARNs that a call touches; `*` where AWS knows no resources.
pub(super) fn resources(context: &mut Context<'_>) -> Vec<String> {
    let call = context.call;
    let mut arns = Vec::new();
    for touched in super::touches(&call.action) {
        match *touched {
            Touched::Any(kind) => arns.push(arn(context, kind, "*")),
            Touched::Named(kind, parameter) => {
                let named = call.field(parameter).filter(|id| !id.is_empty());
                arns.extend(named.map(|id| arn(context, kind, id)));
            }
            Touched::NamedIn(kind, parameter, region) => {
                let named = call.field(parameter).filter(|id| !id.is_empty());
                let region = call.field(region).filter(|region| !region.is_empty());
                let region = region.unwrap_or(&call.region);
                arns.extend(named.map(|id| arn_in(context, region, kind, id)));
            }
            Touched::Every(kind, parameter) => {
                let named = call.list(parameter).into_iter();
                arns.extend(named.map(|id| arn(context, kind, id)));
            }
            Touched::Tagged => {
                let named = call.list("ResourceId").into_iter();
                arns.extend(named.map(|id| arn(context, type_of(id), id)));
            }
        }
    }
    if arns.is_empty() {
        arns.push("*".to_owned());
    }
    arns
}

fn arn(context: &Context<'_>, kind: &str, id: &str) -> String {
    arn_in(context, &context.call.region, kind, id)
}

fn arn_in(context: &Context<'_>, region: &str, kind: &str, id: &str) -> String {
    let account = match kind {
        "snapshot" | "image" => "",
        _ => context.world.identity.account(),
    };
    format!("arn:aws:ec2:{region}:{account}:{kind}/{id}")
}

/// The type of the resource that an id belongs to.
pub(super) fn type_of(id: &str) -> &'static str {
    match id.split('-').next() {
        Some(id::Volume::PREFIX) => id::Volume::TYPE,
        Some(id::EbsSnapshot::PREFIX) => id::EbsSnapshot::TYPE,
        Some(id::Instance::PREFIX) => id::Instance::TYPE,
        Some(id::Image::PREFIX) => id::Image::TYPE,
        Some(id::ReplaceRootVolumeTask::PREFIX) => id::ReplaceRootVolumeTask::TYPE,
        _ => "*",
    }
}

/// May the caller tag what it makes? Making something with tags needs that permission too.
pub(super) fn may_tag<K: Kind>(context: &Context<'_>, tags: &Tags) -> Result<(), Refusal> {
    if tags.iter().next().is_none() {
        return Ok(());
    }
    context.permit("ec2:CreateTags", &[arn(context, K::TYPE, "*")])
}
