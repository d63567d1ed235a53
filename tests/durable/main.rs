//! What durable executions claim: approvals, exact replay, undo, crashes, races.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod approvals;
mod cassettes;
mod crashes;
mod faults;
mod races;
mod replay;
mod rollback;
mod sessions;
mod snippets;
mod store;
mod support;
