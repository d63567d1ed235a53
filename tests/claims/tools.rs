//! What a program can call, and what comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use codecell::{
    CallOutcome, CancellationToken, ErrorKind, ExecuteRequest, Executor as _, Limits, Tool,
    ToolFailure, ToolProvider,
};
use codecell_tests::{error, execute, run, sandbox, still_works, value, with_tools};
use serde_json::json;

#[tokio::test]
async fn all_arguments_are_passed_in_their_order() {
    assert_eq!(
        value("codemode.args(1, 'x', undefined, { a: [null] })").await,
        json!([1, "x", null, { "a": [null] }])
    );
    assert_eq!(value("codemode.args()").await, json!([]));
}

#[tokio::test]
async fn undefined_and_null_are_told_apart() {
    let code = "[await codemode.nothing() === undefined, await codemode.echo(null) === null]";
    assert_eq!(value(code).await, json!([true, true]));
}

#[tokio::test]
async fn namespaces_list_their_tools_and_nothing_else_is_a_call() {
    let code = "const n = codemode;
        const none = [await n === n, n.then, n.toJSON, n.__proto__, n[Symbol.iterator], `${n}`, 'nope' in n];
        n.local = () => 'mine';
        return [Object.keys(n).sort(), 'echo' in n, none, n.local()]";
    let result = run(code).await;
    assert_eq!(
        result.outcome,
        Ok(json!([
            ["args", "echo", "fail", "local", "never", "nothing", "sleep"],
            true,
            [true, null, null, null, null, "[object codemode]", false],
            "mine"
        ]))
    );
    assert_eq!(result.calls, []);
}

#[tokio::test]
async fn unknown_tools_are_errors_that_name_the_closest() {
    assert_eq!(
        error("codemode.ecoh(1)").await.message,
        "Tool \"ecoh\" not found. Did you mean \"echo\"?"
    );
    assert_eq!(
        error("codemode.zzz(1)").await.message,
        "Tool \"zzz\" not found"
    );
    for inherited in ["constructor", "toString", "hasOwnProperty", "valueOf"] {
        let message = error(&format!("codemode.{inherited}({{ a: 1 }})"))
            .await
            .message;
        assert_eq!(message, format!("Tool \"{inherited}\" not found"));
    }
}

#[tokio::test]
async fn a_failure_carries_its_message_name_and_data() {
    let lookup = Tool::from_fn("lookup", |_, _| async move {
        Err::<(), _>(
            ToolFailure::new("no row")
                .name("NotFound")
                .data(json!({ "id": 7 })),
        )
    });
    let code = "try { await codemode.lookup() } catch (e) { return [e instanceof Error, e.name, e.message, e.data] }";
    let result = execute(ExecuteRequest::new(code).tool(lookup)).await;
    assert_eq!(
        result.outcome,
        Ok(json!([true, "NotFound", "no row", { "id": 7 }]))
    );
    assert_eq!(
        result.calls[0].outcome,
        CallOutcome::Failed("no row".to_owned())
    );
}

#[tokio::test]
async fn a_tool_that_panics_fails_and_nothing_else() {
    let broken = Tool::from_fn("broken", |_, _| async move {
        let numbers: Vec<u8> = Vec::new();
        Ok(numbers[0])
    });
    let result = execute(ExecuteRequest::new("codemode.broken()").tool(broken)).await;
    let error = result.outcome.unwrap_err();
    assert_eq!(
        error.message,
        "The tool failed because of a fault of its own"
    );
    still_works().await;
}

#[tokio::test]
async fn arguments_are_a_copy_made_at_the_call() {
    let code = "const a = { n: 1 }; const p = codemode.echo(a); a.n = 2; const got = await p; got.n += 10; return [got, a]";
    assert_eq!(value(code).await, json!([{ "n": 11 }, { "n": 2 }]));
}

