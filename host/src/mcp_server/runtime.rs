//! The durable runtime as tools of a server.

use rmcp::model::{CallToolResult, ContentBlock, ErrorData, Tool as McpTool};
use rmcp::service::{ElicitationMode, Peer, RoleServer};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{described, error, host, texts, unknown};
use crate::runtime::{Approval, PendingAction, Runtime, RuntimeOutcome};

/// Decisions in a row that one call asks for. A program could pause for ever.
const MAX_QUESTIONS: usize = 20;

/// What a user answers.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
struct Decision {
    /// Whether the call may run
    approve: bool,
    /// Why; kept in the record
    #[serde(default)]
    comment: Option<String>,
}

rmcp::elicit_safe!(Decision);

#[derive(Clone, Debug)]
pub(super) struct RuntimeServer(Runtime);

impl RuntimeServer {
    pub(super) fn new(runtime: Runtime) -> Self {
        Self(runtime)
    }

    pub(super) fn tools(&self) -> Vec<McpTool> {
        let execution = ("executionId", "The execution's id");
        let seq = json!({ "type": "integer", "minimum": 0, "description": "The call's place" });
        let mut approve = texts(&[execution, ("comment", "Why")], &["executionId"]);
        approve["properties"]["seq"] = seq.clone();
        let mut reject = texts(&[execution, ("comment", "Why")], &["executionId", "seq"]);
        reject["properties"]["seq"] = seq;
        let definition = self.0.definition();
        let say = |text: &str| text.to_owned();
        vec![
            described(
                "execute",
                definition.description,
                definition.input_schema,
                false,
            ),
            described(
                "search",
                say("Finds methods and snippets by a short phrase that says what is wanted"),
                texts(&[("query", "What is wanted")], &["query"]),
                true,
            ),
            described(
                "describe",
                say("TypeScript declarations of a connector, of connector.method, or of a snippet"),
                texts(&[("target", "What to describe")], &["target"]),
                true,
            ),
            described(
                "pending",
                say("Calls that wait for a person's decision"),
                texts(&[("executionId", "Only of this execution")], &[]),
                true,
            ),
            described(
                "approve",
                say(
                    "Lets pending calls of a paused execution run, and goes on with it. Only when \
                     the user has said so",
                ),
                approve,
                false,
            ),
            described(
                "reject",
                say("Ends a paused execution because the user does not want a call of it"),
                reject,
                false,
            ),
        ]
    }

    pub(super) async fn call(
        &self,
        name: &str,
        arguments: &Value,
        peer: &Peer<RoleServer>,
    ) -> Result<CallToolResult, ErrorData> {
        let text = |name: &str| arguments[name].as_str().unwrap_or_default();
        let seq = arguments["seq"]
            .as_u64()
            .and_then(|seq| u32::try_from(seq).ok());
        let runtime = &self.0;
        match name {
            "execute" => {
                let outcome = runtime.call(arguments).await.map_err(host)?;
                let outcome = self.ask(outcome, peer).await?;
                Ok(shown(&outcome))
            }
            "search" => {
                let found = runtime.search(text("query")).await.map_err(host)?;
                Ok(structured(&json!(found)))
            }
            "describe" => {
                let described = runtime.describe(text("target")).await.map_err(host)?;
                Ok(CallToolResult::success(vec![ContentBlock::text(
                    described.types,
                )]))
            }
            "pending" => {
                let id = arguments["executionId"].as_str();
                let pending = runtime.pending(id).await.map_err(host)?;
                Ok(structured(&json!({ "pending": pending })))
            }
            "approve" => {
                let approval = Approval::new(text("executionId"));
                let approval = match seq {
                    Some(seq) => approval.seq(seq),
                    None => approval,
                };
                let approval = match arguments["comment"].as_str() {
                    Some(comment) => approval.comment(comment),
                    None => approval,
                };
                Ok(shown(&runtime.approve(approval).await.map_err(host)?))
            }
            "reject" => {
                let comment = arguments["comment"].as_str();
                let id = text("executionId");
                let rejected = runtime
                    .reject_as(id, seq.unwrap_or(u32::MAX), None, comment)
                    .await
                    .map_err(host)?;
                Ok(match rejected {
                    true => structured(&json!({ "rejected": true })),
                    false => error("There is no such pending call; nothing was changed"),
                })
            }
            name => Err(unknown(name)),
        }
    }

    /// Asks the user about what is pending, if the client can do that.
    async fn ask(
        &self,
        mut outcome: RuntimeOutcome,
        peer: &Peer<RoleServer>,
    ) -> Result<RuntimeOutcome, ErrorData> {
        let can_ask = peer
            .supported_elicitation_modes()
            .contains(&ElicitationMode::Form);
        for _ in 0..MAX_QUESTIONS {
            let Some(action) = outcome.pending().first().filter(|_| can_ask).cloned() else {
                break;
            };
            let answer = peer.elicit::<Decision>(question(&action)).await;
            let Ok(Some(decision)) = answer else {
                // No answer is no decision: it stays pending.
                break;
            };
            let id = action.execution_id.as_str();
            let comment = decision.comment.as_deref();
            if !decision.approve {
                let rejected = self.0.reject_as(id, action.seq, Some("user"), comment);
                rejected.await.map_err(host)?;
                let message = format!("Action {} was rejected by the user", named(&action));
                return Ok(RuntimeOutcome::refused(id, message));
            }
            let approval = Approval::new(id)
                .seq(action.seq)
                .digest(action.digest)
                .approver("user");
            let approval = match comment {
                Some(comment) => approval.comment(comment),
                None => approval,
            };
            outcome = self.0.approve(approval).await.map_err(host)?;
        }
        Ok(outcome)
    }
}

fn named(action: &PendingAction) -> String {
    format!("{}.{}", action.connector, action.method)
}

/// What a user reads. Nothing in the arguments can move, colour or reverse it.
fn question(action: &PendingAction) -> String {
    let args = action.args.as_ref().map(|args| format!("{args:#}"));
    let args = crate::runtime::escaped(&args.unwrap_or_else(|| "no arguments".to_owned()));
    format!("Allow {} with\n{args}", named(action))
}

fn shown(outcome: &RuntimeOutcome) -> CallToolResult {
    match outcome {
        RuntimeOutcome::Error {
            error: message,
            logs,
            ..
        } => {
            let mut result = error(message);
            if !logs.is_empty() {
                let console = format!("Console output:\n{}", logs.join("\n"));
                result.content.push(ContentBlock::text(console));
            }
            result
        }
        outcome => structured(&outcome.to_model()),
    }
}

fn structured(value: &Value) -> CallToolResult {
    CallToolResult::success(vec![ContentBlock::text(format!("{value:#}"))])
}
