//! Entities in XML, in the shapes of EC2's replies.
//!
//! Invariants: element names are the wire names; what AWS leaves out is left out; times are UTC
//! with milliseconds.

mod instance;
mod snapshot;
mod volume;

use hyper::StatusCode;
use jiff::Timestamp;

use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::service::Service;
use crate::sandbox::services::Context;
use crate::sandbox::xml::Xml;

pub(super) use self::instance::{
    HYPERVISOR, IMAGE_TYPE, IMAGE_VOLUMES, MONITORING, PLATFORM, TENANCY, VIRTUALIZATION, checks,
    image, instance, instance_status, private_address, private_name, reservation, task,
};
pub(super) use self::snapshot::{
    binned, created_together, fast_restore, lock, snapshot, tier_status,
};
pub(super) use self::volume::{attachment, volume};

/// A reply: `<ActionResponse>` with the request id and what `fill` writes.
#[expect(clippy::unnecessary_wraps, reason = "every operation ends with it")]
pub(super) fn reply(context: &Context<'_>, fill: impl FnOnce(&mut Xml)) -> Result<Reply, Refusal> {
    let root = format!("{}Response", context.call.action);
    let body = Xml::document(&root, Service::Ec2.namespace(), |xml| {
        xml.text("requestId", context.request_id);
        fill(xml);
    });
    Ok(Reply::xml(StatusCode::OK, body))
}

/// The reply of an operation that has nothing to say.
pub(super) fn done(context: &Context<'_>) -> Result<Reply, Refusal> {
    reply(context, |xml| xml.value("return", true))
}

/// `2026-01-02T03:04:05.678Z`
pub(super) fn time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}
