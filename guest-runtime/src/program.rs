//! Evaluates JavaScript text.

use std::ffi::{CStr, CString};

use crate::bindings::codecell::sandbox::types::{Failure, FailureKind, Position};
use crate::failure;
use crate::value::{Ctx, Owned, Thrown, qjs};

/// What stack frames call the program.
pub(crate) const FILE_NAME: &CStr = c"program.js";

/// Keeps the names that every run uses in the image, so that none has to enter them into
/// QuickJS's tables: the file's, and that of the usual namespace.
pub(crate) fn keep_names(ctx: Ctx) {
    for name in [FILE_NAME, c"codemode"] {
        // SAFETY: the context is alive; the name ends in a NUL. The reference is kept.
        unsafe { qjs::JS_NewAtom(ctx.0, name.as_ptr()) };
    }
}

/// The value of a script, which runs as far as it can without waiting.
pub(crate) fn evaluate(ctx: Ctx, file_name: &CStr, source: String) -> Result<Owned, Failure> {
    let compiled = compile(ctx, file_name, source)?;
    // SAFETY: QuickJS takes the compiled value over.
    ctx.own(unsafe { qjs::JS_EvalFunction(ctx.0, compiled.release()) })
        .map_err(|Thrown| failure::caught(ctx))
}

fn compile(ctx: Ctx, file_name: &CStr, source: String) -> Result<Owned, Failure> {
    let len = source.len();
    let text = CString::new(source).map_err(nul)?;
    let flags =
        qjs::JS_EVAL_TYPE_GLOBAL | qjs::JS_EVAL_FLAG_STRICT | qjs::JS_EVAL_FLAG_COMPILE_ONLY;
    let mut options = qjs::JSEvalOptions {
        version: qjs::JS_EVAL_OPTIONS_VERSION as _,
        eval_flags: flags as _,
        filename: file_name.as_ptr(),
        line_num: 1,
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
fn nul(error: std::ffi::NulError) -> Failure {
    let offset = error.nul_position();
    let text = error.into_vec();
    let before = String::from_utf8_lossy(text.get(..offset).unwrap_or_default());
    let last_line = before.rsplit('\n').next().unwrap_or_default();
    Failure {
        name: Some("SyntaxError".to_owned()),
        position: Some(Position {
            line: before.matches('\n').count() as u32 + 1,
            column: last_line.encode_utf16().count() as u32 + 1,
        }),
        ..failure::new(
            FailureKind::Syntax,
            "The program holds a NUL character; write \\0 instead",
        )
    }
}
