//! Asks on the terminal what is to become of a call.

use std::io::{BufRead as _, Write as _};

use anyhow::Result;
use codecell::runtime::{Approval, PendingAction, escaped};

/// What somebody typed.
pub(crate) enum Answer {
    Approve(Approval),
    Reject,
    Later,
}

/// A call for somebody's eyes: nothing in it moves, colours or reverses text.
pub(crate) fn shown(action: &PendingAction) -> String {
    let args = action
        .args
        .as_ref()
        .map_or_else(String::new, |args| format!("{args:#}"));
    let name = format!("{}.{}", action.connector, action.method);
    let why = match action.reason {
        codecell::record::PendingReason::Indeterminate => {
            " (it was started before, and nobody knows whether it took effect)"
        }
        _ => "",
    };
    format!(
        "call {}: {}({}){why}",
        action.seq,
        escaped(&name),
        escaped(&args)
    )
}

/// Asks until there is an answer.
pub(crate) fn about(action: &PendingAction, open: usize) -> Result<Answer> {
    let stdin = std::io::stdin();
    let approval = || {
        Approval::new(&action.execution_id)
            .seq(action.seq)
            .approver("terminal")
    };
    eprintln!("\n{}", shown(action));
    if open > 1 {
        eprintln!("({} more wait behind it)", open - 1);
    }
    loop {
        eprint!("[a]pprove, [e]dit, [f]ail with a message, [r]eject, decide [l]ater? ");
        std::io::stderr().flush()?;
        let mut line = String::new();
        if stdin.lock().read_line(&mut line)? == 0 {
            return Ok(Answer::Later);
        }
        match line.trim() {
            "a" | "approve" => {
                let approval = approval().digest(&action.digest);
                return Ok(Answer::Approve(approval));
            }
            "e" | "edit" => {
                eprint!("arguments, as JSON on one line: ");
                std::io::stderr().flush()?;
                let mut line = String::new();
                stdin.lock().read_line(&mut line)?;
                match serde_json::from_str(&line) {
                    Ok(args) => return Ok(Answer::Approve(approval().args(args))),
                    Err(error) => eprintln!("that is not JSON: {error}"),
                }
            }
            "f" | "fail" => {
                eprint!("message for the program: ");
                std::io::stderr().flush()?;
                let mut line = String::new();
                stdin.lock().read_line(&mut line)?;
                return Ok(Answer::Approve(approval().fail(line.trim())));
            }
            "r" | "reject" => return Ok(Answer::Reject),
            "l" | "later" => return Ok(Answer::Later),
            other => eprintln!("expected a, e, f, r or l, not {other:?}"),
        }
    }
}
