//! Methods for entries: what they are, folders and links.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::args::Arguments;
use super::super::backend::{Detail, Entry, Kind, Stat};
use super::super::edit::Edit;
use super::super::fault::{Code, Failure, Fault};
use super::super::tree::{Last, Tree};
use super::super::{Answer, path, time};

pub(super) fn exists(tree: &Tree, arguments: &Arguments) -> Answer {
    let place = tree.resolve(arguments.text(0)?, Last::Followed);
    let exists = match place {
        Ok(place) => place.stat.is_some(),
        // What cannot be a path is not there.
        Err(fault) if is_no_path(&fault) => false,
        Err(fault) => return Err(fault.at("access", arguments.text(0)?)),
    };
    Ok(Some(exists.into()))
}

fn is_no_path(fault: &Fault) -> bool {
    matches!(
        fault.code(),
        Code::NotFound | Code::Loop | Code::NameTooLong
    )
}

pub(super) fn stat(tree: &Tree, arguments: &Arguments) -> Answer {
    stat_of(tree, arguments.text(0)?, "stat", Last::Followed)
}

pub(super) fn lstat(tree: &Tree, arguments: &Arguments) -> Answer {
    stat_of(tree, arguments.text(0)?, "lstat", Last::Kept)
}

fn stat_of(tree: &Tree, path: &str, operation: &str, last: Last) -> Answer {
    match tree.resolve(path, last) {
        Ok(place) => Ok(Some(place.stat.as_ref().map_or(Value::Null, describe))),
        Err(fault) if fault.code() == Code::NotFound => Ok(Some(Value::Null)),
        Err(fault) => Err(fault.at(operation, path)),
    }
}

fn describe(stat: &Stat) -> Value {
    json!({
        "type": stat.kind.as_str(),
        "size": stat.size,
        "mtime": time::iso(stat.modified),
        "mode": stat.mode,
    })
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct MkdirOptions {
    recursive: Option<bool>,
}

pub(super) fn mkdir(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    let shown = arguments.text(0)?;
    let options: MkdirOptions = arguments.options(1)?;
    let is_recursive = options.recursive == Some(true);
    let fail = |fault: Fault| fault.at("mkdir", shown);
    let place = edit.locate(shown, "mkdir", Last::Kept)?;
    let kind = match place.kind() {
        Some(Kind::Symlink) if is_recursive => {
            let target = edit.locate(shown, "mkdir", Last::Followed)?;
            target.kind().or(Some(Kind::Symlink))
        }
        kind => kind,
    };
    match kind {
        Some(Kind::Directory) if is_recursive => return Ok(None),
        Some(Kind::Directory) => {
            let text = "directory already exists";
            return Err(fail(Fault::with_text(Code::Exists, text)));
        }
        Some(_) => return Err(fail(Code::Exists.into())),
        None => {}
    }
    let made = match is_recursive {
        true => edit.make_folders(&place.path),
        false => {
            let parent = edit
                .backend
                .lstat(path::parent(&place.path))
                .map_err(fail)?;
            match parent.map(|parent| parent.kind) {
                Some(Kind::Directory) => edit.mkdir(&place.path, None),
                _ => Err(Code::NotFound.into()),
            }
        }
    };
    made.map_err(fail)?;
    Ok(None)
}

fn entries(tree: &Tree, shown: &str) -> Result<Vec<Entry>, Failure> {
    let fail = |fault: Fault| fault.at("scandir", shown);
    let (path, stat) = tree.existing(shown, "scandir", Last::Followed)?;
    if stat.kind != Kind::Directory {
        return Err(fail(Code::NotDirectory.into()));
    }
    let entries = tree.backend.list(&path, Detail::Kinds).map_err(fail)?;
    tree.check_results(entries.len()).map_err(fail)?;
    Ok(entries)
}

pub(super) fn readdir(tree: &Tree, arguments: &Arguments) -> Answer {
    let entries = entries(tree, arguments.text(0)?)?;
    Ok(Some(entries.into_iter().map(|entry| entry.name).collect()))
}

pub(super) fn readdir_with_file_types(tree: &Tree, arguments: &Arguments) -> Answer {
    let entries = entries(tree, arguments.text(0)?)?;
    let entry = |entry: Entry| json!({ "name": entry.name, "type": entry.kind.as_str() });
    Ok(Some(entries.into_iter().map(entry).collect()))
}

pub(super) fn symlink(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    let (target, shown) = (arguments.text(0)?, arguments.text(1)?);
    let fail = |fault: Fault| fault.at("symlink", shown);
    let place = edit.locate(shown, "symlink", Last::Kept)?;
    if place.stat.is_some() {
        return Err(fail(Code::Exists.into()));
    }
    check_target(target, path::parent(&place.path)).map_err(fail)?;
    let made = edit
        .make_parents(&place.path)
        .and_then(|()| edit.symlink(target, &place.path));
    made.map_err(fail)?;
    Ok(None)
}

/// Refuses what a link in `folder` should not point at: other programs of the host
/// would follow it out of the workspace.
pub(super) fn check_target(target: &str, folder: &str) -> Result<(), Fault> {
    if target.trim().is_empty() || target.contains('\0') {
        let text = "a link's target must be a path";
        return Err(Fault::with_text(Code::Invalid, text));
    }
    if target.len() >= path::MAX_PATH {
        let text = format!("symlink target exceeds {} characters", path::MAX_PATH - 1);
        return Err(Fault::with_text(Code::NameTooLong, text));
    }
    if path::climbs_out(folder, target) {
        let text = format!("the link's target {target} leads out of the workspace");
        return Err(Fault::with_text(Code::NotPermitted, text));
    }
    Ok(())
}

pub(super) fn readlink(tree: &Tree, arguments: &Arguments) -> Answer {
    let shown = arguments.text(0)?;
    let (path, stat) = tree.existing(shown, "readlink", Last::Kept)?;
    let fail = |fault: Fault| fault.at("readlink", shown);
    if stat.kind != Kind::Symlink {
        return Err(fail(Code::Invalid.into()));
    }
    Ok(Some(tree.backend.readlink(&path).map_err(fail)?.into()))
}

pub(super) fn realpath(tree: &Tree, arguments: &Arguments) -> Answer {
    let (path, _) = tree.existing(arguments.text(0)?, "realpath", Last::Followed)?;
    Ok(Some(path.into()))
}

pub(super) fn resolve_path(_: &Tree, arguments: &Arguments) -> Answer {
    let path = path::resolve(arguments.text(0)?, arguments.text(1)?);
    Ok(Some(path.into()))
}
