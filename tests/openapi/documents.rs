//! What is read from a document: errors, names, types.

use codecell::openapi::{Document, Operation};
use serde_json::{Value, json};

fn document(value: Value) -> Document {
    Document::from_value(value).unwrap()
}

/// A document of one operation, `op`, at `POST /`.
fn with_operation(operation: Value, components: Value) -> Document {
    let mut operation = operation;
    operation["operationId"] = json!("op");
    document(json!({
        "openapi": "3.1.0",
        "paths": {"/": {"post": operation}},
        "components": components,
    }))
}

fn op(document: &Document) -> &Operation {
    document.operation("op").unwrap()
}

fn problems(document: &Document) -> Vec<String> {
    document
        .problems()
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn json_content(schema: Value) -> Value {
    json!({"content": {"application/json": {"schema": schema}}})
}

#[test]
fn documents_that_cannot_be_used_say_where_and_what_to_do() {
    let cases = [
        (
            "{\"swagger\": \"2.0\", \"paths\": {}}",
            "#/swagger: this is Swagger 2.0; convert it to OpenAPI 3",
        ),
        (
            "swagger: 2.0",
            "#/swagger: this is Swagger 2.0; convert it to OpenAPI 3",
        ),
        (
            "openapi: 4.0.0",
            "#/openapi: version `4.0.0` is not known; expected 3.0 or 3.1",
        ),
        (
            "openapi: 3.10.0",
            "#/openapi: version `3.10.0` is not known; expected 3.0 or 3.1",
        ),
        (
            "{\"name\": 1}",
            "#: this is no OpenAPI document: it has neither `openapi` nor `paths`, but `name`",
        ),
        ("- a", "#: expected an OpenAPI document, found an array"),
        (
            "{\"a\": ",
            "text: this is not JSON: EOF while parsing a value at line 1 column 6",
        ),
        (
            "{\"openapi\": \"3.0.0\", \"paths\": []}",
            "#/paths: expected an object of paths, found an array",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(Document::parse(text).unwrap_err().to_string(), expected);
    }
}

#[test]
fn an_error_in_yaml_shows_the_line() {
    let error = Document::parse("openapi: 3.0.0\npaths: {}\npaths: {}\n").unwrap_err();

    let line = error.to_string().lines().next().unwrap().to_owned();
    assert_eq!(
        line,
        "text: this is neither JSON nor YAML: error: line 3 column 1: duplicate mapping key: paths, \
         set DuplicateKeyPolicy in Options if acceptable"
    );
}

#[test]
fn versions_3_0_and_3_1_are_read_in_json_and_yaml() {
    let texts = [
        "{\"openapi\": \"3.0.3\", \"paths\": {\"/a\": {\"get\": {\"operationId\": \"a\"}}}}",
        "\u{FEFF}{\"openapi\": \"3.1.1\", \"paths\": {\"/a\": {\"get\": {\"operationId\": \"a\"}}}}",
        "openapi: 3.0.3\npaths:\n  /a:\n    get: {operationId: a}\n",
        "openapi: 3.1\npaths: {/a: {get: {operationId: a}}}",
        "---\npaths:\n  /a: &item\n    get: {operationId: a}\n",
    ];
    for text in texts {
        let document = Document::parse(text).unwrap();
        let found: Vec<_> = document
            .operations()
            .iter()
            .map(|operation| (operation.name(), operation.method(), operation.path()))
            .collect();
        assert_eq!(found, [("a", "GET", "/a")], "{text}");
    }
}

#[test]
fn yaml_words_are_what_the_author_saw() {
    let document = Document::parse(
        "paths: {/a: {get: {summary: yes, responses: {200: {description: no}}}}}\n\
         x-values: {country: no, octal: 0123, date: 2020-01-01, version: 1.10, on: off}",
    )
    .unwrap();

    assert_eq!(
        document.value(),
        &json!({
            "paths": {"/a": {"get": {
                "summary": "yes",
                "responses": {"200": {"description": "no"}},
            }}},
            "x-values": {
                "country": "no",
                "octal": "0123",
                "date": "2020-01-01",
                "version": 1.1,
                "on": "off",
            },
        })
    );
}

#[test]
fn an_operation_that_cannot_be_called_is_left_out_and_told() {
    let document = document(json!({"paths": {
        "no-slash": {"get": {}},
        "/../up": {"get": {}},
        "/item": 1,
        "/loop": {"$ref": "#/paths/~1loop"},
        "/x": {
            "get": {"parameters": [{"$ref": "#/components/parameters/Gone"}]},
            "put": {"parameters": [{"name": "a"}]},
            "post": {"parameters": [{"in": "query"}]},
            "patch": {"requestBody": {"$ref": "other.yaml#/Body"}},
            "delete": 7,
            "head": {"parameters": [{"name": "q", "in": "query", "style": "matrix"}]},
        },
        "x-extension": 1,
    }}));

    let names: Vec<_> = document.operations().iter().map(Operation::name).collect();
    assert_eq!(names, ["head_x"]);
    assert_eq!(
        problems(&document),
        [
            "#/paths/no-slash: no-slash is left out: path: a path has to begin with `/`",
            "#/paths/~1..~1up: /../up is left out: path: `..` is not allowed as a segment of the \
             path `/../up`; name what you mean",
            "#/paths/~1item: /item is left out: #/paths/~1item: expected a path item, found a number",
            "#/paths/~1loop: /loop is left out: #/paths/~1loop: its references lead in a circle; \
             let one of them point at a definition",
            "#/paths/~1x/get: GET /x is left out: #/paths/~1x/get/parameters/0: reference \
             `#/components/parameters/Gone` points at nothing in this document; add its target or \
             correct it",
            "#/paths/~1x/put: PUT /x is left out: #/paths/~1x/put/parameters/0: a parameter needs \
             an `in`: path, query, header or cookie",
            "#/paths/~1x/post: POST /x is left out: #/paths/~1x/post/parameters/0: a parameter \
             needs a `name`",
            "#/paths/~1x/delete: DELETE /x is left out: #/paths/~1x/delete: expected an operation, \
             found a number",
            "#/paths/~1x/patch: PATCH /x is left out: #/paths/~1x/patch/requestBody: reference \
             `other.yaml#/Body` leaves the document and is not followed; bundle the files into one",
            "#/paths/~1x/head/parameters/0: style `matrix` does not fit a parameter in query; the \
             default is used",
        ]
    );
}

#[test]
fn parameters_of_path_and_operation_are_merged_and_keep_apart_what_shares_a_name() {
    let document = document(json!({
        "paths": {"/u/{id}/{undeclared}": {
            "parameters": [
                {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                {"name": "page", "in": "query", "description": "shared", "schema": {}},
                {"name": "gone", "in": "path", "schema": {}},
            ],
            "put": {
                "operationId": "op",
                "parameters": [
                    {"name": "page", "in": "query", "description": "own", "schema": {"type": "integer"}},
                    {"name": "id", "in": "query", "required": true, "schema": {"type": "boolean"}},
                    {"name": "id", "in": "cookie", "schema": {"type": "number"}},
                    {"name": "id_query", "in": "header", "schema": {"type": "null"}},
                    {"name": "body", "in": "query", "schema": {"type": "string"}},
                    {"name": "Accept", "in": "header", "schema": {"type": "string"}},
                    {"name": "authorization", "in": "header", "schema": {"type": "string"}},
                    {"$ref": "#/components/parameters/Filter"},
                ],
                "requestBody": {
                    "description": "What to put",
                    "required": true,
                    "content": {"text/plain": {}},
                },
            },
        }},
        "components": {"parameters": {
            "Filter": {"name": "filter", "in": "query", "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Filter"}},
            }},
        }, "schemas": {"Filter": {"type": "object"}}},
    }));

    assert_eq!(problems(&document), [""; 0]);
    let schema = op(&document).input_schema();
    assert_eq!(
        schema,
        json!({
            "type": "object",
            "properties": {
                "id": {"type": "string"},
                "page": {"type": "integer", "description": "own"},
                "id_query_2": {"type": "boolean"},
                "id_cookie": {"type": "number"},
                "id_query": {"type": "null"},
                "body_query": {"type": "string"},
                "filter": {"$ref": "#/$defs/Filter"},
                "undeclared": {"type": "string"},
                "body": {"type": "string", "description": "What to put"},
            },
            "required": ["id", "id_query_2", "undeclared", "body"],
            "$defs": {"Filter": {"type": "object"}},
        })
    );
    let names: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(names[..2], ["id", "page"]);
}

