//! The limits of a run, each with its unit, its default and its attack.

use std::time::Duration;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// What one run may use.
///
/// Every limit ends the run when it is met, except `stack_bytes` (a `RangeError`
/// that the program may catch) and `log_bytes` (output is dropped and counted).
/// A program can neither catch the others nor go on after one.
///
/// The defaults are [`Limits::default`], and are written nowhere else.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use codecell::Limits;
///
/// let limits = Limits::default().guest_time(Duration::from_millis(100)).calls(10);
/// assert_eq!(limits.calls, 10);
/// assert_eq!(limits.fuel, None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Units of Wasmtime fuel, about one for each WebAssembly instruction; `None`
    /// (the default) does not meter and costs nothing. The one limit that is
    /// the same on every machine: a loop ends after the same iteration.
    pub fuel: Option<u64>,
    /// Time in the program itself, waiting for tools left out. A loop that calls
    /// nothing would otherwise keep a core for ever.
    pub guest_time: Duration,
    /// Time from the moment the run has its cell to its end, tools and timers
    /// included. A tool that never answers would otherwise keep the cell.
    pub wall_time: Duration,
    /// Bytes of the cell's linear memory: QuickJS, the program and its data. It
    /// is also the bound on one operation that cannot be interrupted, such as
    /// filling memory.
    pub memory_bytes: usize,
    /// Bytes of stack that JavaScript may use, QuickJS's own recursion included.
    /// Endless recursion would otherwise run off the WebAssembly stack.
    pub stack_bytes: usize,
    /// Bytes of the program, its modules included, before anything reads them.
    pub source_bytes: usize,
    /// Tool calls in all. A loop around a tool would otherwise flood it.
    pub calls: usize,
    /// Tool calls under way at one time.
    pub calls_in_flight: usize,
    /// Bytes of JSON text of one call's arguments.
    pub argument_bytes: usize,
    /// Bytes of JSON text of all calls' arguments together: the host keeps them
    /// for the list of calls.
    pub total_argument_bytes: usize,
    /// Bytes of JSON text that one tool may answer.
    pub tool_result_bytes: usize,
    /// Bytes of JSON text of the program's result.
    pub result_bytes: usize,
    /// Bytes of console output that are kept. Lines past the bound are dropped
    /// and counted, because a loop around `console.log` would otherwise grow the
    /// host's memory while its own heap stays small.
    pub log_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            fuel: None,
            guest_time: Duration::from_secs(10),
            wall_time: Duration::from_secs(60),
            memory_bytes: 64 * MIB,
            stack_bytes: 512 * KIB,
            source_bytes: 256 * KIB,
            calls: 1_000,
            calls_in_flight: 256,
            argument_bytes: MIB,
            total_argument_bytes: 16 * MIB,
            tool_result_bytes: 16 * MIB,
            result_bytes: 16 * MIB,
            log_bytes: 64 * KIB,
        }
    }
}

/// One setter for each field, named as the field.
macro_rules! setters {
    ($($field:ident: $type:ty),* $(,)?) => {
        impl Limits {
            $(
                #[doc = concat!("Sets [`", stringify!($field), "`](Self::", stringify!($field), ").")]
                #[must_use]
                pub fn $field(mut self, $field: $type) -> Self {
                    self.$field = $field;
                    self
                }
            )*
        }
    };
}

setters! {
    guest_time: Duration,
    wall_time: Duration,
    memory_bytes: usize,
    stack_bytes: usize,
    source_bytes: usize,
    calls: usize,
    calls_in_flight: usize,
    argument_bytes: usize,
    total_argument_bytes: usize,
    tool_result_bytes: usize,
    result_bytes: usize,
    log_bytes: usize,
}

impl Limits {
    /// Sets a budget of [`fuel`](Self::fuel), and so switches metering on.
    #[must_use]
    pub fn fuel(mut self, fuel: u64) -> Self {
        self.fuel = Some(fuel);
        self
    }
}
