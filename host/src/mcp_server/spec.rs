//! An OpenAPI document as two tools: programs over the document, and programs that call it.
#![cfg(feature = "openapi")]

use std::sync::Arc;

use rmcp::model::{CallToolResult, ContentBlock, ErrorData, Tool as McpTool};
use serde_json::{Value, json};

use super::{described, error, host, text, texts, unknown};
use crate::executor::{ExecuteRequest, Executor};
use crate::openapi::{Access, Request, Response};
use crate::tool::{Arguments, Tool, ToolFailure, ToolProvider};
use crate::truncate::Truncate;

/// Follows the references of the document.
const SPEC: &str = include_str!("spec.js");

pub(super) struct SpecServer {
    executor: Arc<dyn Executor>,
    search: ToolProvider,
    execute: ToolProvider,
}

impl SpecServer {
    pub(super) fn new<S, F>(executor: Arc<dyn Executor>, access: &Access, send: S) -> Self
    where
        S: Fn(Request) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Response, ToolFailure>> + Send + 'static,
    {
        let document: Arc<str> = access.document().value().to_string().into();
        let spec = Tool::raw("spec", move |_, _| {
            let document = document.to_string();
            async move { Ok(Some(document)) }
        });
        let spec = spec.description("The OpenAPI document");
        let (requests, send) = (access.clone(), Arc::new(send));
        let request = Tool::from_fn("request", move |arguments: Arguments, _| {
            let (access, send) = (requests.clone(), Arc::clone(&send));
            async move {
                let options: Value = arguments.get(0)?;
                let request = access.raw_request(&options)?;
                Ok(send(request).await?.into_value()?)
            }
        });
        let request = request.description(access.raw_description());
        Self {
            executor,
            search: ToolProvider::default().tool(spec.clone()).prelude(SPEC),
            execute: ToolProvider::default()
                .tool(spec)
                .tool(request)
                .prelude(SPEC),
        }
    }

    pub(super) fn tools(&self) -> Vec<McpTool> {
        let code = "JavaScript or TypeScript: an async arrow function that returns the result";
        let schema = texts(&[("code", code)], &["code"]);
        vec![
            described(
                "search",
                "Runs a program over an OpenAPI document. `codemode.spec()` gives the document; \
                 return the operations that fit, with their parameters."
                    .to_owned(),
                schema.clone(),
                true,
            ),
            described(
                "execute",
                "Runs a program that calls the API. `codemode.request({ method, path, query?, \
                 body?, contentType?, rawBody? })` makes a request, `codemode.spec()` gives the \
                 OpenAPI document."
                    .to_owned(),
                schema,
                false,
            ),
        ]
    }

    pub(super) async fn call(
        &self,
        name: &str,
        arguments: &Value,
    ) -> Result<CallToolResult, ErrorData> {
        let provider = match name {
            "search" => &self.search,
            "execute" => &self.execute,
            name => return Err(unknown(name)),
        };
        let Some(code) = arguments["code"].as_str() else {
            return Ok(error("Expected `code`, a string that holds the program"));
        };
        let request = ExecuteRequest::new(code).provider(provider.clone());
        let result = self.executor.execute(request).await.map_err(host)?;
        let console: Vec<String> = result.logs.iter().map(ToString::to_string).collect();
        let mut answer = match &result.outcome {
            Ok(value) => {
                let value = Truncate::default().value(value.clone());
                CallToolResult::success(vec![text(&value)])
            }
            Err(failed) => error(&failed.to_string()),
        };
        if !console.is_empty() {
            let console = json!(console.join("\n"));
            let console = Truncate::default().value(console);
            let console = console.as_str().unwrap_or_default();
            let block = ContentBlock::text(format!("Console output:\n{console}"));
            answer.content.push(block);
        }
        Ok(answer)
    }
}
