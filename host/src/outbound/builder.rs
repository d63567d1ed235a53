//! The settings of an [`HttpOutbound`].

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rustls_platform_verifier::BuilderVerifierExt as _;

use super::client::{HttpOutbound, Inner};
use super::credentials::Keychain;
use super::policy::Policy;
use super::resolve::{Checked, Resolver, SystemResolver};
use crate::error::{Error, ErrorKind};

/// How long a connection to a server may take to be opened.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection that nobody uses is kept. Short, so that a name that points to
/// another place is asked again soon.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// What requests say they are from, unless the program says something else.
const USER_AGENT: &str = concat!("codecell/", env!("CARGO_PKG_VERSION"));

/// Settings of an [`HttpOutbound`].
///
/// Defaults: no credentials, the machine's resolver.
#[must_use = "call `build`"]
pub struct HttpOutboundBuilder {
    policy: Policy,
    credentials: Vec<(String, String, String)>,
    resolver: Arc<dyn Resolver>,
}

impl fmt::Debug for HttpOutboundBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpOutboundBuilder")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

impl HttpOutboundBuilder {
    pub(super) fn new(policy: Policy) -> Self {
        Self {
            policy,
            credentials: Vec::new(),
            resolver: Arc::new(SystemResolver),
        }
    }

    /// Adds a header to every request for an origin such as `https://api.github.com`.
    ///
    /// The program never sees it. Headers of that name, `authorization` and `cookie` that the
    /// program sets for that origin are left out; the value is taken out of responses where
    /// it comes back as it was; cookies that the origin sets are kept from the program; and
    /// once a request was redirected to another origin, it gets no credentials any more.
    pub fn credential(
        mut self,
        origin: impl Into<String>,
        header: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.credentials
            .push((origin.into(), header.into(), value.into()));
        self
    }

    /// [`credential`](Self::credential) of the form `Authorization: Bearer …`.
    pub fn bearer(self, origin: impl Into<String>, token: impl fmt::Display) -> Self {
        self.credential(origin, "authorization", format!("Bearer {token}"))
    }

    /// Sets who finds the addresses of hosts.
    pub fn resolver(mut self, resolver: impl Resolver + 'static) -> Self {
        self.resolver = Arc::new(resolver);
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// Of kind [`Outbound`](ErrorKind::Outbound) when a setting of the policy or a credential
    /// cannot be used, or when the machine has no roots of trust for TLS.
    pub fn build(self) -> Result<HttpOutbound, Error> {
        let fault = |what: String| Error::new(ErrorKind::Outbound(what));
        let rules = Arc::new(self.policy.rules().map_err(fault)?);
        let mut keychain = Keychain::default();
        for (origin, name, value) in &self.credentials {
            keychain.add(origin, name, value).map_err(fault)?;
        }
        let resolver = Checked {
            resolver: self.resolver,
            rules: Arc::clone(&rules),
        };
        let client = client(resolver).map_err(|error| {
            let what = "the HTTP client could not be made".to_owned();
            Error::with_source(ErrorKind::Outbound(what), error)
        })?;
        Ok(HttpOutbound(Arc::new(Inner {
            rules,
            keychain,
            client,
        })))
    }
}

/// A client that does nothing by itself: it follows no redirect, asks no proxy, keeps no
/// cookie, repeats nothing and inflates nothing.
fn client(resolver: Checked) -> Result<reqwest::Client, Box<dyn std::error::Error + Send + Sync>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(resolver)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .referer(false)
        .http1_only()
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(IDLE_TIMEOUT);
    Ok(client.build()?)
}
