//! Finds a compiler for `wasm32-wasip1` and calls it with the guest's flags.
#![cfg_attr(
    not(feature = "guest"),
    expect(dead_code, reason = "only building calls it")
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::quickjs;

/// The stack of the guest's compiled code, which lies below all its data: an
/// overflow traps instead of writing over something. QuickJS's own limit
/// (`Limits::stack_bytes`) is far below, so that JavaScript meets that first.
///
/// The little beyond 4 MiB puts its top, which every run writes to, into the same 2 MiB as
/// the strings that follow. After each run the kernel looks for written pages wherever it
/// has a page table, and it has one for each 2 MiB that were touched.
const SHADOW_STACK_BYTES: u32 = 4 * 1024 * 1024 + 64 * 1024;

const TARGET: &str = "wasm32-wasip1";

/// A way to build for [`TARGET`].
enum Toolchain {
    /// rustup's target and a wasi-sdk.
    Rustup { wasi_sdk: PathBuf },
    /// Debian's compilers and the sources of the standard library.
    Debian,
}

/// What was found, in one line.
pub(crate) fn describe() -> Result<String> {
    let rustc = find()?.rustc();
    Ok(format!(
        "{} with {}",
        version(rustc)?,
        version(find()?.clang().as_path())?
    ))
}

fn version(program: impl AsRef<Path>) -> Result<String> {
    let program = program.as_ref();
    let output = Command::new(program)
        .arg("--version")
        .output()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

fn find() -> Result<Toolchain> {
    if let Some(wasi_sdk) = std::env::var_os("WASI_SDK") {
        let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output();
        let sysroot = sysroot.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        let libraries = Path::new(sysroot.unwrap_or_default().trim())
            .join("lib/rustlib")
            .join(TARGET);
        if libraries.is_dir() {
            return Ok(Toolchain::Rustup {
                wasi_sdk: wasi_sdk.into(),
            });
        }
    }
    let needed = [
        "/usr/bin/rustc",
        "/usr/bin/clang-19",
        "/usr/bin/wasm-ld-19",
        "/usr/include/wasm32-wasi",
    ];
    if needed.iter().all(|path| Path::new(path).exists()) {
        return Ok(Toolchain::Debian);
    }
    bail!(
        "no compiler for {TARGET} was found. Install one of these:\n\
         \n  rustup target add {TARGET}\n  and a wasi-sdk, with WASI_SDK set to its folder\n\
         \n  apt-get install --no-install-recommends rustc-web cargo-web rust-web-src wasi-libc \\\n    \
         clang-19 lld-19 llvm-19 libclang-rt-19-dev-wasm32 libclang-19-dev libclang1-19"
    )
}

impl Toolchain {
    fn rustc(&self) -> &'static str {
        match self {
            Self::Rustup { .. } => "rustc",
            Self::Debian => "/usr/bin/rustc",
        }
    }

    fn cargo(&self) -> &'static Path {
        Path::new(match self {
            Self::Rustup { .. } => "cargo",
            Self::Debian => "/usr/bin/cargo",
        })
    }

    fn clang(&self) -> PathBuf {
        match self {
            Self::Rustup { wasi_sdk } => wasi_sdk.join("bin/clang"),
            Self::Debian => "/usr/bin/clang-19".into(),
        }
    }
}

/// What of the guest is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Features {
    Default,
    /// No `Intl` and no `Temporal`.
    None,
}

/// Compiles the guest of the repository at `root`; the path of the module.
pub(crate) fn compile(root: &Path, features: Features) -> Result<PathBuf> {
    let guest = root.join("guest-runtime");
    let toolchain = find()?;
    let mut rustflags = vec![
        format!("-Clink-arg=-zstack-size={SHADOW_STACK_BYTES}"),
        "-Cstrip=symbols".to_owned(),
    ];
    // See guest-runtime/src/heap.rs.
    for function in ["malloc", "calloc", "realloc", "free"] {
        rustflags.push(format!("-Clink-arg=--wrap={function}"));
    }
    let mut cflags = vec![
        "-O3".to_owned(),
        // What every engine has had for years and Debian's clang does not assume.
        "-mbulk-memory -mnontrapping-fptoint -msign-ext -mmultivalue".to_owned(),
        format!("-include {}", guest.join("guard.h").display()),
    ];
    for (from, to) in remapped(root) {
        rustflags.push(format!("--remap-path-prefix={}={to}", from.display()));
        cflags.push(format!("-ffile-prefix-map={}={to}", from.display()));
    }
    let quickjs = quickjs::prepare(&guest, toolchain.cargo())?;
    let mut cargo = Command::new(toolchain.cargo());
    cargo
        .current_dir(&guest)
        .arg("--config")
        .arg(format!("paths = [{:?}]", quickjs.display().to_string()))
        .args(["build", "--release", "--locked", "--target", TARGET]);
    if features == Features::None {
        cargo.arg("--no-default-features");
    }
    cargo
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo.env_remove("RUSTFLAGS").env_remove("CARGO_TARGET_DIR");
    if let Toolchain::Debian = &toolchain {
        cargo.args(["-Z", "build-std=std,panic_abort"]);
        cargo
            .env("RUSTC", "/usr/bin/rustc")
            .env("RUSTC_BOOTSTRAP", "1");
        cargo.env("CARGO_TARGET_WASM32_WASIP1_LINKER", "/usr/bin/wasm-ld-19");
        cargo.env("RQUICKJS_SYS_NO_WASI_SDK", "1");
        cargo
            .env("CC_wasm32_wasip1", "clang-19")
            .env("AR_wasm32_wasip1", "llvm-ar-19");
        cargo.env("LIBCLANG_PATH", "/usr/lib/llvm-19/lib");
        let headers = "-isystem /usr/include/wasm32-wasi";
        cargo.env("BINDGEN_EXTRA_CLANG_ARGS_wasm32_wasip1", headers);
        cflags.insert(0, format!("--sysroot=/usr {headers}"));
        for flag in [
            "-Clinker-flavor=wasm-ld",
            "-Clink-self-contained=no",
            "-Lnative=/usr/lib/wasm32-wasi",
        ] {
            rustflags.push(flag.to_owned());
        }
    }
    cargo.env("CFLAGS_wasm32_wasip1", cflags.join(" "));
    cargo.env("CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS", rustflags.join(" "));
    crate::run(&mut cargo)?;
    Ok(guest
        .join("target")
        .join(TARGET)
        .join("release/codecell_guest.wasm"))
}

/// Folders that differ from machine to machine, and what stands for them.
fn remapped(root: &Path) -> Vec<(PathBuf, &'static str)> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let mut folders = vec![(root.to_path_buf(), "/codecell")];
    folders.extend(home.map(|home| (home, "/cargo")));
    folders
}
