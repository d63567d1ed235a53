//! The same program, seed, clock and answers give the same run.

use std::time::{Duration, SystemTime};

use codecell::{ExecuteRequest, Executor as _};
use codecell_tests::{execute, sandbox, with_tools};
use serde_json::json;

const PROGRAM: &str = "
    const seen = [Math.random(), Date.now(), new Date().toISOString(), performance.now()];
    const race = await Promise.race([codemode.echo('a'), codemode.echo('b')]);
    await new Promise(r => setTimeout(r, 1));
    console.log(race, Math.random(), Date.now());
    const all = await Promise.allSettled([codemode.fail('x'), codemode.echo(Math.random())]);
    return [seen, all.map(r => r.value ?? r.reason.message), new Map([[{}, 1]]).size]";

#[tokio::test]
async fn a_thousand_runs_are_the_same_to_the_byte() {
    let run = || async {
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123);
        let result = execute(with_tools(ExecuteRequest::new(PROGRAM)).seed(42).now(now)).await;
        let calls: Vec<_> = result
            .calls
            .iter()
            .map(|call| (call.seq, call.name.clone(), call.args.to_string()))
            .collect();
        (result.outcome.unwrap().to_string(), result.logs, calls)
    };
    let first = run().await;
    assert!(
        first.0.contains("1700000000123") && first.0.contains("2023-11-14T22:13:20.123Z"),
        "{}",
        first.0
    );
    for _ in 1..1_000 {
        assert_eq!(run().await, first);
    }
}

#[tokio::test]
async fn seeds_decide_what_is_random() {
    let random = |seed: Option<u64>| async move {
        let mut request = ExecuteRequest::new("Math.random()");
        if let Some(seed) = seed {
            request = request.seed(seed);
        }
        execute(request).await.outcome.unwrap()
    };
    assert_eq!(random(Some(1)).await, random(Some(1)).await);
    assert_ne!(random(Some(1)).await, random(Some(2)).await);
    assert_ne!(random(None).await, random(None).await);
}

#[tokio::test]
async fn the_clock_stands_still_inside_a_step_and_moves_with_timers() {
    let code = "const a = Date.now(); for (let i = 0; i < 2e5; i++); const b = Date.now();
        await new Promise(r => setTimeout(r, 7)); return [b - a, Date.now() - b]";
    let fixed = ExecuteRequest::new(code).now(SystemTime::UNIX_EPOCH);
    assert_eq!(execute(fixed).await.outcome, Ok(json!([0, 7])));

    let machine = sandbox()
        .execute(ExecuteRequest::new("Date.now()"))
        .await
        .unwrap()
        .outcome
        .unwrap();
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_millis() as u64;
    assert!(now.abs_diff(machine.as_u64().unwrap()) < 60_000);
}
