//! Reading what a model wrote: shapes, TypeScript, places, and texts made to hurt.

use codecell::{ExecuteErrorKind, ExecuteRequest, Position, normalize};
use codecell_tests::{error, execute, run, still_works, value};
use serde_json::{Value, json};

#[tokio::test]
async fn every_shape_gives_its_value() {
    let cases = [
        ("async () => 1", json!(1)),
        ("(async () => { return 1 })", json!(1)),
        ("function main() { return 1 }", json!(1)),
        ("const main = async () => 1;", json!(1)),
        ("async function run() { return 1 }\nrun();", json!(1)),
        ("export default async () => 1", json!(1)),
        ("export default async function () { return 1 }", json!(1)),
        ("export default { a: 1 }", json!({ "a": 1 })),
        ("const x = 1; export default x;", json!(1)),
        ("{ a: 1, b: [2] }", json!({ "a": 1, "b": [2] })),
        ("({ a: 1 })", json!({ "a": 1 })),
        ("1 + 1", json!(2)),
        ("const x = await codemode.echo(3); x", json!(3)),
        ("const x = 1;\nreturn x", json!(1)),
        ("'use strict';\n1", json!(1)),
        ("'just text'", json!("just text")),
        ("#!/usr/bin/env node\n1", json!(1)),
        ("// first\n/* second */ 1 // third", json!(1)),
        ("", json!(null)),
        ("   \n", json!(null)),
        ("// nothing", json!(null)),
        ("```js\n1\n```", json!(1)),
        ("```JS\n1\n```", json!(1)),
        ("~~~typescript\n1 as number\n~~~", json!(1)),
        ("```\n1\n```", json!(1)),
        (
            "Sure, here it is:\n\n```ts\nconst n: number = 1;\nn\n```\n\nThat adds up.",
            json!(1),
        ),
        (
            "First\n```js\nconst a = 1;\n```\nthen\n```js\na + 1\n```\n",
            json!(2),
        ),
        ("```js\n1", json!(1)),
        ("`a ${'```js'} b`", json!("a ```js b")),
        ("(function () { return 1 })()", json!(1)),
        ("class A { b() { return 1 } }\nnew A().b()", json!(1)),
        (
            "let out = [];\nfor (const n of [1, 2]) out.push(n);\nout;",
            json!([1, 2]),
        ),
        ("1;;", json!(1)),
    ];
    for (source, expected) in cases {
        assert_eq!(value(source).await, expected, "{source}");
    }
}

#[tokio::test]
async fn typescript_is_stripped_not_checked() {
    let cases = [
        ("const n: number = 'text' as any; n", json!("text")),
        ("const f = <T,>(x: T): T => x; f<string>('a')", json!("a")),
        (
            "type A = { b: string }; interface C extends A { d?: number }\nconst x: C = { b: '1' }; x.b!",
            json!("1"),
        ),
        (
            "declare const gone: string; declare function also(): void;\n1",
            json!(1),
        ),
        (
            "import type { A } from 'nowhere';\nimport { type B } from 'nowhere';\n1",
            json!(1),
        ),
        (
            "enum E { A, B = 5, C }\n[E.A, E.C, E[5]]",
            json!([0, 6, "B"]),
        ),
        ("const enum E { A = 'x' }\nE.A", json!("x")),
        (
            "namespace N { export const a = 1; const b = 2; export function f() { return a + b } }\nN.f()",
            json!(3),
        ),
        (
            "class P { constructor(private readonly x: number, public y = 2) {} sum() { return this.x + this.y } }\nnew P(1).sum()",
            json!(3),
        ),
        (
            "abstract class A { abstract f(): number; g() { return this.f() } }\nclass B extends A { override f() { return 1 } }\nnew B().g()",
            json!(1),
        ),
        (
            "function f(x: string): string;\nfunction f(x: number): number;\nfunction f(x: any) { return x }\nf(1)",
            json!(1),
        ),
        (
            "const o = { a: 1 } satisfies Record<string, number>; o.a",
            json!(1),
        ),
        (
            "function assert(x: unknown): asserts x is string {}\nassert(1); 1",
            json!(1),
        ),
        (
            "let log = '';\n{ using x = { [Symbol.dispose]() { log += 'gone' } }; }\nlog",
            json!("gone"),
        ),
        (
            "const f = async (x?: number, ...rest: string[]): Promise<number> => x ?? 1;\nawait f()",
            json!(1),
        ),
        (
            "class A<T> implements Foo { #x: T; declare y: string; z!: number; constructor(x: T) { this.#x = x } get(): T { return this.#x } }\nnew A(1).get()",
            json!(1),
        ),
        ("let x = <number>1; x", json!(1)),
        (
            "f(a < b, c > (d)); function f(x, y) { return [x, y] } var a = 1, b = 2, c = 3, d = 4;\nf(a < b, c > (d))",
            json!([true, false]),
        ),
    ];
    for (source, expected) in cases {
        assert_eq!(value(source).await, expected, "{source}");
    }
}

