//! A person decides, and the program goes on.

use codecell::record::{EntryState, ExecutionStatus, PendingReason};
use codecell::runtime::{Approval, PolicyDecision};
use codecell::{Runtime, RuntimeOutcome, Tool, ToolProvider};
use codecell_tests::sandbox;
use serde_json::{Value, json};

use crate::support::{Ledger, builder, living, memory, rows_only};

const PAY_TWICE: &str = "async () => {
    const [a, b, c] = await Promise.all([work.pay(1), work.write(2), work.pay(3)]);
    return [a.done, b.done, c.done];
}";

/// Both ways to go on must be the same to everybody.
fn both(ledger: &Ledger) -> [Runtime; 2] {
    [rows_only(&memory(), ledger), living(&memory(), ledger)]
}

#[tokio::test]
async fn independent_calls_go_on_and_all_that_is_pending_is_listed() {
    let ledger = Ledger::default();
    for runtime in both(&ledger) {
        ledger.clear();

        let paused = runtime.execute(PAY_TWICE).await.unwrap();

        let pending: Vec<_> = paused
            .pending()
            .iter()
            .map(|it| (it.seq, it.args.clone()))
            .collect();
        assert_eq!(pending, [(0, Some(json!(1))), (2, Some(json!(3)))]);
        assert_eq!(ledger.effects(), [json!(["write", 2])]);

        let done = runtime.approve(paused.execution_id()).await.unwrap();
        assert_eq!(done.result(), Some(&json!([1, 2, 3])));
        assert_eq!(ledger.most(), 1);
        assert_eq!(ledger.effects().len(), 3);
    }
}

#[tokio::test]
async fn one_of_two_is_approved_and_the_other_stays_pending() {
    let ledger = Ledger::default();
    for runtime in both(&ledger) {
        ledger.clear();
        let paused = runtime.execute(PAY_TWICE).await.unwrap();
        let id = paused.execution_id();

        let still = runtime.approve(Approval::new(id).seq(2)).await.unwrap();

        let pending: Vec<u32> = still.pending().iter().map(|it| it.seq).collect();
        assert_eq!(pending, [0]);
        assert_eq!(ledger.effects(), [json!(["write", 2]), json!(["pay", 3])]);
        let done = runtime.approve(id).await.unwrap();
        assert_eq!(done.result(), Some(&json!([1, 2, 3])));
        assert_eq!(ledger.most(), 1);
    }
}

#[tokio::test]
async fn edited_arguments_run_and_are_recorded_with_who_edited_them() {
    let ledger = Ledger::default();
    for runtime in both(&ledger) {
        ledger.clear();
        let paused = runtime
            .execute("async () => (await work.pay(100)).done")
            .await
            .unwrap();
        let id = paused.execution_id();
        let approval = Approval::new(id)
            .seq(0)
            .args(json!(10))
            .approver("ada")
            .comment("a tenth will do");

        let done = runtime.approve(approval).await.unwrap();

        assert_eq!(done.result(), Some(&json!(10)));
        assert_eq!(ledger.effects(), [json!(["pay", 10])]);
        let kept = runtime.execution(id).await.unwrap().unwrap();
        assert_eq!(kept.log[0].args, Some(json!(100)));
        assert_eq!(kept.log[0].edited_args, Some(json!(10)));
        let decision = &kept.decisions[0];
        assert_eq!(
            (
                decision.seq,
                decision.verdict.as_str(),
                decision.approver.as_deref()
            ),
            (0, "approved", Some("ada"))
        );
        assert_eq!(decision.comment.as_deref(), Some("a tenth will do"));
    }
}

#[tokio::test]
async fn a_person_may_answer_a_call_or_let_it_fail() {
    let ledger = Ledger::default();
    let code = "async () => {
        const first = await work.pay(1);
        const second = await work.pay(2).catch(error => error.message);
        return [first, second];
    }";
    for runtime in both(&ledger) {
        ledger.clear();
        let paused = runtime.execute(code).await.unwrap();
        let id = paused.execution_id();

        let approval = Approval::new(id).seq(0).answer(json!("paid by hand"));
        let paused = runtime.approve(approval).await.unwrap();
        assert_eq!(paused.pending()[0].seq, 1);
        let approval = Approval::new(id).seq(1).fail("no money");
        let done = runtime.approve(approval).await.unwrap();

        assert_eq!(done.result(), Some(&json!(["paid by hand", "no money"])));
        assert_eq!(ledger.effects(), Vec::<Value>::new());
    }
}

