//! TypeScript made of JSON Schema: every text of `typegen/corpus`, bounds, and what the
//! real compiler says. `BLESS=1` notes the present texts.

use std::path::{Path, PathBuf};

use codecell::typegen::{TOOL_BYTES, ToolTypes, aliases, declarations, one, type_of};
use serde_json::{Map, Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("typegen")
}

fn namespace_text(entry: &Value) -> String {
    let tools: Vec<ToolTypes<'_>> = entry["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| ToolTypes {
            name: tool["name"].as_str().unwrap(),
            identifier: tool["identifier"].as_str().unwrap(),
            description: tool["description"].as_str().unwrap_or_default(),
            input: tool.get("input"),
            output: tool.get("output"),
            positional: tool["positional"].as_bool().unwrap_or_default(),
        })
        .collect();
    declarations(entry["namespace"].as_str().unwrap(), &tools)
}

fn text_of(entry: &Value) -> String {
    match entry.get("tools") {
        Some(_) => namespace_text(entry),
        None => type_of(&entry["schema"], "T"),
    }
}

#[test]
fn every_schema_has_the_noted_text() {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder().join("corpus"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut failures = Vec::new();

    for file in files {
        let mut content: Value =
            serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for section in ["schemas", "namespaces"] {
            for entry in content
                .get_mut(section)
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                let found = text_of(entry);
                if entry["text"] != found {
                    failures.push(format!(
                        "{}\n{}\n--- found\n{found}\n",
                        entry["id"], entry["text"]
                    ));
                }
                entry["text"] = json!(found);
            }
        }
        if std::env::var_os("BLESS").is_some() {
            let text = serde_json::to_string_pretty(&content).unwrap() + "\n";
            std::fs::write(&file, text).unwrap();
        }
    }

    assert!(
        std::env::var_os("BLESS").is_some() || failures.is_empty(),
        "{}",
        failures.join("\n")
    );
}

/// A small generator of numbers, so that the schemas are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }

    fn word<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.roll(words.len() as u64) as usize]
    }

    fn list(&mut self, depth: u64) -> Value {
        (0..self.roll(4)).map(|_| self.schema(depth)).collect()
    }

    fn map(&mut self, depth: u64) -> Value {
        let names = ["a", "b", "c", "k-1", "__proto__"];
        let entries = (0..self.roll(4)).map(|_| (self.word(&names).to_owned(), self.schema(depth)));
        Value::Object(entries.collect())
    }

    fn value(&mut self) -> Value {
        [
            json!(null),
            json!("x"),
            json!(-1.5),
            json!(true),
            json!({"a": [1]}),
            json!([]),
        ][self.roll(6) as usize]
            .clone()
    }

    fn schema(&mut self, depth: u64) -> Value {
        if depth == 0 {
            return [
                json!(true),
                json!(false),
                json!({"type": "string"}),
                json!({"type": "null"}),
                json!({"const": 1}),
            ][self.roll(5) as usize]
                .clone();
        }
        let mut schema = json!({});
        let types = ["object", "array", "string", "number", "null", "boolean"];
        for _ in 0..=self.roll(3) {
            let below = depth - 1;
            match self.roll(19) {
                0..=3 => schema["type"] = json!(self.word(&types)),
                4 => schema["type"] = json!([self.word(&types), self.word(&types)]),
                5 | 6 => schema["properties"] = self.map(below),
                7 => schema["required"] = json!([self.word(&["a", "b", "z"])]),
                8 => schema["additionalProperties"] = self.schema(below),
                9 => schema["patternProperties"] = self.map(below),
                10 => schema["items"] = self.schema(below),
                11 => schema["prefixItems"] = self.list(below),
                12 => schema["anyOf"] = self.list(below),
                13 => schema["oneOf"] = self.list(below),
                14 => schema["allOf"] = self.list(below),
                15 => schema["enum"] = json!([self.value(), self.value()]),
                16 => schema["nullable"] = json!(true),
                _ => {
                    let targets = [
                        "#",
                        "#/$defs/x",
                        "#/$defs/y",
                        "#/$defs/z",
                        "#/properties/a",
                        "#/anyOf/0",
                    ];
                    schema["$ref"] = json!(self.word(&targets));
                }
            }
        }
        schema
    }
}

