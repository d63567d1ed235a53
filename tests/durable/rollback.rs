//! What an execution did is undone, newest first.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use codecell::record::{EntryState, ExecutionStatus};
use codecell::runtime::RollbackReport;
use codecell::{Tool, ToolFailure, ToolProvider};
use serde_json::{Value, json};

use crate::support::{Ledger, builder, memory, rows_only};

#[tokio::test]
async fn calls_are_undone_newest_first_and_those_that_cannot_are_named() {
    let ledger = Ledger::default();
    let runtime = rows_only(&memory(), &ledger);
    let code = "async () => { await work.write(1); await work.put(2); await work.read(3); \
                await work.write(4); await work.fail('x').catch(() => 0); }";
    let done = runtime.execute(code).await.unwrap();
    let id = done.execution_id();

    let report = runtime.rollback(id).await.unwrap();

    assert_eq!(report.reverted, ["3: work.write", "0: work.write"]);
    assert_eq!(report.not_revertible, ["1: work.put"]);
    assert_eq!((report.failed.len(), report.in_doubt.len()), (0, 0));
    let undone = ledger.effects().into_iter().filter(|it| it[0] == "undo");
    assert_eq!(
        undone.collect::<Vec<_>>(),
        [json!(["undo", 1]), json!(["undo", 4])]
    );
    let kept = runtime.execution(id).await.unwrap().unwrap();
    assert_eq!(kept.status, ExecutionStatus::RolledBack);
    let states: Vec<_> = kept.log.iter().map(|it| it.state).collect();
    assert_eq!(
        states,
        [
            EntryState::Reverted,
            EntryState::Applied,
            EntryState::Applied,
            EntryState::Reverted,
            EntryState::Error
        ]
    );
    let again = runtime.rollback(id).await.unwrap();
    assert_eq!(again.reverted, Vec::<String>::new());
    assert_eq!(ledger.most(), 1);
}

#[tokio::test]
async fn a_failing_undo_does_not_keep_the_others_and_is_tried_again() {
    let ledger = Ledger::default();
    let tries = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&tries);
    let book = Tool::from_fn("book", |_, _| async { Ok(1) }).revert(move |_, _, _| {
        let number = counted.fetch_add(1, Ordering::SeqCst);
        async move {
            match number {
                0 | 1 => Err(ToolFailure::new("not now")),
                _ => Ok(()),
            }
        }
    });
    let hotel = ToolProvider::new("hotel").tool(book);
    let runtime = builder(&memory(), &ledger)
        .connector(hotel)
        .build()
        .unwrap();
    let code = "async () => { await work.write(1); await hotel.book(); }";
    let done = runtime.execute(code).await.unwrap();
    let id = done.execution_id();

    let first = runtime.rollback(id).await.unwrap();
    assert_eq!(first.reverted, ["0: work.write"]);
    assert_eq!(
        first.error().as_deref(),
        Some("Rollback reverted 1 action(s) but 1 failed: hotel.book: not now")
    );
    let second = runtime.rollback(id).await.unwrap();
    assert_eq!((second.reverted.len(), second.failed.len()), (0, 1));
    let third = runtime.rollback(id).await.unwrap();

    assert_eq!(third.reverted, ["1: hotel.book"]);
    assert_eq!(third.error(), None);
    assert_eq!(tries.load(Ordering::SeqCst), 3);
    assert_eq!(ledger.most(), 1);
}

#[tokio::test]
async fn two_rollbacks_at_once_undo_everything_once() {
    let ledger = Ledger::default();
    let runtime = rows_only(&memory(), &ledger);
    let code = "async () => { for (let i = 0; i < 10; i++) await work.write(i); }";
    let done = runtime.execute(code).await.unwrap();
    let id = done.execution_id();

    let (one, two) = tokio::join!(runtime.rollback(id), runtime.rollback(id));

    let reverted = |report: &Result<RollbackReport, codecell::Error>| {
        report.as_ref().map_or(0, |it| it.reverted.len())
    };
    assert_eq!(reverted(&one) + reverted(&two), 10);
    assert_eq!((ledger.effects().len(), ledger.most()), (20, 1));
}

#[tokio::test]
async fn a_paused_execution_can_be_undone_and_is_not_paused_any_more() {
    let ledger = Ledger::default();
    let runtime = rows_only(&memory(), &ledger);
    let code = "async () => { await work.write(1); await work.pay(2); }";
    let paused = runtime.execute(code).await.unwrap();
    let id = paused.execution_id();

    let report = runtime.rollback(id).await.unwrap();

    assert_eq!(report.reverted, ["0: work.write"]);
    assert_eq!(runtime.pending(None).await.unwrap(), []);
    let late = runtime.approve(id).await.unwrap();
    assert!(
        late.error()
            .is_some_and(|it| it.contains("(status: rolled_back)"))
    );
    let unknown = runtime.rollback("exec_nope").await.unwrap();
    assert_eq!(unknown, RollbackReport::default());
    let effects: Vec<Value> = ledger.effects();
    assert_eq!(effects, [json!(["write", 1]), json!(["undo", 1])]);
}
