//! Who hears of calls while they are under way.

use std::fmt;
use std::sync::Arc;

use crate::record::Entry;

/// A call that a tool began to work on, or is over with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallEvent {
    /// The execution that makes it.
    pub execution_id: Arc<str>,
    /// Its place among the calls of the execution, from 0.
    pub seq: u32,
    /// The namespace.
    pub connector: String,
    /// The tool's name, as the program wrote it.
    pub method: String,
    /// Whether the tool has answered, failed, or was stopped.
    pub is_over: bool,
}

type Hear = dyn Fn(&CallEvent) + Send + Sync;

#[derive(Clone)]
pub(super) struct Watch(Arc<Hear>);

impl Watch {
    pub(super) fn new(hear: impl Fn(&CallEvent) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hear))
    }

    /// Tells of a call, and of its end when what is returned is dropped.
    pub(super) fn begin(&self, execution_id: &str, entry: &Entry) -> Watched {
        let event = CallEvent {
            execution_id: execution_id.into(),
            seq: entry.seq.unwrap_or(entry.call),
            connector: entry.connector.clone(),
            method: entry.method.clone(),
            is_over: false,
        };
        (self.0)(&event);
        Watched {
            event,
            hear: Arc::clone(&self.0),
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

pub(super) struct Watched {
    event: CallEvent,
    hear: Arc<Hear>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.event.is_over = true;
        (self.hear)(&self.event);
    }
}
