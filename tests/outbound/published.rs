//! GitHub's published document: what its operations become, and each of them performed
//! against a server that is made of the same document.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use codecell::openapi::{Credential, Document};
use codecell::{ExecuteRequest, Limits, Prompt};
use codecell_tests::{execute, still_works};
use serde_json::{Map, Value, json};

use crate::server::{Asked, Reply, Server, with_headers};
use crate::support::{client, policy};

/// The document as it is on npm, if it is installed.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn github() -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("outbound/node_modules/@octokit/openapi/generated/api.github.com.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        assert!(
            std::env::var_os("CI").is_none(),
            "run `npm ci` in tests/outbound"
        );
        eprintln!("SKIPPED: run `npm ci --ignore-scripts` in tests/outbound");
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

/// The operations of a document, read anew and in the simplest way: id, method, path.
fn listed(document: &Value) -> Vec<(String, String, String)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.filter_map(move |(method, operation)| {
            let id = operation["operationId"].as_str()?;
            Some((id.to_owned(), method.to_uppercase(), path.clone()))
        })
    });
    operations.collect()
}

/// Whether a path is one of a template; the more of its parts are literal, the better.
fn literal_parts(template: &str, path: &str) -> Option<usize> {
    let pairs: Vec<_> = template.split('/').zip(path.split('/')).collect();
    let is_as_long = template.split('/').count() == path.split('/').count();
    let fits = |(part, given): &(&str, &str)| match part.find('{') {
        // A part may hold several parameters with text between them.
        Some(_) => part
            .split(['{', '}'])
            .step_by(2)
            .all(|text| given.contains(text)),
        None => part == given,
    };
    let literal = |(part, _): &&(&str, &str)| !part.contains('{') || part.contains("}...{");
    (is_as_long && pairs.iter().all(fits)).then(|| pairs.iter().filter(literal).count())
}

/// A server that tells which operation it was asked for.
fn answers(operations: Vec<(String, String, String)>) -> impl Fn(&Asked) -> Reply + Send + Sync {
    move |asked: &Asked| {
        let path = asked.path.split('?').next().unwrap_or_default();
        let fitting = operations
            .iter()
            .filter(|(_, method, _)| *method == asked.method);
        let best = fitting
            .filter_map(|(id, _, template)| Some((literal_parts(template, path)?, id)))
            .max_by_key(|(literal, _)| *literal);
        match best {
            Some((_, id)) if asked.header("authorization") == Some("Bearer of-the-host") => {
                with_headers(
                    &[("content-type", "application/json")],
                    &json!({ "operation": id }).to_string(),
                )
            }
            found => Reply::Whole(404, Vec::new(), format!("{found:?}").into_bytes()),
        }
    }
}

