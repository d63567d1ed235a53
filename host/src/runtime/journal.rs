//! Answers a program's calls from its record, and writes down what the record lacks.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt as _;
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::living::Living;
use super::log::{Halt, Log};
use super::platform::{HIDDEN, LOAD, Platform, STEP_BEGIN, STEP_END, STEPS};
use super::policy::{Policy, PolicyCall, PolicyDecision};
use super::watch::Watch;
use super::{dry, now_ms, outcome};
use crate::catalog::Catalog;
use crate::record::{
    Entry, EntryState, Failure, MAX_VALUE_BYTES, PendingReason, Turn, is_same_json, too_large,
};
use crate::sandbox::{
    HostAnswer, HostCall, HostCalls, HostFailure, HostFuture, HostStep, Idle, Recorded, Started,
};
use crate::tool::{CallContext, DEFAULT_NAMESPACE, Tool, ToolFailure};
use crate::value;

/// Bytes of what a tool keeps for its undoing.
const MAX_KEPT_BYTES: usize = 4 * 1024 * 1024;

/// Who lets the program know.
type Answerer = oneshot::Sender<HostAnswer>;

/// How calls that are not in the record are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// By their tools.
    Live,
    /// By their tools if these only read, and else by what their schemas say.
    Dry,
    /// Not at all: a call that is not in the record is a divergence.
    Replay,
}

/// The calls of one pass.
pub(super) struct Journal {
    desk: Arc<Desk>,
    platform: Arc<Platform>,
    turns: VecDeque<Turn>,
    /// Calls that a recorded step delivers.
    delivered: BTreeSet<u32>,
    /// Calls of tools that answer anew, by call.
    reruns: BTreeMap<u32, oneshot::Receiver<HostAnswer>>,
    /// How many calls the program has made in this pass.
    made: u32,
    next_seq: u32,
    living: Living,
}

/// Where calls are run; tasks have it in their hands as well.
pub(super) struct Desk {
    pub(super) log: Arc<Log>,
    catalog: Catalog,
    policy: Option<Policy>,
    watch: Option<Watch>,
    mode: Mode,
    tasks: Mutex<JoinSet<()>>,
    /// Tells tools that nobody waits for them any more.
    cancellation: CancellationToken,
    held: Mutex<BTreeMap<u32, Answerer>>,
    held_count: AtomicUsize,
}

impl Journal {
    pub(super) fn new(
        log: Arc<Log>,
        catalog: Catalog,
        (policy, watch): (Option<Policy>, Option<Watch>),
        platform: Platform,
        mode: Mode,
        turns: Vec<Turn>,
        living: Living,
    ) -> Self {
        let delivered = turns.iter().flat_map(|turn| turn.calls.iter().copied());
        Self {
            delivered: delivered.collect(),
            turns: turns.into(),
            desk: Arc::new(Desk {
                log,
                catalog,
                policy,
                watch,
                mode,
                tasks: Mutex::default(),
                cancellation: CancellationToken::new(),
                held: Mutex::default(),
                held_count: AtomicUsize::new(0),
            }),
            platform: Arc::new(platform),
            reruns: BTreeMap::new(),
            made: 0,
            next_seq: 0,
            living,
        }
    }

    pub(super) fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    pub(super) fn into_living(self) -> Living {
        self.living
    }

    pub(super) fn living(&mut self) -> &mut Living {
        &mut self.living
    }

    /// What the record holds and the program did not come to, if anything.
    pub(super) fn left_over(&self) -> Option<String> {
        let made = self.made;
        let is_more = self.desk.log.any(|entry| entry.call >= made);
        (is_more || !self.turns.is_empty())
            .then(|| format!("the program ended after {made} calls, and the record goes on"))
    }

