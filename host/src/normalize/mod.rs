//! Turns what a model wrote into one function that can run.
//!
//! In: text, with fences and prose, JavaScript or TypeScript, a function or
//! statements. Out: one async arrow function, and the way back from every place in
//! it to the text as it was written. Pure and total: what is no program comes out
//! as text that is none, with the reason beside it. Tools, limits and the engine
//! are not known here.

mod edits;
mod erase;
mod facts;
mod fence;
mod lower;
mod parse;
pub(crate) mod place;
mod shape;
mod trace;

use std::ops::Range;

use oxc_allocator::Allocator;
use oxc_ast::ast::{Expression, Program, Statement};
use oxc_ast_visit::Visit as _;
use oxc_span::{GetSpan as _, SourceType};

use self::edits::{Edits, Map, Purpose};
use self::erase::Eraser;
pub(crate) use self::facts::{Call, Completeness, Facts, Global, Import, Literal};
pub(crate) use self::parse::Fault;
use self::parse::Parsed;
pub(crate) use self::shape::Declared;
use self::shape::Shape;
use self::trace::{Kind, Site, Trace};
use crate::outcome::Position;

/// Faults that are told of one program.
const MAX_FAULTS: usize = 10;

/// Turns what a model wrote into the text of one function.
///
/// - A fence around the text goes, whatever its tag; of a text with prose around
///   its fences, the insides are the program.
/// - TypeScript goes: types are stripped, not checked; enums, namespaces and
///   parameter properties become JavaScript.
/// - A function stays as it is. Statements are put into an async arrow function that
///   returns the last expression, the default export, or what the only function
///   returns that nothing calls. `await` and `return` may stand at the top.
///
/// Total: a text that is no program is wrapped as it is, so that running it tells
/// the error. Idempotent. At most as long as twice the source and some.
///
/// # Examples
///
/// ```
/// let code = codecell::normalize("```ts\nconst n: number = 40;\nn + 2\n```");
///
/// assert_eq!(code, "async () => {\nconst n = 40;\nreturn (n + 2)\n}");
/// ```
#[must_use]
pub fn normalize(source: &str) -> String {
    read(source).code
}

/// A program that was read.
#[derive(Debug)]
pub(crate) struct Reading {
    /// What [`normalize`] gives.
    pub(crate) code: String,
    /// The same, marked for places, and with the input passed to its function.
    pub(crate) runnable: String,
    /// Why the text is no program, by place in the source.
    pub(crate) faults: Vec<Fault>,
    pub(crate) facts: Facts,
    /// What its statements declare, if it is not a function itself.
    pub(crate) declared: Vec<Declared>,
    /// The text that was parsed: the source without its fences.
    text: String,
    pieces: Vec<Piece>,
    map: Map,
    /// Ordered by what QuickJS names.
    sites: Vec<Site>,
}

/// A stretch of the source in the text that was parsed.
#[derive(Clone, Copy, Debug)]
struct Piece {
    text: u32,
    source: u32,
}

/// Reads a program.
pub(crate) fn read(source: &str) -> Reading {
    let candidates = fence::candidates(source);
    let starts_with_fence = source.trim_start().starts_with(['`', '~']);
    let mut readings = Vec::new();
    for ranges in candidates {
        let (text, pieces) = join(source, &ranges);
        let reading = read_text(text, pieces);
        if reading.faults.is_empty() {
            return reading;
        }
        readings.push(reading);
    }
    // Of several readings that all failed, the likeliest tells what is wrong.
    let likeliest = match starts_with_fence {
        true => readings.into_iter().next(),
        false => readings.pop(),
    };
    likeliest.unwrap_or_else(|| read_text(String::new(), Vec::new()))
}

fn join(source: &str, ranges: &[Range<usize>]) -> (String, Vec<Piece>) {
    let mut text = String::new();
    let mut pieces = Vec::new();
    for range in ranges {
        if !text.is_empty() {
            text.push('\n');
        }
        pieces.push(Piece {
            text: text.len() as u32,
            source: range.start as u32,
        });
        text.push_str(source.get(range.clone()).unwrap_or_default());
    }
    (text, pieces)
}

fn read_text(text: String, pieces: Vec<Piece>) -> Reading {
    let strain = parse::strain(&text);
    if strain.nesting > parse::MAX_NESTING {
        let message = format!(
            "The program nests brackets more than {} levels deep",
            parse::MAX_NESTING
        );
        return unread(text, pieces, vec![Fault::too_complex(message)]);
    }
    if strain.reread > parse::MAX_REREAD {
        let message = "The program nests too much inside parentheses and angle brackets".to_owned();
        return unread(text, pieces, vec![Fault::too_complex(message)]);
    }
    let changes = parse::with_stack_for(&text, strain, || changes(&text));
    match changes {
        Ok(changes) => changed(text, pieces, changes),
        Err(faults) => unread(text, pieces, faults),
    }
}

