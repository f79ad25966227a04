//! Whether a restore can be done: everything is checked before anything is changed.
//!
//! Invariants: the checks come in the engines' order, and the first that fails answers: the
//! repository, the snapshot, its state and version, the indices, the new names among themselves,
//! then for each index whether all of it is there, its settings, its new name.

use std::collections::BTreeMap;

use super::registration::{self, Access};
use super::restore_request::Wanted;
use crate::sandbox::services::search::ask::Ask;
use crate::sandbox::services::search::error::{EngineError, Halt, no_permission};
use crate::sandbox::services::search::expression::{self, matches};
use crate::sandbox::services::search::names;
use crate::sandbox::services::search::snapshot::{Snapshot, State};
use crate::sandbox::texts::{Text, search as texts};

/// The settings that cannot be changed, and those that cannot even be left out.
const UNCHANGEABLE: [&str; 5] = [
    "number_of_shards",
    "version.created",
    "uuid",
    "creation_date",
    "history.uuid",
];
const INDISPENSABLE: [&str; 3] = [
    "number_of_replicas",
    "auto_expand_replicas",
    "version.upgraded",
];
/// Fine-grained access control keeps its own data here.
const SECURITY: &str = ".opendistro_security";

/// New names and the names in the snapshot.
pub(super) type Names = BTreeMap<String, String>;

fn error(kind: &'static str, text: String) -> Halt {
    EngineError::new(500, kind, text).into()
}

fn restore_error(text: String) -> Halt {
    error("snapshot_restore_exception", text)
}

/// The snapshot, if it can be restored at all.
pub(super) fn snapshot(ask: &Ask<'_>, repository: &str, name: &str) -> Result<Snapshot, Halt> {
    let registered = ask.repository(repository)?;
    registration::check_access(ask, (repository, registered), Access::Read)?;
    let found = ask
        .snapshots(registered)
        .into_iter()
        .find(|snapshot| snapshot.name == name && !snapshot.is_running(ask.now));
    let Some(snapshot) = found else {
        return Err(restore_error(
            texts::RESTORE_NO_SNAPSHOT.with(&[repository, name]),
        ));
    };
    registration::check_readable(ask, (repository, registered), snapshot)?;
    let state = snapshot.state(ask.now);
    if state == State::Failed {
        let arguments = [repository, name, &snapshot.uuid, state.name()];
        return Err(restore_error(texts::RESTORE_STATE.with(&arguments)));
    }
    let engine = ask.engine();
    if snapshot.version.is_newer_than(engine) {
        let (theirs, ours) = (snapshot.version.number(), engine.number());
        let product = snapshot.version.product.name();
        let arguments = [repository, name, &snapshot.uuid, product, &theirs, &ours];
        return Err(restore_error(texts::RESTORE_NEWER.with(&arguments)));
    }
    Ok(snapshot.clone())
}

/// What is restored, under which names.
pub(super) fn names(
    ask: &Ask<'_>,
    repository: &str,
    snapshot: &Snapshot,
    wanted: &Wanted,
) -> Result<Names, Halt> {
    let indices =
        expression::in_snapshot(&snapshot.indices(), &wanted.indices, wanted.unavailable)?;
    check_access(ask, wanted, &indices)?;
    let mut names = Names::new();
    for index in indices {
        let renamed = match &wanted.rename {
            Some(rename) => rename.apply(&index)?,
            None => index.clone(),
        };
        if let Some(other) = names.get(&renamed) {
            let arguments = [repository, &snapshot.name, &index, other, &renamed];
            return Err(restore_error(texts::RESTORE_CLASH.with(&arguments)));
        }
        names.insert(renamed, index);
    }
    Ok(names)
}

/// Fine-grained access control lets nobody restore its own data, nor what could hold it.
fn check_access(ask: &Ask<'_>, wanted: &Wanted, indices: &[String]) -> Result<(), Halt> {
    let asks_for_all = expression::is_all(&wanted.indices) || wanted.indices == ["*"];
    let is_refused =
        wanted.global_state || asks_for_all || indices.iter().any(|index| index == SECURITY);
    if ask.facts().fine_grained && is_refused {
        return Err(no_permission("", &ask.user()));
    }
    Ok(())
}

