//! The one tool that a model is given: it writes a program, and gets what came of it.

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value, json};

use crate::diagnostics::Diagnostics;
use crate::discovery::Directory;
use crate::error::Error;
use crate::executor::{ExecuteRequest, Executor};
use crate::limits::Limits;
use crate::outbound::{Given, Outbound};
use crate::outcome::{ExecuteError, ExecuteResult};
use crate::prompt::Prompt;
use crate::tool::{DEFAULT_NAMESPACE, Tool, ToolFailure, ToolProvider};
use crate::truncate::Truncate;

/// A tool for a model: code in, result and console output back.
///
/// Defaults: the name `codemode`, the [`Prompt`] and the [`Limits`] of this crate, all
/// checks, and answers of at most 6,000 tokens. Tools that
/// [require approval](Tool::requires_approval) are left out.
///
/// # Examples
///
/// ```
/// use codecell::{CodeTool, Sandbox, Tool};
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), codecell::Error> {
/// let add = Tool::new("add", "Adds two numbers", |(a, b): (f64, f64)| async move { Ok(a + b) });
/// let tool = CodeTool::new(Sandbox::new()).tool(add);
///
/// // To the model, in the shape of its API…
/// let definition = tool.definition();
/// assert_eq!(definition.anthropic()["name"], "codemode");
/// // …and with what it answers:
/// let call = json!({ "code": "async () => { console.log('hi'); return codemode.add([1, 2]); }" });
/// let answer = tool.call(&call).await?;
///
/// assert_eq!(answer.value(), &json!({ "result": 3, "logs": ["hi"] }));
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct CodeTool {
    executor: Arc<dyn Executor>,
    name: String,
    providers: Vec<ToolProvider>,
    prompt: Prompt,
    limits: Limits,
    diagnostics: Diagnostics,
    truncate: Option<Truncate>,
    outbound: Option<Given>,
    /// What programs can call: the providers, and discovery if they need it.
    offered: OnceLock<Vec<ToolProvider>>,
}

impl fmt::Debug for CodeTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeTool")
            .field("name", &self.name)
            .field("providers", &self.providers)
            .finish_non_exhaustive()
    }
}

impl CodeTool {
    /// A tool without anything to call yet.
    pub fn new(executor: impl Executor + 'static) -> Self {
        Self {
            executor: Arc::new(executor),
            name: DEFAULT_NAMESPACE.to_owned(),
            providers: Vec::new(),
            prompt: Prompt::default(),
            limits: Limits::default(),
            diagnostics: Diagnostics::default(),
            truncate: Some(Truncate::default()),
            outbound: None,
            offered: OnceLock::new(),
        }
    }

    /// Sets the name under which the model calls it.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Adds a namespace with its tools.
    #[must_use]
    pub fn provider(mut self, provider: ToolProvider) -> Self {
        self.providers.push(provider.without_approvals());
        self.offered = OnceLock::new();
        self
    }

    /// Adds a tool to the namespace `codemode`.
    #[must_use]
    pub fn tool(mut self, tool: Tool) -> Self {
        let provider = self
            .providers
            .iter()
            .position(|it| it.name() == DEFAULT_NAMESPACE);
        let provider = provider.map_or_else(ToolProvider::default, |at| self.providers.remove(at));
        self.provider(provider.tool(tool))
    }

    /// Sets what the model is told.
    #[must_use]
    pub fn prompt(mut self, prompt: Prompt) -> Self {
        self.prompt = prompt;
        self.offered = OnceLock::new();
        self
    }

    /// Sets the limits of every run.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets what is checked before a program runs.
    #[must_use]
    pub fn diagnostics(mut self, diagnostics: Diagnostics) -> Self {
        self.diagnostics = diagnostics;
        self
    }

    /// Sets how much of a result, and of the console output, the model gets; `None` is all.
    #[must_use]
    pub fn truncate(mut self, truncate: impl Into<Option<Truncate>>) -> Self {
        self.truncate = truncate.into();
        self
    }

    /// Gives `fetch` somebody who performs its requests, and tells the model; without one
    /// there is no network.
    #[must_use]
    pub fn outbound(mut self, outbound: impl Outbound + 'static) -> Self {
        self.outbound = Some(Given::new(outbound));
        self
    }

    /// What the model is told. The same tools give the same bytes.
    #[must_use]
    pub fn definition(&self) -> ToolDefinition {
        ToolDefinition {
            name: self.name.clone(),
            description: self.description(),
            input_schema: json!({
                "type": "object",
                "properties": {
                    "code": {
                        "type": "string",
                        "description": "Async arrow function in JavaScript or TypeScript that returns the result",
                    },
                },
                "required": ["code"],
                "additionalProperties": false,
            }),
        }
    }

    fn description(&self) -> String {
        let text = self.prompt.text(&self.providers);
        let about = self.outbound.as_ref().map(|given| given.0.description());
        match about {
            None => text,
            Some(None) => format!("{text}\n\nBeyond the tools, `fetch` reaches the network."),
            Some(Some(about)) => format!("{text}\n\nBeyond the tools, {about}"),
        }
    }

