//! Guests that lie, flood, trap and break the protocol: all are contained.
//!
//! Each is a component of a few lines of WebAssembly text that fits the world.
//! What QuickJS would do if an attacker owned its memory is no worse.

use std::path::Path;
use std::time::Duration;

use codecell::{
    ErrorKind, ExecuteErrorKind as Kind, ExecuteRequest, Executor as _, Limits, Sandbox,
};
use codecell_tests::{still_works, with_tools};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// A guest whose `start` and `resume` have these bodies. Both must leave the
/// address of a step: at 1024 lies one that is `waiting(none)`, at 1104 one that
/// is `waiting(0)`, at 1200 one that is done with a string at 0x5000, whose length is at 1220.
fn guest(start: &str, resume: &str) -> Vec<u8> {
    let text = TEMPLATE
        .replace("(;START;)", start)
        .replace("(;RESUME;)", resume);
    let mut module = wat::parse_str(text).unwrap();
    let mut wit = Resolve::default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit");
    let (package, _) = wit.push_dir(folder).unwrap();
    let world = wit.select_world(&[package], Some("sandbox")).unwrap();
    embed_component_metadata(&mut module, &wit, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default()
        .module(&module)
        .unwrap()
        .encode()
        .unwrap()
}

const TEMPLATE: &str = include_str!("stub_guest.wat");

async fn ending(start: &str, resume: &str, limits: Limits) -> (Kind, String) {
    let sandbox = Sandbox::builder()
        .guest(guest(start, resume))
        .cells(4)
        .cache_folder(None)
        .build();
    let request = with_tools(ExecuteRequest::new("")).limits(limits);
    let result = sandbox.execute(request).await.unwrap();
    still_works().await;
    let error = result.outcome.unwrap_err();
    (error.kind, error.message)
}

fn short() -> Limits {
    Limits::default()
        .guest_time(Duration::from_millis(100))
        .wall_time(Duration::from_millis(300))
}

const FAULT: &str = "The cell stopped because of a fault of its own, not of the program's";

#[tokio::test]
async fn a_trap_is_an_internal_error() {
    assert_eq!(
        ending("unreachable", "unreachable", short()).await,
        (Kind::Internal, FAULT.to_owned())
    );
}

#[tokio::test]
async fn a_loop_meets_its_time_and_its_fuel() {
    let spin = "(loop $again (br $again)) unreachable";
    assert_eq!(ending(spin, "unreachable", short()).await.0, Kind::Timeout);
    let fuel = short()
        .fuel(1_000_000)
        .guest_time(Duration::from_secs(60))
        .wall_time(Duration::from_secs(60));
    assert_eq!(ending(spin, "unreachable", fuel).await.0, Kind::Fuel);
}

#[tokio::test]
async fn a_guest_that_waits_for_nothing_is_ended() {
    let message = "The cell waits for nothing that the host knows of".to_owned();
    assert_eq!(
        ending("(i32.const 1024)", "unreachable", short()).await,
        (Kind::Internal, message)
    );
}

#[tokio::test]
async fn a_guest_that_is_always_due_is_ended_and_lets_others_run() {
    let limits = short();
    let spin = ending("(i32.const 1104)", "(i32.const 1104)", limits);
    assert_eq!(spin.await.0, Kind::Timeout);
}

#[tokio::test]
async fn a_string_outside_memory_or_of_bad_text_is_an_internal_error() {
    for len in ["0x7fffffff", "0xffffffff"] {
        let start = format!("(i32.store (i32.const 1220) (i32.const {len})) (i32.const 1200)");
        assert_eq!(
            ending(&start, "unreachable", short()).await,
            (Kind::Internal, FAULT.to_owned()),
            "{len}"
        );
    }
    let bad_utf8 = "(i32.store8 (i32.const 0x5000) (i32.const 0xff)) (i32.store (i32.const 1220) (i32.const 1)) (i32.const 1200)";
    assert_eq!(
        ending(bad_utf8, "unreachable", short()).await,
        (Kind::Internal, FAULT.to_owned())
    );
}

#[tokio::test]
async fn a_result_that_is_not_json_is_an_internal_error() {
    let start = "(i32.store8 (i32.const 0x5000) (i32.const 0x7b)) (i32.store (i32.const 1220) (i32.const 1)) (i32.const 1200)";
    let message = "The cell returned a result that is not JSON".to_owned();
    assert_eq!(
        ending(start, "unreachable", short()).await,
        (Kind::Internal, message)
    );
}

#[tokio::test]
async fn a_result_of_brackets_does_not_overflow_the_hosts_stack() {
    let start = "(memory.fill (i32.const 0x5000) (i32.const 0x5b) (i32.const 400000))
        (i32.store (i32.const 1220) (i32.const 400000)) (i32.const 1200)";
    assert_eq!(
        ending(start, "unreachable", short()).await.0,
        Kind::Internal
    );
}

#[tokio::test]
async fn more_than_the_limits_allow_is_refused_before_it_is_copied() {
    let start = "(i32.store (i32.const 1220) (i32.const 400000)) (i32.const 1200)";
    let limits = short()
        .result_bytes(1000)
        .argument_bytes(1000)
        .log_bytes(1000);
    assert_eq!(
        ending(start, "unreachable", limits.clone()).await.0,
        Kind::Internal
    );
    let flood = "(loop $again
        (call $log (i32.const 2) (i32.const 0x5000) (i32.const 200000) (i64.const 0))
        (br $again)) unreachable";
    assert_eq!(ending(flood, "unreachable", limits).await.0, Kind::Timeout);
}

