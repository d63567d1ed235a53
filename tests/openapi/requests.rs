//! What is sent for a call.

use codecell::openapi::{Access, Credential, Document, Request};
use serde_json::{Value, json};
use url::Url;

/// Access to a document whose paths are `paths`, at `https://api.test/v1`.
fn access(paths: Value) -> Access {
    let document = json!({
        "openapi": "3.1.0",
        "servers": [{"url": "https://api.test/v1/"}],
        "paths": paths,
    });
    Document::from_value(document)
        .unwrap()
        .access()
        .build()
        .unwrap()
}

/// Access to one operation, `op`, at `POST /`.
fn post(operation: Value) -> Access {
    let mut operation = operation;
    operation["operationId"] = json!("op");
    access(json!({"/": {"post": operation}}))
}

fn call(access: &Access, arguments: Value) -> Result<Request, String> {
    let operation = access.document().operation("op").unwrap();
    access
        .request(operation, &arguments)
        .map_err(|error| error.to_string())
}

fn sent(access: &Access, arguments: Value) -> Request {
    call(access, arguments).unwrap()
}

fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    let mut headers = request.headers.iter();
    headers
        .find(|(other, _)| other == name)
        .map(|(_, value)| value.as_str())
}

fn body(request: &Request) -> &str {
    std::str::from_utf8(request.body.as_deref().unwrap()).unwrap()
}

