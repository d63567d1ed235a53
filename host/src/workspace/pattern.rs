//! Search patterns: text or JavaScript's regular expressions, for an engine whose time is
//! linear in what it reads.

use grep_matcher::{Match, Matcher as _};
use grep_regex::{RegexMatcher, RegexMatcherBuilder};
use serde::Deserialize;

use super::fault::Failure;

/// How a query is understood.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Query {
    pub(super) case_sensitive: Option<bool>,
    pub(super) regex: Option<bool>,
    pub(super) whole_word: Option<bool>,
}

/// Where `^` and `$` hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// At the ends of each line.
    Lines,
    /// At the ends of the whole text.
    Text,
}

pub(super) fn compile(text: &str, query: &Query, scope: Scope) -> Result<RegexMatcher, Failure> {
    if text.is_empty() {
        return Err(Failure::new("Search query must not be empty"));
    }
    let mut source = match query.regex {
        Some(true) => translate(text),
        _ => escape(text),
    };
    if query.whole_word == Some(true) {
        source = format!(r"(?-u:\b)(?:{source})(?-u:\b)");
    }
    let mut builder = RegexMatcherBuilder::new();
    builder.case_insensitive(query.case_sensitive == Some(false));
    builder.multi_line(scope == Scope::Lines);
    if scope == Scope::Lines {
        // Lets a search skip lines; a pattern that names line ends goes without.
        let by_line = builder.clone().line_terminator(Some(b'\n')).build(&source);
        if let Ok(matcher) = by_line {
            return Ok(matcher);
        }
    }
    builder.build(&source).map_err(|error| {
        let words = error.to_string();
        let reason = words.rsplit("error: ").next().unwrap_or_default().trim();
        Failure::new(format!("Invalid search pattern: {reason}"))
    })
}

/// All matches in `text`, empty ones too, as JavaScript's `exec` finds them. `false` from
/// `found` ends the search.
pub(super) fn each_match(
    matcher: &RegexMatcher,
    text: &[u8],
    mut found: impl FnMut(Match) -> bool,
) {
    let mut at = 0;
    while at <= text.len() {
        let Ok(Some(range)) = matcher.find_at(text, at) else {
            return;
        };
        if !found(range) {
            return;
        }
        at = range.end();
        if range.start() == range.end() {
            at += 1;
            // Not into the middle of a character.
            while at < text.len() && text[at] & 0xC0 == 0x80 {
                at += 1;
            }
        }
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        push_literal(&mut escaped, character);
    }
    escaped
}

fn push_literal(out: &mut String, character: char) {
    if r"\.+*?()|[]{}^$#&-~".contains(character) {
        out.push('\\');
    }
    out.push(character);
}

/// A JavaScript regular expression in the words of the engine.
fn translate(source: &str) -> String {
    let characters: Vec<char> = source.chars().collect();
    let mut reader = Reader {
        rest: &characters,
        out: String::with_capacity(source.len() + 16),
    };
    while let Some((&first, rest)) = reader.rest.split_first() {
        reader.rest = rest;
        match first {
            '\\' => reader.escape(false),
            '[' => reader.class(),
            '.' => reader.out.push_str(r"[^\n\r\x{2028}\x{2029}]"),
            '{' if !is_counted(rest) => reader.out.push_str(r"\{"),
            '{' => {
                let end = rest.iter().position(|&next| next == '}').unwrap_or(0);
                reader.out.push('{');
                reader.out.extend(&rest[..=end]);
                reader.rest = &rest[end + 1..];
            }
            '}' => reader.out.push_str(r"\}"),
            ']' => reader.out.push_str(r"\]"),
            other => reader.out.push(other),
        }
    }
    reader.out
}