#[tokio::test]
async fn a_hundred_calls_run_at_once() {
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let slow = Tool::from_fn("slow", move |_, _| {
        let (running, most) = (Arc::clone(&running), Arc::clone(&most));
        async move {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(10)).await;
            running.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        }
    });
    let code =
        "(await Promise.all(Array.from({ length: 100 }, (_, n) => codemode.slow(n)))).length";
    let result = execute(ExecuteRequest::new(code).tool(slow)).await;
    assert_eq!(result.outcome, Ok(json!(100)));
    assert_eq!(seen.load(Ordering::SeqCst), 100);
}

#[tokio::test]
async fn a_call_starts_when_it_is_made_and_not_when_it_is_awaited() {
    let started = Arc::new(AtomicUsize::new(0));
    let (mark_count, look_count) = (Arc::clone(&started), Arc::clone(&started));
    let mark = Tool::from_fn("mark", move |_, _| {
        let started = Arc::clone(&mark_count);
        async move { Ok(started.fetch_add(1, Ordering::SeqCst)) }
    });
    let look = Tool::from_fn("look", move |_, _| {
        let seen = look_count.load(Ordering::SeqCst);
        async move { Ok(seen) }
    });
    let code = "codemode.mark(); codemode.mark(); return await codemode.look()";
    let result = execute(ExecuteRequest::new(code).tool(mark).tool(look)).await;
    assert_eq!(result.outcome, Ok(json!(2)));
}

#[tokio::test]
async fn calls_in_flight_at_the_end_are_cancelled_and_listed() {
    let token = Arc::new(std::sync::Mutex::new(None::<CancellationToken>));
    let kept = Arc::clone(&token);
    let wait = Tool::from_fn("wait", move |_, context| {
        *kept.lock().unwrap() = Some(context.cancellation);
        std::future::pending::<Result<(), ToolFailure>>()
    });
    let result = execute(ExecuteRequest::new("codemode.wait(); return 1").tool(wait)).await;
    assert_eq!(result.outcome, Ok(json!(1)));
    assert_eq!(result.calls[0].outcome, CallOutcome::Cancelled);
    assert!(token.lock().unwrap().as_ref().unwrap().is_cancelled());
}

#[tokio::test]
async fn the_list_of_calls_tells_what_happened_in_order() {
    let code = "await codemode.echo({ a: 1 }); try { await codemode.fail('no') } catch {} await codemode.sleep(20);";
    let result = run(code).await;
    let calls: Vec<_> = result
        .calls
        .iter()
        .map(|call| {
            (
                call.seq,
                call.namespace.as_str(),
                call.name.as_str(),
                &call.args,
                &call.outcome,
            )
        })
        .collect();
    assert_eq!(
        calls,
        [
            (
                0,
                "codemode",
                "echo",
                &json!([{ "a": 1 }]),
                &CallOutcome::Returned
            ),
            (
                1,
                "codemode",
                "fail",
                &json!(["no"]),
                &CallOutcome::Failed("no".to_owned())
            ),
            (2, "codemode", "sleep", &json!([20]), &CallOutcome::Returned),
        ]
    );
    assert!(
        result.calls[2].duration >= Duration::from_millis(19),
        "{:?}",
        result.calls[2]
    );
}

#[tokio::test]
async fn tools_know_their_run_and_their_place_in_it() {
    let who = Tool::from_fn("who", |_, context| async move {
        Ok((context.execution_id.to_string(), context.seq))
    });
    let request = ExecuteRequest::new("[await codemode.who(), await codemode.who()]")
        .tool(who)
        .execution_id("run-7");
    assert_eq!(
        execute(request).await.outcome,
        Ok(json!([["run-7", 0], ["run-7", 1]]))
    );
}

