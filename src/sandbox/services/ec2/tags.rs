//! Tags and AWS's rules for them.
//!
//! Invariants: a resource has at most [`MOST`] user tags and no key twice; `aws:` keys are the
//! services' own, are not counted, and cannot be set or removed by callers.

use super::id::Kind;
use super::parameters::Parameters;
use super::refusals::invalid;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::texts::ec2 as texts;
use crate::sandbox::xml::Xml;

/// The most user tags of a resource.
pub(crate) const MOST: usize = 50;
const LONGEST_KEY: usize = 128;
const LONGEST_VALUE: usize = 256;
const RESERVED: &str = "aws:";
/// The tag of what is in the Recycle Bin.
pub(super) const IN_BIN: &str = "aws:recycle-bin:resource-in-bin";
/// The tag by which AWS Backup marks its snapshots.
pub(super) const BACKUP: &str = "aws:backup:source-resource";

/// The tags of a resource, in the order in which they were set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tags(Vec<(String, String)>);

/// A tag to remove: with this value, or with any.
#[derive(Debug)]
pub(super) struct Removal<'a> {
    pub(super) key: &'a str,
    pub(super) value: Option<&'a str>,
}

impl Tags {
    pub(crate) fn new(tags: Vec<(String, String)>) -> Self {
        let mut all = Self::default();
        for (key, value) in tags {
            all.set(key, value);
        }
        all
    }

    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == key);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn has_one_of(&self, tags: &[(String, String)]) -> bool {
        tags.iter().any(|(key, value)| self.get(key) == Some(value))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The tags that users made.
    pub(crate) fn of_users(&self) -> Self {
        let made = self.0.iter().filter(|(key, _)| !key.starts_with(RESERVED));
        Self(made.cloned().collect())
    }

    /// Sets a tag; the last value of a key counts.
    pub(crate) fn set(&mut self, key: String, value: String) {
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key, value)),
        }
    }

    /// These tags with others set over them, if there is room for all.
    pub(super) fn with(&self, others: &Self) -> Result<Self, Refusal> {
        let mut all = self.clone();
        for (key, value) in &others.0 {
            all.set(key.clone(), value.clone());
        }
        let count = all
            .0
            .iter()
            .filter(|(key, _)| !key.starts_with(RESERVED))
            .count();
        if count > MOST {
            let text = texts::TOO_MANY_TAGS.plain();
            return Err(Refusal::client("TagLimitExceeded", text));
        }
        Ok(all)
    }

    /// Takes tags away; without `removals`, all that users made.
    pub(super) fn remove(&mut self, removals: &[Removal<'_>]) {
        self.0.retain(|(key, value)| {
            if removals.is_empty() {
                return key.starts_with(RESERVED);
            }
            !removals.iter().any(|removal| {
                removal.key == key && removal.value.is_none_or(|wanted| wanted == value)
            })
        });
    }

    /// The `tagSet`, absent when there are no tags.
    pub(super) fn show(&self, xml: &mut Xml) {
        if !self.0.is_empty() {
            xml.list("tagSet", &self.0, |xml, (key, value)| {
                xml.text("key", key);
                xml.text("value", value);
            });
        }
    }
}

/// `Tag.1.Key=…&Tag.1.Value=…`
pub(super) fn listed(parameters: &Parameters<'_>, prefix: &str) -> Result<Tags, Refusal> {
    let mut tags = Tags::default();
    for removal in keys(parameters, prefix)? {
        if tags.get(removal.key).is_some() {
            return Err(invalid(texts::TAG_KEY_TWICE.with(&[removal.key])));
        }
        let value = removal.value.unwrap_or_default();
        if value.chars().count() > LONGEST_VALUE {
            return Err(invalid(texts::TAG_VALUE_TOO_LONG.plain()));
        }
        tags.set(removal.key.to_owned(), value.to_owned());
    }
    Ok(tags)
}

/// As [`listed`], for removing: a tag may have no value.
pub(super) fn keys<'a>(
    parameters: &Parameters<'a>,
    prefix: &str,
) -> Result<Vec<Removal<'a>>, Refusal> {
    let mut removals = Vec::new();
    for index in parameters.call.places(prefix) {
        let key = parameters.call.field(&format!("{prefix}.{index}.Key"));
        let value = parameters.call.field(&format!("{prefix}.{index}.Value"));
        let Some(key) = key.filter(|key| !key.is_empty()) else {
            return Err(invalid(texts::TAG_KEY_EMPTY.plain()));
        };
        if key.to_ascii_lowercase().starts_with(RESERVED) {
            return Err(invalid(texts::RESERVED_TAG.plain()));
        }
        if key.chars().count() > LONGEST_KEY {
            return Err(invalid(texts::TAG_KEY_TOO_LONG.plain()));
        }
        removals.push(Removal { key, value });
    }
    Ok(removals)
}

/// The tags that a new resource of kind `K` is to have.
pub(super) fn specified<K: Kind>(parameters: &Parameters<'_>) -> Result<Tags, Refusal> {
    let mut tags = Tags::default();
    for index in parameters.call.places("TagSpecification") {
        let prefix = format!("TagSpecification.{index}");
        let resource = parameters.text(&format!("{prefix}.ResourceType"));
        let listed = listed(parameters, &format!("{prefix}.Tag"))?;
        match resource {
            None => return Err(invalid(texts::TAG_TYPE_MISSING.plain())),
            Some(resource) if resource != K::TYPE => {
                return Err(invalid(texts::NOT_TAGGABLE.with(&[resource])));
            }
            Some(_) => {}
        }
        if let Some((key, _)) = listed.iter().find(|(key, _)| tags.get(key).is_some()) {
            return Err(invalid(texts::TAG_KEY_TWICE.with(&[key])));
        }
        tags = tags.with(&listed)?;
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(list: &[(&str, &str)]) -> Tags {
        let own = list
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Tags::new(own.collect())
    }

    #[test]
    fn removing_by_key_by_value_and_all() {
        let mut all = tags(&[("a", "1"), ("b", "2"), ("c", "3"), ("aws:x", "4")]);
        all.remove(&[
            Removal {
                key: "a",
                value: None,
            },
            Removal {
                key: "b",
                value: Some("other"),
            },
            Removal {
                key: "c",
                value: Some("3"),
            },
        ]);
        assert_eq!(all, tags(&[("b", "2"), ("aws:x", "4")]));
        all.remove(&[]);
        assert_eq!(all, tags(&[("aws:x", "4")]));
    }

    #[test]
    fn the_fifty_first_tag_is_refused_and_reserved_ones_do_not_count() {
        let names: Vec<String> = (0..50).map(|number| number.to_string()).collect();
        let mut full = Tags::new(
            names
                .iter()
                .map(|name| (name.clone(), String::new()))
                .collect(),
        );
        full.set("aws:backup:x".to_owned(), String::new());
        assert!(full.with(&tags(&[("0", "again")])).is_ok());
        let refused = full
            .with(&tags(&[("one", "more")]))
            .map_err(|refusal| refusal.code);
        assert_eq!(refused, Err("TagLimitExceeded"));
    }
}
