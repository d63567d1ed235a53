//! What came of the tests, by area.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What came of one test.
#[derive(Debug)]
pub(crate) enum Verdict {
    Passed,
    /// And why.
    Failed(String),
    /// And for lack of what.
    Skipped(String),
}

#[derive(Default)]
struct Counts {
    passed: u32,
    failed: u32,
    skipped: u32,
}

#[derive(Default)]
pub(crate) struct Scoreboard {
    areas: BTreeMap<String, Counts>,
    failures: BTreeMap<String, String>,
    missing: BTreeMap<String, u32>,
}

impl Scoreboard {
    /// Notes a test of the file `name`, whose first two folders are its area.
    pub(crate) fn note(&mut self, name: &str, test: String, verdict: Verdict) {
        let folders = name.rsplit_once('/').map_or("", |(folders, _)| folders);
        let area: Vec<&str> = folders.split('/').take(2).collect();
        let counts = self.areas.entry(area.join("/")).or_default();
        match verdict {
            Verdict::Passed => counts.passed += 1,
            Verdict::Failed(why) => {
                counts.failed += 1;
                self.failures.insert(test, why);
            }
            Verdict::Skipped(feature) => {
                counts.skipped += 1;
                *self.missing.entry(feature).or_default() += 1;
            }
        }
    }

    /// The table, and what the skipped tests need.
    pub(crate) fn areas(&self) -> String {
        let mut text = format!(
            "{:<44}{:>8}{:>8}{:>8}\n",
            "area", "passed", "failed", "skipped"
        );
        let mut all = Counts::default();
        for (area, counts) in &self.areas {
            line(&mut text, area, counts);
            all.passed += counts.passed;
            all.failed += counts.failed;
            all.skipped += counts.skipped;
        }
        line(&mut text, "all", &all);
        text.push_str("\nskipped for lack of\n");
        for (feature, count) in &self.missing {
            writeln!(text, "{feature:<44}{count:>24}").expect("a string takes what is written");
        }
        text
    }

    /// Every test that failed, and why.
    pub(crate) fn failures(&self) -> String {
        let lines = self.failures.iter();
        lines
            .map(|(test, why)| format!("{test}: {why}\n"))
            .collect()
    }
}

fn line(text: &mut String, area: &str, counts: &Counts) {
    let Counts {
        passed,
        failed,
        skipped,
    } = counts;
    writeln!(text, "{area:<44}{passed:>8}{failed:>8}{skipped:>8}")
        .expect("a string takes what is written");
}
