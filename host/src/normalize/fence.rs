//! Finds the program in what a model wrote: without fences, without prose.
//!
//! Fences are those of CommonMark (0.31, 4.5): three or more backticks or tildes
//! at the start of a line, closed by a line of at least as many. A text that is
//! one fence is its inside; of a text with prose around its fences, the insides
//! are the program, in order.

use std::ops::Range;

use oxc_ast::ast::{Expression, Program, TaggedTemplateExpression};
use oxc_ast_visit::{Visit, walk};

/// Tags of fences that hold a program; other fences count when there is none.
const TAGS: &[&str] = &[
    "js",
    "javascript",
    "mjs",
    "cjs",
    "ts",
    "typescript",
    "mts",
    "cts",
    "jsx",
    "tsx",
    "node",
];

/// Where a fence was read as code: an empty template and another one right behind it,
/// perhaps with prose in front that tags them.
pub(super) fn read_as_templates(text: &str, program: &Program<'_>) -> Option<u32> {
    struct Search(Option<u32>);
    impl<'a> Visit<'a> for Search {
        fn visit_tagged_template_expression(&mut self, it: &TaggedTemplateExpression<'a>) {
            let first = match &it.tag {
                Expression::TaggedTemplateExpression(inner) => Some(inner.quasi.span),
                Expression::TemplateLiteral(inner) => Some(inner.span),
                _ => None,
            };
            if let Some(first) = first
                && first.end == it.quasi.span.start
                && first.size() == 2
            {
                self.0.get_or_insert(first.start);
            }
            walk::walk_tagged_template_expression(self, it);
        }
    }
    let mut search = Search(None);
    if holds(text, '`') {
        search.visit_program(program);
    }
    search.0
}

/// Whether three of a character stand side by side. To look for the first is several times
/// as fast as to look for all three.
fn holds(text: &str, mark: char) -> bool {
    let mut places = text.match_indices(mark);
    places.any(|(at, _)| {
        text[at..]
            .chars()
            .take_while(|c| *c == mark)
            .nth(2)
            .is_some()
    })
}

/// A fenced block.
struct Block {
    inside: Range<usize>,
    is_program: bool,
}

/// Where the program may be, the likeliest place first. Each is a list of ranges
/// whose texts are joined by line ends.
pub(super) fn candidates(source: &str) -> Vec<Vec<Range<usize>>> {
    let whole = trim(source, 0..source.len());
    let text = source.get(whole.clone()).unwrap_or_default();
    if !holds(text, '`') && !holds(text, '~') {
        return vec![vec![whole]];
    }
    let mut candidates = Vec::new();
    if let Some(inside) = one_fence(source, &whole) {
        // A block inside a template literal may look like the end of the fence.
        candidates.push(vec![inside]);
    }
    let blocks = blocks(source, &whole);
    let program: Vec<_> = blocks.iter().filter(|block| block.is_program).collect();
    let chosen: Vec<_> = match program.is_empty() {
        true => blocks.iter().collect(),
        false => program,
    };
    let insides: Vec<_> = chosen.iter().map(|block| block.inside.clone()).collect();
    let starts_with_fence = text.starts_with("```") || text.starts_with("~~~");
    match starts_with_fence {
        true => candidates.extend([insides, vec![whole]]),
        // A template literal may hold what looks like fences.
        false => candidates.extend([vec![whole], insides]),
    }
    candidates.retain(|ranges| !ranges.is_empty());
    candidates
}

/// The inside of a text that begins with a fence and ends with one, or on one line.
fn one_fence(source: &str, whole: &Range<usize>) -> Option<Range<usize>> {
    let text = source.get(whole.clone())?;
    let (mark, length) = fence_mark(text)?;
    let fence = text.get(..length)?;
    let first_end = text.find('\n').unwrap_or(text.len());
    if first_end == text.len() {
        // ```js 1 ```
        let inside = text.get(length..)?.strip_suffix(fence)?;
        let tag = inside.chars().take_while(|c| !c.is_whitespace()).count();
        let word = inside.get(
            ..inside
                .char_indices()
                .nth(tag)
                .map_or(inside.len(), |(at, _)| at),
        )?;
        let skip = if is_tag(word) { word.len() } else { 0 };
        let start = whole.start + length + skip;
        return Some(trim(source, start..start + inside.len() - skip));
    }
    let start = whole.start + first_end + 1;
    let last_start = text.rfind('\n')? + 1;
    let last = text.get(last_start..)?.trim();
    let closes = last.len() >= length && last.chars().all(|c| c == mark);
    let end = match closes {
        true if last_start > first_end => whole.start + last_start - 1,
        true => start,
        false => return None,
    };
    Some(trim(source, start..end.max(start)))
}

