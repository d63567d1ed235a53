//! What a program's `fetch` does with a network, against real servers on this machine.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod addresses;
mod credentials;
mod durable;
mod fetch;
mod limits;
mod openapi;
mod policy;
mod published;
mod redirects;
mod server;
mod support;
