//! What a model is told: the tool's definition, search and descriptions.

use std::sync::{Arc, Mutex};

use codecell::{
    CodeTool, Directory, ExecuteFuture, ExecuteRequest, Executor, Snippet, Tool, ToolProvider,
};
use codecell_tests::sandbox;
use serde_json::{Value, json};

use crate::{Case, Verdict, executor, same};

pub(crate) fn cases(all: &Value) -> Vec<Case> {
    let mut cases = Vec::new();
    for case in all["search"]["cases"].as_array().into_iter().flatten() {
        let fixture = all["search"]["fixtures"][text(&case["fixture"])].clone();
        cases.push(Case::new("search", case, move |case| {
            search(&fixture, case)
        }));
    }
    for case in all["describe"].as_array().into_iter().flatten() {
        let fixture = all["search"]["fixtures"][text(&case["fixture"])].clone();
        cases.push(Case::new("describe", case, move |case| {
            describe(&fixture, case)
        }));
    }
    for case in all["createCodeTool"].as_array().into_iter().flatten() {
        cases.push(Case::new("createCodeTool", case, code_tool));
    }
    for case in all["resolveProvider"].as_array().into_iter().flatten() {
        cases.push(Case::new("resolveProvider", case, resolved));
    }
    cases
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn described(mut tool: Tool, spec: &Value) -> Tool {
    tool = tool.description(text(&spec["description"]));
    if let Some(schema) = spec.get("inputSchema") {
        tool = tool.input_schema(schema.clone());
    }
    tool
}

fn directory(fixture: &Value) -> Directory {
    let providers = fixture["descriptions"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|spec| {
            let mut provider = ToolProvider::new(text(&spec["name"]));
            if let Some(instructions) = spec["instructions"].as_str() {
                provider = provider.instructions(instructions);
            }
            let tools =
                spec["descriptors"]
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(name, tool)| {
                        let approval = spec["annotations"][name]["requiresApproval"] == true;
                        described(executor::tool(name, &json!({ "kind": "undefined" })), tool)
                            .requires_approval(approval)
                    });
            provider.tools(tools)
        });
    let snippets = fixture["snippets"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|spec| Snippet {
            name: text(&spec["name"]).to_owned(),
            description: spec["description"].as_str().map(str::to_owned),
            code: text(&spec["code"]).to_owned(),
        });
    Directory::new(providers.collect()).snippets(snippets.collect())
}

fn search(fixture: &Value, case: &Value) -> Verdict {
    let mut found = json!(directory(fixture).search(text(&case["query"])));
    for result in found["results"].as_array_mut().into_iter().flatten() {
        if let Some(result) = result.as_object_mut() {
            result.shift_remove("description");
        }
    }
    subset(&case["expected"], &found)
}

fn describe(fixture: &Value, case: &Value) -> Verdict {
    subset(
        &case["expected"],
        &json!(directory(fixture).describe(text(&case["target"]))),
    )
}

/// Both are the same, whatever the order of members.
fn subset(expected: &Value, found: &Value) -> Verdict {
    match expected == found {
        true => Ok(()),
        false => same(&expected.to_string(), &found.to_string()),
    }
}

/// Keeps what it is asked to run.
#[derive(Clone, Default)]
struct Spy {
    code: Arc<Mutex<String>>,
    providers: Arc<Mutex<Vec<Value>>>,
}

impl Executor for Spy {
    fn execute(&self, request: ExecuteRequest) -> ExecuteFuture<'_> {
        if let (Ok(mut code), Ok(mut providers)) = (self.code.lock(), self.providers.lock()) {
            *code = codecell::normalize(request.code());
            *providers = request.providers().iter().map(seen).collect();
        }
        sandbox().execute(request)
    }
}

fn seen(provider: &ToolProvider) -> Value {
    json!({ "name": provider.name(), "fns": provider.identifiers() })
}

fn providers(case: &Value) -> Vec<ToolProvider> {
    let mut specs = case["providers"].as_array().cloned().unwrap_or_default();
    if case.get("tools").is_some() {
        specs.push(json!({ "tools": case["tools"] }));
    }
    specs.iter().map(provider).collect()
}

fn provider(spec: &Value) -> ToolProvider {
    let mut provider =
        ToolProvider::new(spec["name"].as_str().unwrap_or(codecell::DEFAULT_NAMESPACE));
    if let Some(types) = spec["types"].as_str() {
        provider = provider.types(types);
    }
    // A definition without `execute` cannot be written in Rust.
    let tools = spec["tools"].as_object().into_iter().flatten();
    let tools = tools
        .filter(|(_, tool)| tool.get("execute").is_some())
        .map(|(name, tool)| {
            let approval = tool
                .get("needsApproval")
                .is_some_and(|needs| needs != false);
            described(executor::tool(name, &tool["execute"]), tool).requires_approval(approval)
        });
    provider.tools(tools)
}

fn resolved(case: &Value) -> Verdict {
    let spy = Spy::default();
    let tool = CodeTool::new(spy.clone()).provider(provider(&case["provider"]));
    run(&tool, "async () => null")?;
    let found = spy.providers.lock().map_err(|error| error.to_string())?;
    same(
        &json!([case["expected"]]).to_string(),
        &json!(*found).to_string(),
    )
}

fn run(tool: &CodeTool, code: &str) -> Result<codecell::CodeToolAnswer, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| error.to_string())?;
    let answer = runtime.block_on(tool.call(&json!({ "code": code })));
    answer.map_err(|error| error.to_string())
}

fn code_tool(case: &Value) -> Verdict {
    let spy = Spy::default();
    let tool = providers(case)
        .into_iter()
        .fold(CodeTool::new(spy.clone()), CodeTool::provider);
    let description = tool.definition().description;
    for part in case["expectDescriptionContains"]
        .as_array()
        .into_iter()
        .flatten()
    {
        if !description.contains(text(part)) {
            return Err(format!("{part} is not in\n{description}"));
        }
    }
    for part in case["expectDescriptionNotContains"]
        .as_array()
        .into_iter()
        .flatten()
    {
        if description.contains(text(part)) {
            return Err(format!("{part} is in\n{description}"));
        }
    }
    if let Some(code) = case["input"]["code"].as_str() {
        run(&tool, code)?;
    }
    if let Some(expected) = case["expectExecutorCode"].as_str() {
        same(
            expected,
            &spy.code.lock().map_err(|error| error.to_string())?,
        )?;
    }
    if case.get("expectProviders").is_some() {
        let found = spy.providers.lock().map_err(|error| error.to_string())?;
        same(
            &case["expectProviders"].to_string(),
            &json!(*found).to_string(),
        )?;
    }
    if let Some([name, argument]) = case["call"].as_array().map(Vec::as_slice) {
        let answer = run(
            &tool,
            &format!("async () => await codemode.{}({argument})", text(name)),
        )?;
        if !answer.is_error() {
            return Err(format!("no error: {answer:?}"));
        }
    }
    for step in case["sequence"].as_array().into_iter().flatten() {
        let answer = run(
            &tool,
            &format!("async () => await codemode.{}({{}})", text(&step["call"])),
        )?;
        same(
            &step["result"].to_string(),
            &answer.value()["result"].to_string(),
        )?;
    }
    Ok(())
}
