//! The durable record of what was asked and of what became of it.
//!
//! A change is written down before any byte of it leaves, so whatever happens to this process
//! afterwards, a later one knows that it may have been sent. The record is one `SQLite` database,
//! `journal.sqlite3` in the state directory, that any number of processes read and write at once.
//!
//! Invariants:
//! - When [`Journal::begin`] or [`Journal::apply`] answers `Ok`, what it wrote survives the death of
//!   the process and of the machine: rollback journal, `synchronous=EXTRA`. Never a write-ahead log,
//!   whose shared memory does not work between hosts, and home directories may lie on NFS. There
//!   the mount must pass locks on to the server: with locks of its own each host sees only itself.
//! - Every change of an operation is read, decided and written within one immediate transaction,
//!   and decided by [`Operation::apply`] alone.
//! - A database that cannot be trusted is refused at the door with one error that says why. Nothing
//!   in this room repairs or replaces one.
//! - No descriptor of the database is opened except by `SQLite`: POSIX drops all locks that a
//!   process holds on a file as soon as it closes any descriptor of that file.
//!
//! What does not belong here: whether and when to send, watch or reconcile (the engine decides),
//! credentials (no [`Operation`] holds any), and tasks or threads: every method blocks for as long
//! as the disk, or at most the busy timeout for each lock, takes.

mod database;
mod error;
mod location;
mod session;
mod table;

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use self::error::JournalError;
use self::{database::Access, error::Fault, location::Location, session::Session};
use crate::domain::{
    lifecycle::Observation,
    operation::{Operation, OperationId},
};

/// How long a locked journal is waited for unless said otherwise.
pub const DEFAULT_BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// An open journal. Shared freely between threads; they take turns.
#[derive(Debug)]
pub struct Journal {
    location: Location,
    session: Session,
    connection: Mutex<Connection>,
}

/// What became of an observation.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The operation as it now stands.
    pub operation: Operation,
    /// Whether the observation changed it.
    pub changed: bool,
}

impl Journal {
    /// Opens the journal of a state directory, making both where they do not exist yet, the
    /// directory for its owner alone (0700) and the file too (0600).
    ///
    /// # Errors
    /// Whatever makes the journal unfit to record in. Without a journal nothing may be changed.
    pub fn open(dir: &Path) -> Result<Self, JournalError> {
        Self::open_with_timeout(dir, DEFAULT_BUSY_TIMEOUT)
    }

