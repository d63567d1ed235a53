//! Programs that run at once do not corrupt each other's files.

use codecell::workspace::{Directory, Sqlite, Workspace};
use serde_json::{Value, json};

use crate::claims::backends::{all, ok};

#[test]
fn appends_of_many_programs_all_arrive_whole() {
    for held in all() {
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let workspace = held.workspace.clone();
                scope.spawn(move || {
                    for round in 0..25 {
                        let line = format!("{thread}-{round}\n");
                        ok(&workspace, "appendFile", json!(["/log", line]));
                    }
                });
            }
        });

        let log = ok(&held.workspace, "readFile", json!(["/log"]));
        let mut lines: Vec<&str> = log.as_str().unwrap().lines().collect();
        lines.sort_unstable();
        let mut expected: Vec<String> = (0..8)
            .flat_map(|thread| (0..25).map(move |round| format!("{thread}-{round}")))
            .collect();
        expected.sort_unstable();
        assert_eq!(lines, expected, "{}", held.name);
    }
}

/// Two workspaces, as of two processes, over the same files.
fn twins(name: &str, folder: &std::path::Path) -> [Workspace; 2] {
    [(); 2].map(|()| match name {
        "directory" => Workspace::new(Directory::open(folder).expect("it was just made")),
        _ => {
            let database = Sqlite::open(folder.join("files.db"));
            Workspace::new(database.expect("a database can be opened"))
        }
    })
}

#[test]
fn a_reader_sees_the_old_content_or_the_new() {
    let contents = ["a", "b"].map(|letter| letter.repeat(700_000));
    for name in ["directory", "sqlite"] {
        let folder = tempfile::tempdir().unwrap();
        let [writer, reader] = twins(name, folder.path());
        ok(&writer, "writeFile", json!(["/f", contents[0]]));
        let torn = std::thread::scope(|scope| {
            let writes = scope.spawn(|| {
                for round in 0..40 {
                    ok(&writer, "writeFile", json!(["/f", contents[round % 2]]));
                }
            });
            let mut torn = 0;
            while !writes.is_finished() {
                let answer = reader.call("readFile", json!(["/f"]));
                torn += match answer.map(|reply| reply.value) {
                    Ok(Some(Value::String(text))) if contents.contains(&text) => 0,
                    // A long file of a database is read in pieces, and says when they are gone.
                    Err(failure) if name == "sqlite" && failure.message().starts_with("ESTALE") => {
                        0
                    }
                    other => {
                        assert!(other.is_ok(), "{name}: {other:?}");
                        1
                    }
                };
            }
            torn
        });
        assert_eq!(torn, 0, "{name}");
    }
}

#[test]
fn batches_over_the_same_files_come_one_after_the_other() {
    for held in all() {
        let batch = |text: &str| {
            let edit = |index| json!({ "path": format!("/{index}"), "content": text });
            json!([(0..20).map(edit).collect::<Vec<_>>()])
        };
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let (workspace, batch) = (held.workspace.clone(), &batch);
                scope.spawn(move || {
                    for round in 0..5 {
                        let text = format!("{thread}-{round}");
                        ok(&workspace, "applyEdits", batch(&text));
                    }
                });
            }
        });

        let first = ok(&held.workspace, "readFile", json!(["/0"]));
        for index in 1..20 {
            let other = ok(&held.workspace, "readFile", json!([format!("/{index}")]));
            assert_eq!(other, first, "{}", held.name);
        }
    }
}
