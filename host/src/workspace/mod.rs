//! Files for the model: the `state` namespace.
//!
//! A [`Workspace`] answers the 46 methods of `state` by name, over a [`Backend`]: memory,
//! a directory of the host or SQLite. It resolves links inside its own root, counts quotas
//! and remembers what a write replaced. It knows nothing of tools or sandboxes.

mod args;
mod backend;
mod base64;
mod diff;
mod directory;
mod edit;
mod fault;
mod glob;
mod json;
mod limits;
mod memory;
mod meter;
mod methods;
mod path;
mod pattern;
mod provider;
#[cfg(feature = "sqlite")]
mod sqlite;
mod step;
mod time;
mod tree;
mod undo;

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use self::args::Arguments;
pub use self::backend::{Backend, Detail, Entry, Fill, Kind, Source, Stat, Visit};
pub use self::directory::Directory;
use self::edit::Edit;
pub use self::fault::{Code, Failure, Fault};
pub use self::limits::Limits;
pub use self::memory::Memory;
use self::methods::Action;
pub use self::methods::{Method, Parameter};
#[cfg(feature = "sqlite")]
pub use self::sqlite::Sqlite;
use self::tree::Tree;
pub use self::undo::UndoRecord;

/// Files that programs share. Cheap to clone; clones are the same workspace.
///
/// Writes of one workspace happen one after the other, reads at any time. Two workspaces
/// over the same directory or database do not tear each other's files, but each counts
/// its quotas for itself and each takes a read and a write apart: make one and clone it.
///
/// # Examples
///
/// ```
/// use codecell::workspace::{Memory, Workspace};
/// use serde_json::json;
///
/// let workspace = Workspace::new(Memory::new());
/// let reply = workspace.call("writeFile", json!(["/a.txt", "one"])).unwrap();
/// workspace.call("appendFile", json!([{ "path": "/a.txt", "content": " two" }])).unwrap();
///
/// let read = workspace.call("readFile", json!(["/a.txt"])).unwrap();
/// assert_eq!(read.value, Some(json!("one two")));
///
/// let refused = workspace.undo(reply.undo.unwrap()).unwrap_err();
/// assert_eq!(
///     refused.message(),
///     "ESTALE: changed since, so nothing was undone, undo '/a.txt'"
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Workspace(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    tree: Tree,
    /// Held by one write at a time.
    writer: Mutex<()>,
}

/// What a call gave.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Reply {
    /// The result; nothing is JavaScript's `undefined`.
    pub value: Option<Value>,
    /// What takes the call back. Reads have none, nor calls that changed nothing or
    /// more than [`Limits::undo_bytes`].
    pub undo: Option<UndoRecord>,
}

impl Workspace {
    /// A workspace with the [usual limits](Backend::usual_limits) of its backend.
    pub fn new(backend: impl Backend + 'static) -> Self {
        let limits = backend.usual_limits();
        Self::with_limits(backend, limits)
    }

    /// A workspace with limits of its own.
    pub fn with_limits(backend: impl Backend + 'static, limits: Limits) -> Self {
        Self(Arc::new(Inner {
            tree: Tree::new(Box::new(backend), limits),
            writer: Mutex::new(()),
        }))
    }

    /// The methods, in the order of their documentation.
    #[must_use]
    pub fn methods() -> &'static [Method] {
        methods::METHODS
    }

    /// Calls a method. `arguments` is the array of what the program passed: the
    /// parameters in their order, or one object that names them. Bytes are
    /// `{"$bytes": base64}`, both ways.
    ///
    /// This blocks on the backend: call it where that is allowed.
    ///
    /// # Errors
    ///
    /// What the program catches. A write that fails leaves things as they were, except
    /// where it was asked not to (`rollbackOnError: false`), or removed more than
    /// could be held when the backend failed.
    pub fn call(&self, method: &str, arguments: Value) -> Result<Reply, Failure> {
        let Some(method) = methods::METHODS.iter().find(|known| known.name == method) else {
            let message = format!("state.{method} is not supported by this backend");
            return Err(Failure::new(message));
        };
        let arguments = Arguments::new(method, arguments)?;
        let tree = &self.0.tree;
        match method.action {
            Action::Read(read) => Ok(Reply {
                value: read(tree, &arguments)?,
                undo: None,
            }),
            Action::Write(write) => {
                let _writer = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
                undo::recorded(tree, |edit| write(edit, &arguments))
            }
        }
    }

    /// Takes a write back: afterwards there is exactly what was there before it, except
    /// for times. The reply's own record does the write again.
    ///
    /// # Errors
    ///
    /// When something that the write made is no longer as the write left it. Nothing
    /// is changed then.
    pub fn undo(&self, record: UndoRecord) -> Result<Reply, Failure> {
        let _writer = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
        undo::recorded(&self.0.tree, |edit| record.apply(edit))
    }
}

/// What a method gives: a value, or nothing for `undefined`.
type Answer = Result<Option<Value>, Failure>;
type ReadMethod = fn(&Tree, &Arguments) -> Answer;
type WriteMethod = fn(&mut Edit<'_>, &Arguments) -> Answer;
