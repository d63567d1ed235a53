//! Commands over executions that are kept.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use codecell::runtime::{Cassette, SaveSnippet, escaped};
use codecell::{Runtime, Sandbox};
use serde_json::json;

use crate::args::{Snippets, Tools};
use crate::run;
use crate::settings::Settings;
use crate::setup;

async fn kept(tools: &Tools) -> Result<Runtime> {
    let settings = Settings::new(tools)?;
    let store = setup::existing_store(&settings)?;
    setup::runtime(&settings, Some(store)).await
}

/// As [`kept`], for commands that need no tools and should not wait for servers.
async fn record_only(tools: &Tools) -> Result<Runtime> {
    let settings = Settings::new(tools)?;
    let store = setup::existing_store(&settings)?;
    let without_tools = Settings {
        mcp: None,
        ..settings
    };
    setup::runtime(&without_tools, Some(store)).await
}

pub(crate) async fn executions(tools: &Tools, limit: usize, as_json: bool) -> Result<ExitCode> {
    let executions = record_only(tools).await?.executions(limit).await?;
    if as_json {
        println!("{:#}", json!(executions));
        return Ok(ExitCode::SUCCESS);
    }
    for it in &executions {
        let code = it.code.split_whitespace().collect::<Vec<_>>().join(" ");
        let code: String = code.chars().take(60).collect();
        let (id, status, calls) = (&it.id, it.status.as_str(), it.log.len());
        println!("{id}  {status:<11}  {calls:>4} calls  {}", escaped(&code));
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn show(id: &str, tools: &Tools, as_json: bool) -> Result<ExitCode> {
    let execution = record_only(tools).await?.execution(id).await?;
    let execution = execution.with_context(|| format!("there is no execution {id}"))?;
    if as_json {
        println!("{:#}", json!(execution));
        return Ok(ExitCode::SUCCESS);
    }
    println!("{}  {}", execution.id, execution.status.as_str());
    println!("\n{}\n", escaped(&execution.code));
    for call in &execution.log {
        let args = call
            .args
            .as_ref()
            .map_or_else(String::new, ToString::to_string);
        let answer = match (&call.result, &call.error) {
            (_, Some(error)) => format!(" threw {error}"),
            (Some(result), None) => format!(" gave {result}"),
            (None, None) => String::new(),
        };
        let line = format!("{}.{}({args}){answer}", call.connector, call.method);
        println!(
            "{:>4}  {:<9}  {}",
            call.seq,
            call.state.as_str(),
            escaped(&line)
        );
    }
    for decision in &execution.decisions {
        let by = decision.approver.as_deref().unwrap_or("somebody");
        let comment = decision.comment.as_deref().map(|it| format!(": {it}"));
        let line = format!(
            "call {} {} by {by}{}",
            decision.seq,
            decision.verdict,
            comment.unwrap_or_default()
        );
        println!("{}", escaped(&line));
    }
    for line in &execution.logs {
        println!("console: {}", escaped(line));
    }
    match (&execution.result, &execution.error) {
        (_, Some(error)) => println!("error: {}", escaped(error)),
        (Some(result), None) => println!("result: {}", escaped(&result.to_string())),
        (None, None) => {}
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn reject(
    id: &str,
    seq: Option<u32>,
    by: Option<&str>,
    comment: Option<&str>,
    tools: &Tools,
) -> Result<ExitCode> {
    let runtime = kept(tools).await?;
    let first = runtime.pending(Some(id)).await?.first().map(|it| it.seq);
    let Some(seq) = seq.or(first) else {
        eprintln!("nothing is pending in {id}");
        return Ok(ExitCode::FAILURE);
    };
    match runtime.reject_as(id, seq, by, comment).await? {
        true => {
            println!("rejected call {seq} of {id}");
            Ok(ExitCode::SUCCESS)
        }
        false => {
            eprintln!("call {seq} of {id} is not pending; nothing was changed");
            Ok(ExitCode::FAILURE)
        }
    }
}

pub(crate) async fn rollback(id: &str, tools: &Tools) -> Result<ExitCode> {
    let report = kept(tools).await?.rollback(id).await?;
    for call in &report.reverted {
        println!("undone         {call}");
    }
    for failure in &report.failed {
        println!(
            "failed         {}: {}",
            failure.call,
            escaped(&failure.message)
        );
    }
    for call in &report.in_doubt {
        println!("in doubt       {call}");
    }
    for call in &report.not_revertible {
        println!("cannot be undone {call}");
    }
    let is_whole = report.failed.is_empty() && report.in_doubt.is_empty();
    Ok(if is_whole {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

pub(crate) async fn recover(tools: &Tools, as_json: bool) -> Result<ExitCode> {
    let outcomes = kept(tools).await?.recover().await?;
    if as_json {
        println!("{:#}", json!(outcomes));
        return Ok(ExitCode::SUCCESS);
    }
    for outcome in &outcomes {
        println!("{}", outcome.execution_id());
        run::report(outcome, false, true);
    }
    if outcomes.is_empty() {
        println!("nothing was left");
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn replay(what: &str, tools: &Tools) -> Result<ExitCode> {
    let cassette = match Path::new(what).is_file() {
        true => Cassette::from_json(&std::fs::read_to_string(what)?)?,
        false => kept(tools).await?.cassette(what).await?,
    };
    let sandbox = Sandbox::builder().cells(1).build();
    match cassette.replay(&sandbox).await {
        Ok(outcome) => Ok(run::report(&outcome, false, true)),
        Err(error) => {
            eprintln!("{error}");
            Ok(ExitCode::FAILURE)
        }
    }
}

pub(crate) async fn export(id: &str, tools: &Tools) -> Result<ExitCode> {
    println!("{}", kept(tools).await?.cassette(id).await?.to_json());
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn snippets(action: Option<&Snippets>, tools: &Tools) -> Result<ExitCode> {
    let runtime = record_only(tools).await?;
    match action {
        None => {
            for snippet in runtime.snippets().await? {
                println!(
                    "{:<30} {}",
                    escaped(&snippet.name),
                    escaped(&snippet.description)
                );
            }
        }
        Some(Snippets::Save {
            name,
            from,
            description,
        }) => {
            let options = SaveSnippet::new().description(description);
            runtime.save_snippet(name, from, options).await?;
            println!("saved {name}");
        }
        Some(Snippets::Delete { name }) => {
            if !runtime.delete_snippet(name).await? {
                eprintln!("there is no snippet {name}");
                return Ok(ExitCode::FAILURE);
            }
            println!("deleted {name}");
        }
    }
    Ok(ExitCode::SUCCESS)
}
