//! How a server is reached, and how it is used.
#![expect(
    deprecated,
    reason = "sampling is on its way out of the protocol, and servers in use still ask for it"
)]

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use rmcp::RoleClient;
use rmcp::model::{
    CreateMessageRequestParams, CreateMessageResult, ElicitRequestParams, ElicitResult,
};
use rmcp::service::Peer;
use rmcp::transport::IntoTransport;

use super::approval::McpApproval;
use super::connection::McpConnection;
use super::dial::{Dial, Running, serve};
use super::error::{McpError, McpErrorKind};
use super::http::HttpServer;
use super::limits::{DEFAULT_CALL_DEADLINE, DEFAULT_CALL_TIMEOUT, DEFAULT_CONNECT_TIMEOUT};
use super::stdio::StdioServer;
use super::text::Secrets;
use crate::tool::Definitions;

type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// An MCP server: how it is reached and how it is used. Cheap to clone.
///
/// - Tools that call themselves destructive need approval.
/// - A call may go 60 seconds without an answer or progress, and 10 minutes in all.
/// - Starting and shaking hands may take 60 seconds.
/// - Questions to a person and requests for a model's answer are declined.
/// - Images, audio and blobs stay base64 text.
#[derive(Clone, Debug)]
pub struct McpServer {
    pub(super) name: Arc<str>,
    pub(super) dial: Dial,
    pub(super) secrets: Secrets,
    pub(super) options: Options,
}

#[derive(Clone, Debug)]
pub(super) struct Options {
    pub(super) approval: McpApproval,
    pub(super) call_timeout: Duration,
    pub(super) call_deadline: Duration,
    pub(super) connect_timeout: Duration,
    pub(super) bytes: bool,
    pub(super) rename: Option<Rename>,
    pub(super) pinned: Option<Definitions>,
    pub(super) callbacks: Callbacks,
}

/// What the embedder does for a server.
#[derive(Clone, Debug, Default)]
pub(super) struct Callbacks {
    pub(super) elicitation: Option<Asking<ElicitRequestParams, ElicitResult>>,
    pub(super) sampling:
        Option<Asking<CreateMessageRequestParams, Result<CreateMessageResult, String>>>,
    pub(super) progress: Option<OnProgress>,
}

