//! What a tool says about running more than once: approval, replay, undo.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::{Arguments, CallContext, Tool, ToolAnswer, ToolFailure, to_json};

/// What undoing a call gives.
type RevertFuture = Pin<Box<dyn Future<Output = Result<(), ToolFailure>> + Send>>;
type Revert = dyn Fn(Value, Value, CallContext) -> RevertFuture + Send + Sync;
type LookupFuture = Pin<Box<dyn Future<Output = Result<Option<ToolAnswer>, ToolFailure>> + Send>>;
type Lookup = dyn Fn(Value, CallContext) -> LookupFuture + Send + Sync;
type Predicate = dyn Fn(&Value) -> bool + Send + Sync;

/// The part of a tool that a durable runtime reads.
#[derive(Clone, Default)]
pub(crate) struct Durable {
    approval: Approval,
    pub(crate) is_read_only: bool,
    pub(crate) is_idempotent: bool,
    pub(crate) reexecutes: bool,
    revert: Option<Arc<Revert>>,
    lookup: Option<Arc<Lookup>>,
}

#[derive(Clone, Default)]
enum Approval {
    #[default]
    Never,
    Always,
    When(Arc<Predicate>),
}

impl fmt::Debug for Durable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Durable").finish_non_exhaustive()
    }
}

impl Tool {
    /// A person is asked before the tool runs. Who cannot ask does not offer it: a
    /// [`Sandbox`](crate::Sandbox) by itself fails the call.
    #[must_use]
    pub fn requires_approval(self, required: bool) -> Self {
        self.change(|inner| {
            inner.durable.approval = match required {
                true => Approval::Always,
                false => Approval::Never,
            }
        })
    }

    /// A person is asked for calls with such arguments: the first one, or the list of
    /// all for a [positional](Self::positional) tool.
    #[must_use]
    pub fn requires_approval_when(
        self,
        asks: impl Fn(&Value) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.change(|inner| inner.durable.approval = Approval::When(Arc::new(asks)))
    }

    /// The tool changes nothing. A call of it that a crash cut off is made again, and a
    /// dry run makes it.
    #[must_use]
    pub fn read_only(self, is_read_only: bool) -> Self {
        self.change(|inner| inner.durable.is_read_only = is_read_only)
    }

    /// Calls with one [key](CallContext::idempotency_key) take effect once, however often
    /// they are made. A call that a crash cut off is made again with its key.
    #[must_use]
    pub fn idempotent(self, is_idempotent: bool) -> Self {
        self.change(|inner| inner.durable.is_idempotent = is_idempotent)
    }

    /// Answers are not kept: when a run is resumed by repeating it, the tool is called
    /// again. For large reads. What it then answers may differ, and a program that takes
    /// another way because of it cannot be resumed.
    #[must_use]
    pub fn reexecute(self, reexecutes: bool) -> Self {
        self.change(|inner| inner.durable.reexecutes = reexecutes)
    }

    /// Says how a call is undone, from its arguments and its answer.
    #[must_use]
    pub fn revert<F, Fut>(self, revert: F) -> Self
    where
        F: Fn(Value, Value, CallContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), ToolFailure>> + Send + 'static,
    {
        let revert: Arc<Revert> =
            Arc::new(move |args, result, context| Box::pin(revert(args, result, context)));
        self.change(|inner| inner.durable.revert = Some(revert))
    }

    /// Says what became of a call that a crash cut off: `Some` answer when it took
    /// effect, `None` when it did not and is to be made again.
    #[must_use]
    pub fn lookup<F, Fut, O>(self, lookup: F) -> Self
    where
        F: Fn(Value, CallContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<O>, ToolFailure>> + Send + 'static,
        O: Serialize + 'static,
    {
        let lookup: Arc<Lookup> = Arc::new(move |args, context| {
            let found = lookup(args, context);
            Box::pin(async move { Ok(found.await?.map(|answer| to_json(Ok(answer)))) })
        });
        self.change(|inner| inner.durable.lookup = Some(lookup))
    }
}

impl Tool {
    /// Whether a person may have to be asked.
    pub(crate) fn needs_approval(&self) -> bool {
        !matches!(self.0.durable.approval, Approval::Never)
    }

    /// Whether a person is asked for these arguments.
    pub(crate) fn asks_for(&self, args: &Value) -> bool {
        match &self.0.durable.approval {
            Approval::Never => false,
            Approval::Always => true,
            Approval::When(asks) => asks(args),
        }
    }

    pub(crate) fn durable(&self) -> &Durable {
        &self.0.durable
    }

    /// What a call's arguments are called as one value.
    pub(crate) fn recorded_args(&self, arguments: &[Value]) -> Option<Value> {
        match self.0.is_positional {
            true => Some(Value::Array(arguments.to_vec())),
            false => arguments.first().cloned(),
        }
    }

    /// The way back from [`recorded_args`](Self::recorded_args).
    pub(crate) fn arguments(&self, recorded: Option<Value>) -> Arguments {
        match recorded {
            Some(Value::Array(all)) if self.0.is_positional => Arguments(all),
            Some(first) => Arguments(vec![first]),
            None => Arguments(Vec::new()),
        }
    }

    pub(crate) fn undo(
        &self,
        args: Value,
        result: Value,
        context: CallContext,
    ) -> Option<RevertFuture> {
        let revert = self.0.durable.revert.as_ref()?;
        Some(revert(args, result, context))
    }

    pub(crate) fn look_up(&self, args: Value, context: CallContext) -> Option<LookupFuture> {
        let lookup = self.0.durable.lookup.as_ref()?;
        Some(lookup(args, context))
    }
}
