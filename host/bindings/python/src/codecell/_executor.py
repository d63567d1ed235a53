"""The executor: one process for all runs, started when first needed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from types import TracebackType
from typing import Any

from ._outcome import LogLine, Outcome, outcome, unanswered
from ._process import CodecellError, ExecutorProcess, message_of
from ._run import Providers, Run

#: A program without input has no such global, which is not the same as `None`.
_NO_INPUT: Any = object()


@dataclass(frozen=True)
class Limits:
    """Limits of a run. What is `None` has the default of Codecell."""

    #: Milliseconds from start to end, tools included.
    timeout_ms: int | None = None
    #: Milliseconds in the program itself.
    guest_time_ms: int | None = None
    #: About one unit for each WebAssembly instruction; the same on every machine.
    fuel: int | None = None
    memory_bytes: int | None = None
    stack_bytes: int | None = None
    source_bytes: int | None = None
    max_calls: int | None = None
    max_calls_in_flight: int | None = None
    argument_bytes: int | None = None
    total_argument_bytes: int | None = None
    tool_result_bytes: int | None = None
    result_bytes: int | None = None
    log_bytes: int | None = None


class Executor:
    """Runs programs in sealed cells, in a process of its own.

    The process starts with the first run and serves any number at once. When it ends
    unexpectedly, what ran fails with the kind `crashed`, and the next run starts another.
    An executor belongs to one event loop.
    """

    def __init__(
        self,
        *,
        binary: str | os.PathLike[str] | None = None,
        limits: Limits | None = None,
        seed: int | None = None,
        on_log: Callable[[LogLine], None] | None = None,
    ) -> None:
        """Takes the path of the binary, and what runs have that are not told otherwise.

        Without a path it is that of CODECELL_BIN, otherwise `codecell` on the PATH.
        """
        self._binary = os.fspath(binary or os.environ.get("CODECELL_BIN") or "codecell")
        self._limits = limits or Limits()
        self._seed = seed
        self._on_log = on_log
        self._runs: dict[int, Run] = {}
        self._process: ExecutorProcess | None = None
        self._starting = asyncio.Lock()
        self._is_closed = False

    async def __aenter__(self) -> Executor:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def pid(self) -> int | None:
        """The id of the process, while there is one."""
        process = self._process
        return process.pid if process is not None and process.is_alive else None

    async def execute(
        self,
        code: str,
        providers: Providers | None = None,
        *,
        limits: Limits | None = None,
        seed: int | None = None,
        on_log: Callable[[LogLine], None] | None = None,
        now: datetime | None = None,
        input: Any = _NO_INPUT,
        modules: Mapping[str, str] | None = None,
        execution_id: str | None = None,
        diagnostics: bool = True,
    ) -> Outcome:
        """Runs a program. Every failure is in the outcome.

        `providers` has functions by namespace and name: `{"shop": {"price": price}}`. `input` is
        the argument of the program's function. Cancelling the task stops the run and the
        functions that it called.
        """
        run: Run | None = None
        try:
            run = Run(providers or {}, on_log or self._on_log)
            optional = {
                "seed": self._seed if seed is None else seed,
                "now": None if now is None else round(now.timestamp() * 1000),
                "modules": modules,
                "executionId": execution_id,
            }
            params = {
                "code": code,
                "providers": run.wire,
                "limits": {**_wire_limits(self._limits), **_wire_limits(limits or Limits())},
                "diagnostics": diagnostics,
                "logs": run.on_log is not None,
                **{key: value for key, value in optional.items() if value is not None},
                **({} if input is _NO_INPUT else {"input": input}),
            }
            return outcome(await self._execute(params, run))
        except CodecellError as error:
            return unanswered("crashed" if error.code == "crashed" else "host", str(error), run.calls if run else [])
        except Exception as error:
            # What cannot be sent.
            return unanswered("host", message_of(error), [])

    async def normalize(self, code: str) -> str:
        """The one function that would run."""
        return str((await self._ask("normalize", {"code": code}))["code"])

    async def types(self, providers: Providers) -> str:
        """TypeScript declarations of tools, as a model is told them."""
        return str((await self._ask("types", {"providers": Run(providers).wire}))["types"])

    async def sanitize(self, name: str) -> str:
        """The name by which a program calls a tool of that name."""
        return str((await self._ask("sanitize", {"name": name}))["name"])

    async def ping(self) -> None:
        """Returns when the process answers; starts it if need be."""
        await self._ask("ping", {})

    async def close(self) -> None:
        """Cancels what runs and ends the process. Later runs fail."""
        self._is_closed = True
        async with self._starting:
            if self._process is not None:
                await self._process.close()

    async def _ask(self, method: str, params: dict[str, Any]) -> Any:
        _, answer = (await self._current()).request(method, params)
        return await answer

    async def _execute(self, params: dict[str, Any], run: Run) -> Any:
        process = await self._current()
        number, answer = process.request("execute", params)
        self._runs[number] = run
        try:
            return await answer
        except asyncio.CancelledError:
            if process.is_alive:
                _forget(process.request("cancel", {"id": number})[1])
            raise
        finally:
            del self._runs[number]
            run.end()

    async def _current(self) -> ExecutorProcess:
        async with self._starting:
            if self._is_closed:
                raise CodecellError("closed", "the executor was closed")
            if self._process is None or not self._process.is_alive:
                self._process = await ExecutorProcess.start(self._binary, self._call_tool, self._log)
            return self._process

    async def _call_tool(self, params: dict[str, Any]) -> Any:
        run = self._runs.get(params["requestId"])
        if run is None:
            raise RuntimeError("the run has ended")
        return await run.call(params["seq"], params["namespace"], params["name"], params["args"])

    def _log(self, params: dict[str, Any]) -> None:
        run = self._runs.get(params["requestId"])
        if run is None or run.on_log is None:
            return
        try:
            run.on_log(LogLine(params["level"], params["text"]))
        except Exception as error:
            # The callback's own fault, which must not disturb the reading of messages.
            context = {"message": "on_log raised", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)


def _forget(answer: asyncio.Future[Any]) -> None:
    """Whatever comes of it is no matter, an error included."""
    answer.add_done_callback(lambda it: it.cancelled() or it.exception())


def _wire_limits(limits: Limits) -> dict[str, int]:
    return {_camel(name): value for name, value in asdict(limits).items() if value is not None}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