    /// The same, with another limit on how long a lock held by another process is waited for.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn open_with_timeout(dir: &Path, busy_timeout: Duration) -> Result<Self, JournalError> {
        let location = Location::new(dir, busy_timeout)?;
        location.prepare()?;
        let session = Session::begin(&location.sessions)?;
        session::remove_dead(&location.sessions, session.name());
        database::create_if_missing(&location, &session.draft())?;
        let connection = database::connect(&location, Access::ReadWrite)?;
        Ok(Self {
            location,
            session,
            connection: Mutex::new(connection),
        })
    }

    /// Opens an existing journal for reading alone, for example on a read-only file system. Writes
    /// nothing, not even a session.
    ///
    /// # Errors
    /// [`JournalError::Missing`] where there is none; [`JournalError::Interrupted`] where a write
    /// was cut short that only a process that may write can roll back; else as [`Journal::open`].
    pub fn open_read_only(dir: &Path) -> Result<Self, JournalError> {
        let location = Location::new(dir, DEFAULT_BUSY_TIMEOUT)?;
        let connection = database::connect(&location, Access::ReadOnly)?;
        Ok(Self {
            location,
            session: Session::reader(),
            connection: Mutex::new(connection),
        })
    }

    /// The name of this process's session, a UUID. Goes into every operation that it records, so
    /// that a later process can tell whether the one that was sending is still there. A journal
    /// opened for reading has a name too, which no other process ever sees.
    #[must_use]
    pub fn session(&self) -> &str {
        self.session.name()
    }

    /// Whether the process of a session still runs: whether somebody holds the lock on its file.
    ///
    /// A name that is no session's is dead. Where the lock cannot be examined, the answer is that
    /// it lives: its operation is then left to it, which is late at worst.
    #[must_use]
    pub fn is_session_alive(&self, session: &str) -> bool {
        self.session.name() == session || session::is_alive(&self.location.sessions, session)
    }

    /// Records an operation that is about to be sent.
    ///
    /// # Errors
    /// [`JournalError::Unresolved`] while another operation of the same service, action, target,
    /// account and Region may have been sent and nobody knows yet what became of it;
    /// [`JournalError::Exists`] when the id is taken. After any error nothing may be sent. An error
    /// of the disk at the very end may still leave the operation recorded, as one never sent.
    pub fn begin(&self, operation: &Operation) -> Result<(), JournalError> {
        self.write(|transaction| {
            if let Some(other) = table::unresolved_like(transaction, operation)? {
                return Err(JournalError::Unresolved(other).into());
            }
            if table::get(transaction, &operation.id)?.is_some() {
                return Err(JournalError::Exists(operation.id.clone()).into());
            }
            Ok(table::insert(transaction, operation)?)
        })
    }

    /// Takes an observation of an operation in.
    ///
    /// # Errors
    /// [`JournalError::Absent`] when there is no such operation; else whatever kept it from being
    /// written, and then the operation stands as it did.
    pub fn apply(
        &self,
        id: &OperationId,
        observation: Observation,
        now: Timestamp,
    ) -> Result<Applied, JournalError> {
        self.write(|transaction| {
            let mut operation =
                table::get(transaction, id)?.ok_or_else(|| JournalError::Absent(id.clone()))?;
            let step = operation.step;
            let changed = operation.apply(observation, now);
            if changed {
                if operation.step != step {
                    // Whoever writes a further call down is who sends it.
                    self.session().clone_into(&mut operation.session);
                }
                table::update(transaction, &operation)?;
            }
            Ok(Applied { operation, changed })
        })
    }

    /// One operation by its id.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn get(&self, id: &OperationId) -> Result<Option<Operation>, JournalError> {
        self.read(|connection| table::get(connection, id))
    }

    /// The last operations, newest first, no more than `limit` of them.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn list(&self, limit: usize) -> Result<Vec<Operation>, JournalError> {
        self.read(|connection| table::newest(connection, limit))
    }

    /// How many operations have each status, by its word. Reads none of them.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn counts(&self) -> Result<Vec<(String, u32)>, JournalError> {
        self.read(table::counts)
    }

    /// The operations that have not ended, oldest first. Costs no more when many have ended.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn open_operations(&self) -> Result<Vec<Operation>, JournalError> {
        self.read(table::open)
    }

    /// The resources that operations of a service made or changed in one account and Region.
    /// Reconciliation leaves them out when it looks for what an operation without one has made.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn resources_claimed(
        &self,
        service: &str,
        account: &str,
        region: &str,
    ) -> Result<Vec<String>, JournalError> {
        self.read(|connection| table::resources(connection, service, account, region))
    }

    /// A panic while the lock was held has rolled its transaction back, so the connection is sound.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, JournalError> {
        query(&self.connection()).map_err(|error| self.location.explain(error))
    }

    /// Runs `change` in one transaction that holds the write lock from its start, so what it reads
    /// cannot change before it writes. Rolled back unless `change` and the commit answer `Ok`.
    fn write<T>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, JournalError> {
        if self.session.is_reader() {
            return Err(JournalError::ReadOnly {
                path: self.location.database.clone(),
            });
        }
        let mut connection = self.connection();
        let outcome = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(Fault::from)
            .and_then(|transaction| {
                let value = change(&transaction)?;
                transaction.commit()?;
                Ok(value)
            });
        outcome.map_err(|fault| match fault {
            Fault::Known(error) => error,
            Fault::Sql(error) => self.location.explain(error),
        })
    }
}

#[cfg(test)]
mod tests;
