//! The standard's `fetch`: what goes out, and what comes back.

use codecell::CallOutcome;
use serde_json::{Value, json};

use crate::server::{Asked, Reply, Server, ok, with_headers};
use crate::support::{client, policy, run, value};

/// Tells a request back.
fn echo(asked: &Asked) -> Reply {
    let seen = json!({
        "method": asked.method,
        "path": asked.path,
        "type": asked.header("content-type"),
        "length": asked.header("content-length"),
        "body": asked.text(),
    });
    with_headers(&[("content-type", "application/json")], &seen.to_string())
}

async fn echoed(arguments: &str) -> Value {
    let server = Server::start(echo).await;
    let code = format!("(await fetch({arguments})).json()");
    value(&server, client(policy(&[&server])), &code).await
}

#[tokio::test]
async fn a_response_has_everything_that_was_sent() {
    let server = Server::start(|_| {
        Reply::Raw(
            b"HTTP/1.1 201 Made\r\nX-One: a\r\nx-one: b\r\nset-cookie: c=1\r\nset-cookie: d=2\r\n\
              content-length: 2\r\n\r\nhi"
                .to_vec(),
        )
    })
    .await;
    let code = "const r = await fetch('HERE/x?y=1#z');
        return [r.status, r.ok, r.redirected, r.type, r.url.replace(/:[0-9]+/, ''), [...r.headers],
            r.headers.getSetCookie(), await r.text(), r.bodyUsed]";
    assert_eq!(
        value(&server, client(policy(&[&server])), code).await,
        json!([
            201,
            true,
            false,
            "basic",
            "http://a.test/x?y=1",
            [
                ["content-length", "2"],
                ["set-cookie", "c=1"],
                ["set-cookie", "d=2"],
                ["x-one", "a, b"]
            ],
            ["c=1", "d=2"],
            "hi",
            true,
        ])
    );
    assert_eq!(server.paths(), ["/x?y=1"]);
}

#[tokio::test]
async fn a_get_carries_no_body() {
    let seen = echoed("'HERE/p'").await;
    assert_eq!(
        seen,
        json!({ "method": "GET", "path": "/p", "type": null, "length": null, "body": "" })
    );
}

#[tokio::test]
async fn every_kind_of_body_goes_out_with_its_type() {
    for (body, media_type, sent) in [
        ("'tëxt'", json!("text/plain;charset=UTF-8"), "tëxt"),
        (
            "new URLSearchParams({ a: '1 2', b: 'é' })",
            json!("application/x-www-form-urlencoded;charset=UTF-8"),
            "a=1+2&b=%C3%A9",
        ),
        ("new TextEncoder().encode('bytes')", json!(null), "bytes"),
        (
            "new TextEncoder().encode('buffer').buffer",
            json!(null),
            "buffer",
        ),
        (
            "new Blob(['blob'], { type: 'text/x' })",
            json!("text/x"),
            "blob",
        ),
        (
            "JSON.stringify({ a: [1] })",
            json!("text/plain;charset=UTF-8"),
            "{\"a\":[1]}",
        ),
    ] {
        let seen = echoed(&format!("'HERE/', {{ method: 'post', body: {body} }}")).await;
        assert_eq!(
            seen,
            json!({ "method": "POST", "path": "/", "type": media_type,
                "length": sent.len().to_string(), "body": sent }),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_stream_is_read_to_its_end_and_sent() {
    let stream = "new ReadableStream({ start(c) {
        for (const t of ['a', 'b', 'c']) c.enqueue(new TextEncoder().encode(t)); c.close() } })";
    let seen = echoed(&format!(
        "'HERE/', {{ method: 'PUT', body: {stream}, duplex: 'half' }}"
    ))
    .await;
    assert_eq!(seen["body"], json!("abc"));
}

#[tokio::test]
async fn a_form_goes_out_in_parts() {
    let server = Server::start(|_| ok("")).await;
    let code = "const f = new FormData(); f.append('a', '1');
        f.append('f', new File(['x'], 'n.txt', { type: 'text/plain' }));
        await fetch('HERE/', { method: 'POST', body: f }); return 1";
    value(&server, client(policy(&[&server])), code).await;
    let asked = server.asked().remove(0);
    let media_type = asked.header("content-type").unwrap();
    let mark = media_type
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    assert_eq!(
        asked.text(),
        format!(
            "--{mark}\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--{mark}\r\n\
             Content-Disposition: form-data; name=\"f\"; filename=\"n.txt\"\r\n\
             Content-Type: text/plain\r\n\r\nx\r\n--{mark}--\r\n"
        )
    );
}

