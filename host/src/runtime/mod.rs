//! Durable executions: every call is recorded, so that a program can pause for a person,
//! go on in another process, be repeated exactly, and be undone.
//!
//! A pass runs the program from its start. `journal` answers its calls: from the record
//! while there is one, then by the tools, writing an intent before each call and what came
//! of it after. `log` is that record in memory with writes in order, `pass` drives and
//! concludes, `living` keeps the cell of a paused execution for a while, `decide` and
//! `rollback` are what people do.

mod builder;
mod cassette;
mod connector;
mod decide;
mod dry;
mod escape;
mod journal;
mod living;
mod log;
mod outcome;
mod pass;
mod platform;
mod policy;
mod preview;
mod prompt;
mod rollback;
mod session;
mod snippets;
mod watch;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::{StreamExt as _, TryStreamExt as _};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::{Semaphore, oneshot};
use tokio_util::sync::CancellationToken;

pub use self::builder::RuntimeBuilder;
pub use self::cassette::{Cassette, CassetteError};
pub use self::connector::{Connector, HookFuture, ProviderFuture};
pub use self::decide::Approval;
pub use self::escape::escaped;
use self::journal::Mode;
use self::living::Waiting;
pub use self::outcome::{CallLog, Execution, PendingAction, RuntimeOutcome};
use self::pass::Pass;
use self::policy::Policy;
pub use self::policy::{PolicyCall, PolicyDecision};
pub use self::preview::{Preview, PreviewCall, PreviewDynamic};
pub use self::rollback::{RevertFailure, RollbackReport};
pub use self::snippets::SaveSnippet;
pub use self::watch::CallEvent;
use self::watch::Watch;
use crate::diagnostics::Diagnostics;
use crate::discovery::{Description, Directory, SearchOutput};
use crate::error::{Error, ErrorKind};
use crate::limits::Limits;
use crate::outbound::{self, Given};
use crate::outcome::ExecuteErrorKind;
use crate::record::{
    ExecutionRecord, ExecutionStatus, Lease, MAX_VALUE_BYTES, NewExecution, Resumed, Store,
    too_large,
};
use crate::sandbox::Sandbox;
use crate::tool::ToolProvider;

/// Executions that are recovered at one time.
const MAX_RECOVERING: usize = 16;

type Transform = dyn Fn(Value) -> Result<Value, String> + Send + Sync;

/// Runs programs durably. Cheap to clone; clones share everything.
///
/// Each execution is driven as a task of its own and survives the loss of this process:
/// [`recover`](Self::recover) goes on with what was running. Dropping the future of
/// [`execute`](Self::execute) stops the cell; the execution stays `running` and can be
/// recovered as well.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "sqlite")]
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use codecell::{Runtime, RuntimeOutcome, Sandbox, SqliteStore, Tool, ToolProvider};
/// use serde_json::json;
///
/// let pay = Tool::from_fn("pay", |args, _| async move {
///     let euros: u32 = args.get(0)?;
///     Ok(format!("paid {euros} €"))
/// });
/// let bank = ToolProvider::new("bank").tool(pay.requires_approval(true));
/// let runtime = Runtime::builder(Sandbox::new(), SqliteStore::in_memory()?)
///     .connector(bank)
///     .build()?;
///
/// let paused = runtime.execute("async () => await bank.pay(20)").await?;
/// assert_eq!(paused.pending()[0].args, Some(json!(20)));
///
/// let done = runtime.approve(paused.execution_id()).await?;
/// assert_eq!(done.result(), Some(&json!("paid 20 €")));
/// # Ok(()) }
/// # #[cfg(not(feature = "sqlite"))] fn main() {}
/// ```
#[derive(Clone)]
pub struct Runtime {
    inner: Arc<Inner>,
}

/// What all passes of a runtime share.
pub(crate) struct Inner {
    sandbox: Sandbox,
    store: Arc<dyn Store>,
    name: String,
    connectors: Vec<Arc<dyn Connector>>,
    limits: Limits,
    diagnostics: Diagnostics,
    policy: Option<Policy>,
    watch: Option<Watch>,
    transform: Option<Arc<Transform>>,
    outbound: Option<Given>,
    max_executions: usize,
    keep_alive: Duration,
    lease_time: Duration,
    living_slots: Semaphore,
    waiting: Waiting,
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime")
            .field("name", &self.inner.name)
            .finish_non_exhaustive()
    }
}

