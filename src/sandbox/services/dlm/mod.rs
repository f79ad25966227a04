//! Data Lifecycle Manager: policies that make snapshots of tagged volumes. REST-JSON, version
//! 2018-01-12.
//!
//! ```text
//! details   what a policy says, checked      schedule   when it is due
//! policies  the policies and what they made, brought up to date with the time
//! ```
//!
//! Invariants: what a policy cannot do here is refused, not ignored. Deleting a policy leaves its
//! snapshots, which then never expire.

mod details;
mod members;
mod policies;
mod schedule;
#[cfg(test)]
mod tests;

use hyper::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use self::details::Details;
use self::members::{Members, invalid, missing};
use self::policies::{Policy, State};
use super::{Answer, Context, Operation, Resources};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::texts::dlm as texts;
use crate::sandbox::word::Word as _;

pub(crate) use self::policies::{Policies, PolicySeed, State as PolicyState};

/// The most policies in a Region.
const MOST_POLICIES: usize = 100;
const LONGEST_DESCRIPTION: usize = 500;

pub(super) fn operation(action: &str) -> Option<Operation> {
    let (resources, answer): (Resources, Answer) = match action {
        "CreateLifecyclePolicy" => (policy_resource, create),
        "GetLifecyclePolicies" => (super::any_resource, list),
        "GetLifecyclePolicy" => (policy_resource, get),
        "UpdateLifecyclePolicy" => (policy_resource, update),
        "DeleteLifecyclePolicy" => (policy_resource, delete),
        _ => return None,
    };
    Some(Operation { resources, answer })
}

fn policy_resource(context: &mut Context<'_>) -> Vec<String> {
    let named = Members::of(context.call).text("PolicyId").ok().flatten();
    vec![arn(context, named.unwrap_or("*"))]
}

fn arn(context: &Context<'_>, id: &str) -> String {
    let account = context.world.identity.account();
    format!("arn:aws:dlm:{}:{account}:policy/{id}", context.call.region)
}

fn reply(body: &Value) -> Reply {
    Reply::json(StatusCode::OK, body)
}

fn no_such_policy(id: &str) -> Refusal {
    let text = texts::NO_SUCH_POLICY.with(&[id]);
    Refusal::service(StatusCode::NOT_FOUND, "ResourceNotFoundException", text)
}

fn create(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let members = Members::of(context.call);
    members.only(&[
        "ExecutionRoleArn",
        "Description",
        "State",
        "PolicyDetails",
        "Tags",
    ])?;
    let role = role(members)?.ok_or_else(|| missing("ExecutionRoleArn"))?;
    let description = description(members)?.ok_or_else(|| missing("Description"))?;
    let state = state(members)?.ok_or_else(|| missing("State"))?;
    let details = members
        .object("PolicyDetails")?
        .ok_or_else(|| missing("PolicyDetails"))?;
    let details = Details::read(details, context.now)?;
    let tags = members.object("Tags")?.cloned().unwrap_or_default();
    context.permit("iam:PassRole", std::slice::from_ref(&role))?;

    let region = context.call.region.clone();
    let policies = &mut context.world.policies;
    if policies.in_region(&region).count() >= MOST_POLICIES {
        let text = texts::TOO_MANY_POLICIES.plain();
        let status = StatusCode::TOO_MANY_REQUESTS;
        return Err(Refusal::service(status, "LimitExceededException", text));
    }
    let id = policies.new_id();
    policies.add(Policy::new(
        policies::Facts {
            id: id.clone(),
            region,
            description,
            role,
            tags,
            details,
        },
        state,
        context.now,
    ));
    tracing::debug!(policy = id, "lifecycle policy made");
    Ok(reply(&json!({ "PolicyId": id })))
}

fn role(members: Members<'_>) -> Result<Option<String>, Refusal> {
    let Some(role) = members.text("ExecutionRoleArn")? else {
        return Ok(None);
    };
    let is_role = role.starts_with("arn:aws") && role.contains(":iam::") && role.contains(":role/");
    if !is_role {
        let why = "it must be the ARN of an IAM role";
        return Err(invalid(role, "ExecutionRoleArn", why));
    }
    Ok(Some(role.to_owned()))
}

fn description(members: Members<'_>) -> Result<Option<String>, Refusal> {
    let Some(text) = members.text("Description")? else {
        return Ok(None);
    };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b" _-".contains(&byte);
    if text.is_empty() || text.len() > LONGEST_DESCRIPTION || !text.bytes().all(allowed) {
        let why = "it must match [0-9A-Za-z _-]+ and have at most 500 characters";
        return Err(invalid(text, "Description", why));
    }
    Ok(Some(text.to_owned()))
}

fn state(members: Members<'_>) -> Result<Option<State>, Refusal> {
    match members.text("State")? {
        None => Ok(None),
        Some("ENABLED") => Ok(Some(State::Enabled)),
        Some("DISABLED") => Ok(Some(State::Disabled)),
        Some(other) => Err(invalid(other, "State", "it must be ENABLED or DISABLED")),
    }
}

