//! Documents that mean harm give bounded output or an error.

use std::fmt::Write as _;

use codecell::openapi::Document;
use serde_json::{Map, Value, json};

/// What one schema may take as text: the limit and what closes the schemas
/// that were open when it was reached.
const BEARABLE_BYTES: usize = 256 * 1024;

fn body_of(schema: Value, components: Value) -> Value {
    let document = Document::from_value(json!({
        "openapi": "3.1.0",
        "paths": {"/": {"post": {
            "operationId": "op",
            "requestBody": {"content": {"application/json": {"schema": schema}}},
        }}},
        "components": components,
    }));
    document.unwrap().operation("op").unwrap().input_schema()
}

#[test]
fn references_that_only_lead_to_each_other_are_opened() {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let schema = body_of(
        reference("A"),
        json!({"schemas": {
            "A": reference("B"),
            "B": {"allOf": [reference("C")]},
            "C": {"oneOf": [reference("A"), {"type": "string"}]},
        }}),
    );

    assert_eq!(
        schema["$defs"],
        json!({
            "A": {"$ref": "#/$defs/B"},
            "B": {"allOf": [{"$ref": "#/$defs/C"}]},
            "C": {"anyOf": [
                {"description": "reference `#/components/schemas/A` only leads back to itself"},
                {"type": "string"},
            ]},
        })
    );
}

#[test]
fn a_reference_to_itself_is_opened() {
    let schema = body_of(
        json!({"$ref": "#/components/schemas/A"}),
        json!({"schemas": {"A": {"$ref": "#/components/schemas/A"}}}),
    );

    assert_eq!(
        schema["$defs"],
        json!({"A": {"description": "reference `#/components/schemas/A` only leads back to itself"}})
    );
}

#[test]
fn doubling_references_do_not_double_the_schema() {
    let mut schemas = Map::new();
    for level in 0..1000 {
        let next = json!({"$ref": format!("#/components/schemas/S{}", level + 1)});
        schemas.insert(
            format!("S{level}"),
            json!({"properties": {"a": next, "b": next}}),
        );
    }
    schemas.insert("S1000".into(), json!({"type": "string"}));

    let schema = body_of(
        json!({"$ref": "#/components/schemas/S0"}),
        json!({"schemas": schemas}),
    );

    assert_eq!(schema["$defs"].as_object().unwrap().len(), 1001);
    assert_eq!(schema["$defs"]["S1000"], json!({"type": "string"}));
}

#[test]
fn what_does_not_fit_is_left_out_and_forbids_nothing() {
    let values: Vec<String> = (0..20_000)
        .map(|number| format!("value {number}"))
        .collect();
    let many: Map<String, Value> = (0..20_000)
        .map(|number| (format!("property {number}"), json!({"type": "string"})))
        .collect();
    let text = "x".repeat(1_000_000);
    let cases = [
        json!({"enum": values}),
        json!({"properties": many, "additionalProperties": false}),
        json!({"type": "object", "description": text}),
        json!({"oneOf": vec![json!({"properties": {"a": {"type": "string"}}}); 20_000]}),
        json!({"required": values}),
    ];
    for case in cases {
        let text = body_of(case, json!({})).to_string();
        assert!(!text.contains("additionalProperties"));
        assert!(!text.contains("oneOf"));
        assert!(text.len() < BEARABLE_BYTES, "{} bytes", text.len());
    }
}

#[test]
fn definitions_that_fit_are_kept_and_the_others_say_that_they_are_left_out() {
    let text = "x".repeat(40_000);
    let schema = body_of(
        json!({"oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]}),
        json!({"schemas": {
            "A": {"type": "object", "description": text},
            "B": {"type": "object", "description": text, "additionalProperties": false},
        }}),
    );

    assert_eq!(
        schema,
        json!({
            "type": "object",
            "properties": {"body": {"anyOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/B"}]}},
            "$defs": {
                "A": {"type": "object", "description": text},
                "B": {
                    "type": "object",
                    "description": "left out: the type is too large to show in full",
                },
            },
        })
    );
}

