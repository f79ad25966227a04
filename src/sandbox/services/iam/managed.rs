//! Managed policies and their attachment to roles.

use super::parameters::{page, required, role_name};
use super::show::{self, VERSION};
use super::store::ManagedPolicy;
use super::{conflict, no_such_entity, no_such_role};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::{Context, query};
use crate::sandbox::texts::iam as texts;

/// How many policies can be attached to a role.
const MOST_ATTACHED: usize = 10;

/// The ARN that the call names, which has the form of a policy's.
fn policy_arn<'a>(context: &Context<'a>) -> Result<&'a str, Refusal> {
    let arn = required(context.call, "PolicyArn")?;
    if arn.starts_with("arn:aws") && arn.contains(":iam::") && arn.contains(":policy/") {
        return Ok(arn);
    }
    Err(super::invalid(texts::INVALID_ARN.with(&[arn])))
}

fn policy<'a>(context: &'a Context<'_>) -> Result<&'a ManagedPolicy, Refusal> {
    let arn = policy_arn(context)?;
    let policy = context.world.iam.policy(arn);
    policy.ok_or_else(|| no_such_entity(texts::NO_SUCH_POLICY.with(&[arn])))
}

pub(super) fn get(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let policy = policy(context)?;
    let attachments = context.world.iam.attachments(&policy.arn);
    Ok(query::reply(context, |xml| {
        xml.element("Policy", |xml| show::policy(xml, policy, attachments));
    }))
}

pub(super) fn get_version(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let version = required(context.call, "VersionId")?;
    let policy = policy(context)?;
    if version != VERSION {
        let text = texts::NO_SUCH_VERSION.with(&[&policy.arn, version]);
        return Err(no_such_entity(text));
    }
    Ok(query::reply(context, |xml| {
        xml.element("PolicyVersion", |xml| show::version(xml, policy));
    }))
}

pub(super) fn attach(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let name = role_name(context.call)?;
    let arn = policy_arn(context)?;
    let is_known = context.world.iam.policy(arn).is_some();
    let role = context.world.iam.find_mut(name);
    let role = role.ok_or_else(|| no_such_role(name))?;
    if !is_known {
        return Err(no_such_entity(texts::NOT_ATTACHABLE.with(&[arn])));
    }
    if !role.attached.iter().any(|attached| attached == arn) {
        if role.attached.len() >= MOST_ATTACHED {
            let text = texts::TOO_MANY_ATTACHED.with(&[&MOST_ATTACHED.to_string()]);
            return Err(conflict("LimitExceeded", text));
        }
        role.attached.push(arn.to_owned());
    }
    Ok(query::done(context))
}

pub(super) fn detach(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let name = role_name(context.call)?;
    let arn = policy_arn(context)?;
    let role = context.world.iam.find_mut(name);
    let role = role.ok_or_else(|| no_such_role(name))?;
    let place = role.attached.iter().position(|attached| attached == arn);
    let place = place.ok_or_else(|| no_such_entity(texts::NO_SUCH_POLICY.with(&[arn])))?;
    role.attached.remove(place);
    Ok(query::done(context))
}

pub(super) fn list_attached(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let name = role_name(context.call)?;
    let iam = &context.world.iam;
    let role = iam.find(name).ok_or_else(|| no_such_role(name))?;
    let attached = role.attached.iter().filter_map(|arn| iam.policy(arn));
    let page = page(context.call, name, attached)?;
    Ok(query::reply(context, |xml| {
        show::members(xml, "AttachedPolicies", &page.items, |xml, policy| {
            xml.text("PolicyName", &policy.name);
            xml.text("PolicyArn", &policy.arn);
        });
        show::more(xml, &page);
    }))
}
