//! Why the journal cannot be used, one variant for each cause that asks for something else to be
//! done about it.

use std::{fs, io, mem, path::Path, path::PathBuf, time::Duration};

use rusqlite::{ErrorCode, ffi};
use thiserror::Error;

use super::location::Location;
use crate::domain::operation::OperationId;

/// A journal that cannot be opened, read or written, or a record that it refuses.
#[derive(Debug, Error)]
pub enum JournalError {
    /// Something else is where the state directory should be.
    #[error(
        "{path} is not a directory, and the journal needs one there; move it away, or name another directory with --state-dir"
    )]
    NotADirectory {
        /// What is in the way.
        path: PathBuf,
    },
    /// The file or its directory belongs to somebody else.
    #[error(
        "no permission to read and write {path}; it must belong to the user who runs snapdeck, or name another directory with --state-dir"
    )]
    Permission {
        /// What may not be used.
        path: PathBuf,
    },
    /// The state directory cannot be written by anybody.
    #[error(
        "{path} is on a read-only file system; name a directory on a writable one with --state-dir"
    )]
    ReadOnlyFilesystem {
        /// The directory.
        path: PathBuf,
    },
    /// The file system cannot lock files, so processes would overwrite each other's records.
    #[error(
        "files cannot be locked at {path} ({detail}); name a directory on a file system that supports locks with --state-dir, for NFS one mounted with them"
    )]
    NoLocks {
        /// The file that could not be locked.
        path: PathBuf,
        /// The operating system's or `SQLite`'s words.
        detail: String,
    },
    /// Opened for reading, and there is none.
    #[error("there is no journal at {path}; the first change asked for makes one")]
    Missing {
        /// Where it would be.
        path: PathBuf,
    },
    /// A later version of this program wrote it.
    #[error(
        "{path} was written by a newer snapdeck: its format is {found} and this version knows formats up to {known}; use the newer version, or name another directory with --state-dir"
    )]
    Newer {
        /// The journal.
        path: PathBuf,
        /// The format that it has.
        found: i64,
        /// The newest format that this version knows.
        known: i64,
    },
    /// Some other file has its name.
    #[error(
        "{path} is not a journal of snapdeck; move it away, or name another directory with --state-dir"
    )]
    NotAJournal {
        /// The file.
        path: PathBuf,
    },
    /// It was a journal once.
    #[error(
        "the journal {path} is damaged: {detail}; restore it from a backup, or move it away with every file whose name begins with its own and look in AWS for what became of the operations that were open"
    )]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// Another process holds it for longer than is waited.
    #[error(
        "the journal {path} is in use by another process, which did not let go of it within {waited:?}; try again, or end the process that holds it"
    )]
    Locked {
        /// The journal.
        path: PathBuf,
        /// How long was waited.
        waited: Duration,
    },
    /// No space is left.
    #[error(
        "no space is left to write {path}; free some on its disk or in the quota, or name another directory with --state-dir"
    )]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// It was moved, removed or replaced while this process had it open.
    #[error("the journal {path} was moved or removed while in use; start snapdeck again")]
    Moved {
        /// Where it was.
        path: PathBuf,
    },
    /// A process died while it wrote, and this one may not write.
    #[error(
        "a process died while it wrote to the journal {path}, and reading alone cannot undo the half-written change; run snapdeck once where the journal may be written"
    )]
    Interrupted {
        /// The journal.
        path: PathBuf,
    },
    /// Asked to write although opened for reading.
    #[error(
        "the journal {path} was opened for reading alone, so nothing can be recorded and nothing may be changed"
    )]
    ReadOnly {
        /// The journal.
        path: PathBuf,
    },
    /// The operating system failed to read or write.
    #[error(
        "reading or writing {path} failed: {detail}; check the disk, the quota and the system's log"
    )]
    Disk {
        /// The file.
        path: PathBuf,
        /// The operating system's or `SQLite`'s words.
        detail: String,
    },
    /// The same is under way already, and it is not known whether it took effect.
    #[error(
        "operation {0} asked for the same and it is not known yet what became of it; see 'snapdeck operations show {0}' and settle it with 'snapdeck operations wait {0}' first"
    )]
    Unresolved(OperationId),
    /// The id is in the journal already.
    #[error("operation {0} is in the journal already; a new one needs a new id")]
    Exists(OperationId),
    /// The id is not in the journal.
    #[error("there is no operation {0} in the journal; 'snapdeck operations list' shows them")]
    Absent(OperationId),
    /// Anything else that `SQLite` reports.
    #[error("the journal {path} cannot be used: {source}")]
    Sqlite {
        /// The journal.
        path: PathBuf,
        /// `SQLite`'s error.
        source: rusqlite::Error,
    },
}

