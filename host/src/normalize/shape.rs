//! Makes one function of whatever a model wrote.
//!
//! A program is a function already, or statements around which one is put; what
//! counts as its value is made explicit: the last expression, a default export, or
//! what its only uncalled function returns.

use oxc_ast::ast::{
    BindingPattern, Declaration, ExportDefaultDeclarationKind, Expression, FunctionBody,
    IdentifierReference, ImportDeclaration, ImportDeclarationSpecifier, ModuleExportName, Program,
    ReturnStatement, Statement, VariableDeclaration,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::Scoping;
use oxc_span::{GetSpan as _, Span};
use oxc_syntax::scope::ScopeFlags;
use oxc_syntax::symbol::SymbolId;

use super::edits::Edits;
use super::erase::{Unsupported, is_only_type};
use super::trace::MARK;

/// Names under which models write the function that is the program.
const ENTRY_NAMES: &[&str] = &[
    "main", "run", "execute", "handler", "program", "solve", "solution",
];

/// The changes that make a program one function.
pub(super) struct Shape {
    pub(super) edits: Edits,
    pub(super) unsupported: Vec<Unsupported>,
    /// What the statements declare at their top.
    pub(super) declared: Vec<Declared>,
}

/// A name that a program declares at its top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Declared {
    pub(crate) name: String,
    pub(crate) is_constant: bool,
}

pub(super) fn shape(program: &Program<'_>, scoping: &Scoping, text: &str) -> Shape {
    let items: Vec<&Statement<'_>> = program
        .body
        .iter()
        .filter(|it| !is_only_type(it) && !matches!(it, Statement::EmptyStatement(_)))
        .collect();
    let mut shaper = Shaper {
        text,
        edits: Edits::default(),
        unsupported: Vec::new(),
    };
    if let Some(hashbang) = &program.hashbang {
        shaper.edits.delete(hashbang.span.start, hashbang.span.end);
    }
    shaper.program(program, &items, scoping);
    Shape {
        declared: items.iter().flat_map(|it| declared(it)).collect(),
        edits: shaper.edits,
        unsupported: shaper.unsupported,
    }
}

/// The changes for a text that is an expression and no statement, as `{ a: 1, b: 2 }`
/// or `function () {}`.
pub(super) fn expression(expression: &Expression<'_>, text: &str) -> Shape {
    let mut shaper = Shaper {
        text,
        edits: Edits::default(),
        unsupported: Vec::new(),
    };
    if !is_arrow(expression) {
        shaper.edits.insert(0, OPEN);
        shaper.give(expression.span(), expression, &[]);
        shaper.edits.insert(shaper.end(), CLOSE);
    }
    Shape {
        declared: Vec::new(),
        edits: shaper.edits,
        unsupported: shaper.unsupported,
    }
}

fn declared(statement: &Statement<'_>) -> Vec<Declared> {
    let declaration = match statement {
        Statement::ExportDeclaration(it) => Some(&it.declaration),
        other => other.as_declaration(),
    };
    let one = |id: &oxc_ast::ast::BindingIdentifier<'_>, is_constant| Declared {
        name: id.name.to_string(),
        is_constant,
    };
    match declaration {
        Some(Declaration::VariableDeclaration(it)) => {
            let mut names = Vec::new();
            for declarator in &it.declarations {
                let identifiers = declarator.id.get_binding_identifiers();
                names.extend(identifiers.iter().map(|id| one(id, it.kind.is_const())));
            }
            names
        }
        Some(Declaration::FunctionDeclaration(it)) => {
            it.id.iter().map(|id| one(id, false)).collect()
        }
        Some(Declaration::ClassDeclaration(it)) => it.id.iter().map(|id| one(id, false)).collect(),
        _ => match statement {
            Statement::ImportDeclaration(it) => {
                let specifiers = it.specifiers.iter().flatten();
                specifiers.map(|it| one(it.local(), true)).collect()
            }
            _ => Vec::new(),
        },
    }
}

pub(super) const OPEN: &str = "async () => {\n";
pub(super) const CLOSE: &str = "\n}";

/// Holds a default export that other statements follow.
const DEFAULT_EXPORT: &str = "codemodeDefaultExport";

struct Shaper<'t> {
    text: &'t str,
    edits: Edits,
    unsupported: Vec<Unsupported>,
}

