//! Policy documents: what IAM accepts as one, and what it says.
//!
//! ```text
//! mod        the document and its checks      condition  Condition blocks
//! evaluate   what a document answers to a question
//! ```
//!
//! Invariants: a document that exists was checked; its text is kept as it was sent, because IAM
//! gives it back so. Policy variables (`${aws:username}`) are plain text here.

mod condition;
mod evaluate;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use serde_json::{Map, Value};

use self::condition::Conditions;
use crate::sandbox::texts::iam as texts;
use crate::sandbox::wildcard::Pattern;

pub(crate) use self::evaluate::{Decision, Question, decide};

const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];
const PRINCIPAL_TYPES: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];

/// What a document is for, which decides what it must and must not contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What its owner may do.
    Identity,
    /// Who may assume a role.
    Trust,
}

/// A policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Document {
    text: String,
    statements: Vec<Statement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Statement {
    sid: Option<String>,
    effect: Effect,
    /// In lower case: actions match without regard to case.
    actions: Selection,
    /// None in a trust policy, whose resource is the role.
    resources: Option<Selection>,
    principals: Vec<Principal>,
    conditions: Conditions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    Allow,
    Deny,
}

/// `Action` or `NotAction`, `Resource` or `NotResource`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Selection {
    Only(Vec<Pattern>),
    AllBut(Vec<Pattern>),
}

/// Whom a trust policy names.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Principal {
    Anyone,
    Service(String),
    /// An account, user or role of AWS, or a federation: none of them assumes roles here.
    Other,
}

impl Selection {
    fn has(&self, text: &str) -> bool {
        let any = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.matches(text));
        match self {
            Self::Only(patterns) => any(patterns),
            Self::AllBut(patterns) => !any(patterns),
        }
    }
}

impl Document {
    /// Reads a document. The error is what IAM says of it (`MalformedPolicyDocument`).
    pub(crate) fn read(text: &str, kind: Kind) -> Result<Self, String> {
        let syntax = || texts::POLICY_SYNTAX.plain();
        let Ok(Value::Object(members)) = serde_json::from_str(text) else {
            return Err(texts::POLICY_NOT_JSON.plain());
        };
        if members
            .keys()
            .any(|key| !["Version", "Id", "Statement"].contains(&key.as_str()))
        {
            return Err(syntax());
        }
        match members.get("Version") {
            None => {}
            Some(Value::String(version)) if VERSIONS.contains(&version.as_str()) => {}
            Some(_) => return Err(texts::POLICY_VERSION.plain()),
        }
        let statements = match members.get("Statement") {
            Some(Value::Array(statements)) if !statements.is_empty() => statements.as_slice(),
            Some(statement @ Value::Object(_)) => std::slice::from_ref(statement),
            _ => return Err(syntax()),
        };
        let statements: Vec<Statement> = statements
            .iter()
            .map(|statement| {
                let members = statement.as_object().ok_or_else(syntax)?;
                Statement::read(members, kind)
            })
            .collect::<Result<_, _>>()?;
        let mut seen = HashSet::new();
        let mut sids = statements.iter().filter_map(|one| one.sid.as_deref());
        if !sids.all(|sid| sid.is_empty() || seen.insert(sid)) {
            return Err(texts::POLICY_SIDS.plain());
        }
        Ok(Self {
            text: text.to_owned(),
            statements,
        })
    }