/// Can each of the indices be restored to its new name?
pub(super) fn indices(
    ask: &Ask<'_>,
    repository: &str,
    snapshot: &Snapshot,
    names: &Names,
    wanted: &Wanted,
) -> Result<(), Halt> {
    let with = |arguments: &[&str]| -> Vec<String> {
        [repository, &snapshot.name, &snapshot.uuid]
            .iter()
            .chain(arguments)
            .map(|text| (*text).to_owned())
            .collect()
    };
    let say = |text: Text, arguments: &[&str]| {
        let arguments = with(arguments);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        restore_error(text.with(&arguments))
    };
    for (renamed, index) in names {
        if !wanted.partial && !snapshot.has_whole(index, ask.now) {
            return Err(say(texts::RESTORE_NOT_WHOLE, &[index]));
        }
        check_settings(wanted, &say)?;
        let Some(copy) = snapshot.find(index) else {
            continue;
        };
        let oldest = ask.engine().oldest_index();
        if oldest.is_newer_than(copy.version) {
            let (theirs, ours) = (copy.version.number(), oldest.number());
            let arguments = [index.as_str(), &copy.uuid, &theirs, &ours];
            let arguments_of_error = with(&[index]);
            let arguments_of_error: Vec<&str> =
                arguments_of_error.iter().map(String::as_str).collect();
            let text = texts::RESTORE_OLDER.with(&arguments_of_error);
            return Err(EngineError::new(500, "snapshot_restore_exception", text)
                .caused_by(
                    "illegal_state_exception",
                    texts::INDEX_TOO_OLD.with(&arguments),
                )
                .into());
        }
        match ask.cluster().indices.get(renamed) {
            None => names::check_index(ask.cluster(), renamed)?,
            Some(existing) if !existing.closed => {
                return Err(say(texts::RESTORE_OPEN, &[renamed]));
            }
            Some(existing) if existing.shards.len() != copy.shards.len() => {
                let (there, here) = (copy.shards.len(), existing.shards.len());
                let (there, here) = (there.to_string(), here.to_string());
                let arguments = [renamed.as_str(), &here, index, &there];
                return Err(say(texts::RESTORE_SHARDS, &arguments));
            }
            Some(_) => {}
        }
    }
    if wanted.aliases {
        check_aliases(ask, snapshot, names)?;
    }
    Ok(())
}

fn check_settings(wanted: &Wanted, say: &dyn Fn(Text, &[&str]) -> Halt) -> Result<(), Halt> {
    let full = |key: &str| format!("index.{key}");
    for key in &wanted.ignored_settings {
        let mut fixed = UNCHANGEABLE.iter().chain(&INDISPENSABLE);
        // A pattern passes over what cannot be left out.
        if fixed.any(|fixed| fixed == key) {
            return Err(say(texts::RESTORE_REMOVE, &[&full(key)]));
        }
    }
    for key in wanted.settings.keys() {
        if UNCHANGEABLE.contains(&key.as_str()) {
            return Err(say(texts::RESTORE_MODIFY, &[&full(key)]));
        }
    }
    Ok(())
}

/// Is a setting one that the restore leaves out?
pub(super) fn is_ignored(wanted: &Wanted, key: &str) -> bool {
    let fixed = UNCHANGEABLE.contains(&key) || INDISPENSABLE.contains(&key);
    !fixed
        && wanted
            .ignored_settings
            .iter()
            .any(|pattern| matches(pattern, key))
}

/// No alias may come back whose name an index has taken meanwhile.
fn check_aliases(ask: &Ask<'_>, snapshot: &Snapshot, names: &Names) -> Result<(), Halt> {
    let is_index =
        |name: &str| ask.cluster().indices.contains_key(name) || names.contains_key(name);
    for (renamed, index) in names {
        let Some(copy) = snapshot.find(index) else {
            continue;
        };
        if let Some(alias) = copy.aliases.keys().find(|alias| is_index(alias)) {
            if names.contains_key(alias) {
                let arguments = [
                    repository_of(ask),
                    &snapshot.name,
                    &snapshot.uuid,
                    index,
                    alias,
                ];
                return Err(restore_error(texts::RESTORE_ALIAS.with(&arguments)));
            }
            let text = if ask.engine().has_data_streams() {
                texts::DUPLICATE_NAMES
            } else {
                texts::DUPLICATE_NAMES_OLD
            };
            let text = text.with(&[alias, renamed, &copy.uuid]);
            return Err(error("illegal_state_exception", text));
        }
    }
    Ok(())
}

fn repository_of<'a>(ask: &'a Ask<'_>) -> &'a str {
    ask.path.get(1).map_or("", String::as_str)
}
