//! What the artefact was made from, and whether that is what is here.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use sha2::{Digest as _, Sha256};

/// The embedded component.
pub(crate) const ARTEFACT: &str = "host/guest/guest.wasm";
/// The record of what it was made from.
pub(crate) const RECORD: &str = "host/guest/guest.toml";
/// The custom section that holds the digest of the sources.
#[cfg_attr(
    not(feature = "guest"),
    expect(dead_code, reason = "only building writes it")
)]
pub(crate) const SECTION: &str = "codecell.sources";

/// Everything that the bytes of the artefact depend on, toolchain aside.
const INPUTS: &[&str] = &[
    "guest-runtime",
    "wit",
    "xtask/src/adapter.rs",
    "xtask/src/adapter.wat",
    "xtask/src/arguments.rs",
    "xtask/src/functions.rs",
    "xtask/src/guest.rs",
    "xtask/src/image.rs",
    "xtask/src/layout.rs",
    "xtask/src/quickjs.rs",
    "xtask/src/toolchain.rs",
    "xtask/src/training",
    "xtask/src/watch.rs",
];

/// The digest of all inputs, by path and content.
pub(crate) fn digest(root: &Path) -> Result<String> {
    let mut files = Vec::new();
    for input in INPUTS {
        collect(&root.join(input), &mut files)?;
    }
    files.sort();
    let mut hasher = Sha256::new();
    for file in files {
        let name = file
            .strip_prefix(root)?
            .to_string_lossy()
            .replace('\\', "/");
        let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        hasher.update((name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
        hasher.update((content.len() as u64).to_le_bytes());
        hasher.update(&content);
    }
    Ok(hex(&hasher.finalize()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    if path.file_name().is_some_and(|name| name == "target") {
        return Ok(());
    }
    for entry in fs::read_dir(path).with_context(|| format!("cannot list {}", path.display()))? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}

/// The digest of some bytes.
pub(crate) fn digest_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Fails when the artefact was made from other sources, or is not the recorded one.
pub(crate) fn check(root: &Path) -> Result<()> {
    let record = fs::read_to_string(root.join(RECORD)).context("cannot read the guest's record")?;
    let artefact = fs::read(root.join(ARTEFACT)).context("cannot read the guest")?;
    let sources = digest(root)?;
    let made_from = field(&record, "sources")?;
    if made_from != sources {
        bail!(
            "{ARTEFACT} is stale: it was made from sources {made_from}, and those here are \
             {sources}.\nRun `cargo xtask build-guest` and commit host/guest."
        );
    }
    let embedded = artefact
        .windows(sources.len())
        .any(|window| window == sources.as_bytes());
    ensure!(
        embedded,
        "{ARTEFACT} does not name its sources; run `cargo xtask build-guest`"
    );
    let recorded = field(&record, "artefact")?;
    let actual = digest_of(&artefact);
    ensure!(
        recorded == actual,
        "{RECORD} records {recorded}, and {ARTEFACT} is {actual}"
    );
    println!("the guest is made from the sources here");
    Ok(())
}

/// A value of the record, which is a flat list of `key = "value"`.
pub(crate) fn field<'a>(record: &'a str, key: &str) -> Result<&'a str> {
    let value = record
        .lines()
        .find_map(|line| line.strip_prefix(key)?.trim().strip_prefix('='));
    let value = value.with_context(|| format!("{RECORD} has no `{key}`"))?;
    Ok(value.trim().trim_matches('"'))
}
