//! Text of strangers, made fit to be shown.

/// The text, or its beginning with a mark where it was cut.
pub(super) fn clipped(mut text: String, max_bytes: usize) -> String {
    if text.len() > max_bytes {
        text.truncate(text.floor_char_boundary(max_bytes));
        text.push_str("… (cut off)");
    }
    text
}

/// Values of the configuration that no error may show.
#[derive(Clone, Debug, Default)]
pub(super) struct Secrets(Vec<String>);

/// Shorter values are words that a text contains anyway.
const MIN_SECRET_BYTES: usize = 6;

impl Secrets {
    pub(super) fn add(&mut self, value: &str) {
        if value.len() >= MIN_SECRET_BYTES {
            self.0.push(value.to_owned());
            // The longest first: one may contain another.
            self.0.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        }
    }

    pub(super) fn redact(&self, text: &str) -> String {
        let shown = text.to_owned();
        self.0
            .iter()
            .fold(shown, |shown, secret| shown.replace(secret, "***"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_at_a_character() {
        assert_eq!(clipped("aé".to_owned(), 2), "a… (cut off)");
        assert_eq!(clipped("aé".to_owned(), 3), "aé");
    }

    #[test]
    fn secrets_are_not_shown_and_short_words_are() {
        let mut secrets = Secrets::default();
        for value in ["on", "s3cret", "Bearer s3cret"] {
            secrets.add(value);
        }
        assert_eq!(
            secrets.redact("on: sent Bearer s3cret, then s3cret"),
            "on: sent ***, then ***"
        );
    }
}
