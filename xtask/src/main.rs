//! The chores of this repository: `cargo xtask <command>`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command talks to its user"
)]

mod figures;
#[cfg(feature = "guest")]
mod image;
mod sources;
mod tidy;
mod toolchain;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, ensure};

const USAGE: &str = "\
cargo xtask <command>

  build-guest            build the guest and write host/guest/guest.wasm
  build-guest --check    fail if the artefact is not made from the sources here
  build-guest --verify   build again elsewhere and compare the bytes
  tidy                   check facts about the tree
  figures                tell what `cargo bench` measured, against the bars
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["build-guest"] => build_guest(&[]),
        ["build-guest", "--check"] => sources::check(&root()),
        ["build-guest", "--verify"] => build_guest(&["--verify"]),
        ["tidy"] => tidy::check(&root()),
        ["figures"] => figures::print(&root()),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the repository.
fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

#[cfg(feature = "guest")]
fn build_guest(arguments: &[&str]) -> Result<()> {
    match arguments {
        ["--verify"] => image::verify(&root()),
        _ => image::build(&root()),
    }
}

/// Runs this program again with the feature `guest`, whose dependencies the
/// everyday commands do without.
#[cfg(not(feature = "guest"))]
fn build_guest(arguments: &[&str]) -> Result<()> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args([
        "run",
        "--quiet",
        "--release",
        "--locked",
        "-p",
        "xtask",
        "--features",
        "guest",
    ]);
    cargo
        .args(["--", "build-guest"])
        .args(arguments)
        .current_dir(root());
    run(&mut cargo)
}

/// Runs a command and fails when it does.
fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {command:?}"))?;
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(())
}
