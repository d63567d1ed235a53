//! What a program finds in its global scope beyond QuickJS's own.
//!
//! One file per global. `install` runs when the image is made; what depends on
//! the run (seed, namespaces, input) is set by [`crate::cell`] at its start.

pub(crate) mod classes;
pub(crate) mod console;
mod crypto;
pub(crate) mod encodings;
mod environment;
pub(crate) mod math;
pub(crate) mod modules;
pub(crate) mod namespaces;
mod native;
pub(crate) mod timers;

use std::ffi::CStr;

use crate::value::{Ctx, Owned, Thrown, qjs};

/// Defines every global that is the same in all runs.
pub(crate) fn install(ctx: Ctx) {
    classes::install(ctx);
    math::install(ctx);
    timers::install(ctx);
    environment::install(ctx, &console::native(ctx));
    namespaces::install(ctx);
    modules::install(ctx);
}

/// Evaluates a file of the prelude to its last value.
///
/// File names begin with `codecell:`, by which [`crate::failure`] keeps these
/// frames out of the stacks that a program sees.
fn prelude(ctx: Ctx, name: &CStr, source: &CStr) -> Result<Owned, Thrown> {
    let flags = qjs::JS_EVAL_TYPE_GLOBAL | qjs::JS_EVAL_FLAG_STRICT;
    // SAFETY: both strings end in a NUL, which the length leaves out.
    ctx.own(unsafe {
        qjs::JS_Eval(
            ctx.0,
            source.as_ptr(),
            source.to_bytes().len() as _,
            name.as_ptr(),
            flags as i32,
        )
    })
}

/// Includes a file of the prelude with the NUL that QuickJS wants behind it.
macro_rules! prelude_source {
    ($path:literal) => {
        // A constant of its own: together they would take the compiler too long.
        const {
            match std::ffi::CStr::from_bytes_with_nul(concat!(include_str!($path), "\0").as_bytes()) {
                Ok(source) => source,
                Err(_) => panic!("the prelude holds a NUL"),
            }
        }
    };
}
pub(crate) use prelude_source;

/// The value of a prelude step that cannot fail in a working image.
fn must<T>(ctx: Ctx, result: Result<T, Thrown>, what: &str) -> T {
    match result {
        Ok(value) => value,
        Err(Thrown) => {
            let thrown = ctx.catch();
            let text = ctx.text(thrown.raw(), 1000).unwrap_or_default();
            panic!("{what}: {text}")
        }
    }
}
