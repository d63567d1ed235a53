//! Names to addresses, and only to those that may be reached.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::OutboundError;
use super::policy::Rules;

/// What [`Resolver::resolve`] returns.
pub type ResolveFuture = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Finds the addresses of a host. [`SystemResolver`] is the one to use; implement this to
/// ask somebody else. Whatever it says, addresses that the policy does not allow are not
/// connected to.
pub trait Resolver: Send + Sync {
    /// The addresses of a host, best first.
    fn resolve(&self, host: &str) -> ResolveFuture;
}

/// Asks the machine, as other programs on it do.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve(&self, host: &str) -> ResolveFuture {
        let host = host.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Why a name gave no address to connect to; found again in the client's error.
#[derive(Debug)]
pub(super) enum Unresolved {
    /// It has only addresses that are not allowed.
    Denied(OutboundError),
    /// It has none.
    Unknown,
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(error) => error.fmt(f),
            Self::Unknown => f.write_str("the name has no address"),
        }
    }
}

impl std::error::Error for Unresolved {}

/// Resolves for the client, which connects to what it gets and asks nobody again: what is
/// checked here is what is connected to.
pub(super) struct Checked {
    pub(super) resolver: Arc<dyn Resolver>,
    pub(super) rules: Arc<Rules>,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let rules = Arc::clone(&self.rules);
        let host = name.as_str().to_owned();
        let found = self.resolver.resolve(&host);
        Box::pin(async move {
            let found = found.await.map_err(|_| Unresolved::Unknown)?;
            let mut refused = Unresolved::Unknown;
            let mut allowed = Vec::new();
            for address in found {
                match rules.check_address(&host, address) {
                    // Port 0 is the one of the request.
                    Ok(()) => allowed.push(SocketAddr::new(address, 0)),
                    Err(error) => refused = Unresolved::Denied(error),
                }
            }
            match allowed.is_empty() {
                true => Err(refused.into()),
                false => Ok(Box::new(allowed.into_iter()) as Addrs),
            }
        })
    }
}
