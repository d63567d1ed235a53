//! Servers made for tests: one inside the test, one of node, and the real ones.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use codecell::mcp::{McpConnection, McpServer, StdioServer};
use codecell::{CancellationToken, ExecuteRequest, Executor as _, Tool, ToolFailure, ToolProvider};
use codecell_tests::sandbox;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream};
use tokio::sync::mpsc;

/// What a fake server does with a message.
pub(crate) enum Does {
    /// Sends these messages.
    Sends(Vec<Value>),
    /// Ends the connection.
    Leaves,
}

/// A server inside the test, and what it has been sent.
pub(crate) struct Fake {
    pub(crate) server: McpServer,
    pub(crate) heard: mpsc::UnboundedReceiver<Value>,
}

/// A server that shakes hands, and leaves the rest to `script`.
pub(crate) fn fake(script: impl Fn(&Value) -> Does + Send + Sync + 'static) -> Fake {
    fake_with(json!({ "tools": { "listChanged": true } }), script)
}

pub(crate) fn fake_with(
    capabilities: Value,
    script: impl Fn(&Value) -> Does + Send + Sync + 'static,
) -> Fake {
    fake_raw(move |message| match message["method"].as_str() {
        Some("initialize") => Does::Sends(vec![answer(
            message,
            json!({
                "protocolVersion": "2025-11-25",
                "capabilities": capabilities,
                "serverInfo": { "name": "fake", "version": "1" },
                "instructions": "Be kind.",
            }),
        )]),
        Some("notifications/initialized") => Does::Sends(Vec::new()),
        _ => script(message),
    })
}

/// A server that does not even shake hands by itself.
pub(crate) fn fake_raw(script: impl Fn(&Value) -> Does + Send + Sync + 'static) -> Fake {
    let script = Arc::new(script);
    let (tell, heard) = mpsc::unbounded_channel();
    let server = McpServer::transport("gh", move || {
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        tokio::spawn(play(theirs, Arc::clone(&script), tell.clone()));
        std::future::ready(Ok::<_, std::io::Error>(ours))
    });
    Fake { server, heard }
}

async fn play<S: Fn(&Value) -> Does>(
    stream: DuplexStream,
    script: Arc<S>,
    tell: mpsc::UnboundedSender<Value>,
) {
    let (read, mut write) = tokio::io::split(stream);
    let mut lines = BufReader::new(read).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let message: Value = serde_json::from_str(&line).unwrap();
        let does = script(&message);
        let _ = tell.send(message);
        match does {
            Does::Leaves => return,
            Does::Sends(messages) => {
                for message in messages {
                    let line = format!("{message}\n");
                    if write.write_all(line.as_bytes()).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

pub(crate) fn answer(request: &Value, result: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": request["id"], "result": result })
}

/// The next message of this method that the server hears.
pub(crate) async fn hears(heard: &mut mpsc::UnboundedReceiver<Value>, method: &str) -> Value {
    loop {
        let message = heard.recv().await.expect("the server still runs");
        if message["method"] == method {
            return message;
        }
    }
}

/// What of a tool can be compared.
pub(crate) fn shape(tool: &Tool) -> Value {
    let tool = tool.to_value();
    json!({
        "name": tool["name"],
        "description": tool["description"],
        "input": tool["inputSchema"],
        "output": tool["outputSchema"],
        "approval": tool["requiresApproval"],
    })
}

/// Calls a tool from a program, by its name in the provider. Approval is not asked for.
pub(crate) async fn run(
    connection: &McpConnection,
    tool: &str,
    arguments: Value,
) -> Result<Value, ToolFailure> {
    let provider = connection.provider().await.expect("the tools are listed");
    let tools = provider
        .list()
        .iter()
        .map(|tool| tool.clone().requires_approval(false));
    let code = "async ({ tool, arguments: given }) => {
        try { return { value: await server[tool](given) } } catch (error) { return { error: error.message, name: error.name, data: error.data } }
    }";
    let request = ExecuteRequest::new(code)
        .provider(ToolProvider::new("server").tools(tools))
        .input(json!({ "tool": tool, "arguments": arguments }))
        .unwrap();
    let mut result = sandbox().execute(request).await.unwrap().outcome.unwrap();
    match result.get("error").and_then(Value::as_str) {
        Some(message) => {
            let mut failure = ToolFailure::new(message);
            if let Some(name) = result["name"].as_str().filter(|name| *name != "ToolError") {
                failure = failure.name(name);
            }
            if let Some(data) = result.get("data") {
                failure = failure.data(data.clone());
            }
            Err(failure)
        }
        None => Ok(result["value"].take()),
    }
}

/// Calls a tool by its server's name of it.
pub(crate) async fn call(
    connection: &McpConnection,
    tool: &str,
    arguments: Value,
) -> Result<Value, String> {
    let answer = connection
        .call(tool, &[arguments], &CancellationToken::new())
        .await;
    answer.map_err(|failure| failure.message().to_owned())
}

fn node() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join("node"))
        .find(|file| file.is_file())
}

/// The hostile server in this mood, or nothing, said aloud, where there is no node.
pub(crate) fn hostile(mood: &str) -> Option<StdioServer> {
    let Some(node) = node() else {
        eprintln!("SKIPPED: there is no node on this machine");
        return None;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("mcp/hostile_server.mjs");
    Some(StdioServer::new(node).args([script.into_os_string(), mood.into()]))
}

/// The script of a real server, or nothing, said aloud, where it is not installed.
pub(crate) fn real(package: &str) -> Option<StdioServer> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("mcp/node_modules/@modelcontextprotocol")
        .join(package)
        .join("dist/index.js");
    let (Some(node), true) = (node(), script.is_file()) else {
        eprintln!("SKIPPED: {package} is not installed; run `npm ci` in tests/mcp");
        return None;
    };
    Some(StdioServer::new(node).args([script]))
}
