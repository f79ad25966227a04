//! What requests to IAM say, checked as IAM checks it.
//!
//! Invariants: a name that is accepted has the form of a name; it need not name anything.

use super::invalid;
use super::policy::{Document, Kind};
use super::{SESSION, malformed};
use crate::sandbox::call::{Call, Params, is_place};
use crate::sandbox::paging::Shape;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::texts::iam as texts;

const LONGEST_ROLE_NAME: usize = 64;
const LONGEST_POLICY_NAME: usize = 128;
const LONGEST_PATH: usize = 512;
const LONGEST_DESCRIPTION: usize = 1000;
/// How many a page has, unless the request says, and at most.
const PAGE: (usize, usize) = (100, 1000);

/// A field that there must be.
pub(super) fn required<'a>(call: &'a Call, name: &str) -> Result<&'a str, Refusal> {
    call.field(name)
        .filter(|value| !value.is_empty())
        .ok_or_else(|| invalid(texts::MISSING.with(&[&member(name)])))
}

/// The name of a field as validation errors write it.
fn member(name: &str) -> String {
    let mut member = name.to_owned();
    if let Some(first) = member.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    member
}

pub(super) fn role_name(call: &Call) -> Result<&str, Refusal> {
    name(call, "RoleName", LONGEST_ROLE_NAME)
}

pub(super) fn policy_name(call: &Call) -> Result<&str, Refusal> {
    name(call, "PolicyName", LONGEST_POLICY_NAME)
}

fn name<'a>(call: &'a Call, field: &str, longest: usize) -> Result<&'a str, Refusal> {
    let name = required(call, field)?;
    at_most(name, field, longest)?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    if name.bytes().all(allowed) {
        return Ok(name);
    }
    Err(invalid(texts::NAME_FORM.with(&[&member(field)])))
}

fn at_most(value: &str, field: &str, longest: usize) -> Result<(), Refusal> {
    if value.chars().count() <= longest {
        return Ok(());
    }
    let longest = longest.to_string();
    Err(invalid(texts::LENGTH.with(&[
        value,
        &member(field),
        &longest,
    ])))
}

/// A path, which begins and ends with a slash.
pub(super) fn path(call: &Call) -> Result<&str, Refusal> {
    let path = call.field("Path").unwrap_or("/");
    at_most(path, "Path", LONGEST_PATH)?;
    let slashes = path.starts_with('/') && path.ends_with('/');
    if slashes && path.bytes().all(|byte| (0x21..=0x7e).contains(&byte)) {
        return Ok(path);
    }
    Err(invalid(texts::PATH_FORM.plain()))
}

pub(super) fn description(call: &Call) -> Result<Option<String>, Refusal> {
    let Some(text) = call.field("Description") else {
        return Ok(None);
    };
    at_most(text, "Description", LONGEST_DESCRIPTION)?;
    Ok(Some(text.to_owned()))
}

pub(super) fn longest_session(call: &Call) -> Result<u32, Refusal> {
    let (least, most) = SESSION;
    let number = number(call, "MaxSessionDuration", least as usize, most as usize)?;
    Ok(number
        .and_then(|number| u32::try_from(number).ok())
        .unwrap_or(least))
}

/// The members of lists are numbered from 1. What real IAM says to other numbers is not known; here
/// they are refused, so that no member is ever dropped in silence.
pub(super) fn check_places(call: &Call) -> Result<(), Refusal> {
    let Params::Form(fields) = &call.params else {
        return Ok(());
    };
    let wrong = fields.iter().map(|(name, _)| name).find(|name| {
        let members = name.split(".member.").skip(1);
        let mut places = members.filter_map(|rest| rest.split('.').next());
        places.any(|place| !is_place(place))
    });
    match wrong {
        Some(name) => Err(invalid(texts::WRONG_PLACE.with(&[name]))),
        None => Ok(()),
    }
}

pub(super) fn tags(call: &Call) -> Result<Vec<(String, String)>, Refusal> {
    check_places(call)?;
    let field = |number: u32, name: &str| {
        let value = call.field(&format!("Tags.member.{number}.{name}"));
        value.map(str::to_owned)
    };
    let tags = call.places("Tags.member").into_iter().filter_map(|number| {
        let key = field(number, "Key")?;
        Some((key, field(number, "Value").unwrap_or_default()))
    });
    Ok(tags.collect())
}

/// A policy document.
pub(super) fn document(call: &Call, field: &str, kind: Kind) -> Result<Document, Refusal> {
    Document::read(required(call, field)?, kind).map_err(malformed)
}

fn number(call: &Call, field: &str, least: usize, most: usize) -> Result<Option<usize>, Refusal> {
    let Some(text) = call.field(field) else {
        return Ok(None);
    };
    let number = text.parse().ok();
    let number = number.filter(|number| (least..=most).contains(number));
    number.map(Some).ok_or_else(|| {
        let (least, most) = (least.to_string(), most.to_string());
        invalid(texts::NUMBER.with(&[text, &member(field), &least, &most]))
    })
}

/// A part of a list.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    /// The token of the next part.
    pub(super) marker: Option<String>,
}

/// The part of a list that a request asks for with `MaxItems` and `Marker`.
pub(super) fn page<T>(
    call: &Call,
    scope: &str,
    items: impl IntoIterator<Item = T>,
) -> Result<Page<T>, Refusal> {
    let size = number(call, "MaxItems", 1, PAGE.1)?.unwrap_or(PAGE.0);
    let shape = Shape::new(&[&call.action, scope]);
    let first = match call.field("Marker") {
        None => 0,
        Some(marker) => shape
            .offset(marker)
            .ok_or_else(|| invalid(texts::INVALID_MARKER.plain()))?,
    };
    let mut rest = items.into_iter().skip(first);
    let items: Vec<T> = rest.by_ref().take(size).collect();
    let marker = rest.next().map(|_| shape.token(first + items.len()));
    Ok(Page { items, marker })
}
