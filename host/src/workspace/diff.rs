//! Unified diffs of texts.

use similar::{Algorithm, ChangeTag, DiffOp, capture_diff_slices, group_diff_ops};

use super::fault::{Code, Failure, Fault};

/// Lines of a text that is compared line by line.
const MAX_LINES: usize = 10_000;
const CONTEXT: usize = 3;

/// The difference that a program asked for.
pub(super) fn asked(before: &str, after: &str, names: (&str, &str)) -> Result<String, Failure> {
    if line_count(before) > MAX_LINES || line_count(after) > MAX_LINES {
        let text = format!("content too large for diff (max {MAX_LINES} lines)");
        return Err(Failure::new(
            Fault::with_text(Code::TooBig, text).to_string(),
        ));
    }
    Ok(unified(before, after, names))
}

/// The difference that an edit makes. In very long texts, everything between the
/// first line that differs and the last counts as replaced.
pub(super) fn unified(before: &str, after: &str, names: (&str, &str)) -> String {
    if before == after {
        return String::new();
    }
    let (old, new): (Vec<_>, Vec<_>) = (before.split('\n').collect(), after.split('\n').collect());
    let ops = match old.len().max(new.len()) > MAX_LINES {
        true => replaced_middle(&old, &new),
        false => capture_diff_slices(Algorithm::Myers, &old, &new),
    };
    let mut out = vec![format!("--- {}", names.0), format!("+++ {}", names.1)];
    for group in group_diff_ops(counted(ops), CONTEXT) {
        let mut lines = Vec::new();
        let (mut removed, mut added) = (0, 0);
        for change in group.iter().flat_map(|op| op.iter_changes(&old, &new)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            removed += usize::from(sign != '+');
            added += usize::from(sign != '-');
            lines.push(format!("{sign}{}", change.value()));
        }
        let start = group
            .first()
            .map_or((0, 0), |op| (op.old_range().start, op.new_range().start));
        let (old_line, new_line) = (start.0 + 1, start.1 + 1);
        out.push(format!("@@ -{old_line},{removed} +{new_line},{added} @@"));
        out.extend(lines);
    }
    out.join("\n")
}

/// The same with the line that each operation is at: a deletion's place in the new text
/// is not always right as it comes.
fn counted(ops: Vec<DiffOp>) -> Vec<DiffOp> {
    let (mut old_index, mut new_index) = (0, 0);
    let count = |op: DiffOp| {
        let (old_len, new_len) = (op.old_range().len(), op.new_range().len());
        let placed = match op {
            DiffOp::Equal { len, .. } => DiffOp::Equal {
                old_index,
                new_index,
                len,
            },
            DiffOp::Delete { .. } => DiffOp::Delete {
                old_index,
                old_len,
                new_index,
            },
            DiffOp::Insert { .. } => DiffOp::Insert {
                old_index,
                new_index,
                new_len,
            },
            DiffOp::Replace { .. } => DiffOp::Replace {
                old_index,
                old_len,
                new_index,
                new_len,
            },
        };
        old_index += old_len;
        new_index += new_len;
        placed
    };
    ops.into_iter().map(count).collect()
}

fn line_count(text: &str) -> usize {
    text.split('\n').count()
}

fn replaced_middle(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let shorter = old.len().min(new.len());
    let same = |count: &usize| old[*count] == new[*count];
    let head = (0..shorter).take_while(same).count();
    let same = |count: &usize| old[old.len() - 1 - *count] == new[new.len() - 1 - *count];
    let tail = (0..shorter - head).take_while(same).count();
    let (old_end, new_end) = (old.len() - tail, new.len() - tail);
    let mut ops = Vec::new();
    let equal = |old_index, new_index, len| DiffOp::Equal {
        old_index,
        new_index,
        len,
    };
    if head > 0 {
        ops.push(equal(0, 0, head));
    }
    ops.push(match (old_end - head, new_end - head) {
        (0, new_len) => DiffOp::Insert {
            old_index: head,
            new_index: head,
            new_len,
        },
        (old_len, 0) => DiffOp::Delete {
            old_index: head,
            old_len,
            new_index: head,
        },
        (old_len, new_len) => DiffOp::Replace {
            old_index: head,
            old_len,
            new_index: head,
            new_len,
        },
    });
    if tail > 0 {
        ops.push(equal(old_end, new_end, tail));
    }
    ops
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_changes_have_hunks_of_their_own() {
        let before: String = (1..=20).map(|line| format!("{line}\n")).collect();
        let after = before.replace("3\n", "three\n").replace("18\n", "");

        assert_eq!(
            unified(&before, &after, ("/a", "/b")),
            "--- /a\n+++ /b\n\
             @@ -1,6 +1,6 @@\n 1\n 2\n-3\n+three\n 4\n 5\n 6\n\
             @@ -10,12 +10,11 @@\n 10\n 11\n 12\n-13\n+1three\n 14\n 15\n 16\n 17\n-18\n 19\n 20\n "
        );
    }

    #[test]
    fn very_long_texts_are_compared_by_their_ends() {
        let before = "x\n".repeat(20_000);
        let after = format!("{before}y\n");

        assert_eq!(
            unified(&before, &after, ("/a", "/a")),
            "--- /a\n+++ /a\n@@ -19998,4 +19998,5 @@\n x\n x\n x\n+y\n "
        );
        assert_eq!(
            asked(&before, &after, ("/a", "/a")).unwrap_err().message(),
            "EFBIG: content too large for diff (max 10000 lines)"
        );
    }
}
