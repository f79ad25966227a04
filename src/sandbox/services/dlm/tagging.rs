//! The tags of policies: `ListTagsForResource`, `TagResource`, `UntagResource`.

use serde_json::{Map, Value, json};

use super::members::{Members, invalid, missing};
use super::policies::Policy;
use super::{arn, no_such_policy, reply};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;

const MOST: usize = 200;
const LONGEST_KEY: usize = 128;
const LONGEST_VALUE: usize = 256;

/// A map of tags.
pub(super) fn read(members: Members<'_>, name: &str) -> Result<Map<String, Value>, Refusal> {
    let Some(tags) = members.object(name)? else {
        return Ok(Map::new());
    };
    for (key, value) in tags {
        let value = value
            .as_str()
            .ok_or_else(|| invalid(key, name, "its value must be a string"))?;
        if key.to_ascii_lowercase().starts_with("aws:") {
            let why = "keys that start with aws: are reserved";
            return Err(invalid(key, name, why));
        }
        if key.is_empty() || key.chars().count() > LONGEST_KEY {
            let why = "a key must have 1 to 128 characters";
            return Err(invalid(key, name, why));
        }
        if value.chars().count() > LONGEST_VALUE {
            let why = "a value has at most 256 characters";
            return Err(invalid(value, name, why));
        }
    }
    check_count(tags, name)?;
    Ok(tags.clone())
}

fn check_count(tags: &Map<String, Value>, name: &str) -> Result<(), Refusal> {
    if tags.len() <= MOST {
        return Ok(());
    }
    Err(invalid(
        &tags.len().to_string(),
        name,
        "at most 200 are allowed",
    ))
}

/// The policy whose ARN a call names.
fn policy<'a>(context: &'a mut Context<'_>) -> Result<&'a mut Policy, Refusal> {
    let members = Members::of(context.call);
    let named = members
        .text("ResourceArn")?
        .ok_or_else(|| missing("ResourceArn"))?;
    let id = named.rsplit('/').next().unwrap_or_default();
    let is_there = context.world.policies.find(id, &context.call.region);
    if is_there.is_none() || named != arn(context, id) {
        return Err(no_such_policy(named));
    }
    let found = context.world.policies.find_mut(id);
    found.ok_or_else(|| no_such_policy(named))
}

pub(super) fn list(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let tags = policy(context)?.facts.tags.clone();
    Ok(reply(&json!({ "Tags": tags })))
}

pub(super) fn tag(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let members = Members::of(context.call);
    members.only(&["ResourceArn", "Tags"])?;
    let new = read(members, "Tags")?;
    if new.is_empty() {
        return Err(missing("Tags"));
    }
    let policy = policy(context)?;
    let mut all = policy.facts.tags.clone();
    all.extend(new);
    check_count(&all, "Tags")?;
    policy.facts.tags = all;
    Ok(reply(&json!({})))
}

pub(super) fn untag(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let keys = Members::of(context.call).texts("tagKeys")?;
    if keys.is_empty() {
        return Err(missing("tagKeys"));
    }
    let policy = policy(context)?;
    policy
        .facts
        .tags
        .retain(|key, _| !keys.contains(&key.as_str()));
    Ok(reply(&json!({})))
}
