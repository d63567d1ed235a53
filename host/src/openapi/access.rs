//! Makes requests of calls: where they go, and as whom.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::body::Writer;
use super::credentials::{Credential, Keychain};
use super::document::Document;
use super::draft::Draft;
use super::error::{CallError, Problem, kind};
use super::http::Request;
use super::names::BODY;
use super::operation::Operation;
use super::parameter::{Parameter, Place};
use super::reference::Node;
use super::server::{self, Base, Settings};
use super::style::text;

/// What an argument that is not there counts as.
const ABSENT: &Value = &Value::Null;

/// A document together with its servers and credentials.
///
/// Made by [`Document::access`]; cheap to clone.
#[derive(Clone, Debug)]
pub struct Access(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    document: Document,
    keychain: Keychain,
    /// The document's own server.
    server: Base,
    /// The servers of path items and operations that have their own, by the
    /// pointer to these.
    own_servers: BTreeMap<String, Result<Base, Problem>>,
    /// Every server of the document that could be read.
    servers: BTreeSet<Base>,
}

/// Collects servers and credentials for an [`Access`].
///
/// The document decides where requests go, and credentials go with them. For a
/// document that you do not trust that far, set [`server`](Self::server).
#[derive(Clone, Debug)]
pub struct AccessBuilder {
    document: Document,
    server: Option<String>,
    location: Option<String>,
    variables: BTreeMap<String, String>,
    credentials: Vec<(String, Credential)>,
    headers: Vec<(String, String)>,
}

impl AccessBuilder {
    pub(super) fn new(document: Document) -> Self {
        Self {
            document,
            server: None,
            location: None,
            variables: BTreeMap::new(),
            credentials: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// Sends everything to this server instead of those in the document.
    #[must_use]
    pub fn server(mut self, url: impl Into<String>) -> Self {
        self.server = Some(url.into());
        self
    }

    /// Says where the document came from, for servers that are relative. A
    /// document without servers means the root of that one.
    #[must_use]
    pub fn location(mut self, url: impl Into<String>) -> Self {
        self.location = Some(url.into());
        self
    }

    /// Sets a server variable, which has its default otherwise.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// Gives the credential for a security scheme of the document. A request
    /// carries it when its operation asks for that scheme.
    #[must_use]
    pub fn credential(mut self, scheme: impl Into<String>, credential: Credential) -> Self {
        self.credentials.push((scheme.into(), credential));
        self
    }

    /// Adds a header to every request, for documents that declare no security
    /// scheme. Programs cannot set it.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Checks the settings against the document.
    ///
    /// # Errors
    ///
    /// When there is no absolute URL for the document's first server, when a
    /// variable or a security scheme is set that the document does not have, or
    /// when a credential does not fit its scheme.
    pub fn build(self) -> Result<Access, Problem> {
        let document = self.document;
        let root = document.root();
        let base = |setting: &str, url: Option<String>| match url {
            Some(url) => Base::parse(&url)
                .map(Some)
                .map_err(|message| Problem::new(setting, message)),
            None => Ok(None),
        };
        let settings = Settings {
            server: base("server", self.server)?,
            location: base("location", self.location)?,
            variables: self.variables,
        };
        let pointers: BTreeSet<&str> = document
            .operations()
            .iter()
            .filter_map(|operation| operation.servers.as_deref())
            .collect();
        check_variables(&settings, root, &pointers)?;

        let mut servers: BTreeSet<Base> = BTreeSet::new();
        let mut first = |owner: &Node<'_>| {
            let found = settings.servers(owner);
            servers.extend(found.iter().flatten().cloned());
            let none = || {
                Err(Problem::new(
                    format!("#{}", owner.pointer),
                    "there is no server",
                ))
            };
            found.into_iter().next().unwrap_or_else(none)
        };
        let server = first(&Node::root(root))?;
        let mut own_servers = BTreeMap::new();
        for pointer in pointers {
            if let Some(value) = root.pointer(pointer) {
                let pointer = pointer.to_owned();
                let server = first(&Node {
                    value,
                    pointer: pointer.clone(),
                });
                own_servers.insert(pointer, server);
            }
        }

        let mut keychain = Keychain::default();
        for (scheme, credential) in &self.credentials {
            keychain.add(root, scheme, credential)?;
        }
        for (name, value) in &self.headers {
            keychain.add_header(name, value)?;
        }
        Ok(Access(Arc::new(Inner {
            keychain,
            server,
            own_servers,
            servers,
            document,
        })))
    }
}

impl Access {
    /// The document behind.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.0.document
    }

