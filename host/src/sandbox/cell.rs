//! One run of one cell: start, wait, resume, until it ends or is ended.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use futures_util::future::{FutureExt as _, Map};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio_util::sync::CancellationToken;
use wasmtime::{Store, Trap};

use super::bindings::codecell::sandbox::types::{
    Ending, Failure, FailureKind, Limits as GuestLimits, Module, Namespace, Program, SettledCall,
    Settlement, Step, ToolFailure,
};
use super::clock::Clock;
use super::engine::Machine;
use super::state::{Breach, Shared, State, cancelled, result_too_large, wall_timeout};
use super::{Ended, HostAnswer, HostCalls, HostFuture, Idle, Recorded, Run, Started, Usage};
use crate::limits::Limits;
use crate::outcome::{ExecuteError, ExecuteErrorKind, LogLine, Position};

/// What the guest may send in one go beyond the limits' own sizes: an error with
/// its stack, names, a record's frame.
const HOSTCALL_SLACK_BYTES: usize = 256 * 1024;

type InFlight = FuturesUnordered<Map<HostFuture, Box<dyn FnOnce(HostAnswer) -> Settled + Send>>>;

struct Settled {
    seq: u32,
    answer: HostAnswer,
}

/// Runs a program in a fresh cell.
pub(super) async fn run(machine: &Machine, run: Run, calls: &mut dyn HostCalls) -> Ended {
    let began = Instant::now();
    let deadline = deadline(&run.limits);
    let shared = Shared::new();
    let limits = Arc::new(run.limits.clone());
    let state = State::new(
        Arc::clone(&shared),
        Arc::clone(&limits),
        deadline,
        run.cancellation.clone(),
        run.log_observer.clone(),
    );
    let mut cell = Cell {
        store: store(machine, state),
        machine,
        shared,
        limits,
        calls,
        in_flight: FuturesUnordered::new(),
        ready: Vec::new(),
        later: Vec::new(),
        deadline,
    };
    let ending = cell.run(run).await;
    cell.finish(ending, began)
}

fn deadline(limits: &Limits) -> Instant {
    let now = Instant::now();
    now.checked_add(limits.wall_time)
        .unwrap_or(now + Duration::from_secs(1 << 30))
}

fn store(machine: &Machine, state: State) -> Store<State> {
    let limits = Arc::clone(&state.limits);
    let mut store = Store::new(&machine.engine, state);
    store.limiter(|state| state);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|mut context| context.data_mut().tick());
    let largest = limits
        .argument_bytes
        .max(limits.result_bytes)
        .max(limits.log_bytes);
    // Counts what is copied out of the guest before it is allocated.
    store.set_hostcall_fuel(largest.saturating_add(HOSTCALL_SLACK_BYTES));
    if let Some(fuel) = limits.fuel {
        // Fails only on an engine that does not meter, and this one does.
        let _ = store.set_fuel(fuel);
    }
    store
}

struct Cell<'a> {
    store: Store<State>,
    machine: &'a Machine,
    shared: Arc<Shared>,
    limits: Arc<Limits>,
    calls: &'a mut dyn HostCalls,
    in_flight: InFlight,
    ready: Vec<Settled>,
    /// What is ready while recorded steps are repeated, which are in front.
    later: Vec<Settled>,
    deadline: Instant,
}

