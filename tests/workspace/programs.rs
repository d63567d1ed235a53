//! Programs that work with files, and are undone.

use codecell::workspace::{Directory, Memory, Workspace};
use codecell::{ExecuteRequest, Executor as _, Runtime, SqliteStore};
use codecell_tests::sandbox;
use serde_json::json;

#[tokio::test]
async fn a_program_reads_and_changes_real_files() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("numbers.txt"), "12\n30\n").unwrap();
    let files = Workspace::new(Directory::open(folder.path()).unwrap());
    let code = "async () => {
        const text = await state.readFile('/numbers.txt');
        const sum = text.trim().split('\\n').map(Number).reduce((a, b) => a + b);
        await state.writeFile({ path: '/sum.txt', content: String(sum) });
        return (await state.glob('*.txt')).length;
    }";

    let result = sandbox()
        .execute(ExecuteRequest::new(code).provider(files.provider()))
        .await
        .unwrap();

    assert_eq!(result.outcome, Ok(json!(2)));
    let written = std::fs::read_to_string(folder.path().join("sum.txt")).unwrap();
    assert_eq!(written, "42");
}

#[tokio::test]
async fn what_a_program_wrote_is_rolled_back_and_what_others_wrote_is_not() {
    let files = Workspace::new(Memory::new());
    let write = |path: &str, text: &str| files.call("writeFile", json!([path, text])).unwrap();
    write("/old.txt", "before");
    let runtime = Runtime::builder(sandbox().clone(), SqliteStore::in_memory().unwrap())
        .connector(files.provider())
        .build()
        .unwrap();
    let code = "async () => {
        await state.writeFile('/old.txt', 'after');
        await state.writeFile('/new.txt', 'new');
        await state.writeFile('/shared.txt', 'ours');
        return await state.readFile('/old.txt');
    }";
    let done = runtime.execute(code).await.unwrap();
    assert_eq!(done.result(), Some(&json!("after")));
    write("/shared.txt", "theirs");

    let report = runtime.rollback(done.execution_id()).await.unwrap();

    assert_eq!(
        report.reverted,
        ["1: state.writeFile", "0: state.writeFile"]
    );
    assert_eq!(report.failed.len(), 1, "{report:?}");
    let read = |path: &str| files.call("readFile", json!([path])).unwrap().value;
    assert_eq!(read("/old.txt"), Some(json!("before")));
    assert_eq!(read("/shared.txt"), Some(json!("theirs")));
    let exists = files.call("exists", json!(["/new.txt"])).unwrap().value;
    assert_eq!(exists, Some(json!(false)));
}

#[tokio::test]
async fn a_failure_tells_the_program_its_code_and_path() {
    let files = Workspace::new(Memory::new());
    let code = "async () => {
        try { await state.readFile('/nothing'); } catch (error) { return error.message; }
    }";

    let result = sandbox()
        .execute(ExecuteRequest::new(code).provider(files.provider()))
        .await
        .unwrap();

    let message = result.outcome.unwrap();
    assert!(message.as_str().unwrap().contains("/nothing"), "{message}");
}
