//! A server in use: its tools, its calls, and a new connection when one is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rmcp::model::CallToolRequestParams;
use serde_json::Value;
use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::caller::{Caller, Greeting};
use super::dial::NoDial;
use super::error::{McpError, McpErrorKind};
use super::limits::{CONNECT_ATTEMPTS, FIRST_BACKOFF, MAX_BACKOFF, MAX_INSTRUCTIONS_BYTES};
use super::list::{ListFault, Listed, check_names, list};
use super::result::{arguments_for, refused, unwrapped};
use super::server::McpServer;
use super::session::{NoResult, Session};
use super::text::clipped;
use super::wire::Wire;
use crate::tool::{Arguments, CallContext, Tool, ToolFailure, ToolProvider, sanitize_tool_name};

/// A connection to an MCP server. Cheap to clone; it closes when the last clone is
/// dropped, and with it every tool that was made of it.
///
/// When the connection is lost, calls under way fail, and the next call opens a new
/// one. Failures to do so are followed by waits of 250 milliseconds, doubled each
/// time up to 30 seconds; one call waits for at most three tries.
#[derive(Clone, Debug)]
pub struct McpConnection(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    server: McpServer,
    state: Mutex<State>,
    /// Connections in a row that came to nothing.
    failures: AtomicU32,
    /// Counts what the list of tools may have changed by.
    changes: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    session: Option<Arc<Session>>,
    /// When the next connection may be tried, and why the last one failed.
    retry: Option<(Instant, McpError)>,
    /// The list as it was at some count of changes.
    listed: Option<(u64, Arc<[Listed]>)>,
    instructions: Option<String>,
    is_closed: bool,
}

impl McpConnection {
    pub(super) async fn open(server: McpServer) -> Result<Self, McpError> {
        let inner = Inner {
            server,
            state: Mutex::default(),
            failures: AtomicU32::new(0),
            changes: watch::Sender::new(0),
        };
        let session = inner.dial().await?;
        inner.state.lock().await.take_up(session);
        Ok(Self(Arc::new(inner)))
    }

