//! Roles: made, shown, listed, changed and deleted.

use super::parameters::{self, page, role_name};
use super::policy::Kind;
use super::show::{self, Extent};
use super::store::NewRole;
use super::{conflict, no_such_role};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::{Context, query};
use crate::sandbox::texts::iam as texts;

/// The longest trust policy, in characters.
const LONGEST_TRUST: usize = 2048;

pub(super) fn create(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let call = context.call;
    let name = role_name(call)?;
    let new = NewRole {
        name: name.to_owned(),
        path: parameters::path(call)?.to_owned(),
        description: parameters::description(call)?,
        longest_session: parameters::longest_session(call)?,
        trust: trust(context, "AssumeRolePolicyDocument")?,
        tags: parameters::tags(call)?,
    };
    if call.field("PermissionsBoundary").is_some() {
        let text = texts::NOT_SIMULATED.with(&["PermissionsBoundary"]);
        return Err(Refusal::client("InvalidInput", text));
    }
    if context.world.iam.find(name).is_some() {
        let text = texts::ROLE_EXISTS.with(&[name]);
        return Err(conflict("EntityAlreadyExists", text));
    }
    let role = context.world.iam.create(new, context.now).clone();
    tracing::debug!(role = role.name, "role made");
    Ok(query::reply(context, |xml| {
        xml.element("Role", |xml| show::role(xml, &role, Extent::Whole));
    }))
}

fn trust(context: &Context<'_>, field: &str) -> Result<super::Document, Refusal> {
    let document = parameters::document(context.call, field, Kind::Trust)?;
    let characters = document.text().chars().filter(|one| !one.is_whitespace());
    if characters.count() > LONGEST_TRUST {
        let text = texts::TRUST_TOO_LARGE.with(&[&LONGEST_TRUST.to_string()]);
        return Err(conflict("LimitExceeded", text));
    }
    Ok(document)
}

pub(super) fn get(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let name = role_name(context.call)?;
    let role = context.world.iam.find(name);
    let role = role.ok_or_else(|| no_such_role(name))?;
    Ok(query::reply(context, |xml| {
        xml.element("Role", |xml| show::role(xml, role, Extent::Whole));
    }))
}

pub(super) fn list(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let prefix = context.call.field("PathPrefix").unwrap_or("/");
    let roles = context.world.iam.roles();
    let wanted = roles.filter(|role| role.path.starts_with(prefix));
    let page = page(context.call, prefix, wanted)?;
    Ok(query::reply(context, |xml| {
        show::members(xml, "Roles", &page.items, |xml, role| {
            show::role(xml, role, Extent::Listed);
        });
        show::more(xml, &page);
    }))
}

pub(super) fn update_trust(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let name = role_name(context.call)?;
    let document = trust(context, "PolicyDocument")?;
    let role = context.world.iam.find_mut(name);
    role.ok_or_else(|| no_such_role(name))?.trust = document;
    Ok(query::done(context))
}

pub(super) fn delete(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let name = role_name(context.call)?;
    let role = context.world.iam.find(name);
    let role = role.ok_or_else(|| no_such_role(name))?;
    if !role.attached.is_empty() {
        let text = texts::ATTACHED_POLICIES_LEFT.plain();
        return Err(conflict("DeleteConflict", text));
    }
    if !role.inline.is_empty() {
        let text = texts::INLINE_POLICIES_LEFT.plain();
        return Err(conflict("DeleteConflict", text));
    }
    context.world.iam.remove(name);
    Ok(query::done(context))
}
