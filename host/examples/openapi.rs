//! An API's document as tools, and its requests over the client that is ready. The API is
//! a few lines of this file, so that the example needs no network.
//!
//! ```sh
//! cargo run -p codecell-tests --example openapi
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what happens")]

use anyhow::Result;
use codecell::openapi::{Credential, Document};
use codecell::outbound::{HttpOutbound, Policy};
use codecell::{CodeTool, Sandbox};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const DOCUMENT: &str = "
openapi: 3.1.0
info: { title: Stations, version: '1' }
servers: [{ url: 'http://localhost:{port}', variables: { port: { default: '80' } } }]
security: [{ key: [] }]
components: { securitySchemes: { key: { type: http, scheme: bearer } } }
paths:
  /stations/{id}/temperature:
    get:
      operationId: getTemperature
      summary: Temperature at a station, in °C
      parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
      responses:
        '200':
          description: The temperature
          content: { application/json: { schema: { type: number } } }
";

/// What a model writes when it has read the types.
const PROGRAM: &str = "async () => {
    const ids = [3, 1, 2];
    const all = await Promise.all(ids.map(async id => [id, await stations.getTemperature({ id })]));
    return all.sort((a, b) => b[1] - a[1])[0];
}";

/// Answers each request with ten degrees for the station's number, if it has the key.
async fn serve(listener: TcpListener) -> Result<()> {
    loop {
        let (mut connection, _) = listener.accept().await?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(connection.read_u8().await?);
        }
        let head = String::from_utf8_lossy(&head);
        let id = head.split('/').nth(2).unwrap_or_default();
        let (status, body) = match head.contains("Bearer of-the-host") {
            true => ("200 OK", format!("{id}0.5")),
            false => ("401 Unauthorized", "no key".to_owned()),
        };
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
             connection: close\r\n\r\n{body}"
        );
        connection.write_all(answer.as_bytes()).await?;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(serve(listener));

    let access = Document::parse(DOCUMENT)?
        .access()
        .variable("port", port.to_string())
        .credential("key", Credential::Secret("of-the-host".into()))
        .build()?;
    // A real API needs its host here, and nothing else.
    let policy = Policy::new()
        .host("localhost")
        .allow_http()
        .ports([port])
        .allow_network("localhost", "127.0.0.0/8");
    let http = HttpOutbound::builder(policy).build()?;
    let tool = CodeTool::new(Sandbox::new()).provider(access.provider("stations", http.sender()));

    let definition = tool.definition();
    let types = definition.description.lines();
    for line in types.filter(|line| line.contains("getTemperature")) {
        println!("{}", line.trim());
    }
    let answer = tool.call(&json!({ "code": PROGRAM })).await?;
    println!("{}", answer.value());
    assert_eq!(answer.value(), &json!({ "result": [3, 30.5] }));
    Ok(())
}
