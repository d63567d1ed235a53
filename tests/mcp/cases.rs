//! The measured cases of the system that this one follows.

use crate::support::{Does, answer, fake, run};
use serde_json::{Value, json};

/// Cases that are answered otherwise, and why.
const DIFFERENCES: &[(&str, &str)] = &[
    (
        "mcp-11",
        "rmcp reads what has an isError as a result of today's protocol, which has no toolResult; \
         servers so old that they send one never send both",
    ),
    (
        "mcpc-5",
        "an unknown tool is refused by the host's dispatch, in its words: Tool \"nope\" not found",
    ),
];

fn is_difference(case: &Value) -> bool {
    DIFFERENCES.iter().any(|(id, _)| case["id"] == *id)
}

/// The cases of a section.
fn section(name: &str) -> Option<Vec<Value>> {
    let text = include_str!("../conformance/cases/codemode_cases.json");
    let cases: Value = serde_json::from_str(text).unwrap();
    Some(cases[name].as_array().unwrap().clone())
}

/// What a program sees when a server answers a call with `result`.
async fn unwrapped(result: Value) -> Result<Value, String> {
    let fake = fake(move |message| {
        Does::Sends(match message["method"].as_str() {
            Some("tools/list") => vec![answer(message, json!({ "tools": [{ "name": "t" }] }))],
            Some("tools/call") => vec![answer(message, result.clone())],
            _ => Vec::new(),
        })
    });
    let connection = fake.server.connect().await.unwrap();
    let answer = run(&connection, "t", json!({})).await;
    answer.map_err(|failure| failure.message().to_owned())
}

#[tokio::test]
async fn results_are_unwrapped_as_measured() {
    let Some(cases) = section("mcpUnwrap") else {
        return;
    };
    assert!(!cases.is_empty());
    for case in cases.iter().filter(|case| !is_difference(case)) {
        let expected = match case.get("throws") {
            Some(message) => Err(message.as_str().unwrap().to_owned()),
            None => Ok(case["expected"].clone()),
        };
        let actual = unwrapped(case["callToolResult"].clone()).await;
        assert_eq!(actual, expected, "{}: {}", case["id"], case["note"]);
    }
}

/// The rules that the cases leave out and the reference states.
#[tokio::test]
async fn the_rest_of_the_rules_holds_too() {
    let text = |text: &str| json!({ "content": [{ "type": "text", "text": text }] });
    let table = [
        (json!({ "toolResult": 5 }), json!(5)),
        (text("42"), json!(42)),
        (text("\"quoted\""), json!("quoted")),
        (text("null"), json!(null)),
        (text(""), json!("")),
        (
            json!({ "content": [], "structuredContent": { "a": 1 } }),
            json!({ "a": 1 }),
        ),
        (
            json!({ "content": [{ "type": "text", "text": "a" }], "structuredContent": null }),
            json!("a"),
        ),
        (
            json!({ "content": [{ "type": "hologram", "depth": 3 }] }),
            json!({ "content": [{ "type": "hologram", "depth": 3 }] }),
        ),
    ];
    for (result, expected) in table {
        assert_eq!(unwrapped(result.clone()).await, Ok(expected), "{result}");
    }
}

/// What the differences do instead.
#[tokio::test]
async fn differences_do_what_is_said_of_them() {
    assert_eq!(
        unwrapped(json!({ "toolResult": 5, "isError": true })).await,
        Err("Tool call failed".to_owned())
    );
    let Some(cases) = section("mcpConnector") else {
        return;
    };
    let unmet: Vec<&Value> = cases.iter().filter(|case| !is_difference(case)).collect();
    assert_eq!(
        unmet,
        Vec::<&Value>::new(),
        "no case of the connector is forgotten"
    );
}
