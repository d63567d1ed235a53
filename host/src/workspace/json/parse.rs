//! Reading JSON text, with the messages of `JSON.parse` where it cannot be read.

use serde::Deserialize as _;
use serde_json::Value;

/// Levels that are read: as many as a cell takes.
const MAX_DEPTH: usize = 500;
/// Characters of the text that a message shows on either side.
const CONTEXT: usize = 10;

/// The value, or why there is none.
pub(crate) fn parse(text: &str) -> Result<Value, String> {
    if let Some(fault) = Scanner::new(text).fault() {
        return Err(fault);
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // The scanner counted the depth.
    deserializer.disable_recursion_limit();
    Value::deserialize(&mut deserializer).map_err(|error| error.to_string())
}

/// Goes through a text once, without recursion.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
    open: Vec<u8>,
}

type Step = Result<(), String>;

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            open: Vec::new(),
        }
    }

    fn fault(mut self) -> Option<String> {
        self.scan().err()
    }

    fn scan(&mut self) -> Step {
        loop {
            // A value begins here.
            match self.peek() {
                Some(open @ (b'{' | b'[')) => {
                    self.at += 1;
                    self.open.push(open);
                    if self.open.len() > MAX_DEPTH {
                        return Err(format!("nested deeper than {MAX_DEPTH} levels"));
                    }
                    if self.first()? {
                        continue;
                    }
                }
                Some(b'"') => self.string()?,
                Some(b'-' | b'0'..=b'9') => self.number()?,
                Some(b't') => self.literal("true")?,
                Some(b'f') => self.literal("false")?,
                Some(b'n') => self.literal("null")?,
                _ => return self.unexpected(None),
            }
            if !self.next_item()? {
                return Ok(());
            }
        }
    }

    /// After an opening bracket: whether a value follows.
    fn first(&mut self) -> Result<bool, String> {
        let is_object = self.open.last() == Some(&b'{');
        match (is_object, self.peek()) {
            (true, Some(b'}')) | (false, Some(b']')) => {
                self.at += 1;
                self.open.pop();
                Ok(false)
            }
            (true, Some(b'"')) => self.key().map(|()| true),
            (true, _) => self.unexpected(Some("Expected property name or '}' in JSON")),
            (false, _) => Ok(true),
        }
    }

    /// After a value: whether another follows.
    fn next_item(&mut self) -> Result<bool, String> {
        loop {
            let next = self.peek();
            match (self.open.last(), next) {
                (None, None) => return Ok(false),
                (None, Some(_)) => {
                    let what = "Unexpected non-whitespace character after JSON";
                    return self.unexpected(Some(what));
                }
                (Some(b'{'), Some(b',')) => {
                    self.at += 1;
                    return match self.peek() {
                        Some(b'"') => self.key().map(|()| true),
                        _ => self.unexpected(Some("Expected double-quoted property name in JSON")),
                    };
                }
                (Some(b'['), Some(b',')) => {
                    self.at += 1;
                    return Ok(true);
                }
                (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')) => {
                    self.at += 1;
                    self.open.pop();
                }
                (Some(b'{'), _) => {
                    let what = "Expected ',' or '}' after property value in JSON";
                    return self.unexpected(Some(what));
                }
                (Some(_), _) => {
                    let what = "Expected ',' or ']' after array element in JSON";
                    return self.unexpected(Some(what));
                }
            }
        }
    }

    fn key(&mut self) -> Step {
        self.string()?;
        match self.peek() {
            Some(b':') => {
                self.at += 1;
                Ok(())
            }
            _ => self.unexpected(Some("Expected ':' after property name in JSON")),
        }
    }

    fn string(&mut self) -> Step {
        self.at += 1;
        loop {
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.at += 1;
                    self.escape()?;
                }
                Some(0..0x20) => {
                    let what = "Bad control character in string literal in JSON";
                    return self.unexpected(Some(what));
                }
                Some(_) => self.at += 1,
                None => return self.unexpected(Some("Unterminated string in JSON")),
            }
        }
    }

    fn escape(&mut self) -> Step {
        match self.byte() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    match self.byte() {
                        Some(digit) if digit.is_ascii_hexdigit() => self.at += 1,
                        None => return self.unexpected(Some("Unterminated string in JSON")),
                        Some(_) => return self.unexpected(Some("Bad Unicode escape in JSON")),
                    }
                }
            }
            None => return self.unexpected(Some("Unterminated string in JSON")),
            Some(_) => return self.unexpected(Some("Bad escaped character in JSON")),
        }
        Ok(())
    }

    fn number(&mut self) -> Step {
        if self.byte() == Some(b'-') {
            self.at += 1;
            if !self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
                return self.unexpected(Some("No number after minus sign in JSON"));
            }
        }
        if self.byte() == Some(b'0') {
            self.at += 1;
            if self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
                return self.unexpected(None);
            }
        }
        self.digits();
        if self.byte() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return self.unexpected(Some("Unterminated fractional number in JSON"));
            }
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return self.unexpected(Some("Exponent part is missing a number in JSON"));
            }
        }
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn literal(&mut self, word: &str) -> Step {
        for expected in word.bytes() {
            if self.byte() != Some(expected) {
                return self.unexpected(None);
            }
            self.at += 1;
        }
        Ok(())
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        self.byte()
    }

    fn unexpected<T>(&self, what: Option<&str>) -> Result<T, String> {
        let before = &self.text[..self.at];
        let position = before.encode_utf16().count();
        let line = before.matches('\n').count() + 1;
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let column = before[line_start..].encode_utf16().count() + 1;
        let place = format!("at position {position} (line {line} column {column})");
        if let Some(what) = what {
            return Err(format!("{what} {place}"));
        }
        let Some(token) = self.text[self.at..].chars().next() else {
            return Err("Unexpected end of JSON input".to_owned());
        };
        match token {
            '-' | '0'..='9' => return Err(format!("Unexpected number in JSON {place}")),
            '"' => return Err(format!("Unexpected string in JSON {place}")),
            _ => {}
        }
        if matches!(
            self.text,
            "undefined" | "NaN" | "Infinity" | "[object Object]"
        ) {
            return Err(format!("\"{}\" is not valid JSON", self.text));
        }
        // Long texts are shown around the place.
        let units: Vec<u16> = self.text.encode_utf16().collect();
        let is_short = units.len() <= 2 * CONTEXT;
        let start = if is_short {
            0
        } else {
            position.saturating_sub(CONTEXT)
        };
        let end = if is_short {
            units.len()
        } else {
            units.len().min(position + CONTEXT)
        };
        let head = if start > 0 { "..." } else { "" };
        let tail = if end < units.len() { "..." } else { "" };
        let shown = String::from_utf16_lossy(&units[start..end]);
        Err(format!(
            "Unexpected token '{token}', {head}\"{shown}\"{tail} is not valid JSON"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_told_as_javascript_tells_them() {
        let faults = [
            ("", "Unexpected end of JSON input"),
            (
                "{",
                "Expected property name or '}' in JSON at position 1 (line 1 column 2)",
            ),
            (
                "{\"a\" 1}",
                "Expected ':' after property name in JSON at position 5 (line 1 column 6)",
            ),
            (
                "[1\n2]",
                "Expected ',' or ']' after array element in JSON at position 3 (line 2 column 1)",
            ),
            (
                "{\"a\":1,}",
                "Expected double-quoted property name in JSON at position 7 (line 1 column 8)",
            ),
            (
                "{\"a\":1 2",
                "Expected ',' or '}' after property value in JSON at position 7 (line 1 column 8)",
            ),
            (
                "1 2",
                "Unexpected non-whitespace character after JSON at position 2 (line 1 column 3)",
            ),
            (
                "01",
                "Unexpected number in JSON at position 1 (line 1 column 2)",
            ),
            (
                "-x",
                "No number after minus sign in JSON at position 1 (line 1 column 2)",
            ),
            (
                "\"a",
                "Unterminated string in JSON at position 2 (line 1 column 3)",
            ),
            (
                "\"\\q\"",
                "Bad escaped character in JSON at position 2 (line 1 column 3)",
            ),
            ("undefined", "\"undefined\" is not valid JSON"),
            ("[tru]", "Unexpected token ']', \"[tru]\" is not valid JSON"),
            (
                "[1, 2, 3, 4, x, 5, 6, 7, 8, 9]",
                "Unexpected token 'x', ...\" 2, 3, 4, x, 5, 6, 7\"... is not valid JSON",
            ),
        ];

        for (text, message) in faults {
            assert_eq!(parse(text), Err(message.to_owned()), "{text}");
        }
    }

    #[test]
    fn nesting_is_bounded_without_recursion() {
        let deep = "[".repeat(1_000_000);
        let most = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));

        assert_eq!(
            parse(&deep),
            Err("nested deeper than 500 levels".to_owned())
        );
        assert!(parse(&most).is_ok());
    }
}
