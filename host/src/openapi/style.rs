//! Writes a parameter's value the way its `style` and `explode` say.

use serde_json::{Map, Value};

use super::error::CallError;
use super::escape::Escape;

/// The `style` of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
}

/// How a value becomes text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    pub(super) style: Style,
    pub(super) explode: bool,
    pub(super) escape: Escape,
}

/// A value, one level deep, as escaped text.
enum Shape {
    Text(String),
    List(Vec<String>),
    Pairs(Vec<(String, String)>),
}

impl Shape {
    /// The texts in a row: keys and values alternate.
    fn flat(self) -> Vec<String> {
        match self {
            Self::Text(text) => vec![text],
            Self::List(items) => items,
            Self::Pairs(pairs) => pairs.into_iter().flat_map(|(k, v)| [k, v]).collect(),
        }
    }

    /// The texts with one for each pair.
    fn assigned(self) -> Vec<String> {
        match self {
            Self::Pairs(pairs) => pairs.into_iter().map(|(k, v)| format!("{k}={v}")).collect(),
            other => other.flat(),
        }
    }
}

impl Format {
    /// The text for a path or a header.
    pub(super) fn inline(self, name: &str, value: &Value) -> Result<String, CallError> {
        let shape = self.shape(name, value)?;
        Ok(match (self.style, self.explode) {
            (Style::Label, true) => format!(".{}", shape.assigned().join(".")),
            (Style::Label, false) => format!(".{}", shape.flat().join(",")),
            (Style::Matrix, explode) => matrix(&self.escape.apply(name), explode, shape),
            (_, true) => shape.assigned().join(","),
            (_, false) => shape.flat().join(","),
        })
    }

    /// The escaped names and values for a query, a form or cookies.
    pub(super) fn pairs(
        self,
        name: &str,
        value: &Value,
    ) -> Result<Vec<(String, String)>, CallError> {
        if self.style == Style::DeepObject && (value.is_object() || value.is_array()) {
            let mut pairs = Vec::new();
            self.deep(name, value, &mut pairs);
            return Ok(pairs);
        }
        let key = self.escape_key(name);
        let delimiter = match self.style {
            Style::SpaceDelimited => "%20",
            Style::PipeDelimited => "%7C",
            _ => ",",
        };
        Ok(match (self.shape(name, value)?, self.explode) {
            (Shape::List(items), true) => items.into_iter().map(|v| (key.clone(), v)).collect(),
            (Shape::Pairs(pairs), true) => pairs,
            (shape, _) => match shape.flat() {
                texts if texts.is_empty() => Vec::new(),
                texts => vec![(key, texts.join(delimiter))],
            },
        })
    }

    /// `name[key]`, and so on for what is nested, which the specification
    /// leaves open.
    fn deep(self, name: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    self.deep(&format!("{name}[{key}]"), member, pairs);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.deep(&format!("{name}[{index}]"), item, pairs);
                }
            }
            Value::Null => {}
            scalar => pairs.push((self.escape_key(name), self.escape.apply(&text(scalar)))),
        }
    }

    /// Names never hold reserved characters as they are.
    fn escape_key(self, name: &str) -> String {
        match self.escape {
            Escape::Nothing => name.to_owned(),
            _ => Escape::Data.apply(name),
        }
    }

    /// Members that are `null` are left out, as in RFC 6570.
    fn shape(self, name: &str, value: &Value) -> Result<Shape, CallError> {
        let scalar = |value: &Value, member: &str| match value {
            Value::Array(_) | Value::Object(_) => Err(CallError::new(format!(
                "`{member}` of parameter `{name}` is nested, which this parameter cannot carry; \
                 pass text or a number there"
            ))),
            value => Ok(self.escape.apply(&text(value))),
        };
        Ok(match value {
            Value::Array(items) => {
                let items = items.iter().enumerate().filter(|(_, item)| !item.is_null());
                let texts = items.map(|(index, item)| scalar(item, &index.to_string()));
                Shape::List(texts.collect::<Result<_, _>>()?)
            }
            Value::Object(members) => Shape::Pairs(self.members(members, scalar)?),
            value => Shape::Text(self.escape.apply(&text(value))),
        })
    }

    fn members(
        self,
        members: &Map<String, Value>,
        scalar: impl Fn(&Value, &str) -> Result<String, CallError>,
    ) -> Result<Vec<(String, String)>, CallError> {
        let members = members.iter().filter(|(_, value)| !value.is_null());
        members
            .map(|(key, value)| Ok((self.escape_key(key), scalar(value, key)?)))
            .collect()
    }
}

/// `;name=value`, without `=` when the value is empty.
fn matrix(name: &str, explode: bool, shape: Shape) -> String {
    let assign = |(name, value): (String, String)| match value.as_str() {
        "" => format!(";{name}"),
        value => format!(";{name}={value}"),
    };
    match (shape, explode) {
        (Shape::List(items), true) => items
            .into_iter()
            .map(|v| assign((name.into(), v)))
            .collect(),
        (Shape::Pairs(pairs), true) => pairs.into_iter().map(assign).collect(),
        (shape, _) => assign((name.into(), shape.flat().join(","))),
    }
}

