//! What a program says about the world outside it, for those who know that world:
//! names it takes for granted, calls it makes, modules it imports.

use oxc_ast::ast::{
    Argument, ArrayExpressionElement, AssignmentExpression, AwaitExpression, BinaryExpression,
    CallExpression, ChainElement, ComputedMemberExpression, DoWhileStatement, Expression,
    ExpressionStatement, ForInStatement, ForOfStatement, ForStatement, IdentifierReference,
    ImportDeclaration, ImportExpression, ObjectPropertyKind, PropertyKey, Statement,
    StaticMemberExpression, TSClassImplements, TSType, TryStatement, UnaryExpression,
    WhileStatement,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::Scoping;
use oxc_span::GetSpan as _;
use oxc_syntax::operator::{BinaryOperator, UnaryOperator};
use serde_json::Value;

use super::erase::is_only_type;

/// A value as far as it is written out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    Unknown,
    Null,
    Bool(bool),
    Number(f64),
    String(String),
    /// A string whose text is not known.
    AnyString,
    Array(Vec<(Self, u32)>, Completeness),
    Object(Vec<(String, Self, u32)>, Completeness),
}

/// Whether all members are written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Completeness {
    Whole,
    Partial,
}

/// A call `namespace.name(…)` on a name that the program does not declare.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) namespace: String,
    pub(crate) name: String,
    /// Where the name stands.
    pub(crate) at: u32,
    /// `None` for an argument that is not there, or hidden by `...`.
    pub(crate) argument: Option<(Literal, u32)>,
    pub(crate) has_spread: bool,
    /// The result is neither awaited nor used.
    pub(crate) is_dropped: bool,
    /// A failure would be caught.
    pub(crate) is_guarded: bool,
    /// In a loop, or in a function that is passed on.
    pub(crate) is_repeated: bool,
}

/// A name that the program neither declares nor assigns.
#[derive(Clone, Debug)]
pub(crate) struct Global {
    pub(crate) name: String,
    pub(crate) at: u32,
    pub(crate) is_guarded: bool,
    /// `name(…)` or `new name(…)`
    pub(crate) is_called: bool,
    /// `name.something(…)`
    pub(crate) is_namespace_like: bool,
}

/// A module that the program imports by a name that is written out.
#[derive(Clone, Debug)]
pub(crate) struct Import {
    pub(crate) name: String,
    pub(crate) at: u32,
    pub(crate) is_guarded: bool,
    pub(crate) is_require: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) calls: Vec<Call>,
    pub(crate) globals: Vec<Global>,
    pub(crate) imports: Vec<Import>,
    /// Members of globals that are named by a computation: `name[…]`.
    pub(crate) computed: Vec<(String, u32)>,
    /// Where `name.member` stands, in order.
    members: Vec<u32>,
    /// `name.member` pairs that the program assigns or looks at.
    touched: Vec<(String, String)>,
    /// Names looked at with `typeof`.
    pub(crate) probed: Vec<String>,
}

impl Facts {
    /// Whether what begins there is `name.member`, written out.
    pub(crate) fn is_member_access(&self, at: u32) -> bool {
        self.members.binary_search(&at).is_ok()
    }

    /// Whether the program sees to the member by itself.
    pub(crate) fn touches(&self, object: &str, member: &str) -> bool {
        let is_same =
            |(known, name): &(String, String)| known == object && (name == member || name == "*");
        self.touched.iter().any(is_same)
    }
}

pub(super) struct Collector<'s> {
    scoping: &'s Scoping,
    pub(super) facts: Facts,
    guards: usize,
    loops: usize,
    /// The start of the call whose result is dropped.
    dropped: Option<u32>,
    last_statement: Option<u32>,
}

impl<'s> Collector<'s> {
    pub(super) fn new(scoping: &'s Scoping, last_statement: Option<u32>) -> Self {
        Self {
            scoping,
            facts: Facts::default(),
            guards: 0,
            loops: 0,
            dropped: None,
            last_statement,
        }
    }

    fn is_global(&self, id: &IdentifierReference<'_>) -> bool {
        let reference = id
            .reference_id
            .get()
            .map(|it| self.scoping.get_reference(it));
        reference.is_none_or(|it| it.symbol_id().is_none())
    }

