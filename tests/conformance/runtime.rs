//! Durable executions, with the connector that `meta.runtimeFixture` describes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use codecell::record::ExecutionStatus;
use codecell::runtime::{Connector, HookFuture, ProviderFuture, SaveSnippet};
use codecell::{Bytes, Error, Runtime, SqliteStore, Tool, ToolFailure, ToolProvider};
use codecell_tests::sandbox;
use serde_json::{Value, json};

use crate::matcher::{Bound, filled, fits};
use crate::{Case, Verdict};

pub(crate) fn cases(all: &Value) -> Vec<Case> {
    let cases = all["runtime"].as_array().into_iter().flatten();
    cases
        .map(|case| Case::new("runtime", case, check))
        .collect()
}

/// What the tools of the fixture did.
#[derive(Default)]
struct World {
    created: Vec<Value>,
    deleted: Vec<Value>,
    notes: Vec<Value>,
    reads: u64,
    opened: Vec<Value>,
    disposed: Vec<Value>,
    pass_ends: Vec<Value>,
    flaky: u64,
}

#[derive(Clone, Default)]
struct Items(Arc<Mutex<World>>);

impl Items {
    fn world<T>(&self, with: impl FnOnce(&mut World) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A tool that does its work at once.
    fn tool(
        &self,
        name: &str,
        work: impl Fn(&mut World, Value, &str) -> Result<Value, ToolFailure> + Send + Sync + 'static,
    ) -> Tool {
        let items = self.clone();
        let work = Arc::new(work);
        Tool::from_fn(name, move |args, context| {
            let (items, work) = (items.clone(), Arc::clone(&work));
            async move {
                let input = args.values().first().cloned().unwrap_or_default();
                items.world(|world| work(world, input, &context.execution_id))
            }
        })
    }
}

impl Connector for Items {
    fn name(&self) -> String {
        "items".to_owned()
    }

    fn provider(&self) -> ProviderFuture<'_> {
        let (reverted, noted) = (self.clone(), self.clone());
        let slow = self.clone();
        let provider = ToolProvider::new("items")
            .tool(self.tool("list_items", |world, _, _| Ok(json!(world.created))))
            .tool(
                self.tool("read_counter", |world, _, _| {
                    world.reads += 1;
                    Ok(json!({ "reads": world.reads }))
                })
                .reexecute(true),
            )
            .tool(self.tool("get_bytes", |_, _, _| {
                Ok(serde_json::to_value(Bytes(vec![1, 2, 3, 4, 5]))?)
            }))
            .tool(self.tool("big_result", |_, _, _| Ok(json!("x".repeat(1_100_000)))))
            .tool(self.tool("session_id", |world, _, id| {
                world.opened.push(json!(id));
                Ok(json!({ "executionId": id }))
            }))
            .tool(
                self.tool("create_item", |world, input, _| {
                    world.created.push(input.clone());
                    Ok(json!({ "id": world.created.len(), "title": input["title"] }))
                })
                .input_schema(json!({ "type": "object" }))
                .validate_input(false)
                .requires_approval(true)
                .revert(move |_, result, _| {
                    reverted.world(|world| world.deleted.push(result));
                    async { Ok(()) }
                }),
            )
            .tool(self.tool("boom", |_, _, _| Err(ToolFailure::new("connector boom"))))
            .tool(
                self.tool("add_note", |world, input, _| {
                    world.notes.push(input["text"].clone());
                    Ok(json!({ "index": world.notes.len() - 1 }))
                })
                .revert(move |_, result, _| {
                    let index = result["index"].as_u64().unwrap_or_default();
                    noted.world(|world| world.notes[index as usize] = json!("__reverted__"));
                    async { Ok(()) }
                }),
            )
            .tool(self.tool("flaky", |world, input, _| {
                world.flaky += 1;
                let calls = world.flaky;
                match calls <= input["n"].as_u64().unwrap_or_default() {
                    true => Err(ToolFailure::new(format!("flaky {calls}"))),
                    false => Ok(json!(format!("ok {calls}"))),
                }
            }))
            .tool(Tool::from_fn("slow", move |args, _| {
                let slow = slow.clone();
                async move {
                    let input: Value = args.get(0)?;
                    let pause = Duration::from_millis(input["ms"].as_u64().unwrap_or_default());
                    tokio::time::sleep(pause).await;
                    let id = input["id"].as_str().unwrap_or_default().to_owned();
                    slow.world(|world| world.notes.push(json!(format!("slow:{id}"))));
                    Ok(json!(id))
                }
            }))
            .tool(
                self.tool("gated_slow", |world, input, _| {
                    let id = input["id"].as_str().unwrap_or_default();
                    world.notes.push(json!(format!("gated:{id}")));
                    Ok(json!(id))
                })
                .requires_approval(true),
            );
        Box::pin(std::future::ready(Ok(provider)))
    }

    fn on_pass_end<'a>(&'a self, id: &'a str, status: ExecutionStatus) -> HookFuture<'a> {
        let end = json!({ "executionId": id, "status": status });
        self.world(|world| world.pass_ends.push(end));
        Box::pin(std::future::ready(()))
    }

    fn dispose_execution<'a>(&'a self, id: &'a str, status: ExecutionStatus) -> HookFuture<'a> {
        let end = json!({ "executionId": id, "status": status });
        self.world(|world| world.disposed.push(end));
        Box::pin(std::future::ready(()))
    }
}

