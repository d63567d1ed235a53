//! Methods for what is in a file.

use std::io::{self, Read as _, SeekFrom};

use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Digest as _;

use super::super::args::Arguments;
use super::super::backend::{Fill, Source};
use super::super::edit::Edit;
use super::super::fault::{Code, Failure, Fault};
use super::super::meter::hex;
use super::super::tree::{Last, Tree};
use super::super::{Answer, base64, path};

/// Bytes by which a file's kind is told.
const HEAD: u64 = 8192;

pub(super) fn capabilities(_: &Tree, _: &Arguments) -> Answer {
    let all = json!({ "chmod": true, "utimes": true, "hardLinks": true });
    Ok(Some(all))
}

pub(super) fn read_file(tree: &Tree, arguments: &Arguments) -> Answer {
    let path = arguments.text(0)?;
    let (offset, length) = (arguments.optional_count(1)?, arguments.optional_count(2)?);
    if offset.is_none() && length.is_none() {
        return Ok(Some(text(&tree.read(path)?).into()));
    }
    let offset = offset.unwrap_or(0);
    let (size, mut source) = tree.open(path)?;
    // A character belongs to the part that its first byte is in, so that parts add up.
    let part = (|| {
        let start = boundary(&mut source, size, offset)?;
        let end = boundary(
            &mut source,
            size,
            offset.saturating_add(length.unwrap_or(u64::MAX)),
        )?;
        range(tree, &mut source, start, end.saturating_sub(start))
    })();
    let bytes = part.map_err(|fault: Fault| fault.at("read", path))?;
    let text = match offset {
        0 => text(&bytes),
        _ => String::from_utf8_lossy(&bytes).into_owned(),
    };
    Ok(Some(text.into()))
}

/// The first place from `at` on where a character begins.
fn boundary(source: &mut Box<dyn Source>, size: u64, at: u64) -> Result<u64, Fault> {
    if at == 0 || at >= size {
        return Ok(at.min(size));
    }
    let mut next = [0; 3];
    source.seek(SeekFrom::Start(at))?;
    let count = source.by_ref().take(3).read(&mut next)?;
    let inside = |byte: &&u8| **byte & 0xC0 == 0x80;
    let skipped = next[..count].iter().take_while(inside).count() as u64;
    Ok(at + skipped)
}

fn range(
    tree: &Tree,
    source: &mut Box<dyn Source>,
    offset: u64,
    length: u64,
) -> Result<Vec<u8>, Fault> {
    let most = tree.limits.read_bytes;
    if length > most {
        let text = format!(
            "{length} bytes are wanted, at most {most} are taken at once; read a shorter range"
        );
        return Err(Fault::with_text(Code::TooBig, text));
    }
    source.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::with_capacity(length as usize);
    source.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub(super) fn read_file_bytes(tree: &Tree, arguments: &Arguments) -> Answer {
    let path = arguments.text(0)?;
    let (offset, length) = (arguments.optional_count(1)?, arguments.optional_count(2)?);
    if offset.is_none() && length.is_none() {
        return Ok(Some(base64::tagged(&tree.read(path)?)));
    }
    let (size, mut source) = tree.open(path)?;
    let offset = offset.unwrap_or(0).min(size);
    let length = length.unwrap_or(u64::MAX).min(size - offset);
    let bytes = range(tree, &mut source, offset, length).map_err(|fault| fault.at("read", path))?;
    Ok(Some(base64::tagged(&bytes)))
}

pub(super) fn write_file(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    let content = arguments.text(1)?;
    edit.write_bytes(arguments.text(0)?, content.as_bytes())?;
    Ok(None)
}

pub(super) fn write_file_bytes(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    let content = arguments.bytes(1)?;
    edit.write_bytes(arguments.text(0)?, &content)?;
    Ok(None)
}

pub(super) fn append_file(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    let (shown, more) = (arguments.text(0)?, arguments.text_or_bytes(1)?);
    let place = edit.locate(shown, "append", Last::Followed)?;
    let tree: &Tree = edit;
    let old = place.stat.map(|_| tree.backend.open(&place.path));
    let mut old = match old {
        Some(Err(fault)) if fault.code() == Code::IsDirectory => {
            return Err(fault.at("write", shown));
        }
        old => old.transpose().map_err(|fault| fault.at("append", shown))?,
    };
    let fill: &mut Fill<'_> = &mut |out| {
        if let Some((_, source)) = &mut old {
            source.rewind()?;
            io::copy(source, out)?;
        }
        Ok(out.write_all(&more)?)
    };
    edit.write(shown, "append", None, fill)?;
    Ok(None)
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct HashOptions {
    algorithm: Option<String>,
}

pub(super) fn hash_file(tree: &Tree, arguments: &Arguments) -> Answer {
    let path = arguments.text(0)?;
    let options: HashOptions = arguments.options(1)?;
    let (_, mut source) = tree.open(path)?;
    let hash = match options.algorithm.as_deref().unwrap_or("sha256") {
        "sha256" => digest(sha2::Sha256::new(), &mut source),
        "sha1" => digest(sha1::Sha1::new(), &mut source),
        "md5" => digest(md5::Md5::new(), &mut source),
        other => {
            let message = format!("Unknown hash algorithm \"{other}\": use sha256, sha1 or md5");
            return Err(Failure::new(message));
        }
    };
    Ok(Some(hash.map_err(|fault| fault.at("read", path))?.into()))
}

fn digest<D: sha2::Digest + io::Write>(
    mut digest: D,
    source: &mut dyn Source,
) -> Result<String, Fault> {
    io::copy(source, &mut digest)?;
    Ok(hex(&digest.finalize()))
}

pub(super) fn detect_file(tree: &Tree, arguments: &Arguments) -> Answer {
    let shown = arguments.text(0)?;
    let (_, source) = tree.open(shown)?;
    let mut head = Vec::new();
    let read = source.take(HEAD).read_to_end(&mut head);
    read.map_err(|error| Fault::from(error).at("read", shown))?;
    let normal = path::normalize(shown);
    let extension = path::name(&normal).rsplit_once('.');
    let extension = extension.map(|(_, extension)| extension.to_lowercase());
    let extension = extension.as_deref().unwrap_or_default();
    let is_text = head.iter().take(512).all(|byte| *byte >= 9);
    let mime = mime(extension, &head, is_text);
    let mut detection = json!({ "mime": mime });
    if extension.is_empty() {
        detection["description"] = Value::from(mime);
    } else {
        detection["description"] = Value::from(format!("{mime} ({extension})"));
        detection["extension"] = Value::from(extension);
    }
    detection["binary"] = Value::from(!is_text);
    Ok(Some(detection))
}

fn mime(extension: &str, head: &[u8], is_text: bool) -> String {
    let well_known = match extension {
        "js" => "application/javascript",
        "ts" => "application/typescript",
        "json" => "application/json",
        "html" => "text/html",
        "css" => "text/css",
        "md" => "text/markdown",
        "txt" => "text/plain",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "svg" => "image/svg+xml",
        "tar" => "application/x-tar",
        "gz" => "application/gzip",
        _ => "",
    };
    if !well_known.is_empty() {
        return well_known.to_owned();
    }
    if let Some(kind) = infer::get(head) {
        return kind.mime_type().to_owned();
    }
    let usual = if is_text {
        "text/plain"
    } else {
        "application/octet-stream"
    };
    let by_name = mime_guess::from_ext(extension).first_raw();
    by_name.unwrap_or(usual).to_owned()
}

/// What a program sees of bytes as text.
pub(super) fn text(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    String::from_utf8_lossy(bytes).into_owned()
}
