//! Places in a program as QuickJS will name them, and what stands there.
//!
//! QuickJS (quickjs-ng 0.15) keeps a place for expression statements, arguments of
//! calls, right operands, `new` and `throw`; what fails in between is reported at the
//! last of these. The walk here goes through a program in the order in which QuickJS
//! emits code and notes, for everything that can fail, which place that will be.
//! Statements that have no place of their own get one, with a mark that is not run.

use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, AwaitExpression, BinaryExpression, CallExpression,
    ComputedMemberExpression, Expression, ExpressionStatement, Function, FunctionBody,
    IdentifierReference, NewExpression, Program, Statement, StaticMemberExpression, SwitchCase,
    TSType, TaggedTemplateExpression, ThrowStatement,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan as _, Span};
use oxc_syntax::scope::ScopeFlags;

use super::edits::Edits;
use super::erase::is_only_type;

/// A statement that QuickJS gives a place, and no code.
pub(super) const MARK: &str = "0;";

/// What can fail at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A property is read or written.
    Member,
    /// A variable is read.
    Variable,
    Call,
    New,
    Await,
}

/// Something that can fail, and the place that QuickJS will name for it.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// What QuickJS names, as an offset of the parsed text.
    pub(super) named: u32,
    /// Where it really is.
    pub(super) at: u32,
    pub(super) kind: Kind,
    /// The property, variable or function; empty when it is computed.
    pub(super) name: Span,
}

/// Marks for the text that is run, and the sites of a program.
pub(super) struct Trace {
    /// Where the lines begin, but for the first.
    lines: Vec<u32>,
    pub(super) marks: Edits,
    pub(super) sites: Vec<Site>,
    last: u32,
}

impl Trace {
    pub(super) fn new(text: &str) -> Self {
        Self {
            lines: text
                .match_indices('\n')
                .map(|(at, _)| at as u32 + 1)
                .collect(),
            marks: Edits::default(),
            sites: Vec::new(),
            last: 0,
        }
    }

    fn site(&mut self, at: u32, kind: Kind, name: Span) {
        self.sites.push(Site {
            named: self.last,
            at,
            kind,
            name,
        });
    }

    /// Gives the statements of a list places of their own.
    fn mark(&mut self, statements: &[Statement<'_>]) {
        for statement in statements {
            let has_none = matches!(
                statement,
                Statement::VariableDeclaration(_)
                    | Statement::ReturnStatement(_)
                    | Statement::IfStatement(_)
                    | Statement::ForStatement(_)
                    | Statement::ForInStatement(_)
                    | Statement::ForOfStatement(_)
                    | Statement::WhileStatement(_)
                    | Statement::DoWhileStatement(_)
                    | Statement::SwitchStatement(_)
                    | Statement::ClassDeclaration(_)
            );
            if has_none && !is_only_type(statement) {
                self.marks.insert_to_run(statement.span().start, MARK);
            }
        }
    }

    /// Walks a function, whose code is not part of the code around it. What fails before
    /// its first place, for instance in the body of `x => x.y`, is named after the
    /// function's line, in its first column.
    fn function(&mut self, start: u32, walk: impl FnOnce(&mut Self)) {
        let lines_before = self.lines.partition_point(|line| *line <= start);
        let start = lines_before
            .checked_sub(1)
            .and_then(|index| self.lines.get(index));
        let start = start.copied().unwrap_or_default();
        let outside = std::mem::replace(&mut self.last, start);
        walk(self);
        self.last = outside;
    }

    fn callee(&mut self, callee: &Expression<'_>) -> (u32, Span) {
        match callee {
            Expression::StaticMemberExpression(it) => (it.property.span.start, it.property.span),
            Expression::Identifier(it) => (it.span.start, it.span),
            Expression::ParenthesizedExpression(it) => self.callee(&it.expression),
            Expression::TSNonNullExpression(it) => self.callee(&it.expression),
            Expression::TSAsExpression(it) => self.callee(&it.expression),
            other => (other.span().start, Span::default()),
        }
    }
}

impl<'a> Visit<'a> for Trace {
    fn visit_program(&mut self, it: &Program<'a>) {
        self.mark(&it.body);
        walk::walk_program(self, it);
    }

