//! The guest, as a build runs it: with time and dice that are always the same.

use std::time::Duration;

use anyhow::{Context as _, Result};
use wasmtime::{Caller, Engine, Instance, Linker, Memory, Module, Store, WasmParams, WasmResults};
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::{Deterministic, HostMonotonicClock, HostWallClock, WasiCtxBuilder};

/// The function that makes the image.
pub(crate) const INITIALIZE: &str = "wizer-initialize";

const IMPORTS: &str = "codecell:sandbox/host@0.1.0";
const EXPORTS: &str = "codecell:sandbox/cell@0.1.0";

/// The limits of a run: of stack, arguments, result and log.
const LIMITS: [u32; 4] = [256 << 10, 1 << 20, 1 << 20, 1 << 20];
const SEED: u64 = 1;
const NOW: u64 = 1_700_000_000_000;

/// What a store holds.
pub(crate) struct Host {
    wasi: WasiP1Ctx,
    /// Calls that were made and have no answer yet.
    open: Vec<u32>,
    calls: u32,
}

/// A store for one instance.
pub(crate) fn store(engine: &Engine) -> Store<Host> {
    let wasi = WasiCtxBuilder::new()
        .wall_clock(Epoch)
        .monotonic_clock(Epoch)
        .secure_random(Deterministic::new(vec![0]))
        .insecure_random(Deterministic::new(vec![0]))
        .insecure_random_seed(0)
        .inherit_stderr()
        .build_p1();
    let (open, calls) = (Vec::new(), 0);
    Store::new(engine, Host { wasi, open, calls })
}

/// What the guest imports: what its C library asks for, and the host's functions.
pub(crate) fn linker(engine: &Engine) -> Result<Linker<Host>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p1::add_to_linker_async(&mut linker, |host: &mut Host| &mut host.wasi)?;
    linker.func_wrap(IMPORTS, "dispatch", dispatch)?;
    linker.func_wrap(IMPORTS, "log", |_: u32, _: u32, _: u32, _: u64| {})?;
    linker.func_wrap(IMPORTS, "exceeded", |_: u32| {})?;
    Ok(linker)
}

fn dispatch(mut host: Caller<'_, Host>, _: u32, _: u32, _: u32, _: u32, _: u32, _: u32) -> u32 {
    let host = host.data_mut();
    let seq = host.calls;
    host.calls += 1;
    host.open.push(seq);
    seq
}

/// Nothing here waits, so the future is ready when polled.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

struct Epoch;

impl HostWallClock for Epoch {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }
    fn now(&self) -> Duration {
        Duration::ZERO
    }
}

impl HostMonotonicClock for Epoch {
    fn resolution(&self) -> u64 {
        1_000_000
    }
    fn now(&self) -> u64 {
        0
    }
}

/// An instance whose image is made.
pub(crate) struct Guest {
    store: Store<Host>,
    instance: Instance,
}

/// A result of a program, as JSON, or how it ended otherwise.
pub(crate) type Ending = Result<String, String>;

impl Guest {
    pub(crate) fn new(engine: &Engine, module: &Module) -> Result<Self> {
        let mut store = store(engine);
        let linker = linker(engine)?;
        let instance = block_on(linker.instantiate_async(&mut store, module))?;
        let mut guest = Self { store, instance };
        guest.call::<(), ()>(INITIALIZE, ())?;
        Ok(guest)
    }

    fn call<P, R>(&mut self, name: &str, parameters: P) -> Result<R>
    where
        P: WasmParams + Sync,
        R: WasmResults + Sync,
    {
        let function = self.instance.get_typed_func::<P, R>(&mut self.store, name);
        let function = function.map_err(|error| error.context(format!("calling {name}")))?;
        Ok(block_on(function.call_async(&mut self.store, parameters))?)
    }

    pub(crate) fn memory(&mut self, name: &str) -> Result<&mut [u8]> {
        let memory: Option<Memory> = self.instance.get_memory(&mut self.store, name);
        let memory = memory.with_context(|| format!("the guest has no memory \"{name}\""))?;
        Ok(memory.data_mut(&mut self.store))
    }

