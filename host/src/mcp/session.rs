//! One connection in use: a request, its answer, and all that may come between.

use std::sync::Arc;
use std::time::Duration;

use rmcp::RoleClient;
use rmcp::model::{
    CallToolRequest, CallToolRequestParams, ClientRequest, ErrorData, InputRequiredResult,
};
use rmcp::service::{PeerRequestOptions, RequestHandle, ServiceError};
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::caller::Caller;
use super::dial::Running;
use super::limits::MAX_INPUT_ROUNDS;
use super::server::Options;
use super::wire::Wire;

/// A connection that has shaken hands.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) running: Running,
    pub(super) caller: Caller,
    pub(super) wire: Arc<Wire>,
}

/// Why a request has no result.
#[derive(Debug)]
pub(super) enum NoResult {
    /// The server answered with an error of the protocol.
    Refused(ErrorData),
    /// There was neither an answer nor progress for so long.
    Silent(Duration),
    /// There was no answer in so long, for all its progress.
    Late(Duration),
    /// The server asked for input again and again, or for what nobody can give.
    Circling,
    /// The caller took the request back.
    Cancelled,
    /// The connection is of no more use. What is said is our own.
    Lost(String),
    /// The request could not be sent, or its answer not be read.
    Unsent(String),
}

impl Session {
    pub(super) fn is_dead(&self) -> bool {
        self.wire.broken().is_cancelled() || self.running.peer.is_transport_closed()
    }

    /// Calls a tool, and answers what the server asks before it gives a result.
    pub(super) async fn call(
        &self,
        tool: &Arc<str>,
        mut params: CallToolRequestParams,
        options: &Options,
        cancellation: &CancellationToken,
    ) -> Result<Value, NoResult> {
        for _ in 0..MAX_INPUT_ROUNDS {
            let request = ClientRequest::CallToolRequest(CallToolRequest::new(params.clone()));
            let result = self.request(tool, request, options, cancellation).await?;
            if result.get("resultType") != Some(&Value::from("input_required")) {
                return Ok(result);
            }
            let asked: InputRequiredResult =
                serde_json::from_value(result).map_err(|_| NoResult::Circling)?;
            let answers = self
                .caller
                .answers(asked.input_requests.unwrap_or_default());
            let answers = tokio::select! {
                answers = answers => answers.map_err(NoResult::Refused)?,
                () = cancellation.cancelled() => return Err(NoResult::Cancelled),
            };
            params.input_responses = Some(answers);
            params.request_state = asked.request_state;
        }
        Err(NoResult::Circling)
    }

    /// Sends a request and waits for its result, as JSON.
    ///
    /// When the wait ends without an answer, by dropping this future too, the server is
    /// told that nobody waits any more.
    pub(super) async fn request(
        &self,
        label: &Arc<str>,
        request: ClientRequest,
        options: &Options,
        cancellation: &CancellationToken,
    ) -> Result<Value, NoResult> {
        let late = sleep(options.call_deadline);
        let silent = sleep(options.call_timeout);
        tokio::pin!(late, silent);

        let sending = self
            .running
            .peer
            .send_cancellable_request(request, PeerRequestOptions::no_options());
        let handle = tokio::select! {
            biased;
            () = cancellation.cancelled() => return Err(NoResult::Cancelled),
            handle = sending => handle.map_err(|error| self.lost(error))?,
            () = &mut silent => return Err(NoResult::Silent(options.call_timeout)),
        };
        let progress = self.wire.listen(
            handle.progress_token.clone(),
            Arc::clone(label),
            options.callbacks.progress.clone(),
        );
        let mut open = Open(Some(handle));
        loop {
            tokio::select! {
                biased;
                answer = open.answer() => {
                    let answer = answer.map_err(|error| self.lost(error));
                    if matches!(answer, Ok(_) | Err(NoResult::Refused(_))) {
                        self.wire.note_answer();
                    }
                    return answer;
                }
                () = cancellation.cancelled() => return Err(NoResult::Cancelled),
                () = self.wire.broken().cancelled() => {
                    return Err(NoResult::Lost(self.wire.reason().to_owned()));
                }
                () = &mut late => return Err(NoResult::Late(options.call_deadline)),
                () = progress.heard.notified() => {
                    silent.as_mut().reset(Instant::now() + options.call_timeout);
                }
                () = &mut silent => {
                    // Somebody else has to answer first.
                    if !self.wire.has_open_question() {
                        return Err(NoResult::Silent(options.call_timeout));
                    }
                    silent.as_mut().reset(Instant::now() + options.call_timeout);
                }
            }
        }
    }

    fn lost(&self, error: ServiceError) -> NoResult {
        match error {
            ServiceError::McpError(error) => NoResult::Refused(error),
            ServiceError::TransportSend(error) if !self.wire.broken().is_cancelled() => {
                let reason = error.to_string();
                self.wire.note_unsent(&reason);
                NoResult::Unsent(reason)
            }
            _ => NoResult::Lost(self.wire.reason().to_owned()),
        }
    }
}

/// A request without an answer. Dropping it tells the server.
struct Open(Option<RequestHandle<RoleClient>>);

impl Open {
    async fn answer(&mut self) -> Result<Value, ServiceError> {
        let Some(handle) = &mut self.0 else {
            return Err(ServiceError::TransportClosed);
        };
        let answer = (&mut handle.rx).await;
        self.0 = None;
        let answer = answer.map_err(|_| ServiceError::TransportClosed)??;
        serde_json::to_value(answer).map_err(|_| ServiceError::UnexpectedResponse)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(handle) = self.0.take()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(handle.cancel(Some("nobody waits for the answer".to_owned())));
        }
    }
}
