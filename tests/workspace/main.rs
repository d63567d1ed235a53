//! What a workspace promises, on every backend, and the calls measured on the reference.

mod claims;
mod conformance;
mod programs;
