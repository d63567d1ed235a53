//! Rows in and out. Each function is part of a transaction of its caller's.

use rusqlite::types::ToSql;
use rusqlite::{CachedStatement, Connection, ErrorCode, OptionalExtension as _, Row, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::record::store::{
    Change, Decision, Ending, Lease, NewExecution, Refusal, Resumed, StoreError, StoreErrorKind,
    Verdict,
};
use crate::record::{
    DecisionRecord, Entry, EntryState, ExecutionRecord, ExecutionStatus, PriorProgram,
    SnippetRecord, Turn,
};

type Result<T> = std::result::Result<T, StoreError>;

/// Bytes of a checksum.
const SUM_BYTES: usize = 8;

pub(super) fn error(error: rusqlite::Error) -> StoreError {
    let kind = match &error {
        rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreErrorKind::Busy,
            ErrorCode::DiskFull => StoreErrorKind::Full,
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => StoreErrorKind::ReadOnly,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreErrorKind::Corrupt,
            _ => StoreErrorKind::Unavailable,
        },
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::Utf8Error(..)
        | rusqlite::Error::InvalidColumnType(..) => StoreErrorKind::Corrupt,
        _ => StoreErrorKind::Unavailable,
    };
    StoreError::with_source(kind, error)
}

fn corrupt() -> StoreError {
    StoreError::new(StoreErrorKind::Corrupt)
}

/// The part of an execution that never changes.
#[derive(Serialize, Deserialize)]
struct Program {
    code: String,
    input: Option<String>,
    seed: u64,
    began_ms: u64,
    guest: String,
    connectors: Vec<String>,
    session: Option<String>,
    prior: Vec<PriorProgram>,
    own_from: u32,
    created_ms: u64,
}

/// The part that does.
#[derive(Default, Serialize, Deserialize)]
struct Outcome {
    result: Option<String>,
    error: Option<String>,
    logs: Vec<String>,
}

/// An execution's row, read.
struct Found {
    number: i64,
    status: ExecutionStatus,
    updated_ms: u64,
    token: u64,
    lease_until_ms: u64,
    id: String,
    program: String,
    outcome: String,
}

const COLUMNS: &str = "number, status, updated_ms, token, lease_until_ms, id, program, program_sum, \
                       outcome, outcome_sum";

fn prepare<'c>(db: &'c Connection, sql: &str) -> Result<CachedStatement<'c>> {
    db.prepare_cached(sql).map_err(error)
}

fn execute(db: &Connection, sql: &str, values: &[&dyn ToSql]) -> Result<usize> {
    prepare(db, sql)?.execute(values).map_err(error)
}

/// A checksum of a text and of the place where it belongs.
fn sum(place: &[&str], body: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in place.iter().copied().chain([body]) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize()[..SUM_BYTES].to_vec()
}

fn outcome_sum(id: &str, status: ExecutionStatus, updated_ms: u64, body: &str) -> Vec<u8> {
    sum(
        &[id, "outcome", status.as_str(), &updated_ms.to_string()],
        body,
    )
}

fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| StoreError::with_source(StoreErrorKind::Unavailable, error))
}

/// A value whose checksum fits.
fn from_json<T: DeserializeOwned>(place: &[&str], body: &str, expected: &[u8]) -> Result<T> {
    if sum(place, body) != expected {
        return Err(corrupt());
    }
    serde_json::from_str(body)
        .map_err(|error| StoreError::with_source(StoreErrorKind::Corrupt, error))
}

fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

pub(super) fn insert(db: &Connection, new: &NewExecution) -> Result<Lease> {
    let record = &new.record;
    let program = to_json(&Program {
        code: record.code.clone(),
        input: record.input.clone(),
        seed: record.seed,
        began_ms: record.began_ms,
        guest: record.guest.clone(),
        connectors: record.connectors.clone(),
        session: record.session.clone(),
        prior: record.prior.clone(),
        own_from: record.own_from,
        created_ms: record.created_ms,
    })?;
    let outcome = to_json(&Outcome::default())?;
    let lease_ms = u64::try_from(new.lease_time.as_millis()).unwrap_or(u64::MAX);
    let until = number(record.updated_ms.saturating_add(lease_ms));
    let status = record.status.as_str();
    execute(
        db,
        "INSERT INTO codecell_executions (runtime, id, status, updated_ms, token, lease_until_ms, \
         program, program_sum, outcome, outcome_sum) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?)",
        params![
            new.runtime,
            record.id,
            status,
            number(record.updated_ms),
            until,
            program,
            sum(&[&record.id, "program"], &program),
            outcome,
            outcome_sum(&record.id, record.status, record.updated_ms, &outcome),
        ],
    )?;
    let execution = db.last_insert_rowid();
    for entry in &record.entries {
        write_entry(db, execution, entry)?;
    }
    for turn in &record.turns {
        write_next(db, "codecell_turns", execution, turn)?;
    }
    Ok(Lease {
        runtime: new.runtime.clone(),
        id: record.id.clone(),
        token: 1,
    })
}

