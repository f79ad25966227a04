//! IAM: roles and their policies, and what they allow. Query protocol, version 2010-05-08.
//!
//! ```text
//! policy      documents: reading, checking, evaluating
//! store       roles and managed policies; who gets a role, and what it may then do
//! parameters  what requests say      show     what replies say
//! roles       roles, made, listed, changed    role_policies  their inline policies
//! managed     managed policies and their attachment
//! simulate    what a user or a role may do    account  the account and the caller
//! ```
//!
//! Invariants: IAM is global; the Region of a call does not matter. What the caller itself may do
//! is not said by policies but by the scenario's denials.

mod account;
mod managed;
mod parameters;
mod policy;
mod role_policies;
mod roles;
mod seed;
mod show;
mod simulate;
mod store;
#[cfg(test)]
mod tests;

use hyper::StatusCode;

use super::{Answer, Context, Operation, Resources, any_resource};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::texts::iam as texts;

pub(crate) use self::policy::{Document, Kind};
pub(crate) use self::seed::{IamSeed, RoleSeed};
pub(crate) use self::store::{Iam, Session};

/// The default and the longest time for which a role is assumed, in seconds.
const SESSION: (u32, u32) = (3600, 43_200);

pub(super) fn operation(action: &str) -> Option<Operation> {
    let (resources, answer): (Resources, Answer) = match action {
        "CreateRole" => (role_resource, roles::create),
        "GetRole" => (role_resource, roles::get),
        "ListRoles" => (roles_resource, roles::list),
        "UpdateAssumeRolePolicy" => (role_resource, roles::update_trust),
        "DeleteRole" => (role_resource, roles::delete),
        "PutRolePolicy" => (role_resource, role_policies::put),
        "GetRolePolicy" => (role_resource, role_policies::get),
        "ListRolePolicies" => (role_resource, role_policies::list),
        "DeleteRolePolicy" => (role_resource, role_policies::delete),
        "AttachRolePolicy" => (role_resource, managed::attach),
        "DetachRolePolicy" => (role_resource, managed::detach),
        "ListAttachedRolePolicies" => (role_resource, managed::list_attached),
        "GetPolicy" => (policy_resource, managed::get),
        "GetPolicyVersion" => (policy_resource, managed::get_version),
        "SimulatePrincipalPolicy" => (source_resource, simulate::simulate),
        "GetUser" => (user_resource, account::get_user),
        "ListMFADevices" => (user_resource, account::list_mfa_devices),
        "ListAccountAliases" => (any_resource, account::list_aliases),
        _ => return None,
    };
    Some(Operation { resources, answer })
}

/// The role that the call names, with its path if it exists.
fn role_resource(context: &mut Context<'_>) -> Vec<String> {
    let name = context.call.field("RoleName").unwrap_or("*");
    let found = context.world.iam.find(name).map(|role| role.arn.clone());
    let account = context.world.identity.account();
    let path = context.call.field("Path").unwrap_or("/");
    vec![found.unwrap_or_else(|| format!("arn:aws:iam::{account}:role{path}{name}"))]
}

fn roles_resource(context: &mut Context<'_>) -> Vec<String> {
    let account = context.world.identity.account();
    let prefix = context.call.field("PathPrefix").unwrap_or("/");
    vec![format!("arn:aws:iam::{account}:role{prefix}")]
}

fn policy_resource(context: &mut Context<'_>) -> Vec<String> {
    vec![context.call.field("PolicyArn").unwrap_or("*").to_owned()]
}

fn source_resource(context: &mut Context<'_>) -> Vec<String> {
    let named = context.call.field("PolicySourceArn");
    vec![named.unwrap_or("*").to_owned()]
}

fn user_resource(context: &mut Context<'_>) -> Vec<String> {
    let account = context.world.identity.account();
    let own = context.world.identity.arn();
    let named = context.call.field("UserName");
    vec![named.map_or(own, |name| format!("arn:aws:iam::{account}:user/{name}"))]
}

fn invalid(text: String) -> Refusal {
    Refusal::client("ValidationError", text)
}

fn malformed(text: String) -> Refusal {
    Refusal::client("MalformedPolicyDocument", text)
}

fn no_such_entity(text: String) -> Refusal {
    Refusal::service(StatusCode::NOT_FOUND, "NoSuchEntity", text)
}

fn conflict(code: &'static str, text: String) -> Refusal {
    Refusal::service(StatusCode::CONFLICT, code, text)
}

fn no_such_role(name: &str) -> Refusal {
    no_such_entity(texts::NO_SUCH_ROLE.with(&[name]))
}