/// What can go wrong within a transaction.
#[derive(Debug)]
pub(super) enum Fault {
    /// Something that `SQLite` reports, still to be explained.
    Sql(rusqlite::Error),
    /// Something that this room found.
    Known(JournalError),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<JournalError> for Fault {
    fn from(error: JournalError) -> Self {
        Self::Known(error)
    }
}

impl JournalError {
    /// An error of the operating system at `path`.
    pub(super) fn from_io(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::NotADirectory => Self::NotADirectory { path },
            io::ErrorKind::PermissionDenied => Self::Permission { path },
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnlyFilesystem { path },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            _ => Self::Disk {
                path,
                detail: error.to_string(),
            },
        }
    }
}

impl Location {
    /// What an error of `SQLite` means for the journal here.
    pub(super) fn explain(&self, source: rusqlite::Error) -> JournalError {
        let path = self.database.clone();
        let detail = || source.to_string();
        match &source {
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => JournalError::Locked {
                    path,
                    waited: self.busy_timeout,
                },
                ErrorCode::DiskFull => JournalError::Full { path },
                ErrorCode::NotADatabase => JournalError::NotAJournal { path },
                ErrorCode::DatabaseCorrupt => JournalError::Damaged {
                    path,
                    detail: detail(),
                },
                ErrorCode::PermissionDenied => JournalError::Permission { path },
                ErrorCode::CannotOpen => self.explain_cannot_open(),
                ErrorCode::FileLockingProtocolFailed => JournalError::NoLocks {
                    path,
                    detail: detail(),
                },
                ErrorCode::ReadOnly => match failure.extended_code {
                    ffi::SQLITE_READONLY_DBMOVED => JournalError::Moved { path },
                    ffi::SQLITE_READONLY_ROLLBACK | ffi::SQLITE_READONLY_RECOVERY => {
                        JournalError::Interrupted { path }
                    }
                    ffi::SQLITE_READONLY_DIRECTORY => JournalError::Permission {
                        path: self.directory.clone(),
                    },
                    _ => JournalError::Permission { path },
                },
                ErrorCode::SystemIoFailure => match failure.extended_code {
                    ffi::SQLITE_IOERR_LOCK
                    | ffi::SQLITE_IOERR_RDLOCK
                    | ffi::SQLITE_IOERR_UNLOCK
                    | ffi::SQLITE_IOERR_CHECKRESERVEDLOCK => JournalError::NoLocks {
                        path,
                        detail: detail(),
                    },
                    _ => JournalError::Disk {
                        path,
                        detail: detail(),
                    },
                },
                _ => JournalError::Sqlite { path, source },
            },
            // A stored operation that cannot be read back.
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..) => JournalError::Damaged {
                path,
                detail: detail(),
            },
            _ => JournalError::Sqlite { path, source },
        }
    }

    /// `SQLite` says no more than that it could not open a file; asking the operating system again
    /// tells why.
    fn explain_cannot_open(&self) -> JournalError {
        let path = self.database.clone();
        match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => JournalError::Missing { path },
            Err(error) => JournalError::from_io(&path, &error),
            Ok(found) if !found.is_file() => JournalError::NotAJournal { path },
            Ok(_) => match fs::File::open(&path) {
                Err(error) => JournalError::from_io(&path, &error),
                Ok(file) => {
                    // Closing it would drop the locks that other connections of this process hold.
                    mem::forget(file);
                    JournalError::Permission {
                        path: self.directory.clone(),
                    }
                }
            },
        }
    }
}
