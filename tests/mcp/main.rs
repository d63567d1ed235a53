//! The MCP connector, with servers inside the test, hostile ones, and real ones.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on has failed, and a skipped one says so"
)]

mod cases;
mod config;
mod hostile;
mod http;
mod protocol;
mod real;
mod support;