    fn guarded(&mut self, walk: impl FnOnce(&mut Self)) {
        self.guards += 1;
        walk(self);
        self.guards -= 1;
    }

    fn global<'e>(&self, expression: &'e Expression<'_>) -> Option<&'e str> {
        match expression {
            Expression::Identifier(id) if self.is_global(id) => Some(id.name.as_str()),
            Expression::ParenthesizedExpression(it) => self.global(&it.expression),
            Expression::TSNonNullExpression(it) => self.global(&it.expression),
            Expression::TSAsExpression(it) => self.global(&it.expression),
            _ => None,
        }
    }

    fn push_global(
        &mut self,
        id: &IdentifierReference<'_>,
        is_called: bool,
        is_namespace_like: bool,
    ) {
        if self.is_global(id) {
            self.facts.globals.push(Global {
                name: id.name.to_string(),
                at: id.span.start,
                is_guarded: self.guards > 0,
                is_called,
                is_namespace_like,
            });
        }
    }

    fn call(&mut self, it: &CallExpression<'_>) {
        let (namespace, name, at) = match &it.callee {
            Expression::StaticMemberExpression(member) if !member.optional => {
                let Some(namespace) = self.global(&member.object) else {
                    return;
                };
                (
                    namespace,
                    member.property.name.as_str(),
                    member.property.span.start,
                )
            }
            Expression::ComputedMemberExpression(member) if !member.optional => {
                let Some(namespace) = self.global(&member.object) else {
                    return;
                };
                let Expression::StringLiteral(name) = &member.expression else {
                    return;
                };
                (
                    namespace,
                    name.value.as_str(),
                    member.expression.span().start,
                )
            }
            _ => return,
        };
        let has_spread = it.arguments.iter().any(Argument::is_spread);
        let argument = it
            .arguments
            .first()
            .filter(|_| !has_spread)
            .and_then(Argument::as_expression);
        self.facts.calls.push(Call {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            at,
            argument: argument.map(|it| (literal(it, 0), it.span().start)),
            has_spread,
            is_dropped: self.dropped == Some(it.span.start),
            is_guarded: self.guards > 0 || it.optional,
            is_repeated: self.loops > 0,
        });
    }

    fn repeated(&mut self, walk: impl FnOnce(&mut Self)) {
        self.loops += 1;
        walk(self);
        self.loops -= 1;
    }
}

impl Literal {
    /// The value, if all of it is written out.
    pub(crate) fn value(&self) -> Option<Value> {
        Some(match self {
            Self::Unknown | Self::AnyString => return None,
            Self::Null => Value::Null,
            Self::Bool(it) => Value::from(*it),
            Self::Number(it) if it.fract() == 0.0 && it.abs() < 9e15 => Value::from(*it as i64),
            Self::Number(it) => Value::from(*it),
            Self::String(it) => Value::from(it.as_str()),
            Self::Array(_, Completeness::Partial) | Self::Object(_, Completeness::Partial) => {
                return None;
            }
            Self::Array(items, _) => {
                let items = items.iter().map(|(item, _)| item.value());
                Value::Array(items.collect::<Option<_>>()?)
            }
            Self::Object(members, _) => {
                let members = members.iter();
                let members = members.map(|(name, value, _)| Some((name.clone(), value.value()?)));
                Value::Object(members.collect::<Option<_>>()?)
            }
        })
    }
}

/// Levels of a literal that are looked at.
const MAX_LITERAL_DEPTH: usize = 8;

