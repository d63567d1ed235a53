//! JSON values written as TypeScript literal types.

use serde_json::{Number, Value};

/// Levels of a nested value that are written out.
const DEPTH: usize = 20;

/// Appends `value` as a literal type, which is its JSON text.
///
/// Parts below twenty levels become `unknown`, because the depth of a value
/// is chosen by whoever wrote the schema.
pub(super) fn write(out: &mut String, value: &Value) {
    write_at(out, value, 0);
}

fn write_at(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => out.push_str(&number_text(number)),
        Value::String(text) => write_string(out, text),
        _ if depth >= DEPTH => out.push_str("unknown"),
        Value::Array(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write_at(out, item, depth + 1);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (position, (name, member)) in members.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write_string(out, name);
                out.push(':');
                write_at(out, member, depth + 1);
            }
            out.push('}');
        }
    }
}

/// Appends `text` in double quotes, escaped as in JSON.
pub(super) fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            control if (control as u32) < 0x20 => {
                out.push_str(&format!("\\u{:04x}", control as u32));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// A number as JavaScript prints it.
fn number_text(number: &Number) -> String {
    let Some(float) = number.as_f64().filter(|_| number.is_f64()) else {
        return number.to_string();
    };
    let size = float.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if (1e-6..1e21).contains(&size) {
        return float.to_string();
    }
    let text = format!("{float:e}");
    if size >= 1e21 {
        text.replace('e', "e+")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(value: Value) -> String {
        let mut out = String::new();
        write(&mut out, &value);
        out
    }

    #[test]
    fn numbers_print_as_in_javascript() {
        let cases = [
            (json!(1.0), "1"),
            (json!(-0.0), "0"),
            (json!(1.5), "1.5"),
            (json!(-3), "-3"),
            (json!(1e21), "1e+21"),
            (json!(1.5e-7), "1.5e-7"),
            (json!(1e20), "100000000000000000000"),
        ];
        for (value, expected) in cases {
            assert_eq!(text(value), expected);
        }
    }

    #[test]
    fn nested_values_are_compact_json() {
        let value = json!({"a": [1, null, "x\"y"], "__proto__": {"b": true}});

        assert_eq!(
            text(value),
            r#"{"a":[1,null,"x\"y"],"__proto__":{"b":true}}"#
        );
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(text(json!("\u{1}\n\u{2028}")), r#""\u0001\n\u2028""#);
    }
}
