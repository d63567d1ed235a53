//! What a run costs, beside the same JavaScript in native QuickJS, in one process.
//!
//! `cargo bench -p codecell` measures; `cargo xtask figures` compares with the bars.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that fails has nothing to measure"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

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

fn fresh(c: &mut Criterion) {
    let (rt, sandbox) = (runtime(), Sandbox::new());
    assert_eq!(returned(&rt, &sandbox, ExecuteRequest::new(TRIVIAL)), 2);
    let mut group = c.benchmark_group("fresh");
    group.bench_function("cell", |b| {
        b.iter(|| returned(&rt, &sandbox, ExecuteRequest::new(black_box(TRIVIAL))));
    });
    group.bench_function("cell-with-fuel", |b| {
        let limits = Limits::default().fuel(1 << 40);
        b.iter(|| {
            returned(
                &rt,
                &sandbox,
                ExecuteRequest::new(TRIVIAL).limits(limits.clone()),
            )
        });
    });
    group.bench_function("native", |b| {
        b.iter(|| {
            let runtime = rquickjs::Runtime::new().unwrap();
            let context = rquickjs::Context::full(&runtime).unwrap();
            context.with(|ctx| {
                let promise: rquickjs::Promise = ctx.eval(format!("({TRIVIAL})()")).unwrap();
                promise.finish::<i32>().unwrap()
            })
        });
    });
    let cell = || {
        let (rt, sandbox) = (runtime(), sandbox.clone());
        move || drop(returned(&rt, &sandbox, ExecuteRequest::new(TRIVIAL)))
    };
    // What two threads can do here at best: they share nothing at all.
    let shares_nothing = || {
        || {
            black_box((0..20_000_u64).fold(0, |a, b| black_box(a ^ b)));
        }
    };
    for (name, threads) in [("one-thread", 1), ("two-threads", 2)] {
        group.bench_function(name, |b| {
            b.iter_custom(|runs| on_threads(threads, runs, cell));
        });
        group.bench_function(format!("{name}-that-share-nothing"), |b| {
            b.iter_custom(|runs| on_threads(threads, runs, shares_nothing));
        });
    }
    group.finish();
}

/// The time of `runs` runs, divided among threads.
fn on_threads<F: FnMut()>(threads: u64, runs: u64, work: impl Fn() -> F + Sync) -> Duration {
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut work = work();
                for _ in 0..runs.div_ceil(threads) {
                    work();
                }
            });
        }
    });
    began.elapsed()
}

fn calls(c: &mut Criterion) {
    let (rt, sandbox) = (runtime(), Sandbox::new());
    let now = || Tool::raw("now", |_, _| async { Ok(Some("1".to_owned())) });
    let soon = || {
        Tool::from_fn("soon", |_, _| async {
            tokio::time::sleep(Duration::from_millis(10)).await;
            Ok(1)
        })
    };
    let mut group = c.benchmark_group("calls");
    for n in [1, 100] {
        let code = format!(
            "async () => {{ let s = 0; for (let i = 0; i < {n}; i++) s += await codemode.now(i); return s }}"
        );
        group.bench_function(format!("sequential-{n}/cell"), |b| {
            b.iter(|| {
                assert_eq!(
                    returned(
                        &rt,
                        &sandbox,
                        ExecuteRequest::new(code.as_str()).tool(now())
                    ),
                    n
                )
            });
        });
    }
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

fn data(c: &mut Criterion) {
    let rows: Vec<_> = (0..10_000)
        .map(|i| serde_json::json!({ "id": i, "name": format!("customer {i}"), "city": "Lisbon", "open": i % 100 == 0, "note": "x".repeat(30) }))
        .collect();
    let text = serde_json::to_string(&rows).unwrap();
    let filter =
        "rows.filter(r => r.open).map(({ id, name, city, note }) => ({ id, name, city, note }))";
    let (rt, sandbox) = (runtime(), Sandbox::new());
    let mut group = c.benchmark_group("data/filter-1MB");
    group.sample_size(30);
    group.bench_function("cell", |b| {
        b.iter(|| {
            let answer = text.clone();
            let rows = Tool::raw("rows", move |_, _| {
                std::future::ready(Ok(Some(answer.clone())))
            });
            let code =
                format!("async () => {{ const rows = await codemode.rows(); return {filter} }}");
            returned(&rt, &sandbox, ExecuteRequest::new(code).tool(rows))
        });
    });
    group.bench_function("native", |b| {
        b.iter(|| {
            let runtime = rquickjs::Runtime::new().unwrap();
            let context = rquickjs::Context::full(&runtime).unwrap();
            let result: String = context.with(|ctx| {
                let rows = ctx.json_parse(text.as_str()).unwrap();
                ctx.globals().set("rows", rows).unwrap();
                ctx.eval(format!("JSON.stringify({filter})")).unwrap()
            });
            serde_json::from_str::<serde_json::Value>(&result).unwrap()
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
    targets = fresh, calls, data, limits
}
criterion_main!(benches);
