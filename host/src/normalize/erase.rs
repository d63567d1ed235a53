//! Takes TypeScript out of a program: what is only a type goes, and the few
//! constructs that do something become JavaScript (`lower`).
//!
//! The text of the program stays where it is otherwise, so that places in it keep
//! their meaning.

use oxc_ast::ast::{
    ArrowFunctionExpression, CallExpression, Class, ClassElement, Declaration, Decorator,
    Expression, FormalParameter, Function, JSXElement, JSXFragment, MethodDefinition,
    MethodDefinitionKind, PropertyDefinition, PropertyKey, Statement, TSAsExpression,
    TSExportAssignment, TSImportEqualsDeclaration, TSNonNullExpression, TSSatisfiesExpression,
    TSThisParameter, TSTypeAnnotation, TSTypeAssertion, TSTypeParameterDeclaration,
    TSTypeParameterInstantiation, VariableDeclarator,
};
use oxc_ast::ast::{BindingPattern, TSEnumDeclaration, TSNamespaceDeclaration};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan as _, Span};
use oxc_syntax::scope::ScopeFlags;

use super::edits::Edits;
use super::lower;

/// Words in front of a class member or a parameter that only TypeScript knows.
const MODIFIERS: &[&str] = &[
    "public",
    "private",
    "protected",
    "readonly",
    "override",
    "abstract",
    "declare",
];

/// A construct that cannot run here.
#[derive(Clone, Debug)]
pub(super) struct Unsupported {
    pub(super) at: u32,
    pub(super) message: &'static str,
}

pub(super) struct Eraser<'t> {
    text: &'t str,
    pub(super) edits: Edits,
    pub(super) unsupported: Vec<Unsupported>,
}

impl<'t> Eraser<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            edits: Edits::default(),
            unsupported: Vec::new(),
        }
    }

    pub(super) fn text(&self, start: u32, end: u32) -> &'t str {
        self.text
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    /// The first place of a character in a stretch, comments left out.
    fn find(&self, start: u32, end: u32, wanted: char) -> Option<u32> {
        words(self.text(start, end))
            .find(|(_, word)| word.starts_with(wanted))
            .map(|(at, _)| start + at)
    }

    /// Deletes TypeScript's modifiers from a stretch.
    fn delete_modifiers(&mut self, start: u32, end: u32) {
        for (at, word) in words(self.text(start, end)) {
            if MODIFIERS.contains(&word) {
                let from = start + at;
                let mut to = from + word.len() as u32;
                to += u32::from(self.text(to, to + 1) == " ");
                self.edits.delete(from, to);
            }
        }
    }

    /// Deletes the `?` or `!` behind a name.
    fn delete_mark(&mut self, start: u32, end: u32, mark: char) {
        if let Some(at) = self.find(start, end, mark) {
            self.edits.delete(at, at + 1);
        }
    }

    /// A statement that is gone may have kept two others apart.
    fn delete_statement(&mut self, span: Span) {
        let separator = if self.continues_at(span.end) { ";" } else { "" };
        self.edits.replace(span.start, span.end, separator);
    }

    /// Whether what follows would continue an expression that is not ended by `;`.
    fn continues_at(&self, at: u32) -> bool {
        let rest = self.text(at, self.text.len() as u32);
        words(rest).next().is_some_and(|(_, word)| {
            word.starts_with(['(', '[', '`', '/', '+', '-', '*', ',', '.', '<'])
        })
    }

    fn refuse(&mut self, at: u32, message: &'static str) {
        self.unsupported.push(Unsupported { at, message });
    }

    /// Assigns parameter properties where the constructor's own code begins.
    fn assign_parameters(&mut self, constructor: &Function<'_>) {
        let names: Vec<&str> = constructor
            .params
            .items
            .iter()
            .filter(|parameter| is_property(parameter))
            .filter_map(|parameter| match &parameter.pattern {
                BindingPattern::BindingIdentifier(id) => Some(id.name.as_str()),
                _ => None,
            })
            .collect();
        let Some(body) = constructor.body.as_ref().filter(|_| !names.is_empty()) else {
            return;
        };
        let calls_super = |statement: &&Statement<'_>| match statement {
            Statement::ExpressionStatement(statement) => matches!(
                &statement.expression,
                Expression::CallExpression(call) if matches!(call.callee, Expression::Super(_))
            ),
            _ => false,
        };
        let assignments: String = names
            .iter()
            .map(|name| format!(" this.{name} = {name};"))
            .collect();
        match body.statements.iter().find(calls_super) {
            Some(statement) => self
                .edits
                .insert(statement.span().end, format!(";{assignments}")),
            None => self.edits.insert(body.span.start + 1, assignments),
        }
    }
}