#[tokio::test]
async fn what_cannot_run_says_so_at_its_place() {
    let cases = [
        ("const x = <div>hi</div>; x", "JSX", (1, 11)),
        ("@sealed\nclass A {}\n1", "ecorators", (1, 1)),
        ("export * from 'x'; 1", "export", (1, 1)),
    ];
    for (source, part, (line, column)) in cases {
        let error = error(source).await;
        assert_eq!(error.kind, ExecuteErrorKind::Syntax, "{source}");
        assert!(error.message.contains(part), "{source}: {}", error.message);
        assert_eq!(error.position, Some(Position { line, column }), "{source}");
    }
    still_works().await;
}

#[tokio::test]
async fn places_are_those_of_the_text_as_it_was_written() {
    let cases = [
        ("```ts\nconst a: number = 1;\nnull.x\n```", 3, 6),
        ("Here:\n\n```js\nconst a = 1;\n  a.b.c;\n```", 5, 7),
        ("const s = '😀😀'; s.x.y;", 1, 23),
        (
            "type A = {\n  a: 1\n};\n\nconst f = (x: A) => x.a.b.c;\nf({ a: 1 } as A)",
            5,
            27,
        ),
        ("enum E { A, B }\nconst o: any = {};\no.deep.er", 3, 8),
        (
            "async () => {\n  const r = await codemode.echo(1);\n  return r.a.b;\n}",
            3,
            14,
        ),
        ("const f = () => { throw new Error('x') };\n\nf()", 1, 25),
        ("await codemode.echo(1);\nawait codemode.fail('x');", 2, 16),
        ("const [a, b] = [1];\nconst c = b.c;\nc", 2, 13),
        ("for (const x of [1]) {\n  x();\n}", 2, 3),
        ("if (true) {\n  undefinedFunction();\n}", 2, 3),
    ];
    for (source, line, column) in cases {
        let error = error(source).await;
        assert_eq!(
            error.position,
            Some(Position { line, column }),
            "{source}\n{error:?}"
        );
        let frame = error.code_frame.unwrap();
        assert!(frame.contains(&format!("> {line} | ")), "{frame}");
    }
}

#[test]
fn normalization_is_idempotent() {
    let cases = include_str!("../conformance/cases/codemode_cases.json");
    let cases: Value = serde_json::from_str(cases).unwrap();
    let programs = include_str!("../conformance/cases/programs.jsonl");
    let programs = programs
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut sources: Vec<String> = programs
        .map(|it| it["code"].as_str().unwrap().to_owned())
        .collect();
    for section in ["normalizeCode", "executor", "executorQuirks"] {
        for case in cases[section].as_array().unwrap() {
            let source = case["input"].as_str().or(case["code"].as_str());
            sources.extend(source.map(str::to_owned));
        }
    }
    assert!(sources.len() > 150, "{}", sources.len());
    for source in sources {
        let once = normalize(&source);
        assert_eq!(normalize(&once), once, "{source}");
    }
}

#[tokio::test]
async fn nothing_breaks_out_of_its_wrapper() {
    for source in [
        "1 })(); codemode.echo('out'); (() => { 1",
        "}; codemode.echo('out'); {",
        "1 /*",
        "`",
        "\\u007d codemode.echo('out')",
        "return 1 }\ncodemode.echo('out')\nasync () => {",
    ] {
        let result = run(source).await;
        assert_eq!(result.calls.len(), 0, "{source}");
        assert_eq!(
            result.outcome.unwrap_err().kind,
            ExecuteErrorKind::Syntax,
            "{source}"
        );
    }
    assert_eq!(value("'$& $` $\\' $1 $$'").await, "$& $` $' $1 $$");
    still_works().await;
}

