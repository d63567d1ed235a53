//! Streamable HTTP: any number of clients, over a listener of the embedder's.

use std::convert::Infallible;
use std::sync::Arc;

use http_body_util::{BodyExt as _, Either, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::McpCodeServer;
use crate::error::{Error, ErrorKind};
use crate::record::digest;

/// A server over streamable HTTP.
///
/// Defaults: requests must name a loopback host, as a web page that was led here by its own
/// name server does not; no `Origin` is allowed, so no web page at all; no token.
#[derive(Clone, Debug)]
pub struct McpHttp {
    server: McpCodeServer,
    hosts: Vec<String>,
    origins: Vec<String>,
    /// Digests: comparing those tells nothing of the token.
    token: Option<String>,
}

impl McpHttp {
    /// Serves this server.
    #[must_use]
    pub fn new(server: McpCodeServer) -> Self {
        Self {
            server,
            hosts: Vec::new(),
            origins: Vec::new(),
            token: None,
        }
    }

    /// Allows a host name, or `name:port`, beside the loopback ones.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into());
        self
    }

    /// Allows web pages of this origin, as `https://app.example.com:443`.
    #[must_use]
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Requires `Authorization: Bearer …` of every request.
    #[must_use]
    pub fn bearer(mut self, token: &str) -> Self {
        self.token = Some(digest([token]));
        self
    }

    /// Serves clients until the token is cancelled.
    ///
    /// # Errors
    ///
    /// Of kind [`Serve`](ErrorKind::Serve) when the listener fails.
    pub async fn serve(self, listener: TcpListener, stop: CancellationToken) -> Result<(), Error> {
        let mut config = StreamableHttpServerConfig::default().enforce_origin_validation();
        config.allowed_hosts.extend(self.hosts);
        config.allowed_origins = self.origins;
        config.cancellation_token = stop.child_token();
        let server = self.server;
        let service = StreamableHttpService::new(
            move || Ok(server.clone()),
            Arc::new(LocalSessionManager::default()),
            config,
        );
        let token = self.token.map(Arc::<str>::from);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = stop.cancelled() => return Ok(()),
            };
            let (stream, _) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => return Err(Error::with_source(ErrorKind::Serve, error)),
            };
            let (service, token, stop) = (service.clone(), token.clone(), stop.clone());
            tokio::spawn(async move {
                let service = TowerToHyperService::new(Guarded { service, token });
                let builder = Builder::new(TokioExecutor::new());
                let connection = builder.serve_connection(TokioIo::new(stream), service);
                tokio::select! {
                    // A client that breaks off is no fault of ours.
                    _ = connection => {}
                    () = stop.cancelled() => {}
                }
            });
        }
    }
}

type Body = Either<Full<Bytes>, http_body_util::combinators::BoxBody<Bytes, Infallible>>;

type Service = StreamableHttpService<McpCodeServer, LocalSessionManager>;

/// Refuses who does not have the token.
#[derive(Clone)]
struct Guarded {
    service: Service,
    token: Option<Arc<str>>,
}

impl tower_service::Service<Request<Incoming>> for Guarded {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = futures_util::future::BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(
        &mut self,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), Infallible>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        let given = request.headers().get(hyper::header::AUTHORIZATION);
        let given = given.and_then(|it| it.to_str().ok()?.strip_prefix("Bearer "));
        let is_allowed = self
            .token
            .as_deref()
            .is_none_or(|token| given.is_some_and(|given| digest([given]) == token));
        let service = self.service.clone();
        Box::pin(async move {
            if !is_allowed {
                let body = Full::new(Bytes::from_static(
                    b"Unauthorized: a bearer token is required",
                ));
                let mut response = Response::new(Either::Left(body));
                *response.status_mut() = StatusCode::UNAUTHORIZED;
                return Ok(response);
            }
            let response = service.handle(request).await;
            Ok(response.map(|body| Either::Right(body.boxed())))
        })
    }
}
