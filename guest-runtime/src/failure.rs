//! What was thrown, told to the host.

use crate::bindings::codecell::sandbox::types::{Failure, FailureKind, Position};
use crate::call;
use crate::globals::console;
use crate::program::FILE_NAME;
use crate::value::{Ctx, JSValue, Kind, Owned, kind};

/// Bytes that are kept of a message and of a stack: a thrown string may be as
/// large as memory.
const MAX_MESSAGE_BYTES: usize = 16 * 1024;
const MAX_STACK_BYTES: usize = 8 * 1024;

/// An error of ours, without a place in the program.
pub(crate) fn new(kind: FailureKind, message: impl Into<String>) -> Failure {
    Failure {
        kind,
        message: message.into(),
        name: None,
        stack: None,
        position: None,
    }
}

/// What a program threw, whatever it is: any property of it may be a trap.
pub(crate) fn thrown(ctx: Ctx, raw: JSValue) -> Failure {
    if kind(raw) != Kind::Object {
        return new(FailureKind::Exception, primitive(ctx, raw));
    }
    let name = class_name(ctx, raw);
    let stack = text_property(ctx, raw, c"stack", MAX_STACK_BYTES).map(|text| frames(&text));
    let message = match text_property(ctx, raw, c"message", MAX_MESSAGE_BYTES) {
        Some(message) if !message.is_empty() => message,
        // An error without a message is known by its class.
        Some(_) => name.clone().unwrap_or_else(|| "Error".to_owned()),
        None => console::inspect(ctx, raw),
    };
    Failure {
        kind: kind_of(raw, name.as_deref(), &message),
        message,
        position: stack.as_deref().and_then(position),
        stack: stack.filter(|stack| !stack.is_empty()),
        name,
    }
}

/// The exception that waits in the context.
pub(crate) fn caught(ctx: Ctx) -> Failure {
    let thrown_value: Owned = ctx.catch();
    thrown(ctx, thrown_value.raw())
}

fn kind_of(raw: JSValue, name: Option<&str>, message: &str) -> FailureKind {
    if call::is_failure(raw) {
        FailureKind::Tool
    } else if name == Some("RangeError") && message == "Maximum call stack size exceeded" {
        FailureKind::Stack
    } else {
        FailureKind::Exception
    }
}

fn primitive(ctx: Ctx, raw: JSValue) -> String {
    match kind(raw) {
        Kind::Symbol => console::inspect(ctx, raw),
        _ => ctx.text(raw, MAX_MESSAGE_BYTES).unwrap_or_default(),
    }
}

/// The error's `name`, or the name of its class where a subclass did not set one.
fn class_name(ctx: Ctx, raw: JSValue) -> Option<String> {
    let name = text_property(ctx, raw, c"name", 200);
    if name
        .as_deref()
        .is_some_and(|name| !name.is_empty() && name != "Error")
    {
        return name;
    }
    let constructor = quiet(ctx, ctx.get(raw, c"constructor"))?;
    text_property(ctx, constructor.raw(), c"name", 200)
        .filter(|name| !name.is_empty())
        .or(name)
}

fn text_property(ctx: Ctx, raw: JSValue, name: &std::ffi::CStr, max: usize) -> Option<String> {
    let value = quiet(ctx, ctx.get(raw, name))?;
    if kind(value.raw()) != Kind::String {
        return None;
    }
    quiet(ctx, ctx.text(value.raw(), max))
}

/// Forgets an exception: a trap in an error tells nothing.
fn quiet<T>(ctx: Ctx, result: Result<T, crate::value::Thrown>) -> Option<T> {
    if result.is_err() {
        drop(ctx.catch());
    }
    result.ok()
}

/// A stack without the frames of the prelude and of native code.
pub(crate) fn frames(stack: &str) -> String {
    let ours = |line: &&str| !line.contains("codecell:") && !line.ends_with("(native)");
    stack.lines().filter(ours).collect::<Vec<_>>().join("\n")
}

/// The place that the first frame in the program names.
fn position(stack: &str) -> Option<Position> {
    let file_name = FILE_NAME.to_str().unwrap_or_default();
    stack.lines().find_map(|line| {
        let at = line.find(file_name)? + file_name.len() + 1;
        let mut numbers = line.get(at..)?.trim_end_matches(')').split(':');
        Some(Position {
            line: numbers.next()?.parse().ok()?,
            column: numbers.next()?.parse().ok()?,
        })
    })
}
