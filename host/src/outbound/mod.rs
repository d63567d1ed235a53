//! The requests of a program's `fetch`, and who performs them.
//!
//! A cell has no network. A run that is given an [`Outbound`] has a `fetch` that asks it:
//! [`OutboundRequest`] in, [`OutboundResponse`] or [`OutboundError`] out. Such a request is
//! a call like that of any tool: it is recorded, counted, limited and cancelled with its
//! run. What a guest says is checked here, so an implementation sees well-formed requests
//! only; which of them go out is its own decision.
//!
//! Feature `outbound` has an implementation: `HttpOutbound` performs requests under a
//! `Policy`.

#[cfg(feature = "outbound")]
mod address;
#[cfg(feature = "outbound")]
mod builder;
#[cfg(feature = "outbound")]
mod client;
#[cfg(feature = "outbound")]
mod credentials;
mod fetch;
mod headers;
#[cfg(feature = "outbound")]
mod host;
mod message;
#[cfg(feature = "outbound")]
mod policy;
#[cfg(feature = "outbound")]
mod resolve;
#[cfg(all(feature = "openapi", feature = "outbound"))]
mod sender;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

#[cfg(feature = "outbound")]
pub use self::builder::HttpOutboundBuilder;
#[cfg(feature = "outbound")]
pub use self::client::HttpOutbound;
pub(crate) use self::fetch::{NAMESPACE, provider};
pub use self::message::{
    OutboundError, OutboundErrorKind, OutboundRequest, OutboundResponse, Redirect,
};
#[cfg(feature = "outbound")]
pub use self::policy::Policy;
#[cfg(feature = "outbound")]
pub use self::resolve::{ResolveFuture, Resolver, SystemResolver};

/// What [`Outbound::send`] returns.
pub type OutboundFuture<'a> =
    Pin<Box<dyn Future<Output = Result<OutboundResponse, OutboundError>> + Send + 'a>>;

/// Performs the requests of programs. `HttpOutbound` is the one to use; implement this to
/// answer them from elsewhere, or to decide about each.
///
/// # Examples
///
/// ```
/// use codecell::outbound::{Outbound, OutboundFuture, OutboundRequest, OutboundResponse};
/// use codecell::{ExecuteRequest, Executor as _, Sandbox};
/// use serde_json::json;
///
/// struct Echo;
///
/// impl Outbound for Echo {
///     fn send(&self, request: OutboundRequest) -> OutboundFuture<'_> {
///         let body = format!("{} {}", request.method, request.url);
///         Box::pin(async { Ok(OutboundResponse::new(200, body)) })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), codecell::Error> {
/// let code = "await (await fetch('https://example.com/a')).text()";
///
/// let result = Sandbox::new().execute(ExecuteRequest::new(code).outbound(Echo)).await?;
///
/// assert_eq!(result.outcome, Ok(json!("GET https://example.com/a")));
/// assert_eq!((&*result.calls[0].namespace, &*result.calls[0].name), ("fetch", "read"));
/// # Ok(()) }
/// ```
pub trait Outbound: Send + Sync {
    /// Performs one request. Dropping the future must be enough to stop it.
    fn send(&self, request: OutboundRequest) -> OutboundFuture<'_>;

    /// What a model should know of it, for instance which hosts can be reached.
    fn description(&self) -> Option<String> {
        None
    }
}

impl<T: Outbound + ?Sized> Outbound for Arc<T> {
    fn send(&self, request: OutboundRequest) -> OutboundFuture<'_> {
        (**self).send(request)
    }

    fn description(&self) -> Option<String> {
        (**self).description()
    }
}

/// An [`Outbound`] that was given to a run.
#[derive(Clone)]
pub(crate) struct Given(pub(crate) Arc<dyn Outbound>);

impl Given {
    pub(crate) fn new(outbound: impl Outbound + 'static) -> Self {
        Self(Arc::new(outbound))
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outbound")
    }
}
