//! What is known of one connection, shared by its transport, its guard and its calls.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rmcp::model::{ProgressNotificationParam, ProgressToken};
use tokio::sync::{Notify, watch};
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::limits::{LAST_WORDS, MAX_EARLY_PROGRESS, STDERR_TAIL_BYTES};
use super::server::{McpProgress, OnProgress};

/// One connection's state. A new connection gets a new one.
#[derive(Debug)]
pub(super) struct Wire {
    server: Arc<str>,
    /// Cancelled when the connection is of no more use.
    broken: CancellationToken,
    reason: OnceLock<String>,
    answered: AtomicBool,
    /// Questions of the server that are not answered yet.
    questions: AtomicUsize,
    progress: Mutex<Progress>,
    changes: watch::Sender<u64>,
    said: Mutex<Said>,
    /// Cancelled when nothing more comes from a child's standard error.
    stderr_end: OnceLock<CancellationToken>,
}

#[derive(Debug, Default)]
struct Progress {
    calls: HashMap<ProgressToken, Listener>,
    /// Reports that overtook the bookkeeping of their call.
    early: VecDeque<ProgressNotificationParam>,
}

#[derive(Clone, Debug)]
struct Listener {
    tool: Arc<str>,
    heard: Arc<Notify>,
    callback: Option<OnProgress>,
}

#[derive(Debug, Default)]
struct Said {
    stderr: VecDeque<u8>,
    nonsense: Option<String>,
    unsent: Option<String>,
}

impl Wire {
    pub(super) fn new(server: Arc<str>, changes: watch::Sender<u64>) -> Arc<Self> {
        Arc::new(Self {
            server,
            broken: CancellationToken::new(),
            reason: OnceLock::new(),
            answered: AtomicBool::new(false),
            questions: AtomicUsize::new(0),
            progress: Mutex::default(),
            changes,
            said: Mutex::default(),
            stderr_end: OnceLock::new(),
        })
    }

    /// Ends the connection. The first reason stays; it is shown to programs, so it
    /// holds nothing that a server wrote.
    pub(super) fn break_off(&self, reason: impl Into<String>) {
        self.reason.get_or_init(|| reason.into());
        self.broken.cancel();
    }

    pub(super) fn broken(&self) -> &CancellationToken {
        &self.broken
    }

    pub(super) fn reason(&self) -> &str {
        self.reason
            .get()
            .map_or("the connection was closed", String::as_str)
    }

    /// The server has answered a request, so it is more than a crash in a loop.
    pub(super) fn note_answer(&self) {
        self.answered.store(true, Ordering::Relaxed);
    }

    pub(super) fn has_answered(&self) -> bool {
        self.answered.load(Ordering::Relaxed)
    }

    /// A question of the server is open until the guard is dropped.
    pub(super) fn open_question(&self) -> Question<'_> {
        self.questions.fetch_add(1, Ordering::Relaxed);
        Question(&self.questions)
    }

    pub(super) fn has_open_question(&self) -> bool {
        self.questions.load(Ordering::Relaxed) > 0
    }

    pub(super) fn note_change(&self) {
        self.changes.send_modify(|version| *version += 1);
    }

    /// There is a standard error, and it ends when the guard is dropped.
    pub(super) fn expect_stderr(&self) -> DropGuard {
        let end = self.stderr_end.get_or_init(CancellationToken::new);
        end.clone().drop_guard()
    }

    /// Waits until a child that is gone has been heard to the end.
    pub(super) async fn hear_out(&self) {
        if let Some(end) = self.stderr_end.get() {
            // What the child started may hold its standard error open.
            let _ = timeout(LAST_WORDS, end.cancelled()).await;
        }
    }

    pub(super) fn note_stderr(&self, bytes: &[u8]) {
        let tail = &mut lock(&self.said).stderr;
        tail.extend(bytes);
        let surplus = tail.len().saturating_sub(STDERR_TAIL_BYTES);
        tail.drain(..surplus);
    }

    pub(super) fn note_nonsense(&self, line: &[u8]) {
        const SHOWN_BYTES: usize = 200;
        let shown = line.get(..SHOWN_BYTES).unwrap_or(line);
        lock(&self.said).nonsense = Some(String::from_utf8_lossy(shown).into_owned());
    }

    /// Why a request could not be sent, or its answer not be read.
    pub(super) fn note_unsent(&self, reason: &str) {
        lock(&self.said).unsent = Some(reason.to_owned());
    }

    /// What the server said beside the protocol, and what went wrong below it; for the
    /// embedder.
    pub(super) fn said(&self) -> String {
        let said = &mut *lock(&self.said);
        let stderr = String::from_utf8_lossy(said.stderr.make_contiguous()).into_owned();
        let nonsense = said.nonsense.as_ref();
        let nonsense = nonsense.map(|line| format!("(where messages belong) {}", line.trim()));
        let unsent = said.unsent.as_ref();
        let unsent = unsent.map(|reason| format!("(a request failed) {reason}"));
        let parts = [Some(stderr.trim().to_owned()), nonsense, unsent];
        let parts: Vec<String> = parts
            .into_iter()
            .flatten()
            .filter(|it| !it.is_empty())
            .collect();
        parts.join("\n")
    }

    /// Reports of progress under this token belong to this call.
    pub(super) fn listen(
        self: &Arc<Self>,
        token: ProgressToken,
        tool: Arc<str>,
        callback: Option<OnProgress>,
    ) -> Listening {
        let listener = Listener {
            tool,
            heard: Arc::default(),
            callback,
        };
        let heard = Arc::clone(&listener.heard);
        let mut progress = lock(&self.progress);
        let (mine, others): (VecDeque<_>, _) = std::mem::take(&mut progress.early)
            .into_iter()
            .partition(|report| report.progress_token == token);
        progress.early = others;
        progress.calls.insert(token.clone(), listener.clone());
        drop(progress);
        for report in mine {
            self.report(&listener, report);
        }
        Listening {
            wire: Arc::clone(self),
            token,
            heard,
        }
    }

    pub(super) fn note_progress(&self, report: ProgressNotificationParam) {
        let mut progress = lock(&self.progress);
        let Some(listener) = progress.calls.get(&report.progress_token).cloned() else {
            progress.early.push_back(report);
            if progress.early.len() > MAX_EARLY_PROGRESS {
                progress.early.pop_front();
            }
            return;
        };
        drop(progress);
        self.report(&listener, report);
    }

    fn report(&self, listener: &Listener, report: ProgressNotificationParam) {
        listener.heard.notify_one();
        if let Some(callback) = &listener.callback {
            callback.call(&McpProgress {
                server: self.server.to_string(),
                tool: listener.tool.to_string(),
                progress: report.progress,
                total: report.total,
                message: report.message,
            });
        }
    }
}

/// A question of the server, while it is open.
#[derive(Debug)]
pub(super) struct Question<'a>(&'a AtomicUsize);

impl Drop for Question<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// One call's claim on reports of progress; dropped with the call.
#[derive(Debug)]
pub(super) struct Listening {
    wire: Arc<Wire>,
    token: ProgressToken,
    pub(super) heard: Arc<Notify>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        lock(&self.wire.progress).calls.remove(&self.token);
    }
}

/// What is behind these locks is whole after every statement, so a panic elsewhere
/// does not spoil it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
