"""What a run is given and what comes of it, with the real binary (CODECELL_BIN)."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from typing import Any

import pytest

from codecell import CodecellError, Executor, Failure, Limits, LogLine, Outcome, Provider, Tool


def run(code: str, providers: Any = None, **options: Any) -> Outcome:
    """One program in an executor of its own."""

    async def once() -> Outcome:
        async with Executor() as executor:
            return await executor.execute(code, providers, **options)

    return asyncio.run(once())


def told(outcome: Outcome) -> tuple[Any, str | None, list[str]]:
    """What is the same in every run."""
    error = None if outcome.error is None else str(outcome.error)
    return outcome.result, error, [str(line) for line in outcome.logs]


def test_a_program_calls_functions_of_several_namespaces_with_all_their_arguments() -> None:
    async def add(a: int, b: int) -> int:
        return a + b

    def join(separator: str, *rest: object) -> str:
        return separator.join(str(it) for it in rest)

    outcome = run(
        'const sum: number = await math.add(2, 3);\nconsole.log("sum", { sum });\nreturn await text.join("-", sum, "b")',
        {"math": {"add": add}, "text": {"join": join}},
    )
    assert told(outcome) == ("5-b", None, ["sum { sum: 5 }"])
    assert [(it.seq, it.namespace, it.name, it.args, it.outcome, it.error) for it in outcome.calls] == [
        (0, "math", "add", [2, 3], "returned", None),
        (1, "text", "join", ["-", 5, "b"], "returned", None),
    ]
    assert outcome.cost.guest_ms > 0
    assert outcome.cost.fuel is None


def test_values_cross_as_json() -> None:
    values = {"none": None, "tuple": (1, 2), "nan": float("nan"), "big": 2**53, "text": "ü\ud800\ud83d\ude00", "t": True}
    outcome = run("return await codemode.get()", {"codemode": {"get": lambda: values}})
    assert told(outcome) == (
        {"none": None, "tuple": [1, 2], "nan": None, "big": 2**53, "text": "ü\ufffd\U0001f600", "t": True},
        None,
        [],
    )


def test_bytes_cross_both_ways_and_data_that_looks_like_bytes_stays_data() -> None:
    received: list[object] = []
    looks = [{"$bytes": "AA=="}, {"$$bytes": 1}, {"$arrayBuffer": "x"}, {"$bytes": "", "b": 1}]

    def swap(*args: object) -> list[object]:
        received.extend(args)
        return [b"hi", bytearray(b"\x03"), memoryview(b"\x00"), *looks]

    outcome = run(
        """const bytes = await codemode.swap(new Uint8Array([0, 255]), new Uint8Array([1]).buffer, { $bytes: 'AA==' });
           return { bytes, kinds: bytes.map(it => it.constructor.name) }""",
        {"codemode": {"swap": swap}},
    )
    assert received == [b"\x00\xff", b"\x01", {"$bytes": "AA=="}]
    assert outcome.result == {
        "bytes": [b"hi", b"\x03", b"\x00", *looks],
        "kinds": ["Uint8Array", "Uint8Array", "Uint8Array", "Object", "Object", "Object", "Object"],
    }


def test_errors_of_functions_reach_the_program_with_their_data() -> None:
    class Busy(Exception):
        data = {"retry": 5}

    class Odd(Exception):
        data = object()

    class Mute(Exception):
        def __str__(self) -> str:
            raise ValueError("has no text")

    def fail(error: Exception) -> Any:
        async def fn() -> None:
            raise error

        return fn

    circle: list[object] = []
    circle.append(circle)
    outcome = run(
        """const caught = [];
           for (const name of ['plain', 'busy', 'odd', 'empty', 'mute', 'set', 'keys', 'circle']) {
             await codemode[name]().catch(error => caught.push([error.message, error.data ?? null]));
           }
           return caught""",
        {
            "codemode": {
                "plain": fail(ValueError("no")),
                "busy": fail(Busy("busy")),
                "odd": fail(Odd("odd")),
                "empty": fail(KeyError()),
                "mute": fail(Mute()),
                "set": lambda: {1},
                "keys": lambda: {1: 2},
                "circle": lambda: circle,
            }
        },
    )
    assert outcome.result == [
        ["no", None],
        ["busy", {"retry": 5}],
        ["odd", None],
        ["KeyError", None],
        ["Mute", None],
        ["a value of type set cannot be sent; make it one of JSON, or bytes", None],
        ["a key of type int cannot be sent; make it a str", None],
        ["a value that contains itself cannot be sent", None],
    ]
    assert [(it.outcome, it.error) for it in outcome.calls[:2]] == [("failed", "no"), ("failed", "busy")]


def test_values_cross_up_to_the_nesting_of_a_message_and_what_is_deeper_is_refused_alone() -> None:
    def nested(levels: int) -> Any:
        value: Any = 0
        for _ in range(levels):
            value = [value]
        return value

    class Deep(Exception):
        def __init__(self, levels: int) -> None:
            super().__init__("no")
            self.data = nested(levels)

    def fail(levels: int) -> None:
        raise Deep(levels)

    async def body() -> None:
        async with Executor() as executor:
            await executor.ping()
            pid = executor.pid
            too_deep = "a value nested too deep cannot be sent; a message has at most 127 levels"
            outcome = await executor.execute(
                """return [
                     JSON.stringify(await a.get(126)).length,
                     await a.get(127).catch(error => error.message),
                     await a.fail(125).catch(error => [error.message, JSON.stringify(error.data).length]),
                     await a.fail(126).catch(error => [error.message, error.data ?? null]),
                   ]""",
                {"a": {"get": nested, "fail": fail}},
            )
            assert outcome.result == [253, too_deep, ["no", 251], ["no", None]]
            assert (await executor.execute("return 1", input=nested(125))).result == 1
            assert (await executor.execute("return 1", input=nested(126))).error == Failure("host", too_deep)
            # A program's own values may be deeper.
            deepest = "let it = new Uint8Array(1); for (let i = 1; i < 500; i++) it = [it]; return it"
            result = (await executor.execute(deepest)).result
            for _ in range(1, 500):
                (result,) = result
            assert result == b"\0"
            assert executor.pid == pid

    asyncio.run(body())


def test_a_failure_has_its_parts_and_one_text_for_a_model() -> None:
    outcome = run('console.error("near");\nthrow new RangeError("too far")')
    text = (
        "too far\n\n"
        '  1 | console.error("near");\n'
        '> 2 | throw new RangeError("too far")\n'
        "    |       ^"
    )
    assert told(outcome) == (None, text, ["[error] near"])
    assert outcome.error is not None
    error = outcome.error
    assert (error.kind, error.message, error.name, error.line, error.column) == (
        "exception",
        "too far",
        "RangeError",
        2,
        7,
    )


def test_what_is_sure_to_fail_is_told_before_anything_runs() -> None:
    def search() -> None:
        raise AssertionError("was called")

    outcome = run("return await codemode.serch()", {"codemode": {"search": search}})
    assert outcome.error is not None
    assert (outcome.error.kind, [it.check for it in outcome.error.findings]) == ("diagnostic", ["unknown_tool"])
    assert outcome.calls == []


def test_arguments_are_checked_against_schemas() -> None:
    schema = {"type": "object", "properties": {"count": {"type": "integer"}}}
    order = Tool(lambda it: it["count"], description="Orders", input_schema=schema)
    code = "const count = input; return await shop.order({ count })"
    assert run(code, {"shop": {"order": order}}, input=2).result == 2
    bad = run(code, {"shop": {"order": order}}, input="two")
    assert bad.error is not None
    assert (bad.error.kind, len(bad.calls)) == ("tool", 1)


def test_a_prelude_puts_functions_on_its_namespace() -> None:
    math = Provider({"one": lambda: 1}, prelude="math.two = async () => 2 * await math.one()")
    assert told(run("return await math.two()", {"math": math})) == (2, None, [])


def test_console_lines_are_told_as_they_are_written_before_the_run_ends() -> None:
    lines: list[LogLine] = []
    at_call: list[int] = []
    outcome = run(
        'console.log("one"); await codemode.pause(); console.warn("two")',
        {"codemode": {"pause": lambda: at_call.append(len(lines))}},
        on_log=lines.append,
    )
    assert lines == outcome.logs == [LogLine("log", "one"), LogLine("warn", "two")]
    assert at_call == [1]


def test_seed_clock_input_and_modules_make_runs_repeatable() -> None:
    options = {
        "seed": 7,
        "now": datetime.fromtimestamp(1, timezone.utc),
        "input": {"n": 2},
        "modules": {"twice": "export default n => n * 2"},
    }
    code = """import twice from 'twice';
              export default async ({ n }) => [twice(n), Date.now() - 1000 < 3_600_000, Math.random()]"""
    first, second = run(code, **options), run(code, **options)
    assert first.error is None
    assert first.result == second.result
    assert first.result[:2] == [4, True]
    assert run("return input", input=None).error is None


def test_limits_end_a_run_those_of_the_run_before_those_of_the_executor() -> None:
    async def body() -> list[str]:
        async with Executor(limits=Limits(guest_time_ms=50, max_calls=1)) as executor:
            slow = await executor.execute("for (;;) {}")
            fueled = await executor.execute("for (;;) {}", limits=Limits(fuel=100_000, guest_time_ms=60_000))
            twice, limits = "await a.a(); await a.a()", Limits(guest_time_ms=60_000)
            calls = await executor.execute(twice, {"a": {"a": lambda: 1}}, limits=limits)
            return [it.error.kind if it.error else "none" for it in (slow, fueled, calls)]

    assert asyncio.run(body()) == ["timeout", "fuel", "call_limit"]


@pytest.mark.parametrize(
    ("providers", "options", "message"),
    [
        (
            {"a": {"a-b": print, "a_b": print}},
            {},
            'Tool names "a-b" and "a_b" both sanitize to "a_b" in provider "a"',
        ),
        ({"a": print}, {}, 'the provider "a" must be a mapping of names to functions'),
        ({"a": {"b": 1}}, {}, 'the tool "b" of the provider "a" must be a function'),
        ({}, {"input": {1}}, "a value of type set cannot be sent; make it one of JSON, or bytes"),
        ({}, {"seed": -1}, "Invalid params: `seed` must be a whole number"),
    ],
)
def test_what_a_caller_does_wrong_is_an_outcome_of_kind_host(providers: Any, options: Any, message: str) -> None:
    assert run("1", providers, **options).error == Failure("host", message)


def test_normalize_types_sanitize_and_ping() -> None:
    async def body() -> list[str]:
        async with Executor() as executor:
            await executor.ping()
            with pytest.raises(CodecellError, match="^Invalid params: `code` must be a string$") as refused:
                await executor.normalize(1)  # type: ignore[arg-type]
            return [
                await executor.normalize("```ts\n1 as number\n```"),
                await executor.sanitize("get-item"),
                await executor.types({"a": {}, "b": {}}),
                refused.value.code,
            ]

    assert asyncio.run(body()) == [
        "async () => {\nreturn (1)\n}",
        "get_item",
        "declare const a: {}\n\ndeclare const b: {}",
        "refused",
    ]
