//! What methods take and give, in JSON Schema: the model reads types made of it.

use serde_json::{Map, Value, json};

use super::Method;

/// An object of the method's parameters, in their order.
pub(super) fn input(method: &Method) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for parameter in method.parameter_list() {
        let schema = parameter_schema(method.name, parameter.name);
        properties.insert(parameter.name.to_owned(), schema);
        if parameter.is_required {
            required.push(parameter.name);
        }
    }
    let mut schema = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema["additionalProperties"] = json!(false);
    schema
}

fn parameter_schema(method: &str, parameter: &str) -> Value {
    match parameter {
        "offset" => described(count(), "Where to begin, in bytes; 0 if absent"),
        "length" => described(count(), "How many bytes; to the end if absent"),
        "content" => match method {
            "writeFile" => string(),
            "writeFileBytes" => bytes(),
            _ => json!({ "anyOf": [string(), bytes()] }),
        },
        "value" => json!({}),
        "options" => options(method),
        "operations" => array(operation()),
        "sources" => array(string()),
        "instructions" => array(instruction()),
        "edits" => array(object(&[("path", string()), ("content", string())], &[])),
        "plan" => plan(),
        "query" if method == "queryJson" => described(string(), "As in .key[0].nested"),
        "pattern" => described(string(), "A glob: **, *, ?, [..], {a,b}"),
        _ => string(),
    }
}

fn options(method: &str) -> Value {
    let boolean = || json!({ "type": "boolean" });
    let names: &[(&str, Value)] = &match method {
        "writeJson" => vec![("spaces", described(count(), "Of indentation; 2 if absent"))],
        "mkdir" | "cp" | "mv" => vec![("recursive", boolean())],
        "rm" => vec![("recursive", boolean()), ("force", boolean())],
        "hashFile" => vec![("algorithm", json!({ "enum": ["sha256", "sha1", "md5"] }))],
        "walkTree" | "summarizeTree" => vec![("maxDepth", count())],
        "find" => find_options(),
        "searchText" | "searchFiles" => search_options(true),
        "replaceInFile" => search_options(false),
        "replaceInFiles" => [search_options(false), batch_options()].concat(),
        _ => batch_options(),
    };
    let optional: Vec<_> = names.iter().map(|(name, _)| *name).collect();
    object(names, &optional)
}

fn batch_options() -> Vec<(&'static str, Value)> {
    vec![
        (
            "dryRun",
            described(json!({ "type": "boolean" }), "Only look"),
        ),
        (
            "rollbackOnError",
            described(
                json!({ "type": "boolean" }),
                "Restore all if one fails; true if absent",
            ),
        ),
    ]
}

fn search_options(is_search: bool) -> Vec<(&'static str, Value)> {
    let boolean = || json!({ "type": "boolean" });
    let mut options = vec![
        ("caseSensitive", described(boolean(), "True if absent")),
        (
            "regex",
            described(boolean(), "The query is a regular expression"),
        ),
        ("wholeWord", boolean()),
    ];
    if is_search {
        options.extend([
            (
                "contextBefore",
                described(count(), "Lines before each match"),
            ),
            ("contextAfter", described(count(), "Lines after each match")),
            ("maxMatches", described(count(), "In each file")),
        ]);
    }
    options
}

fn find_options() -> Vec<(&'static str, Value)> {
    let time = || json!({ "type": "string", "format": "date-time" });
    vec![
        ("name", described(string(), "A glob for the name")),
        ("pathPattern", described(string(), "A glob for the path")),
        ("type", json!({ "anyOf": [kind(), array(kind())] })),
        ("minDepth", count()),
        ("maxDepth", count()),
        (
            "empty",
            described(
                json!({ "type": "boolean" }),
                "Files and folders with nothing in them",
            ),
        ),
        ("sizeMin", count()),
        ("sizeMax", count()),
        ("mtimeAfter", time()),
        ("mtimeBefore", time()),
    ]
}

fn operation() -> Value {
    let op = |name: &str| json!({ "const": name });
    json!({ "anyOf": [
        object(&[("op", op("set")), ("path", string()), ("value", json!({}))], &[]),
        object(&[("op", op("delete")), ("path", string())], &[]),
    ] })
}

fn instruction() -> Value {
    let kind = |name: &str| json!({ "const": name });
    let search = search_options(false);
    let optional: Vec<_> = search.iter().map(|(name, _)| *name).collect();
    let spaces = object(&[("spaces", count())], &["spaces"]);
    json!({ "anyOf": [
        object(&[("kind", kind("write")), ("path", string()), ("content", string())], &[]),
        object(
            &[
                ("kind", kind("replace")),
                ("path", string()),
                ("search", string()),
                ("replacement", string()),
                ("options", object(&search, &optional)),
            ],
            &["options"],
        ),
        object(
            &[
                ("kind", kind("writeJson")),
                ("path", string()),
                ("value", json!({})),
                ("options", spaces),
            ],
            &["options"],
        ),
    ] })
}