/// Everything that makes a text runnable.
struct Changes {
    shape: Shape,
    erased: Edits,
    marks: Edits,
    sites: Vec<Site>,
    facts: Facts,
}

fn changes(text: &str) -> Result<Changes, Vec<Fault>> {
    let allocator = Allocator::default();
    // JavaScript first: `f(a < b, c > (d))` means something else in TypeScript.
    let script = read_as(&allocator, text, SourceType::mjs());
    if script.faults.is_empty() {
        return changes_of(&allocator, text, &script.program);
    }
    let typed = read_as(&allocator, text, SourceType::ts());
    if typed.faults.is_empty() {
        return changes_of(&allocator, text, &typed.program);
    }
    if let Some(changes) = changes_of_expression(&allocator, text) {
        return changes;
    }
    if parse::is_jsx(text) {
        let at = text.find('<').unwrap_or_default() as u32;
        return Err(vec![Fault::new(at, erase::JSX)]);
    }
    let further = |faults: &[Fault]| faults.first().map(|it| it.at);
    match further(&script.faults) > further(&typed.faults) {
        true => Err(script.faults),
        false => Err(typed.faults),
    }
}

fn read_as<'a>(allocator: &'a Allocator, text: &'a str, language: SourceType) -> Parsed<'a> {
    let mut parsed = parse::program(allocator, text, language);
    if let Some(at) = fence::read_as_templates(text, &parsed.program) {
        parsed
            .faults
            .push(Fault::new(at, "A fence is no part of a program"));
    }
    parsed
}

fn changes_of<'a>(
    allocator: &'a Allocator,
    text: &'a str,
    program: &'a Program<'a>,
) -> Result<Changes, Vec<Fault>> {
    // `{ a: 1 }` reads as a block with a label; nobody writes one of those.
    if let [Statement::BlockStatement(block)] = program.body.as_slice()
        && program.directives.is_empty()
        && block.span.start == 0
        && let Some(changes) = changes_of_expression(allocator, text)
    {
        return changes;
    }
    if parse::depth(program) > parse::MAX_DEPTH {
        let message = format!(
            "The program is more than {} levels deep: a chain of operators or of `else if`s is too long",
            parse::MAX_DEPTH
        );
        return Err(vec![Fault::too_complex(message)]);
    }
    let (scoping, faults) = parse::scopes(program);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut eraser = Eraser::new(text);
    eraser.visit_program(program);
    let shape = shape::shape(program, &scoping, text);
    let unsupported = eraser.unsupported.iter().chain(&shape.unsupported);
    let faults: Vec<Fault> = unsupported
        .map(|it| Fault::new(it.at, it.message))
        .collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut trace = Trace::new(text);
    trace.visit_program(program);
    let last = program
        .body
        .iter()
        .rfind(|it| !matches!(it, Statement::EmptyStatement(_)));
    let mut collector = facts::Collector::new(&scoping, last.map(|it| it.span().start));
    collector.visit_program(program);
    Ok(Changes {
        shape,
        erased: eraser.edits,
        marks: trace.marks,
        sites: trace.sites,
        facts: collector.facts,
    })
}

/// Reads a text that is an expression where a program was expected.
fn changes_of_expression(allocator: &Allocator, text: &str) -> Option<Result<Changes, Vec<Fault>>> {
    let expression = parse::expression(allocator, text)?;
    let is_value = matches!(
        expression,
        Expression::ObjectExpression(_)
            | Expression::FunctionExpression(_)
            | Expression::ClassExpression(_)
    );
    if !is_value {
        return None;
    }
    let mut eraser = Eraser::new(text);
    eraser.visit_expression(&expression);
    let mut trace = Trace::new(text);
    trace.visit_expression(&expression);
    Some(Ok(Changes {
        shape: shape::expression(&expression, text),
        erased: eraser.edits,
        marks: trace.marks,
        sites: trace.sites,
        facts: Facts::default(),
    }))
}

fn changed(text: String, pieces: Vec<Piece>, changes: Changes) -> Reading {
    let Changes {
        shape,
        erased,
        marks,
        mut sites,
        facts,
    } = changes;
    let mut edits = erased;
    edits.append(shape.edits);
    edits.append(marks);
    let (code, _) = edits.apply(&text, Purpose::Show);
    let (runnable, map) = edits.apply(&text, Purpose::Run);
    let is_wrapped = runnable.starts_with(shape::OPEN) && !text.starts_with(shape::OPEN);
    // Stable: of what has the same place, the order of evaluation stays.
    sites.sort_by_key(|site| site.named);
    Reading {
        code,
        runnable,
        faults: Vec::new(),
        facts,
        declared: if is_wrapped {
            shape.declared
        } else {
            Vec::new()
        },
        text,
        pieces,
        map,
        sites,
    }
}

