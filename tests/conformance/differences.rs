//! Where ours differs on purpose, and why.

use std::collections::BTreeMap;

/// `id: reason`, one a line; `#` begins a comment.
pub(crate) struct Differences(BTreeMap<String, String>);

impl Differences {
    pub(crate) fn parse(text: &str) -> Self {
        let lines = text
            .lines()
            .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        let entries = lines.map(|line| match line.split_once(": ") {
            Some((id, reason)) => (id.to_owned(), reason.to_owned()),
            None => panic!("a difference without a reason: {line}"),
        });
        Self(entries.collect())
    }

    pub(crate) fn reason(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}
