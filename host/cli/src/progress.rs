//! What is under way, on a terminal.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::sync::Mutex;
use std::time::Duration;

use codecell::runtime::{CallEvent, escaped};
use indicatif::{ProgressBar, ProgressStyle};

/// How many calls are named.
const NAMED: usize = 3;

/// A spinner with the calls in progress; nothing while there are none, so that it does not
/// stand in the way of questions and output.
pub(crate) struct Progress(Mutex<State>);

#[derive(Default)]
struct State {
    running: BTreeMap<(String, u32), String>,
    done: usize,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// One for standard error, if somebody looks at it.
    pub(crate) fn new() -> Option<Self> {
        std::io::stderr()
            .is_terminal()
            .then(|| Self(Mutex::default()))
    }

    pub(crate) fn hear(&self, call: &CallEvent) {
        // Nothing panics while the lock is held.
        let Ok(mut state) = self.0.lock() else { return };
        let key = (call.execution_id.to_string(), call.seq);
        if call.is_over {
            state.running.remove(&key);
            state.done += 1;
        } else {
            let name = format!("{}.{}", call.connector, call.method);
            state.running.insert(key, escaped(&name));
        }
        if state.running.is_empty() {
            if let Some(bar) = state.bar.take() {
                bar.finish_and_clear();
            }
            return;
        }
        let text = state.text();
        let bar = state.bar.get_or_insert_with(|| {
            let bar = ProgressBar::new_spinner().with_style(ProgressStyle::default_spinner());
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        bar.set_message(text);
    }
}

impl State {
    fn text(&self) -> String {
        let names: Vec<&str> = self
            .running
            .values()
            .take(NAMED)
            .map(String::as_str)
            .collect();
        let more = match self.running.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{}{more} ({} done)", names.join(", "), self.done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_names_some_and_counts_the_rest() {
        let mut state = State {
            done: 7,
            ..State::default()
        };
        for seq in 0..5 {
            state
                .running
                .insert(("e".to_owned(), seq), format!("fs.read{seq}"));
        }
        assert_eq!(
            state.text(),
            "fs.read0, fs.read1, fs.read2 and 2 more (7 done)"
        );
    }
}
