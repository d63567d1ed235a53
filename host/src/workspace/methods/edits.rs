//! Methods for diffs, plans and batches of edits.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::args::Arguments;
use super::super::edit::Edit;
use super::super::fault::{Code, Failure, Fault};
use super::super::tree::Tree;
use super::super::{Answer, diff as diffs, path as paths};
use super::content;
use super::data::JsonOptions;
use super::replace::{self, ReplaceOptions};

/// What an error is called that tells how a batch ended.
const BATCH_ERROR: &str = "StateBatchOperationError";

pub(super) fn diff(tree: &Tree, arguments: &Arguments) -> Answer {
    let (one, other) = (arguments.text(0)?, arguments.text(1)?);
    let (before, after) = (
        content::text(&tree.read(one)?),
        content::text(&tree.read(other)?),
    );
    Ok(Some(diffs::asked(&before, &after, (one, other))?.into()))
}

pub(super) fn diff_content(tree: &Tree, arguments: &Arguments) -> Answer {
    let (path, after) = (arguments.text(0)?, arguments.text(1)?);
    let before = content::text(&tree.read(path)?);
    Ok(Some(diffs::asked(&before, after, (path, path))?.into()))
}

/// Changes that stand or fall together.
pub(super) struct Batch<'a, 'b> {
    pub(super) edit: &'a mut Edit<'b>,
    operation: &'static str,
    is_undone: bool,
    held: u64,
}

impl<'a, 'b> Batch<'a, 'b> {
    pub(super) fn begin(
        edit: &'a mut Edit<'b>,
        operation: &'static str,
        rollback_on_error: Option<bool>,
    ) -> Self {
        let is_undone = rollback_on_error != Some(false);
        if is_undone {
            edit.hold_everything();
        }
        Self {
            edit,
            operation,
            is_undone,
            held: 0,
        }
    }

    /// Counts content that the result holds.
    pub(super) fn hold(&mut self, bytes: usize, path: &str) -> Result<(), Failure> {
        self.held += bytes as u64;
        let most = self.edit.limits.batch_bytes;
        if self.held <= most {
            return Ok(());
        }
        let text = format!("the batch holds more than {most} bytes; split it");
        Err(Fault::with_text(Code::TooBig, text).at(self.operation, path))
    }

    /// Restores what was written, and says so.
    pub(super) fn fail(&mut self, failure: &Failure) -> Failure {
        let mut data = json!({ "operation": self.operation, "rolledBack": self.is_undone });
        if self.is_undone {
            if let Err(fault) = self.edit.roll_back() {
                data["rollbackError"] = fault.to_string().into();
            }
        } else {
            self.edit.keep_on_failure();
        }
        Failure::new(failure.message()).named(BATCH_ERROR, data)
    }
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
enum Instruction {
    Write {
        path: String,
        content: String,
    },
    Replace {
        path: String,
        search: String,
        replacement: String,
        #[serde(default)]
        options: ReplaceOptions,
    },
    WriteJson {
        path: String,
        value: Value,
        #[serde(default)]
        options: JsonOptions,
    },
}

impl Instruction {
    fn path(&self) -> &str {
        match self {
            Self::Write { path, .. }
            | Self::Replace { path, .. }
            | Self::WriteJson { path, .. } => path,
        }
    }

    /// The content of the file afterwards.
    fn content(&self, before: Option<&[u8]>) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Write { content, .. } => Ok(content.clone().into_bytes()),
            Self::WriteJson { value, options, .. } => Ok(options.write(value).into_bytes()),
            Self::Replace {
                path,
                search,
                replacement,
                options,
            } => {
                let Some(before) = before else {
                    return Err(Failure::new(format!("ENOENT: no such file: {path}")));
                };
                Ok(replace::replaced(before, search, replacement, options)?.1)
            }
        }
    }
}

/// Files as edits that are not written yet leave them.
#[derive(Default)]
struct Overlay {
    files: HashMap<String, Vec<u8>>,
    held: u64,
}

