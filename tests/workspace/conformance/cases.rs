//! The `state` cases measured on the reference, as a scoreboard.

use codecell::workspace::{Directory, Memory, Sqlite, Workspace};
use serde_json::{Map, Value, json};

use crate::conformance::matcher;

const CASES: &str = include_str!("../cases/state.json");
const SCOREBOARD: &str = include_str!("scoreboard.txt");

/// Bytes as the cases write them, in the form in which they cross.
fn crossing(value: &Value) -> Value {
    match value {
        Value::Object(members) => match members.get("$bytes").and_then(Value::as_array) {
            Some(bytes) => {
                let bytes: Vec<u8> = bytes.iter().filter_map(byte).collect();
                json!({ "$bytes": base64(&bytes) })
            }
            None => members
                .iter()
                .map(|(name, value)| (name.clone(), crossing(value)))
                .collect(),
        },
        Value::Array(items) => items.iter().map(crossing).collect(),
        scalar => scalar.clone(),
    }
}

fn byte(value: &Value) -> Option<u8> {
    value.as_u64().and_then(|byte| u8::try_from(byte).ok())
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn run(workspace: &Workspace, case: &Value) -> Result<(), String> {
    for (path, content) in case["files"].as_object().ok_or("no files")? {
        let written = workspace.call("writeFile", json!([path, content]));
        written.map_err(|failure| failure.to_string())?;
    }
    for call in case["calls"].as_array().ok_or("no calls")? {
        let method = call["method"].as_str().ok_or("no method")?;
        let reply = workspace.call(method, json!([crossing(&call["args"])]));
        let expected = call.get("expect");
        let throws = expected.and_then(|expected| expected.get("$throws"));
        let fits = match (throws.and_then(Value::as_str), reply) {
            (Some(text), Err(failure)) if failure.message().contains(text) => Ok(()),
            (Some(text), other) => Err(format!("expected to throw {text}, found {other:?}")),
            (None, Err(failure)) => Err(failure.to_string()),
            (None, Ok(reply)) => match expected {
                Some(expected) if expected.get("$bytes").is_some() => {
                    match reply.value.as_ref() == Some(&crossing(expected)) {
                        true => Ok(()),
                        false => Err(format!("other bytes: {:?}", reply.value)),
                    }
                }
                Some(expected) => matcher::fits(expected, reply.value.as_ref(), &Map::new()),
                None => Ok(()),
            },
        };
        fits.map_err(|fault| format!("{method}: {fault}"))?;
    }
    Ok(())
}

#[test]
fn cases_of_the_reference_pass_on_every_backend() {
    let cases: Vec<Value> = serde_json::from_str(CASES).unwrap();
    let mut lines = Vec::new();
    for name in ["memory", "directory", "sqlite"] {
        let mut passed = 0;
        let mut differences = Vec::new();
        for case in &cases {
            let folder = tempfile::tempdir().unwrap();
            let workspace = match name {
                "memory" => Workspace::new(Memory::new()),
                "directory" => Workspace::new(Directory::open(folder.path()).unwrap()),
                _ => Workspace::new(Sqlite::in_memory().unwrap()),
            };
            match run(&workspace, case) {
                Ok(()) => passed += 1,
                Err(fault) => differences.push(format!("  {}: {fault}", case["id"])),
            }
        }
        lines.push(format!("{name}: {passed} of {}", cases.len()));
        lines.extend(differences);
    }

    assert_eq!(lines.join("\n"), SCOREBOARD.trim_end());
}