    /// Runs, or repeats, a call of a connector.
    fn connector_call(&mut self, call: &HostCall, arguments: &[Value]) -> Started {
        let seq = self.next_seq;
        self.next_seq += 1;
        let desk = &self.desk;
        let tool = desk.catalog.tool(&call.namespace, &call.name).cloned();
        let args = match &tool {
            Some(tool) => tool.recorded_args(arguments),
            None => arguments.first().cloned(),
        };
        let made = Entry {
            call: call.seq,
            seq: Some(seq),
            connector: call.namespace.clone(),
            method: call.name.clone(),
            args: args.as_ref().map(Value::to_string),
            edited_args: None,
            definition: tool.as_ref().map(Tool::digest).unwrap_or_default(),
            requires_approval: false,
            ephemeral: tool.as_ref().is_some_and(|it| it.durable().reexecutes),
            state: EntryState::Executing,
            reason: None,
            result: None,
            failure: None,
            created_ms: now_ms(),
            settled_ms: None,
            kept: None,
            is_reverting: false,
        };
        match desk.log.entry(call.seq) {
            Some(recorded) => self.repeat(recorded, &made, tool),
            None if desk.mode == Mode::Replay => desk.diverged(seq, None, &made),
            None => self.fresh(made, args, tool),
        }
    }

    fn repeat(&mut self, recorded: Entry, made: &Entry, tool: Option<Tool>) -> Started {
        let desk = &self.desk;
        let seq = made.seq.unwrap_or_default();
        let is_same = recorded.connector == made.connector && recorded.method == made.method;
        if !is_same || !is_same_json(recorded.args.as_deref(), made.args.as_deref()) {
            return desk.diverged(seq, Some(&recorded), made);
        }
        let is_delivered = self.delivered.contains(&recorded.call);
        match recorded.state {
            EntryState::Applied if recorded.ephemeral && desk.mode != Mode::Replay => {
                let (answer, answered) = oneshot::channel();
                desk.start(recorded, tool, answer);
                if is_delivered {
                    self.reruns.insert(made.call, answered);
                    return Started::Recorded;
                }
                Started::Answer(hear(answered))
            }
            EntryState::Applied | EntryState::Error | EntryState::Reverted if is_delivered => {
                Started::Recorded
            }
            EntryState::Applied | EntryState::Error | EntryState::Reverted => {
                ready(settlement(&recorded))
            }
            EntryState::Pending => desk.hold(recorded.call),
            EntryState::Approved => {
                let (answer, answered) = oneshot::channel();
                desk.start(recorded, tool, answer);
                Started::Answer(hear(answered))
            }
            EntryState::Executing => desk.in_doubt(recorded, tool),
        }
    }

    fn fresh(&self, mut made: Entry, args: Option<Value>, tool: Option<Tool>) -> Started {
        let desk = &self.desk;
        let name = format!("{}.{}", made.connector, made.method);
        let size = made.args.as_ref().map_or(0, String::len);
        if size > MAX_VALUE_BYTES {
            let error = too_large(&format!("Arguments to {name}"), size);
            desk.log.halt_with(Halt::Failed(error));
            return Started::Recorded;
        }
        let Some(tool) = tool else {
            let message = desk.catalog.not_found(&made.connector, &made.method);
            let message = match message.strip_suffix("not found") {
                Some(_) => format!("{message} on {}", made.connector),
                None => message,
            };
            return desk.refuse(made, message);
        };
        if desk.mode == Mode::Dry && !tool.durable().is_read_only {
            made.state = EntryState::Applied;
            made.result = dry::answer(&tool).map(|value| value.to_string());
            desk.log.put(made.clone());
            return ready(settlement(&made));
        }
        let args = args.unwrap_or_default();
        let decision = match &desk.policy {
            Some(policy) => policy.decide(&PolicyCall::new(&made, &tool, &args)),
            None => PolicyDecision::Tool,
        };
        made.requires_approval = match decision {
            PolicyDecision::Tool => tool.asks_for(&args),
            PolicyDecision::Ask => true,
            PolicyDecision::Allow => false,
            PolicyDecision::Deny(message) => return desk.refuse(made, message),
        };
        if made.requires_approval {
            made.state = EntryState::Pending;
            made.reason = Some(PendingReason::Approval);
            let call = made.call;
            desk.log.put(made);
            return desk.hold(call);
        }
        let (answer, answered) = oneshot::channel();
        desk.start(made, Some(tool), answer);
        Started::Answer(hear(answered))
    }

