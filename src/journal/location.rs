//! Where the journal lies, and what must be so there before a database can be opened.

use std::{
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    time::Duration,
};

use super::error::JournalError;

/// The files of one journal.
#[derive(Debug, Clone)]
pub(super) struct Location {
    /// The state directory, absolute, so that a change of the working directory moves nothing.
    pub(super) directory: PathBuf,
    /// The database.
    pub(super) database: PathBuf,
    /// Where the sessions' lock files lie.
    pub(super) sessions: PathBuf,
    /// How long a lock held by another process is waited for.
    pub(super) busy_timeout: Duration,
}

impl Location {
    pub(super) fn new(directory: &Path, busy_timeout: Duration) -> Result<Self, JournalError> {
        let directory = std::path::absolute(directory)
            .map_err(|error| JournalError::from_io(directory, &error))?;
        Ok(Self {
            database: directory.join("journal.sqlite3"),
            sessions: directory.join("sessions"),
            directory,
            busy_timeout,
        })
    }

    /// Where `SQLite` keeps the pages it is about to overwrite.
    pub(super) fn rollback_journal(&self) -> PathBuf {
        self.directory.join("journal.sqlite3-journal")
    }

    /// Makes the directories, for their owner alone. One that exists keeps its mode.
    pub(super) fn prepare(&self) -> Result<(), JournalError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.sessions)
            .map_err(|error| self.explain_directory(&error))
    }

    /// Makes a new name in the state directory last. Not every file system can, and one that cannot
    /// keeps no promise that this could mend.
    pub(super) fn sync_directory(&self) {
        for directory in [Some(self.directory.as_path()), self.directory.parent()] {
            let _best_effort = directory
                .and_then(|path| File::open(path).ok())
                .map(|open| open.sync_all());
        }
    }

    fn explain_directory(&self, error: &io::Error) -> JournalError {
        let in_the_way = self
            .sessions
            .ancestors()
            .find(|path| fs::metadata(path).is_ok_and(|m| !m.is_dir()));
        match in_the_way {
            Some(path) => JournalError::NotADirectory {
                path: path.to_owned(),
            },
            None => JournalError::from_io(&self.directory, error),
        }
    }
}
