//! The functions of a module, gathered from its sections, and what rewriting them takes.

use std::collections::BTreeMap;
use std::fmt::Display;

use anyhow::{Context as _, Result};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{Module, ValType};
use wasmparser::{ExternalKind, FuncType, FunctionBody, Import, Parser, Payload, TypeRef};

pub(crate) struct Functions<'a> {
    pub(crate) types: Vec<FuncType>,
    /// Imports of functions, which come first among the indices.
    pub(crate) imports: Vec<Import<'a>>,
    /// The index into `types` for each function, imported ones included.
    pub(crate) type_of: Vec<u32>,
    pub(crate) exports: BTreeMap<&'a str, u32>,
    /// Of those that are not imported.
    pub(crate) bodies: Vec<FunctionBody<'a>>,
}

impl<'a> Functions<'a> {
    pub(crate) fn read(module: &'a [u8]) -> Result<Self> {
        let mut functions = Self {
            types: Vec::new(),
            imports: Vec::new(),
            type_of: Vec::new(),
            exports: BTreeMap::new(),
            bodies: Vec::new(),
        };
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TypeSection(types) => {
                    for ty in types.into_iter_err_on_gc_types() {
                        functions.types.push(ty?);
                    }
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        let import = import?;
                        if let TypeRef::Func(ty) = import.ty {
                            functions.imports.push(import);
                            functions.type_of.push(ty);
                        }
                    }
                }
                Payload::FunctionSection(types) => {
                    for ty in types {
                        functions.type_of.push(ty?);
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        let export = export?;
                        if export.kind == ExternalKind::Func {
                            functions.exports.insert(export.name, export.index);
                        }
                    }
                }
                Payload::CodeSectionEntry(body) => functions.bodies.push(body),
                _ => {}
            }
        }
        Ok(functions)
    }

    /// How many are imported.
    pub(crate) fn imported(&self) -> u32 {
        self.imports.len() as u32
    }

    /// The index of an exported function.
    pub(crate) fn exported(&self, name: &str) -> Result<u32> {
        let index = self.exports.get(name).copied();
        index.with_context(|| format!("the module does not export \"{name}\""))
    }

    /// The body of an exported function.
    pub(crate) fn body(&self, name: &str) -> Result<&FunctionBody<'a>> {
        let index = self.exported(name)?.checked_sub(self.imported());
        let body = index.and_then(|index| self.bodies.get(index as usize));
        body.with_context(|| format!("\"{name}\" is imported"))
    }
}

/// The module with what the reencoder changes of it.
pub(crate) fn rewritten(
    module: &[u8],
    reencoder: &mut impl Reencode<Error = anyhow::Error>,
) -> Result<Vec<u8>> {
    let mut rewritten = Module::new();
    let parsed = reencoder.parse_core_module(&mut rewritten, Parser::new(0), module);
    encoded(parsed)?;
    Ok(rewritten.finish())
}

/// A result of the encoder's, whose error is none that `?` takes.
pub(crate) fn encoded<T>(result: Result<T, impl Display>) -> Result<T> {
    result.map_err(|error| anyhow::anyhow!("{error}"))
}

pub(crate) fn value(ty: wasmparser::ValType) -> Result<ValType> {
    encoded(RoundtripReencoder.val_type(ty))
}

/// The locals of a body, parameters aside, and how many they are.
pub(crate) fn locals(body: &FunctionBody<'_>) -> Result<(Vec<(u32, ValType)>, u32)> {
    let (mut locals, mut all) = (Vec::new(), 0);
    for local in body.get_locals_reader()? {
        let (count, kind) = local?;
        locals.push((count, value(kind)?));
        all += count;
    }
    Ok((locals, all))
}
