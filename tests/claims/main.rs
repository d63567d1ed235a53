//! What codecell claims, by subject.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod artefact;
mod code_tool;
mod console;
mod crypto;
mod determinism;
mod diagnostics;
mod discovery;
mod environment;
mod errors;
mod globals;
mod hostile_guest;
mod interpreter;
mod intl;
mod isolation;
mod limits;
mod programs;
mod reading;
mod schemas;
mod temporal;
mod tools;
mod typegen;
mod values;
