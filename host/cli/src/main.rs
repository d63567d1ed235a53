//! `codecell`: runs a program from a file or standard input, or serves programs of other
//! languages.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command talks to its user"
)]

mod stdio;

use std::io::Read as _;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use codecell::{ExecuteRequest, Executor as _, Sandbox};

const USAGE: &str = "\
usage: codecell run FILE|-
       codecell executor --stdio

run       Runs a JavaScript or TypeScript program in a sealed cell and prints its result
          as JSON. Exit codes: 0 it returned, 1 it failed, 2 it was not run.
executor  Runs the programs that come as JSON-RPC 2.0, one message a line, until the
          input ends. See host/docs/stdio.md.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["run", file] => run(file),
        ["executor", "--stdio"] => serve(),
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn serve() -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_time()
        .build()?;
    runtime.block_on(stdio::serve())?;
    // A blocked read of standard input must not keep the process.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

fn run(file: &str) -> Result<ExitCode> {
    let mut code = String::new();
    if file == "-" {
        std::io::stdin()
            .read_to_string(&mut code)
            .context("cannot read standard input")?;
    } else {
        code = std::fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let sandbox = Sandbox::builder().cells(1).build();
    let result = runtime.block_on(sandbox.execute(ExecuteRequest::new(code)))?;
    for line in &result.logs {
        eprintln!("{line}");
    }
    Ok(match &result.outcome {
        Ok(value) => {
            println!("{value}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: {error}", error.kind.as_str());
            for part in [&error.code_frame, &error.help].into_iter().flatten() {
                eprintln!("\n{part}");
            }
            ExitCode::FAILURE
        }
    })
}