/// Schemas of every kind, the same ones each time, with their texts.
fn generated() -> Vec<Value> {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let entry = |number: u32| {
        let mut schema = dice.schema(4);
        schema["$defs"] = json!({"x": dice.schema(3), "y": dice.schema(3), "z": dice.schema(2)});
        let text = type_of(&schema, "T");
        json!({"id": format!("generated_{number}"), "schema": schema, "text": text})
    };
    (0..1500).map(entry).collect()
}

#[test]
fn generated_schemas_give_bounded_text() {
    for entry in generated() {
        let text = entry["text"].as_str().unwrap();
        assert_eq!(
            text,
            type_of(&entry["schema"], "T"),
            "the same text every time"
        );
        assert!(text.len() <= TOOL_BYTES);
    }
}

/// Needs Node and `npm ci` in `tests/typegen`; without them it says so, and fails in CI.
#[test]
#[expect(clippy::print_stderr, reason = "a skipped check is told")]
fn the_typescript_compiler_agrees() {
    let has_compiler = folder().join("node_modules/typescript").exists();
    if !has_compiler {
        assert!(
            std::env::var_os("CI").is_none(),
            "run `npm ci` in tests/typegen"
        );
        eprintln!("SKIPPED: no TypeScript; run `npm ci` in tests/typegen");
        return;
    }
    let made = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated-types.json");
    let limits: Vec<Value> = heavy()
        .iter()
        .enumerate()
        .map(|(number, schema)| json!({"id": format!("limit_{number}"), "text": type_of(schema, "T")}))
        .collect();
    let entries = [generated(), limits].concat();
    std::fs::write(&made, json!({ "schemas": entries }).to_string()).unwrap();
    let checked = std::process::Command::new("node")
        .arg(folder().join("check.mjs"))
        .args([folder().join("corpus"), made])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&checked.stdout);
    assert!(
        checked.status.success(),
        "{told}{}",
        String::from_utf8_lossy(&checked.stderr)
    );
    assert!(told.contains(" 0 problems"), "{told}");
}

/// Wraps `inner` `levels` times.
fn nested(levels: usize, inner: Value, wrap: impl Fn(Value) -> Value) -> Value {
    (0..levels).fold(inner, |schema, _| wrap(schema))
}

fn tool<'a>(input: Option<&'a Value>, output: Option<&'a Value>) -> ToolTypes<'a> {
    ToolTypes {
        name: "t",
        identifier: "t",
        description: "Text",
        input,
        output,
        positional: false,
    }
}

#[test]
fn the_twentieth_level_is_unknown() {
    let schema = nested(
        30,
        json!({"type": "string"}),
        |inner| json!({"type": "array", "items": inner}),
    );

    assert_eq!(
        type_of(&schema, "T"),
        format!("type T = unknown{}", "[]".repeat(20))
    );
}

#[test]
fn five_hundred_levels_fit_on_a_small_stack() {
    let wraps: [fn(Value) -> Value; 6] = [
        |inner| json!({"type": "object", "properties": {"a": inner}}),
        |inner| json!({"anyOf": [inner, {"type": "null"}]}),
        |inner| json!({"type": "object", "allOf": [inner, {"required": ["a"]}]}),
        |inner| json!({"type": "array", "prefixItems": [inner], "items": false}),
        |inner| json!({"const": [inner]}),
        |inner| json!({"additionalProperties": inner, "default": [[[]]]}),
    ];
    let thread = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || {
            for wrap in wraps {
                let schema = nested(500, json!({"$ref": "#/x", "$anchor": "y"}), wrap);
                let schema = json!({"allOf": [schema], "properties": {"y": {"$ref": "#y"}}});
                assert!(type_of(&schema, "T").len() < TOOL_BYTES);
            }
        });

    assert!(thread.unwrap().join().is_ok());
}

#[test]
fn shared_definitions_are_written_once() {
    let mut definitions = Map::new();
    for level in 0..30 {
        let next = json!({"$ref": format!("#/$defs/d{}", level + 1)});
        let schema = json!({"type": "object", "properties": {"a": next, "b": next}});
        definitions.insert(format!("d{level}"), schema);
    }
    definitions.insert("d30".to_owned(), json!({"type": "string"}));
    let schema = json!({"$ref": "#/$defs/d0", "$defs": definitions});

    let text = type_of(&schema, "T");

    let mut expected = String::new();
    for level in 1..30 {
        let next = if level == 29 {
            "string".to_owned()
        } else {
            format!("TD{}", level + 1)
        };
        expected.push_str(&format!(
            "type TD{level} = {{\n    a?: {next};\n    b?: {next};\n}}\n"
        ));
    }
    expected.push_str("type T = {\n    a?: TD1;\n    b?: TD1;\n}");
    assert_eq!(text, expected);
}

