//! A workspace in SQLite.

mod content;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Row, Transaction};

use self::content::{Reader, Writer};
use super::backend::{Backend, Detail, Entry, Fill, Kind, Source, Stat};
use super::fault::{Code, Fault};
use super::path;

/// Content is kept in pieces, so that a file can be read and written piece by piece.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS workspace_entries (
        id INTEGER PRIMARY KEY,
        parent INTEGER NOT NULL,
        name TEXT NOT NULL,
        kind INTEGER NOT NULL,
        mode INTEGER NOT NULL,
        modified INTEGER NOT NULL,
        size INTEGER NOT NULL DEFAULT 0,
        target TEXT,
        content INTEGER,
        UNIQUE (parent, name)
    );
    CREATE TABLE IF NOT EXISTS workspace_contents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        staged INTEGER
    );
    CREATE TABLE IF NOT EXISTS workspace_pieces (
        content INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        bytes BLOB NOT NULL,
        UNIQUE (content, seq)
    );
    INSERT OR IGNORE INTO workspace_entries (id, parent, name, kind, mode, modified)
        VALUES (1, 0, '', 1, 493, 0);
";

/// The id of the root folder.
const ROOT: i64 = 1;
/// How long content may be staged before it counts as left behind by a crash.
const STAGED: Duration = Duration::from_secs(24 * 60 * 60);

/// Files in a SQLite database, in tables whose names begin with `workspace_`. Processes may
/// share it.
#[derive(Debug)]
pub struct Sqlite {
    connection: Arc<Mutex<Connection>>,
}

impl Sqlite {
    /// Opens a database, or makes one.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened, or holds something else.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Fault> {
        Self::new(Connection::open(path)?)
    }

    /// A database that goes away with the value.
    ///
    /// # Errors
    ///
    /// When SQLite has no memory for it.
    pub fn in_memory() -> Result<Self, Fault> {
        Self::new(Connection::open_in_memory()?)
    }

    fn new(connection: Connection) -> Result<Self, Fault> {
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.set_prepared_statement_cache_capacity(64);
        // Answers with the mode, which in memory stays another.
        let _: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        connection.execute_batch("PRAGMA synchronous = NORMAL")?;
        connection.execute_batch(SCHEMA)?;
        let long_ago = millis(SystemTime::now()) - STAGED.as_millis() as i64;
        connection.execute(
            "DELETE FROM workspace_pieces WHERE content IN
                (SELECT id FROM workspace_contents WHERE staged < ?1)",
            [long_ago],
        )?;
        connection.execute(
            "DELETE FROM workspace_contents WHERE staged < ?1",
            [long_ago],
        )?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        lock(&self.connection)
    }

    /// Does one change, all or nothing.
    fn change<T>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut connection = self.lock();
        let immediate = rusqlite::TransactionBehavior::Immediate;
        let transaction = connection.transaction_with_behavior(immediate)?;
        let changed = change(&transaction)?;
        transaction.commit()?;
        Ok(changed)
    }
}

// A transaction that a panic interrupts is rolled back when it is dropped.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Code::NoSpace.into(),
            Some(ErrorCode::ReadOnly) => Code::ReadOnly.into(),
            Some(ErrorCode::TooBig) => Code::TooBig.into(),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Self::with_text(Code::Io, "the database is busy; try again")
            }
            // The database's words may name paths of the host.
            _ => Self::with_text(Code::Io, "input/output error (database)"),
        }
    }
}

/// A row of `workspace_entries`.
struct Found {
    id: i64,
    stat: Stat,
    target: Option<String>,
    content: Option<i64>,
}

const COLUMNS: &str = "id, kind, mode, modified, size, target, content";

fn read(row: &Row<'_>) -> rusqlite::Result<Found> {
    let kind = match row.get(1)? {
        0 => Kind::File,
        1 => Kind::Directory,
        _ => Kind::Symlink,
    };
    let modified = Duration::from_millis(row.get::<_, i64>(3)?.try_into().unwrap_or(0));
    Ok(Found {
        id: row.get(0)?,
        stat: Stat {
            kind,
            size: row.get::<_, i64>(4)?.try_into().unwrap_or(0),
            modified: SystemTime::UNIX_EPOCH + modified,
            mode: row.get(2)?,
        },
        target: row.get(5)?,
        content: row.get(6)?,
    })
}

