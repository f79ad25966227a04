//! Making running work fail, as a test asks.
//!
//! Invariants: what is done stays done; only shards that still are under way are lost.

use jiff::Timestamp;

use super::snapshot::Course;
use super::store::Domains;
use crate::sandbox::world::CannotFail;

/// Fails a running snapshot, or the restores from one that is over.
pub(super) fn snapshot(
    domains: &mut Domains,
    place: usize,
    (repository, name): (&str, &str),
    now: Timestamp,
) -> Result<(), CannotFail> {
    let cluster = &domains.at(place).cluster;
    let at = cluster
        .repositories
        .get(repository)
        .map(|repository| repository.place.clone())
        .ok_or(CannotFail::Unknown)?;
    let restoring: Vec<String> = cluster
        .restores_from(repository, now)
        .filter(|restore| restore.snapshot == name)
        .flat_map(|restore| restore.indices.clone())
        .collect();
    let stored = domains.vaults.stored_mut(&at).ok_or(CannotFail::Unknown)?;
    let found = stored
        .iter_mut()
        .find(|snapshot| snapshot.name == name && !snapshot.is_gone(now))
        .ok_or(CannotFail::Unknown)?;
    if found.is_running(now)
        && let Course::Made { failed, .. } = &mut found.course
    {
        *failed = Some(now);
        return Ok(());
    }
    let state = found.state(now).name().to_owned();
    if restoring.is_empty() {
        return Err(CannotFail::NotRunning(state));
    }
    for name in restoring {
        // Those of the same restore that are over stay as they are.
        let _ = index(domains, place, &name, now);
    }
    Ok(())
}

/// Fails the restore of an index.
pub(super) fn index(
    domains: &mut Domains,
    place: usize,
    name: &str,
    now: Timestamp,
) -> Result<(), CannotFail> {
    let index = domains
        .at_mut(place)
        .cluster
        .indices
        .get_mut(name)
        .ok_or(CannotFail::Unknown)?;
    match &mut index.recovery {
        Some(recovery) if !recovery.is_over(now) => {
            recovery.failed = Some(now);
            Ok(())
        }
        _ => Err(CannotFail::NotRunning("not being restored".to_owned())),
    }
}
