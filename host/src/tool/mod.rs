//! What a program can call: tools, and the providers that name them.

mod definitions;
mod durable;
mod failure;
mod name;
mod provider;
mod validate;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
pub use tokio_util::sync::CancellationToken;

pub use self::definitions::{DefinitionChange, Definitions};
use self::durable::Durable;
pub use self::failure::ToolFailure;
pub use self::name::sanitize_tool_name;
pub(crate) use self::name::{is_identifier, is_reserved, is_reserved_namespace};
pub use self::provider::ToolProvider;
use self::validate::Validators;

/// The namespace of a provider that was given no other name.
pub const DEFAULT_NAMESPACE: &str = "codemode";

/// What a tool gave: JSON text, or nothing for `undefined`.
pub(crate) type ToolAnswer = Result<Option<String>, ToolFailure>;
pub(crate) type ToolFuture = Pin<Box<dyn Future<Output = ToolAnswer> + Send>>;
type Handler = dyn Fn(Arguments, CallContext) -> ToolFuture + Send + Sync;

/// An async function of the host that a program can call. Cheap to clone.
///
/// # Examples
///
/// Types say what goes in and out; doc comments become what the model reads.
///
/// ```
/// use codecell::{ExecuteRequest, Executor as _, Sandbox, Tool};
/// use schemars::JsonSchema;
/// use serde::Deserialize;
/// use serde_json::json;
///
/// #[derive(Deserialize, JsonSchema)]
/// struct Sum {
///     /// What to add up
///     numbers: Vec<f64>,
///     /// What to begin with
///     #[serde(default)]
///     start: f64,
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), codecell::Error> {
/// let sum = Tool::new("sum", "Adds numbers up", |input: Sum| async move {
///     Ok(input.start + input.numbers.iter().sum::<f64>())
/// });
/// let code = r#"
///     const right = await codemode.sum({ numbers: [1, 2] });
///     const wrong = await codemode.sum({ numbers: right }).catch(error => error.message);
///     [right, wrong]
/// "#;
///
/// let result = Sandbox::new().execute(ExecuteRequest::new(code).tool(sum)).await?;
///
/// assert_eq!(
///     result.outcome,
///     Ok(json!([
///         3,
///         r#"Invalid arguments for "sum": input.numbers: 3 is not of type "array""#,
///     ]))
/// );
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Tool(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    name: String,
    description: String,
    input_schema: Option<Value>,
    output_schema: Option<Value>,
    is_positional: bool,
    durable: Durable,
    validators: Validators,
    handler: Arc<Handler>,
}

impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tool")
            .field("name", &self.0.name)
            .finish_non_exhaustive()
    }
}

impl Tool {
    /// A tool whose schemas are those of its types.
    ///
    /// The program calls it, by the name that [`sanitize_tool_name`] makes of `name`, with
    /// one argument, which is checked against the schema before `handler` runs. What is
    /// returned crosses as JSON; `()` and `None` are `null`. Dropping the future must
    /// be enough to stop the work.
    pub fn new<H, I, F, O>(
        name: impl Into<String>,
        description: impl Into<String>,
        handler: H,
    ) -> Self
    where
        H: Fn(I) -> F + Send + Sync + 'static,
        I: DeserializeOwned + JsonSchema + 'static,
        F: Future<Output = Result<O, ToolFailure>> + Send + 'static,
        O: Serialize + JsonSchema + 'static,
    {
        Self::with_context(name, description, move |input, _| handler(input))
    }

