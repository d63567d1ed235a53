//! How a run ended: plain data, for people, models and programs to read.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::diagnostics::Finding;

/// Everything that one run gave.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExecuteResult {
    /// What the program returned (`null` for `undefined`), or why it did not.
    #[serde(flatten, serialize_with = "serialize_outcome")]
    pub outcome: Result<Value, ExecuteError>,
    /// Console output in order, kept in every case.
    pub logs: Vec<LogLine>,
    /// The calls in the order in which the program made them.
    pub calls: Vec<CallRecord>,
    /// What looked doubtful before the program ran, and did not keep it from running.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Finding>,
    /// What the run used.
    pub cost: Cost,
}

fn serialize_outcome<S: serde::Serializer>(
    outcome: &Result<Value, ExecuteError>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Fields<'a> {
        result: Option<&'a Value>,
        error: Option<&'a ExecuteError>,
    }
    Fields {
        result: outcome.as_ref().ok(),
        error: outcome.as_ref().err(),
    }
    .serialize(serializer)
}

/// Why a program gave no result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExecuteError {
    /// The sort of end, to match on.
    pub kind: ExecuteErrorKind,
    /// What happened, and what to write instead where that is known.
    pub message: String,
    /// The class of what was thrown, when it was an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Frames of the program, innermost first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// Where in the program as the model wrote it, fence and all.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// The lines around that place, with a mark below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_frame: Option<String>,
    /// What to write instead, when that is known and not part of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// For kinds `syntax` and `diagnostic`: everything that kept the program from running.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

impl ExecuteError {
    pub(crate) fn new(kind: ExecuteErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            name: None,
            stack: None,
            position: None,
            code_frame: None,
            help: None,
            findings: Vec::new(),
        }
    }
}

impl ExecuteError {
    /// Whether the program came to its end, by itself.
    pub(crate) fn is_of_program(&self) -> bool {
        use ExecuteErrorKind::{Deadlock, Exception, Prelude, Stack, Tool, Unserializable};
        matches!(
            self.kind,
            Exception | Tool | Stack | Deadlock | Unserializable | Prelude
        )
    }
}

impl fmt::Display for ExecuteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        // Several findings name their places themselves.
        match self.position.filter(|_| self.findings.len() < 2) {
            Some(Position { line, column }) => write!(f, " (line {line}, column {column})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ExecuteError {}

/// A place in a program; both count from 1, columns in UTF-16 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "line and column say what they are")]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// Every way in which a run can end without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExecuteErrorKind {
    /// The source is not a program.
    Syntax,
    /// The program would fail: [`findings`](ExecuteError::findings) say where and why.
    /// Nothing of it ran.
    Diagnostic,
    /// The source nests so deep that it is not read to the end.
    TooComplex,
    /// The prelude of a provider failed; the program is not at fault.
    Prelude,
    /// The program threw, or awaited a promise that was rejected.
    Exception,
    /// The failure of a tool was not caught.
    Tool,
    /// [`guest_time`](crate::Limits::guest_time) or
    /// [`wall_time`](crate::Limits::wall_time) is used up.
    Timeout,
    /// [`fuel`](crate::Limits::fuel) is used up.
    Fuel,
    /// [`memory_bytes`](crate::Limits::memory_bytes) do not suffice.
    Memory,
    /// The stack overflowed and the program did not catch it.
    Stack,
    /// The program is longer than [`source_bytes`](crate::Limits::source_bytes).
    SourceTooLarge,
    /// A result is longer than [`result_bytes`](crate::Limits::result_bytes) or
    /// [`tool_result_bytes`](crate::Limits::tool_result_bytes).
    ResultTooLarge,
    /// A limit on calls or on their arguments was met.
    CallLimit,
    /// The program awaits what nothing can settle.
    Deadlock,
    /// The result holds what JSON cannot say.
    Unserializable,
    /// The run was told to stop.
    Cancelled,
    /// The cell broke its contract; the program is not at fault.
    Internal,
}

impl ExecuteErrorKind {
    /// The stable name, as it is serialized.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Diagnostic => "diagnostic",
            Self::TooComplex => "too_complex",
            Self::Prelude => "prelude",
            Self::Exception => "exception",
            Self::Tool => "tool",
            Self::Timeout => "timeout",
            Self::Fuel => "fuel",
            Self::Memory => "memory",
            Self::Stack => "stack",
            Self::SourceTooLarge => "source_too_large",
            Self::ResultTooLarge => "result_too_large",
            Self::CallLimit => "call_limit",
            Self::Deadlock => "deadlock",
            Self::Unserializable => "unserializable",
            Self::Cancelled => "cancelled",
            Self::Internal => "internal",
        }
    }
}

/// The severity of a console line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are those of the console's methods")]
pub enum LogLevel {
    Debug,
    Info,
    Log,
    Warn,
    Error,
}

/// One call of a console method. Its text may hold line breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "level and text say what they are")]
pub struct LogLine {
    pub level: LogLevel,
    pub text: String,
}

impl fmt::Display for LogLine {
    /// The text with the prefix of its level: `[warn] `, `[error] `, or none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = match self.level {
            LogLevel::Warn => "[warn] ",
            LogLevel::Error => "[error] ",
            LogLevel::Debug | LogLevel::Info | LogLevel::Log => "",
        };
        write!(f, "{prefix}{}", self.text)
    }
}

/// One tool call.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CallRecord {
    /// Its place in the run, from 0.
    pub seq: u32,
    /// The global through which it was made.
    pub namespace: String,
    /// The name by which the program called it.
    pub name: String,
    /// The arguments, as they were when the call was made.
    pub args: Value,
    /// How it ended.
    pub outcome: CallOutcome,
    /// When it started, after the start of the run.
    #[serde(rename = "startedMs", serialize_with = "milliseconds")]
    pub started: Duration,
    /// How long it took.
    #[serde(rename = "durationMs", serialize_with = "milliseconds")]
    pub duration: Duration,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CallOutcome {
    /// The tool returned.
    Returned,
    /// The tool failed with this message.
    Failed(String),
    /// The run ended first; the tool was told to stop.
    Cancelled,
}

/// What a run used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Cost {
    /// Units of fuel, when it was metered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fuel: Option<u64>,
    /// Time in the program itself.
    #[serde(rename = "guestMs", serialize_with = "milliseconds")]
    pub guest_time: Duration,
    /// Time from the moment the run had its cell to its end.
    #[serde(rename = "wallMs", serialize_with = "milliseconds")]
    pub wall_time: Duration,
    /// The most linear memory that the cell had.
    pub peak_memory_bytes: usize,
}

fn milliseconds<S: serde::Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(time.as_secs_f64() * 1000.0)
}
