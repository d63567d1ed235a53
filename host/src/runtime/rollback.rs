//! Undo: the calls of an execution, newest first.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt as _;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::log::Log;
use super::{Runtime, now_ms, outcome};
use crate::catalog::Catalog;
use crate::error::{Error, ErrorKind};
use crate::record::{Entry, EntryState, ExecutionStatus, Refusal};
use crate::tool::{CallContext, ToolFailure};

const ALL: [ExecutionStatus; 6] = [
    ExecutionStatus::Running,
    ExecutionStatus::Paused,
    ExecutionStatus::Completed,
    ExecutionStatus::Error,
    ExecutionStatus::Rejected,
    ExecutionStatus::RolledBack,
];

/// What a rollback did. Calls are named `seq: connector.method`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RollbackReport {
    /// Calls that were undone, in that order.
    pub reverted: Vec<String>,
    /// Calls whose undoing failed; another rollback tries them again.
    pub failed: Vec<RevertFailure>,
    /// Calls whose tools cannot undo, or are not there.
    pub not_revertible: Vec<String>,
    /// Calls whose undoing a crash cut off: it may have happened, and is not tried twice
    /// unless the tool is idempotent.
    pub in_doubt: Vec<String>,
}

/// An undoing that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say what they are")]
pub struct RevertFailure {
    pub call: String,
    pub message: String,
}

impl RollbackReport {
    /// The failures in one sentence, if there are any.
    #[must_use]
    pub fn error(&self) -> Option<String> {
        let failed = self.failed.iter().map(|it| {
            let call = it
                .call
                .split_once(": ")
                .map_or(it.call.as_str(), |(_, name)| name);
            format!("{call}: {}", it.message)
        });
        let failed: Vec<String> = failed.collect();
        (!failed.is_empty()).then(|| {
            format!(
                "Rollback reverted {} action(s) but {} failed: {}",
                self.reverted.len(),
                failed.len(),
                failed.join("; ")
            )
        })
    }
}

impl Runtime {
    /// Undoes what an execution did: each call that was applied, the newest first, by its
    /// tool's [`revert`](crate::Tool::revert). One that fails does not keep the others from
    /// being tried. Nothing happens for an id that does not exist.
    ///
    /// A process that dies in the middle loses nothing: another rollback goes on.
    ///
    /// # Errors
    ///
    /// Of kind [`Leased`](ErrorKind::Leased) while somebody drives the execution, and as
    /// [`execute`](Self::execute).
    pub async fn rollback(&self, execution_id: &str) -> Result<RollbackReport, Error> {
        let inner = &self.inner;
        let (now, time) = (now_ms(), inner.lease_time);
        let leased = inner
            .store()
            .lease(&inner.name, execution_id, &ALL, now, time);
        let resumed = match leased.await? {
            Ok(resumed) => resumed,
            Err(Refusal::Unknown) => return Ok(RollbackReport::default()),
            Err(_) => return Err(Error::new(ErrorKind::Leased(execution_id.to_owned()))),
        };
        inner.waiting.forget(execution_id);
        let catalog = match inner.providers().await.and_then(|it| Catalog::new(&it)) {
            Ok(catalog) => catalog.fetch(inner.fetch()),
            Err(error) => {
                inner.store().release(&resumed.lease).await?;
                return Err(error);
            }
        };
        let record = resumed.record;
        let log = Log::new(
            Some(Arc::clone(&inner.store)),
            record.own_from,
            resumed.lease.clone(),
            record.entries.clone(),
            CancellationToken::new(),
        );
        let mut report = RollbackReport::default();
        let is_wanted = |it: &&Entry| {
            it.state == EntryState::Applied
                && it.call >= record.own_from
                && it.seq.is_some()
                && it.connector != super::platform::STEPS
        };
        for entry in record.entries.iter().rev().filter(is_wanted) {
            undo(&log, &catalog, entry, &mut report).await?;
            inner.store().renew(&resumed.lease, now_ms(), time).await?;
        }
        if report.reverted.is_empty() {
            inner.store().release(&resumed.lease).await?;
            return Ok(report);
        }
        log.give_up_pending();
        for line in record.logs {
            log.print_text(line);
        }
        let status = ExecutionStatus::RolledBack;
        log.set_status(status, record.result, record.error, now_ms())
            .await?;
        inner.dispose(execution_id, status).await;
        Ok(report)
    }
}

async fn undo(
    log: &Log,
    catalog: &Catalog,
    entry: &Entry,
    report: &mut RollbackReport,
) -> Result<(), Error> {
    let seq = entry.seq.unwrap_or_default();
    let call = format!("{seq}: {}.{}", entry.connector, entry.method);
    let read = |json: &Option<String>| json.as_deref().map(outcome::read).unwrap_or_default();
    let args = match &entry.edited_args {
        Some(edited) => outcome::read(edited),
        None => read(&entry.args),
    };
    let context = CallContext {
        execution_id: log.id.as_str().into(),
        seq,
        cancellation: CancellationToken::new(),
        kept: Arc::new(Mutex::new(entry.kept.as_deref().map(outcome::read))),
    };
    let Some(tool) = catalog.tool(&entry.connector, &entry.method) else {
        report.not_revertible.push(call);
        return Ok(());
    };
    if entry.is_reverting && !tool.durable().is_idempotent {
        report.in_doubt.push(call);
        return Ok(());
    }
    let Some(undoing) = tool.undo(args, read(&entry.result), context) else {
        // What only reads has nothing to undo.
        if !tool.durable().is_read_only {
            report.not_revertible.push(call);
        }
        return Ok(());
    };
    log.change(entry.call, |it| it.is_reverting = true);
    log.flush().await.map_err(crate::record::StoreError::new)?;
    let undone = AssertUnwindSafe(undoing).catch_unwind().await;
    let undone = undone.unwrap_or_else(|_| {
        Err(ToolFailure::new(
            "The tool failed because of a fault of its own",
        ))
    });
    log.change(entry.call, |it| {
        it.is_reverting = false;
        if undone.is_ok() {
            it.state = EntryState::Reverted;
        }
    });
    log.flush().await.map_err(crate::record::StoreError::new)?;
    match undone {
        Ok(()) => report.reverted.push(call),
        Err(failure) => report.failed.push(RevertFailure {
            call,
            message: failure.message().to_owned(),
        }),
    }
    Ok(())
}
