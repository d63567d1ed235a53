//! A directory of the host as a workspace.

use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use cap_std::fs::{
    Dir, FileType, Metadata, MetadataExt as _, OpenOptions, OpenOptionsExt as _, Permissions,
    PermissionsExt as _,
};
use rustix::fs::OFlags;

use super::backend::{Backend, Detail, Entry, Fill, Kind, Source, Stat};
use super::fault::{Code, Fault};
use super::path;

/// What files are called while they are written. Nobody sees those names.
const PARTIAL: (&str, &str) = (".codecell-", ".partial");

/// A directory that nothing leads out of: paths are opened beneath it by the kernel,
/// links are resolved in it, also those with absolute targets, and files are replaced,
/// never written through.
///
/// Entries that are no files, folders or links, and names that are no UTF-8, are not
/// there for the program. Other programs see what it writes as ordinary files, and its links
/// as relative ones that stay inside.
#[derive(Debug)]
pub struct Directory {
    root: Dir,
    is_read_only: bool,
}

impl Directory {
    /// Opens a directory that exists.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let root = Dir::open_ambient_dir(path, cap_std::ambient_authority())?;
        Ok(Self {
            root,
            is_read_only: false,
        })
    }

    /// Refuses all writes.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.is_read_only = true;
        self
    }

    fn check_writable(&self, path: &str) -> Result<(), Fault> {
        if self.is_read_only {
            return Err(Code::ReadOnly.into());
        }
        if is_partial(path::name(path)) {
            let text = "the name is kept for files that are being written";
            return Err(Fault::with_text(Code::NotPermitted, text));
        }
        Ok(())
    }

    fn stat(&self, path: &str, metadata: &Metadata) -> Result<Option<Stat>, Fault> {
        let Some(kind) = kind(metadata.file_type()) else {
            return Ok(None);
        };
        let size = match kind {
            Kind::File => metadata.len(),
            Kind::Directory => 0,
            Kind::Symlink => self.readlink(path)?.len() as u64,
        };
        let modified = metadata.modified().map(cap_std::time::SystemTime::into_std);
        Ok(Some(Stat {
            kind,
            size,
            modified: modified.unwrap_or(SystemTime::UNIX_EPOCH),
            mode: metadata.mode() & 0o777,
        }))
    }

    /// Removes what a crash left of files that were being written.
    fn remove_partial(&self, folder: &str) -> Result<(), Fault> {
        let folder = self.root.open_dir(relative(folder))?;
        for entry in folder.entries()? {
            let name = entry?.file_name();
            if name.to_str().is_some_and(is_partial) {
                folder.remove_file(&name)?;
            } else {
                return Err(Code::NotEmpty.into());
            }
        }
        Ok(())
    }

    /// Writes links anew whose text depends on how deep they are.
    fn relink(&self, from: &str, to: &str) -> Result<(), Fault> {
        let mut links = Vec::new();
        match self.lstat(to)?.map(|stat| stat.kind) {
            Some(Kind::Symlink) => links.push(to.to_owned()),
            Some(Kind::Directory) => self.walk(to, Detail::Kinds, &mut |path, entry| {
                if entry.kind == Kind::Symlink {
                    links.push(path.to_owned());
                }
                Ok(true)
            })?,
            _ => {}
        }
        for link in links {
            let old = format!("{from}{}", &link[to.len()..]);
            let text = self.root.read_link_contents(relative(&link))?;
            let target = decoded(&text.to_string_lossy(), path::depth(path::parent(&old)));
            if target.starts_with('/') {
                self.root.remove_file(relative(&link))?;
                self.symlink(&target, &link)?;
            }
        }
        Ok(())
    }
}

fn relative(path: &str) -> &str {
    match path.trim_start_matches('/') {
        "" => ".",
        path => path,
    }
}

fn is_partial(name: &str) -> bool {
    name.starts_with(PARTIAL.0) && name.ends_with(PARTIAL.1)
}

fn kind(file_type: FileType) -> Option<Kind> {
    if file_type.is_file() {
        Some(Kind::File)
    } else if file_type.is_dir() {
        Some(Kind::Directory)
    } else if file_type.is_symlink() {
        Some(Kind::Symlink)
    } else {
        None
    }
}

/// The text of a link, `depth` folders below the root, whose target may be absolute: what
/// it means to other programs must not leave the directory. `./` and then exactly as
/// many `../` as lead to the root stand for the root.
fn encoded(target: &str, depth: usize) -> String {
    match target.strip_prefix('/') {
        Some(rest) => format!("./{}{}", "../".repeat(depth), rest.trim_start_matches('/')),
        None if target.starts_with("./") => format!("./{target}"),
        None => target.to_owned(),
    }
}

fn decoded(text: &str, depth: usize) -> String {
    let Some(rest) = text.strip_prefix("./") else {
        return text.to_owned();
    };
    if rest.starts_with("./") {
        return rest.to_owned();
    }
    match rest.strip_prefix("../".repeat(depth).as_str()) {
        Some(rest) if !rest.starts_with("..") => format!("/{rest}"),
        _ => text.to_owned(),
    }
}

/// Nothing is there: not an error where one asks what is.
fn found<T>(result: io::Result<T>) -> Result<Option<T>, Fault> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) => match Fault::from(error) {
            fault if matches!(fault.code(), Code::NotFound | Code::NotDirectory) => Ok(None),
            fault => Err(fault),
        },
    }
}

impl Backend for Directory {
    fn lstat(&self, path: &str) -> Result<Option<Stat>, Fault> {
        if is_partial(path::name(path)) {
            return Ok(None);
        }
        let metadata = match path {
            "/" => Some(self.root.dir_metadata()?),
            path => found(self.root.symlink_metadata(relative(path)))?,
        };
        match metadata {
            Some(metadata) => self.stat(path, &metadata),
            None => Ok(None),
        }
    }

