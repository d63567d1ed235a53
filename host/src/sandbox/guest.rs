//! The guest component, and the digest that it is known by.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::sync::OnceLock;

use sha2::{Digest as _, Sha256};

/// The guest that this crate ships.
static SHIPPED: &[u8] = include_bytes!("../../guest/guest.wasm");

/// Its record, with its digest: reading it is milliseconds faster than making it, in each
/// process. A test, and `cargo xtask build-guest --check`, compare the two.
static RECORD: &str = include_str!("../../guest/guest.toml");

/// A component in binary form.
pub(super) struct Guest {
    bytes: Cow<'static, [u8]>,
    digest: OnceLock<String>,
}

impl Guest {
    pub(super) fn shipped() -> Self {
        let digest = recorded().map(str::to_owned);
        Self {
            bytes: Cow::Borrowed(SHIPPED),
            digest: digest.map_or_else(OnceLock::new, OnceLock::from),
        }
    }

    pub(super) fn given(bytes: Vec<u8>) -> Self {
        Self {
            bytes: Cow::Owned(bytes),
            digest: OnceLock::new(),
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The SHA-256 of the bytes, in hexadecimal.
    pub(super) fn digest(&self) -> &str {
        self.digest.get_or_init(|| digest_of(&self.bytes))
    }
}

impl fmt::Debug for Guest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guest")
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

fn recorded() -> Option<&'static str> {
    let mut fields = RECORD.lines().filter_map(|line| line.split_once(" = "));
    let (_, digest) = fields.find(|(name, _)| *name == "artefact")?;
    Some(digest.trim_matches('"'))
}

fn digest_of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing into a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorded_digest_is_that_of_the_guest() {
        assert_eq!(recorded(), Some(digest_of(SHIPPED).as_str()));
        assert_eq!(Guest::shipped().digest(), digest_of(SHIPPED));
        assert_eq!(Guest::given(b"abc".to_vec()).digest(), digest_of(b"abc"));
    }
}
