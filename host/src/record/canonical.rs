//! One text for equal JSON values, to compare and to sign.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// JSON text with the keys of every object sorted by code point and without blanks:
/// equal values give equal texts, whatever the order in which they were written.
///
/// # Examples
///
/// ```
/// use serde_json::json;
///
/// let text = codecell::record::canonical_json(&json!({ "b": [1, { "d": 2, "c": 3 }], "a": null }));
/// assert_eq!(text, r#"{"a":null,"b":[1,{"c":3,"d":2}]}"#);
/// ```
#[must_use]
pub fn canonical_json(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| name.as_str());
            out.push('{');
            for (index, (name, value)) in members.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                let _ = write!(out, "{}:", Value::String(name.clone()));
                write(value, out);
            }
            out.push('}');
        }
        scalar => {
            let _ = write!(out, "{scalar}");
        }
    }
}

/// Whether two JSON texts say the same; what is no JSON is compared as text.
pub(crate) fn is_same_json(a: Option<&str>, b: Option<&str>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) if a != b => {
            let parsed = (crate::value::parse(a), crate::value::parse(b));
            matches!(parsed, (Ok(a), Ok(b)) if canonical_json(&a) == canonical_json(&b))
        }
        (a, b) => a.is_some() == b.is_some(),
    }
}

/// SHA-256 of some texts, each with its length in front, as hexadecimal digits.
pub(crate) fn digest<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    let mut hex = String::with_capacity(64);
    for byte in hash.finalize() {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