fn found(row: &Row<'_>) -> rusqlite::Result<Result<Found>> {
    let (status, id): (String, String) = (row.get(1)?, row.get(5)?);
    let (program, program_sum): (String, Vec<u8>) = (row.get(6)?, row.get(7)?);
    let (outcome, written): (String, Vec<u8>) = (row.get(8)?, row.get(9)?);
    let updated_ms = unsigned(row.get(2)?);
    let status = ExecutionStatus::from_name(&status).filter(|status| {
        sum(&[&id, "program"], &program) == program_sum
            && outcome_sum(&id, *status, updated_ms, &outcome) == written
    });
    let Some(status) = status else {
        return Ok(Err(corrupt()));
    };
    Ok(Ok(Found {
        number: row.get(0)?,
        status,
        updated_ms,
        token: unsigned(row.get(3)?),
        lease_until_ms: unsigned(row.get(4)?),
        id,
        program,
        outcome,
    }))
}

fn find(db: &Connection, runtime: &str, id: &str) -> Result<Option<Found>> {
    let sql = format!("SELECT {COLUMNS} FROM codecell_executions WHERE runtime = ? AND id = ?");
    let row = prepare(db, &sql)?.query_row([runtime, id], found);
    row.optional().map_err(error)?.transpose()
}

/// The execution of a lease that holds.
fn leased(db: &Connection, lease: &Lease) -> Result<Found> {
    find(db, &lease.runtime, &lease.id)?
        .filter(|found| found.token == lease.token && found.lease_until_ms > 0)
        .ok_or_else(|| StoreError::new(StoreErrorKind::LeaseLost))
}

pub(super) fn append(db: &Connection, lease: &Lease, changes: Vec<Change>) -> Result<()> {
    let execution = leased_number(db, lease)?;
    for change in changes {
        match change {
            Change::Entry(entry) => write_entry(db, execution, &entry)?,
            Change::Turn(turn) => write_next(db, "codecell_turns", execution, &turn)?,
            Change::Status {
                status,
                result,
                error,
                logs,
                now_ms,
            } => {
                let logs = match logs {
                    Some(logs) => logs,
                    None => outcome(&leased(db, lease)?)?.logs,
                };
                let outcome = Outcome {
                    result,
                    error,
                    logs,
                };
                write_status(db, &lease.id, execution, status, &outcome, now_ms)?;
            }
        }
    }
    Ok(())
}

/// As [`leased`], without reading the texts.
fn leased_number(db: &Connection, lease: &Lease) -> Result<i64> {
    let sql = "SELECT number FROM codecell_executions \
               WHERE runtime = ? AND id = ? AND token = ? AND lease_until_ms > 0";
    let row = prepare(db, sql)?.query_row(
        params![lease.runtime, lease.id, number(lease.token)],
        |row| row.get(0),
    );
    let execution: Option<i64> = row.optional().map_err(error)?;
    execution.ok_or_else(|| StoreError::new(StoreErrorKind::LeaseLost))
}

fn write_entry(db: &Connection, execution: i64, entry: &Entry) -> Result<()> {
    let body = to_json(entry)?;
    let sum = sum(&[&execution.to_string(), &entry.call.to_string()], &body);
    execute(
        db,
        "INSERT INTO codecell_entries (execution, call, body, sum) VALUES (?, ?, ?, ?) \
         ON CONFLICT (execution, call) DO UPDATE SET body = excluded.body, sum = excluded.sum",
        params![execution, entry.call, body, sum],
    )
    .map(drop)
}

/// Adds a row behind the others of an execution.
fn write_next(db: &Connection, table: &str, execution: i64, value: &impl Serialize) -> Result<()> {
    let sql = format!("SELECT coalesce(max(number), -1) + 1 FROM {table} WHERE execution = ?");
    let next: i64 = prepare(db, &sql)?
        .query_row([execution], |row| row.get(0))
        .map_err(error)?;
    let body = to_json(value)?;
    let sum = sum(&[table, &execution.to_string(), &next.to_string()], &body);
    let sql = format!("INSERT INTO {table} (execution, number, body, sum) VALUES (?, ?, ?, ?)");
    execute(db, &sql, params![execution, next, body, sum]).map(drop)
}

