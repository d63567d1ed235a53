//! An execution in one file.

use codecell::runtime::{Cassette, CassetteError};
use codecell_tests::sandbox;
use serde_json::{Value, json};

use crate::support::{Ledger, memory, rows_only};

#[tokio::test]
async fn a_changed_program_or_record_is_found() {
    let ledger = Ledger::default();
    let runtime = rows_only(&memory(), &ledger);
    let code = "async () => { console.log('hi'); return (await work.write(1)).done; }";
    let done = runtime.execute(code).await.unwrap();
    let cassette = runtime.cassette(done.execution_id()).await.unwrap();
    let text = cassette.to_json();
    assert_eq!(Cassette::from_json(&text).unwrap(), cassette);
    let changes = [
        ("write(1)", "write(2)", "different arguments"),
        (
            "work.write(1)",
            "work.put(1)",
            "expected work.write, got work.put",
        ),
        ("log('hi')", "log('ho')", "console output"),
        (").done", ").done + 1", "result"),
        (
            "async () =>",
            "async () => { await work.read(0); return 1; } //",
            "expected work.write",
        ),
    ];
    for (from, to, expected) in changes {
        let changed = Cassette::from_json(&text.replacen(from, to, 1)).unwrap();
        assert_ne!(changed, cassette, "{from}");

        let differs = changed.replay(sandbox()).await.unwrap_err();

        let message = differs.to_string();
        assert!(message.contains(expected), "{from}: {message}");
    }
    let same = cassette.replay(sandbox()).await.unwrap();
    assert_eq!(same.result(), Some(&json!(1)));
    assert_eq!(ledger.effects(), Vec::<Value>::from([json!(["write", 1])]));
}

#[tokio::test]
async fn what_cannot_be_repeated_is_refused() {
    let ledger = Ledger::default();
    let runtime = rows_only(&memory(), &ledger);
    let paused = runtime
        .execute("async () => await work.pay(1)")
        .await
        .unwrap();
    let refused = runtime.cassette(paused.execution_id()).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the execution is not over (status: paused)"
    );
    let refused = runtime.cassette("exec_nope").await.unwrap_err();
    assert!(matches!(refused, CassetteError::NoExecution(_)));
    let refused = Cassette::from_json("{}").unwrap_err();
    assert!(
        refused
            .to_string()
            .starts_with("not a cassette: missing field"),
        "{refused}"
    );
}
