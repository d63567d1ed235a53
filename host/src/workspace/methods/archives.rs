//! Methods for tar archives and gzip files, as streams.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tar::{Archive, Builder, EntryType, Header};

use super::super::args::Arguments;
use super::super::backend::{Detail, Fill, Kind, Stat};
use super::super::edit::Edit;
use super::super::fault::{Code, Failure, Fault};
use super::super::tree::{Last, Tree};
use super::super::{Answer, path, time};

/// A file or a folder to be packed.
struct Packed {
    /// Where it is.
    path: String,
    /// What it is called in the archive.
    name: String,
    stat: Stat,
}

fn entry(name: &str, kind: Kind, size: u64) -> Value {
    json!({ "path": name, "type": kind.as_str(), "size": size })
}

pub(super) fn create_archive(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    let path = arguments.text(0)?;
    let sources: Vec<String> = arguments.parsed(1)?;
    let mut packed = Vec::new();
    for source in &sources {
        collect(edit, source, &mut packed)?;
        let count = edit.check_results(packed.len());
        count.map_err(|fault| fault.at("pack", source))?;
    }
    let tree = edit.tree();
    let mut written = 0;
    let fill: &mut Fill<'_> = &mut |out| {
        let counted = Counted { out, count: 0 };
        let mut builder = Builder::new(counted);
        for item in &packed {
            pack(tree, item, &mut builder)?;
        }
        written = builder.into_inner()?.count;
        Ok(())
    };
    edit.write(path, "write", None, fill)?;
    let entries = packed
        .iter()
        .map(|item| entry(&item.name, item.stat.kind, item.stat.size));
    Ok(Some(json!({
        "path": path, "entries": entries.collect::<Vec<_>>(), "bytesWritten": written,
    })))
}

/// All files and folders of a source. Links are left out.
fn collect(tree: &Tree, source: &str, packed: &mut Vec<Packed>) -> Result<(), Failure> {
    let fail = |fault: Fault| fault.at("pack", source);
    let place = tree.locate(source, "walk", Last::Kept)?;
    let Some(stat) = place.stat else {
        let fault = Fault::new(Code::NotFound);
        return Err(Failure::new(format!("{fault}: {source}")));
    };
    let base = path::normalize(source);
    let name = match base.trim_start_matches('/') {
        "" => ".",
        name => name,
    };
    let first = packed.len();
    let is_folder = stat.kind == Kind::Directory;
    if stat.kind != Kind::Symlink {
        packed.push(Packed {
            path: place.path.clone(),
            name: name.to_owned(),
            stat,
        });
    }
    if !is_folder {
        return Ok(());
    }
    let walked = tree
        .backend
        .walk(&place.path, Detail::Stats, &mut |path, entry| {
            let stat = match &entry.stat {
                Some(stat) => Some(stat.clone()),
                None => tree.backend.lstat(path)?,
            };
            let below = path.strip_prefix(place.path.as_str()).unwrap_or(path);
            let name = path::normalize(&format!("{base}/{below}"));
            if let Some(stat) = stat.filter(|stat| stat.kind != Kind::Symlink) {
                packed.push(Packed {
                    path: path.to_owned(),
                    name: name[1..].to_owned(),
                    stat,
                });
                tree.check_results(packed.len())?;
            }
            Ok(true)
        });
    walked.map_err(fail)?;
    packed[first..].sort_by(|one, other| path::names(&one.path).cmp(path::names(&other.path)));
    Ok(())
}

fn pack(tree: &Tree, item: &Packed, out: &mut Builder<impl Write>) -> Result<(), Fault> {
    let mut header = Header::new_gnu();
    header.set_mode(item.stat.mode);
    header.set_mtime(u64::try_from(time::millis(item.stat.modified) / 1000).unwrap_or(0));
    if item.stat.kind == Kind::Directory {
        header.set_entry_type(EntryType::Directory);
        header.set_size(0);
        out.append_data(&mut header, &item.name, io::empty())?;
        return Ok(());
    }
    // The size that the header says must be the size that follows.
    let (size, source) = tree.backend.open(&item.path)?;
    header.set_size(size);
    let mut exact = Exact { source, left: size };
    out.append_data(&mut header, &item.name, &mut exact)?;
    Ok(())
}

/// Reads as many bytes as were promised, or fails.
struct Exact<R> {
    source: R,
    left: u64,
}

impl<R: Read> Read for Exact<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer
            .len()
            .min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let count = self.source.read(&mut buffer[..most])?;
        if count == 0 && most > 0 {
            return Err(Fault::new(Code::Stale).into());
        }
        self.left -= count as u64;
        Ok(count)
    }
}