/// Whether what follows `{` makes it a quantifier.
fn is_counted(rest: &[char]) -> bool {
    let Some(end) = rest.iter().position(|&next| next == '}') else {
        return false;
    };
    let counts: String = rest[..end].iter().collect();
    let (least, most) = counts.split_once(',').unwrap_or((&counts, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !least.is_empty() && is_number(least) && is_number(most)
}

struct Reader<'a> {
    rest: &'a [char],
    out: String,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn class(&mut self) {
        let is_negated = self.rest.first() == Some(&'^');
        if is_negated {
            self.next();
        }
        if self.rest.first() == Some(&']') {
            self.next();
            // All characters, or none.
            self.out
                .push_str(if is_negated { r"[\s\S]" } else { r"[^\s\S]" });
            return;
        }
        self.out.push_str(if is_negated { "[^" } else { "[" });
        while let Some(character) = self.next() {
            match character {
                ']' => {
                    self.out.push(']');
                    return;
                }
                '\\' => self.escape(true),
                '[' | '&' | '~' => {
                    self.out.push('\\');
                    self.out.push(character);
                }
                '-' if matches!(self.rest.first(), Some('-' | ']') | None) => {
                    self.out.push_str(r"\-");
                }
                other => self.out.push(other),
            }
        }
    }

    fn escape(&mut self, is_in_class: bool) {
        let Some(character) = self.next() else {
            // The engine says what is wrong with it.
            self.out.push('\\');
            return;
        };
        match character {
            'd' => self.out.push_str("[0-9]"),
            'D' => self.out.push_str("[^0-9]"),
            'w' => self.out.push_str("[0-9A-Za-z_]"),
            'W' => self.out.push_str("[^0-9A-Za-z_]"),
            'b' if is_in_class => self.out.push_str(r"\x08"),
            'b' => self.out.push_str(r"(?-u:\b)"),
            'B' if !is_in_class => self.out.push_str(r"(?-u:\B)"),
            's' | 'S' | 't' | 'n' | 'r' | 'v' | 'f' | 'x' | 'p' | 'P' | 'k' | '1'..='9' => {
                self.out.push('\\');
                self.out.push(character);
            }
            '0' => self.out.push_str(r"\x00"),
            'u' => self.unicode(),
            'c' if self.rest.first().is_some_and(char::is_ascii_alphabetic) => {
                let letter = self.next().map_or(0, |letter| letter as u32 % 32);
                self.out.push_str(&format!(r"\x{{{letter:x}}}"));
            }
            other => push_literal(&mut self.out, other),
        }
    }

    fn unicode(&mut self) {
        if self.rest.first() == Some(&'{') {
            self.out.push_str(r"\x");
            return;
        }
        let Some(high) = self.unit() else {
            self.out.push('u');
            return;
        };
        let is_pair = (0xD800..0xDC00).contains(&high) && self.rest.starts_with(&['\\', 'u']);
        let code = match is_pair {
            true => {
                self.rest = &self.rest[2..];
                let low = self.unit().unwrap_or(0xDC00);
                0x10000 + ((high - 0xD800) << 10) + (low.wrapping_sub(0xDC00) & 0x3FF)
            }
            false => high,
        };
        self.out.push_str(&format!(r"\x{{{code:x}}}"));
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        let digits: String = self.rest.get(..4)?.iter().collect();
        let unit = u32::from_str_radix(&digits, 16).ok()?;
        self.rest = &self.rest[4..];
        Some(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(source: &str, text: &str) -> Vec<String> {
        let query = Query {
            regex: Some(true),
            ..Query::default()
        };
        let matcher = compile(source, &query, Scope::Text).unwrap();
        let mut found = Vec::new();
        each_match(&matcher, text.as_bytes(), |range| {
            found.push(text[range].to_owned());
            true
        });
        found
    }

    #[test]
    fn javascript_patterns_mean_what_they_mean_there() {
        assert_eq!(matches(r"\d+", "1٣2"), ["1", "2"]);
        assert_eq!(matches(r"\bna\b", "naïve"), ["na"]);
        assert_eq!(matches(r"[[\w-]+", "a[b-c]"), ["a[b-c"]);
        assert_eq!(matches(r"a{b", "a{b"), ["a{b"]);
        assert_eq!(matches(r"a{2,}", "a aa aaa"), ["aa", "aaa"]);
        assert_eq!(matches(r"\<b\/>", "<b/>"), ["<b/>"]);
        assert_eq!(matches("\\u0061\\x62\\ud83d\\ude00", "ab😀"), ["ab😀"]);
        assert_eq!(matches(r"[^]", "\n"), ["\n"]);
        assert_eq!(matches(r"a*", "baaac"), ["", "aaa", "", ""]);
        assert_eq!(matches(r".", "a\n\u{2028}é"), ["a", "é"]);
    }

    #[test]
    fn what_the_engine_cannot_do_is_said() {
        let query = Query {
            regex: Some(true),
            ..Query::default()
        };
        let fault = |source| {
            compile(source, &query, Scope::Lines)
                .unwrap_err()
                .to_string()
        };

        assert_eq!(fault(""), "Search query must not be empty");
        assert_eq!(
            fault("a(?=b)"),
            "Invalid search pattern: look-around, including look-ahead and look-behind, \
             is not supported"
        );
        assert_eq!(fault("(a"), "Invalid search pattern: unclosed group");
    }
}
