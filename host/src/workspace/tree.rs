//! Reading: paths with links resolved, over any backend.

use std::io::Read as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};

use super::backend::{Backend, Detail, Entry, Kind, Source, Stat};
use super::fault::{Code, Failure, Fault};
use super::limits::Limits;
use super::meter::hex;
use super::path;

/// Links that one path may lead through.
const MAX_LINKS: usize = 40;

/// A backend and what is counted of it.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) backend: Box<dyn Backend>,
    pub(super) limits: Limits,
    usage: Mutex<Option<Usage>>,
}

/// What quotas are counted against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Usage {
    pub(super) bytes: u64,
    pub(super) entries: u64,
}

/// Whether a link at the end of a path is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    Followed,
    Kept,
}

/// Where a path leads: a path without links, and what is there.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) stat: Option<Stat>,
}

impl Place {
    pub(super) fn kind(&self) -> Option<Kind> {
        self.stat.as_ref().map(|stat| stat.kind)
    }
}

impl Tree {
    pub(super) fn new(backend: Box<dyn Backend>, limits: Limits) -> Self {
        Self {
            backend,
            limits,
            usage: Mutex::new(None),
        }
    }

    /// Where `shown` leads. Nothing is there when a name is missing or a file is used
    /// as a folder; the names after it are kept.
    pub(super) fn locate(&self, shown: &str, operation: &str, last: Last) -> Located {
        self.resolve(shown, last)
            .map_err(|fault| fault.at(operation, shown))
    }

    pub(super) fn resolve(&self, shown: &str, last: Last) -> Result<Place, Fault> {
        let checked = path::check(shown)?;
        let mut pending: Vec<String> = path::names(&checked).rev().map(str::to_owned).collect();
        let mut path = "/".to_owned();
        let mut stat = self.backend.lstat("/")?;
        let mut links = 0;
        while let Some(name) = pending.pop() {
            let next = path::join(&path, &name);
            stat = match &stat {
                Some(folder) if folder.kind == Kind::Directory => self.backend.lstat(&next)?,
                _ => None,
            };
            let is_link = stat.as_ref().is_some_and(|stat| stat.kind == Kind::Symlink);
            if !is_link || (pending.is_empty() && last == Last::Kept) {
                path = next;
                continue;
            }
            links += 1;
            if links > MAX_LINKS {
                return Err(Code::Loop.into());
            }
            let target = path::check(&path::resolve(&path, &self.backend.readlink(&next)?))?;
            pending.extend(path::names(&target).rev().map(str::to_owned));
            path = "/".to_owned();
            stat = self.backend.lstat("/")?;
        }
        // A link may have led to a path that is longer than it looked.
        path::check(&path)?;
        Ok(Place { path, stat })
    }

    /// The same for what must be there.
    pub(super) fn existing(&self, shown: &str, operation: &str, last: Last) -> Existing {
        let place = self.locate(shown, operation, last)?;
        match place.stat {
            Some(stat) => Ok((place.path, stat)),
            None => Err(Fault::new(Code::NotFound).at(operation, shown)),
        }
    }

    /// Opens a file to read it.
    pub(super) fn open(&self, shown: &str) -> Result<(u64, Box<dyn Source>), Failure> {
        let (path, stat) = self.existing(shown, "open", Last::Followed)?;
        if stat.kind == Kind::Directory {
            return Err(Fault::new(Code::IsDirectory).at("read", shown));
        }
        self.backend
            .open(&path)
            .map_err(|fault| fault.at("open", shown))
    }

    /// All of a file, if it is not too long for that.
    pub(super) fn read(&self, shown: &str) -> Result<Vec<u8>, Failure> {
        let (size, source) = self.open(shown)?;
        self.take(size, source)
            .map_err(|fault| fault.at("read", shown))
    }

    /// The same, or nothing if there is no such file.
    pub(super) fn read_if_exists(&self, shown: &str) -> Result<Option<Vec<u8>>, Failure> {
        match self.read(shown) {
            Ok(content) => Ok(Some(content)),
            Err(failure) if failure.kind() == Some(Code::NotFound) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// All of a file at a path without links.
    pub(super) fn read_at(&self, path: &str) -> Result<Vec<u8>, Fault> {
        let (size, source) = self.backend.open(path)?;
        self.take(size, source)
    }

    /// The SHA-256 of a file at a path without links.
    pub(super) fn sha256(&self, path: &str) -> Result<String, Fault> {
        let mut sum = Sha256::new();
        std::io::copy(&mut self.backend.open(path)?.1, &mut sum)?;
        Ok(hex(&sum.finalize()))
    }

    fn take(&self, size: u64, source: Box<dyn Source>) -> Result<Vec<u8>, Fault> {
        let most = self.limits.read_bytes;
        let mut content = Vec::with_capacity(size.min(most) as usize);
        // The file may grow while it is read.
        source.take(most + 1).read_to_end(&mut content)?;
        if content.len() as u64 > most {
            let text = format!(
                "the file has {} bytes, at most {most} are taken at once; read it in ranges \
                 with offset and length, or search it",
                size.max(most + 1)
            );
            return Err(Fault::with_text(Code::TooBig, text));
        }
        Ok(content)
    }

    /// Refuses a result of more entries than one call returns.
    pub(super) fn check_results(&self, count: usize) -> Result<(), Fault> {
        let most = self.limits.results;
        if count <= most {
            return Ok(());
        }
        let text = format!("more than {most} results; narrow the search");
        Err(Fault::with_text(Code::TooBig, text))
    }

    fn usage_slot(&self) -> MutexGuard<'_, Option<Usage>> {
        self.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is used, counted if it is not known.
    pub(super) fn usage(&self) -> Result<Usage, Fault> {
        if let Some(usage) = *self.usage_slot() {
            return Ok(usage);
        }
        let mut usage = Usage::default();
        self.backend
            .walk("/", Detail::Stats, &mut |path, entry: &Entry| {
                usage.entries += 1;
                let stat = match &entry.stat {
                    Some(stat) => Some(stat.clone()),
                    None => self.backend.lstat(path)?,
                };
                let file = stat.filter(|stat| stat.kind == Kind::File);
                usage.bytes += file.map_or(0, |stat| stat.size);
                Ok(true)
            })?;
        *self.usage_slot() = Some(usage);
        Ok(usage)
    }

    pub(super) fn forget_usage(&self) {
        *self.usage_slot() = None;
    }

    pub(super) fn change_usage(&self, change: impl FnOnce(&mut Usage)) {
        if let Some(usage) = self.usage_slot().as_mut() {
            change(usage);
        }
    }
}

pub(super) type Located = Result<Place, Failure>;
pub(super) type Existing = Result<(String, Stat), Failure>;
