//! What a run waits for: calls under way, and limits.
//!
//! `cargo bench -p codecell` measures; `cargo xtask figures` compares with the bars. What a
//! run costs beside native QuickJS is in `rounds.rs`.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that fails has nothing to measure"
)]

use std::time::Duration;

use codecell::{ExecuteRequest, Executor as _, Limits, Sandbox, Tool};
use criterion::{Criterion, criterion_group, criterion_main};
use tokio::runtime::Runtime;

const TRIVIAL: &str = "async () => 1 + 1";

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
}

fn returned(rt: &Runtime, sandbox: &Sandbox, request: ExecuteRequest) -> serde_json::Value {
    rt.block_on(sandbox.execute(request))
        .unwrap()
        .outcome
        .unwrap()
}

fn calls(c: &mut Criterion) {
    let (rt, sandbox) = (runtime(), Sandbox::new());
    let soon = || {
        Tool::from_fn("soon", |_, _| async {
            tokio::time::sleep(Duration::from_millis(10)).await;
            Ok(1)
        })
    };
    let mut group = c.benchmark_group("calls");
    group.sample_size(30);
    let code = "async () => (await Promise.all(Array.from({ length: 100 }, (_, i) => codemode.soon(i)))).length";
    group.bench_function("parallel-100-of-10ms/cell", |b| {
        b.iter(|| {
            assert_eq!(
                returned(&rt, &sandbox, ExecuteRequest::new(code).tool(soon())),
                100
            )
        });
    });
    group.finish();
}

fn limits(c: &mut Criterion) {
    let (rt, sandbox) = (runtime(), Sandbox::new());
    returned(&rt, &sandbox, ExecuteRequest::new(TRIVIAL));
    let mut group = c.benchmark_group("limits");
    group.sample_size(10);
    group.bench_function("endless-loop-100ms", |b| {
        let limits = Limits::default().guest_time(Duration::from_millis(100));
        b.iter(|| {
            let request = ExecuteRequest::new("while (true) {}").limits(limits.clone());
            assert!(
                rt.block_on(sandbox.execute(request))
                    .unwrap()
                    .outcome
                    .is_err()
            );
        });
    });
    group.bench_function("fresh-after-endless-loops", |b| {
        b.iter(|| returned(&rt, &sandbox, ExecuteRequest::new(TRIVIAL)));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3));
    targets = calls, limits
}
criterion_main!(benches);
