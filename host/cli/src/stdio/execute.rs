//! The request `execute`: a program whose tools are on the other side of the wire.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use codecell::{
    CancellationToken, Diagnostics, ExecuteRequest, Executor as _, Limits, Sandbox, Tool,
    ToolFailure, ToolProvider,
};
use serde_json::{Map, Value, json};

use super::text;
use super::wire::{Answer, Fault, Wire};

/// Members of the request's parameters.
const PARAMS: &[&str] = &[
    "code",
    "diagnostics",
    "executionId",
    "input",
    "limits",
    "logs",
    "modules",
    "now",
    "providers",
    "seed",
];

pub(super) async fn execute(
    sandbox: &Sandbox,
    wire: &Wire,
    id: &Value,
    params: Value,
    token: CancellationToken,
) -> Answer {
    let request = request(wire, id, &params)?.cancellation(token);
    match sandbox.execute(request).await {
        Ok(result) => {
            serde_json::to_value(result).map_err(|error| Fault::internal(error.to_string()))
        }
        // Names that clash, limits that cannot be kept: told where a program's faults are,
        // so that a caller has one place to look at.
        Err(error) => Ok(json!({
            "result": null,
            "error": { "kind": "host", "message": error.to_string() },
            "logs": [],
            "calls": [],
            "cost": { "guestMs": 0.0, "wallMs": 0.0, "peakMemoryBytes": 0 },
        })),
    }
}

fn request(wire: &Wire, id: &Value, params: &Value) -> Result<ExecuteRequest, Fault> {
    let members = params
        .as_object()
        .ok_or_else(|| Fault::params("an object is expected".to_owned()))?;
    known(members, PARAMS, "params")?;
    let mut request = ExecuteRequest::new(text(params, "code")?).limits(limits(&params["limits"])?);
    for spec in list(params, "providers")? {
        request = request.provider(provider(wire, id, spec)?);
    }
    for (name, source) in members
        .get("modules")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let source = source
            .as_str()
            .ok_or_else(|| Fault::params(format!("modules.{name} must be a string")))?;
        request = request.module(name, source);
    }
    if let Some(input) = members.get("input") {
        request = request
            .input(input)
            .map_err(|error| Fault::params(error.to_string()))?;
    }
    if let Some(seed) = number(params, "seed")? {
        request = request.seed(seed);
    }
    if let Some(now) = number(params, "now")? {
        request = request.now(SystemTime::UNIX_EPOCH + Duration::from_millis(now));
    }
    if let Some(execution_id) = members.get("executionId").and_then(Value::as_str) {
        request = request.execution_id(execution_id);
    }
    if members.get("diagnostics") == Some(&Value::Bool(false)) {
        request = request.diagnostics(Diagnostics::off());
    }
    if members.get("logs") == Some(&Value::Bool(true)) {
        let (wire, id) = (wire.clone(), id.clone());
        request = request.on_log(move |line| {
            wire.notify(
                "log",
                json!({ "requestId": id, "level": line.level, "text": line.text }),
            );
        });
    }
    Ok(request)
}

fn provider(wire: &Wire, id: &Value, spec: &Value) -> Result<ToolProvider, Fault> {
    let name = match &spec["name"] {
        Value::Null => codecell::DEFAULT_NAMESPACE,
        name => name
            .as_str()
            .ok_or_else(|| Fault::params("a provider's `name` must be a string".to_owned()))?,
    };
    let mut provider = ToolProvider::new(name);
    if let Some(prelude) = spec["prelude"].as_str() {
        provider = provider.prelude(prelude);
    }
    let namespace: Arc<str> = name.into();
    for spec in list(spec, "tools")? {
        provider = provider.tool(tool(wire, id, &namespace, spec)?);
    }
    Ok(provider)
}