fn find(connection: &Connection, path: &str) -> Result<Option<Found>, Fault> {
    if path == "/" {
        let sql = format!("SELECT {COLUMNS} FROM workspace_entries WHERE id = {ROOT}");
        return Ok(connection
            .prepare_cached(&sql)?
            .query_row([], read)
            .optional()?);
    }
    let sql = format!("SELECT {COLUMNS} FROM workspace_entries WHERE parent = ?1 AND name = ?2");
    let mut query = connection.prepare_cached(&sql)?;
    let mut parent = ROOT;
    let mut names = path::names(path).peekable();
    while let Some(name) = names.next() {
        let found = query.query_row((parent, name), read).optional()?;
        match found {
            Some(found) if names.peek().is_none() => return Ok(Some(found)),
            Some(found) if found.stat.kind == Kind::Directory => parent = found.id,
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// The id of the folder that a path is in.
fn folder_of(connection: &Connection, path: &str) -> Result<i64, Fault> {
    let folder = find(connection, path::parent(path))?.ok_or(Code::NotFound)?;
    match folder.stat.kind {
        Kind::Directory => Ok(folder.id),
        _ => Err(Code::NotDirectory.into()),
    }
}

fn delete(connection: &Connection, found: &Found) -> Result<(), Fault> {
    connection
        .prepare_cached("DELETE FROM workspace_entries WHERE id = ?1")?
        .execute([found.id])?;
    match found.content {
        Some(content) => content::delete(connection, content),
        None => Ok(()),
    }
}

fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as i64)
}

impl Sqlite {
    fn insert(&self, path: &str, kind: Kind, mode: u32, target: Option<&str>) -> Result<(), Fault> {
        self.change(|transaction| {
            let parent = folder_of(transaction, path)?;
            if find(transaction, path)?.is_some() {
                return Err(Code::Exists.into());
            }
            let mut insert = transaction.prepare_cached(
                "INSERT INTO workspace_entries (parent, name, kind, mode, modified, size, target)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            let kind = if kind == Kind::Directory { 1 } else { 2 };
            let now = millis(SystemTime::now());
            let size = target.map_or(0, str::len) as i64;
            insert.execute((parent, path::name(path), kind, mode, now, size, target))?;
            Ok(())
        })
    }
}

impl Backend for Sqlite {
    fn lstat(&self, path: &str) -> Result<Option<Stat>, Fault> {
        Ok(find(&self.lock(), path)?.map(|found| found.stat))
    }

    fn list(&self, path: &str, _: Detail) -> Result<Vec<Entry>, Fault> {
        let connection = self.lock();
        let folder = find(&connection, path)?.ok_or(Code::NotFound)?;
        if folder.stat.kind != Kind::Directory {
            return Err(Code::NotDirectory.into());
        }
        let sql = format!(
            "SELECT {COLUMNS}, name FROM workspace_entries WHERE parent = ?1 ORDER BY name"
        );
        let mut query = connection.prepare_cached(&sql)?;
        let entries = query.query_map([folder.id], |row| {
            let stat = read(row)?.stat;
            Ok(Entry {
                name: row.get(7)?,
                kind: stat.kind,
                stat: Some(stat),
            })
        })?;
        Ok(entries.collect::<Result<_, _>>()?)
    }

    fn open(&self, path: &str) -> Result<(u64, Box<dyn Source>), Fault> {
        let connection = self.lock();
        let found = find(&connection, path)?.ok_or(Code::NotFound)?;
        match (found.stat.kind, found.content) {
            (Kind::File, Some(content)) => {
                let size = found.stat.size;
                let shared = Arc::clone(&self.connection);
                let reader = Reader::open(shared, &connection, content, size)?;
                Ok((size, Box::new(reader)))
            }
            (Kind::Directory, _) => Err(Code::IsDirectory.into()),
            _ => Err(Code::Invalid.into()),
        }
    }

    fn readlink(&self, path: &str) -> Result<String, Fault> {
        let found = find(&self.lock(), path)?.ok_or(Code::NotFound)?;
        Ok(found.target.ok_or(Code::Invalid)?)
    }

    fn put(&self, path: &str, mode: Option<u32>, fill: &mut Fill<'_>) -> Result<(), Fault> {
        let mut writer = Writer::new(&self.connection);
        fill(&mut writer)?;
        self.change(|transaction| {
            let parent = folder_of(transaction, path)?;
            let old = find(transaction, path)?;
            if let Some(old) = &old {
                if old.stat.kind == Kind::Directory {
                    return Err(Code::IsDirectory.into());
                }
                delete(transaction, old)?;
            }
            let old_file = old.filter(|old| old.stat.kind == Kind::File);
            let mode = mode.or(old_file.map(|old| old.stat.mode)).unwrap_or(0o644);
            let (content, size) = writer.finish(transaction)?;
            let mut insert = transaction.prepare_cached(
                "INSERT INTO workspace_entries (parent, name, kind, mode, modified, size, content)
                    VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6)",
            )?;
            let now = millis(SystemTime::now());
            insert.execute((parent, path::name(path), mode, now, size as i64, content))?;
            Ok(())
        })?;
        writer.keep();
        Ok(())
    }

    fn mkdir(&self, path: &str, mode: Option<u32>) -> Result<(), Fault> {
        self.insert(path, Kind::Directory, mode.unwrap_or(0o755), None)
    }

    fn symlink(&self, target: &str, path: &str) -> Result<(), Fault> {
        self.insert(path, Kind::Symlink, 0o777, Some(target))
    }

    fn remove(&self, path: &str) -> Result<(), Fault> {
        self.change(|transaction| {
            let found = find(transaction, path)?.ok_or(Code::NotFound)?;
            let is_folder = found.stat.kind == Kind::Directory;
            let sql = "SELECT EXISTS (SELECT 1 FROM workspace_entries WHERE parent = ?1)";
            let mut query = transaction.prepare_cached(sql)?;
            if is_folder && query.query_row([found.id], |row| row.get(0))? {
                return Err(Code::NotEmpty.into());
            }
            delete(transaction, &found)
        })
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), Fault> {
        if path::is_within(to, from) {
            return Err(Code::Invalid.into());
        }
        self.change(|transaction| {
            let parent = folder_of(transaction, to)?;
            let found = find(transaction, from)?.ok_or(Code::NotFound)?;
            if let Some(old) = find(transaction, to)? {
                if old.stat.kind == Kind::Directory {
                    return Err(Code::IsDirectory.into());
                }
                delete(transaction, &old)?;
            }
            let sql = "UPDATE workspace_entries SET parent = ?1, name = ?2 WHERE id = ?3";
            let mut update = transaction.prepare_cached(sql)?;
            update.execute((parent, path::name(to), found.id))?;
            Ok(())
        })
    }
}
