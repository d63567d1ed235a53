//! Search: what is found by words that are not quite those of the tools.

use codecell::{Directory, SearchOptions, Tool, ToolProvider};
use serde_json::{Value, json};

fn directory() -> Directory {
    let tool = |name: &str, description: &str| {
        Tool::from_fn(name, |_, _| async { Ok(Value::Null) }).description(description)
    };
    let tracker = ToolProvider::new("tracker")
        .tool(tool("create_issue", "Create a new issue"))
        .tool(tool("delete_comment", "Delete a comment"))
        .tool(tool("list_issues", "List the issues of a project"));
    let post = ToolProvider::new("post")
        .tool(tool("send_message", "Send a message to somebody"))
        .tool(tool("deployments", "Tell what was deployed"));
    Directory::new(vec![tracker, post])
}

fn found(query: &str) -> Vec<String> {
    let found = directory().search(query).results.into_iter();
    found.map(|result| result.path).collect()
}

#[test]
fn forms_of_a_word_and_words_of_the_same_meaning_are_found() {
    assert_eq!(found("creating issues"), ["tracker.create_issue"]);
    assert_eq!(found("deploying"), ["post.deployments"]);
    assert_eq!(found("remove comment"), ["tracker.delete_comment"]);
    assert_eq!(found("email"), ["post.send_message"]);
}

#[test]
fn words_that_say_nothing_do_not_count() {
    let plain = found("list issues");
    assert_eq!(plain[0], "tracker.list_issues");
    assert_eq!(found("please list all of the issues for me")[0], plain[0]);
    assert_eq!(
        found("the"),
        ["tracker.list_issues"],
        "alone, such a word does count"
    );
}

#[test]
fn what_is_written_exactly_comes_first() {
    assert_eq!(found("create")[0], "tracker.create_issue");
    assert_eq!(found("tracker.delete_comment")[0], "tracker.delete_comment");
    assert_eq!(found("nothing of this kind"), Vec::<String>::new());
}

#[test]
fn one_namespace_one_page_and_types_can_be_asked_for() {
    let options = SearchOptions {
        connector: Some("tracker".to_owned()),
        limit: Some(1),
        offset: 1,
        types: true,
    };

    let page = directory().search_with("issue", &options);

    assert_eq!(
        json!(page),
        json!({
            "results": [{
                "path": "tracker.list_issues", "kind": "method",
                "description": "List the issues of a project", "score": 241,
                "types": "type ListIssuesInput = unknown\ntype ListIssuesOutput = unknown",
            }],
            "total": 2,
            "truncated": false,
        })
    );
}
