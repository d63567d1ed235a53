//! Finds out which blocks of the image programs touch, so that they can lie together.
//!
//! `guest-runtime/src/heap.rs` says why, and takes the plan that is made here.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};
use wasmtime::{Engine, Instance, Module, Store};

use crate::guest::{Guest, Host};
use crate::watch::{self, Block, Touch};

/// A program that is run to see what it touches.
struct Training {
    name: &'static str,
    source: &'static str,
    /// What each of its calls is answered.
    answer: &'static str,
    result: &'static str,
}

macro_rules! training {
    ($name:literal, $answer:literal, $result:literal) => {
        Training {
            name: $name,
            source: include_str!(concat!("training/", $name, ".js")),
            answer: $answer,
            result: $result,
        }
    };
}

const TRAINING: &[Training] = &[
    training!("trivial", "null", "2"),
    training!("call", "1", "1"),
    training!(
        "select",
        r#"{"items":[{"id":1,"name":"alpha","size":12,"tags":["x"]},{"id":2,"name":"beta","size":30,"tags":[]}]}"#,
        r#"{"total":2,"some":true,"chosen":[{"id":2,"name":"BETA","rest":{"size":30,"tags":[]}},{"id":1,"name":"ALPHA","rest":{"size":12,"tags":["x"]}}]}"#
    ),
    training!(
        "batch",
        r#"{"text":"{\"n\":3,\"s\":\"x\"}"}"#,
        r#"{"pairs":"n=3&s=x","failed":"no"}"#
    ),
    training!(
        "text",
        r#"{"text":"ann@site.com wrote to bob@work.com, then left."}"#,
        r#"{"found":["ann","bob"],"byLength":{"2":["to......"],"4":["then....","left...."],"5":["wrote..."],"11":["ann@sitecom","bob@workcom"]},"when":"2026-01-02T03:04:05.000Z","longest":11,"half":"5.50","code":255}"#
    ),
    training!(
        "classes",
        r#"[{"n":1},{"n":2}]"#,
        r#"{"value":13,"big":"100000000000000000000","bits":[1,2,"a","b"]}"#
    ),
    training!("web", r#"{"ok":true}"#, r#"{"ok":true}"#),
];

const TOOLS: &[&str] = &["search", "read", "write", "list"];

/// Bytes of a page.
const PAGE: u32 = 4096;
/// A larger block does not share its pages, so it may as well stay where it is.
const MAX_BLOCK_BYTES: u32 = 8 * PAGE;

/// Where the blocks are to lie that programs touch.
pub(crate) struct Plan {
    /// The number of each block's making, its bytes and its place.
    places: BTreeMap<u32, (u32, u32)>,
    bytes: u32,
    /// Blocks that are made for the image.
    made: u32,
}

/// A block and who touches it.
struct Touched {
    nth: u32,
    block: Block,
    touch: Touch,
    by: Vec<&'static str>,
}

impl Touched {
    /// Whether the block has pages of its own.
    fn has_pages(&self) -> bool {
        self.touch == Touch::Written && self.block.bytes >= PAGE
    }

    /// What is written to comes first, and of that what most programs write to. Blocks with
    /// pages of their own are behind the others.
    fn order(&self) -> impl Ord + '_ {
        let most = Reverse(self.by.len());
        (self.touch, self.has_pages(), most, &self.by, self.nth)
    }
}

/// What the programs touch of an image, and how many blocks were made for it.
fn watched(module: &[u8]) -> Result<(Vec<Touched>, u32)> {
    let engine = Engine::default();
    let module = Module::new(&engine, watch::watched(module)?)?;
    let mut touched: BTreeMap<u32, Touched> = BTreeMap::new();
    let mut made_for_image = 0;
    for training in TRAINING {
        let mut guest = Guest::new(&engine, &module)?;
        let (blocks, made) = watch::blocks(guest.memory(watch::MEMORY)?)?;
        made_for_image = made;
        watch::forget(guest.memory(watch::MEMORY)?);
        let name = training.name;
        match guest.run(training.source, TOOLS, training.answer)? {
            Ok(result) if result == training.result => {}
            other => bail!("training/{name}.js gave {other:?}"),
        }
        let marks = guest.memory(watch::MEMORY)?;
        for (nth, block) in blocks {
            let Some(touch) = block.touched(marks) else {
                continue;
            };
            let by = Vec::new();
            let all = touched.entry(nth);
            let all = all.or_insert(Touched {
                nth,
                block,
                touch,
                by,
            });
            all.touch = all.touch.min(touch);
            all.by.push(name);
        }
    }
    Ok((touched.into_values().collect(), made_for_image))
}

