//! What this client says of itself, and its answers to what a server asks.
#![expect(
    deprecated,
    reason = "sampling is on its way out of the protocol, and servers in use still ask for it"
)]

use std::sync::Arc;

use rmcp::ClientHandler;
use rmcp::model::{
    ClientCapabilities, ClientConfig, CreateMessageRequestParams, CreateMessageResult,
    ElicitRequestParams, ElicitResult, ElicitationAction, ElicitationCapability, ErrorCode,
    ErrorData, FormElicitationCapability, Implementation, InputRequest, InputRequests,
    InputResponses, ListRootsResult, ProtocolVersion, UrlElicitationCapability,
};
use rmcp::service::{RequestContext, RoleClient};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::limits::MAX_SERVER_REQUESTS;
use super::server::Callbacks;
use super::wire::Wire;

/// How a conversation begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Greeting {
    /// With `initialize`, as all versions before 2026-07-28 have it.
    Initialize,
    /// With `server/discover`, as later versions have it.
    Discover,
}

/// This side of one connection.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) greeting: Greeting,
    callbacks: Callbacks,
    wire: Arc<Wire>,
    waiting: Arc<Semaphore>,
}

impl Caller {
    pub(super) fn new(greeting: Greeting, callbacks: Callbacks, wire: Arc<Wire>) -> Self {
        Self {
            greeting,
            callbacks,
            wire,
            waiting: Arc::new(Semaphore::new(MAX_SERVER_REQUESTS)),
        }
    }

    pub(super) fn wire(&self) -> &Arc<Wire> {
        &self.wire
    }

    async fn elicit(&self, question: ElicitRequestParams) -> Result<ElicitResult, ErrorData> {
        let Some(asking) = &self.callbacks.elicitation else {
            return Ok(ElicitResult::new(ElicitationAction::Decline));
        };
        let _permit = self.permit()?;
        let _question = self.wire.open_question();
        Ok(asking.ask(question).await)
    }

    async fn sample(
        &self,
        question: CreateMessageRequestParams,
    ) -> Result<CreateMessageResult, ErrorData> {
        let Some(asking) = &self.callbacks.sampling else {
            return Err(refusal("this client does not sample"));
        };
        let _permit = self.permit()?;
        let _question = self.wire.open_question();
        asking.ask(question).await.map_err(refusal)
    }

    /// Answers what a server asks in place of a result, one question after the other.
    pub(super) async fn answers(
        &self,
        questions: InputRequests,
    ) -> Result<InputResponses, ErrorData> {
        if questions.len() > MAX_SERVER_REQUESTS {
            return Err(refusal(format!(
                "it asks more than {MAX_SERVER_REQUESTS} questions at one time"
            )));
        }
        let mut answers = InputResponses::new();
        for (key, question) in questions {
            let answer = match question {
                InputRequest::Elicitation(question) => json(self.elicit(question.params).await?),
                InputRequest::CreateMessage(question) => json(self.sample(question.params).await?),
                InputRequest::ListRoots(_) => json(ListRootsResult::default()),
                _ => Err(refusal("it asks what this client does not know")),
            };
            answers.insert(key, answer?);
        }
        Ok(answers)
    }

    fn permit(&self) -> Result<SemaphorePermit<'_>, ErrorData> {
        self.waiting.try_acquire().map_err(|_| {
            refusal(format!(
                "{MAX_SERVER_REQUESTS} requests are waiting already"
            ))
        })
    }
}

fn json(answer: impl Serialize) -> Result<Value, ErrorData> {
    serde_json::to_value(answer).map_err(|error| refusal(error.to_string()))
}

fn refusal(reason: impl Into<String>) -> ErrorData {
    ErrorData::new(ErrorCode::INVALID_REQUEST, reason.into(), None)
}

impl ClientHandler for Caller {
    fn get_info(&self) -> ClientConfig {
        let mut can = ClientCapabilities::default();
        if self.callbacks.elicitation.is_some() {
            can.elicitation = Some(
                ElicitationCapability::new()
                    .with_form(FormElicitationCapability::new())
                    .with_url(UrlElicitationCapability::new()),
            );
        }
        if self.callbacks.sampling.is_some() {
            can.sampling = Some(Default::default());
        }
        let this = Implementation::new("codecell", env!("CARGO_PKG_VERSION"));
        ClientConfig::new(can, this).with_protocol_version(ProtocolVersion::LATEST_WITH_INITIALIZE)
    }

    async fn create_elicitation(
        &self,
        question: ElicitRequestParams,
        context: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        tokio::select! {
            answer = self.elicit(question) => answer,
            () = context.ct.cancelled() => Ok(ElicitResult::new(ElicitationAction::Cancel)),
        }
    }

    async fn create_message(
        &self,
        question: CreateMessageRequestParams,
        context: RequestContext<RoleClient>,
    ) -> Result<CreateMessageResult, ErrorData> {
        tokio::select! {
            answer = self.sample(question) => answer,
            () = context.ct.cancelled() => Err(refusal("the request was taken back")),
        }
    }
}
