//! Replies of the query services, all in the same envelope.

use hyper::StatusCode;

use super::Context;
use crate::sandbox::reply::Reply;
use crate::sandbox::xml::Xml;

/// A reply with a result.
pub(super) fn reply(context: &Context<'_>, fill: impl FnOnce(&mut Xml)) -> Reply {
    let action = &context.call.action;
    envelope(context, |xml| xml.element(&format!("{action}Result"), fill))
}

/// The reply of an operation that has nothing to say but that it is done.
pub(super) fn done(context: &Context<'_>) -> Reply {
    envelope(context, |_| {})
}

fn envelope(context: &Context<'_>, fill: impl FnOnce(&mut Xml)) -> Reply {
    let name = format!("{}Response", context.call.action);
    let body = Xml::document(&name, context.call.service.namespace(), |xml| {
        fill(xml);
        xml.element("ResponseMetadata", |xml| {
            xml.text("RequestId", context.request_id);
        });
    });
    Reply::xml(StatusCode::OK, body)
}
