//! `run`, and what follows a pause.

use std::io::{IsTerminal as _, Read as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use codecell::runtime::{self, ExecuteOptions};
use codecell::{CancellationToken, Runtime, RuntimeOutcome};
use serde_json::Value;

use crate::args::{Approval, Approve, Run};
use crate::settings::Settings;
use crate::{ask, setup};

/// The program waits for a decision.
const PAUSED: u8 = 3;

pub(crate) async fn run(options: &Run) -> Result<ExitCode> {
    let settings = Settings::new(&options.tools)?;
    let limits = settings.limited(&options.limit)?;
    let code = read(&options.file)?;
    let mut execute = ExecuteOptions::default().cancellation(interrupted());
    if let Some(input) = &options.input {
        execute = execute.input(json("--input", input)?)?;
    }
    if let Some(session) = &options.session {
        execute = execute.session(session);
    }
    if options.dry_run {
        execute = execute.dry_run();
    }
    let approve = options.approve.or(settings.approve);
    let is_kept = settings.store.is_some();
    let settings = Settings { limits, ..settings };
    let runtime = setup::runtime(&settings, None).await?;
    let outcome = runtime.execute_with(code, execute).await?;
    let outcome = decide(&runtime, outcome, approve).await?;
    Ok(report(&outcome, options.json, is_kept))
}

/// Goes on while there is something to decide, and somebody or something that decides.
async fn decide(
    runtime: &Runtime,
    mut outcome: RuntimeOutcome,
    approve: Option<Approval>,
) -> Result<RuntimeOutcome> {
    let can_ask = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    let approve = approve.unwrap_or(Approval::Ask);
    while let Some(first) = outcome.pending().first() {
        outcome = match approve {
            Approval::Never => return Ok(outcome),
            Approval::Always => runtime.approve(outcome.execution_id()).await?,
            Approval::Ask if !can_ask => return Ok(outcome),
            Approval::Ask => match ask::about(first, outcome.pending().len())? {
                ask::Answer::Approve(approval) => runtime.approve(approval).await?,
                ask::Answer::Reject => {
                    let id = first.execution_id.as_str();
                    runtime
                        .reject_as(id, first.seq, Some("terminal"), None)
                        .await?;
                    let kept = runtime.execution(id).await?;
                    let error = kept.and_then(|it| it.error).unwrap_or_default();
                    eprintln!("{error}");
                    return Ok(outcome);
                }
                ask::Answer::Later => return Ok(outcome),
            },
        };
    }
    Ok(outcome)
}

pub(crate) async fn approve(options: &Approve) -> Result<ExitCode> {
    let settings = Settings::new(&options.tools)?;
    let store = setup::existing_store(&settings)?;
    let mut approval = runtime::Approval::new(&options.id);
    if let Some(seq) = options.seq {
        approval = approval.seq(seq);
    }
    if let Some(args) = &options.args {
        approval = approval.args(json("--args", args)?);
    }
    if let Some(answer) = &options.answer {
        approval = approval.answer(json("--answer", answer)?);
    }
    if let Some(digest) = &options.digest {
        approval = approval.digest(digest);
    }
    if let Some(by) = &options.by {
        approval = approval.approver(by);
    }
    if let Some(comment) = &options.comment {
        approval = approval.comment(comment);
    }
    let runtime = setup::runtime(&settings, Some(store)).await?;
    let outcome = runtime.approve(approval).await?;
    Ok(report(&outcome, options.json, true))
}

/// Prints what came of a program, and says it as an exit code.
pub(crate) fn report(outcome: &RuntimeOutcome, as_json: bool, is_kept: bool) -> ExitCode {
    if as_json {
        println!("{:#}", serde_json::json!(outcome));
    } else {
        for line in outcome.logs() {
            eprintln!("{}", runtime::escaped(line));
        }
    }
    match outcome {
        RuntimeOutcome::Completed { result, .. } => {
            if !as_json {
                println!("{result}");
            }
            ExitCode::SUCCESS
        }
        RuntimeOutcome::Paused {
            execution_id,
            pending,
            ..
        } => {
            if !as_json {
                for action in pending {
                    eprintln!("{}", ask::shown(action));
                }
                match is_kept {
                    true => eprintln!("paused: decide with `codecell approve {execution_id}`"),
                    false => {
                        eprintln!("paused, and not kept: run it with --store FILE to decide later")
                    }
                }
            }
            ExitCode::from(PAUSED)
        }
        RuntimeOutcome::Error { error, kind, .. } => {
            if !as_json {
                let kind = kind.map_or("error", |kind| kind.as_str());
                eprintln!("{kind}: {error}");
            }
            ExitCode::FAILURE
        }
        _ => ExitCode::FAILURE,
    }
}

/// The text of a program.
pub(crate) fn read(file: &Path) -> Result<String> {
    if file.as_os_str() != "-" {
        return std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()));
    }
    let mut code = String::new();
    std::io::stdin()
        .read_to_string(&mut code)
        .context("cannot read standard input")?;
    Ok(code)
}

fn json(name: &str, text: &str) -> Result<Value> {
    serde_json::from_str(text).with_context(|| format!("{name} is not JSON"))
}

/// Cancelled by Ctrl-C, so that the execution ends in order.
fn interrupted() -> CancellationToken {
    let token = CancellationToken::new();
    let cancelled = token.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            cancelled.cancel();
        }
    });
    token
}
