//! The tables, and the way from each version of them to the next.

use rusqlite::{Connection, TransactionBehavior};

use super::rows;
use crate::record::store::{StoreError, StoreErrorKind};

/// One script for each version. Released ones are never changed.
const VERSIONS: [&str; 1] = ["
    CREATE TABLE codecell_executions (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        runtime TEXT NOT NULL,
        id TEXT NOT NULL,
        status TEXT NOT NULL,
        updated_ms INTEGER NOT NULL,
        token INTEGER NOT NULL,
        lease_until_ms INTEGER NOT NULL,
        program TEXT NOT NULL,
        program_sum BLOB NOT NULL,
        outcome TEXT NOT NULL,
        outcome_sum BLOB NOT NULL,
        UNIQUE (runtime, id)
    ) STRICT;
    CREATE INDEX codecell_executions_by_status
        ON codecell_executions (runtime, status, number);
    CREATE TABLE codecell_entries (
        execution INTEGER NOT NULL REFERENCES codecell_executions ON DELETE CASCADE,
        call INTEGER NOT NULL,
        body TEXT NOT NULL,
        sum BLOB NOT NULL,
        PRIMARY KEY (execution, call)
    ) STRICT;
    CREATE TABLE codecell_turns (
        execution INTEGER NOT NULL REFERENCES codecell_executions ON DELETE CASCADE,
        number INTEGER NOT NULL,
        body TEXT NOT NULL,
        sum BLOB NOT NULL,
        PRIMARY KEY (execution, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE codecell_decisions (
        execution INTEGER NOT NULL REFERENCES codecell_executions ON DELETE CASCADE,
        number INTEGER NOT NULL,
        body TEXT NOT NULL,
        sum BLOB NOT NULL,
        PRIMARY KEY (execution, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE codecell_snippets (
        runtime TEXT NOT NULL,
        name TEXT NOT NULL,
        body TEXT NOT NULL,
        sum BLOB NOT NULL,
        PRIMARY KEY (runtime, name)
    ) STRICT, WITHOUT ROWID;
"];

/// Files up to this size are looked through whole when they are opened.
const CHECKED_BYTES: i64 = 16 * 1024 * 1024;

/// Finds damage that no row shows, such as an index that lost one.
pub(super) fn check(connection: &Connection) -> Result<(), StoreError> {
    let pragma = |name: &str| -> Result<i64, StoreError> {
        let value = connection.pragma_query_value(None, name, |row| row.get(0));
        value.map_err(rows::error)
    };
    if pragma("page_count")?.saturating_mul(pragma("page_size")?) > CHECKED_BYTES {
        return Ok(());
    }
    let verdict: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(rows::error)?;
    match verdict.as_str() {
        "ok" => Ok(()),
        _ => Err(StoreError::with_source(StoreErrorKind::Corrupt, verdict)),
    }
}

/// Brings the tables to the newest version, in one transaction.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(rows::error)?;
    transaction
        .execute_batch(
            "CREATE TABLE IF NOT EXISTS codecell_schema (version INTEGER NOT NULL) STRICT",
        )
        .map_err(rows::error)?;
    let found: Option<i64> = transaction
        .query_row("SELECT max(version) FROM codecell_schema", [], |row| {
            row.get(0)
        })
        .map_err(rows::error)?;
    let found = usize::try_from(found.unwrap_or(0)).unwrap_or(usize::MAX);
    let Some(missing) = VERSIONS.get(found..) else {
        return Err(StoreError::new(StoreErrorKind::Newer));
    };
    for version in missing {
        transaction.execute_batch(version).map_err(rows::error)?;
    }
    if !missing.is_empty() {
        transaction
            .execute_batch("DELETE FROM codecell_schema")
            .map_err(rows::error)?;
        transaction
            .execute(
                "INSERT INTO codecell_schema (version) VALUES (?)",
                [VERSIONS.len() as i64],
            )
            .map_err(rows::error)?;
    }
    transaction.commit().map_err(rows::error)
}