/// A function that a program declares at its top.
struct Entry<'a> {
    name: &'a str,
    is_referenced: bool,
}

impl Shaper<'_> {
    fn end(&self) -> u32 {
        self.text.len() as u32
    }

    fn program(&mut self, program: &Program<'_>, items: &[&Statement<'_>], scoping: &Scoping) {
        if let ([Statement::ExpressionStatement(only)], []) = (items, program.directives.as_slice())
            && is_arrow(&only.expression)
        {
            return;
        }
        if let [Statement::ExportDefaultDeclaration(only)] = items
            && let Some(value) = only.declaration.as_expression()
            && is_arrow(value)
        {
            self.edits.delete(only.span.start, value.span().start);
            return;
        }
        let entries = entries(items, scoping);
        if items.is_empty() && program.directives.is_empty() {
            if self.text.trim().is_empty() {
                self.edits.replace(0, self.end(), "async () => {}");
                return;
            }
            // Nothing but comments and types; they may stay.
            self.edits.insert(0, OPEN);
            self.edits.insert(self.end(), CLOSE);
            return;
        }
        self.edits.insert(0, OPEN);
        let last = items.len().saturating_sub(1);
        let mut gives_value = false;
        for (index, item) in items.iter().enumerate() {
            gives_value |= self.statement(item, index == last, &entries);
        }
        if items.is_empty()
            && let Some(directive) = program.directives.last()
        {
            // A lone string is a value, though it reads as a directive.
            self.replace_rest(directive.span.start, directive.expression.span);
            gives_value = true;
        }
        if !gives_value
            && !returns(program)
            && let Some(entry) = entry(items, &entries)
        {
            self.call_at_end(&format!("\nreturn {entry}("));
        }
        self.edits.insert(self.end(), CLOSE);
    }

    /// Takes care of one statement; whether the program's value comes from it.
    fn statement(&mut self, item: &Statement<'_>, is_last: bool, entries: &[Entry<'_>]) -> bool {
        match item {
            Statement::ImportDeclaration(it) => self.import(it),
            Statement::ExportDeclaration(it) => {
                self.edits
                    .delete(it.span.start, it.declaration.span().start);
            }
            Statement::ExportNamedDeclaration(it) => self.edits.delete(it.span.start, it.span.end),
            Statement::ExportAllDeclaration(it) => self.refuse_export(it.span.start),
            Statement::ExportFromDeclaration(it) => self.refuse_export(it.span.start),
            Statement::ExportDefaultDeclaration(it) => {
                return self.default_export(it.span, &it.declaration, is_last, entries);
            }
            Statement::ExpressionStatement(it) if is_last => {
                self.give(it.span, &it.expression, entries);
                return true;
            }
            _ => {}
        }
        false
    }

    fn refuse_export(&mut self, at: u32) {
        self.unsupported.push(Unsupported {
            at,
            message: "A program cannot export what another module has; import it and use it",
        });
    }

    /// Returns an expression that stands last, and calls it if it is a function.
    fn give(&mut self, statement: Span, expression: &Expression<'_>, entries: &[Entry<'_>]) {
        let inner = without_parentheses(expression);
        // A place of its own, which a `return` does not have for QuickJS.
        self.edits.insert_to_run(statement.start, MARK);
        self.replace_rest(statement.start, inner.span());
        if is_function(inner) || names_entry(inner, entries) {
            self.call(self.end(), "(", ")");
        }
    }

    /// Puts `return (…)` around what is left of the text from `start`, which is
    /// one expression, and drops what surrounds it.
    fn replace_rest(&mut self, start: u32, expression: Span) {
        self.edits.replace(start, expression.start, "return (");
        self.edits.replace(expression.end, self.end(), ")");
    }

    fn call_at_end(&mut self, text: &str) {
        self.edits.insert(self.end(), text.to_owned());
        self.call(self.end(), "", ");");
    }

    /// Calls the program's function; what is run passes it the input.
    fn call(&mut self, at: u32, open: &'static str, close: &'static str) {
        self.edits.insert(at, open);
        self.edits.insert_to_run(at, "globalThis.input");
        self.edits.insert(at, close);
    }

    fn default_export(
        &mut self,
        span: Span,
        declaration: &ExportDefaultDeclarationKind<'_>,
        is_last: bool,
        entries: &[Entry<'_>],
    ) -> bool {
        let start = declaration.span().start;
        match declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                if let Some(id) = &function.id {
                    self.edits.delete(span.start, start);
                    self.call_at_end(&format!("\nreturn {}(", id.name));
                    return true;
                }
                if is_last {
                    self.edits.replace(span.start, start, "return (");
                    self.call(span.end, ")(", ");");
                    return true;
                }
            }
            ExportDefaultDeclarationKind::ClassDeclaration(class) if class.id.is_some() => {
                self.edits.delete(span.start, start);
                return false;
            }
            _ => {}
        }
        if is_last && let Some(value) = declaration.as_expression() {
            self.give(span, value, entries);
            return true;
        }
        self.edits
            .replace(span.start, start, format!("const {DEFAULT_EXPORT} = "));
        let is_call = match declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(_) => true,
            _ => declaration
                .as_expression()
                .is_some_and(|it| is_function(without_parentheses(it)) || names_entry(it, entries)),
        };
        match is_call {
            true => self.call_at_end(&format!("\nreturn {DEFAULT_EXPORT}(")),
            false => self
                .edits
                .insert(self.end(), format!("\nreturn {DEFAULT_EXPORT};")),
        }
        true
    }

    /// `import { a as b } from "m"` becomes `const { a: b } = await import("m")`.
    fn import(&mut self, it: &ImportDeclaration<'_>) {
        let mut whole = None;
        let mut named = Vec::new();
        for specifier in it.specifiers.iter().flatten() {
            match specifier {
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(it) => {
                    whole = Some(it.local.name.as_str())
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(it) => {
                    named.push(format!("default: {}", it.local.name));
                }
                ImportDeclarationSpecifier::ImportSpecifier(it) if it.import_kind.is_type() => {}
                ImportDeclarationSpecifier::ImportSpecifier(it) => {
                    let local = &it.local.name;
                    named.push(match &it.imported {
                        ModuleExportName::IdentifierName(name) if name.name == *local => {
                            local.to_string()
                        }
                        ModuleExportName::IdentifierName(name) => format!("{}: {local}", name.name),
                        ModuleExportName::IdentifierReference(name) => {
                            format!("{}: {local}", name.name)
                        }
                        ModuleExportName::StringLiteral(name) => {
                            format!("{}: {local}", serde_json::Value::from(name.value.as_str()))
                        }
                    });
                }
            }
        }
        let target = match (whole, named.as_slice()) {
            (None, []) => String::new(),
            (Some(whole), []) => format!("const {whole} = "),
            (None, named) => format!("const {{ {} }} = ", named.join(", ")),
            (Some(whole), named) => {
                self.edits.insert(
                    it.span.end,
                    format!(" const {{ {} }} = {whole};", named.join(", ")),
                );
                format!("const {whole} = ")
            }
        };
        let source = it.source.span;
        self.edits.replace(
            it.span.start,
            source.start,
            format!("{target}await import("),
        );
        self.edits.replace(source.end, it.span.end, ");");
    }
}