/// A scalar as text; anything else as JSON.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The table under "Style Examples" of the specification, 3.0.4 and 3.1.1:
    /// style, explode, then empty, string, array, object. `n/a` is left open
    /// there; what stands here instead is in the second test.
    const TABLE: &[(Style, bool, [&str; 4])] = &[
        (
            Style::Matrix,
            false,
            [
                ";color",
                ";color=blue",
                ";color=blue,black,brown",
                ";color=R,100,G,200,B,150",
            ],
        ),
        (
            Style::Matrix,
            true,
            [
                ";color",
                ";color=blue",
                ";color=blue;color=black;color=brown",
                ";R=100;G=200;B=150",
            ],
        ),
        (
            Style::Label,
            false,
            [".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"],
        ),
        (
            Style::Label,
            true,
            [".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"],
        ),
        (
            Style::Simple,
            false,
            ["", "blue", "blue,black,brown", "R,100,G,200,B,150"],
        ),
        (
            Style::Simple,
            true,
            ["", "blue", "blue,black,brown", "R=100,G=200,B=150"],
        ),
        (
            Style::Form,
            false,
            [
                "color=",
                "color=blue",
                "color=blue,black,brown",
                "color=R,100,G,200,B,150",
            ],
        ),
        (
            Style::Form,
            true,
            [
                "color=",
                "color=blue",
                "color=blue&color=black&color=brown",
                "R=100&G=200&B=150",
            ],
        ),
        (
            Style::SpaceDelimited,
            false,
            [
                "n/a",
                "n/a",
                "color=blue%20black%20brown",
                "color=R%20100%20G%20200%20B%20150",
            ],
        ),
        (Style::SpaceDelimited, true, ["n/a", "n/a", "n/a", "n/a"]),
        (
            Style::PipeDelimited,
            false,
            [
                "n/a",
                "n/a",
                "color=blue%7Cblack%7Cbrown",
                "color=R%7C100%7CG%7C200%7CB%7C150",
            ],
        ),
        (Style::PipeDelimited, true, ["n/a", "n/a", "n/a", "n/a"]),
        (Style::DeepObject, false, ["n/a", "n/a", "n/a", "n/a"]),
        (
            Style::DeepObject,
            true,
            [
                "n/a",
                "n/a",
                "n/a",
                "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
            ],
        ),
    ];

    fn write(style: Style, explode: bool, escape: Escape, value: &Value) -> String {
        let format = Format {
            style,
            explode,
            escape,
        };
        if matches!(style, Style::Simple | Style::Label | Style::Matrix) {
            return format.inline("color", value).unwrap();
        }
        let pairs = format.pairs("color", value).unwrap();
        let pairs = pairs
            .into_iter()
            .map(|(key, value)| format!("{key}={value}"));
        pairs.collect::<Vec<_>>().join("&")
    }

    fn values() -> [Value; 4] {
        [
            json!(""),
            json!("blue"),
            json!(["blue", "black", "brown"]),
            json!({"R": 100, "G": 200, "B": 150}),
        ]
    }

    #[test]
    fn every_combination_of_the_specification_is_written_as_its_table_says() {
        for (style, explode, expected) in TABLE {
            for (value, expected) in values().iter().zip(expected) {
                if *expected != "n/a" {
                    let written = write(*style, *explode, Escape::Data, value);
                    assert_eq!(written, *expected, "{style:?} {explode} {value}");
                }
            }
        }
    }

    #[test]
    fn combinations_that_the_specification_leaves_open_are_written_like_form() {
        for (style, explode, expected) in TABLE {
            for (value, expected) in values().iter().zip(expected) {
                if *expected == "n/a" && *style != Style::DeepObject {
                    let written = write(*style, *explode, Escape::Data, value);
                    let form = write(Style::Form, *explode, Escape::Data, value);
                    assert_eq!(written, form, "{style:?} {explode} {value}");
                }
            }
        }
        let deep = |value| write(Style::DeepObject, false, Escape::Data, &value);
        assert_eq!(deep(json!("blue")), "color=blue");
        assert_eq!(deep(json!(["a", "b"])), "color%5B0%5D=a&color%5B1%5D=b");
        assert_eq!(
            deep(json!({"a": {"b": 1, "c": null}})),
            "color%5Ba%5D%5Bb%5D=1"
        );
    }

    #[test]
    fn values_cannot_leave_their_place() {
        let value = json!("a/b?c=d&e#f%2F;é +\\");
        let cases = [
            (Escape::Data, "a%2Fb%3Fc%3Dd%26e%23f%252F%3B%C3%A9%20%2B%5C"),
            (Escape::Reserved, "a/b?c=d%26e%23f%2F;%C3%A9%20%2B%5C"),
            (Escape::Nothing, "a/b?c=d&e#f%2F;é +\\"),
        ];
        for (escape, expected) in cases {
            assert_eq!(write(Style::Simple, false, escape, &value), expected);
        }
        assert_eq!(
            write(
                Style::Form,
                true,
                Escape::Reserved,
                &json!({"a&b=c": "1&2"})
            ),
            "a%26b%3Dc=1%262"
        );
    }

    #[test]
    fn numbers_booleans_and_nulls_are_written_as_json_writes_them() {
        let value = json!([1, 2.5, true, null, "x"]);
        assert_eq!(
            write(Style::Form, false, Escape::Data, &value),
            "color=1,2.5,true,x"
        );
        assert_eq!(write(Style::Form, true, Escape::Data, &json!([])), "");
        assert_eq!(write(Style::Form, false, Escape::Data, &json!({})), "");
    }

    #[test]
    fn what_is_nested_too_deeply_is_an_error_that_names_it() {
        let format = Format {
            style: Style::Form,
            explode: true,
            escape: Escape::Data,
        };

        let error = format.pairs("filter", &json!({"a": {"b": 1}})).unwrap_err();

        assert_eq!(
            error.to_string(),
            "`a` of parameter `filter` is nested, which this parameter cannot carry; \
             pass text or a number there"
        );
    }
}
