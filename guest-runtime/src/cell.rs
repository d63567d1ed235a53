//! The state machine: `start`, then `resume` until the program is done.

use std::cell::{Cell, RefCell};
use std::ffi::CString;
use std::ptr;

use javy::{Config, Runtime};

use crate::bindings::codecell::sandbox::host;
use crate::bindings::codecell::sandbox::types::{
    Ending, Failure, FailureKind, Module, Program, SettledCall, SizeLimit, Step,
};
use crate::encode::{self, Refusal};
use crate::globals::{self, console, math, modules, namespaces, timers};
use crate::program;
use crate::value::{Ctx, JSValue, Kind, Owned, Thrown, kind, qjs};
use crate::{call, clock, decode, failure, heap, rejections};

/// Bytes that QuickJS allocates before it looks for cycles the first time. A
/// program is short and its memory has a ceiling, so early passes only cost.
const GC_THRESHOLD_BYTES: usize = 8 * 1024 * 1024;

thread_local! {
    static CONTEXT: Cell<*mut qjs::JSContext> = const { Cell::new(ptr::null_mut()) };
    /// What the program's function returned.
    static MAIN: RefCell<Option<Owned>> = const { RefCell::new(None) };
    static MAX_RESULT_BYTES: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Makes QuickJS and every global that is the same in all runs.
pub(crate) fn initialize() {
    let mut config = Config::default();
    config
        .weak_ref(true)
        .text_encoding(true)
        .gc_threshold(GC_THRESHOLD_BYTES);
    let Ok(runtime) = Runtime::new(config) else {
        panic!("QuickJS does not start")
    };
    let raw = runtime.context().as_raw().as_ptr();
    CONTEXT.set(raw);
    globals::install(Ctx(raw));
    rejections::watch(Ctx(raw));
    program::keep_names(Ctx(raw));
    // The instance ends by being dropped whole.
    std::mem::forget(runtime);
    heap::finish();
}

fn context() -> Ctx {
    let ctx = Ctx(CONTEXT.get());
    // SAFETY: the context is alive. The stack's top moves between calls.
    unsafe { qjs::JS_UpdateStackTop(qjs::JS_GetRuntime(ctx.0)) };
    ctx
}

/// `start` of the WIT.
pub(crate) fn start(program: Program) -> Step {
    let ctx = context();
    let limits = program.limits;
    // SAFETY: the runtime is alive.
    unsafe {
        qjs::JS_SetMaxStackSize(qjs::JS_GetRuntime(ctx.0), limits.stack_bytes as _);
    }
    clock::start(program.now);
    math::seed(program.seed);
    console::limit(limits.log_bytes as usize);
    call::limit(limits.argument_bytes as usize);
    MAX_RESULT_BYTES.set(limits.result_bytes as usize);
    for namespace in &program.namespaces {
        namespaces::define(ctx, &namespace.name, &namespace.tools);
    }
    for module in program.modules {
        modules::add(module.name, module.source);
    }
    let input = program.input.and_then(|json| decode::value(ctx, json).ok());
    if let Some(input) = &input {
        let global = ctx.global();
        ctx.define(
            global.raw(),
            "input",
            ctx.dup(input.raw()),
            qjs::JS_PROP_C_W_E,
        );
    }
    match begin(ctx, program.preludes, program.source, input) {
        Ok(main) => {
            MAIN.set(Some(main));
            turn(ctx)
        }
        Err(failure) => Step::Done(Ending::Failed(failure)),
    }
}

/// `resume` of the WIT.
pub(crate) fn resume(now: u64, settled: Vec<SettledCall>) -> Step {
    let ctx = context();
    clock::set(now);
    for SettledCall { seq, settlement } in settled {
        call::settle(ctx, seq, settlement);
        run_jobs(ctx);
        if let Some(ending) = ending(ctx) {
            return Step::Done(ending);
        }
    }
    turn(ctx)
}

fn begin(
    ctx: Ctx,
    preludes: Vec<Module>,
    source: String,
    input: Option<Owned>,
) -> Result<Owned, Failure> {
    for Module { name, source } in preludes {
        prelude(ctx, &name, source)?;
    }
    let function = program::evaluate(ctx, program::FILE_NAME, source)?;
    let arguments: Vec<JSValue> = input.iter().map(Owned::raw).collect();
    let value = ctx.call(function.raw(), &arguments);
    let value = value.and_then(|value| adopt(ctx, value));
    value.map_err(|Thrown| failure::caught(ctx))
}

fn prelude(ctx: Ctx, namespace: &str, source: String) -> Result<(), Failure> {
    let file_name = format!("prelude:{namespace}");
    let ran = program::evaluate(ctx, &CString::new(file_name).unwrap_or_default(), source);
    ran.map(drop).map_err(|failure| Failure {
        kind: FailureKind::Prelude,
        message: format!("The prelude of \"{namespace}\" failed: {}", failure.message),
        ..failure
    })
}

/// A promise for an object that has a `then` and is none.
fn adopt(ctx: Ctx, value: Owned) -> Result<Owned, Thrown> {
    // SAFETY: the value is live.
    if kind(value.raw()) != Kind::Object || unsafe { qjs::JS_IsPromise(value.raw()) } {
        return Ok(value);
    }
    let then = ctx.get(value.raw(), c"then")?;
    if !ctx.is_function(then.raw()) {
        return Ok(value);
    }
    let mut functions = [crate::value::UNDEFINED; 2];
    // SAFETY: QuickJS writes the two functions.
    let promise =
        ctx.own(unsafe { qjs::JS_NewPromiseCapability(ctx.0, functions.as_mut_ptr()) })?;
    let resolve = ctx.own(functions[0])?;
    drop(ctx.own(functions[1])?);
    ctx.call(resolve.raw(), &[value.raw()])?;
    Ok(promise)
}

/// Runs everything that can run now, and says where that ended.
fn turn(ctx: Ctx) -> Step {
    loop {
        run_jobs(ctx);
        if let Some(ending) = ending(ctx) {
            return Step::Done(ending);
        }
        match timers::fire_due(ctx) {
            Some(Ok(())) => {}
            Some(Err(Thrown)) => return Step::Done(Ending::Failed(failure::caught(ctx))),
            None => break,
        }
    }
    let due = timers::next_due();
    if due.is_none() && !call::any_pending() {
        return Step::Done(Ending::Failed(failure::new(
            FailureKind::Deadlock,
            "The program awaits a promise that nothing can settle: no tool call and no timer \
             is pending. Resolve it, or do not await it.",
        )));
    }
    Step::Waiting(due)
}

fn run_jobs(ctx: Ctx) {
    // SAFETY: the runtime is alive; a job's exception belongs to its promise.
    unsafe {
        let runtime = qjs::JS_GetRuntime(ctx.0);
        let mut job_ctx = ptr::null_mut();
        while qjs::JS_ExecutePendingJob(runtime, &mut job_ctx) != 0 {}
    }
}

const FULFILLED: i32 = 1;
const REJECTED: i32 = 2;

/// How the program ended, if it has.
fn ending(ctx: Ctx) -> Option<Ending> {
    let value = MAIN.with_borrow(|main| main.as_ref().map(|main| ctx.dup(main.raw())))?;
    // The state is read off the promise, not asked through `then`, which a
    // program can replace.
    // SAFETY: the value is live; what is no promise gives a negative state.
    let state = unsafe { qjs::JS_PromiseState(ctx.0, value.raw()) };
    let result = match state {
        // SAFETY: the value is a promise.
        FULFILLED | REJECTED => ctx
            .own(unsafe { qjs::JS_PromiseResult(ctx.0, value.raw()) })
            .ok()?,
        state if state < 0 => value,
        _ => return None,
    };
    let main = MAIN.take();
    if let Some(main) = &main {
        rejections::tell(ctx, main.raw());
    }
    Some(match state {
        REJECTED => Ending::Failed(failure::thrown(ctx, result.raw())),
        _ => returned(ctx, result.raw()),
    })
}

fn returned(ctx: Ctx, raw: JSValue) -> Ending {
    let what = match kind(raw) {
        Kind::Symbol => Some("a symbol"),
        Kind::Object if ctx.is_function(raw) => Some("a function"),
        _ => None,
    };
    if let Some(what) = what {
        return Ending::Failed(failure::new(
            FailureKind::Unserializable,
            format!("The result is {what}, which cannot be serialized; return data instead"),
        ));
    }
    match encode::value(ctx, raw, MAX_RESULT_BYTES.get()) {
        Ok(json) => Ending::Returned(json),
        Err(Refusal::TooLarge) => {
            host::exceeded(SizeLimit::Result);
            Ending::Returned(None)
        }
        Err(Refusal::Thrown) => Ending::Failed(failure::caught(ctx)),
        Err(Refusal::Unserializable(message)) => {
            Ending::Failed(failure::new(FailureKind::Unserializable, message))
        }
    }
}
