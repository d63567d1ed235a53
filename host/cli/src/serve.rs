//! `codecell mcp`: the tools of MCP servers behind one that runs programs.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use codecell::mcp_server::{McpCodeServer, McpHttp};
use codecell::{CancellationToken, CodeTool, Sandbox};

use crate::args::{Mcp, Tools};
use crate::settings::Settings;
use crate::setup;

pub(crate) async fn serve(options: &Mcp) -> Result<ExitCode> {
    let settings = Settings::new(&Tools {
        mcp: options.config.clone(),
        pins: options.pins.clone(),
        store: options.store.clone(),
        ..Tools::default()
    })?;
    let file = settings.mcp.as_deref().context(
        "name the MCP servers: --config FILE, with the `mcpServers` JSON of MCP clients, or \
         `mcp` in codecell.toml",
    )?;
    let server = match settings.store {
        Some(_) => McpCodeServer::runtime(setup::runtime(&settings, None).await?),
        None => {
            let mut tool = CodeTool::new(Sandbox::new()).limits(settings.limits.clone());
            for connection in setup::servers(file, settings.pins.as_deref()).await? {
                let name = connection.name().to_owned();
                match connection.provider().await {
                    Ok(provider) => tool = tool.provider(provider),
                    Err(error) => eprintln!("warning: {name}: {:#}", anyhow::Error::from(error)),
                }
            }
            McpCodeServer::code(tool)
        }
    };
    let Some(address) = &options.http else {
        server
            .serve(tokio::io::stdin(), tokio::io::stdout())
            .await?;
        return Ok(ExitCode::SUCCESS);
    };
    let mut http = McpHttp::new(server);
    if let Some(variable) = &options.bearer_env {
        let token = std::env::var(variable)
            .with_context(|| format!("--bearer-env {variable}: the variable is not set"))?;
        http = http.bearer(&token);
    }
    for origin in &options.origin {
        http = http.origin(origin);
    }
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen at {address}"))?;
    eprintln!("listening at http://{}/", listener.local_addr()?);
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stopped.cancel();
        }
    });
    http.serve(listener, stop).await?;
    Ok(ExitCode::SUCCESS)
}
