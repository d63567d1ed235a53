//! MCP servers of ours: Code Mode for any client of the protocol.
//!
//! [`McpCodeServer::code`] has one tool that runs programs over a set of tools,
//! [`McpCodeServer::runtime`] the durable runtime, [`McpCodeServer::openapi`] a document.
//! Requires the feature `mcp-server`.

mod http;
mod runtime;
mod spec;

use std::fmt;
use std::sync::Arc;

use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData,
    Implementation, ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig,
    Tool as McpTool, ToolAnnotations,
};
use rmcp::service::{RequestContext, RoleServer, ServiceExt};
use serde_json::{Map, Value, json};
use tokio::io::{AsyncRead, AsyncWrite};

pub use self::http::McpHttp;
use self::runtime::RuntimeServer;
#[cfg(feature = "openapi")]
use self::spec::SpecServer;
use crate::code_tool::CodeTool;
use crate::error::{Error, ErrorKind};
use crate::runtime::Runtime;

/// An MCP server that runs programs. Cheap to clone.
///
/// # Examples
///
/// ```no_run
/// use codecell::mcp_server::McpCodeServer;
/// use codecell::{CodeTool, Sandbox, Tool};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), codecell::Error> {
/// let add = Tool::new("add", "Adds two numbers", |(a, b): (f64, f64)| async move { Ok(a + b) });
/// let tool = CodeTool::new(Sandbox::new()).tool(add);
///
/// // Until the client hangs up:
/// McpCodeServer::code(tool).serve(tokio::io::stdin(), tokio::io::stdout()).await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct McpCodeServer {
    kind: Kind,
    name: String,
    instructions: Option<String>,
}

#[derive(Clone)]
enum Kind {
    Code(Arc<CodeTool>),
    Runtime(RuntimeServer),
    #[cfg(feature = "openapi")]
    Spec(Arc<SpecServer>),
}

impl fmt::Debug for McpCodeServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpCodeServer")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl McpCodeServer {
    fn new(kind: Kind, name: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            instructions: None,
        }
    }

    /// One tool, `code`: a program in, its result and console output out.
    #[must_use]
    pub fn code(tool: CodeTool) -> Self {
        Self::new(Kind::Code(Arc::new(tool.name("code"))), "codemode")
    }

    /// The durable runtime: `execute`, `search`, `describe`, `pending`, `approve`, `reject`.
    /// What is pending is asked of the user by elicitation, if the client offers that.
    #[must_use]
    pub fn runtime(runtime: Runtime) -> Self {
        Self::new(Kind::Runtime(RuntimeServer::new(runtime)), "codemode")
    }

    /// The operations of an OpenAPI document: `search` runs a program over the document,
    /// `execute` one that makes requests. Namespaces and credentials are those of `access`;
    /// `send` performs the requests.
    #[cfg(feature = "openapi")]
    #[must_use]
    pub fn openapi<S, F>(
        executor: impl crate::Executor + 'static,
        access: &crate::openapi::Access,
        send: S,
    ) -> Self
    where
        S: Fn(crate::openapi::Request) -> F + Send + Sync + 'static,
        F: Future<Output = Result<crate::openapi::Response, crate::ToolFailure>> + Send + 'static,
    {
        let server = SpecServer::new(Arc::new(executor), access, send);
        Self::new(Kind::Spec(Arc::new(server)), "openapi")
    }

    /// The name that clients see.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// What clients may tell their model of the server as a whole.
    #[must_use]
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.instructions = Some(instructions.into());
        self
    }

    /// Serves one client over two streams, as a child process does over its standard input
    /// and output, until the client hangs up.
    ///
    /// # Errors
    ///
    /// Of kind [`Serve`](ErrorKind::Serve) when the client says nothing of the protocol, or
    /// the connection breaks.
    pub async fn serve(
        self,
        read: impl AsyncRead + Send + Unpin + 'static,
        write: impl AsyncWrite + Send + Unpin + 'static,
    ) -> Result<(), Error> {
        let serving = ServiceExt::<RoleServer>::serve(self, (read, write)).await;
        let running = match serving {
            Ok(running) => running,
            Err(error) => return Err(Error::with_source(ErrorKind::Serve, error)),
        };
        match running.waiting().await {
            Ok(_) => Ok(()),
            Err(error) => Err(Error::with_source(ErrorKind::Serve, error)),
        }
    }

    fn tools(&self) -> Vec<McpTool> {
        match &self.kind {
            Kind::Code(tool) => {
                let definition = tool.definition();
                vec![described(
                    &definition.name,
                    definition.description,
                    definition.input_schema,
                    false,
                )]
            }
            Kind::Runtime(server) => server.tools(),
            #[cfg(feature = "openapi")]
            Kind::Spec(server) => server.tools(),
        }
    }
}

