//! What counts as a program, and what it may import.

use codecell::{ExecuteErrorKind, ExecuteRequest};
use codecell_tests::{error, execute, value};
use serde_json::json;

#[tokio::test]
async fn every_way_to_write_a_program_gives_its_value() {
    for code in [
        "async () => 42",
        "() => 42",
        "async () => { return 42; };",
        "// a comment\nasync function main() { return 42 }\nmain",
        "40 + 2",
        "const a = 40; a + 2",
        "const a = await Promise.resolve(40); a + 2",
        "const a = 40;\nreturn a + 2;",
        "return await Promise.resolve(42) // done",
        "export default async () => 42",
        "export default 42",
        "({ then(resolve) { resolve(42) } })",
    ] {
        assert_eq!(value(code).await, json!(42), "{code}");
    }
}

#[tokio::test]
async fn a_program_without_a_value_gives_null() {
    for code in ["", "async () => {}", "let x = 1;", "undefined"] {
        assert_eq!(value(code).await, json!(null), "{code}");
    }
}

#[tokio::test]
async fn programs_are_strict() {
    assert_eq!(
        error("undeclared = 1").await.message,
        "undeclared is not defined"
    );
}

#[tokio::test]
async fn input_is_the_argument_and_a_global() {
    let request = ExecuteRequest::new("async (given) => [given, input, given === input]");
    let request = request.input(json!({ "n": 1 })).unwrap();

    let result = execute(request).await;

    assert_eq!(result.outcome, Ok(json!([{ "n": 1 }, { "n": 1 }, true])));
}

#[tokio::test]
async fn modules_given_with_the_run_can_be_imported_in_both_ways() {
    let with_modules = |code: &str| {
        ExecuteRequest::new(code)
            .module(
                "helpers.js",
                "import { twice } from './twice.js'; export const f = n => twice(n)",
            )
            .module("twice.js", "export const twice = n => 2 * n")
    };

    let dynamic = "async () => { const { f } = await import('helpers.js'); return f(21) }";
    assert_eq!(execute(with_modules(dynamic)).await.outcome, Ok(json!(42)));
    let fixed = "import { f } from 'helpers.js'; export default () => f(21)";
    assert_eq!(execute(with_modules(fixed)).await.outcome, Ok(json!(42)));
}

#[tokio::test]
async fn importing_anything_else_says_what_may_be_imported() {
    let alone = error("const name = 'fs'; import(name)").await;
    assert_eq!(
        alone.message,
        "Cannot find module 'fs': there are no files here; keep data in variables and return what matters."
    );

    let request = ExecuteRequest::new("const name = 'fs'; import(name)")
        .module("a.js", "")
        .module("b.js", "");
    let listed = execute(request).await.outcome.unwrap_err();
    assert_eq!(
        listed.message,
        "Cannot find module \"fs\": this program may import \"a.js\", \"b.js\""
    );
}

#[tokio::test]
async fn syntax_errors_name_the_place_in_the_text_as_it_was_written() {
    for (code, line) in [
        ("const b = ;", 1),
        ("const a = 1;\nconst b = ;", 2),
        ("const a = 1;\nreturn a +;", 2),
        ("const a = await 1;\n\nconst c = a +* 2;", 3),
        ("async () => {\n  await 1;\n  let x = @;\n}", 3),
    ] {
        let error = error(code).await;
        assert_eq!(error.kind, ExecuteErrorKind::Syntax, "{code}");
        assert_eq!(
            error.position.map(|at| at.line),
            Some(line),
            "{code}: {error:?}"
        );
    }
}

#[tokio::test]
async fn eval_gives_nothing_new() {
    let code = "return [eval('1 + 1'), new Function('return typeof module')(), \
                Object.keys(globalThis).filter(k => /codecell|javy|native|harness/i.test(k))]";

    assert_eq!(value(code).await, json!([2, "undefined", []]));
}

#[tokio::test]
async fn timers_wait_and_fire_in_order() {
    let code = "const seen = [];
        setTimeout(() => seen.push('b'), 10);
        setTimeout((...args) => seen.push('a', ...args), 5, 1, 2);
        clearTimeout(setTimeout(() => seen.push('never'), 1));
        let n = 0;
        await new Promise(done => { const h = setInterval(() => { if (++n === 3) { clearInterval(h); done() } }, 6) });
        return [seen, n]";

    assert_eq!(value(code).await, json!([["a", 1, 2, "b"], 3]));
}
