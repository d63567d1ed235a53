//! The same operations by `std::fs` alone, to compare with.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// One operation of a random sequence.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Write(String, String),
    Append(String, String),
    Mkdir(String, bool),
    Remove(String, bool, bool),
    Copy(String, String, bool),
    Move(String, String, bool),
    Link(String, String),
}

impl Operation {
    pub(crate) fn call(&self) -> (&'static str, Value) {
        match self {
            Self::Write(path, content) => ("writeFile", json!([path, content])),
            Self::Append(path, content) => ("appendFile", json!([path, content])),
            Self::Mkdir(path, recursive) => ("mkdir", json!([path, { "recursive": recursive }])),
            Self::Remove(path, recursive, force) => (
                "rm",
                json!([path, { "recursive": recursive, "force": force }]),
            ),
            Self::Copy(src, dest, recursive) => {
                ("cp", json!([src, dest, { "recursive": recursive }]))
            }
            Self::Move(src, dest, recursive) => {
                ("mv", json!([src, dest, { "recursive": recursive }]))
            }
            Self::Link(target, path) => ("symlink", json!([target, path])),
        }
    }

    pub(crate) fn paths(&self) -> Vec<&str> {
        match self {
            Self::Write(path, _)
            | Self::Append(path, _)
            | Self::Mkdir(path, _)
            | Self::Remove(path, _, _)
            | Self::Link(_, path) => vec![path],
            Self::Copy(src, dest, _) | Self::Move(src, dest, _) => vec![src, dest],
        }
    }
}

pub(crate) struct Model {
    root: PathBuf,
}

fn refused<T>() -> io::Result<T> {
    Err(io::Error::other("refused"))
}

