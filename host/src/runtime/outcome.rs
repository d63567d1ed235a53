//! What came of an execution: plain data.

use serde::Serialize;
use serde_json::{Value, json};

use crate::outcome::ExecuteErrorKind;
use crate::record::{
    DecisionRecord, Entry, EntryState, ExecutionRecord, ExecutionStatus, PendingReason,
};
use crate::value;

/// What came of driving an execution.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(
    tag = "status",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
#[non_exhaustive]
pub enum RuntimeOutcome {
    /// The program returned.
    Completed {
        /// The execution.
        execution_id: String,
        /// What it returned; `null` for `undefined`.
        result: Value,
        /// Console output, one text a line.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        logs: Vec<String>,
        /// Its calls, in their order.
        calls: Vec<CallLog>,
    },
    /// The program can do nothing more until somebody decides.
    Paused {
        /// The execution.
        execution_id: String,
        /// What is to be decided.
        pending: Vec<PendingAction>,
        /// Console output so far.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        logs: Vec<String>,
        /// Its calls so far.
        calls: Vec<CallLog>,
    },
    /// The program failed, or what was asked for could not be done.
    Error {
        /// The execution; empty when none was begun.
        execution_id: String,
        /// What happened, for a model to read.
        error: String,
        /// The sort of failure, when the program failed.
        #[serde(skip_serializing_if = "Option::is_none")]
        kind: Option<ExecuteErrorKind>,
        /// Console output.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        logs: Vec<String>,
        /// Its calls, in their order.
        calls: Vec<CallLog>,
    },
}

impl RuntimeOutcome {
    pub(crate) fn refused(execution_id: &str, error: impl Into<String>) -> Self {
        Self::Error {
            execution_id: execution_id.to_owned(),
            error: error.into(),
            kind: None,
            logs: Vec::new(),
            calls: Vec::new(),
        }
    }

    /// The execution's id; empty when none was begun.
    #[must_use]
    pub fn execution_id(&self) -> &str {
        match self {
            Self::Completed { execution_id, .. }
            | Self::Paused { execution_id, .. }
            | Self::Error { execution_id, .. } => execution_id,
        }
    }

    /// What the program returned, if it did.
    #[must_use]
    pub fn result(&self) -> Option<&Value> {
        match self {
            Self::Completed { result, .. } => Some(result),
            Self::Paused { .. } | Self::Error { .. } => None,
        }
    }

    /// What is to be decided, if the execution is paused.
    #[must_use]
    pub fn pending(&self) -> &[PendingAction] {
        match self {
            Self::Paused { pending, .. } => pending,
            Self::Completed { .. } | Self::Error { .. } => &[],
        }
    }

    /// Why it failed, if it did.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        match self {
            Self::Error { error, .. } => Some(error),
            Self::Completed { .. } | Self::Paused { .. } => None,
        }
    }

    /// The calls, in their order.
    #[must_use]
    pub fn calls(&self) -> &[CallLog] {
        match self {
            Self::Completed { calls, .. }
            | Self::Paused { calls, .. }
            | Self::Error { calls, .. } => calls,
        }
    }

    /// Console output, one text a line.
    #[must_use]
    pub fn logs(&self) -> &[String] {
        match self {
            Self::Completed { logs, .. } | Self::Paused { logs, .. } | Self::Error { logs, .. } => {
                logs
            }
        }
    }

    /// What a model is to read: everything but the list of calls.
    #[must_use]
    pub fn to_model(&self) -> Value {
        let mut value = json!(self);
        if let Some(members) = value.as_object_mut() {
            members.remove("calls");
        }
        value
    }
}

/// A call as it stands in the record.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CallLog {
    /// Its place in the execution, from 0.
    pub seq: u32,
    /// The namespace; `__step` for a step.
    pub connector: String,
    /// The tool's name, or the step's.
    pub method: String,
    /// The arguments: the first one, or all for a positional tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<Value>,
    /// The arguments that somebody put in their place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited_args: Option<Value>,
    /// The answer, if it was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// The failure's message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Whether somebody was asked.
    pub requires_approval: bool,
    /// Whether the answer was not kept, on purpose.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ephemeral: bool,
    /// Where it stands.
    pub state: EntryState,
}

/// A call that somebody has to decide about.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PendingAction {
    /// The execution.
    pub execution_id: String,
    /// The call's place in it.
    pub seq: u32,
    /// The namespace.
    pub connector: String,
    /// The tool's name.
    pub method: String,
    /// The arguments with which it will run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<Value>,
    /// Why it is pending.
    pub reason: PendingReason,
    /// A digest of run, place, tool, definition and arguments; an approval that names it
    /// fails if any of them is another.
    pub digest: String,
}

/// An execution as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Execution {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// The program as the model wrote it.
    pub code: String,
    /// The session that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// What it returned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// Why it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Console output.
    pub logs: Vec<String>,
    /// The connectors that the runtime had.
    pub connectors: Vec<String>,
    /// Its calls, in their order.
    pub log: Vec<CallLog>,
    /// Who decided what, and when.
    pub decisions: Vec<DecisionRecord>,
    /// When it was begun, in milliseconds since the epoch.
    pub created_at: u64,
    /// When it last changed.
    pub updated_at: u64,
}

impl From<ExecutionRecord> for Execution {
    fn from(record: ExecutionRecord) -> Self {
        Self {
            log: calls(
                record
                    .entries
                    .iter()
                    .filter(|it| it.call >= record.own_from),
            ),
            session: record.session,
            result: record.result.as_deref().map(read),
            id: record.id,
            status: record.status,
            code: record.code,
            error: record.error,
            logs: record.logs,
            connectors: record.connectors,
            decisions: record.decisions,
            created_at: record.created_ms,
            updated_at: record.updated_ms,
        }
    }
}

pub(super) fn read(json: &str) -> Value {
    value::parse(json).unwrap_or(Value::Null)
}

/// The calls that a person reads of.
pub(super) fn calls<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Vec<CallLog> {
    let log = |entry: &Entry| {
        Some(CallLog {
            seq: entry.seq?,
            connector: entry.connector.clone(),
            method: entry.method.clone(),
            args: entry.args.as_deref().map(read),
            edited_args: entry.edited_args.as_deref().map(read),
            result: entry.result.as_deref().map(read),
            error: entry.failure.as_ref().map(|it| it.message.clone()),
            requires_approval: entry.requires_approval,
            ephemeral: entry.ephemeral,
            state: entry.state,
        })
    };
    entries.into_iter().filter_map(log).collect()
}

/// What of these calls is to be decided.
pub(super) fn pending<'e>(
    execution_id: &str,
    entries: impl IntoIterator<Item = &'e Entry>,
) -> Vec<PendingAction> {
    let action = |entry: &Entry| {
        Some(PendingAction {
            execution_id: execution_id.to_owned(),
            seq: entry.seq.filter(|_| entry.state == EntryState::Pending)?,
            connector: entry.connector.clone(),
            method: entry.method.clone(),
            args: entry.args.as_deref().map(read),
            reason: entry.reason.unwrap_or(PendingReason::Approval),
            digest: entry.digest(execution_id),
        })
    };
    entries.into_iter().filter_map(action).collect()
}
