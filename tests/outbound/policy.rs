//! What goes out at all, and what a program may say in it.

use std::process::Command;

use codecell::outbound::{
    HttpOutbound, Outbound, OutboundError, OutboundErrorKind, OutboundFuture, OutboundRequest,
    OutboundResponse, Policy,
};
use codecell::{CodeTool, ExecuteRequest, Executor as _, ToolProvider};
use codecell_tests::{execute, sandbox};
use serde_json::{Value, json};

use crate::server::{Server, ok, with_headers};
use crate::support::{client, failed, failure, policy, run, value};

#[tokio::test]
async fn without_an_outbound_there_is_no_network() {
    let code =
        "try { await fetch('https://example.com/') } catch (e) { return [e.name, e.message] }";
    let request = ExecuteRequest::new(code).provider(ToolProvider::new("shop"));
    let result = execute(request).await;
    let message = "fetch failed: the network is blocked, so https://example.com/ cannot be reached. \
                   Call a tool of `shop` instead.";
    assert_eq!(result.outcome, Ok(json!(["TypeError", message])));
    assert_eq!(result.calls.len(), 0);
}

#[tokio::test]
async fn a_new_policy_lets_nothing_out() {
    let server = Server::start(|_| ok("")).await;
    assert_eq!(
        failure(&server, client(Policy::new()), "'https://a.test/'").await,
        failed(
            "denied",
            "the host a.test is not allowed; no host is allowed"
        )
    );
}

#[tokio::test]
async fn each_part_of_a_request_is_checked_before_anything_goes_out() {
    let server = Server::start(|_| ok("")).await;
    let allowed = || policy(&[&server]).methods(["GET"]);
    for (arguments, message) in [
        (
            "'http://evil.example:PORT/'",
            "the host evil.example is not allowed; the host that is allowed is *.test",
        ),
        (
            "'http://test:PORT/'",
            "the host test is not allowed; the host that is allowed is *.test",
        ),
        (
            "'http://a.test.evil:PORT/'",
            "the host a.test.evil is not allowed; the host that is allowed is *.test",
        ),
        (
            "'http://a.test.:PORT/'",
            "the host a.test. is not allowed; the host that is allowed is *.test",
        ),
        ("'http://evil.example%23.test:PORT/'", ""),
        ("'http://a.test:1/'", "the port 1 of a.test is not allowed"),
        ("'http://a.test/'", "the port 80 of a.test is not allowed"),
        ("'ftp://a.test:PORT/'", "the scheme ftp is not allowed"),
        ("'file:///etc/passwd'", "the scheme file is not allowed"),
        (
            "'HERE/', { method: 'POST' }",
            "the method POST is not allowed; use GET",
        ),
        (
            "'HERE/', { method: 'PURGE' }",
            "the method PURGE is not allowed; use GET",
        ),
        (
            "'HERE/', { method: 'gEt', headers: { 'x-http-method-override': 'DELETE' } }",
            "sent",
        ),
    ] {
        let found = failure(&server, client(allowed()), arguments).await;
        match message {
            // What is no URL fails in the program.
            "" => assert_eq!(found.0, "TypeError", "{arguments}"),
            "sent" => assert_eq!(found, (String::new(), "status 200".to_owned())),
            _ => assert_eq!(found, failed("denied", message), "{arguments}"),
        }
    }
    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(
        (
            asked[0].method.as_str(),
            asked[0].header("x-http-method-override")
        ),
        ("GET", None)
    );
}

#[tokio::test]
async fn plain_http_has_to_be_allowed() {
    let server = Server::start(|_| ok("")).await;
    let https_only = Policy::new()
        .host("*.test")
        .ports([server.port])
        .allow_network("*", "127.0.0.0/8");
    assert_eq!(
        failure(&server, client(https_only.clone()), "'HERE/'").await,
        failed("denied", "http is not allowed; use https")
    );
    // A server that does not speak TLS is not spoken to without it.
    assert_eq!(
        failure(&server, client(https_only), "'https://a.test:PORT/'").await,
        failed("connect", "cannot connect to a.test")
    );
    assert_eq!(server.paths(), [""; 0]);
}

