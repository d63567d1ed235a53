//! What is told of a program before it runs.

use codecell::{
    Check, Diagnostics, ExecuteErrorKind, ExecuteRequest, ExecuteResult, Tool, ToolProvider,
    globals, modules,
};
use codecell_tests::{execute, still_works, value};
use serde_json::{Value, json};

fn world(code: &str) -> ExecuteRequest {
    let schema = json!({
        "type": "object",
        "properties": {
            "title": { "type": "string" },
            "count": { "type": "integer" },
            "state": { "enum": ["open", "closed"] },
            "labels": { "type": "array", "items": { "type": "string" } },
        },
        "required": ["title"],
        "additionalProperties": false,
    });
    let create = Tool::from_fn(
        "create_issue",
        |args, _| async move { args.get::<Value>(0) },
    );
    let github = ToolProvider::new("github").tool(create.input_schema(schema));
    let echo = Tool::from_fn("echo", |args, _| async move { args.get::<Value>(0) });
    ExecuteRequest::new(code)
        .provider(github)
        .tool(echo)
        .module("known", "export default 1")
}

type Told = (Check, u32, u32, String);

fn told(findings: &[codecell::Finding]) -> Vec<Told> {
    let told = findings.iter().map(|it| {
        (
            it.check,
            it.position.line,
            it.position.column,
            it.message.clone(),
        )
    });
    told.collect()
}

