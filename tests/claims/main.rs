//! What codecell claims, by subject.

mod artefact;
mod console;
mod determinism;
mod errors;
mod hostile_guest;
mod isolation;
mod limits;
mod programs;
mod tools;
mod values;
