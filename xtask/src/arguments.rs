//! Makes arguments that go over the stack 64 bits wide.
//!
//! Two of the registers for arguments hold what Wasmtime needs, so from the fifth
//! integer on they go through memory. There Cranelift writes the 32 bits of an `i32`
//! and reads 64, which a processor cannot forward from its store buffer: each such
//! call waits some ten cycles. QuickJS calls functions of five to seven arguments for
//! every property that it defines and every native function that it calls.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail, ensure};
use wasm_encoder::reencode::{self, Reencode, RoundtripReencoder};
use wasm_encoder::{CodeSection, Function, FunctionSection, Instruction, ValType};
use wasmparser::{ElementItems, FuncType, Operator, Parser, Payload};

use crate::functions::{self, Functions, value};

/// Integers that a function takes in registers (System V, six, less two of Wasmtime's).
const IN_REGISTERS: usize = 4;

/// The same module with other types for the functions that only it calls.
pub(crate) fn widen(module: &[u8]) -> Result<Vec<u8>> {
    functions::rewritten(module, &mut Widener::read(module)?)
}

struct Widener<'a> {
    functions: Functions<'a>,
    /// The wide twin of each type that needs one.
    twins: BTreeMap<u32, u32>,
    /// Functions whose type others rely on.
    fixed: BTreeSet<u32>,
    /// The function whose body is next.
    next: u32,
}

impl<'a> Widener<'a> {
    fn read(module: &'a [u8]) -> Result<Self> {
        let functions = Functions::read(module)?;
        let types = functions.types.iter().enumerate();
        let needing =
            types.filter(|(_, ty)| ty.params().iter().enumerate().any(|(i, _)| wide(ty, i)));
        let first = functions.types.len() as u32;
        let fixed = functions.exports.values().copied();
        let widener = Self {
            twins: needing.map(|(i, _)| i as u32).zip(first..).collect(),
            fixed: fixed.chain(0..functions.imported()).collect(),
            next: functions.imported(),
            functions,
        };
        for function in in_tables(module)? {
            ensure!(
                !widener.fixed.contains(&function)
                    || !widener.twins.contains_key(&widener.type_of(function)),
                "function {function} is called through a table and has a fixed type"
            );
        }
        Ok(widener)
    }

    fn type_of(&self, function: u32) -> u32 {
        self.functions.type_of[function as usize]
    }

    /// The wide twin of the type of a function, if the function has it.
    fn twin(&self, function: u32) -> Option<u32> {
        let twin = self.twins.get(&self.type_of(function))?;
        (!self.fixed.contains(&function)).then_some(*twin)
    }
}

/// The functions that are called through tables.
fn in_tables(module: &[u8]) -> Result<Vec<u32>> {
    let mut in_tables = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        let Payload::ElementSection(elements) = payload? else {
            continue;
        };
        for element in elements {
            match element?.items {
                ElementItems::Functions(functions) => {
                    for function in functions {
                        in_tables.push(function?);
                    }
                }
                ElementItems::Expressions(..) => bail!("a table of expressions"),
            }
        }
    }
    Ok(in_tables)
}

/// Whether an argument goes over the stack as 32 bits.
fn wide(ty: &FuncType, index: usize) -> bool {
    let is_integer = |ty: &&wasmparser::ValType| {
        matches!(ty, wasmparser::ValType::I32 | wasmparser::ValType::I64)
    };
    let before = ty.params()[..index].iter().filter(is_integer).count();
    before >= IN_REGISTERS && ty.params()[index] == wasmparser::ValType::I32
}

/// The places of locals that a body gets in addition.
struct Scratch {
    /// The first free one.
    next: u32,
    added: Vec<ValType>,
}

impl Scratch {
    /// One local for each of these, the same for each call with as many.
    fn reserve(
        &mut self,
        kept: &mut BTreeMap<(ValType, usize), u32>,
        ty: ValType,
        nth: usize,
    ) -> u32 {
        *kept.entry((ty, nth)).or_insert_with(|| {
            self.added.push(ty);
            self.next += 1;
            self.next - 1
        })
    }
}

