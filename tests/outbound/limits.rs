//! Servers and programs that want more than they may have; and what is left after them.

use std::time::Duration;

use codecell::outbound::HttpOutbound;
use codecell::{CallOutcome, CancellationToken, Limits};
use codecell_tests::{execute, still_works};
use serde_json::json;

use crate::server::{Reply, Server, ok, with_headers};
use crate::support::{client, failed, failure, policy, request, run, value};

fn raw(text: &str) -> Reply {
    Reply::Raw(text.as_bytes().to_vec())
}

async fn a_failure_of(reply: fn() -> Reply) -> (String, String) {
    let server = Server::start(move |_| reply()).await;
    failure(&server, small(&server), "'HERE/'").await
}

/// A client for little and not for long.
fn small(server: &Server) -> HttpOutbound {
    let policy = policy(&[server])
        .max_request_bytes(10)
        .max_response_bytes(10)
        .timeout(Duration::from_millis(300));
    client(policy)
}

#[tokio::test]
async fn a_response_over_the_limit_fails_whether_it_says_so_or_not() {
    let over = failed(
        "too_large",
        "the body of the response is over 10 bytes; ask for less",
    );
    assert_eq!(a_failure_of(|| ok("12345678901")).await, over);
    assert_eq!(
        a_failure_of(|| raw("HTTP/1.1 200 x\r\ncontent-length: 99999999999999\r\n\r\n1")).await,
        over
    );
    assert_eq!(
        a_failure_of(|| raw("HTTP/1.1 200 x\r\n\r\n12345678901")).await,
        over
    );
    let chunks = || {
        raw(
            "HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n6\r\n123456\r\n6\r\n123456\r\n0\r\n\r\n",
        )
    };
    assert_eq!(a_failure_of(chunks).await, over);
    assert_eq!(a_failure_of(|| Reply::Endless).await, over);
}

#[tokio::test]
async fn a_response_at_the_limit_comes() {
    let server = Server::start(|asked| match asked.method.as_str() {
        "HEAD" => raw("HTTP/1.1 200 x\r\ncontent-length: 99999999999\r\n\r\n"),
        _ => ok("1234567890"),
    })
    .await;
    let code = "const r = await fetch('HERE/'); const h = await fetch('HERE/', { method: 'HEAD' });
        return [await r.text(), h.headers.get('content-length')]";
    assert_eq!(
        value(&server, small(&server), code).await,
        json!(["1234567890", "99999999999"])
    );
}

#[tokio::test]
async fn a_client_leaves_a_server_that_does_not_stop() {
    let server = Server::start(|_| Reply::Endless).await;
    failure(&server, small(&server), "'HERE/'").await;
    server.left(1).await;
}

#[tokio::test]
async fn a_request_over_the_limit_does_not_go_out() {
    let server = Server::start(|_| ok("")).await;
    let post = |body: &str| format!("'HERE/', {{ method: 'POST', body: {body} }}");
    let over = "the body of the request is 11 bytes, over the limit of 10; send less";
    for body in [
        "'12345678901'",
        "'ääääää'.slice(1) + 'x'",
        "new Uint8Array(11).fill(255)",
    ] {
        let found = failure(&server, small(&server), &post(body)).await;
        assert_eq!(found, failed("too_large", over), "{body}");
    }
    assert_eq!(server.paths(), [""; 0]);
    let found = failure(&server, small(&server), &post("'1234567890'")).await;
    assert_eq!(found, (String::new(), "status 200".to_owned()));
}

#[tokio::test]
async fn a_request_over_the_limit_of_the_run_ends_it() {
    let server = Server::start(|_| ok("")).await;
    let code = "try { await fetch('HERE/', { method: 'POST', body: 'x'.repeat(2000) }) } catch {}
        return 'caught'";
    let request = request(&server, client(policy(&[&server])), code)
        .limits(Limits::default().argument_bytes(1000));
    let error = execute(request).await.outcome.unwrap_err();
    assert_eq!(error.kind.as_str(), "call_limit");
    assert_eq!(server.paths(), [""; 0]);
    still_works().await;
}

#[tokio::test]
async fn a_response_over_the_limit_of_the_run_fails_its_call() {
    let server = Server::start(|asked| match asked.path.as_str() {
        // As JSON each byte takes six.
        "/controls" => ok([1; 500]),
        _ => ok("x".repeat(3000)),
    })
    .await;
    let code = "const found = [];
        for (const path of ['', 'controls']) 
            await fetch('HERE/' + path).catch(e => found.push(e.cause.code, e.message));
        return found";
    let request = request(&server, client(policy(&[&server])), code)
        .limits(Limits::default().tool_result_bytes(2000));
    let found = execute(request).await.outcome.unwrap();
    assert_eq!(found[0], json!("too_large"));
    assert_eq!(
        found[1],
        json!("fetch failed: the body of the response is over 2000 bytes; ask for less")
    );
    assert_eq!(found[2], json!("too_large"));
    let message = found[3].as_str().unwrap();
    assert!(
        message.ends_with("bytes of JSON, over the limit of 2000; ask for less"),
        "{message}"
    );
    still_works().await;
}

#[tokio::test]
async fn a_response_takes_no_longer_than_the_policy_says() {
    let late = failed("timeout", "no whole response came within 300 ms");
    assert_eq!(a_failure_of(|| Reply::Silence).await, late);
    let server = Server::start(|_| Reply::Drip(Duration::from_millis(5))).await;
    let dripping = policy(&[&server]).timeout(Duration::from_millis(300));
    assert_eq!(failure(&server, client(dripping), "'HERE/'").await, late);
    server.left(1).await;
}

