//! Paths with variables in braces.

use super::error::CallError;
use super::escape::{is_dot_segment, literal};

/// One piece of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// Text that goes into the URL as it is.
    Literal(String),
    /// The name of a variable.
    Variable(String),
}

/// The path of an operation, taken apart.
///
/// A brace without its partner is text. A fragment is dropped; a query stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template(Vec<Part>);

impl Template {
    pub(super) fn parse(path: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = path;
        while let Some((text, name, behind)) = next_variable(rest) {
            let (text, is_end) = without_fragment(text);
            parts.push(Part::Literal(literal(text)));
            if is_end {
                return Self(parts);
            }
            parts.push(Part::Variable(name.to_owned()));
            rest = behind;
        }
        parts.push(Part::Literal(literal(without_fragment(rest).0)));
        parts.retain(|part| *part != Part::Literal(String::new()));
        Self(parts)
    }

    /// The names of the variables, in order; one may come twice.
    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Variable(name) => Some(name.as_str()),
            Part::Literal(_) => None,
        })
    }

    /// Fills the variables in with text that is already safe for a path.
    pub(super) fn expand(
        &self,
        mut value: impl FnMut(&str) -> Result<String, CallError>,
    ) -> Result<String, CallError> {
        let mut url = String::new();
        for part in &self.0 {
            match part {
                Part::Literal(text) => url.push_str(text),
                Part::Variable(name) => url.push_str(&value(name)?),
            }
        }
        check_segments(&url)?;
        Ok(url)
    }
}

/// Refuses a path that climbs, because URL parsers resolve `..` even when it is
/// percent-encoded.
pub(super) fn check_segments(path_and_query: &str) -> Result<(), CallError> {
    let path = path_and_query.split('?').next().unwrap_or_default();
    match path.split('/').find(|segment| is_dot_segment(segment)) {
        Some(segment) => Err(CallError::new(format!(
            "`{segment}` is not allowed as a segment of the path `{path}`; name what you mean"
        ))),
        None => Ok(()),
    }
}

/// The text before the first `{name}`, the name, and the text behind.
fn next_variable(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let close = from + text[from..].find('}')?;
        if let Some(open) = text[from..close].rfind('{').map(|open| from + open)
            && open + 1 < close
        {
            return Some((&text[..open], &text[open + 1..close], &text[close + 1..]));
        }
        from = close + 1;
    }
}

fn without_fragment(text: &str) -> (&str, bool) {
    match text.split_once('#') {
        Some((text, _)) => (text, true),
        None => (text, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(path: &str) -> String {
        let template = Template::parse(path);
        template.expand(|name| Ok(format!("<{name}>"))).unwrap()
    }

    #[test]
    fn odd_braces_are_text_and_every_variable_is_found() {
        let cases = [
            ("/a/{id}", "/a/<id>"),
            ("/{a}{b}.{c}", "/<a><b>.<c>"),
            ("/users({id})", "/users(<id>)"),
            ("/{a{b}}", "/%7Ba<b>%7D"),
            ("/}{", "/%7D%7B"),
            ("/{}/{x}", "/%7B%7D/<x>"),
            ("/{}x}", "/%7B%7Dx%7D"),
            ("/a/{id", "/a/%7Bid"),
            ("/a b/ü/%2F/%zz", "/a%20b/%C3%BC/%2F/%25zz"),
            ("/#{x}", "/"),
            ("/a?b=1&c={d}#e", "/a?b=1&c=<d>"),
            ("", ""),
        ];
        for (path, expected) in cases {
            assert_eq!(show(path), expected, "{path}");
        }
    }

    #[test]
    fn segments_of_dots_are_refused_however_they_come_about() {
        for value in [".", "..", "%2e%2E", ".%2e"] {
            let template = Template::parse("/a/{x}/b");
            assert!(
                template.expand(|_| Ok(value.to_owned())).is_err(),
                "{value}"
            );
        }
        assert!(
            Template::parse("/{a}{b}")
                .expand(|_| Ok(".".into()))
                .is_err()
        );
        assert!(
            Template::parse("/a/../b")
                .expand(|_| Ok(String::new()))
                .is_err()
        );
        assert_eq!(
            Template::parse("/v{x}")
                .expand(|_| Ok("..".into()))
                .unwrap(),
            "/v.."
        );
    }
}
