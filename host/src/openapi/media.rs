//! Media types, as far as they decide how a body is written or read.

use serde_json::Value;

use super::reference::Node;

/// How a body is carried, the easiest for a program first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Media {
    Json,
    Form,
    Multipart,
    Text,
    Bytes,
}

impl Media {
    /// What a media type or range stands for. `*/*` is what generators write
    /// for JSON.
    pub(super) fn of(media_type: &str) -> Self {
        let essence = media_type.split(';').next().unwrap_or_default();
        let essence = essence.trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/json" | "text/json" | "*/*" | "application/*" => Self::Json,
            "application/x-www-form-urlencoded" => Self::Form,
            "application/xml"
            | "application/javascript"
            | "application/yaml"
            | "application/x-yaml"
            | "application/x-ndjson"
            | "application/graphql" => Self::Text,
            other if other.ends_with("+json") => Self::Json,
            other if other.starts_with("multipart/") => Self::Multipart,
            other if other.starts_with("text/") => Self::Text,
            other if other.ends_with("+xml") || other.ends_with("+yaml") => Self::Text,
            _ => Self::Bytes,
        }
    }

    /// The type to send for a range such as `*/*`.
    pub(super) fn concrete(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
            Self::Multipart => "multipart/form-data",
            Self::Text => "text/plain; charset=utf-8",
            Self::Bytes => "application/octet-stream",
        }
    }
}

/// One entry of a `content` object.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    /// The key, or what to send when the key is a range.
    pub(super) media_type: String,
    pub(super) media: Media,
    /// The media type object.
    pub(super) node: Node<'a>,
}

/// The entry of `content` that is easiest to use; the first of several equal ones.
pub(super) fn preferred<'a>(content: &Node<'a>) -> Option<Entry<'a>> {
    let types = content.value.as_object()?.keys();
    let entries = types.filter_map(|key| Some(entry(key, content.get(key)?)));
    entries.min_by_key(|entry| entry.media)
}

fn entry<'a>(key: &str, node: Node<'a>) -> Entry<'a> {
    let is_binary = node.value.pointer("/schema/format") == Some(&Value::from("binary"));
    let is_range = key.contains('*');
    let media = match Media::of(key) {
        Media::Json if is_range && is_binary => Media::Bytes,
        media => media,
    };
    Entry {
        media_type: if is_range {
            media.concrete().to_owned()
        } else {
            key.to_owned()
        },
        media,
        node,
    }
}