fn literal(expression: &Expression<'_>, depth: usize) -> Literal {
    if depth > MAX_LITERAL_DEPTH {
        return Literal::Unknown;
    }
    match expression {
        Expression::NullLiteral(_) => Literal::Null,
        Expression::BooleanLiteral(it) => Literal::Bool(it.value),
        Expression::NumericLiteral(it) => Literal::Number(it.value),
        Expression::StringLiteral(it) => Literal::String(it.value.to_string()),
        Expression::TemplateLiteral(it) => match (it.expressions.is_empty(), it.quasis.first()) {
            (true, Some(quasi)) => quasi
                .value
                .cooked
                .as_ref()
                .map_or(Literal::AnyString, |text| Literal::String(text.to_string())),
            _ => Literal::AnyString,
        },
        Expression::UnaryExpression(it) if it.operator == UnaryOperator::UnaryNegation => {
            match literal(&it.argument, depth) {
                Literal::Number(number) => Literal::Number(-number),
                _ => Literal::Unknown,
            }
        }
        Expression::ParenthesizedExpression(it) => literal(&it.expression, depth),
        Expression::TSAsExpression(it) => literal(&it.expression, depth),
        Expression::TSSatisfiesExpression(it) => literal(&it.expression, depth),
        Expression::ArrayExpression(it) => {
            let mut items = Vec::new();
            for element in &it.elements {
                match element {
                    ArrayExpressionElement::SpreadElement(_) => {
                        return Literal::Array(items, Completeness::Partial);
                    }
                    ArrayExpressionElement::Elision(_) => return Literal::Unknown,
                    other => {
                        let item = other
                            .as_expression()
                            .map_or(Literal::Unknown, |it| literal(it, depth + 1));
                        items.push((item, other.span().start));
                    }
                }
            }
            Literal::Array(items, Completeness::Whole)
        }
        Expression::ObjectExpression(it) => {
            let mut members = Vec::new();
            let mut completeness = Completeness::Whole;
            for property in &it.properties {
                let ObjectPropertyKind::ObjectProperty(property) = property else {
                    // What is spread may bring members and replace those before it.
                    members.clear();
                    completeness = Completeness::Partial;
                    continue;
                };
                let name = match &property.key {
                    PropertyKey::StaticIdentifier(id) => Some(id.name.to_string()),
                    PropertyKey::StringLiteral(it) => Some(it.value.to_string()),
                    PropertyKey::NumericLiteral(it) => Some(it.value.to_string()),
                    _ => None,
                };
                match name {
                    Some(name) => members.push((
                        name,
                        literal(&property.value, depth + 1),
                        property.span.start,
                    )),
                    None => completeness = Completeness::Partial,
                }
            }
            Literal::Object(members, completeness)
        }
        _ => Literal::Unknown,
    }
}

