//! Methods that remove, copy and move.

use std::io;

use serde::Deserialize;

use super::super::args::Arguments;
use super::super::backend::{Detail, Kind, Stat};
use super::super::edit::Edit;
use super::super::fault::{Code, Failure, Fault};
use super::super::tree::{Last, Tree};
use super::super::{Answer, path};
use super::folders;

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RmOptions {
    recursive: Option<bool>,
    force: Option<bool>,
}

pub(super) fn rm(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    let options: RmOptions = arguments.options(1)?;
    let is_set = |option: Option<bool>| option == Some(true);
    remove(
        edit,
        arguments.text(0)?,
        is_set(options.recursive),
        is_set(options.force),
    )
}

pub(super) fn remove_tree(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    remove(edit, arguments.text(0)?, true, true)
}

fn remove(edit: &mut Edit<'_>, shown: &str, is_recursive: bool, is_forced: bool) -> Answer {
    let fail = |fault: Fault| fault.at("rm", shown);
    let place = edit.locate(shown, "rm", Last::Kept)?;
    if place.path == "/" {
        let text = "cannot remove root";
        return Err(fail(Fault::with_text(Code::NotPermitted, text)));
    }
    let removed = match place.kind() {
        None if is_forced => Ok(()),
        None => Err(Code::NotFound.into()),
        Some(Kind::Directory) if is_recursive => clear(edit, &place.path),
        Some(_) => edit.remove(&place.path),
    };
    removed.map_err(fail)?;
    Ok(None)
}

/// Removes a folder and what is in it, the deepest first.
fn clear(edit: &mut Edit<'_>, folder: &str) -> Result<(), Fault> {
    let mut below = everything_below(edit, folder)?;
    below.sort_by(|one, other| other.0.cmp(&one.0));
    for (path, _) in below {
        edit.remove(&path)?;
    }
    edit.remove(folder)
}

