//! Runs a program in a sealed WebAssembly cell.
//!
//! In: a program, its limits, and someone who answers calls. Out: how it ended,
//! its console output and its cost. The module moves JSON text and does not know
//! what a tool is; it is the only one that names Wasmtime, and no type of
//! Wasmtime's leaves it. The guest is taken to be hostile throughout.

mod bindings;
mod cache;
mod cell;
mod clock;
mod engine;
mod guest;
mod state;
mod ticker;

use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OnceCell, Semaphore};
use tokio_util::sync::CancellationToken;

use self::engine::{Machine, Plan};
use self::guest::Guest;
use crate::error::{Error, ErrorKind};
use crate::limits::Limits;
use crate::outcome::{ExecuteError, LogLine};

/// Cells that may exist at one time; further runs queue.
const DEFAULT_CELLS: u32 = 4_096;

/// Runs programs, each in a fresh cell; the executor of this crate.
///
/// Cheap to clone: clones share one engine, its machine code and its pool of
/// cells. Making one does nothing yet; the first run compiles the guest, or loads
/// its machine code, and [`prepare`](Self::prepare) does so ahead of it.
///
/// Defaults:
/// - nothing outside the cell can be reached but the tools that a run is given;
/// - up to 4,096 cells at one time; more runs queue in the order of their arrival;
/// - machine code is kept in the user's cache folder.
///
/// Runs need a Tokio runtime with time enabled.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

struct Inner {
    plan: Plan,
    cells: Semaphore,
    plain: OnceCell<Machine>,
    /// Metering costs speed and is compiled into machine code, so a run that sets
    /// no budget uses code without it.
    fueled: OnceCell<Machine>,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("cells", &self.inner.plan.cells)
            .field("free_cells", &self.inner.cells.available_permits())
            .finish_non_exhaustive()
    }
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new()
    }
}

impl Sandbox {
    /// A sandbox with the defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Changes the defaults.
    #[must_use]
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder {
            guest: Guest::shipped(),
            cells: DEFAULT_CELLS,
            cache_folder: cache::default_folder(),
        }
    }

    /// Makes the machine code now, so that the first run need not.
    ///
    /// # Errors
    ///
    /// Of kind [`Engine`](ErrorKind::Engine) when the machine cannot host the
    /// pool, of kind [`Guest`](ErrorKind::Guest) when the component given to
    /// [`SandboxBuilder::guest`] is none of ours.
    pub async fn prepare(&self) -> Result<(), Error> {
        self.machine(false).await.map(drop)
    }

    /// The same for runs with a budget of fuel.
    ///
    /// # Errors
    ///
    /// As [`prepare`](Self::prepare).
    pub async fn prepare_fuel(&self) -> Result<(), Error> {
        self.machine(true).await.map(drop)
    }

    async fn machine(&self, fuel: bool) -> Result<&Machine, Error> {
        let slot = if fuel {
            &self.inner.fueled
        } else {
            &self.inner.plain
        };
        slot.get_or_try_init(|| async {
            let inner = Arc::clone(&self.inner);
            let made = tokio::task::spawn_blocking(move || Machine::new(&inner.plan, fuel)).await;
            made.unwrap_or_else(|error| Err(Error::with_source(ErrorKind::Engine, error)))
        })
        .await
    }

    /// A digest of the guest, to know a record's by.
    pub(crate) fn guest_digest(&self) -> String {
        self.inner.plan.guest.digest().to_owned()
    }

    /// Runs one program to its end. Dropping the future stops it.
    pub(crate) async fn run(&self, run: Run, calls: &mut dyn HostCalls) -> Result<Ended, Error> {
        check(&run.limits)?;
        // Fair: in the order of arrival. Never closed, so this cannot fail.
        let _cell = self.inner.cells.acquire().await;
        let machine = self.machine(run.limits.fuel.is_some()).await?;
        Ok(cell::run(machine, run, calls).await)
    }
}

fn check(limits: &Limits) -> Result<(), Error> {
    let fault = |what| Err(Error::new(ErrorKind::Limit(what)));
    if limits.memory_bytes > engine::MAX_MEMORY_BYTES {
        return fault("memory_bytes is over what a 32-bit memory can be");
    }
    if limits.stack_bytes > engine::MAX_STACK_BYTES {
        return fault("stack_bytes is over 1 MiB, where the WebAssembly stack would end first");
    }
    if limits.guest_time.is_zero() || limits.wall_time.is_zero() {
        return fault("a time limit of zero lets nothing run");
    }
    Ok(())
}

/// Settings of a [`Sandbox`].
#[derive(Debug)]
pub struct SandboxBuilder {
    guest: Guest,
    cells: u32,
    cache_folder: Option<PathBuf>,
}

impl SandboxBuilder {
    /// How many cells may exist at one time; 4,096 unless told. Each reserves 4 GiB
    /// of address space and no memory until it is used. Reserving them takes the
    /// first run some milliseconds per thousand, so a process that runs one
    /// program asks for one cell.
    #[must_use]
    pub fn cells(mut self, cells: u32) -> Self {
        self.cells = cells.max(1);
        self
    }

