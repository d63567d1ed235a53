//! What crosses the boundary, and how.

use codecell::{Bytes, ExecuteErrorKind, ExecuteRequest, Tool};
use codecell_tests::{error, execute, value};
use serde_json::json;

#[tokio::test]
async fn results_are_what_json_stringify_gives() {
    for code in [
        "({ a: undefined, b: [undefined, () => 1, Symbol('s')], c: () => 1, d: NaN, e: -0, f: 1e21 })",
        "[new Date(0), new Date(NaN), new Map([[1, 2]]), new Set([1]), /x/, new Error('e')]",
        "[Object(1), Object('s'), Object(true), new (class A { x = 1; #y = 2 })]",
        "({ toJSON: key => 'root:' + key, x: 1 })",
        "({ x: { toJSON: key => 'x:' + key }, l: [{ toJSON: key => key }] })",
        r#"JSON.parse('{"__proto__": 1, "a": {"__proto__": 2}}')"#,
        "[0.1, 1 / 3, 123456789012345680000, 5e-324, -1.5e-9, 2147483648, -2147483649]",
        r"'\u0000\u001f\u007f\u2028\ud83d\ude00\u00e9\\'",
        "new Proxy([1, 2], {})",
        "new Proxy({ a: 1, b: 2 }, { ownKeys: () => ['b'] })",
        "Object.create({ inherited: 1 }, { shown: { value: 1, enumerable: true }, hidden: { value: 2 } })",
    ] {
        let ours = value(code).await;
        let text = value(&format!("JSON.stringify({code})")).await;
        let engine: serde_json::Value = serde_json::from_str(text.as_str().unwrap()).unwrap();
        assert_eq!(ours, engine, "{code}");
        assert_eq!(
            ours.to_string(),
            engine.to_string(),
            "{code}: order of keys"
        );
    }
}

#[tokio::test]
async fn lone_surrogates_become_replacement_characters() {
    assert_eq!(
        value(r"'a\ud800b\udc00'").await,
        json!("a\u{FFFD}b\u{FFFD}")
    );
    assert_eq!(
        value(r"await codemode.echo({ '\ud800': '\udfff' })").await,
        json!({ "\u{FFFD}": "\u{FFFD}" })
    );
}

#[tokio::test]
async fn what_json_cannot_say_is_refused_with_its_path() {
    for (code, message) in [
        ("10n", "Do not know how to serialize a BigInt"),
        (
            "({ a: [{ b: 1n }] })",
            "Do not know how to serialize a BigInt (at a[0].b)",
        ),
        (
            "({ p: Promise.resolve(1) })",
            "A Promise has no value yet and cannot be serialized (at p); await it first",
        ),
        (
            "const o = { l: [] }; o.l.push(o); o",
            "Converting circular structure to JSON (at l[0]): the value is inside itself",
        ),
        (
            "() => () => 1",
            "The result is a function, which cannot be serialized; return data instead",
        ),
        (
            "() => Symbol('x')",
            "The result is a symbol, which cannot be serialized; return data instead",
        ),
    ] {
        let error = error(code).await;
        assert_eq!(
            (error.kind, error.message.as_str()),
            (ExecuteErrorKind::Unserializable, message)
        );
    }
}

#[tokio::test]
async fn arguments_that_cannot_cross_are_errors_that_the_program_can_catch() {
    let code = "try { await codemode.echo({ n: [1n] }) } catch (e) { return [e.name, e.message] }";
    assert_eq!(
        value(code).await,
        json!([
            "TypeError",
            "Do not know how to serialize a BigInt (at arguments[0].n[0])"
        ])
    );
}

#[tokio::test]
async fn a_getter_that_throws_ends_the_run_with_its_error() {
    let error = error("({ get x() { throw new RangeError('trap') } })").await;
    assert_eq!(
        (error.kind, error.message.as_str()),
        (ExecuteErrorKind::Exception, "trap")
    );
}

#[tokio::test]
async fn each_property_is_read_once() {
    assert_eq!(
        value("let n = 0; ({ get x() { return ++n } })").await,
        json!({ "x": 1 })
    );
}

#[tokio::test]
async fn two_hundred_levels_cross_and_a_thousand_are_refused() {
    let nested = |levels: usize| {
        format!("let o = 0; for (let i = 0; i < {levels}; i++) o = [o]; await codemode.echo(o)")
    };
    assert_eq!(
        value(&nested(200)).await.to_string(),
        format!("{}0{}", "[".repeat(200), "]".repeat(200))
    );
    assert_eq!(error(&nested(1000)).await.kind, ExecuteErrorKind::Exception);
}

#[tokio::test]
async fn ten_megabytes_of_text_cross() {
    assert_eq!(
        value("'x'.repeat(10_000_000)")
            .await
            .as_str()
            .unwrap()
            .len(),
        10_000_000
    );
}

#[tokio::test]
async fn bytes_keep_their_kind_in_both_directions() {
    let code = "const r = await codemode.echo({ view: new Uint8Array([1, 2, 255]).subarray(1), buffer: new Uint8Array([7]).buffer, wide: new Int16Array([257]), data: new DataView(new Uint8Array([1, 2, 3]).buffer, 1) });
        return [r.view instanceof Uint8Array, [...r.view], r.buffer instanceof ArrayBuffer, [...new Uint8Array(r.buffer)], r.wide.constructor.name, [...r.wide], [...r.data]]";
    assert_eq!(
        value(code).await,
        json!([true, [2, 255], true, [7], "Uint8Array", [1, 1], [2, 3]])
    );
}

#[tokio::test]
async fn a_tool_returns_and_receives_bytes() {
    let reverse = Tool::from_fn("reverse", |args, _| async move {
        let Bytes(mut bytes) = args.get(0)?;
        bytes.reverse();
        Ok(Bytes(bytes))
    });
    let request =
        ExecuteRequest::new("[...await codemode.reverse(new Uint8Array([1, 2, 3]))]").tool(reverse);
    assert_eq!(execute(request).await.outcome, Ok(json!([3, 2, 1])));
}

#[tokio::test]
async fn data_cannot_be_taken_for_bytes() {
    let code = "const forged = { $bytes: 'AQID' }, twice = { $$arrayBuffer: { $bytes: 'AQ==' } };
        return JSON.stringify(await codemode.echo([forged, twice])) === JSON.stringify([forged, twice])";
    assert_eq!(value(code).await, json!(true));
    assert_eq!(
        value("({ $bytes: 'AQID' })").await,
        json!({ "$$bytes": "AQID" })
    );
}
