//! Rejections that nobody handled: a line of the console for each when the program is
//! over. They do not end the run, because what else the program did may be of use.

use std::cell::RefCell;
use std::ffi::c_void;
use std::ptr;

use crate::failure;
use crate::globals::console;
use crate::value::{Ctx, JSContext, JSValue, Owned, identity, qjs};

/// Rejections that are kept at one time. Each that is handled late is looked for among
/// them.
const MAX_KEPT: usize = 1000;
/// Rejections that get a line of their own.
const MAX_TOLD: usize = 10;

struct Rejection {
    promise: Owned,
    reason: Owned,
}

thread_local! {
    static UNHANDLED: RefCell<Vec<Rejection>> = const { RefCell::new(Vec::new()) };
}

/// Has QuickJS tell of rejections.
pub(crate) fn watch(ctx: Ctx) {
    // SAFETY: the runtime is alive.
    unsafe {
        let runtime = qjs::JS_GetRuntime(ctx.0);
        qjs::JS_SetHostPromiseRejectionTracker(runtime, Some(track), ptr::null_mut());
    }
}

unsafe extern "C" fn track(
    ctx: *mut JSContext,
    promise: JSValue,
    reason: JSValue,
    is_handled: bool,
    _opaque: *mut c_void,
) {
    let ctx = Ctx(ctx);
    // What is dropped is dropped after the list is free again.
    let _handled = UNHANDLED.with_borrow_mut(|list| {
        if is_handled {
            let is_it = |it: &Rejection| identity(it.promise.raw()) == identity(promise);
            return list.iter().rposition(is_it).map(|at| list.remove(at));
        }
        if list.len() < MAX_KEPT {
            let (promise, reason) = (ctx.dup(promise), ctx.dup(reason));
            list.push(Rejection { promise, reason });
        }
        None
    });
}

/// Writes what is left; `main` is the promise that is the program's own end.
pub(crate) fn tell(ctx: Ctx, main: JSValue) {
    let mut left = UNHANDLED.take();
    left.retain(|it| identity(it.promise.raw()) != identity(main));
    for Rejection { reason, .. } in left.iter().take(MAX_TOLD) {
        let failure = failure::thrown(ctx, reason.raw());
        let name = failure.name.map(|name| format!("{name}: ")).unwrap_or_default();
        console::warn(&format!("Unhandled rejection: {name}{}", failure.message));
    }
    if left.len() > MAX_TOLD {
        let more = left.len() - MAX_TOLD;
        console::warn(&format!("Unhandled rejections besides these: {more}"));
    }
}
