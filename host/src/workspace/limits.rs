//! How much a workspace holds and how much one call may ask for.

/// Bounds of a workspace. Every one refuses with an error and leaves things as they were.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of content of all files together.
    ///
    /// Counted at the first write and kept up to date; counted anew before a write
    /// is refused, since others may have made room. What another process writes in
    /// between is not seen.
    pub total_bytes: u64,
    /// Bytes of one file. A compressed file that unpacks to more leaves nothing behind.
    pub file_bytes: u64,
    /// Files, folders and links together, because each costs memory or an inode
    /// however empty it is.
    pub entries: u64,
    /// Bytes of one file that a call takes into memory: what `readFile` returns, what
    /// `replaceInFile` edits. Longer files are read in ranges and searched as streams.
    pub read_bytes: u64,
    /// Bytes of one line that a search holds, at least 128 KiB. Longer lines fail the search.
    pub line_bytes: usize,
    /// Entries or matches that one call returns.
    pub results: usize,
    /// Bytes of old content that an undo record holds. A change of more has none.
    pub undo_bytes: u64,
    /// Bytes of old content that a batch holds to restore it. A batch of more is
    /// refused before anything of it is lost.
    pub batch_bytes: u64,
}

impl Limits {
    /// - 1 GiB in all, 256 MiB a file, 100,000 entries
    /// - 16 MiB a read, 8 MiB a line, 200,000 results
    /// - 1 MiB of undo, 64 MiB of a batch
    #[must_use]
    pub fn new() -> Self {
        Self {
            total_bytes: 1 << 30,
            file_bytes: 256 << 20,
            entries: 100_000,
            read_bytes: 16 << 20,
            line_bytes: 8 << 20,
            results: 200_000,
            undo_bytes: 1 << 20,
            batch_bytes: 64 << 20,
        }
    }

    /// Sets [`total_bytes`](Self::total_bytes).
    #[must_use]
    pub fn total_bytes(mut self, bytes: u64) -> Self {
        self.total_bytes = bytes;
        self
    }

    /// Sets [`file_bytes`](Self::file_bytes).
    #[must_use]
    pub fn file_bytes(mut self, bytes: u64) -> Self {
        self.file_bytes = bytes;
        self
    }

    /// Sets [`entries`](Self::entries).
    #[must_use]
    pub fn entries(mut self, entries: u64) -> Self {
        self.entries = entries;
        self
    }

    /// Sets [`read_bytes`](Self::read_bytes).
    #[must_use]
    pub fn read_bytes(mut self, bytes: u64) -> Self {
        self.read_bytes = bytes;
        self
    }

    /// Sets [`line_bytes`](Self::line_bytes).
    #[must_use]
    pub fn line_bytes(mut self, bytes: usize) -> Self {
        self.line_bytes = bytes;
        self
    }

    /// Sets [`results`](Self::results).
    #[must_use]
    pub fn results(mut self, results: usize) -> Self {
        self.results = results;
        self
    }

    /// Sets [`undo_bytes`](Self::undo_bytes).
    #[must_use]
    pub fn undo_bytes(mut self, bytes: u64) -> Self {
        self.undo_bytes = bytes;
        self
    }

    /// Sets [`batch_bytes`](Self::batch_bytes).
    #[must_use]
    pub fn batch_bytes(mut self, bytes: u64) -> Self {
        self.batch_bytes = bytes;
        self
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}
