//! What the tests share: one sandbox, and short ways to run a program in it.

pub mod killing;
pub mod ledger;

use std::sync::OnceLock;
use std::time::Duration;

use codecell::{
    ExecuteError, ExecuteErrorKind, ExecuteRequest, ExecuteResult, Executor as _, Limits, Sandbox,
    Tool, ToolFailure,
};
use serde_json::Value;

/// The sandbox of this process: its machine code is made once.
pub fn sandbox() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX.get_or_init(|| Sandbox::builder().cells(256).build())
}

/// Runs a request.
///
/// # Panics
///
/// When the host made a mistake, which no test of programs does.
pub async fn execute(request: ExecuteRequest) -> ExecuteResult {
    match sandbox().execute(request).await {
        Ok(result) => result,
        Err(error) => panic!("{error}"),
    }
}

/// Runs a program with the tools of [`with_tools`] and default limits.
pub async fn run(code: &str) -> ExecuteResult {
    execute(with_tools(ExecuteRequest::new(code))).await
}

/// What a program returns.
///
/// # Panics
///
/// When it fails.
pub async fn value(code: &str) -> Value {
    match run(code).await.outcome {
        Ok(value) => value,
        Err(error) => panic!("{code}\n{error:?}"),
    }
}

/// Why a program fails.
///
/// # Panics
///
/// When it does not.
pub async fn error(code: &str) -> ExecuteError {
    match run(code).await.outcome {
        Err(error) => error,
        Ok(value) => panic!("{code}\nreturned {value}"),
    }
}

/// Why a program fails under limits, and that the sandbox works after it.
///
/// # Panics
///
/// When it does not fail, or the next run does.
pub async fn error_under(limits: Limits, code: &str) -> (ExecuteErrorKind, String) {
    let result = execute(with_tools(ExecuteRequest::new(code)).limits(limits)).await;
    still_works().await;
    match result.outcome {
        Err(error) => (error.kind, error.message),
        Ok(value) => panic!("{code}\nreturned {value}"),
    }
}

/// One more run, as it should be after anything.
///
/// # Panics
///
/// When the sandbox no longer works.
pub async fn still_works() {
    let result = execute(ExecuteRequest::new("1 + 1")).await;
    assert_eq!(result.outcome, Ok(serde_json::json!(2)));
}

/// Adds the tools that tests call: `echo`, `args`, `fail`, `sleep`, `never`, `nothing`.
#[must_use]
pub fn with_tools(request: ExecuteRequest) -> ExecuteRequest {
    request
        .tool(Tool::from_fn("echo", |args, _| async move {
            args.get::<Value>(0)
        }))
        .tool(Tool::from_fn("args", |args, _| async move {
            Ok(args.values().to_vec())
        }))
        .tool(Tool::from_fn("fail", |args, _| async move {
            Err::<(), _>(ToolFailure::new(args.get::<String>(0)?))
        }))
        .tool(Tool::from_fn("sleep", |args, _| async move {
            tokio::time::sleep(Duration::from_millis(args.get(0)?)).await;
            Ok(())
        }))
        .tool(Tool::from_fn("never", |_, _| async move {
            std::future::pending::<()>().await;
            Ok(())
        }))
        .tool(Tool::raw("nothing", |_, _| async move { Ok(None) }))
}