impl<'a> Visit<'a> for Collector<'_> {
    fn visit_statement(&mut self, it: &Statement<'a>) {
        if !is_only_type(it) {
            walk::walk_statement(self, it);
        }
    }

    fn visit_expression_statement(&mut self, it: &ExpressionStatement<'a>) {
        let call = match &it.expression {
            Expression::CallExpression(call) => Some(call.span.start),
            Expression::ChainExpression(chain) => match &chain.expression {
                ChainElement::CallExpression(call) => Some(call.span.start),
                _ => None,
            },
            _ => None,
        };
        self.dropped = call.filter(|_| self.last_statement != Some(it.span.start));
        walk::walk_expression_statement(self, it);
        self.dropped = None;
    }

    fn visit_try_statement(&mut self, it: &TryStatement<'a>) {
        match &it.handler {
            Some(handler) => {
                self.guarded(|this| this.visit_block_statement(&it.block));
                self.visit_catch_clause(handler);
            }
            None => self.visit_block_statement(&it.block),
        }
        if let Some(finalizer) = &it.finalizer {
            self.visit_block_statement(finalizer);
        }
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        self.call(it);
        match &it.callee {
            Expression::Identifier(id) => {
                if id.name == "require"
                    && self.is_global(id)
                    && let Some(Argument::StringLiteral(name)) = it.arguments.first()
                {
                    self.facts.imports.push(Import {
                        name: name.value.to_string(),
                        at: it.span.start,
                        is_guarded: self.guards > 0,
                        is_require: true,
                    });
                } else {
                    self.push_global(id, true, false);
                }
            }
            // `call.catch(…)`, and `call.then(…, …)`, deal with its failure.
            Expression::StaticMemberExpression(member)
                if member.property.name == "catch" || member.property.name == "then" =>
            {
                self.guarded(|this| this.visit_expression(&member.object));
            }
            Expression::StaticMemberExpression(member) => match &member.object {
                Expression::Identifier(id) => self.push_global(id, false, true),
                object => self.visit_expression(object),
            },
            callee => self.visit_expression(callee),
        }
        let settles = matches!(&it.callee, Expression::StaticMemberExpression(member)
            if member.property.name == "allSettled" || member.property.name == "any" || member.property.name == "race");
        match settles {
            true => self.guarded(|this| this.visit_arguments(&it.arguments)),
            false => self.visit_arguments(&it.arguments),
        }
    }

    fn visit_for_statement(&mut self, it: &ForStatement<'a>) {
        self.repeated(|this| walk::walk_for_statement(this, it));
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        self.visit_expression(&it.right);
        self.repeated(|this| {
            this.visit_for_statement_left(&it.left);
            this.visit_statement(&it.body);
        });
    }

    fn visit_for_in_statement(&mut self, it: &ForInStatement<'a>) {
        self.visit_expression(&it.right);
        self.repeated(|this| {
            this.visit_for_statement_left(&it.left);
            this.visit_statement(&it.body);
        });
    }

    fn visit_while_statement(&mut self, it: &WhileStatement<'a>) {
        self.repeated(|this| walk::walk_while_statement(this, it));
    }

    fn visit_do_while_statement(&mut self, it: &DoWhileStatement<'a>) {
        self.repeated(|this| walk::walk_do_while_statement(this, it));
    }

    fn visit_argument(&mut self, it: &Argument<'a>) {
        match it {
            Argument::ArrowFunctionExpression(_) | Argument::FunctionExpression(_) => {
                self.repeated(|this| walk::walk_argument(this, it));
            }
            _ => walk::walk_argument(self, it),
        }
    }

    fn visit_computed_member_expression(&mut self, it: &ComputedMemberExpression<'a>) {
        if let Some(object) = self.global(&it.object)
            && !matches!(it.expression, Expression::StringLiteral(_))
        {
            let found = (object.to_owned(), it.span.start);
            self.facts.computed.push(found);
        }
        walk::walk_computed_member_expression(self, it);
    }

    fn visit_await_expression(&mut self, it: &AwaitExpression<'a>) {
        self.visit_expression(&it.argument);
    }

    fn visit_unary_expression(&mut self, it: &UnaryExpression<'a>) {
        match (&it.operator, &it.argument) {
            (UnaryOperator::Typeof, Expression::Identifier(id)) => {
                self.facts.probed.push(id.name.to_string())
            }
            _ => walk::walk_unary_expression(self, it),
        }
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        if let Some(member) = it.left.as_member_expression()
            && let Expression::Identifier(id) = member.object()
        {
            let name = member.static_property_name().unwrap_or("*");
            self.facts
                .touched
                .push((id.name.to_string(), name.to_owned()));
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        if let Some(object) = self.global(&it.object) {
            let at = it.object.span().start;
            let place = self.facts.members.partition_point(|known| *known < at);
            self.facts.members.insert(place, at);
            self.facts
                .touched
                .push((object.to_owned(), it.property.name.to_string()));
        }
        walk::walk_static_member_expression(self, it);
    }

    fn visit_binary_expression(&mut self, it: &BinaryExpression<'a>) {
        if it.operator == BinaryOperator::In
            && let (Expression::StringLiteral(name), Some(object)) =
                (&it.left, self.global(&it.right))
        {
            self.facts
                .touched
                .push((object.to_owned(), name.value.to_string()));
        }
        walk::walk_binary_expression(self, it);
    }

    /// Names of types only.
    fn visit_ts_class_implements(&mut self, _: &TSClassImplements<'a>) {}

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.push_global(it, false, false);
    }

    fn visit_import_declaration(&mut self, it: &ImportDeclaration<'a>) {
        self.facts.imports.push(Import {
            name: it.source.value.to_string(),
            at: it.source.span.start,
            is_guarded: false,
            is_require: false,
        });
    }

    fn visit_import_expression(&mut self, it: &ImportExpression<'a>) {
        if let Expression::StringLiteral(name) = &it.source {
            self.facts.imports.push(Import {
                name: name.value.to_string(),
                at: name.span.start,
                is_guarded: self.guards > 0,
                is_require: false,
            });
        }
        walk::walk_import_expression(self, it);
    }

    fn visit_ts_type(&mut self, _: &TSType<'a>) {}
}