fn without_parentheses<'e, 'a>(expression: &'e Expression<'a>) -> &'e Expression<'a> {
    match expression {
        Expression::ParenthesizedExpression(it) => without_parentheses(&it.expression),
        other => other,
    }
}

/// The expression without parentheses and types around it.
fn bare<'e, 'a>(expression: &'e Expression<'a>) -> &'e Expression<'a> {
    match expression {
        Expression::ParenthesizedExpression(it) => bare(&it.expression),
        Expression::TSAsExpression(it) => bare(&it.expression),
        Expression::TSSatisfiesExpression(it) => bare(&it.expression),
        Expression::TSNonNullExpression(it) => bare(&it.expression),
        other => other,
    }
}

fn is_arrow(expression: &Expression<'_>) -> bool {
    matches!(bare(expression), Expression::ArrowFunctionExpression(_))
}

fn is_function(expression: &Expression<'_>) -> bool {
    matches!(
        bare(expression),
        Expression::ArrowFunctionExpression(_) | Expression::FunctionExpression(_)
    )
}

fn names_entry(expression: &Expression<'_>, entries: &[Entry<'_>]) -> bool {
    match bare(expression) {
        Expression::Identifier(id) => entries.iter().any(|entry| entry.name == id.name),
        _ => false,
    }
}

