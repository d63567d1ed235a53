//! The `mcpServers` JSON that clients of MCP are set up with.

use std::fmt;

use serde_json::{Map, Value};

use super::expand::{Lookup, expand};
use super::http::HttpServer;
use super::server::McpServer;
use super::stdio::StdioServer;

/// How alike two names are when one is taken for the other misspelt, from 0 to 1.
const ALIKE: f64 = 0.8;

/// What a server may be described by.
const FIELDS: &[&str] = &[
    "args", "command", "cwd", "disabled", "env", "headers", "type", "url",
];

/// The servers of an `mcpServers` document.
///
/// ```json
/// { "mcpServers": {
///     "files": { "command": "npx", "args": ["-y", "some-server", "${HOME}/notes"] },
///     "github": { "url": "https://example.com/mcp",
///                 "headers": { "Authorization": "Bearer ${TOKEN}" } } } }
/// ```
///
/// A server has a `command` (with `args`, `env`, `cwd`) or a `url` (with `headers`);
/// `type` may say which: `stdio`, or `http` and `streamable-http`. The older `sse` is
/// refused. With `disabled` it is checked and left out.
///
/// In every text, `${NAME}` stands for a variable of the host's environment and
/// `${NAME:-text}` for `text` where that is not set, or empty. What they stand for is
/// not shown in errors.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct McpConfig {
    /// The servers that are not disabled, in their order.
    pub servers: Vec<McpServer>,
    /// Fields that were ignored and look like a known one misspelt.
    pub warnings: Vec<String>,
}

/// What cannot be read of a configuration, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct McpConfigError {
    server: Option<String>,
    field: String,
    problem: String,
}

impl McpConfigError {
    /// The server that is described wrongly, unless it is the document itself.
    #[must_use]
    pub fn server(&self) -> Option<&str> {
        self.server.as_deref()
    }

    /// The field, as a path below the server: `args[1]`, `env.TOKEN`.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }
}

impl fmt::Display for McpConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(server) = &self.server {
            write!(f, "MCP server \"{server}\"")?;
            if !self.field.is_empty() {
                write!(f, ", field {}", self.field)?;
            }
            write!(f, ": ")?;
        }
        f.write_str(&self.problem)
    }
}

impl std::error::Error for McpConfigError {}

impl McpConfig {
    /// Reads a document, with the variables of this process.
    ///
    /// # Errors
    ///
    /// The first thing that cannot be read: it names the server, the field and what
    /// was expected.
    pub fn from_json(text: &str) -> Result<Self, McpConfigError> {
        Self::with_variables(text, |name| std::env::var(name).ok())
    }

    /// Reads a document, with variables from anywhere.
    ///
    /// # Errors
    ///
    /// As [`from_json`](Self::from_json).
    pub fn with_variables(
        text: &str,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, McpConfigError> {
        let document = |problem: String| McpConfigError {
            server: None,
            field: String::new(),
            problem,
        };
        let json: Value = serde_json::from_str(text)
            .map_err(|error| document(format!("the configuration is not JSON: {error}")))?;
        let Some(described) = json.get("mcpServers") else {
            let keys = json.as_object().into_iter().flat_map(Map::keys);
            let meant = keys.into_iter().find(|key| is_alike(key, "mcpServers"));
            return Err(document(match meant {
                Some(key) => {
                    format!("the configuration has no \"mcpServers\"; is \"{key}\" meant to be it?")
                }
                None => "the configuration has no \"mcpServers\"".to_owned(),
            }));
        };
        let Value::Object(described) = described else {
            return Err(document(expected(
                "\"mcpServers\" must be an object",
                described,
            )));
        };
        let mut config = Self {
            servers: Vec::new(),
            warnings: Vec::new(),
        };
        for (name, server) in described {
            let reader = Reader {
                server: name,
                lookup: &lookup,
            };
            config
                .servers
                .extend(reader.server(server, &mut config.warnings)?);
        }
        Ok(config)
    }
}

/// Reads what describes one server.
struct Reader<'a> {
    server: &'a str,
    lookup: Lookup<'a>,
}

type Read<T> = Result<T, McpConfigError>;

