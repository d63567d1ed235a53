"""The child process: requests and answers, one JSON-RPC message a line."""

from __future__ import annotations

import asyncio
import errno
import itertools
import signal
from collections.abc import Callable, Coroutine
from typing import Any, Literal

from ._codec import decode, encode

#: Bytes of one line that the process accepts.
_MAX_LINE_BYTES = 64 * 1024 * 1024

#: Bytes of standard error that are kept to explain an unexpected end.
_MAX_STDERR_BYTES = 4096

#: Seconds that what runs has for its end, and the process for its own, before the kill.
_CLOSE_SECONDS = 10.0

#: Of all processes, so that an id never means two runs.
_ids = itertools.count(1)


class CodecellError(Exception):
    """Why a request has no answer, or a process could not be had."""

    def __init__(self, code: Literal["not_started", "crashed", "closed", "refused"], message: str) -> None:
        super().__init__(message)
        #: `not_started`: the binary is missing or cannot run. `crashed`: the process ended.
        #: `closed`: the executor was closed. `refused`: the request is wrong.
        self.code = code


#: Runs a call of a tool, given the parameters of `callTool`.
CallTool = Callable[[dict[str, Any]], Coroutine[Any, Any, Any]]

#: Told the parameters of each `log`.
Log = Callable[[dict[str, Any]], None]


class ExecutorProcess:
    """One process, from its start to its end."""

    def __init__(self, binary: str, child: asyncio.subprocess.Process, call_tool: CallTool, log: Log) -> None:
        self._binary = binary
        self._child = child
        self._call_tool = call_tool
        self._log = log
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self._failure: CodecellError | None = None
        self._is_closing = False
        self._stderr = b""
        self._life = asyncio.create_task(self._live())

    @classmethod
    async def start(cls, binary: str, call_tool: CallTool, log: Log) -> ExecutorProcess:
        """Starts the binary; raises `CodecellError` when that cannot be done."""
        pipe = asyncio.subprocess.PIPE
        try:
            child = await asyncio.create_subprocess_exec(
                binary, "executor", "--stdio", stdin=pipe, stdout=pipe, stderr=pipe
            )
        except OSError as error:
            raise CodecellError("not_started", _cannot_start(binary, error)) from error
        return cls(binary, child, call_tool, log)

    @property
    def is_alive(self) -> bool:
        """Whether requests can be made."""
        return self._failure is None and not self._is_closing and self._child.returncode is None

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._child.pid

    def request(self, method: str, params: dict[str, Any]) -> tuple[int, asyncio.Future[Any]]:
        """Sends a request. The id is known at once, the answer later."""
        number = next(_ids)
        line = _message(id=number, method=method, params=params)
        if len(line) >= _MAX_LINE_BYTES:
            raise CodecellError("refused", f"the request {_too_long(line)}")
        if self._failure is not None:
            raise self._failure
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        answer.add_done_callback(lambda _: self._waiting.pop(number, None))
        self._send(line)
        return number, answer

    async def close(self) -> None:
        """Cancels what runs and, when that is answered, ends the input; waits for the end."""
        self._is_closing = True
        waiting = dict(self._waiting)
        for number in waiting:
            self._send(_message(id=next(_ids), method="cancel", params={"id": number}))
        if waiting:
            await asyncio.wait(waiting.values(), timeout=_CLOSE_SECONDS)
        if self._child.stdin is not None:
            self._child.stdin.close()
        try:
            await asyncio.wait_for(asyncio.shield(self._life), _CLOSE_SECONDS)
        except asyncio.TimeoutError:
            self._kill()
            await self._life

    def _kill(self) -> None:
        if self._child.returncode is None:
            self._child.kill()

    def _send(self, line: bytes) -> None:
        # A write to a process that has ended is lost; `_live` tells those who wait.
        if self._child.stdin is not None and not self._child.stdin.is_closing():
            self._child.stdin.write(line)

    async def _live(self) -> None:
        errors = asyncio.create_task(self._keep_errors())
        try:
            await self._read()
        except Exception as error:
            self._end(error if isinstance(error, CodecellError) else self._distrusted(repr(error)))
            self._kill()
        code = await self._child.wait()
        await errors
        self._end(self._failure or self._unexpected(code))

    async def _read(self) -> None:
        assert self._child.stdout is not None, "it was started with a pipe"
        parts: list[bytes] = []
        while chunk := await self._child.stdout.read(1 << 18):
            *ends, rest = chunk.split(b"\n")
            for end in ends:
                parts.append(end)
                line, parts = b"".join(parts), []
                self._receive(line)
            if rest:
                parts.append(rest)

    async def _keep_errors(self) -> None:
        assert self._child.stderr is not None, "it was started with a pipe"
        while chunk := await self._child.stderr.read(1 << 16):
            self._stderr = (self._stderr + chunk)[-_MAX_STDERR_BYTES:]

    def _receive(self, line: bytes) -> None:
        try:
            message = decode(line)
            if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
                raise ValueError('`jsonrpc` is not "2.0"')
        except (ValueError, RecursionError) as error:
            raise self._distrusted(line.decode(errors="replace")) from error
        method, number = message.get("method"), message.get("id")
        if method == "callTool":
            task = asyncio.create_task(self._call(number, message["params"]))
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)
        elif method == "log":
            self._log(message["params"])
        elif method is not None or number is None:
            # Without an id it could not read a message of ours, and nobody knows which.
            raise self._distrusted(line.decode(errors="replace"))
        elif (answer := self._waiting.get(number)) is not None and not answer.done():
            if "error" in message:
                answer.set_exception(CodecellError("refused", message["error"]["message"]))
            else:
                answer.set_result(message["result"])

    async def _call(self, number: Any, params: dict[str, Any]) -> None:
        try:
            line = _message(id=number, result=await self._call_tool(params))
            if len(line) >= _MAX_LINE_BYTES:
                raise ValueError(f"the result {_too_long(line)}")
        except Exception as error:
            line = _failed(number, error)
        self._send(line)

    def _unexpected(self, code: int) -> CodecellError:
        if self._is_closing:
            return CodecellError("closed", "the executor was closed")
        how = f"with code {code}" if code >= 0 else f"by {signal.Signals(-code).name}"
        last = self._stderr.decode(errors="replace").strip()
        return CodecellError("crashed", f"the executor process ended {how}{f': {last}' if last else ''}")

    def _distrusted(self, said: str) -> CodecellError:
        """Whoever wrote this is not the executor."""
        said = said if len(said) <= 80 else f"{said[:80]}…"
        text = f'"{self._binary}" does not speak the protocol of `codecell executor`: {said}'
        return CodecellError("not_started", text)

    def _end(self, failure: CodecellError) -> None:
        self._failure = failure
        for answer in list(self._waiting.values()):
            if not answer.done():
                answer.set_exception(failure)


