//! Which processes are alive: each holds an exclusive lock on a file of its own for as long as it
//! lives, and the operating system lets go of it however the process ends.
//!
//! Invariants:
//! - A name is seen by others only after its lock is held: it reaches them through the operations
//!   that its process records, and [`Session::begin`] comes first.
//! - Only who holds a lock on a session's file removes it. A shared lock will do, so that two
//!   processes which ask at once do not take each other for the session.
//! - A name is never used twice, so removing a dead one's file cannot hit a live one's.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use uuid::Uuid;

use super::error::JournalError;

/// The session of this process.
#[derive(Debug)]
pub(super) struct Session {
    name: String,
    /// `None` for a reader, who leaves no trace.
    held: Option<Held>,
}

/// A locked file. Removed and let go of when dropped.
#[derive(Debug)]
struct Held {
    path: PathBuf,
    _lock: File,
}

impl Session {
    /// Takes a new name and locks its file.
    pub(super) fn begin(sessions: &Path) -> Result<Self, JournalError> {
        loop {
            let name = Uuid::new_v4().to_string();
            let path = lock_file(sessions, &name);
            // Over NFS an exclusive lock needs a descriptor that may write.
            let file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)
                .map_err(|error| JournalError::from_io(sessions, &error))?;
            match file.try_lock() {
                // Between the two calls above the file looks dead, and whoever opened the journal at
                // that moment may have removed it.
                Ok(()) if is_present(&path) => {
                    return Ok(Self {
                        name,
                        held: Some(Held { path, _lock: file }),
                    });
                }
                Ok(()) | Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => {
                    let _the_lock_matters_more = fs::remove_file(&path);
                    return Err(JournalError::NoLocks {
                        path,
                        detail: error.to_string(),
                    });
                }
            }
        }
    }

    /// A session that records nothing and that nobody will ask for.
    pub(super) fn reader() -> Self {
        Self {
            name: Uuid::new_v4().to_string(),
            held: None,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn is_reader(&self) -> bool {
        self.held.is_none()
    }

    /// Where this session may prepare a new database. Removed with the session.
    pub(super) fn draft(&self) -> PathBuf {
        self.held
            .as_ref()
            .map(|held| held.path.with_extension("new"))
            .unwrap_or_default()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let _left_for_the_next_process = fs::remove_file(&self.path);
    }
}

/// Whether the process of a session holds its lock. Yes in case of doubt.
pub(super) fn is_alive(sessions: &Path, name: &str) -> bool {
    // The name comes from a file: nothing but a session's own form may become part of a path.
    if Uuid::try_parse(name).is_err() {
        return false;
    }
    match claim(&lock_file(sessions, name)) {
        Claim::Missing | Claim::Unlocked(_) => false,
        Claim::Held => true,
    }
}

/// Removes what sessions left that did not end by themselves. What cannot be removed stays, and
/// does no harm.
pub(super) fn remove_dead(sessions: &Path, own: &str) {
    let Ok(entries) = fs::read_dir(sessions) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        let is_lock = path
            .extension()
            .is_some_and(|extension| extension == "lock");
        if !is_lock || name == own || Uuid::try_parse(name).is_err() {
            continue;
        }
        if let Claim::Unlocked(_while_removing) = claim(&path) {
            // The lock file goes last: while it is there, the rest will be found again.
            for extension in ["new-journal", "new", "lock"] {
                let _stays = fs::remove_file(path.with_extension(extension));
            }
        }
    }
}

/// What was found where a session's lock file should be.
enum Claim {
    /// No file: the session ended by itself, or was removed.
    Missing,
    /// Nobody held it; this process does, for as long as the file is kept open.
    Unlocked(File),
    /// Somebody holds it, or it could not be examined.
    Held,
}

fn claim(path: &Path) -> Claim {
    match File::open(path) {
        Ok(file) => match file.try_lock_shared() {
            Ok(()) => Claim::Unlocked(file),
            Err(_) => Claim::Held,
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Claim::Missing,
        Err(_) => Claim::Held,
    }
}

fn lock_file(sessions: &Path, name: &str) -> PathBuf {
    sessions.join(name).with_extension("lock")
}

fn is_present(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}
