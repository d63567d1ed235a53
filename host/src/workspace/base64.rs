//! Bytes inside JSON: `{"$bytes": base64}`, and objects that only look like that.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize as _, Deserializer, Serializer};
use serde_json::{Map, Value};

pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    STANDARD.decode(text).map_err(serde::de::Error::custom)
}

/// Bytes as a result.
pub(super) fn tagged(bytes: &[u8]) -> Value {
    serde_json::json!({ "$bytes": STANDARD.encode(bytes) })
}

/// The bytes that an argument stands for, if it does.
pub(super) fn bytes(value: &Value) -> Option<Vec<u8>> {
    let (name, value) = only(value.as_object()?)?;
    if !matches!(name, "$bytes" | "$arrayBuffer") {
        return None;
    }
    STANDARD.decode(value.as_str()?).ok()
}

fn only(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, value) = members.iter().next()?;
    (members.len() == 1).then_some((name.as_str(), value))
}

/// Whether an object's only key is a tag, escaped or not.
fn is_tag(name: &str) -> bool {
    let bare = name.trim_start_matches('$');
    bare.len() < name.len() && matches!(bare, "bytes" | "arrayBuffer")
}

/// Data as a result: what looks like bytes stays an object.
pub(super) fn escaped(value: Value) -> Value {
    renamed(value, &|name| is_tag(name).then(|| format!("${name}")))
}

/// Data from an argument, as the program has it.
pub(super) fn unescaped(value: Value) -> Value {
    renamed(value, &|name| {
        let is_escaped = is_tag(name) && name.starts_with("$$");
        is_escaped.then(|| name[1..].to_owned())
    })
}

fn renamed(value: Value, rename: &impl Fn(&str) -> Option<String>) -> Value {
    match value {
        Value::Array(items) => items
            .into_iter()
            .map(|item| renamed(item, rename))
            .collect(),
        Value::Object(members) => {
            let new_name = only(&members).and_then(|(name, _)| rename(name));
            let rename_key = |(name, value)| {
                let name = new_name.clone().unwrap_or(name);
                (name, renamed(value, rename))
            };
            members.into_iter().map(rename_key).collect()
        }
        scalar => scalar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn data_that_looks_like_bytes_comes_back_as_it_was() {
        let data = json!([{ "$bytes": "AQ==" }, { "$$arrayBuffer": 1 }, { "$bytes": 1, "b": 2 }]);

        let result = escaped(data.clone());

        assert_eq!(
            result,
            json!([{ "$$bytes": "AQ==" }, { "$$$arrayBuffer": 1 }, { "$bytes": 1, "b": 2 }])
        );
        assert_eq!(unescaped(result), data);
    }

    #[test]
    fn bytes_are_read_in_both_forms() {
        let given = [
            json!({ "$bytes": "AQI=" }),
            json!({ "$arrayBuffer": "AQI=" }),
        ];

        assert_eq!(
            given.map(|value| bytes(&value)),
            [Some(vec![1, 2]), Some(vec![1, 2])]
        );
        assert_eq!(bytes(&json!({ "$bytes": "*" })), None);
    }
}
