//! What a program can call: tools, and the providers that name them.

mod failure;
mod name;

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
pub use tokio_util::sync::CancellationToken;

pub use self::failure::ToolFailure;
pub use self::name::sanitize_tool_name;
pub(crate) use self::name::{is_identifier, is_reserved_namespace};
use crate::error::{Error, ErrorKind};

/// The namespace of a provider that was given no other name.
pub const DEFAULT_NAMESPACE: &str = "codemode";

/// What a tool gave: JSON text, or nothing for `undefined`.
pub(crate) type ToolAnswer = Result<Option<String>, ToolFailure>;
pub(crate) type ToolFuture = Pin<Box<dyn Future<Output = ToolAnswer> + Send>>;
type Handler = dyn Fn(Arguments, CallContext) -> ToolFuture + Send + Sync;

/// An async function of the host that a program can call.
///
/// # Examples
///
/// ```
/// use codecell::Tool;
///
/// let add = Tool::new("add", |args, _context| async move {
///     let (a, b): (f64, f64) = (args.get(0)?, args.get(1)?);
///     Ok(a + b)
/// });
/// assert_eq!(add.name(), "add");
/// ```
#[derive(Clone)]
pub struct Tool {
    name: String,
    description: String,
    handler: Arc<Handler>,
}

impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tool")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Tool {
    /// A tool with this name. The program calls it by the name that
    /// [`sanitize_tool_name`] makes of it.
    ///
    /// The returned value crosses as JSON; `()` and `None` are `null`. Dropping
    /// the future must be enough to stop the work, or the work must watch
    /// [`CallContext::cancellation`].
    pub fn new<H, F, T>(name: impl Into<String>, handler: H) -> Self
    where
        H: Fn(Arguments, CallContext) -> F + Send + Sync + 'static,
        F: Future<Output = Result<T, ToolFailure>> + Send + 'static,
        T: Serialize,
    {
        Self::with_answer(name, move |arguments, context| {
            let answer = handler(arguments, context);
            Box::pin(async move {
                serde_json::to_string(&answer.await?)
                    .map(Some)
                    .map_err(ToolFailure::from)
            })
        })
    }

    /// A tool that answers JSON text itself, which saves taking it apart; `None`
    /// is JavaScript's `undefined`. Text that is not JSON fails the call.
    pub fn raw<H, F>(name: impl Into<String>, handler: H) -> Self
    where
        H: Fn(Arguments, CallContext) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Option<String>, ToolFailure>> + Send + 'static,
    {
        Self::with_answer(name, move |arguments, context| {
            Box::pin(handler(arguments, context))
        })
    }

    fn with_answer(
        name: impl Into<String>,
        handler: impl Fn(Arguments, CallContext) -> ToolFuture + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            description: String::new(),
            handler: Arc::new(handler),
        }
    }

    /// Says what the tool does.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// The name as it was given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn call(&self, arguments: Arguments, context: CallContext) -> ToolFuture {
        (self.handler)(arguments, context)
    }
}

/// The arguments of a call, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Arguments(pub(crate) Vec<Value>);

impl Arguments {
    /// The argument at `index` as `T`; an absent one counts as `null`.
    ///
    /// # Errors
    ///
    /// A failure that names the argument, when it does not fit `T`.
    pub fn get<T: DeserializeOwned>(&self, index: usize) -> Result<T, ToolFailure> {
        let value = self.0.get(index).unwrap_or(&Value::Null);
        T::deserialize(value)
            .map_err(|error| ToolFailure::new(format!("argument {}: {error}", index + 1)))
    }

    /// All arguments as JSON values; for bytes see `docs/values.md`.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.0
    }
}

/// What a tool may know of the call that it answers.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallContext {
    /// The run. With `seq` it identifies the call, as an idempotency key does.
    pub execution_id: Arc<str>,
    /// The call's place in its run, from 0.
    pub seq: u32,
    /// Cancelled when the run ends before the tool has answered.
    pub cancellation: CancellationToken,
}

/// Tools under one name: a global of the program.
#[derive(Clone, Debug)]
pub struct ToolProvider {
    name: String,
    tools: Vec<Tool>,
}

impl Default for ToolProvider {
    fn default() -> Self {
        Self::new(DEFAULT_NAMESPACE)
    }
}

impl ToolProvider {
    /// A provider without tools.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            tools: Vec::new(),
        }
    }

    /// Adds a tool.
    #[must_use]
    pub fn tool(mut self, tool: Tool) -> Self {
        self.tools.push(tool);
        self
    }

    /// The global's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tools by the names that a program calls them by.
    pub(crate) fn by_identifier(&self) -> Result<BTreeMap<String, &Tool>, Error> {
        let mut table: BTreeMap<String, &Tool> = BTreeMap::new();
        for tool in &self.tools {
            let identifier = sanitize_tool_name(&tool.name);
            // A namespace with a `then` would be taken for a promise.
            if matches!(identifier.as_str(), "then" | "__proto__") {
                return Err(Error::new(ErrorKind::ReservedTool(tool.name.clone())));
            }
            if let Some(first) = table.insert(identifier.clone(), tool) {
                return Err(Error::new(ErrorKind::ToolCollision {
                    first: first.name.clone(),
                    second: tool.name.clone(),
                    identifier,
                    provider: self.name.clone(),
                }));
            }
        }
        Ok(table)
    }
}