impl ServerHandler for McpCodeServer {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().build();
        let version = env!("CARGO_PKG_VERSION");
        let info = ServerConfig::new(capabilities)
            .with_server_info(Implementation::new(self.name.clone(), version));
        match &self.instructions {
            Some(instructions) => info.with_instructions(instructions.clone()),
            None => info,
        }
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.tools()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = Value::Object(request.arguments.unwrap_or_default());
        let name = request.name.as_ref();
        // Who asked has given up: so does the program.
        let cancelled = context.ct.clone();
        let answer = async {
            match &self.kind {
                Kind::Code(tool) if name == "code" => code(tool, &arguments).await,
                Kind::Runtime(server) => server.call(name, &arguments, &context.peer).await,
                #[cfg(feature = "openapi")]
                Kind::Spec(server) => server.call(name, &arguments).await,
                Kind::Code(_) => Err(unknown(name)),
            }
        };
        tokio::select! {
            answer = answer => answer.map(CallToolResponse::from),
            () = cancelled.cancelled() => {
                Err(ErrorData::internal_error("The request was cancelled", None))
            }
        }
    }
}

async fn code(tool: &CodeTool, arguments: &Value) -> Result<CallToolResult, ErrorData> {
    let answer = tool.call(arguments).await.map_err(host)?;
    let value = answer.value();
    if answer.is_error() {
        let text = value.as_str().unwrap_or_default();
        let text = text.strip_prefix("Code execution failed: ").unwrap_or(text);
        return Ok(error(text));
    }
    let logs = value["logs"].as_array();
    let mut content = vec![text(&value["result"])];
    if let Some(logs) = logs {
        let lines: Vec<&str> = logs.iter().filter_map(Value::as_str).collect();
        let console = format!("Console output:\n{}", lines.join("\n"));
        content.push(ContentBlock::text(console));
    }
    Ok(CallToolResult::success(content))
}

/// A result as text: strings as they are, everything else as indented JSON.
fn text(value: &Value) -> ContentBlock {
    ContentBlock::text(match value {
        Value::String(text) => text.clone(),
        value => format!("{value:#}"),
    })
}

fn error(message: &str) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(format!("Error: {message}"))])
}

fn host(error: Error) -> ErrorData {
    ErrorData::internal_error(error.to_string(), None)
}

fn unknown(name: &str) -> ErrorData {
    ErrorData::invalid_params(format!("There is no tool \"{name}\""), None)
}

fn described(name: &str, description: String, schema: Value, is_read_only: bool) -> McpTool {
    let schema: Map<String, Value> = match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    };
    let tool = McpTool::new(name.to_owned(), description, Arc::new(schema));
    match is_read_only {
        true => tool.with_annotations(ToolAnnotations::new().read_only(true)),
        false => tool,
    }
}

/// The schema of an input with these members, all texts.
fn texts(members: &[(&str, &str)], required: &[&str]) -> Value {
    let properties = members.iter().map(|(name, description)| {
        let schema = json!({ "type": "string", "description": description });
        ((*name).to_owned(), schema)
    });
    json!({
        "type": "object",
        "properties": properties.collect::<Map<_, _>>(),
        "required": required,
        "additionalProperties": false,
    })
}