/// Texts of the largest size that is read, each of one thing over and over.
fn hostile() -> Vec<(&'static str, String)> {
    const BYTES: usize = 256 * 1024;
    let fill = |head: &str, unit: &str, tail: &str| {
        let count = (BYTES - head.len() - tail.len()) / unit.len();
        format!("{head}{}{tail}", unit.repeat(count))
    };
    let deep = |open: &str, inside: &str, close: &str, levels: usize| {
        format!("{}{inside}{}", open.repeat(levels), close.repeat(levels))
    };
    vec![
        ("open parentheses", fill("", "(", "")),
        ("10,000 brackets", deep("[", "1", "]", 10_000)),
        ("999 brackets", deep("[", "1", "]", 999)),
        ("999 parentheses", deep("(", "1", ")", 999)),
        ("999 functions", deep("()=>{", "1", "}", 400)),
        ("negations", fill("", "!", "1")),
        ("signs", fill("", "+ -", "1")),
        ("awaits", fill("", "await ", "1")),
        ("additions", fill("", "1+", "1")),
        ("conditions", fill("", "a?b:", "c")),
        ("arrows", fill("", "a=>", "a")),
        ("assignments", fill("", "a=", "a")),
        ("else ifs", fill("", "if(a){}else ", "{}")),
        ("loops", fill("", "for(;;)", ";")),
        ("labels", fill("", "a:", ";")),
        ("templates in templates", deep("`${", "1", "}`", 499)),
        ("open templates", fill("", "`${", "")),
        ("templates", fill("", "`${1}`", "")),
        ("unions", fill("let x: ", "A|", "A")),
        ("type arguments", fill("let x: ", "A<", "")),
        ("less than", fill("", "a<", "a")),
        ("less than, typed", fill("let x: A; ", "a<", "")),
        ("conditional types", fill("let x: ", "a extends b?c:", "d")),
        ("heads of arrows", deep("(a=", "b", ")", 900)),
        ("heads in heads", deep("(a=(b)=>", "b", ")", 900).repeat(32)),
        ("elements", fill("", "<a>", "")),
        ("fences", fill("", "```js\n1\n```\n", "")),
        ("open fences", fill("", "```js\n", "")),
        ("an open comment", fill("/*", "*", "")),
        ("one identifier", fill("", "a", "")),
        ("one string", fill("'", "a", "'")),
        ("a regular expression", fill("/", "(", "/")),
        ("members", fill("a", ".b", "")),
        ("calls", fill("a", "()", "")),
        ("casts", fill("a", " as b", "")),
        (
            "unknown names",
            (0..30_000).map(|n| format!("q{n};")).collect(),
        ),
        ("unknown tools", fill("", "codemode.q();", "")),
        ("NULs", fill("", "\0", "")),
        ("namespaces", fill("namespace a", ".a", "{}")),
        ("enum members", fill("enum A{", "a,", "}")),
    ]
}

/// On a small stack, as a worker thread may have: the reader brings its own.
#[test]
fn reading_ends_in_a_program_or_a_refusal_whatever_the_text() {
    let texts = hostile();
    let thread = std::thread::Builder::new()
        .stack_size(128 * 1024)
        .spawn(move || {
            for (name, text) in texts {
                assert!(text.len() <= 256 * 1024 + 8, "{name}");
                let code = normalize(&text);
                assert!(code.len() < 4 * text.len() + 100, "{name}: {}", code.len());
            }
        });
    thread.unwrap().join().unwrap();
}

#[tokio::test]
async fn what_is_too_complex_to_read_has_a_kind_of_its_own() {
    let is_too_complex = [
        "10,000 brackets",
        "negations",
        "awaits",
        "additions",
        "else ifs",
        "less than",
        "heads in heads",
        "members",
    ];
    let mut seen = 0;
    for (name, text) in hostile() {
        if is_too_complex.contains(&name) {
            seen += 1;
            let error = execute(ExecuteRequest::new(text))
                .await
                .outcome
                .unwrap_err();
            assert_eq!(
                error.kind,
                ExecuteErrorKind::TooComplex,
                "{name}: {}",
                error.message
            );
        }
    }
    assert_eq!(seen, is_too_complex.len());
    still_works().await;
}
