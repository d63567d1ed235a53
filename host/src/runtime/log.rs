//! The record of one execution while it is driven: a mirror in memory, and writes that
//! keep their order.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use super::outcome::{self, CallLog, PendingAction};
use crate::error::Error;
use crate::outcome::LogLine;
use crate::record::{
    Change, Entry, EntryState, ExecutionStatus, Failure, Lease, Store, StoreError, StoreErrorKind,
    Turn,
};

/// What the record says of a call that nobody waited for.
const CUT_OFF: &str = "The code execution finished before this tool call settled. Await every tool \
                       call before returning.";

/// Why a pass ends, other than by the program's own end.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Halt {
    /// The store failed, or somebody else has the lease.
    Store(StoreErrorKind),
    /// The program and the record say different things.
    Divergence(String),
    /// What cannot be recorded; the execution has failed.
    Failed(String),
    /// Somebody has to decide, and the program cannot go on until then.
    Pause,
    /// The execution is paused, and that was reported.
    Paused,
}

/// Shared by the journal and the calls that are under way.
pub(super) struct Log {
    pub(super) id: String,
    store: Option<Arc<dyn Store>>,
    /// Calls before are those of earlier programs of the session.
    own_from: u32,
    lease: Mutex<Lease>,
    state: Mutex<State>,
    /// How many changes have been written; one writes at a time, all that is there.
    written: tokio::sync::Mutex<u64>,
    /// Ends the cell; the calls under way go on.
    pub(super) stop: CancellationToken,
}

#[derive(Default)]
struct State {
    entries: BTreeMap<u32, Entry>,
    queue: Vec<Change>,
    queued: u64,
    halt: Option<Halt>,
    console: Vec<String>,
}

