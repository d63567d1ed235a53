//! Taking writes back: at once when one fails, later when someone asks for it.

use serde::{Deserialize, Serialize};

use super::backend::Kind;
use super::edit::Edit;
use super::fault::{Code, Failure, Fault};
use super::path;
use super::step::Step;
use super::tree::{Last, Tree};
use super::{Answer, Reply};

/// Steps of one record. A call of more has none.
const MAX_STEPS: usize = 10_000;

/// What takes one write back. Plain data: keep it wherever the log of calls is kept. It
/// holds the content that the write replaced, at most
/// [`Limits::undo_bytes`](super::Limits::undo_bytes) of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UndoRecord {
    steps: Vec<Step>,
}

/// Runs a write; takes back what it did if it fails.
pub(super) fn recorded(
    tree: &Tree,
    write: impl FnOnce(&mut Edit<'_>) -> Answer,
) -> Result<Reply, Failure> {
    let mut edit = Edit::new(tree);
    match write(&mut edit) {
        Ok(value) => {
            let steps = edit.into_steps().unwrap_or_default();
            let is_record = !steps.is_empty() && steps.len() <= MAX_STEPS;
            Ok(Reply {
                value,
                undo: is_record.then_some(UndoRecord { steps }),
            })
        }
        Err(failure) => {
            // The failure that counts is the first one.
            if edit.roll_back().is_err() {
                tree.forget_usage();
            }
            Err(failure)
        }
    }
}

impl UndoRecord {
    /// Paths that the write changed, in its order, each once.
    #[must_use]
    pub fn paths(&self) -> Vec<&str> {
        let mut paths = Vec::new();
        for path in self.steps.iter().flat_map(Step::paths) {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        paths
    }

    pub(super) fn apply(self, edit: &mut Edit<'_>) -> Answer {
        edit.hold_everything();
        for step in self.steps.into_iter().rev() {
            let path = step.path().to_owned();
            undo(edit, step).map_err(|fault| fault.at("undo", &path))?;
        }
        Ok(None)
    }
}

fn undo(edit: &mut Edit<'_>, step: Step) -> Result<(), Fault> {
    for path in step.paths() {
        // A record from elsewhere, or a folder that has become a link.
        if edit.resolve(path, Last::Kept)?.path != path || path == "/" {
            return Err(changed());
        }
    }
    if !stands(edit, &step)? {
        return Err(changed());
    }
    if let Step::Removed { path, .. } | Step::Moved { from: path, .. } = &step {
        let folder = edit.backend.lstat(path::parent(path))?;
        if folder.is_none_or(|stat| stat.kind != Kind::Directory) {
            return Err(changed());
        }
    }
    edit.invert(step).map_err(|fault| match fault.code() {
        Code::NotEmpty => changed(),
        _ => fault,
    })
}

/// Whether a step's outcome is still there.
fn stands(edit: &Edit<'_>, step: &Step) -> Result<bool, Fault> {
    let kind = |path: &str| -> Result<Option<Kind>, Fault> {
        Ok(edit.backend.lstat(path)?.map(|stat| stat.kind))
    };
    Ok(match step {
        Step::Wrote { path, after, .. } => {
            kind(path)? == Some(Kind::File) && edit.sha256(path)? == *after
        }
        Step::Made { path } => kind(path)? == Some(Kind::Directory),
        Step::Linked { path, target } => {
            kind(path)? == Some(Kind::Symlink) && edit.backend.readlink(path)? == *target
        }
        Step::Removed { path, .. } => kind(path)?.is_none(),
        Step::Moved { from, to, print } => {
            kind(from)?.is_none() && kind(to)?.is_some() && edit.print(to)?.as_ref() == Some(print)
        }
    })
}

fn changed() -> Fault {
    Fault::with_text(Code::Stale, "changed since, so nothing was undone")
}
