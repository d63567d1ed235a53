//! `kill -9` at every write of a real process, on a real file, with effects outside of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use codecell::record::PendingReason;
use codecell::runtime::Approval;
use codecell::{Runtime, RuntimeOutcome, SqliteStore};
use codecell_tests::sandbox;
use serde_json::{Value, json};

use codecell_tests::ledger::{LEASE, PROGRAMS, effects, work};

/// A folder of a test's own, with a store and a ledger.
pub(crate) struct Site {
    folder: PathBuf,
    round: usize,
}

impl Site {
    pub(crate) fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("durable-{name}"));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder, round: 0 }
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.folder.join(format!("store-{}.sqlite", self.round))
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.folder.join(format!("ledger-{}", self.round))
    }

    /// A store and a ledger with nothing in them. New files, because a store that was just
    /// dropped is still being closed.
    fn clear(&mut self) {
        self.round += 1;
    }

    pub(crate) fn runtime(&self) -> Runtime {
        Runtime::builder(sandbox().clone(), SqliteStore::open(self.store()).unwrap())
            .connector(work(&self.ledger()))
            .lease_time(LEASE)
            .keep_alive(Duration::ZERO)
            .build()
            .unwrap()
    }

    pub(crate) fn child(&self, mode: &str) -> Command {
        let mut child = Command::new(env!("CARGO_BIN_EXE_durable-child"));
        child.arg(mode).arg(self.store()).arg(self.ledger());
        child.stdout(Stdio::piped()).stderr(Stdio::piped());
        child
    }

    /// Each effect's key, and how often it was.
    pub(crate) fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for (key, _) in effects(&self.ledger()) {
            *counts.entry(key).or_default() += 1;
        }
        counts
    }
}

/// Recovers what a dead process left, and decides as a person would who knows the ledger,
/// until everything is over: the last outcome.
async fn bring_to_an_end(site: &Site) -> Option<RuntimeOutcome> {
    let runtime = site.runtime();
    let mut outcome = None;
    for _ in 0..400 {
        let mut recovered = runtime.recover().await.unwrap();
        outcome = recovered.pop().or(outcome);
        let pending = runtime.pending(None).await.unwrap();
        if let Some(action) = pending.first() {
            let id = &action.execution_id;
            let key = format!("{id}/{}", action.seq);
            let done = effects(&site.ledger())
                .into_iter()
                .find(|(known, _)| *known == key);
            let approval = Approval::new(id.as_str()).seq(action.seq);
            let approval = match (action.reason, done) {
                (PendingReason::Indeterminate, Some((_, what))) => approval.answer(json!(what)),
                _ => approval,
            };
            outcome = Some(runtime.approve(approval).await.unwrap());
        }
        let all = runtime.executions(10).await.unwrap();
        if all.iter().all(|it| it.status.is_terminal()) {
            return outcome;
        }
        // The lease of the dead has to run out.
        tokio::time::sleep(LEASE / 4).await;
    }
    panic!("it does not end: {:?}", runtime.executions(10).await);
}

async fn check(site: &Site, program: usize, what: &str) {
    let outcome = bring_to_an_end(site).await;
    let runtime = site.runtime();
    let Some(execution) = runtime.executions(10).await.unwrap().pop() else {
        assert_eq!(
            effects(&site.ledger()),
            [],
            "{what}: an effect without a record"
        );
        return;
    };
    let expected: Value = serde_json::from_str(PROGRAMS[program].1).unwrap();
    assert_eq!(execution.result, Some(expected), "{what}: {outcome:?}");
    for call in &execution.log {
        let key = format!("{}/{}", execution.id, call.seq);
        let times = site.counts().get(&key).copied().unwrap_or(0);
        match call.method.as_str() {
            "write" | "pay" | "find" => assert_eq!(times, 1, "{what}: {call:?}"),
            "put" => assert!(times >= 1, "{what}: {call:?}"),
            _ => assert_eq!(times, 0, "{what}: {call:?}"),
        }
    }
}

#[tokio::test]
async fn a_process_killed_at_any_write_loses_nothing_and_doubles_nothing() {
    let mut site = Site::new("killed-at-writes");
    let mut kills = 0;
    for program in 0..PROGRAMS.len() {
        for side in ["before", "after"] {
            for at in 1.. {
                site.clear();
                let mut child = site.child("execute");
                child.args([program.to_string(), at.to_string(), side.to_owned()]);
                let ended = child.output().unwrap();
                let what = format!("program {program}, killed {side} write {at}");
                if !ended.status.success() {
                    assert!(ended.status.code().is_none(), "{what}: {ended:?}");
                    kills += 1;
                }
                check(&site, program, &what).await;
                if ended.status.success() {
                    break;
                }
            }
        }
    }
    assert!(kills >= 40, "only {kills} places to be killed at");
}

