//! The operations of a document, over the client that is ready.

use codecell::ExecuteRequest;
use codecell::openapi::{Credential, Document};
use codecell::outbound::{HttpOutbound, Policy};
use codecell_tests::{execute, still_works};
use serde_json::{Value, json};

use crate::server::{Asked, Reply, Server, redirect, with_headers};
use crate::support::{Names, client, policy};

fn json_of(body: &Value) -> Reply {
    with_headers(&[("content-type", "application/json")], &body.to_string())
}

fn pets(asked: &Asked) -> Reply {
    match (asked.method.as_str(), asked.path.as_str()) {
        ("GET", "/v1/pets/7") => json_of(&json!({ "id": 7, "key": asked.header("x-key") })),
        ("POST", "/v1/pets") => {
            json_of(&json!({ "made": serde_json::from_slice::<Value>(&asked.body).unwrap() }))
        }
        ("GET", "/v1/pets/8") => redirect(302, "/v1/pets/7"),
        _ => Reply::Whole(404, Vec::new(), b"no such pet".to_vec()),
    }
}

fn document(server: &str) -> Document {
    let pet =
        json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } }]);
    Document::from_value(json!({
        "openapi": "3.1.0",
        "info": { "title": "Pets", "version": "1" },
        "servers": [{ "url": server }],
        "security": [{ "key": [] }],
        "components": { "securitySchemes": { "key": { "type": "apiKey", "in": "header", "name": "X-Key" } } },
        "paths": {
            "/pets/{id}": { "get": { "operationId": "getPet", "parameters": pet,
                "responses": { "200": { "description": "" } } } },
            "/pets": { "post": {
                "operationId": "addPet",
                "requestBody": { "content": { "application/json": {} } },
                "responses": { "200": { "description": "" } },
            } },
        },
    }))
    .unwrap()
}

/// What a program makes of the pets at `a.test` on this server's port.
async fn result(server: &Server, http: &HttpOutbound, code: &str) -> Value {
    let access = document(&format!("http://a.test:{}/v1", server.port)).access();
    let access = access
        .credential("key", Credential::Secret("secret-key".into()))
        .build()
        .unwrap();
    let code =
        format!("try {{ return await ({code}) }} catch (e) {{ return [e.message, e.data] }}");
    let request = ExecuteRequest::new(code).provider(access.provider("pets", http.sender()));
    let result = execute(request).await;
    still_works().await;
    result.outcome.unwrap()
}

#[tokio::test]
async fn operations_are_performed() {
    let server = Server::start(pets).await;
    let http = client(policy(&[&server]));
    assert_eq!(
        result(&server, &http, "pets.getPet({ id: 7 })").await,
        json!({ "id": 7, "key": "secret-key" })
    );
    assert_eq!(
        result(&server, &http, "pets.addPet({ body: { name: 'Tom' } })").await,
        json!({ "made": { "name": "Tom" } })
    );
    assert_eq!(
        result(
            &server,
            &http,
            "pets.request({ method: 'GET', path: '/pets/7' }).then(it => it.id)"
        )
        .await,
        json!(7)
    );
    assert_eq!(
        result(&server, &http, "pets.getPet({ id: 9 })").await,
        json!(["HTTP 404: no such pet", { "status": 404 }])
    );
}

#[tokio::test]
async fn a_redirect_is_followed_within_the_origin_only() {
    let server = Server::start(pets).await;
    let http = client(policy(&[&server]));
    assert_eq!(
        result(&server, &http, "pets.getPet({ id: 8 })").await,
        json!({ "id": 7, "key": "secret-key" })
    );
    let location = format!("http://b.test:{}/v1/pets/7", server.port);
    let away = Server::start(move |_| redirect(307, location.clone())).await;
    let http = client(policy(&[&away, &server]));
    let before = server.asked().len();
    assert_eq!(
        result(&away, &http, "pets.getPet({ id: 7 })").await,
        json!(["The request failed: a redirect to another origin is not followed", { "code": "redirect" }])
    );
    assert_eq!(server.asked().len(), before);
}

#[tokio::test]
async fn the_policy_holds_for_them() {
    let server = Server::start(pets).await;
    let denied =
        |message: &str| json!([format!("The request failed: {message}"), { "code": "denied" }]);
    assert_eq!(
        result(
            &server,
            &client(Policy::new().host("b.test")),
            "pets.getPet({ id: 7 })"
        )
        .await,
        denied("http is not allowed; use https")
    );
    let read_only = client(policy(&[&server]).methods(["GET"]));
    assert_eq!(
        result(&server, &read_only, "pets.addPet({ body: {} })").await,
        denied("the method POST is not allowed; use GET")
    );
    let public = Policy::new()
        .host("a.test")
        .allow_http()
        .ports([server.port]);
    assert_eq!(
        result(&server, &client(public), "pets.getPet({ id: 7 })").await,
        denied("the host a.test has an address that is not public (loopback)")
    );
    assert_eq!(server.paths(), [""; 0]);
}

#[tokio::test]
async fn credentials_of_the_client_are_added() {
    let server = Server::start(pets).await;
    let http = HttpOutbound::builder(policy(&[&server]))
        .credential(
            format!("http://a.test:{}", server.port),
            "x-key",
            "the-clients-key",
        )
        .resolver(Names::default())
        .build()
        .unwrap();
    assert_eq!(
        result(&server, &http, "pets.getPet({ id: 7 })").await,
        json!({ "id": 7, "key": "[redacted]" })
    );
    assert_eq!(server.asked()[0].header("x-key"), Some("the-clients-key"));
}
