//! Tools whose effects are lines of a file, outside of all that can be lost.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use codecell::{Tool, ToolFailure, ToolProvider};
use serde_json::{Value, json};

/// How long an execution of these tests belongs to a process that is gone.
pub const LEASE: Duration = Duration::from_millis(60);

/// Programs of the crash tests, with what they return.
pub const PROGRAMS: [(&str, &str); 3] = [
    (
        "async () => {
            const a = await work.write('a');
            await Promise.all([work.write('b'), work.put('c'), work.read('d')]);
            await work.fail('x').catch(() => 0);
            await new Promise(resolve => setTimeout(resolve, 2));
            return [a, await work.write('e')];
        }",
        r#"["a","e"]"#,
    ),
    (
        "async () => {
            const first = await Promise.race([work.write('slow'), work.read('fast')]);
            const paid = await work.pay('p');
            return [first.length > 0, paid, await work.find('f')];
        }",
        r#"[true,"p","f"]"#,
    ),
    (
        "async () => {
            for (let i = 0; i < 4; i++) await work.write('w' + i);
            return await codemode.step('last', async () => await work.put('z'));
        }",
        r#""z""#,
    ),
];

/// What stands in the file: key and text of each effect.
pub fn effects(ledger: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(ledger).unwrap_or_default();
    let parts = |line: &str| {
        let (key, what) = line.split_once('\t').unwrap_or_default();
        (key.to_owned(), what.to_owned())
    };
    text.lines().map(parts).collect()
}

fn note(ledger: &Path, key: &str, what: &str) -> Result<(), ToolFailure> {
    let mut file = OpenOptions::new().create(true).append(true).open(ledger)?;
    file.write_all(format!("{key}\t{what}\n").as_bytes())?;
    Ok(())
}

/// `write` and `pay` must not happen twice, `put` may (it has one key), `find` can be looked
/// up, `read` has no effect.
pub fn work(ledger: &Path) -> ToolProvider {
    let noting = |name: &'static str| {
        let ledger = ledger.to_owned();
        Tool::from_fn(name, move |args, context| {
            let ledger = ledger.clone();
            async move {
                let what: String = args.get(0)?;
                tokio::time::sleep(Duration::from_millis(1)).await;
                note(&ledger, &context.idempotency_key(), &what)?;
                tokio::time::sleep(Duration::from_millis(1)).await;
                Ok(what)
            }
        })
    };
    let (looked, undone): (PathBuf, PathBuf) = (ledger.to_owned(), ledger.to_owned());
    ToolProvider::new("work")
        .tool(noting("write").revert(move |_, result, context| {
            let key = format!("{} undone", context.idempotency_key());
            let noted = note(&undone, &key, result.as_str().unwrap_or_default());
            async move { noted }
        }))
        .tool(noting("pay").requires_approval(true))
        .tool(noting("put").idempotent(true))
        .tool(noting("find").lookup(move |_, context| {
            let key = context.idempotency_key();
            let found = effects(&looked)
                .into_iter()
                .find(|(known, _)| *known == key);
            async move { Ok(found.map(|(_, what)| what)) }
        }))
        .tool(Tool::from_fn("read", |args, _| async move { args.get::<Value>(0) }).read_only(true))
        .tool(Tool::from_fn("fail", |_, _| async {
            Err::<Value, _>(ToolFailure::new("broken").data(json!(1)))
        }))
}
