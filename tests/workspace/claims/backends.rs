//! One workspace of each kind, and what is in it.

use std::collections::BTreeMap;

use codecell::workspace::{Directory, Limits, Memory, Sqlite, Workspace};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A workspace with what it is kept in.
pub(crate) struct Held {
    pub(crate) name: &'static str,
    pub(crate) workspace: Workspace,
    pub(crate) folder: TempDir,
}

pub(crate) fn all() -> Vec<Held> {
    all_with(&Limits::new())
}

pub(crate) fn all_with(limits: &Limits) -> Vec<Held> {
    ["memory", "directory", "sqlite"]
        .map(|name| {
            let folder = tempfile::tempdir().expect("a temporary folder can be made");
            let limits = limits.clone();
            let workspace = match name {
                "memory" => Workspace::with_limits(Memory::new(), limits),
                "directory" => {
                    let directory = Directory::open(folder.path()).expect("it was just made");
                    Workspace::with_limits(directory, limits)
                }
                _ => {
                    let database = Sqlite::open(folder.path().join("files.db"));
                    Workspace::with_limits(database.expect("a database can be made"), limits)
                }
            };
            Held {
                name,
                workspace,
                folder,
            }
        })
        .into()
}

/// What a call gives, `null` for `undefined`, or its error's message.
pub(crate) fn call(workspace: &Workspace, method: &str, arguments: Value) -> Result<Value, String> {
    match workspace.call(method, arguments) {
        Ok(reply) => Ok(reply.value.unwrap_or_default()),
        Err(failure) => Err(failure.message().to_owned()),
    }
}

/// A call that works.
pub(crate) fn ok(workspace: &Workspace, method: &str, arguments: Value) -> Value {
    let shown = arguments.to_string();
    match call(workspace, method, arguments) {
        Ok(value) => value,
        Err(message) => panic!("{method} {shown}: {message}"),
    }
}

/// Everything there is: folders as `/`, links as `-> target`, files as their content.
pub(crate) fn dump(workspace: &Workspace) -> BTreeMap<String, String> {
    let found = ok(workspace, "find", json!(["/", { "minDepth": 1 }]));
    let entries = found.as_array().expect("find gives an array");
    entries
        .iter()
        .map(|entry| {
            let path = entry["path"]
                .as_str()
                .expect("an entry has a path")
                .to_owned();
            let what = match entry["type"].as_str() {
                Some("file") => ok(workspace, "readFileBytes", json!([path]))["$bytes"].to_string(),
                Some("symlink") => format!("-> {}", ok(workspace, "readlink", json!([path]))),
                _ => "/".to_owned(),
            };
            (path, what)
        })
        .collect()
}