#[tokio::test]
async fn a_pause_cannot_be_caught_raced_or_ignored() {
    let ledger = Ledger::default();
    let swallowing = [
        "async () => { try { await work.pay(1); } catch {} return 'done'; }",
        "async () => { work.pay(1); return 'done'; }",
        "async () => { work.pay(1).catch(() => 0); throw new Error('over'); }",
        "async () => { await Promise.race([work.pay(1), work.read(2)]); return 'done'; }",
        "async () => { try { await work.pay(1); } finally { return 'done'; } }",
    ];
    for runtime in both(&ledger) {
        for code in swallowing {
            ledger.clear();
            let paused = runtime.execute(code).await.unwrap();
            assert_eq!(paused.pending().len(), 1, "{code}");
            assert_eq!(ledger.effects(), Vec::<Value>::new(), "{code}");

            let done = runtime.approve(paused.execution_id()).await.unwrap();

            assert_eq!(ledger.effects(), [json!(["pay", 1])], "{code}");
            let is_over = !matches!(done, RuntimeOutcome::Paused { .. });
            assert!(is_over, "{code}: {done:?}");
        }
    }
}

#[tokio::test]
async fn a_rejected_execution_is_over_and_what_it_did_stays() {
    let ledger = Ledger::default();
    for runtime in both(&ledger) {
        ledger.clear();
        let paused = runtime.execute(PAY_TWICE).await.unwrap();
        let id = paused.execution_id();

        assert!(
            runtime
                .reject_as(id, 2, Some("bob"), Some("too much"))
                .await
                .unwrap()
        );

        assert!(!runtime.reject(id, 0).await.unwrap(), "it is over");
        let kept = runtime.execution(id).await.unwrap().unwrap();
        assert_eq!(kept.status, ExecutionStatus::Rejected);
        assert_eq!(
            kept.error.as_deref(),
            Some("Action work.pay rejected by user")
        );
        let states: Vec<_> = kept.log.iter().map(|it| it.state).collect();
        assert_eq!(
            states,
            [
                EntryState::Reverted,
                EntryState::Applied,
                EntryState::Reverted
            ]
        );
        assert_eq!(kept.decisions[0].approver.as_deref(), Some("bob"));
        assert_eq!(ledger.effects(), [json!(["write", 2])]);
        let late = runtime.approve(id).await.unwrap();
        assert_eq!(
            late.error(),
            Some(
                format!(
                    "Execution \"{id}\" is not paused (status: rejected); only a paused run can \
                     be approved."
                )
                .as_str()
            )
        );
    }
}

#[tokio::test]
async fn stale_decisions_change_nothing_and_say_so() {
    let ledger = Ledger::default();
    let runtime = rows_only(&memory(), &ledger);
    let paused = runtime.execute(PAY_TWICE).await.unwrap();
    let id = paused.execution_id();
    let before = runtime.execution(id).await.unwrap();
    let refusals = [
        (
            Approval::new(id).seq(1),
            "is not pending (state: applied); nothing was changed.",
        ),
        (
            Approval::new(id).seq(9),
            "has no call 9; nothing was changed.",
        ),
        (
            Approval::new(id).seq(0).digest("other"),
            "is not the one that was shown; nothing was changed.",
        ),
    ];
    for (approval, expected) in refusals {
        let refused = runtime.approve(approval).await.unwrap();
        assert!(
            refused.error().is_some_and(|it| it.ends_with(expected)),
            "{refused:?}"
        );
        assert_eq!(runtime.execution(id).await.unwrap(), before);
    }

    let digest = paused.pending()[0].digest.clone();
    let approval = Approval::new(id).seq(0).digest(digest).seq(2);
    let done = runtime.approve(approval).await.unwrap();
    assert_eq!(done.result(), Some(&json!([1, 2, 3])));
    let again = runtime.approve(id).await.unwrap();
    assert!(
        again
            .error()
            .is_some_and(|it| it.contains("(status: completed)"))
    );
}

