//! Checks arguments and answers against the schemas of a tool.

use std::sync::OnceLock;

use jsonschema::Validator;
use jsonschema::paths::{Location, LocationSegment};
use serde_json::{Map, Value, json};

use super::{Arguments, Inner, ToolFailure};
use crate::tool::is_identifier;

/// Violations that one failure lists; a value can break a rule once per member.
const MAX_VIOLATIONS: usize = 20;
/// Bytes of one violation, which quotes the value that breaks the rule.
const MAX_VIOLATION_BYTES: usize = 300;
/// Levels of a value into which defaults are filled.
const MAX_DEFAULT_DEPTH: usize = 32;

/// What checks the values of a tool. Schemas are compiled at the first check.
#[derive(Clone)]
pub(super) struct Validators {
    pub(super) checks_input: bool,
    pub(super) checks_output: bool,
    input: OnceLock<Result<Validator, String>>,
    output: OnceLock<Result<Validator, String>>,
}

impl Default for Validators {
    fn default() -> Self {
        Self {
            checks_input: true,
            checks_output: false,
            input: OnceLock::new(),
            output: OnceLock::new(),
        }
    }
}

impl Validators {
    /// Forgets what was compiled of other schemas.
    pub(super) fn reset(&mut self) {
        self.input = OnceLock::new();
        self.output = OnceLock::new();
    }
}

impl Inner {
    /// Fills defaults in, and tells everything that the input schema does not allow.
    pub(super) fn check_input(&self, arguments: &mut Arguments) -> Result<(), ToolFailure> {
        let Some(schema) = &self.input_schema else {
            return Ok(());
        };
        if !self.validators.checks_input {
            return Ok(());
        }
        let validator = compiled(&self.validators.input, schema);
        let validator = validator.map_err(|fault| self.bad_schema("input", fault))?;
        let violations = if self.is_positional {
            if !is_tuple(schema) {
                return Ok(());
            }
            violations(validator, &Value::Array(arguments.0.clone()), "arguments")
        } else {
            if arguments.0.is_empty() {
                // `tool()` says as much as `tool({})`.
                arguments.0.push(json!({}));
            }
            match arguments.0.first_mut() {
                Some(input) => {
                    fill_defaults(schema, input, 0);
                    violations(validator, input, "input")
                }
                None => Vec::new(),
            }
        };
        match violations.as_slice() {
            [] => Ok(()),
            violations => Err(failure(
                &format!("Invalid arguments for \"{}\"", self.name),
                violations,
            )),
        }
    }

    /// Tells everything that the output schema does not allow.
    pub(super) fn check_output(&self, answer: Option<&str>) -> Result<(), ToolFailure> {
        let Some(schema) = &self.output_schema else {
            return Ok(());
        };
        let validator = compiled(&self.validators.output, schema);
        let validator = validator.map_err(|fault| self.bad_schema("output", fault))?;
        let value = match answer {
            Some(json) => serde_json::from_str(json)?,
            None => Value::Null,
        };
        match violations(validator, &value, "output").as_slice() {
            [] => Ok(()),
            violations => Err(failure(
                &format!(
                    "\"{}\" gave what its output schema does not allow",
                    self.name
                ),
                violations,
            )),
        }
    }

    fn bad_schema(&self, which: &str, fault: &str) -> ToolFailure {
        ToolFailure::new(format!(
            "The {which} schema of \"{}\" is not a JSON Schema: {fault}",
            self.name
        ))
    }
}

/// An argument that fits the schema and not the type that the schema was made of.
pub(super) fn refused(tool: &str, reason: &str) -> ToolFailure {
    ToolFailure::new(format!("Invalid arguments for \"{tool}\": {reason}"))
}

fn compiled<'v>(
    slot: &'v OnceLock<Result<Validator, String>>,
    schema: &Value,
) -> Result<&'v Validator, &'v str> {
    // References that leave the schema are never fetched: no resolver is built in.
    let made =
        slot.get_or_init(|| jsonschema::validator_for(schema).map_err(|fault| fault.to_string()));
    made.as_ref().map_err(String::as_str)
}

fn is_tuple(schema: &Value) -> bool {
    schema.get("prefixItems").is_some() || schema.get("items").is_some_and(Value::is_array)
}

struct Violation {
    path: String,
    message: String,
}

fn violations(validator: &Validator, value: &Value, root: &str) -> Vec<Violation> {
    validator
        .iter_errors(value)
        .take(MAX_VIOLATIONS + 1)
        .map(|error| Violation {
            path: path(root, error.instance_path()),
            message: shortened(error.to_string()),
        })
        .collect()
}

/// `input.rows[2].name`, as a program writes it.
fn path(root: &str, location: &Location) -> String {
    let mut path = root.to_owned();
    for segment in location {
        match segment {
            LocationSegment::Index(index) => path += &format!("[{index}]"),
            LocationSegment::Property(name) if is_identifier(&name) => {
                path.push('.');
                path += &name;
            }
            LocationSegment::Property(name) => path += &format!("[{}]", Value::from(&*name)),
        }
    }
    path
}

fn shortened(mut message: String) -> String {
    if message.len() > MAX_VIOLATION_BYTES {
        // The value stands in front, the rule behind it.
        let head = message.floor_char_boundary(MAX_VIOLATION_BYTES / 2);
        let tail = message.ceil_char_boundary(message.len() - MAX_VIOLATION_BYTES / 2);
        message.replace_range(head..tail, " … ");
    }
    message
}

fn failure(what: &str, violations: &[Violation]) -> ToolFailure {
    let shown = violations.get(..MAX_VIOLATIONS).unwrap_or(violations);
    let mut lines: Vec<String> = shown
        .iter()
        .map(|violation| format!("{}: {}", violation.path, violation.message))
        .collect();
    if shown.len() < violations.len() {
        lines.push("and more".to_owned());
    }
    let message = match lines.as_slice() {
        [line] => format!("{what}: {line}"),
        lines => format!("{what}:\n- {}", lines.join("\n- ")),
    };
    let list: Vec<Value> = shown
        .iter()
        .map(|it| json!({ "path": it.path, "message": it.message }))
        .collect();
    ToolFailure::new(message).data(json!({ "violations": list }))
}

/// Puts the schema's defaults where the value has nothing.
fn fill_defaults(schema: &Value, value: &mut Value, depth: usize) {
    if depth > MAX_DEFAULT_DEPTH {
        return;
    }
    match value {
        Value::Object(members) => {
            let properties = schema.get("properties").and_then(Value::as_object);
            fill_members(properties, members, depth);
        }
        Value::Array(items) => {
            let Some(schema) = schema.get("items").filter(|items| items.is_object()) else {
                return;
            };
            for item in items {
                fill_defaults(schema, item, depth + 1);
            }
        }
        _ => {}
    }
}

fn fill_members(
    properties: Option<&Map<String, Value>>,
    members: &mut Map<String, Value>,
    depth: usize,
) {
    for (name, schema) in properties.into_iter().flatten() {
        match members.get_mut(name) {
            Some(member) => fill_defaults(schema, member, depth + 1),
            None => {
                if let Some(default) = schema.get("default") {
                    members.insert(name.clone(), default.clone());
                }
            }
        }
    }
}
