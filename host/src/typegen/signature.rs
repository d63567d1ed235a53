//! Writes the members of a namespace: a comment and a function type for each
//! tool.

use super::resolve::Document;
use super::schema::Keywords;
use super::{ToolTypes, comment, literal, names};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// Bytes of the comment above one tool; `@param` lines past it are left out.
const COMMENT_BYTES: usize = 16 * 1024;

/// Properties that can become arguments; an object with more of them has no
/// order that a caller could remember.
const ARGUMENTS: usize = 20;

/// References that are followed from the root of a schema.
const STEPS: usize = 20;

/// The comment above a tool: what it does, then each described property of
/// its input. A tool whose schema is `null` is broken and keeps its name only.
pub(super) fn comment(tool: &ToolTypes<'_>) -> String {
    let is_broken = tool.input == Some(&Value::Null);
    let description = if is_broken {
        ""
    } else {
        tool.description.trim()
    };
    let title = if description.is_empty() {
        tool.name
    } else {
        description
    };
    let mut text = format!("\t/**\n\t * {}\n", comment::one_line(title));
    let prefix = if tool.positional { "" } else { "input." };
    for (name, schema) in tool.input.and_then(properties).into_iter().flatten() {
        let Some(description) = comment::description(schema) else {
            continue;
        };
        let line = comment::one_line(&format!("@param {prefix}{name} - {description}"));
        if text.len() + line.len() > COMMENT_BYTES {
            break;
        }
        text.push_str("\t * ");
        text.push_str(&line);
        text.push('\n');
    }
    text.push_str("\t */\n");
    text
}

/// One member of the namespace, with the line end before it.
pub(super) fn member(identifier: &str, comment: &str, parameters: &str, output: &str) -> String {
    let mut text = format!("\n{comment}\t");
    if names::is_identifier(identifier) {
        text.push_str(identifier);
    } else {
        literal::write_string(&mut text, identifier);
    }
    text.push_str(&format!(": ({parameters}) => Promise<{output}>;\n"));
    text
}

/// What stands between the parentheses of a tool's function type.
pub(super) fn parameters(tool: &ToolTypes<'_>, input: &str, is_complete: bool) -> String {
    if !tool.positional {
        return format!("input: {input}");
    }
    let anything = || "...args: unknown[]".to_owned();
    let Some(Value::Object(schema)) = tool.input.filter(|_| is_complete) else {
        return anything();
    };
    let keywords = Keywords::read(schema);
    if keywords.combines() || keywords.nullable || keywords.lists_values() {
        return anything();
    }
    let is_of = |name: &str, by_form: bool| match keywords.types {
        [] => by_form,
        [only] => only == name,
        _ => false,
    };
    if is_of(
        "array",
        keywords.is_array_like() && !keywords.is_object_like(),
    ) {
        return format!("...args: {input}");
    }
    match keywords.properties {
        Some(properties)
            if is_of("object", true) && (1..=ARGUMENTS).contains(&properties.len()) =>
        {
            arguments(properties, &keywords, input)
        }
        _ => anything(),
    }
}

/// One argument for each property. An optional argument before a required one
/// can only be left out as `undefined`.
fn arguments(properties: &Map<String, Value>, keywords: &Keywords<'_>, input: &str) -> String {
    let required: HashSet<&str> = keywords.required_names().collect();
    let last_required = properties
        .keys()
        .rposition(|name| required.contains(name.as_str()));
    let mut taken = names::Names::default();
    let mut arguments = Vec::new();
    for (position, name) in properties.keys().enumerate() {
        let mut argument = taken.claim(&names::identifier(name));
        if last_required.is_none_or(|last| position > last) {
            argument.push('?');
        }
        argument.push_str(": ");
        argument.push_str(input);
        argument.push('[');
        literal::write_string(&mut argument, name);
        argument.push(']');
        arguments.push(argument);
    }
    arguments.join(", ")
}

/// The properties of the schema that the root is or refers to.
fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    let document = Document::new(schema);
    let mut place = document.root();
    for _ in 0..STEPS {
        let keywords = Keywords::read(place.schema.as_object()?);
        if let Some(properties) = keywords.properties {
            return Some(properties);
        }
        place = document.resolve(keywords.reference?, place)?;
    }
    None
}
