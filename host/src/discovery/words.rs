//! Words, their forms, and those that mean the same.

use std::collections::BTreeSet;

use rust_stemmers::{Algorithm, Stemmer};

use super::Index;

/// Letters that a word of a tool needs for longer words of the query to count as its
/// beginning. Without a bound the article "a" would match "apple".
const MIN_BEGINNING: usize = 3;

/// Words that say nothing of what is wanted.
const STOP_WORDS: [&str; 32] = [
    "a", "all", "an", "and", "any", "are", "at", "by", "can", "do", "for", "from", "how", "i",
    "in", "is", "it", "me", "my", "of", "on", "or", "please", "some", "that", "the", "to", "want",
    "what", "which", "with", "you",
];

/// What tools are called by different people.
const SAME_MEANING: [&[&str]; 16] = [
    &["create", "add", "new", "make", "insert", "open"],
    &["delete", "remove", "destroy", "erase", "drop"],
    &["update", "edit", "change", "modify", "set", "patch"],
    &["get", "fetch", "read", "retrieve", "show", "load", "view"],
    &["list", "enumerate", "browse", "index"],
    &["search", "find", "query", "lookup", "locate"],
    &["send", "post", "publish", "submit", "deliver"],
    &["message", "mail", "email", "letter"],
    &["file", "document", "attachment"],
    &["folder", "directory"],
    &["user", "person", "member", "account", "customer", "client"],
    &["issue", "ticket", "bug", "task"],
    &["pay", "charge", "bill", "payment"],
    &["run", "execute", "start", "launch", "trigger"],
    &["stop", "cancel", "abort", "close", "end"],
    &["copy", "duplicate", "clone"],
];

/// Lower case, `camelCase` and the signs within names taken apart.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for c in text.chars() {
        if c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            plain.push(' ');
        }
        match c {
            '_' | '.' | '/' | ':' | '-' => plain.push(' '),
            c => plain.extend(c.to_lowercase()),
        }
        before = c;
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|token| !token.is_empty())
}

/// What is common to the forms of a word.
pub(super) fn stem(word: &str) -> String {
    Stemmer::create(Algorithm::English).stem(word).into_owned()
}

/// Words to look for.
pub(super) struct Query {
    pub(super) phrase: String,
    pub(super) words: Vec<Word>,
}

/// A word of a query.
pub(super) struct Word {
    pub(super) text: String,
    stem: String,
    /// Stems of the same meaning, if nothing holds the word itself.
    others: Vec<String>,
}

impl Query {
    pub(super) fn new(text: &str, indexes: &[&Index]) -> Self {
        let phrase = plain(text);
        let all: Vec<&str> = tokens(&phrase).collect();
        let telling = all
            .iter()
            .copied()
            .filter(|word| !STOP_WORDS.contains(word));
        let mut telling: Vec<&str> = telling.collect();
        if telling.is_empty() {
            telling = all;
        }
        let words = telling.into_iter().map(|text| {
            let mut word = Word {
                text: text.to_owned(),
                stem: stem(text),
                others: Vec::new(),
            };
            if !indexes.iter().any(|index| index.holds(&word)) {
                word.others = same_meaning(&word.stem);
            }
            word
        });
        Self {
            words: words.collect(),
            phrase,
        }
    }
}

fn same_meaning(wanted: &str) -> Vec<String> {
    let groups = SAME_MEANING.iter();
    let groups = groups.filter(|group| group.iter().any(|word| stem(word) == wanted));
    let stems: BTreeSet<String> = groups
        .flat_map(|group| group.iter().map(|it| stem(it)))
        .collect();
    stems.into_iter().filter(|it| it != wanted).collect()
}

impl Word {
    /// How well a word that is there fits: itself, a form of it, the beginning of one of
    /// both, a part.
    pub(super) fn factor(&self, known: &str, known_stem: &str) -> u8 {
        if known == self.text {
            4
        } else if known.starts_with(&self.text)
            || (known_stem == self.stem && self.text.len() >= MIN_BEGINNING)
            || (known.len() >= MIN_BEGINNING && self.text.starts_with(known))
            || self.others.iter().any(|it| it == known_stem)
        {
            2
        } else {
            u8::from(known.contains(&self.text))
        }
    }
}