#[tokio::test]
async fn a_program_cannot_write_a_line_of_its_own() {
    let server = Server::start(|_| ok("")).await;
    let code = r"const found = [];
        for (const [name, value] of [
            ['x', 'a\r\nhost: evil'], ['x', 'a\nb'], ['x', 'a\0b'], ['x\r\ny', 'a'],
            ['x y', 'a'], ['', 'a'], ['x:', 'a'], ['x', '€'],
        ]) {
            try { await fetch('HERE/', { headers: [[name, value]] }); found.push('sent') }
            catch (e) { found.push(e.name) }
        }
        for (const method of ['GET / HTTP/1.1\r\nx: y', 'CONNECT', 'TRACE', 'a b', '']) {
            try { await fetch('HERE/', { method }); found.push('sent') } catch (e) { found.push(e.name) }
        }
        await fetch('HERE/a b\r\nx: y?q=\r\nz');
        return found";
    let result = run(&server, client(policy(&[&server])), code).await;
    assert_eq!(result.outcome, Ok(json!(vec!["TypeError"; 13])));
    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(
        (asked[0].path.as_str(), asked[0].header("x")),
        ("/a%20bx:%20y?q=z", None)
    );
}

#[tokio::test]
async fn a_program_cannot_set_what_belongs_to_the_connection() {
    let server = Server::start(|_| ok("")).await;
    let code = "const headers = {};
        for (const name of ['Host', 'Connection', 'Content-Length', 'Transfer-Encoding', 'Upgrade',
            'TE', 'Trailer', 'Expect',
            'Keep-Alive', 'Proxy-Authorization', 'Proxy-Connection', 'Accept-Encoding', 'Via'])
            headers[name] = 'chunked';
        return (await fetch('HERE/', { method: 'POST', body: 'four',
            headers: { ...headers, 'x-mine': '1' } })).status";
    assert_eq!(
        value(&server, client(policy(&[&server])), code).await,
        json!(200)
    );
    let asked = server.asked().remove(0);
    let mut headers: Vec<_> = asked
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    headers.sort_unstable();
    let host = format!("a.test:{}", server.port);
    let agent = concat!("codecell/", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        headers,
        [
            ("accept", "*/*"),
            ("accept-encoding", "identity"),
            ("content-length", "4"),
            ("content-type", "text/plain;charset=UTF-8"),
            ("host", host.as_str()),
            ("user-agent", agent),
            ("x-mine", "1"),
        ]
    );
}

/// Tells the process in which the test runs again that proxies are set.
const CHILD: &str = "CODECELL_TEST_PROXIES";

#[tokio::test]
async fn no_proxy_of_the_environment_is_asked() {
    let server = Server::start(|_| ok("direct")).await;
    if std::env::var_os(CHILD).is_some() {
        let code = "(await fetch('HERE/')).text()";
        assert_eq!(
            value(&server, client(policy(&[&server])), code).await,
            json!("direct")
        );
        return;
    }
    let proxy = Server::start(|_| ok("by proxy")).await;
    let name = "policy::no_proxy_of_the_environment_is_asked";
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", name]).env(CHILD, "1");
    for name in [
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
        "HTTPS_PROXY",
    ] {
        child.env(name, format!("http://127.0.0.1:{}", proxy.port));
    }
    let ended = tokio::task::spawn_blocking(move || child.output().unwrap())
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    assert!(
        ended.status.success() && said.contains("1 passed"),
        "{said}"
    );
    assert_eq!(proxy.paths(), [""; 0]);
}

#[tokio::test]
async fn the_calls_of_fetch_are_no_global_and_no_providers_name() {
    let server = Server::start(|_| ok("")).await;
    let code = "[typeof fetch, fetch.read, fetch.send,
        Object.getOwnPropertyNames(globalThis).filter(name => globalThis[name]?.read)]";
    assert_eq!(
        value(&server, client(policy(&[&server])), code).await,
        json!(["function", null, null, []])
    );
    let taken = ExecuteRequest::new("1").provider(ToolProvider::new("fetch"));
    let error = sandbox().execute(taken).await.unwrap_err();
    assert!(error.to_string().contains("\"fetch\""), "{error}");
}