fn unread(text: String, pieces: Vec<Piece>, mut faults: Vec<Fault>) -> Reading {
    faults.truncate(MAX_FAULTS);
    for fault in &mut faults {
        fault.at = source_offset(&pieces, fault.at);
    }
    // What was wrapped once is not wrapped again.
    let is_wrapped = text.starts_with(shape::OPEN) && text.ends_with(shape::CLOSE);
    let code = match is_wrapped {
        true => text.clone(),
        false => format!("{}{text}{}", shape::OPEN, shape::CLOSE),
    };
    Reading {
        code,
        runnable: String::new(),
        faults,
        facts: Facts::default(),
        declared: Vec::new(),
        text,
        pieces,
        map: Map::default(),
        sites: Vec::new(),
    }
}

fn source_offset(pieces: &[Piece], text: u32) -> u32 {
    let after = pieces.partition_point(|piece| piece.text <= text);
    let piece = after.checked_sub(1).and_then(|index| pieces.get(index));
    piece.map_or(0, |piece| piece.source + (text - piece.text))
}

/// What is known of an error at a place.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clue<'e> {
    /// The error's message, for the innermost frame.
    pub(crate) message: Option<&'e str>,
    /// The name of the function that this frame called.
    pub(crate) called: Option<&'e str>,
    /// The error is the failure of a tool, met at an `await`.
    pub(crate) is_tool_failure: bool,
}

impl Reading {
    /// What is run where later programs are to see the names that this one declares: each
    /// is a global whose value is the variable's, also when that changes. No line of the
    /// program moves.
    pub(crate) fn runnable_of_session(&self) -> String {
        let Some(body) = self.runnable.strip_prefix(shape::OPEN) else {
            return self.runnable.clone();
        };
        if self.declared.is_empty() {
            return self.runnable.clone();
        }
        let accessors = self.declared.iter().map(|it| {
            let name = &it.name;
            let set = match it.is_constant {
                true => String::new(),
                false => format!("set: (value) => {{ {name} = value; }}, "),
            };
            format!("{name}: {{ get: () => {name}, {set}configurable: true, enumerable: true }}")
        });
        let accessors: Vec<String> = accessors.collect();
        format!(
            "async () => {{ Object.defineProperties(globalThis, {{ {} }});\n{body}",
            accessors.join(", ")
        )
    }

    /// Of a program that is not to be run.
    pub(crate) fn refused(reason: &str) -> Self {
        unread(String::new(), Vec::new(), vec![Fault::too_complex(reason)])
    }

    /// The offset in the source of an offset of the parsed text.
    pub(crate) fn in_source(&self, at: u32) -> u32 {
        source_offset(&self.pieces, at)
    }

    /// Where in the source an error is that QuickJS places in the runnable text.
    pub(crate) fn locate(&self, position: Position, clue: Clue<'_>) -> u32 {
        let mut named = self.map.original(place::offset(&self.runnable, position));
        if position.column == 1 {
            // What stood at the start of the line may be gone.
            named = place::line_start(&self.text, named);
        }
        let first = self.sites.partition_point(|site| site.named < named);
        let sites: Vec<&Site> = self
            .sites
            .iter()
            .skip(first)
            .take_while(|site| site.named == named)
            .collect();
        let site = self.choose(&sites, clue);
        self.in_source(site.map_or(named, |site| site.at))
    }

    fn choose<'s>(&self, sites: &[&'s Site], clue: Clue<'_>) -> Option<&'s Site> {
        let of_kind = |kind: Kind| sites.iter().copied().filter(move |site| site.kind == kind);
        let name = |site: &Site| {
            self.text
                .get(site.name.start as usize..site.name.end as usize)
        };
        if clue.is_tool_failure {
            return of_kind(Kind::Await).next();
        }
        if let Some(message) = clue.message {
            if let Some(property) = quoted(message)
                && message.contains("property")
            {
                return of_kind(Kind::Member).find(|site| name(site) == Some(property));
            }
            if let Some(variable) = message
                .split(' ')
                .next()
                .filter(|_| message.ends_with("is not defined"))
            {
                return of_kind(Kind::Variable)
                    .find(|site| name(site) == Some(variable.trim_matches('\'')));
            }
            let is_call =
                message.contains("not a function") || message.contains("not a constructor");
            if is_call {
                return of_kind(Kind::Call).chain(of_kind(Kind::New)).next();
            }
            return of_kind(Kind::New).next();
        }
        let called = |site: &&Site| clue.called.is_some() && name(site) == clue.called;
        let calls = || of_kind(Kind::Call).chain(of_kind(Kind::New));
        calls()
            .find(called)
            .or_else(|| calls().next())
            .or_else(|| of_kind(Kind::Await).next())
    }
}

/// What stands between the first two apostrophes of a message.
fn quoted(message: &str) -> Option<&str> {
    let mut parts = message.split('\'');
    parts.nth(1)
}
