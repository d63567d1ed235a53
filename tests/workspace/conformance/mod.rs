//! Sequences of calls with the results that they must have, on every backend.

mod cases;
mod matcher;
mod oracle;
