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
}

const fn time(id: &'static str, at_most_ns: f64) -> Bar {
    Bar {
        id,
        divided_by: None,
        at_most: at_most_ns,
    }
}

const fn ratio(id: &'static str, divided_by: &'static str, at_most: f64) -> Bar {
    Bar {
        id,
        divided_by: Some(divided_by),
        at_most,
    }
}

const BARS: &[Bar] = &[
    time("fresh/cell", 30_000.0),
    ratio("fresh/cell", "fresh/native", 0.35),
    // One thread's time for a run, halved by a second thread, is 1 / 1.7 at most.
    ratio("fresh/two-threads", "fresh/one-thread", 0.588),
    time("calls/sequential-100/cell", 500_000.0),
    time("calls/parallel-100-of-10ms/cell", 12_500_000.0),
    ratio("data/filter-1MB/cell", "data/filter-1MB/native", 2.0),
    ratio("cpu/fib/epoch", "cpu/fib/native", 1.5),
    ratio("cpu/json/epoch", "cpu/json/native", 2.0),
    ratio("cpu/sort/epoch", "cpu/sort/native", 1.6),
    ratio("cpu/regex/epoch", "cpu/regex/native", 1.8),
    ratio("cpu/fib/fuel", "cpu/fib/native", 2.4),
    ratio("cpu/json/fuel", "cpu/json/native", 2.4),
    ratio("cpu/sort/fuel", "cpu/sort/native", 2.4),
    ratio("cpu/regex/fuel", "cpu/regex/native", 2.4),
    time("limits/endless-loop-100ms", 110_000_000.0),
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
    for Bar {
        id,
        divided_by,
        at_most,
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
        let verdict = if value <= bar { "reached" } else { "MISSED" };
        println!("{id:<40} {value:>10.2} (at most {bar:.2}) {unit}: {verdict}");
    }
    print_footprint(&root.join("target/footprint.json"))
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
        let verdict = if value <= bar { "reached" } else { "MISSED" };
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
