//! Glob and search over 50,000 files, beside the same by `std::fs`.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use codecell::workspace::{Directory, Memory, Sqlite, Workspace};
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};

const FOLDERS: usize = 500;
const FILES: usize = 100;

/// Sources of about a kilobyte; one in a hundred holds the needle.
fn content(folder: usize, file: usize) -> String {
    let line = format!("export const value_{folder}_{file} = compute(\"some text\", {file});\n");
    let mut text = line.repeat(15);
    if file == 50 {
        text.push_str("// here is the needle that is looked for\n");
    }
    text
}

fn each_file(mut put: impl FnMut(&str, &str)) {
    for folder in 0..FOLDERS {
        for file in 0..FILES {
            let extension = if file % 2 == 0 { "ts" } else { "js" };
            let path = format!(
                "/src/part{}/lib{folder}/file{file}.{extension}",
                folder % 10
            );
            put(&path, &content(folder, file));
        }
    }
}

fn filled(workspace: Workspace) -> Workspace {
    each_file(|path, content| {
        let written = workspace.call("writeFile", json!([path, content]));
        written.expect("there is room");
    });
    workspace
}

fn count(workspace: &Workspace, method: &str, arguments: Value) -> usize {
    let reply = workspace.call(method, arguments).expect("the call works");
    reply
        .value
        .and_then(|value| value.as_array().map(Vec::len))
        .unwrap_or(0)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("it is a folder") {
        let entry = entry.expect("it can be read");
        let path = entry.path();
        if entry.file_type().expect("it has a type").is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "ts") {
            found.push(path);
        }
    }
}

fn std_glob(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    walk(&root.join("src"), &mut found);
    found.sort();
    found
}

fn std_search(root: &Path, needle: &str) -> Vec<(PathBuf, usize, String)> {
    let mut matches = Vec::new();
    for path in std_glob(root) {
        let text = fs::read_to_string(&path).expect("it is text");
        for (number, line) in text.lines().enumerate() {
            if line.contains(needle) {
                matches.push((path.clone(), number + 1, line.to_owned()));
            }
        }
    }
    matches
}

fn benches(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let root = folder.path().join("files");
    fs::create_dir(&root).expect("the folder is new");
    let directory = filled(Workspace::new(
        Directory::open(&root).expect("it was just made"),
    ));
    let memory = filled(Workspace::new(Memory::new()));
    let database = Sqlite::open(folder.path().join("files.db")).expect("a database can be made");
    let sqlite = filled(Workspace::new(database));

    let mut group = criterion.benchmark_group("workspace_glob");
    group.sample_size(10);
    group.bench_function("std", |bencher| {
        bencher.iter(|| black_box(std_glob(&root)).len())
    });
    for (name, workspace) in [
        ("directory", &directory),
        ("memory", &memory),
        ("sqlite", &sqlite),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| count(workspace, "glob", json!(["/src/**/*.ts"])));
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("workspace_search");
    group.sample_size(10);
    group.bench_function("std", |bencher| {
        bencher.iter(|| black_box(std_search(&root, "the needle")).len());
    });
    for (name, workspace) in [
        ("directory", &directory),
        ("memory", &memory),
        ("sqlite", &sqlite),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                count(
                    workspace,
                    "searchFiles",
                    json!(["/src/**/*.ts", "the needle"]),
                )
            });
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("workspace_write");
    group.bench_function("std", |bencher| {
        bencher.iter(|| fs::write(root.join("one"), "content").expect("there is room"));
    });
    for (name, workspace) in [
        ("directory", &directory),
        ("memory", &memory),
        ("sqlite", &sqlite),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let written = workspace.call("writeFile", json!(["/one", "content"]));
                written.expect("there is room")
            });
        });
    }
    group.finish();
}

criterion_group!(tree, benches);
criterion_main!(tree);
