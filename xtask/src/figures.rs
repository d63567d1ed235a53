//! Tells what `cargo bench` measured, as ratios within one run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// A benchmark, what it is divided by, and the bar for the quotient (or for the
/// time in nanoseconds, when it is divided by nothing).
struct Bar {
    id: &'static str,
    divided_by: Option<&'static str>,
    at_most: f64,
    /// Whether a faster machine takes less.
    computes: bool,
}

const fn time(id: &'static str, at_most_ns: f64) -> Bar {
    Bar {
        id,
        divided_by: None,
        at_most: at_most_ns,
        computes: true,
    }
}

/// A time that is spent waiting, on every machine.
const fn wait(id: &'static str, at_most_ns: f64) -> Bar {
    Bar {
        computes: false,
        ..time(id, at_most_ns)
    }
}

const fn ratio(id: &'static str, divided_by: &'static str, at_most: f64) -> Bar {
    Bar {
        id,
        divided_by: Some(divided_by),
        at_most,
        computes: false,
    }
}

const BARS: &[Bar] = &[
    time("fresh/cell", 30_000.0),
    ratio("fresh/cell", "fresh/native", 0.35),
    // One thread's time for a run, halved by a second thread, is 1 / 1.7 at most.
    ratio("fresh/two-threads", "fresh/one-thread", 0.588),
    time("calls/sequential-100/cell", 500_000.0),
    wait("calls/parallel-100-of-10ms/cell", 12_500_000.0),
    ratio("data/filter-1MB/cell", "data/filter-1MB/native", 2.0),
    wait("limits/endless-loop-100ms", 110_000_000.0),
    // 60 µs for each of 1, 16 and 256 KiB.
    time("normalize/typescript-kib/1", 60_000.0),
    time("normalize/typescript-kib/16", 16.0 * 60_000.0),
    time("normalize/typescript-kib/256", 256.0 * 60_000.0),
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
    ratio("workspace_glob/directory", "workspace_glob/std", 3.0),
    ratio("workspace_search/directory", "workspace_search/std", 3.0),
];

/// What `fresh/native` takes on the machine that the bars in time are from. Other
/// machines are compared by it, since it is QuickJS and nothing of ours.
const NATIVE_THERE_NS: f64 = 91_000.0;

/// Bars for the ratios that `benches/computing.rs` found.
const COMPUTING: &[(&str, f64)] = &[
    ("cpu/fib/epoch", 1.5),
    ("cpu/json/epoch", 2.0),
    ("cpu/sort/epoch", 1.6),
    ("cpu/regex/epoch", 1.8),
    ("cpu/fib/fuel", 2.4),
    ("cpu/json/fuel", 2.4),
    ("cpu/sort/fuel", 2.4),
    ("cpu/regex/fuel", 2.4),
];

/// Bars for what `benches/footprint.rs` found.
const WAITING_CELL_BYTES: f64 = 200.0 * 1024.0;
const COLD_ABOVE_IDLE_NS: f64 = 15_000_000.0;

/// Prints every median, and then every bar.
pub(crate) fn print(root: &Path) -> Result<()> {
    let mut medians = BTreeMap::new();
    collect(&root.join("target/criterion"), &mut medians)
        .context("no benchmarks were run; run `cargo bench` first")?;
    for (id, median) in &medians {
        println!("{id:<40} {:>14.3} µs", median / 1000.0);
    }
    println!();
    let slowness = medians.get("fresh/native").map(|ns| ns / NATIVE_THERE_NS);
    if let Some(slowness) = slowness {
        println!("native QuickJS takes {slowness:.2} times what it takes where the bars are from");
    }
    for Bar {
        id,
        divided_by,
        at_most,
        computes,
    } in BARS
    {
        let divisor = divided_by.map(|id| medians.get(id));
        let value = match (medians.get(*id), divisor) {
            (Some(median), None) => median / 1000.0,
            (Some(median), Some(Some(divisor))) => median / divisor,
            _ => {
                println!("{id:<40} not measured");
                continue;
            }
        };
        let (bar, unit) = match divided_by {
            Some(id) => (*at_most, format!("× {id}")),
            None => (at_most / 1000.0, "µs".to_owned()),
        };
        println!(
            "{id:<40} {value:>10.2} (at most {bar:.2}) {unit}: {}{}",
            verdict(value <= bar),
            slowness
                .filter(|_| *computes && value > bar)
                .map(|slowness| at_that_speed(value / slowness, bar))
                .unwrap_or_default(),
        );
    }
    print_computing(&root.join("target/computing.json"))?;
    print_footprint(&root.join("target/footprint.json"))
}

fn print_computing(path: &Path) -> Result<()> {
    let Ok(text) = fs::read(path) else {
        println!("computing: not measured");
        return Ok(());
    };
    let figures: BTreeMap<String, f64> = serde_json::from_slice(&text)?;
    for (id, bar) in COMPUTING {
        let value = figures.get(*id).copied().unwrap_or(f64::NAN);
        let verdict = verdict(value <= *bar);
        println!("{id:<40} {value:>10.2} (at most {bar:.2}) × native: {verdict}");
    }
    Ok(())
}

fn verdict(reached: bool) -> &'static str {
    if reached { "reached" } else { "MISSED" }
}

/// What a missed time comes to on the machine that its bar is from.
fn at_that_speed(value: f64, bar: f64) -> String {
    format!("; {value:.2} at the speed there: {}", verdict(value <= bar))
}

fn print_footprint(path: &Path) -> Result<()> {
    let Ok(text) = fs::read(path) else {
        println!("footprint: not measured");
        return Ok(());
    };
    let figures: BTreeMap<String, f64> = serde_json::from_slice(&text)?;
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
        println!("{what:<40} {value:>10.2} (at most {bar:.2}) {unit}: {verdict}");
    }
    Ok(())
}

/// Reads `<id>/new/{benchmark,estimates}.json` below a folder.
fn collect(folder: &Path, medians: &mut BTreeMap<String, f64>) -> Result<()> {
    let (benchmark, estimates) = (
        folder.join("new/benchmark.json"),
        folder.join("new/estimates.json"),
    );
    if benchmark.is_file() {
        let benchmark: serde_json::Value = serde_json::from_slice(&fs::read(benchmark)?)?;
        let estimates: serde_json::Value = serde_json::from_slice(&fs::read(estimates)?)?;
        let id = benchmark["full_id"].as_str().unwrap_or_default().to_owned();
        medians.insert(
            id,
            estimates["median"]["point_estimate"]
                .as_f64()
                .unwrap_or(f64::NAN),
        );
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