#[test]
fn schemas_that_all_lead_to_each_other_stay_bounded() {
    let all: Vec<Value> = (0..300)
        .map(|number| json!({"$ref": format!("#/components/schemas/S{number}")}))
        .collect();
    let schemas: Map<String, Value> = (0..300)
        .map(|number| {
            let properties: Map<String, Value> = all
                .iter()
                .enumerate()
                .map(|(i, one)| (format!("p{i}"), one.clone()))
                .collect();
            (
                format!("S{number}"),
                json!({"anyOf": all, "properties": properties}),
            )
        })
        .collect();

    let schema = body_of(
        json!({"$ref": "#/components/schemas/S0"}),
        json!({"schemas": schemas}),
    );

    assert!(schema.to_string().len() < BEARABLE_BYTES);
    assert_eq!(schema["$defs"].as_object().unwrap().len(), 300);
}

#[test]
fn a_document_that_is_too_deep_is_refused() {
    let mut deep = json!({});
    for _ in 0..200 {
        deep = Value::Array(vec![deep]);
    }
    let document = json!({"openapi": "3.0.0", "paths": {}, "x-deep": deep});
    assert_eq!(
        Document::from_value(document).unwrap_err().to_string(),
        "#: the document nests deeper than 128 levels; flatten its schemas"
    );

    let text = format!("{{\"openapi\": {}", "[".repeat(100_000));
    assert_eq!(
        Document::parse(&text).unwrap_err().to_string(),
        "text: this is not JSON: recursion limit exceeded at line 1 column 139"
    );
    let text = format!("openapi: {}", "[".repeat(100_000));
    assert!(Document::parse(&text).is_err());
}

#[test]
fn aliases_that_multiply_are_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let list = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{list}]").unwrap();
    }

    let error = Document::parse(&text).unwrap_err();

    assert_eq!(error.at, "text");
}

#[test]
fn one_path_item_shared_by_many_paths_is_refused_beyond_a_limit() {
    let parameters: Vec<Value> = (0..1000)
        .map(|number| json!({"name": format!("p{number}"), "in": "query"}))
        .collect();
    let mut paths: Map<String, Value> = (0..1000)
        .map(|number| (format!("/{number}"), json!({"$ref": "#/x-item"})))
        .collect();
    paths.insert("/last".into(), json!({}));

    let error = Document::from_value(json!({
        "paths": paths,
        "x-item": {"get": {"parameters": parameters}},
    }))
    .unwrap_err();

    assert_eq!(
        error.to_string(),
        "#/paths: more than 200000 parameters; cut the document down to what is needed"
    );
}

/// A document with something of everything.
fn rich() -> Value {
    json!({
        "openapi": "3.1.0",
        "servers": [{"url": "https://{a}.test/v1", "variables": {"a": {"default": "x", "enum": ["x"]}}}],
        "security": [{"key": []}],
        "paths": {
            "/a/{id}": {
                "servers": [{"url": "https://own.test"}],
                "parameters": [{"name": "id", "in": "path", "required": true, "style": "label",
                    "explode": true, "schema": {"type": "string"}}],
                "post": {
                    "operationId": "make", "summary": "S", "description": "D", "deprecated": true,
                    "security": [{}, {"key": [], "user": []}],
                    "parameters": [
                        {"$ref": "#/components/parameters/Q"},
                        {"name": "j", "in": "cookie", "content": {"application/json": {"schema": {}}}},
                    ],
                    "requestBody": {"required": true, "content": {"multipart/form-data": {
                        "schema": {"$ref": "#/components/schemas/Node"},
                        "encoding": {"file": {"contentType": "image/png", "explode": true}},
                    }}},
                    "responses": {
                        "200": {"$ref": "#/components/responses/Ok"},
                        "default": {"description": "no"},
                    },
                },
            },
            "/b": {"$ref": "#/components/pathItems/B"},
        },
        "components": {
            "parameters": {"Q": {"name": "q", "in": "query", "schema": {"type": "array"}}},
            "responses": {"Ok": {"content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/Node"},
            }}}},
            "schemas": {"Node": {
                "type": "object", "required": ["file"], "additionalProperties": false,
                "properties": {
                    "file": {"type": "string", "format": "binary", "readOnly": true},
                    "next": {"$ref": "#/components/schemas/Node"},
                    "any": {"anyOf": [{"type": "null"}, {"exclusiveMinimum": true, "minimum": 1}]},
                    "tuple": {"prefixItems": [{"enum": [1]}], "items": {"not": {"const": 1}}},
                },
            }},
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "query", "name": "k"},
                "user": {"type": "http", "scheme": "basic"},
            },
            "pathItems": {"B": {"get": {"responses": {"2XX": {"content": {"text/csv": {}}}}}}},
        },
    })
}

