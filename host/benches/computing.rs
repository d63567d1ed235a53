//! Computing, as ratios to the same JavaScript in native QuickJS.
//!
//! Each round runs a program natively, without fuel and with fuel, one right after the
//! other, and a ratio is the median over the rounds: what else the machine does then
//! weighs on both sides. Writes `target/computing.json`, which `cargo xtask figures`
//! reads.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that fails has nothing to measure"
)]
#![expect(clippy::print_stdout, reason = "figures are its output")]

use std::time::Instant;

use codecell::{ExecuteRequest, Executor as _, Limits, Sandbox};

const ROUNDS: usize = 31;

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
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let sandbox = Sandbox::new();
    let in_cell = |code: &str, limits: Limits| {
        let request = ExecuteRequest::new(code).limits(limits);
        let result = runtime.block_on(sandbox.execute(request)).unwrap();
        result.outcome.unwrap().to_string()
    };
    let mut figures = serde_json::Map::new();
    for (name, code) in PROGRAMS {
        let (mut epoch, mut fuel) = (Vec::new(), Vec::new());
        let expected = native(code);
        let timed = |run: &dyn Fn() -> String| {
            let began = Instant::now();
            assert_eq!(run(), expected);
            began.elapsed().as_secs_f64()
        };
        for _ in 0..ROUNDS {
            let native = timed(&|| native(code));
            epoch.push(timed(&|| in_cell(code, Limits::default())) / native);
            fuel.push(timed(&|| in_cell(code, Limits::default().fuel(1 << 50))) / native);
        }
        for (variant, ratios) in [("epoch", epoch), ("fuel", fuel)] {
            figures.insert(format!("cpu/{name}/{variant}"), median(ratios).into());
        }
    }
    let figures = serde_json::Value::Object(figures);
    println!("{figures:#}");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/computing.json");
    std::fs::write(path, figures.to_string()).unwrap();
}

/// The program in QuickJS itself, with a runtime and a context of its own.
fn native(code: &str) -> String {
    let runtime = rquickjs::Runtime::new().unwrap();
    let context = rquickjs::Context::full(&runtime).unwrap();
    context.with(|ctx| {
        let code = format!("JSON.stringify(({code})())");
        ctx.eval(code).unwrap()
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
