//! Time, which stands still inside a step.
//!
//! QuickJS reads the clock through the C library, whose one source is the
//! preview1 function that the adapter answers with [`codecell_now`].

use std::cell::Cell;

thread_local! {
    static NOW_MS: Cell<u64> = const { Cell::new(0) };
    static STARTED_MS: Cell<u64> = const { Cell::new(0) };
}

/// Sets the time at which the run starts.
pub(crate) fn start(now_ms: u64) {
    STARTED_MS.set(now_ms);
    set(now_ms);
}

/// The time at which the run started.
pub(crate) fn started_ms() -> u64 {
    STARTED_MS.get()
}

/// Sets the time at which the coming step happens, in milliseconds since the epoch.
pub(crate) fn set(now_ms: u64) {
    NOW_MS.set(now_ms);
}

/// The time at which this step happens.
pub(crate) fn now_ms() -> u64 {
    NOW_MS.get()
}

/// The same for the adapter: nanoseconds since the epoch.
#[unsafe(no_mangle)]
pub extern "C" fn codecell_now() -> i64 {
    i64::try_from(now_ms())
        .unwrap_or(i64::MAX)
        .saturating_mul(1_000_000)
}
