//! Expressions for several names: `logs-*,-logs-2020*`.
//!
//! Invariants: pure. What is to be snapshotted and what is to be restored is written alike and
//! read differently: a leading exclusion excludes from nothing in the one, and from everything in
//! the other. That is the engines' own doing.

use std::collections::BTreeSet;

use super::cluster::Cluster;
use super::error::{EngineError, Halt, no_such_index};
use crate::sandbox::texts::search as texts;
use crate::sandbox::wildcard::Pattern;

/// Does a pattern with `*` match?
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    if !is_pattern(pattern) {
        return pattern == name;
    }
    // Only `*` has a meaning here.
    Pattern::with_escapes(&pattern.replace('\\', "\\\\").replace('?', "\\?")).matches(name)
}

pub(super) fn is_pattern(text: &str) -> bool {
    text.contains('*')
}

/// Does a list of names ask for all?
pub(super) fn is_all(parts: &[String]) -> bool {
    match parts {
        [] => true,
        [one] => one.is_empty() || one == "_all",
        _ => false,
    }
}

/// What to do about a name that there is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unavailable {
    Refuse,
    Ignore,
}

/// The indices that an expression names in a cluster, aliases included.
pub(super) fn in_cluster(
    cluster: &Cluster,
    parts: &[String],
    unavailable: Unavailable,
) -> Result<Vec<String>, Halt> {
    if is_all(parts) {
        return Ok(cluster.indices.keys().cloned().collect());
    }
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut wildcard_seen = false;
    for part in parts {
        if cluster.indices.contains_key(part) {
            found.insert(part.clone());
            continue;
        }
        let behind: Vec<String> = cluster.of_alias(part).map(str::to_owned).collect();
        if !behind.is_empty() {
            found.extend(behind);
            continue;
        }
        // An exclusion is one only behind a wildcard.
        let (excludes, pattern) = match part.strip_prefix('-') {
            Some(rest) if wildcard_seen => (true, rest),
            _ => (false, part.as_str()),
        };
        if !is_pattern(pattern) {
            if pattern.starts_with('_') {
                return Err(reserved_name(pattern));
            }
            // Excluding an alias by its name excludes nothing.
            if excludes && cluster.is_alias(pattern) {
                continue;
            }
            let known = cluster.indices.contains_key(pattern);
            match (known, excludes, unavailable) {
                (true, true, _) => {
                    found.remove(pattern);
                }
                (false, _, Unavailable::Refuse) => return Err(no_such_index(pattern)),
                _ => {}
            }
            continue;
        }
        wildcard_seen = true;
        let named: Vec<&String> = cluster
            .indices
            .iter()
            .filter(|(name, index)| {
                matches(pattern, name) || index.aliases.keys().any(|alias| matches(pattern, alias))
            })
            .map(|(name, _)| name)
            .collect();
        for name in named {
            if excludes {
                found.remove(name);
            } else {
                found.insert(name.clone());
            }
        }
    }
    Ok(found.into_iter().collect())
}

fn reserved_name(name: &str) -> Halt {
    let text = texts::RESERVED_INDEX_NAME.with(&[name]);
    EngineError::new(400, "invalid_index_name_exception", text)
        .with("index", name)
        .with("index_uuid", "_na_")
        .into()
}

/// The indices that an expression names in a snapshot.
pub(super) fn in_snapshot(
    available: &[&str],
    parts: &[String],
    unavailable: Unavailable,
) -> Result<Vec<String>, Halt> {
    let all = || available.iter().map(|name| (*name).to_owned()).collect();
    if is_all(parts) {
        return Ok(all());
    }
    let mut found: Option<BTreeSet<String>> = None;
    for (place, part) in parts.iter().enumerate() {
        if available.contains(&part.as_str()) {
            found.get_or_insert_default().insert(part.clone());
            continue;
        }
        let (excludes, pattern) = match part.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, part.strip_prefix('+').unwrap_or(part)),
        };
        if excludes && place == 0 {
            found = Some(all().into_iter().collect());
        }
        let found = found.get_or_insert_default();
        if !is_pattern(pattern) {
            let known = available.contains(&pattern);
            if !known && unavailable == Unavailable::Refuse {
                return Err(missing_in_snapshot(pattern));
            }
            if known && excludes {
                found.remove(pattern);
            } else if known {
                found.insert(pattern.to_owned());
            }
            continue;
        }
        for name in available.iter().filter(|name| matches(pattern, name)) {
            if excludes {
                found.remove(*name);
            } else {
                found.insert((*name).to_owned());
            }
        }
    }
    Ok(found.unwrap_or_default().into_iter().collect())
}

/// The same error as for a cluster, without the members that say what was looked for.
fn missing_in_snapshot(name: &str) -> Halt {
    let text = texts::NO_SUCH_INDEX.with(&[name]);
    EngineError::new(404, "index_not_found_exception", text)
        .with("index", name)
        .with("index_uuid", "_na_")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn restored(expression: &str) -> Vec<String> {
        let parts: Vec<String> = expression.split(',').map(str::to_owned).collect();
        in_snapshot(&["a-1", "a-2", "b-1"], &parts, Unavailable::Ignore).unwrap()
    }

    #[test]
    fn a_leading_exclusion_excludes_from_all_of_a_snapshot() {
        assert_eq!(restored("-a-*"), ["b-1"]);
        assert_eq!(restored("a-*,-a-2"), ["a-1"]);
        assert_eq!(restored("*"), ["a-1", "a-2", "b-1"]);
        assert_eq!(restored("_all"), ["a-1", "a-2", "b-1"]);
        assert_eq!(restored("nope"), Vec::<String>::new());
        assert_eq!(restored("b-1,nope*"), ["b-1"]);
    }

    #[test]
    fn only_the_asterisk_is_a_wildcard() {
        assert!(matches("a*c", "abc"));
        assert!(matches("*", ""));
        assert!(!matches("a?c", "abc"));
        assert!(matches("a?*", "a?c"));
    }
}