impl Cell<'_> {
    async fn run(&mut self, run: Run) -> wasmtime::Result<Ending> {
        let mut clock = Clock::new(run.now_ms, run.began_ms);
        let cancellation = run.cancellation.clone();
        let program = program(run, &self.limits, clock.now());
        let machine = self.machine;
        let bindings = machine.guest.instantiate_async(&mut self.store).await?;
        let guest = bindings.codecell_sandbox_cell();
        let mut step = {
            let Self {
                store,
                shared,
                calls,
                in_flight,
                ready,
                ..
            } = self;
            let _running = machine.ticker.run();
            let step = guest.call_start(&mut *store, &program);
            drive(step, shared, *calls, in_flight, ready).await?
        };
        drop(program);
        loop {
            let due = match step {
                Step::Done(ending) => return Ok(ending),
                Step::Waiting(due) => due,
            };
            let now = match self.calls.recorded().await {
                Some(recorded) => self.replay(recorded, &mut clock),
                None => {
                    clock.go_on();
                    self.wait(due, &mut clock, &cancellation).await?
                }
            };
            let settled = self.settled()?;
            let Self {
                store,
                shared,
                calls,
                in_flight,
                ready,
                ..
            } = self;
            let _running = machine.ticker.run();
            let resumed = guest.call_resume(&mut *store, now, &settled);
            step = drive(resumed, shared, *calls, in_flight, ready).await?;
        }
    }

    /// Takes a recorded step for what came.
    fn replay(&mut self, recorded: Recorded, clock: &mut Clock) -> u64 {
        clock.replay(recorded.now_ms);
        self.shared.settled(recorded.settled.len());
        let settled = recorded.settled.into_iter();
        // What is ready besides was not part of that step.
        self.later.append(&mut self.ready);
        self.ready
            .extend(settled.map(|(seq, answer)| Settled { seq, answer }));
        recorded.now_ms
    }

    /// Waits until there is something to resume with, and tells what; the time at
    /// which that is.
    async fn wait(
        &mut self,
        due: Option<u64>,
        clock: &mut Clock,
        cancellation: &CancellationToken,
    ) -> wasmtime::Result<u64> {
        self.ready.append(&mut self.later);
        let now = loop {
            let now = self.next(due, clock, cancellation).await?;
            let is_due = due.is_some_and(|due| due <= now);
            if !self.ready.is_empty() || is_due || cancellation.is_cancelled() {
                break now;
            }
        };
        let settled: Vec<u32> = self.ready.iter().map(|settled| settled.seq).collect();
        self.calls.step(now, &settled);
        Ok(now)
    }

    async fn next(
        &mut self,
        due: Option<u64>,
        clock: &mut Clock,
        cancellation: &CancellationToken,
    ) -> wasmtime::Result<u64> {
        if !self.ready.is_empty() {
            return Ok(clock.now());
        }
        if due.is_none() && self.only_held() {
            return self.idle(clock).await;
        }
        if due.is_none() && self.in_flight.is_empty() {
            let message = "The cell waits for nothing that the host knows of";
            return Err(wasmtime::Error::new(Breach::new(
                ExecuteErrorKind::Internal,
                message,
            )));
        }
        let wake = due.map(|due| {
            let pause = Duration::from_millis(due.saturating_sub(clock.now()));
            Instant::now().checked_add(pause).unwrap_or(self.deadline)
        });
        let next = wake.map_or(self.deadline, |wake| wake.min(self.deadline));
        let mut sleep = pin!(tokio::time::sleep_until(next.into()));
        let mut stop = pin!(cancellation.cancelled());
        let Self {
            shared,
            in_flight,
            ready,
            ..
        } = self;
        poll_fn(|context| {
            collect(in_flight, ready, shared, context);
            if !ready.is_empty() || stop.as_mut().poll(context).is_ready() {
                return Poll::Ready(());
            }
            sleep.as_mut().poll(context)
        })
        .await;
        if cancellation.is_cancelled() {
            return Err(wasmtime::Error::new(cancelled()));
        }
        if !self.ready.is_empty() {
            return Ok(clock.now());
        }
        if Instant::now() >= self.deadline && self.only_held() {
            return self.idle(clock).await;
        }
        if Instant::now() >= self.deadline {
            return Err(wasmtime::Error::new(wall_timeout(&self.limits)));
        }
        Ok(match due {
            Some(due) => clock.reach(due),
            None => clock.now(),
        })
    }

    /// Whether what is under way waits for somebody's decision, all of it.
    fn only_held(&self) -> bool {
        let held = self.calls.held();
        held > 0 && self.in_flight.len() <= held
    }

    /// Lets others decide. That takes its time, which is not the program's.
    async fn idle(&mut self, clock: &Clock) -> wasmtime::Result<u64> {
        match self.calls.idle().await {
            Idle::Resume => {
                self.deadline = deadline(&self.limits);
                self.store.data_mut().deadline = self.deadline;
                Ok(clock.now())
            }
            Idle::Stop => Err(wasmtime::Error::new(cancelled())),
        }
    }

    /// The answers that are there, as the guest takes them.
    fn settled(&mut self) -> wasmtime::Result<Vec<SettledCall>> {
        let limit = self.limits.tool_result_bytes;
        let settle = |settled: Settled| {
            let settlement = match settled.answer {
                Ok(Some(json)) if json.len() > limit => {
                    let message =
                        format!("A tool answered more than {limit} bytes of JSON; ask it for less");
                    return Err(Breach::new(ExecuteErrorKind::ResultTooLarge, message));
                }
                Ok(json) => Settlement::Returned(json),
                Err(failure) => Settlement::Failed(ToolFailure {
                    message: failure.message,
                    name: failure.name,
                    data: failure.data,
                }),
            };
            Ok(SettledCall {
                seq: settled.seq,
                settlement,
            })
        };
        self.ready
            .drain(..)
            .map(settle)
            .collect::<Result<_, _>>()
            .map_err(wasmtime::Error::new)
    }

    fn finish(self, ending: wasmtime::Result<Ending>, began: Instant) -> Ended {
        let fuel = self
            .limits
            .fuel
            .map(|fuel| fuel - self.store.get_fuel().unwrap_or(0).min(fuel));
        let guest_time = self.shared.lock().guest_time;
        // The store goes first: nothing of this run outlives it.
        let state = self.store.into_data();
        let outcome = match ending {
            Ok(Ending::Returned(Some(json))) if json.len() > self.limits.result_bytes => {
                Err(stopped(&result_too_large(&self.limits)))
            }
            Ok(Ending::Returned(json)) => Ok(json),
            Ok(Ending::Failed(failure)) => Err(failed(failure)),
            Err(error) => Err(broken(&error, &self.limits)),
        };
        let usage = Usage {
            fuel,
            guest_time,
            wall_time: began.elapsed(),
            peak_memory_bytes: state.memory_bytes,
        };
        let logs: Vec<LogLine> = state.logs.finish();
        Ended {
            outcome,
            logs,
            usage,
        }
    }
}

