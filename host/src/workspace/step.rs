//! Single changes, as they are remembered.

use serde::{Deserialize, Serialize};

/// One change, with what it takes to see that it still stands and to take it back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "camelCase")]
pub(super) enum Step {
    Wrote {
        path: String,
        before: Option<Before>,
        /// SHA-256 of what was written.
        after: String,
    },
    Made {
        path: String,
    },
    Linked {
        path: String,
        target: String,
    },
    Removed {
        path: String,
        before: Before,
    },
    Moved {
        from: String,
        to: String,
        /// Of all that was moved; see `Edit::print`.
        print: String,
    },
}

/// What was at a path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(super) enum Before {
    File {
        #[serde(with = "super::base64")]
        content: Vec<u8>,
        mode: u32,
    },
    Directory {
        mode: u32,
    },
    Symlink {
        target: String,
    },
}

impl Step {
    /// Where its outcome is.
    pub(super) fn path(&self) -> &str {
        match self {
            Self::Wrote { path, .. }
            | Self::Made { path }
            | Self::Linked { path, .. }
            | Self::Removed { path, .. }
            | Self::Moved { to: path, .. } => path,
        }
    }

    /// All that it touched.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        let other = match self {
            Self::Moved { from, .. } => Some(from.as_str()),
            _ => None,
        };
        other.into_iter().chain([self.path()])
    }
}
