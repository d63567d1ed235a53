//! What people decide: approve, reject, let expire.

use std::time::Duration;

use serde_json::Value;

use super::outcome;
use super::{PendingAction, Runtime, RuntimeOutcome, now_ms};
use crate::error::Error;
use crate::record::{
    Decision, Ending, Entry, EntryState, ExecutionRecord, ExecutionStatus, Failure, Refusal,
    Verdict,
};

/// What somebody decides about an execution that is paused.
///
/// By itself it approves all that is pending; [`seq`](Self::seq) names one call, and what is
/// not named stays pending.
///
/// # Examples
///
/// ```
/// use codecell::runtime::Approval;
///
/// let approval = Approval::new("exec_1")
///     .seq(3)
///     .args(serde_json::json!({ "euros": 10 }))
///     .approver("ada")
///     .comment("half of it is enough");
/// assert_eq!(approval.execution_id(), "exec_1");
/// ```
#[derive(Clone, Debug)]
#[must_use = "hand it to `Runtime::approve`"]
pub struct Approval {
    execution_id: String,
    decisions: Vec<Decision>,
    approver: Option<String>,
    comment: Option<String>,
}

impl Approval {
    /// Approves what is pending in this execution.
    pub fn new(execution_id: impl Into<String>) -> Self {
        Self {
            execution_id: execution_id.into(),
            decisions: Vec::new(),
            approver: None,
            comment: None,
        }
    }

    /// The execution.
    #[must_use]
    pub fn execution_id(&self) -> &str {
        &self.execution_id
    }

    /// Approves this call; may be repeated. [`args`](Self::args), [`answer`](Self::answer),
    /// [`fail`](Self::fail) and [`digest`](Self::digest) are about the last one named.
    pub fn seq(mut self, seq: u32) -> Self {
        self.decisions.push(Decision {
            seq,
            verdict: Verdict::Approve,
            digest: None,
            approver: None,
            comment: None,
        });
        self
    }

    fn last(mut self, change: impl FnOnce(&mut Decision)) -> Self {
        if let Some(decision) = self.decisions.last_mut() {
            change(decision);
        }
        self
    }

    /// Runs the call with these arguments in place of the program's.
    pub fn args(self, args: Value) -> Self {
        self.last(|it| it.verdict = Verdict::ApproveWith(Some(args.to_string())))
    }

    /// Does not run the call: the program gets this answer. For a call of which a person
    /// knows what became, or that a person made.
    pub fn answer(self, answer: Value) -> Self {
        self.last(|it| it.verdict = Verdict::Answer(Some(answer.to_string())))
    }

    /// Does not run the call: it fails in the program, which can react.
    pub fn fail(self, message: impl Into<String>) -> Self {
        let message = message.into();
        self.last(|it| {
            it.verdict = Verdict::Fail(Failure {
                message,
                name: None,
                data: None,
            });
        })
    }

    /// Decides only if the call still has this [digest](PendingAction::digest).
    pub fn digest(self, digest: impl Into<String>) -> Self {
        let digest = digest.into();
        self.last(|it| it.digest = Some(digest))
    }

    /// Says who decides; kept in the record.
    pub fn approver(mut self, approver: impl Into<String>) -> Self {
        self.approver = Some(approver.into());
        self
    }

    /// Says why; kept in the record.
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }

    fn decisions(self, record: &ExecutionRecord) -> Vec<Decision> {
        let all = |entry: &Entry| {
            Some(Decision {
                seq: entry.seq.filter(|_| entry.state == EntryState::Pending)?,
                verdict: Verdict::Approve,
                digest: None,
                approver: None,
                comment: None,
            })
        };
        let mut decisions = match self.decisions.is_empty() {
            true => record.entries.iter().filter_map(all).collect(),
            false => self.decisions,
        };
        for decision in &mut decisions {
            decision.approver.clone_from(&self.approver);
            decision.comment.clone_from(&self.comment);
        }
        decisions
    }
}

