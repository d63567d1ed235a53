//! Requests of durable executions: repeated from the record, and not at the server.

use std::time::Duration;

use codecell::record::EntryState;
use codecell::runtime::{Cassette, PolicyDecision};
use codecell::{Runtime, SqliteStore, Tool, ToolProvider};
use codecell_tests::sandbox;
use serde_json::json;

use crate::server::{Server, ok};
use crate::support::{client, policy};

/// A runtime whose paused executions are rows and nothing else, and that asks before `send`.
fn runtime(server: &Server) -> Runtime {
    let ask = Tool::from_fn("ask", |_, _| async { Ok("asked") }).requires_approval(true);
    Runtime::builder(sandbox().clone(), SqliteStore::in_memory().unwrap())
        .connector(ToolProvider::new("person").tool(ask))
        .outbound(client(policy(&[server])))
        .policy(|call| match (call.connector, call.method) {
            ("fetch", "send") => PolicyDecision::Ask,
            _ => PolicyDecision::Tool,
        })
        .keep_alive(Duration::ZERO)
        .build()
        .unwrap()
}

fn code(server: &Server, text: &str) -> String {
    text.replace("HERE", "http://a.test:PORT")
        .replace("PORT", &server.port.to_string())
}

#[tokio::test]
async fn a_request_is_made_once_and_its_response_repeated() {
    let server = Server::start(|asked| ok(format!("{} {}", asked.method, asked.path))).await;
    let runtime = runtime(&server);
    let program = code(
        &server,
        "async () => {
            const first = await fetch('HERE/1', { headers: { 'x-a': 'b' } });
            const failed = await fetch('http://evil.example/').catch(e => [e.name, e.message, e.cause]);
            const before = [first.status, first.url, [...first.headers], await first.text(), failed];
            await person.ask();
            return [before, await (await fetch('HERE/2')).text()];
        }",
    );

    let paused = runtime.execute(&*program).await.unwrap();
    assert_eq!(server.paths(), ["/1"]);
    let done = runtime.approve(paused.execution_id()).await.unwrap();

    let url = code(&server, "HERE/1");
    let message =
        "fetch failed: the host evil.example is not allowed; the host that is allowed is *.test";
    let failed = json!(["TypeError", message, { "code": "denied" }]);
    assert_eq!(
        done.result(),
        Some(&json!([
            [200, url, [["content-length", "6"]], "GET /1", failed],
            "GET /2"
        ]))
    );
    assert_eq!(server.paths(), ["/1", "/2"]);
}

#[tokio::test]
async fn a_request_that_changes_something_can_wait_for_a_person() {
    let server = Server::start(|asked| ok(asked.text())).await;
    let runtime = runtime(&server);
    let program = code(
        &server,
        "async () => {
            const read = await fetch('HERE/');
            const sent = await fetch('HERE/pay', { method: 'POST', body: 'ten' });
            return [read.status, await sent.text()];
        }",
    );

    let paused = runtime.execute(&*program).await.unwrap();
    let pending = &paused.pending()[0];
    assert_eq!((&*pending.connector, &*pending.method), ("fetch", "send"));
    assert_eq!(
        pending.args.as_ref().unwrap()["url"],
        json!(code(&server, "HERE/pay"))
    );
    assert_eq!(server.paths(), ["/"]);

    let done = runtime.approve(paused.execution_id()).await.unwrap();
    assert_eq!(done.error(), None);
    assert_eq!(done.result(), Some(&json!([200, "ten"])));
    assert_eq!(server.paths(), ["/", "/pay"]);
    let kept = runtime
        .execution(done.execution_id())
        .await
        .unwrap()
        .unwrap();
    let states: Vec<EntryState> = kept.log.iter().map(|entry| entry.state).collect();
    assert_eq!(states, [EntryState::Applied, EntryState::Applied]);
}

#[tokio::test]
async fn a_response_that_the_record_has_no_room_for_fails_its_call() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/big" => ok(vec![b'x'; 2 * 1024 * 1024]),
        _ => ok("small"),
    })
    .await;
    let program = code(
        &server,
        "async () => {
            const big = await fetch('HERE/big').catch(e => e.cause.code);
            return [big, await (await fetch('HERE/')).text()];
        }",
    );
    let done = runtime(&server).execute(&*program).await.unwrap();
    assert_eq!(done.result(), Some(&json!(["too_large", "small"])));
}

#[tokio::test]
async fn a_cassette_repeats_requests_without_a_server() {
    let server = Server::start(|asked| ok(asked.path.clone())).await;
    let program = code(
        &server,
        "async () => {
            const failed = await fetch('http://evil.example/').catch(e => e.message);
            return [await (await fetch('HERE/a')).text(), failed];
        }",
    );
    let runtime = runtime(&server);
    let done = runtime.execute(&*program).await.unwrap();
    let text = runtime
        .cassette(done.execution_id())
        .await
        .unwrap()
        .to_json();
    drop(server);

    let replayed = Cassette::from_json(&text)
        .unwrap()
        .replay(sandbox())
        .await
        .unwrap();

    assert_eq!(replayed.result(), done.result());
    assert_eq!(done.result().unwrap()[0], json!("/a"));
}

#[tokio::test]
async fn what_was_sent_is_told_by_a_rollback_that_cannot_undo_it() {
    let server = Server::start(|_| ok("")).await;
    let program = code(
        &server,
        "async () => {
            await fetch('HERE/');
            return (await fetch('HERE/pay', { method: 'POST' })).status;
        }",
    );
    let runtime = runtime(&server);
    let paused = runtime.execute(&*program).await.unwrap();
    let done = runtime.approve(paused.execution_id()).await.unwrap();
    assert_eq!(done.result(), Some(&json!(200)));

    let report = runtime.rollback(done.execution_id()).await.unwrap();

    assert_eq!(report.not_revertible, ["1: fetch.send"]);
    assert_eq!(report.reverted, [""; 0]);
}

#[tokio::test]
async fn a_model_is_told_what_executions_can_reach() {
    let server = Server::start(|_| ok("")).await;
    let text = runtime(&server).definition().description;
    assert!(
        text.contains(
            "`fetch` works over http and https with GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE: \
             the host that is allowed is *.test; there is no file system"
        ),
        "{text}"
    );
}
