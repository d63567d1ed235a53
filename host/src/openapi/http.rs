//! What is sent and what comes back, as plain data.

use std::fmt;

use serde_json::Value;

use super::error::CallError;
use super::media::Media;
use crate::Bytes;

/// Characters of a failed response's body that its error repeats.
///
/// A server would otherwise decide how much of the model's context an error
/// page fills.
const MAX_ERROR_CHARS: usize = 4000;

/// A request to send.
///
/// It carries credentials: do not log it, do not show it to a program, and do
/// not follow a redirect to another origin with it. Its `Debug` form leaves
/// them out.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The method in capitals.
    pub method: String,
    /// The absolute URL, ASCII only.
    pub url: String,
    /// Headers; the names are in small letters and each comes once.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one. Its type is among the headers.
    pub body: Option<Vec<u8>>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.url.split('?').next().unwrap_or_default())
            .field("headers", &names)
            .field("body_bytes", &self.body.as_ref().map(Vec::len))
            .finish()
    }
}

/// A response as it was received.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Headers; only `content-type`, in any case, is read.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// The value that the program sees: JSON as its value, text as a string,
    /// anything else as [`Bytes`]; an empty body is `null`. Without a type the
    /// body is text if it can be.
    ///
    /// # Errors
    ///
    /// When the status is not 2xx: `HTTP 404: ` with the body, of which at most
    /// 4,000 characters are kept. When a body that calls itself JSON is not.
    ///
    /// # Examples
    ///
    /// ```
    /// use codecell::openapi::Response;
    /// use serde_json::json;
    ///
    /// let mut response = Response {
    ///     status: 200,
    ///     headers: vec![("Content-Type".into(), "application/json".into())],
    ///     body: br#"{"id": 7}"#.to_vec(),
    /// };
    /// assert_eq!(response.clone().into_value(), Ok(json!({"id": 7})));
    ///
    /// response.status = 404;
    /// assert_eq!(response.into_value().unwrap_err().to_string(), r#"HTTP 404: {"id": 7}"#);
    /// ```
    pub fn into_value(self) -> Result<Value, CallError> {
        if !(200..300).contains(&self.status) {
            return Err(self.failure());
        }
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        let media = self.media_type().map(Media::of);
        match media {
            Some(Media::Json) => serde_json::from_slice(&self.body).map_err(|error| {
                let text = clipped(&self.body);
                CallError::http(
                    self.status,
                    format!("the response says that it is JSON, but is not ({error}): {text}"),
                )
            }),
            Some(Media::Bytes | Media::Multipart) => bytes(self.body),
            Some(Media::Text | Media::Form) | None => match String::from_utf8(self.body) {
                Ok(text) => Ok(Value::String(text)),
                Err(error) => bytes(error.into_bytes()),
            },
        }
    }

    fn media_type(&self) -> Option<&str> {
        let mut headers = self.headers.iter();
        let header = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        header.map(|(_, value)| value.as_str())
    }

    fn failure(&self) -> CallError {
        let text = clipped(&self.body);
        let message = match text.trim() {
            "" => format!("HTTP {}", self.status),
            text => format!("HTTP {}: {text}", self.status),
        };
        CallError::http(self.status, message)
    }
}

fn bytes(body: Vec<u8>) -> Result<Value, CallError> {
    serde_json::to_value(Bytes(body)).map_err(|error| CallError::new(error.to_string()))
}

fn clipped(body: &[u8]) -> String {
    // No character takes more than four bytes.
    let head = &body[..body.len().min(4 * MAX_ERROR_CHARS)];
    let text = String::from_utf8_lossy(head);
    let shown: String = text.chars().take(MAX_ERROR_CHARS).collect();
    if shown.len() < body.len() {
        format!("{shown}… ({} bytes in all)", body.len())
    } else {
        shown
    }
}

/// Whether a header is none that a program or a parameter may set: it decides
/// who asks, or how the message is taken apart.
pub(super) fn is_header_of_the_host(name: &str) -> bool {
    const NAMES: [&str; 15] = [
        "accept",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn response(status: u16, media_type: &str, body: &[u8]) -> Response {
        let headers = match media_type {
            "" => Vec::new(),
            media_type => vec![("Content-Type".to_owned(), media_type.to_owned())],
        };
        Response {
            status,
            headers,
            body: body.to_vec(),
        }
    }

    #[test]
    fn a_body_becomes_the_value_that_its_type_says() {
        let cases = [
            ("application/json; charset=utf-8", &b"[1]"[..], json!([1])),
            ("application/vnd.api+json", b"\"x\"", json!("x")),
            ("text/plain", b"42", json!("42")),
            ("application/xml", b"<a/>", json!("<a/>")),
            ("text/plain", b"\xff", json!({"$bytes": "/w=="})),
            ("image/png", b"ab", json!({"$bytes": "YWI="})),
            ("application/json", b"", json!(null)),
            ("", b"text", json!("text")),
            ("", b"\xff", json!({"$bytes": "/w=="})),
        ];
        for (media_type, body, expected) in cases {
            assert_eq!(
                response(200, media_type, body).into_value(),
                Ok(expected),
                "{media_type}"
            );
        }
        assert_eq!(response(204, "", b"").into_value(), Ok(json!(null)));
    }

    #[test]
    fn a_failure_says_status_and_body() {
        let error = response(422, "application/json", b"{\"a\":1}")
            .into_value()
            .unwrap_err();
        assert_eq!(
            (error.status(), error.to_string()),
            (Some(422), "HTTP 422: {\"a\":1}".into())
        );

        let error = response(304, "", b" ").into_value().unwrap_err();
        assert_eq!(error.to_string(), "HTTP 304");

        let error = response(500, "", "ü".repeat(5000).as_bytes())
            .into_value()
            .unwrap_err();
        let expected = format!("HTTP 500: {}… (10000 bytes in all)", "ü".repeat(4000));
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_body_that_is_not_the_json_it_claims_to_be_is_an_error() {
        let error = response(200, "application/json", b"<html>")
            .into_value()
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "the response says that it is JSON, but is not \
             (expected value at line 1 column 1): <html>"
        );

        let deep = "[".repeat(100_000);
        let error = response(200, "application/json", deep.as_bytes())
            .into_value()
            .unwrap_err();
        assert_eq!(error.status(), Some(200));
    }

    #[test]
    fn the_debug_form_of_a_request_holds_no_secret() {
        let request = Request {
            method: "GET".into(),
            url: "https://h/a?key=secret".into(),
            headers: vec![("authorization".into(), "secret".into())],
            body: Some(b"secret".to_vec()),
        };
        assert_eq!(
            format!("{request:?}"),
            r#"Request { method: "GET", url: "https://h/a", headers: ["authorization"], body_bytes: Some(6) }"#
        );
    }
}
