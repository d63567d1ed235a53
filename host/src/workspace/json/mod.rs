//! JSON files: reading with JavaScript's error messages, writing with its layout, and
//! paths into values.

mod parse;
mod pointer;
mod write;

pub(super) use self::parse::parse;
pub(super) use self::pointer::{keys, query, remove, set};
pub(super) use self::write::write;
