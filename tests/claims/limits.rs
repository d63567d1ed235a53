//! Each limit, met: its kind, its words, and that no program goes on after it.

use std::time::Duration;

use codecell::ExecuteErrorKind as Kind;
use codecell::{ExecuteRequest, Limits, Tool};
use codecell_tests::{error, error_under, execute, still_works, value};
use serde_json::json;

/// A program that would go on after any exception.
fn stubborn(body: &str) -> String {
    format!("for (;;) {{ try {{ {body} }} catch {{}} finally {{ continue }} }}")
}

#[tokio::test]
async fn fuel_stops_an_endless_loop_at_the_same_place_every_time() {
    let code = "let n = 0; for (;;) { n++; if (n % 1000 === 0) console.log(n) }";
    let run = || async {
        let limits = Limits::default().fuel(30_000_000);
        execute(ExecuteRequest::new(code).limits(limits)).await
    };
    let (first, second) = (run().await, run().await);
    let error = first.outcome.unwrap_err();
    assert_eq!(error.kind, Kind::Fuel);
    assert_eq!(
        error.message,
        "fuel limit exceeded: all 30000000 units used; do less work per program"
    );
    assert!(first.logs.len() > 10);
    assert_eq!(first.logs, second.logs);
    assert_eq!(first.cost.fuel, Some(30_000_000));
    still_works().await;
}

#[tokio::test]
async fn fuel_is_reported_and_the_same_for_the_same_program() {
    let run = || async {
        execute(
            ExecuteRequest::new("[3, 1, 2].sort()")
                .limits(Limits::default().fuel(50_000_000))
                .seed(1),
        )
        .await
    };
    let (first, second) = (run().await, run().await);
    assert_eq!(first.outcome, Ok(json!([1, 2, 3])));
    assert_eq!(first.cost.fuel, second.cost.fuel);
    assert_eq!(execute(ExecuteRequest::new("1")).await.cost.fuel, None);
}

#[tokio::test]
async fn fuel_cannot_be_caught() {
    let (kind, _) = error_under(Limits::default().fuel(20_000_000), &stubborn("for (;;);")).await;
    assert_eq!(kind, Kind::Fuel);
}

#[tokio::test]
async fn guest_time_stops_loops_and_the_built_ins_of_quickjs() {
    for code in [
        "for (;;);".to_owned(),
        stubborn("for (;;);"),
        "/(a+)+$/.test('a'.repeat(40) + 'b')".to_owned(),
        "Array.from({ length: 3000 }, (_, n) => n).sort(() => { for (let i = 0; i < 1e5; i++); return 1 })".to_owned(),
        "for (;;) [].concat(Array(1e5).fill(0)).indexOf(1)".to_owned(),
        "async () => { for (;;) await null }".to_owned(),
        "({ toJSON() { for (;;); } })".to_owned(),
        "({ get x() { for (;;); } })".to_owned(),
        "throw { get message() { for (;;); } }".to_owned(),
        "const n = 3n ** 20000n; let m = n; for (;;) m = (m * n) % (n + 1n)".to_owned(),
    ] {
        let limits = Limits::default().guest_time(Duration::from_millis(100));
        let (kind, message) = error_under(limits, &code).await;
        assert_eq!(kind, Kind::Timeout, "{code}: {message}");
        assert_eq!(message, "Execution timed out: the program computed for 100 ms; do less work");
    }
}

#[tokio::test]
async fn guest_time_does_not_run_while_a_tool_works() {
    let limits = Limits::default().guest_time(Duration::from_millis(100));
    let result = execute(
        codecell_tests::with_tools(ExecuteRequest::new("await codemode.sleep(150); return 1"))
            .limits(limits),
    )
    .await;
    assert_eq!(result.outcome, Ok(json!(1)));
    assert!(result.cost.guest_time < Duration::from_millis(100));
    assert!(result.cost.wall_time >= Duration::from_millis(149));
}