#[tokio::test]
async fn bytes_that_are_no_text_cross_both_ways() {
    let server =
        Server::start(|asked| ok(asked.body.iter().rev().copied().collect::<Vec<u8>>())).await;
    let code = "const r = await fetch('HERE/', { method: 'POST', body: new Uint8Array([0, 255, 128, 10]) });
        return [...await r.bytes()]";
    let result = run(&server, client(policy(&[&server])), code).await;
    assert_eq!(result.outcome, Ok(json!([10, 128, 255, 0])));
    assert_eq!(
        result.calls[0].args[0]["body"],
        json!({ "$bytes": "AP+ACg==" })
    );
}

#[tokio::test]
async fn a_body_can_be_read_as_a_stream() {
    let server = Server::start(|_| ok("streamed")).await;
    let code = "const r = await fetch('HERE/'); let text = '';
        for await (const chunk of r.body.pipeThrough(new TextDecoderStream())) text += chunk; return text";
    assert_eq!(
        value(&server, client(policy(&[&server])), code).await,
        json!("streamed")
    );
}

#[tokio::test]
async fn a_response_of_head_or_without_content_has_no_body() {
    let server = Server::start(|asked| match asked.method.as_str() {
        "HEAD" => ok("12345"),
        _ => Reply::Raw(b"HTTP/1.1 204 x\r\n\r\n".to_vec()),
    })
    .await;
    let code = "const h = await fetch('HERE/', { method: 'HEAD' }); const n = await fetch('HERE/');
        return [h.status, h.body, h.headers.get('content-length'), n.status, n.body, await n.text()]";
    assert_eq!(
        value(&server, client(policy(&[&server])), code).await,
        json!([200, null, "5", 204, null, ""])
    );
}

#[tokio::test]
async fn a_request_object_goes_out_as_it_is() {
    let server = Server::start(echo).await;
    let code = "const q = new Request('HERE/q', { method: 'PATCH', body: '{}',
            headers: { 'content-type': 'application/json' } });
        const seen = await (await fetch(q)).json(); return [seen, q.bodyUsed]";
    assert_eq!(
        value(&server, client(policy(&[&server])), code).await,
        json!([{ "method": "PATCH", "path": "/q", "type": "application/json", "length": "2", "body": "{}" },
            true])
    );
}

#[tokio::test]
async fn a_failed_status_is_a_response() {
    let server = Server::start(|_| Reply::Whole(503, Vec::new(), b"later".to_vec())).await;
    let code =
        "const r = await fetch('HERE/'); return [r.status, r.ok, r.statusText, await r.text()]";
    assert_eq!(
        value(&server, client(policy(&[&server])), code).await,
        json!([503, false, "Service Unavailable", "later"])
    );
}

#[tokio::test]
async fn requests_run_at_the_same_time() {
    let server = Server::start(|asked| ok(asked.path.clone())).await;
    let code = "Promise.all([1, 2, 3, 4].map(async n => (await fetch(`HERE/${n}`)).text()))";
    assert_eq!(
        value(&server, client(policy(&[&server])), code).await,
        json!(["/1", "/2", "/3", "/4"])
    );
}

