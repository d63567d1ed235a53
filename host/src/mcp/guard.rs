//! A transport that a server cannot flood.

use std::collections::HashSet;
use std::sync::Arc;

use rmcp::RoleClient;
use rmcp::model::{ClientNotification, JsonRpcMessage, RequestId, ServerNotification};
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use tokio::time::{Duration, Instant};

use super::limits::MAX_UNASKED_PER_SECOND;
use super::wire::Wire;

/// Stands between any transport and the protocol.
///
/// Notifications are dealt with here, in the order of the messages, and go no
/// further: a changed list is marked before the answer that follows it is read,
/// and a storm of notifications starts no tasks.
pub(super) struct Guarded<T> {
    inner: T,
    wire: Arc<Wire>,
    asked: HashSet<RequestId>,
    unasked: Rate,
}

impl<T> Guarded<T> {
    pub(super) fn new(inner: T, wire: Arc<Wire>) -> Self {
        Self {
            inner,
            wire,
            asked: HashSet::new(),
            unasked: Rate::default(),
        }
    }

    /// The message, when the protocol has something to do with it.
    fn sorted(
        &mut self,
        message: RxJsonRpcMessage<RoleClient>,
    ) -> Option<RxJsonRpcMessage<RoleClient>> {
        let is_answer = match &message {
            JsonRpcMessage::Response(answer) => self.was_asked(&answer.id),
            JsonRpcMessage::Error(error) => match &error.id {
                Some(id) => self.was_asked(id),
                None => false,
            },
            _ => false,
        };
        if !is_answer && self.unasked.is_exceeded() {
            self.wire.break_off(format!(
                "it sent more than {MAX_UNASKED_PER_SECOND} messages in a second that nobody \
                 asked for"
            ));
            return None;
        }
        match message {
            JsonRpcMessage::Notification(notification) => match notification.notification {
                ServerNotification::ToolListChangedNotification(_) => {
                    self.wire.note_change();
                    None
                }
                ServerNotification::ProgressNotification(progress) => {
                    self.wire.note_progress(progress.params);
                    None
                }
                // It takes back a request of the server, which the protocol keeps.
                ServerNotification::CancelledNotification(_) => {
                    Some(JsonRpcMessage::Notification(notification))
                }
                // So that the stream of changes is confirmed, and read.
                ServerNotification::SubscriptionsAcknowledgedNotification(_) => {
                    Some(JsonRpcMessage::Notification(notification))
                }
                _ => None,
            },
            message => Some(message),
        }
    }

    /// Some servers write the number of a request as text.
    fn was_asked(&mut self, id: &RequestId) -> bool {
        let number = match id {
            RequestId::String(text) => text.parse().ok().map(RequestId::Number),
            RequestId::Number(_) => None,
        };
        self.asked.remove(id) || number.is_some_and(|number| self.asked.remove(&number))
    }
}

impl<T: Transport<RoleClient>> Transport<RoleClient> for Guarded<T> {
    type Error = T::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleClient>,
    ) -> impl Future<Output = Result<(), T::Error>> + Send + 'static {
        match &message {
            JsonRpcMessage::Request(request) => {
                self.asked.insert(request.id.clone());
            }
            JsonRpcMessage::Notification(notification) => {
                if let ClientNotification::CancelledNotification(cancelled) =
                    &notification.notification
                    && let Some(id) = &cancelled.params.request_id
                {
                    self.asked.remove(id);
                }
            }
            _ => {}
        }
        self.inner.send(message)
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleClient>> {
        let broken = self.wire.broken().clone();
        while !broken.is_cancelled() {
            let message = tokio::select! {
                () = broken.cancelled() => None,
                message = self.inner.receive() => message,
            };
            let Some(message) = message else {
                self.wire.break_off("it closed the connection");
                break;
            };
            if let Some(message) = self.sorted(message) {
                return Some(message);
            }
        }
        None
    }

    async fn close(&mut self) -> Result<(), T::Error> {
        self.wire.break_off("the connection was closed");
        self.inner.close().await
    }
}

/// Counts what comes within a second.
#[derive(Debug)]
pub(super) struct Rate {
    since: Instant,
    count: u32,
}

impl Default for Rate {
    fn default() -> Self {
        Self {
            since: Instant::now(),
            count: 0,
        }
    }
}

impl Rate {
    /// Counts one more, and tells whether that is too many.
    pub(super) fn is_exceeded(&mut self) -> bool {
        if self.since.elapsed() > Duration::from_secs(1) {
            *self = Self::default();
        }
        self.count += 1;
        self.count > MAX_UNASKED_PER_SECOND
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_second_may_hold_so_many_and_the_next_one_begins_anew() {
        let mut rate = Rate::default();

        assert!(!(0..MAX_UNASKED_PER_SECOND).any(|_| rate.is_exceeded()));
        assert!(rate.is_exceeded());
        tokio::time::advance(Duration::from_millis(1_001)).await;
        assert!(!rate.is_exceeded());
    }
}