#[tokio::test]
async fn wall_time_ends_a_run_that_waits_for_a_tool_or_a_timer() {
    for code in [
        "await codemode.never()",
        "await new Promise(r => setTimeout(r, 60_000))",
        "for (;;) await codemode.echo(1)",
    ] {
        let limits = Limits::default()
            .wall_time(Duration::from_millis(80))
            .calls(usize::MAX);
        let (kind, message) = error_under(limits, code).await;
        assert_eq!(
            (kind, message.as_str()),
            (Kind::Timeout, "Execution timed out"),
            "{code}"
        );
    }
}

#[tokio::test]
async fn memory_ends_the_run_wherever_it_is_taken() {
    for code in [
        "const a = []; for (;;) a.push(new Array(1000).fill(1))",
        "new Array(1e9) + ''",
        "'a'.repeat(2 ** 29)",
        "new ArrayBuffer(2 ** 30)",
        "JSON.stringify(Array(2e7).fill('abcdefgh'))",
        "const a = []; try { for (;;) a.push(new Uint8Array(1 << 20)) } catch { return 'went on' }",
    ] {
        let limits = Limits::default().memory_bytes(32 << 20);
        let (kind, message) = error_under(limits, code).await;
        assert_eq!(kind, Kind::Memory, "{code}: {message}");
        assert_eq!(
            message,
            "The program needs more than 33554432 bytes of memory; hold less at once"
        );
    }
}

#[tokio::test]
async fn stack_overflow_is_a_range_error_that_the_program_can_catch() {
    for body in [
        "const f = n => f(n + 1); f(0)",
        "const o = {}; let c = o; for (let i = 0; i < 1e5; i++) c = c.a = {}; JSON.stringify(o)",
        "JSON.parse('['.repeat(1e5))",
        "eval('('.repeat(1e5))",
        "eval('[' .repeat(1e5))",
        "const p = new Proxy({}, { get: (t, k, r) => r[k] }); p.x",
        "const a = []; a[0] = a; class A { toString() { return `${this}` } } `${new A()}`",
        "[1].map(function g() { return [1].map(g) })",
        "'a'.replace(/a/, function g() { return 'a'.replace(/a/, g) })",
    ] {
        let code = format!("try {{ {body} }} catch (e) {{ return [e.name, e.message] }}");
        assert_eq!(
            value(&code).await,
            json!(["RangeError", "Maximum call stack size exceeded"]),
            "{body}"
        );
    }
    let uncaught = error("const f = n => f(n + 1); f(0)").await;
    assert_eq!(
        (uncaught.kind, uncaught.message.as_str()),
        (Kind::Stack, "Maximum call stack size exceeded")
    );
    still_works().await;
}

#[tokio::test]
async fn the_largest_stack_that_can_be_set_still_overflows_as_a_range_error() {
    let limits = Limits::default().stack_bytes(1 << 20);
    for body in [
        "JSON.parse('['.repeat(1e6))",
        "eval('('.repeat(2e5))",
        "const f = n => f(n + 1); f(0)",
    ] {
        let code = format!("try {{ {body} }} catch (e) {{ return e.name }}");
        let result = execute(ExecuteRequest::new(code).limits(limits.clone())).await;
        assert_eq!(result.outcome, Ok(json!("RangeError")), "{body}");
    }
}

#[tokio::test]
async fn calls_are_limited_in_number_in_flight_and_in_bytes() {
    for (limits, code, message) in [
        (
            Limits::default().calls(3),
            stubborn("await codemode.echo(1)"),
            "The program made more than 3 tool calls; fetch more with each call",
        ),
        (
            Limits::default().calls_in_flight(2),
            "Promise.all([1, 2, 3].map(n => codemode.sleep(n)))".to_owned(),
            "More than 2 tool calls were under way at once; await them in batches",
        ),
        (
            Limits::default().argument_bytes(100),
            stubborn("await codemode.echo('x'.repeat(200))"),
            "The arguments of a tool call are over 100 bytes of JSON; pass less, or a reference",
        ),
        (
            Limits::default().total_argument_bytes(100),
            stubborn("await codemode.echo('x'.repeat(40))"),
            "The arguments of all tool calls are over 100 bytes of JSON",
        ),
    ] {
        let code = format!("async () => {{ {code} }}");
        let code = code.replace("{ Promise.all", "{ return Promise.all");
        assert_eq!(
            error_under(limits, &code).await,
            (Kind::CallLimit, message.to_owned())
        );
    }
}

