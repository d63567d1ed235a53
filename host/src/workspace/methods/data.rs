//! Methods for JSON files.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::args::Arguments;
use super::super::edit::Edit;
use super::super::fault::Failure;
use super::super::tree::Tree;
use super::super::{Answer, base64, diff, json as text};
use super::content;

fn load(tree: &Tree, path: &str) -> Result<Value, Failure> {
    let content = content::text(&tree.read(path)?);
    text::parse(&content).map_err(|fault| Failure::new(format!("Invalid JSON in {path}: {fault}")))
}

pub(super) fn read_json(tree: &Tree, arguments: &Arguments) -> Answer {
    Ok(Some(base64::escaped(load(tree, arguments.text(0)?)?)))
}

#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct JsonOptions {
    spaces: Option<f64>,
}

impl JsonOptions {
    /// `value` as the text of a file.
    pub(super) fn write(&self, value: &Value) -> String {
        // As `JSON.stringify` takes it: cut to whole spaces, none below 0, at most 10.
        let spaces = self.spaces.unwrap_or(2.0) as usize;
        text::write(value, spaces) + "\n"
    }
}

pub(super) fn write_json(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    let path = arguments.text(0)?;
    let options: JsonOptions = arguments.options(2)?;
    let Some(value) = arguments.data(1) else {
        return Err(Failure::new(format!("Unable to serialize JSON for {path}")));
    };
    edit.write_bytes(path, options.write(&value).as_bytes())?;
    Ok(None)
}

pub(super) fn query_json(tree: &Tree, arguments: &Arguments) -> Answer {
    let keys = text::keys(arguments.text(1)?).map_err(Failure::new)?;
    let value = load(tree, arguments.text(0)?)?;
    let found = text::query(&value, &keys).map_err(Failure::new)?;
    Ok(found.map(base64::escaped))
}

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "lowercase", deny_unknown_fields)]
enum Operation {
    Set {
        path: String,
        #[serde(default)]
        value: Value,
    },
    Delete {
        path: String,
    },
}

pub(super) fn update_json(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    let path = arguments.text(0)?;
    let operations: Vec<Operation> = arguments.parsed(1)?;
    let before = load(edit, path)?;
    let mut value = before.clone();
    let count = operations.len();
    for operation in operations {
        let changed = match operation {
            Operation::Set { path, value: new } => {
                text::keys(&path).and_then(|keys| text::set(&mut value, &keys, new))
            }
            Operation::Delete { path } => {
                text::keys(&path).and_then(|keys| text::remove(&mut value, &keys))
            }
        };
        changed.map_err(Failure::new)?;
    }
    let usual = JsonOptions::default();
    let content = usual.write(&value);
    let diff = diff::unified(&usual.write(&before), &content, (path, path));
    edit.write_bytes(path, content.as_bytes())?;
    Ok(Some(json!({
        "value": base64::escaped(value),
        "content": content,
        "diff": diff,
        "operationsApplied": count,
    })))
}
