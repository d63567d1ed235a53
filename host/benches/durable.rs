//! What durability costs: the journal per call, resuming, many paused executions, search.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use codecell::record::Durability;
use codecell::{
    Directory, ExecuteRequest, Executor as _, Runtime, Sandbox, SqliteStore, Tool, ToolProvider,
};
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};

const CALLS: u64 = 100;

fn work() -> ToolProvider {
    ToolProvider::new("work")
        .tool(Tool::from_fn("write", |args, _| async move {
            args.get::<Value>(0)
        }))
        .tool(Tool::from_fn("pay", |_, _| async { Ok(1) }).requires_approval(true))
}

fn sandbox() -> Sandbox {
    Sandbox::builder().cells(64).build()
}

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("durable-bench");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder of its own");
    folder
}

fn store(name: &str, durability: Durability) -> SqliteStore {
    let path = folder().join(name);
    SqliteStore::open_with(path, durability).expect("a new store")
}

fn runtime(store: SqliteStore) -> Runtime {
    Runtime::builder(sandbox(), store)
        .connector(work())
        .keep_alive(Duration::ZERO)
        .build()
        .expect("a runtime")
}

fn sequential() -> String {
    format!("async () => {{ for (let i = 0; i < {CALLS}; i++) await work.write(i); return 1; }}")
}

fn parallel() -> String {
    format!(
        "async () => {{ await Promise.all(Array.from({{ length: {CALLS} }}, (_, i) => \
         work.write(i))); return 1; }}"
    )
}

/// A hundred calls without a journal, and with one of each durability.
fn journal(c: &mut Criterion) {
    let tokio = tokio::runtime::Runtime::new().expect("a runtime of tokio");
    let mut group = c.benchmark_group("durable");
    group.sample_size(20);
    for (name, code) in [("sequential", sequential()), ("parallel", parallel())] {
        let plain = sandbox();
        group.bench_function(format!("none/{name}/{CALLS}"), |b| {
            b.to_async(&tokio).iter(|| async {
                let request = ExecuteRequest::new(code.as_str()).provider(work());
                let result = plain.execute(request).await.expect("no fault of the host");
                assert_eq!(result.outcome, Ok(json!(1)));
            });
        });
        for durability in [Durability::Full, Durability::Process] {
            let runtime = runtime(store("journal.sqlite", durability));
            group.bench_function(format!("{durability:?}/{name}/{CALLS}"), |b| {
                b.to_async(&tokio).iter(|| async {
                    let done = runtime.execute(code.as_str()).await.expect("a store");
                    assert_eq!(done.result(), Some(&json!(1)));
                });
            });
        }
    }
    group.finish();
}

/// What it takes to go on after a number of recorded calls, the last write included.
fn resume(c: &mut Criterion) {
    let tokio = tokio::runtime::Runtime::new().expect("a runtime of tokio");
    let mut group = c.benchmark_group("durable/resume");
    group.sample_size(10);
    for calls in [10, 100, 1_000] {
        let store = SqliteStore::in_memory().expect("a store");
        let limits = codecell::Limits::default().calls(2_000);
        let runtime = Runtime::builder(sandbox(), store)
            .connector(work())
            .limits(limits)
            .keep_alive(Duration::ZERO)
            .build()
            .expect("a runtime");
        let code = format!(
            "async () => {{ for (let i = 0; i < {calls}; i++) await work.write(i); \
             return await work.pay(); }}"
        );
        group.bench_function(format!("{calls}"), |b| {
            b.iter_custom(|rounds| {
                tokio.block_on(async {
                    let mut time = Duration::ZERO;
                    for _ in 0..rounds {
                        let paused = runtime.execute(code.as_str()).await.expect("a store");
                        let began = Instant::now();
                        let done = runtime
                            .approve(paused.execution_id())
                            .await
                            .expect("a store");
                        time += began.elapsed();
                        assert_eq!(done.result(), Some(&json!(1)));
                    }
                    time
                })
            });
        });
    }
    group.finish();
}

/// Ten thousand executions that wait for somebody.
fn many(c: &mut Criterion) {
    let tokio = tokio::runtime::Runtime::new().expect("a runtime of tokio");
    let runtime = runtime(store("many.sqlite", Durability::Process));
    tokio.block_on(async {
        for _ in 0..10_000 {
            let paused = runtime.execute("async () => await work.pay()").await;
            assert_eq!(paused.expect("a store").pending().len(), 1);
        }
    });
    let mut group = c.benchmark_group("durable/paused");
    group.sample_size(10);
    group.bench_function("list/10000", |b| {
        b.to_async(&tokio).iter(|| async {
            assert!(runtime.pending(None).await.expect("a store").len() > 9_000);
        });
    });
    let mut ids = tokio.block_on(async { runtime.pending(None).await.expect("a store") });
    group.bench_function("approve/10000", |b| {
        b.iter_custom(|rounds| {
            tokio.block_on(async {
                let mut time = Duration::ZERO;
                for _ in 0..rounds {
                    let action = ids.pop().expect("enough of them");
                    let began = Instant::now();
                    let done = runtime.approve(action.execution_id).await.expect("a store");
                    time += began.elapsed();
                    assert_eq!(done.result(), Some(&json!(1)));
                }
                time
            })
        });
    });
    group.finish();
}

/// Search over five thousand methods.
fn search(c: &mut Criterion) {
    let nouns = ["issue", "pull_request", "invoice", "message", "repository"];
    let verbs = ["list", "create", "delete", "update", "get"];
    let providers = (0..50).map(|namespace| {
        let tools = (0..100).map(|number: usize| {
            let (verb, noun) = (verbs[number % 5], nouns[number / 5 % 5]);
            let name = format!("{verb}_{noun}_{number}");
            Tool::from_fn(name, |_, _| async { Ok(Value::Null) }).description(format!(
                "Can {verb} one {noun} of an organisation, by its number"
            ))
        });
        ToolProvider::new(format!("service{namespace}")).tools(tools)
    });
    let directory = Directory::new(providers.collect());
    assert_eq!(directory.search("create invoice").results.len(), 50);
    c.bench_function("durable/search/5000", |b| {
        b.iter(|| black_box(directory.search(black_box("create an invoice for an organisation"))));
    });
}

criterion_group!(benches, journal, resume, many, search);
criterion_main!(benches);
