//! Methods that replace text in files. All other bytes stay as they are.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::args::Arguments;
use super::super::backend::{Detail, Kind};
use super::super::edit::Edit;
use super::super::fault::{Failure, Fault};
use super::super::pattern::{self, Query, Scope};
use super::super::{Answer, diff, glob as globs};
use super::content;
use super::edits::Batch;

/// Options that only a search heeds are taken, as they are for `searchText`.
#[derive(Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ReplaceOptions {
    case_sensitive: Option<bool>,
    regex: Option<bool>,
    whole_word: Option<bool>,
    #[serde(rename = "contextBefore")]
    _context_before: Option<Value>,
    #[serde(rename = "contextAfter")]
    _context_after: Option<Value>,
    #[serde(rename = "maxMatches")]
    _max_matches: Option<Value>,
    dry_run: Option<bool>,
    rollback_on_error: Option<bool>,
}

impl ReplaceOptions {
    fn query(&self) -> Query {
        Query {
            case_sensitive: self.case_sensitive,
            regex: self.regex,
            whole_word: self.whole_word,
        }
    }
}

/// `content` with all matches replaced, literally, and how many there were.
pub(super) fn replaced(
    content: &[u8],
    search: &str,
    replacement: &str,
    options: &ReplaceOptions,
) -> Result<(usize, Vec<u8>), Failure> {
    let matcher = pattern::compile(search, &options.query(), Scope::Text)?;
    let mut out = Vec::with_capacity(content.len());
    let (mut count, mut copied) = (0, 0);
    pattern::each_match(&matcher, content, |range| {
        out.extend_from_slice(&content[copied..range.start()]);
        out.extend_from_slice(replacement.as_bytes());
        copied = range.end();
        count += 1;
        true
    });
    out.extend_from_slice(&content[copied..]);
    Ok((count, out))
}

pub(super) fn replace_in_file(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    let (path, search, replacement) = (arguments.text(0)?, arguments.text(1)?, arguments.text(2)?);
    let options: ReplaceOptions = arguments.options(3)?;
    let before = edit.read(path)?;
    let (count, after) = replaced(&before, search, replacement, &options)?;
    if count > 0 {
        edit.write_bytes(path, &after)?;
    }
    Ok(Some(
        json!({ "replaced": count, "content": content::text(&after) }),
    ))
}

pub(super) fn replace_in_files(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    let (pattern, search, replacement) =
        (arguments.text(0)?, arguments.text(1)?, arguments.text(2)?);
    let options: ReplaceOptions = arguments.options(3)?;
    let is_dry_run = options.dry_run == Some(true);
    let mut batch = Batch::begin(edit, "replaceInFiles", options.rollback_on_error);
    let found = globs::find(batch.edit, pattern, Detail::Kinds);
    let found = found.map_err(|failure| batch.fail(&failure))?;
    let mut files = Vec::new();
    let mut total = 0;
    for (path, entry) in found {
        if entry.kind != Kind::File {
            continue;
        }
        let mut one = || -> Result<Option<Value>, Failure> {
            let fail = |fault: Fault| fault.at("read", &path);
            let before = batch.edit.read_at(&path).map_err(fail)?;
            let (count, after) = replaced(&before, search, replacement, &options)?;
            if count == 0 {
                return Ok(None);
            }
            batch.hold(after.len(), &path)?;
            if !is_dry_run {
                batch.edit.write_bytes(&path, &after)?;
            }
            total += count;
            let (before, after) = (content::text(&before), content::text(&after));
            let diff = diff::unified(&before, &after, (&path, &path));
            Ok(Some(json!({
                "path": path, "replaced": count, "content": after, "diff": diff,
            })))
        };
        let file = one();
        files.extend(file.map_err(|failure| batch.fail(&failure))?);
    }
    Ok(Some(json!({
        "dryRun": is_dry_run,
        "totalFiles": files.len(),
        "files": files,
        "totalReplacements": total,
    })))
}
