//! Where executions are kept: the trait, and what goes through it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use super::{Entry, ExecutionRecord, ExecutionStatus, Failure, SnippetRecord, Turn};

/// What a method of [`Store`] returns.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A durable store. You need to implement it only to keep executions elsewhere than in
/// [`SqliteStore`](crate::SqliteStore).
///
/// Each method is one transaction: it happens whole or not at all, and when its future
/// is ready with `Ok`, it survives a crash of the machine. Several processes may use one
/// store; what keeps them apart is the [`Lease`].
pub trait Store: Send + Sync + fmt::Debug {
    /// Inserts a running execution and leases it. Of the runtime's executions that are
    /// [over](ExecutionStatus::is_terminal), the newest `keep` stay.
    fn begin(&self, new: NewExecution, keep: usize) -> StoreFuture<'_, Lease>;

    /// Applies changes in their order, if the lease still holds; else fails with kind
    /// [`LeaseLost`](StoreErrorKind::LeaseLost) and changes nothing.
    fn append(&self, lease: &Lease, changes: Vec<Change>) -> StoreFuture<'_, ()>;

    /// Prolongs a lease that still holds, from `now_ms`.
    fn renew(&self, lease: &Lease, now_ms: u64, time: Duration) -> StoreFuture<'_, ()>;

    /// Leases an execution that has one of these statuses and whose lease has run out, for
    /// [`Resumed::lease`]; sets it to running when it was, and leaves its status else.
    fn lease(
        &self,
        runtime: &str,
        id: &str,
        from: &[ExecutionStatus],
        now_ms: u64,
        time: Duration,
    ) -> StoreFuture<'_, Result<Resumed, Refusal>>;

    /// Gives a lease back; nothing if it does not hold any more.
    fn release(&self, lease: &Lease) -> StoreFuture<'_, ()>;

    /// Decides about calls of a paused execution, sets it to running and leases it. Every
    /// decision must fit, else nothing happens.
    fn resume(
        &self,
        runtime: &str,
        id: &str,
        decisions: Vec<Decision>,
        now_ms: u64,
        time: Duration,
    ) -> StoreFuture<'_, Result<Resumed, Refusal>>;

    /// Ends an execution from outside, if it has the status and change time that
    /// [`Ending`] names: whether it did. Pending calls become reverted.
    fn end(&self, runtime: &str, id: &str, ending: Ending) -> StoreFuture<'_, bool>;

    /// One execution, whole.
    fn execution(&self, runtime: &str, id: &str) -> StoreFuture<'_, Option<ExecutionRecord>>;

    /// Executions with one of these statuses (any, if there are none), newest first.
    fn executions(
        &self,
        runtime: &str,
        statuses: &[ExecutionStatus],
        limit: usize,
    ) -> StoreFuture<'_, Vec<ExecutionRecord>>;

    /// Deletes an execution: the status that it had.
    fn delete(&self, runtime: &str, id: &str) -> StoreFuture<'_, Option<ExecutionStatus>>;

    /// Deletes executions that are over, but for the newest `keep`: how many.
    fn prune(&self, runtime: &str, keep: usize) -> StoreFuture<'_, usize>;

    /// Keeps a snippet, in place of one of the same name.
    fn save_snippet(&self, runtime: &str, snippet: SnippetRecord) -> StoreFuture<'_, ()>;

    /// All snippets, by name.
    fn snippets(&self, runtime: &str) -> StoreFuture<'_, Vec<SnippetRecord>>;

    /// Deletes a snippet: whether there was one.
    fn delete_snippet(&self, runtime: &str, name: &str) -> StoreFuture<'_, bool>;
}

/// An execution to begin.
#[derive(Clone, Debug)]
pub struct NewExecution {
    /// Which runtime it belongs to.
    pub runtime: String,
    /// The execution, with the calls and steps of earlier programs of its session.
    pub record: ExecutionRecord,
    /// For how long it is leased.
    pub lease_time: Duration,
}

/// The right to drive an execution, until it runs out or somebody else has it.
///
/// The token grows with each lease of an execution. A store refuses what comes with an
/// older one, so a process that was stopped and wakes up cannot do harm.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say what they are")]
pub struct Lease {
    pub runtime: String,
    pub id: String,
    pub token: u64,
}

