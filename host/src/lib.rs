//! Code Mode for Rust: a program of a model, run in a sealed cell.
//!
#![doc = include_str!("../docs/crate.md")]
#![warn(missing_docs)]

mod catalog;
mod code_tool;
mod diagnostics;
mod discovery;
mod dispatch;
mod error;
mod executor;
mod globals;
mod limits;
#[cfg(feature = "mcp")]
pub mod mcp;
#[cfg(feature = "mcp-server")]
pub mod mcp_server;
mod normalize;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod outbound;
mod outcome;
mod program;
mod prompt;
pub mod record;
#[cfg(feature = "rig")]
mod rig;
pub mod runtime;
mod sandbox;
mod tool;
mod truncate;
pub mod typegen;
mod value;
#[cfg(feature = "workspace")]
pub mod workspace;

pub use self::code_tool::{CodeTool, CodeToolAnswer, ToolDefinition};
pub use self::diagnostics::{Check, Diagnostics, Finding};
pub use self::discovery::{
    Description, Directory, Kind, SearchOptions, SearchOutput, SearchResult, Snippet,
};
pub use self::error::{Error, ErrorKind};
pub use self::executor::{ExecuteFuture, ExecuteRequest, Executor};
pub use self::globals::{globals, modules};
pub use self::limits::Limits;
pub use self::normalize::normalize;
pub use self::outcome::{
    CallOutcome, CallRecord, Cost, ExecuteError, ExecuteErrorKind, ExecuteResult, LogLevel,
    LogLine, Position,
};
pub use self::prompt::Prompt;
#[cfg(feature = "sqlite")]
pub use self::record::SqliteStore;
pub use self::runtime::{Runtime, RuntimeOutcome};
pub use self::sandbox::{Sandbox, SandboxBuilder};
pub use self::tool::{
    Arguments, CallContext, CancellationToken, DEFAULT_NAMESPACE, DefinitionChange, Definitions,
    Tool, ToolFailure, ToolProvider, sanitize_tool_name,
};
pub use self::truncate::Truncate;
pub use self::value::Bytes;
