//! `codecell`: runs programs, decides about their calls, and serves them to others.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command talks to its user"
)]

mod apis;
mod args;
mod ask;
mod history;
mod look;
mod progress;
mod run;
mod serve;
mod settings;
mod setup;
mod stdio;

use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory as _, Parser as _};

use self::args::{Cli, Command};

fn main() -> ExitCode {
    // Usage errors end with 2, as everything that keeps a program from being run.
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    let done = runtime.block_on(command(&cli.command));
    // A blocked read of standard input must not keep the process.
    runtime.shutdown_background();
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::from(2)
    })
}

async fn command(command: &Command) -> Result<ExitCode> {
    match command {
        Command::Run(options) => run::run(options).await,
        Command::Check { file, tools, json } => look::check(file, tools, *json).await,
        Command::Types { tools } => look::types(tools).await,
        Command::Prompt { tools } => look::prompt(tools).await,
        Command::Search { query, tools } => look::search(query, tools).await,
        Command::Describe { target, tools } => look::describe(target, tools).await,
        Command::Mcp(options) => serve::serve(options).await,
        Command::Executor { stdio: _ } => {
            stdio::serve().await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Executions { tools, limit, json } => {
            history::executions(tools, *limit, *json).await
        }
        Command::Show { id, tools, json } => history::show(id, tools, *json).await,
        Command::Approve(options) => run::approve(options).await,
        Command::Reject {
            id,
            seq,
            by,
            comment,
            tools,
        } => history::reject(id, *seq, by.as_deref(), comment.as_deref(), tools).await,
        Command::Rollback { id, tools } => history::rollback(id, tools).await,
        Command::Recover { tools, json } => history::recover(tools, *json).await,
        Command::Replay { what, tools } => history::replay(what, tools).await,
        Command::Export { id, tools } => history::export(id, tools).await,
        Command::Snippets { action, tools } => history::snippets(action.as_ref(), tools).await,
        Command::Doctor { tools } => look::doctor(tools).await,
        Command::Completions { shell } => {
            let mut command = Cli::command();
            clap_complete::generate(*shell, &mut command, "codecell", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    }
}
