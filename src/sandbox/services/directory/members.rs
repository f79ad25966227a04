//! Reading the members of a request.
//!
//! Invariants: an absent member and null are the same; a member of the wrong JSON type is a
//! `SerializationException`, before anything else is looked at; unknown members are ignored; a
//! value of the right type that breaks its constraint is an `InvalidParameterException`.

use serde_json::{Map, Value};

use super::id::{DirectoryId, SnapshotId};
use crate::sandbox::call::{Call, Params};
use crate::sandbox::refusal::{Refusal, wrong_type};
use crate::sandbox::texts;

/// The members of a request.
#[derive(Clone, Copy)]
pub(super) struct Members<'a> {
    members: Option<&'a Map<String, Value>>,
}

impl<'a> Members<'a> {
    pub(super) fn of(call: &'a Call) -> Self {
        let members = match &call.params {
            Params::Members(members) => Some(members),
            Params::Form(_) | Params::NotJson | Params::Http(_) => None,
        };
        Self { members }
    }

    fn get(self, name: &str) -> Option<&'a Value> {
        self.members?.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn string(self, name: &str) -> Result<Option<&'a str>, Refusal> {
        self.get(name).map(as_string).transpose()
    }

    pub(super) fn integer(self, name: &str) -> Result<Option<i32>, Refusal> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        value
            .as_i64()
            .and_then(|number| i32::try_from(number).ok())
            .map(Some)
            .ok_or_else(|| wrong_type(value, "an Integer"))
    }

    pub(super) fn strings(self, name: &str) -> Result<Option<Vec<&'a str>>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Array(values)) => values
                .iter()
                .map(as_string)
                .collect::<Result<_, _>>()
                .map(Some),
            Some(other) => Err(wrong_type(other, "a List")),
        }
    }
}

fn as_string(value: &Value) -> Result<&str, Refusal> {
    value.as_str().ok_or_else(|| wrong_type(value, "a String"))
}

/// `InvalidParameterException`
pub(super) fn invalid(text: String) -> Refusal {
    Refusal::client("InvalidParameterException", text)
}

/// A member that the operation cannot do without.
pub(super) fn required<'a>(value: Option<&'a str>, name: &str) -> Result<&'a str, Refusal> {
    value.ok_or_else(|| invalid(texts::MISSING_MEMBER.with(&[name])))
}

pub(super) fn directory_id(text: &str) -> Result<DirectoryId, Refusal> {
    DirectoryId::parse(text)
        .ok_or_else(|| invalid(texts::PATTERN.with(&[text, "directoryId", DirectoryId::PATTERN])))
}

pub(super) fn snapshot_id(text: &str) -> Result<SnapshotId, Refusal> {
    SnapshotId::parse(text)
        .ok_or_else(|| invalid(texts::PATTERN.with(&[text, "snapshotId", SnapshotId::PATTERN])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::service::Service;

    fn call(text: &str) -> Call {
        let Value::Object(members) = serde_json::from_str(text).unwrap() else {
            unreachable!("the tests' bodies are objects")
        };
        Call {
            service: Service::Directory,
            region: String::new(),
            action: String::new(),
            params: Params::Members(members),
        }
    }

    #[test]
    fn null_is_absent() {
        let call = call(r#"{"a":null,"b":"x","c":7}"#);
        let members = Members::of(&call);
        assert_eq!(members.string("a").unwrap(), None);
        assert_eq!(members.string("b").unwrap(), Some("x"));
        assert_eq!(members.integer("c").unwrap(), Some(7));
        assert_eq!(members.strings("d").unwrap(), None);
    }

    #[test]
    fn wrong_types_are_named() {
        let call = call(r#"{"a":1,"b":["x",true],"c":"7","d":3000000000}"#);
        let members = Members::of(&call);
        let text = members.string("a").unwrap_err().message;
        assert_eq!(text, "NUMBER_VALUE can not be converted to a String");
        let text = members.strings("b").unwrap_err().message;
        assert_eq!(text, "TRUE_VALUE can not be converted to a String");
        assert_eq!(
            members.integer("c").unwrap_err().code,
            "SerializationException"
        );
        assert_eq!(
            members.integer("d").unwrap_err().code,
            "SerializationException"
        );
    }
}
