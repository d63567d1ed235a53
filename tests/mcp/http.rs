//! Streamable HTTP: what is sent along, and to whom.

use std::sync::{Arc, Mutex};

use crate::support::{answer, call};
use codecell::mcp::{HttpServer, McpConfig, McpServer};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// One request, as far as a test asks about it.
#[derive(Debug)]
struct Request {
    line: String,
    headers: Vec<String>,
    body: Value,
}

impl Request {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|header| {
            let (key, value) = header.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// A web server inside the test: where it is, and what it was asked.
async fn web(
    reply: impl Fn(&Request) -> String + Send + Sync + 'static,
) -> (String, Arc<Mutex<Vec<Request>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    let requests = Arc::new(Mutex::new(Vec::new()));
    let (reply, noted) = (Arc::new(reply), Arc::clone(&requests));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(exchange(stream, Arc::clone(&reply), Arc::clone(&noted)));
        }
    });
    (url, requests)
}

async fn exchange<R: Fn(&Request) -> String>(
    stream: TcpStream,
    reply: Arc<R>,
    noted: Arc<Mutex<Vec<Request>>>,
) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            match stream.read_line(&mut line).await {
                Ok(0) | Err(_) => return,
                Ok(_) if line.trim_end().is_empty() => break,
                Ok(_) => lines.push(line.trim_end().to_owned()),
            }
        }
        let mut request = Request {
            line: lines.remove(0),
            headers: lines,
            body: Value::Null,
        };
        let length = request
            .header("content-length")
            .map_or(0, |it| it.parse().unwrap());
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.unwrap();
        request.body = serde_json::from_slice(&body).unwrap_or_default();
        let answer = reply(&request);
        noted.lock().unwrap().push(request);
        if stream.get_mut().write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

fn status(line: &str) -> String {
    format!("HTTP/1.1 {line}\r\ncontent-length: 0\r\n\r\n")
}

fn body(json: &Value) -> String {
    let json = json.to_string();
    let length = json.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{json}"
    )
}

/// What a program sees when HTTP fails.
fn unanswered() -> Result<Value, String> {
    Err(
        "\"t\" of MCP server \"web\" was not answered: the request failed on its way there or back"
            .to_owned(),
    )
}

/// A server that shakes hands and answers every call with `ok`.
fn well_behaved(request: &Request) -> String {
    match request.body["method"].as_str() {
        Some("initialize") => body(&answer(
            &request.body,
            json!({
                "protocolVersion": "2025-11-25",
                "capabilities": { "tools": {} },
                "serverInfo": { "name": "web", "version": "1" },
            }),
        )),
        Some("tools/call") => body(&answer(&request.body, json!({ "toolResult": "ok" }))),
        Some(_) => status("202 Accepted"),
        None => status("405 Method Not Allowed"),
    }
}

#[tokio::test]
async fn headers_and_the_token_go_with_every_message() {
    let (url, requests) = web(well_behaved).await;
    let server = HttpServer::new(url)
        .header("X-Team", "blue")
        .bearer("t0ken-t0ken");
    let connection = McpServer::http("web", server).connect().await.unwrap();

    assert_eq!(call(&connection, "t", json!({})).await, Ok(json!("ok")));

    let requests = requests.lock().unwrap();
    let posts: Vec<_> = requests
        .iter()
        .filter(|it| it.line.starts_with("POST"))
        .collect();
    assert_eq!(posts.len(), 3);
    for post in posts {
        assert_eq!(post.header("x-team"), Some("blue"));
        assert_eq!(post.header("authorization"), Some("Bearer t0ken-t0ken"));
    }
}

#[tokio::test]
async fn an_authorization_header_of_a_configuration_is_sent() {
    let (url, requests) = web(well_behaved).await;
    let document = json!({ "mcpServers": { "web": {
        "url": url,
        "headers": { "Authorization": "Bearer ${TOKEN}" },
    } } });
    let config =
        McpConfig::with_variables(&document.to_string(), |_| Some("t0ken".to_owned())).unwrap();

    let server = config.servers.into_iter().next().unwrap();
    let _connection = server.connect().await.unwrap();

    let requests = requests.lock().unwrap();
    assert_eq!(requests[0].header("authorization"), Some("Bearer t0ken"));
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_not_followed() {
    let (elsewhere, strangers) = web(well_behaved).await;
    let (url, _) = web(move |_| {
        format!(
            "HTTP/1.1 307 Temporary Redirect\r\nlocation: {elsewhere}\r\ncontent-length: 0\r\n\r\n"
        )
    })
    .await;
    let server = HttpServer::new(url).header("X-Key", "s3cret-s3cret");

    let error = McpServer::http("web", server).connect().await.unwrap_err();

    assert_eq!(error.server(), "web");
    assert!(strangers.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_refused_token_is_told_without_the_token() {
    let (url, _) = web(|_| status("401 Unauthorized")).await;
    let url = format!("{url}?key=s3cret-s3cret");
    let server = HttpServer::new(url).bearer("t0ken-t0ken");

    let error = McpServer::http("web", server)
        .connect()
        .await
        .unwrap_err()
        .to_string();

    assert!(
        error.starts_with("MCP server \"web\" could not be reached: "),
        "{error}"
    );
    assert!(error.contains("401"), "{error}");
    assert!(
        !error.contains("s3cret") && !error.contains("t0ken"),
        "{error}"
    );
}

#[tokio::test]
async fn a_body_that_is_too_large_fails_the_call() {
    let (url, _) = web(|request| match request.body["method"].as_str() {
        Some("tools/call") => {
            let text = "x".repeat(17 * 1024 * 1024);
            body(&answer(
                &request.body,
                json!({ "content": [{ "type": "text", "text": text }] }),
            ))
        }
        _ => well_behaved(request),
    })
    .await;
    let connection = McpServer::http("web", HttpServer::new(url))
        .connect()
        .await
        .unwrap();

    assert_eq!(call(&connection, "t", json!({})).await, unanswered());
}

#[tokio::test]
async fn a_server_that_is_gone_is_found_again_at_the_next_call() {
    let calls = Mutex::new(0);
    let (url, _) = web(move |request| {
        if request.body["method"] != "tools/call" {
            return well_behaved(request);
        }
        let mut calls = calls.lock().unwrap();
        *calls += 1;
        match *calls {
            2 => status("502 Bad Gateway"),
            _ => well_behaved(request),
        }
    })
    .await;
    let connection = McpServer::http("web", HttpServer::new(url))
        .connect()
        .await
        .unwrap();

    assert_eq!(call(&connection, "t", json!({})).await, Ok(json!("ok")));
    assert_eq!(call(&connection, "t", json!({})).await, unanswered());
    assert!(connection.diagnostics().await.contains("502"));
    assert_eq!(call(&connection, "t", json!({})).await, Ok(json!("ok")));
}
