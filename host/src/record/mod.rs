//! Executions as they are kept: plain data, to be read without an engine.

mod canonical;
mod none;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;

use serde::{Deserialize, Serialize};

pub use self::canonical::canonical_json;
pub(crate) use self::canonical::{digest, is_same_json};
pub(crate) use self::none::NoStore;
#[cfg(feature = "sqlite")]
pub use self::sqlite::{Durability, SqliteStore};
pub use self::store::{
    Change, Decision, Ending, Lease, NewExecution, Refusal, Resumed, Store, StoreError,
    StoreErrorKind, StoreFuture, Verdict,
};

/// Where an execution stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExecutionStatus {
    /// A process drives it, or drove it and died.
    Running,
    /// It waits for decisions.
    Paused,
    /// It returned.
    Completed,
    /// It failed, or was given up.
    Error,
    /// Somebody rejected a call of it, or nobody decided in time.
    Rejected,
    /// Calls of it were undone.
    RolledBack,
}

impl ExecutionStatus {
    /// The stable name, as it is serialized.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::Error => "error",
            Self::Rejected => "rejected",
            Self::RolledBack => "rolled_back",
        }
    }

    /// The status of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [
            Self::Running,
            Self::Paused,
            Self::Completed,
            Self::Error,
            Self::Rejected,
            Self::RolledBack,
        ];
        all.into_iter().find(|status| status.as_str() == name)
    }

    /// Whether nothing more happens by itself.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        !matches!(self, Self::Running | Self::Paused)
    }
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EntryState {
    /// It was started; what became of it is not known (yet).
    Executing,
    /// The tool returned.
    Applied,
    /// Somebody has to decide.
    Pending,
    /// Somebody decided that it runs; it has not been started.
    Approved,
    /// It was undone, or was pending and never ran.
    Reverted,
    /// The tool failed, or its answer could not be kept.
    Error,
}

impl EntryState {
    /// The stable name, as it is serialized.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Executing => "executing",
            Self::Applied => "applied",
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Reverted => "reverted",
            Self::Error => "error",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [
            Self::Executing,
            Self::Applied,
            Self::Pending,
            Self::Approved,
            Self::Reverted,
            Self::Error,
        ];
        all.into_iter().find(|state| state.as_str() == name)
    }
}

/// Why somebody has to decide about a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PendingReason {
    /// The tool, or a policy, asks for it.
    Approval,
    /// A crash cut the call off, and whether it took effect is not known.
    Indeterminate,
}

/// One call, as it is kept. JSON is text here, as it crossed to the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Its place among all that the program asked of the host.
    pub call: u32,
    /// Its place among calls of connectors and steps; `None` for `search`, `describe` and
    /// `run`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u32>,
    /// The namespace; `__step` for a step.
    pub connector: String,
    /// The tool's name, or the step's.
    pub method: String,
    /// The arguments as the program gave them; `None` for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub args: Option<String>,
    /// The arguments that somebody put in their place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_args: Option<String>,
    /// A digest of the tool's definition, which an approval is bound to.
    #[serde(default)]
    pub definition: String,
    /// Whether somebody is asked.
    #[serde(default)]
    pub requires_approval: bool,
    /// Whether the answer is not kept.
    #[serde(default)]
    pub ephemeral: bool,
    /// Where it stands.
    pub state: EntryState,
    /// Why it is pending, if it is or was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PendingReason>,
    /// The answer; `None` for `undefined`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// The failure, for state `error`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// When it was made, in milliseconds since the epoch.
    pub created_ms: u64,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_ms: Option<u64>,
    /// What its tool keeps to undo it, as JSON text; the program does not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
    /// Whether its undoing was begun and its end is not known.
    #[serde(default)]
    pub is_reverting: bool,
}

impl Entry {
    /// A digest of what an approval is bound to: run, place, tool and its definition,
    /// arguments.
    #[must_use]
    pub fn digest(&self, execution_id: &str) -> String {
        let args = self.args.as_deref().map(crate::value::parse);
        let args = match args {
            Some(Ok(args)) => canonical_json(&args),
            _ => String::new(),
        };
        let seq = self.seq.map(|seq| seq.to_string()).unwrap_or_default();
        digest([
            execution_id,
            &seq,
            &self.connector,
            &self.method,
            &self.definition,
            &args,
        ])
    }
}

/// What a program was told of a failed call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the program's error")]
pub struct Failure {
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
}

/// One step of the cell: when it was, and which calls it delivered, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say what they are")]
pub struct Turn {
    pub now_ms: u64,
    pub calls: Vec<u32>,
}

/// A decision of somebody, as it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DecisionRecord {
    /// The call's `seq`.
    pub seq: u32,
    /// `approved`, `answered`, `rejected` or `expired`.
    pub verdict: String,
    /// Who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approver: Option<String>,
    /// What they said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// When, in milliseconds since the epoch.
    pub at_ms: u64,
}

/// An execution as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionRecord {
    /// Its id.
    pub id: String,
    /// The program as the model wrote it.
    pub code: String,
    /// The program's input, as JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// Where randomness begins.
    pub seed: u64,
    /// The time at which the program starts, in milliseconds since the epoch.
    pub began_ms: u64,
    /// A digest of the guest that ran it.
    pub guest: String,
    /// The connectors that the runtime had.
    pub connectors: Vec<String>,
    /// The session that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The programs of the session before it, which run first, from this same record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prior: Vec<PriorProgram>,
    /// The number of its own first call; those before are of earlier programs.
    #[serde(default)]
    pub own_from: u32,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// What it returned, as JSON text, for status `completed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// Why it ended, for `error` and `rejected`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Console output of the newest pass, which repeats that of the ones before.
    #[serde(default)]
    pub logs: Vec<String>,
    /// When it was begun, in milliseconds since the epoch.
    pub created_ms: u64,
    /// When it last changed.
    pub updated_ms: u64,
    /// Its calls, in the order in which they were made.
    #[serde(default)]
    pub entries: Vec<Entry>,
    /// The steps that the program took.
    #[serde(default)]
    pub turns: Vec<Turn>,
    /// What people decided.
    #[serde(default)]
    pub decisions: Vec<DecisionRecord>,
}

/// A program that ran before in the same session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriorProgram {
    /// The program as the model wrote it.
    pub code: String,
    /// Its input, as JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
}

/// A snippet as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SnippetRecord {
    /// Its name.
    pub name: String,
    /// What it does.
    pub description: String,
    /// The program.
    pub code: String,
    /// JSON Schema of its input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_schema: Option<serde_json::Value>,
    /// The connectors that it was saved with.
    pub connectors: Vec<String>,
    /// When it was saved, in milliseconds since the epoch.
    pub saved_ms: u64,
}

/// Bytes of JSON text of one value that is kept. Larger ones belong in a file.
pub const MAX_VALUE_BYTES: usize = 1_000_000;

/// The advice for a value that is over [`MAX_VALUE_BYTES`].
pub(crate) fn too_large(what: &str, bytes: usize) -> String {
    format!(
        "{what} is too large to record durably ({bytes} bytes > {MAX_VALUE_BYTES} byte limit). \
         Write large data to a file or workspace instead and pass/return a small reference \
         (such as a path)."
    )
}
