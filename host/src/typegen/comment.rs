//! Comments: what a schema says about a value beyond its type.
//!
//! A description is text that a stranger wrote, so nothing in it can end the
//! comment or begin a new line.

use super::literal;
use serde_json::{Map, Value};

/// Bytes of one description that are kept; the rest gives way to an ellipsis,
/// because the text goes into a prompt.
const DESCRIPTION_BYTES: usize = 8192;

/// Bytes of the value of one tag that are kept.
const TAG_BYTES: usize = 200;

/// Examples that are shown of one property.
const EXAMPLES: usize = 3;

/// `text` on one line that cannot end a block comment, without what a long
/// description has too much.
pub(super) fn one_line(text: &str) -> String {
    bounded(text, DESCRIPTION_BYTES)
}

/// The description of a schema, if it has one that says something.
pub(super) fn description(schema: &Value) -> Option<&str> {
    schema
        .get("description")
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}

/// Appends the comment of a property or a named type, with its line end, or
/// nothing where the schema has nothing to say.
pub(super) fn write(out: &mut String, schema: &Value, indent: usize) {
    let Value::Object(schema) = schema else {
        return;
    };
    let lines = lines(schema);
    match lines.as_slice() {
        [] => {}
        [line] => {
            blanks(out, indent);
            out.push_str("/** ");
            out.push_str(line);
            out.push_str(" */\n");
        }
        lines => {
            blanks(out, indent);
            out.push_str("/**\n");
            for line in lines {
                blanks(out, indent);
                out.push_str(" * ");
                out.push_str(line);
                out.push('\n');
            }
            blanks(out, indent);
            out.push_str(" */\n");
        }
    }
}

/// Appends `count` blanks.
pub(super) fn blanks(out: &mut String, count: usize) {
    out.extend(std::iter::repeat_n(' ', count));
}

/// The description, the format, then one tag a line in a fixed order.
fn lines(schema: &Map<String, Value>) -> Vec<String> {
    let mut tags: Vec<(usize, String)> = Vec::new();
    for (keyword, value) in schema {
        tag(&mut tags, schema, keyword, value);
    }
    tags.sort_by_key(|(order, _)| *order);
    tags.into_iter().map(|(_, line)| line).collect()
}

/// Adds the lines that one keyword gives, each with its place in the order.
fn tag(tags: &mut Vec<(usize, String)>, schema: &Map<String, Value>, keyword: &str, value: &Value) {
    match keyword {
        "description" => {
            if let Some(text) = value.as_str().filter(|text| !text.is_empty()) {
                tags.push((0, one_line(text)));
            }
        }
        "format" | "pattern" => {
            if let Some(text) = value.as_str().filter(|text| !text.is_empty()) {
                let order = if keyword == "format" { 1 } else { 10 };
                tags.push((order, format!("@{keyword} {}", bounded(text, TAG_BYTES))));
            }
        }
        "default" => tags.push((2, value_line(keyword, value))),
        "minimum" | "maximum" => {
            let twin = if keyword == "minimum" {
                "exclusiveMinimum"
            } else {
                "exclusiveMaximum"
            };
            let is_exclusive = schema.get(twin) == Some(&Value::Bool(true));
            let name = if is_exclusive { twin } else { keyword };
            number(tags, order_of_bound(keyword), name, value);
        }
        "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" | "minLength" | "maxLength"
        | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
            number(tags, order_of_bound(keyword), keyword, value);
        }
        "uniqueItems" | "readOnly" | "writeOnly" | "deprecated" if value == &Value::Bool(true) => {
            let (order, name) = match keyword {
                "uniqueItems" => (15, "uniqueItems"),
                "readOnly" => (18, "readonly"),
                "writeOnly" => (19, "writeonly"),
                _ => (20, "deprecated"),
            };
            tags.push((order, format!("@{name}")));
        }
        "not" if matches!(value, Value::Object(map) if !map.is_empty()) => {
            tags.push((16, value_line(keyword, value)));
        }
        "example" => tags.push((17, value_line(keyword, value))),
        "examples" => {
            let examples = value.as_array().map(Vec::as_slice).unwrap_or_default();
            tags.extend(
                examples
                    .iter()
                    .take(EXAMPLES)
                    .map(|one| (17, value_line("example", one))),
            );
        }
        _ => {}
    }
}

