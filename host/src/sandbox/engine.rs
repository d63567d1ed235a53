//! The engine, its pool of cells, and the compiled guest.

use std::path::PathBuf;

use wasmtime::component::{HasSelf, Linker};
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use super::bindings::{Sandbox as World, SandboxPre};
use super::cache;
use super::guest::Guest;
use super::state::State;
use super::ticker::Ticker;
use crate::error::{Error, ErrorKind};

/// Stack for WebAssembly. QuickJS's own recursion uses several times as much of
/// it as of the stack that QuickJS counts (`Limits::stack_bytes`), so this must
/// be a multiple: then JavaScript's `RangeError` comes before the trap.
const WASM_STACK_BYTES: usize = 32 * 1024 * 1024;

/// The largest [`Limits::stack_bytes`](crate::Limits::stack_bytes) for which that holds.
pub(super) const MAX_STACK_BYTES: usize = 1024 * 1024;

/// What host functions have on top of it, on the same fiber.
const HOST_STACK_BYTES: usize = 1024 * 1024;

/// Address space of one cell; with all of a 32-bit memory reserved, compiled code
/// needs no bounds checks.
const RESERVED_BYTES: u64 = 1 << 32;

/// The largest memory that a cell can be given.
pub(super) const MAX_MEMORY_BYTES: usize = (1 << 32) - (1 << 16);

/// Memory of a cell that stays resident for the next one, which then takes no page
/// faults for it.
const KEEP_RESIDENT_BYTES: usize = 4 * 1024 * 1024;
const KEEP_TABLE_BYTES: usize = 64 * 1024;

/// What an engine is made from.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) guest: Guest,
    pub(super) cells: u32,
    pub(super) cache_folder: Option<PathBuf>,
}

/// The guest, compiled and linked, with a pool for its cells.
pub(super) struct Machine {
    pub(super) engine: Engine,
    pub(super) guest: SandboxPre<State>,
    pub(super) ticker: Ticker,
}

impl Machine {
    /// Makes the engine and compiles the guest: seconds, or milliseconds when the
    /// machine code is on disk.
    pub(super) fn new(plan: &Plan, fuel: bool) -> Result<Self, Error> {
        let engine = Engine::new(&config(plan.cells, fuel))
            .map_err(|error| Error::with_source(ErrorKind::Engine, error))?;
        let guest =
            link(&engine, plan).map_err(|error| Error::with_source(ErrorKind::Guest, error))?;
        let ticker =
            Ticker::new(&engine).map_err(|error| Error::with_source(ErrorKind::Engine, error))?;
        Ok(Self {
            engine,
            guest,
            ticker,
        })
    }
}

/// Links exactly what `wit/` declares: anything else that a component imports is
/// an error here.
fn link(engine: &Engine, plan: &Plan) -> wasmtime::Result<SandboxPre<State>> {
    let component = cache::component(engine, &plan.guest, plan.cache_folder.as_deref())?;
    let mut linker = Linker::new(engine);
    World::add_to_linker::<State, HasSelf<State>>(&mut linker, |state| state)?;
    SandboxPre::new(linker.instantiate_pre(&component)?)
}

fn config(cells: u32, fuel: bool) -> Config {
    let mut config = Config::new();
    config
        .consume_fuel(fuel)
        .epoch_interruption(true)
        .max_wasm_stack(WASM_STACK_BYTES)
        .async_stack_size(WASM_STACK_BYTES + HOST_STACK_BYTES)
        .memory_reservation(RESERVED_BYTES)
        .wasm_backtrace_max_frames(None);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(cells)));
    config
}

fn pool(cells: u32) -> PoolingAllocationConfig {
    // A component is a few core modules: the guest and its glue, in others an adapter.
    let core_instances = cells.saturating_mul(5);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(cells)
        .total_core_instances(core_instances)
        .total_memories(cells)
        .total_tables(cells.saturating_mul(3))
        .total_stacks(cells)
        .max_memories_per_component(1)
        .max_memory_size(MAX_MEMORY_BYTES)
        .table_elements(20_000)
        .max_unused_warm_slots(64)
        .linear_memory_keep_resident(KEEP_RESIDENT_BYTES)
        .table_keep_resident(KEEP_TABLE_BYTES)
        // Resets only the pages that a run wrote, where the kernel can tell.
        .pagemap_scan(Enabled::Auto);
    pool
}
