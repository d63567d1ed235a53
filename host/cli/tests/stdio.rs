//! `codecell executor --stdio`, as another process speaks to it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

struct Peer {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Peer {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_codecell"))
            .args(["executor", "--stdio"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            input: child.stdin.take(),
            output: BufReader::new(child.stdout.take().unwrap()),
            child,
        }
    }

    fn send_line(&mut self, line: &str) {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{line}").unwrap();
        input.flush().unwrap();
    }

    fn send(&mut self, message: Value) {
        self.send_line(&message.to_string());
    }

    fn request(&mut self, id: impl Into<Value>, method: &str, params: Value) {
        let id = id.into();
        self.send(json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
    }

    fn receive(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let message: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(message["jsonrpc"], "2.0");
        message
    }

    /// Asks and receives the answer, which must be the next message.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.request("ask", method, params);
        let answer = self.receive();
        assert_eq!(answer["id"], "ask", "{answer}");
        answer
    }

    fn still_works(&mut self) {
        let answer = self.ask("execute", json!({ "code": "1 + 1" }));
        assert_eq!(
            (&answer["result"]["result"], &answer["result"]["error"]),
            (&json!(2), &Value::Null)
        );
    }

    /// Closes the input and waits for the end.
    fn end(mut self) -> Vec<Value> {
        drop(self.input.take());
        let mut rest = Vec::new();
        for line in self.output.lines() {
            rest.push(serde_json::from_str(&line.unwrap()).unwrap());
        }
        assert!(self.child.wait().unwrap().success());
        rest
    }
}

fn tools(names: &[&str]) -> Value {
    let tools: Vec<Value> = names.iter().map(|name| json!({ "name": name })).collect();
    json!([{ "name": "codemode", "tools": tools }])
}

#[test]
fn small_questions_are_answered() {
    let mut peer = Peer::start();
    assert_eq!(peer.ask("ping", json!({}))["result"], json!({}));
    assert_eq!(
        peer.ask("normalize", json!({ "code": "1 as number" }))["result"],
        json!({ "code": "async () => {\nreturn (1)\n}" })
    );
    assert_eq!(
        peer.ask("sanitize", json!({ "name": "get-item" }))["result"],
        json!({ "name": "get_item" })
    );
    let types = peer.ask(
        "types",
        json!({ "providers": [{ "name": "a", "tools": [] }, { "tools": [] }] }),
    );
    assert_eq!(
        types["result"],
        json!({ "types": "declare const a: {}\n\ndeclare const codemode: {}" })
    );
    assert_eq!(peer.end(), Vec::<Value>::new());
}

#[test]
fn calls_are_answered_by_the_other_side_in_any_order() {
    let mut peer = Peer::start();
    let code = "const [a, b, c] = await Promise.all([codemode.one(1, 'x'), codemode.two({ k: [2] }), codemode.bad().catch(e => [e.message, e.data])]);
                console.warn('done'); return { a, b, c }";
    peer.request(7, "execute", json!({ "code": code, "providers": tools(&["one", "two", "bad"]), "executionId": "run-1", "logs": true }));
    let mut calls: Vec<Value> = (0..3).map(|_| peer.receive()).collect();
    let params: Vec<&Value> = calls.iter().map(|call| &call["params"]).collect();
    let call = |seq: u32, name: &str, args: Value| json!({ "requestId": 7, "executionId": "run-1", "seq": seq, "namespace": "codemode", "name": name, "args": args });
    assert_eq!(
        params,
        [
            &call(0, "one", json!([1, "x"])),
            &call(1, "two", json!([{ "k": [2] }])),
            &call(2, "bad", json!([]))
        ]
    );
    calls.reverse();
    for call in &calls {
        assert_eq!(call["method"], "callTool");
        peer.send(match call["params"]["name"].as_str() {
            Some("bad") => json!({ "jsonrpc": "2.0", "id": call["id"], "error": { "code": 1, "message": "no row", "data": { "id": 3 } } }),
            _ => json!({ "jsonrpc": "2.0", "id": call["id"], "result": call["params"]["args"] }),
        });
    }
    assert_eq!(
        peer.receive()["params"],
        json!({ "requestId": 7, "level": "warn", "text": "done" })
    );
    let answer = peer.receive();
    assert_eq!(answer["id"], 7);
    assert_eq!(
        answer["result"]["result"],
        json!({ "a": [1, "x"], "b": [{ "k": [2] }], "c": ["no row", { "id": 3 }] })
    );
    assert_eq!(
        answer["result"]["calls"][2]["outcome"],
        json!({ "failed": "no row" })
    );
    peer.still_works();
    peer.end();
}

#[test]
fn a_programs_failure_is_in_the_answer() {
    let mut peer = Peer::start();
    let answer = peer.ask("execute", json!({ "code": "const x = 1;\nnull.y" }));
    let error = &answer["result"]["error"];
    assert_eq!(
        (
            &error["kind"],
            &error["message"],
            &error["line"],
            &error["column"]
        ),
        (
            &json!("exception"),
            &json!("cannot read property 'y' of null"),
            &json!(2),
            &json!(6)
        )
    );
    let answer = peer.ask(
        "execute",
        json!({ "code": "for (;;) {}", "limits": { "guestTimeMs": 50 } }),
    );
    assert_eq!(answer["result"]["error"]["kind"], "timeout");
    let answer = peer.ask("execute", json!({ "code": "1", "providers": [{ "name": "x", "tools": [] }, { "name": "x", "tools": [] }] }));
    assert_eq!(
        answer["result"]["error"],
        json!({ "kind": "host", "message": "Duplicate provider name \"x\"" })
    );
    peer.still_works();
    peer.end();
}

#[test]
fn what_is_no_request_is_told_and_disturbs_nothing() {
    let mut peer = Peer::start();
    let cases = [
        ("{", -32700, Value::Null),
        ("[]", -32600, Value::Null),
        ("{\"id\":4}", -32600, json!(4)),
        ("{\"jsonrpc\":\"2.0\",\"id\":5}", -32600, json!(5)),
        (
            "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}",
            -32600,
            Value::Null,
        ),
        (
            "{\"jsonrpc\":\"2.0\",\"id\":6,\"method\":\"nope\"}",
            -32601,
            json!(6),
        ),
        (
            "{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"execute\"}",
            -32602,
            json!(8),
        ),
        (
            "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"execute\",\"params\":{\"code\":\"1\",\"limits\":{\"fule\":1}}}",
            -32602,
            json!(9),
        ),
        (
            "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"execute\",\"params\":{\"code\":\"1\",\"limits\":{\"fuel\":\"1\"}}}",
            -32602,
            json!(9),
        ),
    ];
    for (line, code, id) in cases {
        peer.send_line(line);
        let answer = peer.receive();
        assert_eq!(
            (&answer["error"]["code"], &answer["id"]),
            (&json!(code), &id),
            "{line}: {answer}"
        );
    }
    // Late and unknown answers, notifications and empty lines are not answered.
    peer.send_line("{\"jsonrpc\":\"2.0\",\"id\":12345,\"result\":1}");
    peer.send_line("{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}");
    peer.send_line("");
    peer.still_works();
    peer.end();
}

#[test]
fn a_run_can_be_cancelled_beside_others() {
    let mut peer = Peer::start();
    peer.request(
        "stuck",
        "execute",
        json!({ "code": "await codemode.never()", "providers": tools(&["never"]) }),
    );
    assert_eq!(peer.receive()["method"], "callTool");
    peer.still_works();
    peer.request(1, "cancel", json!({ "id": "stuck" }));
    let answers = [peer.receive(), peer.receive()];
    let cancelled = answers.iter().find(|answer| answer["id"] == 1).unwrap();
    assert_eq!(cancelled["result"], json!({ "cancelled": true }));
    let stuck = answers
        .iter()
        .find(|answer| answer["id"] == "stuck")
        .unwrap();
    assert_eq!(stuck["result"]["error"]["kind"], "cancelled");
    assert_eq!(
        peer.ask("cancel", json!({ "id": "stuck" }))["result"],
        json!({ "cancelled": false })
    );
    peer.end();
}

#[test]
fn bytes_cross_in_both_directions_and_data_cannot_forge_them() {
    let mut peer = Peer::start();
    let code = "const got = await codemode.echo(new Uint8Array([1, 2, 255]), { $bytes: 'AQ==' });
                return [got[0] instanceof Uint8Array, got[0].length, got[1], new Uint8Array([7])]";
    peer.request(
        1,
        "execute",
        json!({ "code": code, "providers": tools(&["echo"]) }),
    );
    let call = peer.receive();
    assert_eq!(
        call["params"]["args"],
        json!([{ "$bytes": "AQL/" }, { "$$bytes": "AQ==" }])
    );
    peer.send(json!({ "jsonrpc": "2.0", "id": call["id"], "result": call["params"]["args"] }));
    assert_eq!(
        peer.receive()["result"]["result"],
        json!([true, 3, { "$$bytes": "AQ==" }, { "$bytes": "Bw==" }])
    );
    peer.end();
}

#[test]
fn the_end_of_the_input_ends_what_runs_and_answers_it() {
    let mut peer = Peer::start();
    peer.request(
        "stuck",
        "execute",
        json!({ "code": "await codemode.never()", "providers": tools(&["never"]) }),
    );
    assert_eq!(peer.receive()["method"], "callTool");
    let rest = peer.end();
    assert_eq!(rest.len(), 1, "{rest:?}");
    assert_eq!(
        (&rest[0]["id"], &rest[0]["result"]["error"]["kind"]),
        (&json!("stuck"), &json!("cancelled"))
    );
}

#[test]
fn many_runs_go_on_at_once() {
    let mut peer = Peer::start();
    for id in 0..200 {
        peer.request(id, "execute", json!({ "code": "await codemode.echo(input)", "input": id, "providers": tools(&["echo"]) }));
    }
    let calls: Vec<Value> = (0..200).map(|_| peer.receive()).collect();
    assert!(
        calls.iter().all(|call| call["method"] == "callTool"),
        "all wait at once"
    );
    for call in calls {
        peer.send(
            json!({ "jsonrpc": "2.0", "id": call["id"], "result": call["params"]["args"][0] }),
        );
    }
    for _ in 0..200 {
        let answer = peer.receive();
        assert_eq!(answer["result"]["result"], answer["id"], "{answer}");
    }
    peer.end();
}
