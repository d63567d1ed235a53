//! An OpenAPI document, read and checked.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};
use serde_saphyr::{budget, options};

use super::access::AccessBuilder;
use super::error::Problem;
use super::operation::Operation;
use super::paths;

/// Levels of nesting of a document; those of GitHub and Stripe reach 26.
/// Deeper ones are refused, because every reader of them needs stack for each level.
const MAX_DEPTH: usize = 128;

/// Problems that are kept for one document; the rest is not told.
const MAX_PROBLEMS: usize = 1000;

/// Nodes of a document in YAML, after its aliases are filled in. GitHub's
/// document has 480,000.
const MAX_YAML_NODES: usize = 5_000_000;

/// An OpenAPI document of version 3.0 or 3.1.
///
/// Cheap to clone. References inside the document are followed; those to other
/// files are not, and leave a schema open or an operation out.
///
/// # Examples
///
/// ```
/// use codecell::openapi::Document;
/// use serde_json::json;
///
/// let document = Document::parse(
///     "openapi: 3.1.0
/// servers: [{url: https://pets.example/v1}]
/// paths:
///   /pets/{id}:
///     get:
///       summary: A pet
///       parameters:
///         - {name: id, in: path, required: true, schema: {type: integer}}
/// ")?;
/// let operation = document.operation("get_pets_id").ok_or("no such operation")?;
/// assert_eq!(operation.description(), "A pet");
/// assert_eq!(
///     operation.input_schema(),
///     json!({"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]})
/// );
///
/// let access = document.access().build()?;
/// let request = access.request(operation, &json!({"id": 7}))?;
/// assert_eq!(request.url, "https://pets.example/v1/pets/7");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Document {
    root: Arc<Value>,
    operations: Arc<[Operation]>,
    problems: Arc<[Problem]>,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("operations", &self.operations.len())
            .field("problems", &self.problems.len())
            .finish_non_exhaustive()
    }
}

impl Document {
    /// Reads a document in JSON or YAML.
    ///
    /// # Errors
    ///
    /// When the text is neither, or what [`from_value`](Self::from_value)
    /// refuses.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim_start_matches('\u{FEFF}');
        let value = if text.trim_start().starts_with('{') {
            serde_json::from_str(text)
                .map_err(|error| Problem::new("text", format!("this is not JSON: {error}")))?
        } else {
            parse_yaml(text)?
        };
        Self::from_value(value)
    }

    /// Takes a document that has been parsed.
    ///
    /// The version may be missing, as in documents that were cut down by hand.
    ///
    /// # Errors
    ///
    /// When the document is of another version or no OpenAPI document at all,
    /// when it nests deeper than 128 levels, or when it has more than 50,000
    /// operations or 200,000 parameters.
    pub fn from_value(value: Value) -> Result<Self, Problem> {
        check_depth(&value)?;
        check_version(&value)?;
        let root = Arc::new(value);
        let (operations, mut problems) = paths::read(&root)?;
        problems.truncate(MAX_PROBLEMS);
        Ok(Self {
            root,
            operations: operations.into(),
            problems: problems.into(),
        })
    }

    /// The document itself.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.root
    }

    pub(super) fn root(&self) -> &Arc<Value> {
        &self.root
    }

    /// The operations in the order of the document. `trace` is not among them.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation whose tool has this name.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations
            .iter()
            .find(|operation| operation.name() == name)
    }

    /// What is wrong with parts of the document: operations that were left out
    /// or got another name. At most 1,000 are kept.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Begins to say where requests go and as whom.
    #[must_use]
    pub fn access(&self) -> AccessBuilder {
        AccessBuilder::new(self.clone())
    }
}

fn parse_yaml(text: &str) -> Result<Value, Problem> {
    let options = options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        budget: budget! {
            max_depth: MAX_DEPTH,
            max_nodes: MAX_YAML_NODES,
            max_events: 2 * MAX_YAML_NODES,
        },
    };
    serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| Problem::new("text", format!("this is neither JSON nor YAML: {error}")))
}

/// Counts without recursion, because a value that was built in memory may be
/// deeper than any stack.
fn check_depth(value: &Value) -> Result<(), Problem> {
    let mut open = vec![(value, 1)];
    while let Some((value, depth)) = open.pop() {
        if depth > MAX_DEPTH {
            return Err(Problem::new(
                "#",
                format!("the document nests deeper than {MAX_DEPTH} levels; flatten its schemas"),
            ));
        }
        match value {
            Value::Array(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Object(members) => {
                open.extend(members.values().map(|member| (member, depth + 1)))
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_version(value: &Value) -> Result<(), Problem> {
    let Value::Object(document) = value else {
        return Err(Problem::expected("", "an OpenAPI document", value));
    };
    if let Some(version) = document.get("swagger") {
        return Err(Problem::new(
            "#/swagger",
            format!(
                "this is Swagger {}; convert it to OpenAPI 3",
                plain(version)
            ),
        ));
    }
    match document.get("openapi").map(plain) {
        Some(version)
            if ["3.0", "3.1"]
                .iter()
                .any(|known| is_release(&version, known)) =>
        {
            Ok(())
        }
        Some(version) => Err(Problem::new(
            "#/openapi",
            format!("version `{version}` is not known; expected 3.0 or 3.1"),
        )),
        None if document.is_empty() || document.contains_key("paths") => Ok(()),
        None => Err(Problem::new(
            "#",
            format!(
                "this is no OpenAPI document: it has neither `openapi` nor `paths`{}",
                found(document)
            ),
        )),
    }
}

/// Whether `version` is `known` or one of its patch releases.
fn is_release(version: &str, known: &str) -> bool {
    version
        .strip_prefix(known)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn plain(version: &Value) -> String {
    version
        .as_str()
        .map_or_else(|| version.to_string(), str::to_owned)
}

/// The first keys, to show what was given instead.
fn found(document: &Map<String, Value>) -> String {
    let keys: Vec<String> = document
        .keys()
        .take(5)
        .map(|key| format!("`{key}`"))
        .collect();
    format!(", but {}", keys.join(", "))
}
