//! What an embedder is told when a server cannot be used.

use std::fmt;

use crate::tool::DefinitionChange;

/// Why a server, or its list of tools, cannot be used.
///
/// It is for the embedder: it may show what the server wrote to its standard error.
/// A program sees a [`ToolFailure`](crate::tool::ToolFailure) instead, which does not.
/// Values of the configuration (environment, headers, tokens) are shown as `***`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct McpError {
    server: String,
    kind: McpErrorKind,
    stderr: String,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum McpErrorKind {
    /// The settings cannot be used as they are.
    Settings(String),
    /// The server cannot be started or reached, or did not shake hands.
    Connect(String),
    /// The connection was lost.
    Lost(String),
    /// The list of tools was not given, or is not one.
    Tools(String),
    /// The tools are not those that were [pinned](super::McpServer::pinned).
    Changed(Vec<DefinitionChange>),
    /// Two tools become the same name.
    Collision {
        /// The tool that is listed first.
        first: String,
        /// The tool that is listed second.
        second: String,
        /// What both become.
        identifier: String,
    },
}

impl McpError {
    pub(super) fn new(server: &str, kind: McpErrorKind) -> Self {
        Self {
            server: server.to_owned(),
            kind,
            stderr: String::new(),
        }
    }

    pub(super) fn stderr(mut self, stderr: String) -> Self {
        self.stderr = stderr;
        self
    }

    /// What went wrong, to match on.
    #[must_use]
    pub fn kind(&self) -> &McpErrorKind {
        &self.kind
    }

    /// The name of the server.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }
}

impl fmt::Display for McpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let server = &self.server;
        match &self.kind {
            McpErrorKind::Settings(reason) => {
                write!(f, "MCP server \"{server}\" is not set up: {reason}")
            }
            McpErrorKind::Connect(reason) => {
                write!(f, "MCP server \"{server}\" could not be reached: {reason}")
            }
            McpErrorKind::Lost(reason) => {
                write!(f, "MCP server \"{server}\" was lost: {reason}")
            }
            McpErrorKind::Tools(reason) => {
                write!(
                    f,
                    "the tools of MCP server \"{server}\" cannot be used: {reason}"
                )
            }
            McpErrorKind::Changed(changes) => {
                let changes: Vec<_> = changes.iter().map(ToString::to_string).collect();
                write!(
                    f,
                    "the tools of MCP server \"{server}\" have changed since they were pinned: {}. \
                     Look at them, and pin them anew if they may be used.",
                    changes.join(", ")
                )
            }
            McpErrorKind::Collision {
                first,
                second,
                identifier,
            } => write!(
                f,
                "MCP tools \"{first}\" and \"{second}\" on {server} both map to \
                 \"{identifier}\". Set rename() to tell them apart."
            ),
        }?;
        if !self.stderr.is_empty() {
            write!(f, "\nIt wrote:\n{}", self.stderr)?;
        }
        Ok(())
    }
}

impl std::error::Error for McpError {}
