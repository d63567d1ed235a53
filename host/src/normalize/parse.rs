//! Parses, on a stack that no program can overflow.

use oxc_allocator::Allocator;
use oxc_ast::AstKind;
use oxc_ast::ast::{Expression, Program};
use oxc_ast_visit::Visit;
use oxc_diagnostics::Severity;
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::{Scoping, SemanticBuilder};
use oxc_span::SourceType;

/// Levels of brackets that a program may nest. Nobody writes more, QuickJS does not
/// read many more, and each costs the reader stack.
pub(super) const MAX_NESTING: usize = 1_000;

/// Characters that may have to be read again: `(a = …` can become the head of an arrow
/// function and `a < …` a list of types, which shows only at their ends, so what
/// stands inside such a bracket counts once for each of them. A program of 256 KiB as
/// people write them has half a million.
pub(super) const MAX_REREAD: usize = 2_000_000;

/// Levels of the syntax tree: operands of a chain, `else if`s, and brackets. Early
/// errors are found in a time that grows with depth times length.
pub(super) const MAX_DEPTH: usize = 5_000;

/// Stack for the parser and for the walks over its tree: some for itself, some for each
/// level of brackets, and some for each byte, which may be a level without one (`!!!!…`,
/// `a<a<a<…`). Measured at worst: 1.5 KiB a level and 800 bytes a byte with optimised
/// dependencies; unoptimised ones take several times as much.
const STACK_BASE_BYTES: usize = 192 << 10;
const STACK_BYTES_PER_LEVEL: usize = if cfg!(debug_assertions) {
    64 << 10
} else {
    8 << 10
};
const STACK_BYTES_PER_BYTE: usize = if cfg!(debug_assertions) {
    8 << 10
} else {
    1 << 10
};

/// Runs something whose recursion is bounded by a text. A stack of its own is made
/// where the thread's may not suffice: address space, of which only what is used becomes
/// memory.
pub(super) fn with_stack_for<T>(text: &str, strain: Strain, read: impl FnOnce() -> T) -> T {
    let bytes = STACK_BASE_BYTES
        + strain.nesting * STACK_BYTES_PER_LEVEL
        + text.len() * STACK_BYTES_PER_BYTE;
    stacker::maybe_grow(bytes, bytes, read)
}

/// How hard a text is to read, seen from above: strings, comments and regular
/// expressions are not told from code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Strain {
    /// The deepest that brackets nest.
    pub(super) nesting: usize,
    /// See [`MAX_REREAD`].
    pub(super) reread: usize,
}

pub(super) fn strain(text: &str) -> Strain {
    // How many of `(` and `<` are open: now, and of those how many no `>` closes.
    let (mut open, mut base) = (0_usize, 0_usize);
    let mut outside: Vec<(usize, usize)> = Vec::new();
    let mut strain = Strain {
        nesting: 0,
        reread: 0,
    };
    let mut before = b' ';
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => {
                outside.push((open, base));
                open += usize::from(byte == b'(');
                base = open;
                strain.nesting = strain.nesting.max(outside.len());
            }
            b')' | b']' | b'}' => (open, base) = outside.pop().unwrap_or_default(),
            b'<' => open += 1,
            b'>' if before != b'=' => open = open.saturating_sub(1).max(base),
            // No list of types goes on behind it.
            b';' => open = base,
            _ => {}
        }
        strain.reread += open;
        before = byte;
    }
    strain
}

/// Why a text is no program.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// In the parsed text; in the source once it has left this module.
    pub(crate) at: u32,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    /// It may be a program, and is not read to the end.
    pub(crate) is_too_complex: bool,
}

impl Fault {
    pub(super) fn new(at: u32, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
            help: None,
            is_too_complex: false,
        }
    }

    pub(super) fn too_complex(message: impl Into<String>) -> Self {
        Self {
            help: Some("Write a simpler one".to_owned()),
            is_too_complex: true,
            ..Self::new(0, message)
        }
    }
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

/// How deep a tree is.
pub(super) fn depth(program: &Program<'_>) -> usize {
    #[derive(Default)]
    struct Depth {
        now: usize,
        deepest: usize,
    }
    impl<'a> Visit<'a> for Depth {
        fn enter_node(&mut self, _: AstKind<'a>) {
            self.now += 1;
            self.deepest = self.deepest.max(self.now);
        }
        fn leave_node(&mut self, _: AstKind<'a>) {
            self.now -= 1;
        }
    }
    let mut depth = Depth::default();
    depth.visit_program(program);
    depth.deepest
}

/// Names and scopes, and the errors that need them (ECMA-262, early errors).
pub(super) fn scopes<'a>(program: &'a Program<'a>) -> (Scoping, Vec<Fault>) {
    let built = SemanticBuilder::new()
        .with_check_syntax_error(true)
        .build(program);
    (
        built.semantic.into_scoping(),
        faults(built.diagnostics.iter()),
    )
}

fn faults<'d>(diagnostics: impl Iterator<Item = &'d oxc_diagnostics::OxcDiagnostic>) -> Vec<Fault> {
    diagnostics
        .filter(|it| it.severity == Severity::Error)
        .map(|it| Fault {
            help: it.help.as_ref().map(ToString::to_string),
            ..Fault::new(
                it.labels.first().map_or(0, |label| label.offset()),
                it.message.to_string(),
            )
        })
        .collect()
}
