//! Nothing reaches from one run into another, or from a program into the harness.

use codecell::{CallOutcome, ExecuteRequest, Sandbox};
use codecell_tests::{execute, run, still_works, value};
use serde_json::json;

#[tokio::test]
async fn no_global_outlives_its_run() {
    run("globalThis.planted = 1; Array.prototype.planted = 2; Object.prototype.planted = 3; JSON.parse = 0").await;
    let code =
        "[typeof planted, [].planted === undefined, ({}).planted === undefined, typeof JSON.parse]";
    assert_eq!(
        value(code).await,
        json!(["undefined", true, true, "function"])
    );
}

#[tokio::test]
async fn no_byte_of_an_earlier_run_is_in_a_later_cells_memory() {
    // One cell, so that the later run gets the earlier one's memory.
    let sandbox = Sandbox::builder().cells(1).build();
    let plant = "const planted = []; for (let i = 0; i < 600; i++) planted.push(new Uint8Array(50_000).fill(0xA7)); planted.length";
    let look = "let found = 0;
        for (let i = 0; i < 150; i++) { const b = new Uint8Array(50_000); for (let j = 0; j < b.length; j += 500) if (b[j] !== 0) found++ }
        return found";
    for _ in 0..3 {
        let planted = codecell::Executor::execute(&sandbox, ExecuteRequest::new(plant))
            .await
            .unwrap();
        assert_eq!(planted.outcome, Ok(json!(600)));
        let found = codecell::Executor::execute(&sandbox, ExecuteRequest::new(look))
            .await
            .unwrap();
        assert_eq!(found.outcome, Ok(json!(0)));
        // A cell begins with the image's memory, however much the last one took.
        let fresh = codecell::Executor::execute(&sandbox, ExecuteRequest::new("1"))
            .await
            .unwrap();
        assert!(fresh.cost.peak_memory_bytes < planted.cost.peak_memory_bytes / 2);
    }
}

#[tokio::test]
async fn a_program_that_replaces_the_language_changes_only_itself() {
    let code = "
        const calls = codemode;
        const real = { keys: Object.keys };
        JSON.stringify = JSON.parse = () => ({ forged: true });
        Promise.prototype.then = function () { throw new Error('then was called') };
        globalThis.Promise = class {};
        Array.prototype.toJSON = undefined;
        Array.prototype[Symbol.iterator] = function* () { yield 'forged' };
        Map.prototype.get = Map.prototype.set = Function.prototype.call = Function.prototype.apply = () => 'forged';
        Object.defineProperty(Object.prototype, 'message', { get: () => 'forged', set() {}, configurable: true });
        calls.echo({ list: [1, 2] });
        ({ ok: [true] });";
    let result = run(code).await;
    assert_eq!(result.outcome, Ok(json!({ "ok": [true] })));
    assert_eq!(result.calls[0].args, json!([{ "list": [1, 2] }]));
}

#[tokio::test]
async fn a_replaced_then_does_not_reach_what_a_tool_returned() {
    let code = "async () => {
        let stolen = 0;
        const then = Promise.prototype.then;
        Promise.prototype.then = function (...args) { stolen++; return Reflect.apply(then, this, args) };
        const got = await codemode.echo({ secret: 1 });
        return [got, stolen];
    }";
    assert_eq!(value(code).await, json!([{ "secret": 1 }, 0]));
}

#[tokio::test]
async fn what_a_tool_returned_is_data_and_not_asked_for_a_then() {
    let code = "async () => {
        let asked = 0;
        Object.defineProperty(Object.prototype, 'then', {
            get() { asked++; return resolve => resolve('forged') }, configurable: true,
        });
        const settled = [];
        codemode.echo({ secret: 1 }).constructor.prototype.then.call(codemode.echo([2]), it => settled.push(it));
        const first = codemode.echo({ secret: 3 });
        await null;
        await codemode.echo(4);
        delete Object.prototype.then;
        return [await first, settled, asked];
    }";
    assert_eq!(value(code).await, json!([{ "secret": 3 }, [[2]], 0]));
}

#[tokio::test]
async fn nothing_of_the_harness_is_in_scope() {
    let known = "Object.getOwnPropertyNames(globalThis).filter(name => typeof globalThis[name] !== 'function' || /^[a-z_]/.test(name)).sort()";
    assert_eq!(
        value(&format!("const names = {known}; names")).await,
        json!([
            "Infinity",
            "Intl",
            "JSON",
            "Math",
            "NaN",
            "Reflect",
            "Temporal",
            "atob",
            "btoa",
            "clearImmediate",
            "clearInterval",
            "clearTimeout",
            "codemode",
            "console",
            "crypto",
            "decodeURI",
            "decodeURIComponent",
            "encodeURI",
            "encodeURIComponent",
            "escape",
            "eval",
            "fetch",
            "global",
            "globalThis",
            "isFinite",
            "isNaN",
            "navigator",
            "parseFloat",
            "parseInt",
            "performance",
            "process",
            "queueMicrotask",
            "reportError",
            "require",
            "self",
            "setImmediate",
            "setInterval",
            "setTimeout",
            "structuredClone",
            "undefined",
            "unescape",
        ])
    );
}

#[tokio::test]
async fn a_call_made_while_the_result_is_read_is_cancelled() {
    let result = run("({ toJSON() { codemode.never(); return 1 } })").await;
    assert_eq!(result.outcome, Ok(json!(1)));
    assert_eq!(result.calls[0].outcome, CallOutcome::Cancelled);
    still_works().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_runs_see_only_their_own_values() {
    let runs: Vec<_> = (0..400)
        .map(|n| {
            let code = format!("globalThis.mine = {n}; await codemode.sleep({}); return [mine, await codemode.echo(mine)]", n % 7);
            tokio::spawn(async move { execute(codecell_tests::with_tools(ExecuteRequest::new(code))).await })
        })
        .collect();
    for (n, run) in runs.into_iter().enumerate() {
        assert_eq!(run.await.unwrap().outcome, Ok(json!([n, n])));
    }
}