impl Log {
    /// Of an execution that is kept in a store, or of one that is not kept at all.
    pub(super) fn new(
        store: Option<Arc<dyn Store>>,
        own_from: u32,
        lease: Lease,
        entries: Vec<Entry>,
        stop: CancellationToken,
    ) -> Self {
        Self {
            id: lease.id.clone(),
            store,
            own_from,
            lease: Mutex::new(lease),
            state: Mutex::new(State {
                entries: entries.into_iter().map(|it| (it.call, it)).collect(),
                ..State::default()
            }),
            written: tokio::sync::Mutex::new(0),
            stop,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while the lock is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn lease(&self) -> Lease {
        self.lease
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Notes how the pass ended, without ending it.
    pub(super) fn halt_quietly(&self, halt: Halt) {
        self.state().halt.get_or_insert(halt);
    }

    /// Goes on under another lease, with what was decided.
    pub(super) fn take_over(&self, lease: Lease, entries: Vec<Entry>) {
        self.state().halt = None;
        *self.lease.lock().unwrap_or_else(PoisonError::into_inner) = lease;
        self.state().entries = entries.into_iter().map(|it| (it.call, it)).collect();
    }

    /// Whether the execution is in a store.
    pub(super) fn is_kept(&self) -> bool {
        self.store.is_some()
    }

    pub(super) fn entry(&self, call: u32) -> Option<Entry> {
        self.state().entries.get(&call).cloned()
    }

    pub(super) fn any(&self, wanted: impl Fn(&Entry) -> bool) -> bool {
        self.state().entries.values().any(wanted)
    }

    pub(super) fn calls(&self) -> Vec<CallLog> {
        let state = self.state();
        outcome::calls(state.entries.range(self.own_from..).map(|(_, it)| it))
    }

    pub(super) fn pending(&self) -> Vec<PendingAction> {
        outcome::pending(&self.id, self.state().entries.values())
    }

    pub(super) fn console(&self) -> Vec<String> {
        self.state().console.clone()
    }

    pub(super) fn print(&self, line: &LogLine) {
        self.print_text(line.to_string());
    }

    pub(super) fn print_text(&self, line: String) {
        self.state().console.push(line);
    }

    pub(super) fn clear_halt(&self) {
        self.state().halt = None;
    }

    pub(super) fn halt(&self) -> Option<Halt> {
        self.state().halt.clone()
    }

    /// Ends the pass; the first reason counts.
    pub(super) fn halt_with(&self, halt: Halt) {
        self.state().halt.get_or_insert(halt);
        self.stop.cancel();
    }

    /// Puts a call as it now stands behind what is to be written.
    pub(super) fn put(&self, entry: Entry) {
        let mut state = self.state();
        state.entries.insert(entry.call, entry.clone());
        state.queue.push(Change::Entry(entry));
        state.queued += 1;
    }

    /// Changes a call and puts it behind what is to be written.
    pub(super) fn change(&self, call: u32, change: impl FnOnce(&mut Entry)) {
        let mut state = self.state();
        let Some(entry) = state.entries.get_mut(&call) else {
            return;
        };
        change(entry);
        let entry = entry.clone();
        state.queue.push(Change::Entry(entry));
        state.queued += 1;
    }

    /// Sets what a call keeps for its undoing, without writing it yet.
    pub(super) fn keep(&self, call: u32, kept: Option<String>) {
        if let Some(entry) = self.state().entries.get_mut(&call) {
            entry.kept = kept;
        }
    }

    pub(super) fn turn(&self, turn: Turn) {
        let mut state = self.state();
        state.queue.push(Change::Turn(turn));
        state.queued += 1;
    }

    /// Writes all that is to be written, in one go with what others put there meanwhile.
    pub(super) async fn flush(&self) -> Result<(), StoreErrorKind> {
        let ticket = self.state().queued;
        let mut written = self.written.lock().await;
        if let Some(Halt::Store(kind)) = self.halt() {
            return Err(kind);
        }
        if *written >= ticket {
            return Ok(());
        }
        let (changes, upto) = {
            let mut state = self.state();
            (std::mem::take(&mut state.queue), state.queued)
        };
        if let Some(store) = &self.store {
            store
                .append(&self.lease(), changes)
                .await
                .map_err(|error| self.broken(&error))?;
        }
        *written = upto;
        Ok(())
    }

    pub(super) fn broken(&self, error: &StoreError) -> StoreErrorKind {
        self.halt_with(Halt::Store(error.kind()));
        error.kind()
    }

    /// Writes how the execution stands, behind everything else.
    pub(super) async fn set_status(
        &self,
        status: ExecutionStatus,
        result: Option<String>,
        error: Option<String>,
        now_ms: u64,
    ) -> Result<(), Error> {
        let logs = Some(kept_console(self.console()));
        {
            let mut state = self.state();
            state.queue.push(Change::Status {
                status,
                result,
                error,
                logs,
                now_ms,
            });
            state.queued += 1;
        }
        self.flush()
            .await
            .map_err(|kind| StoreError::new(kind).into())
    }

    /// Calls that nobody waited for, and that were stopped.
    pub(super) fn cut_off(&self) {
        let executing = self.calls_where(|it| {
            it.state == EntryState::Executing && it.connector != super::platform::STEPS
        });
        for call in executing {
            self.change(call, |entry| {
                entry.state = EntryState::Error;
                entry.settled_ms = Some(super::now_ms());
                entry.failure = Some(Failure {
                    message: CUT_OFF.to_owned(),
                    name: None,
                    data: None,
                });
            });
        }
    }

    fn calls_where(&self, is_wanted: impl Fn(&Entry) -> bool) -> Vec<u32> {
        let state = self.state();
        let wanted = state.entries.values().filter(|it| is_wanted(it));
        wanted.map(|it| it.call).collect()
    }

    /// What never ran, and never will: an execution's end takes it back.
    pub(super) fn give_up_pending(&self) {
        let is_waiting =
            |it: &Entry| matches!(it.state, EntryState::Pending | EntryState::Approved);
        for call in self.calls_where(is_waiting) {
            self.change(call, |entry| entry.state = EntryState::Reverted);
        }
    }
}

/// Console output that fits the record: its end, with a note.
fn kept_console(mut lines: Vec<String>) -> Vec<String> {
    let size = |lines: &[String]| lines.iter().map(|line| line.len() + 3).sum::<usize>();
    let mut is_cut = false;
    while size(&lines) > crate::record::MAX_VALUE_BYTES && !lines.is_empty() {
        lines.drain(..lines.len().div_ceil(2));
        is_cut = true;
    }
    if is_cut {
        let note = "[codemode: earlier console output dropped — too large to record]";
        lines.insert(0, note.to_owned());
    }
    lines
}
