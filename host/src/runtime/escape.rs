//! Text for the eyes of whoever decides.

use std::fmt::Write as _;

/// Text in which nothing hides, moves or reverses: control characters other than line
/// breaks, marks of direction, and invisible characters become `\\u{…}`.
///
/// # Examples
///
/// ```
/// assert_eq!(
///     codecell::runtime::escaped("to: \u{202e}moc.live\u{1b}[2K\n"),
///     "to: \\u{202e}moc.live\\u{1b}[2K\n",
/// );
/// ```
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => shown.push(c),
            c if c.is_control() || is_unseen(c) => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    shown
}

/// Marks of direction, joiners, fillers, tags and the like.
fn is_unseen(c: char) -> bool {
    matches!(
        u32::from(c),
        0xad | 0x34f | 0x61c | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f
            | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0f
            | 0xfeff | 0xffa0 | 0xfff0..=0xfffb | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a
            | 0xe0000..=0xe0fff
    )
}
