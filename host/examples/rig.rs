//! An agent loop on rig whose model is a script: it writes a program, reads what came of
//! it, and answers.
//!
//! `cargo run -p codecell-tests --features rig --example rig`
#![expect(clippy::print_stdout, reason = "an example shows what happens")]

use anyhow::{Context as _, Result};
use codecell::{CodeTool, Sandbox, Tool};
use rig_core::completion::{AssistantContent, CompletionRequest};
use rig_core::message::Message;
use rig_core::test_utils::{MockCompletionModel, MockTurn};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize, JsonSchema)]
struct City {
    /// Name of the city
    city: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let temperature = Tool::new(
        "temperature",
        "Temperature of a city, in °C",
        |input: City| async move { Ok(input.city.len() * 3) },
    );
    let tool = CodeTool::new(Sandbox::new()).tool(temperature).rig()?;

    // What the model will say.
    let program = "async () => {
        const cities = ['Oslo', 'Cairo', 'Reykjavik'];
        const all = await Promise.all(cities.map(async city => [city, await codemode.temperature({ city })]));
        return all.sort((a, b) => b[1] - a[1])[0];
    }";
    let model = MockCompletionModel::from_turns([
        MockTurn::tool_call("call-1", "codemode", json!({ "code": program })),
        MockTurn::text("Reykjavik is the warmest."),
    ]);

    // What any of rig's agents does.
    let mut request = CompletionRequest::new("Which of the three cities is the warmest?");
    request.tools.push(tool.definition());
    loop {
        let response = model.call(request.clone()).await?;
        let content = response
            .choice
            .first()
            .context("the model said nothing")?
            .clone();
        match content {
            AssistantContent::ToolCall(call) => {
                let output = tool.execute(call.function.arguments.into()).await?;
                println!("the program gave {}", output.render());
                assert_eq!(
                    output.as_json(),
                    Some(&json!({ "result": ["Reykjavik", 27] }))
                );
                request = request.message(Message::user(output.render()));
            }
            AssistantContent::Text(text) => {
                println!("{}", text.text);
                assert_eq!(model.request_count(), 2);
                return Ok(());
            }
            other => anyhow::bail!("unexpected: {other:?}"),
        }
    }
}
