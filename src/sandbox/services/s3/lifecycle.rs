//! Lifecycle rules of buckets.
//!
//! Invariants: a configuration is kept as it was sent, once it is known to be one. Nothing is
//! moved by it: that it would be is what counts here.

use std::collections::HashSet;

use hyper::StatusCode;
use serde_json::{Map, Value, json};

use super::bucket::many;
use super::reply::{self, not_found};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::texts::s3 as texts;
use crate::sandbox::xml::Xml;

const RULE: [&str; 9] = [
    "ID",
    "Prefix",
    "Filter",
    "Status",
    "Transition",
    "Expiration",
    "NoncurrentVersionTransition",
    "NoncurrentVersionExpiration",
    "AbortIncompleteMultipartUpload",
];
/// The members of a rule that do something.
const ACTIONS: [&str; 5] = [
    "Transition",
    "Expiration",
    "NoncurrentVersionTransition",
    "NoncurrentVersionExpiration",
    "AbortIncompleteMultipartUpload",
];
const CLASSES: [&str; 6] = [
    "GLACIER",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "DEEP_ARCHIVE",
    "GLACIER_IR",
];
/// Classes to which nothing younger than 30 days is moved.
const INFREQUENT: [&str; 2] = ["STANDARD_IA", "ONEZONE_IA"];
const MOST_RULES: usize = 1000;

fn malformed() -> Refusal {
    Refusal::client("MalformedXML", texts::MALFORMED_XML.plain())
}

/// Checks a configuration.
pub(super) fn check(configuration: &Value) -> Result<(), Refusal> {
    let members = configuration.as_object().ok_or_else(malformed)?;
    let rules: Vec<&Value> = members
        .get("Rule")
        .map(many)
        .into_iter()
        .flatten()
        .collect();
    if members.len() != 1 || rules.is_empty() || rules.len() > MOST_RULES {
        return Err(malformed());
    }
    let mut ids = HashSet::new();
    for rule in rules {
        let members = rule.as_object().ok_or_else(malformed)?;
        check_rule(members)?;
        let id = members.get("ID").and_then(Value::as_str);
        if id.is_some_and(|id| !ids.insert(id)) {
            let text = texts::SAME_RULE_ID.plain();
            return Err(Refusal::client("InvalidArgument", text));
        }
    }
    Ok(())
}

fn check_rule(members: &Map<String, Value>) -> Result<(), Refusal> {
    let is_known = |name: &String| RULE.contains(&name.as_str());
    let status = members.get("Status").and_then(Value::as_str);
    let scopes = ["Prefix", "Filter"].map(|name| members.contains_key(name));
    let well_formed = members.keys().all(is_known)
        && matches!(status, Some("Enabled" | "Disabled"))
        && scopes[0] != scopes[1];
    if !well_formed {
        return Err(malformed());
    }
    if !ACTIONS.iter().any(|action| members.contains_key(*action)) {
        let text = texts::NO_ACTION.plain();
        return Err(Refusal::client("InvalidRequest", text));
    }
    members
        .get("Transition")
        .map(many)
        .into_iter()
        .flatten()
        .try_for_each(check_transition)
}

fn check_transition(transition: &Value) -> Result<(), Refusal> {
    let text = |name: &str| transition.get(name).and_then(Value::as_str);
    let class = text("StorageClass").filter(|class| CLASSES.contains(class));
    let class = class.ok_or_else(malformed)?;
    let days: Option<u32> = match (text("Days"), text("Date")) {
        (Some(days), None) => Some(days.parse().map_err(|_| malformed())?),
        (None, Some(_)) => None,
        _ => return Err(malformed()),
    };
    if INFREQUENT.contains(&class) && days.is_some_and(|days| days < 30) {
        let text = texts::TOO_FEW_DAYS.with(&[class]);
        return Err(Refusal::client("InvalidArgument", text));
    }
    Ok(())
}

pub(super) fn get(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let bucket = match reply::bucket(context) {
        Ok(bucket) => bucket,
        Err(unreached) => return unreached.answer(),
    };
    let Some(configuration) = &bucket.lifecycle else {
        let text = texts::NO_LIFECYCLE.plain();
        return Err(not_found("NoSuchLifecycleConfiguration", text));
    };
    Ok(reply::document(context, "LifecycleConfiguration", |xml| {
        write(xml, configuration);
    }))
}

/// Writes members as the elements that they were.
fn write(xml: &mut Xml, members: &Map<String, Value>) {
    for (name, value) in members {
        for value in many(value) {
            match value {
                Value::Object(members) => xml.element(name, |xml| write(xml, members)),
                other => xml.text(name, other.as_str().unwrap_or_default()),
            }
        }
    }
}

pub(super) fn put(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    if let Err(unreached) = reply::bucket(context) {
        return unreached.answer();
    }
    let configuration = context.call.member("LifecycleConfiguration");
    let configuration = configuration.ok_or_else(malformed)?;
    check(configuration)?;
    let mut rules: Vec<Value> = configuration
        .get("Rule")
        .map(many)
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    for (number, rule) in rules.iter_mut().enumerate() {
        if let Value::Object(members) = rule {
            // A rule without a name is given one.
            members
                .entry("ID")
                .or_insert_with(|| json!(format!("rule-{}-{number}", context.request_id)));
        }
    }
    set(context, Some(json!({ "Rule": rules })));
    Ok(reply::empty(context, StatusCode::OK))
}

pub(super) fn delete(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    if let Err(unreached) = reply::bucket(context) {
        return unreached.answer();
    }
    set(context, None);
    Ok(reply::empty(context, StatusCode::NO_CONTENT))
}

fn set(context: &mut Context<'_>, configuration: Option<Value>) {
    let name = context.call.text("Bucket").unwrap_or_default();
    if let Some(bucket) = context.world.buckets.find_mut(name) {
        bucket.lifecycle = match configuration {
            Some(Value::Object(members)) => Some(members),
            _ => None,
        };
    }
}
