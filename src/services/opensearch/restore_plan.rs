//! What a restore would bring back, and under which names. Pure: nothing is asked here.

use std::{collections::BTreeMap, sync::Arc};

use regex::Regex;
use serde_json::{Value, json};

use super::{
    domains::Domain,
    forms::{GLOBAL_STATE, NO_ALIASES, PARTIAL, RENAME, REPLACEMENT},
    indices::{is_system, picked},
    migrate::There,
    snapshots::Snapshot,
};
use crate::domain::{form::Request, wildcard::fits};

/// What a restore would do.
pub(super) struct Plan {
    pub(super) source: Arc<Domain>,
    /// Where it is restored to, and the repository there.
    pub(super) target: Arc<Domain>,
    pub(super) repository: There,
    pub(super) registered: Value,
    pub(super) snapshot: Snapshot,
    /// The indices of the snapshot that come back.
    pub(super) chosen: Vec<String>,
    pub(super) left_out: Vec<String>,
    /// What each is called afterwards; `Err` says why that cannot be told.
    pub(super) renamed: Result<BTreeMap<String, String>, String>,
}

impl Plan {
    /// The names of what comes back, as far as they are known.
    pub(super) fn made(&self) -> Vec<String> {
        match &self.renamed {
            Ok(renamed) => renamed.values().cloned().collect(),
            Err(_) => Vec::new(),
        }
    }

    /// The indices of the snapshot that come back under names of this sort.
    pub(super) fn from(&self, is_meant: impl Fn(&String) -> bool) -> Vec<String> {
        let renamed = self.renamed.iter().flatten();
        renamed
            .filter(|(_, to)| is_meant(to))
            .map(|(from, _)| from.clone())
            .collect()
    }

    /// The body of the request.
    pub(super) fn body(&self, request: &Request) -> Value {
        let renames = request.text(RENAME).is_some();
        let mut body = json!({
            "indices": self.asked().join(","),
            "ignore_unavailable": false,
            "include_global_state": request.is_set(GLOBAL_STATE),
            "include_aliases": !request.is_set(NO_ALIASES) && !renames,
            "partial": request.is_set(PARTIAL),
        });
        if let (Some(pattern), Some(replacement)) =
            (request.text(RENAME), request.text(REPLACEMENT))
        {
            body["rename_pattern"] = pattern.into();
            body["rename_replacement"] = replacement.into();
        }
        body
    }

    /// What is named in the request: data streams by their own name, in place of the indices behind
    /// them, since only then do they come back as streams.
    fn asked(&self) -> Vec<String> {
        let streams = &self.snapshot.data_streams;
        let mut asked: Vec<String> = streams
            .iter()
            .filter(|stream| self.chosen.iter().any(|index| is_behind(stream, index)))
            .cloned()
            .collect();
        let own = |index: &&String| !streams.iter().any(|stream| is_behind(stream, index));
        asked.extend(self.chosen.iter().filter(own).cloned());
        asked
    }
}

/// The indices of a snapshot that patterns pick. System indices are picked only by a pattern that begins
/// with a dot, as they do; a data stream is picked with all that is behind it.
pub(super) fn selected(patterns: &[String], snapshot: &Snapshot) -> Vec<String> {
    let dotted: Vec<String> = patterns
        .iter()
        .filter(|pattern| pattern.starts_with('.'))
        .cloned()
        .collect();
    let streams = match patterns {
        [] => Vec::new(),
        _ => picked(patterns, &snapshot.data_streams, true),
    };
    let by_name = picked(patterns, &snapshot.indices, true);
    let is_picked = |index: &&String| {
        let named = || !dotted.is_empty() && dotted.iter().any(|pattern| fits(pattern, index));
        by_name.contains(index) && (!is_system(index) || named())
            || streams.iter().any(|stream| is_behind(stream, index))
    };
    snapshot.indices.iter().filter(is_picked).cloned().collect()
}

/// Whether an index is one of those that a data stream consists of.
fn is_behind(stream: &str, index: &str) -> bool {
    index
        .strip_prefix(".ds-")
        .and_then(|rest| rest.strip_prefix(stream))
        .is_some_and(|rest| rest.starts_with('-'))
}