/// A status other than running gives the lease back.
fn write_status(
    db: &Connection,
    id: &str,
    execution: i64,
    status: ExecutionStatus,
    outcome: &Outcome,
    now_ms: u64,
) -> Result<()> {
    let body = to_json(outcome)?;
    let sum = outcome_sum(id, status, now_ms, &body);
    execute(
        db,
        "UPDATE codecell_executions SET status = ?1, outcome = ?2, outcome_sum = ?3, \
         updated_ms = ?4, lease_until_ms = iif(?1 = 'running', lease_until_ms, 0) \
         WHERE number = ?5",
        params![status.as_str(), body, sum, number(now_ms), execution],
    )
    .map(drop)
}

fn outcome(found: &Found) -> Result<Outcome> {
    serde_json::from_str(&found.outcome).map_err(|_| corrupt())
}

pub(super) fn renew(db: &Connection, lease: &Lease, until_ms: u64) -> Result<()> {
    let sql = "UPDATE codecell_executions SET lease_until_ms = ? \
               WHERE runtime = ? AND id = ? AND token = ? AND lease_until_ms > 0";
    let values = params![
        number(until_ms),
        lease.runtime,
        lease.id,
        number(lease.token)
    ];
    match execute(db, sql, values)? {
        0 => Err(StoreError::new(StoreErrorKind::LeaseLost)),
        _ => Ok(()),
    }
}

pub(super) fn release(db: &Connection, lease: &Lease) -> Result<()> {
    let sql = "UPDATE codecell_executions SET lease_until_ms = 0 \
               WHERE runtime = ? AND id = ? AND token = ?";
    execute(
        db,
        sql,
        params![lease.runtime, lease.id, number(lease.token)],
    )
    .map(drop)
}

pub(super) fn lease(
    db: &Connection,
    runtime: &str,
    id: &str,
    from: &[ExecutionStatus],
    now_ms: u64,
    until_ms: u64,
) -> Result<std::result::Result<Resumed, Refusal>> {
    let Some(found) = find(db, runtime, id)? else {
        return Ok(Err(Refusal::Unknown));
    };
    if !from.contains(&found.status) {
        return Ok(Err(Refusal::Status(found.status)));
    }
    if found.lease_until_ms > now_ms {
        return Ok(Err(Refusal::Leased));
    }
    take(db, runtime, found, until_ms).map(Ok)
}

fn take(db: &Connection, runtime: &str, found: Found, until_ms: u64) -> Result<Resumed> {
    let token = found.token + 1;
    execute(
        db,
        "UPDATE codecell_executions SET token = ?, lease_until_ms = ? WHERE number = ?",
        params![number(token), number(until_ms), found.number],
    )?;
    Ok(Resumed {
        lease: Lease {
            runtime: runtime.to_owned(),
            id: found.id.clone(),
            token,
        },
        previous_token: found.token,
        record: record(db, found)?,
    })
}

pub(super) fn resume(
    db: &Connection,
    runtime: &str,
    id: &str,
    decisions: Vec<Decision>,
    now_ms: u64,
    until_ms: u64,
) -> Result<std::result::Result<Resumed, Refusal>> {
    let Some(mut found) = find(db, runtime, id)? else {
        return Ok(Err(Refusal::Unknown));
    };
    if found.status != ExecutionStatus::Paused {
        return Ok(Err(Refusal::Status(found.status)));
    }
    if found.lease_until_ms > now_ms {
        return Ok(Err(Refusal::Leased));
    }
    let entries = entries(db, found.number)?;
    let mut decided = Vec::new();
    for decision in decisions {
        match decide(&entries, id, &decision, now_ms) {
            Ok(entry) => decided.push((entry, decision)),
            Err(refusal) => return Ok(Err(refusal)),
        }
    }
    for (entry, decision) in decided {
        write_entry(db, found.number, &entry)?;
        let record = DecisionRecord {
            seq: decision.seq,
            verdict: match decision.verdict {
                Verdict::Approve | Verdict::ApproveWith(_) => "approved",
                Verdict::Answer(_) => "answered",
                Verdict::Fail(_) => "rejected",
            }
            .to_owned(),
            approver: decision.approver,
            comment: decision.comment,
            at_ms: now_ms,
        };
        write_next(db, "codecell_decisions", found.number, &record)?;
    }
    found.status = ExecutionStatus::Running;
    let outcome = outcome(&found)?;
    write_status(db, id, found.number, found.status, &outcome, now_ms)?;
    found.updated_ms = now_ms;
    take(db, runtime, found, until_ms).map(Ok)
}

