//! A runtime with tools whose effects are counted outside of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use codecell::runtime::RuntimeBuilder;
use codecell::{Runtime, SqliteStore, Tool, ToolFailure, ToolProvider};
use codecell_tests::sandbox;
use serde_json::{Value, json};

/// What tools did, by idempotency key: how often, and with what.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger(Arc<Mutex<BTreeMap<String, Vec<Value>>>>);

impl Ledger {
    pub(crate) fn note(&self, key: String, what: Value) {
        self.0.lock().unwrap().entry(key).or_default().push(what);
    }

    /// Everything that was done, in the order of keys.
    pub(crate) fn effects(&self) -> Vec<Value> {
        self.0.lock().unwrap().values().flatten().cloned().collect()
    }

    /// How often the busiest key took effect.
    pub(crate) fn most(&self) -> usize {
        self.most_but("")
    }

    /// The same without one tool's.
    pub(crate) fn most_but(&self, tool: &str) -> usize {
        let ledger = self.0.lock().unwrap();
        let others = ledger.values().filter(|done| done[0][0] != tool);
        others.map(Vec::len).max().unwrap_or(0)
    }

    /// How many keys took effect.
    pub(crate) fn keys(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap().clear();
    }
}

/// `work`: `write` and `pay` have effects, `pay` asks first, `read` has none, `fail` fails,
/// `wait` answers after some milliseconds.
pub(crate) fn work(ledger: &Ledger) -> ToolProvider {
    let noting = |name: &'static str| {
        let ledger = ledger.clone();
        Tool::from_fn(name, move |args, context| {
            let ledger = ledger.clone();
            async move {
                let input = args.values().first().cloned().unwrap_or_default();
                ledger.note(context.idempotency_key(), json!([name, input]));
                Ok(json!({ "done": input }))
            }
        })
    };
    let undone = ledger.clone();
    ToolProvider::new("work")
        .tool(noting("write").revert(move |args, _, context| {
            let key = format!("{} undone", context.idempotency_key());
            undone.note(key, json!(["undo", args]));
            async { Ok(()) }
        }))
        .tool(noting("pay").requires_approval(true))
        .tool(noting("put").idempotent(true))
        .tool(Tool::from_fn("read", |args, _| async move { args.get::<Value>(0) }).read_only(true))
        .tool(Tool::from_fn("fail", |args, _| async move {
            let message: String = args.get(0)?;
            Err::<Value, _>(
                ToolFailure::new(message)
                    .name("WorkError")
                    .data(json!({ "code": 7 })),
            )
        }))
        .tool(Tool::from_fn("wait", |args, _| async move {
            let ms: u64 = args.get(0)?;
            tokio::time::sleep(Duration::from_millis(ms)).await;
            Ok(ms)
        }))
}

pub(crate) fn builder(store: &SqliteStore, ledger: &Ledger) -> RuntimeBuilder {
    Runtime::builder(sandbox().clone(), store.clone()).connector(work(ledger))
}

/// A runtime whose paused executions are rows and nothing else.
pub(crate) fn rows_only(store: &SqliteStore, ledger: &Ledger) -> Runtime {
    builder(store, ledger)
        .keep_alive(Duration::ZERO)
        .build()
        .unwrap()
}

/// A runtime whose paused executions keep their cells.
pub(crate) fn living(store: &SqliteStore, ledger: &Ledger) -> Runtime {
    builder(store, ledger).build().unwrap()
}

pub(crate) fn memory() -> SqliteStore {
    SqliteStore::in_memory().unwrap()
}
