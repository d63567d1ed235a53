//! The commands, as somebody types them.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on has failed, and a skipped one says so"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// A folder of a test's own, to work in.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("commands-{name}"));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).unwrap();
    }

    fn run(&self, words: &[&str]) -> Said {
        self.run_with(words, "")
    }

    fn run_with(&self, words: &[&str], input: &str) -> Said {
        let mut child = Command::new(env!("CARGO_BIN_EXE_codecell"))
            .args(words)
            .current_dir(&self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        Said::from(child.wait_with_output().unwrap())
    }

    /// `mcp.json` with the official file server over a folder beside it, if Node is there.
    fn file_server(&self) -> bool {
        let modules = tests_of_mcp().join("node_modules/@modelcontextprotocol");
        let server = modules.join("server-filesystem/dist/index.js");
        if !server.is_file() {
            assert!(
                std::env::var_os("CI").is_none(),
                "run `npm ci` in tests/mcp"
            );
            eprintln!("SKIPPED: run `npm ci --ignore-scripts` in tests/mcp");
            return false;
        }
        let files = self.0.join("files");
        std::fs::create_dir_all(&files).unwrap();
        let config =
            json!({ "mcpServers": { "files": { "command": "node", "args": [server, files] } } });
        self.write("mcp.json", &config.to_string());
        true
    }

    fn file(&self, name: &str) -> String {
        self.0.join("files").join(name).to_str().unwrap().to_owned()
    }
}

fn tests_of_mcp() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/mcp")
}

#[derive(Debug, PartialEq)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Said {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