/// The entry as a decision leaves it.
fn decide(
    entries: &[Entry],
    id: &str,
    decision: &Decision,
    now_ms: u64,
) -> std::result::Result<Entry, Refusal> {
    let entry = entries.iter().find(|it| it.seq == Some(decision.seq));
    let entry = entry.ok_or(Refusal::NotPending(decision.seq, None))?;
    if entry.state != EntryState::Pending {
        return Err(Refusal::NotPending(decision.seq, Some(entry.state)));
    }
    let shown = decision.digest.as_deref();
    if shown.is_some_and(|shown| shown != entry.digest(id)) {
        return Err(Refusal::Changed(decision.seq));
    }
    let mut entry = entry.clone();
    match &decision.verdict {
        Verdict::Approve => entry.state = EntryState::Approved,
        Verdict::ApproveWith(args) => {
            entry.state = EntryState::Approved;
            entry.edited_args.clone_from(args);
        }
        Verdict::Answer(result) => {
            entry.state = EntryState::Applied;
            entry.result.clone_from(result);
            entry.settled_ms = Some(now_ms);
        }
        Verdict::Fail(failure) => {
            entry.state = EntryState::Error;
            entry.failure = Some(failure.clone());
            entry.settled_ms = Some(now_ms);
        }
    }
    Ok(entry)
}

pub(super) fn end(db: &Connection, runtime: &str, id: &str, ending: &Ending) -> Result<bool> {
    let Some(found) = find(db, runtime, id)? else {
        return Ok(false);
    };
    let is_old = ending
        .unchanged_since_ms
        .is_none_or(|since| found.updated_ms < since);
    let is_free = found.lease_until_ms <= ending.now_ms;
    if !ending.from.contains(&found.status) || !is_old || !is_free {
        return Ok(false);
    }
    let entries = entries(db, found.number)?;
    let is_pending = |it: &&Entry| it.state == EntryState::Pending;
    let pending: Vec<&Entry> = entries.iter().filter(is_pending).collect();
    if let Some(seq) = ending.pending
        && !pending.iter().any(|it| it.seq == Some(seq))
    {
        return Ok(false);
    }
    let (verdict, approver, comment) = &ending.decision;
    for entry in pending {
        let mut entry = entry.clone();
        entry.state = EntryState::Reverted;
        write_entry(db, found.number, &entry)?;
        let is_decided = ending.pending.is_none_or(|seq| entry.seq == Some(seq));
        if let Some(seq) = entry.seq.filter(|_| is_decided) {
            let record = DecisionRecord {
                seq,
                verdict: verdict.clone(),
                approver: approver.clone(),
                comment: comment.clone(),
                at_ms: ending.now_ms,
            };
            write_next(db, "codecell_decisions", found.number, &record)?;
        }
    }
    let outcome = Outcome {
        error: Some(ending.error.clone()),
        ..outcome(&found)?
    };
    write_status(db, id, found.number, ending.status, &outcome, ending.now_ms)?;
    // Who still drove it does so no more.
    let sql = "UPDATE codecell_executions SET token = token + 1 WHERE number = ?";
    execute(db, sql, params![found.number])?;
    Ok(true)
}

pub(super) fn execution(
    db: &Connection,
    runtime: &str,
    id: &str,
) -> Result<Option<ExecutionRecord>> {
    let found = find(db, runtime, id)?;
    found.map(|found| record(db, found)).transpose()
}

pub(super) fn executions(
    db: &Connection,
    runtime: &str,
    statuses: &[ExecutionStatus],
    limit: usize,
) -> Result<Vec<ExecutionRecord>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let marks = vec!["?"; statuses.len()].join(", ");
    let filter = match statuses {
        [] => String::new(),
        _ => format!("AND status IN ({marks})"),
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM codecell_executions WHERE runtime = ? {filter} \
         ORDER BY number DESC LIMIT ?"
    );
    let names: Vec<&str> = statuses.iter().map(|status| status.as_str()).collect();
    let mut values: Vec<&dyn ToSql> = vec![&runtime];
    values.extend(names.iter().map(|name| name as &dyn ToSql));
    values.push(&limit);
    let mut statement = prepare(db, &sql)?;
    let rows = statement.query_map(&*values, found).map_err(error)?;
    let rows: Vec<Result<Found>> = rows.collect::<std::result::Result<_, _>>().map_err(error)?;
    rows.into_iter().map(|found| record(db, found?)).collect()
}

