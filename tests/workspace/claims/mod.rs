//! What a workspace promises, on every backend.

mod archives;
mod backends;
mod concurrent;
mod hostile;
mod methods;
mod model;
mod pieces;
mod properties;
mod quota;
mod undo;
mod walled;
