//! The little of RFC 3986 that identifiers in schemas need.

use std::borrow::Cow;

/// The address that `reference`, which has no fragment, means at `base`.
pub(super) fn join(base: &str, reference: &str) -> String {
    if reference.is_empty() {
        return base.to_owned();
    }
    if has_scheme(reference) {
        return reference.to_owned();
    }
    let (origin, path) = split_origin(base);
    if reference.starts_with("//") {
        let scheme = origin.split_once("//").map_or("", |(scheme, _)| scheme);
        return format!("{scheme}{reference}");
    }
    let folder = path
        .rfind('/')
        .and_then(|end| path.get(..=end))
        .unwrap_or_default();
    let joined = if reference.starts_with('/') {
        reference.to_owned()
    } else {
        format!("{folder}{reference}")
    };
    format!("{origin}{}", without_dots(&joined))
}

/// Replaces `%20` and the like by the characters they stand for; text that
/// would not be UTF-8 then stays as it is.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let pair = after.get(..2).filter(|_| byte == b'%');
        let code = pair
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        bytes.push(code.unwrap_or(byte));
        if code.is_some() {
            rest = after.get(2..).unwrap_or_default();
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

/// Splits `https://host/path` into `https://host` and `/path`.
fn split_origin(base: &str) -> (&str, &str) {
    let Some(host) = base.find("//").map(|start| start + 2) else {
        return ("", base);
    };
    let length = base.get(host..).and_then(|rest| rest.find('/'));
    base.split_at_checked(length.map_or(base.len(), |length| host + length))
        .unwrap_or((base, ""))
}

/// Resolves the steps `.` and `..` of a path.
fn without_dots(path: &str) -> String {
    if !path.contains("./") {
        return path.to_owned();
    }
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "." => {}
            ".." => {
                if steps.len() > 1 || steps.first().is_some_and(|first| !first.is_empty()) {
                    steps.pop();
                }
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_join_as_on_the_web() {
        let cases = [
            ("https://h/a/b.json", "c.json", "https://h/a/c.json"),
            ("https://h/a/b.json", "/c.json", "https://h/c.json"),
            ("https://h/a/b.json", "../c.json", "https://h/c.json"),
            ("https://h/a/b.json", "./c.json", "https://h/a/c.json"),
            ("https://h/a/b.json", "//g/c", "https://g/c"),
            ("https://h/a/b.json", "urn:x", "urn:x"),
            ("https://h/a/b.json", "", "https://h/a/b.json"),
            ("https://h", "c.json", "https://hc.json"),
            ("", "c.json", "c.json"),
            ("a/b", "c", "a/c"),
        ];
        for (base, reference, expected) in cases {
            assert_eq!(join(base, reference), expected, "{reference} at {base}");
        }
    }

    #[test]
    fn escapes_are_decoded_where_they_are_text() {
        let cases = [
            ("a%20b", "a b"),
            ("%C3%A9", "é"),
            ("%", "%"),
            ("%zz", "%zz"),
            ("%ff", "%ff"),
        ];
        for (text, expected) in cases {
            assert_eq!(decode(text), expected);
        }
    }
}