fn record(db: &Connection, found: Found) -> Result<ExecutionRecord> {
    let program: Program = serde_json::from_str(&found.program).map_err(|_| corrupt())?;
    let Outcome {
        result,
        error,
        logs,
    } = outcome(&found)?;
    Ok(ExecutionRecord {
        code: program.code,
        input: program.input,
        seed: program.seed,
        began_ms: program.began_ms,
        guest: program.guest,
        connectors: program.connectors,
        session: program.session,
        prior: program.prior,
        own_from: program.own_from,
        status: found.status,
        result,
        error,
        logs,
        created_ms: program.created_ms,
        updated_ms: found.updated_ms,
        entries: entries(db, found.number)?,
        turns: listed::<Turn>(db, "codecell_turns", found.number)?,
        decisions: listed(db, "codecell_decisions", found.number)?,
        id: found.id,
    })
}

fn entries(db: &Connection, execution: i64) -> Result<Vec<Entry>> {
    let sql = "SELECT call, body, sum FROM codecell_entries WHERE execution = ? ORDER BY call";
    let mut statement = prepare(db, sql)?;
    let mut rows = statement.query([execution]).map_err(error)?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next().map_err(error)? {
        let (call, body, sum): (i64, String, Vec<u8>) = (
            row.get(0).map_err(error)?,
            row.get(1).map_err(error)?,
            row.get(2).map_err(error)?,
        );
        entries.push(from_json(
            &[&execution.to_string(), &call.to_string()],
            &body,
            &sum,
        )?);
    }
    Ok(entries)
}

fn listed<T: DeserializeOwned>(db: &Connection, table: &str, execution: i64) -> Result<Vec<T>> {
    let sql = format!("SELECT body, sum FROM {table} WHERE execution = ? ORDER BY number");
    let mut statement = prepare(db, &sql)?;
    let mut rows = statement.query([execution]).map_err(error)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next().map_err(error)? {
        let (body, sum): (String, Vec<u8>) =
            (row.get(0).map_err(error)?, row.get(1).map_err(error)?);
        // Its place is part of the sum, so a row that is missing is found.
        let place = [table, &execution.to_string(), &all.len().to_string()];
        all.push(from_json(&place, &body, &sum)?);
    }
    Ok(all)
}

pub(super) fn delete(db: &Connection, runtime: &str, id: &str) -> Result<Option<ExecutionStatus>> {
    let sql = "DELETE FROM codecell_executions WHERE runtime = ? AND id = ? RETURNING status";
    let status = prepare(db, sql)?.query_row([runtime, id], |row| row.get::<_, String>(0));
    let status = status.optional().map_err(error)?;
    status
        .map(|name| ExecutionStatus::from_name(&name).ok_or_else(corrupt))
        .transpose()
}

pub(super) fn prune(db: &Connection, runtime: &str, keep: usize) -> Result<usize> {
    let keep = i64::try_from(keep).unwrap_or(i64::MAX);
    execute(
        db,
        "DELETE FROM codecell_executions WHERE number IN (
             SELECT number FROM codecell_executions
             WHERE runtime = ? AND status IN ('completed', 'error', 'rejected', 'rolled_back')
             ORDER BY number DESC LIMIT -1 OFFSET ?)",
        params![runtime, keep],
    )
}

pub(super) fn save_snippet(db: &Connection, runtime: &str, snippet: &SnippetRecord) -> Result<()> {
    let body = to_json(snippet)?;
    let sum = sum(&[runtime, &snippet.name], &body);
    execute(
        db,
        "INSERT INTO codecell_snippets (runtime, name, body, sum) VALUES (?, ?, ?, ?) \
         ON CONFLICT (runtime, name) DO UPDATE SET body = excluded.body, sum = excluded.sum",
        params![runtime, snippet.name, body, sum],
    )
    .map(drop)
}

pub(super) fn snippets(db: &Connection, runtime: &str) -> Result<Vec<SnippetRecord>> {
    let sql = "SELECT name, body, sum FROM codecell_snippets WHERE runtime = ? ORDER BY name";
    let mut statement = prepare(db, sql)?;
    let mut rows = statement.query([runtime]).map_err(error)?;
    let mut snippets = Vec::new();
    while let Some(row) = rows.next().map_err(error)? {
        let (name, body, sum): (String, String, Vec<u8>) = (
            row.get(0).map_err(error)?,
            row.get(1).map_err(error)?,
            row.get(2).map_err(error)?,
        );
        snippets.push(from_json(&[runtime, &name], &body, &sum)?);
    }
    Ok(snippets)
}

pub(super) fn delete_snippet(db: &Connection, runtime: &str, name: &str) -> Result<bool> {
    let sql = "DELETE FROM codecell_snippets WHERE runtime = ? AND name = ?";
    Ok(execute(db, sql, params![runtime, name])? > 0)
}