    /// The server's name as it was given.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.server.name()
    }

    /// What the server wants a model to know.
    pub async fn instructions(&self) -> Option<String> {
        self.0.state.lock().await.instructions.clone()
    }

    /// The tools that the server has now, as a provider that bears its name,
    /// sanitized. The list is kept until the server says that it has changed.
    ///
    /// The provider is frozen: after [`changed`](Self::changed) make another one.
    ///
    /// # Errors
    ///
    /// Of kind [`Tools`](McpErrorKind::Tools) when the list goes beyond the bounds or is
    /// none, of kind [`Changed`](McpErrorKind::Changed) when it is not what was pinned, of kind [`Collision`](McpErrorKind::Collision) when two tools become one
    /// name, of kind [`Connect`](McpErrorKind::Connect) or [`Lost`](McpErrorKind::Lost)
    /// when there is no connection.
    pub async fn provider(&self) -> Result<ToolProvider, McpError> {
        let listed = self.0.listed().await?;
        let provider = ToolProvider::new(sanitize_tool_name(self.name()))
            .tools(listed.iter().map(|listed| self.tool(listed)));
        let provider = match self.instructions().await {
            Some(instructions) => provider.instructions(instructions),
            None => provider,
        };
        if let Some(pinned) = &self.0.server.options.pinned {
            let changes = pinned.changes(&provider.definitions());
            if !changes.is_empty() {
                return Err(McpError::new(self.name(), McpErrorKind::Changed(changes)));
            }
        }
        Ok(provider)
    }

    fn tool(&self, listed: &Listed) -> Tool {
        let options = &self.0.server.options;
        let connection = self.clone();
        let name = Arc::clone(&listed.name);
        let call = move |arguments: Arguments, context: CallContext| {
            let (connection, name) = (connection.clone(), Arc::clone(&name));
            async move {
                let arguments = arguments.values();
                connection
                    .call(&name, arguments, &context.cancellation)
                    .await
            }
        };
        let hints = |name: &str| listed.annotations[name] == serde_json::Value::Bool(true);
        let mut tool = Tool::from_fn(listed.title.as_str(), call)
            .read_only(hints("readOnlyHint"))
            .idempotent(hints("idempotentHint"))
            .description(listed.description.as_str())
            .requires_approval(options.approval.asks_about(&listed.annotations));
        if let Some(schema) = &listed.input_schema {
            tool = tool.input_schema(schema.clone());
        }
        if let Some(schema) = &listed.output_schema {
            tool = tool.output_schema(schema.clone());
        }
        tool
    }

    /// Calls a tool by the server's name of it, as a program would.
    ///
    /// Dropping the future, or cancelling the token, tells the server that nobody waits
    /// for the answer any more.
    ///
    /// # Errors
    ///
    /// What a program sees: the text of the tool's own error, an error of the protocol,
    /// or why there was no answer.
    pub async fn call(
        &self,
        tool: &str,
        arguments: &[Value],
        cancellation: &CancellationToken,
    ) -> Result<Value, ToolFailure> {
        let arguments = arguments_for(tool, arguments)?;
        let params = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
        let options = &self.0.server.options;
        let session = tokio::select! {
            biased;
            () = cancellation.cancelled() => return Err(self.failure(tool, NoResult::Cancelled)),
            session = self.0.session() => session,
        };
        // The error itself is for the embedder: it may show what the server wrote.
        let session = session.map_err(|_| {
            let name = self.name();
            ToolFailure::new(format!("MCP server \"{name}\" could not be reached"))
        })?;
        let answer = session
            .call(&tool.into(), params, options, cancellation)
            .await;
        self.0.note(&session, &answer).await;
        let result = answer.map_err(|fault| self.failure(tool, fault))?;
        unwrapped(result, options.bytes)
    }

    fn failure(&self, tool: &str, fault: NoResult) -> ToolFailure {
        let server = self.name();
        ToolFailure::new(match fault {
            NoResult::Refused(error) => return refused(error),
            NoResult::Silent(limit) => format!(
                "\"{tool}\" of MCP server \"{server}\" gave no sign for {limit:?} and was cancelled"
            ),
            NoResult::Late(limit) => format!(
                "\"{tool}\" of MCP server \"{server}\" took more than {limit:?} and was cancelled"
            ),
            NoResult::Circling => format!(
                "\"{tool}\" of MCP server \"{server}\" asked for more input than can be given"
            ),
            NoResult::Cancelled => {
                format!("\"{tool}\" of MCP server \"{server}\" was cancelled")
            }
            NoResult::Lost(reason) => format!(
                "MCP server \"{server}\" was lost while \"{tool}\" ran: {reason}. What it did \
                 until then stays done."
            ),
            NoResult::Unsent(_) => format!(
                "\"{tool}\" of MCP server \"{server}\" was not answered: the request failed on \
                 its way there or back"
            ),
        })
    }

    /// Waits until the tools may be others than those of the last provider: the server
    /// says so, or a new connection was opened. Without a provider they are at once.
    pub async fn changed(&self) {
        let listed = self
            .0
            .state
            .lock()
            .await
            .listed
            .as_ref()
            .map(|(version, _)| *version);
        let mut changes = self.0.changes.subscribe();
        // It fails when the sender is gone, which `self` holds.
        let _ = changes.wait_for(|version| Some(*version) != listed).await;
    }

    /// Forgets the list of tools, so that the next provider asks for it again.
    pub fn refresh(&self) {
        self.0.changes.send_modify(|version| *version += 1);
    }

    /// For the embedder: why the last connection failed, or else what the server last
    /// wrote to its standard error (at most
    /// [`STDERR_TAIL_BYTES`](super::limits::STDERR_TAIL_BYTES)) or where messages belong,
    /// and why a request failed below the protocol.
    pub async fn diagnostics(&self) -> String {
        let state = self.0.state.lock().await;
        if let Some((_, error)) = &state.retry {
            return error.to_string();
        }
        let session = state.session.clone();
        drop(state);
        let Some(session) = session else {
            return String::new();
        };
        if session.is_dead() {
            session.wire.hear_out().await;
        }
        self.0.server.secrets.redact(&session.wire.said())
    }

    /// Closes the connection, and waits until a child process is gone. Calls under way
    /// fail, and so do all later ones.
    pub async fn close(&self) {
        let mut state = self.0.state.lock().await;
        state.is_closed = true;
        if let Some(session) = state.session.take() {
            session.wire.break_off("the connection was closed");
            drop(state);
            session.running.close().await;
        }
    }
}

impl State {
    fn take_up(&mut self, session: Arc<Session>) {
        let info = session.running.peer.peer_info();
        self.instructions = info
            .and_then(|info| info.instructions.clone())
            .map(|text| clipped(text, MAX_INSTRUCTIONS_BYTES));
        self.session = Some(session);
        self.retry = None;
    }
}

/// Whether the server understood the greeting enough to refuse it.
struct Refused(bool);

impl Inner {
    fn error(&self, kind: McpErrorKind) -> McpError {
        McpError::new(self.server.name(), kind)
    }

    /// Opens a new connection, once; a server that does not know the greeting of the
    /// older versions is greeted as the newer ones want it.
    async fn dial(&self) -> Result<Arc<Session>, McpError> {
        match self.greet(Greeting::Initialize).await {
            Ok(session) => Ok(session),
            Err((error, Refused(true))) => self.greet(Greeting::Discover).await.map_err(|_| error),
            Err((error, Refused(false))) => Err(error),
        }
    }

