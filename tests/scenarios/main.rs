//! Programs as files, each with what came of it: `<topic>/<claim>.js` (or `.ts`)
//! beside `<claim>.out`.
//!
//! A program may begin with settings, one a line: `// fuel: 1000000`,
//! `// guest-time-ms: 100`, `// memory-bytes: …`, `// calls: …`, `// log-bytes: …`.
//! All runs have the same seed and start at the same time. `BLESS=1 cargo test`
//! writes the `.out` files; read the difference before committing it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use codecell::{ExecuteRequest, ExecuteResult, Limits};
use codecell_tests::{execute, still_works, with_tools};
use libtest_mimic::{Arguments, Failed, Trial};

const NOW_MS: u64 = 1_750_000_000_000;

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut programs = Vec::new();
    if let Err(error) = collect(&folder, &mut programs) {
        panic!("cannot list {}: {error}", folder.display());
    }
    assert!(!programs.is_empty(), "no scenarios in {}", folder.display());
    let trials = programs.into_iter().map(|path| {
        let name = path.strip_prefix(&folder).unwrap_or(&path).display();
        Trial::test(name.to_string(), move || check(&path))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

fn collect(folder: &Path, programs: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, programs)?;
        } else if path.extension().is_some_and(|it| it == "js" || it == "ts") {
            programs.push(path);
        }
    }
    programs.sort();
    Ok(())
}

fn check(path: &Path) -> Result<(), Failed> {
    let code = std::fs::read_to_string(path)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let request = ExecuteRequest::new(code.as_str())
        .limits(limits(&code)?)
        .seed(1)
        .now(SystemTime::UNIX_EPOCH + Duration::from_millis(NOW_MS));
    let result = runtime.block_on(execute(with_tools(request)));
    runtime.block_on(still_works());
    let found = text(&result);
    let expected = path.with_extension("out");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(expected, found)?;
        return Ok(());
    }
    let wanted = std::fs::read_to_string(&expected)
        .map_err(|error| format!("{}: {error}; BLESS=1 writes it", expected.display()))?;
    if found == wanted {
        return Ok(());
    }
    Err(format!("expected\n{wanted}\nfound\n{found}").into())
}

fn limits(code: &str) -> Result<Limits, Failed> {
    let mut limits = Limits::default();
    let settings = code.lines().map_while(|line| line.strip_prefix("// "));
    for (name, value) in settings.filter_map(|line| line.split_once(": ")) {
        let value: u64 = value.parse()?;
        let size = usize::try_from(value)?;
        limits = match name {
            "fuel" => limits.fuel(value),
            "guest-time-ms" => limits.guest_time(Duration::from_millis(value)),
            "wall-time-ms" => limits.wall_time(Duration::from_millis(value)),
            "memory-bytes" => limits.memory_bytes(size),
            "calls" => limits.calls(size),
            "log-bytes" => limits.log_bytes(size),
            "result-bytes" => limits.result_bytes(size),
            _ => return Err(format!("no limit is called {name}").into()),
        };
    }
    Ok(limits)
}

/// Everything about a run that is the same each time.
fn text(result: &ExecuteResult) -> String {
    let mut text = String::new();
    for line in &result.logs {
        let _ = writeln!(text, "{line}");
    }
    for call in &result.calls {
        let _ = writeln!(
            text,
            "call {}: {}.{}{} {:?}",
            call.seq, call.namespace, call.name, call.args, call.outcome
        );
    }
    for warning in &result.warnings {
        let _ = writeln!(text, "warning: {}\n{}", warning.message, warning.code_frame);
    }
    match &result.outcome {
        Ok(value) => {
            let _ = writeln!(text, "result: {value:#}");
        }
        Err(error) => {
            let _ = writeln!(text, "{}: {error}", error.kind.as_str());
            for part in [&error.code_frame, &error.help].into_iter().flatten() {
                let _ = writeln!(text, "{part}");
            }
            if let Some(stack) = &error.stack {
                let _ = writeln!(text, "{}", stack.trim_end());
            }
        }
    }
    text
}