struct Counted<W> {
    out: W,
    count: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.count += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What an entry is called, what it is, and how long. Nothing for links and devices,
/// which are left out.
fn listed<R: Read>(entry: &tar::Entry<'_, R>) -> Result<Option<(String, Kind, u64)>, Fault> {
    let kind = match entry.header().entry_type() {
        EntryType::Directory => Kind::Directory,
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => Kind::File,
        _ => return Ok(None),
    };
    let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    let name = match name.trim_end_matches('/') {
        "" => ".".to_owned(),
        name => name.to_owned(),
    };
    let size = if kind == Kind::File { entry.size() } else { 0 };
    Ok(Some((name, kind, size)))
}

fn not_an_archive(error: io::Error) -> Fault {
    if error.get_ref().is_some_and(|inner| inner.is::<Fault>()) {
        return error.into();
    }
    Fault::with_text(Code::Invalid, format!("not a tar archive: {error}"))
}

pub(super) fn list_archive(tree: &Tree, arguments: &Arguments) -> Answer {
    let path = arguments.text(0)?;
    let (_, source) = tree.open(path)?;
    let mut entries = list(tree, source).map_err(|fault| fault.at("list", path))?;
    entries.sort_by(|one, other| one.0.cmp(&other.0));
    let entries = entries
        .iter()
        .map(|(name, kind, size)| entry(name, *kind, *size));
    Ok(Some(entries.collect()))
}

fn list(tree: &Tree, source: impl Read) -> Result<Vec<(String, Kind, u64)>, Fault> {
    let mut archive = Archive::new(source);
    let mut entries = Vec::new();
    for entry in archive.entries().map_err(not_an_archive)? {
        entries.extend(listed(&entry.map_err(not_an_archive)?)?);
        tree.check_results(entries.len())?;
    }
    Ok(entries)
}

pub(super) fn extract_archive(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    let (path, destination) = (arguments.text(0)?, arguments.text(1)?);
    let (_, source) = edit.open(path)?;
    edit.hold_everything();
    let base = path::normalize(destination);
    let mut archive = Archive::new(source);
    let fail = |error: io::Error| not_an_archive(error).at("extract", path);
    let mut entries = Vec::new();
    for item in archive.entries().map_err(fail)? {
        let mut item = item.map_err(fail)?;
        let Some((name, kind, size)) = listed(&item).map_err(|fault| fault.at("extract", path))?
        else {
            continue;
        };
        if path::climbs_out("/", name.trim_start_matches('/')) {
            let text = format!("the archive's entry {name} leads out of the destination");
            return Err(Fault::with_text(Code::NotPermitted, text).at("extract", path));
        }
        let target = path::normalize(&format!("{base}/{name}"));
        extract(edit, &mut item, kind, &base, &target)?;
        entries.push(entry(&name, kind, size));
        let count = edit.check_results(entries.len());
        count.map_err(|fault| fault.at("extract", path))?;
    }
    Ok(Some(
        json!({ "destination": destination, "entries": entries }),
    ))
}

fn extract(
    edit: &mut Edit<'_>,
    item: &mut impl Read,
    kind: Kind,
    base: &str,
    target: &str,
) -> Result<(), Failure> {
    // A link below the destination could lead an entry elsewhere.
    let real_base = edit.locate(base, "extract", Last::Followed)?.path;
    let place = edit.locate(target, "extract", Last::Followed)?;
    if !path::is_within(&place.path, &real_base) {
        let text = "a link there leads out of the destination";
        return Err(Fault::with_text(Code::NotPermitted, text).at("extract", target));
    }
    let fail = |fault: Fault| fault.at("extract", target);
    if kind == Kind::Directory {
        return edit.make_folders(&place.path).map_err(fail);
    }
    // A stream is read once, and a write that did not fit is tried twice.
    let mut is_begun = false;
    let fill: &mut Fill<'_> = &mut |out| {
        if std::mem::replace(&mut is_begun, true) {
            let text = "no room for the archive's files";
            return Err(Fault::with_text(Code::NoSpace, text));
        }
        io::copy(item, out).map_err(not_an_archive)?;
        Ok(())
    };
    edit.write(&place.path, "extract", None, fill)
}

pub(super) fn compress_file(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    let path = arguments.text(0)?;
    let destination = match arguments.optional_text(1)? {
        Some(destination) => destination.to_owned(),
        None => format!("{path}.gz"),
    };
    convert(edit, path, &destination, |source, out| {
        let mut encoder = GzEncoder::new(out, Compression::default());
        io::copy(source, &mut encoder)?;
        encoder.finish()?;
        Ok(())
    })
}

pub(super) fn decompress_file(edit: &mut Edit<'_>, arguments: &Arguments) -> Answer {
    let path = arguments.text(0)?;
    let stem = match path
        .len()
        .checked_sub(3)
        .and_then(|at| path.split_at_checked(at))
    {
        Some((stem, end)) if end.eq_ignore_ascii_case(".gz") => stem,
        _ => path,
    };
    let destination = arguments.optional_text(1)?.unwrap_or(stem).to_owned();
    convert(edit, path, &destination, |source, out| {
        let mut decoder = MultiGzDecoder::new(source);
        io::copy(&mut decoder, out).map_err(|error| match Fault::from(error) {
            fault if fault.code() == Code::Io => {
                Fault::with_text(Code::Invalid, "not gzip data, or damaged")
            }
            fault => fault,
        })?;
        Ok(())
    })
}

fn convert(
    edit: &mut Edit<'_>,
    path: &str,
    destination: &str,
    through: impl Fn(&mut dyn Read, &mut dyn Write) -> Result<(), Fault>,
) -> Answer {
    let (_, mut source) = edit.open(path)?;
    let mut written = 0;
    let fill: &mut Fill<'_> = &mut |out| {
        source.rewind()?;
        let mut counted = Counted { out, count: 0 };
        through(&mut source, &mut counted)?;
        written = counted.count;
        Ok(())
    };
    edit.write(destination, "write", None, fill)?;
    Ok(Some(json!({
        "path": path, "destination": destination, "bytesWritten": written,
    })))
}
