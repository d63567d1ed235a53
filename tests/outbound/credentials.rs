//! Credentials that the host adds: no program sees them, and no other origin.

use codecell::outbound::HttpOutbound;
use serde_json::{Value, json};

use crate::server::{Reply, Server, ok, redirect, with_headers};
use crate::support::{Names, failed, failure, policy, run, value};

const SECRET: &str = "a-secret-token";

/// A client that has a token for `a.test` on the first of these servers.
fn client(servers: &[&Server]) -> HttpOutbound {
    HttpOutbound::builder(policy(servers))
        .bearer(format!("http://a.test:{}", servers[0].port), SECRET)
        .resolver(Names::default())
        .build()
        .unwrap()
}

/// The value of a header in each request of a server.
fn values(server: &Server, name: &str) -> Vec<Option<String>> {
    let asked = server.asked();
    asked
        .iter()
        .map(|it| it.header(name).map(str::to_owned))
        .collect()
}

fn token() -> Option<String> {
    Some(format!("Bearer {SECRET}"))
}

#[tokio::test]
async fn a_credential_arrives_and_is_in_nothing_that_the_run_tells() {
    let server = Server::start(|_| ok("fine")).await;
    let code = "const r = await fetch('HERE/');
        console.log(r, [...r.headers], r.url); return [await r.text(), [...r.headers], JSON.stringify(r)]";
    let result = run(&server, client(&[&server]), code).await;
    assert_eq!(values(&server, "authorization"), [token()]);
    assert!(result.outcome.is_ok());
    let told = format!("{result:?}{}", serde_json::to_string(&result).unwrap());
    assert!(!told.contains(SECRET), "{told}");
}

#[tokio::test]
async fn a_program_cannot_put_its_own_in_their_place() {
    let server = Server::start(|_| ok("")).await;
    for headers in [
        "{ authorization: 'Bearer forged' }",
        "{ AUTHORIZATION: 'Bearer forged' }",
        "[['Authorization', 'Bearer forged'], ['authorization', 'Basic forged']]",
        "new Headers({ Authorization: 'Bearer forged' })",
    ] {
        let code = format!("(await fetch('HERE/', {{ headers: {headers} }})).status");
        assert_eq!(value(&server, client(&[&server]), &code).await, json!(200));
    }
    assert_eq!(
        values(&server, "authorization"),
        [token(), token(), token(), token()]
    );
}

#[tokio::test]
async fn a_program_has_no_cookies_where_the_host_has_credentials() {
    let server =
        Server::start(|_| with_headers(&[("set-cookie", "session=1"), ("x-a", "b")], "")).await;
    let code = "const all = [];
        for (const host of ['a', 'b']) {
            const r = await fetch(`http://${host}.test:PORT/`, { headers: { cookie: 'mine=1' } });
            all.push(r.headers.getSetCookie(), r.headers.get('x-a'));
        }
        return all";
    assert_eq!(
        value(&server, client(&[&server]), code).await,
        json!([[], "b", ["session=1"], "b"])
    );
    assert_eq!(values(&server, "cookie"), [None, Some("mine=1".to_owned())]);
}

#[tokio::test]
async fn a_credential_goes_to_its_origin_alone() {
    let server = Server::start(|_| ok("")).await;
    let other = Server::start(|_| ok("")).await;
    let code = format!(
        "for (const url of ['HERE/', 'http://b.test:PORT/', 'http://x.a.test:PORT/', 'http://a.test:{}/'])
             await fetch(url); return 1",
        other.port
    );
    assert_eq!(
        value(&server, client(&[&server, &other]), &code).await,
        json!(1)
    );
    assert_eq!(values(&server, "authorization"), [token(), None, None]);
    assert_eq!(values(&other, "authorization"), [None]);
}

#[tokio::test]
async fn a_redirect_within_the_origin_keeps_them() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/" => redirect(302, "/end"),
        _ => ok(""),
    })
    .await;
    let code = "(await fetch('HERE/')).redirected";
    assert_eq!(value(&server, client(&[&server]), code).await, json!(true));
    assert_eq!(values(&server, "authorization"), [token(), token()]);
}

#[tokio::test]
async fn a_redirect_to_another_origin_drops_them() {
    let other = Server::start(|_| ok("")).await;
    let location = format!("http://b.test:{}/", other.port);
    let server = Server::start(move |_| redirect(307, location.clone())).await;
    let code = "(await fetch('HERE/')).redirected";
    assert_eq!(
        value(&server, client(&[&server, &other]), code).await,
        json!(true)
    );
    assert_eq!(values(&server, "authorization"), [token()]);
    assert_eq!(values(&other, "authorization"), [None]);
}

#[tokio::test]
async fn no_other_origin_uses_them_by_a_redirect() {
    let server = Server::start(|_| ok("")).await;
    let location = format!("http://a.test:{}/admin", server.port);
    let other = Server::start(move |_| redirect(307, location.clone())).await;
    let code = format!("(await fetch('http://b.test:{}/')).status", other.port);
    assert_eq!(
        value(&server, client(&[&server, &other]), &code).await,
        json!(200)
    );
    assert_eq!(server.paths(), ["/admin"]);
    assert_eq!(values(&server, "authorization"), [None]);
}

