//! A store that does something at its n-th operation: dies, or fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use codecell::SqliteStore;
use codecell::record::{
    Change, Decision, Ending, ExecutionRecord, ExecutionStatus, Lease, NewExecution, Refusal,
    Resumed, SnippetRecord, Store, StoreError, StoreFuture,
};

/// On which side of an operation it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Before,
    After,
}

/// What happens: an error, or an end of the process.
pub type Event = Arc<dyn Fn() -> StoreError + Send + Sync>;

/// A store whose n-th write, counted from 1, meets an event.
#[derive(Clone)]
pub struct Interrupted {
    store: SqliteStore,
    count: Arc<AtomicUsize>,
    at: usize,
    side: Side,
    event: Event,
}

impl std::fmt::Debug for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Interrupted")
    }
}

impl Interrupted {
    pub fn new(store: SqliteStore, at: usize, side: Side, event: Event) -> Self {
        Self {
            store,
            count: Arc::default(),
            at,
            side,
            event,
        }
    }

    /// Whether the operation was reached.
    pub fn was_met(&self) -> bool {
        self.count.load(Ordering::SeqCst) >= self.at
    }

    fn write<'a, T: Send + 'a>(&self, work: StoreFuture<'a, T>) -> StoreFuture<'a, T> {
        let is_now = self.count.fetch_add(1, Ordering::SeqCst) + 1 == self.at;
        let (side, event) = (self.side, Arc::clone(&self.event));
        Box::pin(async move {
            if is_now && side == Side::Before {
                drop(work);
                return Err(event());
            }
            let done = work.await;
            match is_now {
                true => Err(event()),
                false => done,
            }
        })
    }
}

impl Store for Interrupted {
    fn begin(&self, new: NewExecution, keep: usize) -> StoreFuture<'_, Lease> {
        let store = self.store.clone();
        self.write(Box::pin(async move { store.begin(new, keep).await }))
    }

    fn append(&self, lease: &Lease, changes: Vec<Change>) -> StoreFuture<'_, ()> {
        let (store, lease) = (self.store.clone(), lease.clone());
        self.write(Box::pin(async move { store.append(&lease, changes).await }))
    }

    fn renew(&self, lease: &Lease, now_ms: u64, time: Duration) -> StoreFuture<'_, ()> {
        // Comes when it comes, so it is not counted.
        self.store.renew(lease, now_ms, time)
    }

    fn lease(
        &self,
        runtime: &str,
        id: &str,
        from: &[ExecutionStatus],
        now_ms: u64,
        time: Duration,
    ) -> StoreFuture<'_, Result<Resumed, Refusal>> {
        let store = self.store.clone();
        let (runtime, id, from) = (runtime.to_owned(), id.to_owned(), from.to_vec());
        self.write(Box::pin(async move {
            store.lease(&runtime, &id, &from, now_ms, time).await
        }))
    }

    fn release(&self, lease: &Lease) -> StoreFuture<'_, ()> {
        let (store, lease) = (self.store.clone(), lease.clone());
        self.write(Box::pin(async move { store.release(&lease).await }))
    }

    fn resume(
        &self,
        runtime: &str,
        id: &str,
        decisions: Vec<Decision>,
        now_ms: u64,
        time: Duration,
    ) -> StoreFuture<'_, Result<Resumed, Refusal>> {
        let store = self.store.clone();
        let (runtime, id) = (runtime.to_owned(), id.to_owned());
        self.write(Box::pin(async move {
            store.resume(&runtime, &id, decisions, now_ms, time).await
        }))
    }

    fn end(&self, runtime: &str, id: &str, ending: Ending) -> StoreFuture<'_, bool> {
        let store = self.store.clone();
        let (runtime, id) = (runtime.to_owned(), id.to_owned());
        self.write(Box::pin(
            async move { store.end(&runtime, &id, ending).await },
        ))
    }

    fn execution(&self, runtime: &str, id: &str) -> StoreFuture<'_, Option<ExecutionRecord>> {
        self.store.execution(runtime, id)
    }

    fn executions(
        &self,
        runtime: &str,
        statuses: &[ExecutionStatus],
        limit: usize,
    ) -> StoreFuture<'_, Vec<ExecutionRecord>> {
        self.store.executions(runtime, statuses, limit)
    }

    fn delete(&self, runtime: &str, id: &str) -> StoreFuture<'_, Option<ExecutionStatus>> {
        self.store.delete(runtime, id)
    }

    fn prune(&self, runtime: &str, keep: usize) -> StoreFuture<'_, usize> {
        self.store.prune(runtime, keep)
    }

    fn save_snippet(&self, runtime: &str, snippet: SnippetRecord) -> StoreFuture<'_, ()> {
        self.store.save_snippet(runtime, snippet)
    }

    fn snippets(&self, runtime: &str) -> StoreFuture<'_, Vec<SnippetRecord>> {
        self.store.snippets(runtime)
    }

    fn delete_snippet(&self, runtime: &str, name: &str) -> StoreFuture<'_, bool> {
        self.store.delete_snippet(runtime, name)
    }
}
