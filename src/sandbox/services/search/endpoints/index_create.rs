//! Making an index: by request, or by the first document that is written to it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::indices::options;
use super::repositories::flat;
use super::restore_request::short;
use crate::sandbox::services::search::answer::Answer;
use crate::sandbox::services::search::ask::Ask;
use crate::sandbox::services::search::cluster::Node;
use crate::sandbox::services::search::error::{EngineError, Halt};
use crate::sandbox::services::search::index::{Content, Index, Shard};
use crate::sandbox::services::search::names;
use crate::sandbox::services::search::store::Domains;
use crate::sandbox::texts::search as texts;

/// The most shards that an index may have.
const MOST_SHARDS: usize = 1024;

/// The node that a shard of an index with these settings is on; none: no node may have it.
pub(in super::super) fn assigned(
    nodes: &[Node],
    settings: &BTreeMap<String, String>,
    number: usize,
) -> Option<usize> {
    let wanted = ["require", "include"]
        .iter()
        .find_map(|kind| settings.get(&format!("routing.allocation.{kind}._name")));
    let allowed: Vec<usize> = (0..nodes.len())
        .filter(|node| wanted.is_none_or(|wanted| *wanted == nodes[*node].name))
        .collect();
    match allowed.len() {
        0 => None,
        count => allowed.get(number % count).copied(),
    }
}

pub(in super::super) fn create(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    let known: Vec<&str> = [
        "wait_for_active_shards",
        "master_timeout",
        "cluster_manager_timeout",
        "include_type_name",
    ]
    .into_iter()
    .chain(options::KNOWN)
    .collect();
    ask.only(&known)?;
    let name = ask.path[0].clone();
    let body = ask.body()?.unwrap_or_default();
    let mut wanted = Wanted::default();
    for (key, value) in &body {
        let members = value.as_object().cloned().unwrap_or_default();
        match key.as_str() {
            "settings" => wanted.settings = settings(&members),
            "mappings" => wanted.mappings = value.clone(),
            "aliases" => {
                wanted.aliases = members
                    .into_iter()
                    .map(|(alias, value)| (alias, value.as_object().cloned().unwrap_or_default()))
                    .collect();
            }
            other => {
                let text = texts::UNKNOWN_CREATE_KEY.with(&[other]);
                return Err(EngineError::new(400, "parse_exception", text).into());
            }
        }
    }
    for setting in ["number_of_shards", "number_of_replicas"] {
        if let Some(value) = wanted.settings.get(setting)
            && value
                .parse::<usize>()
                .map_or(true, |number| number > MOST_SHARDS)
        {
            let arguments = [value.as_str(), &format!("index.{setting}")];
            let text = texts::SETTING_VALUE.with(&arguments);
            let cause = format!("For input string: \"{value}\"");
            return Err(EngineError::new(400, "illegal_argument_exception", text)
                .caused_by("number_format_exception", cause)
                .into());
        }
    }
    check_new(ask, &name)?;
    for alias in wanted.aliases.keys() {
        check_alias(ask, alias, &name)?;
    }
    let (place, now) = (ask.place(), ask.now);
    make(ask.domains(), place, &name, wanted, now);
    Ok(Answer::ok(json!({
        "acknowledged": true,
        "shards_acknowledged": true,
        "index": name,
    })))
}

/// What an index is to be.
pub(in super::super) struct Wanted {
    pub(in super::super) settings: BTreeMap<String, String>,
    pub(in super::super) mappings: Value,
    pub(in super::super) aliases: BTreeMap<String, Map<String, Value>>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            settings: BTreeMap::new(),
            mappings: json!({}),
            aliases: BTreeMap::new(),
        }
    }
}

/// Settings as an index has them: flat, and without the `index.` in front.
pub(super) fn settings(members: &Map<String, Value>) -> BTreeMap<String, String> {
    flat("", members)
        .into_iter()
        .map(|(key, value)| (short(&key).to_owned(), value))
        .collect()
}

fn check_new(ask: &Ask<'_>, name: &str) -> Result<(), Halt> {
    if let Some(existing) = ask.cluster().indices.get(name) {
        let text = texts::INDEX_EXISTS.with(&[name, &existing.uuid]);
        return Err(
            EngineError::new(400, "resource_already_exists_exception", text)
                .with("index", name)
                .with("index_uuid", existing.uuid.clone())
                .into(),
        );
    }
    names::check_index(ask.cluster(), name)
}

/// An alias must not be called as an index is.
pub(super) fn check_alias(ask: &Ask<'_>, alias: &str, new_index: &str) -> Result<(), Halt> {
    let existing = ask.cluster().indices.get(alias);
    if existing.is_none() && alias != new_index {
        return Ok(());
    }
    let text = texts::ALIAS_IS_INDEX.with(&[alias]);
    let uuid = existing.map_or("_na_", |index| index.uuid.as_str());
    Err(EngineError::new(400, "invalid_alias_name_exception", text)
        .with("index", alias)
        .with("index_uuid", uuid)
        .into())
}

/// Makes an empty index.
pub(in super::super) fn make(
    domains: &mut Domains,
    place: usize,
    name: &str,
    wanted: Wanted,
    now: Timestamp,
) {
    let uuid = domains.new_uuid();
    let Wanted {
        mut settings,
        mappings,
        aliases,
    } = wanted;
    let engine = domains.at(place).facts.engine;
    // Before 7.0 an index had five shards unless it was told otherwise.
    let default_shards = if engine.has_types() { 5 } else { 1 };
    let count = settings
        .get("number_of_shards")
        .and_then(|text| text.parse::<usize>().ok())
        .unwrap_or(default_shards);
    settings.insert("number_of_shards".to_owned(), count.to_string());
    settings
        .entry("number_of_replicas".to_owned())
        .or_insert_with(|| "1".to_owned());
    let shards = (0..count)
        .map(|number| {
            let lineage = domains.new_number();
            let nodes = &domains.at(place).cluster.nodes;
            Shard {
                node: assigned(nodes, &settings, number),
                content: Content {
                    lineage,
                    docs: 0,
                    bytes: 0,
                    changing: 0,
                    written: 0,
                },
            }
        })
        .collect();
    let index = Index {
        uuid,
        created: now,
        version: engine,
        settings,
        mappings,
        aliases,
        closed: false,
        shards,
        recovery: None,
    };
    let cluster = &mut domains.at_mut(place).cluster;
    cluster.indices.insert(name.to_owned(), index);
}
