//! A server that behaves badly is contained, and said to.

use std::path::Path;
use std::time::Duration;

use crate::support::{call, hostile};
use codecell::mcp::{McpErrorKind, McpServer};
use serde_json::{Value, json};

/// What a call to a server that was lost in it fails with.
fn lost(tool: &str, reason: &str) -> Result<Value, String> {
    Err(format!(
        "MCP server \"bad\" was lost while \"{tool}\" ran: {reason}. What it did until then stays \
         done."
    ))
}

#[tokio::test]
async fn a_server_that_dies_in_a_call_is_started_again_for_the_next() {
    let Some(server) = hostile("") else { return };
    let connection = McpServer::stdio("bad", server).connect().await.unwrap();

    let died = call(&connection, "die", json!({})).await;
    assert_eq!(died, lost("die", "its process ended (exit status: 3)"));
    assert_eq!(connection.diagnostics().await, "out of luck");
    assert_eq!(
        call(&connection, "mutter", json!({})).await,
        Ok(json!("said"))
    );
}

#[tokio::test]
async fn floods_end_the_connection_and_not_the_host() {
    let Some(server) = hostile("") else { return };
    let connection = McpServer::stdio("bad", server).connect().await.unwrap();
    let table = [
        ("endless", "it sent a message of more than 16777216 bytes"),
        (
            "storm",
            "it sent more than 1000 messages in a second that nobody asked for",
        ),
        (
            "babble",
            "it wrote more than 1000 lines in a second that are no MCP messages",
        ),
    ];
    for (tool, reason) in table {
        assert_eq!(call(&connection, tool, json!({})).await, lost(tool, reason));
        // And the next call finds a new server.
        assert_eq!(
            call(&connection, "mutter", json!({})).await,
            Ok(json!("said"))
        );
    }
}

#[tokio::test]
async fn what_is_written_in_the_wrong_place_is_kept_for_the_embedder() {
    let Some(server) = hostile("") else { return };
    let connection = McpServer::stdio("bad", server).connect().await.unwrap();

    assert_eq!(
        call(&connection, "mutter", json!({})).await,
        Ok(json!("said"))
    );
    assert_eq!(
        connection.diagnostics().await,
        "(where messages belong) just a log line"
    );
}

#[tokio::test]
async fn an_answer_to_nobody_is_not_taken_for_another() {
    let Some(server) = hostile("") else { return };
    let connection = McpServer::stdio("bad", server).connect().await.unwrap();

    assert_eq!(
        call(&connection, "ids", json!({})).await,
        Ok(json!("for you"))
    );
}

#[tokio::test]
async fn a_result_without_a_known_shape_is_given_as_it_is() {
    let Some(server) = hostile("") else { return };
    let connection = McpServer::stdio("bad", server).connect().await.unwrap();

    assert_eq!(
        call(&connection, "shapeless", json!({})).await,
        Ok(json!({ "unheard": ["of"] }))
    );
}

#[tokio::test]
async fn a_call_that_is_never_answered_ends() {
    let Some(server) = hostile("") else { return };
    let server = McpServer::stdio("bad", server).call_timeout(Duration::from_millis(50));
    let connection = server.connect().await.unwrap();

    assert_eq!(
        call(&connection, "never", json!({})).await,
        Err("\"never\" of MCP server \"bad\" gave no sign for 50ms and was cancelled".to_owned())
    );
}

#[tokio::test]
async fn lists_that_are_none_or_too_long_are_refused() {
    let table = [
        ("many", "there are more than 2000"),
        ("pages", "there are more than 200 pages"),
        ("circle", "its pages go round in a circle"),
        ("nonsense", "the answer holds no list"),
    ];
    for (mood, reason) in table {
        let Some(server) = hostile(mood) else { return };
        let connection = McpServer::stdio("bad", server).connect().await.unwrap();
        let error = connection.provider().await.unwrap_err();
        assert_eq!(
            error.kind(),
            &McpErrorKind::Tools(reason.to_owned()),
            "{mood}"
        );
    }
}

#[tokio::test]
async fn a_server_that_cannot_start_says_why_and_no_secret() {
    let Some(server) = hostile("broken") else {
        return;
    };
    let server = McpServer::stdio("bad", server.env("TOKEN", "hunter2-hunter2"));

    let error = server.connect().await.unwrap_err();

    assert_eq!(
        error.to_string(),
        "MCP server \"bad\" could not be reached: its process ended (exit status: 7)\n\
         It wrote:\nno token: ***"
    );
}

#[tokio::test]
async fn a_command_that_is_not_there_is_told() {
    let server = McpServer::stdio("bad", codecell::mcp::StdioServer::new("/no/such"));

    let error = server.connect().await.unwrap_err();

    assert_eq!(
        error.to_string(),
        "MCP server \"bad\" is not set up: its command could not be started: No such file or \
         directory (os error 2)"
    );
}

#[tokio::test]
async fn a_mute_server_is_given_up() {
    let Some(server) = hostile("mute") else {
        return;
    };
    let server = McpServer::stdio("bad", server).connect_timeout(Duration::from_millis(100));

    let error = server.connect().await.unwrap_err();

    assert_eq!(
        error.to_string(),
        "MCP server \"bad\" could not be reached: it did not shake hands within 100ms"
    );
}

#[tokio::test]
async fn a_child_sees_its_own_environment_alone() {
    let Some(server) = hostile("") else { return };
    let connection = McpServer::stdio("bad", server.env("GIVEN", "yes"));
    let connection = connection.connect().await.unwrap();
    // Cargo sets it for this test.
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());

    let environment = call(&connection, "environment", json!({})).await.unwrap();

    let mut names: Vec<&str> = environment
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let inherited = [
        "HOME", "LANG", "LOGNAME", "PATH", "SHELL", "TERM", "TMPDIR", "USER",
    ];
    names.retain(|name| !inherited.contains(name));
    assert_eq!(names, ["GIVEN"]);
}

/// Whether a process is there and runs.
fn runs(pid: &Value) -> bool {
    let stat = Path::new("/proc").join(pid.to_string()).join("stat");
    std::fs::read_to_string(stat).is_ok_and(|stat| {
        !stat
            .rsplit(')')
            .next()
            .is_some_and(|rest| rest.starts_with(" Z"))
    })
}

/// Waits until none of the processes runs.
async fn gone(pids: &Value) {
    let waiting = async {
        while pids.as_array().unwrap().iter().any(runs) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting)
        .await
        .expect("the server and what it started are gone");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_dies_with_all_that_it_started_when_it_is_closed_or_dropped() {
    for mood in ["", "stubborn"] {
        let Some(server) = hostile(mood) else { return };
        let server = McpServer::stdio("bad", server);

        let connection = server.clone().connect().await.unwrap();
        let family = call(&connection, "family", json!({})).await.unwrap();
        assert!(family.as_array().unwrap().iter().all(runs));
        connection.close().await;
        gone(&family).await;

        let connection = server.connect().await.unwrap();
        let family = call(&connection, "family", json!({})).await.unwrap();
        drop(connection);
        gone(&family).await;
    }
}
