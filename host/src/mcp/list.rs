//! The list of a server's tools: read page by page, and checked.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use rmcp::model::{ClientRequest, ListToolsRequest, PaginatedRequestParams};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::error::McpErrorKind;
use super::limits::{MAX_LIST_BYTES, MAX_NAME_BYTES, MAX_PAGES, MAX_TOOL_BYTES, MAX_TOOLS};
use super::server::{Options, Rename};
use super::session::{NoResult, Session};
use crate::tool::sanitize_tool_name;

/// A tool as its server lists it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Listed {
    /// The server's name of it.
    pub(super) name: Arc<str>,
    /// What it is called for programs, before it is sanitized.
    pub(super) title: String,
    pub(super) description: String,
    pub(super) input_schema: Option<Value>,
    pub(super) output_schema: Option<Value>,
    pub(super) annotations: Value,
}

/// Asks for all pages.
pub(super) async fn list(session: &Session, options: &Options) -> Result<Vec<Listed>, ListFault> {
    let label: Arc<str> = "tools/list".into();
    let never = CancellationToken::new();
    let mut tools = Vec::new();
    let mut bytes = 0;
    let mut cursor: Option<String> = None;
    let mut seen = HashSet::new();
    loop {
        let request = ClientRequest::ListToolsRequest(ListToolsRequest {
            params: Some(PaginatedRequestParams::default().with_cursor(cursor.take())),
            ..ListToolsRequest::default()
        });
        let page = session.request(&label, request, options, &never).await?;
        read_page(&page, options.rename.as_ref(), &mut bytes, &mut tools)?;
        match page.get("nextCursor").and_then(Value::as_str) {
            None | Some("") => return Ok(tools),
            Some(next) if !seen.insert(next.to_owned()) => {
                return Err(unusable("its pages go round in a circle"));
            }
            Some(_) if seen.len() >= MAX_PAGES => {
                return Err(unusable(format!("there are more than {MAX_PAGES} pages")));
            }
            Some(next) => cursor = Some(next.to_owned()),
        }
    }
}

/// Why there is no list.
#[derive(Debug)]
pub(super) enum ListFault {
    NoResult(NoResult),
    Unusable(McpErrorKind),
}

impl From<NoResult> for ListFault {
    fn from(fault: NoResult) -> Self {
        Self::NoResult(fault)
    }
}

impl From<McpErrorKind> for ListFault {
    fn from(kind: McpErrorKind) -> Self {
        Self::Unusable(kind)
    }
}

fn unusable<K: From<McpErrorKind>>(reason: impl Into<String>) -> K {
    McpErrorKind::Tools(reason.into()).into()
}

fn read_page(
    page: &Value,
    rename: Option<&Rename>,
    bytes: &mut usize,
    tools: &mut Vec<Listed>,
) -> Result<(), McpErrorKind> {
    let listed = page.get("tools").and_then(Value::as_array);
    let listed = listed.ok_or_else(|| unusable::<McpErrorKind>("the answer holds no list"))?;
    for tool in listed {
        let Some(tool) = read_tool(tool, rename, bytes)? else {
            continue;
        };
        if tools.len() == MAX_TOOLS {
            return Err(unusable(format!("there are more than {MAX_TOOLS}")));
        }
        tools.push(tool);
    }
    Ok(())
}

