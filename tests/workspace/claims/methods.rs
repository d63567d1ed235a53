//! What methods do beyond the cases of the reference.

use codecell::workspace::{Limits, Memory, Workspace};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::claims::backends::{all, all_with, call, ok};

#[test]
fn a_plan_sees_its_earlier_edits() {
    for held in all() {
        let workspace = &held.workspace;
        ok(workspace, "writeFile", json!(["/f", "foo x"]));
        let instructions = json!([
            { "kind": "replace", "path": "/f", "search": "foo", "replacement": "bar" },
            { "kind": "replace", "path": "f", "search": "x", "replacement": "y" },
            { "kind": "write", "path": "/new", "content": "1" },
            { "kind": "replace", "path": "/new", "search": "1", "replacement": "2" },
        ]);

        let plan = ok(
            workspace,
            "planEdits",
            json!([{ "instructions": instructions }]),
        );
        let unwritten = ok(workspace, "readFile", json!(["/f"]));
        ok(workspace, "applyEditPlan", json!([plan]));

        assert_eq!(
            plan["edits"][1],
            json!({
                "instruction": instructions[1],
                "path": "f",
                "changed": true,
                "content": "bar y",
                "diff": "--- f\n+++ f\n@@ -1,1 +1,1 @@\n-bar x\n+bar y",
            })
        );
        assert_eq!(unwritten, "foo x");
        assert_eq!(ok(workspace, "readFile", json!(["/f"])), "bar y");
        assert_eq!(ok(workspace, "readFile", json!(["/new"])), "2");
    }
}

#[test]
fn empty_finds_only_what_is_empty() {
    for held in all() {
        let workspace = &held.workspace;
        ok(workspace, "writeFile", json!(["/t/full/f", "x"]));
        ok(workspace, "writeFile", json!(["/t/half/none", ""]));
        ok(workspace, "mkdir", json!(["/t/void"]));
        let find = |options: Value| -> Vec<Value> {
            let found = ok(workspace, "find", json!(["/t", options]));
            let entries = found.as_array().unwrap().iter();
            entries.map(|entry| entry["path"].clone()).collect()
        };

        assert_eq!(find(json!({ "empty": true })), ["/t/half/none", "/t/void"]);
        assert_eq!(
            find(json!({ "empty": true, "type": "directory", "maxDepth": 1 })),
            ["/t/void"]
        );
    }
}

#[test]
fn arguments_are_taken_in_order_or_by_name() {
    let workspace = Workspace::new(Memory::new());
    ok(
        &workspace,
        "writeFile",
        json!([{ "content": "x", "path": "/a" }]),
    );
    ok(
        &workspace,
        "writeJson",
        json!(["/b", { "path": 1 }, { "spaces": 0 }]),
    );

    let answers = [
        ("readFile", json!(["/a"])),
        ("readFile", json!([{ "path": "/b", "length": null }])),
        ("readFile", json!([])),
        ("readFile", json!([{}])),
        ("readFile", json!([null])),
        ("readFile", json!([1])),
        ("readFile", json!([{ "file": "/a" }])),
        ("writeFile", json!(["/a"])),
        ("writeFileBytes", json!(["/a", "text"])),
        ("writeJson", json!(["/c"])),
        ("mkdir", json!(["/c", { "recurse": true }])),
        ("mkdir", json!(["/c", true])),
        ("updateJson", json!(["/b", [{ "op": "add", "path": ".a" }]])),
        ("hashFile", json!(["/a", { "algorithm": "crc32" }])),
        ("glob", json!(["/[a"])),
        ("find", json!(["/", { "mtimeAfter": "yesterday" }])),
        ("chmod", json!(["/a"])),
    ]
    .map(|(method, arguments)| call(&workspace, method, arguments));

    let error = |message: &str| Err(message.to_owned());
    let signature = "state.readFile({ path, offset?, length? })";
    assert_eq!(
        answers,
        [
            Ok(json!("x")),
            Ok(json!("{\"path\":1}\n")),
            error(&format!(
                "state.readFile takes a single object argument: {signature}"
            )),
            error(&format!(
                "state.readFile: missing required parameter \"path\" — expected {signature}"
            )),
            error(&format!(
                "state.readFile: missing required parameter \"path\" — expected {signature}"
            )),
            error(&format!(
                "state.readFile: parameter \"path\" must be a string — expected {signature}"
            )),
            error(&format!(
                "state.readFile: unknown parameter \"file\" — expected {signature}"
            )),
            error(
                "state.writeFile: missing required parameter \"content\" — expected \
                 state.writeFile({ path, content })"
            ),
            error(
                "state.writeFileBytes: parameter \"content\" must be a Uint8Array — expected \
                 state.writeFileBytes({ path, content })"
            ),
            error("Unable to serialize JSON for /c"),
            error(
                "state.mkdir: parameter \"options\": unknown field `recurse`, expected \
                 `recursive` — expected state.mkdir({ path, options? })"
            ),
            error(
                "state.mkdir: parameter \"options\" must be an object — expected \
                 state.mkdir({ path, options? })"
            ),
            error(
                "state.updateJson: parameter \"operations\": unknown variant `add`, expected \
                 `set` or `delete` — expected state.updateJson({ path, operations })"
            ),
            error("Unknown hash algorithm \"crc32\": use sha256, sha1 or md5"),
            error("Invalid glob pattern \"/[a\": unclosed character class; missing ']'"),
            error("Not a time: \"yesterday\"; use ISO 8601"),
            error("state.chmod is not supported by this backend"),
        ]
    );
}