#[tokio::test]
async fn names_are_sanitized_and_several_namespaces_live_side_by_side() {
    let one = Tool::from_fn("github.list-issues", |_, _| async move { Ok("issues") });
    let two = Tool::from_fn("query", |_, _| async move { Ok("rows") });
    let request = ExecuteRequest::new("[await codemode.github_list_issues(), await db.query()]")
        .tool(one)
        .provider(ToolProvider::new("db").tool(two));
    assert_eq!(
        execute(request).await.outcome,
        Ok(json!(["issues", "rows"]))
    );
}

#[tokio::test]
async fn a_hosts_mistakes_are_errors_with_the_texts_of_the_reference() {
    let tool = |name: &str| Tool::from_fn(name, |_, _| async move { Ok(()) });
    let cases = [
        (
            ExecuteRequest::new("").provider(ToolProvider::new("console")),
            "Provider name \"console\" is reserved",
        ),
        (
            ExecuteRequest::new("").provider(ToolProvider::new("class")),
            "Provider name \"class\" is reserved",
        ),
        (
            ExecuteRequest::new("").provider(ToolProvider::new("my-ns")),
            "Provider name \"my-ns\" is not a valid JavaScript identifier",
        ),
        (
            ExecuteRequest::new("")
                .provider(ToolProvider::new("a"))
                .provider(ToolProvider::new("a")),
            "Duplicate provider name \"a\"",
        ),
        (
            ExecuteRequest::new("").tool(tool("a-b")).tool(tool("a.b")),
            "Tool names \"a-b\" and \"a.b\" both sanitize to \"a_b\" in provider \"codemode\"",
        ),
        (
            ExecuteRequest::new("").tool(tool("then")),
            "Tool name \"then\" is reserved",
        ),
    ];
    for (request, message) in cases {
        assert_eq!(
            sandbox().execute(request).await.unwrap_err().to_string(),
            message
        );
    }
    let request = ExecuteRequest::new("").limits(Limits::default().memory_bytes(usize::MAX));
    assert!(matches!(
        sandbox().execute(request).await.unwrap_err().kind(),
        ErrorKind::Limit(_)
    ));
}

#[tokio::test]
async fn dropping_the_run_drops_its_calls_and_frees_its_cell() {
    struct Noted(Arc<AtomicUsize>);
    impl Drop for Noted {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let dropped = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&dropped);
    let hold = Tool::from_fn("hold", move |_, _| {
        let noted = Noted(Arc::clone(&count));
        async move {
            std::future::pending::<()>().await;
            drop(noted);
            Ok(())
        }
    });
    let run = sandbox().execute(ExecuteRequest::new("await codemode.hold()").tool(hold));
    assert!(
        tokio::time::timeout(Duration::from_millis(200), run)
            .await
            .is_err()
    );
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
    still_works().await;
}

#[tokio::test]
async fn a_token_cancels_a_run_that_waits_and_one_that_computes() {
    for code in ["await codemode.never()", "for (;;);"] {
        let token = CancellationToken::new();
        let request = with_tools(ExecuteRequest::new(code)).cancellation(token.clone());
        let cancel = async {
            tokio::time::sleep(Duration::from_millis(30)).await;
            token.cancel();
        };
        let (result, ()) = tokio::join!(execute(request), cancel);
        assert_eq!(
            result.outcome.unwrap_err().kind.as_str(),
            "cancelled",
            "{code}"
        );
        still_works().await;
    }
}

#[tokio::test]
async fn a_busy_cell_lets_others_run_on_the_same_thread() {
    let limits = Limits::default().guest_time(Duration::from_millis(300));
    let busy = execute(ExecuteRequest::new("for (;;);").limits(limits));
    let other = async {
        let began = Instant::now();
        still_works().await;
        began.elapsed()
    };
    let (busy, elapsed) = tokio::join!(busy, other);
    let busy = busy.outcome.unwrap_err();
    assert_eq!(busy.kind.as_str(), "timeout");
    assert!(
        elapsed < Duration::from_millis(300),
        "the other run waited for {elapsed:?}"
    );
}