#[test]
fn every_part_of_a_request_has_its_place() {
    let access = access(json!({"/a/{id}/b{m}": {"put": {
        "operationId": "op",
        "parameters": [
            {"name": "id", "in": "path", "required": true, "schema": {}},
            {"name": "m", "in": "path", "required": true, "style": "matrix", "schema": {}},
            {"name": "q", "in": "query", "schema": {}},
            {"name": "deep", "in": "query", "style": "deepObject", "explode": true, "schema": {}},
            {"name": "at", "in": "query", "allowReserved": true, "schema": {}},
            {"name": "json", "in": "query", "content": {"application/json": {}}},
            {"name": "X-List", "in": "header", "schema": {}},
            {"name": "c", "in": "cookie", "schema": {}},
            {"name": "d", "in": "cookie", "explode": false, "schema": {}},
        ],
        "requestBody": {"content": {"application/json": {}}},
        "responses": {
            "200": {"content": {"application/json": {}, "text/html": {}}},
            "201": {"content": {"image/png": {}}},
        },
    }}}));

    let request = sent(
        &access,
        json!({
            "id": "x y", "m": 3, "q": ["1", "2"], "deep": {"gte": 1}, "at": "a/b:c&d",
            "json": {"a": [1]}, "X-List": ["p", "q r"], "c": "1;2", "d": [1, 2], "body": {"b": null},
        }),
    );

    assert_eq!(
        request,
        Request {
            method: "PUT".into(),
            url: "https://api.test/v1/a/x%20y/b;m=3?q=1&q=2&deep%5Bgte%5D=1&at=a/b:c%26d\
                  &json=%7B%22a%22%3A%5B1%5D%7D"
                .into(),
            headers: [
                ("accept", "application/json, image/png"),
                ("x-list", "p,q r"),
                ("cookie", "c=1%3B2; d=1,2"),
                ("content-type", "application/json"),
            ]
            .map(|(name, value)| (name.into(), value.into()))
            .into(),
            body: Some(br#"{"b":null}"#.to_vec()),
        }
    );
    assert_eq!(
        sent(&access, json!({"id": 1, "m": true, "q": null})),
        Request {
            method: "PUT".into(),
            url: "https://api.test/v1/a/1/b;m=true".into(),
            headers: vec![("accept".into(), "application/json, image/png".into())],
            body: None,
        }
    );
}

#[test]
fn arguments_that_make_no_request_are_told_before_it() {
    let access = access(json!({"/a/{id}": {"post": {
        "operationId": "op",
        "parameters": [
            {"name": "q", "in": "query", "required": true, "schema": {}},
            {"name": "h", "in": "header", "schema": {}},
        ],
        "requestBody": {"required": true, "content": {"multipart/form-data": {}}},
    }}}));
    let cases = [
        (json!({}), "argument `id` is required"),
        (json!(null), "argument `id` is required"),
        (json!({"id": null}), "argument `id` is required"),
        (
            json!({"id": ""}),
            "argument `id` is part of the path and must not be empty",
        ),
        (
            json!({"id": []}),
            "argument `id` is part of the path and must not be empty",
        ),
        (
            json!({"id": ["", null]}),
            "argument `id` is part of the path and must not be empty",
        ),
        (
            json!({"id": {}}),
            "argument `id` is part of the path and must not be empty",
        ),
        (
            json!({"id": ".."}),
            "`..` is not allowed as a segment of the path `/a/..`; name what you mean",
        ),
        (json!({"id": 1}), "argument `q` is required"),
        (json!({"id": 1, "q": 1}), "argument `body` is required"),
        (
            json!({"id": 1, "q": 1, "body": 7}),
            "`body` is sent as `multipart/form-data`; expected an object, text or a Uint8Array, \
             found a number",
        ),
        (
            json!({"id": 1, "q": 1, "h": "a\r\nb: c"}),
            "the value of header `h` has a control character in it",
        ),
        (
            json!({"id": 1, "q": 1, "querry": 1}),
            "argument `querry` is not known; expected `q`, `h`, `id`, `body`",
        ),
        (
            json!([1]),
            "expected an object of arguments, found an array",
        ),
    ];
    for (arguments, expected) in cases {
        assert_eq!(call(&access, arguments).unwrap_err(), expected);
    }
}

/// A value in a path changes neither the server nor the depth of the path nor
/// the query, whatever its style; what cannot be written so is refused.
#[test]
fn no_value_leaves_its_place_in_the_path() {
    let attacks = [
        ".",
        "..",
        "../..",
        "%2e%2e",
        "%2E.",
        "..%2f",
        "/",
        "//evil.test",
        "\\",
        "..\\..",
        "a/../b",
        "?a=b",
        "#a",
        "@evil.test",
        ":80",
        "a\r\nHost: evil",
        "a\tb",
        "a b",
        "\0",
        "%",
        "%00",
        "%zz",
        "\u{FF0E}\u{FF0E}",
        "\u{2024}\u{2024}",
        "\u{2215}",
        ";a=b",
        "a,b",
        "a=b",
        "a&b",
        "{id}",
        "http://evil.test/",
        "\u{FEFF}",
        "é",
        "日本",
        "\u{202E}",
        "[::1]",
        "|",
        "^",
        "`",
        "\"",
        "<>",
    ];
    let mut sent = 0;
    for style in ["simple", "label", "matrix"] {
        for explode in [false, true] {
            let access = access(json!({"/a/{id}/z": {"get": {
                "operationId": "op",
                "parameters": [{"name": "id", "in": "path", "style": style, "explode": explode}],
            }}}));
            for attack in attacks {
                let values = [
                    json!(attack),
                    json!([attack, attack]),
                    json!({"k": attack}),
                    json!({attack: "v"}),
                ];
                for value in values {
                    let Ok(request) = call(&access, json!({"id": value})) else {
                        assert!(matches!(attack, "." | ".."), "{style} {explode} {value}");
                        continue;
                    };
                    let url = Url::parse(&request.url).unwrap();
                    assert_eq!(url.as_str(), request.url, "{style} {explode} {value}");
                    assert_eq!(url.origin().ascii_serialization(), "https://api.test");
                    let segments: Vec<_> = url.path_segments().unwrap().collect();
                    assert_eq!(segments.len(), 4, "{url}");
                    assert_eq!((segments[0], segments[1], segments[3]), ("v1", "a", "z"));
                    assert_eq!((url.query(), url.fragment()), (None, None));
                    sent += 1;
                }
            }
        }
    }
    // Only `.` and `..` as they are, in plain and in label style, are refused.
    assert_eq!(sent, 3 * 2 * attacks.len() * 4 - 6);
}

#[test]
fn no_value_becomes_another_parameter_of_the_query() {
    let attacks = [
        "a&b=c", "a#b", "a+b", "a b", "%26", "%", "é", "a;b", "a\r\nb", "[x]",
    ];
    for style in ["form", "spaceDelimited", "pipeDelimited", "deepObject"] {
        for reserved in [false, true] {
            let access = access(json!({"/": {"get": {
                "operationId": "op",
                "parameters": [
                    {"name": "q&x", "in": "query", "style": style, "allowReserved": reserved},
                    {"name": "last", "in": "query"},
                ],
            }}}));
            for attack in attacks {
                let request = sent(&access, json!({"q&x": attack, "last": "1"}));
                let url = Url::parse(&request.url).unwrap();
                let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
                let value = if reserved && attack == "%26" {
                    "&"
                } else {
                    attack
                };
                let expected = [("q&x", value), ("last", "1")]
                    .map(|(key, value)| (key.to_owned(), value.to_owned()));
                assert_eq!(pairs, expected, "{style} {reserved} {attack}");
            }
        }
    }
}

#[test]
fn a_form_is_written_by_its_encodings() {
    let access = post(
        json!({"requestBody": {"content": {"application/x-www-form-urlencoded": {
            "encoding": {
                "deep": {"style": "deepObject", "explode": true},
                "pipes": {"style": "pipeDelimited", "explode": false},
                "csv": {"explode": false},
            },
        }}}}),
    );

    let request = sent(
        &access,
        json!({"body": {
            "text": "a b&c", "number": 1, "no": null, "list": [1, 2], "object": {"a": 1},
            "deep": {"a": {"b": [true]}}, "pipes": ["x", "y"], "csv": ["x", "y"],
        }}),
    );

    assert_eq!(
        body(&request),
        "text=a%20b%26c&number=1&list=1&list=2&object=%7B%22a%22%3A1%7D\
         &deep%5Ba%5D%5Bb%5D%5B0%5D=true&pipes=x%7Cy&csv=x,y"
    );
    assert_eq!(
        header(&request, "content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(body(&sent(&access, json!({"body": "ready=1"}))), "ready=1");
}

#[test]
fn multipart_makes_files_of_bytes_and_of_what_the_schema_calls_a_file() {
    let access = post(json!({"requestBody": {"content": {"multipart/form-data": {
        "schema": {"properties": {
            "csv": {"type": "string", "format": "binary"},
            "files": {"type": "array", "items": {"type": "string", "contentMediaType": "image/png"}},
        }},
        "encoding": {"csv": {"contentType": "text/csv"}, "meta": {"contentType": "a/b, c/d"}},
    }}}}));

    let request = sent(
        &access,
        json!({"body": {
            "note": "hi", "count": 2, "meta": {"a": 1}, "csv": "x;y",
            "files": [{"$bytes": "AQI="}, "z"],
        }}),
    );

    let part = |head: &str, media_type: &str, content: &str| {
        format!(
            "--codecell-0000000000\r\nContent-Disposition: form-data; {head}\r\n\
             Content-Type: {media_type}\r\n\r\n{content}\r\n"
        )
    };
    let expected = [
        part("name=\"note\"", "text/plain; charset=utf-8", "hi"),
        part("name=\"count\"", "text/plain; charset=utf-8", "2"),
        part("name=\"meta\"", "application/json", "{\"a\":1}"),
        part("name=\"csv\"; filename=\"csv\"", "text/csv", "x;y"),
        part(
            "name=\"files\"; filename=\"files\"",
            "application/octet-stream",
            "\u{1}\u{2}",
        ),
        part(
            "name=\"files\"; filename=\"files\"",
            "application/octet-stream",
            "z",
        ),
        "--codecell-0000000000--\r\n".to_owned(),
    ];
    assert_eq!(body(&request), expected.concat());
    assert_eq!(
        header(&request, "content-type"),
        Some("multipart/form-data; boundary=codecell-0000000000")
    );
}

#[test]
fn bodies_of_other_types_are_text_or_bytes() {
    let cases = [
        ("text/plain", json!("a"), Ok("a")),
        ("text/plain", json!({"a": 1}), Ok("{\"a\":1}")),
        ("application/xml", json!("<a/>"), Ok("<a/>")),
        (
            "application/octet-stream",
            json!({"$bytes": "YWI="}),
            Ok("ab"),
        ),
        ("application/octet-stream", json!("ab"), Ok("ab")),
        (
            "image/png",
            json!([1]),
            Err(
                "`body` is sent as `image/png`; expected bytes, text or a Uint8Array, found an array",
            ),
        ),
        ("application/merge-patch+json", json!("a"), Ok("\"a\"")),
    ];
    for (media_type, value, expected) in cases {
        let access = post(json!({"requestBody": {"content": {media_type: {}}}}));
        let written = call(&access, json!({"body": value}));
        let text = written.as_ref().map(body).map_err(String::as_str);
        assert_eq!(text, expected, "{media_type}");
        if let Ok(request) = &written {
            assert_eq!(header(request, "content-type"), Some(media_type));
        }
    }
    let ranges = post(json!({"requestBody": {"content": {"*/*": {}}}}));
    let request = sent(&ranges, json!({"body": [1]}));
    assert_eq!(
        (body(&request), header(&request, "content-type")),
        ("[1]", Some("application/json"))
    );
    let undeclared = post(json!({}));
    assert_eq!(body(&sent(&undeclared, json!({"body": 1}))), "1");
}

#[test]
fn the_nearest_servers_are_asked_and_settings_come_before_them() {
    let document = Document::from_value(json!({
        "servers": [
            {"url": "https://{region}.test/{base}", "variables": {
                "region": {"default": "eu", "enum": ["eu", "us"]}, "base": {"default": "v2"},
            }},
            {"url": "https://second.test"},
        ],
        "paths": {
            "/a": {"get": {"operationId": "root"}},
            "/b": {"servers": [{"url": "https://path.test"}],
                "get": {"operationId": "path"},
                "put": {"operationId": "own", "servers": [{"url": "/relative"}]},
            },
        },
    }))
    .unwrap();
    let urls = |access: &Access| {
        ["root", "path", "own"].map(|name| {
            let operation = access.document().operation(name).unwrap();
            let request = access.request(operation, &json!({}));
            request.map_or_else(|error| error.to_string(), |request| request.url)
        })
    };
    let builder = document.access();

    assert_eq!(
        urls(&builder.clone().build().unwrap()),
        [
            "https://eu.test/v2/a",
            "https://path.test/b",
            "#/paths/~1b/put/servers/0: server `/relative` is relative; set `location` to where \
             the document came from",
        ]
    );
    let placed = builder
        .clone()
        .location("https://docs.test/x")
        .variable("region", "us");
    assert_eq!(
        urls(&placed.build().unwrap()),
        [
            "https://us.test/v2/a",
            "https://path.test/b",
            "https://docs.test/relative/b"
        ]
    );
    assert_eq!(
        urls(
            &builder
                .clone()
                .server("http://localhost:1/p")
                .build()
                .unwrap()
        ),
        [
            "http://localhost:1/p/a",
            "http://localhost:1/p/b",
            "http://localhost:1/p/b"
        ]
    );

    let errors = [
        builder.clone().variable("zone", "1").build(),
        builder.clone().variable("region", "cn").build(),
        builder.clone().server("localhost").build(),
        builder.location("https://h?x").build(),
        Document::from_value(json!({})).unwrap().access().build(),
    ];
    assert_eq!(
        errors.map(|error| error.unwrap_err().to_string()),
        [
            "variable: the document has no server variable `zone`",
            "#/servers/0: `cn` is not among the values of server variable `region`",
            "server: `localhost` is no absolute URL such as `https://api.example.com/v1`",
            "location: `https://h?x` is no server: it has a query or a fragment",
            "#/servers: server `/` is relative; set `location` to where the document came from",
        ]
    );
}

fn secured() -> Document {
    Document::from_value(json!({
        "servers": [{"url": "https://api.test"}],
        "security": [{"basic": []}],
        "paths": {
            "/root": {"get": {}},
            "/none": {"get": {"security": []}},
            "/optional": {"get": {"security": [{}, {"bearer": []}]}},
            "/either": {"get": {"security": [{"oauth": ["s"]}, {"header": [], "query": []}]}},
            "/cookie": {"get": {"security": [{"cookie": []}]}},
            "/oidc": {"get": {
                "security": [{"oidc": []}],
                "parameters": [
                    {"name": "filter", "in": "query", "schema": {"type": "object"}},
                    {"name": "x-key", "in": "header"},
                    {"name": "sid", "in": "cookie"},
                ],
            }},
        },
        "components": {"securitySchemes": {
            "basic": {"type": "http", "scheme": "Basic"},
            "bearer": {"type": "http", "scheme": "bearer"},
            "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "query": {"type": "apiKey", "in": "query", "name": "api key"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
            "oauth": {"type": "oauth2"},
            "oidc": {"$ref": "#/components/securitySchemes/oauth"},
            "tls": {"type": "mutualTLS"},
            "digest": {"type": "http", "scheme": "digest"},
        }},
    }))
    .unwrap()
}

fn secret(text: &str) -> Credential {
    Credential::Secret(text.into())
}

fn basic() -> Credential {
    Credential::Basic {
        user: "u".into(),
        password: "p:1".into(),
    }
}

/// The URL behind the server and the headers of `GET path` without arguments.
fn signed(access: &Access, name: &str) -> (String, Vec<(String, String)>) {
    let operation = access.document().operation(name).unwrap();
    let request = access.request(operation, &json!({})).unwrap();
    (request.url.replace("https://api.test", ""), request.headers)
}

#[test]
fn each_operation_gets_the_credentials_that_it_asks_for() {
    let access = secured()
        .access()
        .credential("basic", basic())
        .credential("bearer", secret("b"))
        .credential("header", secret("h"))
        .credential("query", secret("q&1"))
        .credential("cookie", secret("c=/"))
        .credential("oidc", secret("o"))
        .header("X-App", "cell")
        .build()
        .unwrap();
    let cases = [
        (
            "get_root",
            "/root",
            vec![("authorization", "Basic dTpwOjE=")],
        ),
        ("get_none", "/none", vec![]),
        (
            "get_optional",
            "/optional",
            vec![("authorization", "Bearer b")],
        ),
        (
            "get_either",
            "/either?api%20key=q%261",
            vec![("x-key", "h")],
        ),
        ("get_cookie", "/cookie", vec![("cookie", "sid=c=/")]),
        ("get_oidc", "/oidc", vec![("authorization", "Bearer o")]),
    ];
    for (name, url, headers) in cases {
        let headers = [vec![("x-app", "cell")], headers].concat();
        let headers = headers
            .into_iter()
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect();
        assert_eq!(signed(&access, name), (url.to_owned(), headers));
    }

    let without = secured().access().build().unwrap();
    assert_eq!(
        signed(&without, "get_either"),
        ("/either".to_owned(), Vec::new())
    );
}

#[test]
fn credentials_that_do_not_fit_are_refused() {
    let cases = [
        (
            "gone",
            secret("x"),
            "credential: the document has no security scheme `gone`",
        ),
        (
            "basic",
            secret("x"),
            "#/components/securitySchemes/basic: HTTP basic needs `Credential::Basic`",
        ),
        (
            "oidc",
            basic(),
            "#/components/securitySchemes/oauth: this scheme needs `Credential::Secret`",
        ),
        (
            "tls",
            secret("x"),
            "#/components/securitySchemes/tls: a scheme of type `mutualTLS` is for the transport to apply",
        ),
        (
            "digest",
            secret("x"),
            "#/components/securitySchemes/digest: HTTP scheme `digest` is not known; set a header instead",
        ),
        (
            "bearer",
            secret("x\r\ny"),
            "credential: a value has a control character in it",
        ),
    ];
    for (scheme, credential, expected) in cases {
        let error = secured()
            .access()
            .credential(scheme, credential)
            .build()
            .unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let error = secured().access().header("a b", "c").build().unwrap_err();
    assert_eq!(error.to_string(), "header: `a b` is no name of a header");
    assert_eq!(
        format!("{:?} {:?}", secret("x"), basic()),
        "Credential Credential"
    );
}

#[test]
fn a_program_cannot_set_what_a_credential_sets() {
    let access = secured()
        .access()
        .credential("header", secret("h"))
        .credential("query", secret("q"))
        .credential("cookie", secret("c"))
        .build()
        .unwrap();
    let operation = access.document().operation("get_oidc").unwrap();
    let cases = [
        (
            json!({"filter": {"api key": 1}}),
            "query `api key` is set by the host; leave it out",
        ),
        (
            json!({"x-key": "mine"}),
            "header `x-key` is set by the host; leave it out",
        ),
        (
            json!({"sid": "mine"}),
            "cookie `sid` is set by the host; leave it out",
        ),
    ];
    for (arguments, expected) in cases {
        let error = access.request(operation, &arguments).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    for path in ["/x?api%20key=1", "/x?a&api+key", "/x?%61pi key=1"] {
        let error = access.raw_request(&json!({"path": path})).unwrap_err();
        assert_eq!(
            error.to_string(),
            "query `api key` is set by the host; leave it out"
        );
    }
    let debug = format!("{access:?}");
    assert!(!debug.contains("\"h\"") && !debug.contains("\"q\"") && !debug.contains("\"c\""));
}

#[test]
fn the_request_tool_reaches_the_servers_of_the_document_and_no_other() {
    let document = Document::from_value(json!({
        "servers": [{"url": "https://api.test/v1"}, {"url": "https://two.test"}],
        "paths": {"/a": {"get": {"servers": [{"url": "https://own.test/x"}]}}},
    }))
    .unwrap();
    let access = document.access().build().unwrap();
    let url = |path: &str| {
        let request = access.raw_request(&json!({"path": path}));
        request.map_or_else(|error| error.to_string(), |request| request.url)
    };

    let reached = [
        ("/x y?a=b&c#d", "https://api.test/v1/x%20y?a=b&c"),
        ("//evil.test", "https://api.test/v1//evil.test"),
        ("/\\evil", "https://api.test/v1/%5Cevil"),
        ("/%2F", "https://api.test/v1/%2F"),
        ("https://api.test/v1/x", "https://api.test/v1/x"),
        ("HTTPS://Two.test:443?x", "https://two.test?x"),
        ("https://own.test/x/y", "https://own.test/x/y"),
    ];
    for (path, expected) in reached {
        assert_eq!(url(path), expected);
    }
    let refused = [
        "",
        "x",
        "@evil.test",
        ".evil.test",
        "https://evil.test",
        "https://api.test/v2",
        "https://api.test/v10",
        "https://api.test@evil.test/v1",
        "https://api.test.evil.test/v1",
        "http://api.test/v1",
        "https://own.test",
        "https://api.test\\@evil.test/v1",
    ];
    for path in refused {
        let expected = format!(
            "`path` has to begin with `/`, or with a server of this API such as \
             https://api.test/v1; found `{path}`"
        );
        assert_eq!(url(path), expected);
    }
    for path in [
        "/..",
        "/a/../b",
        "/%2e%2E/b",
        "https://api.test/v1/../v2",
        "/./a",
    ] {
        assert!(
            url(path).contains("is not allowed as a segment of the path"),
            "{path}"
        );
    }
}

#[test]
fn the_request_tool_writes_what_it_is_given() {
    let access = access(json!({}));
    let request = access
        .raw_request(&json!({
            "path": "/x?a=1", "method": "patch", "params": {"b": [1, 2], "c": {"d": 3}, "e": null},
            "headers": {"X-A": 1, "Accept": "text/csv"}, "body": {"f": "g h"},
            "contentType": "application/x-www-form-urlencoded",
        }))
        .unwrap();
    assert_eq!(
        request,
        Request {
            method: "PATCH".into(),
            url: "https://api.test/v1/x?a=1&b=1&b=2&c%5Bd%5D=3".into(),
            headers: [
                ("accept", "text/csv"),
                ("x-a", "1"),
                ("content-type", "application/x-www-form-urlencoded"),
            ]
            .map(|(name, value)| (name.into(), value.into()))
            .into(),
            body: Some(b"f=g%20h".to_vec()),
        }
    );

    let refused = [
        (
            json!({"path": "/", "method": "TRACE"}),
            "method `TRACE` cannot be used",
        ),
        (
            json!({"path": "/", "method": "a b"}),
            "method `A B` cannot be used",
        ),
        (
            json!({"path": 1}),
            "`path` has to be a string, found a number",
        ),
        (
            json!({"path": "/", "headers": []}),
            "`headers` has to be an object, found an array",
        ),
        (
            json!({"path": "/", "headers": {"Host": "x"}}),
            "header `Host` cannot be set by a program",
        ),
        (
            json!({"path": "/", "headers": {"a:b": "x"}}),
            "header `a:b` cannot be set by a program",
        ),
        (
            json!({"path": "/", "headers": {"authorization": "x"}}),
            "header `authorization` cannot be set by a program",
        ),
        (
            json!({"path": "/", "headers": {"accept": "a\nb"}}),
            "a media type has a control character in it",
        ),
        (
            json!({"url": "/"}),
            "argument `url` is not known; expected path, method, params, body, headers, contentType",
        ),
        (
            json!("/"),
            "expected an object of arguments, found a string",
        ),
    ];
    for (arguments, expected) in refused {
        assert_eq!(
            access.raw_request(&arguments).unwrap_err().to_string(),
            expected
        );
    }
}