#[test]
fn a_program_prints_its_result_and_each_end_has_its_code() {
    let folder = Folder::new("run");
    let run = |code: &str, more: &[&str]| {
        let mut words = vec!["run", "-"];
        words.extend(more);
        let said = folder.run_with(&words, code);
        (
            said.code,
            said.out.trim().to_owned(),
            said.err.trim().to_owned(),
        )
    };
    let said = |code, out: &str, err: &str| (Some(code), out.to_owned(), err.to_owned());
    assert_eq!(
        run("[1, 2].map((n: number) => n * n)", &[]),
        said(0, "[1,4]", "")
    );
    assert_eq!(
        run("console.warn('hm'); return 1", &[]),
        said(0, "1", "[warn] hm")
    );
    assert_eq!(
        run("throw new Error('no')", &[]),
        said(1, "", "exception: no")
    );
    assert_eq!(
        run("input.n + 1", &["--input", r#"{"n":4}"#]),
        said(0, "5", "")
    );
    let endless = run("for (;;) {}", &["--limit", "guest-time=50ms"]);
    assert_eq!(
        (endless.0, endless.2.starts_with("timeout: ")),
        (Some(1), true)
    );
    let wrong = run("1", &["--limit", "speed=3"]);
    assert_eq!(wrong.0, Some(2));
    assert!(
        wrong
            .2
            .starts_with("error: there is no limit \"speed\"; there are "),
        "{wrong:?}"
    );
    let missing = folder.run(&["run", "nowhere.js"]);
    assert_eq!(missing.code, Some(2));
    assert!(
        missing.err.starts_with("error: cannot read nowhere.js: "),
        "{missing:?}"
    );
    let typo = folder.run(&["runn", "-"]);
    assert_eq!(typo.code, Some(2));
    assert!(
        typo.err.contains("'run'"),
        "it says what is meant: {typo:?}"
    );
}

#[test]
fn check_names_what_is_wrong_and_runs_nothing() {
    let folder = Folder::new("check");
    let said = folder.run_with(&["check", "-"], "const a = 1;\nreturn fetchh(a)");
    assert_eq!(said.code, Some(1));
    assert!(said.out.starts_with("fetchh is not defined\n"), "{said:?}");
    assert!(said.out.contains("2 | return fetchh(a)"), "{said:?}");
    let fine = folder.run_with(&["check", "-"], "return 1");
    assert_eq!(
        (fine.code, fine.out.as_str()),
        (Some(0), "it would run, and call nothing\n")
    );
}

#[test]
fn an_execution_is_kept_shown_exported_and_replayed() {
    let folder = Folder::new("kept");
    folder.write(
        "codecell.toml",
        "store = 'runs.sqlite'\n[limits]\ncalls = 5\n",
    );
    folder.write("p.ts", "console.log('hi');\nreturn [Math.random() < 1, 2];");
    assert_eq!(
        folder.run(&["executions"]).code,
        Some(2),
        "there is no store yet"
    );
    assert_eq!(folder.run(&["run", "p.ts"]).out, "[true,2]\n");

    let listed = folder.run(&["executions", "--json"]).json();
    let id = listed[0]["id"].as_str().unwrap();
    assert_eq!(listed[0]["status"], "completed");
    let shown = folder.run(&["show", id]);
    assert!(
        shown.out.contains("console: hi\nresult: [true,2]\n"),
        "{shown:?}"
    );
    let exported = folder.run(&["export", id]);
    folder.write("cassette.json", &exported.out);
    let elsewhere = folder.run(&["replay", "cassette.json"]);
    assert_eq!(
        (elsewhere.code, elsewhere.out.as_str()),
        (Some(0), "[true,2]\n")
    );
    folder.write(
        "cassette.json",
        &exported.out.replace("log('hi')", "log('ho')"),
    );
    let differs = folder.run(&["replay", "cassette.json"]);
    assert_eq!(differs.code, Some(1));
    assert!(
        differs
            .err
            .contains("differs from its record: console output"),
        "{differs:?}"
    );

    let saved = folder.run(&[
        "snippets",
        "save",
        "pair",
        "--from",
        id,
        "--description",
        "A pair",
    ]);
    assert_eq!(saved.out, "saved pair\n");
    let ran = folder.run_with(&["run", "-"], "async () => await codemode.run('pair')");
    assert_eq!(ran.out, "[true,2]\n");
    assert!(folder.run(&["snippets"]).out.starts_with("pair "));
    assert_eq!(folder.run(&["snippets", "delete", "pair"]).code, Some(0));
    assert_eq!(folder.run(&["snippets", "delete", "pair"]).code, Some(1));
}

#[test]
fn a_session_is_a_notebook() {
    let folder = Folder::new("session");
    let session = ["run", "-", "--store", "runs.sqlite", "--session", "s"];
    assert_eq!(folder.run_with(&session, "let n = 20; n").out, "20\n");
    assert_eq!(folder.run_with(&session, "n += 1; n * 2").out, "42\n");
}

#[test]
fn a_call_waits_for_a_decision_of_another_process() {
    let folder = Folder::new("approve");
    if !folder.file_server() {
        return;
    }
    let path = folder.file("a.txt");
    let code = format!(
        "async () => {{ await files.write_file({{ path: {path:?}, content: 'one' }}); \
         return (await files.read_text_file({{ path: {path:?} }})).content; }}"
    );
    folder.write("w.js", &code);
    let kept = ["--mcp", "mcp.json", "--store", "runs.sqlite"];
    let with = |words: &[&str]| folder.run(&[words, &kept].concat());

    let paused = with(&["run", "w.js", "--json"]);
    assert_eq!(paused.code, Some(3), "{paused:?}");
    assert!(!Path::new(&path).exists());
    let id = paused.json()["executionId"].as_str().unwrap().to_owned();
    let digest = paused.json()["pending"][0]["digest"]
        .as_str()
        .unwrap()
        .to_owned();
    let stale = with(&["approve", &id, "--seq", "0", "--digest", "other"]);
    assert_eq!(stale.code, Some(1), "{stale:?}");
    assert!(!Path::new(&path).exists());

    let edited = json!({ "path": path, "content": "two" }).to_string();
    let words = [
        "approve", &id, "--seq", "0", "--digest", &digest, "--args", &edited, "--by", "ada",
    ];
    let done = with(&words);

    assert_eq!(
        (done.code, done.out.as_str()),
        (Some(0), "\"two\"\n"),
        "{done:?}"
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "two");
    let shown = folder.run(&["show", &id, "--store", "runs.sqlite"]);
    assert!(shown.out.contains("call 0 approved by ada"), "{shown:?}");
    let again = with(&["approve", &id]);
    assert!(
        again.err.contains("is not paused (status: completed)"),
        "{again:?}"
    );
    let second = with(&["run", "w.js", "--json"]).json();
    let id = second["executionId"].as_str().unwrap();
    assert_eq!(with(&["reject", id]).code, Some(0));
    assert_eq!(with(&["reject", id]).code, Some(1));
    assert_eq!(
        with(&["run", "w.js", "--approve", "always"]).out,
        "\"one\"\n"
    );
}

#[test]
fn tools_are_listed_found_and_described() {
    let folder = Folder::new("tools");
    if !folder.file_server() {
        return;
    }
    let found = folder.run(&["search", "move", "file", "--mcp", "mcp.json"]);
    assert!(found.out.starts_with("files.move_file "), "{found:?}");
    let described = folder.run(&["describe", "files.move_file", "--mcp", "mcp.json"]);
    assert!(
        described.out.starts_with("type MoveFileInput = {"),
        "{described:?}"
    );
    let nothing = folder.run(&["describe", "files.nothing", "--mcp", "mcp.json"]);
    assert_eq!(nothing.code, Some(1));
    let types = folder.run(&["types", "--mcp", "mcp.json"]);
    assert!(types.out.contains("declare const files: {"), "{types:?}");
    let doctor = folder.run(&["doctor", "--mcp", "mcp.json"]);
    assert_eq!(doctor.code, Some(0), "{doctor:?}");
    assert!(
        doctor.out.contains("ok    MCP server files: "),
        "{doctor:?}"
    );
}

#[test]
fn completions_and_help_are_there() {
    let folder = Folder::new("help");
    let bash = folder.run(&["completions", "bash"]);
    assert!(bash.out.contains("_codecell()"));
    let help = folder.run(&["run", "--help"]);
    assert!(help.out.contains("Examples:"), "{help:?}");
}

/// The official client of the protocol, with steps to take.
fn client(folder: &Folder, target: &[&str], script: &Value) -> Value {
    let mut child = Command::new("node")
        .arg(tests_of_mcp().join("client.mjs"))
        .args(target)
        .current_dir(&folder.0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(script.to_string().as_bytes()).unwrap();
    drop(input);
    let said = child.wait_with_output().unwrap();
    serde_json::from_slice(&said.stdout).unwrap_or_else(|error| panic!("{error}: {said:?}"))
}

const CODECELL: &str = env!("CARGO_BIN_EXE_codecell");

#[test]
fn any_mcp_client_can_run_programs_over_its_servers() {
    let folder = Folder::new("mcp-code");
    if !folder.file_server() {
        return;
    }
    let path = folder.file("n.txt");
    std::fs::write(&path, "12\n30\n").unwrap();
    let sum = format!(
        "async () => {{ const {{ content }} = await files.read_text_file({{ path: {path:?} }}); \
         console.log('read'); return content.trim().split('\\n').map(Number).reduce((a, b) => a + b); }}"
    );
    let write = "async () => await files.write_file({ path: 'x', content: 'y' })";
    let steps = json!({ "steps": [
        { "list": true },
        { "call": "code", "arguments": { "code": sum } },
        { "call": "code", "arguments": { "code": "async () => { throw new Error('broken'); }" } },
        { "call": "code", "arguments": { "code": write } },
        { "call": "code", "arguments": {} },
        { "call": "nothing", "arguments": {} },
    ] });

    let said = client(&folder, &[CODECELL, "mcp", "--config", "mcp.json"], &steps);

    let results = &said["results"];
    assert_eq!(results[0]["server"], "codemode");
    assert_eq!(results[0]["tools"].as_array().unwrap().len(), 1);
    let description = results[0]["tools"][0]["description"].as_str().unwrap();
    assert!(
        description.contains("read_text_file: (input: ReadTextFileInput)"),
        "{description}"
    );
    assert_eq!(
        results[1]["content"],
        json!([{ "type": "text", "text": "42" }, { "type": "text", "text": "Console output:\nread" }])
    );
    assert_eq!(results[2]["isError"], true);
    let text = results[2]["content"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("Error: broken"), "{text}");
    let text = results[3]["content"][0]["text"].as_str().unwrap();
    assert!(
        text.starts_with("Error: Tool \"write_file\" not found"),
        "it needs approval: {text}"
    );
    assert_eq!(results[4]["isError"], true);
    let threw = results[5]["threw"].as_str().unwrap();
    assert!(threw.contains("There is no tool \"nothing\""), "{threw}");
}

#[test]
fn a_client_that_can_ask_is_asked_and_its_user_decides() {
    let folder = Folder::new("mcp-ask");
    if !folder.file_server() {
        return;
    }
    let path = folder.file("asked.txt");
    let code =
        format!("async () => await files.write_file({{ path: {path:?}, content: 'a\\u202eb' }})");
    let execute = json!({ "call": "execute", "arguments": { "code": code } });
    let steps = json!({
        "steps": [{ "list": true }, execute, execute, execute, { "call": "pending", "arguments": {} }],
        "answers": [
            { "action": "accept", "content": { "approve": false, "comment": "not now" } },
            { "action": "accept", "content": { "approve": true } },
            { "action": "decline" },
        ],
    });
    let server = [
        CODECELL,
        "mcp",
        "--config",
        "mcp.json",
        "--store",
        "runs.sqlite",
    ];

    let said = client(&folder, &server, &steps);

    let results = &said["results"];
    let names: Vec<_> = results[0]["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["name"])
        .collect();
    assert_eq!(
        names,
        [
            "execute", "search", "describe", "pending", "approve", "reject"
        ]
    );
    let asked = said["asked"][0].as_str().unwrap();
    assert!(
        asked.starts_with("Allow files.write_file with\n{"),
        "{asked}"
    );
    assert!(asked.contains(r"a\u{202e}b"), "nothing hides: {asked}");
    assert_eq!(results[1]["isError"], true);
    let rejected = results[1]["content"][0]["text"].as_str().unwrap();
    assert_eq!(
        rejected,
        "Error: Action files.write_file was rejected by the user"
    );
    let done = results[2]["content"][0]["text"].as_str().unwrap();
    assert!(done.contains("\"status\": \"completed\""), "{done}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "a\u{202e}b");
    let paused = results[3]["content"][0]["text"].as_str().unwrap();
    assert!(
        paused.contains("\"status\": \"paused\""),
        "a question without an answer: {paused}"
    );
    let pending = results[4]["content"][0]["text"].as_str().unwrap();
    assert!(pending.contains("files"), "{pending}");
    let shown = folder
        .run(&["executions", "--store", "runs.sqlite", "--json"])
        .json();
    let statuses: Vec<_> = shown
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["status"])
        .collect();
    assert_eq!(statuses, ["paused", "completed", "rejected"]);
}

#[test]
fn http_wants_its_token_and_no_strange_origin() {
    let folder = Folder::new("mcp-http");
    if !folder.file_server() {
        return;
    }
    let mut server = Command::new(CODECELL)
        .args([
            "mcp",
            "--config",
            "mcp.json",
            "--http",
            "127.0.0.1:0",
            "--bearer-env",
            "TOKEN",
        ])
        .env("TOKEN", "secret")
        .current_dir(&folder.0)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut lines = std::io::BufReader::new(server.stderr.take().unwrap());
    while !line.starts_with("listening at ") {
        line.clear();
        assert_ne!(
            std::io::BufRead::read_line(&mut lines, &mut line).unwrap(),
            0
        );
    }
    let url = line.trim().trim_start_matches("listening at ").to_owned();
    let steps = json!({ "steps": [{ "call": "code", "arguments": { "code": "1 + 1" } }] });

    let with_token = client(&folder, &[&url, "secret"], &steps);
    let without = client(&folder, &[&url], &steps);
    let wrong = client(&folder, &[&url, "guess"], &steps);
    let fetched = |header: &str| {
        let script = format!(
            "fetch('{url}', {{ method: 'POST', headers: {{ authorization: 'Bearer secret', \
             'content-type': 'application/json', accept: 'application/json, text/event-stream', \
             {header} }}, body: '{{}}' }}).then(it => console.log(it.status))"
        );
        let said = Command::new("node").args(["-e", &script]).output().unwrap();
        String::from_utf8(said.stdout).unwrap().trim().to_owned()
    };
    let strange_origin = fetched("origin: 'https://evil.example'");
    server.kill().unwrap();
    server.wait().unwrap();

    assert_eq!(with_token["results"][0]["content"][0]["text"], "2");
    for refused in [without, wrong] {
        let said = refused["results"][0]["refused"].as_str().unwrap();
        assert!(said.contains("bearer token is required"), "{said}");
    }
    assert_eq!(strange_origin, "403");
}

/// A server that answers each request with its path and its key.
fn station() -> u16 {
    use std::io::{BufRead as _, BufReader};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let head: Vec<String> = lines
                .map_while(Result::ok)
                .take_while(|it| !it.is_empty())
                .collect();
            let key = head.iter().find_map(|line| line.strip_prefix("x-key: "));
            let body = json!([head[0], key]).to_string();
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
                 connection: close\r\n\r\n{body}"
            )
            .unwrap();
        }
    });
    port
}

