//! A program that is repeated from its record does what it did.

use codecell::RuntimeOutcome;
use codecell::record::{ExecutionStatus, Store as _};
use codecell::runtime::Approval;
use serde_json::{Value, json};

use crate::support::{Ledger, living, memory, rows_only};

/// Each pauses once and then tells all that it saw.
const PROGRAMS: [(&str, &str); 9] = [
    (
        "calls in parallel that end in another order",
        "async () => {
            const seen = [];
            const one = async (name, ms) => { await work.wait(ms); seen.push(name); await work.write(name); };
            await Promise.all([one('a', 30), one('b', 5), one('c', 15)]);
            await work.pay(seen.join());
            return seen;
        }",
    ),
    (
        "a race",
        "async () => {
            const first = await Promise.race([work.wait(25), work.wait(3)]);
            await work.pay(first);
            return first;
        }",
    ),
    (
        "any and allSettled over failures",
        "async () => {
            const any = await Promise.any([work.fail('x'), work.wait(4)]);
            const all = await Promise.allSettled([work.fail('y'), work.read(1)]);
            await work.pay(1);
            return [any, all.map(it => it.status + (it.reason?.message ?? ''))];
        }",
    ),
    (
        "a failure that was caught",
        "async () => {
            let seen;
            try { await work.fail('broken'); } catch (error) { seen = [error.name, error.message, error.data]; }
            await work.pay(1);
            return seen;
        }",
    ),
    (
        "time and dice",
        "async () => {
            const before = [Date.now(), Math.random(), crypto.randomUUID(), performance.now()];
            await work.wait(5);
            const after = [Date.now(), Math.random(), crypto.randomUUID()];
            await work.pay(1);
            return [before, after, Date.now() >= after[0]];
        }",
    ),
    (
        "timers",
        "async () => {
            const seen = [];
            setTimeout(() => seen.push('late'), 12);
            setTimeout(() => seen.push('early'), 4);
            await new Promise(resolve => setTimeout(resolve, 20));
            await work.pay(1);
            return seen;
        }",
    ),
    (
        "calls inside a step, and a step inside a step",
        "async () => {
            const outer = await codemode.step('outer', async () => {
                const inner = await codemode.step('inner', () => new Date(0));
                return [inner instanceof Date, (await work.write(1)).done, 10n];
            });
            await work.pay(1);
            return [typeof outer[2], outer.slice(0, 2)];
        }",
    ),
    (
        "discovery between calls",
        "async () => {
            const found = await codemode.search('pay');
            const described = await codemode.describe('work.pay');
            await work.pay(1);
            return [found.results[0].path, described.kind];
        }",
    ),
    (
        "a call that nobody awaits",
        "async () => { work.write('loose'); await work.pay(1); return 1; }",
    ),
];

#[tokio::test]
async fn what_was_paused_goes_on_the_same_from_its_row_and_from_its_cell() {
    let ledger = Ledger::default();
    for (name, code) in PROGRAMS {
        for runtime in [rows_only(&memory(), &ledger), living(&memory(), &ledger)] {
            ledger.clear();
            let paused = runtime.execute(code).await.unwrap();
            assert_eq!(paused.pending().len(), 1, "{name}: {paused:?}");
            let args = paused.pending()[0].args.clone();
            let before = paused.calls().len();

            let done = runtime.approve(paused.execution_id()).await.unwrap();

            assert!(done.result().is_some(), "{name}: {done:?}");
            assert_eq!(done.calls().len(), before, "{name}");
            assert_eq!(ledger.most(), 1, "{name}: an effect happened twice");
            let paid = ledger.effects().into_iter().find(|it| it[0] == "pay");
            assert_eq!(paid.map(|it| it[1].clone()), args, "{name}");
        }
    }
}

#[tokio::test]
async fn a_record_repeats_to_the_byte_three_times() {
    let ledger = Ledger::default();
    for (name, code) in PROGRAMS {
        let runtime = rows_only(&memory(), &ledger);
        let paused = runtime.execute(code).await.unwrap();
        let done = runtime.approve(paused.execution_id()).await.unwrap();
        let effects = ledger.effects();
        let cassette = runtime.cassette(done.execution_id()).await.unwrap();
        for _ in 0..3 {
            let again = cassette.replay(codecell_tests::sandbox()).await;
            let again = again.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(json!(again), json!(done), "{name}");
        }
        assert_eq!(ledger.effects(), effects, "{name}: a replay called a tool");
    }
}

