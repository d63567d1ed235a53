//! Runs one program once: providers and program in, everything that came of it out.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use serde::Serialize;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::catalog::Catalog;
use crate::diagnostics::{Diagnostics, World};
use crate::dispatch::Dispatch;
use crate::error::{Error, ErrorKind};
use crate::limits::Limits;
use crate::outbound::{self, Given, Outbound};
use crate::outcome::{Cost, ExecuteError, ExecuteErrorKind, ExecuteResult, LogLine};
use crate::program::Program;
use crate::sandbox::{Ended, LogObserver, Run, Sandbox};
use crate::tool::{Tool, ToolProvider};
use crate::value;

/// What [`Executor::execute`] returns.
pub type ExecuteFuture<'a> =
    Pin<Box<dyn Future<Output = Result<ExecuteResult, Error>> + Send + 'a>>;

/// Runs programs. [`Sandbox`] is the one to use; implement this to run them
/// somewhere else, on another machine for instance.
pub trait Executor: Send + Sync {
    /// Runs a program once, to its end.
    ///
    /// A program that throws, calls an unknown tool or meets a limit has still
    /// run: read [`ExecuteResult::outcome`]. Console output and calls are kept in
    /// every case. Dropping the future stops the program at its next tick and
    /// drops the calls that are under way.
    ///
    /// # Errors
    ///
    /// Only for what a host did wrong, by [`ErrorKind`]: names of providers and
    /// tools that clash or are reserved, limits that cannot be kept, an engine
    /// that cannot be made.
    fn execute(&self, request: ExecuteRequest) -> ExecuteFuture<'_>;
}

/// A program and all that it is given.
///
/// # Examples
///
/// ```
/// use codecell::{ExecuteRequest, Executor as _, Sandbox, Tool};
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), codecell::Error> {
/// let weather = Tool::from_fn("getWeather", |args, _| async move {
///     let place: String = args.get(0)?;
///     Ok(format!("72°F in {place}"))
/// });
/// let request = ExecuteRequest::new("async () => (await codemode.getWeather('Austin')).length")
///     .tool(weather);
///
/// let result = Sandbox::new().execute(request).await?;
///
/// assert_eq!(result.outcome, Ok(json!(14)));
/// assert_eq!(result.calls[0].args, json!(["Austin"]));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct ExecuteRequest {
    code: String,
    providers: Vec<ToolProvider>,
    modules: Vec<(String, String)>,
    input: Option<Value>,
    seed: Option<u64>,
    now: Option<SystemTime>,
    limits: Limits,
    cancellation: CancellationToken,
    execution_id: Option<Arc<str>>,
    diagnostics: Diagnostics,
    log_observer: Option<LogObserver>,
    outbound: Option<Given>,
}

impl ExecuteRequest {
    /// A program that may call nothing yet: JavaScript or TypeScript in any shape that
    /// [`normalize`](crate::normalize()) reads.
    pub fn new(code: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            providers: Vec::new(),
            modules: Vec::new(),
            input: None,
            seed: None,
            now: None,
            limits: Limits::default(),
            cancellation: CancellationToken::new(),
            execution_id: None,
            diagnostics: Diagnostics::default(),
            log_observer: None,
            outbound: None,
        }
    }

    /// Adds a namespace with its tools.
    #[must_use]
    pub fn provider(mut self, provider: ToolProvider) -> Self {
        self.providers.push(provider);
        self
    }

    /// Adds a tool to the namespace `codemode`.
    #[must_use]
    pub fn tool(mut self, tool: Tool) -> Self {
        let name = crate::tool::DEFAULT_NAMESPACE;
        match self
            .providers
            .iter_mut()
            .find(|provider| provider.name() == name)
        {
            Some(provider) => *provider = provider.clone().tool(tool),
            None => self.providers.push(ToolProvider::default().tool(tool)),
        }
        self
    }

    /// Adds a module that the program may `import` by this name.
    #[must_use]
    pub fn module(mut self, name: impl Into<String>, source: impl Into<String>) -> Self {
        self.modules.push((name.into(), source.into()));
        self
    }

    /// Passes a value: the argument of the program's function, and its global
    /// `input`.
    ///
    /// # Errors
    ///
    /// Of kind [`Json`](ErrorKind::Json) when the value cannot be written as JSON.
    pub fn input(mut self, input: impl Serialize) -> Result<Self, Error> {
        let input = serde_json::to_value(input);
        self.input = Some(input.map_err(|error| Error::with_source(ErrorKind::Json, error))?);
        Ok(self)
    }

    /// Fixes where `Math.random` begins; otherwise every run has a seed of its own.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Fixes the time at which the program starts. Timers still take their time,
    /// and only they move the program's clock.
    #[must_use]
    pub fn now(mut self, now: SystemTime) -> Self {
        self.now = Some(now);
        self
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Stops the run, with an outcome of kind `cancelled`, when the token is cancelled.
    #[must_use]
    pub fn cancellation(mut self, token: CancellationToken) -> Self {
        self.cancellation = token;
        self
    }

    /// Names the run for its tools; otherwise it gets a name of its own.
    #[must_use]
    pub fn execution_id(mut self, id: impl Into<Arc<str>>) -> Self {
        self.execution_id = Some(id.into());
        self
    }

    /// Sets what is checked before the program runs; everything unless told.
    #[must_use]
    pub fn diagnostics(mut self, diagnostics: Diagnostics) -> Self {
        self.diagnostics = diagnostics;
        self
    }

    /// Gives the program's `fetch` somebody who performs its requests. Without one there
    /// is no network.
    #[must_use]
    pub fn outbound(mut self, outbound: impl Outbound + 'static) -> Self {
        self.outbound = Some(Given::new(outbound));
        self
    }

    /// Tells each line of console output as it is written, before the run ends. The
    /// function runs on the thread of the run and should return at once.
    #[must_use]
    pub fn on_log(mut self, tell: impl Fn(&LogLine) + Send + Sync + 'static) -> Self {
        self.log_observer = Some(LogObserver::new(tell));
        self
    }

    /// The program as it was given.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The namespaces that it may use.
    #[must_use]
    pub fn providers(&self) -> &[ToolProvider] {
        &self.providers
    }

    fn source_bytes(&self) -> usize {
        self.code.len()
            + self
                .modules
                .iter()
                .map(|(_, source)| source.len())
                .sum::<usize>()
    }
}

