//! Where files are kept: what the workspace asks of a backend.

use std::fmt;
use std::io::{Read, Seek, Write};
use std::time::SystemTime;

use super::fault::{Code, Fault};
use super::limits::Limits;
use super::path;

/// What an entry of a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A file.
    File,
    /// A folder.
    Directory,
    /// A symbolic link.
    Symlink,
}

impl Kind {
    /// `file`, `directory` or `symlink`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Directory => "directory",
            Self::Symlink => "symlink",
        }
    }
}

/// What is known of an entry without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    /// What it is.
    pub kind: Kind,
    /// Bytes of a file, of a link's target; 0 for a folder.
    pub size: u64,
    /// When its content last changed.
    pub modified: SystemTime,
    /// Permission bits.
    pub mode: u32,
}

/// One name in a folder.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// More, where it was asked for or comes for free.
    pub stat: Option<Stat>,
}

/// Whether a walk needs sizes and times, which may cost a system call each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Names and kinds.
    Kinds,
    /// [`Entry::stat`] too.
    Stats,
}

/// The content of a file, as it was when it was opened.
pub trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

/// What [`Backend::put`] calls to have the content written.
pub type Fill<'a> = dyn FnMut(&mut dyn Write) -> Result<(), Fault> + 'a;

/// What [`Backend::walk`] calls for each entry: its path and what is known. `false`
/// from a folder leaves out what is below it.
pub type Visit<'a> = dyn FnMut(&str, &Entry) -> Result<bool, Fault> + 'a;

/// A store of files. Implement it to keep a workspace elsewhere than in memory, a
/// directory or SQLite.
///
/// Paths are normalized (`/`, `/a/b`), their folders hold no symbolic links, and no
/// method follows the last name: [`Workspace`](super::Workspace) resolves links, counts
/// quotas and puts one change after the other. Reads happen at any time beside that.
pub trait Backend: Send + Sync + fmt::Debug {
    /// What is at `path`; nothing if a folder of it is missing or is a file.
    ///
    /// # Errors
    ///
    /// When the store fails.
    fn lstat(&self, path: &str) -> Result<Option<Stat>, Fault>;

    /// The entries of a folder, sorted by name.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`] or [`Code::NotDirectory`], or when the store fails.
    fn list(&self, path: &str, detail: Detail) -> Result<Vec<Entry>, Fault>;

    /// Opens a file and says how long it is.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`], [`Code::IsDirectory`], or [`Code::Invalid`] for anything else
    /// that is no file, or when the store fails.
    fn open(&self, path: &str) -> Result<(u64, Box<dyn Source>), Fault>;

    /// What a link points at.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`] or [`Code::Invalid`], or when the store fails.
    fn readlink(&self, path: &str) -> Result<String, Fault>;

    /// Writes a file or replaces one, all at once: readers see the old content or the
    /// new one, and the old one stays when `fill` or the store fails. Without `mode`
    /// it keeps its own. `fill` may read from this backend, and may be called again.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`] without the folder, [`Code::IsDirectory`], what `fill` returns,
    /// or when the store fails.
    fn put(&self, path: &str, mode: Option<u32>, fill: &mut Fill<'_>) -> Result<(), Fault>;

    /// Makes a folder in one that exists, readable to all without `mode`.
    ///
    /// # Errors
    ///
    /// [`Code::Exists`] or [`Code::NotFound`], or when the store fails.
    fn mkdir(&self, path: &str, mode: Option<u32>) -> Result<(), Fault>;

    /// Makes a link. `target` is text; nothing need be there.
    ///
    /// # Errors
    ///
    /// [`Code::Exists`] or [`Code::NotFound`], or when the store fails.
    fn symlink(&self, target: &str, path: &str) -> Result<(), Fault>;

    /// Removes a file, a link or an empty folder.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`] or [`Code::NotEmpty`], or when the store fails.
    fn remove(&self, path: &str) -> Result<(), Fault>;

    /// Moves an entry to a path where nothing is, or over a file or link.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`], or when the store fails.
    fn rename(&self, from: &str, to: &str) -> Result<(), Fault>;

    /// The limits of a workspace that is given none.
    fn usual_limits(&self) -> Limits {
        Limits::new()
    }

    /// Whether writes are refused.
    fn is_read_only(&self) -> bool {
        false
    }

    /// Visits everything below a folder, folders before what is in them. Folders that
    /// vanish on the way are passed over.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list) for the folder itself, and what `visit` returns.
    fn walk(&self, path: &str, detail: Detail, visit: &mut Visit<'_>) -> Result<(), Fault> {
        let mut pending = vec![path.to_owned()];
        while let Some(folder) = pending.pop() {
            let entries = match self.list(&folder, detail) {
                Err(fault) if folder != path && is_gone(&fault) => continue,
                entries => entries?,
            };
            for entry in entries {
                let path = path::join(&folder, &entry.name);
                if visit(&path, &entry)? && entry.kind == Kind::Directory {
                    pending.push(path);
                }
            }
        }
        Ok(())
    }
}

/// Whether someone removed or replaced a folder under a walk.
pub(super) fn is_gone(fault: &Fault) -> bool {
    matches!(fault.code(), Code::NotFound | Code::NotDirectory)
}
