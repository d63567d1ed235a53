//! What the classes have resolved, as lines of `name=value`.

/// The lines, taken apart.
pub(crate) struct Options<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Options<'a> {
    pub(crate) fn parse(text: &'a str) -> Self {
        Self(text.lines().filter_map(|line| line.split_once('=')).collect())
    }

    /// The value of a name; empty when there is none.
    pub(crate) fn get(&self, name: &str) -> &'a str {
        self.find(name).unwrap_or_default()
    }

    pub(crate) fn find(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(key, _)| *key == name).map(|(_, value)| *value)
    }

    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        self.find(name)?.parse().ok()
    }
}
