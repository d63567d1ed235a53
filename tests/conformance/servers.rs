//! MCP servers of ours, spoken to as a client does.

use codecell::mcp_server::McpCodeServer;
use codecell::openapi::{Document, Response};
use codecell::{CodeTool, Tool, ToolFailure, ToolProvider};
use codecell_tests::sandbox;
use rmcp::ServiceExt as _;
use rmcp::model::CallToolRequestParams;
use serde_json::{Value, json};

use crate::{Case, Verdict};

pub(crate) fn cases(all: &Value) -> Vec<Case> {
    let section = |name: &str| {
        all["mcpServers"][name]
            .as_array()
            .cloned()
            .unwrap_or_default()
    };
    let code = section("codeMcpServer");
    let spec = section("openApiMcpServer");
    let code = code
        .iter()
        .map(|case| Case::new("codeMcpServer", case, code_case));
    let spec = spec
        .iter()
        .map(|case| Case::new("openApiMcpServer", case, spec_case));
    code.chain(spec).collect()
}

/// What a client gets: the names of the tools, and the text of a call.
fn spoken(server: McpCodeServer, tool: &str, code: &str) -> Result<Value, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        let (read, write) = tokio::io::split(ours);
        tokio::spawn(server.serve(read, write));
        let client = ().serve(theirs).await.map_err(|error| error.to_string())?;
        let tools = client
            .list_all_tools()
            .await
            .map_err(|error| error.to_string())?;
        let mut call = CallToolRequestParams::new(tool.to_owned());
        call.arguments = json!({ "code": code }).as_object().cloned();
        let called = client
            .call_tool(call)
            .await
            .map_err(|error| error.to_string())?;
        let names: Vec<_> = tools.iter().map(|tool| tool.name.as_ref()).collect();
        Ok(json!({ "tools": names, "called": called }))
    })
}

fn code_case(case: &Value) -> Verdict {
    let number = |input: &Value, name: &str| input[name].as_f64().unwrap_or_default();
    let add = Tool::from_fn("add", move |args, _| async move {
        let input: Value = args.get(0)?;
        Ok((number(&input, "a") + number(&input, "b")) as i64)
    });
    let greet = Tool::from_fn("greet", |args, _| async move {
        let input: Value = args.get(0)?;
        Ok(format!(
            "Hello, {}!",
            input["name"].as_str().unwrap_or_default()
        ))
    });
    let mut upstream = ToolProvider::default().tool(add).tool(greet);
    for (name, result) in case["upstreamResult"].as_object().into_iter().flatten() {
        // How results of servers are read has cases of its own.
        let texts = result["content"].as_array().into_iter().flatten();
        let texts: Vec<&str> = texts.filter_map(|part| part["text"].as_str()).collect();
        let (text, is_error) = (texts.join("\n"), result["isError"] == true);
        upstream = upstream.tool(Tool::from_fn(name.as_str(), move |_, _| {
            let text = text.clone();
            async move {
                match is_error {
                    true => Err(ToolFailure::new(text)),
                    false => Ok(serde_json::from_str(&text).unwrap_or(Value::String(text))),
                }
            }
        }));
    }
    let server = McpCodeServer::code(CodeTool::new(sandbox().clone()).provider(upstream));
    let code = case["code"].as_str().unwrap_or("async () => 1");
    let found = spoken(server, "code", code)?;
    if let Some(tools) = case.get("expectTools") {
        return same(tools, &found["tools"]);
    }
    let called = &found["called"];
    same(
        &json!(case["isError"] == true),
        &json!(called["isError"] == true),
    )?;
    let text = called["content"][0]["text"].as_str().unwrap_or_default();
    // Below the message of a failure stands the place.
    let text = match case["isError"] == true {
        true => text.split("\n\n").next().unwrap_or_default(),
        false => text,
    };
    same(&case["text"], &json!(text))
}

fn spec_case(case: &Value) -> Verdict {
    let document = Document::from_value(case["spec"].clone()).map_err(|it| it.to_string())?;
    let access = document.access().server("https://api.test").build();
    let access = access.map_err(|it| it.to_string())?;
    let send = |_| async { Ok::<Response, ToolFailure>(Response::default()) };
    let server = McpCodeServer::openapi(sandbox().clone(), &access, send);
    let tool = case["tool"].as_str().unwrap_or_default();
    let code = case["code"].as_str().unwrap_or("async () => 1");
    let found = spoken(server, tool, code)?;
    let text = found["called"]["content"][0]["text"]
        .as_str()
        .unwrap_or_default();
    if let Some(expected) = case.get("json") {
        let found = serde_json::from_str(text).map_err(|error| format!("{error}: {text}"))?;
        return same(expected, &found);
    }
    match case.get("text") {
        Some(expected) => same(expected, &json!(text)),
        None => Err("there is nothing to compare".to_owned()),
    }
}

fn same(expected: &Value, found: &Value) -> Verdict {
    crate::same(&expected.to_string(), &found.to_string())
}
