//! Puts the functions of adapter.wat into the guest, in place of what it imports from
//! `wasi_snapshot_preview1`.
//!
//! As a module of its own the adapter would be an instance more in each cell, with a table
//! through which the guest calls it: a twentieth of what a fresh cell takes.

use anyhow::{Context as _, Result, ensure};
use wasm_encoder::reencode::{self, Reencode, RoundtripReencoder};
use wasm_encoder::{CodeSection, Function, FunctionSection, ImportSection};
use wasmparser::{FunctionBody, Import, TypeRef};

use crate::functions::{self, Functions};

const WASI: &str = "wasi_snapshot_preview1";

/// The guest with its adapter.
pub(crate) fn link(module: &[u8]) -> Result<Vec<u8>> {
    let adapter = wat::parse_str(include_str!("adapter.wat"))?;
    let adapter = Functions::read(&adapter)?;
    let guest = Functions::read(module)?;
    let (kept, adapted): (Vec<_>, Vec<_>) = guest.imports.iter().partition(|it| it.module != WASI);
    let first = kept.len() as u32;
    let defined = guest.bodies.len() as u32;
    // The functions of the adapter come last.
    let (mut to_kept, mut to_adapter) = (0..first, first + defined..);
    let of_import = |import: &Import<'_>| match import.module {
        WASI => to_adapter.next(),
        _ => to_kept.next(),
    };
    let indices = guest.imports.iter().filter_map(of_import);
    let indices: Vec<u32> = indices.collect();
    let mut linker = Linker {
        indices: indices.into_iter().chain(first..first + defined).collect(),
        imports: kept.into_iter().copied().collect(),
        functions: Vec::new(),
    };
    // What the adapter itself imports, as the guest has it.
    let mut inner = Inner(Vec::new());
    for import in &adapter.imports {
        let exported = guest.exported(import.name)?;
        inner.0.push(linker.indices[exported as usize]);
    }
    for import in adapted {
        let body = adapter.body(import.name).context("adapter.wat lacks it")?;
        if let TypeRef::Func(ty) = import.ty {
            linker.functions.push((ty, inner.body(body)?));
        }
    }
    functions::rewritten(module, &mut linker)
}

/// The adapter's own calls go to what the guest has for its imports.
struct Inner(Vec<u32>);

impl Inner {
    fn body(&mut self, body: &FunctionBody<'_>) -> Result<Function> {
        let mut function = Function::new([]);
        ensure!(
            body.get_locals_reader()?.get_count() == 0,
            "an adapter with locals"
        );
        for operator in body.get_operators_reader()? {
            function.instruction(&functions::encoded(self.instruction(operator?))?);
        }
        Ok(function)
    }
}

impl Reencode for Inner {
    type Error = anyhow::Error;

    fn function_index(&mut self, function: u32) -> Result<u32, reencode::Error<Self::Error>> {
        let index = self.0.get(function as usize).copied();
        let index = index.context("the adapter calls itself");
        index.map_err(reencode::Error::UserError)
    }
}

struct Linker<'a> {
    /// Where each function of the guest is afterwards.
    indices: Vec<u32>,
    /// The functions that it still imports.
    imports: Vec<Import<'a>>,
    /// Those that come in place of the others, with their types.
    functions: Vec<(u32, Function)>,
}

impl Reencode for Linker<'_> {
    type Error = anyhow::Error;

    fn function_index(&mut self, function: u32) -> Result<u32, reencode::Error<Self::Error>> {
        let index = self.indices.get(function as usize).copied();
        let index = index.context("a function that is not there");
        index.map_err(reencode::Error::UserError)
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        _: wasmparser::ImportSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        for import in &self.imports {
            let added = RoundtripReencoder.parse_import(imports, *import);
            functions::encoded(added).map_err(reencode::Error::UserError)?;
        }
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: wasmparser::FunctionSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        reencode::utils::parse_function_section(self, functions, section)?;
        for (ty, _) in &self.functions {
            functions.function(*ty);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: wasmparser::CodeSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        reencode::utils::parse_code_section(self, code, section)?;
        for (_, function) in &self.functions {
            code.function(function);
        }
        Ok(())
    }
}
