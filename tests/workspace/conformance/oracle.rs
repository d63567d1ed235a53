//! Calls and what the reference (0.4.3, in memory) was measured to give for them. Where this
//! differs on purpose, `differences.txt` says so, one line each.

use codecell::workspace::{Directory, Memory, Sqlite, Workspace};
use serde_json::{Value, json};

const CASES: &str = include_str!("../cases/measured.json");
const DIFFERENCES: &str = include_str!("differences.txt");

/// Without what no two runs have in common.
fn comparable(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| *name != "mtime")
            .map(|(name, value)| (name.clone(), comparable(value)))
            .collect(),
        Value::Array(items) => items.iter().map(comparable).collect(),
        // 1.5 and 1.50, 1e21: one number.
        Value::Number(number) => json!(number.as_f64()),
        scalar => scalar.clone(),
    }
}

fn differences(workspace: &Workspace, sequence: &Value) -> Vec<String> {
    for (path, content) in sequence["files"].as_object().expect("cases have files") {
        workspace
            .call("writeFile", json!([path, content]))
            .expect("files can be written");
    }
    let mut differences = Vec::new();
    for call in sequence["calls"].as_array().expect("cases have calls") {
        let method = call["method"].as_str().expect("calls have methods");
        let (gives, throws) = match workspace.call(method, json!([call["args"]])) {
            Ok(reply) => (reply.value, None),
            Err(failure) => (None, Some(failure.message().to_owned())),
        };
        let expected = call.get("gives").map(comparable);
        let same = gives.as_ref().map(comparable) == expected
            && throws.as_deref() == call.get("throws").and_then(Value::as_str);
        if !same {
            let found = throws.map_or_else(|| json!(gives), |text| json!({ "throws": text }));
            let wanted = match (&call["gives"], &call["throws"]) {
                (Value::Null, Value::Null) => Value::Null,
                (Value::Null, throws) => json!({ "throws": throws }),
                (gives, _) => gives.clone(),
            };
            let args = &call["args"];
            differences.push(format!(
                "{method} {args} | reference: {wanted} | here: {found}"
            ));
        }
    }
    differences
}

#[test]
fn only_known_differences_to_the_reference_on_every_backend() {
    let sequences: Vec<Value> = serde_json::from_str(CASES).unwrap();
    let known: Vec<&str> = DIFFERENCES
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect();
    for name in ["memory", "directory", "sqlite"] {
        let mut found = Vec::new();
        for sequence in &sequences {
            let folder = tempfile::tempdir().unwrap();
            let workspace = match name {
                "memory" => Workspace::new(Memory::new()),
                "directory" => Workspace::new(Directory::open(folder.path()).unwrap()),
                _ => Workspace::new(Sqlite::in_memory().unwrap()),
            };
            found.extend(differences(&workspace, sequence));
        }

        assert_eq!(found.join("\n"), known.join("\n"), "{name}");
    }
}
