//! Arguments, as far as they are written out, against the schema of a tool.
//!
//! Only what is sure is said: schemas that combine others are left to the check of the
//! real value.

use serde_json::{Map, Value};

use super::{Check, Found};
use crate::catalog::closest;
use crate::normalize::{Call, Completeness, Literal};
use crate::tool::is_identifier;

/// Levels of a schema that are looked at.
const MAX_DEPTH: usize = 8;

pub(super) fn check(schema: &Value, tool: &str, call: &Call) -> Vec<Found> {
    let mut checker = Checker {
        tool,
        is_guarded: call.is_guarded,
        found: Vec::new(),
    };
    match &call.argument {
        Some((argument, at)) => checker.value(schema, argument, "input", *at, 0),
        None if call.has_spread => {}
        None => {
            let nothing = Literal::Object(Vec::new(), Completeness::Whole);
            checker.value(schema, &nothing, "input", call.at, 0);
        }
    }
    checker.found
}

struct Checker<'c> {
    tool: &'c str,
    is_guarded: bool,
    found: Vec<Found>,
}

impl Checker<'_> {
    fn push(&mut self, path: &str, at: u32, what: &str, help: Option<String>, is_error: bool) {
        self.found.push(Found {
            check: Check::Arguments,
            at,
            message: format!("Invalid arguments for \"{}\": {path}: {what}", self.tool),
            help,
            is_error: is_error && !self.is_guarded,
        });
    }

    fn value(&mut self, schema: &Value, value: &Literal, path: &str, at: u32, depth: usize) {
        let Some(schema) = schema
            .as_object()
            .filter(|schema| depth < MAX_DEPTH && is_plain(schema))
        else {
            return;
        };
        let Some(kind) = kind(value) else { return };
        let types = types(schema);
        if !types.is_empty() && !types.iter().any(|known| allows(known, kind, value)) {
            let types: Vec<String> = types.iter().map(|name| format!("\"{name}\"")).collect();
            let what = format!("{} is not of type {}", shown(value), types.join(", "));
            return self.push(path, at, &what, None, true);
        }
        if let (Some(allowed), Some(given)) =
            (schema.get("enum").and_then(Value::as_array), scalar(value))
            && !allowed.iter().any(|allowed| same(allowed, &given))
        {
            let names: Vec<String> = allowed.iter().take(20).map(Value::to_string).collect();
            let what = format!("{given} is not one of {}", names.join(", "));
            let known = allowed.iter().filter_map(Value::as_str);
            let help = given.as_str().and_then(|given| closest(given, known));
            let help = help.map(|closest| format!("Did you mean \"{closest}\"?"));
            return self.push(path, at, &what, help, true);
        }
        match value {
            Literal::Object(members, completeness) => {
                self.members(schema, members, *completeness, path, at, depth);
            }
            Literal::Array(items, _) => {
                let Some(schema) = schema.get("items").filter(|items| items.is_object()) else {
                    return;
                };
                for (index, (item, at)) in items.iter().enumerate() {
                    self.value(schema, item, &format!("{path}[{index}]"), *at, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn members(
        &mut self,
        schema: &Map<String, Value>,
        members: &[(String, Literal, u32)],
        completeness: Completeness,
        path: &str,
        at: u32,
        depth: usize,
    ) {
        let none = Map::new();
        let properties = schema
            .get("properties")
            .and_then(Value::as_object)
            .unwrap_or(&none);
        let is_given = |name: &str| members.iter().any(|(member, ..)| member == name);
        let required = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        if completeness == Completeness::Whole {
            for name in required.filter_map(Value::as_str) {
                let has_default = properties
                    .get(name)
                    .is_some_and(|schema| schema.get("default").is_some());
                if !is_given(name) && !has_default {
                    self.push(
                        path,
                        at,
                        &format!("\"{name}\" is a required property"),
                        None,
                        true,
                    );
                }
            }
        }
        let is_closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
        let is_open =
            schema.contains_key("additionalProperties") || schema.contains_key("patternProperties");
        for (name, value, at) in members {
            match properties.get(name) {
                Some(schema) => {
                    let path = match is_identifier(name) {
                        true => format!("{path}.{name}"),
                        false => format!("{path}[{}]", Value::from(name.as_str())),
                    };
                    self.value(schema, value, &path, *at, depth + 1);
                }
                None if properties.is_empty()
                    || (is_open && !is_closed)
                    || schema.contains_key("patternProperties") => {}
                None => {
                    let known = properties
                        .keys()
                        .map(String::as_str)
                        .filter(|known| !is_given(known));
                    let help = match closest(name, known) {
                        Some(closest) => format!("Did you mean \"{closest}\"?"),
                        None => format!(
                            "There are {}",
                            super::list(properties.keys().map(String::as_str))
                        ),
                    };
                    let what = format!("\"{name}\" is not among its properties");
                    self.push(path, *at, &what, Some(help), is_closed);
                }
            }
        }
    }
}

/// Whether the schema says what it says with nothing but types and members.
fn is_plain(schema: &Map<String, Value>) -> bool {
    const COMBINING: &[&str] = &[
        "$dynamicRef",
        "$ref",
        "allOf",
        "anyOf",
        "const",
        "dependentSchemas",
        "else",
        "if",
        "not",
        "nullable",
        "oneOf",
        "prefixItems",
        "then",
        "unevaluatedProperties",
    ];
    !COMBINING
        .iter()
        .any(|keyword| schema.contains_key(*keyword))
}

fn types(schema: &Map<String, Value>) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn kind(value: &Literal) -> Option<&'static str> {
    Some(match value {
        Literal::Unknown => return None,
        Literal::Null => "null",
        Literal::Bool(_) => "boolean",
        Literal::Number(_) => "number",
        Literal::String(_) | Literal::AnyString => "string",
        Literal::Array(..) => "array",
        Literal::Object(..) => "object",
    })
}

fn allows(name: &str, kind: &str, value: &Literal) -> bool {
    match (name, value) {
        ("integer", Literal::Number(number)) => number.fract() == 0.0,
        _ => name == kind,
    }
}

/// A value that is no list and no object, when all of it is known.
fn scalar(value: &Literal) -> Option<Value> {
    Some(match value {
        Literal::Null => Value::Null,
        Literal::Bool(it) => Value::Bool(*it),
        Literal::Number(it) => number(*it),
        Literal::String(it) => Value::from(it.as_str()),
        _ => return None,
    })
}

/// As JavaScript writes it: without a fraction of zero.
fn number(number: f64) -> Value {
    match number.fract() == 0.0 && number.abs() < 9e15 {
        true => Value::from(number as i64),
        false => Value::from(number),
    }
}

fn same(allowed: &Value, given: &Value) -> bool {
    allowed == given
        || allowed
            .as_f64()
            .is_some_and(|allowed| given.as_f64() == Some(allowed))
}

fn shown(value: &Literal) -> String {
    match (scalar(value), kind(value)) {
        (Some(scalar), _) => scalar.to_string(),
        (None, kind) => format!("the {}", kind.unwrap_or("value")),
    }
}
