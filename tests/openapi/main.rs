//! The OpenAPI connector: documents, requests, and documents made to hurt.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod conformance;
mod documents;
mod hostile;
mod requests;
