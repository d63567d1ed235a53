//! One pass: a program driven from its start, through its record, to its end or a pause.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::journal::{Journal, Mode};
use super::living::{Living, Report};
use super::log::{Halt, Log};
use super::platform::{HIDDEN, LOAD, Platform, STEP_BEGIN, STEP_END};
use super::session::Session;
use super::{Inner, RuntimeOutcome, now_ms, outcome};
use crate::catalog::Catalog;
use crate::diagnostics::World;
use crate::error::Error;
use crate::executor::{names, prelude};
use crate::outcome::{ExecuteError, ExecuteErrorKind};
use crate::program::Program;
use crate::record::{
    EntryState, ExecutionRecord, ExecutionStatus, Lease, MAX_VALUE_BYTES, Store, StoreError,
    too_large,
};
use crate::sandbox::{Ended, LogObserver, Run};
use crate::tool::ToolProvider;

/// How long calls under way are waited for once their program is over.
const PATIENCE: Duration = Duration::from_secs(60);

/// Everything that a pass is.
pub(super) struct Pass {
    pub(super) runtime: Arc<Inner>,
    pub(super) lease: Lease,
    pub(super) record: ExecutionRecord,
    pub(super) mode: Mode,
    /// Ends the execution.
    pub(super) cancellation: CancellationToken,
    /// Stops driving it.
    pub(super) dropped: CancellationToken,
}

/// How a pass ended.
enum End {
    Completed(Option<String>),
    Failed(ExecuteError),
}

impl Pass {
    /// Drives the program and tells `report` how the pass ended; after a pause it may go
    /// on, and tell the one who decided.
    pub(super) async fn drive(self, report: Report) {
        let Self {
            runtime,
            lease,
            record,
            mode,
            cancellation,
            dropped,
        } = self;
        let store = (mode == Mode::Live).then(|| Arc::clone(&runtime.store));
        let log = Arc::new(Log::new(
            store,
            record.own_from,
            lease,
            record.entries.clone(),
            dropped.clone(),
        ));
        let living = Living {
            runtime: Arc::clone(&runtime),
            report: Some(report),
        };
        let heartbeat = (mode == Mode::Live).then(|| Heartbeat::start(&runtime, &log));
        let (mut living, outcome) = match runtime.providers().await {
            Ok(providers) => run(record, &log, mode, providers, living, cancellation).await,
            Err(error) => {
                let released = runtime.store.release(&log.lease()).await;
                let outcome = Some(Err(released.err().map_or(error, Error::from)));
                (living, outcome)
            }
        };
        drop(heartbeat);
        if let Some(outcome) = outcome {
            living.tell(outcome);
        }
    }
}

/// Keeps the lease while the execution is driven.
struct Heartbeat(tokio::task::JoinHandle<()>);