impl Executor for Sandbox {
    fn execute(&self, request: ExecuteRequest) -> ExecuteFuture<'_> {
        Box::pin(execute(self, request))
    }
}

async fn execute(sandbox: &Sandbox, request: ExecuteRequest) -> Result<ExecuteResult, Error> {
    let fetch = request.outbound.clone();
    let fetch = fetch.map(|it| outbound::provider(it.0, request.limits.tool_result_bytes));
    let catalog = Catalog::new(&request.providers)?.fetch(fetch);
    if request.source_bytes() > request.limits.source_bytes {
        return Ok(not_run(too_large(&request.limits)));
    }
    let program = Program::read(request.code).await;
    let world = World {
        catalog: &catalog,
        modules: &request.modules,
        declared: &[],
    };
    let warnings = match program.check(&world, &request.diagnostics) {
        Ok(warnings) => warnings,
        Err(error) => return Ok(not_run(error)),
    };
    let run = Run {
        source: program.runnable().to_owned(),
        namespaces: catalog.for_cell().map(names).collect(),
        preludes: catalog.namespaces().filter_map(prelude).collect(),
        input: request.input.map(|input| input.to_string()),
        seed: request.seed.unwrap_or_else(random_seed),
        now_ms: request.now.map(milliseconds),
        began_ms: None,
        modules: request.modules,
        limits: request.limits,
        cancellation: request.cancellation,
        log_observer: request.log_observer,
    };
    let mut dispatch = Dispatch::new(catalog, request.execution_id);
    let ended = sandbox.run(run, &mut dispatch).await?;
    let Ended {
        outcome,
        logs,
        usage,
    } = ended;
    let outcome = outcome.map_err(|error| program.trace(error));
    Ok(ExecuteResult {
        outcome: outcome.and_then(|json| json.map_or(Ok(Value::Null), |json| read_result(&json))),
        logs,
        calls: dispatch.finish(),
        warnings,
        cost: Cost {
            fuel: usage.fuel,
            guest_time: usage.guest_time,
            wall_time: usage.wall_time,
            peak_memory_bytes: usage.peak_memory_bytes,
        },
    })
}

pub(crate) fn names(provider: &ToolProvider) -> (String, Vec<String>) {
    let tools = provider.iter().map(|(name, _)| name.to_owned());
    (provider.name().to_owned(), tools.collect())
}

pub(crate) fn prelude(provider: &ToolProvider) -> Option<(String, String)> {
    let source = provider.prelude_source()?;
    Some((provider.name().to_owned(), source.to_owned()))
}

fn read_result(json: &str) -> Result<Value, ExecuteError> {
    let fault = "The cell returned a result that is not JSON";
    value::parse(json).map_err(|_| ExecuteError::new(ExecuteErrorKind::Internal, fault))
}

pub(crate) fn too_large(limits: &Limits) -> ExecuteError {
    let message = format!(
        "The program is over {} bytes; write a shorter one",
        limits.source_bytes
    );
    ExecuteError::new(ExecuteErrorKind::SourceTooLarge, message)
}

fn not_run(error: ExecuteError) -> ExecuteResult {
    ExecuteResult {
        outcome: Err(error),
        logs: Vec::new(),
        calls: Vec::new(),
        warnings: Vec::new(),
        cost: Cost::default(),
    }
}

fn milliseconds(time: SystemTime) -> u64 {
    let since = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A seed that no two runs share. Nothing secret hangs on it.
pub(crate) fn random_seed() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    static RUNS: AtomicU64 = AtomicU64::new(0);
    RandomState::new().hash_one(RUNS.fetch_add(1, Ordering::Relaxed))
}

/// A UUID of version 4.
pub(crate) fn new_uuid() -> String {
    let (high, low) = (random_seed(), random_seed());
    let high = high & !0xf000 | 0x4000;
    let low = low & !(0b11 << 62) | 0b10 << 62;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

pub(crate) fn new_execution_id() -> Arc<str> {
    format!("exec_{:016x}{:016x}", random_seed(), random_seed()).into()
}
