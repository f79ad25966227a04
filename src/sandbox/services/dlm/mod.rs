//! Data Lifecycle Manager: policies that make snapshots of tagged volumes. REST-JSON, version
//! 2018-01-12.
//!
//! ```text
//! details   what a policy says, checked      schedule, cron   when it is due
//! policies  the policies and what they made, brought up to date with the time
//! tagging   the tags of the policies themselves
//! ```
//!
//! Invariants: what a policy cannot do here is refused, not ignored. Deleting a policy leaves its
//! snapshots, which then never expire.

mod cron;
mod details;
mod members;
mod policies;
mod schedule;
mod tagging;
#[cfg(test)]
mod tests;

use hyper::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use self::details::Details;
use self::members::{Members, invalid, missing, together};
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
const LONGEST_ID: usize = 64;

pub(super) fn operation(action: &str) -> Option<Operation> {
    let (resources, answer): (Resources, Answer) = match action {
        "CreateLifecyclePolicy" => (policy_resource, create),
        "GetLifecyclePolicies" => (super::any_resource, list),
        "GetLifecyclePolicy" => (policy_resource, get),
        "UpdateLifecyclePolicy" => (policy_resource, update),
        "DeleteLifecyclePolicy" => (policy_resource, delete),
        "ListTagsForResource" => (tagged_resource, tagging::list),
        "TagResource" => (tagged_resource, tagging::tag),
        "UntagResource" => (tagged_resource, tagging::untag),
        _ => return None,
    };
    Some(Operation { resources, answer })
}

fn policy_resource(context: &mut Context<'_>) -> Vec<String> {
    let named = Members::of(context.call).text("PolicyId").ok().flatten();
    vec![arn(context, named.unwrap_or("*"))]
}