fn order_of_bound(keyword: &str) -> usize {
    match keyword {
        "minimum" => 3,
        "exclusiveMinimum" => 4,
        "maximum" => 5,
        "exclusiveMaximum" => 6,
        "multipleOf" => 7,
        "minLength" => 8,
        "maxLength" => 9,
        "minItems" => 11,
        "maxItems" => 12,
        "minProperties" => 13,
        _ => 14,
    }
}

fn number(tags: &mut Vec<(usize, String)>, order: usize, name: &str, value: &Value) {
    if value.is_number() {
        tags.push((order, value_line(name, value)));
    }
}

fn value_line(name: &str, value: &Value) -> String {
    let mut text = String::new();
    literal::write(&mut text, value);
    format!("@{name} {}", bounded(&text, TAG_BYTES))
}

/// `text` on one line, cut after `limit` bytes, unable to end the comment.
fn bounded(text: &str, limit: usize) -> String {
    let kept = text.get(..text.floor_char_boundary(limit)).unwrap_or(text);
    let mut line = String::with_capacity(kept.len() + 8);
    let mut before = ' ';
    let mut letters = kept.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\r' if letters.peek() == Some(&'\n') => continue,
            '\r' | '\n' | '\u{2028}' | '\u{2029}' => line.push(' '),
            '/' if before == '*' => line.push_str("\\/"),
            other => line.push(other),
        }
        before = letter;
    }
    if kept.len() < text.len() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn comment(schema: Value) -> String {
        let mut out = String::new();
        write(&mut out, &schema, 2);
        out
    }

    #[test]
    fn one_fact_takes_one_line() {
        assert_eq!(
            comment(json!({"description": "a\r\nb\nc"})),
            "  /** a b c */\n"
        );
        assert_eq!(
            comment(json!({"format": "uuid"})),
            "  /** @format uuid */\n"
        );
        assert_eq!(comment(json!({"description": "", "title": "T"})), "");
        assert_eq!(comment(json!(true)), "");
    }

    #[test]
    fn a_comment_cannot_be_ended_from_inside() {
        let schema = json!({"description": "*/ **/", "pattern": "^a*/$"});

        assert_eq!(
            comment(schema),
            "  /**\n   * *\\/ **\\/\n   * @pattern ^a*\\/$\n   */\n"
        );
    }

    #[test]
    fn tags_have_one_order_whatever_the_order_of_keywords() {
        let schema = json!({
            "deprecated": true, "examples": [1, 2, 3, 4], "maximum": 9, "minimum": 1,
            "default": {"a": "*/"}, "format": "int32", "description": "Text", "readOnly": true,
            "minLength": 1, "maxLength": 2, "minItems": 3, "maxItems": 4, "multipleOf": 0.5,
            "uniqueItems": true, "not": {"type": "null"}
        });

        let expected = r#"  /**
   * Text
   * @format int32
   * @default {"a":"*\/"}
   * @minimum 1
   * @maximum 9
   * @multipleOf 0.5
   * @minLength 1
   * @maxLength 2
   * @minItems 3
   * @maxItems 4
   * @uniqueItems
   * @not {"type":"null"}
   * @example 1
   * @example 2
   * @example 3
   * @readonly
   * @deprecated
   */
"#;
        assert_eq!(comment(schema), expected);
    }

    #[test]
    fn boolean_bounds_of_old_drafts_turn_their_twin_exclusive() {
        let schema = json!({"minimum": 0, "exclusiveMinimum": true, "maximum": 5, "exclusiveMaximum": false});

        assert_eq!(
            comment(schema),
            "  /**\n   * @exclusiveMinimum 0\n   * @maximum 5\n   */\n"
        );
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let line = one_line(&"é".repeat(8192));

        assert_eq!(line, format!("{}…", "é".repeat(4096)));
    }
}
