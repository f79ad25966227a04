//! Which names indices, snapshots and repositories may have.
//!
//! Invariants: the checks come in the engines' order; the first that fails answers.

use super::cluster::Cluster;
use super::error::{EngineError, Halt, invalid_index_name};
use crate::sandbox::texts::search as texts;

/// Characters that no file name may have.
const FORBIDDEN: [char; 10] = [' ', '"', '*', '\\', '<', '|', ',', '>', '/', '?'];
const FORBIDDEN_SAID: &str =
    "must not contain the following characters [ , \", *, \\, <, |, ,, >, /, ?]";
const LONGEST: usize = 255;

fn has_forbidden(name: &str) -> bool {
    name.contains(FORBIDDEN)
}

pub(super) fn check_snapshot(repository: &str, name: &str) -> Result<(), Halt> {
    let why = if name.contains(char::is_whitespace) {
        "must not contain whitespace"
    } else if name.contains(',') {
        "must not contain ','"
    } else if name.contains('#') {
        "must not contain '#'"
    } else if name.starts_with('_') {
        "must not start with '_'"
    } else if name.to_lowercase() != name {
        "must be lowercase"
    } else if has_forbidden(name) {
        FORBIDDEN_SAID
    } else {
        return Ok(());
    };
    Err(invalid_snapshot(repository, name, why))
}

pub(super) fn invalid_snapshot(repository: &str, name: &str, why: &str) -> Halt {
    let text = texts::INVALID_SNAPSHOT_NAME.with(&[repository, name, name, why]);
    EngineError::new(400, "invalid_snapshot_name_exception", text).into()
}

/// Elasticsearch 7.10 and before took almost any name.
pub(super) fn check_repository(name: &str, is_strict: bool) -> Result<(), Halt> {
    let text = if name.contains('#') && is_strict {
        texts::REPOSITORY_NAME_HASH.with(&[name])
    } else if has_forbidden(name) && is_strict {
        texts::REPOSITORY_NAME_CHARACTERS.with(&[name])
    } else {
        return Ok(());
    };
    Err(EngineError::new(500, "repository_exception", text).into())
}

/// The name of an index that is to be made.
pub(super) fn check_index(cluster: &Cluster, name: &str) -> Result<(), Halt> {
    let why = if has_forbidden(name) {
        FORBIDDEN_SAID.to_owned()
    } else if name.contains('#') {
        "must not contain '#'".to_owned()
    } else if name.contains(':') {
        "must not contain ':'".to_owned()
    } else if name.starts_with(['_', '-', '+']) {
        "must not start with '_', '-', or '+'".to_owned()
    } else if name.len() > LONGEST {
        let length = name.len();
        format!("index name is too long, ({length} > {LONGEST})")
    } else if name == "." || name == ".." {
        "must not be '.' or '..'".to_owned()
    } else if name.to_lowercase() != name {
        "must be lowercase".to_owned()
    } else if cluster.is_alias(name) {
        "already exists as alias".to_owned()
    } else {
        return Ok(());
    };
    Err(invalid_index_name(name, &why))
}
