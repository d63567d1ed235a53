//! Turns the JSON Schemas of tools into the TypeScript that a model reads.
//!
//! JSON Schema of any draft, or of OpenAPI, comes in; text that TypeScript
//! compiles under `--strict` comes out. The module is pure and total: the same
//! tools give the same text, a schema that makes no sense gives `unknown`, and
//! no schema gives more than [`TOOL_BYTES`] of text. It does not validate
//! values and never fetches what a reference outside the document names.
//!
//! Where a type cannot say something, the comment does (`@minimum`,
//! `@default`, …) or nothing does (`if`, `dependentRequired`): types here are
//! never narrower than the schema.

mod comment;
mod kinds;
mod literal;
mod members;
mod names;
mod render;
mod resolve;
mod schema;
mod signature;
mod survey;
mod uri;

use names::Names;
use render::Rendered;
use serde_json::Value;
use std::collections::HashSet;

/// Bytes of declarations that one tool may take.
///
/// What does not fit becomes `unknown`, because whoever writes a schema would
/// otherwise decide how much of the model's context it fills.
pub const TOOL_BYTES: usize = 64 * 1024;

/// Bytes kept back for what closes a type that was cut off.
const CLOSING_BYTES: usize = 4 * 1024;

/// What the declarations say about one tool.
#[derive(Clone, Copy, Debug)]
pub struct ToolTypes<'a> {
    /// The name under which the tool was registered; it stands in for a blank
    /// description.
    pub name: &'a str,
    /// The name under which scripts call the tool.
    pub identifier: &'a str,
    /// What the tool does, in any number of lines.
    pub description: &'a str,
    /// The schema of the input; without one the input is `unknown`.
    pub input: Option<&'a Value>,
    /// The schema of the output; without one the output is `unknown`.
    pub output: Option<&'a Value>,
    /// Whether the tool is called with several arguments, which the input
    /// schema describes as a tuple or as the properties of an object, in order.
    pub positional: bool,
}

impl<'a> ToolTypes<'a> {
    /// A tool of which nothing but its names is known.
    #[must_use]
    pub fn new(name: &'a str, identifier: &'a str) -> Self {
        Self {
            name,
            identifier,
            description: "",
            input: None,
            output: None,
            positional: false,
        }
    }
}

/// Writes `type <name> = …` for a schema.
///
/// Definitions that are used more than once or contain themselves are written
/// before it, as types whose names begin with `name`. A name that TypeScript
/// does not accept is cleaned.
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use codecell::typegen::type_of;
///
/// let schema = json!({"type": "array", "items": {"enum": ["a", "b"]}});
/// assert_eq!(type_of(&schema, "Letters"), r#"type Letters = ("a" | "b")[]"#);
/// ```
pub fn type_of(schema: &Value, name: &str) -> String {
    let mut names = Names::default();
    let name = names.claim(&names::identifier(name));
    render::render(schema, &name, &mut names, TOOL_BYTES - CLOSING_BYTES).text
}

/// Writes the types of all tools, then the namespace that declares them.
///
/// Every tool has two types, named after it; a tool whose type names an
/// earlier tool already has gets names with a number. A tool with the
/// identifier of an earlier one is left out, for a script could not call it.
///
/// # Examples
///
/// ```
/// use codecell::typegen::{ToolTypes, declarations};
///
/// let ping = ToolTypes {
///     description: "Answers",
///     ..ToolTypes::new("ping", "ping")
/// };
/// assert_eq!(
///     declarations("net", &[ping]),
///     "type PingInput = unknown\n\
///      type PingOutput = unknown\n\
///      \n\
///      declare const net: {\n\
///      \t/**\n\
///      \t * Answers\n\
///      \t */\n\
///      \tping: (input: PingInput) => Promise<PingOutput>;\n\
///      }"
/// );
/// ```
pub fn declarations(namespace: &str, tools: &[ToolTypes<'_>]) -> String {
    let mut identifiers = HashSet::new();
    let tools: Vec<&ToolTypes<'_>> = tools
        .iter()
        .filter(|tool| identifiers.insert(tool.identifier))
        .collect();
    let mut names = Names::default();
    let pairs: Vec<(String, String)> = tools
        .iter()
        .map(|tool| names.claim_pair(&stem(tool)))
        .collect();

    let mut types = String::new();
    let mut members: Vec<String> = Vec::new();
    for (tool, (input, output)) in tools.iter().zip(pairs) {
        let written = Written::of(tool, input, output, &mut names);
        types.push_str(&written.types);
        types.push('\n');
        members.push(written.member);
    }
    let namespace = names::identifier(namespace);
    if members.is_empty() {
        return format!("declare const {namespace}: {{}}");
    }
    format!(
        "{types}\ndeclare const {namespace}: {{{}}}",
        members.concat()
    )
}

/// Writes the declarations of a namespace as if `tool` were all it holds.
pub fn one(namespace: &str, tool: &ToolTypes<'_>) -> String {
    declarations(namespace, std::slice::from_ref(tool))
}

/// Writes the types of a tool alone, without the namespace.
pub fn aliases(tool: &ToolTypes<'_>) -> String {
    let mut names = Names::default();
    let (input, output) = names.claim_pair(&stem(tool));
    Written::of(tool, input, output, &mut names).types
}

/// The text of one tool.
struct Written {
    /// The types of input and output.
    types: String,
    /// The member of the namespace.
    member: String,
}

impl Written {
    fn of(tool: &ToolTypes<'_>, input: String, output: String, names: &mut Names) -> Self {
        let comment = signature::comment(tool);
        let budget = (TOOL_BYTES - 2 * CLOSING_BYTES)
            .saturating_sub(comment.len() + 3 * (input.len() + output.len()));
        let input_types = alias(tool.input, &input, names, budget);
        let rest = (budget + CLOSING_BYTES).saturating_sub(input_types.text.len());
        let output_types = alias(tool.output, &output, names, rest);
        let parameters = signature::parameters(tool, &input, input_types.is_complete);
        let member = signature::member(tool.identifier, &comment, &parameters, &output);
        Self {
            types: format!("{}\n{}", input_types.text, output_types.text),
            member,
        }
    }
}

/// What the names of a tool's types begin with.
fn stem(tool: &ToolTypes<'_>) -> String {
    names::pascal_case(&names::clean(tool.identifier))
}

fn alias(schema: Option<&Value>, name: &str, names: &mut Names, budget: usize) -> Rendered {
    render::render(schema.unwrap_or(&Value::Bool(true)), name, names, budget)
}
