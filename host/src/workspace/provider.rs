//! The workspace as tools of a program: the namespace `state`.

use serde_json::Value;

use super::{Failure, Method, UndoRecord, Workspace};
use crate::tool::{Arguments, CallContext, Tool, ToolFailure, ToolProvider};

const NAME: &str = "state";

impl Workspace {
    /// The methods as tools, under the name `state`.
    ///
    /// In a durable [`Runtime`](crate::Runtime) reads run again when a program is repeated,
    /// and writes are recorded with what they replaced, so that
    /// [`rollback`](crate::Runtime::rollback) restores it.
    ///
    /// # Examples
    ///
    /// ```
    /// use codecell::workspace::{Memory, Workspace};
    /// use codecell::{ExecuteRequest, Executor as _, Sandbox};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), codecell::Error> {
    /// let files = Workspace::new(Memory::new());
    /// let code = "async () => {
    ///     await state.writeFile('/a.txt', 'one');
    ///     return await state.readFile({ path: '/a.txt' });
    /// }";
    /// let request = ExecuteRequest::new(code).provider(files.provider());
    ///
    /// let result = Sandbox::new().execute(request).await?;
    ///
    /// assert_eq!(result.outcome, Ok(json!("one")));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn provider(&self) -> ToolProvider {
        let tools = Self::methods().iter().map(|method| self.tool(method));
        ToolProvider::new(NAME).tools(tools)
    }

    fn tool(&self, method: &'static Method) -> Tool {
        let (files, undone) = (self.clone(), self.clone());
        let call = move |arguments: Arguments, context: CallContext| {
            let files = files.clone();
            async move {
                let arguments = Value::Array(arguments.values().to_vec());
                // Files block, and must not hold up programs.
                let called =
                    tokio::task::spawn_blocking(move || files.call(method.name(), arguments));
                let reply = called.await?.map_err(failed)?;
                if let Some(undo) = reply.undo {
                    context.keep(serde_json::to_value(undo)?);
                }
                Ok(reply.value.map(|value| value.to_string()))
            }
        };
        let mut tool = Tool::raw(method.name(), call)
            .description(method.description())
            .input_schema(method.input_schema())
            // The methods check their arguments themselves, in both forms.
            .validate_input(false)
            .positional()
            .read_only(method.is_read_only())
            .reexecute(method.is_read_only());
        if let Some(schema) = method.output_schema() {
            tool = tool.output_schema(schema);
        }
        if method.is_read_only() {
            return tool;
        }
        tool.revert(move |_, _, context| {
            let undone = undone.clone();
            async move {
                let Some(kept) = context.kept() else {
                    return Ok(());
                };
                let record: UndoRecord = serde_json::from_value(kept)?;
                let done = tokio::task::spawn_blocking(move || undone.undo(record));
                done.await?.map(drop).map_err(failed)
            }
        })
    }
}

fn failed(failure: Failure) -> ToolFailure {
    let failed = ToolFailure::new(failure.message());
    let failed = match failure.name() {
        Some(name) => failed.name(name),
        None => failed,
    };
    match failure.data() {
        Some(data) => failed.data(data.clone()),
        None => failed,
    }
}