impl<I: Into<String>> From<I> for Approval {
    fn from(execution_id: I) -> Self {
        Self::new(execution_id)
    }
}

impl Runtime {
    /// Decides about calls of a paused execution and goes on with it: from its living cell
    /// if there is one, else by repeating the program from its record.
    ///
    /// A decision that comes too late, twice, or for a call that is not the one that was
    /// shown changes nothing, and the outcome says so.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub async fn approve(&self, approval: impl Into<Approval>) -> Result<RuntimeOutcome, Error> {
        let approval = approval.into();
        let id = approval.execution_id.clone();
        let inner = &self.inner;
        let Some(record) = inner.store().execution(&inner.name, &id).await? else {
            let message = format!("No execution \"{id}\" to resume.");
            return Ok(RuntimeOutcome::refused(&id, message));
        };
        if record.status != ExecutionStatus::Paused {
            return Ok(refused(&id, &Refusal::Status(record.status)));
        }
        if let Some(refused) = self.missing_connectors(&record).await? {
            return Ok(refused);
        }
        let decisions = approval.decisions(&record);
        if let Some(changed) = self.changed_definition(&record, &decisions).await? {
            return Ok(RuntimeOutcome::refused(&id, changed));
        }
        let (now, time) = (now_ms(), inner.lease_time);
        let resumed = inner.store().resume(&inner.name, &id, decisions, now, time);
        match resumed.await? {
            Ok(resumed) => self.go_on(resumed).await,
            Err(refusal) => Ok(refused(&id, &refusal)),
        }
    }

    /// A tool that is not any more what it was when its call was shown.
    async fn changed_definition(
        &self,
        record: &ExecutionRecord,
        decisions: &[Decision],
    ) -> Result<Option<String>, Error> {
        let mut providers = self.inner.providers().await?;
        providers.extend(self.inner.fetch());
        for decision in decisions {
            if matches!(decision.verdict, Verdict::Answer(_) | Verdict::Fail(_)) {
                continue;
            }
            let entries = &record.entries;
            let Some(entry) = entries.iter().find(|it| it.seq == Some(decision.seq)) else {
                continue;
            };
            let provider = providers.iter().find(|it| it.name() == entry.connector);
            let tool = provider.and_then(|it| it.find(&entry.method));
            if tool.map(crate::tool::Tool::digest).as_deref() != Some(&entry.definition) {
                return Ok(Some(format!(
                    "{}.{} has changed since its call was shown, so the approval does not count: \
                     reject the call, or answer it yourself.",
                    entry.connector, entry.method
                )));
            }
        }
        Ok(None)
    }

    /// Ends a paused execution because of a pending call: whether it did. What was applied
    /// stays; [`rollback`](Self::rollback) undoes it. To let the program go on instead, with
    /// the call failed, see [`Approval::fail`].
    ///
    /// # Errors
    ///
    /// Of kind [`Store`](crate::ErrorKind::Store).
    pub async fn reject(&self, execution_id: &str, seq: u32) -> Result<bool, Error> {
        self.reject_as(execution_id, seq, None, None).await
    }

    /// The same, with who rejects and why for the record.
    ///
    /// # Errors
    ///
    /// As [`reject`](Self::reject).
    pub async fn reject_as(
        &self,
        execution_id: &str,
        seq: u32,
        approver: Option<&str>,
        comment: Option<&str>,
    ) -> Result<bool, Error> {
        let inner = &self.inner;
        let found = inner.store().execution(&inner.name, execution_id).await?;
        let entries = found.map(|it| it.entries).unwrap_or_default();
        let Some(entry) = entries.iter().find(|it| it.seq == Some(seq)) else {
            return Ok(false);
        };
        let ending = Ending {
            from: vec![ExecutionStatus::Paused],
            unchanged_since_ms: None,
            pending: Some(seq),
            status: ExecutionStatus::Rejected,
            error: format!(
                "Action {}.{} rejected by user",
                entry.connector, entry.method
            ),
            decision: (
                "rejected".to_owned(),
                approver.map(str::to_owned),
                comment.map(str::to_owned),
            ),
            now_ms: now_ms(),
        };
        self.end(execution_id, ending).await
    }

    async fn end(&self, execution_id: &str, ending: Ending) -> Result<bool, Error> {
        let inner = &self.inner;
        let is_ended = inner.store().end(&inner.name, execution_id, ending).await?;
        if is_ended {
            inner.waiting.forget(execution_id);
            inner.dispose(execution_id, ExecutionStatus::Rejected).await;
        }
        Ok(is_ended)
    }

    /// Ends executions that nobody decided about for longer than `max_age`, and those that
    /// a process left running for as long: their ids. Nothing calls it by itself; the
    /// reference's age is 24 hours.
    ///
    /// # Errors
    ///
    /// Of kind [`Store`](crate::ErrorKind::Store).
    pub async fn expire_paused(&self, max_age: Duration) -> Result<Vec<String>, Error> {
        let inner = &self.inner;
        let statuses = [ExecutionStatus::Paused, ExecutionStatus::Running];
        let found = inner.store().executions(&inner.name, &statuses, usize::MAX);
        let age = u64::try_from(max_age.as_millis()).unwrap_or(u64::MAX);
        let since = now_ms().saturating_sub(age);
        let mut expired = Vec::new();
        for record in found.await?.into_iter().filter(|it| it.updated_ms < since) {
            let (status, error) = match record.status {
                ExecutionStatus::Paused => (ExecutionStatus::Rejected, "Expired awaiting approval"),
                _ => (
                    ExecutionStatus::Error,
                    "Expired while running — the host never completed the pass",
                ),
            };
            let ending = Ending {
                from: vec![record.status],
                unchanged_since_ms: Some(since),
                pending: None,
                status,
                error: error.to_owned(),
                decision: ("expired".to_owned(), None, None),
                now_ms: now_ms(),
            };
            if self.end(&record.id, ending).await? {
                expired.push(record.id);
            }
        }
        Ok(expired)
    }

    /// What is to be decided in one execution, or in all that are paused, newest first.
    ///
    /// # Errors
    ///
    /// Of kind [`Store`](crate::ErrorKind::Store).
    pub async fn pending(&self, execution_id: Option<&str>) -> Result<Vec<PendingAction>, Error> {
        let inner = &self.inner;
        let found = match execution_id {
            Some(id) => {
                let found = inner.store().execution(&inner.name, id).await?;
                found.into_iter().collect()
            }
            None => {
                let paused = [ExecutionStatus::Paused];
                inner
                    .store()
                    .executions(&inner.name, &paused, usize::MAX)
                    .await?
            }
        };
        let paused = found
            .iter()
            .filter(|it| it.status == ExecutionStatus::Paused);
        Ok(paused
            .flat_map(|it| outcome::pending(&it.id, &it.entries))
            .collect())
    }
}

/// What is said of a decision that came to nothing.
fn refused(id: &str, refusal: &Refusal) -> RuntimeOutcome {
    let message = match refusal {
        Refusal::Unknown => format!("No execution \"{id}\" to resume."),
        Refusal::Status(status) => format!(
            "Execution \"{id}\" is not paused (status: {}); only a paused run can be approved.",
            status.as_str()
        ),
        Refusal::Leased => format!("Execution \"{id}\" is being resumed by another process."),
        Refusal::NotPending(seq, Some(state)) => format!(
            "Call {seq} of execution \"{id}\" is not pending (state: {}); nothing was changed.",
            state.as_str()
        ),
        Refusal::NotPending(seq, None) => {
            format!("Execution \"{id}\" has no call {seq}; nothing was changed.")
        }
        Refusal::Changed(seq) => format!(
            "Call {seq} of execution \"{id}\" is not the one that was shown; nothing was changed."
        ),
    };
    RuntimeOutcome::refused(id, message)
}