/// The functions that are declared at the top of a program.
fn entries<'p>(items: &[&'p Statement<'_>], scoping: &Scoping) -> Vec<Entry<'p>> {
    let mut entries = Vec::new();
    for item in items {
        let declaration = match item {
            Statement::ExportDeclaration(export) => Some(&export.declaration),
            other => other.as_declaration(),
        };
        match declaration {
            Some(Declaration::FunctionDeclaration(function)) => {
                if let Some(id) = &function.id {
                    let own =
                        |uses: &mut Uses<'_>| uses.visit_function(function, ScopeFlags::Function);
                    entries.push(Entry {
                        name: id.name.as_str(),
                        is_referenced: is_referenced(scoping, id.symbol_id.get(), own),
                    });
                }
            }
            Some(Declaration::VariableDeclaration(variables)) => {
                entries.extend(function_variables(variables, scoping));
            }
            _ => {}
        }
    }
    entries
}

fn function_variables<'p>(
    variables: &'p VariableDeclaration<'_>,
    scoping: &Scoping,
) -> impl Iterator<Item = Entry<'p>> {
    variables.declarations.iter().filter_map(|declarator| {
        let init = declarator.init.as_ref().filter(|init| is_function(init))?;
        let BindingPattern::BindingIdentifier(id) = &declarator.id else {
            return None;
        };
        let own = |uses: &mut Uses<'_>| uses.visit_expression(init);
        Some(Entry {
            name: id.name.as_str(),
            is_referenced: is_referenced(scoping, id.symbol_id.get(), own),
        })
    })
}

/// Counts how often a symbol is used.
struct Uses<'s> {
    scoping: &'s Scoping,
    symbol: SymbolId,
    count: usize,
}

impl<'a> Visit<'a> for Uses<'_> {
    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        let reference = it
            .reference_id
            .get()
            .map(|id| self.scoping.get_reference(id));
        let is_symbol = reference.is_some_and(|it| it.symbol_id() == Some(self.symbol));
        self.count += usize::from(is_symbol);
    }
}

/// Whether a function is used outside itself.
fn is_referenced(
    scoping: &Scoping,
    symbol: Option<SymbolId>,
    visit_itself: impl FnOnce(&mut Uses<'_>),
) -> bool {
    let Some(symbol) = symbol else { return false };
    let all = scoping.get_resolved_reference_ids(symbol).len();
    let mut uses = Uses {
        scoping,
        symbol,
        count: 0,
    };
    if all > 0 {
        visit_itself(&mut uses);
    }
    all > uses.count
}

/// The function that is the program when nothing else runs: the one that nothing
/// calls, or the one that is named like a program.
fn entry<'e>(items: &[&Statement<'_>], entries: &'e [Entry<'_>]) -> Option<&'e str> {
    let only_declares = items.iter().all(|item| match item {
        Statement::ImportDeclaration(_)
        | Statement::ExportDeclaration(_)
        | Statement::ExportNamedDeclaration(_) => true,
        other => other.as_declaration().is_some(),
    });
    if !only_declares {
        return None;
    }
    let uncalled: Vec<&Entry<'_>> = entries.iter().filter(|it| !it.is_referenced).collect();
    let found = match uncalled.as_slice() {
        [only] => Some(*only),
        several => several
            .iter()
            .copied()
            .find(|entry| ENTRY_NAMES.contains(&entry.name)),
    };
    found.map(|entry| entry.name)
}

/// Whether a `return` belongs to the program itself.
fn returns(program: &Program<'_>) -> bool {
    struct Returns(bool);
    impl<'a> Visit<'a> for Returns {
        fn visit_return_statement(&mut self, _: &ReturnStatement<'a>) {
            self.0 = true;
        }
        fn visit_function(&mut self, _: &oxc_ast::ast::Function<'a>, _: ScopeFlags) {}
        fn visit_function_body(&mut self, _: &FunctionBody<'a>) {}
        fn visit_expression(&mut self, _: &Expression<'a>) {}
        fn visit_class(&mut self, _: &oxc_ast::ast::Class<'a>) {}
    }
    let mut visitor = Returns(false);
    walk::walk_program(&mut visitor, program);
    visitor.0
}