fn is_property(parameter: &FormalParameter<'_>) -> bool {
    parameter.accessibility.is_some() || parameter.readonly || parameter.r#override
}

/// Whether a statement does nothing when it runs, because it is only a type.
pub(super) fn is_only_type(statement: &Statement<'_>) -> bool {
    match statement {
        Statement::ImportDeclaration(import) => {
            import.import_kind.is_type()
                || import.specifiers.as_ref().is_some_and(|specifiers| {
                    !specifiers.is_empty()
                        && specifiers.iter().all(|specifier| {
                            matches!(specifier, oxc_ast::ast::ImportDeclarationSpecifier::ImportSpecifier(it) if it.import_kind.is_type())
                        })
                })
        }
        Statement::ExportDeclaration(export) => is_type_declaration(&export.declaration),
        Statement::ExportNamedDeclaration(export) => export.export_kind.is_type(),
        Statement::ExportFromDeclaration(export) => export.export_kind.is_type(),
        Statement::ExportAllDeclaration(export) => export.export_kind.is_type(),
        Statement::ExportDefaultDeclaration(export) => match &export.declaration {
            oxc_ast::ast::ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => true,
            oxc_ast::ast::ExportDefaultDeclarationKind::FunctionDeclaration(it) => it.body.is_none(),
            _ => false,
        },
        Statement::TSNamespaceExportDeclaration(_) => true,
        _ => statement.as_declaration().is_some_and(is_type_declaration),
    }
}

fn is_type_declaration(declaration: &Declaration<'_>) -> bool {
    match declaration {
        Declaration::TSTypeAliasDeclaration(_)
        | Declaration::TSInterfaceDeclaration(_)
        | Declaration::TSExternalModuleDeclaration(_)
        | Declaration::TSGlobalDeclaration(_) => true,
        Declaration::VariableDeclaration(it) => it.declare,
        Declaration::FunctionDeclaration(it) => it.declare || it.body.is_none(),
        Declaration::ClassDeclaration(it) => it.declare,
        Declaration::TSEnumDeclaration(it) => it.declare,
        Declaration::TSNamespaceDeclaration(it) => it.declare || !lower::does_something(it),
        Declaration::TSImportEqualsDeclaration(it) => it.import_kind.is_type(),
    }
}

