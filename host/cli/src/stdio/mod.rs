//! `codecell executor --stdio`: the executor for other languages, as line-delimited
//! JSON-RPC 2.0. The protocol is described in `host/docs/stdio.md`.

mod execute;
mod wire;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use codecell::typegen::{ToolTypes, declarations};
use codecell::{CancellationToken, Sandbox};
use serde_json::{Value, json};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::task::JoinSet;

use self::wire::{Fault, Incoming, Wire};

/// Bytes of one line. A longer one would have to be held in memory whole.
const MAX_LINE_BYTES: u64 = 64 * 1024 * 1024;

/// Serves until the input ends; then stops what runs, and answers it.
pub(crate) async fn serve() -> Result<()> {
    let (wire, writer) = Wire::new();
    let server = Server {
        sandbox: Sandbox::new(),
        wire,
        running: Arc::default(),
    };
    let mut runs = JoinSet::new();
    let mut input = BufReader::new(tokio::io::stdin());
    while let Some(line) = next_line(&mut input).await? {
        match line {
            Line::Text(line) => server.receive(&line, &mut runs),
            Line::TooLong => {
                let fault = Fault::parse(format!("a line is over {MAX_LINE_BYTES} bytes"));
                server.wire.answer(&Value::Null, Err(fault));
            }
        }
        // Those that have ended are forgotten as we go.
        while runs.try_join_next().is_some() {}
    }
    for token in lock(&server.running).values() {
        token.cancel();
    }
    while runs.join_next().await.is_some() {}
    server.wire.hang_up();
    drop(server);
    writer.await?
}

enum Line {
    Text(Vec<u8>),
    TooLong,
}

/// The next line without its end, or nothing at the end of the input.
async fn next_line(input: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Option<Line>> {
    let mut line = Vec::new();
    let mut limited = (&mut *input).take(MAX_LINE_BYTES);
    if limited.read_until(b'\n', &mut line).await? == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') || (line.len() as u64) < MAX_LINE_BYTES {
        return Ok(Some(Line::Text(line)));
    }
    // What is left of the line goes unread, a piece at a time.
    loop {
        line.clear();
        let mut limited = (&mut *input).take(MAX_LINE_BYTES);
        if limited.read_until(b'\n', &mut line).await? == 0 || line.last() == Some(&b'\n') {
            return Ok(Some(Line::TooLong));
        }
    }
}

struct Server {
    sandbox: Sandbox,
    wire: Wire,
    /// By the JSON text of their requests' ids.
    running: Arc<Mutex<BTreeMap<String, CancellationToken>>>,
}

impl Server {
    fn receive(&self, line: &[u8], runs: &mut JoinSet<()>) {
        if line.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        match Incoming::parse(line) {
            Ok(Incoming::Answer { id, answer }) => self.wire.settle(&id, answer),
            Ok(Incoming::Request { id, method, params }) => {
                if method == "execute" {
                    self.execute(id, params, runs);
                } else {
                    let answer = self.answer(&method, &params);
                    self.wire.answer(&id, answer);
                }
            }
            // Nothing is asked of us by notification.
            Ok(Incoming::Notification) => {}
            Err((id, fault)) => self.wire.answer(&id, Err(fault)),
        }
    }

    fn answer(&self, method: &str, params: &Value) -> Result<Value, Fault> {
        match method {
            "ping" => Ok(json!({})),
            "normalize" => Ok(json!({ "code": codecell::normalize(text(params, "code")?) })),
            "sanitize" => {
                Ok(json!({ "name": codecell::sanitize_tool_name(text(params, "name")?) }))
            }
            "types" => types(params),
            "cancel" => {
                let token = lock(&self.running).get(&params["id"].to_string()).cloned();
                if let Some(token) = &token {
                    token.cancel();
                }
                Ok(json!({ "cancelled": token.is_some() }))
            }
            _ => Err(Fault::no_method(method)),
        }
    }

    fn execute(&self, id: Value, params: Value, runs: &mut JoinSet<()>) {
        let key = id.to_string();
        let token = CancellationToken::new();
        if lock(&self.running)
            .insert(key.clone(), token.clone())
            .is_some()
        {
            let fault = Fault::request(format!("an execute with the id {key} is under way"));
            return self.wire.answer(&id, Err(fault));
        }
        let (wire, sandbox) = (self.wire.clone(), self.sandbox.clone());
        let running = Arc::clone(&self.running);
        runs.spawn(async move {
            let answer = execute::execute(&sandbox, &wire, &id, params, token).await;
            lock(&running).remove(&key);
            wire.answer(&id, answer);
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Nothing panics while the lock is held.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A member of an object that must be a string.
fn text<'v>(params: &'v Value, name: &str) -> Result<&'v str, Fault> {
    params[name]
        .as_str()
        .ok_or_else(|| Fault::params(format!("`{name}` must be a string")))
}

fn types(params: &Value) -> Result<Value, Fault> {
    let mut blocks = Vec::new();
    for provider in execute::list(params, "providers")? {
        let namespace = provider["name"]
            .as_str()
            .unwrap_or(codecell::DEFAULT_NAMESPACE);
        let mut tools = Vec::new();
        for tool in execute::list(provider, "tools")? {
            let name = text(tool, "name")?;
            tools.push((name, codecell::sanitize_tool_name(name), tool));
        }
        let tools: Vec<ToolTypes<'_>> = tools
            .iter()
            .map(|(name, identifier, tool)| ToolTypes {
                description: tool["description"].as_str().unwrap_or_default(),
                input: tool.get("inputSchema"),
                output: tool.get("outputSchema"),
                ..ToolTypes::new(name, identifier)
            })
            .collect();
        blocks.push(declarations(namespace, &tools));
    }
    Ok(json!({ "types": blocks.join("\n\n") }))
}
