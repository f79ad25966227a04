//! Making a database, and letting in only one that can be trusted.
//!
//! A new database is made under another name and gets its own only once it is whole, so a file of
//! that name which is empty or cut short is always damage, and never taken for a new journal.

use std::{
    fs::{self, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    time::Duration,
};

use rusqlite::{Connection, MAIN_DB, OpenFlags, TransactionBehavior};
use tempfile::TempPath;

use super::{
    error::{Fault, JournalError},
    location::Location,
    table,
};

/// Marks a database as a journal of this program: `snap` in ASCII.
pub(super) const APPLICATION_ID: i64 = 0x736e_6170;

/// The format of the journal. Raised with every change of the schema or of what an operation's
/// JSON means to an older version.
pub(super) const FORMAT: i64 = 1;

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Record and read.
    ReadWrite,
    /// Read alone.
    ReadOnly,
}

/// Makes the database, by way of `draft`, unless there is one.
pub(super) fn create_if_missing(location: &Location, draft: &Path) -> Result<(), JournalError> {
    let at = |path: &Path, error: &io::Error| JournalError::from_io(path, error);
    // In this order: a rollback journal is made only while its database is there.
    let rollback = location.rollback_journal();
    let left_over = fs::exists(&rollback).map_err(|error| at(&rollback, &error))?;
    if fs::symlink_metadata(&location.database).is_ok() {
        return Ok(());
    }
    if left_over {
        // SQLite would play it into the new database.
        return Err(JournalError::Damaged {
            path: location.database.clone(),
            detail: format!("it is gone, and {} is left of it", rollback.display()),
        });
    }
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(draft)
        .map_err(|error| at(draft, &error))?;
    let draft = TempPath::try_from_path(draft).map_err(|error| at(draft, &error))?;
    fill(&draft, location.busy_timeout).map_err(|error| location.explain(error))?;
    match draft.persist_noclobber(&location.database) {
        Ok(()) => location.sync_directory(),
        // Another process was first, and its journal is as good.
        Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(failed) => return Err(at(&location.database, &failed.error)),
    }
    Ok(())
}

fn fill(draft: &Path, busy_timeout: Duration) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(draft, flags)?;
    protect(&connection, busy_timeout)?;
    make_durable(&connection)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(table::SCHEMA)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", FORMAT)?;
    transaction.commit()?;
    connection.close().map_err(|(_, error)| error)
}

/// Opens an existing database.
pub(super) fn connect(location: &Location, access: Access) -> Result<Connection, JournalError> {
    let path = || location.database.clone();
    match fs::metadata(&location.database) {
        Ok(found) if found.is_file() && found.len() == 0 => {
            return Err(JournalError::Damaged {
                path: path(),
                detail: "it is empty".to_owned(),
            });
        }
        Ok(found) if !found.is_file() => return Err(JournalError::NotAJournal { path: path() }),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(JournalError::Missing { path: path() });
        }
        Err(error) => return Err(JournalError::from_io(&location.database, &error)),
    }
    let mode = match access {
        Access::ReadWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::ReadOnly => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let open = || -> Result<Connection, Fault> {
        let flags = mode | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&location.database, flags)?;
        protect(&connection, location.busy_timeout)?;
        examine(&mut connection, location)?;
        if access == Access::ReadWrite {
            // SQLite falls back to reading when it may not write.
            if connection.is_readonly(MAIN_DB)? {
                return Err(JournalError::Permission { path: path() }.into());
            }
            make_durable(&connection)?;
        }
        Ok(connection)
    };
    open().map_err(|fault| match fault {
        Fault::Known(error) => error,
        Fault::Sql(error) => location.explain(error),
    })
}

/// A file may have been made to mislead: nothing in its schema is run, and no size in it believed.
fn protect(connection: &Connection, busy_timeout: Duration) -> rusqlite::Result<()> {
    let most = Duration::from_millis(i32::MAX.unsigned_abs().into());
    connection.busy_timeout(busy_timeout.min(most))?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)
}

/// What is committed has reached the disk, and so has the removal of the rollback journal, without
/// which a commit could be undone by a loss of power.
fn make_durable(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "EXTRA")?;
    // On macOS alone: an ordinary sync stops at the cache of the drive there.
    connection.pragma_update(None, "fullfsync", true)
}

/// Whether it is a journal, of a format that is known, and whole. All within one transaction, so
/// that no other process changes it meanwhile.
fn examine(connection: &mut Connection, location: &Location) -> Result<(), Fault> {
    let path = || location.database.clone();
    let damaged = |detail| {
        Fault::from(JournalError::Damaged {
            path: path(),
            detail,
        })
    };
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let number = |pragma| transaction.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));

    let found = number("user_version")?;
    if number("application_id")? != APPLICATION_ID || found < 1 {
        return Err(JournalError::NotAJournal { path: path() }.into());
    }
    if found > FORMAT {
        return Err(JournalError::Newer {
            path: path(),
            found,
            known: FORMAT,
        }
        .into());
    }
    // SQLite rounds the length up to whole pages and reads the missing end of the last as zeros.
    let expected = number("page_count")? * number("page_size")?;
    let length = fs::metadata(&location.database)
        .map_err(|error| JournalError::from_io(&location.database, &error))?
        .len();
    if length < expected.unsigned_abs() {
        return Err(damaged(format!(
            "{length} of its {expected} bytes are left"
        )));
    }
    let verdict: String =
        transaction.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(damaged(verdict));
    }
    table::check(&transaction).map_err(|error| damaged(error.to_string()))?;
    Ok(transaction.commit()?)
}
