//! What a connector costs: a call of an MCP server through the cell beside the same call
//! made directly, and documents from text to types.
//!
//! The server is the one that the tests use, so `npm ci --prefix tests/mcp` comes first.
//! Documents are files named in `OPENAPI_DOCUMENTS`, separated by colons.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark tells what it measured"
)]

use std::hint::black_box;
use std::path::Path;

use codecell::mcp::{McpServer, StdioServer};
use codecell::openapi::Document;
use codecell::{ExecuteRequest, Executor as _, Prompt, Sandbox, ToolFailure};
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::json;
use tokio_util::sync::CancellationToken;

const SERVER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/mcp/node_modules/@modelcontextprotocol/server-everything/dist/index.js"
);

/// A hundred calls, one after the other.
fn mcp(c: &mut Criterion) {
    if !Path::new(SERVER).exists() {
        eprintln!("SKIPPED: mcp needs the server that `npm ci --prefix tests/mcp` installs");
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    let (connection, provider) = runtime.block_on(async {
        let server = StdioServer::new("node").args([SERVER, "stdio"]);
        let connecting = McpServer::stdio("everything", server).connect();
        let connection = connecting.await.expect("the server starts");
        let provider = connection.provider().await.expect("the server has tools");
        (connection, provider)
    });
    let sandbox = Sandbox::new();
    let mut group = c.benchmark_group("mcp/sequential-100");
    group.sample_size(20);
    group.bench_function("direct", |b| {
        b.to_async(&runtime).iter(|| async {
            for _ in 0..100 {
                let arguments = [json!({ "message": "hi" })];
                let token = CancellationToken::new();
                let answer = connection.call("echo", &arguments, &token).await;
                assert_eq!(answer.expect("it answers"), "Echo: hi");
            }
        });
    });
    group.bench_function("cell", |b| {
        b.to_async(&runtime).iter(|| async {
            let code = "async () => {
                for (let i = 0; i < 100; i++) await everything.echo({ message: 'hi' });
            }";
            let request = ExecuteRequest::new(code).provider(provider.clone());
            let result = sandbox.execute(request).await.expect("the host is right");
            assert_eq!(result.calls.len(), 100);
        });
    });
    group.finish();
    runtime.block_on(connection.close());
}

/// Text to operations, and operations to what the model is told.
fn openapi(c: &mut Criterion) {
    let documents = std::env::var("OPENAPI_DOCUMENTS").unwrap_or_default();
    let mut group = c.benchmark_group("openapi");
    group.sample_size(10);
    for path in documents.split(':').filter(|path| !path.is_empty()) {
        let text = std::fs::read_to_string(path).expect("the document can be read");
        let name = Path::new(path).file_name().expect("it is a file");
        let name = name.to_string_lossy();
        let document = Document::parse(&text).expect("it is a document");
        println!(
            "{name}: {} bytes, {} operations, {} problems",
            text.len(),
            document.operations().len(),
            document.problems().len()
        );
        group.bench_function(format!("load/{name}"), |b| {
            b.iter(|| Document::parse(black_box(&text)).expect("it is a document"));
        });
        let access = document.access().build().expect("it names its server");
        group.bench_function(format!("types/{name}"), |b| {
            b.iter(|| {
                let provider = access.provider("api", |_| async {
                    Err(ToolFailure::new("nothing is sent here"))
                });
                Prompt::default().types_bytes(usize::MAX).types(&[provider])
            });
        });
    }
    group.finish();
}

criterion_group!(benches, mcp, openapi);
criterion_main!(benches);
