//! The one table: an operation's JSON, and beside it what operations are looked up by.
//!
//! The JSON is the record; the columns repeat parts of it for the indexes and are written with it.

use rusqlite::{Connection, OptionalExtension, Row, named_params, types::Type};

use crate::domain::{
    lifecycle::Lifecycle,
    operation::{Operation, OperationId},
};

/// The database as a new journal has it.
///
/// `sequence` is declared, so that `VACUUM` cannot renumber it. `requested_at` is in microseconds
/// since 1970. `is_open` is 1 until the operation has ended; the word in `status` is not enough for
/// that, since an operation that was given up reads `unknown` too.
pub(super) const SCHEMA: &str = "
CREATE TABLE operations (
    sequence     INTEGER PRIMARY KEY,
    id           TEXT    NOT NULL UNIQUE,
    service      TEXT    NOT NULL,
    action       TEXT    NOT NULL,
    -- The resource that is changed: what unresolved operations exclude each other by.
    target       TEXT    NOT NULL,
    account      TEXT    NOT NULL,
    region       TEXT    NOT NULL,
    status       TEXT    NOT NULL,
    is_open      INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    requested_at INTEGER NOT NULL,
    resource     TEXT,
    body         TEXT    NOT NULL
) STRICT;
CREATE INDEX operations_by_time ON operations (requested_at);
CREATE INDEX operations_open ON operations (requested_at) WHERE is_open = 1;
CREATE INDEX operations_open_by_target
    ON operations (target, action, service, account, region, status) WHERE is_open = 1;
CREATE INDEX operations_by_resource
    ON operations (service, account, region, resource) WHERE resource IS NOT NULL;
";

pub(super) const OPEN: &str =
    "SELECT body FROM operations WHERE is_open = 1 ORDER BY requested_at, sequence";

pub(super) const NEWEST: &str =
    "SELECT body FROM operations ORDER BY requested_at DESC, sequence DESC LIMIT ?1";

pub(super) const COUNTS: &str =
    "SELECT status, count(*) FROM operations GROUP BY status ORDER BY status";

pub(super) const UNRESOLVED: &str = "
SELECT body FROM operations
WHERE is_open = 1 AND service = :service AND action = :action AND target = :target
  AND account = :account AND region = :region AND status IN (:requested, :unknown)
ORDER BY sequence LIMIT 1";

pub(super) const RESOURCES: &str = "
SELECT DISTINCT resource FROM operations
WHERE service = ?1 AND account = ?2 AND region = ?3 AND resource IS NOT NULL
ORDER BY resource";

/// Whether the table is there with every column that is used.
pub(super) fn check(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .prepare(
            "SELECT sequence, id, service, action, target, account, region, status, is_open,
                    requested_at, resource, body
             FROM operations",
        )
        .map(drop)
}

pub(super) fn insert(connection: &Connection, operation: &Operation) -> rusqlite::Result<()> {
    let request = &operation.request;
    connection
        .prepare_cached(
            "INSERT INTO operations (id, service, action, target, account, region, status,
                                     is_open, requested_at, resource, body)
             VALUES (:id, :service, :action, :target, :account, :region, :status,
                     :is_open, :requested_at, :resource, :body)",
        )?
        .execute(named_params! {
            ":id": operation.id.as_str(),
            ":service": request.service,
            ":action": request.action,
            ":target": operation.subject(),
            ":account": request.place.account.as_str(),
            ":region": request.place.region.as_str(),
            ":status": operation.lifecycle.status(),
            ":is_open": !operation.is_finished(),
            ":requested_at": operation.requested_at.as_microsecond(),
            ":resource": operation.resource,
            ":body": encode(operation)?,
        })
        .map(drop)
}

/// Writes what can change. Who asked for what, where and when cannot.
pub(super) fn update(connection: &Connection, operation: &Operation) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE operations
             SET status = :status, is_open = :is_open, resource = :resource, body = :body
             WHERE id = :id",
        )?
        .execute(named_params! {
            ":id": operation.id.as_str(),
            ":status": operation.lifecycle.status(),
            ":is_open": !operation.is_finished(),
            ":resource": operation.resource,
            ":body": encode(operation)?,
        })
        .map(drop)
}

pub(super) fn get(
    connection: &Connection,
    id: &OperationId,
) -> rusqlite::Result<Option<Operation>> {
    connection
        .prepare_cached("SELECT body FROM operations WHERE id = ?1")?
        .query_row([id.as_str()], decode)
        .optional()
}

pub(super) fn counts(connection: &Connection) -> rusqlite::Result<Vec<(String, u32)>> {
    let mut statement = connection.prepare_cached(COUNTS)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

/// An operation that asked for the same and of which nobody knows whether it took effect.
pub(super) fn unresolved_like(
    connection: &Connection,
    operation: &Operation,
) -> rusqlite::Result<Option<OperationId>> {
    let request = &operation.request;
    connection
        .prepare_cached(UNRESOLVED)?
        .query_row(
            named_params! {
                ":service": request.service,
                ":action": request.action,
                ":target": operation.subject(),
                ":account": request.place.account.as_str(),
                ":region": request.place.region.as_str(),
                ":requested": Lifecycle::Requested.status(),
                ":unknown": Lifecycle::Unknown.status(),
            },
            decode,
        )
        .optional()
        .map(|found| found.map(|operation| operation.id))
}

pub(super) fn newest(connection: &Connection, limit: usize) -> rusqlite::Result<Vec<Operation>> {
    connection
        .prepare_cached(NEWEST)?
        .query_map([i64::try_from(limit).unwrap_or(i64::MAX)], decode)?
        .collect()
}

pub(super) fn open(connection: &Connection) -> rusqlite::Result<Vec<Operation>> {
    connection
        .prepare_cached(OPEN)?
        .query_map([], decode)?
        .collect()
}

pub(super) fn resources(
    connection: &Connection,
    service: &str,
    account: &str,
    region: &str,
) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare_cached(RESOURCES)?
        .query_map([service, account, region], |row| row.get(0))?
        .collect()
}

fn encode(operation: &Operation) -> rusqlite::Result<String> {
    serde_json::to_string(operation)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn decode(row: &Row<'_>) -> rusqlite::Result<Operation> {
    serde_json::from_str(row.get_ref(0)?.as_str()?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into()))
}
