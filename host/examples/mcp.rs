//! An MCP server's tools in one program: what the model is told of them, and what its
//! program gives.
//!
//! ```sh
//! cargo run -p codecell-tests --example mcp -- npx -y @modelcontextprotocol/server-everything
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what happens")]

use anyhow::{Context as _, Result};
use codecell::mcp::{McpServer, StdioServer};
use codecell::{CodeTool, Sandbox};
use serde_json::json;

/// What a model writes when it has read the types.
const PROGRAM: &str = "async () => {
    const pairs = [[2, 3], [20, 30], [200, 300]];
    const sums: string[] = await Promise.all(pairs.map(([a, b]) => everything.get_sum({ a, b })));
    return sums.map(text => Number(text.match(/is (\\d+)/)[1])).reduce((a, b) => a + b);
}";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut command = std::env::args_os().skip(1);
    let server = StdioServer::new(command.next().context("give the server's command")?);
    let connection = McpServer::stdio("everything", server.args(command))
        .connect()
        .await?;

    let tool = CodeTool::new(Sandbox::new()).provider(connection.provider().await?);
    let definition = tool.definition();
    let types = definition.description.lines();
    for line in types.filter(|line| line.contains("get_sum")) {
        println!("{}", line.trim());
    }
    let answer = tool.call(&json!({ "code": PROGRAM })).await?;
    connection.close().await;

    println!("{}", answer.value());
    assert_eq!(answer.value(), &json!({ "result": 555 }));
    Ok(())
}
