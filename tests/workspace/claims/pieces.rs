//! Long files in a database.

use codecell::workspace::{Sqlite, Workspace};
use serde_json::json;

const LINE: &str = "a line of ordinary text, as a log has many of them, one after the other\n";

#[test]
fn a_database_keeps_long_files_in_pieces() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::new(Sqlite::open(folder.path().join("files.db")).unwrap());
    let call = |method, arguments| workspace.call(method, arguments).unwrap().value;
    let text = LINE.repeat((15 << 20) / LINE.len());

    call("writeFile", json!(["/log", text]));
    call("appendFile", json!(["/log", "the needle"]));
    call("cp", json!(["/log", "/copy"]));

    assert_eq!(
        call("readFile", json!(["/copy", text.len()])),
        Some(json!("the needle"))
    );
    let middle = call("readFile", json!(["/copy", 262_144 - 3, 6]));
    assert_eq!(middle, Some(json!(&text[262_144 - 3..262_144 + 3])));
    assert_eq!(
        call("searchText", json!(["/copy", "needle"])),
        Some(json!([{
            "line": text.lines().count() + 1,
            "column": 5,
            "match": "needle",
            "lineText": "the needle",
        }]))
    );
}
