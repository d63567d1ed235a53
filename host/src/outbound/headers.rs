//! Which headers a program may set, and what names and values may hold.

/// Headers that belong to whoever sends a message, and those that make a server take it
/// for another one. As the Fetch standard wants it, they are left out without a word.
const OF_THE_SENDER: [&str; 19] = [
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    // These replace the method, which was allowed, by another one.
    "x-http-method",
    "x-http-method-override",
    "x-method",
    "x-method-override",
];

/// Whether a header is not the program's to set.
pub(super) fn is_of_the_sender(name: &str) -> bool {
    OF_THE_SENDER.contains(&name)
}

/// A token of RFC 9110: what methods and names of headers are.
pub(super) fn is_token(text: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_token)
}

/// What the value of a header may hold: nothing that ends a line, and Latin-1 only.
pub(super) fn is_value(text: &str) -> bool {
    let is_fine = |c: char| c == '\t' || (' '..='\u{ff}').contains(&c) && c != '\u{7f}';
    text.chars().all(is_fine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_cannot_end_a_line() {
        assert!(is_token("x-A_1~"));
        for name in ["", "a b", "a:", "a\r\n", "ä", "a\0"] {
            assert!(!is_token(name), "{name:?}");
        }
        assert!(is_value("a\tb ü"));
        for value in ["a\r\nb", "a\nb", "a\0", "\u{7f}", "€", "\u{1b}[0m"] {
            assert!(!is_value(value), "{value:?}");
        }
    }

    #[test]
    fn the_table_is_in_small_letters_as_names_are() {
        assert!(
            OF_THE_SENDER
                .iter()
                .all(|name| *name == name.to_ascii_lowercase())
        );
        assert!(OF_THE_SENDER.is_sorted());
    }
}
