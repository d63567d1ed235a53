//! JSON text from a guest, read with care, and bytes inside JSON.

use serde::{Deserialize as _, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// Levels of nesting that are read: as many as the guest writes, and few enough
/// for any thread's stack.
const MAX_DEPTH: usize = 500;

/// Why a text was not read.
#[derive(Debug)]
pub(crate) enum Unreadable {
    TooDeep,
    NotJson,
}

/// Reads text that nobody vouches for.
pub(crate) fn parse(text: &str) -> Result<Value, Unreadable> {
    if depth(text) > MAX_DEPTH {
        return Err(Unreadable::TooDeep);
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // The depth was counted above.
    deserializer.disable_recursion_limit();
    let value = Value::deserialize(&mut deserializer).map_err(|_| Unreadable::NotJson)?;
    deserializer.end().map_err(|_| Unreadable::NotJson)?;
    Ok(value)
}

/// The deepest nesting of brackets outside strings.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Bytes, as a tool returns them: a program receives a `Uint8Array`.
///
/// In JSON this is `{"$bytes": base64}`; a typed array that a program passes
/// arrives in the same form.
///
/// # Examples
///
/// ```
/// use codecell::Bytes;
///
/// let value = serde_json::to_value(Bytes(vec![1, 2, 255])).unwrap();
/// assert_eq!(value, serde_json::json!({ "$bytes": "AQL/" }));
/// assert_eq!(serde_json::from_value::<Bytes>(value).unwrap(), Bytes(vec![1, 2, 255]));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

#[derive(serde::Serialize, serde::Deserialize)]
struct Tagged {
    #[serde(rename = "$bytes", alias = "$arrayBuffer")]
    base64: String,
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use base64::Engine as _;
        let base64 = base64::engine::general_purpose::STANDARD.encode(&self.0);
        Tagged { base64 }.serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use base64::Engine as _;
        let tagged = Tagged::deserialize(deserializer)?;
        let bytes = base64::engine::general_purpose::STANDARD.decode(tagged.base64);
        bytes.map(Self).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_strings_are_not_nesting() {
        assert_eq!(depth(r#"{"[[\"[[": [1, "]]"]}"#), 2);
    }

    #[test]
    fn text_that_is_too_deep_is_refused_before_it_is_parsed() {
        let text = "[".repeat(1_000_000);
        assert!(matches!(parse(&text), Err(Unreadable::TooDeep)));
    }
}
