//! Programs in the cell, with the tools that `meta` describes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use codecell::{
    Bytes, ErrorKind, ExecuteRequest, Executor as _, Limits, Tool, ToolFailure, ToolProvider,
};
use codecell_tests::sandbox;
use serde_json::{Value, json};

use crate::{Case, Verdict};

pub(crate) fn cases(all: &Value) -> Vec<Case> {
    let cases = all["executor"].as_array().into_iter().flatten();
    cases
        .map(|case| Case::new("executor", case, check))
        .collect()
}

/// A tool of the kinds in `meta.toolKinds`.
pub(crate) fn tool(name: &str, spec: &Value) -> Tool {
    let spec = spec.clone();
    let calls = Arc::new(AtomicUsize::new(0));
    Tool::raw(name, move |args, _| {
        let spec = spec.clone();
        let calls = Arc::clone(&calls);
        async move {
            let values = args.values().to_vec();
            let value = match spec["kind"].as_str().unwrap_or_default() {
                "echo" if values.len() > 1 => Value::Array(values),
                "echo" => return Ok(values.into_iter().next().map(|value| value.to_string())),
                "args" => Value::Array(values),
                "return" => spec["value"].clone(),
                "throw" | "throwType" => {
                    return Err(ToolFailure::new(
                        spec["message"].as_str().unwrap_or_default(),
                    ));
                }
                "throwRaw" => {
                    let value = &spec["value"];
                    let text = value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned);
                    return Err(ToolFailure::new(text));
                }
                "undefined" => return Ok(None),
                "add" => {
                    let sum = |key: &str| values[0][key].as_f64().unwrap_or_default();
                    let sum = sum("a") + sum("b");
                    if sum.fract() == 0.0 {
                        json!(sum as i64)
                    } else {
                        json!(sum)
                    }
                }
                "join" => {
                    let texts: Vec<String> = values
                        .iter()
                        .map(|value| {
                            value
                                .as_str()
                                .map_or_else(|| value.to_string(), str::to_owned)
                        })
                        .collect();
                    json!(texts.join(spec["sep"].as_str().unwrap_or_default()))
                }
                "sleep" => {
                    let ms = spec["ms"].as_u64().unwrap_or_default();
                    tokio::time::sleep(Duration::from_millis(ms)).await;
                    spec["value"].clone()
                }
                "never" => std::future::pending().await,
                "counter" => json!({ "count": calls.fetch_add(1, Ordering::SeqCst) + 1 }),
                kind => return Err(ToolFailure::new(format!("no tool is of kind {kind}"))),
            };
            Ok(Some(value.to_string()))
        }
    })
}

fn check(case: &Value) -> Verdict {
    let code = case["code"].as_str().unwrap_or_default();
    let mut request = ExecuteRequest::new(code);
    for provider in case["providers"].as_array().into_iter().flatten() {
        let mut tools = ToolProvider::new(provider["name"].as_str().unwrap_or_default());
        for (name, spec) in provider["tools"].as_object().into_iter().flatten() {
            tools = tools.tool(tool(name, spec));
        }
        request = request.provider(tools);
    }
    if let Some(timeout) = case["options"]["timeout"].as_u64() {
        request = request.limits(Limits::default().wall_time(Duration::from_millis(timeout)));
    }
    for (name, source) in case["options"]["modules"].as_object().into_iter().flatten() {
        request = request.module(name, source.as_str().unwrap_or_default());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| error.to_string())?;
    let expect = &case["expect"];
    let result = match runtime.block_on(sandbox().execute(request)) {
        Ok(result) => result,
        Err(error) => return host_error(expect, error.kind(), &error.to_string()),
    };
    let found = match &result.outcome {
        Ok(value) => json!({ "result": value }),
        Err(error) => json!({ "error": error.message }),
    };
    let logs: Vec<String> = result.logs.iter().map(ToString::to_string).collect();
    let mut differences = Vec::new();
    let mut compare = |what: &str, expected: &Value, found: &Value| {
        if expected != found {
            differences.push(format!("{what}: expected {expected}, found {found}"));
        }
    };
    if let Some(expected) = expect.get("result") {
        compare("result", &plain(expected), &found["result"]);
    }
    if let Some(expected) = expect.get("error") {
        compare("error", expected, &found["error"]);
    }
    if let Some(expected) = expect.get("logs") {
        compare("logs", expected, &json!(logs));
    }
    if let Some(expected) = expect.get("callCount") {
        compare("calls", expected, &json!(result.calls.len()));
    }
    if let Some(expected) = expect.get("calls") {
        let calls: Vec<Value> = result
            .calls
            .iter()
            .map(|call| json!([call.namespace, call.name, call.args]))
            .collect();
        compare("calls", &plain(expected), &Value::Array(calls));
    }
    let error = found["error"].as_str();
    if let Some(part) = expect["errorContains"].as_str()
        && !error.is_some_and(|error| error.contains(part))
    {
        differences.push(format!("no error with {part}: {found}"));
    }
    if expect["anyError"] == true && error.is_none() {
        differences.push(format!("no error: {found}"));
    }
    match differences.is_empty() {
        true => Ok(()),
        false => Err(differences.join("\n")),
    }
}

fn host_error(expect: &Value, kind: &ErrorKind, message: &str) -> Verdict {
    let expected = expect["error"].as_str().unwrap_or_default();
    crate::same(expected, message).map_err(|difference| format!("{kind:?}: {difference}"))
}

/// Matchers of the cases as the values that they stand for here.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(members) => match (members.get("$bytes"), members.get("$undefined")) {
            (Some(bytes), _) => {
                let bytes: Vec<u8> = serde_json::from_value(bytes.clone()).unwrap_or_default();
                serde_json::to_value(Bytes(bytes)).unwrap_or_default()
            }
            (_, Some(_)) => Value::Null,
            _ => members
                .iter()
                .map(|(key, value)| (key.clone(), plain(value)))
                .collect(),
        },
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}
