//! An execution in one file, to be repeated in a test without any tools.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::journal::Mode;
use super::pass::{self, Pass};
use super::{Runtime, RuntimeOutcome, outcome};
use crate::error::{Error, ErrorKind};
use crate::outbound::{
    self, Outbound, OutboundError, OutboundErrorKind, OutboundFuture, OutboundRequest,
};
use crate::record::{Entry, EntryState, ExecutionRecord, ExecutionStatus, NoStore};
use crate::sandbox::Sandbox;
use crate::tool::{Tool, ToolFailure, ToolProvider};

/// The version of the form.
const VERSION: u32 = 1;

/// A recorded execution that is over.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "sqlite")]
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use codecell::runtime::Cassette;
/// use codecell::{Runtime, Sandbox, SqliteStore, Tool, ToolProvider};
///
/// let clock = ToolProvider::new("clock").tool(Tool::from_fn("now", |_, _| async { Ok(7) }));
/// let runtime = Runtime::builder(Sandbox::new(), SqliteStore::in_memory()?)
///     .connector(clock)
///     .build()?;
/// let done = runtime.execute("async () => [await clock.now(), Math.random()]").await?;
/// let text = runtime.cassette(done.execution_id()).await?.to_json();
///
/// // Elsewhere, and later, without the clock:
/// let replayed = Cassette::from_json(&text)?.replay(&Sandbox::new()).await?;
/// assert_eq!(replayed.result(), done.result());
/// # Ok(()) }
/// # #[cfg(not(feature = "sqlite"))] fn main() {}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cassette {
    /// What the file is.
    codecell_cassette: u32,
    namespaces: Vec<Namespace>,
    execution: ExecutionRecord,
}

/// What a program found under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Namespace {
    name: String,
    tools: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prelude: Option<String>,
}

/// Why a cassette cannot be made, read or repeated.
#[derive(Debug)]
#[non_exhaustive]
pub enum CassetteError {
    /// There is no such execution.
    NoExecution(String),
    /// The execution is not over.
    NotOver(ExecutionStatus),
    /// An answer was not kept, because its tool answers anew each time.
    NotKept(String),
    /// The text is no cassette, or one of a newer version.
    Unreadable(String),
    /// The program does something else than was recorded.
    Differs(String),
    /// The host failed.
    Host(Error),
}

impl fmt::Display for CassetteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoExecution(id) => write!(f, "No execution \"{id}\""),
            Self::NotOver(status) => {
                write!(f, "the execution is not over (status: {})", status.as_str())
            }
            Self::NotKept(call) => {
                write!(
                    f,
                    "the answer of {call} was not kept, so it cannot be repeated"
                )
            }
            Self::Unreadable(why) => write!(f, "not a cassette: {why}"),
            Self::Differs(how) => write!(f, "the program differs from its record: {how}"),
            Self::Host(_) => f.write_str("the program could not be run"),
        }
    }
}