#[tokio::test]
async fn a_process_killed_at_any_moment_loses_nothing_and_doubles_nothing() {
    let mut site = Site::new("killed-at-random");
    let mut kills = 0;
    // Where in its life the process dies, in steps of a third of a millisecond.
    for moment in 0..120_u64 {
        site.clear();
        let program = usize::try_from(moment).unwrap() % PROGRAMS.len();
        let mut child = site.child("execute");
        let mut child = child
            .args([
                program.to_string(),
                "1000000".to_owned(),
                "after".to_owned(),
            ])
            .spawn()
            .unwrap();
        // It says nothing while it works; its store appears when it begins.
        while !site.store().exists() && child.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        tokio::time::sleep(Duration::from_micros(moment * 330)).await;
        child.kill().unwrap();
        kills += u32::from(!child.wait().unwrap().success());
        check(
            &site,
            program,
            &format!("program {program}, moment {moment}"),
        )
        .await;
    }
    assert!(kills >= 30, "only {kills} of 120 were killed in time");
}

#[tokio::test]
async fn a_rollback_killed_at_any_write_undoes_nothing_twice() {
    let mut site = Site::new("killed-rollback");
    for at in 1.. {
        site.clear();
        let done = site.runtime().execute(PROGRAMS[2].0).await.unwrap();
        let id = done.execution_id().to_owned();
        let mut child = site.child("rollback");
        let ended = child.args([&id, &at.to_string()]).output().unwrap();
        tokio::time::sleep(LEASE).await;

        let report = site.runtime().rollback(&id).await.unwrap();

        let undone = site
            .counts()
            .into_iter()
            .filter(|(key, _)| key.ends_with("undone"));
        let undone: Vec<usize> = undone.map(|(_, times)| times).collect();
        assert!(
            undone.iter().all(|times| *times == 1),
            "killed after {at}: {undone:?}"
        );
        assert_eq!(
            undone.len() + report.in_doubt.len() + report.failed.len(),
            4 + doubtful_but_done(&site, &report.in_doubt, &id),
            "killed after write {at}: {report:?}"
        );
        if ended.status.success() {
            assert!(at > 5, "{ended:?}");
            break;
        }
    }
}

/// Calls that are in doubt although they were undone: the process died before it wrote that.
fn doubtful_but_done(site: &Site, in_doubt: &[String], id: &str) -> usize {
    let counts = site.counts();
    let is_done = |call: &&String| {
        let seq = call.split(':').next().unwrap_or_default();
        counts.contains_key(&format!("{id}/{seq} undone"))
    };
    in_doubt.iter().filter(is_done).count()
}

fn signal(name: &str, process: &Child) {
    let id = process.id().to_string();
    assert!(
        Command::new("kill")
            .args([name, &id])
            .status()
            .unwrap()
            .success()
    );
}

/// A process that was stopped in the middle of its execution, while it did not write (one
/// that is stopped then keeps everybody out, as SQLite's locks do) and no tool was about to
/// take effect (which it would when it wakes, as nobody can prevent).
async fn stopped_between_writes(site: &Site) -> Option<Child> {
    let mut command = site.child("execute");
    let mut child = command.args(["2", "1000000", "after"]).spawn().unwrap();
    while effects(&site.ledger()).is_empty() {
        assert!(
            child.try_wait().unwrap().is_none(),
            "it ended without an effect"
        );
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
    while child.try_wait().unwrap().is_none() {
        signal("-STOP", &child);
        if is_between_writes(site).await {
            return Some(child);
        }
        signal("-CONT", &child);
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
    None
}

async fn is_between_writes(site: &Site) -> bool {
    let store = rusqlite::Connection::open(site.store()).unwrap();
    store.busy_timeout(Duration::ZERO).unwrap();
    if store.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_err() {
        return false;
    }
    let executions = site.runtime().executions(10).await.unwrap();
    let effects = site.counts();
    executions.iter().all(|execution| {
        let mut calls = execution.log.iter();
        calls.all(|call| {
            let key = format!("{}/{}", execution.id, call.seq);
            let has_effects = ["write", "pay", "find", "put"].contains(&&*call.method);
            !has_effects || effects.contains_key(&key)
        })
    })
}

#[tokio::test]
async fn a_process_that_was_stopped_and_wakes_up_does_nothing_more() {
    let mut site = Site::new("stopped");
    let child = loop {
        site.clear();
        if let Some(child) = stopped_between_writes(&site).await {
            break child;
        }
    };

    let outcome = bring_to_an_end(&site).await;
    signal("-CONT", &child);
    let woken = child.wait_with_output().unwrap();

    assert_eq!(
        outcome.and_then(|it| it.result().cloned()),
        Some(json!("z"))
    );
    let said = String::from_utf8_lossy(&woken.stderr).into_owned();
    assert!(!woken.status.success(), "{woken:?}");
    assert!(
        said.contains("another process drives the execution now"),
        "{said}"
    );
    check(&site, 2, "after the stopped one woke up").await;
}