/// A callback of the embedder; its inside is not shown.
macro_rules! callback {
    ($(#[$doc:meta])* $name:ident<$($parameter:ident),*> = $function:ty) => {
        $(#[$doc])*
        pub(super) struct $name<$($parameter),*>(Arc<$function>);

        impl<$($parameter),*> Clone for $name<$($parameter),*> {
            fn clone(&self) -> Self {
                Self(Arc::clone(&self.0))
            }
        }

        impl<$($parameter),*> fmt::Debug for $name<$($parameter),*> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    };
}

callback!(
    /// Answers a request of the server.
    Asking<Q, A> = dyn Fn(Q) -> BoxFuture<A> + Send + Sync
);
callback!(
    /// Hears of progress.
    OnProgress<> = dyn Fn(&McpProgress) + Send + Sync
);
callback!(
    /// The name under which programs call a tool, or none to leave it out.
    Rename<> = dyn Fn(&str) -> Option<String> + Send + Sync
);

impl<Q, A> Asking<Q, A> {
    pub(super) fn ask(&self, question: Q) -> BoxFuture<A> {
        (self.0)(question)
    }
}

impl OnProgress {
    pub(super) fn call(&self, progress: &McpProgress) {
        (self.0)(progress);
    }
}

impl Rename {
    pub(super) fn name_of(&self, tool: &str) -> Option<String> {
        (self.0)(tool)
    }
}

/// How far a call has come, as its server reports it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct McpProgress {
    /// The name of the server.
    pub server: String,
    /// The server's name of the tool.
    pub tool: String,
    /// How far it is.
    pub progress: f64,
    /// How far it goes, if that is known.
    pub total: Option<f64>,
    /// What it is doing.
    pub message: Option<String>,
}

impl McpServer {
    fn new(name: impl Into<String>, dial: Dial) -> Self {
        Self {
            name: name.into().into(),
            dial,
            secrets: Secrets::default(),
            options: Options {
                approval: McpApproval::default(),
                call_timeout: DEFAULT_CALL_TIMEOUT,
                call_deadline: DEFAULT_CALL_DEADLINE,
                connect_timeout: DEFAULT_CONNECT_TIMEOUT,
                bytes: false,
                rename: None,
                pinned: None,
                callbacks: Callbacks::default(),
            },
        }
    }

    /// A server that is a child process, spoken to over its standard input and output.
    pub fn stdio(name: impl Into<String>, server: StdioServer) -> Self {
        let mut secrets = Secrets::default();
        server.env.values().for_each(|value| secrets.add(value));
        let dial = Dial::new(move |caller| {
            let transport = server.start(Arc::clone(caller.wire()));
            async move {
                let transport = transport.map_err(|error| {
                    McpErrorKind::Settings(format!("its command could not be started: {error}"))
                })?;
                serve(transport, caller).await
            }
        });
        Self {
            secrets,
            ..Self::new(name, dial)
        }
    }

    /// A server that speaks streamable HTTP.
    pub fn http(name: impl Into<String>, server: HttpServer) -> Self {
        let mut secrets = Secrets::default();
        let headers = server.headers.iter().map(|(_, value)| value);
        headers
            .chain(&server.bearer)
            .for_each(|value| secrets.add(value));
        // A token may stand in the URL.
        if let Some((_, query)) = server.url.split_once('?') {
            secrets.add(query);
        }
        let dial = Dial::new(move |caller| {
            let transport = server.transport();
            async move { serve(transport.map_err(McpErrorKind::Settings)?, caller).await }
        });
        Self {
            secrets,
            ..Self::new(name, dial)
        }
    }

    /// A server that is reached by whatever `connect` makes, once for every
    /// connection: any transport of rmcp, or a pair of a reader and a writer.
    ///
    /// The bound of one message is then that of the transport.
    pub fn transport<C, F, T, E, A>(name: impl Into<String>, connect: C) -> Self
    where
        C: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<T, E>> + Send + 'static,
        T: IntoTransport<RoleClient, E, A>,
        E: std::error::Error + Send + Sync + 'static,
        A: 'static,
    {
        Self::new(
            name,
            Dial::new(move |caller| {
                let transport = connect();
                async move {
                    let transport = transport
                        .await
                        .map_err(|error| McpErrorKind::Connect(error.to_string()))?;
                    serve(transport.into_transport(), caller).await
                }
            }),
        )
    }

    /// A server to which the embedder has a running client.
    ///
    /// That client keeps its own bounds and answers the server's requests itself, so
    /// callbacks set here are not used. Changes of the list are not heard of: see
    /// [`McpConnection::refresh`]. A lost connection is not opened again.
    pub fn client(name: impl Into<String>, client: Peer<RoleClient>) -> Self {
        Self::new(
            name,
            Dial::new(move |_| std::future::ready(Ok(Running::borrowed(client.clone())))),
        )
    }

    /// Shows these values in no error.
    pub(super) fn hiding(mut self, values: &[String]) -> Self {
        values.iter().for_each(|value| self.secrets.add(value));
        self
    }

    fn change(mut self, change: impl FnOnce(&mut Options)) -> Self {
        change(&mut self.options);
        self
    }

    /// Sets which tools a person is asked about.
    #[must_use]
    pub fn approval(self, approval: McpApproval) -> Self {
        self.change(|options| options.approval = approval)
    }

    /// Uses the server only while its tools and instructions are these, which
    /// [`ToolProvider::definitions`](crate::ToolProvider::definitions) gave when somebody
    /// had looked at them.
    #[must_use]
    pub fn pinned(self, definitions: Definitions) -> Self {
        self.change(|options| options.pinned = Some(definitions))
    }

    /// Sets how long a call may go without an answer or a progress report.
    ///
    /// While a question of the server is open, only the deadline counts.
    #[must_use]
    pub fn call_timeout(self, timeout: Duration) -> Self {
        self.change(|options| options.call_timeout = timeout)
    }

    /// Sets how long a call may take in all.
    #[must_use]
    pub fn call_deadline(self, deadline: Duration) -> Self {
        self.change(|options| options.call_deadline = deadline)
    }

    /// Sets how long the server may take to start and shake hands.
    #[must_use]
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.change(|options| options.connect_timeout = timeout)
    }

    /// Whether images, audio and blobs of a result that is given whole are bytes: a
    /// program then receives a `Uint8Array` where the protocol has base64 text.
    #[must_use]
    pub fn bytes(self, bytes: bool) -> Self {
        self.change(|options| options.bytes = bytes)
    }

    /// Sets what a tool is called in programs, or leaves it out with `None`; it is
    /// asked with the server's name of the tool.
    #[must_use]
    pub fn rename(self, rename: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        self.change(|options| options.rename = Some(Rename(Arc::new(rename))))
    }

    /// Sets who answers when the server asks a person something.
    #[must_use]
    pub fn on_elicitation<F>(
        self,
        answer: impl Fn(ElicitRequestParams) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ElicitResult> + Send + 'static,
    {
        let asking = Asking(Arc::new(move |question| Box::pin(answer(question)) as _));
        self.change(|options| options.callbacks.elicitation = Some(asking))
    }

    /// Sets who answers when the server asks for a model's answer. An `Err` refuses, and
    /// its text goes to the server.
    #[must_use]
    pub fn on_sampling<F>(
        self,
        answer: impl Fn(CreateMessageRequestParams) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<CreateMessageResult, String>> + Send + 'static,
    {
        let asking = Asking(Arc::new(move |question| Box::pin(answer(question)) as _));
        self.change(|options| options.callbacks.sampling = Some(asking))
    }

    /// Sets who hears of the progress of calls. It must not block: the server's
    /// messages wait for it.
    #[must_use]
    pub fn on_progress(self, hear: impl Fn(&McpProgress) + Send + Sync + 'static) -> Self {
        self.change(|options| options.callbacks.progress = Some(OnProgress(Arc::new(hear))))
    }

    /// The name as it was given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Starts or reaches the server, and shakes hands with it.
    ///
    /// # Errors
    ///
    /// Of kind [`Settings`](McpErrorKind::Settings) when the settings cannot be used,
    /// of kind [`Connect`](McpErrorKind::Connect) when the server does not answer as one.
    pub async fn connect(self) -> Result<McpConnection, McpError> {
        McpConnection::open(self).await
    }
}