impl<'a> Visit<'a> for Eraser<'_> {
    fn visit_statement(&mut self, it: &Statement<'a>) {
        if is_only_type(it) {
            self.delete_statement(it.span());
            return;
        }
        walk::walk_statement(self, it);
        let end = it.span().end;
        if self.edits.ends_with_deletion_at(end) && self.continues_at(end) {
            self.edits.insert(end, ";");
        }
    }

    fn visit_ts_type_annotation(&mut self, it: &TSTypeAnnotation<'a>) {
        self.edits.delete(it.span.start, it.span.end);
    }

    fn visit_ts_type_parameter_declaration(&mut self, it: &TSTypeParameterDeclaration<'a>) {
        self.edits.delete(it.span.start, it.span.end);
    }

    fn visit_ts_type_parameter_instantiation(&mut self, it: &TSTypeParameterInstantiation<'a>) {
        self.edits.delete(it.span.start, it.span.end);
    }

    fn visit_ts_as_expression(&mut self, it: &TSAsExpression<'a>) {
        self.visit_expression(&it.expression);
        self.edits.delete(it.expression.span().end, it.span.end);
    }

    fn visit_ts_satisfies_expression(&mut self, it: &TSSatisfiesExpression<'a>) {
        self.visit_expression(&it.expression);
        self.edits.delete(it.expression.span().end, it.span.end);
    }

    fn visit_ts_non_null_expression(&mut self, it: &TSNonNullExpression<'a>) {
        self.visit_expression(&it.expression);
        self.edits.delete(it.expression.span().end, it.span.end);
    }

    fn visit_ts_type_assertion(&mut self, it: &TSTypeAssertion<'a>) {
        // In parentheses, because `=> <T>{}` would become a block.
        self.edits
            .replace(it.span.start, it.expression.span().start, "(");
        self.visit_expression(&it.expression);
        self.edits.insert(it.span.end, ")");
    }

    fn visit_ts_this_parameter(&mut self, it: &TSThisParameter<'a>) {
        let after = self.text(it.span.end, self.text.len() as u32);
        let comma = words(after)
            .next()
            .filter(|(_, word)| word.starts_with(','));
        let end = comma.map_or(it.span.end, |(at, _)| it.span.end + at + 1);
        self.edits.delete(it.span.start, end);
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if let (true, Some(annotation)) = (it.definite, &it.type_annotation) {
            self.delete_mark(it.id.span().end, annotation.span.start, '!');
        }
        walk::walk_variable_declarator(self, it);
    }

    fn visit_formal_parameter(&mut self, it: &FormalParameter<'a>) {
        if is_property(it) {
            self.delete_modifiers(it.span.start, it.pattern.span().start);
        }
        if it.optional {
            let end = it
                .type_annotation
                .as_ref()
                .map_or(it.span.end, |it| it.span.start);
            self.delete_mark(
                it.pattern.span().end,
                end.max(it.pattern.span().end + 1),
                '?',
            );
        }
        walk::walk_formal_parameter(self, it);
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        walk::walk_arrow_function_expression(self, it);
        // `=>` may not stand on a line of its own.
        if let Some(returns) = &it.return_type
            && let Some(arrow) = self.find(returns.span.end, it.body.span().start, '=')
            && self.text(returns.span.start, arrow).contains('\n')
        {
            self.edits.delete(returns.span.end, arrow);
        }
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        let head_start = it.decorators.last().map_or(it.span.start, |it| it.span.end);
        let class = self.text(head_start, it.body.span.start);
        if it.r#abstract
            && let Some((at, word)) = words(class).find(|(_, word)| *word == "abstract")
        {
            let from = head_start + at;
            self.edits.delete(from, from + word.len() as u32 + 1);
        }
        walk::walk_class(self, it);
        if let Some(first) = it.implements.first() {
            let head = self.text(head_start, first.span.start);
            if let Some((at, _)) = words(head).filter(|(_, word)| *word == "implements").last() {
                self.edits.delete(head_start + at, it.body.span.start);
            }
        }
    }

    fn visit_ts_class_implements(&mut self, _: &oxc_ast::ast::TSClassImplements<'a>) {}

    fn visit_class_element(&mut self, it: &ClassElement<'a>) {
        let gone = match it {
            ClassElement::MethodDefinition(it) => it.value.body.is_none(),
            ClassElement::PropertyDefinition(it) => it.declare || it.r#type.is_abstract(),
            ClassElement::AccessorProperty(it) => {
                self.refuse(
                    it.span.start,
                    "`accessor` fields cannot run here; write a getter and a setter",
                );
                true
            }
            ClassElement::TSIndexSignature(_) => true,
            ClassElement::StaticBlock(_) => false,
        };
        if gone {
            self.edits.delete(it.span().start, it.span().end);
        } else {
            walk::walk_class_element(self, it);
        }
    }

    fn visit_method_definition(&mut self, it: &MethodDefinition<'a>) {
        if it.accessibility.is_some() || it.r#override {
            self.delete_modifiers(it.span.start, key_start(&it.key, it.computed));
        }
        if it.optional {
            self.delete_mark(it.key.span().end, it.value.params.span.start, '?');
        }
        walk::walk_method_definition(self, it);
        if it.kind == MethodDefinitionKind::Constructor {
            self.assign_parameters(&it.value);
        }
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        let is_typed = it.type_annotation.is_some() || it.optional || it.definite;
        if it.accessibility.is_some() || it.r#override || it.readonly {
            self.delete_modifiers(it.span.start, key_start(&it.key, it.computed));
        }
        let key_end = it.key.span().end;
        let end = it
            .type_annotation
            .as_ref()
            .map_or(it.span.end, |it| it.span.start);
        if it.optional {
            self.delete_mark(key_end, end.max(key_end + 1), '?');
        }
        if it.definite {
            self.delete_mark(key_end, end.max(key_end + 1), '!');
        }
        walk::walk_property_definition(self, it);
        let ends = self.text(it.span.start, it.span.end).ends_with(';');
        if is_typed && !ends && self.text(it.span.end, it.span.end + 1) != ";" {
            self.edits.insert(it.span.end, ";");
        }
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        walk::walk_function(self, it, flags);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        walk::walk_call_expression(self, it);
    }

    fn visit_ts_enum_declaration(&mut self, it: &TSEnumDeclaration<'a>) {
        for member in &it.body.members {
            if let Some(initializer) = &member.initializer {
                self.visit_expression(initializer);
            }
        }
        lower::enumeration(self.text, &mut self.edits, it);
    }

    fn visit_ts_namespace_declaration(&mut self, it: &TSNamespaceDeclaration<'a>) {
        lower::namespace(&mut self.edits, it);
        walk::walk_ts_namespace_declaration(self, it);
    }

    fn visit_decorator(&mut self, it: &Decorator<'a>) {
        self.refuse(
            it.span.start,
            "Decorators cannot run here; call the function on the class instead",
        );
    }

    fn visit_ts_import_equals_declaration(&mut self, it: &TSImportEqualsDeclaration<'a>) {
        self.refuse(
            it.span.start,
            "`import … = …` cannot run here; use `import … from …`",
        );
    }

    fn visit_ts_export_assignment(&mut self, it: &TSExportAssignment<'a>) {
        self.refuse(
            it.span.start,
            "`export = …` cannot run here; use `export default …`",
        );
    }

    fn visit_jsx_element(&mut self, it: &JSXElement<'a>) {
        self.refuse(it.span.start, JSX);
    }

    fn visit_jsx_fragment(&mut self, it: &JSXFragment<'a>) {
        self.refuse(it.span.start, JSX);
    }
}

pub(super) const JSX: &str = "JSX cannot run here; build strings or objects instead";

/// Where a member's name begins, its bracket included.
fn key_start(key: &PropertyKey<'_>, computed: bool) -> u32 {
    key.span().start - u32::from(computed)
}

/// Words and single signs of a stretch of code without literals, with their
/// places; comments are left out.
pub(super) fn words(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..)?;
            let trimmed = rest.trim_start();
            at += rest.len() - trimmed.len();
            if trimmed.is_empty() {
                return None;
            }
            let comment = match trimmed.get(..2) {
                Some("//") => trimmed.find('\n').unwrap_or(trimmed.len()),
                Some("/*") => trimmed.find("*/").map_or(trimmed.len(), |end| end + 2),
                _ => 0,
            };
            if comment > 0 {
                at += comment;
                continue;
            }
            let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
            let length = trimmed.find(|c| !is_word(c)).unwrap_or(trimmed.len());
            let length = match length {
                0 => trimmed.chars().next().map_or(1, char::len_utf8),
                length => length,
            };
            let word = (at as u32, trimmed.get(..length)?);
            at += length;
            return Some(word);
        }
    })
}
