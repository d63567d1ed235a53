//! Decisions that come at the same time: one wins, and the others are told.

use std::time::Duration;

use codecell::record::ExecutionStatus;
use codecell::{Runtime, RuntimeOutcome, SqliteStore};
use serde_json::json;

use crate::crashes::Site;
use crate::support::{Ledger, builder, living, memory, rows_only};
use codecell_tests::ledger::PROGRAMS;

/// What one of many decided, and whether it counted.
async fn decide(runtime: Runtime, id: String, number: usize) -> (&'static str, bool) {
    match number % 4 {
        0 | 1 => {
            let outcome = runtime.approve(id.as_str()).await.unwrap();
            ("approve", outcome.result().is_some())
        }
        2 => ("reject", runtime.reject(&id, 0).await.unwrap()),
        _ => {
            let expired = runtime.expire_paused(Duration::ZERO).await.unwrap();
            ("expire", expired.contains(&id))
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_decisions_exactly_one_counts() {
    for round in 0..30 {
        let ledger = Ledger::default();
        let store = memory();
        let runtime = match round % 2 {
            0 => rows_only(&store, &ledger),
            _ => living(&store, &ledger),
        };
        let paused = runtime
            .execute("async () => await work.pay(1)")
            .await
            .unwrap();
        let id = paused.execution_id().to_owned();
        tokio::time::sleep(Duration::from_millis(2)).await;
        let deciders = (0..16).map(|number| {
            let (runtime, id) = (runtime.clone(), id.clone());
            tokio::spawn(decide(runtime, id, number + round))
        });
        let mut won = Vec::new();
        for decider in deciders.collect::<Vec<_>>() {
            let (what, counted) = decider.await.unwrap();
            if counted {
                won.push(what);
            }
        }

        assert_eq!(won.len(), 1, "round {round}: {won:?}");
        let kept = runtime.execution(&id).await.unwrap().unwrap();
        let is_approved = won[0] == "approve";
        let expected = match is_approved {
            true => ExecutionStatus::Completed,
            false => ExecutionStatus::Rejected,
        };
        assert_eq!(kept.status, expected, "round {round}");
        assert_eq!(
            ledger.effects().len(),
            usize::from(is_approved),
            "round {round}"
        );
    }
}

#[tokio::test]
async fn two_approvals_at_once_run_the_call_once_and_the_second_is_told_why() {
    let ledger = Ledger::default();
    let store = memory();
    let runtime = builder(&store, &ledger).build().unwrap();
    let code = "async () => { await work.pay(1); await work.wait(30); return 1; }";
    let paused = runtime.execute(code).await.unwrap();
    let id = paused.execution_id();

    let (one, two) = tokio::join!(runtime.approve(id), runtime.approve(id));

    let outcomes: [RuntimeOutcome; 2] = [one.unwrap(), two.unwrap()];
    let done = outcomes.iter().filter(|it| it.result().is_some()).count();
    let told = outcomes
        .iter()
        .filter_map(RuntimeOutcome::error)
        .collect::<Vec<_>>();
    assert_eq!(done, 1, "{outcomes:?}");
    let expected = format!(
        "Execution \"{id}\" is not paused (status: running); only a paused run can be approved."
    );
    assert_eq!(told, [expected]);
    assert_eq!(ledger.effects(), [json!(["pay", 1])]);
}

#[tokio::test]
async fn processes_on_one_file_decide_about_each_execution_once() {
    let site = Site::new("processes");
    let runtime = site.runtime();
    for _ in 0..24 {
        let paused = runtime.execute(PROGRAMS[1].0).await.unwrap();
        assert_eq!(paused.pending().len(), 1);
    }

    let children: Vec<_> = (0..6)
        .map(|_| site.child("approve").spawn().unwrap())
        .collect();
    let mut won = 0;
    for child in children {
        let ended = child.wait_with_output().unwrap();
        assert!(ended.status.success(), "{ended:?}");
        won += String::from_utf8(ended.stdout)
            .unwrap()
            .trim()
            .parse::<u32>()
            .unwrap();
    }

    assert_eq!(won, 24);
    assert!(
        site.counts().values().all(|times| *times == 1),
        "{:?}",
        site.counts()
    );
    let kept = runtime.executions(100).await.unwrap();
    let is_done = |it: &&codecell::runtime::Execution| it.status == ExecutionStatus::Completed;
    assert_eq!(kept.iter().filter(is_done).count(), 24);
}

#[tokio::test]
async fn runtimes_of_other_names_share_a_file_and_see_nothing_of_each_other() {
    let ledger = Ledger::default();
    let store: SqliteStore = memory();
    let one = builder(&store, &ledger).name("one").build().unwrap();
    let two = builder(&store, &ledger).name("two").build().unwrap();
    let paused = one.execute("async () => await work.pay(1)").await.unwrap();

    assert_eq!(two.pending(None).await.unwrap(), []);
    let refused = two.approve(paused.execution_id()).await.unwrap();
    let expected = format!("No execution \"{}\" to resume.", paused.execution_id());
    assert_eq!(refused.error(), Some(expected.as_str()));
    assert_eq!(one.pending(None).await.unwrap().len(), 1);
}
