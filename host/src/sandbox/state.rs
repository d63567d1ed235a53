//! What a store holds for its cell: budgets, console output, calls on their way.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;
use wasmtime::{ResourceLimiter, UpdateDeadline};

use super::HostCall;
use super::LogObserver;
use super::bindings::codecell::sandbox::host::Host;
use super::bindings::codecell::sandbox::types::{self, SizeLimit};
use crate::limits::Limits;
use crate::outcome::{ExecuteErrorKind, LogLevel, LogLine};

/// Table elements that a guest may have; ours has some thousands.
const MAX_TABLE_ELEMENTS: usize = 100_000;

/// Lines of console output that are kept, however short they are.
const MAX_LOG_LINES: usize = 10_000;

/// A limit that was met: travels through Wasm as the error that stops it.
#[derive(Clone, Debug)]
pub(super) struct Breach {
    pub(super) kind: ExecuteErrorKind,
    pub(super) message: String,
}

impl Breach {
    pub(super) fn new(kind: ExecuteErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Breach {}

/// The part that the cell's store and the loop around it both reach.
#[derive(Debug)]
pub(super) struct Shared(Mutex<Meter>);

#[derive(Debug)]
pub(super) struct Meter {
    /// Calls that the program has made and the loop has not started.
    pub(super) made: Vec<HostCall>,
    pub(super) in_flight: usize,
    pub(super) guest_time: Duration,
    /// When the guest was last entered, while it runs.
    entered: Option<Instant>,
}

impl Shared {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Meter {
            made: Vec::new(),
            in_flight: 0,
            guest_time: Duration::ZERO,
            entered: None,
        })))
    }

    /// Takes calls from those in flight. A record that was tampered with may settle what
    /// was never made.
    pub(super) fn settled(&self, calls: usize) {
        let mut meter = self.lock();
        meter.in_flight = meter.in_flight.saturating_sub(calls);
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Meter> {
        // Nothing panics while the lock is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn enter_guest(&self) {
        self.lock().entered = Some(Instant::now());
    }

    /// Counts the time since the guest was entered; the calls that it made meanwhile.
    pub(super) fn leave_guest(&self) -> Vec<HostCall> {
        let mut meter = self.lock();
        if let Some(entered) = meter.entered.take() {
            meter.guest_time += entered.elapsed();
        }
        std::mem::take(&mut meter.made)
    }
}

/// The data of a cell's store.
pub(super) struct State {
    pub(super) shared: Arc<Shared>,
    pub(super) limits: Arc<Limits>,
    pub(super) logs: Logs,
    pub(super) memory_bytes: usize,
    pub(super) deadline: Instant,
    cancellation: CancellationToken,
    calls: u32,
    argument_bytes: usize,
}

impl State {
    pub(super) fn new(
        shared: Arc<Shared>,
        limits: Arc<Limits>,
        deadline: Instant,
        cancellation: CancellationToken,
        observer: Option<LogObserver>,
    ) -> Self {
        Self {
            shared,
            logs: Logs::new(limits.log_bytes, observer),
            limits,
            memory_bytes: 0,
            deadline,
            cancellation,
            calls: 0,
            argument_bytes: 0,
        }
    }

    /// At every tick while the cell runs: look at the clocks, then let others run.
    pub(super) fn tick(&mut self) -> wasmtime::Result<UpdateDeadline> {
        let meter = self.shared.lock();
        let running = meter
            .entered
            .map_or(Duration::ZERO, |entered| entered.elapsed());
        let guest_time = meter.guest_time + running;
        drop(meter);
        if self.cancellation.is_cancelled() {
            return Err(wasmtime::Error::new(cancelled()));
        }
        if guest_time >= self.limits.guest_time {
            return Err(wasmtime::Error::new(guest_timeout(&self.limits)));
        }
        if Instant::now() >= self.deadline {
            return Err(wasmtime::Error::new(wall_timeout(&self.limits)));
        }
        Ok(UpdateDeadline::Yield(1))
    }

    fn account(&mut self, call: &HostCall) -> Result<(), Breach> {
        let breach = |message: String| Err(Breach::new(ExecuteErrorKind::CallLimit, message));
        let limits = &self.limits;
        if self.calls as usize >= limits.calls {
            return breach(format!(
                "The program made more than {} tool calls; fetch more with each call",
                limits.calls
            ));
        }
        if call.arguments.len() > limits.argument_bytes {
            return Err(arguments_too_large(limits));
        }
        self.argument_bytes += call.arguments.len();
        if self.argument_bytes > limits.total_argument_bytes {
            return breach(format!(
                "The arguments of all tool calls are over {} bytes of JSON",
                limits.total_argument_bytes
            ));
        }
        let mut meter = self.shared.lock();
        if meter.in_flight >= limits.calls_in_flight {
            return breach(format!(
                "More than {} tool calls were under way at once; await them in batches",
                limits.calls_in_flight
            ));
        }
        meter.in_flight += 1;
        Ok(())
    }
}

