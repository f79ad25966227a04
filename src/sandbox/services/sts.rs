//! STS: who am I, and what did a denial say. Query protocol, version 2011-06-15.

use hyper::StatusCode;
use jiff::{SignedDuration, Timestamp};

use super::query::reply;
use super::{Answer, Context, Operation, Resources, any_resource};
use crate::sandbox::authorization_message;
use crate::sandbox::clock::later;
use crate::sandbox::identity::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::texts;

/// The longest encoded message, in characters.
const LONGEST_MESSAGE: usize = 10_240;
/// How long a session may last, and lasts, in seconds.
const SESSIONS: std::ops::RangeInclusive<i64> = 900..=43_200;
const DEFAULT_SESSION: i64 = 3600;

pub(super) fn operation(action: &str) -> Option<Operation> {
    let (resources, answer): (Resources, Answer) = match action {
        "GetCallerIdentity" => (any_resource, get_caller_identity),
        "DecodeAuthorizationMessage" => (any_resource, decode_authorization_message),
        "AssumeRole" => (assumed_role, assume_role),
        _ => return None,
    };
    Some(Operation { resources, answer })
}

fn assumed_role(context: &mut Context<'_>) -> Vec<String> {
    let role = context.call.field("RoleArn").unwrap_or("*");
    vec![role.to_owned()]
}

#[expect(clippy::unnecessary_wraps, reason = "the form of every operation")]
fn get_caller_identity(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let identity = &context.world.identity;
    Ok(reply(context, |xml| {
        xml.text("Arn", &identity.arn());
        xml.text("UserId", &identity.user_id());
        xml.text("Account", identity.caller_account());
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
    let invalid = |text: String| Refusal::client("ValidationError", text);
    let (role, session, code) = (
        field("RoleArn"),
        field("RoleSessionName"),
        field("TokenCode"),
    );
    if !(20..=2048).contains(&role.chars().count()) {
        return Err(invalid(texts::ROLE_ARN_LENGTH.with(&[role])));
    }
    if !role.starts_with("arn:") || !role.contains(":role/") {
        return Err(invalid(texts::WRONG_ROLE_ARN.with(&[role])));
    }
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    if !(2..=64).contains(&session.len()) || !session.bytes().all(is_good) {
        return Err(invalid(texts::WRONG_SESSION_NAME.with(&[session])));
    }
    let seconds = match field("DurationSeconds") {
        "" => DEFAULT_SESSION,
        text => text
            .parse()
            .ok()
            .filter(|seconds| SESSIONS.contains(seconds))
            .ok_or_else(|| invalid(texts::WRONG_SESSION_LENGTH.with(&[text])))?,
    };
    if !field("SerialNumber").is_empty() && (code.len() != 6 || code == "000000") {
        let text = texts::WRONG_MFA_CODE.plain();
        return Err(Refusal::service(
            StatusCode::FORBIDDEN,
            "AccessDenied",
            text,
        ));
    }
    let assumed = context.world.identity.assuming(role, session);
    // By the real time: the client holds its own clock against it, and renews what has ended.
    let expires = later(Timestamp::now(), SignedDuration::from_secs(seconds));
    Ok(reply(context, |xml| {
        xml.element("AssumedRoleUser", |xml| {
            xml.text("AssumedRoleId", &assumed.user_id());
            xml.text("Arn", &assumed.arn());
        });
        xml.element("Credentials", |xml| {
            xml.text("AccessKeyId", ACCESS_KEY_ID);
            xml.text("SecretAccessKey", SECRET_ACCESS_KEY);
            xml.text("SessionToken", &assumed.token().unwrap_or_default());
            xml.text(
                "Expiration",
                &expires.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            );
        });
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::Scenario;
    use crate::sandbox::call::{Call, Params};
    use crate::sandbox::service::Service;
    use crate::sandbox::world::World;

    #[test]
    fn a_role_is_denied_by_its_arn() {
        let scenario = Scenario::from_toml("", "test").unwrap();
        let mut world = World::new(&scenario, Timestamp::UNIX_EPOCH);
        let role = "arn:aws:iam::210987654321:role/Guest";
        let call = Call {
            service: Service::Sts,
            region: "us-east-1".to_owned(),
            action: "AssumeRole".to_owned(),
            params: Params::Form(vec![
                ("RoleArn".to_owned(), role.to_owned()),
                ("RoleSessionName".to_owned(), "me".to_owned()),
            ]),
        };
        let mut context = Context {
            world: &mut world,
            call: &call,
            now: Timestamp::UNIX_EPOCH,
            request_id: "r",
        };
        let operation = operation("AssumeRole").unwrap();
        assert_eq!((operation.resources)(&mut context), [role]);
        let reply = (operation.answer)(&mut context).unwrap();
        let reply = String::from_utf8(reply.body).unwrap();
        let arn = "<Arn>arn:aws:sts::210987654321:assumed-role/Guest/me</Arn>";
        assert!(reply.contains(arn), "{reply}");
    }
}
