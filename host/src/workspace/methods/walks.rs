//! Methods that go through a tree.

use std::collections::HashMap;

use globset::GlobMatcher;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::args::Arguments;
use super::super::backend::{Detail, Entry, Kind, Stat};
use super::super::fault::{Code, Failure, Fault};
use super::super::tree::{Last, Tree};
use super::super::{Answer, glob as globs, path, time};

pub(super) fn glob(tree: &Tree, arguments: &Arguments) -> Answer {
    let found = globs::find(tree, arguments.text(0)?, Detail::Kinds)?;
    Ok(Some(found.into_iter().map(|(path, _)| path).collect()))
}

/// One type or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Types {
    One(String),
    Several(Vec<String>),
}

/// A time as a text, or in milliseconds.
#[derive(Deserialize)]
#[serde(untagged)]
enum Time {
    Text(String),
    Millis(f64),
}

impl Time {
    fn millis(&self) -> Result<i64, Failure> {
        let wrong = |text| Failure::new(format!("Not a time: \"{text}\"; use ISO 8601"));
        match self {
            Self::Text(text) => time::parse(text).ok_or_else(|| wrong(text)),
            Self::Millis(millis) => Ok(*millis as i64),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct FindOptions {
    name: Option<String>,
    path_pattern: Option<String>,
    r#type: Option<Types>,
    min_depth: Option<usize>,
    max_depth: Option<usize>,
    empty: Option<bool>,
    size_min: Option<u64>,
    size_max: Option<u64>,
    mtime_after: Option<Time>,
    mtime_before: Option<Time>,
}

/// What an entry must be to be found.
struct Wanted {
    name: Option<GlobMatcher>,
    path: Option<GlobMatcher>,
    types: Option<Vec<String>>,
    after: Option<i64>,
    before: Option<i64>,
    options: FindOptions,
}

impl Wanted {
    fn new(options: FindOptions) -> Result<Self, Failure> {
        let types = options.r#type.as_ref().map(|types| match types {
            Types::One(one) => vec![one.clone()],
            Types::Several(several) => several.clone(),
        });
        let unknown = types
            .iter()
            .flatten()
            .find(|name| !matches!(name.as_str(), "file" | "directory" | "symlink"));
        if let Some(unknown) = unknown {
            let message = format!("Unknown type \"{unknown}\": use file, directory or symlink");
            return Err(Failure::new(message));
        }
        let millis = |time: &Option<Time>| time.as_ref().map(Time::millis).transpose();
        Ok(Self {
            name: options.name.as_deref().map(globs::matcher).transpose()?,
            path: options
                .path_pattern
                .as_deref()
                .map(globs::path_matcher)
                .transpose()?,
            types,
            after: millis(&options.mtime_after)?,
            before: millis(&options.mtime_before)?,
            options,
        })
    }

    fn is_met(&self, path: &str, depth: usize, stat: &Stat) -> bool {
        let options = &self.options;
        let modified = time::millis(stat.modified);
        depth >= options.min_depth.unwrap_or(0)
            && self
                .types
                .iter()
                .all(|types| types.iter().any(|name| name == stat.kind.as_str()))
            && self.path.iter().all(|matcher| matcher.is_match(path))
            && self
                .name
                .iter()
                .all(|matcher| matcher.is_match(path::name(path)))
            && options.size_min.is_none_or(|least| stat.size >= least)
            && options.size_max.is_none_or(|most| stat.size <= most)
            && self.after.is_none_or(|after| modified > after)
            && self.before.is_none_or(|before| modified < before)
    }
}

/// An entry, its depth below where the walk began, and the number of entries in it.
struct Seen {
    path: String,
    depth: usize,
    stat: Stat,
    children: usize,
}

/// All from `shown` down to `max_depth`, each folder before what is in it. Nothing if
/// nothing is there.
fn gather(tree: &Tree, shown: &str, operation: &str, max_depth: usize) -> Gathered {
    let fail = |fault: Fault| fault.at(operation, shown);
    let place = tree.locate(shown, operation, Last::Kept)?;
    let Some(stat) = place.stat else {
        return Ok(Vec::new());
    };
    let (root, base) = (place.path, path::normalize(shown));
    let is_folder = stat.kind == Kind::Directory;
    let mut seen = vec![Seen {
        path: base.clone(),
        depth: 0,
        stat,
        children: 0,
    }];
    let mut children: HashMap<String, usize> = HashMap::new();
    if is_folder {
        let root_depth = path::depth(&root);
        let walked = tree
            .backend
            .walk(&root, Detail::Stats, &mut |path, entry: &Entry| {
                let stat = match &entry.stat {
                    Some(stat) => Some(stat.clone()),
                    None => tree.backend.lstat(path)?,
                };
                let depth = path::depth(path) - root_depth;
                // Paths are shown as the program began them, through a link if it was one.
                let below = path.strip_prefix(root.as_str()).unwrap_or(path);
                let shown = path::normalize(&format!("{base}/{below}"));
                *children.entry(path::parent(&shown).to_owned()).or_default() += 1;
                // One level more tells which of the last folders are empty.
                if let Some(stat) = stat.filter(|_| depth <= max_depth) {
                    seen.push(Seen {
                        path: shown,
                        depth,
                        stat,
                        children: 0,
                    });
                    tree.check_results(seen.len())?;
                }
                Ok(depth <= max_depth)
            });
        walked.map_err(fail)?;
    }
    for entry in &mut seen {
        entry.children = children.get(&entry.path).copied().unwrap_or(0);
    }
    // In the order of a walk that goes down into each folder at once.
    seen.sort_by(|one, other| path::names(&one.path).cmp(path::names(&other.path)));
    Ok(seen)
}

type Gathered = Result<Vec<Seen>, Failure>;

pub(super) fn find(tree: &Tree, arguments: &Arguments) -> Answer {
    let wanted = Wanted::new(arguments.options(1)?)?;
    let max_depth = wanted.options.max_depth.unwrap_or(usize::MAX);
    let is_empty = |entry: &Seen| match entry.stat.kind {
        Kind::Directory => entry.children == 0,
        _ => entry.stat.size == 0,
    };
    let found = gather(tree, arguments.text(0)?, "find", max_depth)?
        .into_iter()
        .filter(|entry| wanted.is_met(&entry.path, entry.depth, &entry.stat))
        .filter(|entry| wanted.options.empty != Some(true) || is_empty(entry))
        .map(|entry| {
            json!({
                "path": entry.path,
                "name": path::name(&entry.path),
                "type": entry.stat.kind.as_str(),
                "depth": entry.depth,
                "size": entry.stat.size,
                "mtime": time::iso(entry.stat.modified),
            })
        });
    Ok(Some(found.collect()))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct TreeOptions {
    max_depth: Option<usize>,
}

/// What [`gather`] gives, of which there must be something.
fn gather_tree(tree: &Tree, arguments: &Arguments) -> Result<(Vec<Seen>, usize), Failure> {
    let shown = arguments.text(0)?;
    let options: TreeOptions = arguments.options(1)?;
    let max_depth = options.max_depth.unwrap_or(usize::MAX);
    let seen = gather(tree, shown, "walk", max_depth)?;
    if seen.is_empty() {
        let fault = Fault::new(Code::NotFound);
        return Err(Failure::new(format!("{fault}: {shown}")));
    }
    Ok((seen, max_depth))
}

pub(super) fn walk_tree(tree: &Tree, arguments: &Arguments) -> Answer {
    let (seen, max_depth) = gather_tree(tree, arguments)?;
    let mut seen = seen.into_iter().peekable();
    let mut build = Builder {
        seen: &mut seen,
        max_depth,
    };
    Ok(build.node())
}

struct Builder<'a, I: Iterator<Item = Seen>> {
    seen: &'a mut std::iter::Peekable<I>,
    max_depth: usize,
}

impl<I: Iterator<Item = Seen>> Builder<'_, I> {
    /// The next entry with all that is below it. Paths have at most
    /// [`path::MAX_DEPTH`] names, or as many as the host's.
    fn node(&mut self) -> Option<Value> {
        let entry = self.seen.next()?;
        let mut node = json!({
            "path": entry.path,
            "name": path::name(&entry.path),
            "type": entry.stat.kind.as_str(),
            "size": entry.stat.size,
        });
        if entry.stat.kind == Kind::Directory && entry.depth < self.max_depth {
            let mut children = Vec::new();
            while self
                .seen
                .peek()
                .is_some_and(|next| next.depth > entry.depth)
            {
                children.extend(self.node());
            }
            node["children"] = children.into();
        }
        Some(node)
    }
}

pub(super) fn summarize_tree(tree: &Tree, arguments: &Arguments) -> Answer {
    let (seen, _) = gather_tree(tree, arguments)?;
    let count = |kind| seen.iter().filter(|entry| entry.stat.kind == kind).count();
    let bytes = |entry: &Seen| match entry.stat.kind {
        Kind::File => entry.stat.size,
        _ => 0,
    };
    Ok(Some(json!({
        "files": count(Kind::File),
        "directories": count(Kind::Directory),
        "symlinks": count(Kind::Symlink),
        "totalBytes": seen.iter().map(bytes).sum::<u64>(),
        "maxDepth": seen.iter().map(|entry| entry.depth).max(),
    })))
}