    /// Where machine code is kept; `None` keeps it in memory only. On Unix the
    /// folder must belong to the user and admit no other writer, else it is not
    /// used, because loading machine code is running it.
    #[must_use]
    pub fn cache_folder(mut self, folder: impl Into<Option<PathBuf>>) -> Self {
        self.cache_folder = folder.into();
        self
    }

    /// Another guest component that fits `codecell:sandbox`, in binary form. It
    /// is contained like any program, whatever it does.
    #[must_use]
    pub fn guest(mut self, component: impl Into<Vec<u8>>) -> Self {
        self.guest = Guest::given(component.into());
        self
    }

    /// The sandbox. Nothing is compiled yet, see [`Sandbox::prepare`].
    #[must_use]
    pub fn build(self) -> Sandbox {
        let Self {
            guest,
            cells,
            cache_folder,
        } = self;
        Sandbox {
            inner: Arc::new(Inner {
                plan: Plan {
                    guest,
                    cells,
                    cache_folder,
                },
                cells: Semaphore::new(cells as usize),
                plain: OnceCell::new(),
                fueled: OnceCell::new(),
            }),
        }
    }
}

/// A program and everything that it is given.
pub(crate) struct Run {
    pub(crate) source: String,
    pub(crate) namespaces: Vec<(String, Vec<String>)>,
    pub(crate) preludes: Vec<(String, String)>,
    pub(crate) modules: Vec<(String, String)>,
    pub(crate) input: Option<String>,
    pub(crate) seed: u64,
    pub(crate) now_ms: Option<u64>,
    /// When a repeated run began, whose clock goes on as the machine's.
    pub(crate) began_ms: Option<u64>,
    pub(crate) limits: Limits,
    pub(crate) cancellation: CancellationToken,
    pub(crate) log_observer: Option<LogObserver>,
}

/// Who is told each line of console output when it is written.
#[derive(Clone)]
pub(crate) struct LogObserver(Arc<dyn Fn(&LogLine) + Send + Sync>);

impl LogObserver {
    pub(crate) fn new(tell: impl Fn(&LogLine) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    fn tell(&self, line: &LogLine) {
        (self.0)(line);
    }
}

impl fmt::Debug for LogObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LogObserver")
    }
}

/// A call that a program made.
#[derive(Debug)]
pub(crate) struct HostCall {
    pub(crate) seq: u32,
    pub(crate) namespace: String,
    pub(crate) name: String,
    /// A JSON array.
    pub(crate) arguments: String,
}

/// JSON text, `None` for `undefined`, or a failure for the program.
pub(crate) type HostAnswer = Result<Option<String>, HostFailure>;
pub(crate) type HostFuture = Pin<Box<dyn Future<Output = HostAnswer> + Send>>;

/// What the host does between two steps.
pub(crate) type HostStep<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[derive(Clone, Debug)]
pub(crate) struct HostFailure {
    pub(crate) message: String,
    pub(crate) name: Option<String>,
    pub(crate) data: Option<String>,
}

/// How a call begins.
pub(crate) enum Started {
    /// It is under way. Dropping the future cancels it.
    Answer(HostFuture),
    /// A recorded step will deliver its answer.
    Recorded,
}

/// One step of a run that is repeated: when it was, and what it delivered.
pub(crate) struct Recorded {
    pub(crate) now_ms: u64,
    pub(crate) settled: Vec<(u32, HostAnswer)>,
}

/// What a run that can do nothing by itself is told.
#[derive(Debug)]
pub(crate) enum Idle {
    /// A call that was held is under way.
    Resume,
    /// The run ends here for now.
    Stop,
}

/// Who answers the calls of a program.
///
/// The sandbox knows nothing of journals and approvals; it asks whether a step was
/// recorded, tells each step that it takes, and says when nothing is left but calls
/// that are held.
pub(crate) trait HostCalls: Send {
    fn call(&mut self, call: HostCall) -> Started;

    /// The next recorded step, while a run is repeated.
    fn recorded(&mut self) -> HostStep<'_, Option<Recorded>> {
        Box::pin(std::future::ready(None))
    }

    /// Told before the program sees a step that was not recorded.
    fn step(&mut self, _now_ms: u64, _settled: &[u32]) {}

    /// How many of the calls under way are held until somebody decides.
    fn held(&self) -> usize {
        0
    }

    /// Asked when nothing is under way but calls that are held.
    fn idle(&mut self) -> HostStep<'_, Idle> {
        Box::pin(std::future::ready(Idle::Stop))
    }
}

/// How a run ended.
pub(crate) struct Ended {
    pub(crate) outcome: Result<Option<String>, ExecuteError>,
    pub(crate) logs: Vec<LogLine>,
    pub(crate) usage: Usage,
}

impl Ended {
    /// Of a program that was not run.
    pub(crate) fn failed(error: ExecuteError) -> Self {
        Self {
            outcome: Err(error),
            logs: Vec::new(),
            usage: Usage::default(),
        }
    }
}

#[derive(Default)]
pub(crate) struct Usage {
    pub(crate) fuel: Option<u64>,
    pub(crate) guest_time: Duration,
    pub(crate) wall_time: Duration,
    pub(crate) peak_memory_bytes: usize,
}
