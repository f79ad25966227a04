//! STS: who am I. Query protocol, version 2011-06-15.

use hyper::StatusCode;

use super::{Context, Operation, any_resource};
use crate::sandbox::identity::USER_ID;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::service::Service;
use crate::sandbox::xml::Xml;

pub(super) fn operation(action: &str) -> Option<Operation> {
    match action {
        "GetCallerIdentity" => Some(Operation {
            resources: any_resource,
            answer: get_caller_identity,
        }),
        _ => None,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the form of every operation")]
fn get_caller_identity(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let identity = &context.world.identity;
    let body = Xml::document(
        "GetCallerIdentityResponse",
        Service::Sts.namespace(),
        |xml| {
            xml.element("GetCallerIdentityResult", |xml| {
                xml.text("Arn", &identity.arn());
                xml.text("UserId", USER_ID);
                xml.text("Account", identity.account());
            });
            xml.element("ResponseMetadata", |xml| {
                xml.text("RequestId", context.request_id);
            });
        },
    );
    Ok(Reply::xml(StatusCode::OK, body))
}