#[test]
fn references_into_neighbours_do_not_multiply() {
    let mut schema = json!({"minLength": 1});
    for level in (0..19).rev() {
        let pointer = format!("#{}", "/allOf/0".repeat(level + 1));
        schema = json!({"allOf": [schema, {"$ref": pointer}]});
    }

    assert_eq!(type_of(&schema, "T"), "type T = unknown");
}

/// Schemas that are built to take much: width, sharing, long texts.
fn heavy() -> Vec<Value> {
    let property = |number: usize| (format!("property_{number}"), json!({"type": "string"}));
    let wide: Map<String, Value> = (0..10_000).map(property).collect();
    let values: Vec<Value> = (0..20_000)
        .map(|number| json!(format!("value {number}")))
        .collect();
    let definitions: Map<String, Value> = (0..5_000)
        .map(|number| (format!("d{number}"), json!({"type": "object", "properties": {"x": {"$ref": format!("#/$defs/d{number}")}}})))
        .collect();
    let uses: Map<String, Value> = (0..5_000)
        .map(|number| {
            (
                format!("p{number}"),
                json!({"$ref": format!("#/$defs/d{number}")}),
            )
        })
        .collect();
    let members: Vec<Value> = (0..5_000)
        .map(|number| json!({"properties": {format!("m{number}"): {"type": "null"}}}))
        .collect();
    vec![
        json!({"type": "object", "properties": wide}),
        json!({"type": "object", "properties": wide, "additionalProperties": {"type": "number"}}),
        json!({"enum": values}),
        json!({"const": values}),
        json!({"type": "object", "properties": uses, "$defs": definitions}),
        json!({"anyOf": members}),
        json!({"allOf": members}),
        json!({"type": "array", "prefixItems": members}),
        json!({"type": "object", "required": (0..20_000).map(|n| n.to_string()).collect::<Vec<_>>(), "properties": {"a": true}}),
        json!({"type": "object", "properties": {"a": {"type": "string"}, "x".repeat(100_000): {"type": "string"}}}),
        json!({"type": "object", "properties": {"a": {"description": "d".repeat(1 << 20), "type": "string"}}}),
        nested(
            18,
            json!({"type": "object", "properties": wide}),
            |inner| json!({"type": "object", "properties": {"a": inner, "b": {}}}),
        ),
    ]
}

#[test]
fn what_does_not_fit_is_unknown() {
    let schemas = heavy();
    for (number, schema) in schemas.iter().enumerate() {
        assert!(type_of(schema, "T").len() <= TOOL_BYTES, "schema {number}");
        for other in [&schemas[0], &json!({"type": "string"})] {
            let both = aliases(&tool(Some(schema), Some(other)));
            let whole = one("n", &tool(Some(schema), Some(other)));
            assert!(both.len() <= TOOL_BYTES, "schema {number}: {}", both.len());
            assert!(
                whole.len() <= TOOL_BYTES,
                "schema {number}: {}",
                whole.len()
            );
        }
    }
    let cut = type_of(&schemas[0], "T");
    assert!(
        cut.ends_with(";\n    [key: string]: unknown;\n}"),
        "{}",
        &cut[cut.len() - 200..]
    );
    assert_eq!(type_of(&schemas[2], "T"), "type T = string");
}

#[test]
fn one_tool_is_a_namespace_of_one() {
    let input = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let tool = tool(Some(&input), None);

    let text = one("box", &tool);

    assert_eq!(text, declarations("box", &[tool]));
    assert_eq!(
        text,
        "type TInput = {\n    a?: string;\n}\ntype TOutput = unknown\n\ndeclare const box: {\n\t/**\n\t * Text\n\t */\n\tt: (input: TInput) => Promise<TOutput>;\n}"
    );
    assert_eq!(
        aliases(&tool),
        "type TInput = {\n    a?: string;\n}\ntype TOutput = unknown"
    );
}

#[test]
fn names_that_are_no_names_are_cleaned() {
    assert_eq!(
        type_of(&json!({"$ref": "#"}), "1 x*/"),
        "type _1x = unknown"
    );
    assert_eq!(type_of(&json!(true), "string"), "type string_ = unknown");
    assert_eq!(declarations("a b", &[]), "declare const ab: {}");
}
