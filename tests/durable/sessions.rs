//! A notebook: programs that see what earlier ones declared.

use codecell::runtime::ExecuteOptions;
use codecell::{ErrorKind, Runtime, RuntimeOutcome};
use serde_json::{Value, json};

use crate::support::{Ledger, living, memory, rows_only};

async fn run(runtime: &Runtime, session: &str, code: &str) -> RuntimeOutcome {
    let options = ExecuteOptions::default().session(session);
    runtime.execute_with(code, options).await.unwrap()
}

#[tokio::test]
async fn later_programs_see_variables_functions_and_classes_as_they_were_left() {
    let ledger = Ledger::default();
    let runtime = rows_only(&memory(), &ledger);
    let first = "let count = 1; const base = 10;
        function add(n) { count += n; return count; }
        class Box { constructor(x) { this.x = x; } get double() { return this.x * 2; } }
        const { a, ...rest } = { a: 1, b: 2 };
        const written = await work.write('once');
        count";
    assert_eq!(run(&runtime, "s", first).await.result(), Some(&json!(1)));

    let second = run(
        &runtime,
        "s",
        "add(base); count += 1; [count, new Box(4).double, rest]",
    )
    .await;
    assert_eq!(second.result(), Some(&json!([12, 8, { "b": 2 }])));
    let third = run(
        &runtime,
        "s",
        "const more = add(1); [more, count, written.done, a]",
    )
    .await;
    assert_eq!(third.result(), Some(&json!([13, 13, "once", 1])));

    assert_eq!(ledger.effects(), [json!(["write", "once"])]);
    assert_eq!(
        third.calls(),
        [],
        "the calls are those of the program itself"
    );
    let other = run(&runtime, "other", "typeof count").await;
    assert_eq!(other.result(), Some(&json!("undefined")));
}

#[tokio::test]
async fn a_session_can_be_forked_anywhere_and_a_failure_leaves_no_trace() {
    let ledger = Ledger::default();
    let runtime = rows_only(&memory(), &ledger);
    let one = run(&runtime, "s", "let seen = ['one']; seen.length").await;
    let two = run(&runtime, "s", "seen.push('two'); seen.length").await;
    let failed = run(&runtime, "s", "seen.push('lost');\nthrow new Error('no')").await;
    assert!(failed.error().is_some());

    let three = run(&runtime, "s", "seen.push('three'); seen").await;
    assert_eq!(three.result(), Some(&json!(["one", "two", "three"])));
    let fork = ExecuteOptions::default().after(one.execution_id());
    let forked = runtime
        .execute_with("seen.push('fork'); seen", fork)
        .await
        .unwrap();
    assert_eq!(forked.result(), Some(&json!(["one", "fork"])));
    assert_eq!(two.result(), Some(&json!(2)));

    let nowhere = ExecuteOptions::default().after(failed.execution_id());
    let error = runtime.execute_with("1", nowhere).await.unwrap_err();
    assert_eq!(
        error.kind(),
        &ErrorKind::SessionBase(failed.execution_id().to_owned())
    );
}

#[tokio::test]
async fn time_dice_and_approvals_go_on_in_a_session() {
    let ledger = Ledger::default();
    for runtime in [rows_only(&memory(), &ledger), living(&memory(), &ledger)] {
        ledger.clear();
        let first = "const at = Date.now(); const dice = [Math.random(), Math.random()];
            await work.wait(3); dice";
        let first = run(&runtime, "s", first).await;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;

        let second = "const later = Date.now() - at >= 20;
            const paid = await work.pay(1);
            [dice, later, paid.done, dice.includes(Math.random())]";
        let paused = run(&runtime, "s", second).await;
        assert_eq!(paused.pending().len(), 1, "{paused:?}");
        let done = runtime.approve(paused.execution_id()).await.unwrap();

        let expected = json!([first.result(), true, 1, false]);
        assert_eq!(done.result(), Some(&expected), "{done:?}");
        let third = run(&runtime, "s", "paid.done + 1").await;
        assert_eq!(third.result(), Some(&json!(2)));
        assert_eq!(ledger.effects(), Vec::<Value>::from([json!(["pay", 1])]));
        let cassette = runtime.cassette(third.execution_id()).await.unwrap();
        let again = cassette.replay(codecell_tests::sandbox()).await.unwrap();
        assert_eq!(again.result(), third.result());
    }
}

#[tokio::test]
async fn errors_name_places_of_the_program_that_failed() {
    let ledger = Ledger::default();
    let runtime = rows_only(&memory(), &ledger);
    run(&runtime, "s", "const one = 1;\nconst two = 2;\ntwo").await;

    let unknown = run(&runtime, "s", "one + thre").await;
    assert!(
        unknown
            .error()
            .is_some_and(|it| it.starts_with("thre is not defined")),
        "{unknown:?}"
    );
    let input = ExecuteOptions::default()
        .session("s")
        .input(json!({ "n": 5 }))
        .unwrap();
    let with_input = runtime.execute_with("input.n + two", input).await.unwrap();
    assert_eq!(with_input.result(), Some(&json!(7)));
}
