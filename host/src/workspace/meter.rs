//! Counting and digesting what is written.

use std::io::{self, Write};

use sha2::{Digest as _, Sha256};

use super::fault::{Code, Fault};

/// What was written.
#[derive(Default)]
pub(super) struct Written {
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// Counts and digests what is written, and stops it at a quota.
pub(super) struct Metered<'a> {
    out: &'a mut dyn Write,
    bytes: u64,
    sha256: Sha256,
    file_bytes: u64,
    total_bytes: u64,
    used: u64,
}

impl<'a> Metered<'a> {
    /// At most `file_bytes`, and with `used` at most `total_bytes`.
    pub(super) fn new(
        out: &'a mut dyn Write,
        file_bytes: u64,
        total_bytes: u64,
        used: u64,
    ) -> Self {
        Self {
            out,
            bytes: 0,
            sha256: Sha256::new(),
            file_bytes,
            total_bytes,
            used,
        }
    }

    pub(super) fn finish(self) -> Written {
        Written {
            bytes: self.bytes,
            sha256: hex(&self.sha256.finalize()),
        }
    }
}

impl Write for Metered<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let next = self.bytes + bytes.len() as u64;
        if next > self.file_bytes {
            let text = format!("a file holds at most {} bytes", self.file_bytes);
            return Err(Fault::with_text(Code::TooBig, text).into());
        }
        if self.used.saturating_add(next) > self.total_bytes {
            let text = format!("the workspace holds at most {} bytes", self.total_bytes);
            return Err(Fault::with_text(Code::NoSpace, text).into());
        }
        let written = self.out.write(bytes)?;
        self.sha256.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
