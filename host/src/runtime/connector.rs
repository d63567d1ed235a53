//! A set of tools with a life: what a durable runtime is given.

use std::future::Future;
use std::pin::Pin;

use crate::error::Error;
use crate::record::ExecutionStatus;
use crate::tool::ToolProvider;
#[cfg(feature = "mcp")]
use crate::tool::sanitize_tool_name;

/// What [`Connector::provider`] returns.
pub type ProviderFuture<'a> =
    Pin<Box<dyn Future<Output = Result<ToolProvider, Error>> + Send + 'a>>;

/// What a hook of a [`Connector`] returns.
pub type HookFuture<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Tools under one name, and what is to be told of executions. Implement it for tools that
/// keep something for each execution, such as a browser's session; a [`ToolProvider`] is
/// one without hooks.
pub trait Connector: Send + Sync {
    /// The name of the namespace; always the same.
    fn name(&self) -> String;

    /// The tools, as they are now. Asked for at the beginning of each pass.
    fn provider(&self) -> ProviderFuture<'_>;

    /// A pass is over: the execution was driven, and now has this status. More may follow
    /// after a pause.
    fn on_pass_end<'a>(&'a self, _execution_id: &'a str, _: ExecutionStatus) -> HookFuture<'a> {
        Box::pin(std::future::ready(()))
    }

    /// An execution is over, was deleted or was undone: let go what is kept for it. May be
    /// told more than once, and of executions that another process drove.
    fn dispose_execution<'a>(
        &'a self,
        _execution_id: &'a str,
        _: ExecutionStatus,
    ) -> HookFuture<'a> {
        Box::pin(std::future::ready(()))
    }
}

impl Connector for ToolProvider {
    fn name(&self) -> String {
        Self::name(self).to_owned()
    }

    fn provider(&self) -> ProviderFuture<'_> {
        Box::pin(std::future::ready(Ok(self.clone())))
    }
}

#[cfg(feature = "mcp")]
impl Connector for crate::mcp::McpConnection {
    fn name(&self) -> String {
        sanitize_tool_name(Self::name(self))
    }

    fn provider(&self) -> ProviderFuture<'_> {
        Box::pin(async {
            let provider = Self::provider(self).await;
            provider.map_err(|error| {
                let kind = crate::error::ErrorKind::Connector(Connector::name(self));
                Error::with_source(kind, error)
            })
        })
    }
}