fn everything_below(tree: &Tree, folder: &str) -> Result<Vec<(String, Kind)>, Fault> {
    let mut below = Vec::new();
    tree.backend
        .walk(folder, Detail::Kinds, &mut |path, entry| {
            below.push((path.to_owned(), entry.kind));
            Ok(true)
        })?;
    Ok(below)
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct TreeOptions {
    recursive: Option<bool>,
}

pub(super) fn cp(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    let options: TreeOptions = arguments.options(2)?;
    copy(
        edit,
        arguments.text(0)?,
        arguments.text(1)?,
        options.recursive == Some(true),
    )
}

pub(super) fn copy_tree(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    copy(edit, arguments.text(0)?, arguments.text(1)?, true)
}

fn copy(edit: &mut Edit<'_>, src: &str, dest: &str, is_recursive: bool) -> Answer {
    let (from, stat) = edit.existing(src, "cp", Last::Kept)?;
    if stat.kind == Kind::Directory && !is_recursive {
        return Err(Fault::with_text(Code::IsDirectory, "is a directory").at("cp", src));
    }
    let to = destination(edit, dest, stat.kind)?;
    if to == from {
        return Ok(None);
    }
    if stat.kind == Kind::Directory && (path::is_within(&to, &from) || to == "/") {
        let text = "cannot copy a directory into itself or over the root";
        return Err(Fault::with_text(Code::Invalid, text).at("cp", src));
    }
    // Half a copy is of no use to anyone.
    edit.hold_everything();
    let mut copied = edit.make_parents(&to);
    let below = match stat.kind {
        Kind::Directory => everything_below(edit, &from).map_err(|fault| fault.at("cp", src))?,
        _ => Vec::new(),
    };
    copied = copied.and_then(|()| copy_one(edit, &from, &to, stat.kind));
    for (path, kind) in below {
        let target = format!("{to}{}", &path[from.trim_end_matches('/').len()..]);
        copied = copied.and_then(|()| copy_one(edit, &path, &target, kind));
    }
    copied.map_err(|fault| fault.at("cp", dest))?;
    Ok(None)
}

/// Where a copy goes: over what a path leads to, except that a link is replaced by a link.
fn destination(edit: &Edit<'_>, dest: &str, kind: Kind) -> Result<String, Failure> {
    let last = match kind {
        Kind::Symlink => Last::Kept,
        _ => Last::Followed,
    };
    Ok(edit.locate(dest, "cp", last)?.path)
}

fn copy_one(edit: &mut Edit<'_>, from: &str, to: &str, kind: Kind) -> Result<(), Fault> {
    path::check(to)?;
    let old = edit.backend.lstat(to)?.map(|stat| stat.kind);
    match (kind, old) {
        (Kind::Directory, Some(Kind::Directory)) => Ok(()),
        (Kind::Directory, Some(_)) => Err(Code::NotDirectory.into()),
        (_, Some(Kind::Directory)) => Err(Code::IsDirectory.into()),
        (Kind::Directory, None) => {
            let mode = edit.backend.lstat(from)?.map(|stat| stat.mode);
            // What is copied into it must be let in.
            edit.mkdir(to, mode.map(|mode| mode | 0o700))
        }
        (Kind::Symlink, _) => {
            let target = edit.backend.readlink(from)?;
            folders::check_target(&target, path::parent(to))?;
            if old.is_some() {
                edit.remove(to)?;
            }
            edit.symlink(&target, to)
        }
        (Kind::File, _) => {
            if old == Some(Kind::Symlink) {
                edit.remove(to)?;
            }
            let mode = edit.backend.lstat(from)?.map(|stat| stat.mode);
            let tree: &Tree = edit.tree();
            edit.put(to, mode, &mut |out| {
                let mut source = tree.backend.open(from)?.1;
                io::copy(&mut source, out)?;
                Ok(())
            })
        }
    }
}

pub(super) fn mv(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    let options: TreeOptions = arguments.options(2)?;
    let is_recursive = options.recursive == Some(true);
    relocate(edit, arguments.text(0)?, arguments.text(1)?, is_recursive)
}

pub(super) fn move_tree(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    relocate(edit, arguments.text(0)?, arguments.text(1)?, true)
}

fn relocate(edit: &mut Edit<'_>, src: &str, dest: &str, is_recursive: bool) -> Answer {
    let (from, stat) = edit.existing(src, "cp", Last::Kept)?;
    if from == "/" {
        let text = "cannot move root";
        return Err(Fault::with_text(Code::NotPermitted, text).at("mv", src));
    }
    if stat.kind == Kind::Directory && !is_recursive {
        let message = format!("EISDIR: cannot move directory without recursive: {src}");
        return Err(Failure::new(message));
    }
    let to = edit.locate(dest, "mv", Last::Kept)?.path;
    if to == from {
        return Ok(None);
    }
    if path::is_within(&to, &from) {
        let text = "cannot move a directory into itself";
        return Err(Fault::with_text(Code::Invalid, text).at("mv", src));
    }
    let moved = relocate_to(edit, &from, &stat, &to);
    moved.map_err(|fault| fault.at("mv", dest))?;
    Ok(None)
}

fn relocate_to(edit: &mut Edit<'_>, from: &str, stat: &Stat, to: &str) -> Result<(), Fault> {
    check_moved(edit, from, stat.kind, to)?;
    let old = edit.backend.lstat(to)?.map(|stat| stat.kind);
    match (stat.kind, old) {
        (Kind::Directory, Some(Kind::Directory)) => edit.remove(to)?,
        (Kind::Directory, Some(_)) => return Err(Code::NotDirectory.into()),
        (_, Some(Kind::Directory)) => return Err(Code::IsDirectory.into()),
        (_, Some(_)) => {}
        (_, None) => edit.make_parents(to)?,
    }
    edit.rename(from, to)
}

/// Refuses a move that would make paths too long or lead a link out of the workspace.
fn check_moved(tree: &Tree, from: &str, kind: Kind, to: &str) -> Result<(), Fault> {
    let rises = path::depth(to) < path::depth(from);
    let is_longer = to.len() > from.len() || path::depth(to) > path::depth(from);
    if kind == Kind::File || !(rises || is_longer) {
        return Ok(());
    }
    let mut entries = vec![(from.to_owned(), kind)];
    if kind == Kind::Directory {
        entries.extend(everything_below(tree, from)?);
    }
    for (path, kind) in entries {
        let moved = format!("{to}{}", &path[from.len()..]);
        path::check(&moved)?;
        if kind == Kind::Symlink {
            let target = tree.backend.readlink(&path)?;
            folders::check_target(&target, path::parent(&moved))?;
        }
    }
    Ok(())
}
