//! Connectors: what each tells of its tools, and what is refused when they are put together.

use codecell::{Error, ExecuteRequest, Executor as _, Runtime, SqliteStore, Tool, ToolProvider};
use codecell_tests::sandbox;
use serde_json::{Map, Value, json};

use crate::{Case, Verdict, executor, same};

pub(crate) fn cases(all: &Value) -> Vec<Case> {
    let section = |name: &str| all[name].as_array().into_iter().flatten();
    let connectors = section("connectors").map(|case| Case::new("connectors", case, connector));
    let sets = section("toolSetConnector").map(|case| Case::new("toolSetConnector", case, set));
    connectors.chain(sets).collect()
}

/// A tool of a case; one without a function cannot be written down here.
fn tool(name: &str, spec: &Value) -> Tool {
    let mut tool = executor::tool(
        name,
        spec.get("execute").unwrap_or(&json!({ "kind": "echo" })),
    );
    if let Some(description) = spec["description"].as_str() {
        tool = tool.description(description);
    }
    if let Some(schema) = spec.get("inputSchema") {
        tool = tool.input_schema(schema.clone());
    }
    match &spec["needsApproval"] {
        // Of the function nothing is known; that it may ask is what is told.
        Value::String(_) => tool.requires_approval_when(|_| true),
        asks => tool.requires_approval(*asks == true || spec["requiresApproval"] == true),
    }
}

fn provider(name: &str, tools: &Value) -> ToolProvider {
    let tools = tools.as_object().into_iter().flatten();
    ToolProvider::new(name).tools(tools.map(|(name, spec)| tool(name, spec)))
}

/// What is told of tools beside their types, where it is not what is usual.
fn annotations(provider: &ToolProvider) -> Value {
    let mut all = Map::new();
    for tool in provider.list() {
        let told = tool.to_value();
        let mut own = Map::new();
        if told["requiresApproval"] == true {
            own.insert("requiresApproval".into(), true.into());
        }
        if let Some(replay) = told.get("replay") {
            own.insert("replay".into(), replay.clone());
        }
        if !own.is_empty() {
            all.insert(tool.name().to_owned(), own.into());
        }
    }
    all.into()
}

fn runtime(providers: impl IntoIterator<Item = ToolProvider>) -> Result<Runtime, Error> {
    let builder = Runtime::builder(sandbox().clone(), SqliteStore::in_memory()?);
    providers
        .into_iter()
        .fold(builder, |builder, provider| builder.connector(provider))
        .build()
}

fn equal(expected: &Value, found: &Value) -> Verdict {
    match expected == found {
        true => Ok(()),
        false => same(&expected.to_string(), &found.to_string()),
    }
}

/// A refusal with these words, after names that a case leaves open are put in.
fn refused<T>(case: &Value, names: &[(&str, &str)], found: Result<T, String>) -> Verdict {
    let mut expected = case["throws"].as_str().unwrap_or_default().to_owned();
    for (open, name) in names {
        expected = expected.replace(open, name);
    }
    match found {
        Err(message) if message.contains(&expected) => Ok(()),
        Err(message) => same(&expected, &message),
        Ok(_) => Err(format!("was not refused: {expected}")),
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let built = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    Ok(built.map_err(|error| error.to_string())?.block_on(future))
}

fn words<T>(result: Result<T, Error>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

/// The runtime of a durable execution that completed, and its id.
async fn executed(provider: ToolProvider, code: &str) -> Result<(Runtime, String), String> {
    let runtime = words(runtime([provider]))?;
    let outcome = json!(words(runtime.execute(code).await)?);
    match outcome["error"].as_str() {
        Some(message) => Err(message.to_owned()),
        None => Ok((
            runtime,
            outcome["executionId"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        )),
    }
}

fn connector(case: &Value) -> Verdict {
    if let Some(expected) = case.get("expectedAnnotations") {
        return equal(expected, &annotations(&provider("c", &case["tools"])));
    }
    if let Some(expected) = case["expected"].get("annotations") {
        let provider = ToolProvider::new("c").tool(tool("read", &json!({})).reexecute(true));
        return equal(expected, &annotations(&provider));
    }
    if let Some(name) = case["call"][0].as_str() {
        let request = ExecuteRequest::new(format!("c.{name}({})", case["call"][1]));
        let result = block_on(sandbox().execute(request.provider(provider("c", &json!({})))))?;
        let outcome = words(result)?.outcome;
        return refused(
            case,
            &[("<connector>", "c")],
            outcome.map_err(|error| error.message),
        );
    }
    if let Some(names) = case["names"].as_array() {
        let providers = names
            .iter()
            .map(|name| provider(name.as_str().unwrap_or_default(), &json!({})));
        let built = words(runtime(providers));
        return match case["ok"] == true {
            true => built.map(|_| ()),
            false => refused(case, &[], built),
        };
    }
    if case["expected"].get("withRevert").is_some() {
        let provider = ToolProvider::new("c")
            .tool(tool("plain", &json!({})))
            .tool(tool("undone", &json!({})).revert(|_, _, _| async { Ok(()) }));
        let code = "async () => { await c.plain({}); await c.undone({}) }";
        let report = block_on(async {
            let (runtime, id) = executed(provider, code).await?;
            words(runtime.rollback(&id).await)
        })??;
        let reverted = |name: &str| report.reverted.iter().any(|call| call.ends_with(name));
        let found =
            json!({ "withoutRevert": reverted(": c.plain"), "withRevert": reverted(": c.undone") });
        return equal(&case["expected"], &found);
    }
    let both = tool("t", &json!({}))
        .requires_approval(true)
        .reexecute(true);
    let ran = block_on(executed(ToolProvider::new("c").tool(both), "async () => 1"))?;
    refused(case, &[("<name>", "c"), ("<tool>", "t")], ran.map(|_| ()))
}

fn set(case: &Value) -> Verdict {
    let config = &case["config"];
    let provider = provider(config["name"].as_str().unwrap_or("tools"), &config["tools"]);
    if let Some(name) = case["expectedName"].as_str() {
        same(name, provider.name())?;
    }
    if let Some(methods) = case.get("expectedMethods") {
        let mut names: Vec<&str> = provider.list().iter().map(Tool::name).collect();
        names.sort_unstable();
        equal(methods, &json!(names))?;
    }
    match case.get("expectedAnnotations") {
        Some(expected) => equal(expected, &annotations(&provider)),
        None => Ok(()),
    }
}
