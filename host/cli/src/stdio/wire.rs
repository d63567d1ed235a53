//! JSON-RPC 2.0, one message a line: what comes in, what goes out, and who waits.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use anyhow::Result;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::lock;

/// Why a request has no result (JSON-RPC 2.0, section 5.1).
#[derive(Debug)]
pub(super) struct Fault {
    code: i64,
    message: String,
    data: Option<Value>,
}

impl Fault {
    fn new(code: i64, message: String) -> Self {
        Self {
            code,
            message,
            data: None,
        }
    }

    pub(super) fn parse(message: String) -> Self {
        Self::new(-32700, format!("Parse error: {message}"))
    }

    pub(super) fn request(message: String) -> Self {
        Self::new(-32600, format!("Invalid Request: {message}"))
    }

    pub(super) fn no_method(method: &str) -> Self {
        Self::new(-32601, format!("Method not found: {method}"))
    }

    pub(super) fn params(message: String) -> Self {
        Self::new(-32602, format!("Invalid params: {message}"))
    }

    pub(super) fn internal(message: String) -> Self {
        Self::new(-32603, message)
    }

    /// As the other side sent it.
    fn read(error: &Value) -> Self {
        Self {
            data: error.get("data").cloned(),
            ..Self::new(
                error["code"].as_i64().unwrap_or_default(),
                error["message"].as_str().unwrap_or("no message").to_owned(),
            )
        }
    }

    pub(super) fn into_parts(self) -> (String, Option<Value>) {
        (self.message, self.data)
    }
}

pub(super) type Answer = Result<Value, Fault>;

/// A message of the other side.
pub(super) enum Incoming {
    Request {
        id: Value,
        method: String,
        params: Value,
    },
    Notification,
    Answer {
        id: Value,
        answer: Answer,
    },
}

impl Incoming {
    /// Reads a line; a fault comes with the id that its answer has.
    pub(super) fn parse(line: &[u8]) -> Result<Self, (Value, Fault)> {
        let mut message: Value = serde_json::from_slice(line)
            .map_err(|error| (Value::Null, Fault::parse(error.to_string())))?;
        let refuse = |id: Value, what: &str| Err((id, Fault::request(what.to_owned())));
        if message.is_array() {
            return refuse(
                Value::Null,
                "batches are not supported; send one message a line",
            );
        }
        let id = message.get("id").cloned();
        if id
            .as_ref()
            .is_some_and(|id| !(id.is_string() || id.is_number() || id.is_null()))
        {
            return refuse(Value::Null, "`id` must be a string or a number");
        }
        let id_or_null = id.clone().unwrap_or_default();
        if message["jsonrpc"] != "2.0" {
            return refuse(id_or_null, "`jsonrpc` must be \"2.0\"");
        }
        if let Some(method) = message["method"].as_str().map(str::to_owned) {
            let params = message["params"].take();
            return Ok(match id {
                Some(id) => Self::Request { id, method, params },
                None => Self::Notification,
            });
        }
        if let Some(error) = message.get("error") {
            let answer = Err(Fault::read(error));
            return Ok(Self::Answer {
                id: id_or_null,
                answer,
            });
        }
        match message.get_mut("result").map(Value::take) {
            Some(result) => Ok(Self::Answer {
                id: id_or_null,
                answer: Ok(result),
            }),
            None => refuse(
                id_or_null,
                "neither `method`, `result` nor `error` is there",
            ),
        }
    }
}

/// The way to the other side. Cheap to clone.
#[derive(Clone)]
pub(super) struct Wire {
    lines: mpsc::UnboundedSender<String>,
    next_id: Arc<AtomicU64>,
    waiting: Arc<Mutex<HashMap<u64, oneshot::Sender<Answer>>>>,
}

impl Wire {
    /// A wire to standard output, and the task that writes to it.
    pub(super) fn new() -> (Self, JoinHandle<Result<()>>) {
        let (lines, mut queue) = mpsc::unbounded_channel::<String>();
        let writer = tokio::task::spawn_blocking(move || {
            let mut output = std::io::stdout().lock();
            while let Some(line) = queue.blocking_recv() {
                output.write_all(line.as_bytes())?;
                output.write_all(b"\n")?;
                if queue.is_empty() {
                    output.flush()?;
                }
            }
            Ok(())
        });
        let wire = Self {
            lines,
            next_id: Arc::default(),
            waiting: Arc::default(),
        };
        (wire, writer)
    }

    fn send(&self, message: &Value) {
        // When nobody reads any more, the process is about to end.
        let _ = self.lines.send(message.to_string());
    }

    pub(super) fn notify(&self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    pub(super) fn answer(&self, id: &Value, answer: Answer) {
        self.send(&match answer {
            Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
            Err(Fault {
                code,
                message,
                data,
            }) => {
                let mut error = json!({ "code": code, "message": message });
                if let Some(data) = data {
                    error["data"] = data;
                }
                json!({ "jsonrpc": "2.0", "id": id, "error": error })
            }
        });
    }

    /// Asks the other side, and waits for its answer. Dropping the future forgets it.
    pub(super) async fn ask(&self, method: &str, params: Value) -> Answer {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        lock(&self.waiting).insert(id, sender);
        let _forget = Forget {
            id,
            waiting: Arc::clone(&self.waiting),
        };
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        answer
            .await
            .unwrap_or_else(|_| Err(Fault::internal("the connection ended".to_owned())))
    }

    /// Delivers an answer; one that nobody waits for is late and goes unread.
    pub(super) fn settle(&self, id: &Value, answer: Answer) {
        let waiting = id.as_u64().and_then(|id| lock(&self.waiting).remove(&id));
        if let Some(waiting) = waiting {
            let _ = waiting.send(answer);
        }
    }

    /// Nothing will be answered any more.
    pub(super) fn hang_up(&self) {
        lock(&self.waiting).clear();
    }
}

struct Forget {
    id: u64,
    waiting: Arc<Mutex<HashMap<u64, oneshot::Sender<Answer>>>>,
}

impl Drop for Forget {
    fn drop(&mut self) {
        lock(&self.waiting).remove(&self.id);
    }
}
