//! Which names indices, snapshots and repositories may have.
//!
//! Invariants: the checks come in the engines' order; the first that fails answers.

use super::cluster::Cluster;
use super::error::{EngineError, Halt, invalid_index_name};
use crate::sandbox::texts::{search as texts, search_form as form};

/// Characters that no file name may have.
const FORBIDDEN: [char; 10] = [' ', '"', '*', '\\', '<', '|', ',', '>', '/', '?'];
const LONGEST: usize = 255;

fn has_forbidden(name: &str) -> bool {
    name.contains(FORBIDDEN)
}

pub(super) fn check_snapshot(repository: &str, name: &str) -> Result<(), Halt> {
    let why = if name.contains(char::is_whitespace) {
        form::HAS_WHITESPACE
    } else if name.contains(',') {
        form::HAS_COMMA
    } else if name.contains('#') {
        form::HAS_HASH
    } else if name.starts_with('_') {
        form::STARTS_WITH_UNDERSCORE
    } else if name.to_lowercase() != name {
        form::NOT_LOWERCASE
    } else if has_forbidden(name) {
        form::FORBIDDEN_CHARACTERS
    } else {
        return Ok(());
    };
    Err(invalid_snapshot(repository, name, &why.plain()))
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
        form::FORBIDDEN_CHARACTERS.plain()
    } else if name.contains('#') {
        form::HAS_HASH.plain()
    } else if name.contains(':') {
        form::HAS_COLON.plain()
    } else if name.starts_with(['_', '-', '+']) {
        form::STARTS_RESERVED.plain()
    } else if name.len() > LONGEST {
        form::TOO_LONG.with(&[&name.len().to_string(), &LONGEST.to_string()])
    } else if name == "." || name == ".." {
        form::IS_DOTS.plain()
    } else if name.to_lowercase() != name {
        form::NOT_LOWERCASE.plain()
    } else if cluster.is_alias(name) {
        form::IS_ALIAS.plain()
    } else {
        return Ok(());
    };
    Err(invalid_index_name(name, &why))
}
