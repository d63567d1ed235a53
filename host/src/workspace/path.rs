//! Paths inside a workspace: text with `/`, whose root is the workspace.

use super::fault::{Code, Fault};

/// Bytes of a path, and of what a link points at. The longest that Linux takes.
pub(super) const MAX_PATH: usize = 4096;
/// Bytes of a name, likewise.
pub(super) const MAX_NAME: usize = 255;
/// Folders in folders: a tree is returned as nested objects, which cannot nest endlessly.
pub(super) const MAX_DEPTH: usize = 128;

/// `path` from the root, without `.`, `..`, doubled or trailing slashes. `..` stops at the
/// root, so no text leads out.
pub(super) fn normalize(path: &str) -> String {
    let mut names = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    format!("/{}", names.join("/"))
}

/// Like [`normalize`], and refuses what no file can be called.
pub(super) fn check(path: &str) -> Result<String, Fault> {
    if path.contains('\0') {
        return Err(Fault::with_text(Code::NotFound, "path contains null byte"));
    }
    let path = normalize(path);
    let too_long = |text: String| Err(Fault::with_text(Code::NameTooLong, text));
    if path.len() > MAX_PATH {
        return too_long(format!("path exceeds {MAX_PATH} characters"));
    }
    if names(&path).any(|name| name.len() > MAX_NAME) {
        return too_long(format!("a name exceeds {MAX_NAME} bytes"));
    }
    if depth(&path) > MAX_DEPTH {
        return too_long(format!("path is deeper than {MAX_DEPTH} folders"));
    }
    Ok(path)
}

/// What `path` means from the folder `base`.
pub(super) fn resolve(base: &str, path: &str) -> String {
    match path.starts_with('/') {
        true => normalize(path),
        false => normalize(&format!("{base}/{path}")),
    }
}

/// The names of a normalized path.
pub(super) fn names(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.split('/').filter(|name| !name.is_empty())
}

pub(super) fn depth(path: &str) -> usize {
    names(path).count()
}

/// The folder of a normalized path; the root's is the root.
pub(super) fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) | None => "/",
        Some(slash) => &path[..slash],
    }
}

/// The last name of a normalized path; the root's is `/`.
pub(super) fn name(path: &str) -> &str {
    match path.rfind('/') {
        Some(slash) if slash + 1 < path.len() => &path[slash + 1..],
        _ => path,
    }
}

pub(super) fn join(folder: &str, name: &str) -> String {
    match folder {
        "/" => format!("/{name}"),
        folder => format!("{folder}/{name}"),
    }
}

/// Whether the normalized `path` is `folder` or lies in it.
pub(super) fn is_within(path: &str, folder: &str) -> bool {
    folder == "/"
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether the `target` of a link in `folder` climbs above the root.
pub(super) fn climbs_out(folder: &str, target: &str) -> bool {
    let mut level = match target.starts_with('/') {
        true => 0,
        false => depth(folder),
    };
    for name in target.split('/') {
        match name {
            "" | "." => {}
            ".." if level == 0 => return true,
            ".." => level -= 1,
            _ => level += 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalized_and_stop_at_the_root() {
        let given = [
            "",
            "/",
            "a",
            "/a/",
            "//a//b",
            "/a/./b",
            "/a/../b",
            "../../etc",
            "/..",
        ];

        let normal: Vec<_> = given.map(normalize).into();

        assert_eq!(
            normal,
            ["/", "/", "/a", "/a", "/a/b", "/a/b", "/b", "/etc", "/"]
        );
    }

    #[test]
    fn a_link_that_climbs_above_the_root_is_seen() {
        let climbs = [("/", ".."), ("/a", "/.."), ("/a", "../b/../..")];
        let stays = [
            ("/a", ".."),
            ("/", "a/.."),
            ("/", "/a/.."),
            ("/a/b", "../../c"),
        ];

        assert_eq!(climbs.map(|(folder, to)| climbs_out(folder, to)), [true; 3]);
        assert_eq!(stays.map(|(folder, to)| climbs_out(folder, to)), [false; 4]);
    }
}
