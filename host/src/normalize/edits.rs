//! Changes to a text, and the way back from the changed text to the first.

use std::borrow::Cow;

/// Replaces `start..end` of a text; both equal insert.
#[derive(Clone, Debug)]
struct Edit {
    start: u32,
    end: u32,
    text: Cow<'static, str>,
    /// Left out of the text that people see.
    only_run: bool,
}

/// Which text to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Show,
    Run,
}

/// Changes to one text, in any order.
#[derive(Clone, Debug, Default)]
pub(super) struct Edits(Vec<Edit>);

impl Edits {
    pub(super) fn replace(&mut self, start: u32, end: u32, text: impl Into<Cow<'static, str>>) {
        self.0.push(Edit {
            start,
            end,
            text: text.into(),
            only_run: false,
        });
    }

    pub(super) fn insert(&mut self, at: u32, text: impl Into<Cow<'static, str>>) {
        self.replace(at, at, text);
    }

    /// Inserts into the text that is run, and not into the one that is shown.
    pub(super) fn insert_to_run(&mut self, at: u32, text: &'static str) {
        self.0.push(Edit {
            start: at,
            end: at,
            text: Cow::Borrowed(text),
            only_run: true,
        });
    }

    pub(super) fn delete(&mut self, start: u32, end: u32) {
        self.replace(start, end, "");
    }

    /// Where the last deletion ended, when nothing was put in its place.
    pub(super) fn ends_with_deletion_at(&self, at: u32) -> bool {
        self.0
            .last()
            .is_some_and(|edit| edit.end == at && edit.text.is_empty() && edit.start < edit.end)
    }

    pub(super) fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    /// Makes all changes. Of two that overlap, the one that begins first counts.
    pub(super) fn apply(&self, text: &str, purpose: Purpose) -> (String, Map) {
        let is_run = purpose == Purpose::Run;
        let mut edits: Vec<&Edit> = self.0.iter().filter(|it| is_run || !it.only_run).collect();
        // Insertions stand before what is replaced at the same place.
        edits.sort_by_key(|edit| (edit.start, edit.end));
        let mut changed = String::with_capacity(text.len() + 64);
        let mut map = Map::default();
        let mut at = 0;
        for edit in edits {
            if edit.start < at {
                continue;
            }
            map.keep(&mut changed, text, at, edit.start);
            map.put(&mut changed, &edit.text, edit.start);
            at = edit.end;
        }
        map.keep(&mut changed, text, at, text.len() as u32);
        (changed, map)
    }
}

/// The way from offsets of a changed text to offsets of the first.
#[derive(Clone, Debug, Default)]
pub(super) struct Map(Vec<Segment>);

#[derive(Clone, Copy, Debug)]
struct Segment {
    changed: u32,
    original: u32,
    /// Whether what follows was kept; else all of it stands for `original`.
    kept: bool,
}

impl Map {
    fn keep(&mut self, changed: &mut String, text: &str, start: u32, end: u32) {
        let kept = text.get(start as usize..end as usize).unwrap_or_default();
        self.push(changed, kept, start, true);
    }

    fn put(&mut self, changed: &mut String, text: &str, original: u32) {
        self.push(changed, text, original, false);
    }

    fn push(&mut self, changed: &mut String, text: &str, original: u32, kept: bool) {
        if !text.is_empty() {
            let segment = Segment {
                changed: changed.len() as u32,
                original,
                kept,
            };
            self.0.push(segment);
            changed.push_str(text);
        }
    }

    /// The offset in the first text that an offset of the changed text stands for.
    pub(super) fn original(&self, changed: u32) -> u32 {
        let after = self.0.partition_point(|segment| segment.changed <= changed);
        let Some(segment) = after.checked_sub(1).and_then(|index| self.0.get(index)) else {
            return 0;
        };
        match segment.kept {
            true => segment.original + (changed - segment.changed),
            false => segment.original,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_made_in_order_and_lead_back() {
        let mut edits = Edits::default();
        edits.delete(7, 12);
        edits.insert(0, "<<");
        edits.replace(3, 5, "XY-");
        let (changed, map) = edits.apply("abcdefg hij k", Purpose::Show);
        assert_eq!(changed, "<<abcXY-fgk");
        let back: Vec<u32> = (0..12).map(|at| map.original(at)).collect();
        assert_eq!(back, [0, 0, 0, 1, 2, 3, 3, 3, 5, 6, 12, 13]);
    }

    #[test]
    fn of_overlapping_changes_the_first_counts() {
        let mut edits = Edits::default();
        edits.delete(0, 4);
        edits.insert(2, "never");
        assert_eq!(edits.apply("abcdef", Purpose::Show).0, "ef");
    }
}
