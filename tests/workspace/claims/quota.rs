//! Full quotas are clear errors, and the old content stays.

use codecell::workspace::Limits;
use serde_json::json;

use crate::claims::backends::{all_with, call, dump, ok};

#[test]
fn a_write_beyond_a_quota_fails_and_keeps_the_old_content() {
    let limits = Limits::new().total_bytes(100).file_bytes(60).entries(4);
    for held in all_with(&limits) {
        let workspace = &held.workspace;
        ok(workspace, "writeFile", json!(["/a", "a".repeat(50)]));
        ok(workspace, "writeFile", json!(["/b", "b".repeat(40)]));
        let before = dump(workspace);

        let refusals = [
            ("writeFile", json!(["/a", "x".repeat(61)])),
            ("appendFile", json!(["/b", "x".repeat(11)])),
            ("writeFile", json!(["/deep/c", "x".repeat(11)])),
            ("cp", json!(["/a", "/c"])),
            ("mkdir", json!(["/1/2/3", { "recursive": true }])),
            ("copyTree", json!(["/", "/c"])),
        ];
        let refusals = refusals.map(|(method, arguments)| call(workspace, method, arguments));

        assert_eq!(
            refusals,
            [
                "EFBIG: a file holds at most 60 bytes, write '/a'",
                "ENOSPC: the workspace holds at most 100 bytes, append '/b'",
                "ENOSPC: the workspace holds at most 100 bytes, write '/deep/c'",
                "ENOSPC: the workspace holds at most 100 bytes, cp '/c'",
                "ENOSPC: the workspace holds at most 4 files, folders and links, mkdir '/1/2/3'",
                "EINVAL: cannot copy a directory into itself or over the root, cp '/'",
            ]
            .map(|message| Err(message.to_owned())),
            "{}",
            held.name
        );
        assert_eq!(dump(workspace), before, "{}", held.name);
    }
}

#[test]
fn room_that_was_made_can_be_used() {
    let limits = Limits::new().total_bytes(100).entries(2);
    for held in all_with(&limits) {
        let workspace = &held.workspace;
        ok(workspace, "writeFile", json!(["/a", "a".repeat(90)]));
        ok(workspace, "writeFile", json!(["/a", "b".repeat(100)]));
        ok(workspace, "mv", json!(["/a", "/b"]));
        ok(workspace, "writeFile", json!(["/b", ""]));
        ok(workspace, "writeFile", json!(["/c", "c".repeat(100)]));
        ok(workspace, "rm", json!(["/b"]));
        ok(workspace, "symlink", json!(["/c", "/d"]));

        assert_eq!(
            call(workspace, "mkdir", json!(["/e"])),
            Err(
                "ENOSPC: the workspace holds at most 2 files, folders and links, mkdir '/e'"
                    .to_owned()
            ),
            "{}",
            held.name
        );
    }
}

#[test]
fn room_that_others_made_is_found() {
    let held = all_with(&Limits::new().total_bytes(100)).swap_remove(1);
    ok(&held.workspace, "writeFile", json!(["/a", "a".repeat(90)]));
    std::fs::remove_file(held.folder.path().join("a")).unwrap();

    ok(&held.workspace, "writeFile", json!(["/b", "b".repeat(90)]));

    assert_eq!(ok(&held.workspace, "readdir", json!(["/"])), json!(["b"]));
}

#[test]
fn a_batch_that_does_not_fit_restores_all_of_it() {
    for held in all_with(&Limits::new().total_bytes(100)) {
        let workspace = &held.workspace;
        ok(workspace, "writeFile", json!(["/a", "one"]));
        let before = dump(workspace);
        let edits = json!([
            { "path": "/a", "content": "two" },
            { "path": "/new/b", "content": "three" },
            { "path": "/c", "content": "x".repeat(101) },
        ]);

        let failure = workspace.call("applyEdits", json!([edits])).unwrap_err();

        assert_eq!(failure.name(), Some("StateBatchOperationError"));
        assert_eq!(
            failure.data(),
            Some(&json!({ "operation": "applyEdits", "rolledBack": true }))
        );
        assert_eq!(
            failure.message(),
            "ENOSPC: the workspace holds at most 100 bytes, write '/c'"
        );
        assert_eq!(dump(workspace), before, "{}", held.name);

        let kept = workspace.call("applyEdits", json!([edits, { "rollbackOnError": false }]));

        assert_eq!(
            kept.unwrap_err().data(),
            Some(&json!({ "operation": "applyEdits", "rolledBack": false }))
        );
        assert_eq!(ok(workspace, "readFile", json!(["/a"])), "two");
        assert_eq!(ok(workspace, "readFile", json!(["/new/b"])), "three");
    }
}

#[test]
fn a_compressed_file_that_unpacks_to_too_much_leaves_nothing() {
    for held in all_with(&Limits::new().total_bytes(10_000_000).file_bytes(1_000_000)) {
        let workspace = &held.workspace;
        ok(
            workspace,
            "writeFile",
            json!(["/zeros", "0".repeat(1_000_000)]),
        );
        ok(workspace, "compressFile", json!(["/zeros", "/small.gz"]));
        ok(workspace, "compressFile", json!(["/small.gz", "/twice.gz"]));
        let small = ok(workspace, "readFileBytes", json!(["/small.gz"]));
        for _ in 0..4 {
            ok(workspace, "appendFile", json!(["/small.gz", small]));
        }

        assert_eq!(
            call(workspace, "decompressFile", json!(["/small.gz", "/bomb"])),
            Err("EFBIG: a file holds at most 1000000 bytes, write '/bomb'".to_owned())
        );
        assert_eq!(
            ok(workspace, "readdir", json!(["/"])),
            json!(["small.gz", "twice.gz", "zeros"]),
            "{}",
            held.name
        );
    }
}