/// An execution that was leased, and how it stood.
#[derive(Clone, Debug)]
pub struct Resumed {
    /// The lease.
    pub lease: Lease,
    /// The token of the lease before: a living cell that has it can go on.
    pub previous_token: u64,
    /// The execution, with the decisions in it.
    pub record: ExecutionRecord,
}

/// One change of an execution.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(
    clippy::large_enum_variant,
    reason = "most changes are entries, and none is kept"
)]
pub enum Change {
    /// A call, as it now stands; new, or in place of the one of that number.
    Entry(Entry),
    /// A step, after those that are there.
    Turn(Turn),
    /// How it stands: status, result, error, console output. A status other than
    /// running gives the lease back.
    Status {
        /// The new status.
        status: ExecutionStatus,
        /// JSON text.
        result: Option<String>,
        /// Why it ended.
        error: Option<String>,
        /// Console output; `None` leaves what is there.
        logs: Option<Vec<String>>,
        /// When, in milliseconds since the epoch.
        now_ms: u64,
    },
}

/// What somebody decides about a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The call.
    pub seq: u32,
    /// What is to become of it.
    pub verdict: Verdict,
    /// The digest that was shown, if it is to be checked.
    pub digest: Option<String>,
    /// Who decides.
    pub approver: Option<String>,
    /// What they say.
    pub comment: Option<String>,
}

/// What is to become of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It runs.
    Approve,
    /// It runs with these arguments: JSON text.
    ApproveWith(Option<String>),
    /// It does not run; the program gets this answer: JSON text.
    Answer(Option<String>),
    /// It does not run; the program gets this failure.
    Fail(Failure),
}

/// How an execution is ended from outside.
#[derive(Clone, Debug)]
pub struct Ending {
    /// The statuses that it may have.
    pub from: Vec<ExecutionStatus>,
    /// The latest change that it may have had, in milliseconds since the epoch.
    pub unchanged_since_ms: Option<u64>,
    /// A call that must be pending.
    pub pending: Option<u32>,
    /// The new status.
    pub status: ExecutionStatus,
    /// Why.
    pub error: String,
    /// What is written down of who did it: verdict, approver, comment.
    pub decision: (String, Option<String>, Option<String>),
    /// When, in milliseconds since the epoch.
    pub now_ms: u64,
}

/// Why a store did not do what it was asked to, without fault of anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// There is no such execution.
    Unknown,
    /// The execution has another status.
    Status(ExecutionStatus),
    /// Somebody else drives it.
    Leased,
    /// The call is not pending: its state, if it exists.
    NotPending(u32, Option<super::EntryState>),
    /// The call is not the one that was shown.
    Changed(u32),
}

/// A store that failed.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// How a store failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// Others kept it busy for too long; try again.
    Busy,
    /// No room is left; nothing was changed.
    Full,
    /// It cannot be written to.
    ReadOnly,
    /// What it holds is damaged, or is no store.
    Corrupt,
    /// A newer version of this crate wrote it.
    Newer,
    /// Somebody else drives the execution now.
    LeaseLost,
    /// It cannot be opened, or failed otherwise.
    Unavailable,
}

impl StoreError {
    /// An error of that kind.
    #[must_use]
    pub fn new(kind: StoreErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// An error of that kind with its cause.
    pub fn with_source(
        kind: StoreErrorKind,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            source: Some(source.into()),
        }
    }

    /// How it failed, to match on.
    #[must_use]
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            StoreErrorKind::Busy => "the store is busy; try again",
            StoreErrorKind::Full => "the store has no room left; nothing was changed",
            StoreErrorKind::ReadOnly => "the store cannot be written to",
            StoreErrorKind::Corrupt => "the store is damaged, or is not a store of this crate",
            StoreErrorKind::Newer => "a newer version of this crate wrote the store",
            StoreErrorKind::LeaseLost => "another process drives the execution now",
            StoreErrorKind::Unavailable => "the store cannot be used",
        })
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
