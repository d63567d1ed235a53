//! What no timer of criterion's sees: the memory of cells that wait, and a whole
//! process from its start to its first result.
//!
//! Writes `target/footprint.json`, which `cargo xtask figures` reads. Linux only:
//! memory is what `/proc/self/smaps_rollup` calls private.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that fails has nothing to measure"
)]
#![expect(clippy::print_stdout, reason = "figures are its output")]

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use codecell::{ExecuteRequest, Executor as _, Sandbox, Tool};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const CELLS: usize = 1_000;
const PROCESSES: usize = 25;

/// What a child of this process is asked to do by its only argument.
const RUN: &str = "--run-once";
const NOTHING: &str = "--do-nothing";

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    match std::env::args().nth(1).as_deref() {
        Some(RUN) => {
            let request = ExecuteRequest::new("async () => 1 + 1");
            let sandbox = Sandbox::builder().cells(1).build();
            let result = runtime.block_on(sandbox.execute(request)).unwrap();
            assert_eq!(result.outcome.unwrap(), 2);
        }
        Some(NOTHING) => {}
        _ => {
            let waiting = runtime.block_on(waiting_cell_bytes());
            let (cold, idle) = (process_ns(RUN), process_ns(NOTHING));
            let figures = serde_json::json!({
                "footprint/waiting-cell-bytes": waiting,
                "footprint/cold-process-ns": cold,
                "footprint/idle-process-ns": idle,
            });
            println!("{figures:#}");
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/footprint.json");
            std::fs::write(path, figures.to_string()).unwrap();
        }
    }
}

/// Private memory that each of [`CELLS`] adds while it waits for a tool.
async fn waiting_cell_bytes() -> usize {
    let sandbox = Sandbox::new();
    let run = |gate: Arc<Semaphore>, arrived: Arc<Semaphore>| {
        let sandbox = sandbox.clone();
        async move {
            let wait = Tool::from_fn("wait", move |_, _| {
                arrived.add_permits(1);
                let gate = Arc::clone(&gate);
                async move {
                    let _open = gate.acquire().await;
                    Ok(1)
                }
            });
            let request = ExecuteRequest::new("async () => await codemode.wait()").tool(wait);
            assert_eq!(sandbox.execute(request).await.unwrap().outcome.unwrap(), 1);
        }
    };
    // What only the first run costs is paid before the first look.
    run(Arc::new(Semaphore::new(1)), Arc::new(Semaphore::new(0))).await;
    let (gate, arrived) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let before = private_bytes();
    let mut runs = JoinSet::new();
    for _ in 0..CELLS {
        runs.spawn(run(Arc::clone(&gate), Arc::clone(&arrived)));
    }
    let all = arrived.acquire_many(CELLS as u32).await.unwrap();
    let after = private_bytes();
    all.forget();
    gate.add_permits(CELLS);
    while let Some(run) = runs.join_next().await {
        run.unwrap();
    }
    (after - before) / CELLS
}

fn private_bytes() -> usize {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap();
    let private = text.lines().filter(|line| line.starts_with("Private_"));
    let kib = private.map(|line| line.split_whitespace().nth(1).unwrap());
    kib.map(|kib| kib.parse::<usize>().unwrap() * 1024).sum()
}

/// The median time of a process of this program from start to end.
fn process_ns(task: &str) -> u128 {
    let program = std::env::current_exe().unwrap();
    let mut times: Vec<u128> = (0..PROCESSES)
        .map(|_| {
            let began = Instant::now();
            let status = Command::new(&program)
                .arg(task)
                .stdout(Stdio::null())
                .status();
            assert!(status.unwrap().success());
            began.elapsed().as_nanos()
        })
        .collect();
    times.sort_unstable();
    times[PROCESSES / 2]
}
