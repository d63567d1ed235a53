//! test262: each file is one test, and each run of it a run of its own. The program is
//! [`runner.js`](runner.js), the test its input.

mod front_matter;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use codecell::{Diagnostics, ExecuteErrorKind, ExecuteRequest, Executor as _, Limits, Sandbox};
use serde_json::json;

use self::front_matter::FrontMatter;
use crate::{Suite, Verdict};

const RUNNER: &str = include_str!("runner.js");

/// What the engine or this host does not have. A test that names one is skipped.
const MISSING: &[&str] = &[
    "Atomics",
    "Atomics.pause",
    "Atomics.waitAsync",
    "IsHTMLDDA",
    "ShadowRealm",
    "await-dictionary",
    "cross-realm",
    "decorators",
    "dynamic-import",
    "export-defer",
    "immutable-arraybuffer",
    "import-bytes",
    "import-defer",
    "import-text",
    "joint-iteration",
    "legacy-regexp",
    "nonextensible-applies-to-private",
    "source-phase-imports",
    "source-phase-imports-module-source",
    "tail-call-optimization",
];

/// Functions of a host that need more than one realm or thread.
const MISSING_HOST: &[&str] = &[
    "$262.createRealm",
    "$262.agent",
    "$262.AbstractModuleSource",
    "$262.IsHTMLDDA",
];

pub(crate) struct Test262 {
    root: PathBuf,
    /// The files that tests include.
    harness: HashMap<String, String>,
}

impl Test262 {
    pub(crate) fn read(dir: &Path) -> Result<Self> {
        let folder = dir.join("harness");
        let mut names = Vec::new();
        crate::collect(&folder, &folder, &mut names)
            .with_context(|| format!("no harness in {}", dir.display()))?;
        let mut harness = HashMap::new();
        for name in names.into_iter().filter(|name| name.ends_with(".js")) {
            let text = std::fs::read_to_string(folder.join(&name))?;
            harness.insert(name, text);
        }
        let root = dir.join("test");
        Ok(Self { root, harness })
    }

    /// Runs the test as its flags ask: sloppy, strict or both.
    async fn verdict(&self, sandbox: &Sandbox, name: &str) -> Result<Verdict> {
        let Ok(source) = std::fs::read_to_string(self.root.join(name)) else {
            return Ok(Verdict::Skipped("text that is not UTF-8".to_owned()));
        };
        let matter = FrontMatter::read(&source)?;
        if let Some(missing) = missing(&matter, &source) {
            return Ok(Verdict::Skipped(missing.to_owned()));
        }
        let mut included = Vec::new();
        if !matter.has("raw") {
            included.extend(["assert.js", "sta.js"]);
            if matter.has("async") {
                included.push("doneprintHandle.js");
            }
        }
        included.extend(matter.includes.iter().map(String::as_str));
        let mut scripts = Vec::new();
        for name in included {
            let text = self.harness.get(name);
            scripts.push(text.with_context(|| format!("the harness has no {name}"))?);
        }

        let strict = format!("'use strict';\n{source}");
        let sources = match () {
            () if matter.has("raw") || matter.has("noStrict") => vec![&source],
            () if matter.has("onlyStrict") => vec![&strict],
            () => vec![&source, &strict],
        };
        for source in sources {
            let mut scripts = scripts.clone();
            scripts.push(source);
            let verdict = run(sandbox, &matter, &scripts).await?;
            if !matches!(verdict, Verdict::Passed) {
                return Ok(verdict);
            }
        }
        Ok(Verdict::Passed)
    }
}

impl Suite for Test262 {
    fn root(&self) -> &Path {
        &self.root
    }

    fn is_test(&self, name: &str) -> bool {
        name.ends_with(".js") && !name.contains("_FIXTURE")
    }

    async fn run(&self, sandbox: &Sandbox, name: &str) -> Result<Vec<(String, Verdict)>> {
        Ok(vec![(name.to_owned(), self.verdict(sandbox, name).await?)])
    }
}

fn missing<'a>(matter: &'a FrontMatter, source: &str) -> Option<&'a str> {
    let mut flags = ["module", "CanBlockIsFalse"].into_iter();
    let mut features = matter.features.iter().map(String::as_str);
    let mut host = MISSING_HOST.iter().copied();
    let flag = flags.find(|flag| matter.has(flag));
    flag.or_else(|| features.find(|feature| MISSING.contains(feature)))
        .or_else(|| host.find(|function| source.contains(function)))
}

async fn run(sandbox: &Sandbox, matter: &FrontMatter, scripts: &[&String]) -> Result<Verdict> {
    let limits = Limits::default()
        .wall_time(Duration::from_secs(120))
        .guest_time(Duration::from_secs(60))
        .memory_bytes(256 << 20);
    let request = ExecuteRequest::new(RUNNER)
        .input(json!({ "scripts": scripts, "isAsync": matter.has("async") }))?
        .limits(limits)
        .diagnostics(Diagnostics::off());
    let result = sandbox.execute(request).await?;
    Ok(match (result.outcome, &matter.negative) {
        (Ok(_), None) => Verdict::Passed,
        (Ok(_), Some(negative)) => Verdict::Failed(format!("no {} was thrown", negative.class)),
        (Err(error), Some(negative))
            if error.kind == ExecuteErrorKind::Exception
                && error.name.as_deref() == Some(&*negative.class) =>
        {
            Verdict::Passed
        }
        (Err(error), _) => {
            let name = error.name.as_deref().unwrap_or(error.kind.as_str());
            let line = error.message.lines().next().unwrap_or_default();
            let line: String = line.chars().take(160).collect();
            Verdict::Failed(format!("{name}: {line}"))
        }
    })
}