    /// The text as it was sent.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl Statement {
    fn read(members: &Map<String, Value>, kind: Kind) -> Result<Self, String> {
        const KNOWN: [&str; 9] = [
            "Sid",
            "Effect",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Principal",
            "NotPrincipal",
            "Condition",
        ];
        let syntax = || texts::POLICY_SYNTAX.plain();
        if members.keys().any(|key| !KNOWN.contains(&key.as_str())) {
            return Err(syntax());
        }
        let effect = match members.get("Effect").and_then(Value::as_str) {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            Some(_) => return Err(syntax()),
            None => return Err(texts::POLICY_MISSING_FIELD.with(&["Effect"])),
        };
        let sid = match members.get("Sid") {
            None => None,
            Some(Value::String(sid)) => Some(sid.clone()),
            Some(_) => return Err(syntax()),
        };
        let actions = selection(members, "Action", "NotAction", &|action| {
            check_action(action, kind)
        })?
        .ok_or_else(|| texts::POLICY_NO_ACTIONS.plain())?;
        let resources = selection(members, "Resource", "NotResource", &check_resource)?;
        let principals = match members.get("Principal") {
            Some(principal) => read_principals(principal)?,
            None => Vec::new(),
        };
        match kind {
            Kind::Identity => {
                if !principals.is_empty() || members.contains_key("NotPrincipal") {
                    return Err(texts::POLICY_WITH_PRINCIPAL.plain());
                }
                if resources.is_none() {
                    return Err(texts::POLICY_NO_RESOURCES.plain());
                }
            }
            Kind::Trust => {
                if resources.is_some() {
                    return Err(texts::POLICY_PROHIBITED_FIELD.with(&["Resource"]));
                }
                if principals.is_empty() {
                    return Err(texts::POLICY_MISSING_FIELD.with(&["Principal"]));
                }
            }
        }
        Ok(Self {
            sid,
            effect,
            actions,
            resources,
            principals,
            conditions: Conditions::read(members.get("Condition"))?,
        })
    }
}

/// A text or a list of texts, not empty.
fn texts_of(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(text) => Some(vec![text]),
        Value::Array(items) if !items.is_empty() => items.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

fn selection(
    members: &Map<String, Value>,
    only: &str,
    all_but: &str,
    check: &dyn Fn(&str) -> Result<String, String>,
) -> Result<Option<Selection>, String> {
    let (value, selection): (_, fn(Vec<Pattern>) -> Selection) =
        match (members.get(only), members.get(all_but)) {
            (None, None) => return Ok(None),
            (Some(value), None) => (value, Selection::Only),
            (None, Some(value)) => (value, Selection::AllBut),
            (Some(_), Some(_)) => return Err(texts::POLICY_SYNTAX.plain()),
        };
    let patterns = texts_of(value)
        .ok_or_else(|| texts::POLICY_SYNTAX.plain())?
        .into_iter()
        .map(|text| check(text).map(|text| Pattern::plain(&text)))
        .collect::<Result<_, _>>()?;
    Ok(Some(selection(patterns)))
}

/// The action in lower case.
fn check_action(action: &str, kind: Kind) -> Result<String, String> {
    let lower = action.to_ascii_lowercase();
    let well_formed = lower == "*"
        || lower
            .split_once(':')
            .is_some_and(|(vendor, name)| !vendor.is_empty() && !name.is_empty());
    if !well_formed {
        return Err(texts::POLICY_ACTION.plain());
    }
    if kind == Kind::Trust && !lower.starts_with("sts:") {
        return Err(texts::POLICY_TRUST_ACTION.plain());
    }
    Ok(lower)
}

fn check_resource(resource: &str) -> Result<String, String> {
    if resource == "*" || resource.starts_with("arn:") {
        return Ok(resource.to_owned());
    }
    Err(texts::POLICY_RESOURCE.with(&[resource]))
}

fn read_principals(value: &Value) -> Result<Vec<Principal>, String> {
    let syntax = || texts::POLICY_SYNTAX.plain();
    let by_type = match value {
        Value::String(text) if text == "*" => return Ok(vec![Principal::Anyone]),
        Value::Object(by_type) => by_type,
        _ => return Err(syntax()),
    };
    let mut principals = Vec::new();
    for (kind, names) in by_type {
        if !PRINCIPAL_TYPES.contains(&kind.as_str()) {
            return Err(syntax());
        }
        for name in texts_of(names).ok_or_else(syntax)? {
            principals.push(principal(kind, name)?);
        }
    }
    Ok(principals)
}

fn principal(kind: &str, name: &str) -> Result<Principal, String> {
    let wrong = || {
        let kind = kind.to_ascii_uppercase();
        texts::POLICY_PRINCIPAL.with(&[&format!("\"{kind}\":\"{name}\"")])
    };
    match kind {
        "Service" if name.ends_with(".amazonaws.com") => Ok(Principal::Service(name.to_owned())),
        "AWS" if name == "*" => Ok(Principal::Anyone),
        "AWS" if name.starts_with("arn:aws") => Ok(Principal::Other),
        "AWS" if name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit()) => {
            Ok(Principal::Other)
        }
        "Federated" | "CanonicalUser" => Ok(Principal::Other),
        _ => Err(wrong()),
    }
}