impl Overlay {
    fn before(&self, tree: &Tree, path: &str) -> Result<Option<Vec<u8>>, Failure> {
        match self.files.get(&paths::normalize(path)) {
            Some(content) => Ok(Some(content.clone())),
            None => tree.read_if_exists(path),
        }
    }

    fn write(&mut self, tree: &Tree, path: &str, content: Vec<u8>) -> Result<(), Failure> {
        self.held += content.len() as u64;
        let most = tree.limits.batch_bytes;
        if self.held > most {
            let text = format!("the edits hold more than {most} bytes; split them");
            return Err(Fault::with_text(Code::TooBig, text).at("plan", path));
        }
        self.files.insert(paths::normalize(path), content);
        Ok(())
    }
}

pub(super) fn plan_edits(tree: &Tree, arguments: &Arguments) -> Answer {
    let instructions: Vec<Instruction> = arguments.parsed(0)?;
    let given = arguments.get(0).and_then(Value::as_array).cloned();
    let mut overlay = Overlay::default();
    let mut edits = Vec::new();
    for (instruction, given) in instructions.iter().zip(given.unwrap_or_default()) {
        let path = instruction.path();
        let before = overlay.before(tree, path)?;
        let after = instruction.content(before.as_deref())?;
        let mut edit = described(path, before.as_deref(), &after);
        edit.insert(0, ("instruction", given));
        edits.push(object(edit));
        overlay.write(tree, path, after)?;
    }
    let changed = edits.iter().filter(|edit| edit["changed"] == true).count();
    Ok(Some(json!({
        "totalInstructions": edits.len(),
        "edits": edits,
        "totalChanged": changed,
    })))
}

fn described(path: &str, before: Option<&[u8]>, after: &[u8]) -> Vec<(&'static str, Value)> {
    let is_changed = before != Some(after);
    let text = content::text(after);
    let diff = match is_changed {
        true => diffs::unified(
            &content::text(before.unwrap_or_default()),
            &text,
            (path, path),
        ),
        false => String::new(),
    };
    vec![
        ("path", path.into()),
        ("changed", is_changed.into()),
        ("content", text.into()),
        ("diff", diff.into()),
    ]
}

fn object(members: Vec<(&'static str, Value)>) -> Value {
    let named = |(name, value): (&str, Value)| (name.to_owned(), value);
    Value::Object(members.into_iter().map(named).collect())
}

#[derive(Deserialize)]
struct Planned {
    path: String,
    content: String,
}

#[derive(Deserialize)]
struct Plan {
    edits: Vec<Planned>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct ApplyOptions {
    dry_run: Option<bool>,
    rollback_on_error: Option<bool>,
}

pub(super) fn apply_edit_plan(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    let plan: Plan = arguments.parsed(0)?;
    apply(edit, &plan.edits, &arguments.options(1)?)
}

pub(super) fn apply_edits(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    let edits: Vec<Planned> = arguments.parsed(0)?;
    apply(edit, &edits, &arguments.options(1)?)
}

fn apply(edit: &mut Edit<'_>, edits: &[Planned], options: &ApplyOptions) -> Answer {
    let is_dry_run = options.dry_run == Some(true);
    let mut batch = Batch::begin(edit, "applyEdits", options.rollback_on_error);
    let mut overlay = Overlay::default();
    let mut results = Vec::new();
    for planned in edits {
        let (path, after) = (planned.path.as_str(), planned.content.as_bytes());
        let mut one = || -> Result<Value, Failure> {
            let before = overlay.before(batch.edit, path)?;
            if is_dry_run {
                overlay.write(batch.edit, path, after.to_vec())?;
            } else if before.as_deref() != Some(after) {
                batch.edit.write_bytes(path, after)?;
            }
            Ok(object(described(path, before.as_deref(), after)))
        };
        let result = one();
        results.push(result.map_err(|failure| batch.fail(&failure))?);
    }
    let changed = results
        .iter()
        .filter(|edit| edit["changed"] == true)
        .count();
    Ok(Some(
        json!({ "dryRun": is_dry_run, "edits": results, "totalChanged": changed }),
    ))
}
