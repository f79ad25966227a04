//! STS: who am I, and what did a denial say. Query protocol, version 2011-06-15.

use super::query::reply;
use super::{Context, Operation, any_resource};
use crate::sandbox::authorization_message;
use crate::sandbox::identity::USER_ID;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::texts;

/// The longest encoded message, in characters.
const LONGEST_MESSAGE: usize = 10_240;

pub(super) fn operation(action: &str) -> Option<Operation> {
    let answer: super::Answer = match action {
        "GetCallerIdentity" => get_caller_identity,
        "DecodeAuthorizationMessage" => decode_authorization_message,
        _ => return None,
    };
    Some(Operation {
        resources: any_resource,
        answer,
    })
}

#[expect(clippy::unnecessary_wraps, reason = "the form of every operation")]
fn get_caller_identity(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let identity = &context.world.identity;
    Ok(reply(context, |xml| {
        xml.text("Arn", &identity.arn());
        xml.text("UserId", USER_ID);
        xml.text("Account", identity.account());
    }))
}

fn decode_authorization_message(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let encoded = context.call.field("EncodedMessage").unwrap_or_default();
    if encoded.is_empty() || encoded.len() > LONGEST_MESSAGE {
        let text = texts::MESSAGE_LENGTH.plain();
        return Err(Refusal::client("ValidationError", text));
    }
    let message = authorization_message::decode(encoded).ok_or_else(|| {
        let text = texts::INVALID_MESSAGE.plain();
        Refusal::client("InvalidAuthorizationMessageException", text)
    })?;
    Ok(reply(context, |xml| xml.text("DecodedMessage", &message)))
}
