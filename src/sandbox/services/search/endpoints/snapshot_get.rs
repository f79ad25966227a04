//! Listing and showing snapshots.

use std::collections::HashSet;

use serde_json::json;

use super::registration::{self, Access};
use super::snapshots_shown;
use crate::sandbox::services::search::answer::Answer;
use crate::sandbox::services::search::ask::{Ask, split};
use crate::sandbox::services::search::error::{Halt, no_such_snapshot};
use crate::sandbox::services::search::expression::{is_pattern, matches};
use crate::sandbox::services::search::snapshot::Snapshot;

/// What to do about a name that there is not.
pub(super) enum Missing {
    Refuse,
    Ignore,
}

/// The snapshots of a repository that names select, with `_all`, `_current` and wildcards.
pub(super) fn named<'a>(
    ask: &'a Ask<'_>,
    repository_name: &str,
    names: &str,
    missing: &Missing,
) -> Result<Vec<&'a Snapshot>, Halt> {
    let repository = ask.repository(repository_name)?;
    registration::check_access(ask, (repository_name, repository), Access::Read)?;
    let all = ask.snapshots(repository);
    if names == "_all" {
        return Ok(all);
    }
    let mut found: Vec<&Snapshot> = Vec::new();
    let mut taken = HashSet::new();
    let mut add = |snapshot: &'a Snapshot| {
        if taken.insert(&snapshot.uuid) {
            found.push(snapshot);
        }
    };
    for name in split(names) {
        if name == "_current" {
            let running = all.iter().filter(|snapshot| snapshot.is_running(ask.now));
            running.for_each(|snapshot| add(snapshot));
            continue;
        }
        let mut selected = all
            .iter()
            .filter(|snapshot| matches(&name, &snapshot.name))
            .peekable();
        let is_any = selected.peek().is_some();
        // `*` may find nothing; any other name must find something.
        if !is_any && name != "*" && matches!(missing, Missing::Refuse) {
            return Err(no_such_snapshot(repository_name, &name));
        }
        // A name that there is not, and is to be ignored, shows what is in progress: a quirk.
        if !is_any && !is_pattern(&name) && ask.is_opensearch() {
            let running = all.iter().filter(|snapshot| snapshot.is_running(ask.now));
            running.for_each(|snapshot| add(snapshot));
            continue;
        }
        selected.for_each(|snapshot| add(snapshot));
    }
    Ok(found)
}

pub(in super::super) fn get(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&[
        "ignore_unavailable",
        "verbose",
        "local",
        "master_timeout",
        "cluster_manager_timeout",
    ])?;
    ask.check_time(&["master_timeout", "cluster_manager_timeout"])?;
    let (repository, names) = (ask.path[1].clone(), ask.path[2].clone());
    let verbose = ask.truth("verbose")?.unwrap_or(true);
    let missing = if ask.truth("ignore_unavailable")?.unwrap_or_default() {
        Missing::Ignore
    } else {
        Missing::Refuse
    };
    let mut snapshots = named(ask, &repository, &names, &missing)?;
    let (engine, now) = (ask.engine(), ask.now);
    let shown: Vec<_> = if verbose {
        let registered = ask.repository(&repository)?;
        for snapshot in &snapshots {
            registration::check_readable(ask, (&repository, registered), snapshot)?;
        }
        snapshots
            .sort_by(|one, other| (one.started(), &one.name).cmp(&(other.started(), &other.name)));
        let shown = snapshots.iter();
        shown
            .map(|snapshot| snapshots_shown::full(snapshot, engine, now))
            .collect()
    } else {
        // Without times, by name.
        snapshots.sort_by(|one, other| one.name.cmp(&other.name));
        let shown = snapshots.iter();
        shown
            .map(|snapshot| snapshots_shown::brief(snapshot, engine, now))
            .collect()
    };
    Ok(Answer::ok(json!({ "snapshots": shown })))
}