fn blocks(source: &str, whole: &Range<usize>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<(char, usize, usize, bool)> = None;
    let mut at = whole.start;
    let text = source.get(whole.clone()).unwrap_or_default();
    for line in text.split_inclusive('\n') {
        let (start, end) = (at, at + line.len());
        at = end;
        let indent = line.len() - line.trim_start_matches(' ').len();
        let mark = line
            .get(indent..)
            .filter(|_| indent <= 3)
            .and_then(fence_mark);
        match (open, mark) {
            (None, Some((mark, length))) => {
                let info = line.get(indent + length..).unwrap_or_default();
                let tag = info.split_whitespace().next().unwrap_or_default();
                // CommonMark: an info string after backticks holds none.
                if mark == '`' && info.contains('`') {
                    continue;
                }
                open = Some((mark, length, end, is_tag(tag)));
            }
            (Some((mark, length, from, is_program)), Some((closing, closing_length)))
                if closing == mark
                    && closing_length >= length
                    && line.trim().chars().all(|c| c == mark) =>
            {
                let inside = trim(source, from..start);
                blocks.push(Block { inside, is_program });
                open = None;
            }
            _ => {}
        }
    }
    // A fence that is never closed reaches to the end.
    if let Some((_, _, from, is_program)) = open {
        let inside = trim(source, from.min(whole.end)..whole.end);
        blocks.push(Block { inside, is_program });
    }
    blocks.retain(|block| !block.inside.is_empty());
    blocks
}

/// The character and length of a fence that a text begins with.
fn fence_mark(text: &str) -> Option<(char, usize)> {
    let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = text.chars().take_while(|c| *c == mark).count();
    (length >= 3).then_some((mark, length))
}

fn is_tag(word: &str) -> bool {
    TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(word))
}

/// Trims as `String.prototype.trim` does, the byte-order mark included.
fn trim(source: &str, range: Range<usize>) -> Range<usize> {
    let is_space = |c: char| c.is_whitespace() && c != '\u{85}' || c == '\u{FEFF}';
    let text = source.get(range.clone()).unwrap_or_default();
    let start = range.start + (text.len() - text.trim_start_matches(is_space).len());
    let end = range.start + text.trim_end_matches(is_space).len();
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::candidates;

    fn first(source: &str) -> String {
        let ranges = candidates(source).remove(0);
        let texts: Vec<_> = ranges.into_iter().map(|range| &source[range]).collect();
        texts.join("\n")
    }

    #[test]
    fn a_fence_around_the_whole_text_goes() {
        for source in [
            "```js\n1 + 2\n```",
            "  ```TypeScript\n1 + 2\n```\n\n",
            "~~~~ts title=x\n1 + 2\n~~~~",
            "```\n1 + 2",
            "```js 1 + 2 ```",
            "```\n\n1 + 2\n\n```",
        ] {
            assert_eq!(first(source), "1 + 2", "{source}");
        }
    }

    #[test]
    fn blocks_amid_prose_are_joined_in_order() {
        let source = "Here:\n```json\n{}\n```\nthen\n```js\nconst a = 1;\n```\nand\n  ```js\n  a\n  ```\nDone.";
        assert_eq!(super::candidates(source)[1].len(), 2);
        let texts: Vec<_> = candidates(source)
            .remove(1)
            .into_iter()
            .map(|range| source[range].to_owned())
            .collect();
        assert_eq!(texts, ["const a = 1;", "a"]);
    }

    #[test]
    fn fences_inside_a_program_stay() {
        let source = "const a = `\n```\n`; a";
        assert_eq!(first(source), source);
    }
}
