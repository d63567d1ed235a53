//! What a program sees of a call's result, and a server of its arguments.

use rmcp::model::ErrorData;
use serde_json::{Map, Value, json};

use super::limits::MAX_FAILURE_BYTES;
use super::text::clipped;
use crate::tool::ToolFailure;
use crate::value::parse;

/// What a program receives of a result.
///
/// In this order: the `toolResult` of old servers; an error's text as a failure;
/// structured content; text, read as JSON where it is JSON; else the result as it is,
/// with its images, audio, resources and links.
///
/// With `bytes`, media in a result that is given as it is become bytes.
pub(super) fn unwrapped(mut result: Value, bytes: bool) -> Result<Value, ToolFailure> {
    if let Some(legacy) = result.get_mut("toolResult") {
        return Ok(legacy.take());
    }
    let structured = result.get("structuredContent").filter(|it| !it.is_null());
    if result.get("isError") == Some(&Value::Bool(true)) {
        let texts: Vec<&str> = parts(&result).iter().filter_map(text_of).collect();
        let message = match texts.join("\n") {
            text if text.is_empty() => "Tool call failed".to_owned(),
            text => clipped(text, MAX_FAILURE_BYTES),
        };
        let failure = ToolFailure::new(message);
        return Err(match structured {
            Some(data) => failure.data(data.clone()),
            None => failure,
        });
    }
    if let Some(structured) = structured {
        return Ok(structured.clone());
    }
    let texts: Option<Vec<&str>> = parts(&result).iter().map(text_of).collect();
    match texts {
        Some(texts) if !texts.is_empty() => {
            let text = texts.join("\n");
            Ok(parse(&text).unwrap_or(Value::String(text)))
        }
        _ => {
            // Newer servers say so of every result; it tells a program nothing.
            if result.get("resultType") == Some(&Value::from("complete"))
                && let Some(result) = result.as_object_mut()
            {
                result.shift_remove("resultType");
            }
            if bytes {
                let content = result.get_mut("content").and_then(Value::as_array_mut);
                content.into_iter().flatten().for_each(media_to_bytes);
            }
            Ok(result)
        }
    }
}

fn parts(result: &Value) -> &[Value] {
    let content = result.get("content").and_then(Value::as_array);
    content.map_or(&[], Vec::as_slice)
}

/// The text of a part that is text; one without any counts as empty.
fn text_of(part: &Value) -> Option<&str> {
    let is_text = part.get("type")? == "text";
    is_text.then(|| part.get("text").and_then(Value::as_str).unwrap_or_default())
}

fn media_to_bytes(part: &mut Value) {
    let base64 = match part.get("type").and_then(Value::as_str) {
        Some("image" | "audio") => part.get_mut("data"),
        Some("resource") => part.get_mut("resource").and_then(|it| it.get_mut("blob")),
        _ => None,
    };
    if let Some(base64 @ Value::String(_)) = base64 {
        *base64 = json!({ "$bytes": base64.take() });
    }
}

/// The one object that a tool of a server takes.
///
/// Bytes, which a program passes as a typed array, become base64 text, as the
/// protocol has them everywhere.
pub(super) fn arguments_for(
    tool: &str,
    arguments: &[Value],
) -> Result<Map<String, Value>, ToolFailure> {
    match arguments {
        [] | [Value::Null] => Ok(Map::new()),
        [Value::Object(object)] => {
            let members = object.iter();
            Ok(members
                .map(|(name, it)| (name.clone(), bytes_to_text(it)))
                .collect())
        }
        _ => Err(ToolFailure::new(format!(
            "Invalid arguments for \"{tool}\": it takes one object"
        ))),
    }
}

fn bytes_to_text(value: &Value) -> Value {
    match value {
        Value::Object(object) => match object.iter().next() {
            Some((tag, base64 @ Value::String(_)))
                if object.len() == 1 && matches!(tag.as_str(), "$bytes" | "$arrayBuffer") =>
            {
                base64.clone()
            }
            _ => {
                let members = object.iter();
                members
                    .map(|(name, it)| (name.clone(), bytes_to_text(it)))
                    .collect()
            }
        },
        Value::Array(items) => items.iter().map(bytes_to_text).collect(),
        plain => plain.clone(),
    }
}

/// An error of the protocol, in the words of other clients.
pub(super) fn refused(error: ErrorData) -> ToolFailure {
    let message = format!("MCP error {}: {}", error.code.0, error.message);
    let failure = ToolFailure::new(clipped(message, MAX_FAILURE_BYTES)).name("McpError");
    failure.data(json!({ "code": error.code.0, "data": error.data }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_stay_text_unless_bytes_are_wanted() {
        let result = json!({ "content": [
            { "type": "text", "text": "a" },
            { "type": "image", "data": "AA==", "mimeType": "image/png" },
            { "type": "resource", "resource": { "uri": "a:b", "blob": "AQ==" } },
            { "type": "resource_link", "uri": "a:c", "name": "c" },
        ] });
        let bytes = json!({ "content": [
            { "type": "text", "text": "a" },
            { "type": "image", "data": { "$bytes": "AA==" }, "mimeType": "image/png" },
            { "type": "resource", "resource": { "uri": "a:b", "blob": { "$bytes": "AQ==" } } },
            { "type": "resource_link", "uri": "a:c", "name": "c" },
        ] });

        assert_eq!(unwrapped(result.clone(), false), Ok(result.clone()));
        assert_eq!(unwrapped(result, true), Ok(bytes));
    }

    #[test]
    fn structured_content_goes_before_text_and_stays_with_a_failure() {
        let content = json!([{ "type": "text", "text": "no" }]);
        let structured = json!({ "code": 7 });

        assert_eq!(
            unwrapped(
                json!({ "content": content, "structuredContent": structured }),
                false
            ),
            Ok(structured.clone())
        );
        assert_eq!(
            unwrapped(
                json!({ "content": content, "structuredContent": structured, "isError": true }),
                false
            ),
            Err(ToolFailure::new("no").data(structured))
        );
    }

    #[test]
    fn bytes_go_to_a_server_as_base64_text() {
        let arguments = [json!({
            "data": { "$bytes": "AA==" },
            "list": [{ "$arrayBuffer": "AQ==" }, { "$bytes": 1 }, { "$bytes": "", "b": 2 }],
        })];

        assert_eq!(
            arguments_for("t", &arguments).map(Value::Object),
            Ok(
                json!({ "data": "AA==", "list": ["AQ==", { "$bytes": 1 }, { "$bytes": "", "b": 2 }] })
            )
        );
    }

    #[test]
    fn a_tool_takes_one_object_or_nothing() {
        let refused = || {
            Err(ToolFailure::new(
                "Invalid arguments for \"t\": it takes one object",
            ))
        };
        assert_eq!(arguments_for("t", &[]), Ok(Map::new()));
        assert_eq!(arguments_for("t", &[Value::Null]), Ok(Map::new()));
        assert_eq!(arguments_for("t", &[json!(1)]), refused());
        assert_eq!(arguments_for("t", &[json!({}), json!({})]), refused());
    }
}
