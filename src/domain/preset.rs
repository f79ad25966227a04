//! Tags that are filled in by themselves: a key, and a text with placeholders that a service resolves
//! for what is acted on.

use std::{collections::BTreeMap, fmt};

use super::text::harmless;

/// What a placeholder may stand for.
pub const PLACEHOLDERS: &[&str] = &[
    "account",
    "account_name",
    "region",
    "profile",
    "volume",
    "volume_name",
    "instance",
    "date",
    "time",
];

/// A text with placeholders, `{volume_name}-{date}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Placeholder(&'static str),
}

/// A tag that is filled in by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagPreset {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: Template,
}

impl Template {
    /// Reads a text with placeholders; `{{` and `}}` are braces.
    ///
    /// # Errors
    /// A sentence that names the placeholder that is none, and those there are.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(doubled) = rest.strip_prefix(brace) {
                plain.push_str(brace);
                rest = doubled;
                continue;
            }
            let closed = rest.split_once('}').filter(|_| brace == "{");
            let Some((name, after)) = closed else {
                return Err(format!(
                    "'{}' has a brace that stands alone; write '{brace}{brace}' for one",
                    harmless(text)
                ));
            };
            let known = PLACEHOLDERS.iter().find(|known| **known == name);
            let known = known.ok_or_else(|| {
                let all: Vec<String> = PLACEHOLDERS.iter().map(|p| format!("{{{p}}}")).collect();
                format!(
                    "there is no placeholder '{{{}}}'; there are {}",
                    harmless(name),
                    all.join(", ")
                )
            })?;
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(Part::Placeholder(known));
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self(parts))
    }

    /// Whether it has this placeholder.
    #[must_use]
    pub fn needs(&self, placeholder: &str) -> bool {
        self.0
            .iter()
            .any(|part| matches!(part, Part::Placeholder(name) if *name == placeholder))
    }

    /// The text for these values; `None` where one that it needs is not among them: a tag that says
    /// half of what it should is worse than none.
    #[must_use]
    pub fn fill(&self, values: &BTreeMap<&'static str, String>) -> Option<String> {
        let part = |part: &Part| match part {
            Part::Text(text) => Some(text.clone()),
            Part::Placeholder(name) => values.get(name).filter(|value| !value.is_empty()).cloned(),
        };
        self.0.iter().map(part).collect()
    }
}

/// As it was written.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(&text.replace('{', "{{").replace('}', "}}")),
            Part::Placeholder(name) => write!(f, "{{{name}}}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_what_lacks_one_is_left_out() {
        let values = BTreeMap::from([
            ("volume_name", "web {1}".to_owned()),
            ("date", "2026-11-20".to_owned()),
        ]);
        let filled = |text: &str| Template::parse(text).unwrap().fill(&values);
        assert_eq!(
            filled("{volume_name}-{date}").as_deref(),
            Some("web {1}-2026-11-20")
        );
        assert_eq!(filled("plain").as_deref(), Some("plain"));
        assert_eq!(filled("{{x}} {date}").as_deref(), Some("{x} 2026-11-20"));
        assert_eq!(filled("{instance}"), None);
        assert_eq!(filled("").as_deref(), Some(""));
    }

    #[test]
    fn what_is_no_placeholder_is_named_with_those_there_are() {
        let error = Template::parse("{volum}").unwrap_err();
        assert!(
            error.contains("'{volum}'") && error.contains("{volume_name}"),
            "{error}"
        );
        for bad in ["{", "}", "a{b", "{date", "{}"] {
            assert!(Template::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn it_is_written_as_it_was_read() {
        for text in ["{volume_name}-{date}", "{{x}}", "plain"] {
            assert_eq!(Template::parse(text).unwrap().to_string(), text);
        }
    }
}
