//! Archives that someone else made.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;

use serde_json::json;

use crate::claims::backends::{call, ok};
use crate::claims::walled::Walled;

/// An archive with one entry of any name and kind.
fn archive(name: &str, kind: tar::EntryType, content: &str) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    header.set_cksum();
    let mut bytes = Vec::new();
    let mut builder = tar::Builder::new(&mut bytes);
    builder
        .append(&header, content.as_bytes())
        .expect("memory takes it");
    builder.finish().expect("memory takes it");
    drop(builder);
    bytes
}

#[test]
fn an_archive_is_unpacked_below_its_destination_or_not_at_all() {
    use tar::EntryType;
    let walled = Walled::new();
    let workspace = &walled.workspace;
    fs::create_dir(walled.inside("target")).unwrap();
    symlink("..", walled.inside("target/up")).unwrap();
    let unpack = |name, kind, content| {
        let mut file = fs::File::create(walled.inside("a.tar")).unwrap();
        file.write_all(&archive(name, kind, content)).unwrap();
        call(workspace, "extractArchive", json!(["/a.tar", "/target"]))
    };

    assert_eq!(
        unpack("../escaped", EntryType::Regular, "x"),
        Err(
            "EPERM: the archive's entry ../escaped leads out of the destination, \
             extract '/a.tar'"
                .to_owned()
        )
    );
    assert_eq!(
        unpack("up/escaped", EntryType::Regular, "x"),
        Err(
            "EPERM: a link there leads out of the destination, extract '/target/up/escaped'"
                .to_owned()
        )
    );
    assert_eq!(
        unpack("link", EntryType::Symlink, ""),
        Ok(json!({ "destination": "/target", "entries": [] }))
    );
    assert_eq!(
        unpack("/absolute", EntryType::Regular, "x"),
        Ok(json!({
            "destination": "/target",
            "entries": [{ "path": "/absolute", "type": "file", "size": 1 }],
        }))
    );
    let names = ok(workspace, "find", json!(["/", { "type": "file" }]));
    let paths: Vec<_> = names
        .as_array()
        .unwrap()
        .iter()
        .map(|file| &file["path"])
        .collect();
    assert_eq!(paths, ["/a.tar", "/target/absolute"]);
}

#[test]
fn a_damaged_archive_leaves_nothing() {
    let walled = Walled::new();
    let workspace = &walled.workspace;
    ok(workspace, "writeFile", json!(["/in/a", "x".repeat(600)]));
    ok(workspace, "createArchive", json!(["/a.tar", ["/in"]]));
    let whole = fs::read(walled.inside("a.tar")).unwrap();
    fs::write(walled.inside("a.tar"), &whole[..1200]).unwrap();
    fs::write(walled.inside("b.tar"), "no archive".repeat(100)).unwrap();
    fs::write(walled.inside("c.gz"), "no gzip").unwrap();

    let answers = [
        call(workspace, "extractArchive", json!(["/a.tar", "/out"])).is_err(),
        call(workspace, "extractArchive", json!(["/b.tar", "/out"])).is_err(),
        call(workspace, "listArchive", json!(["/b.tar"])).is_err(),
    ];

    assert_eq!(answers, [true; 3]);
    assert_eq!(
        call(workspace, "decompressFile", json!(["/c.gz"])),
        Err("EINVAL: not gzip data, or damaged, write '/c'".to_owned())
    );
    assert_eq!(
        ok(workspace, "readdir", json!(["/"])),
        json!(["a.tar", "b.tar", "c.gz", "in"])
    );
}
