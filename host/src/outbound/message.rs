//! A request, a response, and why there is none.

use std::fmt;
use std::sync::Arc;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// What a program asked for, checked.
///
/// The method and the names of headers are tokens of HTTP, values of headers hold no line
/// breaks, and headers that belong to whoever sends the request are not among them. The
/// address is the program's own text.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutboundRequest {
    /// The method; the standard ones are in capitals.
    pub method: String,
    /// The address. Nothing about it is checked but its length.
    pub url: String,
    /// Headers; names are in small letters and may come more than once.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<Vec<u8>>,
    /// What to do about a redirect.
    pub redirect: Redirect,
    /// Bytes of a response that the run has room for; a longer one fails the call.
    pub max_response_bytes: usize,
    /// The run that the request belongs to.
    pub execution_id: Arc<str>,
    /// The call's place in its run. With the run it identifies the request.
    pub seq: u32,
}

impl OutboundRequest {
    /// A request without headers and body.
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            url: url.into(),
            headers: Vec::new(),
            body: None,
            redirect: Redirect::default(),
            max_response_bytes: usize::MAX,
            execution_id: Arc::from(""),
            seq: 0,
        }
    }
}

impl fmt::Debug for OutboundRequest {
    /// Without what may be secret: values of headers, the query, the body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("OutboundRequest")
            .field("method", &self.method)
            .field(
                "url",
                &self.url.split(['?', '#']).next().unwrap_or_default(),
            )
            .field("headers", &names)
            .field("body_bytes", &self.body.as_ref().map(Vec::len))
            .field("redirect", &self.redirect)
            .finish_non_exhaustive()
    }
}

/// What a program wants done about redirects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Redirect {
    /// They are followed, as far as the host allows.
    #[default]
    Follow,
    /// The response that redirects is given to the program.
    Manual,
    /// The call fails.
    Error,
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutboundResponse {
    /// The status, from 200 to 599.
    pub status: u16,
    /// The words beside the status.
    pub status_text: String,
    /// Where the response is from, after redirects; the request's own address when empty.
    pub url: String,
    /// Whether a redirect was followed.
    pub redirected: bool,
    /// Headers, in any case; one that comes twice is there twice.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl OutboundResponse {
    /// A response without headers.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            body: body.into(),
            ..Self::default()
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

/// Why there is no response. The program reads the message, so no secret belongs in it.
#[derive(Debug)]
pub struct OutboundError {
    kind: OutboundErrorKind,
    message: String,
    source: Option<Source>,
}

/// The sorts of [`OutboundError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OutboundErrorKind {
    /// The host does not let the request out.
    Denied,
    /// The request is none that can be sent.
    InvalidRequest,
    /// The request or the response is longer than allowed.
    TooLarge,
    /// It took too long.
    Timeout,
    /// A redirect cannot be followed.
    Redirect,
    /// The name of the host has no address.
    Resolve,
    /// No connection could be made.
    Connect,
    /// The server did not answer as HTTP wants it.
    Protocol,
}

impl OutboundErrorKind {
    /// The stable name, which the program finds as `error.cause.code`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::InvalidRequest => "invalid_request",
            Self::TooLarge => "too_large",
            Self::Timeout => "timeout",
            Self::Redirect => "redirect",
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Protocol => "protocol",
        }
    }
}

impl OutboundError {
    /// An error that the program reads as `fetch failed: ` and this message.
    pub fn new(kind: OutboundErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    /// Keeps a cause, which the program does not see.
    #[must_use]
    pub fn source(mut self, source: impl Into<Source>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The sort of error, to match on.
    #[must_use]
    pub fn kind(&self) -> OutboundErrorKind {
        self.kind
    }
}

impl fmt::Display for OutboundError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for OutboundError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_debug_form_of_a_request_holds_no_secret() {
        let mut request = OutboundRequest::new("POST", "https://h/a?key=secret#secret");
        request.headers.push(("x-key".into(), "secret".into()));
        request.body = Some(b"secret".to_vec());
        assert_eq!(
            format!("{request:?}"),
            r#"OutboundRequest { method: "POST", url: "https://h/a", headers: ["x-key"], body_bytes: Some(6), redirect: Follow, .. }"#
        );
    }
}