    fn list(&self, path: &str, detail: Detail) -> Result<Vec<Entry>, Fault> {
        let mut entries = Vec::new();
        for entry in self.root.read_dir(relative(path))? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            // What is not told with the name may be gone by the time it is asked for.
            let Some(kind) = found(entry.file_type())?.and_then(kind) else {
                continue;
            };
            if is_partial(&name) {
                continue;
            }
            let stat = match detail {
                Detail::Kinds => None,
                Detail::Stats => match found(entry.metadata())? {
                    Some(metadata) => self.stat(&path::join(path, &name), &metadata)?,
                    None => continue,
                },
            };
            entries.push(Entry { name, kind, stat });
        }
        entries.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        Ok(entries)
    }

    fn open(&self, path: &str) -> Result<(u64, Box<dyn Source>), Fault> {
        if is_partial(path::name(path)) {
            return Err(Code::NotFound.into());
        }
        let mut options = OpenOptions::new();
        // A pipe would wait for a writer.
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.read(true).custom_flags(flags.bits() as i32);
        let file = self.root.open_with(relative(path), &options)?;
        let metadata = file.metadata()?;
        match kind(metadata.file_type()) {
            Some(Kind::File) => Ok((metadata.len(), Box::new(file.into_std()))),
            Some(Kind::Directory) => Err(Code::IsDirectory.into()),
            _ => Err(Code::Invalid.into()),
        }
    }

    fn readlink(&self, path: &str) -> Result<String, Fault> {
        let text = self.root.read_link_contents(relative(path))?;
        let depth = path::depth(path::parent(path));
        Ok(decoded(&text.to_string_lossy(), depth))
    }

    fn put(&self, path: &str, mode: Option<u32>, fill: &mut Fill<'_>) -> Result<(), Fault> {
        self.check_writable(path)?;
        let folder = self.root.open_dir(relative(path::parent(path)))?;
        let name = path::name(path);
        let old = found(folder.symlink_metadata(name))?;
        match old.as_ref().map(|old| kind(old.file_type())) {
            Some(Some(Kind::Directory)) => return Err(Code::IsDirectory.into()),
            Some(None) => return Err(Fault::with_text(Code::NotPermitted, "not a file")),
            _ => {}
        }
        let old_file = old.filter(Metadata::is_file);
        let mode = mode.or(old_file.map(|old| old.mode() & 0o777));
        let partial = Partial::create(&folder)?;
        let mut out = BufWriter::with_capacity(1 << 16, &partial.file);
        fill(&mut out)?;
        out.flush()?;
        drop(out);
        if let Some(mode) = mode {
            partial
                .file
                .set_permissions(Permissions::from_mode(mode & 0o777))?;
        }
        folder.rename(&partial.name, &folder, name)?;
        partial.keep();
        Ok(())
    }

    fn mkdir(&self, path: &str, mode: Option<u32>) -> Result<(), Fault> {
        self.check_writable(path)?;
        self.root.create_dir(relative(path))?;
        if let Some(mode) = mode {
            let permissions = Permissions::from_mode(mode & 0o777);
            self.root.set_permissions(relative(path), permissions)?;
        }
        Ok(())
    }

    fn symlink(&self, target: &str, path: &str) -> Result<(), Fault> {
        self.check_writable(path)?;
        let text = encoded(target, path::depth(path::parent(path)));
        Ok(self.root.symlink_contents(text, relative(path))?)
    }

    fn remove(&self, path: &str) -> Result<(), Fault> {
        self.check_writable(path)?;
        let stat = self.lstat(path)?.ok_or(Code::NotFound)?;
        if stat.kind != Kind::Directory {
            return Ok(self.root.remove_file(relative(path))?);
        }
        match self.root.remove_dir(relative(path)).map_err(Fault::from) {
            Err(fault) if fault.code() == Code::NotEmpty => {
                self.remove_partial(path)?;
                Ok(self.root.remove_dir(relative(path))?)
            }
            removed => removed,
        }
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), Fault> {
        self.check_writable(from)?;
        self.check_writable(to)?;
        self.root.rename(relative(from), &self.root, relative(to))?;
        match path::depth(from) == path::depth(to) {
            true => Ok(()),
            false => self.relink(from, to),
        }
    }

    fn is_read_only(&self) -> bool {
        self.is_read_only
    }
}

/// A file that is being written; it goes away unless it is kept.
struct Partial<'a> {
    folder: &'a Dir,
    name: String,
    file: cap_std::fs::File,
    is_kept: bool,
}

impl<'a> Partial<'a> {
    fn create(folder: &'a Dir) -> Result<Self, Fault> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let (head, tail) = PARTIAL;
            let name = format!("{head}{}-{count}{tail}", std::process::id());
            match folder.open_with(&name, &options) {
                // Another process of the same number, in a container of its own.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error.into()),
                Ok(file) => {
                    return Ok(Self {
                        folder,
                        name,
                        file,
                        is_kept: false,
                    });
                }
            }
        }
    }

    fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for Partial<'_> {
    fn drop(&mut self) {
        if !self.is_kept {
            // What stays is not seen, and goes with its folder.
            let _: io::Result<()> = self.folder.remove_file(&self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_relative_on_disk_and_come_back_as_they_were() {
        let cases = [
            ("/a/b", 0, "./a/b"),
            ("/a/b", 2, "./../../a/b"),
            ("/", 1, "./../"),
            ("a/b", 1, "a/b"),
            ("../a", 1, "../a"),
            ("./../a", 1, "././../a"),
        ];

        for (target, depth, text) in cases {
            assert_eq!(encoded(target, depth), text);
            assert_eq!(decoded(text, depth), target);
        }
    }
}