impl Model {
    pub(crate) fn new(root: &Path) -> Self {
        let root = root.canonicalize().expect("the folder is there");
        Self { root }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// Whether a path leads through a link to nothing, where `std::fs` and a workspace
    /// differ: a workspace makes what is missing.
    pub(crate) fn dangles(&self, path: &str) -> bool {
        let path = self.at(path);
        path.ancestors()
            .take_while(|folder| folder.starts_with(&self.root))
            .any(|folder| folder.is_symlink() && !folder.exists())
    }

    pub(crate) fn apply(&self, operation: &Operation) -> io::Result<()> {
        match operation {
            Operation::Write(path, content) => {
                let path = self.at(path);
                self.make_parents(&path)?;
                fs::write(path, content)
            }
            Operation::Append(path, content) => {
                let path = self.at(path);
                if path.is_dir() {
                    return refused();
                }
                self.make_parents(&path)?;
                let mut options = fs::OpenOptions::new();
                let mut file = options.append(true).create(true).open(path)?;
                file.write_all(content.as_bytes())
            }
            Operation::Mkdir(path, true) => fs::create_dir_all(self.at(path)),
            Operation::Mkdir(path, false) => fs::create_dir(self.at(path)),
            Operation::Remove(path, recursive, force) => {
                let path = self.at(path);
                if path == self.root {
                    return refused();
                }
                match path.symlink_metadata() {
                    Ok(found) if found.is_dir() && *recursive => fs::remove_dir_all(path),
                    Ok(found) if found.is_dir() => fs::remove_dir(path),
                    Ok(_) => fs::remove_file(path),
                    Err(_) if *force => Ok(()),
                    Err(error) => Err(error),
                }
            }
            Operation::Copy(src, dest, recursive) => self.copy(src, dest, *recursive),
            Operation::Move(src, dest, recursive) => self.rename(src, dest, *recursive),
            Operation::Link(target, path) => {
                let path = self.at(path);
                if path.symlink_metadata().is_ok() {
                    return refused();
                }
                self.make_parents(&path)?;
                match target.starts_with('/') {
                    true => symlink(self.at(target), path),
                    false => symlink(target, path),
                }
            }
        }
    }

    /// Makes folders, or nothing if a file is in the way.
    fn make_parents(&self, path: &Path) -> io::Result<()> {
        match path.parent() {
            Some(parent) if parent.starts_with(&self.root) => fs::create_dir_all(parent),
            _ => Ok(()),
        }
    }

    /// A path with the links in its folders resolved, as far as it is there.
    fn real(&self, path: &Path) -> PathBuf {
        match (path.parent(), path.file_name()) {
            _ if *path == self.root => path.to_owned(),
            (Some(parent), Some(name)) => {
                let folder = self.real(parent);
                folder.canonicalize().unwrap_or(folder).join(name)
            }
            _ => path.to_owned(),
        }
    }

    fn copy(&self, src: &str, dest: &str, recursive: bool) -> io::Result<()> {
        let from = self.real(&self.at(src));
        let found = from.symlink_metadata()?;
        if found.is_dir() && !recursive {
            return refused();
        }
        let mut to = self.real(&self.at(dest));
        if !found.is_symlink() && to.exists() {
            to = to.canonicalize()?;
        }
        if from == to {
            return Ok(());
        }
        if found.is_dir() && to.starts_with(&from) {
            return refused();
        }
        if to == self.root || blocked(&to) {
            return refused();
        }
        check_copy(&from, &to)?;
        self.make_parents(&to)?;
        copy_into(&from, &to)
    }

    fn rename(&self, src: &str, dest: &str, recursive: bool) -> io::Result<()> {
        let (from, to) = (self.real(&self.at(src)), self.real(&self.at(dest)));
        let found = from.symlink_metadata()?;
        if from == self.root || (found.is_dir() && !recursive) {
            return refused();
        }
        if from == to {
            return Ok(());
        }
        if to.starts_with(&from) {
            return refused();
        }
        if let Ok(old) = to.symlink_metadata()
            && old.is_dir() != found.is_dir()
        {
            return refused();
        }
        self.make_parents(&to)?;
        fs::rename(from, to)
    }

    /// As [`dump`](crate::claims::backends::dump) gives it.
    pub(crate) fn dump(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        self.dump_folder(&self.root, &mut found);
        found
    }

    fn dump_folder(&self, folder: &Path, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).expect("it is a folder") {
            let path = entry.expect("it can be read").path();
            let what = if path.is_symlink() {
                let target = fs::read_link(&path).expect("it is a link");
                let shown = match target.strip_prefix(&self.root) {
                    Ok(below) => format!("/{}", below.display()),
                    Err(_) => target.display().to_string(),
                };
                format!("-> \"{shown}\"")
            } else if path.is_dir() {
                self.dump_folder(&path, found);
                "/".to_owned()
            } else {
                use base64::Engine as _;
                let content = fs::read(&path).expect("it is a file");
                format!(
                    "\"{}\"",
                    base64::engine::general_purpose::STANDARD.encode(content)
                )
            };
            let below = path.strip_prefix(&self.root).expect("it is in the root");
            found.insert(format!("/{}", below.display()), what);
        }
    }
}

/// Whether a file is in the way of the folders that a path needs.
fn blocked(path: &Path) -> bool {
    let first = path
        .ancestors()
        .skip(1)
        .find(|folder| folder.symlink_metadata().is_ok());
    first.is_some_and(|folder| !folder.is_dir())
}

/// Refuses a copy that would put a file on a folder or a folder on something else.
fn check_copy(from: &Path, to: &Path) -> io::Result<()> {
    let is_dir = from.symlink_metadata()?.is_dir();
    if let Ok(old) = to.symlink_metadata()
        && old.is_dir() != is_dir
    {
        return refused();
    }
    if is_dir {
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            check_copy(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

fn copy_into(from: &Path, to: &Path) -> io::Result<()> {
    let found = from.symlink_metadata()?;
    if found.is_dir() {
        if !to.is_dir() {
            fs::create_dir(to)?;
        }
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy_into(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    if to.symlink_metadata().is_ok() {
        fs::remove_file(to)?;
    }
    match found.is_symlink() {
        true => symlink(fs::read_link(from)?, to),
        false => fs::copy(from, to).map(|_| ()),
    }
}
