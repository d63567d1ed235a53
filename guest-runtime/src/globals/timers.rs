//! `setTimeout`, `setInterval`, their `clear…`, and `queueMicrotask`.
//!
//! A timer is a wait of the state machine: the step ends and tells the host when
//! to resume. Within a step no time passes, so only what was due fires.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use crate::clock;
use crate::value::{Ctx, JSContext, JSValue, Kind, Owned, UNDEFINED, arguments, kind, qjs};

/// The longest delay that browsers and Node keep; longer ones fire at once.
const MAX_DELAY_MS: f64 = 2_147_483_647.0;

struct Timer {
    id: u32,
    callback: Owned,
    args: Vec<Owned>,
    /// The period of an interval.
    every_ms: Option<u64>,
}

thread_local! {
    /// By due time, then by the order in which they were set.
    static QUEUE: RefCell<BTreeMap<(u64, u64), Timer>> = const { RefCell::new(BTreeMap::new()) };
    static NEXT_ID: Cell<u32> = const { Cell::new(1) };
    static NEXT_PLACE: Cell<u64> = const { Cell::new(0) };
    /// The interval that is running, until it is cleared or set again.
    static RUNNING: Cell<u32> = const { Cell::new(0) };
}

/// When the next timer is due, if there is one.
pub(crate) fn next_due() -> Option<u64> {
    QUEUE.with_borrow(|queue| queue.first_key_value().map(|((due, _), _)| *due))
}

/// Runs the first timer that is due; `None` when there is none, else how it ended.
pub(crate) fn fire_due(ctx: Ctx) -> Option<Result<(), crate::value::Thrown>> {
    if next_due()? > clock::now_ms() {
        return None;
    }
    let ((due, _), timer) = QUEUE.with_borrow_mut(BTreeMap::pop_first)?;
    RUNNING.set(timer.id);
    let args: Vec<JSValue> = timer.args.iter().map(Owned::raw).collect();
    let result = ctx.call(timer.callback.raw(), &args).map(drop);
    if let Some(every_ms) = timer.every_ms
        && RUNNING.get() == timer.id
    {
        insert(due.max(clock::now_ms()) + every_ms, timer);
    }
    RUNNING.set(0);
    Some(result)
}

fn insert(due: u64, timer: Timer) {
    let place = NEXT_PLACE.get();
    NEXT_PLACE.set(place + 1);
    QUEUE.with_borrow_mut(|queue| queue.insert((due, place), timer));
}

const INTERVAL: i32 = 1;

unsafe extern "C" fn set(
    ctx: *mut JSContext,
    _this: JSValue,
    argc: i32,
    argv: *mut JSValue,
    magic: i32,
    _data: *mut JSValue,
) -> JSValue {
    // SAFETY: these are QuickJS's own arguments.
    let (ctx, args) = unsafe { (Ctx(ctx), arguments(argc, argv)) };
    let callback = args.first().copied().unwrap_or(UNDEFINED);
    if !ctx.is_function(callback) {
        return ctx.throw_type_error("The callback of a timer must be a function");
    }
    let mut delay = 0.0;
    if let Some(value) = args.get(1)
        // SAFETY: the value is live.
        && unsafe { qjs::JS_ToFloat64(ctx.0, &mut delay, *value) } < 0
    {
        return crate::value::EXCEPTION;
    }
    // NaN, negative and too long delays mean at once, as in browsers.
    let delay = if delay > 0.0 && delay <= MAX_DELAY_MS {
        delay.trunc() as u64
    } else {
        0
    };
    let id = NEXT_ID.get();
    NEXT_ID.set(id + 1);
    let timer = Timer {
        id,
        callback: ctx.dup(callback),
        args: args.iter().skip(2).map(|arg| ctx.dup(*arg)).collect(),
        // A period of nothing would never let the clock move on.
        every_ms: (magic == INTERVAL).then_some(delay.max(1)),
    };
    insert(clock::now_ms() + timer.every_ms.unwrap_or(delay), timer);
    qjs::JS_NewFloat64(f64::from(id))
}

unsafe extern "C" fn clear(
    ctx: *mut JSContext,
    _this: JSValue,
    argc: i32,
    argv: *mut JSValue,
    _magic: i32,
    _data: *mut JSValue,
) -> JSValue {
    // SAFETY: these are QuickJS's own arguments.
    let (ctx, args) = unsafe { (Ctx(ctx), arguments(argc, argv)) };
    let Some(value) = args.first().filter(|value| kind(**value) == Kind::Int) else {
        return UNDEFINED;
    };
    let mut id = 0;
    // SAFETY: the value is live and a number.
    unsafe { qjs::JS_ToInt32(ctx.0, &mut id, *value) };
    if RUNNING.get() == id as u32 {
        RUNNING.set(0);
    }
    // The timer is dropped outside the borrow: a finaliser may set another.
    let place = QUEUE.with_borrow(|queue| {
        queue
            .iter()
            .find(|(_, timer)| timer.id == id as u32)
            .map(|(place, _)| *place)
    });
    if let Some(place) = place {
        drop(QUEUE.with_borrow_mut(|queue| queue.remove(&place)));
    }
    UNDEFINED
}

pub(super) fn install(ctx: Ctx) {
    let global = ctx.global();
    let flags = qjs::JS_PROP_C_W_E;
    let define = |name: &str, function| ctx.define(global.raw(), name, function, flags);
    define("setTimeout", ctx.function(c"setTimeout", set, None));
    define(
        "setInterval",
        ctx.function_with(c"setInterval", set, INTERVAL, None),
    );
    define("clearTimeout", ctx.function(c"clearTimeout", clear, None));
    define("clearInterval", ctx.function(c"clearInterval", clear, None));
}
