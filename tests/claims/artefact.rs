//! The embedded guest: what it may ask for.

use std::path::Path;

/// The names that a component imports, read off its binary form (component model
/// binary format, section 10) without an engine.
fn imports(component: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = &component[8..];
    while let Some((&id, after)) = rest.split_first() {
        let (size, after) = leb128(after);
        let (section, next) = after.split_at(size);
        if id == 10 {
            let (count, mut items) = leb128(section);
            assert_eq!(
                count, 1,
                "each import has a section of its own in what wit-component writes"
            );
            items = &items[1..];
            let (length, name) = leb128(items);
            names.push(String::from_utf8(name[..length].to_vec()).unwrap());
        }
        rest = next;
    }
    names
}

fn leb128(bytes: &[u8]) -> (usize, &[u8]) {
    let mut value = 0;
    for (index, byte) in bytes.iter().enumerate() {
        value |= usize::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return (value, &bytes[index + 1..]);
        }
    }
    panic!("unfinished number");
}

#[test]
fn the_guest_imports_nothing_but_our_own_interfaces() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/guest/guest.wasm");
    let component = std::fs::read(file).unwrap();
    assert_eq!(
        imports(&component),
        [
            "codecell:sandbox/types@0.1.0",
            "codecell:sandbox/host@0.1.0"
        ]
    );
}

#[test]
fn the_guest_names_no_folder_of_the_machine_that_built_it() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/guest/guest.wasm");
    let component = std::fs::read(file).unwrap();
    for folder in ["/root/", "/home/", "/Users/", "/tmp/"] {
        let found = component
            .windows(folder.len())
            .any(|bytes| bytes == folder.as_bytes());
        assert!(!found, "{folder}");
    }
}