#[tokio::test]
async fn results_are_limited_the_programs_and_the_tools() {
    let limits = Limits::default().result_bytes(100);
    let message = "The result is over 100 bytes of JSON; return less, or a summary".to_owned();
    assert_eq!(
        error_under(limits.clone(), "'x'.repeat(200)").await,
        (Kind::ResultTooLarge, message.clone())
    );
    assert_eq!(
        error_under(limits, "Array(200).fill(0)").await,
        (Kind::ResultTooLarge, message)
    );

    let limits = Limits::default().tool_result_bytes(100);
    let big = Tool::from_fn("big", |_, _| async move { Ok("x".repeat(200)) });
    let result = execute(
        ExecuteRequest::new("try { await codemode.big() } catch { return 1 }")
            .tool(big)
            .limits(limits),
    )
    .await;
    let error = result.outcome.unwrap_err();
    assert_eq!(
        (error.kind, error.message.as_str()),
        (
            Kind::ResultTooLarge,
            "A tool answered more than 100 bytes of JSON; ask it for less"
        )
    );
}

#[tokio::test]
async fn a_program_that_is_too_long_is_not_read() {
    let (kind, message) = error_under(Limits::default().source_bytes(10), "1 + 1 + 1 + 1").await;
    assert_eq!(
        (kind, message.as_str()),
        (
            Kind::SourceTooLarge,
            "The program is over 10 bytes; write a shorter one"
        )
    );
}

#[tokio::test]
async fn more_runs_than_cells_queue_in_order() {
    let sandbox = codecell::Sandbox::builder().cells(1).build();
    let order = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let runs = (0..20).map(|n| {
        let order = std::sync::Arc::clone(&order);
        let mark = Tool::from_fn("mark", move |args, _| {
            let order = std::sync::Arc::clone(&order);
            async move {
                order.lock().unwrap().push(args.get::<u32>(0)?);
                Ok(())
            }
        });
        let request = ExecuteRequest::new(format!("codemode.mark({n})")).tool(mark);
        let sandbox = sandbox.clone();
        async move {
            codecell::Executor::execute(&sandbox, request)
                .await
                .unwrap()
                .outcome
                .unwrap()
        }
    });
    let runs: Vec<_> = runs.map(Box::pin).collect();
    futures_util::future::join_all(runs).await;
    let order = order.lock().unwrap().clone();
    assert_eq!(order, (0..20).collect::<Vec<u32>>());
}

#[tokio::test]
async fn a_thousand_runs_can_wait_at_once() {
    let sandbox = codecell::Sandbox::builder().cells(1_000).build();
    let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    let waiting = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    let runs: Vec<_> = (0..1_000)
        .map(|n| {
            let (gate, waiting) = (
                std::sync::Arc::clone(&gate),
                std::sync::Arc::clone(&waiting),
            );
            let wait = Tool::from_fn("wait", move |_, _| {
                let (gate, waiting) = (
                    std::sync::Arc::clone(&gate),
                    std::sync::Arc::clone(&waiting),
                );
                async move {
                    waiting.add_permits(1);
                    let _ = gate.acquire().await;
                    Ok(())
                }
            });
            let request =
                ExecuteRequest::new(format!("await codemode.wait(); return {n}")).tool(wait);
            let sandbox = sandbox.clone();
            tokio::spawn(async move {
                codecell::Executor::execute(&sandbox, request)
                    .await
                    .unwrap()
                    .outcome
            })
        })
        .collect();
    let _all = waiting.acquire_many(1_000).await.unwrap();
    gate.close();
    for (n, run) in runs.into_iter().enumerate() {
        assert_eq!(run.await.unwrap(), Ok(json!(n)));
    }
}
