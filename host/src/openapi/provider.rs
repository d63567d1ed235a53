//! The operations of a document as the tools of a provider.

use std::future::Future;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{Access, CallError, REQUEST, Request, Response};
use crate::tool::{Tool, ToolFailure, ToolProvider};

impl Access {
    /// A provider with one tool for each operation, and the tool `request` for what no
    /// operation covers. `send` performs the requests; the embedder owns transport,
    /// redirects and time limits.
    ///
    /// Arguments are checked when the request is made. A response that is no success
    /// fails the call, with `{ status }` as the error's data.
    ///
    /// # Examples
    ///
    /// ```
    /// use codecell::openapi::{Document, Response};
    /// use codecell::{ExecuteRequest, Executor as _, Sandbox};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let document = Document::from_value(json!({
    ///     "openapi": "3.1.0",
    ///     "info": { "title": "Pets", "version": "1" },
    ///     "servers": [{ "url": "https://pets.test/v1" }],
    ///     "paths": { "/pets/{id}": { "get": {
    ///         "operationId": "getPet",
    ///         "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } }],
    ///         "responses": { "200": { "description": "The pet" } },
    ///     } } },
    /// }))?;
    /// let pets = document.access().build()?.provider("pets", |request| async move {
    ///     Ok(Response {
    ///         status: 200,
    ///         headers: vec![("content-type".to_owned(), "application/json".to_owned())],
    ///         body: json!({ "asked": request.url }).to_string().into_bytes(),
    ///     })
    /// });
    ///
    /// let request = ExecuteRequest::new("(await pets.getPet({ id: 7 })).asked").provider(pets);
    /// let result = Sandbox::new().execute(request).await?;
    ///
    /// assert_eq!(result.outcome, Ok(json!("https://pets.test/v1/pets/7")));
    /// # Ok(()) }
    /// ```
    pub fn provider<S, F>(&self, name: impl Into<String>, send: S) -> ToolProvider
    where
        S: Fn(Request) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Response, ToolFailure>> + Send + 'static,
    {
        let send = Arc::new(send);
        let operations = self.document().operations().iter().map(|operation| {
            let (access, made) = (self.clone(), operation.clone());
            let tool = tool(operation.name(), &send, move |input| {
                access.request(&made, input)
            });
            let tool = tool
                .description(operation.description())
                .input_schema(operation.input_schema());
            match operation.output_schema() {
                Some(schema) => tool.output_schema(schema),
                None => tool,
            }
        });
        let access = self.clone();
        let raw = tool(REQUEST, &send, move |input| access.raw_request(input))
            .description(self.raw_description())
            .input_schema(self.raw_input_schema());
        ToolProvider::new(name).tools(operations).tool(raw)
    }
}

/// A tool whose call is one request. Its schema is for the model to read: making the
/// request checks the arguments, by the rules of OpenAPI.
fn tool<S, F>(
    name: &str,
    send: &Arc<S>,
    request: impl Fn(&Value) -> Result<Request, CallError> + Send + Sync + 'static,
) -> Tool
where
    S: Fn(Request) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Response, ToolFailure>> + Send + 'static,
{
    let send = Arc::clone(send);
    let tool = Tool::from_fn(name, move |arguments, _| {
        let none = json!({});
        let input = arguments.values().first().unwrap_or(&none);
        let response = request(input).map(|request| send(request));
        async move {
            let response = response.map_err(failure)?.await?;
            response.into_value().map_err(failure)
        }
    });
    tool.validate_input(false)
}

fn failure(error: CallError) -> ToolFailure {
    let status = error.status();
    let failure = ToolFailure::from(error);
    match status {
        Some(status) => failure.data(json!({ "status": status })),
        None => failure,
    }
}