#[test]
fn bytes_that_are_no_text_survive_a_replacement() {
    for held in all() {
        let workspace = &held.workspace;
        // A byte order mark, a byte that is no UTF-8, and a NUL.
        let content = json!({ "$bytes": "77u//2ZvbwBmb28=" });
        ok(workspace, "writeFileBytes", json!(["/f", content]));

        ok(workspace, "replaceInFile", json!(["/f", "foo", "é"]));

        let bytes = ok(workspace, "readFileBytes", json!(["/f"]));
        assert_eq!(bytes, json!({ "$bytes": "77u//8OpAMOp" }));
        assert_eq!(ok(workspace, "readFile", json!(["/f"])), "\u{fffd}é\0é");
    }
}

#[test]
fn data_that_looks_like_bytes_is_data() {
    let workspace = Workspace::new(Memory::new());

    ok(
        &workspace,
        "writeJson",
        json!(["/f", { "$$bytes": "AQ==" }, { "spaces": 0 }]),
    );

    assert_eq!(
        ok(&workspace, "readFile", json!(["/f"])),
        "{\"$bytes\":\"AQ==\"}\n"
    );
    assert_eq!(
        ok(&workspace, "readJson", json!(["/f"])),
        json!({ "$$bytes": "AQ==" })
    );
}

#[test]
fn reads_and_results_are_bounded() {
    let limits = Limits::new().read_bytes(100).results(3).line_bytes(200_000);
    for held in all_with(&limits) {
        let workspace = &held.workspace;
        ok(workspace, "writeFile", json!(["/f", "ab\n".repeat(40)]));
        ok(
            workspace,
            "writeFile",
            json!(["/long", "x".repeat(300_000)]),
        );
        for name in ["1", "2"] {
            ok(workspace, "writeFile", json!([name, "a\n"]));
        }

        let answers = [
            ("readFile", json!(["/f"])),
            ("readFile", json!(["/f", 3, 4])),
            ("readFile", json!(["/f", 1, 101])),
            ("readFile", json!(["/f", 118])),
            ("readFile", json!(["/f", 1000])),
            ("searchText", json!(["/f", "a"])),
            ("searchText", json!(["/long", "a"])),
            ("glob", json!(["/*"])),
            ("readdir", json!(["/"])),
        ]
        .map(|(method, arguments)| call(workspace, method, arguments));

        let error = |message: &str| Err(message.to_owned());
        assert_eq!(
            answers,
            [
                error(
                    "EFBIG: the file has 120 bytes, at most 100 are taken at once; read it in \
                     ranges with offset and length, or search it, read '/f'"
                ),
                Ok(json!("ab\na")),
                error(
                    "EFBIG: 101 bytes are wanted, at most 100 are taken at once; read a \
                     shorter range, read '/f'"
                ),
                Ok(json!("b\n")),
                Ok(json!("")),
                error(
                    "EFBIG: the matches are more than 3; narrow the search or set maxMatches, \
                     search '/f'"
                ),
                error(
                    "EFBIG: a line is longer than 200000 bytes; read it in ranges, search '/long'"
                ),
                error("EFBIG: more than 3 results; narrow the search, glob '/*'"),
                error("EFBIG: more than 3 results; narrow the search, scandir '/'"),
            ],
            "{}",
            held.name
        );
    }
}

