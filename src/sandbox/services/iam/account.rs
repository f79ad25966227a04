//! The account's alias and the caller's user.

use super::parameters::page;
use super::{no_such_entity, show};
use crate::sandbox::identity::USER_ID;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::{Context, query};
use crate::sandbox::texts::iam as texts;

/// The name of the one user.
const USER: &str = "sandbox";

pub(super) fn list_aliases(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let aliases = context.world.iam.account_alias.as_deref();
    let page = page(context.call, "", aliases)?;
    Ok(query::reply(context, |xml| {
        show::texts(xml, "AccountAliases", page.items.iter().copied());
        show::more(xml, &page);
    }))
}

/// The user that the call names: the caller, if it names none.
fn check_user(context: &Context<'_>) -> Result<(), Refusal> {
    match context.call.field("UserName") {
        Some(name) if name != USER => Err(no_such_entity(texts::NO_SUCH_USER.with(&[name]))),
        _ => Ok(()),
    }
}

pub(super) fn get_user(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    check_user(context)?;
    let arn = context.world.identity.arn();
    let created = show::time(context.world.iam.user_created());
    Ok(query::reply(context, |xml| {
        xml.element("User", |xml| {
            xml.text("Path", "/");
            xml.text("UserName", USER);
            xml.text("UserId", USER_ID);
            xml.text("Arn", &arn);
            xml.text("CreateDate", &created);
        });
    }))
}

/// The user has no device.
pub(super) fn list_mfa_devices(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    check_user(context)?;
    Ok(query::reply(context, |xml| {
        xml.element("MFADevices", |_| {});
        xml.value("IsTruncated", false);
    }))
}
