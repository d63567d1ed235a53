//! A store that fails its n-th write, for every n.

use std::sync::Arc;
use std::time::Duration;

use codecell::record::{Store, StoreError, StoreErrorKind};
use codecell::runtime::{Approval, RuntimeBuilder};
use codecell::{ErrorKind, Runtime, SqliteStore};
use codecell_tests::sandbox;
use serde_json::json;

use crate::support::{Ledger, memory, work};
use codecell_tests::killing::{Interrupted, Side};

const CODE: &str = "async () => {
    const a = await work.write(1);
    await Promise.all([work.write(2), work.put(3), work.read(4)]);
    const paid = await work.pay(5);
    return [a.done, paid.done, (await work.write(6)).done];
}";

fn builder(store: impl Store + 'static, ledger: &Ledger) -> RuntimeBuilder {
    Runtime::builder(sandbox().clone(), store)
        .connector(work(ledger))
        .lease_time(Duration::from_millis(20))
        .keep_alive(Duration::ZERO)
}

#[tokio::test]
async fn every_failed_write_is_an_error_and_no_call_happens_twice() {
    for side in [Side::Before, Side::After] {
        for at in 1.. {
            let (ledger, store) = (Ledger::default(), memory());
            let full: codecell_tests::killing::Event =
                Arc::new(|| StoreError::new(StoreErrorKind::Full));
            let failing = Interrupted::new(store.clone(), at, side, full);
            let runtime = builder(failing.clone(), &ledger).build().unwrap();
            let what = format!("failed {side:?} write {at}");

            let mut outcome = runtime.execute(CODE).await;
            if let Ok(paused) = &outcome {
                outcome = runtime.approve(paused.execution_id()).await;
            }

            if let Err(error) = &outcome {
                assert_eq!(
                    error.kind(),
                    &ErrorKind::Store(StoreErrorKind::Full),
                    "{what}"
                );
                let said = error.to_string();
                assert_eq!(
                    said, "the store has no room left; nothing was changed",
                    "{what}"
                );
            }
            assert_eq!(ledger.most_but("put").max(1), 1, "{what}");
            finish(&store, &ledger, &what).await;
            if !failing.was_met() {
                assert!(outcome.is_ok(), "{what}: {outcome:?}");
                assert!(at > 8, "there are more writes than {at}");
                break;
            }
        }
    }
}

/// With a store that works again, everything comes to its end, once.
async fn finish(store: &SqliteStore, ledger: &Ledger, what: &str) {
    let runtime = builder(store.clone(), ledger).build().unwrap();
    let mut done = None;
    for _ in 0..200 {
        done = runtime.recover().await.unwrap().pop().or(done);
        for action in runtime.pending(None).await.unwrap() {
            let approval = Approval::new(action.execution_id.as_str()).seq(action.seq);
            let is_done = ledger
                .effects()
                .iter()
                .any(|it| Some(&it[1]) == action.args.as_ref());
            let approval = match is_done {
                true => approval.answer(json!({ "done": action.args })),
                false => approval,
            };
            done = Some(runtime.approve(approval).await.unwrap());
        }
        let all = runtime.executions(9).await.unwrap();
        if all.iter().all(|it| it.status.is_terminal()) {
            if let Some(execution) = all.first() {
                assert_eq!(execution.result, Some(json!([1, 5, 6])), "{what}: {done:?}");
                assert_eq!(ledger.keys(), 5, "{what}");
            }
            // What is idempotent happens again under its key.
            assert_eq!(ledger.most_but("put").max(1), 1, "{what}");
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{what}: it does not end");
}
