//! What is kept of console output.

use codecell::{ExecuteRequest, Limits, LogLevel};
use codecell_tests::{execute, run};

async fn lines(code: &str) -> Vec<String> {
    let result = run(code).await;
    assert!(result.outcome.is_ok(), "{:?}", result.outcome);
    result.logs.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn every_method_leaves_a_line_of_its_level() {
    let result =
        run("for (const m of ['debug', 'info', 'log', 'warn', 'error']) console[m](m)").await;
    let levels: Vec<_> = result
        .logs
        .iter()
        .map(|line| (line.level, line.text.as_str()))
        .collect();
    assert_eq!(
        levels,
        [
            (LogLevel::Debug, "debug"),
            (LogLevel::Info, "info"),
            (LogLevel::Log, "log"),
            (LogLevel::Warn, "warn"),
            (LogLevel::Error, "error"),
        ]
    );
}

#[tokio::test]
async fn values_are_printed_as_node_prints_them() {
    let code = r#"
        console.log('a', 1, { a: { b: { c: {} } }, d: [1, 'x'] });
        console.log(new Map([['k', { v: 1 }]]), new Set([1]), [undefined, , null], -0, 10n, Symbol('s'));
        const o = { name: 'o' }; o.self = o; console.log(o);
        console.log({ get trap() { throw new Error('ran') } }, Object.create(null), class A {}, function f() {});
        console.log('%s has %d items', 'cart', 3, { x: 1 });
        console.log(Promise.resolve(4), new Proxy({ t: 1 }, { get() { throw 1 } }), new Uint8Array([1, 2]));
        console.log();
    "#;
    assert_eq!(
        lines(code).await,
        [
            "a 1 { a: { b: { c: {} } }, d: [ 1, 'x' ] }",
            "Map(1) { 'k' => { v: 1 } } Set(1) { 1 } [ undefined, <1 empty item>, null ] -0 10n Symbol(s)",
            "<ref *1> { name: 'o', self: [Circular *1] }",
            "{ trap: [Getter] } [Object: null prototype] {} [class A] [Function: f]",
            "cart has 3 items { x: 1 }",
            "Promise { 4 } { t: 1 } Uint8Array(2) [ 1, 2 ]",
            "",
        ]
    );
}

#[tokio::test]
async fn the_other_methods_do_what_they_do_in_node() {
    let code = r"
        console.group('outer'); console.log('in\nside'); console.groupEnd(); console.log('out');
        console.count(); console.count(); console.countReset(); console.count();
        console.assert(true, 'no'); console.assert(false, 'why %d', 1);
        console.time('t'); console.timeEnd('t'); console.timeEnd('t');
        console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 });
        console.table([{ a: 1, b: 'x' }, { a: 2 }]);
    ";
    assert_eq!(
        lines(code).await,
        [
            "outer",
            "  in\n  side",
            "out",
            "default: 1",
            "default: 2",
            "default: 1",
            "[error] Assertion failed: why 1",
            "t: 0ms",
            "[warn] Warning: No such label 't' for console.timeEnd()",
            "{ a: [Object] }",
            "┌─────────┬───┬─────┐\n│ (index) │ a │  b  │\n├─────────┼───┼─────┤\n│    0    │ 1 │ 'x' │\n│    1    │ 2 │     │\n└─────────┴───┴─────┘",
        ]
    );
}

#[tokio::test]
async fn console_works_when_a_program_has_replaced_everything() {
    let code = "const { log } = console;
        for (const k of Reflect.ownKeys(Array.prototype)) if (k !== 'constructor') try { Array.prototype[k] = () => { throw 1 } } catch {}
        String.prototype.slice = Map.prototype.get = JSON.stringify = Reflect.apply = () => { throw 2 };
        Object.prototype.get = () => 'forged'; delete globalThis.String;
        log({ a: [1, 2] })";
    assert_eq!(lines(code).await, ["{ a: [ 1, 2 ] }"]);
}

#[tokio::test]
async fn output_over_the_limit_is_counted_and_said() {
    let limits = Limits::default().log_bytes(10);
    let request =
        ExecuteRequest::new("console.log('12345678'); console.log('abcdé'); console.log('x'); 1");
    let result = execute(request.limits(limits)).await;
    let lines: Vec<_> = result.logs.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(
        lines,
        [
            "12345678",
            "ab",
            "[console output is over its limit: 5 bytes dropped, 1 whole lines among them]"
        ]
    );
}