#[test]
fn a_schema_stands_alone_with_only_the_definitions_it_uses() {
    let document = with_operation(
        json!({"requestBody": json_content(json!({"$ref": "#/components/schemas/Tree"}))}),
        json!({"schemas": {
            "Tree": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {
                    "id": {"type": "integer", "readOnly": true, "exclusiveMinimum": true, "minimum": 0},
                    "name": {"type": "string", "nullable": true, "example": "x", "x-internal": 1},
                    "example": {"$ref": "#/components/schemas/Name~1with%20space"},
                    "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
                    "file": {"type": "string", "format": "binary"},
                    "deep": {"$ref": "#/components/schemas/Tree/properties/name"},
                },
                "default": {"$ref": "#/components/schemas/Unused"},
                "discriminator": {"propertyName": "t", "mapping": {"a": "#/components/schemas/Unused"}},
                "additionalProperties": false,
            },
            "Name/with space": {"type": "string", "xml": {}},
            "Unused": {"type": "string"},
        }}),
    );

    assert_eq!(
        op(&document).input_schema(),
        json!({
            "type": "object",
            "properties": {"body": {"$ref": "#/$defs/Tree"}},
            "$defs": {
                "Tree": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {
                        "id": {"type": "integer", "readOnly": true, "exclusiveMinimum": 0},
                        "name": {"type": "string", "nullable": true},
                        "example": {"$ref": "#/$defs/Name_with_space"},
                        "children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
                        "file": {"description": "bytes: a Uint8Array"},
                        "deep": {"$ref": "#/$defs/name"},
                    },
                    "default": {"$ref": "#/components/schemas/Unused"},
                    "additionalProperties": false,
                },
                "Name_with_space": {"type": "string"},
                "name": {"type": "string", "nullable": true},
            },
        })
    );
}

