//! One thread for each connection, and one commit for all that came meanwhile.

use std::sync::mpsc::{Receiver, Sender, channel};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::rows;
use crate::record::store::{StoreError, StoreErrorKind, StoreFuture};

/// Jobs that share one commit, at most.
const MAX_BATCH: usize = 256;

/// Runs in a transaction, if there is one; what it returns tells the caller, once that
/// is committed.
type Job = Box<dyn FnOnce(Result<&Connection, StoreErrorKind>) -> Done + Send>;
type Done = (Result<(), StoreErrorKind>, Finish);
type Finish = Box<dyn FnOnce(Result<(), StoreErrorKind>) + Send>;

/// A thread that has a connection. It ends with the last handle.
#[derive(Clone)]
pub(super) struct Worker(Sender<Job>);

impl Worker {
    pub(super) fn writer(connection: Connection) -> Result<Self, StoreError> {
        Self::start(connection, "BEGIN IMMEDIATE")
    }

    pub(super) fn reader(connection: Connection) -> Result<Self, StoreError> {
        Self::start(connection, "BEGIN")
    }

    fn start(connection: Connection, begin: &'static str) -> Result<Self, StoreError> {
        let (jobs, queue) = channel();
        std::thread::Builder::new()
            .name("codecell-store".to_owned())
            .spawn(move || work(&connection, begin, &queue))
            .map_err(|error| StoreError::with_source(StoreErrorKind::Unavailable, error))?;
        Ok(Self(jobs))
    }

    /// Runs one job, alone or together with others.
    pub(super) fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> StoreFuture<'_, T> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let done = connection.map_err(StoreError::new).and_then(job);
            let verdict = done.as_ref().map(drop).map_err(StoreError::kind);
            let finish: Finish = Box::new(move |committed| {
                // Who asked may be gone.
                let _ = answer.send(match (done, committed) {
                    (Ok(_), Err(kind)) => Err(StoreError::new(kind)),
                    (done, _) => done,
                });
            });
            (verdict, finish)
        });
        let sent = self.0.send(job);
        Box::pin(async move {
            let gone = || StoreError::new(StoreErrorKind::Unavailable);
            sent.map_err(|_| gone())?;
            answered.await.map_err(|_| gone())?
        })
    }
}

fn work(connection: &Connection, begin: &str, queue: &Receiver<Job>) {
    connection.set_prepared_statement_cache_capacity(64);
    while let Ok(first) = queue.recv() {
        let mut jobs = vec![first];
        jobs.extend(queue.try_iter().take(MAX_BATCH - 1));
        batch(connection, begin, jobs);
    }
}

fn batch(connection: &Connection, begin: &str, jobs: Vec<Job>) {
    let mut finished = Vec::with_capacity(jobs.len());
    let execute = |sql: &str| {
        let done = connection
            .prepare_cached(sql)
            .and_then(|mut it| it.execute([]));
        done.map(drop).map_err(|error| rows::error(error).kind())
    };
    let mut committed = execute(begin);
    for job in jobs {
        // One that fails takes back what it did, and nothing else.
        committed = committed.and_then(|()| execute("SAVEPOINT job"));
        let (done, finish) = job(committed.map(|()| connection));
        finished.push(finish);
        committed = committed.and_then(|()| match done {
            Ok(()) => execute("RELEASE job"),
            // A full disk, for one, ends the whole transaction.
            Err(kind) if connection.is_autocommit() => Err(kind),
            Err(_) => execute("ROLLBACK TO job").and_then(|()| execute("RELEASE job")),
        });
    }
    if committed.is_ok() {
        committed = execute("COMMIT");
    }
    if !connection.is_autocommit() {
        let _ = execute("ROLLBACK");
    }
    for finish in finished {
        finish(committed);
    }
}
