//! Ranges of numbers.

use super::decimal::Value;
use super::{Formatted, NumberFormat};
use crate::parts::Parts;
use crate::plural;

fn letters(pair: &(Parts, Parts)) -> usize {
    pair.0.text().chars().count() + pair.1.text().chars().count()
}

fn space(parts: &mut Parts, before: bool, text: &str) {
    let has = if before { text.starts_with(char::is_whitespace) } else { text.ends_with(char::is_whitespace) };
    if !has {
        parts.push("literal", " ");
    }
}

impl NumberFormat {
    /// Both numbers, with what they share written once.
    pub(crate) fn format_range(&self, start: &str, end: &str) -> Parts {
        let (start, end) = (Value::parse(start), Value::parse(end));
        let (first, second) = (self.formatted(&start, false), self.formatted(&end, false));
        let signs = start.is_negative() == end.is_negative();
        if signs && first.clone().join() == second.clone().join() {
            return self.formatted(&start, true).join();
        }
        self.joined(first, second)
    }

    fn joined(&self, first: Formatted, second: Formatted) -> Parts {
        let plural = plural::range(&self.tag, first.plural, second.plural);
        // The outer texts may differ by their plural only, and then the range has one.
        let outer = if self.affixes.outer("other") == Default::default() { Some(Default::default()) } else { Some(self.affixes.outer(plural)) };
        let middle_same = first.middle == second.middle;
        let share_middle = middle_same && letters(&first.middle) > 1;
        let repeat_middle = !share_middle && letters(&first.middle) > 0;
        let repeat_inner = !first.exponent.is_empty();
        let (before, after) = self.range.split_once("{0}").unwrap_or_default();
        let (between, behind) = after.split_once("{1}").unwrap_or((after, ""));
        let (middle_before, middle_after) = first.middle.clone();
        let one = |formatted: Formatted, source| {
            let mut parts = Parts::default();
            if !share_middle {
                parts.append(formatted.middle.0);
            }
            parts.append(formatted.digits);
            parts.append(formatted.exponent);
            if !share_middle {
                parts.append(formatted.middle.1);
            }
            parts.sourced(source)
        };
        let (outer_before, outer_after) = outer.unwrap_or_default();
        let mut parts = Parts::default();
        parts.append(outer_before);
        if share_middle {
            parts.append(middle_before);
        }
        parts.push("literal", before);
        parts.append(one(first, "startRange"));
        let mut joint = Parts::default();
        let spaced = repeat_middle || repeat_inner;
        if spaced {
            space(&mut joint, true, between);
        }
        joint.push("literal", between);
        if spaced {
            space(&mut joint, false, between);
        }
        parts.append(joint);
        parts.append(one(second, "endRange"));
        parts.push("literal", behind);
        if share_middle {
            parts.append(middle_after);
        }
        parts.append(outer_after);
        parts
    }
}
