//! MCP servers, and their tools as tools of a program.
//!
//! [`McpServer`] says how a server is reached and used, [`McpConnection`] is the
//! server in use, and [`McpConnection::provider`] makes its tools a namespace. A
//! server is a stranger: [`limits`] says what it cannot do to the host.
//!
//! Prompts, and resources that no tool gives, are left out: programs call tools.

mod approval;
mod caller;
mod config;
mod connection;
mod dial;
mod error;
mod expand;
mod guard;
mod http;
pub mod limits;
mod list;
mod result;
mod server;
mod session;
mod stdio;
mod text;
mod wire;

/// The crate whose types callbacks and transports are made of.
pub use rmcp;

pub use self::approval::McpApproval;
pub use self::config::{McpConfig, McpConfigError};
pub use self::connection::McpConnection;
pub use self::error::{McpError, McpErrorKind};
pub use self::http::HttpServer;
pub use self::server::{McpProgress, McpServer};
pub use self::stdio::StdioServer;
