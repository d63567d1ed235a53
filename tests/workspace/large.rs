//! Long files pass through, never the whole of one in memory. A binary of its own, since
//! memory is counted for the process.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};

use codecell::workspace::{Directory, Limits, Workspace};
use serde_json::json;

const LINE: &str = "a line of ordinary text, as a log has many of them, one after the other\n";
const BYTES: usize = 256 << 20;

/// The most memory that this process has held, in bytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
    kilobytes
        .and_then(|count| count.parse::<u64>().ok())
        .expect("it is a number")
        * 1024
}

#[test]
fn a_long_file_is_searched_hashed_and_copied_in_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = BufWriter::new(File::create(folder.path().join("log")).unwrap());
    let lines = BYTES / LINE.len();
    for _ in 0..lines {
        file.write_all(LINE.as_bytes()).unwrap();
    }
    file.write_all(b"the needle\n").unwrap();
    drop(file);
    let limits = Limits::new().total_bytes(4 << 30).file_bytes(2 << 30);
    let workspace = Workspace::with_limits(Directory::open(folder.path()).unwrap(), limits);
    let call = |method, arguments| workspace.call(method, arguments).unwrap().value;
    let before = peak();

    let found = call(
        "searchText",
        json!(["/log", "needle", { "contextBefore": 1 }]),
    );
    let tail = call("readFile", json!(["/log", lines * LINE.len() + 4]));
    let hash = call("hashFile", json!(["/log"]));
    call("cp", json!(["/log", "/copy"]));
    call("compressFile", json!(["/log"]));
    let copied = call("hashFile", json!(["/copy"]));

    assert_eq!(
        found,
        Some(json!([{
            "line": lines + 1,
            "column": 5,
            "match": "needle",
            "lineText": "the needle",
            "beforeLines": [LINE.trim_end()],
        }]))
    );
    assert_eq!(tail, Some(json!("needle\n")));
    assert_eq!(hash, copied);
    let grown = peak() - before;
    assert!(grown < 32 << 20, "{grown} bytes more");
}