#[tokio::test]
async fn what_is_no_http_fails() {
    let broken = failed(
        "protocol",
        "the response of a.test broke off, or is not HTTP",
    );
    for reply in [
        || raw(""),
        || raw("SSH-2.0-OpenSSH_9\r\n"),
        || raw("HTTP/1.1 abc x\r\n\r\n"),
        || raw("HTTP/1.1 200 x\r\nno colon\r\n\r\n"),
        || raw("HTTP/1.1 200 x\r\ncontent-length: 5\r\n\r\n123"),
        || raw("HTTP/1.1 200 x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n12"),
        || raw("HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n"),
        || raw("HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12"),
    ] {
        assert_eq!(a_failure_of(reply).await, broken);
    }
}

#[tokio::test]
async fn headers_without_an_end_fail() {
    let endless =
        || Reply::Raw(format!("HTTP/1.1 200 x\r\n{}", "x-a: b\r\n".repeat(200_000)).into_bytes());
    assert_eq!(a_failure_of(endless).await.0, "protocol");
    let long = || {
        Reply::Raw(format!("HTTP/1.1 200 x\r\nx-a: {}\r\n\r\n", "b".repeat(2_000_000)).into_bytes())
    };
    assert_eq!(a_failure_of(long).await.0, "protocol");
}

#[tokio::test]
async fn a_port_where_nobody_is_fails() {
    let server = Server::start(|_| ok("")).await;
    let gone = Server::start(|_| ok("")).await;
    let port = gone.port;
    let both = policy(&[&server, &gone]);
    drop(gone);
    // The port is free once the server's task has ended.
    while tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .is_ok()
    {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        failure(&server, client(both), &format!("'http://a.test:{port}/'")).await,
        failed("connect", "cannot connect to a.test")
    );
}

#[tokio::test]
async fn a_body_is_not_inflated() {
    let server = Server::start(|_| with_headers(&[("content-encoding", "gzip")], "as it is")).await;
    let code = "const r = await fetch('HERE/'); return [r.headers.get('content-encoding'), await r.text()]";
    assert_eq!(
        value(&server, client(policy(&[&server])), code).await,
        json!(["gzip", "as it is"])
    );
}

#[tokio::test]
async fn requests_count_as_calls() {
    let server = Server::start(|_| ok("")).await;
    let code = "for (;;) { try { await fetch('HERE/') } catch {} }";
    let request =
        request(&server, client(policy(&[&server])), code).limits(Limits::default().calls(5));
    let result = execute(request).await;
    let error = result.outcome.unwrap_err();
    assert_eq!(
        (error.kind.as_str(), error.message.as_str()),
        (
            "call_limit",
            "The program made more than 5 tool calls; fetch more with each call"
        )
    );
    assert_eq!(server.asked().len(), 5);
    assert_eq!(result.calls.len(), 5);
    still_works().await;
}

#[tokio::test]
async fn requests_that_go_nowhere_count_too() {
    let server = Server::start(|_| ok("")).await;
    let code = "for (;;) { try { await fetch('http://evil.example/') } catch {} }";
    let request =
        request(&server, client(policy(&[&server])), code).limits(Limits::default().calls(5));
    let error = execute(request).await.outcome.unwrap_err();
    assert_eq!(error.kind.as_str(), "call_limit");
    still_works().await;
}

#[tokio::test]
async fn requests_are_under_way_as_calls_are() {
    let server = Server::start(|_| Reply::Silence).await;
    let code = "await Promise.allSettled(Array.from({ length: 10 }, () => fetch('HERE/')))";
    let request = request(&server, client(policy(&[&server])), code)
        .limits(Limits::default().calls_in_flight(3));
    let error = execute(request).await.outcome.unwrap_err();
    assert_eq!(error.kind.as_str(), "call_limit");
    assert!(error.message.contains('3'), "{}", error.message);
    assert!(server.asked().len() <= 3);
    still_works().await;
}

#[tokio::test]
async fn a_run_that_is_cancelled_lets_its_requests_go() {
    let token = CancellationToken::new();
    let stop = token.clone();
    let server = Server::start(move |_| {
        stop.cancel();
        Reply::Silence
    })
    .await;
    let code = "await fetch('HERE/')";
    let request = request(&server, client(policy(&[&server])), code).cancellation(token);
    let result = execute(request).await;
    assert_eq!(result.outcome.unwrap_err().kind.as_str(), "cancelled");
    assert_eq!(result.calls[0].outcome, CallOutcome::Cancelled);
    server.left(1).await;
    still_works().await;
}

#[tokio::test]
async fn a_run_out_of_time_lets_its_requests_go() {
    let server = Server::start(|_| Reply::Silence).await;
    let code = "await Promise.all([fetch('HERE/1'), fetch('HERE/2')])";
    let limits = Limits::default().wall_time(Duration::from_millis(500));
    let request = request(&server, client(policy(&[&server])), code).limits(limits);
    let error = execute(request).await.outcome.unwrap_err();
    assert_eq!(error.kind.as_str(), "timeout");
    server.left(2).await;
    still_works().await;
}

#[tokio::test]
async fn a_run_that_ends_lets_its_requests_go() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/slow" => Reply::Silence,
        _ => ok(""),
    })
    .await;
    let code = "fetch('HERE/slow').catch(() => {}); await fetch('HERE/'); return 'done'";
    let result = run(&server, client(policy(&[&server])), code).await;
    assert_eq!(result.outcome, Ok(json!("done")));
    server.left(1).await;
    still_works().await;
}
