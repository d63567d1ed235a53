//! Lines and columns of a text. Lines end at `\n`; columns count UTF-16 units.

use crate::outcome::Position;

/// The line and column of an offset.
pub(crate) fn position(text: &str, offset: u32) -> Position {
    let before = text.get(..offset as usize).unwrap_or(text);
    let column = before
        .get(line_start(text, offset) as usize..)
        .unwrap_or_default()
        .encode_utf16()
        .count();
    Position {
        line: before.matches('\n').count() as u32 + 1,
        column: column as u32 + 1,
    }
}

/// Where the line of an offset begins.
pub(super) fn line_start(text: &str, offset: u32) -> u32 {
    let before = text.get(..offset as usize).unwrap_or(text);
    before.rfind('\n').map_or(0, |at| at as u32 + 1)
}

/// The offset of a line and column, or of the nearest place that exists.
pub(crate) fn offset(text: &str, position: Position) -> u32 {
    let mut start = 0;
    for _ in 1..position.line {
        match text.get(start..).and_then(|rest| rest.find('\n')) {
            Some(end) => start += end + 1,
            None => break,
        }
    }
    let mut units = position.column.saturating_sub(1) as usize;
    let rest = text.get(start..).unwrap_or_default();
    for (at, c) in rest.char_indices() {
        if c == '\n' || units < c.len_utf16() {
            return (start + at) as u32;
        }
        units -= c.len_utf16();
    }
    text.len() as u32
}

/// Lines around a place, with a mark below it. Long lines are cut around the mark.
pub(crate) fn code_frame(text: &str, at: Position) -> String {
    const AROUND: u32 = 2;
    const WIDTH: usize = 100;
    let first = at.line.saturating_sub(AROUND).max(1);
    let number_width = (at.line + AROUND).to_string().len();
    let skip = (at.column as usize).saturating_sub(WIDTH * 3 / 4);
    let mut frame = String::new();
    for (number, line) in (1..)
        .zip(text.split('\n'))
        .skip(first as usize - 1)
        .take((at.line - first + 1 + AROUND) as usize)
    {
        let mark = if number == at.line { '>' } else { ' ' };
        let shown: String = line
            .trim_end_matches('\r')
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .skip(skip)
            .take(WIDTH)
            .collect();
        frame += format!("{mark} {number:number_width$} | {shown}").trim_end();
        frame.push('\n');
        if number == at.line {
            let blanks = " ".repeat((at.column as usize - 1).saturating_sub(skip));
            frame += &format!("  {:number_width$} | {blanks}^\n", "");
        }
    }
    frame.truncate(frame.trim_end().len());
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_utf16_units() {
        let text = "ab\n😀x\nlast";
        for (offset_, line, column) in [
            (0, 1, 1),
            (2, 1, 3),
            (3, 2, 1),
            (7, 2, 3),
            (9, 3, 1),
            (13, 3, 5),
        ] {
            let place = Position { line, column };
            assert_eq!(position(text, offset_), place);
            assert_eq!(offset(text, place), offset_);
        }
    }

    #[test]
    fn a_frame_marks_the_place() {
        let at = Position { line: 3, column: 5 };
        assert_eq!(
            code_frame("one\ntwo\nthree\nfour\nfive\nsix", at),
            "  1 | one\n  2 | two\n> 3 | three\n    |     ^\n  4 | four\n  5 | five"
        );
    }
}