impl Plan {
    /// Watches the programs in a guest.
    pub(crate) fn new(module: &[u8]) -> Result<Self> {
        let (mut chosen, made) = watched(module)?;
        chosen.retain(|it| it.block.bytes <= MAX_BLOCK_BYTES);
        chosen.sort_by(|one, other| one.order().cmp(&other.order()));
        let (mut places, mut bytes) = (BTreeMap::new(), 0_u32);
        for it in &chosen {
            bytes = bytes.next_multiple_of(if it.has_pages() { PAGE } else { 8 });
            places.insert(it.nth, (it.block.bytes, bytes));
            bytes += it.block.bytes;
        }
        let written = chosen.iter().filter(|it| it.touch == Touch::Written);
        println!(
            "{} blocks of {bytes} bytes are touched, {} are written to",
            places.len(),
            written.count(),
        );
        Ok(Self {
            places,
            bytes,
            made,
        })
    }

    /// Gives the plan to a guest whose image is not made yet.
    pub(crate) async fn give(&self, store: &mut Store<Host>, instance: &Instance) -> Result<()> {
        let plan = Given::find(store, instance).await?;
        let (room, max) = (plan.word(store, ROOM)?, plan.word(store, MAX)?);
        ensure!(
            self.bytes <= room,
            "{} bytes have no room in {room}",
            self.bytes
        );
        ensure!(self.places.len() <= max as usize, "more places than {max}");
        let places = self.places.iter();
        let words = places.flat_map(|(nth, (bytes, offset))| [*nth, *bytes, *offset]);
        let bytes: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
        plan.write(store, PLACES, &bytes)?;
        plan.write(store, LEN, &(self.places.len() as u32).to_le_bytes())
    }

    /// Fails if the guest made its image otherwise than when it was watched.
    pub(crate) async fn check(&self, store: &mut Store<Host>, instance: &Instance) -> Result<()> {
        let plan = Given::find(store, instance).await?;
        let (made, taken) = (plan.word(store, MADE)?, plan.word(store, TAKEN)?);
        ensure!(
            (made, taken as usize) == (self.made, self.places.len()),
            "{taken} of {} places were taken, and {made} blocks were made instead of {}",
            self.places.len(),
            self.made
        );
        Ok(())
    }
}

/// The fields of `Plan` in `guest-runtime/src/heap.rs`.
const ROOM: u32 = 0;
const MAX: u32 = 4;
const MADE: u32 = 8;
const TAKEN: u32 = 12;
const LEN: u32 = 16;
const PLACES: u32 = 20;

/// The plan in a guest's memory.
struct Given {
    at: u32,
    memory: wasmtime::Memory,
}

impl Given {
    async fn find(store: &mut Store<Host>, instance: &Instance) -> Result<Self> {
        let memory = instance.get_memory(&mut *store, "memory");
        let memory = memory.context("the guest has no memory")?;
        let find = instance.get_typed_func::<(), u32>(&mut *store, "codecell_plan")?;
        let at = find.call_async(store, ()).await?;
        Ok(Self { at, memory })
    }

    fn word(&self, store: &Store<Host>, field: u32) -> Result<u32> {
        let mut word = [0; 4];
        self.memory
            .read(store, (self.at + field) as usize, &mut word)?;
        Ok(u32::from_le_bytes(word))
    }

    fn write(&self, store: &mut Store<Host>, field: u32, bytes: &[u8]) -> Result<()> {
        Ok(self
            .memory
            .write(store, (self.at + field) as usize, bytes)?)
    }
}