    /// Answers what a program asks of the platform.
    fn platform_call(&mut self, call: &HostCall, mut arguments: Vec<Value>) -> Started {
        arguments.resize(2, Value::Null);
        let recorded = self.desk.log.entry(call.seq);
        let made = Entry {
            call: call.seq,
            seq: None,
            connector: DEFAULT_NAMESPACE.to_owned(),
            method: call.name.clone(),
            args: Some(call.arguments.clone()),
            edited_args: None,
            definition: String::new(),
            requires_approval: false,
            ephemeral: false,
            state: EntryState::Executing,
            reason: None,
            result: None,
            failure: None,
            created_ms: now_ms(),
            settled_ms: None,
            kept: None,
            is_reverting: false,
        };
        if let Some(recorded) = recorded {
            return self.repeat(recorded, &made, None);
        }
        if self.desk.mode == Mode::Replay {
            return self.desk.diverged(self.next_seq, None, &made);
        }
        let (platform, log) = (Arc::clone(&self.platform), Arc::clone(&self.desk.log));
        Started::Answer(Box::pin(async move {
            let [first, second, ..] = arguments.as_slice() else {
                return Ok(None);
            };
            let words = first.as_str().unwrap_or_default();
            let answer = match made.method.as_str() {
                "search" => platform.search(words, second).await,
                "describe" => platform.describe(words).await,
                LOAD => platform.load(words, second).await,
                name => return Err(failed(format!("Tool \"{name}\" not found"))),
            };
            let answer = match answer {
                Ok(answer) => answer.to_string(),
                Err(error) => {
                    log.broken(&error);
                    return std::future::pending().await;
                }
            };
            // Only read, so it can wait for the next write.
            log.put(Entry {
                state: EntryState::Applied,
                result: Some(answer.clone()),
                settled_ms: Some(now_ms()),
                ..made
            });
            Ok(Some(answer))
        }))
    }

    /// A step takes a place among the calls; its parts are calls of their own.
    fn step_begin(&mut self, call: &HostCall, arguments: &[Value]) -> Started {
        let seq = self.next_seq;
        self.next_seq += 1;
        let name = arguments.first().and_then(Value::as_str);
        let made = Entry {
            call: call.seq,
            seq: Some(seq),
            connector: STEPS.to_owned(),
            method: name.unwrap_or_default().to_owned(),
            args: None,
            edited_args: None,
            definition: String::new(),
            requires_approval: false,
            ephemeral: false,
            state: EntryState::Executing,
            reason: None,
            result: None,
            failure: None,
            created_ms: now_ms(),
            settled_ms: None,
            kept: None,
            is_reverting: false,
        };
        let desk = &self.desk;
        match desk.log.entry(call.seq) {
            Some(recorded)
                if recorded.connector != made.connector || recorded.method != made.method =>
            {
                return desk.diverged(seq, Some(&recorded), &made);
            }
            Some(_) => {}
            None if desk.mode == Mode::Replay => return desk.diverged(seq, None, &made),
            None => desk.log.put(made),
        }
        self.unrecorded(call.seq, Some(call.seq.to_string()))
    }

    fn step_end(&mut self, call: &HostCall, arguments: &[Value]) -> Started {
        let begin = arguments.first().and_then(Value::as_u64);
        let begin = begin.and_then(|begin| u32::try_from(begin).ok());
        let entry = begin.and_then(|begin| self.desk.log.entry(begin));
        if let Some(entry) = entry
            && entry.connector == STEPS
            && entry.state == EntryState::Executing
        {
            let is_ok = arguments.get(1) == Some(&Value::Bool(true));
            let value = arguments.get(2);
            self.desk.log.change(entry.call, |entry| {
                entry.settled_ms = Some(now_ms());
                if is_ok {
                    entry.state = EntryState::Applied;
                    entry.result = value.map(Value::to_string);
                } else {
                    let message = value.and_then(Value::as_str).unwrap_or_default();
                    entry.state = EntryState::Error;
                    entry.failure = Some(failure(ToolFailure::new(message)));
                }
            });
        }
        self.unrecorded(call.seq, None)
    }

    /// The answer of what has no entry of its own, and is the same in each pass.
    fn unrecorded(&self, call: u32, answer: Option<String>) -> Started {
        match self.delivered.contains(&call) {
            true => Started::Recorded,
            false => ready(Ok(answer)),
        }
    }
}