def _message(**content: Any) -> bytes:
    return encode({"jsonrpc": "2.0", **content}) + b"\n"


def _failed(number: Any, raised: Exception) -> bytes:
    """A tool's error for the program: its message, and `data` if it can be sent."""
    error = {"code": -32000, "message": message_of(raised)}
    try:
        data = getattr(raised, "data", None)
        line = _message(id=number, error=error if data is None else {**error, "data": data})
        if len(line) < _MAX_LINE_BYTES:
            return line
    except Exception:
        # The data is what cannot be sent, whatever its own code raises.
        pass
    line = _message(id=number, error=error)
    if len(line) < _MAX_LINE_BYTES:
        return line
    return _message(id=number, error={**error, "message": f"the error {_too_long(line)}"})


def message_of(raised: Exception) -> str:
    """What is told of an exception: its text, otherwise its class."""
    try:
        return str(raised) or type(raised).__name__
    except Exception:
        return type(raised).__name__


def _too_long(line: bytes) -> str:
    return f"has {len(line)} bytes; less than {_MAX_LINE_BYTES} can be sent"


def _cannot_start(binary: str, error: OSError) -> str:
    why = errno.errorcode.get(error.errno or 0, str(error))
    return (
        f'cannot start "{binary}" ({why}): install it with `cargo install --path host/cli` in a checkout of Codecell, '
        "or name it with the option `binary` or the variable CODECELL_BIN"
    )