#[test]
fn a_tree_is_not_moved_or_copied_into_itself() {
    for held in all() {
        let workspace = &held.workspace;
        ok(workspace, "writeFile", json!(["/a/f", "x"]));
        ok(workspace, "symlink", json!(["/a", "/link"]));

        for dest in ["/a/b", "/link/b"] {
            assert_eq!(
                call(workspace, "moveTree", json!(["/a", dest])),
                Err("EINVAL: cannot move a directory into itself, mv '/a'".to_owned())
            );
            assert_eq!(
                call(workspace, "copyTree", json!(["/a", dest])),
                Err(
                    "EINVAL: cannot copy a directory into itself or over the root, cp '/a'"
                        .to_owned()
                )
            );
        }
        ok(workspace, "mv", json!(["/a/f", "/link/f"]));
        assert_eq!(
            ok(workspace, "glob", json!(["/**"])),
            json!(["/a", "/a/f", "/link"])
        );
    }
}

#[test]
fn files_with_nul_bytes_are_left_out_of_a_search_of_many() {
    for held in all() {
        let workspace = &held.workspace;
        ok(workspace, "writeFile", json!(["/text", "needle"]));
        ok(
            workspace,
            "writeFileBytes",
            json!(["/binary", { "$bytes": "bmVlZGxlAA==" }]),
        );

        let found = ok(workspace, "searchFiles", json!(["/*", "needle"]));
        let named = ok(workspace, "searchText", json!(["/binary", "needle"]));

        let matches =
            |line: &str| json!([{ "line": 1, "column": 1, "match": "needle", "lineText": line }]);
        assert_eq!(
            found,
            json!([{ "path": "/text", "matches": matches("needle") }])
        );
        assert_eq!(named, matches("needle\0"));
    }
}

#[test]
fn every_method_says_what_it_takes_and_gives() {
    let methods = Workspace::methods();
    let reads = methods
        .iter()
        .filter(|method| method.is_read_only())
        .count();
    assert_eq!((methods.len(), reads), (46, 24));

    for method in methods {
        let input = method.input_schema();
        let names: Vec<&str> = method.parameters().iter().map(|one| one.name).collect();
        let properties: Vec<&String> = input["properties"].as_object().unwrap().keys().collect();
        assert_eq!(properties, names, "{}", method.name());
        assert!(
            method.description().ends_with(['.', '}']),
            "{}",
            method.name()
        );
    }
    let silent: Vec<&str> = methods
        .iter()
        .filter(|method| method.output_schema().is_none())
        .map(|method| method.name())
        .collect();
    assert_eq!(
        silent,
        [
            "writeFile",
            "writeFileBytes",
            "appendFile",
            "writeJson",
            "mkdir",
            "rm",
            "cp",
            "mv",
            "symlink",
            "removeTree",
            "copyTree",
            "moveTree"
        ]
    );
}

proptest! {
    #[test]
    fn parts_of_a_text_add_up_to_it(text in "[aé😀\n]{0,30}", step in 1_usize..9) {
        let workspace = Workspace::new(Memory::new());
        ok(&workspace, "writeFile", json!(["/f", text]));

        let parts: Vec<String> = (0..=text.len())
            .step_by(step)
            .map(|offset| ok(&workspace, "readFile", json!(["/f", offset, step])))
            .map(|part| part.as_str().unwrap().to_owned())
            .collect();

        prop_assert_eq!(parts.concat(), text);
    }

    #[test]
    fn an_archive_gives_back_what_went_in(
        files in prop::collection::btree_map("[a-c]{1,2}/[a-z]{1,150}", "[a-z]{0,20}", 1..6),
    ) {
        let workspace = Workspace::new(Memory::new());
        for (path, content) in &files {
            ok(&workspace, "writeFile", json!([format!("/in/{path}"), content]));
        }

        ok(&workspace, "createArchive", json!(["/a.tar", ["/in"]]));
        ok(&workspace, "compressFile", json!(["/a.tar"]));
        ok(&workspace, "decompressFile", json!(["/a.tar.gz", "/b.tar"]));
        ok(&workspace, "extractArchive", json!(["/b.tar", "/out"]));

        for (path, content) in &files {
            let found = ok(&workspace, "readFile", json!([format!("/out/in/{path}")]));
            prop_assert_eq!(found, json!(content));
        }
    }
}