#[tokio::test]
async fn a_snippet_saved_in_between_does_not_change_a_paused_program() {
    let ledger = Ledger::default();
    let runtime = rows_only(&memory(), &ledger);
    let one = runtime.execute("async () => 1").await.unwrap();
    let code = "async () => {
        const found = (await codemode.search('zebra')).total;
        const ran = await codemode.run('zebra');
        await work.pay(found);
        return [found, ran];
    }";
    let paused = runtime.execute(code).await.unwrap();

    let snippet = codecell::runtime::SaveSnippet::new().description("zebra");
    runtime
        .save_snippet("zebra", one.execution_id(), snippet)
        .await
        .unwrap();
    let done = runtime.approve(paused.execution_id()).await.unwrap();

    assert_eq!(
        done.result(),
        Some(&json!([0, { "error": "Snippet \"zebra\" not found." }]))
    );
}

/// Each change of the record must be found before anything more runs.
#[tokio::test]
async fn a_changed_record_is_a_divergence_and_nothing_is_lost() {
    let code = "async () => {
        const read = await work.read({ a: 1 });
        const x = await work.write(read.a);
        await work.pay(x.done);
        return 'over';
    }";
    type Change = fn(&mut codecell::record::ExecutionRecord);
    let changes: [(&str, Change); 7] = [
        ("another tool", |it| {
            it.entries[0].method = "wait".to_owned()
        }),
        ("another connector", |it| {
            it.entries[1].connector = "bank".to_owned()
        }),
        ("other arguments", |it| {
            it.entries[0].args = Some(r#"{"a":2}"#.to_owned())
        }),
        ("another answer", |it| {
            it.entries[0].result = Some(r#"{"a":5}"#.to_owned())
        }),
        ("a failure", |it| {
            it.entries[0].state = codecell::record::EntryState::Error;
            it.entries[0].failure = Some(codecell::record::Failure {
                message: "no".to_owned(),
                name: None,
                data: None,
            });
        }),
        ("a call that was never made", |it| {
            let mut more = it.entries[2].clone();
            more.call = 3;
            more.seq = Some(3);
            more.state = codecell::record::EntryState::Applied;
            it.entries.push(more);
        }),
        ("a step before its call", |it| {
            it.turns[0].calls = vec![1];
        }),
    ];
    for (name, change) in changes {
        let ledger = Ledger::default();
        let store = memory();
        let runtime = rows_only(&store, &ledger);
        let paused = runtime.execute(code).await.unwrap();
        let id = paused.execution_id().to_owned();
        let mut record = store.execution("default", &id).await.unwrap().unwrap();
        change(&mut record);
        rewrite(&store, record.clone()).await;
        let effects = ledger.effects();

        let diverged = runtime.approve(id.as_str()).await.unwrap();

        let error = diverged.error().unwrap_or_default().to_owned();
        let is_told = error.contains("divergence") || name == "a call that was never made";
        assert!(is_told, "{name}: {diverged:?}");
        if name != "a call that was never made" {
            assert_eq!(ledger.effects(), effects, "{name}: something ran");
            let kept = runtime.execution(&id).await.unwrap().unwrap();
            assert_eq!(kept.status, ExecutionStatus::Paused, "{name}");
            assert_eq!(kept.log.len(), record.entries.len(), "{name}");
        }
        let fresh = runtime.execute("async () => 2").await.unwrap();
        assert_eq!(fresh.result(), Some(&json!(2)), "{name}");
    }
}

/// Puts a record in the place of the one that is there.
async fn rewrite(store: &codecell::SqliteStore, record: codecell::record::ExecutionRecord) {
    use codecell::record::{Change, NewExecution};
    store.delete("default", &record.id).await.unwrap();
    let new = NewExecution {
        runtime: "default".to_owned(),
        record: record.clone(),
        lease_time: std::time::Duration::from_secs(9),
    };
    let lease = store.begin(new, 100).await.unwrap();
    let mut changes: Vec<Change> = record.entries.into_iter().map(Change::Entry).collect();
    changes.extend(record.turns.into_iter().map(Change::Turn));
    changes.push(Change::Status {
        status: ExecutionStatus::Paused,
        result: None,
        error: None,
        logs: None,
        now_ms: record.updated_ms,
    });
    store.append(&lease, changes).await.unwrap();
}

#[tokio::test]
async fn hundreds_of_recorded_calls_are_repeated_without_calling_anything() {
    let ledger = Ledger::default();
    let runtime = rows_only(&memory(), &ledger);
    let code = "async () => {
        let sum = 0;
        for (let i = 0; i < 300; i++) sum += (await work.write(i)).done;
        await work.pay(sum);
        return sum;
    }";
    let paused = runtime.execute(code).await.unwrap();
    assert_eq!(ledger.effects().len(), 300);

    let done = runtime
        .approve(Approval::new(paused.execution_id()))
        .await
        .unwrap();

    assert_eq!(done.result(), Some(&json!(44850)));
    assert_eq!((ledger.effects().len(), ledger.most()), (301, 1));
}

