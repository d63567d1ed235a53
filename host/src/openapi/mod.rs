//! Turns an OpenAPI document into typed tools, and their calls into requests.
//!
//! [`Document`] reads OpenAPI 3.0 or 3.1 in JSON or YAML and lists its
//! [`Operation`]s, each with a name, a description and the JSON Schemas of its
//! arguments and of its answer. [`Access`] says where requests go and as whom:
//! it makes a [`Request`] of an operation and the arguments of a call. What
//! came back, a [`Response`], becomes the value that the program sees.
//!
//! Nothing here sends anything: the embedder owns transport and redirects.
//! Nothing is fetched either: a reference that leaves the document leaves its
//! schema open.

mod access;
mod body;
mod credentials;
mod document;
mod draft;
mod error;
mod escape;
mod http;
mod media;
mod multipart;
mod names;
mod operation;
mod parameter;
mod paths;
mod provider;
mod raw;
mod reference;
mod schema;
mod server;
mod style;
mod template;

pub use self::access::{Access, AccessBuilder};
pub use self::credentials::Credential;
pub use self::document::Document;
pub use self::error::{CallError, Problem};
pub use self::http::{Request, Response};
pub use self::names::REQUEST;
pub use self::operation::Operation;
