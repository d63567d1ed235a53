//! Facts about the tree that no compiler checks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

/// Crates that would give the library a network.
const NETWORK: &[&str] = &[
    "curl",
    "hyper",
    "native-tls",
    "openssl",
    "reqwest",
    "rustls",
    "ureq",
];

/// Folders with Rust code of ours.
const CODE: &[&str] = &["guest-runtime/src", "host", "tests", "xtask/src"];

/// Checks everything and reports all that is wrong at once.
pub(crate) fn check(root: &Path) -> Result<()> {
    let mut faults = Vec::new();
    let mut files = Vec::new();
    for folder in CODE {
        collect(&root.join(folder), &mut files)?;
    }
    files.sort();
    for file in &files {
        check_file(root, file, &mut faults)?;
    }
    check_dependencies(root, &mut faults)?;
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    println!("{} files are tidy", files.len());
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("no folder {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let is_made = path.ends_with("target") || path.ends_with("node_modules");
        if path.is_dir() && !is_made {
            collect(&path, files)?;
        } else if path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

fn check_file(root: &Path, file: &Path, faults: &mut Vec<String>) -> Result<()> {
    let name = file.strip_prefix(root)?.display().to_string();
    let extension = file.extension().and_then(|extension| extension.to_str());
    if matches!(extension, Some("ts" | "js")) && name.contains("tests/scenarios/") {
        if !file.with_extension("out").is_file() {
            faults.push(format!(
                "{name}: has no .out beside it; run the scenarios with BLESS=1"
            ));
        }
        return Ok(());
    }
    if extension != Some("rs") {
        return Ok(());
    }
    let text = fs::read_to_string(file)?;
    if !text.starts_with("//!") {
        faults.push(format!(
            "{name}: does not begin by saying what it is for (//!)"
        ));
    }
    let library = name.starts_with("host/src/") && !name.starts_with("host/src/sandbox/");
    if library && text.contains("wasmtime::") {
        faults.push(format!(
            "{name}: names Wasmtime, which only host/src/sandbox may"
        ));
    }
    Ok(())
}

/// The library must not bring a network client along.
fn check_dependencies(root: &Path, faults: &mut Vec<String>) -> Result<()> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args([
        "tree", "-e", "normal", "-p", "codecell", "--locked", "--prefix", "none",
    ]);
    let output = cargo
        .current_dir(root)
        .output()
        .context("cannot start cargo tree")?;
    if !output.status.success() {
        bail!(
            "cargo tree failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let name = line.split(' ').next().unwrap_or_default();
        if NETWORK.contains(&name) {
            faults.push(format!("codecell depends on {name}, a network client"));
        }
    }
    Ok(())
}
