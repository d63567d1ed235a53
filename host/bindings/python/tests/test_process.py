"""The life of the process: its start, its end, and who waits for it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import signal
from pathlib import Path
from typing import Any

import pytest

from codecell import CodecellError, Executor, Failure, LogLine, Outcome


class Hang:
    """A function that never returns, and tells when it is called and when it is cancelled."""

    def __init__(self) -> None:
        self.called = asyncio.Event()
        self.cancelled = asyncio.Event()

    async def __call__(self) -> None:
        self.called.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.cancelled.set()


async def reached(event: asyncio.Event, task: asyncio.Task[Outcome]) -> None:
    """Waits for the event, which must come before the run ends."""
    waiting = asyncio.create_task(event.wait())
    await asyncio.wait([waiting, task], return_when=asyncio.FIRST_COMPLETED)
    assert not task.done(), task.result()


def test_a_killed_process_fails_what_runs_and_the_next_run_starts_another() -> None:
    async def body() -> None:
        async with Executor() as executor:
            hang = Hang()
            code = "await codemode.first(1); return await codemode.hang()"
            task = asyncio.create_task(executor.execute(code, {"codemode": {"first": abs, "hang": hang}}))
            await reached(hang.called, task)
            before = executor.pid
            assert before is not None
            os.kill(before, signal.SIGKILL)
            outcome = await task
            assert outcome.error == Failure("crashed", "the executor process ended by SIGKILL")
            assert [(it.seq, it.name, it.args, it.outcome) for it in outcome.calls] == [
                (0, "first", [1], "returned"),
                (1, "hang", [], "cancelled"),
            ]
            await hang.cancelled.wait()
            assert executor.pid is None
            assert (await executor.execute("1 + 1")).result == 2
            assert executor.pid not in (None, before)

    asyncio.run(body())


def test_a_hundred_runs_at_once_get_their_own_answers_from_one_process() -> None:
    async def body() -> None:
        async with Executor() as executor:

            def times(n: int) -> Any:
                async def get(x: int) -> int:
                    await asyncio.sleep(0)
                    return n * x

                return get

            code = "const [a, b] = await Promise.all([codemode.get(1), codemode.get(2)]); return [a, b]"
            runs = [executor.execute(code, {"codemode": {"get": times(n)}}) for n in range(100)]
            outcomes = await asyncio.gather(*runs)
            assert [it.result for it in outcomes] == [[n, 2 * n] for n in range(100)]
            assert executor.pid is not None

    asyncio.run(body())


def test_starting_at_once_starts_one_process() -> None:
    async def body() -> None:
        async with Executor() as executor:
            pids = []

            async def pid() -> None:
                await executor.ping()
                pids.append(executor.pid)

            await asyncio.gather(*(pid() for _ in range(10)))
            assert len(set(pids)) == 1

    asyncio.run(body())


def test_cancelling_the_task_stops_the_run_and_its_functions() -> None:
    async def body() -> None:
        async with Executor() as executor:
            hang = Hang()
            waits = asyncio.create_task(executor.execute("await codemode.hang()", {"codemode": {"hang": hang}}))
            await reached(hang.called, waits)
            waits.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waits
            await hang.cancelled.wait()

            begun = asyncio.Event()
            code = 'console.log("begun"); for (;;) {}'
            computes = asyncio.create_task(executor.execute(code, on_log=lambda _: begun.set()))
            await reached(begun, computes)
            computes.cancel()
            with pytest.raises(asyncio.CancelledError):
                await computes
            assert (await executor.execute("1 + 1")).result == 2

    asyncio.run(body())


def test_a_cancelled_run_ends_in_the_process_too(tmp_path: Path) -> None:
    binary = shlex.quote(os.environ.get("CODECELL_BIN") or "codecell")
    said = tmp_path / "said"
    said.touch()
    wrapper = tmp_path / "codecell"
    wrapper.write_text(f'#!/bin/sh\n{binary} "$@" | tee {shlex.quote(str(said))}\n')
    wrapper.chmod(0o755)

    def answers() -> list[Any]:
        lines = said.read_text().splitlines(keepends=True)
        results = [json.loads(line).get("result") or {} for line in lines if line.endswith("\n")]
        return [it["error"] for it in results if "cost" in it]

    async def body() -> None:
        async with Executor(binary=wrapper) as executor:
            begun = asyncio.Event()
            code = 'console.log("begun"); for (;;) {}'
            task = asyncio.create_task(executor.execute(code, on_log=lambda _: begun.set()))
            await reached(begun, task)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            while not answers():
                await asyncio.sleep(0.02)
            assert [it["kind"] for it in answers()] == ["cancelled"]

    asyncio.run(body())


def test_closing_cancels_what_runs_ends_the_process_and_is_final() -> None:
    async def body() -> None:
        executor = Executor()
        hang = Hang()
        task = asyncio.create_task(executor.execute("await codemode.hang()", {"codemode": {"hang": hang}}))
        await reached(hang.called, task)
        pid = executor.pid
        assert pid is not None
        await asyncio.gather(executor.close(), executor.close())
        outcome = await task
        assert outcome.error is not None
        assert outcome.error.kind == "cancelled"
        assert not Path(f"/proc/{pid}").exists()
        assert (await executor.execute("1")).error == Failure("host", "the executor was closed")
        with pytest.raises(CodecellError, match="^the executor was closed$") as closed:
            await executor.ping()
        assert closed.value.code == "closed"

    asyncio.run(body())


def test_an_executor_that_was_never_used_closes() -> None:
    asyncio.run(Executor().close())


def test_a_binary_that_is_missing_is_told_with_what_to_do() -> None:
    async def body() -> None:
        message = (
            'cannot start "/nowhere/codecell" (ENOENT): install it with `cargo install --path host/cli` in a checkout '
            "of Codecell, or name it with the option `binary` or the variable CODECELL_BIN"
        )
        async with Executor(binary="/nowhere/codecell") as executor:
            assert (await executor.execute("1")).error == Failure("host", message)
            with pytest.raises(CodecellError) as missing:
                await executor.ping()
            assert (missing.value.code, str(missing.value)) == ("not_started", message)

    asyncio.run(body())


def test_a_binary_that_is_something_else_is_told() -> None:
    async def body() -> None:
        async with Executor(binary="echo") as echo:
            with pytest.raises(CodecellError) as other:
                await echo.ping()
            message = '"echo" does not speak the protocol of `codecell executor`: executor --stdio'
            assert (other.value.code, str(other.value)) == ("not_started", message)
        async with Executor(binary="false") as ends:
            assert (await ends.execute("1")).error == Failure("crashed", "the executor process ended with code 1")

    asyncio.run(body())


def test_a_value_over_the_length_of_a_line_fails_the_call_and_not_the_process() -> None:
    def fail() -> None:
        raise ValueError("x" * (64 << 20))

    async def body() -> None:
        async with Executor() as executor:
            code = "return await codemode.get().catch(error => error.message)"
            outcome = await executor.execute(code, {"codemode": {"get": lambda: "x" * (64 << 20)}})
            assert re.fullmatch(r"the result has \d+ bytes; less than 67108864 can be sent", outcome.result)
            pid = executor.pid
            failed = await executor.execute(code, {"codemode": {"get": fail}})
            assert re.fullmatch(r"the error has \d+ bytes; less than 67108864 can be sent", failed.result)
            source = await executor.execute("x" * (64 << 20))
            assert source.error is not None
            message = source.error.message
            assert re.fullmatch(r"the request has \d+ bytes; less than 67108864 can be sent", message)
            assert executor.pid == pid

    asyncio.run(body())


def test_an_exception_of_on_log_is_told_to_the_loop_and_the_run_goes_on() -> None:
    async def body() -> None:
        told: list[str] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(str(context["exception"])))

        def fail(_: LogLine) -> None:
            raise ValueError("of the callback")

        async with Executor(on_log=fail) as executor:
            assert (await executor.execute('console.log("a"); return 1')).result == 1
        assert told == ["of the callback"]

    asyncio.run(body())
