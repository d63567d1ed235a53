//! What a workspace promises, on every backend.

mod backends;
mod concurrent;
mod hostile;
mod methods;
mod model;
mod properties;
mod quota;
mod undo;