fn errors(result: &ExecuteResult) -> Vec<Told> {
    match &result.outcome {
        Err(error) if error.kind == ExecuteErrorKind::Diagnostic => told(&error.findings),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn errors_are_told_before_anything_runs() {
    let cases = [
        (
            "await github.create_isue({ title: 'a' })",
            Check::UnknownTool,
            14,
            "Tool \"create_isue\" not found. Did you mean \"create_issue\"?",
        ),
        (
            "await githib.create_issue({ title: 'a' })",
            Check::UnknownNamespace,
            7,
            "githib is not defined",
        ),
        (
            "await github.create_issue({})",
            Check::Arguments,
            27,
            "Invalid arguments for \"create_issue\": input: \"title\" is a required property",
        ),
        (
            "await github.create_issue()",
            Check::Arguments,
            14,
            "Invalid arguments for \"create_issue\": input: \"title\" is a required property",
        ),
        (
            "await github.create_issue({ title: 1 })",
            Check::Arguments,
            29,
            "Invalid arguments for \"create_issue\": input.title: 1 is not of type \"string\"",
        ),
        (
            "await github.create_issue({ title: 'a', count: 1.5 })",
            Check::Arguments,
            41,
            "Invalid arguments for \"create_issue\": input.count: 1.5 is not of type \"integer\"",
        ),
        (
            "await github.create_issue({ title: 'a', state: 'opened' })",
            Check::Arguments,
            41,
            "Invalid arguments for \"create_issue\": input.state: \"opened\" is not one of \"open\", \"closed\"",
        ),
        (
            "await github.create_issue({ title: 'a', labels: ['x', 2] })",
            Check::Arguments,
            55,
            "Invalid arguments for \"create_issue\": input.labels[1]: 2 is not of type \"string\"",
        ),
        (
            "await github.create_issue({ title: 'a', tittle: 1 })",
            Check::Arguments,
            41,
            "Invalid arguments for \"create_issue\": input: \"tittle\" is not among its properties",
        ),
        (
            "await github.create_issue('a')",
            Check::Arguments,
            27,
            "Invalid arguments for \"create_issue\": input: \"a\" is not of type \"object\"",
        ),
        (
            "await import('unknown')",
            Check::UnknownModule,
            14,
            "Cannot find module 'unknown'",
        ),
        (
            "import x from 'unknown'; x",
            Check::UnknownModule,
            15,
            "Cannot find module 'unknown'",
        ),
        (
            "require('fs')",
            Check::UnknownModule,
            1,
            "Cannot find module 'fs'",
        ),
        (
            "await fetch('https://example.com')",
            Check::Network,
            7,
            "fetch failed: the network is blocked",
        ),
        (
            "const a = undeclared",
            Check::UndeclaredName,
            11,
            "undeclared is not defined",
        ),
        (
            "undeclared = 1",
            Check::UndeclaredName,
            1,
            "undeclared is not defined",
        ),
    ];
    for (code, check, column, message) in cases {
        let result = execute(world(&format!(
            "console.log('ran'); codemode.echo(1);\n{code}"
        )))
        .await;
        assert_eq!(
            errors(&result),
            [(check, 2, column, message.to_owned())],
            "{code}"
        );
        assert_eq!((result.logs.len(), result.calls.len()), (0, 0), "{code}");
        let error = result.outcome.unwrap_err();
        assert_eq!(error.message, message);
        assert!(error.code_frame.unwrap().contains(code), "{code}");
    }
    still_works().await;
}

#[tokio::test]
async fn all_findings_are_told_at_once_in_the_order_of_the_text() {
    let code =
        "const a = await github.nope();\nconst b = await github.create_issue({});\nmissing(a, b);";
    let result = execute(world(code)).await;
    assert_eq!(
        errors(&result)
            .iter()
            .map(|(check, line, ..)| (*check, *line))
            .collect::<Vec<_>>(),
        [
            (Check::UnknownTool, 1),
            (Check::Arguments, 2),
            (Check::UndeclaredName, 3)
        ]
    );
    assert_eq!(
        result.outcome.unwrap_err().message,
        "3 problems kept the program from running:\n\
         - line 1, column 24: Tool \"nope\" not found\n\
         - line 2, column 37: Invalid arguments for \"create_issue\": input: \"title\" is a required property\n\
         - line 3, column 1: missing is not defined"
    );
}

#[tokio::test]
async fn what_a_program_sees_to_itself_is_a_warning_or_nothing() {
    let cases: &[(&str, &[Check])] = &[
        (
            "try { await github.nope() } catch { 1 }\nreturn 1",
            &[Check::UnknownTool],
        ),
        (
            "await github.nope().catch(() => 1); return 1",
            &[Check::UnknownTool],
        ),
        (
            "await Promise.allSettled([github.nope()]); return 1",
            &[Check::UnknownTool],
        ),
        (
            "try { undeclared } catch {} return 1",
            &[Check::UndeclaredName],
        ),
        (
            "try { await fetch('x') } catch {} return 1",
            &[Check::Network],
        ),
        (
            "github.create_issue({ title: 'a' }); return 1",
            &[Check::DroppedCall],
        ),
        (
            "github.create_issue({ title: 'a', ...{} }).then(() => 1); return 1",
            &[],
        ),
        (
            "if (typeof window !== 'undefined') window.close(); return 1",
            &[],
        ),
        ("if ('nope' in github) await github.nope(); return 1", &[]),
        ("globalThis.mine = 1; return mine", &[]),
        ("github.mine = () => 1; return github.mine()", &[]),
        (
            "const github = { nope: () => 1 }; return github.nope()",
            &[],
        ),
        ("declare const other: any; let x: Foo; return 1", &[]),
        (
            "const input2 = { title: 'a' }; await github.create_issue(input2); return 1",
            &[],
        ),
        (
            "const title = 'a'; await github.create_issue({ title }); return 1",
            &[],
        ),
        (
            "const rest = { title: 'a' }; await github.create_issue({ ...rest }); return 1",
            &[],
        ),
        (
            "const key = 'title'; await github.create_issue({ [key]: 'a' }); return 1",
            &[],
        ),
        (
            "function f() { return arguments.length } f(); return 1",
            &[],
        ),
        ("try { throw 1 } catch (caught) { caught } return 1", &[]),
        ("label: for (;;) { break label } return 1", &[]),
        ("import known from 'known'; return known", &[]),
        (
            "class A { static #x = 1; static get() { return A.#x } } return A.get()",
            &[],
        ),
    ];
    for (code, checks) in cases {
        let result = execute(world(code)).await;
        assert_eq!(result.outcome, Ok(json!(1)), "{code}");
        assert_eq!(
            told(&result.warnings)
                .iter()
                .map(|told| told.0)
                .collect::<Vec<_>>(),
            *checks,
            "{code}"
        );
    }
}

#[tokio::test]
async fn every_check_can_be_switched_off() {
    let cases = [
        (Check::UnknownTool, "await github.nope()"),
        (Check::UnknownNamespace, "await nowhere.nope()"),
        (Check::Arguments, "await github.create_issue({})"),
        (Check::UnknownModule, "await import('unknown')"),
        (Check::Network, "await fetch('x')"),
        (Check::UndeclaredName, "undeclared"),
    ];
    for (check, code) in cases {
        let code = format!("console.log('ran');\n{code}");
        let without = Diagnostics::default().without(check);
        for diagnostics in [without, Diagnostics::off()] {
            let result = execute(world(&code).diagnostics(diagnostics)).await;
            assert_eq!(result.logs.len(), 1, "{code} ran");
            let error = result.outcome.unwrap_err();
            assert_ne!(error.kind, ExecuteErrorKind::Diagnostic, "{code}: {error}");
        }
        let error = execute(world(&code)).await.outcome.unwrap_err();
        assert_eq!(error.kind, ExecuteErrorKind::Diagnostic, "{code}");
    }
    let dropped = world("codemode.echo(1); return 1")
        .diagnostics(Diagnostics::default().without(Check::DroppedCall));
    assert_eq!(execute(dropped).await.warnings, []);
}

#[tokio::test]
async fn the_list_of_globals_is_that_of_the_cell() {
    let found = value(
        "return Object.getOwnPropertyNames(globalThis).filter(name => name !== 'codemode').sort()",
    )
    .await;
    let mut found: Vec<String> = serde_json::from_value(found).unwrap();
    found.push("input".to_owned());
    found.sort();
    assert_eq!(found, globals());
}

#[tokio::test]
async fn the_list_of_modules_is_that_of_the_cell() {
    for name in modules() {
        let code = format!(
            "const plain = '{name}', full = 'node:{name}'; return [require(plain) === require(full), typeof (await import(full)).default]"
        );
        assert_eq!(value(&code).await[0], json!(true), "{name}");
    }
    let node = [
        "child_process",
        "cluster",
        "dgram",
        "dns",
        "fs",
        "http",
        "net",
        "os",
        "stream",
        "tls",
        "vm",
        "worker_threads",
        "zlib",
        "sys",
        "punycode",
        "domain",
        "readline",
    ];
    for name in node {
        let found = value(&format!("const name = '{name}'; try {{ require(name); return 'found' }} catch {{ return 'missing' }}")).await;
        assert_eq!(
            found,
            json!(if modules().contains(&name) {
                "found"
            } else {
                "missing"
            }),
            "{name}"
        );
    }
}
