//! The inline policies of roles.

use super::parameters::{self, page, policy_name, role_name};
use super::policy::Kind;
use super::{conflict, no_such_entity, no_such_role, show};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::{Context, query};
use crate::sandbox::texts::iam as texts;

/// The longest that all inline policies of a role may be together, in characters without blanks.
const LONGEST: usize = 10_240;

pub(super) fn put(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let role_name = role_name(context.call)?;
    let name = policy_name(context.call)?;
    let document = parameters::document(context.call, "PolicyDocument", Kind::Identity)?;
    let role = context.world.iam.find_mut(role_name);
    let role = role.ok_or_else(|| no_such_role(role_name))?;
    let others = role.inline.iter().filter(|(other, _)| *other != name);
    let length: usize = others
        .map(|(_, document)| document)
        .chain([&document])
        .map(|document| {
            let characters = document.text().chars();
            characters.filter(|one| !one.is_whitespace()).count()
        })
        .sum();
    if length > LONGEST {
        let text = texts::POLICY_TOO_LARGE.with(&[&LONGEST.to_string(), role_name]);
        return Err(conflict("LimitExceeded", text));
    }
    role.inline.insert(name.to_owned(), document);
    Ok(query::done(context))
}

fn no_such_role_policy(name: &str) -> Refusal {
    no_such_entity(texts::NO_SUCH_ROLE_POLICY.with(&[name]))
}

pub(super) fn get(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let role_name = role_name(context.call)?;
    let name = policy_name(context.call)?;
    let role = context.world.iam.find(role_name);
    let role = role.ok_or_else(|| no_such_role(role_name))?;
    let document = role.inline.get(name);
    let document = document.ok_or_else(|| no_such_role_policy(name))?;
    Ok(query::reply(context, |xml| {
        xml.text("RoleName", &role.name);
        xml.text("PolicyName", name);
        show::document(xml, "PolicyDocument", document);
    }))
}

pub(super) fn list(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let name = role_name(context.call)?;
    let role = context.world.iam.find(name);
    let role = role.ok_or_else(|| no_such_role(name))?;
    let page = page(context.call, name, role.inline.keys().map(String::as_str))?;
    Ok(query::reply(context, |xml| {
        show::texts(xml, "PolicyNames", page.items.iter().copied());
        show::more(xml, &page);
    }))
}

pub(super) fn delete(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let role_name = role_name(context.call)?;
    let name = policy_name(context.call)?;
    let role = context.world.iam.find_mut(role_name);
    let role = role.ok_or_else(|| no_such_role(role_name))?;
    let removed = role.inline.remove(name);
    removed.ok_or_else(|| no_such_role_policy(name))?;
    Ok(query::done(context))
}
