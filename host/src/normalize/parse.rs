//! Parses, on a stack that no program can overflow.

use oxc_allocator::Allocator;
use oxc_ast::ast::{Expression, Program};
use oxc_diagnostics::Severity;
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::{Scoping, SemanticBuilder};
use oxc_span::SourceType;

/// Levels of brackets that a program may nest. Nobody writes more, QuickJS does not
/// read many more, and each costs the reader stack.
pub(super) const MAX_NESTING: usize = 1_000;

/// Stack that one byte of a program may cost the parser and the walks over its
/// tree, at worst (`!!!!…` and `((((…`). Measured with and without optimisation.
const STACK_BYTES_PER_BYTE: usize = if cfg!(debug_assertions) { 24 * 1024 } else { 6 * 1024 };
const STACK_BASE_BYTES: usize = 1024 * 1024;

/// Runs something whose recursion is bounded by the length of a text.
pub(super) fn with_stack_for<T>(text: &str, read: impl FnOnce() -> T) -> T {
    // Address space, of which only what is used becomes memory.
    stacker::grow(STACK_BASE_BYTES + text.len() * STACK_BYTES_PER_BYTE, read)
}

/// How deep brackets nest, seen from above: strings, comments and regular
/// expressions are not told from code.
pub(super) fn nesting(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Why a text is no program.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) at: u32,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// A text read as a program.
pub(super) struct Parsed<'a> {
    pub(super) program: Program<'a>,
    pub(super) faults: Vec<Fault>,
}

fn options() -> ParseOptions {
    ParseOptions {
        allow_return_outside_function: true,
        ..ParseOptions::default()
    }
}

pub(super) fn program<'a>(
    allocator: &'a Allocator,
    text: &'a str,
    language: SourceType,
) -> Parsed<'a> {
    let parsed = Parser::new(allocator, text, language)
        .with_options(options())
        .parse();
    let faults = faults(parsed.diagnostics.iter());
    Parsed {
        program: parsed.program,
        faults,
    }
}

/// The same text with JSX allowed: whether that is what was wrong with it.
pub(super) fn is_jsx(text: &str) -> bool {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, SourceType::tsx())
        .with_options(options())
        .parse();
    text.contains('<') && parsed.diagnostics.is_empty() && !parsed.panicked
}

pub(super) fn expression<'a>(allocator: &'a Allocator, text: &'a str) -> Option<Expression<'a>> {
    let text = text.trim_end().trim_end_matches(';');
    Parser::new(allocator, text, SourceType::ts())
        .with_options(options())
        .parse_expression()
        .ok()
}

/// Names and scopes, and the errors that need them (ECMA-262, early errors).
pub(super) fn scopes<'a>(program: &'a Program<'a>) -> (Scoping, Vec<Fault>) {
    let built = SemanticBuilder::new().with_check_syntax_error(true).build(program);
    (built.semantic.into_scoping(), faults(built.diagnostics.iter()))
}

fn faults<'d>(diagnostics: impl Iterator<Item = &'d oxc_diagnostics::OxcDiagnostic>) -> Vec<Fault> {
    diagnostics
        .filter(|it| it.severity == Severity::Error)
        .map(|it| Fault {
            at: it.labels.first().map_or(0, |label| label.offset() as u32),
            message: it.message.to_string(),
            help: it.help.as_ref().map(ToString::to_string),
        })
        .collect()
}
