//! Who is asked about which call, for a whole runtime.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::record::Entry;
use crate::tool::Tool;

/// A call, as a policy sees it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PolicyCall<'a> {
    /// The namespace.
    pub connector: &'a str,
    /// The tool's name, as the program wrote it.
    pub method: &'a str,
    /// The first argument, or the list of all for a positional tool.
    pub args: &'a Value,
    /// Whether the tool changes nothing.
    pub is_read_only: bool,
    /// Whether the tool would ask by itself.
    pub asks: bool,
}

impl<'a> PolicyCall<'a> {
    pub(super) fn new(entry: &'a Entry, tool: &Tool, args: &'a Value) -> Self {
        Self {
            connector: &entry.connector,
            method: &entry.method,
            args,
            is_read_only: tool.durable().is_read_only,
            asks: tool.asks_for(args),
        }
    }
}

/// What a policy says of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyDecision {
    /// Ask if the tool asks.
    Tool,
    /// Ask.
    Ask,
    /// Do not ask.
    Allow,
    /// The call fails with this message, and nobody is asked.
    Deny(String),
}

/// A function from calls to decisions.
#[derive(Clone)]
pub(super) struct Policy(Arc<dyn Fn(&PolicyCall<'_>) -> PolicyDecision + Send + Sync>);

impl Policy {
    pub(super) fn new(
        decide: impl Fn(&PolicyCall<'_>) -> PolicyDecision + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(decide))
    }

    pub(super) fn decide(&self, call: &PolicyCall<'_>) -> PolicyDecision {
        (self.0)(call)
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Policy")
    }
}
