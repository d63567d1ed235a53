//! Texts in parts, each with its kind.

/// A part: its kind, as `formatToParts` names it, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) kind: &'static str,
    pub(crate) text: String,
    /// Which end of a range it belongs to.
    pub(crate) source: &'static str,
}

/// A text in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts(pub(crate) Vec<Part>);

/// Between the fields of [`Parts::list`].
const SEPARATOR: char = '\u{1f}';

/// Whether a character only says in which direction text runs.
pub(crate) fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{61c}')
}

impl Parts {
    pub(crate) fn push(&mut self, kind: &'static str, text: impl Into<String>) {
        let text = text.into();
        let bare = text.trim_matches(is_mark);
        if kind != "literal" && bare.len() < text.len() && !bare.is_empty() {
            let start = text.len() - text.trim_start_matches(is_mark).len();
            self.push("literal", &text[..start]);
            self.push(kind, bare);
            self.push("literal", &text[start + bare.len()..]);
            return;
        }
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if kind == "literal" && last.kind == kind => last.text.push_str(&text),
            _ => self.0.push(Part { kind, text, source: "shared" }),
        }
    }

    pub(crate) fn append(&mut self, other: Self) {
        for part in other.0 {
            match self.0.last_mut() {
                Some(last) if part.kind == "literal" && last.kind == part.kind && last.source == part.source => {
                    last.text.push_str(&part.text);
                }
                _ => self.0.push(part),
            }
        }
    }

    /// All parts as those of one end of a range.
    pub(crate) fn sourced(mut self, source: &'static str) -> Self {
        for part in &mut self.0 {
            part.source = source;
        }
        self
    }

    pub(crate) fn text(&self) -> String {
        self.0.iter().map(|part| part.text.as_str()).collect()
    }

    /// Kind, text and source of each part, parted by U+001F.
    pub(crate) fn list(&self) -> String {
        let mut list = String::new();
        for part in &self.0 {
            for field in [part.kind, &part.text, part.source] {
                list.push_str(field);
                list.push(SEPARATOR);
            }
        }
        list.pop();
        list
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