/// A tool that asks the other side: `callTool`.
fn tool(
    wire: &Wire,
    request_id: &Value,
    namespace: &Arc<str>,
    spec: &Value,
) -> Result<Tool, Fault> {
    let name = text(spec, "name")?;
    let (wire, request_id) = (wire.clone(), request_id.clone());
    let (namespace, label): (Arc<str>, Arc<str>) = (Arc::clone(namespace), name.into());
    let mut tool = Tool::raw(name, move |arguments, context| {
        let params = json!({
            "requestId": request_id,
            "executionId": &*context.execution_id,
            "seq": context.seq,
            "namespace": &*namespace,
            "name": &*label,
            "args": arguments.values(),
        });
        let wire = wire.clone();
        async move {
            match wire.ask("callTool", params).await {
                Ok(result) => Ok(Some(result.to_string())),
                Err(fault) => {
                    let (message, data) = fault.into_parts();
                    let failure = ToolFailure::new(message);
                    Err(match data {
                        Some(data) => failure.data(data),
                        None => failure,
                    })
                }
            }
        }
    });
    if let Some(description) = spec["description"].as_str() {
        tool = tool.description(description);
    }
    if let Some(schema) = spec.get("inputSchema").filter(|schema| !schema.is_null()) {
        tool = tool.input_schema(schema.clone());
    }
    if let Some(schema) = spec.get("outputSchema").filter(|schema| !schema.is_null()) {
        tool = tool.output_schema(schema.clone());
    }
    Ok(tool)
}

/// A limit by its name on the wire.
type Set = fn(Limits, u64) -> Limits;

const LIMITS: &[(&str, Set)] = &[
    ("timeoutMs", |limits, ms| {
        limits.wall_time(Duration::from_millis(ms))
    }),
    ("guestTimeMs", |limits, ms| {
        limits.guest_time(Duration::from_millis(ms))
    }),
    ("fuel", Limits::fuel),
    ("memoryBytes", |limits, bytes| {
        limits.memory_bytes(size(bytes))
    }),
    ("stackBytes", |limits, bytes| {
        limits.stack_bytes(size(bytes))
    }),
    ("sourceBytes", |limits, bytes| {
        limits.source_bytes(size(bytes))
    }),
    ("maxCalls", |limits, count| limits.calls(size(count))),
    ("maxCallsInFlight", |limits, count| {
        limits.calls_in_flight(size(count))
    }),
    ("argumentBytes", |limits, bytes| {
        limits.argument_bytes(size(bytes))
    }),
    ("totalArgumentBytes", |limits, bytes| {
        limits.total_argument_bytes(size(bytes))
    }),
    ("toolResultBytes", |limits, bytes| {
        limits.tool_result_bytes(size(bytes))
    }),
    ("resultBytes", |limits, bytes| {
        limits.result_bytes(size(bytes))
    }),
    ("logBytes", |limits, bytes| limits.log_bytes(size(bytes))),
];

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn limits(wanted: &Value) -> Result<Limits, Fault> {
    let mut limits = Limits::default();
    let members = match wanted {
        Value::Null => return Ok(limits),
        wanted => wanted
            .as_object()
            .ok_or_else(|| Fault::params("`limits` must be an object".to_owned()))?,
    };
    let names: Vec<&str> = LIMITS.iter().map(|(name, _)| *name).collect();
    known(members, &names, "limits")?;
    for (name, set) in LIMITS {
        if let Some(value) = number(wanted, name)? {
            limits = set(limits, value);
        }
    }
    Ok(limits)
}

/// A member that is a whole number, if it is there.
fn number(params: &Value, name: &str) -> Result<Option<u64>, Fault> {
    match params.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let whole = value.as_u64().or_else(|| {
                value
                    .as_f64()
                    .filter(|it| *it >= 0.0 && it.fract() == 0.0)
                    .map(|it| it as u64)
            });
            let fault = || Fault::params(format!("`{name}` must be a whole number"));
            whole.map(Some).ok_or_else(fault)
        }
    }
}

/// A member that is a list of objects; one that is absent is empty.
pub(super) fn list<'v>(params: &'v Value, name: &str) -> Result<&'v [Value], Fault> {
    match params.get(name) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) if items.iter().all(Value::is_object) => Ok(items),
        Some(_) => Err(Fault::params(format!("`{name}` must be a list of objects"))),
    }
}

/// Refuses members that mean nothing, which are misspelt ones as a rule.
fn known(members: &Map<String, Value>, names: &[&str], what: &str) -> Result<(), Fault> {
    match members.keys().find(|name| !names.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => Err(Fault::params(format!(
            "`{name}` is not among the members of `{what}`: {}",
            names.join(", ")
        ))),
    }
}