#[tokio::test]
async fn calls_with_any_arguments_are_failures_of_calls_and_no_more() {
    // Namespace, tool and arguments are all the same 3 bytes of no JSON.
    let call = "(drop (call $dispatch (i32.const 0x5000) (i32.const 3) (i32.const 0x5000) (i32.const 3) (i32.const 0x5000) (i32.const 3)))
        (i32.const 1024)";
    let (kind, _) = ending(call, "unreachable", short()).await;
    // The failed call is delivered to `resume`, which traps.
    assert_eq!(kind, Kind::Internal);
    let flood = "(loop $again
        (drop (call $dispatch (i32.const 0x5000) (i32.const 3) (i32.const 0x5000) (i32.const 3) (i32.const 0x5000) (i32.const 3)))
        (br $again)) unreachable";
    assert_eq!(
        ending(flood, "unreachable", short()).await.0,
        Kind::CallLimit
    );
}

#[tokio::test]
async fn claims_about_limits_end_the_run_whatever_the_guest_does_next() {
    for (limit, kind) in [(0, Kind::CallLimit), (1, Kind::ResultTooLarge)] {
        let start = format!("(call $exceeded (i32.const {limit})) (i32.const 1024)");
        assert_eq!(ending(&start, "unreachable", short()).await.0, kind);
    }
    assert_eq!(
        ending(
            "(call $exceeded (i32.const 9)) (i32.const 1024)",
            "unreachable",
            short()
        )
        .await
        .0,
        Kind::Internal
    );
}

#[tokio::test]
async fn memory_that_grows_meets_its_limit() {
    let start = "(loop $again (drop (memory.grow (i32.const 16))) (br $again)) unreachable";
    let (kind, _) = ending(start, "unreachable", short().memory_bytes(8 << 20)).await;
    assert_eq!(kind, Kind::Memory);
}

#[tokio::test]
async fn an_imported_world_beyond_ours_is_a_hosts_mistake() {
    let wasi = "(component (import \"wasi:sockets/network@0.2.0\" (instance (export \"network\" (type (sub resource))))))";
    for component in [
        wat::parse_str(wasi).unwrap(),
        wat::parse_str("(component)").unwrap(),
        b"no wasm".to_vec(),
    ] {
        let sandbox = Sandbox::builder()
            .guest(component)
            .cells(1)
            .cache_folder(None)
            .build();
        assert_eq!(
            sandbox.prepare().await.unwrap_err().kind(),
            &ErrorKind::Guest
        );
    }
}