    /// The same for a handler that asks about its call, for instance whether its run
    /// has ended.
    pub fn with_context<H, I, F, O>(
        name: impl Into<String>,
        description: impl Into<String>,
        handler: H,
    ) -> Self
    where
        H: Fn(I, CallContext) -> F + Send + Sync + 'static,
        I: DeserializeOwned + JsonSchema + 'static,
        F: Future<Output = Result<O, ToolFailure>> + Send + 'static,
        O: Serialize + JsonSchema + 'static,
    {
        let name = name.into();
        let label = name.clone();
        let handler = move |arguments: Arguments, context| -> ToolFuture {
            let input = I::deserialize(arguments.first());
            match input {
                Ok(input) => Box::pin(handler(input, context).map(to_json)),
                Err(error) => {
                    let failure = validate::refused(&label, &error.to_string());
                    Box::pin(std::future::ready(Err(failure)))
                }
            }
        };
        Self::with_handler(name, handler)
            .description(description)
            .input_schema(schema_of::<I>())
            .output_schema(schema_of::<O>())
    }

    /// A tool that takes the arguments as they come. Without
    /// [`input_schema`](Self::input_schema) nothing about them is checked, and the
    /// model is told nothing.
    pub fn from_fn<H, F, O>(name: impl Into<String>, handler: H) -> Self
    where
        H: Fn(Arguments, CallContext) -> F + Send + Sync + 'static,
        F: Future<Output = Result<O, ToolFailure>> + Send + 'static,
        O: Serialize + 'static,
    {
        Self::with_handler(name, move |arguments, context| {
            Box::pin(handler(arguments, context).map(to_json))
        })
    }

    /// A tool that answers JSON text itself, which saves taking it apart; `None`
    /// is JavaScript's `undefined`. Text that is not JSON fails the call.
    pub fn raw<H, F>(name: impl Into<String>, handler: H) -> Self
    where
        H: Fn(Arguments, CallContext) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Option<String>, ToolFailure>> + Send + 'static,
    {
        Self::with_handler(name, move |arguments, context| {
            Box::pin(handler(arguments, context))
        })
    }

    fn with_handler(
        name: impl Into<String>,
        handler: impl Fn(Arguments, CallContext) -> ToolFuture + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Inner {
            name: name.into(),
            description: String::new(),
            input_schema: None,
            output_schema: None,
            is_positional: false,
            durable: Durable::default(),
            validators: Validators::default(),
            handler: Arc::new(handler),
        }))
    }

    fn change(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// Says what the tool does.
    #[must_use]
    pub fn description(self, description: impl Into<String>) -> Self {
        self.change(|inner| inner.description = description.into())
    }

    /// Says, in JSON Schema, what the tool takes. Arguments that do not fit fail the
    /// call, and the tool does not run; defaults are filled in.
    #[must_use]
    pub fn input_schema(self, schema: Value) -> Self {
        self.change(|inner| {
            inner.input_schema = Some(schema);
            inner.validators.reset();
        })
    }

    /// Says, in JSON Schema, what the tool gives. The model reads it; answers are
    /// checked only after [`validate_output`](Self::validate_output).
    #[must_use]
    pub fn output_schema(self, schema: Value) -> Self {
        self.change(|inner| {
            inner.output_schema = Some(schema);
            inner.validators.reset();
        })
    }

    /// Whether arguments are checked; they are unless told.
    #[must_use]
    pub fn validate_input(self, check: bool) -> Self {
        self.change(|inner| inner.validators.checks_input = check)
    }

    /// Whether answers are checked; they are not unless told. An answer that does not
    /// fit the output schema fails the call.
    #[must_use]
    pub fn validate_output(self, check: bool) -> Self {
        self.change(|inner| inner.validators.checks_output = check)
    }

    /// The tool takes several arguments: those that the input schema lists as a tuple, or
    /// as the properties of an object, in their order.
    #[must_use]
    pub fn positional(self) -> Self {
        self.change(|inner| inner.is_positional = true)
    }

    /// The name as it was given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The tool as data: `{ name, description, inputSchema?, outputSchema?, requiresApproval,
    /// replay? }`, where `replay` is `"reexecute"` for [such](Self::reexecute) tools.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut tool =
            serde_json::json!({ "name": self.0.name, "description": self.0.description });
        for (name, schema) in [
            ("inputSchema", &self.0.input_schema),
            ("outputSchema", &self.0.output_schema),
        ] {
            if let Some(schema) = schema {
                tool[name] = schema.clone();
            }
        }
        tool["requiresApproval"] = self.needs_approval().into();
        if self.0.durable.reexecutes {
            tool["replay"] = "reexecute".into();
        }
        tool
    }

    pub(crate) fn description_text(&self) -> &str {
        &self.0.description
    }

    pub(crate) fn types<'a>(&'a self, identifier: &'a str) -> crate::typegen::ToolTypes<'a> {
        crate::typegen::ToolTypes {
            name: &self.0.name,
            identifier,
            description: &self.0.description,
            input: self.0.input_schema.as_ref(),
            output: self.0.output_schema.as_ref(),
            positional: self.0.is_positional,
        }
    }

    /// The schema that a call's only argument is checked against.
    pub(crate) fn checked_input(&self) -> Option<&Value> {
        let is_checked = self.0.validators.checks_input && !self.0.is_positional;
        self.0.input_schema.as_ref().filter(|_| is_checked)
    }

    pub(crate) fn call(&self, mut arguments: Arguments, context: CallContext) -> ToolFuture {
        if let Err(failure) = self.0.check_input(&mut arguments) {
            return Box::pin(std::future::ready(Err(failure)));
        }
        let answer = (self.0.handler)(arguments, context);
        if !self.0.validators.checks_output {
            return answer;
        }
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            let answer = answer.await?;
            inner.check_output(answer.as_deref())?;
            Ok(answer)
        })
    }
}