fn tagged_resource(context: &mut Context<'_>) -> Vec<String> {
    let named = Members::of(context.call).text("ResourceArn");
    vec![named.ok().flatten().unwrap_or("*").to_owned()]
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
        "DefaultPolicy",
        "CreateInterval",
        "RetainInterval",
        "CopyTags",
        "ExtendDeletion",
        "CrossRegionCopyTargets",
        "Exclusions",
    ])?;
    let role = role(members)?.ok_or_else(|| missing("ExecutionRoleArn"))?;
    let description = description(members)?.ok_or_else(|| missing("Description"))?;
    let state = state(members)?.ok_or_else(|| missing("State"))?;
    let details = new_details(members, context.now)?;
    let tags = tagging::read(members, "Tags")?;
    context.permit("iam:PassRole", std::slice::from_ref(&role))?;

    let region = context.call.region.clone();
    let policies = &mut context.world.policies;
    if policies.in_region(&region).count() >= MOST_POLICIES {
        let text = texts::TOO_MANY_POLICIES.plain();
        let status = StatusCode::TOO_MANY_REQUESTS;
        return Err(Refusal::service(status, "LimitExceededException", text));
    }
    let has_default = policies
        .in_region(&region)
        .any(|policy| policy.facts.details.is_default());
    if details.is_default() && has_default {
        let text = texts::ONE_DEFAULT_POLICY.plain();
        return Err(Refusal::client("InvalidRequestException", text));
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

/// The members that a default policy has and others have not.
const OF_DEFAULT: [&str; 6] = [
    "CreateInterval",
    "RetainInterval",
    "CopyTags",
    "ExtendDeletion",
    "CrossRegionCopyTargets",
    "Exclusions",
];

/// What a new policy covers: as `PolicyDetails` say, or as the members of a default policy do.
fn new_details(members: Members<'_>, now: Timestamp) -> Result<Details, Refusal> {
    let said = members.object("PolicyDetails")?;
    match (members.text("DefaultPolicy")?, said) {
        (Some("VOLUME"), None) => Details::of_default(members, now),
        (Some(_), Some(_)) => Err(together("DefaultPolicy", "PolicyDetails")),
        (Some("INSTANCE"), None) => {
            let why = "only VOLUME is supported here";
            Err(invalid("INSTANCE", "DefaultPolicy", why))
        }
        (Some(other), None) => {
            let why = "it must be VOLUME or INSTANCE";
            Err(invalid(other, "DefaultPolicy", why))
        }
        (None, Some(said)) => {
            check_custom(members)?;
            Details::read(said, now)
        }
        (None, None) => Err(missing("PolicyDetails")),
    }
}

/// Refuses the members of a default policy.
fn check_custom(members: Members<'_>) -> Result<(), Refusal> {
    match OF_DEFAULT.iter().find(|name| members.has(name)) {
        Some(name) => Err(together(name, "PolicyDetails")),
        None => Ok(()),
    }
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
    if let Some(wrong) = ids.iter().find(|id| !is_policy_id(id)) {
        return Err(wrong_id(wrong));
    }
    let state = members.texts("state")?.into_iter().next();
    if let Some(wrong) = state.filter(|state| State::from_name(state).is_none()) {
        let why = "it must be ENABLED, DISABLED or ERROR";
        return Err(invalid(wrong, "state", why));
    }
    let types = members.texts("resourceTypes")?;
    if let Some(wrong) = types
        .iter()
        .find(|kind| !matches!(**kind, "VOLUME" | "INSTANCE"))
    {
        return Err(invalid(
            wrong,
            "resourceTypes",
            "it must be VOLUME or INSTANCE",
        ));
    }
    let targets = members.texts("targetTags")?;
    let added = members.texts("tagsToAdd")?;
    let defaults = members.texts("defaultPolicyType")?.into_iter().next();
    if let Some(wrong) = defaults.filter(|kind| !matches!(*kind, "VOLUME" | "INSTANCE" | "ALL")) {
        let why = "it must be VOLUME, INSTANCE or ALL";
        return Err(invalid(wrong, "defaultPolicyType", why));
    }
    let policies = &context.world.policies;
    let region = context.call.region.as_str();
    if let Some(unknown) = ids.iter().find(|id| policies.find(id, region).is_none()) {
        return Err(no_such_policy(unknown));
    }
    let is_wanted = |policy: &&Policy| {
        let details = &policy.facts.details;
        (ids.is_empty() || ids.contains(&policy.facts.id.as_str()))
            && state.is_none_or(|state| policy.state.name() == state)
            && (types.is_empty() || types.contains(&details.resource_type()))
            && targets
                .iter()
                .all(|tag| details.targets.iter().any(|target| is_tag(target, tag)))
            && added
                .iter()
                .all(|tag| details.adds().any(|added| is_tag(added, tag)))
            && defaults.is_none_or(|kind| {
                details.is_default() && (kind == "ALL" || kind == details.resource_type())
            })
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
            let is_default = policy.facts.details.is_default();
            shown.insert("DefaultPolicy".to_owned(), json!(is_default));
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
    if !is_policy_id(&id) {
        return Err(wrong_id(&id));
    }
    match context.world.policies.find(&id, &context.call.region) {
        Some(_) => Ok(id),
        None => Err(no_such_policy(&id)),
    }
}

/// `policy-` and hexadecimal digits, as the model has it.
fn is_policy_id(text: &str) -> bool {
    let digits = text.strip_prefix("policy-").unwrap_or_default();
    let good = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    !digits.is_empty() && text.len() <= LONGEST_ID && digits.bytes().all(good)
}

fn wrong_id(text: &str) -> Refusal {
    let why = "it must match policy-[a-f0-9]+ and have at most 64 characters";
    invalid(text, "PolicyId", why)
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
            "DefaultPolicy": policy.facts.details.is_default(),
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
        "CreateInterval",
        "RetainInterval",
        "CopyTags",
        "ExtendDeletion",
        "CrossRegionCopyTargets",
        "Exclusions",
    ])?;
    let role = role(members)?;
    let description = description(members)?;
    let state = state(members)?;
    let id = named(context)?;
    let details = changed_details(context, members, &id)?;
    if let Some(role) = &role {
        context.permit("iam:PassRole", std::slice::from_ref(role))?;
    }
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

/// What a policy is to cover from now on, if that changes.
fn changed_details(
    context: &Context<'_>,
    members: Members<'_>,
    id: &str,
) -> Result<Option<Details>, Refusal> {
    let found = context.world.policies.find(id, &context.call.region);
    let old = &found.ok_or_else(|| no_such_policy(id))?.facts.details;
    let said = members.object("PolicyDetails")?;
    if !old.is_default() {
        check_custom(members)?;
        return said
            .map(|said| Details::read(said, context.now))
            .transpose();
    }
    if said.is_some() {
        return Err(together("DefaultPolicy", "PolicyDetails"));
    }
    let mut all = old.shown.clone();
    let changes = members.some_of(&OF_DEFAULT);
    if changes.is_empty() {
        return Ok(None);
    }
    all.extend(changes);
    Details::of_default(Members::new(&all), context.now).map(Some)
}

fn delete(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let id = named(context)?;
    context.world.policies.remove(&id);
    Ok(reply(&json!({})))
}
