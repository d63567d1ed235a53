//! What durable executions claim: approvals, exact replay, undo, crashes, races.

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
