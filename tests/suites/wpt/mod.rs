//! The web platform tests that are JavaScript alone (`*.any.js`), of the areas whose
//! globals the cell has. Each file is one run and holds many tests.

use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use codecell::{
    Diagnostics, ExecuteRequest, Executor as _, Limits, Sandbox, Tool, ToolFailure, ToolProvider,
};
use serde::Deserialize;
use serde_json::json;

use crate::{Suite, Verdict};

const RUNNER: &str = include_str!("runner.js");

const AREAS: &[&str] = &[
    "FileAPI/blob/",
    "FileAPI/file/",
    "WebCryptoAPI/",
    "compression/",
    "console/",
    "dom/abort/",
    "dom/events/",
    "encoding/",
    "hr-time/",
    "html/webappapis/",
    "streams/",
    "url/",
];

/// Files that need what the cell does not have, by a part of their name.
const MISSING: &[(&str, &str)] = &[
    ("idlharness", "an IDL harness"),
    ("WebCryptoAPI/historical", "a page that is not secure"),
    ("streams/transferable/", "workers"),
    ("cfrg_curves", OTHERS),
    ("_Ed", OTHERS),
    ("_RSA", OTHERS),
    ("_X25519", OTHERS),
    ("_X448", OTHERS),
    ("import_export/okp_", OTHERS),
    ("import_export/rsa_", OTHERS),
    ("encrypt_decrypt/rsa_", OTHERS),
    ("sign_verify/eddsa", OTHERS),
    ("sign_verify/rsa_", OTHERS),
];

const OTHERS: &str = "RSA and the curves 25519 and 448";

pub(crate) struct Wpt {
    root: PathBuf,
    harness: String,
}

#[derive(Deserialize)]
struct Report {
    harness: Option<String>,
    tests: Vec<(String, Option<String>)>,
}

impl Wpt {
    pub(crate) fn read(dir: &Path) -> Result<Self> {
        let path = dir.join("resources/testharness.js");
        let harness = std::fs::read_to_string(&path)
            .with_context(|| format!("no harness at {}", path.display()))?;
        Ok(Self {
            root: dir.to_owned(),
            harness,
        })
    }
}

impl Suite for Wpt {
    fn root(&self) -> &Path {
        &self.root
    }

    fn is_test(&self, name: &str) -> bool {
        name.ends_with(".any.js") && AREAS.iter().any(|area| name.starts_with(area))
    }

    async fn run(&self, sandbox: &Sandbox, name: &str) -> Result<Vec<(String, Verdict)>> {
        let missing = MISSING.iter().find(|(part, _)| name.contains(part));
        if let Some((_, what)) = missing {
            let verdict = Verdict::Skipped((*what).to_owned());
            return Ok(vec![(name.to_owned(), verdict)]);
        }
        let source = std::fs::read_to_string(self.root.join(name))?;
        let mut scripts = Vec::new();
        for line in source.lines().take_while(|line| line.starts_with("//")) {
            if let Some(script) = line.strip_prefix("// META: script=") {
                let path = beside(&self.root, name, script)?;
                let text = std::fs::read_to_string(&path);
                scripts.push(text.with_context(|| path.display().to_string())?);
            }
        }
        scripts.push(source);

        let (root, file) = (self.root.clone(), name.to_owned());
        let read = Tool::from_fn("read", move |args, _| {
            let text = args.get::<String>(0).and_then(|path| {
                let read =
                    beside(&root, &file, &path).and_then(|path| Ok(std::fs::read_to_string(path)?));
                read.map_err(|error| ToolFailure::new(error.to_string()))
            });
            async move { text }
        });
        let limits = Limits::default()
            .wall_time(Duration::from_secs(120))
            .guest_time(Duration::from_secs(60))
            .memory_bytes(256 << 20);
        let request = ExecuteRequest::new(RUNNER)
            .input(json!({ "harness": self.harness, "scripts": scripts }))?
            .provider(ToolProvider::new("suite").tool(read))
            .limits(limits)
            .diagnostics(Diagnostics::off());
        let result = sandbox.execute(request).await?;
        let report = match result.outcome {
            Ok(value) => serde_json::from_value::<Report>(value)?,
            Err(error) => {
                let verdict = Verdict::Failed(format!(
                    "{}: {}",
                    error.kind.as_str(),
                    one_line(&error.message)
                ));
                return Ok(vec![(name.to_owned(), verdict)]);
            }
        };
        let failed = report
            .harness
            .into_iter()
            .map(|why| (name.to_owned(), Some(why)));
        let tests = report.tests.into_iter();
        let tests = tests.map(|(test, failure)| (format!("{name}: {}", one_line(&test)), failure));
        let verdicts = failed.chain(tests).map(|(test, failure)| match failure {
            None => (test, Verdict::Passed),
            Some(why) => (test, Verdict::Failed(one_line(&why))),
        });
        Ok(verdicts.collect())
    }
}

/// The file that `name` calls `path`: from the root of the suite, or beside it.
fn beside(root: &Path, name: &str, path: &str) -> Result<PathBuf> {
    let mut found = match path.strip_prefix('/') {
        Some(path) => return Ok(root.join(path)),
        None => Path::new(name).parent().unwrap_or(Path::new("")).to_owned(),
    };
    for part in Path::new(path).components() {
        match part {
            Component::Normal(part) => found.push(part),
            Component::ParentDir => ensure!(found.pop(), "{path} leaves the suite"),
            _ => {}
        }
    }
    Ok(root.join(found))
}

fn one_line(text: &str) -> String {
    let line = text.escape_debug().to_string();
    line.chars().take(200).collect()
}
