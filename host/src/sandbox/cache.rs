//! Machine code on disk, so that a process compiles the guest once per machine.
//!
//! Loading machine code is running it, which is why Wasmtime calls it `unsafe`.
//! What is loaded here was written by this crate, for this user: the folder must
//! belong to the user and admit nobody else, or it is not used at all; a file
//! appears under its name only when it is complete (a rename); and the name holds
//! the digest of the guest and everything of Wasmtime's configuration and version
//! that machine code depends on, which Wasmtime checks again. Who can write there
//! can already run code as this user.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use wasmtime::Engine;
use wasmtime::component::Component;

use super::guest::Guest;

/// Compiles the guest, or loads what an earlier process compiled.
pub(super) fn component(
    engine: &Engine,
    guest: &Guest,
    folder: Option<&Path>,
) -> wasmtime::Result<Component> {
    let Some(file) = folder.and_then(|folder| file(engine, guest, folder)) else {
        return Component::new(engine, guest.bytes());
    };
    if file.is_file() {
        #[expect(
            unsafe_code,
            reason = "machine code that this crate wrote for this user"
        )]
        // SAFETY: the file was written by this crate for this user, see the head of this module.
        let loaded = unsafe { Component::deserialize_file(engine, &file) };
        // A file that does not load is of another version, or damaged: made anew.
        if let Ok(component) = loaded {
            return Ok(component);
        }
    }
    let component = Component::new(engine, guest.bytes())?;
    // A cache that cannot be written only costs time.
    let _ = component.serialize().map(|code| store(&file, &code));
    Ok(component)
}

fn file(engine: &Engine, guest: &Guest, folder: &Path) -> Option<PathBuf> {
    prepare(folder).ok()?;
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    let guest = guest.digest().get(..16)?;
    Some(folder.join(format!("{guest}-{:016x}.cwasm", hasher.finish())))
}

fn store(file: &Path, code: &[u8]) -> std::io::Result<()> {
    let part = file.with_extension(format!("{}.part", std::process::id()));
    let mut output = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&part)?;
    let written = output
        .write_all(code)
        .and_then(|()| fs::rename(&part, file));
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}

/// Makes the folder, and refuses one that others can write to.
#[cfg(unix)]
fn prepare(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};

    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let metadata = fs::symlink_metadata(folder)?;
    let user = fs::metadata("/proc/self").map_or_else(|_| metadata.uid(), |own| own.uid());
    if !metadata.is_dir() || metadata.uid() != user || metadata.mode() & 0o022 != 0 {
        return Err(std::io::ErrorKind::PermissionDenied.into());
    }
    Ok(())
}

/// Elsewhere the folder of the user's profile is the user's own.
#[cfg(not(unix))]
fn prepare(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}

/// Where the operating system keeps a user's caches.
pub(super) fn default_folder() -> Option<PathBuf> {
    let variable = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let base = variable("XDG_CACHE_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .or_else(|| Some(variable("HOME")?.join(".cache")))?;
    Some(base.join("codecell"))
}
