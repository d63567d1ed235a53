//! Writes text into the parts of a URL.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but the unreserved characters of RFC 3986.
const DATA: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// All but what a query holds as it is. `#` would end the query, `&` and `+`
/// would change its meaning, and brackets are not allowed in it.
const RESERVED: &AsciiSet = &DATA
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// What text of the document itself may hold in a path or query.
const LITERAL: &AsciiSet = &RESERVED.remove(b'&').remove(b'+');

/// How a value is made safe for its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escape {
    /// Percent-encodes all but unreserved characters.
    Data,
    /// Leaves reserved characters, and triplets such as `%2F`, as they are.
    Reserved,
    /// Changes nothing, for headers.
    Nothing,
}

impl Escape {
    pub(super) fn apply(self, text: &str) -> String {
        match self {
            Self::Data => data(text),
            Self::Reserved => keeping_triplets(text, RESERVED),
            Self::Nothing => text.to_owned(),
        }
    }
}

/// Text that must not mean anything to the URL around it.
pub(super) fn data(text: &str) -> String {
    utf8_percent_encode(text, DATA).to_string()
}

/// A piece of path or query that was written as such.
pub(super) fn literal(text: &str) -> String {
    keeping_triplets(text, LITERAL)
}

fn keeping_triplets(text: &str, set: &'static AsciiSet) -> String {
    let mut pieces = text.split('%');
    let mut out = utf8_percent_encode(pieces.next().unwrap_or_default(), set).to_string();
    for piece in pieces {
        let is_triplet = piece.len() >= 2 && piece.bytes().take(2).all(|b| b.is_ascii_hexdigit());
        out.push_str(if is_triplet { "%" } else { "%25" });
        out.extend(utf8_percent_encode(piece, set));
    }
    out
}

/// Whether a URL parser would take this segment of a path as "here" or "up".
pub(super) fn is_dot_segment(segment: &str) -> bool {
    let plain = segment.replace("%2e", ".").replace("%2E", ".");
    plain == "." || plain == ".."
}