    /// Runs what the model sent: an object with `code`, or that object as JSON text.
    ///
    /// # Errors
    ///
    /// Those of [`Executor::execute`]: mistakes of the host. What the model did wrong is in
    /// the answer.
    pub async fn call(&self, arguments: &Value) -> Result<CodeToolAnswer, Error> {
        let parsed: Option<Value> = arguments
            .as_str()
            .and_then(|text| serde_json::from_str(text).ok());
        let Some(code) = parsed.as_ref().unwrap_or(arguments)["code"].as_str() else {
            let text = "Expected an object with `code`, a string that holds the program".to_owned();
            return Ok(CodeToolAnswer::failed(text, None));
        };
        let request = self.request(code);
        let result = self.executor.execute(request).await?;
        Ok(match &result.outcome {
            Ok(value) => {
                let value = self.shrunk(value.clone());
                let mut answer = Map::from_iter([("result".to_owned(), value)]);
                if !result.logs.is_empty() {
                    let logs = result.logs.iter().map(|line| Value::from(line.to_string()));
                    answer.insert("logs".to_owned(), self.shrunk(logs.collect()));
                }
                CodeToolAnswer {
                    value: Value::Object(answer),
                    is_error: false,
                    execution: Some(result),
                }
            }
            Err(error) => CodeToolAnswer::failed(self.failure(error, &result), Some(result)),
        })
    }

    fn request(&self, code: &str) -> ExecuteRequest {
        let providers = self.offered.get_or_init(|| self.with_discovery());
        let request = ExecuteRequest::new(code)
            .limits(self.limits.clone())
            .diagnostics(self.diagnostics.clone());
        let request = providers
            .iter()
            .cloned()
            .fold(request, ExecuteRequest::provider);
        match &self.outbound {
            Some(given) => request.outbound(Arc::clone(&given.0)),
            None => request,
        }
    }

    /// The providers, and `codemode.search` and `codemode.describe` when the prompt names
    /// them because it does not hold all types.
    fn with_discovery(&self) -> Vec<ToolProvider> {
        if !self.prompt.leaves_out(&self.providers) {
            return self.providers.clone();
        }
        let directory = Arc::new(Directory::new(self.providers.clone()));
        let mut providers = self.providers.clone();
        let own = providers
            .iter()
            .position(|it| it.name() == DEFAULT_NAMESPACE);
        let provider = own.map_or_else(ToolProvider::default, |at| providers.remove(at));
        let has = |name: &str| provider.find(name).is_some();
        let (has_search, has_describe) = (has("search"), has("describe"));
        let provider = match has_search {
            true => provider,
            false => provider.tool(discovery_tool("search", &directory, |directory, words| {
                json!(directory.search(words))
            })),
        };
        providers.push(match has_describe {
            true => provider,
            false => provider.tool(discovery_tool(
                "describe",
                &directory,
                |directory, target| json!(directory.describe(target)),
            )),
        });
        providers
    }

    fn shrunk(&self, value: Value) -> Value {
        match self.truncate {
            Some(truncate) => truncate.value(value),
            None => value,
        }
    }

    /// The text that tells a model why its program failed.
    fn failure(&self, error: &ExecuteError, result: &ExecuteResult) -> String {
        let mut text = format!("Code execution failed: {}", error.message);
        for part in [&error.code_frame, &error.help].into_iter().flatten() {
            text += &format!("\n\n{part}");
        }
        if !result.logs.is_empty() {
            let logs: Vec<String> = result.logs.iter().map(ToString::to_string).collect();
            text += &format!("\n\nConsole output:\n{}", logs.join("\n"));
        }
        match self.truncate {
            Some(truncate) => truncate.text(&text).into_owned(),
            None => text,
        }
    }
}

fn discovery_tool(
    name: &str,
    directory: &Arc<Directory>,
    answer: fn(&Directory, &str) -> Value,
) -> Tool {
    let directory = Arc::clone(directory);
    Tool::from_fn(name, move |arguments, _| {
        let directory = Arc::clone(&directory);
        async move {
            let words: String = arguments.get(0)?;
            Ok::<_, ToolFailure>(answer(&directory, &words))
        }
    })
}

/// A tool as a model API wants to know it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ToolDefinition {
    /// The name to call it by.
    pub name: String,
    /// What it does, with all types.
    pub description: String,
    /// JSON Schema of its input.
    pub input_schema: Value,
}

impl ToolDefinition {
    /// For OpenAI's chat completions, and those who follow them.
    #[must_use]
    pub fn open_ai(&self) -> Value {
        let Self {
            name,
            description,
            input_schema,
        } = self;
        let function = json!({ "name": name, "description": description, "parameters": input_schema, "strict": true });
        json!({ "type": "function", "function": function })
    }

    /// For Anthropic's messages.
    #[must_use]
    pub fn anthropic(&self) -> Value {
        let Self {
            name,
            description,
            input_schema,
        } = self;
        json!({ "name": name, "description": description, "input_schema": input_schema })
    }

    /// For the Model Context Protocol's `tools/list`.
    #[must_use]
    pub fn mcp(&self) -> Value {
        let Self {
            name,
            description,
            input_schema,
        } = self;
        json!({ "name": name, "description": description, "inputSchema": input_schema })
    }
}

/// What a model gets back.
#[derive(Clone, Debug)]
pub struct CodeToolAnswer {
    value: Value,
    is_error: bool,
    execution: Option<ExecuteResult>,
}

impl CodeToolAnswer {
    fn failed(text: String, execution: Option<ExecuteResult>) -> Self {
        Self {
            value: Value::String(text),
            is_error: true,
            execution,
        }
    }

    /// `{ "result": …, "logs": […] }`, without `logs` when nothing was written; after a
    /// failure its text: `Code execution failed: …`, with the place, what helps, and the
    /// console output.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// [`value`](Self::value), given away.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.value
    }

    /// The same as text: JSON, or the words of the failure.
    #[must_use]
    pub fn text(&self) -> String {
        self.value
            .as_str()
            .map_or_else(|| self.value.to_string(), str::to_owned)
    }

    /// Whether the program failed, or there was none.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.is_error
    }

    /// The whole run, for the host; `None` when there was no program to run.
    #[must_use]
    pub fn execution(&self) -> Option<&ExecuteResult> {
        self.execution.as_ref()
    }
}
