//! The runtime as a tool for a model.

use serde_json::{Value, json};

use super::{Runtime, RuntimeOutcome};
use crate::code_tool::ToolDefinition;
use crate::error::Error;
use crate::tool::DEFAULT_NAMESPACE;

impl Runtime {
    /// The tool that a model is given. The catalogue is not in it: the model searches.
    #[must_use]
    pub fn definition(&self) -> ToolDefinition {
        ToolDefinition {
            name: DEFAULT_NAMESPACE.to_owned(),
            description: self.description(),
            input_schema: json!({
                "type": "object",
                "properties": {
                    "code": {
                        "type": "string",
                        "description": "JavaScript or TypeScript: an async arrow function that returns the result",
                    },
                },
                "required": ["code"],
                "additionalProperties": false,
            }),
        }
    }

    /// Runs what the model sent, an object with `code`, and gives what it is to read.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub async fn call(&self, arguments: &Value) -> Result<RuntimeOutcome, Error> {
        let parsed: Option<Value> = arguments
            .as_str()
            .and_then(|text| serde_json::from_str(text).ok());
        match parsed.as_ref().unwrap_or(arguments)["code"].as_str() {
            Some(code) => self.execute(code).await,
            None => Ok(RuntimeOutcome::refused(
                "",
                "Expected an object with `code`, a string that holds the program",
            )),
        }
    }

    fn description(&self) -> String {
        let names: Vec<String> = self.inner.connectors.iter().map(|it| it.name()).collect();
        let globals: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let list: Vec<String> = names.iter().map(|name| format!("- `{name}`")).collect();
        let globals = match globals.is_empty() {
            true => "`codemode`".to_owned(),
            false => format!("{} and `codemode`", globals.join(", ")),
        };
        let given = self.inner.outbound.as_ref();
        let network = match given.map(|it| it.0.description()) {
            None => "there is no network, file system or process".to_owned(),
            Some(None) => {
                "`fetch` reaches the network; there is no file system or process".to_owned()
            }
            Some(Some(about)) => format!("{about}; there is no file system or process"),
        };
        format!(
            "Run a JavaScript or TypeScript program in a sandbox in which connectors are globals.

Workflow:
1. Find methods: `const matches = await codemode.search(\"short intent phrase\")`
2. Read their types: `await codemode.describe(matches.results[0].path)`
3. Call them: `await <connector>.<method>(args)`

Rules:
- Globals are {globals}, and those of the language and the web platform; {network}.
- Never guess the name of a method. Search first when a connector was not used in this conversation.
- describe returns TypeScript declarations.
- Independent calls can run at once with Promise.all.
- Some methods need a person's approval. Write the code as if they returned at once.
- The status `paused` means that a person has to decide. Tell the user and wait; do not send the code again.

Snippets are programs that were saved: `await codemode.run(name, input)` runs one. Write `async (input) => …` when yours may be saved.

Available connectors:
{}",
            match list.is_empty() {
                true => "none".to_owned(),
                false => list.join("\n"),
            }
        )
    }
}