#[tokio::test]
async fn a_server_that_tells_them_back_tells_nothing() {
    let server = Server::start(|asked| {
        let seen = asked.header("authorization").unwrap().to_owned();
        let body = json!({ "headers": asked.headers }).to_string();
        with_headers(
            &[("x-echo", &seen), ("content-type", "application/json")],
            &body,
        )
    })
    .await;
    let code = "const r = await fetch('HERE/'); return [r.headers.get('x-echo'), await r.json()]";
    let found = value(&server, client(&[&server]), code).await;
    assert_eq!(found[0], json!("[redacted]"));
    let headers = found[1]["headers"].as_array().unwrap();
    assert!(
        headers.contains(&json!(["authorization", "[redacted]"])),
        "{headers:?}"
    );
    assert!(!found.to_string().contains(SECRET));
}

#[tokio::test]
async fn a_location_that_tells_them_back_tells_nothing() {
    let server = Server::start(|asked| {
        let token = asked
            .header("authorization")
            .unwrap()
            .replace("Bearer ", "");
        redirect(302, format!("/end?token={token}"))
    })
    .await;
    let code =
        "const r = await fetch('HERE/', { redirect: 'manual' }); return r.headers.get('location')";
    assert_eq!(
        value(&server, client(&[&server]), code).await,
        json!("/end?token=[redacted]")
    );
    let server = Server::start(|asked| match asked.path.as_str() {
        "/" => redirect(302, format!("/end?token={SECRET}")),
        _ => ok(""),
    })
    .await;
    let code = "new URL((await fetch('HERE/')).url).search";
    assert_eq!(
        value(&server, client(&[&server]), code).await,
        json!("?token=[redacted]")
    );
}

#[tokio::test]
async fn a_failure_tells_nothing_of_them() {
    let server = Server::start(|asked| {
        let seen = asked.header("authorization").unwrap().to_owned();
        Reply::Raw(format!("NONSENSE {seen}\r\n\r\n").into_bytes())
    })
    .await;
    assert_eq!(
        failure(&server, client(&[&server]), "'HERE/?key=mine'").await,
        failed(
            "protocol",
            "the response of a.test broke off, or is not HTTP"
        )
    );
    let shown = format!("{:?}", client(&[&server]));
    assert!(
        !shown.contains(SECRET) && shown.contains("a.test"),
        "{shown}"
    );
}

#[tokio::test]
async fn any_header_can_be_a_credential() {
    let server = Server::start(|_| ok("")).await;
    let origin = format!("http://a.test:{}", server.port);
    let client = HttpOutbound::builder(policy(&[&server]))
        .credential(&origin, "X-Api-Key", "the-api-key")
        .credential(&origin, "X-Tenant", "seven")
        .resolver(Names::default())
        .build()
        .unwrap();
    let code = "(await fetch('HERE/', { headers: { 'x-api-key': 'forged', 'X-TENANT': 'eight' } })).status";
    assert_eq!(value(&server, client, code).await, json!(200));
    assert_eq!(
        values(&server, "x-api-key"),
        [Some("the-api-key".to_owned())]
    );
    assert_eq!(values(&server, "x-tenant"), [Some("seven".to_owned())]);
}

#[tokio::test]
async fn a_credential_that_cannot_be_sent_is_refused_without_its_value() {
    let built = |origin: &str, name: &str, value: &str| {
        let builder = HttpOutbound::builder(policy(&[])).credential(origin, name, value);
        builder.build().map(drop).map_err(|error| error.to_string())
    };
    for (origin, name, value, message) in [
        (
            "a.test",
            "x",
            "secret",
            "credentials: \"a.test\" is no origin; write one such as \"https://example.com\"",
        ),
        (
            "https://a.test/path",
            "x",
            "secret",
            "credentials: \"https://a.test/path\" is no origin; write one such as \"https://example.com\"",
        ),
        (
            "https://a.test",
            "x y",
            "secret",
            "credentials: \"x y\" for https://a.test is no name of a header",
        ),
        (
            "https://a.test",
            "x",
            "secret\r\nx: y",
            "credentials: a character of x for https://a.test cannot be sent",
        ),
    ] {
        assert_eq!(built(origin, name, value), Err(message.to_owned()));
    }
    assert_eq!(built("https://a.test", "x", "secret"), Ok(()));
}

#[tokio::test]
async fn a_request_of_another_run_has_them_too() {
    let server = Server::start(|_| ok("")).await;
    let client = client(&[&server]);
    let mut statuses = Vec::<Value>::new();
    for _ in 0..3 {
        statuses.push(value(&server, client.clone(), "(await fetch('HERE/')).status").await);
    }
    assert_eq!(statuses, [200, 200, 200]);
    assert_eq!(
        values(&server, "authorization"),
        [token(), token(), token()]
    );
}
