"""One run, as this side sees it: what it may call, and what it has called."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Union

from ._outcome import CallRecord, LogLine
from ._process import message_of

#: A function that a program calls; what it gives is awaited if it can be.
Function = Callable[..., Any]


@dataclass(frozen=True)
class Tool:
    """A function with what is known of it."""

    fn: Function
    description: str | None = None
    #: JSON Schema; arguments are checked against it before the function is called.
    input_schema: Mapping[str, Any] | None = None
    #: JSON Schema of what the function returns.
    output_schema: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Provider:
    """A namespace with JavaScript that runs in the cell before the program."""

    tools: Mapping[str, Function | Tool]
    prelude: str | None = None


#: Namespaces by name; a program calls `name.tool(...)`.
Providers = Mapping[str, Union[Mapping[str, Union[Function, Tool]], Provider]]


class Run:
    """Dispatches the calls of one run and remembers them."""

    def __init__(self, providers: Providers, on_log: Callable[[LogLine], None] | None = None) -> None:
        self.on_log = on_log
        namespaces = {name: _provider(name, it) for name, it in providers.items()}
        self.wire = [_wire_provider(name, provider) for name, provider in namespaces.items()]
        self._tools = {
            (namespace, name): _tool(tool).fn
            for namespace, provider in namespaces.items()
            for name, tool in provider.tools.items()
        }
        self._records: dict[int, CallRecord] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._start = time.perf_counter()

    @property
    def calls(self) -> list[CallRecord]:
        """The calls so far, for a run that nobody will answer any more."""
        return list(self._records.values())

    async def call(self, seq: int, namespace: str, name: str, args: list[Any]) -> Any:
        """Calls the function of a tool."""
        started = self._elapsed_ms()
        record = CallRecord(seq, namespace, name, args, "cancelled", started, 0.0)
        self._records[seq] = record
        task = asyncio.create_task(self._value(namespace, name, args))
        self._tasks.add(task)
        try:
            value = await task
            record.outcome = "returned"
            return value
        except asyncio.CancelledError:
            raise RuntimeError("the call was cancelled") from None
        except Exception as error:
            record.outcome, record.error = "failed", message_of(error)
            raise
        finally:
            self._tasks.discard(task)
            record.duration_ms = self._elapsed_ms() - started

    def end(self) -> None:
        """Cancels the functions that are under way."""
        for task in self._tasks:
            task.cancel()

    async def _value(self, namespace: str, name: str, args: list[Any]) -> Any:
        fn = self._tools.get((namespace, name))
        if fn is None:
            raise LookupError(f'Tool "{name}" not found')
        value = fn(*args)
        return await value if inspect.isawaitable(value) else value

    def _elapsed_ms(self) -> float:
        return (time.perf_counter() - self._start) * 1000


def _provider(name: str, it: Mapping[str, Function | Tool] | Provider) -> Provider:
    provider = it if isinstance(it, Provider) else Provider(it)
    if not isinstance(provider.tools, Mapping):
        raise TypeError(f'the provider "{name}" must be a mapping of names to functions')
    for tool, fn in provider.tools.items():
        if not callable(_tool(fn).fn):
            raise TypeError(f'the tool "{tool}" of the provider "{name}" must be a function')
    return provider


def _tool(it: Function | Tool) -> Tool:
    return it if isinstance(it, Tool) else Tool(it)


def _wire_provider(name: str, provider: Provider) -> dict[str, Any]:
    tools = [_wire_tool(name, _tool(it)) for name, it in provider.tools.items()]
    prelude = {} if provider.prelude is None else {"prelude": provider.prelude}
    return {"name": name, "tools": tools, **prelude}


def _wire_tool(name: str, tool: Tool) -> dict[str, Any]:
    known = {
        "description": tool.description,
        "inputSchema": tool.input_schema,
        "outputSchema": tool.output_schema,
    }
    return {"name": name, **{key: value for key, value in known.items() if value is not None}}
