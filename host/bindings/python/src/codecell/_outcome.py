"""What came of a run, as `host/docs/stdio.md` of the repository has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

#: How a run failed. `host` is what the caller did wrong or the process could not do; `crashed`
#: says that the process ended while the program ran. The others are the program's own.
FailureKind = Literal[
    "syntax",
    "diagnostic",
    "too_complex",
    "prelude",
    "exception",
    "tool",
    "timeout",
    "fuel",
    "memory",
    "stack",
    "source_too_large",
    "result_too_large",
    "call_limit",
    "deadlock",
    "unserializable",
    "cancelled",
    "internal",
    "host",
    "crashed",
]


@dataclass(frozen=True)
class Finding:
    """Something found in the program before it ran."""

    check: str
    message: str
    help: str | None = None
    line: int | None = None
    column: int | None = None
    code_frame: str | None = None


@dataclass(frozen=True)
class Failure:
    """A failure of the program, of its tools, or of the process that ran it."""

    kind: FailureKind
    message: str
    #: The class of the error that the program threw.
    name: str | None = None
    stack: str | None = None
    #: The place in the program as it was given; both count from 1.
    line: int | None = None
    column: int | None = None
    #: The lines around that place.
    code_frame: str | None = None
    #: What to write instead.
    help: str | None = None
    #: For `syntax` and `diagnostic`: all that kept the program from running.
    findings: list[Finding] = field(default_factory=list)

    def __str__(self) -> str:
        """The text for a model: message, place and advice."""
        message = self.message or "the program failed without a message"
        return "\n\n".join(part for part in (message, self.code_frame, self.help) if part is not None)


@dataclass(frozen=True)
class LogLine:
    """One line of the console."""

    level: Literal["debug", "info", "log", "warn", "error"]
    text: str

    def __str__(self) -> str:
        """The text, marked with its level when that is `warn` or `error`."""
        return f"[{self.level}] {self.text}" if self.level in ("warn", "error") else self.text


@dataclass
class CallRecord:
    """One call of a tool."""

    #: Its place in the run, from 0.
    seq: int
    namespace: str
    name: str
    args: list[Any]
    #: `cancelled` when the run ended first.
    outcome: Literal["returned", "failed", "cancelled"]
    started_ms: float
    duration_ms: float
    #: What the tool failed with.
    error: str | None = None


@dataclass(frozen=True)
class Cost:
    """What a run used."""

    #: Time in the program itself.
    guest_ms: float = 0.0
    #: Time from the start to the end, tools included.
    wall_ms: float = 0.0
    peak_memory_bytes: int = 0
    #: Only when fuel was limited.
    fuel: int | None = None


@dataclass(frozen=True)
class Outcome:
    """Everything that came of one program."""

    #: What the program returned; `None` for `undefined`, and when it failed.
    result: Any = None
    #: Why there is no result. As text it is what a model should read.
    error: Failure | None = None
    logs: list[LogLine] = field(default_factory=list)
    #: The calls of tools, in the order in which they were made.
    calls: list[CallRecord] = field(default_factory=list)
    #: What looked doubtful before the run.
    warnings: list[Finding] = field(default_factory=list)
    cost: Cost = field(default_factory=Cost)


def outcome(wire: Mapping[str, Any]) -> Outcome:
    """A run as the process tells it."""
    cost = wire["cost"]
    return Outcome(
        result=wire["result"],
        error=None if wire["error"] is None else _failure(wire["error"]),
        logs=[LogLine(**line) for line in wire["logs"]],
        calls=[_call(call) for call in wire["calls"]],
        warnings=[_finding(finding) for finding in wire.get("warnings", ())],
        cost=Cost(cost["guestMs"], cost["wallMs"], cost["peakMemoryBytes"], cost.get("fuel")),
    )


def unanswered(kind: FailureKind, message: str, calls: list[CallRecord]) -> Outcome:
    """A run that the process did not answer."""
    return Outcome(error=Failure(kind, message), calls=calls)


def _failure(wire: Mapping[str, Any]) -> Failure:
    return Failure(
        kind=wire["kind"],
        message=wire["message"],
        name=wire.get("name"),
        stack=wire.get("stack"),
        line=wire.get("line"),
        column=wire.get("column"),
        code_frame=wire.get("codeFrame"),
        help=wire.get("help"),
        findings=[_finding(finding) for finding in wire.get("findings", ())],
    )


def _finding(wire: Mapping[str, Any]) -> Finding:
    return Finding(
        check=wire["check"],
        message=wire["message"],
        help=wire.get("help"),
        line=wire.get("line"),
        column=wire.get("column"),
        code_frame=wire.get("codeFrame"),
    )


def _call(wire: Mapping[str, Any]) -> CallRecord:
    how = wire["outcome"]
    error = how["failed"] if isinstance(how, Mapping) else None
    return CallRecord(
        seq=wire["seq"],
        namespace=wire["namespace"],
        name=wire["name"],
        args=wire["args"],
        outcome=how if error is None else "failed",
        started_ms=wire["startedMs"],
        duration_ms=wire["durationMs"],
        error=error,
    )
