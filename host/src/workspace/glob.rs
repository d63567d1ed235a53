//! Glob patterns, and the part of the tree that one can match.

use globset::{GlobBuilder, GlobMatcher};

use super::backend::{Detail, Entry, Kind};
use super::fault::{Code, Failure, Fault};
use super::path;
use super::tree::{Last, Tree};

/// A pattern for names or for paths.
pub(super) fn matcher(pattern: &str) -> Result<GlobMatcher, Failure> {
    let glob = GlobBuilder::new(pattern)
        .literal_separator(true)
        .backslash_escape(true)
        .empty_alternates(true)
        .build()
        .map_err(|error| {
            let message = format!("Invalid glob pattern \"{pattern}\": {}", error.kind());
            Failure::new(message)
        })?;
    Ok(glob.compile_matcher())
}

/// A pattern for paths; a relative one is relative to the root.
pub(super) fn path_matcher(pattern: &str) -> Result<GlobMatcher, Failure> {
    matcher(&absolute(pattern))
}

/// What matches in the tree, sorted by path. Links are matched and not followed.
pub(super) fn find(
    tree: &Tree,
    pattern: &str,
    detail: Detail,
) -> Result<Vec<(String, Entry)>, Failure> {
    let matcher = path_matcher(pattern)?;
    let pattern = absolute(pattern);
    let fail = |fault: Fault| fault.at("glob", &pattern);
    path::check(&pattern).map_err(fail)?;
    let names: Vec<_> = path::names(&pattern).collect();
    let literal = names.iter().take_while(|name| !is_special(name)).count();
    let base = format!("/{}", names[..literal].join("/"));
    let place = tree.resolve(&base, Last::Kept).map_err(fail)?;
    if place.path != base {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    let Some(stat) = place.stat else {
        return Ok(found);
    };
    let kind = stat.kind;
    if base != "/" && matcher.is_match(&base) {
        let entry = Entry {
            name: path::name(&base).to_owned(),
            kind,
            stat: Some(stat),
        };
        found.push((base.clone(), entry));
    }
    if kind != Kind::Directory || literal == names.len() {
        return Ok(found);
    }
    // A brace may hold slashes, and `**` any number of names.
    let is_deep = pattern.contains("**") || pattern.contains('{');
    let deepest = if is_deep { usize::MAX } else { names.len() };
    let base_depth = path::depth(&base);
    let walked = tree.backend.walk(&base, detail, &mut |path, entry| {
        if matcher.is_match(path) {
            found.push((path.to_owned(), entry.clone()));
            tree.check_results(found.len())?;
        }
        Ok(deepest == usize::MAX || path::depth(path) < deepest.max(base_depth))
    });
    match walked {
        // The base went away after it was looked up.
        Err(fault) if matches!(fault.code(), Code::NotFound | Code::NotDirectory) => {}
        walked => walked.map_err(fail)?,
    }
    found.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    Ok(found)
}

/// `pattern` from the root, without the parts of a path that say nothing.
fn absolute(pattern: &str) -> String {
    path::normalize(pattern)
}

fn is_special(name: &str) -> bool {
    name.contains(['*', '?', '[', '{', '}', '\\'])
}
