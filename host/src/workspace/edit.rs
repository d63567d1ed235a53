//! Writing: one call's changes, counted against quotas and kept so that they can be
//! taken back.

use std::io::{self, Read as _};
use std::ops::Deref;

use sha2::{Digest as _, Sha256};

use super::backend::{Fill, Kind};
use super::fault::{Code, Failure, Fault};
use super::meter::{Metered, Written, hex};
use super::path;
use super::step::{Before, Step};
use super::tree::{Last, Tree};

/// What to do when a change replaces more content than may be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overflow {
    /// Go on without a way back: the change is atomic, or no one needs it.
    Forget,
    /// Refuse it while everything can still be restored.
    Refuse,
}

/// The changes of one call, in their order.
#[derive(Debug)]
pub(super) struct Edit<'a> {
    tree: &'a Tree,
    steps: Vec<Step>,
    held: u64,
    overflow: Overflow,
    is_forgotten: bool,
    is_rolling_back: bool,
}

impl Deref for Edit<'_> {
    type Target = Tree;

    fn deref(&self) -> &Tree {
        self.tree
    }
}

impl<'a> Edit<'a> {
    pub(super) fn new(tree: &'a Tree) -> Self {
        Self {
            tree,
            steps: Vec::new(),
            held: 0,
            overflow: Overflow::Forget,
            is_forgotten: false,
            is_rolling_back: false,
        }
    }

    /// From here on all changes can be taken back, or are refused.
    pub(super) fn hold_everything(&mut self) {
        self.overflow = Overflow::Refuse;
    }

