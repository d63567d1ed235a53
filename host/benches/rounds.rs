//! What is compared: with native QuickJS, and one thread with two.
//!
//! Each round does all sides of a comparison, one right after the other, and what is told
//! is the median over the rounds: what else the machine does then weighs on all sides.
//! Writes `target/rounds.json`, which `cargo xtask figures` reads: times in nanoseconds,
//! and ratios.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that fails has nothing to measure"
)]
#![expect(clippy::print_stdout, reason = "figures are its output")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use codecell::{ExecuteRequest, Executor as _, Limits, Sandbox, Tool};
use tokio::runtime::Runtime;

const TRIVIAL: &str = "async () => 1 + 1";

const PROGRAMS: &[(&str, &str)] = &[
    ("fib", "() => { const fib = n => n < 2 ? n : fib(n - 1) + fib(n - 2); return fib(27) }"),
    (
        "json",
        "() => { const o = Array.from({ length: 200 }, (_, i) => ({ id: i, name: 'n' + i, tags: ['a', 'b'], v: i / 3 }));
         let n = 0; for (let i = 0; i < 100; i++) n += JSON.parse(JSON.stringify(o)).length; return n }",
    ),
    (
        "sort",
        "() => { let x = 1, n = 0; for (let k = 0; k < 10; k++) { const a = Array.from({ length: 5000 }, () => x = x * 48271 % 2147483647);
         a.sort((p, q) => p - q); n += a[0] % 7 } return n }",
    ),
    (
        "regex",
        "() => { const text = 'user42@example.com, other text, x.y@z.org; '.repeat(400); let n = 0;
         for (let i = 0; i < 5; i++) n += [...text.matchAll(/[a-z0-9.]+@([a-z]+)\\.(?:com|org)/g)].length; return n }",
    ),
];

fn main() {
    let bench = Bench::new();
    let mut figures = Figures::default();
    bench.runs(&mut figures);
    bench.data(&mut figures);
    bench.computing(&mut figures);
    let figures = figures.medians();
    println!("{figures:#}");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/rounds.json");
    std::fs::write(path, figures.to_string()).unwrap();
}

/// What each round gave, by figure.
#[derive(Default)]
struct Figures(BTreeMap<String, Vec<f64>>);

impl Figures {
    fn add(&mut self, id: impl Into<String>, value: f64) {
        self.0.entry(id.into()).or_default().push(value);
    }

    fn medians(self) -> serde_json::Value {
        let medians = self.0.into_iter().map(|(id, mut rounds)| {
            rounds.sort_by(f64::total_cmp);
            (id, rounds[rounds.len() / 2].into())
        });
        serde_json::Value::Object(medians.collect())
    }
}

struct Bench {
    runtime: Runtime,
    sandbox: Sandbox,
}

impl Bench {
    fn new() -> Self {
        Self {
            runtime: current_thread(),
            sandbox: Sandbox::new(),
        }
    }

    fn run(&self, request: ExecuteRequest) -> serde_json::Value {
        let result = self.runtime.block_on(self.sandbox.execute(request));
        result.unwrap().outcome.unwrap()
    }

    /// A program in a fresh cell with its result, on one thread and on two, and calls.
    ///
    /// What two threads could do at best is seen beside it: of arithmetic that shares
    /// nothing, and of native QuickJS, which shares the machine's caches and the allocator.
    fn runs(&self, figures: &mut Figures) {
        const RUNS: usize = 40;
        let in_cell = || assert_eq!(self.run(ExecuteRequest::new(TRIVIAL)), 2);
        let with_fuel = || {
            let limits = Limits::default().fuel(1 << 40);
            assert_eq!(self.run(ExecuteRequest::new(TRIVIAL).limits(limits)), 2);
        };
        let in_native = || assert_eq!(native_promise(TRIVIAL), 2);
        let with_calls = |calls: usize| {
            let now = Tool::raw("now", |_, _| async { Ok(Some("1".to_owned())) });
            let code = format!(
                "async () => {{ let s = 0; for (let i = 0; i < {calls}; i++) s += await codemode.now(i); return s }}"
            );
            assert_eq!(self.run(ExecuteRequest::new(code).tool(now)), calls);
        };
        let on_own_runtime = || {
            let (runtime, sandbox) = (current_thread(), self.sandbox.clone());
            let bench = Self { runtime, sandbox };
            move || assert_eq!(bench.run(ExecuteRequest::new(TRIVIAL)), 2)
        };
        for _ in 0..200 {
            let native = ns(RUNS / 4, in_native);
            let cell = ns(RUNS, in_cell);
            figures.add("fresh/native", native);
            figures.add("fresh/cell", cell);
            figures.add("fresh/cell-beside-native", cell / native);
            figures.add("fresh/cell-with-fuel", ns(RUNS, with_fuel));
            // One awaited call is what a run with 300 more takes longer.
            let one = ns(4, || with_calls(1));
            let many = ns(4, || with_calls(301));
            figures.add("calls/run-of-1", one);
            figures.add("calls/run-of-100", ns(4, || with_calls(100)));
            figures.add("calls/sequential", (many - one) / 300.0);
            figures.add(
                "fresh/two-threads-beside-one",
                two_beside_one(16 * RUNS, on_own_runtime),
            );
            figures.add(
                "fresh/two-threads-beside-one/native",
                two_beside_one(2 * RUNS, || in_native),
            );
            figures.add(
                "fresh/two-threads-beside-one/arithmetic",
                two_beside_one(8 * RUNS, || arithmetic),
            );
        }
    }

