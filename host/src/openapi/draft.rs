//! A request as the program made it, before the host signs it.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::body::Written;
use super::credentials::{Applied, Keychain, is_token};
use super::error::CallError;
use super::escape;
use super::http::{Request, is_header_of_the_host};
use super::parameter::Place;

/// The parts of a request, from the program's arguments alone.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) method: String,
    /// Absolute; it may have a query.
    pub(super) url: String,
    /// Escaped names and values.
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: Vec<(String, String)>,
    /// Escaped names and values.
    pub(super) cookies: Vec<(String, String)>,
    pub(super) accept: String,
    pub(super) body: Option<Written>,
}

impl Draft {
    /// Adds a header of the program.
    pub(super) fn header(&mut self, name: &str, value: String) -> Result<(), CallError> {
        if !is_token(name) || is_header_of_the_host(name) {
            return Err(CallError::new(format!(
                "header `{name}` cannot be set by a program"
            )));
        }
        if value.contains(|c: char| c.is_control() && c != '\t') {
            return Err(CallError::new(format!(
                "the value of header `{name}` has a control character in it"
            )));
        }
        let name = name.to_ascii_lowercase();
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value));
        Ok(())
    }

    /// Adds the credentials that `keychain` has for `security`.
    ///
    /// A program that sets by itself what a credential sets is refused: one of
    /// both would win, and which one is up to the server.
    pub(super) fn sign(
        mut self,
        keychain: &Keychain,
        security: Option<&Value>,
    ) -> Result<Request, CallError> {
        if let Some(applied) = keychain.all().find(|applied| self.sets(applied)) {
            return Err(CallError::new(format!(
                "{} `{}` is set by the host; leave it out",
                applied.place.word(),
                applied.name
            )));
        }
        let mut headers = Vec::new();
        if !self.accept.is_empty() {
            headers.push(("accept".to_owned(), self.accept));
        }
        headers.append(&mut self.headers);
        for applied in keychain.select(security) {
            let (name, value) = (applied.name.clone(), applied.value.clone());
            match applied.place {
                Place::Header => headers.push((name, value)),
                Place::Cookie => self.cookies.push((name, value)),
                Place::Query | Place::Path => {
                    self.query.push((escape::data(&name), escape::data(&value)));
                }
            }
        }
        if !self.cookies.is_empty() {
            headers.push(("cookie".to_owned(), joined(&self.cookies, "; ")));
        }
        let body = self.body.map(|written| {
            headers.push(("content-type".to_owned(), written.content_type));
            written.bytes
        });
        if !self.query.is_empty() {
            self.url
                .push(if self.url.contains('?') { '&' } else { '?' });
            self.url.push_str(&joined(&self.query, "&"));
        }
        Ok(Request {
            method: self.method,
            url: self.url,
            headers,
            body,
        })
    }

    /// Whether the program sets the same thing as a credential.
    fn sets(&self, applied: &Applied) -> bool {
        let has = |pairs: &[(String, String)]| pairs.iter().any(|(name, _)| names(name, applied));
        match applied.place {
            Place::Header => self.headers.iter().any(|(name, _)| *name == applied.name),
            Place::Cookie => has(&self.cookies),
            Place::Query | Place::Path => {
                let query = self.url.split_once('?').map_or("", |(_, query)| query);
                let mut keys = query
                    .split('&')
                    .map(|pair| pair.split('=').next().unwrap_or(pair));
                has(&self.query) || keys.any(|key| names(key, applied))
            }
        }
    }
}

/// Whether an escaped name is the credential's, to a reader of forms.
fn names(name: &str, applied: &Applied) -> bool {
    let name = name.replace('+', " ");
    percent_decode_str(&name).decode_utf8_lossy() == applied.name
}

fn joined(pairs: &[(String, String)], separator: &str) -> String {
    let pairs = pairs.iter().map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join(separator)
}