pub(super) fn cancelled() -> Breach {
    Breach::new(ExecuteErrorKind::Cancelled, "The execution was cancelled")
}

fn guest_timeout(limits: &Limits) -> Breach {
    let message = format!(
        "Execution timed out: the program computed for {} ms; do less work",
        limits.guest_time.as_millis()
    );
    Breach::new(ExecuteErrorKind::Timeout, message)
}

pub(super) fn wall_timeout(_limits: &Limits) -> Breach {
    Breach::new(ExecuteErrorKind::Timeout, "Execution timed out")
}

fn arguments_too_large(limits: &Limits) -> Breach {
    let message = format!(
        "The arguments of a tool call are over {} bytes of JSON; pass less, or a reference",
        limits.argument_bytes
    );
    Breach::new(ExecuteErrorKind::CallLimit, message)
}

pub(super) fn result_too_large(limits: &Limits) -> Breach {
    let message = format!(
        "The result is over {} bytes of JSON; return less, or a summary",
        limits.result_bytes
    );
    Breach::new(ExecuteErrorKind::ResultTooLarge, message)
}

impl ResourceLimiter for State {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > self.limits.memory_bytes {
            // An error and not `false`, which JavaScript would see as an
            // exception that it can catch.
            let message = format!(
                "The program needs more than {} bytes of memory; hold less at once",
                self.limits.memory_bytes
            );
            return Err(wasmtime::Error::new(Breach::new(
                ExecuteErrorKind::Memory,
                message,
            )));
        }
        self.memory_bytes = desired;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(desired <= MAX_TABLE_ELEMENTS)
    }
}

impl types::Host for State {}

impl Host for State {
    /// Hands the call to the loop around the cell, which starts it on a stack of
    /// its own before the program goes on.
    async fn dispatch(
        &mut self,
        namespace: String,
        tool: String,
        arguments: String,
    ) -> wasmtime::Result<u32> {
        let seq = self.calls;
        let call = HostCall {
            seq,
            namespace,
            name: tool,
            arguments,
        };
        self.account(&call).map_err(wasmtime::Error::new)?;
        self.calls += 1;
        self.shared.lock().made.push(call);
        yield_once().await;
        Ok(seq)
    }

    async fn log(
        &mut self,
        level: types::LogLevel,
        text: String,
        omitted: u64,
    ) -> wasmtime::Result<()> {
        let level = match level {
            types::LogLevel::Debug => LogLevel::Debug,
            types::LogLevel::Info => LogLevel::Info,
            types::LogLevel::Log => LogLevel::Log,
            types::LogLevel::Warn => LogLevel::Warn,
            types::LogLevel::Error => LogLevel::Error,
        };
        self.logs.push(level, text, omitted);
        Ok(())
    }

    async fn exceeded(&mut self, limit: SizeLimit) -> wasmtime::Result<()> {
        Err(wasmtime::Error::new(match limit {
            SizeLimit::Arguments => arguments_too_large(&self.limits),
            SizeLimit::Result => result_too_large(&self.limits),
        }))
    }
}

async fn yield_once() {
    let mut yielded = false;
    std::future::poll_fn(|_| {
        if std::mem::replace(&mut yielded, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

/// Console output up to its limit.
pub(super) struct Logs {
    observer: Option<LogObserver>,
    lines: Vec<LogLine>,
    room: usize,
    dropped_lines: u64,
    dropped_bytes: u64,
}

impl Logs {
    fn new(room: usize, observer: Option<LogObserver>) -> Self {
        Self {
            observer,
            lines: Vec::new(),
            room,
            dropped_lines: 0,
            dropped_bytes: 0,
        }
    }

    fn push(&mut self, level: LogLevel, mut text: String, omitted: u64) {
        // Once something is dropped, all that follows is: no gaps in the middle.
        if self.dropped_bytes > 0 || self.dropped_lines > 0 || self.lines.len() >= MAX_LOG_LINES {
            self.dropped_lines += 1;
            self.dropped_bytes = self
                .dropped_bytes
                .saturating_add(omitted + text.len() as u64);
            return;
        }
        let keep = text.floor_char_boundary(self.room);
        self.dropped_bytes = self
            .dropped_bytes
            .saturating_add(omitted + (text.len() - keep) as u64);
        text.truncate(keep);
        self.room -= keep;
        let line = LogLine { level, text };
        if let Some(observer) = &self.observer {
            observer.tell(&line);
        }
        self.lines.push(line);
    }

    /// The lines, with a marker at the end if some were dropped.
    pub(super) fn finish(mut self) -> Vec<LogLine> {
        if self.dropped_bytes > 0 || self.dropped_lines > 0 {
            let text = format!(
                "[console output is over its limit: {} bytes dropped, {} whole lines among them]",
                self.dropped_bytes, self.dropped_lines
            );
            self.lines.push(LogLine {
                level: LogLevel::Warn,
                text,
            });
        }
        self.lines
    }
}