#[tokio::test]
async fn a_model_is_told_what_it_can_reach() {
    let server = Server::start(|_| ok("reached")).await;
    let tool =
        CodeTool::new(sandbox().clone()).outbound(client(policy(&[&server]).methods(["GET"])));
    let text = tool.definition().description;
    let about = "\n\nBeyond the tools, `fetch` works over http and https with GET: the host that is allowed is *.test";
    assert!(text.ends_with(about), "{text}");
    let arguments =
        json!({ "code": format!("(await fetch('http://a.test:{}/')).text()", server.port) });
    let answer = tool.call(&arguments).await.unwrap();
    assert_eq!(answer.value(), &json!({ "result": "reached" }));
}

/// Answers whatever a test wants.
struct Canned(fn() -> Result<OutboundResponse, OutboundError>);

impl Outbound for Canned {
    fn send(&self, _: OutboundRequest) -> OutboundFuture<'_> {
        Box::pin(std::future::ready((self.0)()))
    }
}

async fn canned(answer: fn() -> Result<OutboundResponse, OutboundError>) -> Value {
    let code = "try { const r = await fetch('https://any.test/a#b');
            return [r.status, r.statusText, r.url, [...r.headers], await r.text()] }
        catch (e) { return [e.name, e.message, e.cause?.code] }";
    execute(ExecuteRequest::new(code).outbound(Canned(answer)))
        .await
        .outcome
        .unwrap()
}

#[tokio::test]
async fn what_an_implementation_answers_is_checked() {
    assert_eq!(
        canned(|| Ok(OutboundResponse::new(200, "x").header("X-A", "b"))).await,
        json!([200, "", "https://any.test/a", [["x-a", "b"]], "x"])
    );
    assert_eq!(
        canned(|| {
            let mut response = OutboundResponse::new(204, "none");
            response.status_text = "a\r\nb".into();
            response.url = "https://other.test/#c".into();
            Ok(response
                .header("bad name", "x")
                .header("x", "a\nb")
                .header("y", "€"))
        })
        .await,
        json!([204, "", "https://other.test/", [], ""])
    );
    for status in [0, 100, 199, 600, 999] {
        static STATUS: std::sync::atomic::AtomicU16 = std::sync::atomic::AtomicU16::new(0);
        STATUS.store(status, std::sync::atomic::Ordering::Relaxed);
        let found = canned(|| {
            Ok(OutboundResponse::new(
                STATUS.load(std::sync::atomic::Ordering::Relaxed),
                "",
            ))
        })
        .await;
        let message = format!("fetch failed: the status {status} is none of HTTP");
        assert_eq!(found, json!(["TypeError", message, "protocol"]));
    }
    assert_eq!(
        canned(|| Err(
            OutboundError::new(OutboundErrorKind::Denied, "not today").source("a secret cause")
        ))
        .await,
        json!(["TypeError", "fetch failed: not today", "denied"])
    );
}

#[tokio::test]
async fn a_policy_that_cannot_be_is_refused() {
    let refused = |policy: Policy| {
        HttpOutbound::builder(policy)
            .build()
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        refused(Policy::new().host("https://a.test/")),
        "policy: host \"https://a.test/\" is none; write a host such as \"example.com\" or \
         \"*.example.com\", \
         without scheme, port and path"
    );
    assert_eq!(
        refused(Policy::new().allow_network("a.test", "10.0.0.0/99")),
        "policy: network \"10.0.0.0/99\" is none; write a range such as \"10.1.0.0/16\""
    );
}

#[tokio::test]
async fn a_response_header_cannot_hurt_the_program() {
    let server = Server::start(|_| {
        with_headers(
            &[
                ("__proto__", "x"),
                ("constructor", "y"),
                ("x-latin", "\u{e9}"),
            ],
            "",
        )
    })
    .await;
    let code = "const r = await fetch('HERE/');
        return [r.headers.get('__proto__'), r.headers.get('constructor'), ({}).polluted, typeof r.headers.get]";
    assert_eq!(
        value(&server, client(policy(&[&server])), code).await,
        json!(["x", "y", null, "function"])
    );
}
