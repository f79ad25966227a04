//! The indices of a domain and their aliases, and what a list of patterns means.

use std::collections::BTreeMap;

use futures_util::future::try_join;
use serde_json::Value;

use super::{
    Search,
    domains::Domain,
    engine::Engine,
    transport::{Ask, LIST},
};
use crate::domain::{
    failure::{Failure, FailureKind},
    wildcard::fits,
};

/// An index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Index {
    pub(super) name: String,
    pub(super) uuid: Option<String>,
    /// `green`, `yellow`, `red`; `None` where it is closed.
    pub(super) health: Option<String>,
    /// `open` or `close`.
    pub(super) status: String,
    pub(super) primaries: Option<i64>,
    pub(super) replicas: Option<i64>,
    pub(super) documents: Option<i64>,
    pub(super) bytes: Option<i64>,
    pub(super) aliases: Vec<String>,
}

/// Whether an index is one that the engine, a plugin or Dashboards keeps for itself.
pub(super) fn is_system(name: &str) -> bool {
    name.starts_with('.') && !name.starts_with(".ds-")
}

/// Whether an index holds the users and roles of fine-grained access control.
pub(super) fn is_security(name: &str) -> bool {
    name.starts_with(".opendistro_security") || name.starts_with(".opensearch_security")
}

/// What a list of patterns picks from names, from left to right: a pattern adds, one with a `-` in
/// front takes away. Where the first one takes away, `all_first` says whether it does so from
/// everything, as for a restore, or from nothing, as for a snapshot.
pub(super) fn picked(patterns: &[String], names: &[String], all_first: bool) -> Vec<String> {
    let all = |name: &&String| !name.is_empty();
    let Some(first) = patterns.first() else {
        return names.iter().filter(all).cloned().collect();
    };
    let mut chosen: Vec<bool> = vec![first.starts_with('-') && all_first; names.len()];
    for pattern in patterns {
        let (body, take) = match pattern.strip_prefix('-') {
            Some(body) => (body, false),
            None => (pattern.as_str(), true),
        };
        let body = if body == "_all" { "*" } else { body };
        for (name, chosen) in names.iter().zip(&mut chosen) {
            if fits(body, name) {
                *chosen = take;
            }
        }
    }
    let pairs = names.iter().zip(chosen);
    pairs
        .filter(|(_, chosen)| *chosen)
        .map(|(name, _)| name.clone())
        .collect()
}

/// The patterns that pick nothing at all, though they name something.
pub(super) fn in_vain<'p>(patterns: &'p [String], names: &[String]) -> Vec<&'p str> {
    patterns
        .iter()
        .filter(|pattern| !pattern.starts_with('-') && *pattern != "_all")
        .filter(|pattern| !names.iter().any(|name| fits(pattern, name)))
        .map(String::as_str)
        .collect()
}

/// Some names for a sentence, and how many more there are.
pub(super) fn some(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let shown = names.iter().take(SHOWN).map(String::as_str);
    let text = shown.collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}

/// The indices of an answer of `_cat/indices`, whose values are all texts, or null while they restore.
pub(super) fn parse(answer: &Value) -> Result<Vec<Index>, String> {
    let rows = answer
        .as_array()
        .ok_or("the answer is not a list of indices")?;
    let text = |row: &Value, key: &str| row.get(key).and_then(Value::as_str).map(str::to_owned);
    let number = |row: &Value, key: &str| text(row, key).and_then(|text| text.parse().ok());
    Ok(rows
        .iter()
        .filter_map(|row| {
            Some(Index {
                name: text(row, "index")?,
                uuid: text(row, "uuid"),
                health: text(row, "health"),
                status: text(row, "status").unwrap_or_default(),
                primaries: number(row, "pri"),
                replicas: number(row, "rep"),
                documents: number(row, "docs.count"),
                bytes: number(row, "store.size"),
                aliases: Vec::new(),
            })
        })
        .collect())
}

/// The aliases of each index.
pub(super) fn parse_aliases(answer: &Value) -> BTreeMap<String, Vec<String>> {
    let indices = answer.as_object().into_iter().flatten();
    indices
        .map(|(index, known)| {
            let aliases = known.get("aliases").and_then(Value::as_object);
            let names = aliases.into_iter().flat_map(|all| all.keys().cloned());
            (index.clone(), names.collect())
        })
        .collect()
}

impl Search {
    /// All indices of a domain, hidden and closed ones too, with their aliases, by name.
    pub(super) async fn indices(&self, domain: &Domain) -> Result<Vec<Index>, Failure> {
        const COLUMNS: &str = "health,status,index,uuid,pri,rep,docs.count,store.size";
        let mut query = vec![
            ("format", "json"),
            ("bytes", "b"),
            ("h", COLUMNS),
            ("s", "index"),
        ];
        let mut hidden = Vec::new();
        if domain.can(Engine::hides_indices) == Some(true) {
            hidden.push(("expand_wildcards", "all"));
            query.extend(&hidden);
        }
        let list = Ask::get(&["_cat", "indices"], &query, LIST);
        let aliases = Ask::get(&["_alias"], &hidden, LIST);
        let (listed, aliases) =
            try_join(self.read(domain, &list), self.read(domain, &aliases)).await?;
        let mut aliases = parse_aliases(&aliases);
        let mut indices = parse(&listed).map_err(|why| {
            Failure::new(
                FailureKind::ReplyLost,
                format!("reading the indices of {}", domain.name),
                why,
            )
        })?;
        for index in &mut indices {
            index.aliases = aliases.remove(&index.name).unwrap_or_default();
        }
        Ok(indices)
    }

    /// One index.
    pub(super) async fn index(&self, domain: &Domain, name: &str) -> Result<Index, Failure> {
        let indices = self.indices(domain).await?;
        if let Some(index) = indices.iter().find(|index| index.name == name) {
            return Ok(index.clone());
        }
        let behind: Vec<String> = indices
            .iter()
            .filter(|index| index.aliases.iter().any(|alias| alias == name))
            .map(|index| index.name.clone())
            .collect();
        let failure = self.not_found("index", &format!("{}/{name}", domain.name));
        Err(if behind.is_empty() {
            failure
        } else {
            failure.hint(format!(
                "{name} is an alias of {}: name the index itself.",
                some(&behind)
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(texts: &[&str]) -> Vec<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_leading_minus_means_everything_else_only_for_a_restore() {
        let names = words(&[".kibana_1", "logs-1", "orders"]);
        assert_eq!(
            picked(&words(&["-.kibana*"]), &names, true),
            ["logs-1", "orders"]
        );
        assert!(picked(&words(&["-.kibana*"]), &names, false).is_empty());
        assert_eq!(
            picked(&words(&["*", "-logs-*"]), &names, false),
            [".kibana_1", "orders"]
        );
        assert_eq!(picked(&[], &names, false), names);
        assert_eq!(picked(&words(&["_all"]), &names, false), names);
        assert_eq!(
            in_vain(&words(&["nope*", "orders", "-x"]), &names),
            ["nope*"]
        );
    }

    #[test]
    fn data_streams_are_no_system_indices() {
        assert!(is_system(".kibana_1") && is_system(".opendistro-ism-config"));
        assert!(!is_system(".ds-logs-000001") && !is_system("orders"));
        assert!(is_security(".opendistro_security"));
    }
}