impl HostCalls for Journal {
    fn call(&mut self, call: HostCall) -> Started {
        self.made = call.seq + 1;
        if self.desk.log.stop.is_cancelled() {
            return Started::Recorded;
        }
        // The guest wrote this text; a hostile one may write anything.
        let arguments = match value::parse(&call.arguments) {
            Ok(Value::Array(arguments)) => arguments,
            _ => Vec::new(),
        };
        match (call.namespace.as_str(), call.name.as_str()) {
            (HIDDEN, STEP_BEGIN) => self.step_begin(&call, &arguments),
            (HIDDEN, STEP_END) => self.step_end(&call, &arguments),
            (HIDDEN, LOAD) => self.platform_call(&call, arguments),
            (DEFAULT_NAMESPACE, "search" | "describe") => self.platform_call(&call, arguments),
            (HIDDEN | DEFAULT_NAMESPACE, name) => {
                ready(Err(failed(format!("Tool \"{name}\" not found"))))
            }
            _ => self.connector_call(&call, &arguments),
        }
    }

    fn recorded(&mut self) -> HostStep<'_, Option<Recorded>> {
        Box::pin(async move {
            if self.desk.log.stop.is_cancelled() {
                return None;
            }
            let turn = self.turns.pop_front()?;
            let mut settled = Vec::with_capacity(turn.calls.len());
            for call in turn.calls {
                if call >= self.made {
                    let message = format!(
                        "the record delivers call {call}, and the program made {}",
                        self.made
                    );
                    self.desk.log.halt_with(Halt::Divergence(message));
                    return None;
                }
                let answer = match self.reruns.remove(&call) {
                    Some(answered) => hear(answered).await,
                    None => match self.desk.log.entry(call) {
                        Some(entry) if entry.connector == STEPS => Ok(Some(call.to_string())),
                        Some(entry) => settlement(&entry),
                        None => Ok(None),
                    },
                };
                settled.push((call, answer));
            }
            Some(Recorded {
                now_ms: turn.now_ms,
                settled,
            })
        })
    }

    fn step(&mut self, now_ms: u64, settled: &[u32]) {
        self.desk.log.turn(Turn {
            now_ms,
            calls: settled.to_vec(),
        });
    }

    fn held(&self) -> usize {
        self.desk.held_count.load(Ordering::Acquire)
    }

    fn idle(&mut self) -> HostStep<'_, Idle> {
        Box::pin(async move {
            match self.living.pause(&self.desk).await {
                true => Idle::Resume,
                false => Idle::Stop,
            }
        })
    }
}

