//! Typed tools: schemas from Rust types, and what does not fit them.

use codecell::{
    CallOutcome, ExecuteErrorKind, ExecuteRequest, Prompt, Tool, ToolFailure, ToolProvider,
};
use codecell_tests::{execute, still_works};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What to order
#[derive(Deserialize, JsonSchema)]
struct Order {
    /// Name of the product
    product: String,
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 9))]
    count: u32,
    #[serde(default)]
    notes: Vec<Note>,
}

#[derive(Deserialize, JsonSchema)]
struct Note {
    text: String,
}

#[derive(Serialize, JsonSchema)]
struct Receipt {
    /// Number of the order
    id: u32,
    lines: Vec<String>,
}

fn one() -> u32 {
    1
}

fn order() -> Tool {
    Tool::new("order", "Orders a product", |order: Order| async move {
        let notes = order.notes.into_iter().map(|note| note.text);
        let line = format!("{} x {}", order.count, order.product);
        Ok(Receipt {
            id: 7,
            lines: std::iter::once(line).chain(notes).collect(),
        })
    })
}

async fn outcome(code: &str, tool: Tool) -> Result<Value, (ExecuteErrorKind, String)> {
    let result = execute(ExecuteRequest::new(code).tool(tool)).await;
    still_works().await;
    result.outcome.map_err(|error| (error.kind, error.message))
}

#[tokio::test]
async fn types_become_schemas_and_doc_comments_descriptions() {
    let types = Prompt::default().types(&[ToolProvider::default().tool(order())]);
    assert_eq!(
        types,
        "type OrderInput = {
    /** Name of the product */
    product: string;
    /**
     * @format uint32
     * @default 1
     * @minimum 1
     * @maximum 9
     */
    count?: number;
    notes?: {
        text: string;
    }[];
}
type OrderOutput = {
    /**
     * Number of the order
     * @format uint32
     * @minimum 0
     */
    id: number;
    lines: string[];
}

declare const codemode: {
\t/**
\t * Orders a product
\t * @param input.product - Name of the product
\t */
\torder: (input: OrderInput) => Promise<OrderOutput>;
}"
    );
}

/// `BLESS=1` writes the prompt into the page.
#[test]
fn the_prompt_in_the_documentation_is_a_real_one() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../host/docs/model.md");
    let text = std::fs::read_to_string(page).unwrap();
    let (before, rest) = text.split_once("<!-- prompt -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- /prompt -->").unwrap();
    let prompt = Prompt::default().text(&[ToolProvider::default().tool(order())]);
    let wanted =
        format!("{before}<!-- prompt -->\n```text\n{prompt}\n```\n<!-- /prompt -->{after}");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(page, &wanted).unwrap();
    }
    assert_eq!(std::fs::read_to_string(page).unwrap(), wanted);
}

#[tokio::test]
async fn arguments_that_fit_arrive_with_defaults_filled_in() {
    assert_eq!(
        outcome(
            "const product = 'tea'; return codemode.order({ product })",
            order()
        )
        .await,
        Ok(json!({ "id": 7, "lines": ["1 x tea"] }))
    );
    let echo = Tool::from_fn("echo", |args, _| async move { args.get::<Value>(0) }).input_schema(json!({
        "type": "object",
        "properties": {
            "a": { "default": 1 },
            "deep": { "type": "object", "properties": { "b": { "default": [2] } } },
            "list": { "type": "array", "items": { "type": "object", "properties": { "c": { "default": 3 } } } },
        },
    }));
    assert_eq!(
        outcome("return codemode.echo()", echo.clone()).await,
        Ok(json!({ "a": 1 }))
    );
    assert_eq!(
        outcome(
            "return codemode.echo({ a: null, deep: {}, list: [{}, { c: 4 }] })",
            echo
        )
        .await,
        Ok(json!({ "a": null, "deep": { "b": [2] }, "list": [{ "c": 3 }, { "c": 4 }] }))
    );
}

#[tokio::test]
async fn every_violation_is_told_with_its_path_and_the_tool_does_not_run() {
    let code = "const wrong = { count: 12, notes: [{ text: 1 }, 'x'] };
                try { await codemode.order(wrong) } catch (error) { return [error.name, error.message, error.data] }";
    let result = execute(ExecuteRequest::new(code).tool(order())).await;
    let message = "Invalid arguments for \"order\":\n\
                   - input: \"product\" is a required property\n\
                   - input.count: 12 is greater than the maximum of 9\n\
                   - input.notes[0].text: 1 is not of type \"string\"\n\
                   - input.notes[1]: \"x\" is not of type \"object\"";
    assert_eq!(
        result.outcome,
        Ok(json!(["ToolError", message, { "violations": [
            { "path": "input", "message": "\"product\" is a required property" },
            { "path": "input.count", "message": "12 is greater than the maximum of 9" },
            { "path": "input.notes[0].text", "message": "1 is not of type \"string\"" },
            { "path": "input.notes[1]", "message": "\"x\" is not of type \"object\"" },
        ] }]))
    );
    assert_eq!(
        result.calls[0].outcome,
        CallOutcome::Failed(message.to_owned())
    );
}

