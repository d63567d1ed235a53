//! A workspace in memory.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::SystemTime;

use super::backend::{Backend, Detail, Entry, Fill, Kind, Source, Stat};
use super::fault::{Code, Fault};
use super::limits::Limits;
use super::path;

type Children = BTreeMap<String, Node>;

#[derive(Debug)]
struct Node {
    content: Content,
    modified: SystemTime,
    mode: u32,
}

#[derive(Debug)]
enum Content {
    /// Shared with those who read it, so that they keep what they opened.
    File(Arc<Vec<u8>>),
    Directory(Children),
    Symlink(String),
}

impl Node {
    fn new(content: Content) -> Self {
        let mode = match content {
            Content::File(_) => 0o644,
            Content::Directory(_) => 0o755,
            Content::Symlink(_) => 0o777,
        };
        Self {
            content,
            modified: SystemTime::now(),
            mode,
        }
    }

    fn stat(&self) -> Stat {
        let (kind, size) = match &self.content {
            Content::File(bytes) => (Kind::File, bytes.len()),
            Content::Directory(_) => (Kind::Directory, 0),
            Content::Symlink(target) => (Kind::Symlink, target.len()),
        };
        Stat {
            kind,
            size: size as u64,
            modified: self.modified,
            mode: self.mode,
        }
    }
}

/// Files that live as long as the value does.
#[derive(Debug)]
pub struct Memory {
    root: RwLock<Node>,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Memory {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self {
            root: RwLock::new(Node::new(Content::Directory(Children::new()))),
        }
    }

    // Each change is one insertion or removal, so a panic leaves nothing half done.
    fn read(&self) -> RwLockReadGuard<'_, Node> {
        self.root.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Node> {
        self.root.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn find<'a>(root: &'a Node, path: &str) -> Option<&'a Node> {
    path::names(path).try_fold(root, |node, name| match &node.content {
        Content::Directory(children) => children.get(name),
        _ => None,
    })
}

fn children_of<'a>(root: &'a mut Node, folder: &str) -> Result<&'a mut Children, Fault> {
    let mut node = root;
    for name in path::names(folder) {
        let Content::Directory(children) = &mut node.content else {
            return Err(Code::NotDirectory.into());
        };
        node = children.get_mut(name).ok_or(Code::NotFound)?;
    }
    match &mut node.content {
        Content::Directory(children) => Ok(children),
        _ => Err(Code::NotDirectory.into()),
    }
}

impl Backend for Memory {
    /// Less than elsewhere: a program could otherwise fill the host's memory.
    fn usual_limits(&self) -> Limits {
        Limits::new().total_bytes(128 << 20).file_bytes(32 << 20)
    }

    fn lstat(&self, path: &str) -> Result<Option<Stat>, Fault> {
        Ok(find(&self.read(), path).map(Node::stat))
    }

    fn list(&self, path: &str, _: Detail) -> Result<Vec<Entry>, Fault> {
        let root = self.read();
        let node = find(&root, path).ok_or(Code::NotFound)?;
        let Content::Directory(children) = &node.content else {
            return Err(Code::NotDirectory.into());
        };
        let entry = |(name, node): (&String, &Node)| Entry {
            name: name.clone(),
            kind: node.stat().kind,
            stat: Some(node.stat()),
        };
        Ok(children.iter().map(entry).collect())
    }

    fn open(&self, path: &str) -> Result<(u64, Box<dyn Source>), Fault> {
        let root = self.read();
        match &find(&root, path).ok_or(Code::NotFound)?.content {
            Content::File(bytes) => {
                let shared = Shared(Arc::clone(bytes));
                Ok((bytes.len() as u64, Box::new(Cursor::new(shared))))
            }
            Content::Directory(_) => Err(Code::IsDirectory.into()),
            Content::Symlink(_) => Err(Code::Invalid.into()),
        }
    }

    fn readlink(&self, path: &str) -> Result<String, Fault> {
        match &find(&self.read(), path).ok_or(Code::NotFound)?.content {
            Content::Symlink(target) => Ok(target.clone()),
            _ => Err(Code::Invalid.into()),
        }
    }

    fn put(&self, path: &str, mode: Option<u32>, fill: &mut Fill<'_>) -> Result<(), Fault> {
        let mut bytes = Vec::new();
        fill(&mut bytes)?;
        let mut root = self.write();
        let children = children_of(&mut root, path::parent(path))?;
        let old = children.get(path::name(path));
        if old.is_some_and(|old| matches!(old.content, Content::Directory(_))) {
            return Err(Code::IsDirectory.into());
        }
        let mut node = Node::new(Content::File(Arc::new(bytes)));
        let old_file = old.filter(|old| matches!(old.content, Content::File(_)));
        node.mode = mode.or(old_file.map(|old| old.mode)).unwrap_or(node.mode);
        children.insert(path::name(path).to_owned(), node);
        Ok(())
    }

    fn mkdir(&self, path: &str, mode: Option<u32>) -> Result<(), Fault> {
        let mut node = Node::new(Content::Directory(Children::new()));
        node.mode = mode.unwrap_or(node.mode);
        self.insert(path, node)
    }

    fn symlink(&self, target: &str, path: &str) -> Result<(), Fault> {
        self.insert(path, Node::new(Content::Symlink(target.to_owned())))
    }

    fn remove(&self, path: &str) -> Result<(), Fault> {
        let mut root = self.write();
        let children = children_of(&mut root, path::parent(path))?;
        let node = children.get(path::name(path)).ok_or(Code::NotFound)?;
        if matches!(&node.content, Content::Directory(inner) if !inner.is_empty()) {
            return Err(Code::NotEmpty.into());
        }
        children.remove(path::name(path));
        Ok(())
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), Fault> {
        if path::is_within(to, from) {
            return Err(Code::Invalid.into());
        }
        let mut root = self.write();
        // Both folders must be there before anything is taken out.
        children_of(&mut root, path::parent(to))?;
        let children = children_of(&mut root, path::parent(from))?;
        let node = children.remove(path::name(from)).ok_or(Code::NotFound)?;
        let children = children_of(&mut root, path::parent(to)).expect("it was just there");
        children.insert(path::name(to).to_owned(), node);
        Ok(())
    }
}

impl Memory {
    fn insert(&self, path: &str, node: Node) -> Result<(), Fault> {
        let mut root = self.write();
        let children = children_of(&mut root, path::parent(path))?;
        if children.contains_key(path::name(path)) {
            return Err(Code::Exists.into());
        }
        children.insert(path::name(path).to_owned(), node);
        Ok(())
    }
}

/// Content that a reader shares with the tree.
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
