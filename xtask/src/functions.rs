//! The functions of a module, gathered from its sections.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
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
