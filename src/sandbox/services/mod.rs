//! The simulated services: one file or folder each, and one line in [`operation`].
//!
//! Invariants: a service sees the world, the call and the time, and nothing of HTTP but the reply
//! it makes; it never waits. Authentication, permissions and faults come before it.

pub(crate) mod directory;
pub(crate) mod dlm;
pub(crate) mod ec2;
pub(crate) mod iam;
mod opensearch;
mod query;
pub(crate) mod s3;
pub(crate) mod search;
mod sts;

use jiff::Timestamp;

use super::call::{Call, Params};
use super::data_plane;
use super::refusal::Refusal;
use super::reply::Reply;
use super::service::Service;
use super::throttling::Rate;
use super::world::World;

/// What a service needs to answer.
pub(crate) struct Context<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) call: &'a Call,
    /// The virtual time.
    pub(crate) now: Timestamp,
    pub(crate) request_id: &'a str,
}

/// Finds the resources that a permission for a call would have to name.
type Resources = fn(&mut Context<'_>) -> Vec<String>;
/// Does the work of a call.
type Answer = fn(&mut Context<'_>) -> Result<Reply, Refusal>;

/// A simulated operation.
pub(crate) struct Operation {
    /// One denied resource is enough to refuse; `*` where AWS knows none.
    pub(crate) resources: Resources,
    pub(crate) answer: Answer,
}

/// The operation that a call asks for, if it is simulated.
pub(crate) fn operation(call: &Call) -> Option<Operation> {
    match call.service {
        Service::Directory => directory::operation(&call.action),
        Service::Ec2 => ec2::operation(&call.action),
        Service::Dlm => dlm::operation(&call.action),
        Service::Sts => sts::operation(&call.action),
        Service::Iam => iam::operation(&call.action),
        Service::Domain => Some(search::operation()),
        Service::S3 => s3::operation(&call.action),
        Service::OpenSearch => opensearch::operation(&call.action),
        Service::Other(_) => None,
    }
}

/// The permission that a call needs, as `service:Operation`.
pub(crate) fn permission(call: &Call) -> String {
    if let Params::Http(http) = &call.params {
        return data_plane::permission(&http.method).to_owned();
    }
    let action = if call.service == Service::S3 {
        s3::permission(&call.action)
    } else {
        &call.action
    };
    format!("{}:{action}", call.service)
}

/// The rate that a call counts to; none where AWS publishes no numbers, or for a dry run, which asks
/// for permission and nothing else.
pub(crate) fn rate(call: &Call) -> Option<Rate> {
    match call.service {
        Service::Ec2 if !call.is_dry_run() => Some(ec2::rate(call)),
        _ => None,
    }
}

impl Context<'_> {
    /// May the caller do this too, besides what it asked for?
    fn permit(&self, action: &str, resources: &[String]) -> Result<(), Refusal> {
        let identity = &self.world.identity;
        self.world
            .permissions
            .check(action, resources)
            .map_err(|condition| condition.refusal(&self.call.service, identity))
    }
}

/// For operations without resource-level permissions.
fn any_resource(_context: &mut Context<'_>) -> Vec<String> {
    vec!["*".to_owned()]
}
