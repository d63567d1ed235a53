//! The patterns of numbers, such as `#,##0.00 ¤;(#,##0.00 ¤)`.

/// A pattern, taken apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pattern {
    pub(crate) prefix: String,
    pub(crate) suffix: String,
    pub(crate) negative: Option<(String, String)>,
    /// Digits of the last group and of those before it.
    pub(crate) groups: Option<(usize, usize)>,
    /// Zeros before the point, which compact patterns count.
    pub(crate) zeros: usize,
}

/// Whether a character is one of the number itself.
fn is_number(letter: char) -> bool {
    matches!(letter, '#' | '0' | ',' | '.' | '@')
}

/// Prefix, number and suffix; quotes stay in the affixes.
fn split(text: &str) -> (&str, &str, &str) {
    let mut quoted = false;
    let (mut from, mut to) = (None, text.len());
    for (at, letter) in text.char_indices() {
        match letter {
            '\'' => quoted = !quoted,
            _ if quoted => {}
            _ if is_number(letter) && from.is_none() => from = Some(at),
            _ if !is_number(letter) && from.is_some() => {
                to = at;
                break;
            }
            _ => {}
        }
    }
    let from = from.unwrap_or(to);
    (&text[..from], &text[from..to], &text[to..])
}

impl Pattern {
    pub(crate) fn parse(text: &str) -> Self {
        let (positive, negative) = match text.split_once(';') {
            Some((positive, negative)) => (positive, Some(negative)),
            None => (text, None),
        };
        let (prefix, number, suffix) = split(positive);
        let whole = number.split('.').next().unwrap_or_default();
        let mut parts = whole.rsplit(',');
        let last = parts.next().map_or(0, str::len);
        let groups = parts.next().map(|before| {
            let has_third = parts.next().is_some();
            (last, if has_third { before.len() } else { last })
        });
        Self {
            prefix: prefix.to_owned(),
            suffix: suffix.to_owned(),
            negative: negative.map(|negative| {
                let (prefix, _, suffix) = split(negative);
                (prefix.to_owned(), suffix.to_owned())
            }),
            groups,
            zeros: whole.bytes().filter(|byte| *byte == b'0').count(),
        }
    }
}

/// What stands in an affix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    Letter(char),
    Minus,
    Plus,
    Percent,
    Currency,
}

/// The symbols of an affix, without its quotes.
pub(crate) fn symbols(affix: &str) -> Vec<Symbol> {
    let mut symbols = Vec::new();
    let mut quoted = false;
    let mut letters = affix.chars().peekable();
    while let Some(letter) = letters.next() {
        symbols.push(match letter {
            '\'' if letters.peek() == Some(&'\'') => {
                letters.next();
                Symbol::Letter('\'')
            }
            '\'' => {
                quoted = !quoted;
                continue;
            }
            _ if quoted => Symbol::Letter(letter),
            '-' => Symbol::Minus,
            '+' => Symbol::Plus,
            '%' => Symbol::Percent,
            '¤' => {
                while letters.peek() == Some(&'¤') {
                    letters.next();
                }
                Symbol::Currency
            }
            other => Symbol::Letter(other),
        });
    }
    symbols
}