/// Polls the guest until its step ends. Each call is started as soon as it is
/// made, and the calls under way go on while the guest computes.
async fn drive<T>(
    step: impl Future<Output = wasmtime::Result<T>>,
    shared: &Shared,
    calls: &mut dyn HostCalls,
    in_flight: &mut InFlight,
    ready: &mut Vec<Settled>,
) -> wasmtime::Result<T> {
    let mut step = pin!(step);
    poll_fn(|context| {
        loop {
            shared.enter_guest();
            let polled = step.as_mut().poll(context);
            let made = shared.leave_guest();
            let paused_to_call = !made.is_empty();
            for call in made {
                let seq = call.seq;
                let mut future = match calls.call(call) {
                    Started::Answer(future) => future,
                    Started::Recorded => continue,
                };
                match future.as_mut().poll(context) {
                    Poll::Ready(answer) => {
                        shared.settled(1);
                        ready.push(Settled { seq, answer });
                    }
                    Poll::Pending => {
                        let settle = Box::new(move |answer| Settled { seq, answer });
                        in_flight.push(future.map(settle));
                    }
                }
            }
            collect(in_flight, ready, shared, context);
            match polled {
                Poll::Pending if paused_to_call => {}
                polled => return polled,
            }
        }
    })
    .await
}

/// Takes the answers that have come.
fn collect(
    in_flight: &mut InFlight,
    ready: &mut Vec<Settled>,
    shared: &Shared,
    context: &mut std::task::Context<'_>,
) {
    while let Poll::Ready(Some(settled)) = in_flight.poll_next_unpin(context) {
        shared.settled(1);
        ready.push(settled);
    }
}

fn program(run: Run, limits: &Limits, now: u64) -> Program {
    let size = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
    Program {
        source: run.source,
        preludes: modules(run.preludes),
        namespaces: run
            .namespaces
            .into_iter()
            .map(|(name, tools)| Namespace { name, tools })
            .collect(),
        modules: modules(run.modules),
        input: run.input,
        seed: run.seed,
        now,
        limits: GuestLimits {
            stack_bytes: size(limits.stack_bytes),
            argument_bytes: size(limits.argument_bytes),
            result_bytes: size(limits.result_bytes),
            log_bytes: size(limits.log_bytes),
        },
    }
}

fn modules(sources: Vec<(String, String)>) -> Vec<Module> {
    let modules = sources.into_iter();
    modules
        .map(|(name, source)| Module { name, source })
        .collect()
}

fn failed(failure: Failure) -> ExecuteError {
    let kind = match failure.kind {
        FailureKind::Syntax => ExecuteErrorKind::Syntax,
        FailureKind::Prelude => ExecuteErrorKind::Prelude,
        FailureKind::Exception => ExecuteErrorKind::Exception,
        FailureKind::Tool => ExecuteErrorKind::Tool,
        FailureKind::Stack => ExecuteErrorKind::Stack,
        FailureKind::Deadlock => ExecuteErrorKind::Deadlock,
        FailureKind::Unserializable => ExecuteErrorKind::Unserializable,
    };
    ExecuteError {
        name: failure.name,
        stack: failure.stack,
        position: failure.position.map(|at| Position {
            line: at.line,
            column: at.column,
        }),
        ..ExecuteError::new(kind, failure.message)
    }
}

fn stopped(breach: &Breach) -> ExecuteError {
    ExecuteError::new(breach.kind, breach.message.clone())
}

/// Tells a limit from a cell that broke.
fn broken(error: &wasmtime::Error, limits: &Limits) -> ExecuteError {
    if let Some(breach) = error.downcast_ref::<Breach>() {
        return stopped(breach);
    }
    stopped(&match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => Breach::new(
            ExecuteErrorKind::Fuel,
            format!(
                "fuel limit exceeded: all {} units used; do less work per program",
                limits.fuel.unwrap_or_default()
            ),
        ),
        Some(Trap::StackOverflow) => {
            Breach::new(ExecuteErrorKind::Stack, "Maximum call stack size exceeded")
        }
        // What broke is ours to know and says nothing to a model.
        _ => Breach::new(
            ExecuteErrorKind::Internal,
            "The cell stopped because of a fault of its own, not of the program's",
        ),
    })
}