impl Heartbeat {
    fn start(runtime: &Arc<Inner>, log: &Arc<Log>) -> Self {
        let (runtime, log) = (Arc::clone(runtime), Arc::clone(log));
        Self(tokio::spawn(async move {
            loop {
                tokio::time::sleep(runtime.lease_time / 3).await;
                if log.halt().is_some() {
                    continue;
                }
                let lease = log.lease();
                let renewed = runtime.store.renew(&lease, now_ms(), runtime.lease_time);
                if let Err(error) = renewed.await
                    && log.lease() == lease
                    && log.halt().is_none()
                {
                    log.broken(&error);
                }
            }
        }))
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn run(
    record: ExecutionRecord,
    log: &Arc<Log>,
    mode: Mode,
    providers: Vec<ToolProvider>,
    living: Living,
    cancellation: CancellationToken,
) -> (Living, Option<Result<RuntimeOutcome, Error>>) {
    let runtime = &Arc::clone(&living.runtime);
    let mut all = providers.clone();
    all.push(super::platform::provider());
    let catalog = match Catalog::new(&all) {
        Ok(catalog) => catalog.fetch(runtime.fetch()),
        Err(error) => return (living, Some(Err(error))),
    };
    let limits = runtime.limits.clone();
    let is_too_long = record.code.len() > limits.source_bytes;
    let program = match is_too_long {
        true => Program::read(String::new()).await,
        false => Program::read(record.code.clone()).await,
    };
    let program = program.shifted(Session::shift(&record.prior));
    let session = Session::read(&record.prior).await;
    let world = World {
        catalog: &catalog,
        modules: &[],
        declared: &session.declared,
    };
    let platform = Platform {
        store: Arc::clone(&runtime.store),
        runtime: runtime.name.clone(),
        connectors: providers,
    };
    let checked = match is_too_long {
        true => Err(crate::executor::too_large(&limits)),
        false => program.check(&world, &runtime.diagnostics),
    };
    let console = Arc::clone(log);
    let run = Run {
        source: session.source(&program, record.session.is_some()),
        namespaces: catalog.for_cell().map(names).chain([hidden()]).collect(),
        preludes: catalog.namespaces().filter_map(prelude).collect(),
        modules: Vec::new(),
        input: record.input.clone(),
        seed: record.seed,
        now_ms: None,
        began_ms: Some(record.began_ms),
        limits,
        cancellation: log.stop.clone(),
        log_observer: Some(LogObserver::new(move |line| console.print(line))),
    };
    let mut journal = Journal::new(
        Arc::clone(log),
        catalog,
        (runtime.policy.clone(), runtime.watch.clone()),
        platform,
        mode,
        record.turns,
        living,
    );
    let ended = match checked {
        Ok(_) => runtime.sandbox.run(run, &mut journal).await,
        Err(error) => Ok(Ended::failed(error)),
    };
    let outcome = match ended {
        Ok(ended) => conclude(&mut journal, ended, &program, &cancellation).await,
        Err(error) => {
            journal.desk().abandon().await;
            Some(Err(error))
        }
    };
    (journal.into_living(), outcome)
}

fn hidden() -> (String, Vec<String>) {
    let tools = [STEP_BEGIN, STEP_END, LOAD].map(str::to_owned);
    (HIDDEN.to_owned(), tools.to_vec())
}

/// Waits for what is under way, writes how it ended, and tells the connectors.
async fn conclude(
    journal: &mut Journal,
    ended: Ended,
    program: &Program,
    cancellation: &CancellationToken,
) -> Option<Result<RuntimeOutcome, Error>> {
    let runtime = &Arc::clone(&journal.living().runtime);
    let desk = Arc::clone(journal.desk());
    let log = Arc::clone(&desk.log);
    let is_over = log.halt().is_none();
    let is_stopped = log.stop.is_cancelled() && !cancellation.is_cancelled();
    if is_over && is_stopped {
        // Nobody wants to drive it any more; whoever recovers it goes on.
        desk.abandon().await;
        let released = runtime.store().release(&log.lease()).await;
        return released.err().map(|error| Err(error.into()));
    }
    // Who was stopped by a limit has used up its time.
    let patience = match ended.outcome.as_ref().err().map(|error| error.kind) {
        None | Some(ExecuteErrorKind::Exception | ExecuteErrorKind::Tool) if is_over => PATIENCE,
        _ if log.halt() == Some(Halt::Pause) => PATIENCE,
        _ => Duration::ZERO,
    };
    if log.halt() != Some(Halt::Paused) {
        desk.finish(patience).await;
    }
    let is_program_end = ended
        .outcome
        .as_ref()
        .map_or_else(ExecuteError::is_of_program, |_| true);
    let end = match ended.outcome {
        Ok(result) => End::Completed(result),
        Err(error) => End::Failed(program.trace(error)),
    };
    match log.halt() {
        Some(Halt::Paused) => return None,
        Some(Halt::Store(kind)) => return Some(Err(StoreError::new(kind).into())),
        Some(Halt::Divergence(what)) => return Some(diverged(runtime, &log, &what).await),
        Some(Halt::Failed(message)) => {
            let error = ExecuteError::new(ExecuteErrorKind::Exception, message);
            return Some(finish(runtime, &log, End::Failed(error)).await);
        }
        Some(Halt::Pause) => {
            journal.living().pause_for_good(&desk).await;
            return None;
        }
        None => {}
    }
    if is_program_end && let Some(what) = journal.left_over() {
        return Some(diverged(runtime, &log, &what).await);
    }
    // A call that nobody awaited waits for its decision all the same.
    if is_program_end && desk.holds_any() && log.any(|it| it.state == EntryState::Pending) {
        journal.living().pause_for_good(&desk).await;
        return match log.halt() {
            Some(Halt::Store(kind)) => Some(Err(StoreError::new(kind).into())),
            _ => None,
        };
    }
    Some(finish(runtime, &log, end).await)
}

async fn finish(runtime: &Arc<Inner>, log: &Arc<Log>, end: End) -> Result<RuntimeOutcome, Error> {
    let (status, result, error) = match end {
        End::Completed(result) => (ExecutionStatus::Completed, result, None),
        End::Failed(error) => (ExecutionStatus::Error, None, Some(error)),
    };
    let message = error.as_ref().map(|error| runtime.explain(error));
    let kept = match &result {
        Some(json) if json.len() > MAX_VALUE_BYTES => {
            let why = too_large("The final result", json.len());
            let note = format!("[codemode: result omitted from the audit trail — {why}]");
            Some(serde_json::Value::String(note).to_string())
        }
        result => result.clone(),
    };
    log.give_up_pending();
    log.set_status(status, kept, message.clone(), now_ms())
        .await?;
    let outcome = match error {
        None => RuntimeOutcome::Completed {
            execution_id: log.id.clone(),
            result: runtime.shape(result.as_deref().map(outcome::read).unwrap_or_default()),
            logs: log.console(),
            calls: log.calls(),
        },
        Some(error) => RuntimeOutcome::Error {
            execution_id: log.id.clone(),
            error: message.unwrap_or_default(),
            kind: Some(error.kind),
            logs: log.console(),
            calls: log.calls(),
        },
    };
    if log.is_kept() {
        runtime.pass_ended(&log.id, status).await;
        runtime.dispose(&log.id, status).await;
    }
    Ok(outcome)
}

/// Nothing ran and nothing is lost: the execution waits as it did before.
async fn diverged(
    runtime: &Arc<Inner>,
    log: &Arc<Log>,
    what: &str,
) -> Result<RuntimeOutcome, Error> {
    let message = format!(
        "Codemode replay divergence {what} The program or its environment has changed since it \
         was recorded; its calls are kept, and nothing more of it was run."
    );
    log.set_status(
        ExecutionStatus::Paused,
        None,
        Some(message.clone()),
        now_ms(),
    )
    .await?;
    runtime.pass_ended(&log.id, ExecutionStatus::Paused).await;
    Ok(RuntimeOutcome::Error {
        execution_id: log.id.clone(),
        error: message,
        kind: None,
        logs: log.console(),
        calls: log.calls(),
    })
}

/// An execution that is kept nowhere.
pub(super) fn no_lease(id: &str) -> Lease {
    Lease {
        runtime: String::new(),
        id: id.to_owned(),
        token: 0,
    }
}

impl Inner {
    pub(super) async fn providers(&self) -> Result<Vec<ToolProvider>, Error> {
        let mut providers = Vec::with_capacity(self.connectors.len());
        for connector in &self.connectors {
            let provider = connector.provider().await?;
            provider.check_replay()?;
            providers.push(provider);
        }
        Ok(providers)
    }

    /// The failure as a model reads it.
    fn explain(&self, error: &ExecuteError) -> String {
        let mut text = error.message.clone();
        if text.contains("is not defined") {
            let names = self.connectors.iter().map(|it| it.name());
            let names: Vec<String> = names.chain(["codemode".to_owned()]).collect();
            text += &format!(
                " (the only globals available in the sandbox are: {})",
                names.join(", ")
            );
        }
        text
    }

    pub(super) async fn pass_ended(&self, id: &str, status: ExecutionStatus) {
        for connector in &self.connectors {
            connector.on_pass_end(id, status).await;
        }
    }

    pub(super) async fn dispose(&self, id: &str, status: ExecutionStatus) {
        for connector in &self.connectors {
            connector.dispose_execution(id, status).await;
        }
    }

    /// The store, for who has no pass.
    pub(super) fn store(&self) -> &dyn Store {
        &*self.store
    }
}