impl Desk {
    fn held_calls(&self) -> MutexGuard<'_, BTreeMap<u32, Answerer>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn holds_any(&self) -> bool {
        !self.held_calls().is_empty()
    }

    fn hold(&self, call: u32) -> Started {
        let (answer, answered) = oneshot::channel();
        self.held_calls().insert(call, answer);
        self.held_count.fetch_add(1, Ordering::AcqRel);
        Started::Answer(hear(answered))
    }

    /// Goes on with the calls that were decided about: whether there are any.
    pub(super) fn release(self: &Arc<Self>) -> bool {
        let mut held = self.held_calls();
        let calls: Vec<u32> = held.keys().copied().collect();
        let mut is_any = false;
        for call in calls {
            let Some(entry) = self.log.entry(call) else {
                continue;
            };
            if entry.state == EntryState::Pending {
                continue;
            }
            let Some(answer) = held.remove(&call) else {
                continue;
            };
            self.held_count.fetch_sub(1, Ordering::AcqRel);
            is_any = true;
            match entry.state {
                EntryState::Approved => {
                    let tool = self.catalog.tool(&entry.connector, &entry.method).cloned();
                    self.start(entry, tool, answer);
                }
                _ => {
                    let _ = answer.send(settlement(&entry));
                }
            }
        }
        is_any
    }

    /// Fails a call without running anything.
    fn refuse(&self, mut made: Entry, message: String) -> Started {
        made.state = EntryState::Error;
        made.settled_ms = Some(now_ms());
        made.failure = Some(failure(ToolFailure::new(message)));
        self.log.put(made.clone());
        ready(settlement(&made))
    }

    fn diverged(&self, seq: u32, recorded: Option<&Entry>, made: &Entry) -> Started {
        let shown = |entry: &Entry| format!("{}.{}", entry.connector, entry.method);
        let what = match recorded {
            Some(recorded) if shown(recorded) == shown(made) => format!(
                "{} was called with different arguments than the recorded run. Recorded: {}. \
                 Now: {}.",
                shown(made),
                recorded.args.as_deref().unwrap_or("none"),
                made.args.as_deref().unwrap_or("none"),
            ),
            Some(recorded) => format!("expected {}, got {}.", shown(recorded), shown(made)),
            None => format!("expected no further call, got {}.", shown(made)),
        };
        let message = format!("at step {seq}: {what}");
        self.log.halt_with(Halt::Divergence(message));
        Started::Recorded
    }

    /// A call that a crash cut off.
    fn in_doubt(self: &Arc<Self>, entry: Entry, tool: Option<Tool>) -> Started {
        let (answer, answered) = oneshot::channel();
        let durable = tool.as_ref().map(Tool::durable);
        let is_harmless = durable
            .is_some_and(|it| it.is_idempotent || it.is_read_only || it.reexecutes)
            || entry.seq.is_none();
        if is_harmless {
            self.start(entry, tool, answer);
            return Started::Answer(hear(answered));
        }
        let context = self.context(&entry);
        let args = entry.args.as_deref().map(outcome::read);
        let found = tool
            .as_ref()
            .and_then(|tool| tool.look_up(args.unwrap_or_default(), context));
        let Some(found) = found else {
            return self.ask_about(entry);
        };
        let desk = Arc::clone(self);
        self.spawn(async move {
            match AssertUnwindSafe(found).catch_unwind().await {
                Ok(Ok(Some(result))) => desk.settle(entry.call, result, answer).await,
                Ok(Ok(None)) => desk.run(entry, tool, answer).await,
                // Who cannot say leaves it to a person.
                Ok(Err(_)) | Err(_) => {
                    desk.mark_in_doubt(entry);
                    desk.log.halt_with(Halt::Pause);
                }
            }
        });
        Started::Answer(hear(answered))
    }

    fn ask_about(&self, entry: Entry) -> Started {
        let call = entry.call;
        self.mark_in_doubt(entry);
        self.hold(call)
    }

    fn mark_in_doubt(&self, entry: Entry) {
        self.log.put(Entry {
            state: EntryState::Pending,
            reason: Some(PendingReason::Indeterminate),
            ..entry
        });
    }

    fn context(&self, entry: &Entry) -> CallContext {
        CallContext {
            execution_id: self.log.id.as_str().into(),
            seq: entry.seq.unwrap_or(entry.call),
            cancellation: self.cancellation.child_token(),
            kept: Arc::default(),
        }
    }

    /// Starts a call as a task of its own, which the end of the cell does not cut off.
    fn start(self: &Arc<Self>, entry: Entry, tool: Option<Tool>, answer: Answerer) {
        let desk = Arc::clone(self);
        self.spawn(async move { desk.run(entry, tool, answer).await });
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.spawn(task);
        // Those that are over need no room.
        while tasks.try_join_next().is_some() {}
    }

    /// Writes the intent, runs the tool, writes what came of it, and tells the program.
    async fn run(&self, mut entry: Entry, tool: Option<Tool>, answer: Answerer) {
        let is_replayed = entry.state == EntryState::Applied;
        let Some(tool) = tool else {
            let message = format!("Tool \"{}\" not found", entry.method);
            let failed = Err(ToolFailure::new(message));
            return self.settle(entry.call, failed, answer).await;
        };
        entry.state = EntryState::Executing;
        let durable = tool.durable();
        // An intent says that an effect may have been. Who has none needs no certainty.
        let needs_intent = !(durable.is_read_only || durable.reexecutes);
        if !is_replayed {
            self.log.put(entry.clone());
        }
        if needs_intent && self.log.flush().await.is_err() {
            return;
        }
        let args = entry.edited_args.as_ref().or(entry.args.as_ref());
        let arguments = tool.arguments(args.map(|args| outcome::read(args)));
        let context = self.context(&entry);
        let keeper = context.clone();
        let watch = self.watch.as_ref();
        let watched = watch.map(|watch| watch.begin(&self.log.id, &entry));
        let started = std::panic::catch_unwind(AssertUnwindSafe(|| tool.call(arguments, context)));
        let result = match started {
            Ok(future) => AssertUnwindSafe(future)
                .catch_unwind()
                .await
                .unwrap_or_else(|_| Err(panicked())),
            Err(_) => Err(panicked()),
        };
        drop(watched);
        if is_replayed {
            // It stands in the record as it was.
            let _ = answer.send(result.map_err(to_host));
            return;
        }
        if let Some(kept) = keeper.kept() {
            let kept = kept.to_string();
            self.log.keep(
                entry.call,
                Some(kept).filter(|it| it.len() <= MAX_KEPT_BYTES),
            );
        }
        self.settle(entry.call, result, answer).await;
    }

    async fn settle(
        &self,
        call: u32,
        result: Result<Option<String>, ToolFailure>,
        answer: Answerer,
    ) {
        let mut broken = None;
        self.log.change(call, |entry| {
            entry.settled_ms = Some(now_ms());
            match &result {
                Ok(Some(json)) if json.len() > MAX_VALUE_BYTES && !entry.ephemeral => {
                    let name = format!("The result of {}.{}", entry.connector, entry.method);
                    let message = too_large(&name, json.len());
                    entry.state = EntryState::Error;
                    entry.failure = Some(failure(ToolFailure::new(message.as_str())));
                    broken = Some(message);
                }
                Ok(json) => {
                    entry.state = EntryState::Applied;
                    entry.result = json.clone().filter(|_| !entry.ephemeral);
                }
                Err(failed) => {
                    entry.state = EntryState::Error;
                    entry.failure = Some(failure(failed.clone()));
                }
            }
        });
        if self.log.flush().await.is_err() {
            return;
        }
        if let Some(message) = broken {
            self.log.halt_with(Halt::Failed(message));
            return;
        }
        let _ = answer.send(result.map_err(to_host));
    }

    /// Stops the calls under way without a word in the record: what became of them is not
    /// known.
    pub(super) async fn abandon(&self) {
        let mut tasks =
            std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        self.cancellation.cancel();
        tasks.shutdown().await;
        // What is known is written, if it can be.
        let _ = self.log.flush().await;
    }

    /// Waits for the calls under way, but not for ever.
    pub(super) async fn finish(&self, patience: std::time::Duration) {
        let mut tasks =
            std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let all = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(patience, all).await.is_err() {
            self.cancellation.cancel();
        }
        tasks.shutdown().await;
        self.log.cut_off();
    }
}

