//! What a restore is asked for.
//!
//! Invariants: a key that is not known is refused, other than on creating a snapshot.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::repositories::flat;
use crate::sandbox::services::search::ask::{Ask, body_names, body_truth};
use crate::sandbox::services::search::domain::Engine;
use crate::sandbox::services::search::error::{Halt, illegal_argument};
use crate::sandbox::services::search::expression::Unavailable;
use crate::sandbox::services::search::rename::Rename;
use crate::sandbox::texts::{search as texts, search_form as form};

/// What every engine knows.
const KEYS: [&str; 12] = [
    "indices",
    "ignore_unavailable",
    "allow_no_indices",
    "expand_wildcards",
    "ignore_throttled",
    "partial",
    "include_global_state",
    "include_aliases",
    "rename_pattern",
    "rename_replacement",
    "index_settings",
    "ignore_index_settings",
];

/// Does an engine know this key?
fn is_known(key: &str, engine: Engine) -> bool {
    match key {
        "storage_type" => engine.knows_storage_type(),
        "source_remote_store_repository" => engine.has_remote_storage(),
        "rename_alias_pattern" | "rename_alias_replacement" => engine.renames_aliases(),
        key => KEYS.contains(&key),
    }
}

/// A restore as it is asked for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) indices: Vec<String>,
    pub(super) unavailable: Unavailable,
    pub(super) partial: bool,
    pub(super) global_state: bool,
    pub(super) aliases: bool,
    pub(super) rename: Option<Rename>,
    /// Without the `index.` in front.
    pub(super) settings: BTreeMap<String, String>,
    /// Without the `index.` in front; a pattern may be among them.
    pub(super) ignored_settings: Vec<String>,
}

impl Wanted {
    pub(super) fn read(ask: &Ask<'_>, body: &Map<String, Value>) -> Result<Self, Halt> {
        for key in body.keys() {
            if !is_known(key, ask.engine()) {
                return Err(illegal_argument(
                    texts::UNKNOWN_RESTORE_PARAMETER.with(&[key]),
                ));
            }
            if key == "storage_type" && !ask.engine().has_storage_type() {
                return Err(illegal_argument(texts::NO_FEATURE.with(&[key])));
            }
        }
        let text = |key: &str| match body.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(illegal_argument(form::MALFORMED_MEMBER.with(&[key]))),
        };
        let rename = match (text("rename_pattern")?, text("rename_replacement")?) {
            (Some(pattern), Some(replacement)) => Some(Rename::new(pattern, replacement)?),
            _ => None,
        };
        let settings = match body.get("index_settings") {
            None => BTreeMap::new(),
            Some(Value::Object(settings)) => flat("", settings),
            Some(_) => {
                let text = texts::MALFORMED_SETTINGS.with(&["index_settings"]);
                return Err(illegal_argument(text));
            }
        };
        let ignores = body_truth(body, "ignore_unavailable")?.unwrap_or_default();
        let left_out = body_names(body, "ignore_index_settings")?.unwrap_or_default();
        Ok(Self {
            indices: body_names(body, "indices")?.unwrap_or_default(),
            unavailable: if ignores {
                Unavailable::Ignore
            } else {
                Unavailable::Refuse
            },
            partial: body_truth(body, "partial")?.unwrap_or_default(),
            global_state: body_truth(body, "include_global_state")?.unwrap_or_default(),
            aliases: body_truth(body, "include_aliases")?.unwrap_or(true),
            rename,
            settings: settings
                .into_iter()
                .map(|(key, value)| (short(&key).to_owned(), value))
                .collect(),
            ignored_settings: left_out.iter().map(|key| short(key).to_owned()).collect(),
        })
    }
}

/// A setting without the `index.` in front.
pub(super) fn short(key: &str) -> &str {
    key.strip_prefix("index.").unwrap_or(key)
}
