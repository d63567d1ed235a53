//! Servers that speak streamable HTTP.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rustls_platform_verifier::BuilderVerifierExt as _;

use super::limits::MAX_MESSAGE_BYTES;

/// Redirects of one request that are followed.
const MAX_REDIRECTS: usize = 5;

/// How long a connection to the server may take to be opened.
const OPEN_TIMEOUT: Duration = Duration::from_secs(10);

/// How to reach a server over streamable HTTP.
///
/// Requests go to the origin of the URL and nowhere else: a redirect to another
/// one is an error, so that headers and tokens never reach a stranger.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpServer {
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) bearer: Option<String>,
}

/// Values of headers, the token, and what of the URL may hold a secret are left out.
impl fmt::Debug for HttpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("HttpServer")
            .field("headers", &headers)
            .field("bearer", &self.bearer.as_ref().map(|_| "***"))
            .finish_non_exhaustive()
    }
}

impl HttpServer {
    /// A server at this URL, of `http` or `https`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            headers: Vec::new(),
            bearer: None,
        }
    }

    /// Adds a header to every request.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sends `Authorization: Bearer …` with every request.
    #[must_use]
    pub fn bearer(mut self, token: impl Into<String>) -> Self {
        self.bearer = Some(token.into());
        self
    }

    /// The first field that cannot be sent, and why.
    pub(super) fn check(&self) -> Result<(), (String, String)> {
        self.parsed().map(drop)
    }

    fn parsed(&self) -> Result<HashMap<HeaderName, HeaderValue>, (String, String)> {
        let in_url = |problem: &str| ("url".to_owned(), problem.to_owned());
        let url = reqwest::Url::parse(&self.url).map_err(|error| in_url(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(in_url("it must begin with http:// or https://"));
        }
        let mut headers = HashMap::new();
        for (name, value) in &self.headers {
            let in_header = |problem: &str| (format!("headers.{name}"), problem.to_owned());
            let key =
                HeaderName::try_from(name).map_err(|_| in_header("this is no name of a header"))?;
            let mut value = HeaderValue::try_from(value)
                .map_err(|_| in_header("a character of its value cannot be sent"))?;
            value.set_sensitive(true);
            headers.insert(key, value);
        }
        Ok(headers)
    }

    pub(super) fn transport(
        &self,
    ) -> Result<StreamableHttpClientTransport<reqwest::Client>, String> {
        let headers = self
            .parsed()
            .map_err(|(field, problem)| format!("{field}: {problem}"))?;
        let mut config = StreamableHttpClientTransportConfig::with_uri(self.url.as_str())
            .custom_headers(headers)
            .max_sse_event_size(MAX_MESSAGE_BYTES)
            .max_json_response_size(MAX_MESSAGE_BYTES);
        if let Some(token) = &self.bearer {
            config = config.auth_header(token);
        }
        let client = client().map_err(|error| error.to_string())?;
        Ok(StreamableHttpClientTransport::with_client(client, config))
    }
}

fn client() -> Result<reqwest::Client, Box<dyn std::error::Error>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .connect_timeout(OPEN_TIMEOUT)
        .redirect(Policy::custom(|attempt| {
            let first = attempt.previous().first();
            let is_home = first.is_some_and(|first| first.origin() == attempt.url().origin());
            // Other kinds make a GET of a POST, and lose the message.
            let keeps_body = matches!(attempt.status().as_u16(), 307 | 308);
            if is_home && keeps_body && attempt.previous().len() <= MAX_REDIRECTS {
                attempt.follow()
            } else {
                attempt.stop()
            }
        }));
    Ok(client.build()?)
}
