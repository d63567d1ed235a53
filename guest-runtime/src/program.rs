//! Reads a source and begins to run it.
//!
//! A model writes a function, statements, the body of a function, or a module.
//! Each reading is tried in that order on the same text; the first that parses
//! runs. If none does, the error that was met furthest into the text is the one
//! that helps.

use std::ffi::{CStr, CString};

use crate::bindings::codecell::sandbox::types::{Failure, FailureKind, Position};
use crate::failure;
use crate::value::{Ctx, JSValue, Kind, Owned, Thrown, UNDEFINED, kind, qjs};

/// What stack frames call the program.
pub(crate) const FILE_NAME: &str = "program.js";
const C_FILE_NAME: &CStr = c"program.js";

/// How a text can be read.
#[derive(Clone, Copy)]
enum Reading {
    /// Statements; the last expression is the value.
    Script,
    /// The same with `await` at the top.
    AsyncScript,
    /// What stands in an async function, `return` included.
    Body,
    /// `import` and `export` at the top.
    Module,
}

/// What a program gave before anything was awaited.
pub(crate) struct Begun {
    /// The value, or a promise of it.
    pub(crate) value: Owned,
    /// Whether the value is wrapped in `{ value }`, as QuickJS does for
    /// [`Reading::AsyncScript`].
    pub(crate) wrapped: bool,
    /// The namespace of a module, whose `default` is the value once it has run.
    pub(crate) module: Option<Owned>,
}

/// Runs a program up to its first wait.
pub(crate) fn begin(ctx: Ctx, source: String) -> Result<Begun, Failure> {
    let readings = [
        Reading::Script,
        Reading::AsyncScript,
        Reading::Body,
        Reading::Module,
    ];
    let mut furthest: Option<Failure> = None;
    for reading in readings {
        let compiled = match compile(ctx, &source, reading) {
            Ok(compiled) => compiled,
            Err(failure) => {
                let place = |failure: &Failure| failure.position.map(|p| (p.line, p.column));
                if furthest
                    .as_ref()
                    .is_none_or(|known| place(&failure) > place(known))
                {
                    furthest = Some(failure);
                }
                continue;
            }
        };
        return run(ctx, compiled, reading).map_err(|Thrown| failure::caught(ctx));
    }
    Err(furthest.unwrap_or_else(|| failure::new(FailureKind::Syntax, "The program is empty")))
}

fn compile(ctx: Ctx, source: &str, reading: Reading) -> Result<Owned, Failure> {
    let global = qjs::JS_EVAL_TYPE_GLOBAL | qjs::JS_EVAL_FLAG_STRICT;
    let (text, first_line, flags) = match reading {
        Reading::Script => (source.to_owned(), 1, global),
        Reading::AsyncScript => (source.to_owned(), 1, global | qjs::JS_EVAL_FLAG_ASYNC),
        // On lines of its own, so that columns stay and a comment ends. The two
        // lines before it are numbered -1 and 0 (0 alone would mean 1).
        Reading::Body => (format!("(async () => {{\n\n{source}\n}})"), -1, global),
        Reading::Module => (source.to_owned(), 1, qjs::JS_EVAL_TYPE_MODULE),
    };
    let len = text.len();
    let text = CString::new(text).map_err(|error| nul(source, error.nul_position()))?;
    let mut options = qjs::JSEvalOptions {
        version: qjs::JS_EVAL_OPTIONS_VERSION as _,
        eval_flags: (flags | qjs::JS_EVAL_FLAG_COMPILE_ONLY) as _,
        filename: C_FILE_NAME.as_ptr(),
        line_num: first_line,
    };
    // SAFETY: text and file name end in a NUL.
    let compiled = unsafe { qjs::JS_Eval2(ctx.0, text.as_ptr(), len as _, &mut options) };
    ctx.own(compiled).map_err(|Thrown| {
        let failure = failure::caught(ctx);
        match failure.kind {
            FailureKind::Stack => failure,
            _ => Failure {
                kind: FailureKind::Syntax,
                ..failure
            },
        }
    })
}

/// QuickJS stops reading at a NUL, so a program with one would be cut.
fn nul(source: &str, offset: usize) -> Failure {
    let before = source.get(..offset).unwrap_or_default();
    let line = before.matches('\n').count() as u32 + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .encode_utf16()
        .count() as u32
        + 1;
    Failure {
        name: Some("SyntaxError".to_owned()),
        position: Some(Position { line, column }),
        ..failure::new(
            FailureKind::Syntax,
            "The program holds a NUL character; write \\0 instead",
        )
    }
}

fn run(ctx: Ctx, compiled: Owned, reading: Reading) -> Result<Begun, Thrown> {
    let module = match reading {
        // SAFETY: the value is a compiled module.
        Reading::Module => Some(unsafe { qjs::JS_VALUE_GET_PTR(compiled.raw()) }),
        _ => None,
    };
    // SAFETY: QuickJS takes the compiled value over.
    let value = ctx.own(unsafe { qjs::JS_EvalFunction(ctx.0, compiled.release()) })?;
    let value = match reading {
        Reading::Body => ctx.call(value.raw(), &[])?,
        _ => value,
    };
    let module = match module {
        // SAFETY: the context holds the module.
        Some(module) => Some(ctx.own(unsafe { qjs::JS_GetModuleNamespace(ctx.0, module.cast()) })?),
        None => None,
    };
    Ok(Begun {
        value,
        wrapped: matches!(reading, Reading::AsyncScript),
        module,
    })
}

/// Calls a value that is a function; gives back any other.
pub(crate) fn call_if_function(
    ctx: Ctx,
    value: Owned,
    input: Option<JSValue>,
) -> Result<Owned, Thrown> {
    if kind(value.raw()) != Kind::Object || !ctx.is_function(value.raw()) {
        return Ok(value);
    }
    match input {
        Some(input) => ctx.call(value.raw(), &[input]),
        None => ctx.call(value.raw(), &[UNDEFINED][..0]),
    }
}
