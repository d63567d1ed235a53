//! Programs that see what earlier ones declared: a notebook.
//!
//! An execution of a session carries the programs before it and their whole record. They
//! run first, in the same cell and from that record, so whatever they left in the cell,
//! functions and objects and all, is there again; then the new program runs.

use std::fmt::Write as _;

use crate::program::Program;
use crate::record::{ExecutionRecord, ExecutionStatus, PriorProgram};

/// What stands in front of the last program's first line: a function that runs those before
/// it. A timer between two ends the step, so that each begins at a time of its own.
const OPEN: &str = "((last, ...earlier) => async (input) => { \
    for (const [program, value] of earlier) { globalThis.input = value; await program(value); \
    await new Promise((resolve) => setTimeout(resolve, 1)); } \
    globalThis.input = input; return await last(input); })(";

/// The programs before the last one, read.
pub(super) struct Session {
    programs: Vec<(String, Option<String>)>,
    /// The names that they declare.
    pub(super) declared: Vec<String>,
}

impl Session {
    pub(super) async fn read(prior: &[PriorProgram]) -> Self {
        let mut session = Self {
            programs: Vec::with_capacity(prior.len()),
            declared: Vec::new(),
        };
        for PriorProgram { code, input } in prior {
            let program = Program::read(code.clone()).await;
            let names = program.declared().iter().map(|it| it.name.clone());
            session.declared.extend(names);
            let runnable = program.runnable_of_session();
            session.programs.push((runnable, input.clone()));
        }
        session
    }

    /// How far the first line of the last program is moved.
    pub(super) fn shift(prior: &[PriorProgram]) -> u32 {
        match prior.is_empty() {
            true => 0,
            false => OPEN.len() as u32,
        }
    }

    /// One function: the programs one after another, and the value of the last.
    pub(super) fn source(&self, last: &Program, is_session: bool) -> String {
        let runnable = match is_session {
            true => last.runnable_of_session(),
            false => last.runnable().to_owned(),
        };
        if self.programs.is_empty() {
            return runnable;
        }
        // The last one first, so that its lines keep their numbers.
        let mut source = format!("{OPEN}{runnable}\n");
        for (program, input) in &self.programs {
            let input = input.as_deref().unwrap_or("undefined");
            let _ = write!(source, ",[{program}\n,{input}]");
        }
        source.push(')');
        source
    }
}

/// A record that goes on where another execution ended.
pub(super) fn continued(parent: ExecutionRecord, mut record: ExecutionRecord) -> ExecutionRecord {
    let last = parent.entries.iter().map(|it| it.call);
    let delivered = parent.turns.iter().flat_map(|it| it.calls.iter().copied());
    record.own_from = last.chain(delivered).max().map_or(0, |call| call + 1);
    record.seed = parent.seed;
    record.began_ms = parent.began_ms;
    record.prior = parent.prior;
    record.prior.push(PriorProgram {
        code: parent.code,
        input: parent.input,
    });
    record.entries = parent.entries;
    record.turns = parent.turns;
    record
}

/// Whether later programs can go on from an execution.
pub(super) fn is_base(record: &ExecutionRecord) -> bool {
    record.status == ExecutionStatus::Completed && record.session.is_some()
}