/// Milliseconds since the epoch.
fn now_ms() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    u64::try_from(now.unwrap_or_default().as_millis()).unwrap_or(u64::MAX)
}

impl Runtime {
    /// A runtime that runs its programs in `sandbox` and keeps them in `store`.
    pub fn builder(sandbox: Sandbox, store: impl Store + 'static) -> RuntimeBuilder {
        RuntimeBuilder::new(sandbox, Arc::new(store))
    }

    /// Runs a program until it ends, or until somebody has to decide.
    ///
    /// # Errors
    ///
    /// Only for what a host did wrong or could not do: of kind
    /// [`Store`](ErrorKind::Store) when the store fails, of kind
    /// [`Connector`](ErrorKind::Connector) when a connector has no tools to tell. What the
    /// program did wrong is an outcome.
    pub async fn execute(&self, code: impl Into<String>) -> Result<RuntimeOutcome, Error> {
        self.execute_with(code, ExecuteOptions::default()).await
    }

    /// The same with an input, or a token to stop it by.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub async fn execute_with(
        &self,
        code: impl Into<String>,
        options: ExecuteOptions,
    ) -> Result<RuntimeOutcome, Error> {
        let code = code.into();
        if code.len() > MAX_VALUE_BYTES {
            let message = too_large("The execution code", code.len());
            return Ok(RuntimeOutcome::Error {
                execution_id: String::new(),
                error: message,
                kind: Some(ExecuteErrorKind::SourceTooLarge),
                logs: Vec::new(),
                calls: Vec::new(),
            });
        }
        let record = self.inner.new_record(code, &options);
        let record = match self.base(&options).await? {
            Some(base) => session::continued(base, record),
            None => record,
        };
        let (lease, mode) = match options.is_dry {
            true => (pass::no_lease(&record.id), Mode::Dry),
            false => {
                let new = NewExecution {
                    runtime: self.inner.name.clone(),
                    record: record.clone(),
                    lease_time: self.inner.lease_time,
                };
                let keep = self.inner.max_executions;
                (self.inner.store.begin(new, keep).await?, Mode::Live)
            }
        };
        self.drive(lease, record, mode, options.cancellation).await
    }

    /// The execution that a program of a session goes on from.
    async fn base(&self, options: &ExecuteOptions) -> Result<Option<ExecutionRecord>, Error> {
        let inner = &self.inner;
        if let Some(id) = &options.after {
            let found = inner.store().execution(&inner.name, id).await?;
            return match found.filter(session::is_base) {
                Some(base) => Ok(Some(base)),
                None => Err(Error::new(ErrorKind::SessionBase(id.clone()))),
            };
        }
        let Some(session) = &options.session else {
            return Ok(None);
        };
        let completed = [ExecutionStatus::Completed];
        let found = inner
            .store()
            .executions(&inner.name, &completed, usize::MAX)
            .await?;
        Ok(found
            .into_iter()
            .find(|it| it.session.as_ref() == Some(session)))
    }

    /// Drives a pass, until it is over or the future is dropped.
    async fn drive(
        &self,
        lease: Lease,
        record: ExecutionRecord,
        mode: Mode,
        cancellation: CancellationToken,
    ) -> Result<RuntimeOutcome, Error> {
        let dropped = cancellation.child_token();
        let (report, reported) = oneshot::channel();
        let pass = Pass {
            runtime: Arc::clone(&self.inner),
            lease,
            record,
            mode,
            cancellation,
            dropped: dropped.clone(),
        };
        let guard = dropped.drop_guard();
        tokio::spawn(pass.drive(report));
        let outcome = reported.await;
        // A paused cell lives on.
        guard.disarm();
        outcome.unwrap_or_else(|error| Err(Error::with_source(ErrorKind::Engine, error)))
    }

    /// Drives what was resumed, in its living cell if there is one.
    async fn go_on(&self, resumed: Resumed) -> Result<RuntimeOutcome, Error> {
        let (report, reported) = oneshot::channel();
        match self
            .inner
            .waiting
            .wake(Box::new(living::Wake { resumed, report }))
        {
            Ok(()) => match reported.await {
                Ok(outcome) => outcome,
                Err(error) => Err(Error::with_source(ErrorKind::Engine, error)),
            },
            Err(wake) => {
                let Resumed { lease, record, .. } = wake.resumed;
                let token = CancellationToken::new();
                self.drive(lease, record, Mode::Live, token).await
            }
        }
    }

    /// Goes on with executions whose process died: those that are `running` and that nobody
    /// holds any more. Call it when a process starts, and now and then.
    ///
    /// A call that was started and whose end is not known is made again if its tool is
    /// [idempotent](crate::Tool::idempotent) or [reads only](crate::Tool::read_only), is
    /// [looked up](crate::Tool::lookup) if its tool can do that, and is else left to a
    /// person: the execution pauses with that call pending, for the reason
    /// [`Indeterminate`](crate::record::PendingReason::Indeterminate).
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute), for the first that fails; the others stay as they are.
    pub async fn recover(&self) -> Result<Vec<RuntimeOutcome>, Error> {
        let running = [ExecutionStatus::Running];
        let inner = &self.inner;
        let found = inner
            .store()
            .executions(&inner.name, &running, usize::MAX)
            .await?;
        let recovering = found.into_iter().rev().map(|it| self.recover_one(it.id));
        let recovering = futures_util::stream::iter(recovering).buffered(MAX_RECOVERING);
        let outcomes: Vec<Option<RuntimeOutcome>> = recovering.try_collect().await?;
        Ok(outcomes.into_iter().flatten().collect())
    }

    async fn recover_one(&self, id: String) -> Result<Option<RuntimeOutcome>, Error> {
        let inner = &self.inner;
        let running = [ExecutionStatus::Running];
        let (now, time) = (now_ms(), inner.lease_time);
        let leased = inner.store().lease(&inner.name, &id, &running, now, time);
        let Ok(resumed) = leased.await? else {
            return Ok(None);
        };
        if let Some(refused) = self.missing_connectors(&resumed.record).await? {
            inner.store().release(&resumed.lease).await?;
            return Ok(Some(refused));
        }
        self.go_on(resumed).await.map(Some)
    }

    /// Why an execution cannot go on here, if it cannot.
    async fn missing_connectors(
        &self,
        record: &ExecutionRecord,
    ) -> Result<Option<RuntimeOutcome>, Error> {
        let names: Vec<String> = self.inner.connectors.iter().map(|it| it.name()).collect();
        let missing = record
            .connectors
            .iter()
            .filter(|name| !names.contains(name));
        let missing: Vec<String> = missing.map(|name| format!("\"{name}\"")).collect();
        if missing.is_empty() {
            return Ok(None);
        }
        let message = format!(
            "Execution \"{}\" requires connector(s) {} that are not configured on this runtime.",
            record.id,
            missing.join(", ")
        );
        Ok(Some(RuntimeOutcome::refused(&record.id, message)))
    }

    /// The names of the connectors, in the order in which they were given.
    #[must_use]
    pub fn connectors(&self) -> Vec<String> {
        self.inner.connectors.iter().map(|it| it.name()).collect()
    }

    /// Finds methods and snippets, as `codemode.search` does in a program.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub async fn search(&self, query: &str) -> Result<SearchOutput, Error> {
        Ok(self.directory().await?.search(query))
    }

    /// Describes a connector, a method or a snippet, as `codemode.describe` does.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub async fn describe(&self, target: &str) -> Result<Description, Error> {
        Ok(self.directory().await?.describe(target))
    }

    async fn directory(&self) -> Result<Directory, Error> {
        let platform = platform::Platform {
            store: Arc::clone(&self.inner.store),
            runtime: self.inner.name.clone(),
            connectors: self.inner.providers().await?,
        };
        Ok(platform.directory().await?)
    }

    /// Executions, newest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// Of kind [`Store`](ErrorKind::Store).
    pub async fn executions(&self, limit: usize) -> Result<Vec<Execution>, Error> {
        let inner = &self.inner;
        let found = inner.store().executions(&inner.name, &[], limit).await?;
        Ok(found.into_iter().map(Execution::from).collect())
    }

    /// One execution.
    ///
    /// # Errors
    ///
    /// Of kind [`Store`](ErrorKind::Store).
    pub async fn execution(&self, id: &str) -> Result<Option<Execution>, Error> {
        let found = self.inner.store().execution(&self.inner.name, id).await?;
        Ok(found.map(Execution::from))
    }

    /// Deletes an execution: whether there was one. One that is paused or running is told
    /// its connectors as rejected.
    ///
    /// # Errors
    ///
    /// Of kind [`Store`](ErrorKind::Store).
    pub async fn delete_execution(&self, id: &str) -> Result<bool, Error> {
        let status = self.inner.store().delete(&self.inner.name, id).await?;
        self.inner.waiting.forget(id);
        if status.is_some_and(|status| !status.is_terminal()) {
            self.inner.dispose(id, ExecutionStatus::Rejected).await;
        }
        Ok(status.is_some())
    }

    /// Deletes executions that are over, but for the newest `keep`: how many.
    ///
    /// # Errors
    ///
    /// Of kind [`Store`](ErrorKind::Store).
    pub async fn prune_executions(&self, keep: usize) -> Result<usize, Error> {
        Ok(self.inner.store().prune(&self.inner.name, keep).await?)
    }
}

