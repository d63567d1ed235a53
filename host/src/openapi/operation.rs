//! One operation of a document, as a tool.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::body::Body;
use super::media::{self, Media};
use super::names::BODY;
use super::parameter::Parameter;
use super::reference::Node;
use super::schema::{BYTES, Direction, Schemas};
use super::template::Template;

/// An operation of a document: a typed tool.
///
/// Its arguments are one object: a member for each parameter of path, query,
/// header and cookie, and `body` for the request body. Of two parameters with
/// one name the second is called after its place too, as `id_query`.
///
/// The schemas are made anew at each call, because all of them together can be
/// many times the size of the document.
#[derive(Clone)]
pub struct Operation {
    pub(super) root: Arc<Value>,
    /// The pointer to the operation object.
    pub(super) at: String,
    pub(super) name: String,
    pub(super) method: &'static str,
    pub(super) path: Arc<str>,
    pub(super) template: Template,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<Body>,
    /// The pointer to the object whose `servers` hold here, if not the document.
    pub(super) servers: Option<String>,
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation")
            .field("name", &self.name)
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Operation {
    /// The tool's name: an identifier that no other operation of the document
    /// has. It is made of the `operationId`, or of method and path
    /// (`get_repos_owner_repo`); a repeated or reserved name is numbered.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The method in capitals.
    #[must_use]
    pub fn method(&self) -> &str {
        self.method
    }

    /// The path as the document writes it.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What the operation does: its summary, else its description, else method
    /// and path.
    #[must_use]
    pub fn description(&self) -> String {
        let texts = ["summary", "description"].into_iter();
        let mut texts = texts.filter_map(|key| self.object().get(key)?.as_str());
        match texts.find(|text| !text.trim().is_empty()) {
            Some(text) => text.to_owned(),
            None => format!("{} {}", self.method, self.path),
        }
    }

    /// Whether the document advises against it.
    #[must_use]
    pub fn is_deprecated(&self) -> bool {
        self.object().get("deprecated") == Some(&Value::Bool(true))
    }

    /// The JSON Schema of the arguments. It stands alone.
    #[must_use]
    pub fn input_schema(&self) -> Value {
        let mut schemas = Schemas::new(&self.root, Direction::Input);
        let mut properties = Map::new();
        let mut required = Vec::new();
        for parameter in &self.parameters {
            let schema = match parameter.at {
                Some(_) => schemas.copy_at(parameter.schema.as_deref()),
                None => json!({"type": "string"}),
            };
            let schema = self.described(schema, parameter.at.as_deref());
            properties.insert(parameter.argument.clone(), schema);
            if parameter.required {
                required.push(parameter.argument.as_str());
            }
        }
        if let Some(body) = &self.body {
            let schema = body_schema(&mut schemas, body.media, body.schema.as_deref());
            properties.insert(BODY.to_owned(), self.described(schema, Some(&body.at)));
            if body.required {
                required.push(BODY);
            }
        }
        let mut schema = Map::new();
        schema.insert("type".to_owned(), json!("object"));
        schema.insert("properties".to_owned(), Value::Object(properties));
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        schemas.finish(schema)
    }

    /// The JSON Schema of the answer: the union of the success responses, or of
    /// `default` when there is no other; none when the document does not say.
    /// It stands alone. A response without a body is `null`.
    #[must_use]
    pub fn output_schema(&self) -> Option<Value> {
        let mut schemas = Schemas::new(&self.root, Direction::Output);
        let mut union: Vec<Value> = Vec::new();
        for response in self.successes() {
            let schema = match response.get("content").as_ref().and_then(media::preferred) {
                Some(entry) => {
                    let schema = entry.node.get("schema").map(|schema| schema.pointer);
                    match entry.media {
                        Media::Json => schemas.copy_at(schema.as_deref()),
                        Media::Form | Media::Text => json!({"type": "string"}),
                        Media::Multipart | Media::Bytes => json!({"description": BYTES}),
                    }
                }
                None => json!({"type": "null"}),
            };
            if !union.contains(&schema) {
                union.push(schema);
            }
        }
        let schema = match union.len() {
            0 => return None,
            1 => union.swap_remove(0),
            _ => json!({"anyOf": union}),
        };
        Some(match schema {
            Value::Object(schema) => schemas.finish(schema),
            boolean => boolean,
        })
    }

    /// The media types that the success responses are best asked for in.
    pub(super) fn accepted(&self) -> Vec<String> {
        let mut types = Vec::new();
        for response in self.successes() {
            let content = response.get("content");
            if let Some(entry) = content.as_ref().and_then(media::preferred)
                && !types.contains(&entry.media_type)
            {
                types.push(entry.media_type);
            }
        }
        types
    }

    pub(super) fn object(&self) -> &Value {
        self.root.pointer(&self.at).unwrap_or(&Value::Null)
    }

    /// The success responses with their references followed.
    fn successes(&self) -> Vec<Node<'_>> {
        let operation = Node {
            value: self.object(),
            pointer: self.at.clone(),
        };
        let Some(responses) = operation.get("responses") else {
            return Vec::new();
        };
        let keys = responses.value.as_object().into_iter().flat_map(Map::keys);
        let of = |key: &String| responses.get(key)?.follow(&self.root).ok();
        let successes: Vec<_> = keys.filter(|key| is_success(key)).filter_map(of).collect();
        if successes.is_empty() {
            return of(&"default".to_owned()).into_iter().collect();
        }
        successes
    }

    /// `schema` with the `description` of the object at `pointer`, unless it
    /// has one of its own.
    fn described(&self, schema: Value, pointer: Option<&str>) -> Value {
        let object = pointer.and_then(|pointer| self.root.pointer(pointer));
        let text = object.and_then(|object| object.get("description"));
        match (schema, text) {
            (Value::Object(mut schema), Some(Value::String(text))) => {
                schema
                    .entry("description")
                    .or_insert_with(|| text.as_str().into());
                Value::Object(schema)
            }
            (schema, _) => schema,
        }
    }
}

/// Whether a key of `responses` is a status of success, or all of them: `2XX`.
fn is_success(key: &str) -> bool {
    let rest = key.strip_prefix('2');
    rest.is_some_and(|rest| {
        rest == "XX" || (rest.len() == 2 && rest.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

fn body_schema(schemas: &mut Schemas<'_>, media: Media, schema: Option<&str>) -> Value {
    match (media, schema) {
        (Media::Text, None) => json!({"type": "string"}),
        (Media::Bytes, _) => json!({"description": format!("{BYTES}, or text")}),
        (_, schema) => schemas.copy_at(schema),
    }
}