fn ready(answer: HostAnswer) -> Started {
    Started::Answer(Box::pin(std::future::ready(answer)))
}

/// An answer that comes from a task; one that was cut off never comes.
fn hear(answered: oneshot::Receiver<HostAnswer>) -> HostFuture {
    Box::pin(async move {
        match answered.await {
            Ok(answer) => answer,
            Err(_) => std::future::pending().await,
        }
    })
}

/// The answer that is in the record.
fn settlement(entry: &Entry) -> HostAnswer {
    match &entry.failure {
        Some(failure) if entry.state == EntryState::Error => Err(HostFailure {
            message: failure.message.clone(),
            name: failure.name.clone(),
            data: failure.data.clone(),
        }),
        _ => Ok(entry.result.clone()),
    }
}

fn failure(failure: ToolFailure) -> Failure {
    Failure {
        message: failure.message,
        name: failure.name,
        data: failure.data.map(|data| data.to_string()),
    }
}

fn to_host(failed: ToolFailure) -> HostFailure {
    let Failure {
        message,
        name,
        data,
    } = failure(failed);
    HostFailure {
        message,
        name,
        data,
    }
}

fn failed(message: String) -> HostFailure {
    HostFailure {
        message,
        name: None,
        data: None,
    }
}

fn panicked() -> ToolFailure {
    ToolFailure::new("The tool failed because of a fault of its own")
}
