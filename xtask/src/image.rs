//! From the compiled guest to the artefact: image, adapter, component.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use wasmtime::Engine;
use wasmtime_wizer::Wizer;
use wit_component::ComponentEncoder;

use crate::layout::Plan;
use crate::toolchain::Features;
use crate::{adapter, arguments, guest, quickjs, run, sources, toolchain};

/// Builds the artefact and its record.
pub(crate) fn build(root: &Path) -> Result<()> {
    let component = component(root, Features::Default)?;
    let record = format!(
        "# Written by `cargo xtask build-guest`; `--check` compares it with the tree.\n\
         sources = \"{}\"\nartefact = \"{}\"\nbytes = {}\ntoolchain = \"{}\"\n",
        sources::digest(root)?,
        sources::digest_of(&component),
        component.len(),
        toolchain::describe()?,
    );
    fs::create_dir_all(root.join("host/guest"))?;
    fs::write(root.join(sources::ARTEFACT), &component)?;
    fs::write(root.join(sources::RECORD), record)?;
    println!("wrote {} ({} bytes)", sources::ARTEFACT, component.len());
    Ok(())
}

/// Builds a guest of the language and the web alone, for `SandboxBuilder::guest`.
pub(crate) fn build_small(root: &Path, path: &Path) -> Result<()> {
    let component = component(root, Features::None)?;
    fs::write(path, &component).with_context(|| format!("cannot write {}", path.display()))?;
    println!("wrote {} ({} bytes)", path.display(), component.len());
    Ok(())
}

/// Builds a copy of the sources in another folder and compares the bytes.
pub(crate) fn verify(root: &Path) -> Result<()> {
    let copy = std::env::temp_dir().join(format!("codecell-verify-{}", std::process::id()));
    let result = component_of_copy(root, &copy);
    let _ = fs::remove_dir_all(&copy);
    let (here, there) = (fs::read(root.join(sources::ARTEFACT))?, result?);
    let (here, there) = (sources::digest_of(&here), sources::digest_of(&there));
    println!("committed {here}\nrebuilt   {there}");
    ensure!(here == there, "the same sources gave other bytes");
    Ok(())
}

fn component_of_copy(root: &Path, copy: &Path) -> Result<Vec<u8>> {
    fs::create_dir_all(copy.join("xtask"))?;
    for folder in ["wit", "xtask/src"] {
        run(Command::new("cp")
            .arg("-r")
            .arg(root.join(folder))
            .arg(copy.join(folder)))?;
    }
    let guest = copy.join("guest-runtime");
    fs::create_dir_all(&guest)?;
    for item in [
        "Cargo.toml",
        "Cargo.lock",
        "guard.h",
        "intl",
        "quickjs",
        "src",
        "temporal",
    ] {
        let from = root.join("guest-runtime").join(item);
        run(Command::new("cp").arg("-r").arg(from).arg(guest.join(item)))?;
    }
    component(copy, Features::Default)
}

fn component(root: &Path, features: Features) -> Result<Vec<u8>> {
    println!("compiling the guest: {}", toolchain::describe()?);
    let module: PathBuf = toolchain::compile(root, features)?;
    let module = fs::read(&module).with_context(|| format!("cannot read {}", module.display()))?;
    quickjs::ensure_loop_has_no_frame(&module)?;
    let module = arguments::widen(&module)?;
    println!("watching what programs write to");
    let plan = Plan::new(&module)?;
    println!("making the image");
    let mut module = adapter::link(&initialized(&module, &plan)?)?;
    append_section(&mut module, &sources::digest(root)?);
    ComponentEncoder::default()
        .validate(true)
        .module(&module)?
        .encode()
}

/// Runs the guest's initialisation and keeps the memory that it leaves.
fn initialized(module: &[u8], plan: &Plan) -> Result<Vec<u8>> {
    let engine = Engine::default();
    let linker = guest::linker(&engine)?;
    let mut store = guest::store(&engine);
    let mut wizer = Wizer::new();
    wizer.init_func(guest::INITIALIZE).keep_init_func(false);
    let mut made = None;
    let image = wizer.run(&mut store, module, async |store, module| {
        let instance = linker.instantiate_async(&mut *store, module).await?;
        plan.give(store, &instance)
            .await
            .map_err(wasmtime::Error::from_anyhow)?;
        made = Some(instance);
        Ok(instance)
    });
    let image = guest::block_on(image)?;
    let instance = made.context("there is no instance")?;
    guest::block_on(plan.check(&mut store, &instance))?;
    Ok(image)
}

/// Appends a custom section (WebAssembly core, 5.5.3) with the sources' digest.
fn append_section(module: &mut Vec<u8>, digest: &str) {
    let mut body = vec![sources::SECTION.len() as u8];
    body.extend_from_slice(sources::SECTION.as_bytes());
    body.extend_from_slice(digest.as_bytes());
    // Both lengths are below 128, which LEB128 writes as one byte.
    module.extend_from_slice(&[0, body.len() as u8]);
    module.extend_from_slice(&body);
}