/// The pointers to all values inside `value`.
fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    let mut visit = |key: &str, member: &Value| {
        let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        pointers(member, &at, all);
        all.push(at);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, member)| visit(key, member)),
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| visit(&index.to_string(), item));
        }
        _ => {}
    }
}

/// Every value of a document in turn is replaced by every wrong one.
#[test]
fn a_wrong_value_anywhere_harms_no_more_than_what_is_around_it() {
    let wrong = [
        json!(null),
        json!(true),
        json!(-7),
        json!(""),
        json!("{\u{0}}/../#"),
        json!([]),
        json!([[]]),
        json!({}),
        json!({"$ref": "#"}),
        json!({"$ref": "#/paths/~1b"}),
    ];
    let mut all = Vec::new();
    pointers(&rich(), "", &mut all);
    let arguments = json!({"id": "1", "q": [1], "j": {}, "body": {"file": "x"}});
    let mut refused = std::collections::BTreeSet::new();
    let (mut typed, mut sent) = (0, 0);

    for at in &all {
        for value in &wrong {
            let mut document = rich();
            *document.pointer_mut(at).unwrap() = value.clone();
            let Ok(document) = Document::from_value(document) else {
                refused.insert(at.as_str());
                continue;
            };
            let access = document.access().server("https://h").build().unwrap();
            for operation in document.operations() {
                assert_eq!(operation.input_schema()["type"], "object", "{at} {value}");
                typed += usize::from(operation.output_schema().is_some());
                sent += usize::from(access.request(operation, &arguments).is_ok());
            }
            // What the settings may find wrong is theirs to say, and no panic.
            let found = document.access().build();
            assert!(found.is_ok() || at.starts_with("/servers"), "{at} {value}");
        }
    }

    assert_eq!(
        refused.into_iter().collect::<Vec<_>>(),
        ["/openapi", "/paths"]
    );
    let most = all.len() * wrong.len();
    assert!(
        typed > most && sent > most / 2,
        "{typed} typed and {sent} sent of {most}"
    );
}

/// As large as the largest published documents: 12 MB, 1,200 operations, every
/// schema leading to several others.
#[test]
fn a_document_of_twelve_megabytes_is_read_and_every_operation_typed() {
    let text = "Words that describe a property, as long as they are in real documents. ".repeat(2);
    let schemas: Map<String, Value> = (0..1000)
        .map(|number: usize| {
            let properties: Map<String, Value> = (0..40)
                .map(|property: usize| {
                    let target = (number * 7 + property * 13) % 1000;
                    let schema = match property % 10 {
                        0 => json!({"$ref": format!("#/components/schemas/s{target}")}),
                        _ => json!({"type": "string", "description": text, "nullable": true}),
                    };
                    (format!("property_{property}"), schema)
                })
                .collect();
            let schema = json!({"type": "object", "properties": properties});
            (format!("s{number}"), schema)
        })
        .collect();
    let paths: Map<String, Value> = (0..1200)
        .map(|number: usize| {
            let reference = json!({"$ref": format!("#/components/schemas/s{}", number % 1000)});
            let content = json!({"content": {"application/json": {"schema": reference}}});
            let operation = json!({
                "summary": format!("Operation {number}"),
                "description": text.repeat(20),
                "parameters": [{"name": "id", "in": "path", "required": true,
                    "schema": {"type": "string"}}],
                "requestBody": content,
                "responses": {"200": content},
            });
            (
                format!("/things/{number}/{{id}}"),
                json!({"post": operation}),
            )
        })
        .collect();
    let document = json!({
        "openapi": "3.0.3", "paths": paths, "components": {"schemas": schemas},
    });
    let text = document.to_string();
    assert!(text.len() > 10_000_000);

    let document = Document::parse(&text).unwrap();

    assert_eq!(document.operations().len(), 1200);
    assert_eq!(document.problems(), []);
    for (number, operation) in document.operations().iter().enumerate().step_by(100) {
        assert_eq!(operation.description(), format!("Operation {number}"));
        let name = format!("s{}", number % 1000);
        let input = operation.input_schema();
        assert_eq!(
            input["properties"]["body"],
            json!({"$ref": format!("#/$defs/{name}")})
        );
        let output = operation.output_schema().unwrap();
        assert_eq!(output["$ref"], format!("#/$defs/{name}"));
        assert!(output.to_string().len() < BEARABLE_BYTES);
    }
}
