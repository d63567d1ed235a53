//! Taking writes back.

use codecell::workspace::{Limits, UndoRecord, Workspace};
use serde_json::{Value, json};

use crate::claims::backends::{all, all_with, call, dump, ok};

fn record(workspace: &Workspace, method: &str, arguments: Value) -> UndoRecord {
    let reply = workspace.call(method, arguments).expect("the write works");
    reply.undo.expect("the write can be undone")
}

#[test]
fn a_batch_is_undone_as_one() {
    for held in all() {
        let workspace = &held.workspace;
        for (name, content) in [("a", "foo"), ("b", "bar"), ("c", "foo foo")] {
            ok(
                workspace,
                "writeFile",
                json!([format!("/src/{name}"), content]),
            );
        }
        let before = dump(workspace);

        let undo = record(workspace, "replaceInFiles", json!(["/src/*", "foo", "baz"]));
        assert_eq!(undo.paths(), ["/src/a", "/src/c"]);
        workspace.undo(undo).unwrap();

        assert_eq!(dump(workspace), before, "{}", held.name);
    }
}

#[test]
fn what_someone_changed_since_is_not_overwritten() {
    for held in all() {
        let workspace = &held.workspace;
        ok(workspace, "writeFile", json!(["/a", "old"]));
        let changes = [
            (
                "writeFile",
                json!(["/a", "new"]),
                ("writeFile", json!(["/a", "newer"])),
                "/a",
            ),
            (
                "writeFile",
                json!(["/b", "new"]),
                ("rm", json!(["/b"])),
                "/b",
            ),
            (
                "mkdir",
                json!(["/d"]),
                ("writeFile", json!(["/d/x", ""])),
                "/d",
            ),
            (
                "rm",
                json!(["/d/x"]),
                ("writeFile", json!(["/d/x", "y"])),
                "/d/x",
            ),
            (
                "mv",
                json!(["/d", "/e", { "recursive": true }]),
                ("appendFile", json!(["/e/x", "z"])),
                "/e",
            ),
            (
                "symlink",
                json!(["x", "/l"]),
                ("writeFile", json!(["/x", ""])),
                "",
            ),
        ];
        for (method, arguments, (later, later_arguments), path) in changes {
            let undo = record(workspace, method, arguments);
            ok(workspace, later, later_arguments);
            let now = dump(workspace);

            let undone = workspace.undo(undo);

            if path.is_empty() {
                assert!(
                    undone.is_ok(),
                    "a link is what it was, whatever it points at"
                );
                continue;
            }
            let message = format!("ESTALE: changed since, so nothing was undone, undo '{path}'");
            assert_eq!(undone.unwrap_err().message(), message, "{}", held.name);
            assert_eq!(dump(workspace), now, "{}", held.name);
        }
    }
}

#[test]
fn a_batch_of_which_one_file_changed_is_left_alone() {
    for held in all() {
        let workspace = &held.workspace;
        let edits = json!(
            [["/a", "1"], ["/b", "2"], ["/c", "3"]]
                .map(|[path, content]| { json!({ "path": path, "content": content }) })
        );
        let undo = record(workspace, "applyEdits", json!([edits]));
        ok(workspace, "writeFile", json!(["/a", "mine"]));
        let now = dump(workspace);

        let failure = workspace.undo(undo).unwrap_err();

        assert_eq!(
            failure.message(),
            "ESTALE: changed since, so nothing was undone, undo '/a'"
        );
        assert_eq!(dump(workspace), now, "{}", held.name);
    }
}

#[test]
fn a_change_of_more_than_a_record_holds_has_none() {
    for held in all_with(&Limits::new().undo_bytes(10)) {
        let workspace = &held.workspace;
        ok(workspace, "writeFile", json!(["/a", "12345678901"]));

        let large = workspace.call("writeFile", json!(["/a", "x"])).unwrap();
        let small = workspace.call("writeFile", json!(["/a", "y"])).unwrap();
        let none = workspace.call("readFile", json!(["/a"])).unwrap();

        let has_record = [large, small, none].map(|reply| reply.undo.is_some());
        assert_eq!(has_record, [false, true, false], "{}", held.name);
    }
}

#[test]
fn a_record_from_elsewhere_leads_nowhere_else() {
    for held in all() {
        let forged = |path: &str| -> UndoRecord {
            let step = json!({
                "step": "removed", "path": path,
                "before": { "kind": "file", "content": "eA==", "mode": 420 },
            });
            serde_json::from_value(json!({ "steps": [step] })).unwrap()
        };
        ok(&held.workspace, "symlink", json!(["/", "/link"]));

        for path in ["/../x", "../x", "/link/x", "/no/folder", "/"] {
            let failure = held.workspace.undo(forged(path)).unwrap_err();
            assert_eq!(
                failure.message(),
                format!("ESTALE: changed since, so nothing was undone, undo '{path}'")
            );
        }
        assert_eq!(
            call(&held.workspace, "readdir", json!(["/"])),
            Ok(json!(["link"]))
        );
    }
}
