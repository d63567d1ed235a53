//! Whether a value is what a case expects, with the matchers that `meta` describes.

use serde_json::{Map, Value};

/// Values bound by `as`, by name.
pub(crate) type Bound = Map<String, Value>;

/// Compares; `Err` names the first place that differs.
pub(crate) fn fits(expected: &Value, found: Option<&Value>, bound: &Bound) -> Result<(), String> {
    at("", expected, found, bound)
}

/// A value with `$var` replaced by what was bound.
pub(crate) fn filled(value: &Value, bound: &Bound) -> Value {
    match value {
        Value::Object(members) if members.contains_key("$var") => {
            let path = members["$var"].as_str().unwrap_or_default();
            let mut parts = path.split('.');
            let first = parts.next().unwrap_or_default();
            let value = bound.get(first).cloned().unwrap_or_default();
            parts.fold(value, |value, part| value[part].clone())
        }
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), filled(value, bound)))
            .collect(),
        Value::Array(items) => items.iter().map(|item| filled(item, bound)).collect(),
        scalar => scalar.clone(),
    }
}

fn at(path: &str, expected: &Value, found: Option<&Value>, bound: &Bound) -> Result<(), String> {
    let differs = || {
        let found = found.map_or_else(|| "nothing".to_owned(), Value::to_string);
        Err(format!("{path}: expected {expected}, found {found}"))
    };
    match expected {
        Value::Object(members) => {
            if let Some(matcher) = members.keys().find(|name| name.starts_with('$')) {
                return match matches(matcher, members, path, found, bound)? {
                    true => Ok(()),
                    false => differs(),
                };
            }
            let Some(Value::Object(_)) = found else {
                return differs();
            };
            for (name, expected) in members {
                let found = found.and_then(|found| found.get(name));
                at(&format!("{path}.{name}"), expected, found, bound)?;
            }
            Ok(())
        }
        Value::Array(items) => {
            let Some(found_items) = found.and_then(Value::as_array) else {
                return differs();
            };
            if found_items.len() != items.len() {
                return differs();
            }
            for (index, item) in items.iter().enumerate() {
                at(
                    &format!("{path}[{index}]"),
                    item,
                    found_items.get(index),
                    bound,
                )?;
            }
            Ok(())
        }
        Value::Number(expected) => match found.and_then(Value::as_f64) == expected.as_f64() {
            true => Ok(()),
            false => differs(),
        },
        scalar => match found == Some(scalar) {
            true => Ok(()),
            false => differs(),
        },
    }
}

fn matches(
    matcher: &str,
    members: &Map<String, Value>,
    path: &str,
    found: Option<&Value>,
    bound: &Bound,
) -> Result<bool, String> {
    let length = || match found {
        Some(Value::String(text)) => Some(text.encode_utf16().count() as u64),
        Some(Value::Array(items)) => Some(items.len() as u64),
        _ => None,
    };
    if let Some(items) = members.get("$items").and_then(Value::as_object) {
        for (index, expected) in items {
            let number: usize = index.parse().map_err(|_| "no index".to_owned())?;
            let item = found.and_then(|found| found.get(number));
            at(&format!("{path}[{index}]"), expected, item, bound)?;
        }
        return Ok(members
            .get("$len")
            .is_none_or(|len| len.as_u64() == length()));
    }
    let wanted = &members[matcher];
    Ok(match matcher {
        "$contains" => {
            let text = found.and_then(Value::as_str).unwrap_or_default();
            text.contains(wanted.as_str().unwrap_or("\0"))
        }
        "$len" => wanted.as_u64() == length(),
        "$maxLen" => length().is_some_and(|len| Some(len) <= wanted.as_u64()),
        "$undefined" => found.is_none_or(Value::is_null),
        "$var" => Some(&filled(&Value::Object(members.clone()), bound)) == found,
        other => return Err(format!("{path}: no matcher is called {other}")),
    })
}
