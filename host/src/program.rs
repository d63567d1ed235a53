//! A program on its way into the cell, and its errors on their way back.

use crate::diagnostics::{self, Check, Diagnostics, Finding, Found, World};
use crate::normalize::{self, Clue, Reading, place};
use crate::outcome::{ExecuteError, ExecuteErrorKind, Position};

/// Bytes from which a program is read on a thread of its own: shorter ones take less
/// than a millisecond.
const LONG_BYTES: usize = 16 * 1024;
/// Findings that one run reports.
const MAX_FINDINGS: usize = 20;
/// What frames of the program are named after.
const FILE: &str = "program.js:";

/// A program that was read.
pub(crate) struct Program {
    source: String,
    reading: Reading,
    /// Columns that stand in front of its first line when it runs.
    shift: u32,
}

impl Program {
    pub(crate) async fn read(source: String) -> Self {
        let read = |source: String| Self {
            reading: normalize::read(&source),
            source,
            shift: 0,
        };
        if source.len() < LONG_BYTES {
            return read(source);
        }
        let again = source.clone();
        let read_elsewhere = tokio::task::spawn_blocking(move || read(source)).await;
        read_elsewhere.unwrap_or_else(|_| Self {
            reading: Reading::refused("The program could not be read"),
            source: again,
            shift: 0,
        })
    }

    /// Checks the program: what keeps it from running, or what looks doubtful.
    pub(crate) fn check(
        &self,
        world: &World<'_>,
        wanted: &Diagnostics,
    ) -> Result<Vec<Finding>, ExecuteError> {
        if !self.reading.faults.is_empty() {
            return Err(self.unreadable());
        }
        let found = diagnostics::check(&self.reading.facts, world, wanted);
        let (errors, warnings): (Vec<Found>, Vec<Found>) =
            found.into_iter().partition(|it| it.is_error);
        let errors = self.findings(errors);
        match errors.is_empty() {
            true => Ok(self.findings(warnings)),
            false => Err(refused(ExecuteErrorKind::Diagnostic, None, errors)),
        }
    }

    /// The program with something in front of its first line.
    pub(crate) fn shifted(self, shift: u32) -> Self {
        Self { shift, ..self }
    }

    fn unshifted(&self, position: Position) -> Position {
        match position.line {
            1 => Position {
                line: 1,
                column: position.column.saturating_sub(self.shift).max(1),
            },
            _ => position,
        }
    }

    pub(crate) fn declared(&self) -> &[normalize::Declared] {
        &self.reading.declared
    }

    /// What the cell runs in a session.
    pub(crate) fn runnable_of_session(&self) -> String {
        self.reading.runnable_of_session()
    }

    pub(crate) fn facts(&self) -> &normalize::Facts {
        &self.reading.facts
    }

    /// The place of something in what was read.
    pub(crate) fn place(&self, at: u32) -> Position {
        place::position(&self.source, self.reading.in_source(at))
    }

    /// What the cell runs.
    pub(crate) fn runnable(&self) -> &str {
        &self.reading.runnable
    }

    fn unreadable(&self) -> ExecuteError {
        let faults = &self.reading.faults;
        let kind = match faults.iter().any(|fault| fault.is_too_complex) {
            true => ExecuteErrorKind::TooComplex,
            false => ExecuteErrorKind::Syntax,
        };
        let findings = faults.iter().map(|fault| {
            self.finding(
                Check::Syntax,
                fault.at,
                fault.message.clone(),
                fault.help.clone(),
            )
        });
        refused(kind, Some("SyntaxError"), findings.collect())
    }

    fn findings(&self, found: Vec<Found>) -> Vec<Finding> {
        found
            .into_iter()
            .take(MAX_FINDINGS)
            .map(|it| self.finding(it.check, self.reading.in_source(it.at), it.message, it.help))
            .collect()
    }

    fn finding(&self, check: Check, at: u32, message: String, help: Option<String>) -> Finding {
        let position = place::position(&self.source, at);
        Finding {
            check,
            message,
            help,
            position,
            code_frame: place::code_frame(&self.source, position),
        }
    }

    /// Brings the places of an error that the cell reported back to the source.
    pub(crate) fn trace(&self, mut error: ExecuteError) -> ExecuteError {
        let mut innermost = None;
        let is_tool_failure = error.kind == ExecuteErrorKind::Tool;
        let mut called: Option<String> = None;
        let stack = error.stack.take().map(|stack| {
            let lines = stack.lines().map(|line| {
                let Some(frame) = Frame::parse(line) else {
                    return line.to_owned();
                };
                let clue = Clue {
                    message: innermost.is_none().then_some(error.message.as_str()),
                    called: called.as_deref(),
                    is_tool_failure: is_tool_failure && innermost.is_none(),
                };
                let at = self.reading.locate(self.unshifted(frame.position), clue);
                let position = place::position(&self.source, at);
                innermost.get_or_insert(position);
                called = Some(frame.function.to_owned());
                format!(
                    "{}{}:{}{}",
                    frame.before, position.line, position.column, frame.after
                )
            });
            lines.collect::<Vec<_>>().join("\n")
        });
        error.stack = stack;
        error.position = innermost.or_else(|| {
            let clue = Clue {
                message: Some(&error.message),
                is_tool_failure,
                ..Clue::default()
            };
            let at = error
                .position
                .map(|position| self.reading.locate(self.unshifted(position), clue));
            at.map(|at| place::position(&self.source, at))
        });
        error.code_frame = error.position.map(|at| place::code_frame(&self.source, at));
        error
    }
}

/// The error for what was found before the run.
fn refused(kind: ExecuteErrorKind, name: Option<&str>, findings: Vec<Finding>) -> ExecuteError {
    let mut error = ExecuteError::new(kind, "");
    if let Some(first) = findings.first() {
        error.position = Some(first.position);
        error.code_frame = Some(first.code_frame.clone());
        error.help.clone_from(&first.help);
        error.message.clone_from(&first.message);
    }
    if findings.len() > 1 {
        let lines = findings.iter().map(|finding| {
            let Position { line, column } = finding.position;
            format!("- line {line}, column {column}: {}", finding.message)
        });
        error.message = format!(
            "{} problems kept the program from running:\n{}",
            findings.len(),
            lines.collect::<Vec<_>>().join("\n")
        );
    }
    error.name = name.map(str::to_owned);
    error.findings = findings;
    error
}

/// A line of a stack, apart.
struct Frame<'l> {
    function: &'l str,
    /// All up to the numbers.
    before: &'l str,
    position: Position,
    after: &'l str,
}

impl<'l> Frame<'l> {
    fn parse(line: &'l str) -> Option<Self> {
        let start = line.find(FILE)? + FILE.len();
        let (before, rest) = line.split_at_checked(start)?;
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != ':')
            .unwrap_or(rest.len());
        let (numbers, after) = rest.split_at_checked(end)?;
        let (line_number, column) = numbers.split_once(':')?;
        let function = before.trim_start().strip_prefix("at ").unwrap_or_default();
        Some(Self {
            function: function.split(" (").next().unwrap_or_default(),
            before,
            position: Position {
                line: line_number.parse().ok()?,
                column: column.parse().ok()?,
            },
            after,
        })
    }
}
