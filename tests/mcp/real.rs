//! Servers that the world runs, as they are on npm.

use std::process::Stdio;
use std::sync::{Arc, Mutex};

use crate::support::{call, real, run};
use codecell::mcp::rmcp::model::{ElicitResult, ElicitationAction};
use codecell::mcp::{HttpServer, McpApproval, McpConnection, McpServer};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};

/// The names of the tools that need approval.
async fn gated(connection: &McpConnection) -> Vec<String> {
    let provider = connection.provider().await.unwrap();
    let tools = provider.list().iter().map(crate::support::shape);
    let gated = tools.filter(|tool| tool["approval"] == true);
    gated
        .map(|tool| tool["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn everything_answers_in_every_kind_of_content() {
    let Some(server) = real("server-everything") else {
        return;
    };
    let connection = McpServer::stdio("everything", server)
        .connect()
        .await
        .unwrap();

    assert_eq!(
        run(&connection, "echo", json!({ "message": "hi" })).await,
        Ok(json!("Echo: hi"))
    );
    assert_eq!(
        run(&connection, "get_sum", json!({ "a": 2, "b": 3 })).await,
        Ok(json!("The sum of 2 and 3 is 5."))
    );
    let weather = run(
        &connection,
        "get_structured_content",
        json!({ "location": "Chicago" }),
    );
    assert_eq!(
        weather.await,
        Ok(json!({ "temperature": 36, "conditions": "Light rain / drizzle", "humidity": 82 }))
    );
    let image = run(&connection, "get_tiny_image", json!({})).await.unwrap();
    let kinds: Vec<&Value> = image["content"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["type"])
        .collect();
    assert_eq!(kinds, ["text", "image", "text"]);
    assert_eq!(image["content"][1]["mimeType"], "image/png");
    let links = run(&connection, "get_resource_links", json!({ "count": 2 }))
        .await
        .unwrap();
    let kinds: Vec<&Value> = links["content"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["type"])
        .collect();
    assert_eq!(kinds, ["text", "resource_link", "resource_link"]);
}

#[tokio::test]
async fn everything_reports_progress_and_asks_questions() {
    let Some(server) = real("server-everything") else {
        return;
    };
    let reports = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&reports);
    let server = McpServer::stdio("everything", server)
        .on_progress(move |report| {
            let step = (
                report.progress as u32,
                report.total.map(|total| total as u32),
            );
            heard.lock().unwrap().push(step);
        })
        .on_elicitation(|_| async { ElicitResult::new(ElicitationAction::Decline) });
    let connection = server.connect().await.unwrap();

    let long = call(
        &connection,
        "trigger-long-running-operation",
        json!({ "duration": 1, "steps": 3 }),
    );
    assert_eq!(
        long.await,
        Ok(json!(
            "Long running operation completed. Duration: 1 seconds, Steps: 3."
        ))
    );
    assert_eq!(
        *reports.lock().unwrap(),
        [(1, Some(3)), (2, Some(3)), (3, Some(3))]
    );

    // The tools that ask are listed only to clients that can be asked.
    let asked = call(&connection, "trigger-elicitation-request", json!({}))
        .await
        .unwrap();
    let text = asked.to_string();
    assert!(text.contains("declined"), "{text}");
}

#[tokio::test]
async fn the_filesystem_server_reads_writes_and_refuses() {
    let Some(server) = real("server-filesystem") else {
        return;
    };
    let folder = std::env::temp_dir().join(format!("codecell-mcp-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.canonicalize().unwrap().join("a.txt");
    let path = file.to_str().unwrap();
    let connection = McpServer::stdio("files", server.args([folder.as_os_str()]));
    let connection = connection.connect().await.unwrap();

    let written = run(
        &connection,
        "write_file",
        json!({ "path": path, "content": "7" }),
    )
    .await;
    let read = run(&connection, "read_text_file", json!({ "path": path })).await;
    let refused = run(
        &connection,
        "read_text_file",
        json!({ "path": "/etc/passwd" }),
    )
    .await;

    assert_eq!(
        written,
        Ok(json!({ "content": format!("Successfully wrote to {path}") }))
    );
    assert_eq!(read, Ok(json!({ "content": "7" })));
    let refusal = refused.unwrap_err();
    let refusal = refusal.message();
    assert!(
        refusal.starts_with("Access denied - path outside allowed directories"),
        "{refusal}"
    );
    assert_eq!(
        gated(&connection).await,
        ["write_file", "edit_file", "move_file"]
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn the_memory_server_remembers() {
    let Some(server) = real("server-memory") else {
        return;
    };
    let file = std::env::temp_dir().join(format!("codecell-mcp-{}.jsonl", std::process::id()));
    let server = server.env("MEMORY_FILE_PATH", file.to_str().unwrap());
    let server = McpServer::stdio("memory", server).approval(McpApproval::Never);
    let connection = server.clone().connect().await.unwrap();
    let ada = json!({ "name": "Ada", "entityType": "person", "observations": ["counts"] });

    let made = run(&connection, "create_entities", json!({ "entities": [ada] })).await;
    assert_eq!(made, Ok(json!({ "entities": [ada] })));
    connection.close().await;

    // Another process, and the same memory.
    let connection = server.connect().await.unwrap();
    let graph = run(&connection, "read_graph", json!({})).await;
    assert_eq!(graph, Ok(json!({ "entities": [ada], "relations": [] })));
    std::fs::remove_file(file).unwrap();
}

#[tokio::test]
async fn everything_is_reached_over_http_too() {
    let Some(_) = real("server-everything") else {
        return;
    };
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/mcp/node_modules/@modelcontextprotocol/server-everything/dist/index.js"
    );
    let mut process = tokio::process::Command::new("node")
        .args([script, "streamableHttp"])
        .env("PORT", port.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if line.contains(&port.to_string()) {
            break;
        }
    }

    let server = HttpServer::new(format!("http://127.0.0.1:{port}/mcp"));
    let connection = McpServer::http("everything", server)
        .connect()
        .await
        .unwrap();

    assert_eq!(
        run(&connection, "echo", json!({ "message": "hi" })).await,
        Ok(json!("Echo: hi"))
    );
    connection.close().await;
}