    fn visit_statement(&mut self, it: &Statement<'a>) {
        if is_only_type(it) {
            return;
        }
        self.last = it.span().start;
        walk::walk_statement(self, it);
    }

    fn visit_block_statement(&mut self, it: &oxc_ast::ast::BlockStatement<'a>) {
        self.mark(&it.body);
        walk::walk_block_statement(self, it);
    }

    fn visit_switch_case(&mut self, it: &SwitchCase<'a>) {
        self.mark(&it.consequent);
        walk::walk_switch_case(self, it);
    }

    fn visit_function_body(&mut self, it: &FunctionBody<'a>) {
        self.mark(&it.statements);
        walk::walk_function_body(self, it);
    }

    fn visit_static_block(&mut self, it: &oxc_ast::ast::StaticBlock<'a>) {
        self.mark(&it.body);
        walk::walk_static_block(self, it);
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        self.function(it.span.start, |trace| walk::walk_function(trace, it, flags));
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.function(it.span.start, |trace| {
            trace.visit_formal_parameters(&it.params);
            if let ArrowFunctionBody::FunctionBody(body) = &it.body {
                trace.visit_function_body(body);
            } else if let Some(body) = it.body.as_expression() {
                trace.visit_expression(body);
            }
        });
    }

    fn visit_expression_statement(&mut self, it: &ExpressionStatement<'a>) {
        self.last = it.span.start;
        walk::walk_expression_statement(self, it);
    }

    fn visit_throw_statement(&mut self, it: &ThrowStatement<'a>) {
        self.last = it.argument.span().start;
        walk::walk_throw_statement(self, it);
    }

    fn visit_binary_expression(&mut self, it: &BinaryExpression<'a>) {
        self.visit_expression(&it.left);
        self.last = it.right.span().start;
        self.visit_expression(&it.right);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        self.visit_expression(&it.callee);
        let (at, name) = self.callee(&it.callee);
        self.last = it
            .arguments
            .first()
            .map_or(it.span.end - 1, |it| it.span().start);
        self.visit_arguments(&it.arguments);
        self.site(at, Kind::Call, name);
    }

    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        self.last = it.callee.span().start;
        self.visit_expression(&it.callee);
        let (_, name) = self.callee(&it.callee);
        self.visit_arguments(&it.arguments);
        self.site(it.span.start, Kind::New, name);
    }

    fn visit_tagged_template_expression(&mut self, it: &TaggedTemplateExpression<'a>) {
        self.visit_expression(&it.tag);
        let (at, name) = self.callee(&it.tag);
        self.last = it.quasi.span.start;
        self.visit_template_literal(&it.quasi);
        self.site(at, Kind::Call, name);
    }

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        self.visit_expression(&it.object);
        self.site(it.property.span.start, Kind::Member, it.property.span);
    }

    fn visit_computed_member_expression(&mut self, it: &ComputedMemberExpression<'a>) {
        self.visit_expression(&it.object);
        self.visit_expression(&it.expression);
        let name = match &it.expression {
            Expression::StringLiteral(text) => Span::new(text.span.start + 1, text.span.end - 1),
            _ => Span::default(),
        };
        self.site(it.expression.span().start, Kind::Member, name);
    }

    fn visit_await_expression(&mut self, it: &AwaitExpression<'a>) {
        self.visit_expression(&it.argument);
        // A rejected call is looked for where it was made.
        let at = match &it.argument {
            Expression::CallExpression(call) => self.callee(&call.callee).0,
            other => other.span().start,
        };
        self.site(at, Kind::Await, Span::default());
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.site(it.span.start, Kind::Variable, it.span);
    }

    fn visit_ts_type(&mut self, _: &TSType<'a>) {}
}