fn list(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let members = Members::of(context.call);
    members.only(&[
        "policyIds",
        "state",
        "resourceTypes",
        "targetTags",
        "tagsToAdd",
        "defaultPolicyType",
    ])?;
    let ids = members.texts("policyIds")?;
    let state = members.texts("state")?.into_iter().next();
    let types = members.texts("resourceTypes")?;
    let targets = members.texts("targetTags")?;
    let added = members.texts("tagsToAdd")?;
    let defaults = !members.texts("defaultPolicyType")?.is_empty();
    let policies = &context.world.policies;
    let region = context.call.region.as_str();
    if let Some(unknown) = ids.iter().find(|id| policies.find(id, region).is_none()) {
        return Err(no_such_policy(unknown));
    }
    let is_wanted = |policy: &&Policy| {
        let details = &policy.facts.details;
        (ids.is_empty() || ids.contains(&policy.facts.id.as_str()))
            && state.is_none_or(|state| policy.state.name() == state)
            && types.iter().all(|kind| *kind == "VOLUME")
            && targets.iter().all(|tag| details.targets.iter().any(|target| is_tag(target, tag)))
            && added.iter().all(|tag| details.adds().any(|added| is_tag(added, tag)))
            // Nobody makes default policies here.
            && !defaults
    };
    let shown: Vec<Value> = policies
        .in_region(region)
        .filter(is_wanted)
        .map(|policy| {
            let mut shown = Map::new();
            shown.insert("PolicyId".to_owned(), json!(policy.facts.id));
            shown.insert("Description".to_owned(), json!(policy.facts.description));
            shown.insert("State".to_owned(), json!(policy.state.name()));
            shown.insert("Tags".to_owned(), json!(policy.facts.tags));
            shown.insert("PolicyType".to_owned(), json!("EBS_SNAPSHOT_MANAGEMENT"));
            shown.insert("DefaultPolicy".to_owned(), json!(false));
            Value::Object(shown)
        })
        .collect();
    Ok(reply(&json!({ "Policies": shown })))
}

/// Is it the tag that a query writes as `key=value`?
fn is_tag((key, value): &(String, String), written: &str) -> bool {
    written.split_once('=') == Some((key, value))
}

/// The id of the policy that a call names, which there is.
fn named(context: &Context<'_>) -> Result<String, Refusal> {
    let id = Members::of(context.call)
        .text("PolicyId")?
        .unwrap_or_default()
        .to_owned();
    match context.world.policies.find(&id, &context.call.region) {
        Some(_) => Ok(id),
        None => Err(no_such_policy(&id)),
    }
}

fn get(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let id = named(context)?;
    let found = context.world.policies.find(&id, &context.call.region);
    let policy = found.ok_or_else(|| no_such_policy(&id))?;
    let time = |time: Timestamp| time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    let message = policy
        .status_message
        .as_deref()
        .unwrap_or(policy.state.name());
    Ok(reply(&json!({
        "Policy": {
            "PolicyId": id,
            "Description": policy.facts.description,
            "State": policy.state.name(),
            "StatusMessage": message,
            "ExecutionRoleArn": policy.facts.role,
            "DateCreated": time(policy.created),
            "DateModified": time(policy.modified),
            "PolicyDetails": policy.facts.details.shown,
            "Tags": policy.facts.tags,
            "PolicyArn": arn(context, &id),
            "DefaultPolicy": false,
        }
    })))
}

fn update(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let members = Members::of(context.call);
    members.only(&[
        "PolicyId",
        "ExecutionRoleArn",
        "Description",
        "State",
        "PolicyDetails",
    ])?;
    let role = role(members)?;
    let description = description(members)?;
    let state = state(members)?;
    let details = members.object("PolicyDetails")?;
    let details = details
        .map(|details| Details::read(details, context.now))
        .transpose()?;
    if let Some(role) = &role {
        context.permit("iam:PassRole", std::slice::from_ref(role))?;
    }
    let id = named(context)?;
    let now = context.now;
    let Some(policy) = context.world.policies.find_mut(&id) else {
        return Err(no_such_policy(&id));
    };
    if let Some(details) = details {
        if !policy.facts.details.keeps_alike(&details) {
            let text = texts::COUNT_TO_AGE.plain();
            return Err(Refusal::client("InvalidRequestException", text));
        }
        policy.facts.details = details;
    }
    if let Some(role) = role {
        policy.facts.role = role;
    }
    if let Some(description) = description {
        policy.facts.description = description;
    }
    if let Some(state) = state {
        policy.state = state;
        policy.status_message = None;
    }
    policy.modified = now;
    Ok(reply(&json!({})))
}

fn delete(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let id = named(context)?;
    context.world.policies.remove(&id);
    Ok(reply(&json!({})))
}
