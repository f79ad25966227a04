//! Deleting snapshots, and aborting one that is being made.

use jiff::Timestamp;

use super::registration::{self, Access};
use super::repositories::check_unreserved;
use super::snapshot_create::runs_any;
use crate::sandbox::services::search::answer::Answer;
use crate::sandbox::services::search::ask::{Ask, split};
use crate::sandbox::services::search::error::{EngineError, Halt, no_such_snapshot};
use crate::sandbox::services::search::expression::{is_pattern, matches};
use crate::sandbox::services::search::snapshot::Course;
use crate::sandbox::services::search::work::{Kind, Work};
use crate::sandbox::texts::search as texts;

pub(in super::super) fn delete(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    const TIMES: [&str; 2] = ["master_timeout", "cluster_manager_timeout"];
    ask.only(&TIMES)?;
    ask.check_time(&TIMES)?;
    let (repository, names) = (ask.path[1].clone(), ask.path[2].clone());
    let registered = ask.repository(&repository)?.clone();
    check_unreserved(ask, &repository)?;
    if registered.is_read_only() {
        let text = texts::READ_ONLY_DELETE.with(&[&repository]);
        return Err(EngineError::new(500, "repository_exception", text).into());
    }
    registration::check_access(ask, (&repository, &registered), Access::Delete)?;
    let now = ask.now;
    let found = selected(ask, &repository, &names)?;
    for (name, uuid) in &found {
        check_not_restored(ask, (&repository, name, uuid))?;
        check_alone(ask, (&repository, name, uuid))?;
    }
    // What others are still making in the repository comes first.
    let behind: Option<Timestamp> = ask
        .vaults()
        .stored(&registered.place, now)
        .filter(|snapshot| snapshot.is_running(now))
        .filter(|snapshot| !found.iter().any(|(_, uuid)| *uuid == snapshot.uuid))
        .map(|snapshot| snapshot.ends())
        .max();
    let until = behind.unwrap_or(now);
    for snapshot in ask
        .domains()
        .vaults
        .stored_mut(&registered.place)
        .into_iter()
        .flatten()
        .filter(|snapshot| found.iter().any(|(_, uuid)| *uuid == snapshot.uuid))
    {
        let runs = snapshot.is_running(now);
        if runs && let Course::Made { failed, .. } = &mut snapshot.course {
            *failed = Some(now);
        }
        // An aborted snapshot is gone at once: nothing of it was in the repository's list.
        let gone = if runs { now } else { until };
        snapshot.deleted = Some(snapshot.deleted.map_or(gone, |known| known.min(gone)));
    }
    let domain = ask.place();
    Ok(match behind {
        Some(until) if !found.is_empty() => Answer::when_over(Work {
            domain,
            kind: Kind::Behind {
                until,
                said: "acknowledged",
            },
        }),
        _ => Answer::acknowledged(),
    })
}

/// The names and identifiers of the snapshots that are to be deleted.
fn selected(ask: &Ask<'_>, repository: &str, names: &str) -> Result<Vec<(String, String)>, Halt> {
    let all = ask.snapshots(ask.repository(repository)?);
    let names = if ask.engine().deletes_many() {
        split(names)
    } else {
        vec![names.to_owned()]
    };
    let mut found: Vec<(String, String)> = Vec::new();
    for name in names {
        let is_pattern = ask.engine().deletes_many() && is_pattern(&name);
        let mut any = false;
        for snapshot in &all {
            let fits = if is_pattern {
                matches(&name, &snapshot.name)
            } else {
                name == snapshot.name
            };
            if fits {
                any = true;
                let entry = (snapshot.name.clone(), snapshot.uuid.clone());
                if !found.contains(&entry) {
                    found.push(entry);
                }
            }
        }
        if !any && !is_pattern {
            return Err(no_such_snapshot(repository, &name));
        }
    }
    Ok(found)
}

fn check_not_restored(
    ask: &Ask<'_>,
    (repository, name, uuid): (&str, &str, &str),
) -> Result<(), Halt> {
    let is_concurrent = ask.engine().is_concurrent();
    let restored = ask
        .cluster()
        .restores_from(repository, ask.now)
        .find(|restore| restore.snapshot == name || !is_concurrent);
    let Some(restore) = restored else {
        return Ok(());
    };
    let text = if is_concurrent {
        let arguments = [
            repository,
            name,
            uuid,
            &restore.uuid,
            repository,
            name,
            uuid,
        ];
        texts::DELETE_IN_RESTORE.with(&arguments)
    } else {
        texts::DELETE_IN_RESTORE_OLD.with(&[repository, name, uuid])
    };
    Err(EngineError::new(503, "concurrent_snapshot_execution_exception", text).into())
}

/// Older engines delete nothing while they make a snapshot, unless it is that one.
fn check_alone(ask: &Ask<'_>, (repository, name, uuid): (&str, &str, &str)) -> Result<(), Halt> {
    if ask.engine().is_concurrent() || !runs_any(ask) {
        return Ok(());
    }
    let place = &ask.repository(repository)?.place;
    let runs_itself = ask
        .vaults()
        .stored(place, ask.now)
        .any(|snapshot| snapshot.uuid == uuid && snapshot.is_running(ask.now));
    if runs_itself {
        return Ok(());
    }
    let text = texts::ANOTHER_RUNNING.with(&[repository, name, uuid]);
    Err(EngineError::new(503, "concurrent_snapshot_execution_exception", text).into())
}
