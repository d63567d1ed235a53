//! What it costs to read a program, to write types, and to check arguments.
//!
//! `cargo bench -p codecell --bench language` measures; `cargo xtask figures`
//! compares with the bars.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that fails has nothing to measure"
)]

use std::hint::black_box;

use codecell::typegen::{ToolTypes, declarations};
use codecell::{ExecuteRequest, Executor as _, Sandbox, Tool, normalize};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Value, json};

/// As a model writes it: types, a helper, calls, a result. Repeated until it is as long
/// as wanted.
const PROGRAM: &str = r#"
interface Issue@ { id: number; title: string; labels?: string[]; state: "open" | "closed" }

function isBug@(issue: Issue@): boolean {
  return (issue.labels ?? []).some((label) => label.toLowerCase() === "bug");
}

const page@ = (await codemode.list_issues({ owner: "acme", repo: "web", per_page: 100 })) as Issue@[];
const bugs@ = page@.filter((issue) => issue.state === "open" && isBug@(issue));
const details@ = await Promise.all(
  bugs@.map(async (bug) => {
    try {
      const full: any = await codemode.get_issue({ number: bug.id });
      return { ...bug, comments: full.comments.length as number };
    } catch (error) {
      console.warn(`cannot read ${bug.id}: ${(error as Error).message}`);
      return { ...bug, comments: 0 };
    }
  }),
);
const sorted@ = details@.sort((a, b) => b.comments - a.comments).slice(0, 10);
"#;

fn program(bytes: usize) -> String {
    let mut text = String::new();
    let mut number = 0;
    while text.len() < bytes {
        text += &PROGRAM.replace('@', &number.to_string());
        number += 1;
    }
    text
}

fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("normalize");
    for kib in [1, 16, 256] {
        let text = program(kib * 1024);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(
            BenchmarkId::new("typescript-kib", kib),
            &text,
            |bencher, text| {
                bencher.iter(|| normalize(black_box(text)));
            },
        );
    }
    group.throughput(Throughput::Elements(1));
    group.sample_size(10);
    // The largest programs that are read and take the longest.
    let nested = |open: &str, close: &str, levels: usize| {
        format!("{}b{}", open.repeat(levels), close.repeat(levels))
    };
    let slowest = [
        ("heads-of-arrows", nested("(a=(b)=>", ")", 900)),
        ("less-than", format!("let x: A; {}a", "a<".repeat(1_900))),
        (
            "many-heads",
            format!("{};", nested("(a=(b)=>", ")", 30)).repeat(900),
        ),
        ("labels", format!("{};", "a:".repeat(131_000))),
        ("enum", format!("enum A{{{}}}", "a,".repeat(131_000))),
        ("names", (0..40_000).map(|n| format!("q{n};")).collect()),
        ("casts", format!("a{}", " as b".repeat(2_400))),
        (
            "namespaces",
            format!("namespace a{}{{}}", ".a".repeat(2_400)),
        ),
        ("awaits", format!("{}1", "await ".repeat(2_400))),
        ("types", format!("let x: {}A", "A|".repeat(131_000))),
    ];
    for (name, text) in slowest {
        group.bench_function(BenchmarkId::new("slowest", name), |bencher| {
            bencher.iter(|| normalize(black_box(&text)));
        });
    }
    group.finish();
}

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "owner": { "type": "string", "description": "Repository owner" },
            "repo": { "type": "string", "description": "Repository name" },
            "state": { "type": "string", "enum": ["open", "closed", "all"], "default": "open" },
            "labels": { "type": "array", "items": { "type": "string" }, "description": "Labels to look for" },
            "per_page": { "type": "integer", "minimum": 1, "maximum": 100, "default": 30 },
            "assignee": { "anyOf": [{ "type": "string" }, { "type": "null" }] },
            "since": { "type": "object", "properties": { "date": { "type": "string", "format": "date-time" } } },
        },
        "required": ["owner", "repo"],
    })
}

fn types(criterion: &mut Criterion) {
    let schema = schema();
    let mut group = criterion.benchmark_group("typegen");
    for count in [10, 100, 1_000] {
        let names: Vec<String> = (0..count).map(|n| format!("list_issues_{n}")).collect();
        let tools: Vec<ToolTypes<'_>> = names
            .iter()
            .map(|name| ToolTypes {
                description: "Lists the issues of a repository",
                input: Some(&schema),
                output: Some(&schema),
                ..ToolTypes::new(name, name)
            })
            .collect();
        group.throughput(Throughput::Elements(count));
        group.bench_with_input(
            BenchmarkId::new("tools", count),
            &tools,
            |bencher, tools| {
                bencher.iter(|| declarations("github", black_box(tools)));
            },
        );
    }
    group.finish();
}

/// A hundred calls, with and without a check of their arguments.
fn validation(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let sandbox = Sandbox::new();
    let code = "async () => { for (let i = 0; i < 100; i++) await codemode.list({ owner: 'acme', repo: 'web', labels: ['a', 'b'], per_page: 5 }) }";
    let mut group = criterion.benchmark_group("validation");
    for check in [false, true] {
        let tool = Tool::from_fn("list", |_, _| async { Ok(1) })
            .input_schema(schema())
            .validate_input(check);
        let name = if check { "checked" } else { "unchecked" };
        group.bench_function(BenchmarkId::new("calls-100", name), |bencher| {
            bencher.iter(|| {
                let request = ExecuteRequest::new(code).tool(tool.clone());
                let result = runtime.block_on(sandbox.execute(request)).unwrap();
                assert_eq!(result.calls.len(), 100);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, reading, types, validation);
criterion_main!(benches);
