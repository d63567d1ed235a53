//! The settings of a runtime.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Semaphore;

use super::living::Waiting;
use super::platform::HIDDEN;
use super::policy::{Policy, PolicyCall, PolicyDecision};
use super::watch::{CallEvent, Watch};
use super::{Connector, Inner, Runtime, Transform};
use crate::diagnostics::Diagnostics;
use crate::error::{Error, ErrorKind};
use crate::limits::Limits;
use crate::outbound::{Given, Outbound};
use crate::record::Store;
use crate::sandbox::Sandbox;
use crate::tool::DEFAULT_NAMESPACE;

/// Executions that are over and are kept.
const MAX_EXECUTIONS: usize = 50;
/// How long the cell of a paused execution is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(60);
/// Cells of paused executions that are kept at one time.
const LIVING_CELLS: usize = 64;
/// How long an execution belongs to a process that says nothing.
const LEASE_TIME: Duration = Duration::from_secs(15);
/// Bytes of arguments that reach the host, which then says why they are too many.
const ARGUMENT_BYTES: usize = 8 * 1024 * 1024;

/// Settings of a [`Runtime`].
///
/// Defaults:
/// - the name `default`, without connectors;
/// - the [`Limits`] of this crate for each pass, but arguments up to 1,000,000 bytes, which
///   is what the record holds of one value;
/// - tools decide themselves whether somebody is asked;
/// - the newest 50 executions that are over are kept;
/// - the cells of up to 64 paused executions are kept for a minute, so that what is
///   approved soon goes on at once; all others are rows in the store and nothing else;
/// - an execution belongs to its process for 15 seconds after the last sign of life.
#[must_use = "call `build`"]
pub struct RuntimeBuilder {
    sandbox: Sandbox,
    store: Arc<dyn Store>,
    name: String,
    connectors: Vec<Arc<dyn Connector>>,
    limits: Limits,
    diagnostics: Diagnostics,
    policy: Option<Policy>,
    watch: Option<Watch>,
    transform: Option<Arc<Transform>>,
    outbound: Option<Given>,
    max_executions: usize,
    keep_alive: Duration,
    lease_time: Duration,
}

impl fmt::Debug for RuntimeBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuntimeBuilder")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl RuntimeBuilder {
    pub(super) fn new(sandbox: Sandbox, store: Arc<dyn Store>) -> Self {
        Self {
            sandbox,
            store,
            name: "default".to_owned(),
            connectors: Vec::new(),
            limits: Limits::default().argument_bytes(ARGUMENT_BYTES),
            diagnostics: Diagnostics::default(),
            policy: None,
            watch: None,
            transform: None,
            outbound: None,
            max_executions: MAX_EXECUTIONS,
            keep_alive: KEEP_ALIVE,
            lease_time: LEASE_TIME,
        }
    }

    /// Names the runtime: runtimes of other names in the same store see nothing of it.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Adds tools under a name.
    pub fn connector(mut self, connector: impl Connector + 'static) -> Self {
        self.connectors.push(Arc::new(connector));
        self
    }

    /// Sets the limits of each pass.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits.argument_bytes(ARGUMENT_BYTES);
        self
    }

    /// Sets what is checked before a program runs; everything unless told.
    pub fn diagnostics(mut self, diagnostics: Diagnostics) -> Self {
        self.diagnostics = diagnostics;
        self
    }

    /// Decides for each call whether somebody is asked, in place of its tool.
    pub fn policy(
        mut self,
        decide: impl Fn(&PolicyCall<'_>) -> PolicyDecision + Send + Sync + 'static,
    ) -> Self {
        self.policy = Some(Policy::new(decide));
        self
    }

    /// Hears of each call when its tool begins to work on it, and when that is over, as it
    /// happens: for a display of what is under way. Calls that are repeated from the record
    /// are not told. It must not block.
    pub fn on_call(mut self, hear: impl Fn(&CallEvent) + Send + Sync + 'static) -> Self {
        self.watch = Some(Watch::new(hear));
        self
    }

    /// Changes results on their way to the model. The record keeps them raw; a result that
    /// cannot be changed goes out as it is.
    pub fn transform_result(
        mut self,
        transform: impl Fn(Value) -> Result<Value, String> + Send + Sync + 'static,
    ) -> Self {
        self.transform = Some(Arc::new(transform));
        self
    }

    /// Gives the programs' `fetch` somebody who performs its requests; without one there is
    /// no network. Requests are calls of the connector `fetch`: recorded, and repeated from
    /// the record. Those of methods that change nothing are its method `read`, which
    /// [only reads](crate::Tool::read_only), the others are `send`.
    pub fn outbound(mut self, outbound: impl Outbound + 'static) -> Self {
        self.outbound = Some(Given::new(outbound));
        self
    }

    /// How many executions that are over are kept.
    pub fn max_executions(mut self, max_executions: usize) -> Self {
        self.max_executions = max_executions;
        self
    }

    /// How long the cell of a paused execution is kept. With zero, what was approved always
    /// goes on by being repeated.
    pub fn keep_alive(mut self, time: Duration) -> Self {
        self.keep_alive = time;
        self
    }

    /// How long an execution belongs to a process that gives no sign of life.
    pub fn lease_time(mut self, time: Duration) -> Self {
        self.lease_time = time;
        self
    }

    /// The runtime.
    ///
    /// # Errors
    ///
    /// By kind: [`RuntimeName`](ErrorKind::RuntimeName) for a name with other characters
    /// than letters, digits, `_`, `.` and `-`; [`ConnectorName`](ErrorKind::ConnectorName)
    /// for names that clash or that of the platform; [`Limit`](ErrorKind::Limit) for a lease
    /// of no time.
    pub fn build(self) -> Result<Runtime, Error> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        if self.name.is_empty() || !self.name.chars().all(is_plain) {
            return Err(Error::new(ErrorKind::RuntimeName(self.name)));
        }
        if self.lease_time.is_zero() {
            return Err(Error::new(ErrorKind::Limit(
                "a lease of no time holds nothing",
            )));
        }
        let mut names = Vec::new();
        for connector in &self.connectors {
            let name = connector.name();
            if name == DEFAULT_NAMESPACE || name == HIDDEN || names.contains(&name) {
                return Err(Error::new(ErrorKind::ConnectorName(name)));
            }
            names.push(name);
        }
        Ok(Runtime {
            inner: Arc::new(Inner {
                sandbox: self.sandbox,
                store: self.store,
                name: self.name,
                connectors: self.connectors,
                limits: self.limits,
                diagnostics: self.diagnostics,
                policy: self.policy,
                watch: self.watch,
                transform: self.transform,
                outbound: self.outbound,
                max_executions: self.max_executions,
                keep_alive: self.keep_alive,
                lease_time: self.lease_time,
                living_slots: Semaphore::new(LIVING_CELLS),
                waiting: Waiting::default(),
            }),
        })
    }
}
