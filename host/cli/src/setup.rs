//! The runtime that a command needs.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use codecell::mcp::{McpConfig, McpConnection};
use codecell::workspace::{Directory, Workspace};
use codecell::{Definitions, Runtime, Sandbox, SqliteStore};

use crate::apis;
use crate::progress::Progress;
use crate::settings::Settings;

/// Connects to the servers of a configuration. One that cannot be reached is told, and the
/// others are used.
pub(crate) async fn servers(file: &Path, pins: Option<&Path>) -> Result<Vec<McpConnection>> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let config = McpConfig::from_json(&text).with_context(|| format!("in {}", file.display()))?;
    for warning in &config.warnings {
        eprintln!("warning: {}: {warning}", file.display());
    }
    let known = pins.map(pinned).transpose()?.unwrap_or_default();
    let servers = config
        .servers
        .into_iter()
        .map(|server| match known.get(server.name()) {
            Some(definitions) => server.pinned(definitions.clone()),
            None => server,
        });
    let connecting: Vec<_> = servers
        .map(|server| tokio::spawn(server.connect()))
        .collect();
    let mut connections = Vec::new();
    for connecting in connecting {
        match connecting.await? {
            Ok(connection) => connections.push(connection),
            Err(error) => eprintln!("warning: {:#}", anyhow::Error::from(error)),
        }
    }
    let Some(pins) = pins else {
        return Ok(connections);
    };
    let mut usable = Vec::new();
    let mut all = known.clone();
    for connection in connections {
        match connection.provider().await {
            Ok(provider) => {
                all.insert(connection.name().to_owned(), provider.definitions());
                usable.push(connection);
            }
            Err(error) => eprintln!("warning: {:#}", anyhow::Error::from(error)),
        }
    }
    if all != known {
        std::fs::write(pins, serde_json::to_string_pretty(&all)? + "\n")
            .with_context(|| format!("cannot write {}", pins.display()))?;
    }
    Ok(usable)
}

/// What the tools of servers, by the servers' names, were when they were first used.
fn pinned(file: &Path) -> Result<BTreeMap<String, Definitions>> {
    match std::fs::read_to_string(file) {
        Ok(text) => {
            serde_json::from_str(&text).with_context(|| format!("{} holds no pins", file.display()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}

fn workspace(folder: &Path, read_only: bool) -> Result<Workspace> {
    let directory = Directory::open(folder)
        .with_context(|| format!("cannot use {} as a workspace", folder.display()))?;
    Ok(Workspace::new(match read_only {
        true => directory.read_only(),
        false => directory,
    }))
}

/// A store that is there already; one that is not is no place to look for executions.
pub(crate) fn existing_store(settings: &Settings) -> Result<SqliteStore> {
    let file = settings
        .store
        .as_deref()
        .context("name the record of executions: --store FILE, or `store` in codecell.toml")?;
    anyhow::ensure!(file.is_file(), "there is no store {}", file.display());
    open(file)
}

fn open(file: &Path) -> Result<SqliteStore> {
    SqliteStore::open(file).with_context(|| format!("cannot open {}", file.display()))
}

/// A runtime with the tools and the store of the settings.
pub(crate) async fn runtime(settings: &Settings, store: Option<SqliteStore>) -> Result<Runtime> {
    let store = match (store, &settings.store) {
        (Some(store), _) => store,
        (None, Some(file)) => open(file)?,
        (None, None) => SqliteStore::in_memory()?,
    };
    let mut builder = Runtime::builder(Sandbox::builder().cells(4).build(), store)
        .limits(settings.limits.clone())
        // One process, one program: nobody comes to a cell that waits.
        .keep_alive(Duration::ZERO);
    if let Some(progress) = Progress::new() {
        builder = builder.on_call(move |call| progress.hear(call));
    }
    if let Some(name) = &settings.name {
        builder = builder.name(name);
    }
    if let Some(folder) = &settings.workspace {
        builder = builder.connector(workspace(folder, settings.read_only)?.provider());
    }
    for provider in apis::providers(&settings.apis)? {
        builder = builder.connector(provider);
    }
    if let Some(file) = &settings.mcp {
        for connection in servers(file, settings.pins.as_deref()).await? {
            builder = builder.connector(connection);
        }
    }
    Ok(builder.build()?)
}