/// Whether two registrations lead to the same snapshots.
pub(super) fn same_place(one: &Value, other: &Value) -> bool {
    let setting = |value: &Value, key: &str| {
        let text = value["settings"][key].as_str().unwrap_or_default();
        text.trim_matches('/').to_owned()
    };
    let same = |key: &str| setting(one, key) == setting(other, key);
    let place = !setting(one, "bucket").is_empty() || !setting(one, "location").is_empty();
    place
        && one["type"] == other["type"]
        && ["bucket", "base_path", "location"]
            .iter()
            .all(|key| same(key))
}

/// What each index is called afterwards, as Java's `replaceAll` has it.
pub(super) fn renamed(
    chosen: &[String],
    pattern: Option<&str>,
    replacement: Option<&str>,
) -> Result<BTreeMap<String, String>, String> {
    let (pattern, replacement) = match (pattern, replacement) {
        (None, None) => {
            let same = chosen.iter().map(|name| (name.clone(), name.clone()));
            return Ok(same.collect());
        }
        (Some(pattern), Some(replacement)) => (pattern, replacement),
        (Some(_), None) => return Err("there is a pattern, and nothing to rename to".to_owned()),
        (None, Some(_)) => return Err("there is something to rename to, and no pattern".to_owned()),
    };
    let expression = Regex::new(pattern).map_err(|_| {
        format!(
            "'{pattern}' is not a regular expression that is understood here; one looks like (.+)"
        )
    })?;
    let replacement = in_braces(replacement);
    let rename = |name: &String| {
        // The engine takes the prefix of a data stream's index away before it renames.
        let new = match name.strip_prefix(".ds-") {
            Some(rest) => format!(".ds-{}", expression.replace_all(rest, replacement.as_str())),
            None => expression
                .replace_all(name, replacement.as_str())
                .into_owned(),
        };
        (name.clone(), new)
    };
    Ok(chosen.iter().map(rename).collect())
}

/// Java's `$1x` is group 1 and an x; here that would be a group called `1x`.
fn in_braces(replacement: &str) -> String {
    let mut out = String::new();
    let mut rest = replacement;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let digits = after
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(after.len());
        if digits > 0 {
            out.push_str("${");
            out.push_str(&after[..digits]);
            out.push('}');
        } else {
            out.push('$');
        }
        rest = &after[digits..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(texts: &[&str]) -> Vec<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn indices_are_renamed_as_the_engine_does() {
        let new = |name: &str, pattern: &str, replacement: &str| {
            let renamed = renamed(&words(&[name]), Some(pattern), Some(replacement)).unwrap();
            renamed[name].clone()
        };
        assert_eq!(new("orders", "(.+)", "restored-$1"), "restored-orders");
        assert_eq!(new("logs-2026", "logs-(.+)", "$1x"), "2026x");
        assert_eq!(new("orders", "nope", "x"), "orders");
        assert_eq!(new(".ds-logs-000001", "^", "re-"), ".ds-re-logs-000001");
        assert!(renamed(&words(&["a"]), Some("("), Some("x")).is_err());
        assert!(renamed(&words(&["a"]), Some("(.+)"), None).is_err());
        assert_eq!(in_braces("a$1-$12b$"), "a${1}-${12}b$");
    }

    #[test]
    fn system_indices_come_back_only_where_they_are_meant() {
        let snapshot = Snapshot {
            indices: words(&[".kibana_1", ".ds-web-000001", "logs-1", "orders"]),
            data_streams: words(&["web"]),
            ..Snapshot::default()
        };
        let chosen = |patterns: &[&str]| selected(&words(patterns), &snapshot);
        assert_eq!(chosen(&[]), [".ds-web-000001", "logs-1", "orders"]);
        assert_eq!(chosen(&["*"]), [".ds-web-000001", "logs-1", "orders"]);
        assert_eq!(chosen(&[".kibana*"]), [".kibana_1"]);
        assert_eq!(chosen(&["-logs-*"]), [".ds-web-000001", "orders"]);
        assert_eq!(chosen(&["web"]), [".ds-web-000001"]);
        assert_eq!(chosen(&["orders"]), ["orders"]);
    }

    #[test]
    fn two_registrations_of_one_place_are_recognised() {
        let s3 = |path: &str, readonly: &str| json!({"type": "s3", "settings": {"bucket": "b", "base_path": path, "readonly": readonly}});
        assert!(same_place(&s3("p", "false"), &s3("p/", "true")));
        assert!(!same_place(&s3("p", "false"), &s3("q", "false")));
        // AWS's own have no settings, and are the same as nothing.
        assert!(!same_place(&json!({"type": "s3"}), &json!({"type": "s3"})));
    }
}
