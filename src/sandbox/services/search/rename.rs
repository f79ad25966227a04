//! Renaming on restore: Java's `replaceAll`.
//!
//! Invariants: pure. `$1` is a group, `\$` a dollar; an empty match behind another match counts, as
//! it does in Java, so that `(.*)` matches a name and then the nothing behind it.

use regex::{Captures, Regex};

use super::error::{EngineError, Halt, illegal_argument};
use crate::sandbox::texts::{search as texts, search_form as form};

/// How names change.
#[derive(Debug, Clone)]
pub(super) struct Rename {
    pattern: Regex,
    replacement: Vec<char>,
}

impl Rename {
    pub(super) fn new(pattern: &str, replacement: &str) -> Result<Self, Halt> {
        let pattern = Regex::new(pattern).map_err(|error| {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            let reason = format!("{}\n{pattern}", last.trim_start_matches("error: "));
            EngineError::new(400, "pattern_syntax_exception", reason)
        })?;
        Ok(Self {
            pattern,
            replacement: replacement.chars().collect(),
        })
    }

    pub(super) fn apply(&self, name: &str) -> Result<String, Halt> {
        let mut renamed = String::new();
        let mut copied = 0;
        let mut from = 0;
        while from <= name.len() {
            let Some(captures) = self.pattern.captures_at(name, from) else {
                break;
            };
            let Some(whole) = captures.get(0) else {
                break;
            };
            renamed.push_str(&name[copied..whole.start()]);
            self.expand(&captures, &mut renamed)?;
            copied = whole.end();
            from = copied;
            if whole.is_empty() {
                match name[copied..].chars().next() {
                    Some(next) => from += next.len_utf8(),
                    None => break,
                }
            }
        }
        renamed.push_str(&name[copied..]);
        Ok(renamed)
    }

    fn expand(&self, captures: &Captures<'_>, to: &mut String) -> Result<(), Halt> {
        let mut characters = self.replacement.iter().copied().peekable();
        while let Some(character) = characters.next() {
            match character {
                '\\' => match characters.next() {
                    Some(escaped) => to.push(escaped),
                    None => {
                        return Err(illegal_argument(form::NOTHING_ESCAPED.plain()));
                    }
                },
                '$' if characters.peek() == Some(&'{') => {
                    characters.next();
                    let name: String = characters
                        .by_ref()
                        .take_while(|next| *next != '}')
                        .collect();
                    if !self
                        .pattern
                        .capture_names()
                        .any(|known| known == Some(&name))
                    {
                        return Err(illegal_argument(form::NO_NAMED_GROUP.with(&[&name])));
                    }
                    to.push_str(captures.name(&name).map_or("", |group| group.as_str()));
                }
                '$' => {
                    let digit = |next: Option<&char>| next.and_then(|next| next.to_digit(10));
                    let Some(first) = digit(characters.peek()) else {
                        return Err(illegal_argument(form::ILLEGAL_GROUP.plain()));
                    };
                    characters.next();
                    let mut group = first as usize;
                    if group >= captures.len() {
                        let text = texts::NO_GROUP.with(&[&group.to_string()]);
                        return Err(
                            EngineError::new(500, "index_out_of_bounds_exception", text).into()
                        );
                    }
                    // Further digits belong to it as long as there is such a group.
                    while let Some(next) = digit(characters.peek()) {
                        let longer = group * 10 + next as usize;
                        if longer >= captures.len() {
                            break;
                        }
                        group = longer;
                        characters.next();
                    }
                    to.push_str(captures.get(group).map_or("", |group| group.as_str()));
                }
                other => to.push(other),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renamed(pattern: &str, replacement: &str, name: &str) -> String {
        Rename::new(pattern, replacement)
            .unwrap()
            .apply(name)
            .unwrap()
    }

    #[test]
    fn as_java_renames() {
        assert_eq!(renamed("(.+)", "restored_$1", "orders"), "restored_orders");
        assert_eq!(renamed("(.*)", "r_$1", "orders"), "r_ordersr_");
        assert_eq!(renamed("^(.*)$", "$1-copy", "orders"), "orders-copy");
        assert_eq!(
            renamed("logs-(\\d+)", "old-$1-$0", "logs-7"),
            "old-7-logs-7"
        );
        assert_eq!(renamed("a", "$0$0", "banana"), "baanaanaa");
        assert_eq!(renamed("(o)", "$12", "xox"), "xo2x");
        assert_eq!(renamed("(?<n>o)", "${n}\\$", "o"), "o$");
        assert_eq!(renamed("nope", "x", "orders"), "orders");
    }

    #[test]
    fn what_java_refuses_is_refused() {
        let refused = |pattern: &str, replacement: &str| {
            Rename::new(pattern, replacement).and_then(|rename| rename.apply("o"))
        };
        assert!(refused("(", "x").is_err());
        assert!(refused("(o)", "$2").is_err());
        assert!(refused("(o)", "$x").is_err());
        assert!(refused("(o)", "x\\").is_err());
    }
}
