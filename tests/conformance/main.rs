//! Inputs and outputs measured on Cloudflare's `@cloudflare/codemode`, and programs as
//! models write them: one test per case, and a scoreboard.
//!
//! A case that comes out differently on purpose is in `differences.txt` with its
//! reason; one that no longer differs fails too. `BLESS=1` writes the scoreboard.

mod catalog;
mod connectors;
mod differences;
mod executor;
mod matcher;
mod programs;
mod pure;
mod runtime;
mod servers;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

use self::differences::Differences;

/// What a case came to: `Err` says how it differs.
type Verdict = Result<(), String>;

/// One case, and how to check it.
struct Case {
    section: &'static str,
    id: String,
    check: Box<dyn FnOnce() -> Verdict + Send>,
}

impl Case {
    fn new(
        section: &'static str,
        case: &Value,
        check: impl FnOnce(&Value) -> Verdict + Send + 'static,
    ) -> Self {
        let id = case["id"].as_str().unwrap_or_default().to_owned();
        let case = case.clone();
        Self {
            section,
            id,
            check: Box::new(move || check(&case)),
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance")
}

fn read(name: &str) -> String {
    let path = folder().join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => panic!("{}: {error}", path.display()),
    }
}

/// The same, to the byte, or both.
fn same(expected: &str, found: &str) -> Verdict {
    if expected == found {
        return Ok(());
    }
    Err(format!("expected\n{expected}\nfound\n{found}"))
}

type Score = BTreeMap<&'static str, [usize; 2]>;

fn main() -> ExitCode {
    let cases: Value = match serde_json::from_str(&read("cases/codemode_cases.json")) {
        Ok(cases) => cases,
        Err(error) => panic!("the cases are not JSON: {error}"),
    };
    let differences = Arc::new(Differences::parse(&read("differences.txt")));
    let score = Arc::new(Mutex::new(Score::new()));
    let mut all = pure::cases(&cases);
    all.extend(catalog::cases(&cases));
    all.extend(connectors::cases(&cases));
    all.extend(executor::cases(&cases));
    all.extend(runtime::cases(&cases));
    all.extend(servers::cases(&cases));
    all.extend(programs::cases(&read("cases/programs.jsonl")));
    let known: Vec<String> = all.iter().map(|case| case.id.clone()).collect();
    let mut trials: Vec<Trial> = all
        .into_iter()
        .map(|case| trial(case, Arc::clone(&differences), Arc::clone(&score)))
        .collect();
    let listed = Arc::clone(&differences);
    trials.push(Trial::test(
        "every listed difference is a case",
        move || {
            let unknown = listed
                .ids()
                .find(|id| !known.iter().any(|known| known == id));
            unknown.map_or(Ok(()), |id| Err(format!("no case is called {id}").into()))
        },
    ));
    let arguments = Arguments::from_args();
    let is_whole = arguments.filter.is_none() && arguments.skip.is_empty();
    let conclusion = libtest_mimic::run(&arguments, trials);
    if is_whole && !arguments.list && !write_scoreboard(&score) {
        eprintln_scoreboard();
        return ExitCode::FAILURE;
    }
    conclusion.exit_code()
}

#[expect(
    clippy::print_stderr,
    reason = "the runner prints its own failures too"
)]
fn eprintln_scoreboard() {
    eprintln!("scoreboard.txt is not what was found; BLESS=1 writes it");
}

fn trial(case: Case, differences: Arc<Differences>, score: Arc<Mutex<Score>>) -> Trial {
    let Case { section, id, check } = case;
    Trial::test(format!("{section}/{id}"), move || {
        let verdict = check();
        let mut board = score.lock().map_err(|_| "a case panicked")?;
        let [same, different] = board.entry(section).or_default();
        match (verdict, differences.reason(&id)) {
            (Ok(()), None) => {
                *same += 1;
                Ok(())
            }
            (Err(_), Some(_)) => {
                *different += 1;
                Ok(())
            }
            (Ok(()), Some(reason)) => Err(Failed::from(format!(
                "is listed as different and is not: {reason}"
            ))),
            (Err(difference), None) => Err(Failed::from(difference)),
        }
    })
}

/// Writes the scoreboard, or compares it; whether it is as it should be.
fn write_scoreboard(score: &Mutex<Score>) -> bool {
    use std::fmt::Write as _;
    let Ok(score) = score.lock() else {
        return false;
    };
    let mut text = format!("{:<28} {:>5} {:>10}\n", "section", "same", "different");
    for (section, [same, different]) in &*score {
        let _ = writeln!(text, "{section:<28} {same:>5} {different:>10}");
    }
    let path = folder().join("scoreboard.txt");
    if std::env::var_os("BLESS").is_some() {
        return std::fs::write(path, text).is_ok();
    }
    std::fs::read_to_string(path).is_ok_and(|wanted| wanted == text)
}
