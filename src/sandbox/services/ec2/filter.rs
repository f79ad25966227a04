//! Filters: `Filter.1.Name=status&Filter.1.Value.1=completed`.
//!
//! Invariants: every filter must take an entity, one of its values is enough; `*`, `?` and `\`
//! mean in values what they mean in AWS. Which filters there are, and what they look at, is each
//! listing's own.

use super::parameters::Parameters;
use super::refusals::{invalid, missing};
use super::tags::Tags;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::texts::ec2 as texts;
use crate::sandbox::wildcard::Pattern;

/// The most values that a filter may have.
const MOST_VALUES: usize = 200;

pub(super) struct Filters<'a> {
    list: Vec<Filter<'a>>,
}

struct Filter<'a> {
    subject: Subject<'a>,
    values: Vec<Pattern>,
}

/// What a filter looks at.
enum Subject<'a> {
    /// The value of the tag with this key.
    Tag(&'a str),
    TagKey,
    Attribute(&'a str),
    /// What no entity has.
    Nothing,
}

impl<'a> Filters<'a> {
    /// Reads the filters, which must be among `known` or look at tags.
    pub(super) fn of(parameters: &Parameters<'a>, known: &[&str]) -> Result<Self, Refusal> {
        Self::with(parameters, known, &[])
    }

    /// Reads the filters, which may also be among `unused` and then take nothing.
    pub(super) fn with(
        parameters: &Parameters<'a>,
        known: &[&str],
        unused: &[&str],
    ) -> Result<Self, Refusal> {
        let mut list = Vec::new();
        for index in parameters.call.places("Filter") {
            let name = parameters
                .text(&format!("Filter.{index}.Name"))
                .ok_or_else(|| invalid(texts::UNKNOWN_FILTER.with(&["null"])))?;
            let subject = match name.strip_prefix("tag:") {
                Some(key) => Subject::Tag(key),
                None if name == "tag-key" => Subject::TagKey,
                None if known.contains(&name) => Subject::Attribute(name),
                None if unused.contains(&name) => Subject::Nothing,
                None => return Err(invalid(texts::UNKNOWN_FILTER.with(&[name]))),
            };
            let values = parameters.list(&format!("Filter.{index}.Value"));
            if values.is_empty() {
                return Err(missing("filterValue"));
            }
            if values.len() > MOST_VALUES {
                let text = texts::TOO_MANY_FILTER_VALUES.plain();
                return Err(Refusal::client("FilterLimitExceeded", text));
            }
            let values = values.into_iter().map(Pattern::with_escapes).collect();
            list.push(Filter { subject, values });
        }
        Ok(Self { list })
    }

    /// Do all filters take the entity with these tags and attributes?
    pub(super) fn take(&self, tags: &Tags, attribute: impl Fn(&str) -> Vec<String>) -> bool {
        self.list.iter().all(|filter| match filter.subject {
            Subject::Tag(key) => tags.get(key).is_some_and(|value| filter.takes(value)),
            Subject::TagKey => tags.iter().any(|(key, _)| filter.takes(key)),
            Subject::Attribute(name) => attribute(name).iter().any(|value| filter.takes(value)),
            Subject::Nothing => false,
        })
    }
}

impl Filter<'_> {
    fn takes(&self, value: &str) -> bool {
        self.values.iter().any(|pattern| pattern.matches(value))
    }
}
