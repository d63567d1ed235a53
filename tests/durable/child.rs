//! A process that drives executions and may be killed: `durable-child MODE STORE LEDGER …`.

#![expect(clippy::print_stdout, reason = "its parent reads what came of it")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use codecell::record::Store;
use codecell::runtime::RuntimeBuilder;
use codecell::{Runtime, Sandbox, SqliteStore};
use codecell_tests::killing::{self, Interrupted, Side};
use codecell_tests::ledger;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["execute", store, ledger, program, at, side] => {
            let side = match *side {
                "before" => Side::Before,
                _ => Side::After,
            };
            let store = Interrupted::new(SqliteStore::open(store)?, at.parse()?, side, killed());
            let (code, _) = ledger::PROGRAMS[program.parse::<usize>()?];
            let runtime = builder(store, Path::new(ledger)).build()?;
            println!("{}", serde_json::to_string(&runtime.execute(code).await?)?);
        }
        ["rollback", store, ledger, id, at] => {
            let store = SqliteStore::open(store)?;
            let store = Interrupted::new(store, at.parse()?, Side::After, killed());
            let runtime = builder(store, Path::new(ledger)).build()?;
            println!("{}", serde_json::to_string(&runtime.rollback(id).await?)?);
        }
        // Decides about all that is pending, against others who do the same.
        ["approve", store, ledger] => {
            let runtime = builder(SqliteStore::open(store)?, Path::new(ledger)).build()?;
            let mut won = 0;
            for action in runtime.pending(None).await? {
                let outcome = runtime.approve(action.execution_id.as_str()).await?;
                won += u32::from(outcome.result().is_some());
            }
            println!("{won}");
        }
        words => anyhow::bail!("unknown arguments: {words:?}"),
    }
    Ok(())
}

fn builder(store: impl Store + 'static, ledger: &Path) -> RuntimeBuilder {
    Runtime::builder(Sandbox::builder().cells(4).build(), store)
        .connector(ledger::work(ledger))
        .lease_time(ledger::LEASE)
        .keep_alive(Duration::ZERO)
}

/// Ends this process as `kill -9` does, for it is that.
fn killed() -> killing::Event {
    Arc::new(|| {
        let id = std::process::id().to_string();
        let _ = std::process::Command::new("kill")
            .args(["-9", &id])
            .status();
        loop {
            std::thread::park();
        }
    })
}