/// What an execution is given beside its program.
#[derive(Clone, Debug, Default)]
pub struct ExecuteOptions {
    input: Option<Value>,
    seed: Option<u64>,
    cancellation: CancellationToken,
    is_dry: bool,
    session: Option<String>,
    after: Option<String>,
}

impl ExecuteOptions {
    /// Passes a value: the argument of the program's function, and its global `input`.
    ///
    /// # Errors
    ///
    /// Of kind [`Json`](ErrorKind::Json) when the value cannot be written as JSON.
    pub fn input(mut self, input: impl Serialize) -> Result<Self, Error> {
        let input = serde_json::to_value(input);
        self.input = Some(input.map_err(|error| Error::with_source(ErrorKind::Json, error))?);
        Ok(self)
    }

    /// Fixes where `Math.random` begins; otherwise every execution has a seed of its own.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The program belongs to a session: it sees the variables, functions and classes that
    /// earlier programs of it declared at their top, as they left them, and later ones see
    /// its own. It goes on from the newest of them that completed; what one does that fails
    /// is not seen.
    #[must_use]
    pub fn session(mut self, session: impl Into<String>) -> Self {
        self.session = Some(session.into());
        self
    }

    /// Goes on from this execution of a session, and not from its newest: a fork.
    #[must_use]
    pub fn after(mut self, execution_id: impl Into<String>) -> Self {
        self.after = Some(execution_id.into());
        self
    }