impl Reader<'_> {
    fn fault(&self, field: &str, problem: impl Into<String>) -> McpConfigError {
        McpConfigError {
            server: Some(self.server.to_owned()),
            field: field.to_owned(),
            problem: problem.into(),
        }
    }

    /// The server, unless it is disabled.
    fn server(&self, described: &Value, warnings: &mut Vec<String>) -> Read<Option<McpServer>> {
        if self.server.is_empty() {
            return Err(self.fault("", "its name is empty"));
        }
        let Value::Object(fields) = described else {
            return Err(self.fault("", expected("it must be an object", described)));
        };
        let misspelt = |field: &str| {
            let known = |known: &&&str| is_alike(field, known) && !fields.contains_key(**known);
            FIELDS.iter().find(known)
        };
        for field in fields
            .keys()
            .filter(|field| !FIELDS.contains(&field.as_str()))
        {
            if let Some(meant) = misspelt(field) {
                warnings.push(format!(
                    "MCP server \"{}\", field {field}: it is ignored; did you mean \"{meant}\"?",
                    self.server
                ));
            }
        }
        let mut secrets = Vec::new();
        let server = match self.kind(fields)? {
            Kind::Stdio => McpServer::stdio(self.server, self.stdio(fields, &mut secrets)?),
            Kind::Http => McpServer::http(self.server, self.http(fields, &mut secrets)?),
        };
        let is_disabled = match fields.get("disabled") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(is_disabled)) => *is_disabled,
            Some(other) => {
                return Err(self.fault("disabled", expected("it must be true or false", other)));
            }
        };
        Ok((!is_disabled).then(|| server.hiding(&secrets)))
    }

    fn kind(&self, fields: &Map<String, Value>) -> Read<Kind> {
        let has = |field| fields.get(field).is_some_and(|value| !value.is_null());
        let kind = match fields.get("type") {
            None | Some(Value::Null) => None,
            Some(Value::String(kind)) => match kind.as_str() {
                "stdio" => Some(Kind::Stdio),
                "http" | "streamable-http" | "streamableHttp" => Some(Kind::Http),
                "sse" => {
                    return Err(self.fault(
                        "type",
                        "the older transport \"sse\" is not spoken; most servers that had it \
                         speak \"http\" at another URL",
                    ));
                }
                other => {
                    return Err(self.fault(
                        "type",
                        format!("it must be \"stdio\" or \"http\", not \"{other}\""),
                    ));
                }
            },
            Some(other) => {
                return Err(self.fault("type", expected("it must be \"stdio\" or \"http\"", other)));
            }
        };
        match (kind, has("command"), has("url")) {
            (None | Some(Kind::Stdio), true, false) => Ok(Kind::Stdio),
            (None | Some(Kind::Http), false, true) => Ok(Kind::Http),
            (_, true, true) => Err(self.fault(
                "url",
                "it has a \"command\" already, and one of both is meant",
            )),
            (Some(Kind::Stdio), false, _) => {
                Err(self.fault("command", "a server of type \"stdio\" needs one"))
            }
            (Some(Kind::Http), _, false) => {
                Err(self.fault("url", "a server of type \"http\" needs one"))
            }
            (None, false, false) => Err(self.lacking(fields)),
        }
    }

    /// Neither a command nor a URL: perhaps one of them is misspelt.
    fn lacking(&self, fields: &Map<String, Value>) -> McpConfigError {
        let meant = fields.keys().find_map(|field| {
            let meant = ["command", "url"]
                .into_iter()
                .find(|meant| is_alike(field, meant))?;
            Some((field, meant))
        });
        match meant {
            Some((field, meant)) => self.fault(field, format!("did you mean \"{meant}\"?")),
            None => self.fault("", "it needs a \"command\" to run or a \"url\" to reach"),
        }
    }

    fn stdio(&self, fields: &Map<String, Value>, secrets: &mut Vec<String>) -> Read<StdioServer> {
        let command = self.required("command", fields, secrets)?;
        let mut server = StdioServer::new(command);
        match fields.get("args") {
            None | Some(Value::Null) => {}
            Some(Value::Array(args)) => {
                for (index, arg) in args.iter().enumerate() {
                    let arg = self.text(&format!("args[{index}]"), arg, secrets)?;
                    server = server.args([arg]);
                }
            }
            Some(other) => {
                return Err(self.fault("args", expected("it must be a list of texts", other)));
            }
        }
        for (name, value) in self.texts("env", fields, secrets)? {
            if name.is_empty() || name.contains(['=', '\0']) {
                return Err(self.fault("env", "a name in it is empty or has a \"=\""));
            }
            server = server.env(name, value);
        }
        match fields.get("cwd") {
            None | Some(Value::Null) => Ok(server),
            Some(folder) => Ok(server.cwd(self.text("cwd", folder, secrets)?)),
        }
    }

    fn http(&self, fields: &Map<String, Value>, secrets: &mut Vec<String>) -> Read<HttpServer> {
        let mut server = HttpServer::new(self.required("url", fields, secrets)?);
        for (name, value) in self.texts("headers", fields, secrets)? {
            server = server.header(name, value);
        }
        // What cannot be sent is told now, not at the first call.
        match server.check() {
            Ok(()) => Ok(server),
            Err((field, problem)) => Err(self.fault(&field, problem)),
        }
    }

    fn required(
        &self,
        field: &str,
        fields: &Map<String, Value>,
        secrets: &mut Vec<String>,
    ) -> Read<String> {
        let text = self.text(field, fields.get(field).unwrap_or(&Value::Null), secrets)?;
        if text.is_empty() {
            return Err(self.fault(field, "it is empty"));
        }
        Ok(text)
    }

    fn text(&self, field: &str, value: &Value, secrets: &mut Vec<String>) -> Read<String> {
        let Value::String(text) = value else {
            return Err(self.fault(field, expected("it must be a text", value)));
        };
        expand(text, self.lookup, secrets).map_err(|problem| self.fault(field, problem))
    }

    /// An object of texts.
    fn texts(
        &self,
        field: &str,
        fields: &Map<String, Value>,
        secrets: &mut Vec<String>,
    ) -> Read<Vec<(String, String)>> {
        match fields.get(field) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Object(members)) => members
                .iter()
                .map(|(name, value)| {
                    let text = self.text(&format!("{field}.{name}"), value, secrets)?;
                    Ok((name.clone(), text))
                })
                .collect(),
            Some(other) => Err(self.fault(field, expected("it must be an object of texts", other))),
        }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Stdio,
    Http,
}

fn is_alike(written: &str, known: &str) -> bool {
    strsim::jaro_winkler(&written.to_lowercase(), &known.to_lowercase()) >= ALIKE
}

/// What was expected, and what is there; not its value, which may be secret.
fn expected(rule: &str, found: &Value) -> String {
    let found = match found {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    format!("{rule}, and is {found}")
}
