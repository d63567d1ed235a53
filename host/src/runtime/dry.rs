//! What a tool is taken to answer when it is not run.

use serde_json::{Map, Value};

use crate::tool::Tool;

/// Levels of a schema that are followed.
const MAX_DEPTH: usize = 8;

/// An answer that fits the output schema: its example or default, else the least value of
/// its type; `None`, which is `undefined`, without a schema.
pub(super) fn answer(tool: &Tool) -> Option<Value> {
    let tool = tool.to_value();
    let schema = tool.get("outputSchema")?;
    Some(least(schema, schema, 0))
}

fn least(schema: &Value, root: &Value, depth: usize) -> Value {
    if depth > MAX_DEPTH {
        return Value::Null;
    }
    let examples = schema["examples"].as_array().and_then(|all| all.first());
    let given = [
        schema.get("example"),
        examples,
        schema.get("default"),
        schema.get("const"),
    ];
    let first_of = |name: &str| schema[name].as_array().and_then(|all| all.first());
    if let Some(value) = given
        .into_iter()
        .flatten()
        .next()
        .or_else(|| first_of("enum"))
    {
        return value.clone();
    }
    if let Some(target) = schema["$ref"].as_str().and_then(|it| it.strip_prefix('#')) {
        return root
            .pointer(target)
            .map_or(Value::Null, |it| least(it, root, depth + 1));
    }
    if let Some(schema) = ["anyOf", "oneOf", "allOf"].into_iter().find_map(first_of) {
        return least(schema, root, depth + 1);
    }
    let types = &schema["type"];
    match types.as_str().or_else(|| types[0].as_str()) {
        Some("string") => Value::from(""),
        Some("number" | "integer") => schema.get("minimum").cloned().unwrap_or(Value::from(0)),
        Some("boolean") => Value::from(false),
        Some("array") => Value::Array(Vec::new()),
        Some("object") => {
            let mut members = Map::new();
            for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
                members.insert(name.clone(), least(schema, root, depth + 1));
            }
            Value::Object(members)
        }
        _ => Value::Null,
    }
}
