//! The code tool for agents built on rig (feature `rig`).

use rig_core::message::ToolName;
use rig_core::tool::{DynamicTool, ToolExecutionError, ToolOutput};

use crate::code_tool::CodeTool;
use crate::error::{Error, ErrorKind};

impl CodeTool {
    /// The tool as one of rig's, to be given to any of its agents.
    ///
    /// A program that fails is an error of the tool whose feedback to the model is
    /// [`CodeToolAnswer::text`](crate::CodeToolAnswer::text); an agent goes on with it.
    ///
    /// # Errors
    ///
    /// Of kind [`ToolName`](ErrorKind::ToolName) when the tool's name is empty.
    pub fn rig(&self) -> Result<DynamicTool, Error> {
        let definition = self.definition();
        let name = ToolName::new(definition.name);
        let name = name.map_err(|error| Error::with_source(ErrorKind::ToolName, error))?;
        let tool = self.clone();
        let call = move |arguments| {
            let tool = tool.clone();
            let answer =
                async move {
                    let answer = tool.call(&arguments).await;
                    let answer = answer.map_err(ToolExecutionError::from_error)?;
                    match answer.is_error() {
                        true => Err(ToolExecutionError::other(answer.text())
                            .with_model_feedback(answer.text())),
                        false => Ok(ToolOutput::json(answer.into_value())),
                    }
                };
            Box::pin(answer) as _
        };
        Ok(DynamicTool::new(
            name,
            definition.description,
            definition.input_schema,
            call,
        ))
    }
}
