//! The chores of this repository: `cargo xtask <command>`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command talks to its user"
)]

#[cfg(feature = "guest")]
mod adapter;
#[cfg(feature = "guest")]
mod arguments;
mod figures;
#[cfg(feature = "guest")]
mod functions;
#[cfg(feature = "guest")]
mod guest;
#[cfg(feature = "guest")]
mod image;
#[cfg(feature = "guest")]
mod layout;
mod quickjs;
mod sources;
mod tidy;
mod toolchain;
#[cfg(feature = "guest")]
mod watch;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, ensure};

const USAGE: &str = "\
cargo xtask <command>

  build-guest            build the guest and write host/guest/guest.wasm
  build-guest --small FILE
                         build it without `Intl` and `Temporal` into FILE
  build-guest --check    fail if the artefact is not made from the sources here
  build-guest --verify   build again elsewhere and compare the bytes
  tidy                   check facts about the tree
  test262 --dir DIR      run ECMAScript's conformance suite in the cell
  wpt --dir DIR          run the web platform tests in the cell
  figures                tell what `cargo bench` measured, against the bars
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["build-guest"] => build_guest(&[]),
        ["build-guest", "--check"] => sources::check(&root()),
        ["build-guest", "--verify"] => build_guest(&["--verify"]),
        ["build-guest", "--small", path] => build_guest(&["--small", path]),
        ["tidy"] => tidy::check(&root()),
        ["test262" | "wpt", ..] => suites(&arguments),
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
        ["--small", path] => image::build_small(&root(), Path::new(path)),
        _ => image::build(&root()),
    }
}

/// Runs this program again with the feature `guest`, whose dependencies the
/// everyday commands do without.
#[cfg(not(feature = "guest"))]
fn build_guest(arguments: &[&str]) -> Result<()> {
    let mut cargo = cargo(&["run", "--quiet", "--release", "--locked"]);
    cargo
        .args(["-p", "xtask", "--features", "guest"])
        .args(["--", "build-guest"])
        .args(arguments)
        .current_dir(root());
    run(&mut cargo)
}

/// The runner is a program of its own, since it is built with the library.
fn suites(arguments: &[&str]) -> Result<()> {
    let mut cargo = cargo(&["run", "--quiet", "--release", "--locked"]);
    cargo
        .args(["-p", "codecell-tests", "--features", "suites"])
        .args(["--bin", "suites", "--"])
        .args(arguments);
    run(&mut cargo)
}

/// The cargo that started this program.
fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(arguments);
    cargo
}

/// Runs a command and fails when it does.
fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {command:?}"))?;
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(())
}
