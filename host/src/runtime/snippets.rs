//! Programs that are kept under a name.

use serde_json::Value;

use super::{Runtime, now_ms};
use crate::error::{Error, ErrorKind};
use crate::record::{MAX_VALUE_BYTES, SnippetRecord};

/// What is said of a snippet when it is saved.
#[derive(Clone, Debug, Default)]
#[must_use = "hand it to `Runtime::save_snippet`"]
pub struct SaveSnippet {
    description: String,
    input_schema: Option<Value>,
}

impl SaveSnippet {
    /// Nothing but the program.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says what it does: what `codemode.search` finds it by.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Says in JSON Schema what it takes; inputs are checked against it.
    pub fn input_schema(mut self, schema: Value) -> Self {
        self.input_schema = Some(schema);
        self
    }
}

impl Runtime {
    /// Keeps the program of an execution, whatever came of it, under a name; in place of
    /// what had that name. Programs run it with `codemode.run(name, input)`.
    ///
    /// # Errors
    ///
    /// By kind: [`NoExecution`](ErrorKind::NoExecution);
    /// [`TooLarge`](ErrorKind::TooLarge) for a schema of over 1,000,000 bytes;
    /// [`Json`](ErrorKind::Json) for one that is no JSON Schema;
    /// [`Store`](ErrorKind::Store).
    pub async fn save_snippet(
        &self,
        name: impl Into<String>,
        execution_id: &str,
        options: SaveSnippet,
    ) -> Result<SnippetRecord, Error> {
        let inner = &self.inner;
        if let Some(schema) = &options.input_schema {
            let bytes = schema.to_string().len();
            if bytes > MAX_VALUE_BYTES {
                let what = "The snippet input schema".to_owned();
                return Err(Error::new(ErrorKind::TooLarge { what, bytes }));
            }
            jsonschema::validator_for(schema)
                .map_err(|error| Error::with_source(ErrorKind::Json, error.to_string()))?;
        }
        let found = inner.store().execution(&inner.name, execution_id).await?;
        let Some(record) = found else {
            let kind = ErrorKind::NoExecution(execution_id.to_owned());
            return Err(Error::new(kind));
        };
        let snippet = SnippetRecord {
            name: name.into(),
            description: options.description,
            code: record.code,
            input_schema: options.input_schema,
            connectors: record.connectors,
            saved_ms: now_ms(),
        };
        inner
            .store()
            .save_snippet(&inner.name, snippet.clone())
            .await?;
        Ok(snippet)
    }

    /// All snippets, by name.
    ///
    /// # Errors
    ///
    /// Of kind [`Store`](ErrorKind::Store).
    pub async fn snippets(&self) -> Result<Vec<SnippetRecord>, Error> {
        Ok(self.inner.store().snippets(&self.inner.name).await?)
    }

    /// Deletes a snippet: whether there was one.
    ///
    /// # Errors
    ///
    /// Of kind [`Store`](ErrorKind::Store).
    pub async fn delete_snippet(&self, name: &str) -> Result<bool, Error> {
        Ok(self
            .inner
            .store()
            .delete_snippet(&self.inner.name, name)
            .await?)
    }
}