/// The tool, unless it is left out.
fn read_tool(
    tool: &Value,
    rename: Option<&Rename>,
    bytes: &mut usize,
) -> Result<Option<Listed>, McpErrorKind> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let name = tool.get("name").and_then(Value::as_str).unwrap_or_default();
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        return Err(unusable(format!(
            "one has no name of 1 to {MAX_NAME_BYTES} bytes"
        )));
    }
    let title = match rename {
        Some(rename) => rename.name_of(name),
        None => Some(name.to_owned()),
    };
    let Some(title) = title else { return Ok(None) };

    let size = tool.to_string().len();
    *bytes += size;
    if size > MAX_TOOL_BYTES {
        return Err(unusable(format!(
            "\"{name}\" is described in more than {MAX_TOOL_BYTES} bytes"
        )));
    }
    if *bytes > MAX_LIST_BYTES {
        return Err(unusable(format!(
            "they are described in more than {MAX_LIST_BYTES} bytes"
        )));
    }
    let annotations = tool.get("annotations").cloned().unwrap_or_default();
    let description = text(tool.get("description"))
        .or_else(|| text(tool.get("title")))
        .or_else(|| text(annotations.get("title")));
    // A schema may be `true` too, but that says nothing.
    let schema = |key| tool.get(key).filter(|schema| schema.is_object()).cloned();
    Ok(Some(Listed {
        name: name.into(),
        title,
        description: description.unwrap_or_default(),
        input_schema: schema("inputSchema"),
        output_schema: schema("outputSchema"),
        annotations,
    }))
}

/// Fails when two tools would have one name in a program.
pub(super) fn check_names(tools: &[Listed]) -> Result<(), McpErrorKind> {
    let mut names: BTreeMap<String, &Listed> = BTreeMap::new();
    for tool in tools {
        let identifier = sanitize_tool_name(&tool.title);
        if let Some(first) = names.insert(identifier.clone(), tool) {
            return Err(McpErrorKind::Collision {
                first: first.name.to_string(),
                second: tool.name.to_string(),
                identifier,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(page: &Value) -> Result<Vec<Listed>, McpErrorKind> {
        let mut tools = Vec::new();
        read_page(page, None, &mut 0, &mut tools).map(|()| tools)
    }

    #[test]
    fn what_is_missing_is_left_open() {
        let page = json!({ "tools": [{ "name": "a" }] });

        assert_eq!(
            read(&page),
            Ok(vec![Listed {
                name: "a".into(),
                title: "a".to_owned(),
                description: String::new(),
                input_schema: None,
                output_schema: None,
                annotations: Value::Null,
            }])
        );
    }

    #[test]
    fn a_title_stands_in_for_a_description() {
        let page = json!({ "tools": [
            { "name": "a", "title": "A", "description": "does a" },
            { "name": "b", "title": "B" },
            { "name": "c", "annotations": { "title": "C" } },
        ] });

        let described: Vec<_> = read(&page)
            .unwrap()
            .into_iter()
            .map(|it| it.description)
            .collect();

        assert_eq!(described, ["does a", "B", "C"]);
    }

    #[test]
    fn a_list_that_is_none_or_too_much_is_refused() {
        let refused = |page: &Value| match read(page) {
            Err(McpErrorKind::Tools(reason)) => reason,
            other => format!("{other:?}"),
        };
        let many: Vec<Value> = (0..=MAX_TOOLS)
            .map(|n| json!({ "name": format!("t{n}") }))
            .collect();
        let wordy = "x".repeat(MAX_TOOL_BYTES);
        let heavy: Vec<Value> = (0..40)
            .map(|n| json!({ "name": format!("t{n}"), "description": "x".repeat(250_000) }))
            .collect();

        assert_eq!(refused(&json!({})), "the answer holds no list");
        assert_eq!(
            refused(&json!({ "tools": [{ "name": 7 }] })),
            "one has no name of 1 to 256 bytes"
        );
        assert_eq!(
            refused(&json!({ "tools": many })),
            "there are more than 2000"
        );
        assert_eq!(
            refused(&json!({ "tools": [{ "name": "a", "description": wordy }] })),
            "\"a\" is described in more than 262144 bytes"
        );
        assert_eq!(
            refused(&json!({ "tools": heavy })),
            "they are described in more than 8388608 bytes"
        );
    }

    #[test]
    fn names_that_become_one_are_reported() {
        let tools =
            read(&json!({ "tools": [{ "name": "a-b" }, { "name": "c" }, { "name": "a.b" }] }));

        assert_eq!(
            check_names(&tools.unwrap()),
            Err(McpErrorKind::Collision {
                first: "a-b".to_owned(),
                second: "a.b".to_owned(),
                identifier: "a_b".to_owned(),
            })
        );
    }
}
