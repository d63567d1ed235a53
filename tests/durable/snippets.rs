//! Programs that are kept, and run in the cell of the one that names them.

use codecell::runtime::SaveSnippet;
use codecell::{ErrorKind, Runtime};
use serde_json::{Value, json};

use crate::support::{Ledger, living, memory, rows_only};

async fn save(runtime: &Runtime, name: &str, code: &str, options: SaveSnippet) {
    let saved = runtime.execute(code).await.unwrap();
    runtime
        .save_snippet(name, saved.execution_id(), options)
        .await
        .unwrap();
}

async fn result(runtime: &Runtime, code: &str) -> Option<Value> {
    runtime.execute(code).await.unwrap().result().cloned()
}

#[tokio::test]
async fn a_snippet_shares_console_calls_and_bytes_with_its_caller() {
    let ledger = Ledger::default();
    let runtime = rows_only(&memory(), &ledger);
    let code = "async (input) => {
        console.log('inside', input?.length);
        await work.write('from the snippet');
        return input ? new Uint8Array([...input, 9]) : null;
    }";
    save(&runtime, "grow", code, SaveSnippet::new()).await;
    ledger.clear();

    let code = "async () => {
        const grown = await codemode.run('grow', new Uint8Array([1, 2]));
        return [grown instanceof Uint8Array, Array.from(grown)];
    }";
    let done = runtime.execute(code).await.unwrap();

    assert_eq!(done.result(), Some(&json!([true, [1, 2, 9]])));
    assert_eq!(done.logs(), ["inside 2"]);
    assert_eq!(done.calls().len(), 1);
    assert_eq!(ledger.effects(), [json!(["write", "from the snippet"])]);
}

#[tokio::test]
async fn inputs_are_checked_against_the_schema() {
    let ledger = Ledger::default();
    let runtime = rows_only(&memory(), &ledger);
    let schema = json!({
        "type": "object", "properties": { "n": { "type": "number" } }, "required": ["n"],
    });
    let options = SaveSnippet::new()
        .description("Doubles a number")
        .input_schema(schema);
    save(
        &runtime,
        "double",
        "async (input) => (input?.n ?? 0) * 2",
        options,
    )
    .await;

    let code = "async () => [
        await codemode.run('double', { n: 4 }),
        await codemode.run('double', { n: 'four' }),
        (await codemode.search('double a number')).results[0].path,
        (await codemode.describe('double')).kind,
    ]";

    assert_eq!(
        result(&runtime, code).await,
        Some(json!([
            8,
            { "error": "Invalid input for snippet \"double\": input.n: \"four\" is not of type \"number\"" },
            "double",
            "snippet",
        ]))
    );
}

#[tokio::test]
async fn a_snippet_may_run_others_and_an_endless_one_meets_the_limit_on_calls() {
    let ledger = Ledger::default();
    let runtime = rows_only(&memory(), &ledger);
    save(&runtime, "one", "async () => 1", SaveSnippet::new()).await;
    save(
        &runtime,
        "two",
        "async () => await codemode.run('one') + await codemode.run('one')",
        SaveSnippet::new(),
    )
    .await;
    save(
        &runtime,
        "again",
        "async (input) => input === undefined ? 0 : await codemode.run('again', input)",
        SaveSnippet::new(),
    )
    .await;
    assert_eq!(
        result(&runtime, "async () => await codemode.run('two')").await,
        Some(json!(2))
    );

    let endless = runtime
        .execute("async () => await codemode.run('again', 1)")
        .await
        .unwrap();

    let error = endless.error().unwrap_or_default();
    assert!(
        error.starts_with("The program made more than 1000 tool calls"),
        "{error}"
    );
    assert_eq!(result(&runtime, "async () => 5").await, Some(json!(5)));
}

#[tokio::test]
async fn a_pause_inside_a_snippet_goes_on_inside_it() {
    let ledger = Ledger::default();
    for runtime in [rows_only(&memory(), &ledger), living(&memory(), &ledger)] {
        ledger.clear();
        let code = "async (input) => (await work.pay(input ?? 0)).done + 1";
        let saved = runtime.execute(code).await.unwrap();
        runtime
            .save_snippet("pay", saved.execution_id(), SaveSnippet::new())
            .await
            .unwrap();
        let code = "async () => [await codemode.run('pay', 1), await codemode.run('pay', 2)]";

        let paused = runtime.execute(code).await.unwrap();
        let id = paused.execution_id();
        assert_eq!(paused.pending()[0].args, Some(json!(1)));
        let paused = runtime.approve(id).await.unwrap();
        assert_eq!(paused.pending()[0].args, Some(json!(2)));
        let done = runtime.approve(id).await.unwrap();

        assert_eq!(done.result(), Some(&json!([2, 3])));
        assert_eq!(ledger.most(), 1);
    }
}

#[tokio::test]
async fn wrong_requests_of_the_host_are_errors() {
    let ledger = Ledger::default();
    let runtime = rows_only(&memory(), &ledger);
    let options = SaveSnippet::new();
    let unknown = runtime
        .save_snippet("x", "exec_nope", options.clone())
        .await
        .unwrap_err();
    assert_eq!(
        unknown.kind(),
        &ErrorKind::NoExecution("exec_nope".to_owned())
    );
    let saved = runtime.execute("async () => 1").await.unwrap();
    let broken = options.input_schema(json!({ "type": "nonsense" }));
    let broken = runtime
        .save_snippet("x", saved.execution_id(), broken)
        .await
        .unwrap_err();
    assert_eq!(broken.kind(), &ErrorKind::Json);
    assert!(!runtime.delete_snippet("x").await.unwrap());
    assert_eq!(runtime.snippets().await.unwrap(), []);
}
