//! The page of globals: it lists all of them, and what it says of each is so.

use std::collections::BTreeSet;

use codecell_tests::value;
use serde_json::Value;

const PAGE: &str = include_str!("../../host/docs/globals.md");

/// The rows of the page: name, expression, value as JSON.
fn rows() -> Vec<(&'static str, &'static str, Value)> {
    let rows = PAGE.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| {
        // A bar inside of code is escaped, as tables want it.
        let cells: Vec<&str> = line.split(" | ").collect();
        let [name, _, expression, value] = cells.as_slice() else {
            panic!("{line}");
        };
        let code = |cell: &'static str| cell.trim_matches(['|', ' ', '`']);
        let value = serde_json::from_str(code(value)).unwrap_or_else(|_| panic!("{line}"));
        (code(name), code(expression), value)
    })
    .collect()
}

#[tokio::test]
async fn the_page_lists_every_global_of_the_cell() {
    let listed: BTreeSet<String> = rows().iter().map(|(name, ..)| (*name).to_owned()).collect();
    // Before anything is declared; `codemode` is the tests' own namespace.
    let all =
        value("Object.getOwnPropertyNames(globalThis).filter(name => name !== 'codemode')").await;
    let all: BTreeSet<String> = serde_json::from_value(all).unwrap();

    assert_eq!(listed, all);
}

#[tokio::test]
async fn every_global_does_what_the_page_says() {
    for (name, expression, expected) in rows() {
        let expression = expression.replace("\\|", "|");
        assert!(expression.contains(name), "{name}: {expression}");
        let found = value(&format!("async () => {{ return ({expression}) }}")).await;
        assert_eq!(found, expected, "{name}: {expression}");
    }
}
