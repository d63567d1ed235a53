//! TypeScript that does something when it runs, as JavaScript: enums and
//! namespaces (TypeScript handbook, "Enums" and "Namespaces").

use oxc_ast::ast::{
    BindingPattern, Declaration, Statement, TSEnumDeclaration, TSEnumMemberName,
    TSNamespaceDeclaration, TSNamespaceDeclarationBody,
};
use oxc_span::GetSpan as _;

use super::edits::Edits;
use super::erase::is_only_type;
use crate::tool::{is_identifier, is_reserved};

/// `enum E { A, B = 2 }` becomes a function that fills an object. Members are
/// constants in it, so that later members can use them by name.
pub(super) fn enumeration(text: &str, edits: &mut Edits, it: &TSEnumDeclaration<'_>) {
    let name = it.id.name.as_str();
    let body = it.body.span;
    edits.replace(
        it.span.start,
        body.start + 1,
        format!("var {name} = (({name}) => {{"),
    );
    let mut at = body.start + 1;
    let mut previous: Option<String> = None;
    for member in &it.body.members {
        let key = match &member.id {
            TSEnumMemberName::Identifier(id) => id.name.to_string(),
            TSEnumMemberName::String(it) | TSEnumMemberName::ComputedString(it) => {
                it.value.to_string()
            }
            TSEnumMemberName::ComputedTemplateString(it) => it
                .quasis
                .first()
                .and_then(|quasi| quasi.value.cooked.as_ref())
                .map(ToString::to_string)
                .unwrap_or_default(),
        };
        let quoted = serde_json::Value::from(key.as_str()).to_string();
        let place = format!("{name}[{quoted}]");
        let is_constant = is_identifier(&key) && key != name && !is_reserved(&key);
        let assignment = match is_constant {
            true => format!(" const {key} = {place} = "),
            false => format!(" {place} = "),
        };
        let value = match (&member.initializer, &previous) {
            (Some(_), _) => String::new(),
            (None, None) => "0".to_owned(),
            (None, Some(previous)) => format!("{previous} + 1"),
        };
        let reverse = format!("; if (typeof {place} !== \"string\") {name}[{place}] = {quoted};");
        match &member.initializer {
            Some(initializer) => {
                edits.replace(at, initializer.span().start, format!("{assignment}("));
                edits.insert(initializer.span().end, format!("){reverse}"));
                at = initializer.span().end;
            }
            None => {
                edits.replace(at, member.span.end, format!("{assignment}{value}{reverse}"));
                at = member.span.end;
            }
        }
        previous = Some(place);
    }
    debug_assert!(text.is_char_boundary(at as usize), "spans are of this text");
    edits.replace(
        at,
        it.span.end,
        format!(" return {name}; }})({name} || {{}});"),
    );
}

/// `namespace N { … }` becomes a function with the same body; what it exports is
/// read through getters, so that it stays current.
pub(super) fn namespace(edits: &mut Edits, it: &TSNamespaceDeclaration<'_>) {
    let name = it.id.name.as_str();
    let (start, end, exported) = match &it.body {
        TSNamespaceDeclarationBody::TSModuleBlock(block) => {
            let mut exported = Vec::new();
            for statement in &block.body {
                if let Statement::ExportDeclaration(export) = statement
                    && !is_only_type(statement)
                {
                    edits.delete(export.span.start, export.declaration.span().start);
                    declared(&export.declaration, &mut exported);
                }
            }
            (block.span.start + 1, block.span.end - 1, exported)
        }
        // `namespace A.B {}`
        TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => {
            let exported = vec![inner.id.name.to_string()];
            (inner.span.start, inner.span.end, exported)
        }
    };
    let getters: String = exported
        .iter()
        .map(|export| format!(" Object.defineProperty({name}, \"{export}\", {{ enumerable: true, get: () => {export} }});"))
        .collect();
    edits.replace(
        it.span.start,
        start,
        format!("var {name} = (({name}) => {{{getters}"),
    );
    edits.replace(
        end,
        it.span.end,
        format!(" return {name}; }})({name} || {{}});"),
    );
}

/// Whether a namespace holds more than types.
pub(super) fn does_something(it: &TSNamespaceDeclaration<'_>) -> bool {
    match &it.body {
        TSNamespaceDeclarationBody::TSModuleBlock(block) => {
            block.body.iter().any(|statement| !is_only_type(statement))
        }
        TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => does_something(inner),
    }
}

/// The names that a declaration declares.
pub(super) fn declared(declaration: &Declaration<'_>, names: &mut Vec<String>) {
    match declaration {
        Declaration::VariableDeclaration(it) => {
            for declarator in &it.declarations {
                bound(&declarator.id, names);
            }
        }
        Declaration::FunctionDeclaration(it) => {
            names.extend(it.id.as_ref().map(|id| id.name.to_string()))
        }
        Declaration::ClassDeclaration(it) => {
            names.extend(it.id.as_ref().map(|id| id.name.to_string()))
        }
        Declaration::TSEnumDeclaration(it) => names.push(it.id.name.to_string()),
        Declaration::TSNamespaceDeclaration(it) => names.push(it.id.name.to_string()),
        _ => {}
    }
}

fn bound(pattern: &BindingPattern<'_>, names: &mut Vec<String>) {
    match pattern {
        BindingPattern::BindingIdentifier(id) => names.push(id.name.to_string()),
        BindingPattern::ObjectPattern(it) => {
            for property in &it.properties {
                bound(&property.value, names);
            }
            if let Some(rest) = &it.rest {
                bound(&rest.argument, names);
            }
        }
        BindingPattern::ArrayPattern(it) => {
            for element in it.elements.iter().flatten() {
                bound(element, names);
            }
            if let Some(rest) = &it.rest {
                bound(&rest.argument, names);
            }
        }
        BindingPattern::AssignmentPattern(it) => bound(&it.left, names),
    }
}
