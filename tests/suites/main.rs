//! Runs public conformance suites inside the cell, through the public API: test262 for the
//! language, the web platform tests for its globals. The suites are checkouts of their
//! own; `cargo xtask test262` and `cargo xtask wpt` start this program.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command talks to its user"
)]

mod scoreboard;
mod test262;
mod wpt;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use codecell::Sandbox;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use self::scoreboard::{Scoreboard, Verdict};

const USAGE: &str = "\
cargo xtask test262|wpt --dir DIR [--only PREFIX] [--write]

  --dir DIR      a checkout of the suite
  --only PREFIX  only files whose path begins so, with their failures
  --guest FILE   another guest than the one that is built in
  --write        write the scoreboard and the failures to tests/suites/
";

/// How many files are run at once.
const AT_ONCE: usize = 32;

struct Options {
    suite: String,
    dir: PathBuf,
    only: Option<String>,
    guest: Option<PathBuf>,
    write: bool,
}

fn options() -> Result<Options> {
    let (mut dir, mut only, mut guest, mut write) = (None, None, None, false);
    let mut arguments = std::env::args().skip(1);
    let suite = arguments.next().context(USAGE)?;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--dir" => dir = arguments.next().map(PathBuf::from),
            "--only" => only = arguments.next(),
            "--guest" => guest = arguments.next().map(PathBuf::from),
            "--write" => write = true,
            other => bail!("unknown argument {other}\n{USAGE}"),
        }
    }
    ensure!(
        !(write && only.is_some()),
        "a scoreboard of some of the files would mislead\n{USAGE}"
    );
    let dir = dir.with_context(|| format!("no folder given\n{USAGE}"))?;
    Ok(Options {
        suite,
        dir,
        only,
        guest,
        write,
    })
}

fn main() -> ExitCode {
    match options().and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A suite: which files hold tests, and how one of them is run.
pub(crate) trait Suite: Send + Sync + 'static {
    /// The folder below which names begin.
    fn root(&self) -> &Path;

    fn is_test(&self, name: &str) -> bool;

    /// What came of each test of a file.
    fn run(
        &self,
        sandbox: &Sandbox,
        name: &str,
    ) -> impl Future<Output = Result<Vec<(String, Verdict)>>> + Send;
}

#[tokio::main]
async fn run(options: &Options) -> Result<()> {
    match options.suite.as_str() {
        "test262" => run_suite(test262::Test262::read(&options.dir)?, options).await,
        "wpt" => run_suite(wpt::Wpt::read(&options.dir)?, options).await,
        other => bail!("unknown suite {other}\n{USAGE}"),
    }
}

async fn run_suite(suite: impl Suite, options: &Options) -> Result<()> {
    let mut names = Vec::new();
    let root = suite.root();
    collect(root, root, &mut names).with_context(|| format!("no tests in {}", root.display()))?;
    let prefix = options.only.as_deref().unwrap_or_default();
    names.retain(|name| name.starts_with(prefix) && suite.is_test(name));
    ensure!(!names.is_empty(), "no tests in {}", root.display());

    let suite = Arc::new(suite);
    let sandbox = match &options.guest {
        Some(path) => {
            let guest = std::fs::read(path).with_context(|| path.display().to_string())?;
            Sandbox::builder().guest(guest).build()
        }
        None => Sandbox::new(),
    };
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for name in names {
        let (suite, sandbox) = (Arc::clone(&suite), sandbox.clone());
        let room = Arc::clone(&room);
        running.spawn(async move {
            let _permit = room.acquire_owned().await?;
            let verdicts = suite.run(&sandbox, &name).await;
            anyhow::Ok((verdicts.with_context(|| name.clone())?, name))
        });
    }
    let mut scoreboard = Scoreboard::default();
    while let Some(ended) = running.join_next().await {
        let (verdicts, name) = ended??;
        for (test, verdict) in verdicts {
            if let (Some(_), Verdict::Failed(why)) = (&options.only, &verdict) {
                println!("{test}: {why}");
            }
            scoreboard.note(&name, test, verdict);
        }
    }

    print!("{}", scoreboard.areas());
    if options.write {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("suites")
            .join(&options.suite);
        std::fs::write(folder.join("scoreboard.txt"), scoreboard.areas())?;
        std::fs::write(folder.join("failures.txt"), scoreboard.failures())?;
    }
    Ok(())
}

/// The names of all files below a folder.
fn collect(root: &Path, folder: &Path, names: &mut Vec<String>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, names)?;
        } else if let Some(name) = path.strip_prefix(root)?.to_str() {
            names.push(name.to_owned());
        }
    }
    Ok(())
}