/// One case, under way.
struct Session {
    items: Items,
    store: SqliteStore,
    runtimes: BTreeMap<String, Runtime>,
    is_shaping: bool,
    bound: Bound,
}

impl Session {
    /// Nothing lives on between passes, as in the reference.
    fn runtime(&mut self, name: &str) -> Result<Runtime, Error> {
        if let Some(runtime) = self.runtimes.get(name) {
            return Ok(runtime.clone());
        }
        let builder = self.builder(name).connector(self.items.clone());
        let runtime = builder.build()?;
        self.runtimes.insert(name.to_owned(), runtime.clone());
        Ok(runtime)
    }

    fn builder(&self, name: &str) -> codecell::runtime::RuntimeBuilder {
        let builder = Runtime::builder(sandbox().clone(), self.store.clone())
            .name(name)
            .keep_alive(Duration::ZERO);
        match self.is_shaping {
            true => builder.transform_result(|result| Ok(json!({ "shaped": result }))),
            false => builder,
        }
    }

    async fn step(&mut self, step: &Value) -> Result<Value, String> {
        let id = match step["exec"].as_str() {
            Some(name) => self.bound[name]["executionId"].as_str().unwrap_or_default(),
            None => step["id"].as_str().unwrap_or_default(),
        }
        .to_owned();
        let text = |name: &str| step[name].as_str().unwrap_or_default().to_owned();
        let name = [&step["options"]["name"], &step["name"]]
            .into_iter()
            .find_map(Value::as_str)
            .filter(|_| matches!(step["op"].as_str(), Some("run" | "executions")))
            .unwrap_or("default")
            .to_owned();
        let found = self.act(step, &id, &name, &text).await;
        found.map_err(|error| error.to_string())
    }

    async fn act(
        &mut self,
        step: &Value,
        id: &str,
        name: &str,
        text: &dyn Fn(&str) -> String,
    ) -> Result<Value, Error> {
        let runtime = self.runtime(name)?;
        Ok(match step["op"].as_str().unwrap_or_default() {
            "run" => json!(runtime.execute(text("code")).await?),
            "run_generated" => {
                let times = step["times"].as_u64().unwrap_or_default() as usize;
                let middle = text("repeat").repeat(times);
                let code = format!("{}{middle}{}", text("prefix"), text("suffix"));
                json!(runtime.execute(code).await?)
            }
            "approve" | "approve_id" => json!(runtime.approve(id).await?),
            "approve_without_connectors" => {
                json!(self.builder(name).build()?.approve(id).await?)
            }
            "run_snippet_without_connectors" => {
                let code = format!("async () => await codemode.run({:?})", text("name"));
                json!(self.builder("default").build()?.execute(code).await?)
            }
            "reject" => {
                let seq = step["seq"].as_u64().unwrap_or_default() as u32;
                json!(runtime.reject(id, seq).await?)
            }
            "rollback" => json!(runtime.rollback(id).await?.error()),
            "pending" => json!(runtime.pending(None).await?),
            "executions" => json!(runtime.executions(100).await?),
            "execution" => json!(runtime.execution(id).await?),
            "delete_execution" => json!(runtime.delete_execution(id).await?),
            "save_snippet" => {
                let options = SaveSnippet::new().description(text("description"));
                json!(runtime.save_snippet(text("name"), id, options).await?)
            }
            "snippets" => json!(runtime.snippets().await?),
            "side_effects" => self.items.world(|world| {
                json!({ "created": world.created, "deleted": world.deleted, "notes": world.notes })
            }),
            "lifecycle" => self
                .items
                .world(|world| json!({ "opened": world.opened, "disposed": world.disposed })),
            "pass_ends" => self.items.world(|world| json!(world.pass_ends)),
            "evict" => {
                self.runtimes.clear();
                Value::Null
            }
            "enable_shaping" => {
                self.is_shaping = true;
                self.runtimes.clear();
                Value::Null
            }
            "facet" if step["method"] == "saveSnippet" => {
                let id = step["args"][1]["executionId"].as_str().unwrap_or_default();
                json!(runtime.save_snippet("s", id, SaveSnippet::new()).await?)
            }
            "facet" if step["method"] == "listExecutions" => {
                let limit = step["args"][0].as_u64().unwrap_or_default();
                json!(runtime.executions(limit as usize).await?)
            }
            op => json!({ "unsupported": op, "method": step["method"] }),
        })
    }
}

fn check(case: &Value) -> Verdict {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let mut session = Session {
            items: Items::default(),
            store: SqliteStore::in_memory().map_err(|error| error.to_string())?,
            runtimes: BTreeMap::new(),
            is_shaping: false,
            bound: Bound::new(),
        };
        for (number, step) in case["steps"].as_array().into_iter().flatten().enumerate() {
            let found = session.step(step).await;
            let found = match (step["throws"].as_str(), found) {
                (None, found) => found.map_err(|error| format!("step {number}: {error}"))?,
                (Some(part), Err(error)) if error.contains(part) => Value::Null,
                (Some(part), found) => {
                    return Err(format!("step {number}: expected {part}, found {found:?}"));
                }
            };
            if let Some(name) = step["as"].as_str() {
                session.bound.insert(name.to_owned(), found.clone());
            }
            if let Some(expected) = step.get("expect") {
                let expected = filled(expected, &session.bound);
                fits(&expected, Some(&found), &session.bound)
                    .map_err(|difference| format!("step {number}: {difference}"))?;
            }
        }
        Ok(())
    })
}