#[tokio::test]
async fn an_approval_does_not_count_for_a_tool_that_has_changed() {
    let (ledger, store) = (Ledger::default(), memory());
    let named = |description: &str| {
        let send = Tool::from_fn("send", |_, _| async { Ok("sent") });
        let mail =
            ToolProvider::new("mail").tool(send.description(description).requires_approval(true));
        builder(&store, &ledger)
            .connector(mail)
            .keep_alive(std::time::Duration::ZERO)
    };
    let before = named("Sends to a friend").build().unwrap();
    let paused = before
        .execute("async () => await mail.send()")
        .await
        .unwrap();
    let id = paused.execution_id();

    let after = named("Sends to everybody").build().unwrap();
    let refused = after.approve(id).await.unwrap();

    assert_eq!(
        refused.error(),
        Some(
            "mail.send has changed since its call was shown, so the approval does not count: \
             reject the call, or answer it yourself."
        )
    );
    let done = before.approve(id).await.unwrap();
    assert_eq!(done.result(), Some(&json!("sent")));
}

#[tokio::test]
async fn predicates_and_policies_decide_who_is_asked() {
    let ledger = Ledger::default();
    let transfer = Tool::from_fn("transfer", |args, _| async move { args.get::<u64>(0) })
        .requires_approval_when(|args| args.as_u64().is_none_or(|euros| euros > 100));
    let bank = ToolProvider::new("bank").tool(transfer);
    let code = "async () => [await bank.transfer(5), await work.write(1).then(it => it.done)]";
    let asked = |outcome: &RuntimeOutcome| {
        let pending = outcome.pending().iter();
        pending.map(|it| it.method.clone()).collect::<Vec<_>>()
    };

    let by_tool = builder(&memory(), &ledger)
        .connector(bank.clone())
        .build()
        .unwrap();
    let small = by_tool.execute(code).await.unwrap();
    assert_eq!(small.result(), Some(&json!([5, 1])));
    let large = by_tool
        .execute("async () => await bank.transfer(500)")
        .await
        .unwrap();
    assert_eq!(asked(&large), ["transfer"]);

    let strict = builder(&memory(), &ledger)
        .connector(bank)
        .policy(|call| match (call.connector, call.is_read_only) {
            ("work", false) => PolicyDecision::Ask,
            ("bank", _) => PolicyDecision::Deny("the bank is closed".to_owned()),
            _ => PolicyDecision::Tool,
        })
        .build()
        .unwrap();
    let code = "async () => {
        const closed = await bank.transfer(5).catch(error => error.message);
        return [closed, await work.read(1), await work.write(2).then(it => it.done)];
    }";
    let paused = strict.execute(code).await.unwrap();
    assert_eq!(asked(&paused), ["write"]);
    let done = strict.approve(paused.execution_id()).await.unwrap();
    assert_eq!(done.result(), Some(&json!(["the bank is closed", 1, 2])));
}

#[tokio::test]
async fn timers_go_on_while_somebody_decides() {
    let ledger = Ledger::default();
    let code = "async () => {
        const late = new Promise(resolve => setTimeout(resolve, 20, 'late'));
        const first = await Promise.race([work.pay(1), late]);
        return first;
    }";
    for runtime in both(&ledger) {
        ledger.clear();
        let paused = runtime.execute(code).await.unwrap();
        assert_eq!(paused.pending().len(), 1);

        let done = runtime.approve(paused.execution_id()).await.unwrap();

        assert_eq!(done.result(), Some(&json!("late")));
        assert_eq!(ledger.effects(), [json!(["pay", 1])]);
    }
}

