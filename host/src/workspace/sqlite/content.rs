//! Content in pieces: read and written without the whole of it in memory.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use rusqlite::{Connection, OptionalExtension as _};

use super::super::fault::{Code, Fault};
use super::{lock, millis};

/// Bytes of each piece but the last.
const PIECE: usize = 256 * 1024;

/// Removes content and its pieces.
pub(super) fn delete(connection: &Connection, content: i64) -> Result<(), Fault> {
    for sql in [
        "DELETE FROM workspace_pieces WHERE content = ?1",
        "DELETE FROM workspace_contents WHERE id = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([content])?;
    }
    Ok(())
}

fn piece(connection: &Connection, content: i64, seq: u64) -> Result<Vec<u8>, Fault> {
    let sql = "SELECT bytes FROM workspace_pieces WHERE content = ?1 AND seq = ?2";
    let mut query = connection.prepare_cached(sql)?;
    let bytes = query
        .query_row((content, seq as i64), |row| row.get(0))
        .optional()?;
    // Whoever replaced the file took its pieces away.
    Ok(bytes.ok_or(Code::Stale)?)
}

/// Reads a file, one piece in memory at a time.
pub(super) struct Reader {
    connection: Arc<Mutex<Connection>>,
    content: i64,
    size: u64,
    at: u64,
    /// The piece that was read last. The first is read at once, so that a short file
    /// is there whatever happens to it.
    seq: u64,
    bytes: Vec<u8>,
}

impl Reader {
    pub(super) fn open(
        shared: Arc<Mutex<Connection>>,
        connection: &Connection,
        content: i64,
        size: u64,
    ) -> Result<Self, Fault> {
        let bytes = match size {
            0 => Vec::new(),
            _ => piece(connection, content, 0)?,
        };
        Ok(Self {
            connection: shared,
            content,
            size,
            at: 0,
            seq: 0,
            bytes,
        })
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.size || buffer.is_empty() {
            return Ok(0);
        }
        let (seq, from) = (self.at / PIECE as u64, (self.at % PIECE as u64) as usize);
        if seq != self.seq {
            self.bytes = piece(&lock(&self.connection), self.content, seq)?;
            self.seq = seq;
        }
        let rest = self.bytes.get(from..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// Collects content. Beyond one piece it is staged in the database, where nothing refers
/// to it until the file is put in place.
pub(super) struct Writer<'a> {
    connection: &'a Mutex<Connection>,
    bytes: Vec<u8>,
    staged: Option<i64>,
    pieces: i64,
    is_kept: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(connection: &'a Mutex<Connection>) -> Self {
        Self {
            connection,
            bytes: Vec::new(),
            staged: None,
            pieces: 0,
            is_kept: false,
        }
    }

    fn stage(&mut self) -> Result<(), Fault> {
        let connection = lock(self.connection);
        let content = match self.staged {
            Some(content) => content,
            None => {
                let now = millis(SystemTime::now());
                let sql = "INSERT INTO workspace_contents (staged) VALUES (?1)";
                connection.prepare_cached(sql)?.execute([now])?;
                connection.last_insert_rowid()
            }
        };
        self.staged = Some(content);
        insert_piece(&connection, content, self.pieces, &self.bytes)?;
        self.pieces += 1;
        self.bytes.clear();
        Ok(())
    }

    /// Writes what is left; the content's id and size.
    pub(super) fn finish(&mut self, connection: &Connection) -> Result<(i64, u64), Fault> {
        let content = match self.staged {
            Some(content) => {
                let sql = "UPDATE workspace_contents SET staged = NULL WHERE id = ?1";
                connection.prepare_cached(sql)?.execute([content])?;
                content
            }
            None => {
                let sql = "INSERT INTO workspace_contents (staged) VALUES (NULL)";
                connection.prepare_cached(sql)?.execute([])?;
                connection.last_insert_rowid()
            }
        };
        if !self.bytes.is_empty() {
            insert_piece(connection, content, self.pieces, &self.bytes)?;
        }
        let size = self.pieces as u64 * PIECE as u64 + self.bytes.len() as u64;
        Ok((content, size))
    }

    pub(super) fn keep(&mut self) {
        self.is_kept = true;
    }
}

fn insert_piece(
    connection: &Connection,
    content: i64,
    seq: i64,
    bytes: &[u8],
) -> Result<(), Fault> {
    let sql = "INSERT INTO workspace_pieces (content, seq, bytes) VALUES (?1, ?2, ?3)";
    connection
        .prepare_cached(sql)?
        .execute((content, seq, bytes))?;
    Ok(())
}

impl Write for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() == PIECE {
            self.stage()?;
        }
        let count = bytes.len().min(PIECE - self.bytes.len());
        self.bytes.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        if let (Some(content), false) = (self.staged, self.is_kept) {
            // What stays is removed when the database is opened a day later.
            let _: Result<(), Fault> = delete(&lock(self.connection), content);
        }
    }
}
