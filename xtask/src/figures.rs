//! Tells what `cargo bench` measured, as ratios within one run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// A figure and its bar.
struct Bar {
    id: &'static str,
    at_most: f64,
    kind: Kind,
}

enum Kind {
    /// Nanoseconds, of which a faster machine takes fewer.
    Time,
    /// Nanoseconds that are spent waiting, on every machine.
    Wait,
    /// The quotient of two times.
    Quotient(&'static str),
    /// A ratio that was measured as one.
    Ratio,
}

const fn time(id: &'static str, at_most: f64) -> Bar {
    let kind = Kind::Time;
    Bar { id, at_most, kind }
}

const fn wait(id: &'static str, at_most: f64) -> Bar {
    let kind = Kind::Wait;
    Bar { id, at_most, kind }
}

const fn quotient(id: &'static str, divisor: &'static str, at_most: f64) -> Bar {
    let kind = Kind::Quotient(divisor);
    Bar { id, at_most, kind }
}

const fn ratio(id: &'static str, at_most: f64) -> Bar {
    let kind = Kind::Ratio;
    Bar { id, at_most, kind }
}

const BARS: &[Bar] = &[
    time("fresh/cell", 30_000.0),
    ratio("fresh/cell-beside-native", 0.35),
    // 1.7 times the work is 1 / 1.7 of the time.
    ratio("fresh/two-threads-beside-one", 0.588),
    time("calls/sequential", 5_000.0),
    wait("calls/parallel-100-of-10ms/cell", 12_500_000.0),
    ratio("data/filter-1MB", 2.0),
    ratio("cpu/fib/epoch", 1.5),
    ratio("cpu/json/epoch", 2.0),
    ratio("cpu/sort/epoch", 1.6),
    ratio("cpu/regex/epoch", 1.8),
    ratio("cpu/fib/fuel", 2.4),
    ratio("cpu/json/fuel", 2.4),
    ratio("cpu/sort/fuel", 2.4),
    ratio("cpu/regex/fuel", 2.4),
    wait("limits/endless-loop-100ms", 110_000_000.0),
    time("normalize/typescript-kib/1 per KiB", 60_000.0),
    time("normalize/typescript-kib/16 per KiB", 60_000.0),
    time("normalize/typescript-kib/256 per KiB", 60_000.0),
    time("normalize/slowest/heads-of-arrows", 250_000_000.0),
    time("normalize/slowest/less-than", 250_000_000.0),
    time("normalize/slowest/many-heads", 250_000_000.0),
    time("normalize/slowest/labels", 250_000_000.0),
    time("normalize/slowest/enum", 250_000_000.0),
    time("normalize/slowest/names", 250_000_000.0),
    time("normalize/slowest/casts", 250_000_000.0),
    time("normalize/slowest/namespaces", 250_000_000.0),
    time("normalize/slowest/awaits", 250_000_000.0),
    time("normalize/slowest/types", 250_000_000.0),
    // 20 µs a tool, and each of these has an input and an output.
    time("typegen/tools/10", 200_000.0),
    time("typegen/tools/100", 2_000_000.0),
    time("typegen/tools/1000", 20_000_000.0),
    time("durable/search/5000", 2_000_000.0),
    quotient("workspace_glob/directory", "workspace_glob/std", 3.0),
    quotient("workspace_search/directory", "workspace_search/std", 3.0),
];

/// What `fresh/native` takes on the machine that the bars in time are from. Other
/// machines are compared by it, since it is QuickJS and nothing of ours.
const NATIVE_THERE_NS: f64 = 91_000.0;

/// Bars for what `benches/footprint.rs` found.
const WAITING_CELL_BYTES: f64 = 200.0 * 1024.0;
const COLD_ABOVE_IDLE_NS: f64 = 15_000_000.0;

/// Prints every median, and then every bar.
pub(crate) fn print(root: &Path) -> Result<()> {
    let mut medians = BTreeMap::new();
    collect(&root.join("target/criterion"), &mut medians)
        .context("no benchmarks were run; run `cargo bench` first")?;
    for (id, median) in &medians {
        println!("{id:<48} {:>14.3} µs", median / 1000.0);
    }
    let rounds = found(&root.join("target/rounds.json"))?;
    println!("\nin rounds: nanoseconds, and ratios");
    for (id, median) in &rounds {
        println!("{id:<48} {median:>14.3}");
    }
    println!();
    let slowness = rounds.get("fresh/native").map(|ns| ns / NATIVE_THERE_NS);
    if let Some(slowness) = slowness {
        println!("native QuickJS takes {slowness:.2} times what it takes where the bars are from");
    }
    for Bar { id, at_most, kind } in BARS {
        let (value, divisor, unit) = match kind {
            Kind::Time | Kind::Wait => {
                let time = rounds.get(*id).or_else(|| medians.get(*id));
                (time, Some(1000.0), "µs")
            }
            Kind::Quotient(divisor) => (medians.get(*id), medians.get(*divisor).copied(), "×"),
            Kind::Ratio => (rounds.get(*id), Some(1.0), "×"),
        };
        let (Some(value), Some(divisor)) = (value, divisor) else {
            println!("{id:<48} not measured");
            continue;
        };
        let value = value / divisor;
        let bar = match kind {
            Kind::Time | Kind::Wait => at_most / 1000.0,
            Kind::Quotient(_) | Kind::Ratio => *at_most,
        };
        println!(
            "{id:<48} {value:>10.2} (at most {bar:.2}) {unit}: {}{}",
            verdict(value <= bar),
            slowness
                .filter(|_| matches!(kind, Kind::Time) && value > bar)
                .map(|slowness| at_that_speed(value / slowness, bar))
                .unwrap_or_default(),
        );
    }
    print_footprint(&root.join("target/footprint.json"))
}

/// What a benchmark of its own wrote; nothing if it was not run.
fn found(path: &Path) -> Result<BTreeMap<String, f64>> {
    match fs::read(path) {
        Ok(text) => Ok(serde_json::from_slice(&text)?),
        Err(_) => Ok(BTreeMap::new()),
    }
}

fn verdict(reached: bool) -> &'static str {
    if reached { "reached" } else { "MISSED" }
}

