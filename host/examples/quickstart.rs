//! A program, as a model would write it, answers a question about this repository:
//! which crates does `Cargo.lock` hold in several versions, and what pulls them in?
//!
//! `cargo run --release --example quickstart`
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use std::path::{Component, Path, PathBuf};

use anyhow::{Result, bail};
use codecell::{ExecuteRequest, Executor as _, Sandbox, Tool, ToolFailure};

/// What a model wrote. It sees two tools, and nothing else.
const PROGRAM: &str = r#"
async () => {
  const lock = await codemode.readFile("Cargo.lock");
  const packages = lock.split("[[package]]").slice(1).map((text) => ({
    name: text.match(/name = "(.+)"/)[1],
    version: text.match(/version = "(.+)"/)[1],
    needs: [...(text.match(/dependencies = \[([^\]]*)\]/)?.[1] ?? "").matchAll(/"(.+?)"/g)].map((m) => m[1]),
  }));
  const versions = Object.groupBy(packages, (p) => p.name);
  const several = Object.entries(versions).filter(([, found]) => found.length > 1);
  console.log(`${packages.length} packages, ${several.length} in several versions`);

  const manifests = (await codemode.listFiles(".")).filter((path) => path.endsWith("Cargo.toml"));
  const ours = await Promise.all(manifests.map(async (path) =>
    (await codemode.readFile(path)).match(/^name = "(.+)"/m)?.[1]));

  return {
    ours: ours.filter(Boolean).sort(),
    several: several.slice(0, 5).map(([name, found]) => ({
      name,
      versions: found.map((p) => ({
        version: p.version,
        neededBy: packages.filter((q) => q.needs.includes(`${name} ${p.version}`)).map((q) => q.name).slice(0, 3),
      })),
    })),
  };
}
"#;

/// A path inside the repository, or a failure that the program sees.
fn inside(root: &Path, path: &str) -> Result<PathBuf, ToolFailure> {
    let path = Path::new(path);
    match path
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
    {
        true => Ok(root.join(path)),
        false => Err(ToolFailure::new(format!(
            "{} is outside the repository",
            path.display()
        ))),
    }
}

fn list(root: &Path, folder: &Path, found: &mut Vec<String>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden || path.ends_with("target") {
            continue;
        }
        if path.is_dir() {
            list(root, &path, found)?;
        } else if let Ok(relative) = path.strip_prefix(root) {
            found.push(relative.display().to_string());
        }
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()?;
    let (read_root, list_root) = (root.clone(), root);

    let read_file = Tool::from_fn("readFile", move |args, _| {
        let root = read_root.clone();
        async move {
            Ok(std::fs::read_to_string(inside(
                &root,
                &args.get::<String>(0)?,
            )?)?)
        }
    });
    let list_files = Tool::from_fn("listFiles", move |args, _| {
        let root = list_root.clone();
        async move {
            let mut found = Vec::new();
            list(&root, &inside(&root, &args.get::<String>(0)?)?, &mut found)?;
            found.sort();
            Ok(found)
        }
    });

    let request = ExecuteRequest::new(PROGRAM)
        .tool(read_file)
        .tool(list_files);
    let result = Sandbox::new().execute(request).await?;

    for line in &result.logs {
        println!("{line}");
    }
    match &result.outcome {
        Ok(value) => println!("{}", serde_json::to_string_pretty(value)?),
        Err(error) => bail!("{}: {error}", error.kind.as_str()),
    }
    println!(
        "{} calls, {:.1?} in the program",
        result.calls.len(),
        result.cost.guest_time
    );
    Ok(())
}
