//! Follows references inside the document.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::error::Problem;

/// References that may follow each other before they count as a loop.
const MAX_HOPS: usize = 32;

/// A value of the document and the JSON pointer to it, without `#`.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    pub(super) value: &'a Value,
    pub(super) pointer: String,
}

impl<'a> Node<'a> {
    /// The document itself.
    pub(super) fn root(value: &'a Value) -> Self {
        Self {
            value,
            pointer: String::new(),
        }
    }

    /// The member of this object, or the element of this array, called `key`.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let value = match self.value {
            Value::Object(members) => members.get(key)?,
            Value::Array(items) => items.get(key.parse::<usize>().ok()?)?,
            _ => return None,
        };
        Some(Self {
            value,
            pointer: format!("{}/{}", self.pointer, token(key)),
        })
    }

    /// What this node means in the document `root`: itself, or what its `$ref`
    /// leads to.
    pub(super) fn follow(mut self, root: &'a Value) -> Result<Self, Problem> {
        let at = format!("#{}", self.pointer);
        for _ in 0..MAX_HOPS {
            let Some(text) = self.value.get("$ref").and_then(Value::as_str) else {
                return Ok(self);
            };
            self = target(root, text).ok_or_else(|| Problem::new(&at, unresolved(text)))?;
        }
        Err(Problem::new(
            at,
            "its references lead in a circle; let one of them point at a definition",
        ))
    }
}

/// What `text` points at, if that is inside the document.
pub(super) fn target<'a>(root: &'a Value, text: &str) -> Option<Node<'a>> {
    let fragment = text.strip_prefix('#')?;
    let pointer = percent_decode_str(fragment)
        .decode_utf8()
        .ok()?
        .into_owned();
    let value = root.pointer(&pointer)?;
    Some(Node { value, pointer })
}

/// Why there is nothing behind the reference `text`.
pub(super) fn unresolved(text: &str) -> String {
    if text.starts_with('#') {
        format!(
            "reference `{text}` points at nothing in this document; add its target or correct it"
        )
    } else {
        format!(
            "reference `{text}` leaves the document and is not followed; bundle the files into one"
        )
    }
}

/// A key as one token of a JSON pointer.
pub(super) fn token(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
