//! Performs requests under a policy: each hop is checked, and so is each address.

use std::fmt;
use std::sync::Arc;

use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_LOCATION,
    CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION,
};
use reqwest::{Method, Url};

use super::builder::HttpOutboundBuilder;
use super::credentials::Keychain;
use super::policy::{Policy, Rules, denied};
use super::resolve::Unresolved;
use super::{
    Outbound, OutboundError, OutboundErrorKind, OutboundFuture, OutboundRequest, OutboundResponse,
    Redirect,
};

/// Headers of a program that may go to another origin than it named: those that any page
/// of the web may send anywhere.
const ACROSS_ORIGINS: [&str; 6] = [
    "accept",
    "accept-language",
    "content-language",
    "content-type",
    "range",
    "user-agent",
];

/// Performs requests over HTTP/1.1 and TLS, as its [`Policy`] allows. Cheap to clone; clones
/// share their connections.
///
/// It follows redirects itself and checks every one as if the program had asked for it. A
/// host is connected to at the address that was checked, whatever the name resolves to
/// later. Proxies in the environment are not asked.
#[derive(Clone)]
pub struct HttpOutbound(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) rules: Arc<Rules>,
    pub(super) keychain: Keychain,
    pub(super) client: reqwest::Client,
}

impl fmt::Debug for HttpOutbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpOutbound")
            .field("policy", &self.0.rules.policy)
            .field("keychain", &self.0.keychain)
            .finish_non_exhaustive()
    }
}

impl HttpOutbound {
    /// A client with this policy.
    pub fn builder(policy: Policy) -> HttpOutboundBuilder {
        HttpOutboundBuilder::new(policy)
    }
}

impl Outbound for HttpOutbound {
    fn send(&self, request: OutboundRequest) -> OutboundFuture<'_> {
        Box::pin(async move {
            let exchange = Exchange::read(request, Author::Program)?;
            self.0.perform(exchange).await
        })
    }

    fn description(&self) -> Option<String> {
        Some(self.0.rules.description())
    }
}

/// Who wrote the headers of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Author {
    Program,
    /// The headers, the address and the body may hold credentials: they stay at their
    /// origin.
    Host,
}

/// A request and where it stands.
pub(super) struct Exchange {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
    redirect: Redirect,
    max_response_bytes: usize,
    author: Author,
    /// Redirects that were followed.
    redirects: usize,
    /// Whether one of them led to another origin.
    has_crossed: bool,
}

fn invalid(message: &str) -> OutboundError {
    OutboundError::new(OutboundErrorKind::InvalidRequest, message)
}

impl Exchange {
    pub(super) fn read(request: OutboundRequest, author: Author) -> Result<Self, OutboundError> {
        let mut url = Url::parse(&request.url).map_err(|_| invalid("the address is no URL"))?;
        url.set_fragment(None);
        let method = Method::from_bytes(request.method.as_bytes())
            .map_err(|_| invalid("the method is none of HTTP"))?;
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers {
            let name = HeaderName::try_from(name);
            // The value is Latin-1, one byte for each character.
            let value: Option<Vec<u8>> = value.chars().map(|c| u8::try_from(c).ok()).collect();
            let value = value.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok());
            let (Ok(name), Some(value)) = (name, value) else {
                return Err(invalid("a header holds a character that cannot be sent"));
            };
            headers.append(name, value);
        }
        Ok(Self {
            method,
            url,
            headers,
            body: request.body,
            redirect: request.redirect,
            max_response_bytes: request.max_response_bytes,
            author,
            redirects: 0,
            has_crossed: false,
        })
    }

    /// The headers as they go out on this hop, and whether credentials are among them.
    fn outgoing(&self, keychain: &Keychain) -> (HeaderMap, bool) {
        let mut headers = self.headers.clone();
        // What is read is what was sent, so its size is known.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let is_applied = !self.has_crossed && keychain.apply(&self.url, &mut headers);
        (headers, is_applied)
    }

    /// Turns to where a response redirects to.
    fn follow(
        &mut self,
        status: u16,
        location: &str,
        max_redirects: usize,
    ) -> Result<(), OutboundError> {
        let broken = |message: String| OutboundError::new(OutboundErrorKind::Redirect, message);
        if self.redirects >= max_redirects {
            return Err(broken(format!("more than {max_redirects} redirects")));
        }
        let target = self.url.join(location);
        let mut target = target.map_err(|_| broken("a redirect to what is no URL".to_owned()))?;
        target.set_fragment(None);
        let is_elsewhere = target.origin() != self.url.origin();
        if is_elsewhere && self.author == Author::Host {
            return Err(broken(
                "a redirect to another origin is not followed".to_owned(),
            ));
        }
        let becomes_get = match status {
            303 => self.method != Method::GET && self.method != Method::HEAD,
            301 | 302 => self.method == Method::POST,
            _ => false,
        };
        if becomes_get {
            self.method = Method::GET;
            self.body = None;
            for name in [
                CONTENT_ENCODING,
                CONTENT_LANGUAGE,
                CONTENT_LENGTH,
                CONTENT_LOCATION,
                CONTENT_TYPE,
            ] {
                self.headers.remove(name);
            }
        }
        if is_elsewhere {
            self.has_crossed = true;
            let held: Vec<HeaderName> = self.headers.keys().cloned().collect();
            for name in held {
                if !ACROSS_ORIGINS.contains(&name.as_str()) {
                    self.headers.remove(name);
                }
            }
        }
        self.redirects += 1;
        self.url = target;
        Ok(())
    }
}