    /// Ends the execution, with kind `cancelled`, when the token is cancelled.
    #[must_use]
    pub fn cancellation(mut self, token: CancellationToken) -> Self {
        self.cancellation = token;
        self
    }

    /// Shows what a program would do: tools that [only read](crate::Tool::read_only) run,
    /// the others answer what their output schemas give as example, default or least
    /// value. Nothing is recorded, and nobody is asked.
    #[must_use]
    pub fn dry_run(mut self) -> Self {
        self.is_dry = true;
        self
    }
}

impl Inner {
    fn new_record(&self, code: String, options: &ExecuteOptions) -> ExecutionRecord {
        let now = now_ms();
        ExecutionRecord {
            id: format!("exec_{now:016}_{}", crate::executor::new_uuid()),
            code,
            input: options.input.as_ref().map(Value::to_string),
            seed: options.seed.unwrap_or_else(crate::executor::random_seed),
            began_ms: now,
            guest: self.sandbox.guest_digest(),
            connectors: self.connectors.iter().map(|it| it.name()).collect(),
            session: match (&options.session, &options.after) {
                (None, Some(after)) => Some(format!("after {after}")),
                (session, _) => session.clone(),
            },
            prior: Vec::new(),
            own_from: 0,
            status: ExecutionStatus::Running,
            result: None,
            error: None,
            logs: Vec::new(),
            created_ms: now,
            updated_ms: now,
            entries: Vec::new(),
            turns: Vec::new(),
            decisions: Vec::new(),
        }
    }

    /// What `fetch` calls. A response that the record has no room for fails its call, and
    /// not the execution.
    fn fetch(&self) -> Option<ToolProvider> {
        let given = self.outbound.as_ref()?;
        Some(outbound::provider(Arc::clone(&given.0), MAX_VALUE_BYTES))
    }

    /// The result as a model is to read it; the record keeps it raw.
    fn shape(&self, result: Value) -> Value {
        match &self.transform {
            Some(transform) => transform(result.clone()).unwrap_or(result),
            None => result,
        }
    }
}
