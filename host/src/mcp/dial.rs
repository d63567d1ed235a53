//! Opening a connection, whatever lies below it.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use rmcp::RoleClient;
use rmcp::model::{ProtocolVersion, SubscriptionFilter};
use rmcp::service::{
    ClientInitializeError, ClientLifecycleMode, ClientServiceExt as _, Peer, RunningService,
    Subscription,
};
use rmcp::transport::Transport;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::caller::{Caller, Greeting};
use super::error::McpErrorKind;
use super::guard::Guarded;
use super::limits::SUBSCRIBE_TIMEOUT;

type Dialing = Pin<Box<dyn Future<Output = Result<Running, NoDial>> + Send>>;

/// Why no connection was opened.
#[derive(Debug)]
pub(super) enum NoDial {
    Failed(McpErrorKind),
    /// The server answered the greeting with this error.
    Refused(String),
}

impl From<McpErrorKind> for NoDial {
    fn from(kind: McpErrorKind) -> Self {
        Self::Failed(kind)
    }
}

/// Opens one connection after another to the same server.
#[derive(Clone)]
pub(super) struct Dial(Arc<dyn Fn(Caller) -> Dialing + Send + Sync>);

impl fmt::Debug for Dial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dial")
    }
}

impl Dial {
    pub(super) fn new<F>(dial: impl Fn(Caller) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Running, NoDial>> + Send + 'static,
    {
        Self(Arc::new(move |caller| Box::pin(dial(caller))))
    }

    pub(super) fn open(&self, caller: Caller) -> Dialing {
        (self.0)(caller)
    }
}

/// A connection that works. Dropping it closes the connection, unless it is borrowed.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) peer: Peer<RoleClient>,
    /// None when it is borrowed, or closed.
    service: Mutex<Option<RunningService<RoleClient, Caller>>>,
    /// Keeps changes of the list coming, where they come only when asked for.
    _changes: Option<Subscription>,
}

impl Running {
    pub(super) fn borrowed(peer: Peer<RoleClient>) -> Self {
        Self {
            peer,
            service: Mutex::default(),
            _changes: None,
        }
    }

    /// Closes the connection and waits until it is.
    pub(super) async fn close(&self) {
        if let Some(mut service) = self.service.lock().await.take() {
            // What it ended with is of no interest any more.
            let _ = service.close().await;
        }
    }
}

/// Shakes hands over a transport.
pub(super) async fn serve<T>(transport: T, caller: Caller) -> Result<Running, NoDial>
where
    T: Transport<RoleClient> + 'static,
{
    let wire = Arc::clone(caller.wire());
    let guarded = Guarded::new(transport, Arc::clone(&wire));
    let lifecycle = match caller.greeting {
        Greeting::Initialize => ClientLifecycleMode::Initialize,
        Greeting::Discover => ClientLifecycleMode::Discover {
            preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        },
    };
    match caller.serve_with_lifecycle(guarded, lifecycle).await {
        Ok(service) => Ok(Running {
            peer: service.peer().clone(),
            _changes: subscribed(service.peer()).await,
            service: Mutex::new(Some(service)),
        }),
        Err(ClientInitializeError::ConnectionClosed(_)) => {
            Err(McpErrorKind::Connect(wire.reason().to_owned()).into())
        }
        Err(ClientInitializeError::JsonRpcError(error)) => Err(NoDial::Refused(error.to_string())),
        Err(error) => Err(McpErrorKind::Connect(error.to_string()).into()),
    }
}

/// Asks for changes of the list, where a server sends them only then. Without them
/// the list is as good as a server that never changes it.
async fn subscribed(peer: &Peer<RoleClient>) -> Option<Subscription> {
    let info = peer.peer_info()?;
    let changes = info.capabilities.tools.as_ref()?.list_changed?;
    if !changes || info.protocol_version.has_initialize() {
        return None;
    }
    let filter = SubscriptionFilter::builder().tools_list_changed().build();
    timeout(SUBSCRIBE_TIMEOUT, peer.listen(filter))
        .await
        .ok()?
        .ok()
}