    /// What is read while this writes.
    pub(super) fn tree(&self) -> &'a Tree {
        self.tree
    }

    /// From here on nothing is taken back if something fails.
    pub(super) fn keep_on_failure(&mut self) {
        self.steps = Vec::new();
        self.is_forgotten = true;
        self.overflow = Overflow::Forget;
    }

    /// The changes, if all of them can be taken back with at most `undo_bytes`.
    pub(super) fn into_steps(self) -> Option<Vec<Step>> {
        let is_kept = !self.is_forgotten && self.held <= self.limits.undo_bytes;
        is_kept.then_some(self.steps)
    }

    /// Writes a file that may be there, through links, with the folders it needs.
    pub(super) fn write(
        &mut self,
        shown: &str,
        operation: &str,
        mode: Option<u32>,
        fill: &mut Fill<'_>,
    ) -> Result<(), Failure> {
        let place = self.locate(shown, operation, Last::Followed)?;
        if place.kind() == Some(Kind::Directory) {
            return Err(Fault::new(Code::IsDirectory).at(operation, shown));
        }
        self.make_parents(&place.path)
            .and_then(|()| self.put(&place.path, mode, fill))
            .map_err(|fault| fault.at(operation, shown))
    }

    /// The same with content at hand.
    pub(super) fn write_bytes(&mut self, shown: &str, content: &[u8]) -> Result<(), Failure> {
        let fill: &mut Fill<'_> = &mut |out| Ok(out.write_all(content)?);
        self.write(shown, "write", None, fill)
    }

    /// Makes the folders that a path without links needs.
    pub(super) fn make_parents(&mut self, path: &str) -> Result<(), Fault> {
        self.make_folders(path::parent(path))
    }

    /// Makes a folder at a path without links, and those that it needs.
    pub(super) fn make_folders(&mut self, path: &str) -> Result<(), Fault> {
        let mut missing = Vec::new();
        let mut folder = path;
        loop {
            match self.backend.lstat(folder)? {
                Some(stat) if stat.kind == Kind::Directory => break,
                Some(_) => return Err(Code::NotDirectory.into()),
                None => missing.push(folder.to_owned()),
            }
            folder = path::parent(folder);
        }
        for folder in missing.iter().rev() {
            self.mkdir(folder, None)?;
        }
        Ok(())
    }

    pub(super) fn put(
        &mut self,
        path: &str,
        mode: Option<u32>,
        fill: &mut Fill<'_>,
    ) -> Result<(), Fault> {
        self.check_writable()?;
        let old = self.backend.lstat(path)?;
        let old = old.filter(|stat| stat.kind == Kind::File);
        if old.is_none() {
            self.check_entries()?;
        }
        let before = match &old {
            Some(_) => self.before(path)?,
            None => None,
        };
        let old_bytes = old.as_ref().map_or(0, |stat| stat.size);
        let written = match self.try_put(path, mode, old_bytes, fill) {
            Err(fault) if fault.code() == Code::NoSpace => {
                self.tree.forget_usage();
                self.try_put(path, mode, old_bytes, fill)?
            }
            written => written?,
        };
        self.tree.change_usage(|usage| {
            usage.bytes = (usage.bytes + written.bytes).saturating_sub(old_bytes);
            usage.entries += u64::from(old.is_none());
        });
        if old.is_none() || before.is_some() {
            self.keep(Step::Wrote {
                path: path.to_owned(),
                before,
                after: written.sha256,
            });
        }
        Ok(())
    }

    fn try_put(
        &self,
        path: &str,
        mode: Option<u32>,
        old_bytes: u64,
        fill: &mut Fill<'_>,
    ) -> Result<Written, Fault> {
        // What was there before fitted, or was let in by someone else.
        let unlimited = (u64::MAX, u64::MAX);
        let (file_bytes, total_bytes) = match self.is_rolling_back {
            true => unlimited,
            false => (self.limits.file_bytes, self.limits.total_bytes),
        };
        let used = self.usage()?.bytes.saturating_sub(old_bytes);
        let mut written = Written::default();
        self.backend.put(path, mode, &mut |out| {
            let mut metered = Metered::new(out, file_bytes, total_bytes, used);
            fill(&mut metered)?;
            written = metered.finish();
            Ok(())
        })?;
        Ok(written)
    }

    pub(super) fn mkdir(&mut self, path: &str, mode: Option<u32>) -> Result<(), Fault> {
        self.check_writable()?;
        self.check_entries()?;
        self.backend.mkdir(path, mode)?;
        self.tree.change_usage(|usage| usage.entries += 1);
        let path = path.to_owned();
        self.keep(Step::Made { path });
        Ok(())
    }

    pub(super) fn symlink(&mut self, target: &str, path: &str) -> Result<(), Fault> {
        self.check_writable()?;
        self.check_entries()?;
        self.backend.symlink(target, path)?;
        self.tree.change_usage(|usage| usage.entries += 1);
        let (path, target) = (path.to_owned(), target.to_owned());
        self.keep(Step::Linked { path, target });
        Ok(())
    }

    /// Removes a file, a link or an empty folder.
    pub(super) fn remove(&mut self, path: &str) -> Result<(), Fault> {
        self.check_writable()?;
        let stat = self.backend.lstat(path)?.ok_or(Code::NotFound)?;
        let before = self.before(path)?;
        self.backend.remove(path)?;
        self.tree.change_usage(|usage| {
            usage.entries = usage.entries.saturating_sub(1);
            if stat.kind == Kind::File {
                usage.bytes = usage.bytes.saturating_sub(stat.size);
            }
        });
        if let Some(before) = before {
            let path = path.to_owned();
            self.keep(Step::Removed { path, before });
        }
        Ok(())
    }

    /// Moves to where nothing is, or over a file or a link.
    pub(super) fn rename(&mut self, from: &str, to: &str) -> Result<(), Fault> {
        self.check_writable()?;
        let old = self.backend.lstat(to)?;
        let before = match &old {
            Some(_) => self.before(to)?,
            None => None,
        };
        let print = match self.is_forgotten || self.is_rolling_back {
            true => None,
            false => self.print(from)?,
        };
        self.backend.rename(from, to)?;
        if let Some(old) = old {
            self.tree.change_usage(|usage| {
                usage.entries = usage.entries.saturating_sub(1);
                let bytes = if old.kind == Kind::File { old.size } else { 0 };
                usage.bytes = usage.bytes.saturating_sub(bytes);
            });
        }
        if let Some(before) = before {
            let path = to.to_owned();
            self.keep(Step::Removed { path, before });
        }
        let (from, to) = (from.to_owned(), to.to_owned());
        match print {
            Some(print) => self.keep(Step::Moved { from, to, print }),
            None => self.forget(),
        }
        Ok(())
    }

    /// Takes back what was done, as far as it was held.
    pub(super) fn roll_back(&mut self) -> Result<(), Fault> {
        if self.is_forgotten {
            return match self.overflow {
                Overflow::Forget => Ok(()),
                Overflow::Refuse => Err(Code::Stale.into()),
            };
        }
        self.is_rolling_back = true;
        while let Some(step) = self.steps.pop() {
            self.invert(step)?;
        }
        Ok(())
    }

    /// Does the opposite of a step.
    pub(super) fn invert(&mut self, step: Step) -> Result<(), Fault> {
        match step {
            Step::Wrote { path, before, .. } => match before {
                Some(before) => self.restore(&path, &before),
                None => self.remove(&path),
            },
            Step::Made { path } | Step::Linked { path, .. } => self.remove(&path),
            Step::Removed { path, before } => self.restore(&path, &before),
            Step::Moved { from, to, .. } => self.rename(&to, &from),
        }
    }

    fn restore(&mut self, path: &str, before: &Before) -> Result<(), Fault> {
        match before {
            Before::File { content, mode } => {
                self.put(path, Some(*mode), &mut |out| Ok(out.write_all(content)?))
            }
            Before::Directory { mode } => self.mkdir(path, Some(*mode)),
            Before::Symlink { target } => self.symlink(target, path),
        }
    }

    fn check_writable(&self) -> Result<(), Fault> {
        match self.backend.is_read_only() {
            true => Err(Code::ReadOnly.into()),
            false => Ok(()),
        }
    }

    fn check_entries(&self) -> Result<(), Fault> {
        let most = self.limits.entries;
        if self.usage()?.entries < most || self.is_rolling_back {
            return Ok(());
        }
        self.tree.forget_usage();
        if self.usage()?.entries < most {
            return Ok(());
        }
        let text = format!("the workspace holds at most {most} files, folders and links");
        Err(Fault::with_text(Code::NoSpace, text))
    }

    /// What is at a path, if it is still to be held.
    fn before(&mut self, path: &str) -> Result<Option<Before>, Fault> {
        if self.is_forgotten || self.is_rolling_back {
            return Ok(None);
        }
        let stat = self.backend.lstat(path)?.ok_or(Code::NotFound)?;
        let mode = stat.mode;
        Ok(Some(match stat.kind {
            Kind::Directory => Before::Directory { mode },
            Kind::Symlink => Before::Symlink {
                target: self.backend.readlink(path)?,
            },
            Kind::File => {
                let room = self.room();
                let mut content = Vec::new();
                if stat.size <= room {
                    let source = self.backend.open(path)?.1;
                    source.take(room + 1).read_to_end(&mut content)?;
                }
                if stat.size.max(content.len() as u64) > room {
                    if self.overflow == Overflow::Refuse {
                        let most = self.limits.batch_bytes;
                        let text = format!(
                            "the batch replaces more than {most} bytes, which could not be \
                             restored if it failed; split it"
                        );
                        return Err(Fault::with_text(Code::TooBig, text));
                    }
                    self.forget();
                    return Ok(None);
                }
                self.held += content.len() as u64;
                Before::File { content, mode }
            }
        }))
    }

    fn room(&self) -> u64 {
        let most = match self.overflow {
            Overflow::Forget => self.limits.undo_bytes,
            Overflow::Refuse => self.limits.batch_bytes,
        };
        most.saturating_sub(self.held)
    }

    /// A digest of a file, a link, or a folder with all that is in it; nothing if
    /// that is more than an undo may hold.
    pub(super) fn print(&self, path: &str) -> Result<Option<String>, Fault> {
        let mut sum = Sha256::new();
        let mut room = self.limits.undo_bytes;
        let mut pending = vec![(path.to_owned(), String::new())];
        while let Some((path, name)) = pending.pop() {
            let stat = self.backend.lstat(&path)?.ok_or(Code::NotFound)?;
            sum.update(format!("{}\0{name}\0{}\0", stat.kind.as_str(), stat.size));
            match stat.kind {
                Kind::Symlink => sum.update(self.backend.readlink(&path)?),
                Kind::Directory => {
                    let entries = self.backend.list(&path, super::backend::Detail::Kinds)?;
                    sum.update(entries.len().to_le_bytes());
                    let below = |name: String| (path::join(&path, &name), name);
                    pending.extend(entries.into_iter().map(|entry| below(entry.name)));
                }
                Kind::File if stat.size > room => return Ok(None),
                Kind::File => {
                    room -= stat.size;
                    let mut source = self.backend.open(&path)?.1;
                    io::copy(&mut source, &mut sum)?;
                }
            }
        }
        Ok(Some(hex(&sum.finalize())))
    }

    fn keep(&mut self, step: Step) {
        if !self.is_forgotten && !self.is_rolling_back {
            self.steps.push(step);
        }
    }

    fn forget(&mut self) {
        if !self.is_rolling_back {
            self.is_forgotten = true;
            self.steps = Vec::new();
        }
    }
}
