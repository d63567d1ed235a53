//! Tool calls: out through `dispatch`, back as settled promises.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use crate::bindings::codecell::sandbox::host;
use crate::bindings::codecell::sandbox::types::{Settlement, SizeLimit, ToolFailure};
use crate::decode;
use crate::encode::{self, Refusal};
use crate::value::{
    Ctx, EXCEPTION, JSContext, JSValue, Owned, Thrown, UNDEFINED, arguments, identity, qjs,
};

/// The namespace through which the global `fetch` makes its calls.
pub(crate) const FETCH: &str = "fetch";

// guest-runtime/quickjs/promise.h
unsafe extern "C" {
    fn codecell_new_promise(ctx: *mut JSContext) -> JSValue;
    fn codecell_settle_promise(ctx: *mut JSContext, promise: JSValue, value: JSValue, reject: bool);
}

thread_local! {
    static NAMESPACES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// The promises of the calls under way.
    static PENDING: RefCell<BTreeMap<u32, Owned>> = const { RefCell::new(BTreeMap::new()) };
    /// The errors made for failed tools, by identity; held, so none is reused.
    static FAILURES: RefCell<Vec<Owned>> = const { RefCell::new(Vec::new()) };
    static MAX_ARGUMENT_BYTES: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Sets how many bytes the arguments of one call may have.
pub(crate) fn limit(max_argument_bytes: usize) {
    MAX_ARGUMENT_BYTES.set(max_argument_bytes);
}

/// Gives a namespace its number.
pub(crate) fn add_namespace(name: &str) -> i32 {
    NAMESPACES.with_borrow_mut(|names| {
        names.push(name.to_owned());
        names.len() as i32 - 1
    })
}

/// The names of the namespaces that are globals.
pub(crate) fn namespaces() -> Vec<String> {
    let is_global = |name: &&String| *name != FETCH;
    NAMESPACES.with_borrow(|names| names.iter().filter(is_global).cloned().collect())
}

/// Whether a call is under way.
pub(crate) fn any_pending() -> bool {
    PENDING.with_borrow(|pending| !pending.is_empty())
}

/// Whether a thrown object is the failure of a tool.
pub(crate) fn is_failure(raw: JSValue) -> bool {
    FAILURES.with_borrow(|errors| {
        errors
            .iter()
            .any(|error| identity(error.raw()) == identity(raw))
    })
}

/// `namespace.tool(...)`: the function behind every tool.
pub(crate) unsafe extern "C" fn tool(
    ctx: *mut JSContext,
    _this: JSValue,
    argc: i32,
    argv: *mut JSValue,
    magic: i32,
    data: *mut JSValue,
) -> JSValue {
    // SAFETY: these are QuickJS's own arguments; `data` holds the tool's name.
    let (ctx, args, name) = unsafe { (Ctx(ctx), arguments(argc, argv), *data) };
    // SAFETY: the context is alive.
    let Ok(promise) = ctx.own(unsafe { codecell_new_promise(ctx.0) }) else {
        return EXCEPTION;
    };
    match encode::list(ctx, args, MAX_ARGUMENT_BYTES.get()) {
        Ok(arguments) => {
            let Ok(seq) = dispatch(ctx, magic as usize, name, &arguments) else {
                return EXCEPTION;
            };
            let pending = ctx.dup(promise.raw());
            PENDING.with_borrow_mut(|table| table.insert(seq, pending));
        }
        Err(Refusal::TooLarge) => host::exceeded(SizeLimit::Arguments),
        Err(Refusal::Thrown) => reject(ctx, &promise, &ctx.catch()),
        Err(Refusal::Unserializable(message)) => {
            ctx.throw_type_error(&message);
            reject(ctx, &promise, &ctx.catch());
        }
    }
    promise.release()
}

fn dispatch(ctx: Ctx, namespace: usize, name: JSValue, arguments: &str) -> Result<u32, Thrown> {
    NAMESPACES.with_borrow(|names| {
        let namespace = names.get(namespace).map_or("", String::as_str);
        ctx.with_text(name, |tool| {
            let tool = std::str::from_utf8(tool).unwrap_or("\u{FFFD}");
            host::dispatch(namespace, tool, arguments)
        })
    })
}

/// Settles the promise of a call; what the program makes of it runs as a job.
pub(crate) fn settle(ctx: Ctx, seq: u32, settlement: Settlement) {
    let Some(promise) = PENDING.with_borrow_mut(|pending| pending.remove(&seq)) else {
        return;
    };
    match settlement {
        Settlement::Returned(None) => fulfil(ctx, &promise, UNDEFINED),
        Settlement::Returned(Some(json)) => match decode::value(ctx, json) {
            Ok(value) => fulfil(ctx, &promise, value.raw()),
            Err(Thrown) => reject(ctx, &promise, &ctx.catch()),
        },
        Settlement::Failed(failure) => match error(ctx, failure) {
            Ok(error) => {
                reject(ctx, &promise, &error);
                FAILURES.with_borrow_mut(|errors| errors.push(error));
            }
            Err(Thrown) => drop(ctx.catch()),
        },
    }
}

fn fulfil(ctx: Ctx, promise: &Owned, value: JSValue) {
    // SAFETY: promise and value are live; QuickJS takes references of its own.
    unsafe { codecell_settle_promise(ctx.0, promise.raw(), value, false) };
}

fn reject(ctx: Ctx, promise: &Owned, reason: &Owned) {
    // SAFETY: as above.
    unsafe { codecell_settle_promise(ctx.0, promise.raw(), reason.raw(), true) };
}

/// An `Error` without a stack: QuickJS adds one where the program awaits it, which
/// is the place that a person looks for. The one that it has at first tells only
/// that no program was running.
fn error(ctx: Ctx, failure: ToolFailure) -> Result<Owned, Thrown> {
    // SAFETY: the context is alive.
    let error = ctx.own(unsafe { qjs::JS_NewError(ctx.0) })?;
    // SAFETY: the error is live; the name is a string with a NUL.
    unsafe {
        let stack = qjs::JS_NewAtom(ctx.0, c"stack".as_ptr());
        qjs::JS_DeleteProperty(ctx.0, error.raw(), stack, 0);
        qjs::JS_FreeAtom(ctx.0, stack);
    }
    let hidden = qjs::JS_PROP_WRITABLE | qjs::JS_PROP_CONFIGURABLE;
    let name = failure.name.as_deref().unwrap_or("ToolError");
    ctx.define(error.raw(), "message", ctx.string(&failure.message), hidden);
    ctx.define(error.raw(), "name", ctx.string(name), hidden);
    if let Some(data) = failure.data {
        ctx.define(
            error.raw(),
            "data",
            decode::value(ctx, data)?,
            qjs::JS_PROP_C_W_E,
        );
    }
    Ok(error)
}
