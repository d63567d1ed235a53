//! Executions in SQLite: a file, which several processes may use at once, or memory.

mod rows;
mod schema;
mod writer;

use std::fmt;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use self::writer::Worker;
use super::store::{Change, Decision, Ending, Lease, NewExecution, Refusal, Resumed};
use super::store::{Store, StoreError, StoreErrorKind, StoreFuture};
use super::{ExecutionRecord, ExecutionStatus, SnippetRecord};

/// How long a transaction waits for another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// A [`Store`] in SQLite. Cheap to clone: clones share one connection.
///
/// Defaults: write-ahead log, and [`Durability::Full`]. A new file is readable and
/// writable by its owner alone, because arguments and results are in it as they are.
/// Every row carries a checksum, and a file of up to 16 MiB is looked through when it is
/// opened, so damage is an error of kind [`Corrupt`](StoreErrorKind::Corrupt) and never
/// another value.
///
/// Writes that come at the same time, of one execution or of many, share one commit.
#[derive(Clone)]
pub struct SqliteStore {
    writer: Worker,
    reader: Worker,
}

/// What is certain when a write has been acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// It survives the loss of power: `synchronous=FULL`.
    #[default]
    Full,
    /// It survives the death of the process. After a loss of power the newest writes may
    /// be missing, and with them the knowledge that a call was started:
    /// `synchronous=NORMAL`.
    Process,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens or makes the store in this file.
    ///
    /// # Errors
    ///
    /// By kind: [`Corrupt`](StoreErrorKind::Corrupt) when the file is no database,
    /// [`Newer`](StoreErrorKind::Newer) when a newer version of this crate wrote it,
    /// [`ReadOnly`](StoreErrorKind::ReadOnly), [`Full`](StoreErrorKind::Full) and
    /// [`Busy`](StoreErrorKind::Busy) when it cannot be prepared,
    /// [`Unavailable`](StoreErrorKind::Unavailable) when it cannot be opened.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_with(path, Durability::default())
    }

    /// The same with another durability.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_with(path: impl AsRef<Path>, durability: Durability) -> Result<Self, StoreError> {
        let path = path.as_ref();
        create_private(path)?;
        let connect = || {
            let connection = Connection::open_with_flags(
                path,
                OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            )
            .map_err(rows::error)?;
            set_up(&connection, durability)?;
            Ok(connection)
        };
        let mut writer = connect()?;
        schema::check(&writer)?;
        schema::migrate(&mut writer)?;
        Ok(Self {
            reader: Worker::reader(connect()?)?,
            writer: Worker::writer(writer)?,
        })
    }

    /// A store that is gone with its last clone.
    ///
    /// # Errors
    ///
    /// Of kind [`Unavailable`](StoreErrorKind::Unavailable) when there is no memory or no
    /// thread for it.
    pub fn in_memory() -> Result<Self, StoreError> {
        let mut connection = Connection::open_in_memory().map_err(rows::error)?;
        set_up(&connection, Durability::Process)?;
        schema::migrate(&mut connection)?;
        let writer = Worker::writer(connection)?;
        Ok(Self {
            reader: writer.clone(),
            writer,
        })
    }
}

/// Makes the file for its owner's eyes only, if it is not there.
fn create_private(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let kind = |error: &std::io::Error| match error.kind() {
        std::io::ErrorKind::StorageFull => StoreErrorKind::Full,
        std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied => {
            StoreErrorKind::ReadOnly
        }
        _ => StoreErrorKind::Unavailable,
    };
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) => Err(StoreError::with_source(kind(&error), error)),
    }
}

fn set_up(connection: &Connection, durability: Durability) -> Result<(), StoreError> {
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::Process => "NORMAL",
    };
    connection.busy_timeout(BUSY_TIMEOUT).map_err(rows::error)?;
    let set = |name: &str, value: &str| {
        let done = connection.pragma_update(None, name, value);
        done.map_err(rows::error)
    };
    set("journal_mode", "WAL")?;
    set("synchronous", synchronous)?;
    set("foreign_keys", "ON")?;
    set("trusted_schema", "OFF")
}