/// What a missed time comes to on the machine that its bar is from.
fn at_that_speed(value: f64, bar: f64) -> String {
    format!("; {value:.2} at the speed there: {}", verdict(value <= bar))
}

fn print_footprint(path: &Path) -> Result<()> {
    let figures = found(path)?;
    let figure = |id: &str| figures.get(id).copied().unwrap_or(f64::NAN);
    let cold = figure("footprint/cold-process-ns") - figure("footprint/idle-process-ns");
    for (what, value, bar, scale, unit) in [
        (
            "footprint/waiting-cell-bytes",
            figure("footprint/waiting-cell-bytes"),
            WAITING_CELL_BYTES,
            1024.0,
            "KiB",
        ),
        (
            "footprint/cold-process, above idle",
            cold,
            COLD_ABOVE_IDLE_NS,
            1e6,
            "ms",
        ),
    ] {
        let verdict = verdict(value <= bar);
        let (value, bar) = (value / scale, bar / scale);
        println!("{what:<48} {value:>10.2} (at most {bar:.2}) {unit}: {verdict}");
    }
    Ok(())
}

/// Reads `<id>/new/{benchmark,estimates}.json` below a folder. What says how many bytes it
/// works on is told by the KiB too.
fn collect(folder: &Path, medians: &mut BTreeMap<String, f64>) -> Result<()> {
    let (benchmark, estimates) = (
        folder.join("new/benchmark.json"),
        folder.join("new/estimates.json"),
    );
    if benchmark.is_file() {
        let benchmark: serde_json::Value = serde_json::from_slice(&fs::read(benchmark)?)?;
        let estimates: serde_json::Value = serde_json::from_slice(&fs::read(estimates)?)?;
        let id = benchmark["full_id"].as_str().unwrap_or_default().to_owned();
        let median = estimates["median"]["point_estimate"].as_f64();
        let median = median.unwrap_or(f64::NAN);
        if let Some(bytes) = benchmark["throughput"]["Bytes"].as_f64() {
            medians.insert(format!("{id} per KiB"), median / bytes * 1024.0);
        }
        medians.insert(id, median);
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, medians)?;
        }
    }
    Ok(())
}
