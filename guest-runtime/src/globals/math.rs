//! `Math.random`, which begins where the run's seed says.

use std::cell::Cell;

use crate::value::{Ctx, JSContext, JSValue, qjs};

thread_local! {
    static STATE: Cell<u64> = const { Cell::new(1) };
}

/// Begins the sequence that belongs to `seed`.
pub(crate) fn seed(seed: u64) {
    STATE.set(seed);
}

/// SplitMix64 (Steele, Lea and Flood, 2014): every seed is a good one.
fn next() -> u64 {
    let state = STATE.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
    STATE.set(state);
    let mut mixed = state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

unsafe extern "C" fn random(
    _ctx: *mut JSContext,
    _this: JSValue,
    _argc: i32,
    _argv: *mut JSValue,
    _magic: i32,
    _data: *mut JSValue,
) -> JSValue {
    // The 53 bits that a double in [0, 1) can hold.
    qjs::JS_NewFloat64((next() >> 11) as f64 / (1_u64 << 53) as f64)
}

pub(super) fn install(ctx: Ctx) {
    let global = ctx.global();
    if let Ok(math) = ctx.get(global.raw(), c"Math") {
        let function = ctx.function(c"random", random, None);
        let flags = qjs::JS_PROP_WRITABLE | qjs::JS_PROP_CONFIGURABLE;
        ctx.define(math.raw(), "random", function, flags);
    }
}