#[tokio::test]
async fn nothing_is_decided_for_ever() {
    let ledger = Ledger::default();
    let runtime = rows_only(&memory(), &ledger);
    let paused = runtime
        .execute("async () => await work.pay(1)")
        .await
        .unwrap();
    let id = paused.execution_id();
    assert_eq!(paused.pending()[0].reason, PendingReason::Approval);
    let hour = std::time::Duration::from_secs(3600);
    assert_eq!(
        runtime.expire_paused(hour).await.unwrap(),
        Vec::<String>::new()
    );

    tokio::time::sleep(std::time::Duration::from_millis(3)).await;
    let expired = runtime
        .expire_paused(std::time::Duration::ZERO)
        .await
        .unwrap();

    assert_eq!(expired, [id]);
    let kept = runtime.execution(id).await.unwrap().unwrap();
    assert_eq!(kept.status, ExecutionStatus::Rejected);
    assert_eq!(kept.error.as_deref(), Some("Expired awaiting approval"));
    assert_eq!(ledger.effects(), Vec::<Value>::new());
}

#[tokio::test]
async fn a_dry_run_reads_and_does_not_write() {
    let ledger = Ledger::default();
    let store = memory();
    let quote = Tool::from_fn("quote", |_, _| async { Ok(99) }).output_schema(json!({
        "type": "object",
        "properties": { "id": { "type": "string", "examples": ["q1"] }, "sum": { "type": "number" } },
    }));
    let shop = ToolProvider::new("shop").tool(quote);
    let runtime = builder(&store, &ledger).connector(shop).build().unwrap();
    let code = "async () => [await work.read(1), await work.pay(2), await shop.quote()]";
    let options = codecell::runtime::ExecuteOptions::default().dry_run();

    let dry = runtime.execute_with(code, options).await.unwrap();

    assert_eq!(
        dry.result(),
        Some(&json!([1, null, { "id": "q1", "sum": 0 }]))
    );
    let made: Vec<_> = dry.calls().iter().map(|it| it.method.as_str()).collect();
    assert_eq!(made, ["read", "pay", "quote"]);
    assert_eq!(ledger.effects(), Vec::<Value>::new());
    assert_eq!(runtime.executions(10).await.unwrap(), []);
}

#[tokio::test]
async fn a_preview_tells_the_calls_of_a_program_that_never_ran() {
    let ledger = Ledger::default();
    let runtime = rows_only(&memory(), &ledger);
    let code = "const ids = [1, 2];
for (const id of ids) await work.pay({ id });
await work.read({ a: 1, b: [true, null] });
const name = 'write';
await work[name](3);
await codemode.run('tidy');";

    let preview = runtime.preview(code).await.unwrap();

    assert_eq!(
        json!(preview),
        json!({
            "runs": true,
            "calls": [
                { "connector": "work", "method": "pay", "inLoop": true, "requiresApproval": true,
                  "readOnly": false, "line": 2, "column": 34 },
                { "connector": "work", "method": "read", "args": { "a": 1, "b": [true, null] },
                  "inLoop": false, "requiresApproval": false, "readOnly": true,
                  "line": 3, "column": 12 },
            ],
            "dynamic": [{ "connector": "work", "line": 5, "column": 7 }],
            "snippets": ["tidy"],
            "findings": [],
        })
    );
    assert_eq!(ledger.effects(), Vec::<Value>::new());
}

#[tokio::test]
async fn who_stops_waiting_can_recover_the_execution() {
    let (ledger, store) = (Ledger::default(), memory());
    let runtime = rows_only(&store, &ledger);
    let run = runtime.execute("async () => { await work.write(1); await work.wait(60000); }");
    let cut = tokio::time::timeout(std::time::Duration::from_millis(200), run).await;
    assert!(cut.is_err());

    // It is given back as soon as its calls are stopped.
    let recovered = loop {
        let recovered = runtime.recover();
        let recovered = tokio::time::timeout(std::time::Duration::from_secs(20), recovered);
        match recovered.await.unwrap().unwrap().pop() {
            Some(outcome) => break outcome,
            None => tokio::task::yield_now().await,
        }
    };

    assert_eq!(recovered.pending()[0].method, "wait");
    assert_eq!(recovered.pending()[0].reason, PendingReason::Indeterminate);
    assert_eq!(ledger.effects(), [json!(["write", 1])]);
    assert_eq!(sandbox_still_works().await, Some(json!(2)));
}

async fn sandbox_still_works() -> Option<Value> {
    use codecell::Executor as _;
    let request = codecell::ExecuteRequest::new("1 + 1");
    sandbox().execute(request).await.unwrap().outcome.ok()
}
