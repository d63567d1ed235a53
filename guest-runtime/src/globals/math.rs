//! `Math.random` and random bytes, which begin where the run's seed says.

use std::cell::Cell;

use sha2::{Digest as _, Sha256};

use crate::value::{Ctx, JSContext, JSValue, qjs};

thread_local! {
    static STATE: Cell<u64> = const { Cell::new(1) };
    /// The seed, and how many blocks of bytes were given.
    static BYTES: Cell<(u64, u64)> = const { Cell::new((1, 0)) };
}

/// Begins the sequence that belongs to `seed`.
pub(crate) fn seed(seed: u64) {
    STATE.set(seed);
    BYTES.set((seed, 0));
}

/// Fills bytes that nobody can foretell from those before who does not know the seed:
/// SHA-256 of seed and block number (a hash generator in the manner of NIST SP 800-90A).
pub(super) fn fill(bytes: &mut [u8]) {
    for chunk in bytes.chunks_mut(32) {
        let (seed, block) = BYTES.get();
        BYTES.set((seed, block + 1));
        let hash = Sha256::new()
            .chain_update(b"codecell random bytes")
            .chain_update(seed.to_le_bytes())
            .chain_update(block.to_le_bytes())
            .finalize();
        for (byte, random) in chunk.iter_mut().zip(hash) {
            *byte = random;
        }
    }
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