#[tokio::test]
async fn console_output_of_every_pass_is_kept() {
    let ledger = Ledger::default();
    for runtime in [rows_only(&memory(), &ledger), living(&memory(), &ledger)] {
        let code = "async () => {
            console.log('one'); await work.pay(1);
            console.warn('two'); await work.pay(2);
            console.log('three');
        }";
        let paused = runtime.execute(code).await.unwrap();
        assert_eq!(paused.logs(), ["one"]);
        let id = paused.execution_id();
        let paused = runtime.approve(id).await.unwrap();
        assert_eq!(paused.logs(), ["one", "[warn] two"]);
        let kept = runtime.execution(id).await.unwrap().unwrap();
        assert_eq!(kept.logs, ["one", "[warn] two"]);

        let done = runtime.approve(id).await.unwrap();

        assert_eq!(done.logs(), ["one", "[warn] two", "three"]);
        let kept = runtime.execution(id).await.unwrap().unwrap();
        assert_eq!(kept.logs, ["one", "[warn] two", "three"]);
    }
}

#[tokio::test]
async fn the_way_to_the_host_cannot_be_named_by_a_program() {
    let ledger = Ledger::default();
    let runtime = rows_only(&memory(), &ledger);
    let code = "async () => [
        typeof globalThis.__codemode,
        Object.getOwnPropertyNames(globalThis).filter(name => name.includes('codemode')),
        await codemode.stepBegin('forged').catch(error => error.message),
        await codemode.__stepDecide('forged').catch(error => error.message),
    ]";

    let done = runtime.execute(code).await.unwrap();

    assert_eq!(
        done.result(),
        Some(&json!([
            "undefined",
            ["codemode"],
            "Tool \"stepBegin\" not found",
            "Tool \"__stepDecide\" not found",
        ]))
    );
    assert_eq!(done.calls(), []);
}

#[tokio::test]
async fn a_limit_ends_an_execution_and_the_next_one_runs() {
    let ledger = Ledger::default();
    let limits = codecell::Limits::default().guest_time(std::time::Duration::from_millis(50));
    let runtime = crate::support::builder(&memory(), &ledger)
        .limits(limits)
        .build()
        .unwrap();

    let endless = runtime
        .execute("async () => { await work.write(1); for (;;) {} }")
        .await
        .unwrap();

    let RuntimeOutcome::Error { kind, .. } = &endless else {
        panic!("{endless:?}")
    };
    assert_eq!(*kind, Some(codecell::ExecuteErrorKind::Timeout));
    let kept = runtime
        .execution(endless.execution_id())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.status, ExecutionStatus::Error);
    assert_eq!(kept.log[0].result, Some(json!({ "done": 1 })));
    let next = runtime.execute("async () => 3").await.unwrap();
    assert_eq!(next.result(), Some(&json!(3)));
    assert_eq!(ledger.effects(), Vec::<Value>::from([json!(["write", 1])]));
}

#[tokio::test]
async fn calls_are_told_while_they_are_under_way_and_repeated_ones_are_not() {
    use std::sync::{Arc, Mutex};
    let (ledger, store) = (Ledger::default(), memory());
    let heard: Arc<Mutex<Vec<(u32, String, bool)>>> = Arc::default();
    let told = Arc::clone(&heard);
    let runtime = crate::support::builder(&store, &ledger)
        .keep_alive(std::time::Duration::ZERO)
        .on_call(move |call| {
            let method = format!("{}.{}", call.connector, call.method);
            told.lock().unwrap().push((call.seq, method, call.is_over));
        })
        .build()
        .unwrap();
    let code = "async () => {
        await Promise.all([work.wait(20), work.wait(1)]);
        await work.fail('no').catch(() => {});
        return await work.pay(1);
    }";

    let paused = runtime.execute(code).await.unwrap();
    let first = std::mem::take(&mut *heard.lock().unwrap());
    let done = runtime.approve(paused.execution_id()).await.unwrap();

    assert_eq!(done.result(), Some(&json!({ "done": 1 })));
    let named = |events: &[(u32, &str, bool)]| -> Vec<_> {
        let event = |(seq, name, over): &(u32, &str, bool)| (*seq, format!("work.{name}"), *over);
        events.iter().map(event).collect()
    };
    assert_eq!(
        first,
        named(&[
            (0, "wait", false),
            (1, "wait", false),
            (1, "wait", true),
            (0, "wait", true),
            (2, "fail", false),
            (2, "fail", true),
        ])
    );
    assert_eq!(
        *heard.lock().unwrap(),
        named(&[(3, "pay", false), (3, "pay", true)])
    );
}