impl Store for SqliteStore {
    fn begin(&self, new: NewExecution, keep: usize) -> StoreFuture<'_, Lease> {
        self.writer.run(move |db| {
            rows::prune(db, &new.runtime, keep)?;
            rows::insert(db, &new)
        })
    }

    fn append(&self, lease: &Lease, changes: Vec<Change>) -> StoreFuture<'_, ()> {
        let lease = lease.clone();
        self.writer.run(move |db| rows::append(db, &lease, changes))
    }

    fn renew(&self, lease: &Lease, now_ms: u64, time: Duration) -> StoreFuture<'_, ()> {
        let lease = lease.clone();
        self.writer
            .run(move |db| rows::renew(db, &lease, until(now_ms, time)))
    }

    fn lease(
        &self,
        runtime: &str,
        id: &str,
        from: &[ExecutionStatus],
        now_ms: u64,
        time: Duration,
    ) -> StoreFuture<'_, Result<Resumed, Refusal>> {
        let (runtime, id, from) = (runtime.to_owned(), id.to_owned(), from.to_vec());
        self.writer
            .run(move |db| rows::lease(db, &runtime, &id, &from, now_ms, until(now_ms, time)))
    }

    fn release(&self, lease: &Lease) -> StoreFuture<'_, ()> {
        let lease = lease.clone();
        self.writer.run(move |db| rows::release(db, &lease))
    }

    fn resume(
        &self,
        runtime: &str,
        id: &str,
        decisions: Vec<Decision>,
        now_ms: u64,
        time: Duration,
    ) -> StoreFuture<'_, Result<Resumed, Refusal>> {
        let (runtime, id) = (runtime.to_owned(), id.to_owned());
        self.writer
            .run(move |db| rows::resume(db, &runtime, &id, decisions, now_ms, until(now_ms, time)))
    }

    fn end(&self, runtime: &str, id: &str, ending: Ending) -> StoreFuture<'_, bool> {
        let (runtime, id) = (runtime.to_owned(), id.to_owned());
        self.writer
            .run(move |db| rows::end(db, &runtime, &id, &ending))
    }

    fn execution(&self, runtime: &str, id: &str) -> StoreFuture<'_, Option<ExecutionRecord>> {
        let (runtime, id) = (runtime.to_owned(), id.to_owned());
        self.reader
            .run(move |db| rows::execution(db, &runtime, &id))
    }

    fn executions(
        &self,
        runtime: &str,
        statuses: &[ExecutionStatus],
        limit: usize,
    ) -> StoreFuture<'_, Vec<ExecutionRecord>> {
        let (runtime, statuses) = (runtime.to_owned(), statuses.to_vec());
        self.reader
            .run(move |db| rows::executions(db, &runtime, &statuses, limit))
    }

    fn delete(&self, runtime: &str, id: &str) -> StoreFuture<'_, Option<ExecutionStatus>> {
        let (runtime, id) = (runtime.to_owned(), id.to_owned());
        self.writer.run(move |db| rows::delete(db, &runtime, &id))
    }

    fn prune(&self, runtime: &str, keep: usize) -> StoreFuture<'_, usize> {
        let runtime = runtime.to_owned();
        self.writer.run(move |db| rows::prune(db, &runtime, keep))
    }

    fn save_snippet(&self, runtime: &str, snippet: SnippetRecord) -> StoreFuture<'_, ()> {
        let runtime = runtime.to_owned();
        self.writer
            .run(move |db| rows::save_snippet(db, &runtime, &snippet))
    }

    fn snippets(&self, runtime: &str) -> StoreFuture<'_, Vec<SnippetRecord>> {
        let runtime = runtime.to_owned();
        self.reader.run(move |db| rows::snippets(db, &runtime))
    }

    fn delete_snippet(&self, runtime: &str, name: &str) -> StoreFuture<'_, bool> {
        let (runtime, name) = (runtime.to_owned(), name.to_owned());
        self.writer
            .run(move |db| rows::delete_snippet(db, &runtime, &name))
    }
}

fn until(now_ms: u64, time: Duration) -> u64 {
    now_ms.saturating_add(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}