#[tokio::test]
async fn many_and_long_violations_are_cut() {
    let tool = Tool::from_fn("many", |_, _| async { Ok(1) })
        .input_schema(json!({ "type": "array", "items": { "type": "number" } }));
    let code = "const list = Array.from({ length: 1000 }, () => 'x'.repeat(1000)); return codemode.many(list)";
    let (kind, message) = outcome(code, tool).await.unwrap_err();
    assert_eq!(kind, ExecuteErrorKind::Tool);
    assert_eq!(message.lines().count(), 22, "{message}");
    assert!(message.ends_with("\n- and more"), "{message}");
    assert!(message.len() < 8_000, "{}", message.len());
}

#[tokio::test]
async fn answers_are_checked_on_request() {
    let tool = |check: bool| {
        Tool::from_fn("answer", |args, _| async move { args.get::<Value>(0) })
            .output_schema(json!({ "type": "string" }))
            .validate_output(check)
    };
    assert_eq!(
        outcome("return codemode.answer(1)", tool(false)).await,
        Ok(json!(1))
    );
    assert_eq!(
        outcome("return codemode.answer('a')", tool(true)).await,
        Ok(json!("a"))
    );
    assert_eq!(
        outcome("return codemode.answer(1)", tool(true)).await,
        Err((
            ExecuteErrorKind::Tool,
            "\"answer\" gave what its output schema does not allow: output: 1 is not of type \"string\"".to_owned()
        ))
    );
}

#[tokio::test]
async fn a_schema_that_is_none_fails_its_tool_and_says_so() {
    let tool =
        Tool::from_fn("odd", |_, _| async { Ok(1) }).input_schema(json!({ "type": "strong" }));
    let (kind, message) = outcome("return codemode.odd(1)", tool.clone())
        .await
        .unwrap_err();
    assert_eq!(kind, ExecuteErrorKind::Diagnostic, "{message}");
    let (kind, message) = outcome("const one = 1; return codemode.odd(one)", tool.clone())
        .await
        .unwrap_err();
    assert_eq!(kind, ExecuteErrorKind::Tool);
    assert!(
        message.starts_with("The input schema of \"odd\" is not a JSON Schema: "),
        "{message}"
    );
    assert_eq!(
        outcome("return codemode.odd(1)", tool.validate_input(false)).await,
        Ok(json!(1))
    );
}

#[tokio::test]
async fn a_schema_fetches_nothing_from_outside() {
    let tool = Tool::from_fn("remote", |_, _| async { Ok(1) })
        .input_schema(json!({ "$ref": "http://127.0.0.1:1/schema.json" }));
    let (_, message) = outcome("return codemode.remote(1)", tool)
        .await
        .unwrap_err();
    assert!(message.contains("not a JSON Schema"), "{message}");
}

#[tokio::test]
async fn a_tool_that_needs_approval_does_not_run_without_anybody_to_ask() {
    let tool = Tool::from_fn("pay", |_, _| async { Ok(1) }).requires_approval(true);
    assert_eq!(
        outcome("return codemode.pay()", tool).await,
        Err((
            ExecuteErrorKind::Tool,
            "Tool \"pay\" requires approval, and nobody can be asked here".to_owned()
        ))
    );
}

#[tokio::test]
async fn preludes_add_to_their_namespace_and_their_faults_are_not_the_programs() {
    let provider = |prelude: &str| {
        let one = Tool::from_fn("one", |_, _| async { Ok(1) });
        ToolProvider::new("math").tool(one).prelude(prelude)
    };
    let run =
        |prelude: &str, code: &str| execute(ExecuteRequest::new(code).provider(provider(prelude)));
    let twice = "math.twice = async (n) => 2 * n * await math.one()";
    assert_eq!(
        run(twice, "return math.twice(4)").await.outcome,
        Ok(json!(8))
    );
    for (prelude, message) in [
        (
            "throw new Error('no')",
            "The prelude of \"math\" failed: no",
        ),
        (
            "}{",
            "The prelude of \"math\" failed: unexpected token in expression: '}'",
        ),
    ] {
        let error = run(prelude, "return 1").await.outcome.unwrap_err();
        assert_eq!(
            (error.kind, error.message.as_str()),
            (ExecuteErrorKind::Prelude, message)
        );
        still_works().await;
    }
}

#[tokio::test]
async fn a_handler_that_asks_about_its_call_is_told() {
    let tool = Tool::with_context("who", "Tells its place", |(): (), context| async move {
        Ok::<_, ToolFailure>(context.seq)
    });
    assert_eq!(
        outcome("await codemode.who(null); return codemode.who(null)", tool).await,
        Ok(json!(1))
    );
}
