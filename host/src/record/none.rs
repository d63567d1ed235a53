//! The store of what is kept nowhere.

use std::time::Duration;

use super::store::{
    Change, Decision, Ending, Lease, NewExecution, Refusal, Resumed, Store, StoreError,
    StoreErrorKind, StoreFuture,
};
use super::{ExecutionRecord, ExecutionStatus, SnippetRecord};

/// Holds nothing and takes nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoStore;

fn refused<'a, T: Send + 'a>() -> StoreFuture<'a, T> {
    let error = StoreError::new(StoreErrorKind::Unavailable);
    Box::pin(std::future::ready(Err(error)))
}

impl Store for NoStore {
    fn begin(&self, _: NewExecution, _: usize) -> StoreFuture<'_, Lease> {
        refused()
    }

    fn append(&self, _: &Lease, _: Vec<Change>) -> StoreFuture<'_, ()> {
        refused()
    }

    fn renew(&self, _: &Lease, _: u64, _: Duration) -> StoreFuture<'_, ()> {
        refused()
    }

    fn lease(
        &self,
        _: &str,
        _: &str,
        _: &[ExecutionStatus],
        _: u64,
        _: Duration,
    ) -> StoreFuture<'_, Result<Resumed, Refusal>> {
        refused()
    }

    fn release(&self, _: &Lease) -> StoreFuture<'_, ()> {
        refused()
    }

    fn resume(
        &self,
        _: &str,
        _: &str,
        _: Vec<Decision>,
        _: u64,
        _: Duration,
    ) -> StoreFuture<'_, Result<Resumed, Refusal>> {
        refused()
    }

    fn end(&self, _: &str, _: &str, _: Ending) -> StoreFuture<'_, bool> {
        refused()
    }

    fn execution(&self, _: &str, _: &str) -> StoreFuture<'_, Option<ExecutionRecord>> {
        refused()
    }

    fn executions(
        &self,
        _: &str,
        _: &[ExecutionStatus],
        _: usize,
    ) -> StoreFuture<'_, Vec<ExecutionRecord>> {
        refused()
    }

    fn delete(&self, _: &str, _: &str) -> StoreFuture<'_, Option<ExecutionStatus>> {
        refused()
    }

    fn prune(&self, _: &str, _: usize) -> StoreFuture<'_, usize> {
        refused()
    }

    fn save_snippet(&self, _: &str, _: SnippetRecord) -> StoreFuture<'_, ()> {
        refused()
    }

    fn snippets(&self, _: &str) -> StoreFuture<'_, Vec<SnippetRecord>> {
        refused()
    }

    fn delete_snippet(&self, _: &str, _: &str) -> StoreFuture<'_, bool> {
        refused()
    }
}