impl std::error::Error for CassetteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Host(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Error> for CassetteError {
    fn from(error: Error) -> Self {
        Self::Host(error)
    }
}

impl Runtime {
    /// Takes out an execution that is over, to be repeated elsewhere.
    ///
    /// # Errors
    ///
    /// When there is none, when it is not over, when an answer was not kept, and when the
    /// store fails.
    pub async fn cassette(&self, execution_id: &str) -> Result<Cassette, CassetteError> {
        let inner = &self.inner;
        let found = inner.store().execution(&inner.name, execution_id).await;
        let execution = found
            .map_err(Error::from)?
            .ok_or_else(|| CassetteError::NoExecution(execution_id.to_owned()))?;
        if !matches!(
            execution.status,
            ExecutionStatus::Completed | ExecutionStatus::Error
        ) {
            return Err(CassetteError::NotOver(execution.status));
        }
        let is_lost = |it: &&Entry| it.ephemeral && it.state == EntryState::Applied;
        if let Some(lost) = execution.entries.iter().find(is_lost) {
            let call = format!("{}.{}", lost.connector, lost.method);
            return Err(CassetteError::NotKept(call));
        }
        let providers = inner.providers().await?;
        let fetch = inner.fetch();
        let namespaces = providers.iter().chain(&fetch).map(|provider| Namespace {
            name: provider.name().to_owned(),
            tools: provider
                .identifiers()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            prelude: provider.prelude_source().map(str::to_owned),
        });
        Ok(Cassette {
            codecell_cassette: VERSION,
            namespaces: namespaces.collect(),
            execution,
        })
    }
}

impl Cassette {
    /// The text of a file.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    ///
    /// Of kind [`Unreadable`](CassetteError::Unreadable), with the place.
    pub fn from_json(text: &str) -> Result<Self, CassetteError> {
        let cassette: Self = serde_json::from_str(text)
            .map_err(|error| CassetteError::Unreadable(error.to_string()))?;
        if cassette.codecell_cassette != VERSION {
            let version = cassette.codecell_cassette;
            return Err(CassetteError::Unreadable(format!(
                "its version is {version}, and this is version {VERSION}"
            )));
        }
        Ok(cassette)
    }

    /// The execution.
    #[must_use]
    pub fn execution(&self) -> &ExecutionRecord {
        &self.execution
    }

    /// Repeats the execution: no tool is called, and the outcome is what was recorded.
    ///
    /// # Errors
    ///
    /// Of kind [`Differs`](CassetteError::Differs) when a call, its arguments, the result,
    /// the error or the console output is another than in the record.
    pub async fn replay(&self, sandbox: &Sandbox) -> Result<RuntimeOutcome, CassetteError> {
        let record = &self.execution;
        let builder = Runtime::builder(sandbox.clone(), NoStore);
        let namespaces = self.namespaces.iter();
        let runtime = namespaces
            .fold(builder, |builder, namespace| match &*namespace.name {
                outbound::NAMESPACE => builder.outbound(NoNetwork),
                _ => builder.connector(namespace.provider()),
            })
            .build()?;
        let (report, reported) = oneshot::channel();
        let pass = Pass {
            runtime: Arc::clone(&runtime.inner),
            lease: pass::no_lease(&record.id),
            record: record.clone(),
            mode: Mode::Replay,
            cancellation: CancellationToken::new(),
            dropped: CancellationToken::new(),
        };
        pass.drive(report).await;
        let outcome = reported.await;
        let outcome =
            outcome.unwrap_or_else(|error| Err(Error::with_source(ErrorKind::Engine, error)))?;
        self.compare(&outcome)?;
        Ok(outcome)
    }

    fn compare(&self, outcome: &RuntimeOutcome) -> Result<(), CassetteError> {
        let record = &self.execution;
        let differs = |what: &str, recorded: &dyn fmt::Debug, now: &dyn fmt::Debug| {
            let how = format!("{what}: recorded {recorded:?}, now {now:?}");
            Err(CassetteError::Differs(how))
        };
        if record.error.as_deref() != outcome.error() {
            return differs("error", &record.error, &outcome.error());
        }
        let result = record
            .result
            .as_deref()
            .map(outcome::read)
            .unwrap_or_default();
        let result = (record.status == ExecutionStatus::Completed).then_some(&result);
        if result != outcome.result() {
            return differs("result", &result, &outcome.result());
        }
        if record.logs != outcome.logs() {
            return differs("console output", &record.logs, &outcome.logs());
        }
        Ok(())
    }
}

/// Answers nothing, because what was answered is in the record.
struct NoNetwork;

impl Outbound for NoNetwork {
    fn send(&self, _: OutboundRequest) -> OutboundFuture<'_> {
        let message = "a cassette makes no requests";
        let error = OutboundError::new(OutboundErrorKind::Denied, message);
        Box::pin(std::future::ready(Err(error)))
    }
}

impl Namespace {
    /// Tools of the same names, which are never called.
    fn provider(&self) -> ToolProvider {
        let tools = self.tools.iter().map(|name| {
            Tool::from_fn(name.as_str(), |_, _| async {
                Err::<(), _>(ToolFailure::new("A cassette calls no tools"))
            })
        });
        let provider = ToolProvider::new(self.name.as_str()).tools(tools);
        match &self.prelude {
            Some(prelude) => provider.prelude(prelude.as_str()),
            None => provider,
        }
    }
}
