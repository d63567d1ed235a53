//! Programs as models write them, with what each must give.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use codecell::{ExecuteRequest, Executor as _, Limits, Tool, ToolFailure, ToolProvider};
use codecell_tests::{sandbox, still_works};
use serde_json::Value;

use crate::{Case, Verdict};

pub(crate) fn cases(lines: &str) -> Vec<Case> {
    lines
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| match serde_json::from_str(line) {
            Ok(case) => Case::new("programs", &case, check),
            Err(error) => panic!("a program case is not JSON: {error}"),
        })
        .collect()
}

fn check(case: &Value) -> Verdict {
    let code = case["code"].as_str().unwrap_or_default();
    let mut request = ExecuteRequest::new(code);
    let mut providers: BTreeMap<String, ToolProvider> = BTreeMap::new();
    for spec in case["tools"].as_array().into_iter().flatten() {
        let full = spec["name"].as_str().unwrap_or_default();
        let (namespace, name) = full.split_once('.').unwrap_or(("codemode", full));
        let provider = providers
            .remove(namespace)
            .unwrap_or_else(|| ToolProvider::new(namespace));
        providers.insert(namespace.to_owned(), provider.tool(tool(name, spec)));
    }
    for provider in providers.into_values() {
        request = request.provider(provider);
    }
    if let Some(limits) = case["limits"].as_object() {
        request = request.limits(limits_of(limits)?);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| error.to_string())?;
    let result = runtime
        .block_on(sandbox().execute(request))
        .map_err(|error| error.to_string())?;
    runtime.block_on(still_works());
    let expect = &case["expect"];
    let mut differences = Vec::new();
    match (&result.outcome, expect["kind"].as_str()) {
        (Ok(value), Some("result")) => {
            if *value != expect["equals"] {
                differences.push(format!("expected {}, found {value}", expect["equals"]));
            }
        }
        (Err(error), Some("error")) => {
            let mut parts = expect["error_contains"].as_array().into_iter().flatten();
            let text = format!(
                "{} {error} {}",
                error.kind.as_str(),
                error.name.as_deref().unwrap_or_default()
            );
            if !parts.any(|part| part.as_str().is_some_and(|part| text.contains(part))) {
                differences.push(format!("none of {} in {text}", expect["error_contains"]));
            }
        }
        (outcome, _) => differences.push(format!("expected {expect}, found {outcome:?}")),
    }
    if let Some(calls) = expect["calls"].as_u64()
        && calls as usize != result.calls.len()
    {
        differences.push(format!(
            "expected {calls} calls, found {}",
            result.calls.len()
        ));
    }
    let logs: Vec<String> = result.logs.iter().map(|line| line.text.clone()).collect();
    let logs = logs.join("\n");
    let wanted = match &expect["logs_contain"] {
        Value::Array(parts) => parts.clone(),
        Value::Null => Vec::new(),
        part => vec![part.clone()],
    };
    for part in wanted.iter().filter_map(Value::as_str) {
        if !logs.contains(part) {
            differences.push(format!("{part} is not in the logs: {logs}"));
        }
    }
    match differences.is_empty() {
        true => Ok(()),
        false => Err(differences.join("\n")),
    }
}

fn limits_of(wanted: &serde_json::Map<String, Value>) -> Result<Limits, String> {
    let mut limits = Limits::default();
    for (name, value) in wanted {
        let number = value
            .as_u64()
            .ok_or_else(|| format!("{name} is no number"))?;
        limits = match name.as_str() {
            "timeout_ms" => limits.wall_time(Duration::from_millis(number)),
            "fuel" => limits.fuel(number),
            "memory_mb" => limits.memory_bytes((number as usize) << 20),
            "max_calls" => limits.calls(number as usize),
            _ => return Err(format!("no limit is called {name}")),
        };
    }
    Ok(limits)
}

/// A tool of the behaviours that the cases describe.
fn tool(name: &str, spec: &Value) -> Tool {
    let spec = Arc::new(spec.clone());
    let calls = Arc::new(AtomicUsize::new(0));
    Tool::raw(name, move |args, _| {
        let (spec, calls) = (Arc::clone(&spec), Arc::clone(&calls));
        async move {
            let nth = calls.fetch_add(1, Ordering::SeqCst);
            let argument = args.values().first().cloned();
            let mut answer = match spec["behaviour"].as_str().unwrap_or_default() {
                "echo" => Ok(argument.clone()),
                "const" => Ok(Some(spec["value"].clone())),
                "delay" => Ok(spec.get("value").cloned().or(argument.clone())),
                "error" => Err(text(&spec["value"])),
                "big" => Ok(Some(
                    "x".repeat(spec["value"].as_u64().unwrap_or_default() as usize)
                        .into(),
                )),
                "never" => std::future::pending().await,
                _ => Ok(None),
            };
            let mut ms = spec["ms"].as_u64();
            if let Some(rows) = spec["value"].as_array() {
                let row = match spec["behaviour"].as_str() {
                    Some("table") => {
                        let given = argument.clone().unwrap_or_default();
                        let exact = rows.iter().find(|row| row.get("args") == Some(&given));
                        exact.or_else(|| rows.iter().find(|row| row["default"] == true))
                    }
                    Some("seq") => rows.get(nth).or(rows.last()),
                    _ => None,
                };
                if matches!(spec["behaviour"].as_str(), Some("table" | "seq")) {
                    answer = match row {
                        Some(row) if row.get("error").is_some() => Err(text(&row["error"])),
                        Some(row) => Ok(row.get("result").cloned()),
                        None => Err("no row of the table fits".to_owned()),
                    };
                    ms = row.and_then(|row| row["ms"].as_u64()).or(ms);
                }
            }
            if let Some(ms) = ms {
                tokio::time::sleep(Duration::from_millis(ms)).await;
            }
            answer
                .map(|value| value.map(|value| value.to_string()))
                .map_err(ToolFailure::new)
        }
    })
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
