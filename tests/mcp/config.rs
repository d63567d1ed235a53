//! The `mcpServers` document: what it says, and what is said of its mistakes.

use codecell::mcp::McpConfig;
use serde_json::{Value, json};

fn read(document: &Value) -> Result<McpConfig, String> {
    let lookup = |name: &str| match name {
        "TOKEN" => Some("s3cret-s3cret".to_owned()),
        "BAD" => Some("line\nbreak".to_owned()),
        _ => None,
    };
    McpConfig::with_variables(&document.to_string(), lookup).map_err(|error| error.to_string())
}

fn names(config: &McpConfig) -> Vec<&str> {
    config.servers.iter().map(|server| server.name()).collect()
}

#[test]
fn servers_are_read_in_their_order_without_the_disabled() {
    let config = read(&json!({ "mcpServers": {
        "z": { "command": "npx", "args": ["-y", "${TOKEN}"], "env": { "A": "${B:-b}" }, "cwd": "/" },
        "off": { "command": "x", "disabled": true },
        "a": { "url": "https://example.com/mcp", "headers": { "Authorization": "Bearer ${TOKEN}" } },
        "typed": { "type": "streamable-http", "url": "http://localhost:1/mcp", "disabled": false },
        "child": { "type": "stdio", "command": "x", "args": null, "timeout": 5 },
    } }))
    .unwrap();

    assert_eq!(names(&config), ["z", "a", "typed", "child"]);
    assert_eq!(config.warnings, Vec::<String>::new());
}

#[test]
fn misspelt_fields_are_ignored_with_a_suggestion_and_others_without() {
    let config = read(&json!({ "mcpServers": {
        "a": { "command": "x", "arg": ["y"], "Env": {}, "autoApprove": [], "note": "" },
    } }))
    .unwrap();

    assert_eq!(
        config.warnings,
        [
            "MCP server \"a\", field arg: it is ignored; did you mean \"args\"?",
            "MCP server \"a\", field Env: it is ignored; did you mean \"env\"?",
        ]
    );
}

#[test]
fn mistakes_name_the_server_the_field_and_what_was_expected() {
    let table = [
        (
            json!({ "comand": "x" }),
            "field comand: did you mean \"command\"?",
        ),
        (json!({ "uri": "x" }), "field uri: did you mean \"url\"?"),
        (json!([]), "it must be an object, and is a list"),
        (
            json!({}),
            "it needs a \"command\" to run or a \"url\" to reach",
        ),
        (
            json!({ "command": 1 }),
            "field command: it must be a text, and is a number",
        ),
        (json!({ "command": "" }), "field command: it is empty"),
        (
            json!({ "command": "x", "args": "y" }),
            "field args: it must be a list of texts, and is a text",
        ),
        (
            json!({ "command": "x", "args": ["y", 2] }),
            "field args[1]: it must be a text, and is a number",
        ),
        (
            json!({ "command": "x", "env": { "A": true } }),
            "field env.A: it must be a text, and is true or false",
        ),
        (
            json!({ "command": "x", "env": { "A=B": "" } }),
            "field env: a name in it is empty or has a \"=\"",
        ),
        (
            json!({ "command": "x", "env": { "A": "${NONE}" } }),
            "field env.A: the variable NONE is not set; set it, or write ${NONE:-text} for a text \
             to use instead",
        ),
        (
            json!({ "command": "x", "cwd": {} }),
            "field cwd: it must be a text, and is an object",
        ),
        (
            json!({ "command": "x", "disabled": "yes" }),
            "field disabled: it must be true or false, and is a text",
        ),
        (
            json!({ "command": "x", "url": "https://a" }),
            "field url: it has a \"command\" already, and one of both is meant",
        ),
        (
            json!({ "type": "stdio", "url": "https://a" }),
            "field command: a server of type \"stdio\" needs one",
        ),
        (
            json!({ "type": "http", "command": "x" }),
            "field url: a server of type \"http\" needs one",
        ),
        (
            json!({ "type": "sse", "url": "https://a" }),
            "field type: the older transport \"sse\" is not spoken; most servers that had it speak \
             \"http\" at another URL",
        ),
        (
            json!({ "type": "ws", "url": "https://a" }),
            "field type: it must be \"stdio\" or \"http\", not \"ws\"",
        ),
        (
            json!({ "url": "ftp://a" }),
            "field url: it must begin with http:// or https://",
        ),
        (
            json!({ "url": "a" }),
            "field url: relative URL without a base",
        ),
        (
            json!({ "url": "https://a", "headers": { "a b": "" } }),
            "field headers.a b: this is no name of a header",
        ),
        (
            json!({ "url": "https://a", "headers": { "X": "${BAD}" } }),
            "field headers.X: a character of its value cannot be sent",
        ),
    ];
    for (server, problem) in table {
        let error = read(&json!({ "mcpServers": { "s": server } })).unwrap_err();
        let at = if problem.starts_with("field") {
            ", "
        } else {
            ": "
        };
        assert_eq!(error, format!("MCP server \"s\"{at}{problem}"), "{server}");
    }
}

#[test]
fn a_document_that_is_none_is_told() {
    let table = [
        (json!({}), "the configuration has no \"mcpServers\""),
        (
            json!({ "mcp_servers": {} }),
            "the configuration has no \"mcpServers\"; is \"mcp_servers\" meant to be it?",
        ),
        (
            json!({ "mcpServers": [] }),
            "\"mcpServers\" must be an object, and is a list",
        ),
        (
            json!({ "mcpServers": { "": { "command": "x" } } }),
            "MCP server \"\": its name is empty",
        ),
    ];
    for (document, problem) in table {
        assert_eq!(read(&document).unwrap_err(), problem, "{document}");
    }
    assert_eq!(
        McpConfig::from_json("{").unwrap_err().to_string(),
        "the configuration is not JSON: EOF while parsing an object at line 1 column 1"
    );
}
