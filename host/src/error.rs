//! The one error of this crate: what a host did wrong, or could not do.

use std::error::Error as StdError;
use std::fmt;

use crate::record::{StoreError, StoreErrorKind};
use crate::tool::DEFAULT_NAMESPACE;

/// A host's mistake, or a fault of the machine. A program's mistake never is
/// one: it comes back as data, in [`ExecuteResult`](crate::ExecuteResult).
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The WebAssembly engine cannot be made on this machine.
    Engine,
    /// The guest component cannot be compiled, or does not fit this crate's world.
    Guest,
    /// Two providers have one name.
    DuplicateNamespace(String),
    /// The name is one that JavaScript or the cell uses.
    ReservedNamespace(String),
    /// The name cannot be written as `name.tool()`.
    InvalidNamespace(String),
    /// Two names of one provider become the same identifier.
    ToolCollision {
        /// The name that was there first.
        first: String,
        /// The name that came second.
        second: String,
        /// What both become.
        identifier: String,
        /// The provider of both.
        provider: String,
    },
    /// A tool for a model has no name.
    ToolName,
    /// A tool's name would make its namespace something else than it is.
    ReservedTool(String),
    /// A limit has a value that cannot be kept.
    Limit(&'static str),
    /// A value could not be written as JSON.
    Json,
    /// The store failed.
    Store(StoreErrorKind),
    /// A connector could not say what its tools are.
    Connector(String),
    /// Connectors have this name in common, or one has the platform's.
    ConnectorName(String),
    /// The name of a runtime holds other characters than letters, digits, `_`, `.` and `-`.
    RuntimeName(String),
    /// A tool asks for approval and is to run again on replay, which would be without.
    ApprovedReexecution {
        /// The connector.
        connector: String,
        /// Its tool.
        tool: String,
    },
    /// The settings of an outbound client cannot be used: which, and why.
    Outbound(String),
    /// A client of our MCP server could not be served.
    Serve,
    /// There is no execution of that id.
    NoExecution(String),
    /// A session cannot go on from this execution: it is not there, did not complete, or
    /// belongs to no session.
    SessionBase(String),
    /// Somebody else drives the execution.
    Leased(String),
    /// A value is longer than what is kept.
    TooLarge {
        /// What it is.
        what: String,
        /// Its bytes.
        bytes: usize,
    },
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self { kind, source: None }
    }

    pub(crate) fn with_source(
        kind: ErrorKind,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            source: Some(source.into()),
        }
    }

    /// What went wrong, to match on.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::with_source(ErrorKind::Store(error.kind()), error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ErrorKind::Engine => f.write_str("the WebAssembly engine could not be made"),
            ErrorKind::Guest => f.write_str("the guest component could not be loaded"),
            ErrorKind::DuplicateNamespace(name) => write!(f, "Duplicate provider name \"{name}\""),
            ErrorKind::ReservedNamespace(name) => write!(f, "Provider name \"{name}\" is reserved"),
            ErrorKind::InvalidNamespace(name) => {
                write!(
                    f,
                    "Provider name \"{name}\" is not a valid JavaScript identifier"
                )
            }
            ErrorKind::ToolCollision {
                first,
                second,
                identifier,
                provider,
            } => write!(
                f,
                "Tool names \"{first}\" and \"{second}\" both sanitize to \"{identifier}\" in \
                 provider \"{provider}\""
            ),
            ErrorKind::ToolName => f.write_str("a tool for a model needs a name"),
            ErrorKind::ReservedTool(name) => write!(f, "Tool name \"{name}\" is reserved"),
            ErrorKind::Limit(what) => f.write_str(what),
            ErrorKind::Json => f.write_str("a value could not be written as JSON"),
            ErrorKind::Store(kind) => write!(f, "{}", StoreError::new(*kind)),
            ErrorKind::Connector(name) => {
                write!(f, "connector \"{name}\" could not list its tools")
            }
            ErrorKind::ConnectorName(name) if name == DEFAULT_NAMESPACE => write!(
                f,
                "Connector name \"{name}\" is reserved for the codemode platform SDK."
            ),
            ErrorKind::ConnectorName(name) => write!(
                f,
                "Duplicate connector name \"{name}\" — each connector needs a unique namespace"
            ),
            ErrorKind::RuntimeName(name) => write!(
                f,
                "Invalid codemode runtime name \"{name}\": use letters, digits, `_`, `.` and `-`"
            ),
            ErrorKind::ApprovedReexecution { connector, tool } => write!(
                f,
                "Connector \"{connector}\" tool \"{tool}\" cannot combine requiresApproval with \
                 replay: \"reexecute\" — approved actions must be logged, not re-executed."
            ),
            ErrorKind::Outbound(what) => f.write_str(what),
            ErrorKind::Serve => f.write_str("the client could not be served"),
            ErrorKind::NoExecution(id) => write!(f, "No execution \"{id}\" to save from"),
            ErrorKind::SessionBase(id) => write!(
                f,
                "No session can go on from execution \"{id}\": it must be one of a session, and \
                 have completed"
            ),
            ErrorKind::Leased(id) => write!(f, "Execution \"{id}\" is being driven"),
            ErrorKind::TooLarge { what, bytes } => {
                f.write_str(&crate::record::too_large(what, *bytes))
            }
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