#[test]
fn definitions_of_one_name_stay_apart() {
    let document = with_operation(
        json!({"requestBody": json_content(json!({"properties": {
            "a": {"$ref": "#/components/schemas/X"},
            "b": {"$ref": "#/components/other/X"},
            "c": {"$ref": "#/components/schemas/%58"},
            "all": {"$ref": "#"},
        }}))}),
        json!({"schemas": {"X": {"type": "string"}}, "other": {"X": {"type": "number"}}}),
    );

    let schema = op(&document).input_schema();
    assert_eq!(
        schema["properties"]["body"],
        json!({"properties": {
            "a": {"$ref": "#/$defs/X"},
            "b": {"$ref": "#/$defs/X_2"},
            "c": {"$ref": "#/$defs/X"},
            "all": {"$ref": "#/$defs/Document"},
        }})
    );
    assert_eq!(schema["$defs"]["X_2"], json!({"type": "number"}));
}

#[test]
fn the_answer_is_the_union_of_the_success_responses() {
    let cases = [
        (json!({}), None),
        (
            json!({"404": json_content(json!({"type": "string"}))}),
            None,
        ),
        (
            json!({"204": {"description": "none"}}),
            Some(json!({"type": "null"})),
        ),
        (
            json!({"default": json_content(json!({"type": "string"}))}),
            Some(json!({"type": "string"})),
        ),
        (
            json!({
                "200": json_content(json!({"$ref": "#/components/schemas/A"})),
                "201": {"$ref": "#/components/responses/Same"},
                "202": {"content": {"text/plain": {}, "image/png": {}}},
                "206": {"content": {"image/png": {}}},
                "2XX": {"description": "nothing"},
                "default": json_content(json!({"type": "string"})),
            }),
            Some(json!({
                "anyOf": [
                    {"$ref": "#/$defs/A"},
                    {"type": "string"},
                    {"description": "bytes: a Uint8Array"},
                    {"type": "null"},
                ],
                "$defs": {"A": {
                    "type": "object",
                    "properties": {"secret": {"writeOnly": true}},
                    "required": [],
                }},
            })),
        ),
    ];
    for (responses, expected) in cases {
        let document = with_operation(
            json!({"responses": responses}),
            json!({
                "schemas": {"A": {
                    "type": "object",
                    "properties": {"secret": {"writeOnly": true}},
                    "required": ["secret"],
                }},
                "responses": {"Same": json_content(json!({"$ref": "#/components/schemas/A"}))},
            }),
        );
        assert_eq!(op(&document).output_schema(), expected);
    }
}

#[test]
fn a_thousand_problems_are_kept() {
    let paths = (0..2000).map(|number| (number.to_string(), json!({})));
    let document = document(json!({"paths": Value::Object(paths.collect())}));

    assert_eq!(document.problems().len(), 1000);
    assert_eq!(
        document.problems()[999].to_string(),
        "#/paths/999: 999 is left out: path: a path has to begin with `/`"
    );
}

#[test]
fn the_debug_form_does_not_hold_the_whole_document() {
    let document = with_operation(json!({}), json!({}));

    assert_eq!(
        format!("{document:?}"),
        "Document { operations: 1, problems: 0, .. }"
    );
    assert_eq!(
        format!("{:?}", op(&document)),
        r#"Operation { name: "op", method: "POST", path: "/", .. }"#
    );
}