impl Inner {
    /// Performs a request in the time that the policy gives it.
    pub(super) async fn perform(
        &self,
        exchange: Exchange,
    ) -> Result<OutboundResponse, OutboundError> {
        let timeout = self.rules.policy.timeout;
        let answered = tokio::time::timeout(timeout, self.hops(exchange)).await;
        let late = |_| {
            let message = format!("no whole response came within {} ms", timeout.as_millis());
            Err(OutboundError::new(OutboundErrorKind::Timeout, message))
        };
        let mut response = answered.unwrap_or_else(late)?;
        self.keychain.redact(&mut response);
        Ok(response)
    }

    async fn hops(&self, mut exchange: Exchange) -> Result<OutboundResponse, OutboundError> {
        let policy = &self.rules.policy;
        let body_bytes = exchange.body.as_ref().map_or(0, Vec::len);
        if body_bytes > policy.max_request_bytes {
            let message = format!(
                "the body of the request is {body_bytes} bytes, over the limit of {}; send less",
                policy.max_request_bytes
            );
            return Err(OutboundError::new(OutboundErrorKind::TooLarge, message));
        }
        loop {
            let checked = self.rules.check(exchange.method.as_str(), &exchange.url);
            checked.map_err(|error| match exchange.redirects {
                0 => error,
                _ => denied(format!("redirected: {error}")),
            })?;
            let (headers, has_credentials) = exchange.outgoing(&self.keychain);
            let mut request = self
                .client
                .request(exchange.method.clone(), exchange.url.clone())
                .headers(headers);
            if let Some(body) = &exchange.body {
                request = request.body(body.clone());
            }
            let sent = request.send().await;
            let response = sent.map_err(|error| explain(error, &exchange.url))?;
            let location = redirect_of(&response);
            match (location, exchange.redirect) {
                (Some(_), Redirect::Error) => {
                    let message = "the response is a redirect, and the request forbids them";
                    return Err(OutboundError::new(OutboundErrorKind::Redirect, message));
                }
                (Some(location), Redirect::Follow) => {
                    let status = response.status().as_u16();
                    exchange.follow(status, &location, policy.max_redirects)?;
                }
                _ => return self.received(response, &exchange, has_credentials).await,
            }
        }
    }

    /// Reads a response to its end.
    async fn received(
        &self,
        mut response: reqwest::Response,
        exchange: &Exchange,
        has_credentials: bool,
    ) -> Result<OutboundResponse, OutboundError> {
        let policy = &self.rules.policy;
        let limit = policy.max_response_bytes.min(exchange.max_response_bytes);
        let too_large = || {
            let message = format!("the body of the response is over {limit} bytes; ask for less");
            OutboundError::new(OutboundErrorKind::TooLarge, message)
        };
        let is_head = exchange.method == Method::HEAD;
        if !is_head
            && response
                .content_length()
                .is_some_and(|length| length > limit as u64)
        {
            return Err(too_large());
        }
        let mut body = Vec::new();
        loop {
            let chunk = response.chunk().await;
            let Some(chunk) = chunk.map_err(|error| explain(error, &exchange.url))? else {
                break;
            };
            if body.len() + chunk.len() > limit {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        let status = response.status();
        let headers = response.headers().iter();
        // Who has a session that was made with our credentials needs no credentials.
        let headers = headers.filter(|(name, _)| !(has_credentials && *name == "set-cookie"));
        Ok(OutboundResponse {
            status: status.as_u16(),
            status_text: status.canonical_reason().unwrap_or_default().to_owned(),
            url: exchange.url.to_string(),
            redirected: exchange.redirects > 0,
            headers: headers
                .map(|(name, value)| (name.to_string(), latin1(value)))
                .collect(),
            body,
        })
    }
}

/// Where a response redirects to.
fn redirect_of(response: &reqwest::Response) -> Option<String> {
    let is_redirect = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = response.headers().get(LOCATION).filter(|_| is_redirect)?;
    Some(String::from_utf8_lossy(location.as_bytes()).into_owned())
}

fn latin1(value: &HeaderValue) -> String {
    value
        .as_bytes()
        .iter()
        .map(|byte| char::from(*byte))
        .collect()
}

/// What went wrong, without what a program should not know: addresses of machines, the
/// rest of the URL.
fn explain(error: reqwest::Error, url: &Url) -> OutboundError {
    let host = url.host_str().unwrap_or_default();
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(it) = cause {
        match it.downcast_ref::<Unresolved>() {
            Some(Unresolved::Denied(why)) => return denied(why.to_string()),
            Some(Unresolved::Unknown) => {
                let message = format!("the host {host} is not known");
                return OutboundError::new(OutboundErrorKind::Resolve, message);
            }
            None => cause = it.source(),
        }
    }
    let (kind, message) = if error.is_timeout() {
        (
            OutboundErrorKind::Timeout,
            format!("the host {host} does not answer"),
        )
    } else if error.is_connect() {
        (
            OutboundErrorKind::Connect,
            format!("cannot connect to {host}"),
        )
    } else if error.is_builder() {
        (
            OutboundErrorKind::InvalidRequest,
            "the request cannot be sent".to_owned(),
        )
    } else {
        (
            OutboundErrorKind::Protocol,
            format!("the response of {host} broke off, or is not HTTP"),
        )
    };
    OutboundError::new(kind, message).source(error.without_url())
}
