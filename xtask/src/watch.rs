//! Changes a module so that it keeps a map of what it touches.
//!
//! It gets a second memory: one byte for each granule of the first that was written to, one
//! for each that was read, and behind these the log of the blocks of its heap.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use wasm_encoder::reencode::{self, Reencode, RoundtripReencoder};
use wasm_encoder::{
    CodeSection, ExportKind, ExportSection, Function, FunctionSection, Instruction, MemArg,
    MemorySection, MemoryType, TypeSection, ValType,
};
use wasmparser::Operator;

use crate::functions::{self, Functions};

/// Bytes that share one mark: 16.
const GRANULE_SHIFT: u32 = 4;
/// Where the marks begin of what was read; those of what was written begin at 0. They
/// suffice for 256 MiB.
const READ: u32 = 16 << 20;
/// Where the log begins.
const LOG: u32 = 32 << 20;
/// Pages of 64 KiB; the log has room for twelve million entries.
const PAGES: u64 = 2048;
/// What the second memory is exported as.
pub(crate) const MEMORY: &str = "codecell_watched";
/// The function that the guest tells its blocks.
const BLOCK: &str = "codecell_block";

/// The module, watched.
pub(crate) fn watched(module: &[u8]) -> Result<Vec<u8>> {
    functions::rewritten(module, &mut Watcher::read(module)?)
}

struct Watcher<'a> {
    functions: Functions<'a>,
    /// The function that the guest tells its blocks.
    block: u32,
    /// The function whose body is next.
    next: u32,
}

impl<'a> Watcher<'a> {
    fn read(module: &'a [u8]) -> Result<Self> {
        let functions = Functions::read(module)?;
        Ok(Self {
            block: functions.exported(BLOCK)?,
            next: functions.imported(),
            functions,
        })
    }

    /// The function that marks what is written: `(address, bytes)`.
    fn mark_written(&self) -> u32 {
        self.functions.type_of.len() as u32
    }

    /// The function that marks what is read.
    fn mark_read(&self) -> u32 {
        self.functions.type_of.len() as u32 + 1
    }

    fn body(&mut self, body: &wasmparser::FunctionBody<'_>) -> Result<Function> {
        let function = self.next;
        self.next += 1;
        let ty = self.functions.type_of[function as usize];
        let parameters = self.functions.types[ty as usize].params().len() as u32;
        let (mut locals, count) = functions::locals(body)?;
        let count = parameters + count;
        let kinds = [
            ValType::I32,
            ValType::I32,
            ValType::I32,
            ValType::I64,
            ValType::F32,
            ValType::F64,
        ];
        locals.extend(kinds.map(|kind| (1, kind)));
        let (address, length) = (count, count + 1);
        let mut out = Function::new(locals);
        if function == self.block {
            log(&mut out);
        }
        for operator in body.get_operators_reader()? {
            let operator = operator?;
            let source = count + 2;
            let mut then: Vec<Instruction<'_>> = Vec::new();
            if let Some((memarg, bytes, kind)) = stored(&operator) {
                let value = count + 2 + kind;
                then.push(Instruction::LocalSet(value));
                then.extend(mark(address, memarg, bytes, self.mark_written()));
                then.push(Instruction::LocalGet(value));
            } else if let Some((memarg, bytes)) = loaded(&operator) {
                then.extend(mark(address, memarg, bytes, self.mark_read()));
            } else if let Operator::MemoryCopy { .. } | Operator::MemoryFill { .. } = operator {
                then.extend([
                    Instruction::LocalSet(length),
                    Instruction::LocalSet(source),
                    Instruction::LocalTee(address),
                    Instruction::LocalGet(address),
                    Instruction::LocalGet(length),
                    Instruction::Call(self.mark_written()),
                ]);
                if let Operator::MemoryCopy { .. } = operator {
                    then.extend([
                        Instruction::LocalGet(source),
                        Instruction::LocalGet(length),
                        Instruction::Call(self.mark_read()),
                    ]);
                }
                then.extend([Instruction::LocalGet(source), Instruction::LocalGet(length)]);
            }
            for instruction in &then {
                out.instruction(instruction);
            }
            let instruction = RoundtripReencoder.instruction(operator);
            out.instruction(&functions::encoded(instruction)?);
        }
        Ok(out)
    }
}

