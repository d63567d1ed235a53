//! Reads what an operation's request body may be, and writes it.

use serde::Deserialize as _;
use serde_json::Value;

use super::error::{CallError, kind};
use super::media::{self, Media};
use super::multipart::{self, Part};
use super::parameter::form_format;
use super::reference::Node;
use super::style;
use crate::Bytes;

/// The request body of an operation, in the one media type that is easiest to
/// write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Body {
    /// The pointer to the request body object.
    pub(super) at: String,
    /// The pointer to the media type object.
    pub(super) media_at: String,
    pub(super) media_type: String,
    pub(super) media: Media,
    pub(super) required: bool,
    /// The pointer to the schema.
    pub(super) schema: Option<String>,
}

impl Body {
    /// Reads a request body object whose reference has been followed; none when
    /// it has no content.
    pub(super) fn read(node: &Node<'_>) -> Option<Self> {
        let entry = media::preferred(&node.get("content")?)?;
        let schema = entry.node.get("schema").map(|schema| schema.pointer);
        Some(Self {
            at: node.pointer.clone(),
            media_at: entry.node.pointer,
            media_type: entry.media_type,
            media: entry.media,
            required: node.value.get("required") == Some(&Value::Bool(true)),
            schema,
        })
    }
}

/// A body ready to be sent.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) content_type: String,
    pub(super) bytes: Vec<u8>,
}

/// Writes bodies of one media type.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    root: &'a Value,
    media_type: &'a str,
    media: Media,
    /// The media type object, which holds `schema` and `encoding`.
    object: &'a Value,
}

impl<'a> Writer<'a> {
    /// A writer for a body of the document.
    pub(super) fn of(root: &'a Value, body: &'a Body) -> Self {
        Self {
            root,
            media_type: &body.media_type,
            media: body.media,
            object: root.pointer(&body.media_at).unwrap_or(&Value::Null),
        }
    }

    /// A writer for a media type that the document says nothing about.
    pub(super) fn plain(media_type: &'a str) -> Self {
        Self {
            root: &Value::Null,
            media_type,
            media: Media::of(media_type),
            object: &Value::Null,
        }
    }

    /// Writes `value`. Text and bytes are taken as written already, except
    /// where the type is JSON.
    pub(super) fn write(&self, value: &Value) -> Result<Written, CallError> {
        let content_type = self.media_type.to_owned();
        let ready = match value {
            _ if self.media == Media::Json => Some(value.to_string().into_bytes()),
            Value::String(text) => Some(text.clone().into_bytes()),
            value => bytes_of(value),
        };
        if let Some(bytes) = ready {
            return Ok(Written {
                content_type,
                bytes,
            });
        }
        match (self.media, value) {
            (Media::Form, Value::Object(_)) => Ok(Written {
                content_type,
                bytes: self.form(value)?.into_bytes(),
            }),
            (Media::Multipart, Value::Object(_)) => Ok(self.multipart(value)),
            (Media::Text, value) => Ok(Written {
                content_type,
                bytes: value.to_string().into_bytes(),
            }),
            (media, value) => Err(CallError::new(format!(
                "`body` is sent as `{}`; expected {}, text or a Uint8Array, found {}",
                self.media_type,
                if media == Media::Bytes {
                    "bytes"
                } else {
                    "an object"
                },
                kind(value)
            ))),
        }
    }

    fn form(&self, value: &Value) -> Result<String, CallError> {
        let mut pairs = Vec::new();
        for (name, value) in value.as_object().into_iter().flatten() {
            let encoding = self.encoding(name);
            let is_styled = ["style", "explode", "allowReserved"]
                .iter()
                .any(|key| encoding.get(key).is_some());
            let format = form_format(encoding);
            match value {
                Value::Null => {}
                // What the specification has a form do with an object.
                Value::Object(_) if !is_styled => {
                    pairs.extend(format.pairs(name, &Value::String(value.to_string()))?);
                }
                value => pairs.extend(format.pairs(name, value)?),
            }
        }
        let pairs = pairs
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"));
        Ok(pairs.collect::<Vec<_>>().join("&"))
    }

    fn multipart(&self, value: &Value) -> Written {
        let mut parts = Vec::new();
        for (name, value) in value.as_object().into_iter().flatten() {
            let values = match value {
                Value::Null => &[],
                Value::Array(items) => items.as_slice(),
                other => std::slice::from_ref(other),
            };
            parts.extend(values.iter().map(|value| self.part(name, value)));
        }
        let (boundary, bytes) = multipart::write(&parts);
        let essence = self.media_type.split(';').next().unwrap_or_default().trim();
        Written {
            content_type: format!("{essence}; boundary={boundary}"),
            bytes,
        }
    }

    fn part(&self, name: &str, value: &Value) -> Part {
        let bytes = bytes_of(value);
        let is_file = bytes.is_some() || self.is_file(name);
        let default = match value {
            _ if is_file => "application/octet-stream",
            Value::Array(_) | Value::Object(_) => "application/json",
            _ => "text/plain; charset=utf-8",
        };
        let content_type = self
            .encoding(name)
            .get("contentType")
            .and_then(Value::as_str);
        // A list of types or a range is for the server; control characters
        // would begin another header.
        let is_usable =
            |text: &&str| !text.contains(['*', ',']) && !text.contains(char::is_control);
        Part {
            name: name.to_owned(),
            content_type: content_type.filter(is_usable).unwrap_or(default).to_owned(),
            is_file,
            body: bytes.unwrap_or_else(|| style::text(value).into_bytes()),
        }
    }

    fn encoding(&self, name: &str) -> &'a Value {
        let encoding = self.object.get("encoding").and_then(|all| all.get(name));
        encoding.unwrap_or(&Value::Null)
    }

    /// Whether the schema says that the property, or each of its items, is a file.
    fn is_file(&self, name: &str) -> bool {
        let property = self.member(Some(self.object), "schema");
        let property = self
            .member(property, "properties")
            .and_then(|all| all.get(name));
        let says_file = |schema: Option<&Value>| {
            let Some(schema) = schema else { return false };
            schema.get("format") == Some(&Value::from("binary"))
                || (schema.get("contentMediaType").is_some()
                    && schema.get("contentEncoding").is_none())
        };
        let property = property.and_then(|schema| self.followed(schema));
        says_file(property) || says_file(self.member(property, "items"))
    }

    fn member(&self, object: Option<&'a Value>, key: &str) -> Option<&'a Value> {
        self.followed(object?.get(key)?)
    }

    fn followed(&self, value: &'a Value) -> Option<&'a Value> {
        let node = Node {
            value,
            pointer: String::new(),
        };
        node.follow(self.root).ok().map(|node| node.value)
    }
}

fn bytes_of(value: &Value) -> Option<Vec<u8>> {
    value.as_object()?;
    Bytes::deserialize(value).ok().map(|bytes| bytes.0)
}