    fn take(&mut self, bytes: u32) -> Result<u32> {
        self.call("cabi_realloc", (0_u32, 0_u32, 8_u32, bytes))
    }

    fn bytes(&mut self, at: u32, bytes: u32) -> Result<&mut [u8]> {
        let (start, end) = (at as usize, at as usize + bytes as usize);
        let memory = self.memory("memory")?;
        memory.get_mut(start..end).context("out of the memory")
    }

    /// Writes a list, or a record, of 32-bit words.
    fn put(&mut self, words: &[u32]) -> Result<u32> {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let at = self.take(bytes.len() as u32)?;
        self.bytes(at, bytes.len() as u32)?.copy_from_slice(&bytes);
        Ok(at)
    }

    fn text(&mut self, text: &str) -> Result<[u32; 2]> {
        let at = self.take(text.len() as u32)?;
        self.bytes(at, text.len() as u32)?
            .copy_from_slice(text.as_bytes());
        Ok([at, text.len() as u32])
    }

    fn word(&mut self, at: u32) -> Result<u32> {
        let bytes: &[u8] = self.bytes(at, 4)?;
        Ok(u32::from_le_bytes(bytes.try_into()?))
    }

    fn read(&mut self, at: u32) -> Result<String> {
        let (start, len) = (self.word(at)?, self.word(at + 4)?);
        Ok(String::from_utf8_lossy(self.bytes(start, len)?).into_owned())
    }

    /// Runs a program; each of its calls is given the same answer. Arguments and results
    /// lie in the memory as the component model's canonical ABI has it.
    pub(crate) fn run(&mut self, source: &str, tools: &[&str], answer: &str) -> Result<Ending> {
        const NO_LIST: [u32; 2] = [8, 0];
        const NO_INPUT: [u32; 4] = [0; 4];
        let source = self.text(source)?;
        let mut names = Vec::new();
        for tool in tools {
            names.extend(self.text(tool)?);
        }
        let names = [self.put(&names)?, tools.len() as u32];
        let namespace = [self.text("codemode")?, names].concat();
        let namespaces = [self.put(&namespace)?, 1];
        let program = [
            &source[..],
            &NO_LIST,
            &namespaces,
            &NO_LIST,
            &NO_INPUT,
            &halves(SEED),
            &halves(NOW),
            &LIMITS,
        ];
        let program = self.put(&program.concat())?;
        let mut now = NOW;
        let mut function = "start";
        let mut step: u32 = self.call(&format!("{EXPORTS}#{function}"), program)?;
        loop {
            let ending = self.ending(step)?;
            self.call::<u32, ()>(&format!("cabi_post_{EXPORTS}#{function}"), step)?;
            if let Some(ending) = ending {
                return Ok(ending);
            }
            let mut settled = Vec::new();
            for seq in std::mem::take(&mut self.store.data_mut().open) {
                let answer = self.text(answer)?;
                // Returned, with a value, and the room that a failure would take.
                settled.extend([seq, 0, 1, answer[0], answer[1], 0, 0, 0, 0, 0]);
            }
            let settled = (self.put(&settled)?, settled.len() as u32 / 10);
            now += 5;
            function = "resume";
            let parameters = (now, settled.0, settled.1);
            step = self.call(&format!("{EXPORTS}#{function}"), parameters)?;
        }
    }

    /// How the program ended, unless it waits.
    fn ending(&mut self, step: u32) -> Result<Option<Ending>> {
        if self.word(step)? & 0xff == 0 {
            return Ok(None);
        }
        // The ending's kind is 8 bytes behind, then whether there is a value, then that.
        Ok(Some(match self.word(step + 8)? & 0xff {
            0 if self.word(step + 12)? & 0xff == 1 => Ok(self.read(step + 16)?),
            0 => Ok(String::new()),
            _ => Err(self.read(step + 16)?),
        }))
    }
}

fn halves(word: u64) -> [u32; 2] {
    [word as u32, (word >> 32) as u32]
}
