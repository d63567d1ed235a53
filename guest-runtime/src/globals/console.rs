//! What `console` and `util.inspect` need: a look into values, and lines that the host
//! keeps.

use std::cell::Cell;

use super::{classes, environment, must};
use crate::bindings::codecell::sandbox::host;
use crate::bindings::codecell::sandbox::types::LogLevel;
use crate::failure::frames;
use crate::value::{Ctx, JSContext, JSValue, Kind, Owned, UNDEFINED, arguments, kind, lossy, qjs};

thread_local! {
    static MAX_BYTES: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Sets how many bytes of one line are sent.
pub(crate) fn limit(max_bytes: usize) {
    MAX_BYTES.set(max_bytes);
}

/// A value as `console.log` shows it.
pub(crate) fn inspect(ctx: Ctx, raw: JSValue) -> String {
    let text = environment::inspect(ctx, raw);
    text.and_then(|text| ctx.text(text.raw(), 10_000))
        .unwrap_or_default()
}

unsafe extern "C" fn log(
    ctx: *mut JSContext,
    _this: JSValue,
    argc: i32,
    argv: *mut JSValue,
    _magic: i32,
    _data: *mut JSValue,
) -> JSValue {
    // SAFETY: these are QuickJS's own arguments.
    let (ctx, args) = unsafe { (Ctx(ctx), arguments(argc, argv)) };
    if let [level, text, ..] = args {
        let level = match ctx.text(*level, 8).as_deref() {
            Ok("debug") => LogLevel::Debug,
            Ok("info") => LogLevel::Info,
            Ok("warn") => LogLevel::Warn,
            Ok("error") => LogLevel::Error,
            _ => LogLevel::Log,
        };
        let _ = ctx.with_text(*text, |bytes| send(level, bytes));
    }
    UNDEFINED
}

/// Writes a line of the cell itself.
pub(crate) fn warn(text: &str) {
    send(LogLevel::Warn, text.as_bytes());
}

fn send(level: LogLevel, bytes: &[u8]) {
    let mut end = bytes.len().min(MAX_BYTES.get());
    // Never in the middle of a character.
    while end > 0 && end < bytes.len() && bytes[end] & 0xC0 == 0x80 {
        end -= 1;
    }
    host::log(level, &lossy(&bytes[..end]), (bytes.len() - end) as u64);
}

unsafe extern "C" fn promise_state(
    ctx: *mut JSContext,
    _this: JSValue,
    argc: i32,
    argv: *mut JSValue,
    _magic: i32,
    _data: *mut JSValue,
) -> JSValue {
    // SAFETY: these are QuickJS's own arguments; others than promises give -1.
    let state = unsafe {
        let value = arguments(argc, argv).first().copied().unwrap_or(UNDEFINED);
        qjs::JS_PromiseState(ctx, value)
    };
    qjs::JS_NewFloat64(f64::from(state))
}

unsafe extern "C" fn promise_result(
    ctx: *mut JSContext,
    _this: JSValue,
    argc: i32,
    argv: *mut JSValue,
    _magic: i32,
    _data: *mut JSValue,
) -> JSValue {
    // SAFETY: these are QuickJS's own arguments.
    unsafe {
        let value = arguments(argc, argv).first().copied().unwrap_or(UNDEFINED);
        if qjs::JS_IsPromise(value) {
            qjs::JS_PromiseResult(ctx, value)
        } else {
            UNDEFINED
        }
    }
}

unsafe extern "C" fn is_proxy(
    _ctx: *mut JSContext,
    _this: JSValue,
    argc: i32,
    argv: *mut JSValue,
    _magic: i32,
    _data: *mut JSValue,
) -> JSValue {
    // SAFETY: these are QuickJS's own arguments.
    let proxy = unsafe {
        let value = arguments(argc, argv).first().copied().unwrap_or(UNDEFINED);
        kind(value) == Kind::Object && qjs::JS_IsProxy(value)
    };
    if proxy { qjs::JS_TRUE } else { qjs::JS_FALSE }
}

unsafe extern "C" fn proxy_target(
    ctx: *mut JSContext,
    _this: JSValue,
    argc: i32,
    argv: *mut JSValue,
    _magic: i32,
    _data: *mut JSValue,
) -> JSValue {
    // SAFETY: these are QuickJS's own arguments; a revoked proxy throws.
    unsafe {
        let value = arguments(argc, argv).first().copied().unwrap_or(UNDEFINED);
        if kind(value) != Kind::Object || !qjs::JS_IsProxy(value) {
            return UNDEFINED;
        }
        match Ctx(ctx).own(qjs::JS_GetProxyTarget(ctx, value)) {
            Ok(target) => target.release(),
            Err(_) => {
                drop(Ctx(ctx).catch());
                UNDEFINED
            }
        }
    }
}

/// The frames of the program above the call, as text.
unsafe extern "C" fn stack(
    ctx: *mut JSContext,
    _this: JSValue,
    _argc: i32,
    _argv: *mut JSValue,
    _magic: i32,
    _data: *mut JSValue,
) -> JSValue {
    // SAFETY: the arguments of `JS_ThrowPlainError` are strings with a NUL.
    unsafe {
        qjs::JS_ThrowPlainError(ctx, c"%s".as_ptr(), c"trace".as_ptr());
    }
    let ctx = Ctx(ctx);
    let error = ctx.catch();
    let text = ctx
        .get(error.raw(), c"stack")
        .and_then(|stack| ctx.text(stack.raw(), 100_000));
    ctx.string(&frames(&text.unwrap_or_default())).release()
}

/// What the environment needs to show values and to write lines.
pub(super) fn native(ctx: Ctx) -> Owned {
    // SAFETY: the context is alive.
    let native = must(ctx, ctx.own(unsafe { qjs::JS_NewObject(ctx.0) }), "native");
    let define =
        |name: &str, function: Owned| ctx.define(native.raw(), name, function, qjs::JS_PROP_C_W_E);
    define("log", ctx.function(c"log", log, None));
    define(
        "promiseState",
        ctx.function(c"promiseState", promise_state, None),
    );
    define(
        "promiseResult",
        ctx.function(c"promiseResult", promise_result, None),
    );
    define("isProxy", ctx.function(c"isProxy", is_proxy, None));
    define(
        "proxyTarget",
        ctx.function(c"proxyTarget", proxy_target, None),
    );
    define("classOf", ctx.function(c"classOf", classes::class_of, None));
    define("stack", ctx.function(c"stack", stack, None));

    native
}
