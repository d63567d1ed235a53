//! The failure of a tool, as far as a program may see it.

use serde_json::Value;

/// Why a tool did not return: an `Error` that the program may catch.
///
/// Nothing of it is hidden from the program, so nothing secret belongs in it.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolFailure {
    pub(crate) message: String,
    pub(crate) name: Option<String>,
    pub(crate) data: Option<Value>,
}

impl ToolFailure {
    /// A failure with the error's `message`.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            name: None,
            data: None,
        }
    }

    /// The error's `message`.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Sets the error's `name`, which is `ToolError` otherwise.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the error's `data`.
    #[must_use]
    pub fn data(mut self, data: Value) -> Self {
        self.data = Some(data);
        self
    }
}

impl<E: std::error::Error> From<E> for ToolFailure {
    fn from(error: E) -> Self {
        Self::new(error.to_string())
    }
}