fn to_json<O: Serialize>(answer: Result<O, ToolFailure>) -> ToolAnswer {
    Ok(Some(serde_json::to_string(&answer?)?))
}

fn schema_of<T: JsonSchema>() -> Value {
    let mut schema = schemars::schema_for!(T).to_value();
    if let Some(schema) = schema.as_object_mut() {
        // What the document is and what a Rust type is called says nothing to a model.
        schema.remove("$schema");
        schema.remove("title");
    }
    schema
}

/// The arguments of a call, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Arguments(pub(crate) Vec<Value>);

impl Arguments {
    /// The argument at `index` as `T`; an absent one counts as `null`.
    ///
    /// # Errors
    ///
    /// A failure that names the argument, when it does not fit `T`.
    pub fn get<T: DeserializeOwned>(&self, index: usize) -> Result<T, ToolFailure> {
        let value = self.0.get(index).unwrap_or(&Value::Null);
        T::deserialize(value)
            .map_err(|error| ToolFailure::new(format!("argument {}: {error}", index + 1)))
    }

    /// All arguments as JSON values; for bytes see `docs/values.md`.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.0
    }

    fn first(&self) -> &Value {
        self.0.first().unwrap_or(&Value::Null)
    }
}

/// What a tool may know of the call that it answers.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallContext {
    /// The run. With `seq` it identifies the call, as an idempotency key does.
    pub execution_id: Arc<str>,
    /// The call's place in its run, from 0.
    pub seq: u32,
    /// Cancelled when the run ends before the tool has answered.
    pub cancellation: CancellationToken,
    pub(crate) kept: Arc<Mutex<Option<Value>>>,
}

impl CallContext {
    /// The same text each time that this one call is made, also after a crash, and no
    /// other call's: what an API takes as its idempotency key.
    #[must_use]
    pub fn idempotency_key(&self) -> String {
        format!("{}/{}", self.execution_id, self.seq)
    }

    /// Keeps something in the record for [`Tool::revert`], which the program does not see:
    /// up to 4 MiB of JSON. A call that keeps more cannot be undone.
    pub fn keep(&self, value: Value) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }

    /// What was kept for this call, in its [`revert`](Tool::revert).
    #[must_use]
    pub fn kept(&self) -> Option<Value> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone()
    }
}
