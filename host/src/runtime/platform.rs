//! `codemode`, the namespace of the runtime itself: discovery, steps, snippets.

use std::sync::Arc;

use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::discovery::{Directory, SearchOptions, Snippet};
use crate::normalize;
use crate::record::{SnippetRecord, Store, StoreError};
use crate::tool::{DEFAULT_NAMESPACE, Tool, ToolFailure, ToolProvider};

/// What programs cannot name: the prelude takes it away.
pub(super) const HIDDEN: &str = "__codemode";
/// Functions of [`HIDDEN`].
pub(super) const STEP_BEGIN: &str = "stepBegin";
pub(super) const STEP_END: &str = "stepEnd";
pub(super) const LOAD: &str = "load";
/// What the record calls the connector of steps.
pub(super) const STEPS: &str = "__step";

pub(super) const PRELUDE: &str = include_str!("platform.js");

/// The namespace as the checks before a run and the types know it; the journal answers
/// its calls.
pub(super) fn provider() -> ToolProvider {
    let answered_elsewhere = |name: &str| {
        Tool::from_fn(name, |_, _| async {
            Err::<Value, _>(ToolFailure::new("This is answered by the runtime"))
        })
        .validate_input(false)
    };
    ToolProvider::new(DEFAULT_NAMESPACE)
        .tool(
            answered_elsewhere("search").description(
                "Finds methods and snippets by a short phrase that says what is wanted",
            ),
        )
        .tool(answered_elsewhere("describe").description(
            "TypeScript declarations of a connector, of connector.method, or of a snippet",
        ))
        .tool(answered_elsewhere("run").description("Runs a snippet with an input"))
        .tool(
            answered_elsewhere("step")
                .description("Runs a function and gives that part of the record a name"),
        )
        .prelude(PRELUDE)
}

/// Answers what programs and hosts ask of the platform.
pub(super) struct Platform {
    pub(super) store: Arc<dyn Store>,
    pub(super) runtime: String,
    pub(super) connectors: Vec<ToolProvider>,
}

impl Platform {
    pub(super) async fn directory(&self) -> Result<Directory, StoreError> {
        let snippets = self.store.snippets(&self.runtime).await?;
        let snippets = snippets.into_iter().map(|it| Snippet {
            name: it.name,
            description: Some(it.description).filter(|text| !text.is_empty()),
            code: it.code,
        });
        Ok(Directory::new(self.connectors.clone()).snippets(snippets.collect()))
    }

    pub(super) async fn search(&self, words: &str, options: &Value) -> Result<Value, StoreError> {
        let options = SearchOptions::deserialize(options).unwrap_or_default();
        Ok(json!(self.directory().await?.search_with(words, &options)))
    }

    pub(super) async fn describe(&self, target: &str) -> Result<Value, StoreError> {
        Ok(json!(self.directory().await?.describe(target)))
    }

    /// `{ source }`, an expression whose value is the snippet's function, or `{ error }`.
    pub(super) async fn load(&self, name: &str, input: &Value) -> Result<Value, StoreError> {
        let snippets = self.store.snippets(&self.runtime).await?;
        let Some(snippet) = snippets.into_iter().find(|it| it.name == name) else {
            return Ok(json!({ "error": format!("Snippet \"{name}\" not found.") }));
        };
        Ok(match self.runnable(&snippet, input) {
            Ok(source) => json!({ "source": source }),
            Err(error) => json!({ "error": error }),
        })
    }

    fn runnable(&self, snippet: &SnippetRecord, input: &Value) -> Result<String, String> {
        let name = &snippet.name;
        let missing = self.missing(&snippet.connectors);
        if !missing.is_empty() {
            return Err(format!(
                "Snippet \"{name}\" requires connector(s) {missing} that are not configured on \
                 this runtime."
            ));
        }
        if let Some(schema) = &snippet.input_schema {
            let valid = jsonschema::validator_for(schema)
                .map_err(|error| format!("Snippet \"{name}\" has a broken schema: {error}"))?;
            if let Some(error) = valid.iter_errors(input).next() {
                let path = error.instance_path().to_string().replace('/', ".");
                return Err(format!(
                    "Invalid input for snippet \"{name}\": input{path}: {error}"
                ));
            }
        }
        let reading = normalize::read(&snippet.code);
        match reading.faults.first() {
            Some(fault) => Err(format!("Snippet \"{name}\": {}", fault.message)),
            None => Ok(format!("'use strict';({})", reading.runnable)),
        }
    }

    /// Those of some connectors that are not there, for people to read; empty if none.
    pub(super) fn missing(&self, needed: &[String]) -> String {
        let is_there = |name: &str| self.connectors.iter().any(|it| it.name() == name);
        let missing = needed.iter().filter(|name| !is_there(name));
        let missing: Vec<String> = missing.map(|name| format!("\"{name}\"")).collect();
        missing.join(", ")
    }
}
