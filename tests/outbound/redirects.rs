//! Redirects: each hop is a request of its own, and is checked as one.

use serde_json::json;

use crate::server::{Asked, Reply, Server, ok, redirect, with_headers};
use crate::support::{client, failed, failure, policy, run, value};

/// `/N/…` redirects with the status N to the rest of the path.
fn as_told(asked: &Asked) -> Reply {
    let path = asked.path.trim_start_matches('/');
    match path.split_once('/') {
        Some((status, rest)) => redirect(status.parse().unwrap(), format!("/{rest}")),
        None => {
            let seen = json!([asked.method, asked.header("content-type"), asked.text()]);
            with_headers(&[("content-type", "application/json")], &seen.to_string())
        }
    }
}

/// A server that sends everything to one place.
async fn to(location: impl Into<String>) -> Server {
    let location = location.into();
    Server::start(move |_| redirect(302, location.clone())).await
}

#[tokio::test]
async fn a_status_decides_what_becomes_of_method_and_body() {
    let server = Server::start(as_told).await;
    for (status, method, arrives) in [
        (301, "POST", json!(["GET", null, ""])),
        (302, "POST", json!(["GET", null, ""])),
        (303, "POST", json!(["GET", null, ""])),
        (303, "PUT", json!(["GET", null, ""])),
        (301, "PUT", json!(["PUT", "text/x", "body"])),
        (302, "DELETE", json!(["DELETE", "text/x", "body"])),
        (307, "POST", json!(["POST", "text/x", "body"])),
        (308, "PATCH", json!(["PATCH", "text/x", "body"])),
    ] {
        let code = format!(
            "const r = await fetch('HERE/{status}/end', {{
                 method: '{method}', body: 'body', headers: {{ 'content-type': 'text/x' }} }});
             return [r.redirected, new URL(r.url).pathname, await r.json()]"
        );
        assert_eq!(
            value(&server, client(policy(&[&server])), &code).await,
            json!([true, "/end", arrives]),
            "{status} {method}"
        );
    }
}

#[tokio::test]
async fn as_many_redirects_are_followed_as_the_policy_says() {
    let server = Server::start(as_told).await;
    let two = || client(policy(&[&server]).max_redirects(2));
    let code = "(await fetch('HERE/302/307/end')).status";
    assert_eq!(value(&server, two(), code).await, json!(200));
    assert_eq!(
        failure(&server, two(), "'HERE/302/302/302/end'").await,
        failed("redirect", "more than 2 redirects")
    );
    assert_eq!(
        failure(
            &server,
            client(policy(&[&server]).max_redirects(0)),
            "'HERE/302/end'"
        )
        .await,
        failed("redirect", "more than 0 redirects")
    );
}

#[tokio::test]
async fn a_circle_of_redirects_ends() {
    let server = to("/again").await;
    assert_eq!(
        failure(&server, client(policy(&[&server])), "'HERE/'").await,
        failed("redirect", "more than 5 redirects")
    );
    assert_eq!(server.asked().len(), 6);
}

#[tokio::test]
async fn a_location_is_relative_to_where_it_came_from() {
    for (location, lands) in [
        ("end", "http://a.test/x/end"),
        ("../end?q#f", "http://a.test/end?q"),
        ("?q", "http://a.test/x/y?q"),
        ("//b.test:PORT/end", "http://b.test/end"),
        ("http://b.test:PORT", "http://b.test/"),
    ] {
        let server = Server::start(move |asked| match asked.path.as_str() {
            "/x/y" => {
                let (_, port) = asked.header("host").unwrap().split_once(':').unwrap();
                redirect(302, location.replace("PORT", port))
            }
            _ => ok(""),
        })
        .await;
        let code = "const r = await fetch('HERE/x/y#z'); return [r.redirected, r.url.replace(/:[0-9]+/, '')]";
        assert_eq!(
            value(&server, client(policy(&[&server])), code).await,
            json!([true, lands])
        );
    }
}

#[tokio::test]
async fn a_redirect_out_of_the_policy_fails() {
    for (location, message) in [
        (
            "http://evil.example/",
            "redirected: the host evil.example is not allowed; the host that is allowed is *.test",
        ),
        (
            "http://test/",
            "redirected: the host test is not allowed; the host that is allowed is *.test",
        ),
        (
            "http://a.test/",
            "redirected: the port 80 of a.test is not allowed",
        ),
        (
            "http://user:pw@a.test/",
            "redirected: an address with credentials in it is not allowed",
        ),
        ("ftp://a.test/", "redirected: the scheme ftp is not allowed"),
        (
            "file:///etc/passwd",
            "redirected: the scheme file is not allowed",
        ),
        (
            "data:text/plain,x",
            "redirected: the scheme data is not allowed",
        ),
        (
            "javascript:alert(1)",
            "redirected: the scheme javascript is not allowed",
        ),
    ] {
        let server = to(location).await;
        assert_eq!(
            failure(&server, client(policy(&[&server])), "'HERE/'").await,
            failed("denied", message),
            "{location}"
        );
        assert_eq!(server.paths(), ["/"]);
    }
    let server = to("http://").await;
    assert_eq!(
        failure(&server, client(policy(&[&server])), "'HERE/'").await,
        failed("redirect", "a redirect to what is no URL")
    );
}

