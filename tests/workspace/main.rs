//! What a workspace promises, on every backend, and the calls measured on the reference.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod claims;
mod conformance;
mod programs;
