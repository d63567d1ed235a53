//! Functions of text and data: normalisation, names and types.

use codecell::Truncate;
use codecell::typegen::{ToolTypes, declarations, type_of};
use serde_json::Value;

use crate::{Case, Verdict, same};

pub(crate) fn cases(all: &Value) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut section = |name: &'static str, function: fn(&Value) -> String| {
        for case in all[name].as_array().into_iter().flatten() {
            cases.push(Case::new(name, case, move |case| {
                same(text(&case["expected"]), &function(case))
            }));
        }
    };
    section("normalizeCode", |case| {
        codecell::normalize(text(&case["input"]))
    });
    section("sanitizeToolName", |case| {
        codecell::sanitize_tool_name(text(&case["input"]))
    });
    section("toPascalCase", |case| pascal_case(text(&case["input"])));
    section("jsonSchemaToType", |case| {
        type_of(&case["schema"], text(&case["typeName"]))
    });
    section("generateTypesFromJsonSchema", |case| types(&case["tools"]));
    for case in all["truncate"].as_array().into_iter().flatten() {
        cases.push(Case::new("truncate", case, truncate));
    }
    cases
}

fn truncate(case: &Value) -> Verdict {
    let options = &case["options"];
    let limit = match (options["maxChars"].as_u64(), options["maxTokens"].as_u64()) {
        (Some(chars), _) => Truncate::chars(chars as usize),
        (None, Some(tokens)) => Truncate::tokens(tokens as usize),
        (None, None) => Truncate::default(),
    };
    let input = built(&case["input"]);
    let found = match (text(&case["fn"]), &input) {
        ("truncateResponse", Value::String(text)) => Value::String(limit.text(text).into_owned()),
        _ => limit.value(input),
    };
    same(&built(&case["expected"]).to_string(), &found.to_string())
}

/// The value that the matchers `$repeat` and `$concat` describe.
fn built(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            match (value["$repeat"].as_array(), value["$concat"].as_array()) {
                (Some(repeat), _) => {
                    let count = repeat[1].as_u64().unwrap_or_default() as usize;
                    Value::String(text(&repeat[0]).repeat(count))
                }
                (_, Some(parts)) => Value::String(
                    parts
                        .iter()
                        .map(|part| text(&built(part)).to_owned())
                        .collect(),
                ),
                _ => members
                    .iter()
                    .map(|(name, value)| (name.clone(), built(value)))
                    .collect(),
            }
        }
        Value::Array(items) => items.iter().map(built).collect(),
        other => other.clone(),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What the types of a tool of this name are called.
fn pascal_case(name: &str) -> String {
    let tool = ToolTypes::new(name, name);
    let types = declarations("codemode", &[tool]);
    let name = types
        .strip_prefix("type ")
        .and_then(|rest| rest.split_once("Input"));
    name.map_or(String::new(), |(name, _)| name.to_owned())
}

fn types(tools: &Value) -> String {
    let tools: Vec<(&String, String, &Value)> = tools
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, tool)| (name, codecell::sanitize_tool_name(name), tool))
        .collect();
    let tools: Vec<ToolTypes<'_>> = tools
        .iter()
        .map(|(name, identifier, tool)| ToolTypes {
            description: text(&tool["description"]),
            input: tool.get("inputSchema"),
            output: tool.get("outputSchema"),
            ..ToolTypes::new(name, identifier)
        })
        .collect();
    declarations("codemode", &tools)
}