#[tokio::test]
async fn requests_are_among_the_calls() {
    let server = Server::start(|_| ok("x")).await;
    let code = "await fetch('HERE/a', { headers: { 'X-A': '1' } });
        await fetch('HERE/b', { method: 'POST', body: 'b' });
        try { await fetch('http://evil.example/') } catch {} return 1";
    let result = run(&server, client(policy(&[&server])), code).await;
    let url = |path: &str| format!("http://a.test:{}{path}", server.port);
    let calls: Vec<Value> = result
        .calls
        .iter()
        .map(|call| json!([call.namespace, call.name, call.args]))
        .collect();
    assert_eq!(
        json!(calls),
        json!([
            ["fetch", "read", [{
                "url": url("/a"), "method": "GET", "headers": [["x-a", "1"]],
                "body": null, "redirect": "follow",
            }]],
            ["fetch", "send", [{
                "url": url("/b"), "method": "POST",
                "headers": [["content-type", "text/plain;charset=UTF-8"]],
                "body": "b", "redirect": "follow",
            }]],
            ["fetch", "read", [{
                "url": "http://evil.example/", "method": "GET", "headers": [],
                "body": null, "redirect": "follow",
            }]],
        ])
    );
    assert_eq!(result.calls[1].outcome, CallOutcome::Returned);
    assert!(
        matches!(&result.calls[2].outcome, CallOutcome::Failed(message)
            if message.contains("evil.example is not allowed"))
    );
}

#[tokio::test]
async fn an_aborted_request_rejects_at_once_with_the_reason() {
    let server = Server::start(|_| Reply::Silence).await;
    let code = "const log = [];
        const c = new AbortController(); setTimeout(() => c.abort(), 5);
        await fetch('HERE/', { signal: c.signal }).catch(e => log.push(e.name, e instanceof DOMException));
        await fetch('HERE/', { signal: AbortSignal.timeout(5) }).catch(e => log.push(e.name));
        await fetch('HERE/', { signal: AbortSignal.abort('why') }).catch(e => log.push(e));
        return log";
    let result = run(&server, client(policy(&[&server])), code).await;
    assert_eq!(
        result.outcome,
        Ok(json!(["AbortError", true, "TimeoutError", "why"]))
    );
    // The one that was aborted before never went out.
    assert_eq!(result.calls.len(), 2);
}

#[tokio::test]
async fn a_body_that_fails_fails_the_request() {
    let server = Server::start(|_| ok("")).await;
    let code = "const body = new ReadableStream({ pull() { throw new RangeError('broken') } });
        return fetch('HERE/', { method: 'POST', body, duplex: 'half' }).catch(e => [e.name, e.message])";
    let result = run(&server, client(policy(&[&server])), code).await;
    assert_eq!(result.outcome, Ok(json!(["RangeError", "broken"])));
    assert_eq!(result.calls.len(), 0);
}

#[tokio::test]
async fn an_abort_after_the_response_changes_nothing() {
    let server = Server::start(|_| ok("x")).await;
    let code =
        "const c = new AbortController(); const r = await fetch('HERE/', { signal: c.signal });
        c.abort(); return r.status";
    assert_eq!(
        value(&server, client(policy(&[&server])), code).await,
        json!(200)
    );
}

#[tokio::test]
async fn a_failure_that_nobody_catches_names_its_place() {
    let server = Server::start(|_| ok("x")).await;
    let result = run(
        &server,
        client(policy(&[&server])),
        "const a = 1;\nawait fetch('http://evil.example/');\nreturn a",
    )
    .await;
    let error = result.outcome.unwrap_err();
    assert_eq!(
        (
            error.kind.as_str(),
            error.name.as_deref(),
            error.position.map(|at| at.line),
            error.message.as_str()
        ),
        (
            "exception",
            Some("TypeError"),
            Some(2),
            "fetch failed: the host evil.example is not allowed; the host that is allowed is *.test"
        )
    );
}

#[tokio::test]
async fn fetch_works_in_a_tampered_realm() {
    let server = Server::start(|_| ok("right")).await;
    let code = "
        Promise.prototype.then = () => { throw 'then' };
        Array.prototype[Symbol.iterator] = () => { throw 'iterated' };
        Object.prototype.url = 'http://evil.example/'; Object.prototype.method = 'DELETE';
        Object.prototype.redirect = 'manual';
        Object.defineProperty(Object.prototype, 'body', {
            set() { throw 'body' }, get() { return 'planted' }, configurable: true });
        JSON.stringify = () => 'forged';
        const response = await fetch('HERE/');
        delete Object.prototype.body; delete Object.prototype.method;
        return (await response.text())";
    let result = run(&server, client(policy(&[&server])), code).await;
    assert_eq!(result.outcome, Ok(json!("right")));
    assert_eq!(server.paths(), ["/"]);
    assert_eq!(result.calls[0].args[0]["method"], json!("GET"));
}
