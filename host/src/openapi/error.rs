//! What can be wrong with a document, and with a call.

use std::error::Error;
use std::fmt;

use serde_json::Value;

/// Something in a document, or in the settings for it, that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: a JSON pointer such as `#/paths/~1pets/get`, or what was set.
    pub at: String,
    /// What is wrong and what to do about it.
    pub message: String,
}

impl Problem {
    pub(super) fn new(at: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            at: at.into(),
            message: message.into(),
        }
    }

    /// A value of the wrong kind at `pointer`, which is without its `#`.
    pub(super) fn expected(pointer: &str, what: &str, found: &Value) -> Self {
        Self::new(
            format!("#{pointer}"),
            format!("expected {what}, found {}", kind(found)),
        )
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.message)
    }
}

impl Error for Problem {}

/// What kind of JSON value this is, with its article.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// Why a call gave no value: its arguments make no request, or the response is
/// a failure. Written for the model, and without credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    message: String,
    status: Option<u16>,
}

impl CallError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            status: None,
        }
    }

    pub(super) fn http(status: u16, message: String) -> Self {
        Self {
            message,
            status: Some(status),
        }
    }

    /// The status of the response, when there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.status
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for CallError {}