    async fn greet(&self, greeting: Greeting) -> Result<Arc<Session>, (McpError, Refused)> {
        let server = &self.server;
        let wire = Wire::new(Arc::clone(&server.name), self.changes.clone());
        let callbacks = server.options.callbacks.clone();
        let caller = Caller::new(greeting, callbacks, Arc::clone(&wire));
        let limit = server.options.connect_timeout;
        let fault = match timeout(limit, server.dial.open(caller.clone())).await {
            Ok(Ok(running)) => {
                return Ok(Arc::new(Session {
                    running,
                    caller,
                    wire,
                }));
            }
            Ok(Err(fault)) => fault,
            Err(_) => NoDial::Failed(McpErrorKind::Connect(format!(
                "it did not shake hands within {limit:?}"
            ))),
        };
        wire.break_off("the connection was given up");
        // Its last words say why.
        wire.hear_out().await;
        let hide = |text: String| server.secrets.redact(&text);
        let is_refusal = Refused(matches!(fault, NoDial::Refused(_)));
        let kind = match fault {
            NoDial::Refused(reason) | NoDial::Failed(McpErrorKind::Connect(reason)) => {
                McpErrorKind::Connect(hide(reason))
            }
            NoDial::Failed(McpErrorKind::Settings(reason)) => McpErrorKind::Settings(hide(reason)),
            NoDial::Failed(other) => other,
        };
        Err((self.error(kind).stderr(hide(wire.said())), is_refusal))
    }

    /// The connection that works, or a new one.
    async fn session(&self) -> Result<Arc<Session>, McpError> {
        let mut state = self.state.lock().await;
        if state.is_closed {
            return Err(self.error(McpErrorKind::Lost("the connection was closed".to_owned())));
        }
        match &state.session {
            Some(session) if !session.is_dead() => return Ok(Arc::clone(session)),
            Some(session) => {
                let reason = session.wire.reason().to_owned();
                // One that never answered is as good as none: it would die again at once.
                let is_hopeless = !session.wire.has_answered();
                if is_hopeless {
                    let error = self.error(McpErrorKind::Lost(reason));
                    state.retry = Some((self.back_off(), error));
                }
                state.session = None;
            }
            None => {}
        }
        let patience = Instant::now() + self.server.options.connect_timeout;
        let mut attempt = 0;
        loop {
            if let Some((at, error)) = &state.retry {
                if attempt == CONNECT_ATTEMPTS || *at > patience {
                    return Err(error.clone());
                }
                sleep_until(*at).await;
            }
            attempt += 1;
            match self.dial().await {
                Ok(session) => {
                    state.take_up(Arc::clone(&session));
                    // It may be another program now.
                    self.changes.send_modify(|version| *version += 1);
                    return Ok(session);
                }
                Err(error) => state.retry = Some((self.back_off(), error)),
            }
        }
    }

    /// Notes a failure, and says when to try again.
    fn back_off(&self) -> Instant {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed);
        let wait = FIRST_BACKOFF.saturating_mul(2_u32.saturating_pow(failures));
        Instant::now() + wait.min(MAX_BACKOFF)
    }

    /// Draws from an answer whether the connection is still of use.
    async fn note<T>(&self, session: &Arc<Session>, answer: &Result<T, NoResult>) {
        match answer {
            Ok(_) | Err(NoResult::Refused(_)) => self.failures.store(0, Ordering::Relaxed),
            // What does not take a request now may take one over a new connection.
            Err(NoResult::Unsent(_)) => session.wire.break_off("a request could not be sent"),
            Err(_) => {}
        }
    }

    async fn listed(&self) -> Result<Arc<[Listed]>, McpError> {
        let session = self.session().await?;
        let version = *self.changes.borrow();
        if let Some((at, listed)) = &self.state.lock().await.listed
            && *at == version
        {
            return Ok(Arc::clone(listed));
        }
        let listed = match list(&session, &self.server.options).await {
            Ok(listed) => {
                self.note(&session, &Ok(())).await;
                listed
            }
            Err(ListFault::Unusable(kind)) => return Err(self.error(kind)),
            Err(ListFault::NoResult(fault)) => {
                let kind = list_fault(&fault);
                self.note::<()>(&session, &Err(fault)).await;
                let said = self.server.secrets.redact(&session.wire.said());
                return Err(self.error(kind).stderr(said));
            }
        };
        check_names(&listed).map_err(|kind| self.error(kind))?;
        let listed: Arc<[Listed]> = listed.into();
        self.state.lock().await.listed = Some((version, Arc::clone(&listed)));
        Ok(listed)
    }
}

fn list_fault(fault: &NoResult) -> McpErrorKind {
    match fault {
        NoResult::Refused(error) => {
            McpErrorKind::Tools(format!("MCP error {}: {}", error.code.0, error.message))
        }
        NoResult::Silent(limit) | NoResult::Late(limit) => {
            McpErrorKind::Tools(format!("they were not listed within {limit:?}"))
        }
        NoResult::Cancelled | NoResult::Circling => {
            McpErrorKind::Tools("the list was not given".to_owned())
        }
        NoResult::Lost(reason) | NoResult::Unsent(reason) => McpErrorKind::Lost(reason.clone()),
    }
}