/// What a store writes: place, bytes, and the number of the value's type.
fn stored(operator: &Operator<'_>) -> Option<(wasmparser::MemArg, i32, u32)> {
    Some(match *operator {
        Operator::I32Store { memarg } => (memarg, 4, 0),
        Operator::I32Store8 { memarg } => (memarg, 1, 0),
        Operator::I32Store16 { memarg } => (memarg, 2, 0),
        Operator::I64Store { memarg } => (memarg, 8, 1),
        Operator::I64Store8 { memarg } => (memarg, 1, 1),
        Operator::I64Store16 { memarg } => (memarg, 2, 1),
        Operator::I64Store32 { memarg } => (memarg, 4, 1),
        Operator::F32Store { memarg } => (memarg, 4, 2),
        Operator::F64Store { memarg } => (memarg, 8, 3),
        _ => return None,
    })
}

/// What a load reads.
fn loaded(operator: &Operator<'_>) -> Option<(wasmparser::MemArg, i32)> {
    Some(match *operator {
        Operator::I32Load8S { memarg }
        | Operator::I32Load8U { memarg }
        | Operator::I64Load8S { memarg }
        | Operator::I64Load8U { memarg } => (memarg, 1),
        Operator::I32Load16S { memarg }
        | Operator::I32Load16U { memarg }
        | Operator::I64Load16S { memarg }
        | Operator::I64Load16U { memarg } => (memarg, 2),
        Operator::I32Load { memarg }
        | Operator::F32Load { memarg }
        | Operator::I64Load32S { memarg }
        | Operator::I64Load32U { memarg } => (memarg, 4),
        Operator::I64Load { memarg } | Operator::F64Load { memarg } => (memarg, 8),
        _ => return None,
    })
}

/// Calls a function with the address on the stack, which stays there.
fn mark<'a>(
    address: u32,
    memarg: wasmparser::MemArg,
    bytes: i32,
    function: u32,
) -> [Instruction<'a>; 6] {
    [
        Instruction::LocalTee(address),
        Instruction::LocalGet(address),
        Instruction::I32Const(memarg.offset as i32),
        Instruction::I32Add,
        Instruction::I32Const(bytes),
        Instruction::Call(function),
    ]
}

fn in_second(offset: u32) -> MemArg {
    MemArg {
        offset: u64::from(offset),
        align: 0,
        memory_index: 1,
    }
}

/// `log[n] = (block, bytes); n += 1`, where `n` stands in front.
fn log(out: &mut Function) {
    for parameter in [0, 1] {
        for instruction in [
            Instruction::I32Const(0),
            Instruction::I32Load(in_second(LOG)),
            Instruction::I32Const(3),
            Instruction::I32Shl,
            Instruction::LocalGet(parameter),
            Instruction::I32Store(in_second(LOG + 8 + 4 * parameter)),
        ] {
            out.instruction(&instruction);
        }
    }
    for instruction in [
        Instruction::I32Const(0),
        Instruction::I32Const(0),
        Instruction::I32Load(in_second(LOG)),
        Instruction::I32Const(1),
        Instruction::I32Add,
        Instruction::I32Store(in_second(LOG)),
    ] {
        out.instruction(&instruction);
    }
}

