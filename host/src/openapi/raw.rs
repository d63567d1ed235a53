//! The `request` tool, for what no operation covers.

use serde_json::{Map, Value, json};

use super::access::Access;
use super::body::Writer;
use super::credentials::is_token;
use super::draft::Draft;
use super::error::{CallError, kind};
use super::escape::{Escape, literal};
use super::http::Request;
use super::style::{Format, Style};
use super::template::check_segments;

/// The arguments that the tool takes.
const KNOWN: [&str; 6] = ["path", "method", "params", "body", "headers", "contentType"];

impl Access {
    /// What the `request` tool does.
    #[must_use]
    pub fn raw_description(&self) -> &'static str {
        "Send a request that no other tool covers to the servers of this API"
    }

    /// The JSON Schema of the `request` tool's arguments.
    #[must_use]
    pub fn raw_input_schema(&self) -> Value {
        json!({
            "type": "object",
            "properties": {
                "path": {
                    "type": "string",
                    "description": "Path below the server, such as /users/7"
                },
                "method": {"type": "string", "description": "GET unless given"},
                "params": {
                    "type": "object",
                    "description": "Query parameters",
                    "additionalProperties": true
                },
                "body": {"description": "Sent as JSON unless contentType says otherwise"},
                "headers": {"type": "object", "additionalProperties": {"type": "string"}},
                "contentType": {"type": "string"}
            },
            "required": ["path"]
        })
    }

    /// Makes the request of a call of the `request` tool.
    ///
    /// `path` begins with `/` and goes below the document's server, or is a URL
    /// below one of the document's servers. The document's own security applies.
    ///
    /// # Errors
    ///
    /// When the URL leads elsewhere or its path climbs, when `method` or a
    /// header is none, or one that the host sets, and when an argument is of
    /// the wrong type or not known.
    pub fn raw_request(&self, arguments: &Value) -> Result<Request, CallError> {
        let arguments = Arguments::read(arguments)?;
        let method = arguments
            .text("method")?
            .unwrap_or("GET")
            .to_ascii_uppercase();
        if !is_token(&method) || matches!(method.as_str(), "CONNECT" | "TRACE") {
            return Err(CallError::new(format!("method `{method}` cannot be used")));
        }
        let mut draft = Draft {
            method,
            url: self.raw_url(arguments.text("path")?.unwrap_or_default())?,
            ..Draft::default()
        };
        for (name, value) in arguments.members("params")?.into_iter().flatten() {
            let style = match value {
                Value::Object(_) => Style::DeepObject,
                _ => Style::Form,
            };
            let format = Format {
                style,
                explode: true,
                escape: Escape::Data,
            };
            if !value.is_null() {
                draft.query.extend(format.pairs(name, value)?);
            }
        }
        for (name, value) in arguments.members("headers")?.into_iter().flatten() {
            let format = Format {
                style: Style::Simple,
                explode: false,
                escape: Escape::Nothing,
            };
            match name.eq_ignore_ascii_case("accept") {
                true => draft.accept = format.inline(name, value)?,
                false => draft.header(name, format.inline(name, value)?)?,
            }
        }
        let content_type = arguments.text("contentType")?.unwrap_or("application/json");
        if [content_type, &draft.accept]
            .iter()
            .any(|text| text.contains(char::is_control))
        {
            return Err(CallError::new("a media type has a control character in it"));
        }
        if let Some(body) = arguments.0.get("body") {
            draft.body = Some(Writer::plain(content_type).write(body)?);
        }
        self.sign_raw(draft)
    }

    fn raw_url(&self, path: &str) -> Result<String, CallError> {
        let (own, mut all) = self.servers();
        let (base, path) = if path.starts_with('/') {
            (own, path)
        } else {
            all.find_map(|base| Some((base, base.strip(path)?)))
                .ok_or_else(|| {
                    CallError::new(format!(
                        "`path` has to begin with `/`, or with a server of this API such as {}; \
                     found `{path}`",
                        own.join("")
                    ))
                })?
        };
        let path = literal(path.split('#').next().unwrap_or_default());
        check_segments(&path)?;
        Ok(base.join(&path))
    }
}

/// The arguments by name.
struct Arguments<'a>(&'a Map<String, Value>);

impl<'a> Arguments<'a> {
    fn read(arguments: &'a Value) -> Result<Self, CallError> {
        let Value::Object(members) = arguments else {
            let found = kind(arguments);
            return Err(CallError::new(format!(
                "expected an object of arguments, found {found}"
            )));
        };
        match members.keys().find(|name| !KNOWN.contains(&name.as_str())) {
            Some(name) => Err(CallError::new(format!(
                "argument `{name}` is not known; expected {}",
                KNOWN.join(", ")
            ))),
            None => Ok(Self(members)),
        }
    }

    fn text(&self, name: &str) -> Result<Option<&'a str>, CallError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(wrong(name, "a string", other)),
        }
    }

    fn members(&self, name: &str) -> Result<Option<&'a Map<String, Value>>, CallError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(members)) => Ok(Some(members)),
            Some(other) => Err(wrong(name, "an object", other)),
        }
    }
}

fn wrong(name: &str, expected: &str, found: &Value) -> CallError {
    let found = kind(found);
    CallError::new(format!("`{name}` has to be {expected}, found {found}"))
}
