//! Resolves a call, runs the tool, and writes down what became of it.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use serde_json::Value;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::catalog::Catalog;
use crate::executor::new_execution_id;
use crate::outcome::{CallOutcome, CallRecord};
use crate::sandbox::{HostAnswer, HostCall, HostCalls, HostFailure, Started};
use crate::tool::{Arguments, CallContext, ToolFailure, ToolFuture};
use crate::value;

/// The calls of one run.
pub(crate) struct Dispatch {
    catalog: Catalog,
    execution_id: Option<Arc<str>>,
    records: Arc<Mutex<Vec<Record>>>,
    began: Instant,
    /// Known from the first call on.
    run: Option<Run>,
}

/// What every call is told of its run.
struct Run {
    execution_id: Arc<str>,
    /// Ends with this value, and with it every call's token.
    cancellation: CancellationToken,
    _cancel_on_drop: DropGuard,
}

impl Run {
    fn new(execution_id: Option<Arc<str>>) -> Self {
        let cancellation = CancellationToken::new();
        Self {
            execution_id: execution_id.unwrap_or_else(new_execution_id),
            _cancel_on_drop: cancellation.clone().drop_guard(),
            cancellation,
        }
    }
}

/// A call on its way: a [`CallRecord`] that may have no end yet.
struct Record {
    call: CallRecord,
    ended: bool,
}

impl Dispatch {
    /// Without an id the run is given one.
    pub(crate) fn new(catalog: Catalog, execution_id: Option<Arc<str>>) -> Self {
        Self {
            catalog,
            execution_id,
            records: Arc::default(),
            began: Instant::now(),
            run: None,
        }
    }

    /// Cancels what is still under way, and gives the list of calls.
    pub(crate) fn finish(self) -> Vec<CallRecord> {
        drop(self.run);
        let records = std::mem::take(&mut *lock(&self.records));
        let now = self.began.elapsed();
        let close = |record: Record| match record.ended {
            true => record.call,
            false => CallRecord {
                outcome: CallOutcome::Cancelled,
                duration: now.saturating_sub(record.call.started),
                ..record.call
            },
        };
        records.into_iter().map(close).collect()
    }

    fn start(&mut self, call: &HostCall, args: &Value) -> Result<ToolFuture, ToolFailure> {
        let tool = self.catalog.tool(&call.namespace, &call.name);
        let tool = tool
            .ok_or_else(|| ToolFailure::new(self.catalog.not_found(&call.namespace, &call.name)))?;
        let all = args.as_array().map(Vec::as_slice).unwrap_or_default();
        if tool.asks_for(&tool.recorded_args(all).unwrap_or_default()) {
            let message = format!(
                "Tool \"{}\" requires approval, and nobody can be asked here",
                call.name
            );
            return Err(ToolFailure::new(message));
        }
        let Value::Array(arguments) = args else {
            return Err(ToolFailure::new("The arguments are not a JSON array"));
        };
        let id = &self.execution_id;
        let run = self.run.get_or_insert_with(|| Run::new(id.clone()));
        let context = CallContext {
            execution_id: Arc::clone(&run.execution_id),
            seq: call.seq,
            cancellation: run.cancellation.child_token(),
            kept: Arc::default(),
        };
        let started = std::panic::catch_unwind(AssertUnwindSafe(|| {
            tool.call(Arguments(arguments.clone()), context)
        }));
        started.map_err(|_| panicked())
    }
}

impl HostCalls for Dispatch {
    fn call(&mut self, call: HostCall) -> Started {
        let started = self.began.elapsed();
        // The guest wrote this text; a hostile one may write anything.
        let args = value::parse(&call.arguments).unwrap_or(Value::Null);
        let future = self.start(&call, &args);
        let index = {
            let mut records = lock(&self.records);
            records.push(Record {
                call: CallRecord {
                    seq: call.seq,
                    namespace: call.namespace,
                    name: call.name,
                    args,
                    outcome: CallOutcome::Cancelled,
                    started,
                    duration: Duration::ZERO,
                },
                ended: false,
            });
            records.len() - 1
        };
        let (records, began) = (Arc::clone(&self.records), self.began);
        Started::Answer(Box::pin(async move {
            let answer = match future {
                Ok(future) => {
                    let answer = AssertUnwindSafe(future).catch_unwind().await;
                    answer.unwrap_or_else(|_| Err(panicked()))
                }
                Err(failure) => Err(failure),
            };
            let mut records = lock(&records);
            if let Some(record) = records.get_mut(index) {
                record.ended = true;
                record.call.duration = began.elapsed().saturating_sub(record.call.started);
                record.call.outcome = match &answer {
                    Ok(_) => CallOutcome::Returned,
                    Err(failure) => CallOutcome::Failed(failure.message.clone()),
                };
            }
            drop(records);
            to_host(answer)
        }))
    }
}

/// A tool that panics is a bug of the host's; the program learns no more than that.
fn panicked() -> ToolFailure {
    ToolFailure::new("The tool failed because of a fault of its own")
}

fn to_host(answer: Result<Option<String>, ToolFailure>) -> HostAnswer {
    answer.map_err(|failure| HostFailure {
        message: failure.message,
        name: failure.name,
        data: failure.data.map(|data| data.to_string()),
    })
}

fn lock(records: &Mutex<Vec<Record>>) -> std::sync::MutexGuard<'_, Vec<Record>> {
    // Nothing panics while the lock is held.
    records.lock().unwrap_or_else(PoisonError::into_inner)
}