impl Widener<'_> {
    /// Puts what a call passes into its wide form. The arguments are on the stack.
    fn convert(
        &self,
        ty: u32,
        scratch: &mut Scratch,
        kept: &mut BTreeMap<(ValType, usize), u32>,
        out: &mut Vec<Instruction<'_>>,
    ) -> Result<()> {
        let ty = &self.functions.types[ty as usize];
        let count = ty.params().len();
        let first = (0..count).find(|i| wide(ty, *i)).unwrap_or(count);
        let mut places = Vec::new();
        for index in (first + 1..count).rev() {
            let kind = value(ty.params()[index])?;
            let place = scratch.reserve(kept, kind, index);
            out.push(Instruction::LocalSet(place));
            places.push(place);
        }
        out.push(Instruction::I64ExtendI32U);
        for (index, place) in (first + 1..count).zip(places.into_iter().rev()) {
            out.push(Instruction::LocalGet(place));
            if wide(ty, index) {
                out.push(Instruction::I64ExtendI32U);
            }
        }
        Ok(())
    }

    fn body<'a>(&mut self, body: &wasmparser::FunctionBody<'a>) -> Result<Function> {
        let function = self.next;
        self.next += 1;
        let ty = self.functions.types[self.type_of(function) as usize].clone();
        let (mut locals, count) = functions::locals(body)?;
        let mut scratch = Scratch {
            next: ty.params().len() as u32 + count,
            added: Vec::new(),
        };
        let mut out = Vec::new();
        // A wide parameter is copied once, and its copy is what the body knows.
        let mut copies = BTreeMap::new();
        if self.twin(function).is_some() {
            for index in (0..ty.params().len()).filter(|i| wide(&ty, *i)) {
                let copy = scratch.next;
                scratch.next += 1;
                scratch.added.push(ValType::I32);
                copies.insert(index as u32, copy);
                out.push(Instruction::LocalGet(index as u32));
                out.push(Instruction::I32WrapI64);
                out.push(Instruction::LocalSet(copy));
            }
        }
        let local = |index: u32| copies.get(&index).copied().unwrap_or(index);
        let mut kept = BTreeMap::new();
        let mut encoded: Vec<Instruction<'a>> = Vec::new();
        for operator in body.get_operators_reader()? {
            let instruction = match operator? {
                Operator::LocalGet { local_index } => Instruction::LocalGet(local(local_index)),
                Operator::LocalSet { local_index } => Instruction::LocalSet(local(local_index)),
                Operator::LocalTee { local_index } => Instruction::LocalTee(local(local_index)),
                Operator::Call { function_index } => {
                    if self.twin(function_index).is_some() {
                        let ty = self.type_of(function_index);
                        self.convert(ty, &mut scratch, &mut kept, &mut out)?;
                    }
                    Instruction::Call(function_index)
                }
                Operator::CallIndirect {
                    type_index,
                    table_index,
                } => match self.twins.get(&type_index) {
                    None => Instruction::CallIndirect {
                        type_index,
                        table_index,
                    },
                    Some(twin) => {
                        // The index into the table is on top of the arguments.
                        let index = scratch.reserve(&mut kept, ValType::I32, usize::MAX);
                        out.push(Instruction::LocalSet(index));
                        let twin = *twin;
                        self.convert(type_index, &mut scratch, &mut kept, &mut out)?;
                        out.push(Instruction::LocalGet(index));
                        Instruction::CallIndirect {
                            type_index: twin,
                            table_index,
                        }
                    }
                },
                Operator::ReturnCall { .. }
                | Operator::ReturnCallIndirect { .. }
                | Operator::RefFunc { .. } => bail!("an instruction that is not provided for"),
                other => functions::encoded(RoundtripReencoder.instruction(other))?,
            };
            out.push(instruction);
            encoded.append(&mut out);
        }
        locals.extend(scratch.added.iter().map(|kind| (1, *kind)));
        let mut function = Function::new(locals);
        for instruction in &encoded {
            function.instruction(instruction);
        }
        Ok(function)
    }
}

impl Reencode for Widener<'_> {
    type Error = anyhow::Error;

    fn parse_type_section(
        &mut self,
        types: &mut wasm_encoder::TypeSection,
        section: wasmparser::TypeSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        reencode::utils::parse_type_section(self, types, section)?;
        for ty in self.twins.keys() {
            let ty = &self.functions.types[*ty as usize];
            let convert = |(index, kind): (usize, &wasmparser::ValType)| {
                if wide(ty, index) {
                    return Ok(ValType::I64);
                }
                value(*kind).map_err(reencode::Error::UserError)
            };
            let parameters = ty.params().iter().enumerate().map(convert);
            let parameters = parameters.collect::<Result<Vec<_>, _>>()?;
            let results = ty.results().iter().map(|kind| value(*kind));
            let results = results.collect::<Result<Vec<_>>>();
            types
                .ty()
                .function(parameters, results.map_err(reencode::Error::UserError)?);
        }
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        _: wasmparser::FunctionSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        for function in self.functions.imported()..self.functions.type_of.len() as u32 {
            let ty = self.type_of(function);
            functions.function(self.twin(function).unwrap_or(ty));
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
