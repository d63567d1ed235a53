//! What the web and Node have, in the cell: programs, and what Node itself makes of them.

use codecell_tests::{error, run, value};
use serde_json::{Value, json};

#[tokio::test]
async fn programs_give_what_node_gives() {
    let programs: Value =
        serde_json::from_str(include_str!("../environment/programs.json")).unwrap();
    let programs = programs.as_array().unwrap();
    assert!(programs.len() > 35);
    let mut different = Vec::new();
    for program in programs {
        let code = program["code"].as_str().unwrap();
        let outcome = run(code).await.outcome;
        if outcome.as_ref() != Ok(&program["value"]) {
            different.push(format!(
                "{code}\n  expected {}\n  found {outcome:?}",
                program["value"]
            ));
        }
    }
    assert!(
        different.is_empty(),
        "{} differ\n{}",
        different.len(),
        different.join("\n")
    );
}

#[tokio::test]
async fn what_is_not_there_says_what_to_use_instead() {
    for (name, part) in [
        ("fs", "there are no files here"),
        ("node:child_process", "there are no other processes"),
        ("axios", "call a tool of `codemode` instead"),
        ("lodash", "use the methods of Array"),
        ("left-pad", "packages cannot be installed here"),
    ] {
        for code in [
            format!("const name = '{name}'; return require(name)"),
            format!("const name = '{name}'; return await import(name)"),
        ] {
            let error = error(&code).await;
            let start = format!("Cannot find module '{name}': ");
            assert!(error.message.starts_with(&start), "{}", error.message);
            assert!(error.message.contains(part), "{}", error.message);
        }
    }
}

#[tokio::test]
async fn fetch_is_there_and_the_network_is_not() {
    let code = "try { await fetch('https://example.com'); return 'out' } catch (e) { return [e.name, e.message] }";
    let found = value(code).await;
    assert_eq!(found[0], json!("TypeError"));
    let message = found[1].as_str().unwrap();
    assert!(
        message.contains("network") && message.contains("codemode"),
        "{message}"
    );
}

#[tokio::test]
async fn random_bytes_come_from_the_seed_and_differ_between_runs() {
    let code = "return [crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(40))]]";
    let seeded = |seed| codecell_tests::execute(codecell::ExecuteRequest::new(code).seed(seed));
    let (first, again, other) = (seeded(1).await, seeded(1).await, seeded(2).await);
    assert_eq!(first.outcome, again.outcome);
    assert_ne!(first.outcome, other.outcome);
    assert_ne!(value(code).await, value(code).await);
}

#[tokio::test]
async fn the_environment_holds_in_a_tampered_realm() {
    let code = "
        const { log } = console;
        const map = new Map([['k', 1]]);
        Array.prototype[Symbol.iterator] = () => { throw 'iterated' };
        Object.prototype.get = () => { throw 'inherited' };
        Promise.prototype.then = () => { throw 'then' };
        String.prototype.slice = () => 'cut';
        JSON.stringify = () => 'forged';
        log({ a: [1, map] }, Buffer.from('hi').toString('base64'), new URL('http://a.b/c?d=1').search);
        return structuredClone({ a: [1] })";
    let result = run(code).await;
    assert_eq!(result.outcome, Ok(json!({ "a": [1] })));
    assert_eq!(
        result.logs[0].text,
        "{ a: [ 1, Map(1) { 'k' => 1 } ] } aGk= ?d=1"
    );
}
