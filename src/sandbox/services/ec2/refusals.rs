//! The refusals that several operations of EC2 share.
//!
//! Invariants: codes are AWS's; the texts are in the table of texts.

use hyper::StatusCode;

use super::id::{Id, Kind};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::texts::Text;
use crate::sandbox::texts::ec2 as texts;

pub(super) fn dry_run() -> Refusal {
    let status = StatusCode::PRECONDITION_FAILED;
    Refusal::service(status, "DryRunOperation", texts::DRY_RUN.plain())
}

pub(super) fn missing(parameter: &str) -> Refusal {
    let text = texts::MISSING_PARAMETER.with(&[&camel(parameter)]);
    Refusal::client("MissingParameter", text)
}

pub(super) fn unknown_parameter(parameter: &str) -> Refusal {
    let text = texts::UNKNOWN_PARAMETER.with(&[parameter]);
    Refusal::client("UnknownParameter", text)
}

pub(super) fn invalid(text: String) -> Refusal {
    Refusal::client("InvalidParameterValue", text)
}

pub(super) fn invalid_value(value: &str, parameter: &str) -> Refusal {
    invalid(texts::INVALID_VALUE.with(&[value, &camel(parameter)]))
}

pub(super) fn invalid_because(value: &str, parameter: &str, why: &str) -> Refusal {
    invalid(texts::INVALID_VALUE_BECAUSE.with(&[value, &camel(parameter), why]))
}

pub(super) fn combination(text: String) -> Refusal {
    Refusal::client("InvalidParameterCombination", text)
}

pub(super) fn not_together(first: &str, second: &str) -> Refusal {
    combination(texts::NOT_TOGETHER.with(&[&camel(first), &camel(second)]))
}

pub(super) fn incorrect_state(text: Text, arguments: &[&str]) -> Refusal {
    Refusal::client("IncorrectState", text.with(arguments))
}

/// A text that is no id of this kind.
pub(super) fn malformed<K: Kind>(text: &str, parameter: &str) -> Refusal {
    let prefixed = text
        .strip_prefix(K::PREFIX)
        .is_some_and(|rest| rest.starts_with('-'));
    if prefixed && K::MALFORMED != "InvalidParameterValue" {
        return Refusal::client(K::MALFORMED, texts::MALFORMED_ID.with(&[text]));
    }
    invalid(texts::WRONG_PREFIX.with(&[text, &camel(parameter), K::PREFIX]))
}

/// A text that is neither the number of an account nor a word in the place of one.
pub(super) fn wrong_account(text: &str) -> Refusal {
    Refusal::client("InvalidUserID.Malformed", texts::WRONG_USER.with(&[text]))
}

/// Nothing that the caller may see has this id.
pub(super) fn not_found<K: Kind>(id: Id<K>) -> Refusal {
    let text = match K::PREFIX {
        "vol" => texts::NO_SUCH_VOLUME,
        "snap" => texts::NO_SUCH_SNAPSHOT,
        "i" => texts::NO_SUCH_INSTANCE,
        "ami" => texts::NO_SUCH_IMAGE,
        _ => texts::NO_SUCH_TASK,
    };
    Refusal::client(K::NOT_FOUND, text.with(&[&id.to_string()]))
}

/// How AWS's texts name a parameter: the wire name in lower camel case.
pub(super) fn camel(parameter: &str) -> String {
    let mut characters = parameter.chars();
    match characters.next() {
        Some(first) => first.to_ascii_lowercase().to_string() + characters.as_str(),
        None => String::new(),
    }
}
