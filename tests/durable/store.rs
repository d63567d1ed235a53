//! The file: what is in it, who may read it, and what becomes of damage.

use codecell::record::{Durability, ExecutionStatus, StoreErrorKind};
use codecell::runtime::Execution;
use codecell::{ErrorKind, Runtime, SqliteStore};
use codecell_tests::sandbox;
use serde_json::json;

use crate::crashes::Site;
use crate::support::{Ledger, builder, memory};
use codecell_tests::ledger::work;

#[tokio::test]
async fn another_process_finds_what_one_left() {
    let site = Site::new("left");
    let paused = site
        .runtime()
        .execute("async () => await work.pay('x')")
        .await
        .unwrap();

    let done = site.runtime().approve(paused.execution_id()).await.unwrap();

    assert_eq!(done.result(), Some(&json!("x")));
    assert_eq!(site.counts().len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let site = Site::new("private");
    site.runtime().execute("async () => 1").await.unwrap();

    let mode = std::fs::metadata(site.store())
        .unwrap()
        .permissions()
        .mode();

    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn what_is_no_store_is_refused_and_left_alone() {
    let site = Site::new("foreign");
    std::fs::write(
        site.store(),
        "this is a letter, and no database\n".repeat(99),
    )
    .unwrap();
    let before = std::fs::read(site.store()).unwrap();

    let error = SqliteStore::open(site.store()).unwrap_err();

    assert_eq!(error.kind(), StoreErrorKind::Corrupt);
    assert_eq!(std::fs::read(site.store()).unwrap(), before);
    let nowhere = SqliteStore::open(site.store().join("under/a/file")).unwrap_err();
    assert_eq!(nowhere.kind(), StoreErrorKind::Unavailable);
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_refused() {
    let site = Site::new("newer");
    site.runtime().execute("async () => 1").await.unwrap();
    let database = rusqlite::Connection::open(site.store()).unwrap();
    database
        .execute("UPDATE codecell_schema SET version = 2", [])
        .unwrap();

    let error = SqliteStore::open(site.store()).unwrap_err();

    assert_eq!(error.kind(), StoreErrorKind::Newer);
    assert_eq!(
        error.to_string(),
        "a newer version of this crate wrote the store"
    );
    database
        .execute("UPDATE codecell_schema SET version = 1", [])
        .unwrap();
    assert_eq!(site.runtime().executions(9).await.unwrap().len(), 1);
}

/// Everything that can be read of a store, or that it is damaged.
async fn read(site: &Site) -> Result<Vec<Execution>, ErrorKind> {
    let store = SqliteStore::open(site.store()).map_err(|error| ErrorKind::Store(error.kind()))?;
    let runtime = Runtime::builder(sandbox().clone(), store).connector(work(&site.ledger()));
    let runtime = runtime.build().unwrap();
    runtime
        .executions(100)
        .await
        .map_err(|error| error.kind().clone())
}

#[tokio::test]
async fn a_flipped_bit_is_an_error_or_changes_nothing() {
    let site = Site::new("flipped");
    let code = "async () => { console.log('hello'); await work.write('text'); return [1, 'two']; }";
    site.runtime().execute(code).await.unwrap();
    site.runtime()
        .execute("async () => await work.pay('much')")
        .await
        .unwrap();
    let database = rusqlite::Connection::open(site.store()).unwrap();
    let whole = database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
        row.get::<_, i64>(0)
    });
    assert_eq!(whole.unwrap(), 0);
    drop(database);
    let sound = std::fs::read(site.store()).unwrap();
    let expected = read(&site).await.unwrap();
    assert_eq!(expected.len(), 2);
    let (mut found, mut harmless) = (0, 0);
    for at in (0..sound.len()).step_by(61) {
        let mut damaged = sound.clone();
        damaged[at] ^= 1 << (at % 8);
        for extra in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{extra}", site.store().display()));
        }
        std::fs::write(site.store(), &damaged).unwrap();
        match read(&site).await {
            Err(ErrorKind::Store(_)) => found += 1,
            Err(other) => panic!("byte {at}: {other:?}"),
            Ok(same) => {
                assert_eq!(same, expected, "byte {at} changed an answer");
                harmless += 1;
            }
        }
    }
    assert!(found > 20, "{found} found, {harmless} harmless");
}

/// A file that may not grow is what a full disk looks like.
#[cfg(unix)]
#[tokio::test]
async fn a_full_disk_is_an_error_and_what_was_kept_stays() {
    let site = Site::new("full");
    site.runtime()
        .execute("async () => 'before'")
        .await
        .unwrap();
    let child = site.child("execute");
    let program = child.get_program().to_str().unwrap().to_owned();
    let args: Vec<_> = child
        .get_args()
        .map(|it| it.to_str().unwrap().to_owned())
        .collect();
    let script = format!(
        "trap '' XFSZ; ulimit -f 40; exec {program} {} 0 1000000 after",
        args.join(" ")
    );

    let ended = std::process::Command::new("bash")
        .args(["-c", &script])
        .output()
        .unwrap();

    assert!(!ended.status.success(), "{ended:?}");
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(said.contains("the store"), "{said}");
    let kept = site.runtime().executions(9).await.unwrap();
    let before = kept.iter().find(|it| it.result == Some(json!("before")));
    assert_eq!(before.map(|it| it.status), Some(ExecutionStatus::Completed));
    let after = site.runtime().execute("async () => 'after'").await.unwrap();
    assert_eq!(after.result(), Some(&json!("after")));
}

#[tokio::test]
async fn old_executions_go_and_paused_ones_never() {
    let ledger = Ledger::default();
    let runtime = builder(&memory(), &ledger)
        .max_executions(3)
        .build()
        .unwrap();
    let paused = runtime
        .execute("async () => await work.pay(1)")
        .await
        .unwrap();
    for number in 0..8 {
        runtime
            .execute(format!("async () => {number}"))
            .await
            .unwrap();
    }

    let kept = runtime.executions(100).await.unwrap();

    let results: Vec<_> = kept.iter().map(|it| it.result.clone()).collect();
    assert_eq!(
        results,
        [
            Some(json!(7)),
            Some(json!(6)),
            Some(json!(5)),
            Some(json!(4)),
            None
        ]
    );
    assert_eq!(kept[4].id, paused.execution_id());
    assert_eq!(runtime.prune_executions(1).await.unwrap(), 3);
    assert_eq!(runtime.executions(100).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_store_on_the_process_alone_keeps_the_same() {
    let site = Site::new("process-durability");
    let store = SqliteStore::open_with(site.store(), Durability::Process).unwrap();
    let runtime = Runtime::builder(sandbox().clone(), store).build().unwrap();

    runtime.execute("async () => 1").await.unwrap();

    assert_eq!(
        site.runtime().executions(9).await.unwrap()[0].result,
        Some(json!(1))
    );
}
