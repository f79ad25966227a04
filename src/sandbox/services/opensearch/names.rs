//! The domain names that requests give.
//!
//! Invariants: the limit of five is the service's, not the model's; both APIs word it differently.

use super::invalid;
use super::show::Api;
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::refusal::wrong_type;
use crate::sandbox::texts::opensearch as texts;

/// How many domains a call describes.
const MOST: usize = 5;
const SHORTEST: usize = 3;
const LONGEST: usize = 28;

/// Has it the form of a name? It need not be a domain's.
pub(super) fn check(name: &str) -> Result<&str, Refusal> {
    if !is_name(name) {
        return Err(invalid(texts::PATTERN.with(&[name])));
    }
    if name.len() < SHORTEST {
        return Err(invalid(texts::TOO_SHORT.with(&[name])));
    }
    if name.len() > LONGEST {
        return Err(invalid(texts::TOO_LONG.with(&[name])));
    }
    Ok(name)
}

/// `[a-z][a-z0-9\-]+`
fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.len() > 1
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(allowed)
}

/// The names in the body.
pub(super) fn listed(call: &Call, api: Api) -> Result<Vec<&str>, Refusal> {
    let missing = || invalid(texts::MISSING.with(&["domainNames"]));
    let names = call.member("DomainNames").ok_or_else(missing)?;
    let names = names
        .as_array()
        .ok_or_else(|| wrong_type(names, "a List"))?;
    let names: Vec<&str> = names
        .iter()
        .map(|name| name.as_str().ok_or_else(|| wrong_type(name, "a String")))
        .collect::<Result<_, _>>()?;
    if names.len() > MOST {
        let text = match api {
            Api::OpenSearch => texts::TOO_MANY_NAMES,
            Api::Elasticsearch => texts::TOO_MANY_NAMES_ES,
        };
        return Err(invalid(text.plain()));
    }
    if names.iter().any(|name| check(name).is_err()) {
        return Err(invalid(texts::NAMES_PATTERN.with(&[&names.join(", ")])));
    }
    Ok(names)
}