    /// Makes the request of a call.
    ///
    /// No argument changes the server, the depth of the path, or what another
    /// argument means: what could is percent-encoded, and where that does not
    /// help (`..` as a segment of the path) the call fails.
    ///
    /// An argument that is `null` counts as absent, except for `body`. A `body`
    /// is sent as JSON when the operation has none.
    ///
    /// # Errors
    ///
    /// When a required argument is absent, a path parameter is empty, an
    /// argument is not known, or a value does not fit into its place.
    pub fn request(&self, operation: &Operation, arguments: &Value) -> Result<Request, CallError> {
        let empty = Map::new();
        let arguments = match arguments {
            Value::Object(arguments) => arguments,
            Value::Null => &empty,
            other => {
                let found = kind(other);
                return Err(CallError::new(format!(
                    "expected an object of arguments, found {found}"
                )));
            }
        };
        check_known(operation, arguments)?;
        let path = operation.template.expand(|variable| {
            let is_it = |p: &&Parameter| p.place == Place::Path && p.name == variable;
            match operation.parameters.iter().find(is_it) {
                Some(parameter) => path_text(parameter, arguments),
                None => Err(CallError::new(format!(
                    "no argument for `{variable}` in the path"
                ))),
            }
        })?;
        let mut draft = Draft {
            method: operation.method.to_owned(),
            url: self.server_of(operation)?.join(&path),
            accept: operation.accepted().join(", "),
            ..Draft::default()
        };
        for parameter in &operation.parameters {
            add(&mut draft, parameter, arguments)?;
        }
        let root = self.document().root();
        draft.body = match (arguments.get(BODY), &operation.body) {
            (Some(value), Some(body)) => Some(Writer::of(root, body).write(value)?),
            (Some(value), None) if !operation.parameters.iter().any(|p| p.argument == BODY) => {
                Some(Writer::plain("application/json").write(value)?)
            }
            (None, Some(body)) if body.required => return Err(missing(BODY)),
            _ => None,
        };
        draft.sign(&self.0.keychain, self.security(operation.object()))
    }

    /// Signs what the `request` tool made.
    pub(super) fn sign_raw(&self, draft: Draft) -> Result<Request, CallError> {
        draft.sign(&self.0.keychain, self.security(ABSENT))
    }

    /// The document's own server, and every one that requests may go to.
    pub(super) fn servers(&self) -> (&Base, impl Iterator<Item = &Base>) {
        (&self.0.server, self.0.servers.iter())
    }

    fn server_of(&self, operation: &Operation) -> Result<&Base, CallError> {
        let own = operation.servers.as_ref();
        match own.and_then(|pointer| self.0.own_servers.get(pointer)) {
            Some(Ok(base)) => Ok(base),
            Some(Err(problem)) => Err(CallError::new(problem.to_string())),
            None => Ok(&self.0.server),
        }
    }

    fn security<'a>(&'a self, operation: &'a Value) -> Option<&'a Value> {
        let own = operation.get("security");
        own.or_else(|| self.document().value().get("security"))
    }
}

fn check_variables(
    settings: &Settings,
    root: &Value,
    owners: &BTreeSet<&str>,
) -> Result<(), Problem> {
    let owners = owners.iter().filter_map(|pointer| root.pointer(pointer));
    let known: BTreeSet<&str> = owners.chain([root]).flat_map(server::variables).collect();
    let mut names = settings.variables.keys();
    match names.find(|name| !known.contains(name.as_str())) {
        Some(name) => Err(Problem::new(
            "variable",
            format!("the document has no server variable `{name}`"),
        )),
        None => Ok(()),
    }
}

fn check_known(operation: &Operation, arguments: &Map<String, Value>) -> Result<(), CallError> {
    let known = || {
        operation
            .parameters
            .iter()
            .map(|parameter| parameter.argument.as_str())
    };
    let is_known = |name: &str| name == BODY || known().any(|known| known == name);
    let Some(name) = arguments.keys().find(|name| !is_known(name)) else {
        return Ok(());
    };
    let body = operation.body.iter().map(|_| BODY);
    let names: Vec<String> = known()
        .chain(body)
        .map(|name| format!("`{name}`"))
        .collect();
    Err(CallError::new(match names.as_slice() {
        [] => format!(
            "argument `{name}` is not known; `{}` takes none",
            operation.name
        ),
        names => format!(
            "argument `{name}` is not known; expected {}",
            names.join(", ")
        ),
    }))
}

fn missing(argument: &str) -> CallError {
    CallError::new(format!("argument `{argument}` is required"))
}

/// The value as it is written: as it is, or as JSON text.
fn written(parameter: &Parameter, value: &Value) -> Value {
    match parameter.writing.as_json {
        true => Value::String(value.to_string()),
        false => value.clone(),
    }
}

fn path_text(parameter: &Parameter, arguments: &Map<String, Value>) -> Result<String, CallError> {
    let value = arguments.get(&parameter.argument).unwrap_or(ABSENT);
    let is_empty = match value {
        Value::Null => return Err(missing(&parameter.argument)),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().all(|item| text(item).is_empty()),
        Value::Object(members) => members.values().all(Value::is_null),
        _ => false,
    };
    if is_empty {
        let argument = &parameter.argument;
        return Err(CallError::new(format!(
            "argument `{argument}` is part of the path and must not be empty"
        )));
    }
    parameter
        .writing
        .format
        .inline(&parameter.name, &written(parameter, value))
}

/// Adds a parameter that is not in the path.
fn add(
    draft: &mut Draft,
    parameter: &Parameter,
    arguments: &Map<String, Value>,
) -> Result<(), CallError> {
    let value = arguments.get(&parameter.argument).unwrap_or(ABSENT);
    if value.is_null() {
        return match parameter.required {
            true if parameter.place != Place::Path => Err(missing(&parameter.argument)),
            _ => Ok(()),
        };
    }
    let (name, format) = (&parameter.name, parameter.writing.format);
    let value = written(parameter, value);
    match parameter.place {
        Place::Path => {}
        Place::Query => draft.query.extend(format.pairs(name, &value)?),
        Place::Cookie => draft.cookies.extend(format.pairs(name, &value)?),
        Place::Header => draft.header(name, format.inline(name, &value)?)?,
    }
    Ok(())
}
