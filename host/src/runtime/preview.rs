//! What a program is going to do, read off its text.

use serde::Serialize;
use serde_json::Value;

use super::Runtime;
use crate::catalog::Catalog;
use crate::diagnostics::{Check, Finding, World};
use crate::error::Error;
use crate::outcome::Position;
use crate::program::Program;
use crate::tool::DEFAULT_NAMESPACE;

/// The calls that a program holds, for whoever is to approve it. Nothing of it ran.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Preview {
    /// Whether it would be run at all.
    pub runs: bool,
    /// The calls of connectors, in the order of the text.
    pub calls: Vec<PreviewCall>,
    /// Places where a connector is used in a way that does not say which tool is meant:
    /// `items[name]`, or `items` handed on. Any tool of it may be called there.
    pub dynamic: Vec<PreviewDynamic>,
    /// Snippets that it runs, as far as their names are written out.
    pub snippets: Vec<String>,
    /// What keeps the program from running, or looks doubtful.
    pub findings: Vec<Finding>,
}

/// A call that is written in the program.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PreviewCall {
    /// The namespace.
    pub connector: String,
    /// The tool's name.
    pub method: String,
    /// The first argument, if all of it is written out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<Value>,
    /// Whether it may run many times: in a loop, or in a function that is passed on.
    pub in_loop: bool,
    /// Whether the tool may ask somebody.
    pub requires_approval: bool,
    /// Whether the tool changes nothing.
    pub read_only: bool,
    /// Where it stands.
    #[serde(flatten)]
    pub position: Position,
}

/// A place where any tool of a connector may be called.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PreviewDynamic {
    /// The namespace.
    pub connector: String,
    /// Where it stands.
    #[serde(flatten)]
    pub position: Position,
}

impl Runtime {
    /// Says what a program would call, without running any of it.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub async fn preview(&self, code: impl Into<String>) -> Result<Preview, Error> {
        let mut providers = self.inner.providers().await?;
        providers.push(super::platform::provider());
        let catalog = Catalog::new(&providers)?.fetch(self.inner.fetch());
        let code = code.into();
        if code.len() > self.inner.limits.source_bytes {
            let error = crate::executor::too_large(&self.inner.limits);
            return Ok(Preview {
                runs: false,
                calls: Vec::new(),
                dynamic: Vec::new(),
                snippets: Vec::new(),
                findings: vec![Finding {
                    check: Check::Syntax,
                    message: error.message,
                    help: None,
                    position: Position { line: 1, column: 1 },
                    code_frame: String::new(),
                }],
            });
        }
        let program = Program::read(code).await;
        let world = World {
            catalog: &catalog,
            modules: &[],
            declared: &[],
        };
        let (runs, findings) = match program.check(&world, &self.inner.diagnostics) {
            Ok(warnings) => (true, warnings),
            Err(error) => (false, error.findings),
        };
        let facts = program.facts();
        let connector = |name: &str| {
            catalog
                .namespace(name)
                .filter(|_| name != DEFAULT_NAMESPACE)
        };
        let calls = facts.calls.iter().filter_map(|call| {
            let provider = connector(&call.namespace)?;
            let tool = provider.find(&call.name);
            Some(PreviewCall {
                connector: call.namespace.clone(),
                method: call.name.clone(),
                args: call
                    .argument
                    .as_ref()
                    .and_then(|(literal, _)| literal.value()),
                in_loop: call.is_repeated,
                requires_approval: tool.is_some_and(|tool| tool.needs_approval()),
                read_only: tool.is_some_and(|tool| tool.durable().is_read_only),
                position: program.place(call.at),
            })
        });
        let handed_on = facts.globals.iter().filter(|it| !it.is_namespace_like);
        let handed_on = handed_on.map(|it| (it.name.as_str(), it.at));
        let computed = facts.computed.iter().map(|(name, at)| (name.as_str(), *at));
        let mut dynamic: Vec<(u32, PreviewDynamic)> = computed
            .chain(handed_on.filter(|(_, at)| !facts.is_member_access(*at)))
            .filter(|(name, _)| connector(name).is_some())
            .map(|(name, at)| {
                let found = PreviewDynamic {
                    connector: name.to_owned(),
                    position: program.place(at),
                };
                (at, found)
            })
            .collect();
        dynamic.sort_by_key(|(at, _)| *at);
        dynamic.dedup_by_key(|(at, _)| *at);
        let snippets = facts.calls.iter().filter_map(|call| {
            let is_run = call.namespace == DEFAULT_NAMESPACE && call.name == "run";
            let (name, _) = call.argument.as_ref().filter(|_| is_run)?;
            name.value()?.as_str().map(str::to_owned)
        });
        Ok(Preview {
            runs,
            calls: calls.collect(),
            snippets: snippets.collect(),
            dynamic: dynamic.into_iter().map(|(_, found)| found).collect(),
            findings,
        })
    }
}
