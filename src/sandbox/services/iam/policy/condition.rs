//! `Condition` blocks of policy statements.
//!
//! Invariants: every block must hold; of the values of a key one is enough, for negated operators
//! none may match. A key that the request does not have fails its test, except with `IfExists`, a
//! negated operator or `Null`, as in IAM. Dates, numbers and addresses are not compared: such an
//! operator is accepted and never holds.

use serde_json::Value;

use crate::sandbox::texts::iam as texts;
use crate::sandbox::wildcard::Pattern;

/// Operators of IAM's that are known and never hold here.
const NOT_COMPARED: [&str; 4] = ["Numeric", "Date", "IpAddress", "BinaryEquals"];

/// The conditions of a statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Conditions(Vec<Test>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Test {
    operator: Operator,
    /// Does it hold without the key?
    if_exists: bool,
    key: String,
    values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equals,
    NotEquals,
    EqualsIgnoreCase,
    NotEqualsIgnoreCase,
    Like,
    NotLike,
    Bool,
    Null,
    NotCompared,
}

impl Operator {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "StringEquals" => Self::Equals,
            "StringNotEquals" => Self::NotEquals,
            "StringEqualsIgnoreCase" => Self::EqualsIgnoreCase,
            "StringNotEqualsIgnoreCase" => Self::NotEqualsIgnoreCase,
            // ARNs may hold wildcards in both forms.
            "StringLike" | "ArnLike" | "ArnEquals" => Self::Like,
            "StringNotLike" | "ArnNotLike" | "ArnNotEquals" => Self::NotLike,
            "Bool" => Self::Bool,
            "Null" => Self::Null,
            "NotIpAddress" => Self::NotCompared,
            other if NOT_COMPARED.iter().any(|known| other.starts_with(known)) => Self::NotCompared,
            _ => return None,
        })
    }
}

impl Conditions {
    pub(super) fn read(value: Option<&Value>) -> Result<Self, String> {
        let syntax = || texts::POLICY_SYNTAX.plain();
        let Some(value) = value else {
            return Ok(Self::default());
        };
        let mut tests = Vec::new();
        for (written, keys) in value.as_object().ok_or_else(syntax)? {
            // The set operators ask the same of the single values that requests have here.
            let name = written
                .strip_prefix("ForAnyValue:")
                .or_else(|| written.strip_prefix("ForAllValues:"))
                .unwrap_or(written);
            let (name, if_exists) = match name.strip_suffix("IfExists") {
                Some(name) => (name, true),
                None => (name, false),
            };
            let operator = Operator::from_name(name)
                .ok_or_else(|| texts::POLICY_CONDITION.with(&[written]))?;
            for (key, values) in keys.as_object().ok_or_else(syntax)? {
                if !key.contains(':') {
                    return Err(texts::POLICY_ACTION.plain());
                }
                tests.push(Test {
                    operator,
                    if_exists,
                    key: key.to_ascii_lowercase(),
                    values: values_of(values).ok_or_else(syntax)?,
                });
            }
        }
        Ok(Self(tests))
    }

    /// Do they all hold for a request with these keys?
    pub(super) fn hold(&self, context: &[(&str, &str)]) -> bool {
        self.0.iter().all(|test| test.holds(context))
    }

    /// The keys that they ask for and a request does not have.
    pub(super) fn missing<'a>(
        &'a self,
        context: &'a [(&str, &str)],
    ) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .map(|test| test.key.as_str())
            .filter(|key| find(context, key).is_none())
    }
}

impl Test {
    fn holds(&self, context: &[(&str, &str)]) -> bool {
        let found = find(context, &self.key);
        let any = |matches: &dyn Fn(&str, &str) -> bool| {
            found.is_some_and(|found| self.values.iter().any(|value| matches(value, found)))
        };
        let equal = |value: &str, found: &str| value == found;
        let alike = |value: &str, found: &str| value.eq_ignore_ascii_case(found);
        let like = |value: &str, found: &str| Pattern::plain(value).matches(found);
        if self.if_exists && found.is_none() {
            return true;
        }
        match self.operator {
            Operator::Equals => any(&equal),
            Operator::NotEquals => !any(&equal),
            Operator::EqualsIgnoreCase | Operator::Bool => any(&alike),
            Operator::NotEqualsIgnoreCase => !any(&alike),
            Operator::Like => any(&like),
            Operator::NotLike => !any(&like),
            Operator::Null => {
                let absent = found.is_none().to_string();
                self.values.iter().any(|value| alike(value, &absent))
            }
            Operator::NotCompared => false,
        }
    }
}

fn find<'a>(context: &[(&str, &'a str)], key: &str) -> Option<&'a str> {
    context
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(key))
        .map(|(_, value)| *value)
}

/// One or several texts, numbers or truth values.
fn values_of(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(items) => items.iter().map(text).collect(),
        one => Some(vec![text(one)?]),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}