/// A value that a schema allows, with what is required and no more.
fn sample(schema: &Value, root: &Value, depth: u32) -> Value {
    if let Some(pointer) = schema["$ref"].as_str().and_then(|it| it.strip_prefix('#')) {
        return sample(root.pointer(pointer).unwrap(), root, depth + 1);
    }
    for name in ["const", "default", "example"] {
        if let Some(value) = schema.get(name).filter(|value| !value.is_null()) {
            return value.clone();
        }
    }
    if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
        return first.clone();
    }
    let choices = ["oneOf", "anyOf"]
        .into_iter()
        .filter_map(|name| schema[name].as_array());
    let chosen = choices.flatten().next();
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds[0].as_str(),
        kind => kind.as_str(),
    };
    match kind {
        _ if depth > 20 => Value::Null,
        Some("string") => match schema["format"].as_str() {
            Some("date-time") => json!("2026-01-02T03:04:05Z"),
            Some("date") => json!("2026-01-02"),
            Some("uri") => json!("https://example.com/"),
            _ => json!("x".repeat(schema["minLength"].as_u64().unwrap_or(1).max(1) as usize)),
        },
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("boolean") => json!(true),
        Some("array") => {
            let least = schema["minItems"].as_u64().unwrap_or(0);
            let item = || sample(&schema["items"], root, depth + 1);
            (0..least).map(|_| item()).collect()
        }
        Some("null") => Value::Null,
        _ => {
            let mut object = match chosen.map(|schema| sample(schema, root, depth + 1)) {
                Some(Value::Object(object)) => object,
                Some(other) => return other,
                None => Map::new(),
            };
            for part in schema["allOf"].as_array().into_iter().flatten() {
                if let Value::Object(more) = sample(part, root, depth + 1) {
                    object.extend(more);
                }
            }
            for name in schema["required"].as_array().into_iter().flatten() {
                let name = name.as_str().unwrap();
                let value = sample(&schema["properties"][name], root, depth + 1);
                object.entry(name).or_insert(value);
            }
            Value::Object(object)
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_of_githubs_document_reaches_its_own_route() {
    let Some(value) = github() else { return };
    let listed = listed(&value);
    let mut local = value;
    let server = Server::start(answers(listed.clone())).await;
    // One operation has a server of its own.
    for item in local["paths"].as_object_mut().unwrap().values_mut() {
        for operation in item.as_object_mut().unwrap().values_mut() {
            operation.as_object_mut().map(|it| it.remove("servers"));
        }
    }
    local["servers"] = json!([{ "url": format!("http://a.test:{}", server.port) }]);
    local["components"]["securitySchemes"] =
        json!({ "token": { "type": "http", "scheme": "bearer" } });
    local["security"] = json!([{ "token": [] }]);
    let document = Document::from_value(local).unwrap();
    let access = document
        .access()
        .credential("token", Credential::Secret("of-the-host".into()))
        .build()
        .unwrap();
    let http = client(policy(&[&server]));
    let names: BTreeMap<String, String> = document
        .operations()
        .iter()
        .map(|it| ((it.method().to_owned() + it.path()), it.name().to_owned()))
        .collect();
    let calls: Vec<Value> = listed
        .iter()
        .map(|(id, method, path)| {
            let name = &names[&format!("{method}{path}")];
            let schema = document.operation(name).unwrap().input_schema();
            json!([id, name, sample(&schema, &schema, 0)])
        })
        .collect();

    let code = "async ({ calls }) => {
        const wrong = [];
        for (const [id, name, input] of calls) {
            try {
                const { operation } = await github[name](input);
                if (operation !== id) wrong.push([id, operation]);
            } catch (error) {
                wrong.push([id, error.message]);
            }
        }
        return wrong;
    }";
    let limits = Limits::default()
        .calls(2_000)
        .total_argument_bytes(64 << 20);
    let request = ExecuteRequest::new(code)
        .input(json!({ "calls": calls }))
        .unwrap()
        .limits(limits)
        .provider(access.provider("github", http.sender()));
    let result = execute(request).await;
    still_works().await;

    assert_eq!(result.outcome, Ok(json!([])));
    assert_eq!(result.calls.len(), listed.len());
    assert_eq!(server.asked().len(), listed.len());
}

#[test]
fn every_operation_of_githubs_document_is_typed_and_described() {
    let Some(value) = github() else { return };
    let listed = listed(&value);
    let document = Document::from_value(value).unwrap();

    assert_eq!(document.problems(), []);
    assert!(listed.len() > 1_000, "{} operations", listed.len());
    let found: BTreeSet<(String, String)> = document
        .operations()
        .iter()
        .map(|it| (it.method().to_owned(), it.path().to_owned()))
        .collect();
    let all: BTreeSet<(String, String)> = listed
        .into_iter()
        .map(|(_, method, path)| (method, path))
        .collect();
    assert_eq!(found, all);
    let names: BTreeSet<&str> = document.operations().iter().map(|it| it.name()).collect();
    assert_eq!(names.len(), all.len(), "a name is lost");
    for operation in document.operations() {
        assert!(!operation.description().is_empty(), "{}", operation.name());
    }
    let access = document.access().build().unwrap();
    let provider = access.provider("github", |_| async { unreachable!("nothing is called") });
    let types = Prompt::default().types_bytes(usize::MAX).types(&[provider]);
    for name in names {
        assert!(types.contains(&format!("\t{name}: (")), "{name}");
    }
}