impl Reencode for Watcher<'_> {
    type Error = anyhow::Error;

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: wasmparser::TypeSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        reencode::utils::parse_type_section(self, types, section)?;
        types.ty().function([ValType::I32, ValType::I32], []);
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: wasmparser::FunctionSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        reencode::utils::parse_function_section(self, functions, section)?;
        let ty = self.functions.types.len() as u32;
        functions.function(ty).function(ty);
        Ok(())
    }

    fn parse_memory_section(
        &mut self,
        memories: &mut MemorySection,
        section: wasmparser::MemorySectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        reencode::utils::parse_memory_section(self, memories, section)?;
        memories.memory(MemoryType {
            minimum: PAGES,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: wasmparser::ExportSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        reencode::utils::parse_export_section(self, exports, section)?;
        exports.export(MEMORY, ExportKind::Memory, 1);
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: wasmparser::CodeSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        reencode::utils::parse_code_section(self, code, section)?;
        for marks in [0, READ as i32] {
            let mut mark = Function::new([]);
            for instruction in [
                // From the first granule on, as many as there are to the end of the last.
                Instruction::LocalGet(0),
                Instruction::I32Const(GRANULE_SHIFT as i32),
                Instruction::I32ShrU,
                Instruction::I32Const(marks),
                Instruction::I32Add,
                Instruction::I32Const(1),
                Instruction::LocalGet(0),
                Instruction::LocalGet(1),
                Instruction::I32Add,
                Instruction::I32Const((1 << GRANULE_SHIFT) - 1),
                Instruction::I32Add,
                Instruction::I32Const(GRANULE_SHIFT as i32),
                Instruction::I32ShrU,
                Instruction::LocalGet(0),
                Instruction::I32Const(GRANULE_SHIFT as i32),
                Instruction::I32ShrU,
                Instruction::I32Sub,
                Instruction::MemoryFill(1),
                Instruction::End,
            ] {
                mark.instruction(&instruction);
            }
            code.function(&mark);
        }
        Ok(())
    }

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: wasmparser::FunctionBody<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        let function = self.body(&body).map_err(reencode::Error::UserError)?;
        code.function(&function);
        Ok(())
    }
}

/// A block of the heap.
#[derive(Clone, Copy)]
pub(crate) struct Block {
    pub(crate) start: u32,
    pub(crate) bytes: u32,
}

/// What became of a block.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Touch {
    Written,
    Read,
}

impl Block {
    /// Whether any of it is marked.
    pub(crate) fn touched(self, watched: &[u8]) -> Option<Touch> {
        let first = (self.start >> GRANULE_SHIFT) as usize;
        let last = ((self.start + self.bytes - 1) >> GRANULE_SHIFT) as usize;
        let is_marked = |marks: usize| {
            let marks = watched.get(marks + first..=marks + last);
            marks.is_some_and(|marks| marks.iter().any(|mark| *mark != 0))
        };
        if is_marked(0) {
            return Some(Touch::Written);
        }
        is_marked(READ as usize).then_some(Touch::Read)
    }
}

/// The blocks that are there, by how many were made before each, and how many were made.
pub(crate) fn blocks(watched: &[u8]) -> Result<(BTreeMap<u32, Block>, u32)> {
    let words: Vec<u32> = watched[LOG as usize..]
        .chunks_exact(4)
        .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
        .collect();
    let entries = words[0] as usize;
    let entries = words.get(2..2 + 2 * entries).context("the log is full")?;
    let (mut made, mut live, mut blocks) = (0, BTreeMap::new(), BTreeMap::new());
    for entry in entries.chunks_exact(2) {
        let (start, bytes) = (entry[0], entry[1]);
        if bytes == 0 {
            let ended = live.remove(&start);
            ensure!(ended.is_some(), "a block ends that was not made");
            blocks.remove(&ended.unwrap_or_default());
            continue;
        }
        live.insert(start, made);
        blocks.insert(made, Block { start, bytes });
        made += 1;
    }
    Ok((blocks, made))
}

/// Takes all marks away.
pub(crate) fn forget(watched: &mut [u8]) {
    watched[..LOG as usize].fill(0);
}