    /// A tool's 1 MB of JSON, filtered to 10 KB.
    fn data(&self, figures: &mut Figures) {
        let rows: Vec<_> = (0..10_000)
            .map(|i| serde_json::json!({ "id": i, "name": format!("customer {i}"), "city": "Lisbon", "open": i % 100 == 0, "note": "x".repeat(30) }))
            .collect();
        let text = serde_json::to_string(&rows).unwrap();
        let filter = "rows.filter(r => r.open).map(({ id, name, city, note }) => ({ id, name, city, note }))";
        let code = format!("async () => {{ const rows = await codemode.rows(); return {filter} }}");
        let in_cell = || {
            let answer = text.clone();
            let rows = Tool::raw("rows", move |_, _| {
                std::future::ready(Ok(Some(answer.clone())))
            });
            self.run(ExecuteRequest::new(code.as_str()).tool(rows))
        };
        let in_native = || {
            let runtime = rquickjs::Runtime::new().unwrap();
            let context = rquickjs::Context::full(&runtime).unwrap();
            let result: String = context.with(|ctx| {
                let rows = ctx.json_parse(text.as_str()).unwrap();
                ctx.globals().set("rows", rows).unwrap();
                ctx.eval(format!("JSON.stringify({filter})")).unwrap()
            });
            serde_json::from_str::<serde_json::Value>(&result).unwrap()
        };
        let expected = in_native();
        for _ in 0..31 {
            let native = ns(1, || assert_eq!(in_native(), expected));
            let cell = ns(1, || assert_eq!(in_cell(), expected));
            figures.add("data/filter-1MB", cell / native);
        }
    }

    fn computing(&self, figures: &mut Figures) {
        for (name, code) in PROGRAMS {
            let expected = native(code);
            let in_cell = |limits: Limits| {
                let result = self.run(ExecuteRequest::new(*code).limits(limits));
                assert_eq!(result.to_string(), expected);
            };
            for _ in 0..31 {
                let native = ns(1, || assert_eq!(native(code), expected));
                let epoch = ns(1, || in_cell(Limits::default()));
                let fuel = ns(1, || in_cell(Limits::default().fuel(1 << 50)));
                figures.add(format!("cpu/{name}/epoch"), epoch / native);
                figures.add(format!("cpu/{name}/fuel"), fuel / native);
            }
        }
    }
}

/// Nanoseconds that one of so many runs takes.
fn ns(runs: usize, mut run: impl FnMut()) -> f64 {
    let began = Instant::now();
    for _ in 0..runs {
        run();
    }
    began.elapsed().as_secs_f64() * 1e9 / runs as f64
}

/// The time that two threads take for what one does.
fn two_beside_one<F: FnMut()>(runs: usize, work: impl Fn() -> F + Sync) -> f64 {
    let on_threads = |threads: usize| {
        let began = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    let mut work = work();
                    for _ in 0..runs / threads {
                        work();
                    }
                });
            }
        });
        began.elapsed().as_secs_f64()
    };
    let one = on_threads(1);
    on_threads(2) / one
}

fn arithmetic() {
    black_box((0..20_000_u64).fold(0, |a, b| black_box(a ^ b)));
}

fn current_thread() -> Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().build().unwrap()
}

/// What an async function gives in QuickJS itself, with a runtime and a context of its own.
fn native_promise(code: &str) -> i32 {
    let runtime = rquickjs::Runtime::new().unwrap();
    let context = rquickjs::Context::full(&runtime).unwrap();
    context.with(|ctx| {
        let promise: rquickjs::Promise = ctx.eval(format!("({code})()")).unwrap();
        promise.finish().unwrap()
    })
}

/// The same for a function that is not async, as JSON.
fn native(code: &str) -> String {
    let runtime = rquickjs::Runtime::new().unwrap();
    let context = rquickjs::Context::full(&runtime).unwrap();
    context.with(|ctx| {
        let code = format!("JSON.stringify(({code})())");
        ctx.eval(code).unwrap()
    })
}