fn plan() -> Value {
    let mut edit = vec![("instruction", instruction())];
    edit.extend(edit_result());
    object(
        &[
            ("edits", array(object(&edit, &[]))),
            ("totalChanged", count()),
            ("totalInstructions", count()),
        ],
        &[],
    )
}

fn edit_result() -> Vec<(&'static str, Value)> {
    vec![
        ("path", string()),
        ("changed", json!({ "type": "boolean" })),
        ("content", string()),
        ("diff", string()),
    ]
}

/// What a method gives.
pub(super) fn output(method: &str) -> Option<Value> {
    let boolean = || json!({ "type": "boolean" });
    let whole = |names: &[(&str, Value)]| object(names, &[]);
    Some(match method {
        "getCapabilities" => whole(&[
            ("chmod", boolean()),
            ("utimes", boolean()),
            ("hardLinks", boolean()),
        ]),
        "readFile" | "readlink" | "realpath" | "resolvePath" | "diff" | "diffContent"
        | "hashFile" => string(),
        "readFileBytes" => bytes(),
        "readJson" | "queryJson" => json!({}),
        "updateJson" => whole(&[
            ("value", json!({})),
            ("content", string()),
            ("diff", string()),
            ("operationsApplied", count()),
        ]),
        "exists" => boolean(),
        "stat" | "lstat" => json!({ "anyOf": [
            object(
                &[("type", kind()), ("size", count()), ("mtime", time()), ("mode", count())],
                &["mode"],
            ),
            { "type": "null" },
        ] }),
        "readdir" | "glob" => array(string()),
        "readdirWithFileTypes" => array(whole(&[("name", string()), ("type", kind())])),
        "find" => array(whole(&[
            ("path", string()),
            ("name", string()),
            ("type", kind()),
            ("depth", count()),
            ("size", count()),
            ("mtime", time()),
        ])),
        "walkTree" => json!({
            "$ref": "#/$defs/node",
            "$defs": { "node": object(
                &[
                    ("path", string()),
                    ("name", string()),
                    ("type", kind()),
                    ("size", count()),
                    ("children", array(json!({ "$ref": "#/$defs/node" }))),
                ],
                &["children"],
            ) },
        }),
        "summarizeTree" => whole(&[
            ("files", count()),
            ("directories", count()),
            ("symlinks", count()),
            ("totalBytes", count()),
            ("maxDepth", count()),
        ]),
        "searchText" => array(found()),
        "searchFiles" => array(whole(&[("path", string()), ("matches", array(found()))])),
        "replaceInFile" => whole(&[("replaced", count()), ("content", string())]),
        "replaceInFiles" => whole(&[
            ("dryRun", boolean()),
            ("totalFiles", count()),
            (
                "files",
                array(whole(&[
                    ("path", string()),
                    ("replaced", count()),
                    ("content", string()),
                    ("diff", string()),
                ])),
            ),
            ("totalReplacements", count()),
        ]),
        "createArchive" => whole(&[
            ("path", string()),
            ("entries", array(archived())),
            ("bytesWritten", count()),
        ]),
        "listArchive" => array(archived()),
        "extractArchive" => whole(&[("destination", string()), ("entries", array(archived()))]),
        "compressFile" | "decompressFile" => whole(&[
            ("path", string()),
            ("destination", string()),
            ("bytesWritten", count()),
        ]),
        "detectFile" => object(
            &[
                ("mime", string()),
                ("description", string()),
                ("extension", string()),
                ("binary", boolean()),
            ],
            &["extension"],
        ),
        "planEdits" => plan(),
        "applyEditPlan" | "applyEdits" => whole(&[
            ("dryRun", boolean()),
            ("edits", array(whole(&edit_result()))),
            ("totalChanged", count()),
        ]),
        _ => return None,
    })
}

fn found() -> Value {
    object(
        &[
            ("line", described(count(), "From 1")),
            ("column", described(count(), "From 1")),
            ("match", string()),
            ("lineText", string()),
            ("beforeLines", array(string())),
            ("afterLines", array(string())),
        ],
        &["beforeLines", "afterLines"],
    )
}

fn archived() -> Value {
    let kind = json!({ "enum": ["file", "directory"] });
    object(
        &[("path", string()), ("type", kind), ("size", count())],
        &[],
    )
}

fn object(properties: &[(&str, Value)], optional: &[&str]) -> Value {
    let named = |(name, schema): &(&str, Value)| ((*name).to_owned(), schema.clone());
    let members: Map<String, Value> = properties.iter().map(named).collect();
    let required: Vec<_> = properties
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !optional.contains(name))
        .collect();
    let mut schema = json!({ "type": "object", "properties": members });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn array(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn described(mut schema: Value, description: &str) -> Value {
    schema["description"] = json!(description);
    schema
}

fn string() -> Value {
    json!({ "type": "string" })
}

fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn kind() -> Value {
    json!({ "enum": ["file", "directory", "symlink"] })
}

fn time() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

/// Bytes, which JSON Schema has no word for. `tsType` is how others say it.
fn bytes() -> Value {
    json!({ "tsType": "Uint8Array", "description": "A Uint8Array" })
}
