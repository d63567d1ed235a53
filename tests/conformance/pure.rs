//! Functions of text and data: normalisation, names and types.

use codecell::typegen::{ToolTypes, declarations, type_of};
use serde_json::Value;

use crate::{Case, same};

pub(crate) fn cases(all: &Value) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut section = |name: &'static str, function: fn(&Value) -> String| {
        for case in all[name].as_array().into_iter().flatten() {
            cases.push(Case::new(name, case, move |case| {
                same(text(&case["expected"]), &function(case))
            }));
        }
    };
    section("normalizeCode", |case| codecell::normalize(text(&case["input"])));
    section("sanitizeToolName", |case| codecell::sanitize_tool_name(text(&case["input"])));
    section("toPascalCase", |case| pascal_case(text(&case["input"])));
    section("jsonSchemaToType", |case| type_of(&case["schema"], text(&case["typeName"])));
    section("generateTypesFromJsonSchema", |case| types(&case["tools"]));
    cases
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What the types of a tool of this name are called.
fn pascal_case(name: &str) -> String {
    let tool = ToolTypes::new(name, name);
    let types = declarations("codemode", &[tool]);
    let name = types.strip_prefix("type ").and_then(|rest| rest.split_once("Input"));
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
