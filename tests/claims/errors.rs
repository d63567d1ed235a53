//! How a program that fails is reported.

use codecell::{ExecuteErrorKind, Position};
use codecell_tests::{error, run, still_works, value};
use serde_json::json;

#[tokio::test]
async fn whatever_is_thrown_is_an_error() {
    for (code, message, name) in [
        ("throw 'text'", "text", None),
        ("throw 42", "42", None),
        ("throw null", "null", None),
        ("throw undefined", "undefined", None),
        ("Promise.reject()", "undefined", None),
        ("throw new Error('')", "Error", Some("Error")),
        ("throw { message: 'm' }", "m", Some("Object")),
        ("throw { code: 5 }", "{ code: 5 }", Some("Object")),
        (
            "class Mine extends Error {}; throw new Mine('own')",
            "own",
            Some("Mine"),
        ),
        (
            "null.x",
            "cannot read property 'x' of null",
            Some("TypeError"),
        ),
    ] {
        let error = error(code).await;
        let found = (error.kind, error.message.as_str(), error.name.as_deref());
        assert_eq!(
            found,
            (ExecuteErrorKind::Exception, message, name),
            "{code}"
        );
    }
    still_works().await;
}

#[tokio::test]
async fn an_exception_has_its_stack_and_place() {
    let error = error(
        "function inner() {\n  throw new Error('boom');\n}\nconst outer = () => inner();\nouter();",
    )
    .await;

    assert_eq!(error.position, Some(Position { line: 2, column: 9 }));
    let stack = error.stack.unwrap();
    let functions: Vec<_> = stack
        .lines()
        .map(|line| line.trim().split(' ').nth(1).unwrap())
        .collect();
    assert_eq!(functions[..2], ["inner", "outer"], "{stack}");
}

#[tokio::test]
async fn places_are_right_behind_a_top_level_return() {
    let error = error("const a = 1;\nif (a) throw new Error('here');\nreturn 2;").await;
    assert_eq!(error.position.unwrap().line, 2);
}

#[tokio::test]
async fn a_tool_failure_that_is_not_caught_has_its_own_kind_and_the_place_of_the_await() {
    let error =
        error("async () => {\n  const x = 1;\n  await codemode.fail('no such file');\n}").await;
    assert_eq!(error.kind, ExecuteErrorKind::Tool);
    assert_eq!(
        (error.message.as_str(), error.name.as_deref()),
        ("no such file", Some("ToolError"))
    );
    assert_eq!(
        error.position.map(|at| at.line),
        Some(3),
        "{:?}",
        error.stack
    );
}

#[tokio::test]
async fn a_program_that_waits_for_nothing_is_told_so_at_once() {
    let error = error("await new Promise(() => {})").await;
    assert_eq!(error.kind, ExecuteErrorKind::Deadlock);
    assert_eq!(
        error.message,
        "The program awaits a promise that nothing can settle: no tool call and no timer is pending. Resolve it, or do not await it."
    );
    still_works().await;
}

#[tokio::test]
async fn errors_full_of_traps_are_still_reported() {
    for code in [
        "throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } })",
        "throw { get message() { throw 1 }, get stack() { throw 2 }, get name() { throw 3 } }",
        "throw Object.create(null)",
        "Error.prepareStackTrace = () => { throw 1 }; throw new Error('x')",
        "Error.prepareStackTrace = (_, sites) => ({ sites }); throw new Error('x')",
    ] {
        assert_eq!(
            error(code).await.kind,
            ExecuteErrorKind::Exception,
            "{code}"
        );
    }
    still_works().await;
}

#[tokio::test]
async fn stack_frames_do_not_hand_out_functions() {
    let code = "Error.prepareStackTrace = (_, sites) => sites; return typeof new Error().stack[0].getFunction";
    assert_eq!(value(code).await, json!("undefined"));
}

#[tokio::test]
async fn an_exception_in_a_timer_ends_the_run() {
    let error =
        error("setTimeout(() => { throw new Error('late') }, 1); await codemode.never()").await;
    assert_eq!(
        (error.kind, error.message.as_str()),
        (ExecuteErrorKind::Exception, "late")
    );
}

#[tokio::test]
async fn a_rejection_that_nobody_handles_is_told_and_ends_nothing() {
    for (code, told) in [
        (
            "Promise.reject(new TypeError('lost')); return 1",
            vec!["TypeError: lost"],
        ),
        (
            "(async () => { await null; throw { message: 'plain' } })(); return 1",
            vec!["Object: plain"],
        ),
        (
            "Promise.reject('text'); Promise.reject(7); return 1",
            vec!["text", "7"],
        ),
        (
            "const p = codemode.fail('tool'); await codemode.sleep(20); return 1",
            vec!["ToolError: tool"],
        ),
        // Handled late is handled.
        (
            "const p = Promise.reject(1); await null; await codemode.sleep(5); p.catch(() => {}); return 1",
            vec![],
        ),
        (
            "await Promise.allSettled([Promise.reject(1), Promise.reject(2)]); return 1",
            vec![],
        ),
        (
            "await Promise.race([Promise.resolve(), Promise.reject(2)]); return 1",
            vec![],
        ),
        (
            "await Promise.all([Promise.reject(1), Promise.reject(2)]).catch(() => {}); return 1",
            vec![],
        ),
        (
            "const stream = new ReadableStream({ start(c) { c.error(1) } }); stream.getReader(); return 1",
            vec![],
        ),
        (
            "AbortSignal.abort(); AbortSignal.timeout(1); await codemode.sleep(10); return 1",
            vec![],
        ),
    ] {
        let result = run(code).await;
        let lines: Vec<String> = result.logs.iter().map(|line| line.text.clone()).collect();
        let told: Vec<String> = told
            .iter()
            .map(|it| format!("Unhandled rejection: {it}"))
            .collect();
        assert_eq!(
            (result.outcome, lines),
            (Ok(serde_json::json!(1)), told),
            "{code}"
        );
    }
}

#[tokio::test]
async fn the_rejection_that_ends_a_program_is_told_once() {
    for code in [
        "throw new Error('end')",
        "async () => { throw new Error('end') }",
        "await Promise.reject(new Error('end'))",
        "return Promise.reject(new Error('end'))",
    ] {
        let result = run(code).await;
        assert_eq!(result.outcome.unwrap_err().message, "end");
        assert_eq!(result.logs.len(), 0, "{code}");
    }
}

#[tokio::test]
async fn many_rejections_are_told_in_few_lines() {
    let result = run("for (let i = 0; i < 500; i += 1) Promise.reject(i); return 1").await;
    let lines: Vec<&str> = result.logs.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(
        (lines.len(), lines[0], lines[10]),
        (
            11,
            "Unhandled rejection: 0",
            "Unhandled rejections besides these: 490",
        )
    );
}