#[test]
fn the_operations_of_a_document_are_called_and_changes_ask_first() {
    let folder = Folder::new("openapi");
    let port = station();
    let document = json!({
        "openapi": "3.1.0",
        "servers": [{ "url": format!("http://localhost:{port}/v1") }],
        "components": { "securitySchemes": { "key": { "type": "apiKey", "in": "header", "name": "X-Key" } } },
        "security": [{ "key": [] }],
        "paths": { "/stations/{id}": {
            "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } }],
            "get": { "operationId": "read", "responses": {} },
            "delete": { "operationId": "close", "responses": {} },
        } },
    });
    folder.write("stations.json", &document.to_string());
    let words = ["run", "-", "--openapi", "stations.json"];
    // PATH is set wherever commands are run.
    let given = [&words[..], &["--local", "--credential", "key=PATH"]].concat();

    let read = folder.run_with(&given, "await stations.read({ id: 7 })");
    let key = std::env::var("PATH").unwrap();
    assert_eq!(
        read.json(),
        json!(["GET /v1/stations/7 HTTP/1.1", key]),
        "{}",
        read.err
    );
    let closed = folder.run_with(&given, "await stations.close({ id: 7 })");
    assert_eq!(
        (closed.code, closed.out.as_str()),
        (Some(3), ""),
        "{}",
        closed.err
    );
    assert!(closed.err.contains("stations.close"), "{}", closed.err);

    let away = folder.run_with(&words, "await stations.read({ id: 7 })");
    assert_eq!(away.code, Some(1));
    assert!(
        away.err.contains("http is not allowed; use https"),
        "{}",
        away.err
    );
    let unset = folder.run_with(
        &[&words[..], &["--credential", "key=NO_SUCH_VARIABLE"]].concat(),
        "1",
    );
    assert_eq!(
        unset.err.trim(),
        "error: in stations.json: --credential key=NO_SUCH_VARIABLE: the variable is not set: \
         environment variable not found"
    );
    let broken = folder.run_with(&["run", "-", "--openapi", "nothing.json"], "1");
    assert!(
        broken
            .err
            .starts_with("error: in nothing.json: cannot read the document"),
        "{}",
        broken.err
    );
}