#[tokio::test]
async fn a_redirect_to_a_method_that_is_not_allowed_fails() {
    let server = Server::start(as_told).await;
    let only_post = policy(&[&server]).methods(["POST"]);
    assert_eq!(
        failure(
            &server,
            client(only_post),
            "'HERE/303/end', { method: 'POST' }"
        )
        .await,
        failed(
            "denied",
            "redirected: the method GET is not allowed; use POST"
        )
    );
    assert_eq!(server.paths(), ["/303/end"]);
}

#[tokio::test]
async fn a_redirect_to_an_address_inside_fails() {
    let inside = Server::start(|_| ok("secret")).await;
    for (host, what) in [
        (
            "127.0.0.1",
            "127.0.0.1 has an address that is not public (loopback)",
        ),
        (
            "2130706433",
            "127.0.0.1 has an address that is not public (loopback)",
        ),
        (
            "[::1]",
            "[::1] has an address that is not public (loopback)",
        ),
        (
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1] has an address that is not public (IPv4 in another form)",
        ),
        (
            "169.254.169.254",
            "169.254.169.254 has an address that is not public (link-local)",
        ),
        (
            "10.0.0.1",
            "10.0.0.1 has an address that is not public (private)",
        ),
    ] {
        let server = to(format!("http://{host}:{}/", inside.port)).await;
        let anywhere = policy(&[&server, &inside]).host("*");
        assert_eq!(
            failure(&server, client(anywhere), "'HERE/'").await,
            failed("denied", &format!("redirected: the host {what}")),
        );
    }
    assert_eq!(inside.paths(), [""; 0]);
}

#[tokio::test]
async fn the_program_may_want_no_redirects() {
    let server = Server::start(as_told).await;
    let error = "'HERE/302/end', { redirect: 'error' }";
    assert_eq!(
        failure(&server, client(policy(&[&server])), error).await,
        failed(
            "redirect",
            "the response is a redirect, and the request forbids them"
        )
    );
    let manual = "const r = await fetch('HERE/302/end', { redirect: 'manual' });
        return [r.status, r.redirected, r.headers.get('location')]";
    assert_eq!(
        value(&server, client(policy(&[&server])), manual).await,
        json!([302, false, "/end"])
    );
    assert_eq!(server.paths(), ["/302/end", "/302/end"]);
}

#[tokio::test]
async fn a_redirect_without_a_location_is_a_response() {
    let server = Server::start(|_| Reply::Whole(302, Vec::new(), b"where?".to_vec())).await;
    let code = "const r = await fetch('HERE/'); return [r.status, await r.text()]";
    assert_eq!(
        value(&server, client(policy(&[&server])), code).await,
        json!([302, "where?"])
    );
}

/// Headers as a page of the web may not send them anywhere.
const PERSONAL: &str =
    "{ authorization: 'Bearer mine', cookie: 'mine', 'x-key': 'mine', accept: 'text/x' }";

#[tokio::test]
async fn what_a_program_sends_with_a_request_stays_at_its_origin() {
    let other = Server::start(|_| ok("")).await;
    let back = other.port;
    let server = Server::start(move |asked| match asked.path.as_str() {
        "/here" => redirect(307, "/end"),
        "/there" => redirect(307, format!("http://b.test:{back}/end")),
        _ => ok(""),
    })
    .await;
    let both = || client(policy(&[&server, &other]));
    let sent = |asked: &Asked| {
        ["authorization", "cookie", "x-key", "accept"]
            .map(|name| asked.header(name).map(str::to_owned))
    };
    let row = |values: [Option<&str>; 4]| values.map(|it| it.map(str::to_owned));

    let code = format!("(await fetch('HERE/here', {{ headers: {PERSONAL} }})).status");
    assert_eq!(value(&server, both(), &code).await, json!(200));
    let all = row([
        Some("Bearer mine"),
        Some("mine"),
        Some("mine"),
        Some("text/x"),
    ]);
    assert_eq!(
        server.asked().iter().map(sent).collect::<Vec<_>>(),
        [all.clone(), all]
    );

    let code = format!("(await fetch('HERE/there', {{ headers: {PERSONAL} }})).status");
    assert_eq!(value(&server, both(), &code).await, json!(200));
    assert_eq!(
        sent(&other.asked()[0]),
        row([None, None, None, Some("text/x")])
    );
}

#[tokio::test]
async fn what_was_dropped_does_not_come_back_with_the_origin() {
    let bounce = Server::start(|asked| {
        let port = asked.path.trim_start_matches('/');
        redirect(307, format!("http://a.test:{port}/end"))
    })
    .await;
    let away = bounce.port;
    let server = Server::start(move |asked| match asked.path.as_str() {
        "/end" => ok(""),
        path => redirect(307, format!("http://b.test:{away}{path}")),
    })
    .await;
    let code = format!("(await fetch('HERE/PORT', {{ headers: {PERSONAL} }})).status");
    let result = run(&server, client(policy(&[&server, &bounce])), &code).await;
    assert_eq!(result.outcome, Ok(json!(200)));
    let asked = server.asked();
    assert_eq!(asked[1].path, "/end");
    assert_eq!(
        [asked[0].header("x-key"), asked[1].header("x-key")],
        [Some("mine"), None]
    );
}
