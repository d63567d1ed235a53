//! The tool that a model is given.

use codecell::{CodeTool, Prompt, Tool, ToolProvider, Truncate};
use codecell_tests::sandbox;
use serde_json::{Value, json};

fn code(text: &str) -> Value {
    json!({ "code": text })
}

fn echo() -> Tool {
    Tool::from_fn("echo", |args, _| async move { args.get::<Value>(0) }).description("Gives back")
}

fn tool() -> CodeTool {
    CodeTool::new(sandbox().clone()).tool(echo())
}

async fn answer(tool: &CodeTool, text: &str) -> codecell::CodeToolAnswer {
    tool.call(&code(text)).await.unwrap()
}

#[test]
fn a_definition_has_the_shape_of_each_api() {
    let definition = tool()
        .name("run")
        .prompt(Prompt::default().template("T"))
        .definition();
    let schema = json!({
        "type": "object",
        "properties": { "code": {
            "type": "string",
            "description": "Async arrow function in JavaScript or TypeScript that returns the result",
        } },
        "required": ["code"],
        "additionalProperties": false,
    });
    assert_eq!(
        definition.open_ai(),
        json!({ "type": "function", "function": { "name": "run", "description": "T", "parameters": schema, "strict": true } })
    );
    assert_eq!(
        definition.anthropic(),
        json!({ "name": "run", "description": "T", "input_schema": schema })
    );
    assert_eq!(
        definition.mcp(),
        json!({ "name": "run", "description": "T", "inputSchema": schema })
    );
}

#[test]
fn the_same_tools_give_the_same_bytes_and_signs_in_them_stay_signs() {
    let odd = || {
        Tool::from_fn("odd", |_, _| async { Ok(1) }).description("costs $& and $' {{types}} */ x")
    };
    let text = || {
        CodeTool::new(sandbox().clone())
            .tool(odd())
            .definition()
            .description
    };
    assert_eq!(text(), text());
    assert!(
        text().contains("\t * costs $& and $' {{types}} *\\/ x\n"),
        "{}",
        text()
    );
}

#[tokio::test]
async fn results_and_console_output_come_back() {
    let tool = tool();
    assert_eq!(
        answer(&tool, "async () => 1").await.value(),
        &json!({ "result": 1 })
    );
    assert_eq!(
        answer(
            &tool,
            "console.log('a'); console.warn('b'); return { x: 1 }"
        )
        .await
        .value(),
        &json!({ "result": { "x": 1 }, "logs": ["a", "[warn] b"] })
    );
    let as_text = tool
        .call(&Value::from(code("1 + 1").to_string()))
        .await
        .unwrap();
    assert_eq!(as_text.text(), "{\"result\":2}");
}

#[tokio::test]
async fn failures_tell_where_what_and_what_was_written() {
    let answer = answer(
        &tool(),
        "console.log('before');\nconst rows = [];\nrows[0].id",
    )
    .await;
    assert!(answer.is_error());
    assert_eq!(
        answer.text(),
        "Code execution failed: cannot read property 'id' of undefined\n\
         \n\
         \x20 1 | console.log('before');\n\
         \x20 2 | const rows = [];\n\
         > 3 | rows[0].id\n\
         \x20   |         ^\n\
         \n\
         Console output:\n\
         before"
    );
    assert_eq!(answer.execution().unwrap().logs.len(), 1);
}

#[tokio::test]
async fn what_is_no_program_is_answered_and_not_run() {
    for arguments in [json!({}), json!({ "code": 1 }), json!("text"), json!(null)] {
        let answer = tool().call(&arguments).await.unwrap();
        assert!(answer.is_error());
        assert_eq!(
            answer.text(),
            "Expected an object with `code`, a string that holds the program"
        );
        assert!(answer.execution().is_none());
    }
}

#[tokio::test]
async fn answers_fit_their_budget() {
    let tool = tool().truncate(Truncate::chars(100));
    let long = answer(
        &tool,
        "console.log('y'.repeat(5000)); return { s: 'x'.repeat(5000) }",
    )
    .await;
    let value = long.value();
    assert!(value["result"].to_string().len() <= 100, "{value}");
    assert!(value["logs"].to_string().len() <= 100, "{value}");
    assert_eq!(
        long.execution().unwrap().outcome.as_ref().unwrap()["s"]
            .as_str()
            .unwrap()
            .len(),
        5000
    );
    let whole = answer(&tool.truncate(None), "return 'x'.repeat(50000)").await;
    assert_eq!(whole.value()["result"].as_str().unwrap().len(), 50_000);
}

#[tokio::test]
async fn what_does_not_fit_the_prompt_is_named_and_can_be_found() {
    let many = (0..100).map(|n| {
        Tool::from_fn(format!("tool_{n}"), move |_, _| async move { Ok(n) })
            .description(format!("Gives the number {n}"))
    });
    let provider = ToolProvider::new("numbers").tools(many);
    let prompt = Prompt::default()
        .types_bytes(2_000)
        .first(["numbers.tool_77"]);
    let tool = CodeTool::new(sandbox().clone())
        .provider(provider)
        .prompt(prompt);

    let description = tool.definition().description;
    assert!(
        description.contains("tool_77: (input: Tool_77Input)"),
        "{description}"
    );
    assert!(!description.contains("tool_99: (input"), "{description}");
    assert!(description.contains("tool_99"), "{description}");
    assert!(
        description.contains("await codemode.search(\"words\")"),
        "{description}"
    );
    let code = "const found = await codemode.search('number 42');
                const { path, types } = await codemode.describe(found.results[0].path);
                return [path, types, await numbers.tool_42({})]";
    assert_eq!(
        answer(&tool, code).await.value()["result"],
        json!([
            "numbers.tool_42",
            "type Tool_42Input = unknown\ntype Tool_42Output = unknown",
            42
        ])
    );
}

#[tokio::test]
async fn tools_that_need_approval_are_not_offered() {
    let tool = tool().tool(Tool::from_fn("pay", |_, _| async { Ok(1) }).requires_approval(true));
    assert!(!tool.definition().description.contains("pay"));
    let answer = answer(&tool, "await codemode.pay()").await;
    assert!(
        answer
            .text()
            .starts_with("Code execution failed: Tool \"pay\" not found"),
        "{}",
        answer.text()
    );
}
