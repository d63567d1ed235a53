//! Commands that tell, and change nothing: `check`, `types`, `prompt`, `search`, `describe`,
//! `doctor`.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use codecell::{Sandbox, SqliteStore};

use crate::args::Tools;
use crate::run;
use crate::settings::Settings;
use crate::setup;

pub(crate) async fn check(file: &Path, tools: &Tools, as_json: bool) -> Result<ExitCode> {
    let code = run::read(file)?;
    let runtime = setup::runtime(&Settings::new(tools)?, None).await?;
    let preview = runtime.preview(code).await?;
    let code = match preview.runs {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    };
    if as_json {
        println!("{:#}", serde_json::json!(preview));
        return Ok(code);
    }
    for finding in &preview.findings {
        println!("{}\n{}", finding.message, finding.code_frame);
        if let Some(help) = &finding.help {
            println!("{help}");
        }
        println!();
    }
    for call in &preview.calls {
        let args = call
            .args
            .as_ref()
            .map_or_else(|| "…".to_owned(), ToString::to_string);
        let mut notes = Vec::new();
        notes.extend(call.in_loop.then_some("in a loop"));
        notes.extend(call.requires_approval.then_some("asks for approval"));
        notes.extend(call.read_only.then_some("only reads"));
        let notes = match notes.is_empty() {
            true => String::new(),
            false => format!("  ({})", notes.join(", ")),
        };
        let (line, method) = (call.position.line, &call.method);
        println!("line {line}: {}.{method}({args}){notes}", call.connector);
    }
    for dynamic in &preview.dynamic {
        let (line, connector) = (dynamic.position.line, &dynamic.connector);
        println!("line {line}: {connector}.…  (any tool of it)");
    }
    for snippet in &preview.snippets {
        println!("runs the snippet {snippet:?}");
    }
    if preview.runs && preview.calls.is_empty() && preview.dynamic.is_empty() {
        println!("it would run, and call nothing");
    }
    Ok(code)
}

pub(crate) async fn types(tools: &Tools) -> Result<ExitCode> {
    let runtime = setup::runtime(&Settings::new(tools)?, None).await?;
    for name in runtime.connectors() {
        println!("{}\n", runtime.describe(&name).await?.types);
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn prompt(tools: &Tools) -> Result<ExitCode> {
    let runtime = setup::runtime(&Settings::new(tools)?, None).await?;
    println!("{}", runtime.definition().description);
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn search(query: &[String], tools: &Tools) -> Result<ExitCode> {
    let runtime = setup::runtime(&Settings::new(tools)?, None).await?;
    let found = runtime.search(&query.join(" ")).await?;
    for result in &found.results {
        let description = result.description.as_deref().unwrap_or_default();
        let first = description.lines().next().unwrap_or_default();
        println!("{:<40} {first}", result.path);
    }
    if found.truncated {
        println!("… and {} more", found.total - found.results.len());
    }
    match found.total {
        0 => {
            eprintln!("nothing fits");
            Ok(ExitCode::FAILURE)
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

pub(crate) async fn describe(target: &str, tools: &Tools) -> Result<ExitCode> {
    let runtime = setup::runtime(&Settings::new(tools)?, None).await?;
    let described = runtime.describe(target).await?;
    println!("{}", described.types);
    let is_missing = described.types == format!("\"{target}\" not found.");
    Ok(if is_missing {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

pub(crate) async fn doctor(tools: &Tools) -> Result<ExitCode> {
    let mut is_well = true;
    let mut tell = |what: &str, found: Result<String>| match found {
        Ok(found) => println!("ok    {what}: {found}"),
        Err(error) => {
            is_well = false;
            println!("FAIL  {what}: {error:#}");
        }
    };
    tell("version", Ok(env!("CARGO_PKG_VERSION").to_owned()));
    let began = Instant::now();
    let prepared = Sandbox::builder().cells(1).build().prepare().await;
    let prepared = prepared.map(|()| format!("ready in {} ms", began.elapsed().as_millis()));
    tell("cells", prepared.map_err(anyhow::Error::from));
    let settings = match Settings::new(tools) {
        Ok(settings) => settings,
        Err(error) => {
            tell("settings", Err(error));
            return Ok(ExitCode::FAILURE);
        }
    };
    let file = settings.file.as_ref();
    let file = file.map_or_else(
        || "no codecell.toml".to_owned(),
        |it| it.display().to_string(),
    );
    tell("settings", Ok(file));
    match &settings.store {
        None => tell("store", Ok("none; records are in memory".to_owned())),
        Some(path) if !path.exists() => {
            tell("store", Ok(format!("{} will be made", path.display())));
        }
        Some(path) => {
            let opened = SqliteStore::open(path).map(|_| path.display().to_string());
            tell("store", opened.map_err(anyhow::Error::from));
        }
    }
    let Some(path) = &settings.mcp else {
        tell("MCP servers", Ok("none".to_owned()));
        return Ok(finished(is_well));
    };
    // Looking is no first use.
    let pins = settings.pins.as_deref().filter(|file| file.exists());
    match setup::servers(path, pins).await {
        Err(error) => tell("MCP servers", Err(error)),
        Ok(connections) => {
            for connection in &connections {
                let tools = connection.provider().await;
                let tools = tools.map(|it| format!("{} tools", it.list().len()));
                let name = format!("MCP server {}", connection.name());
                tell(&name, tools.map_err(anyhow::Error::from));
            }
        }
    }
    Ok(finished(is_well))
}

fn finished(is_well: bool) -> ExitCode {
    if is_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
