//! STS: who am I, and what did a denial say. Query protocol, version 2011-06-15.

use super::query::reply;
use super::{Context, Operation, any_resource};
use crate::sandbox::authorization_message;
use crate::sandbox::identity::{ACCESS_KEY_ID, SECRET_ACCESS_KEY, USER_ID};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::texts;

/// The longest encoded message, in characters.
const LONGEST_MESSAGE: usize = 10_240;

pub(super) fn operation(action: &str) -> Option<Operation> {
    let answer: super::Answer = match action {
        "GetCallerIdentity" => get_caller_identity,
        "DecodeAuthorizationMessage" => decode_authorization_message,
        "AssumeRole" => assume_role,
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

/// A session of the one principal under another name. A code of a device is right unless it is
/// 000000: the sandbox has no devices.
fn assume_role(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let field = |name| context.call.field(name).unwrap_or_default();
    let (role, session, code) = (
        field("RoleArn"),
        field("RoleSessionName"),
        field("TokenCode"),
    );
    if role.is_empty() || session.is_empty() {
        let text = "RoleArn and RoleSessionName are required";
        return Err(Refusal::client("ValidationError", text.to_owned()));
    }
    if !field("SerialNumber").is_empty() && (code.len() != 6 || code == "000000") {
        let text = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
        return Err(Refusal::client("AccessDenied", text.to_owned()));
    }
    let assumed = format!("{}/{session}", role.replace(":role/", ":assumed-role/"));
    let expires = "2099-01-01T00:00:00Z";
    Ok(reply(context, |xml| {
        xml.element("AssumedRoleUser", |xml| {
            xml.text("AssumedRoleId", &format!("AROASANDBOXSANDBOX123:{session}"));
            xml.text("Arn", &assumed);
        });
        xml.element("Credentials", |xml| {
            xml.text("AccessKeyId", ACCESS_KEY_ID);
            xml.text("SecretAccessKey", SECRET_ACCESS_KEY);
            xml.text("SessionToken", "sandbox-session");
            xml.text("Expiration", expires);
        });
    }))
}
