"""Runs a model's program in a sealed WebAssembly cell: the executor of Codecell for Python."""

from ._executor import Executor, Limits
from ._outcome import CallRecord, Cost, Failure, FailureKind, Finding, LogLine, Outcome
from ._process import CodecellError
from ._run import Function, Provider, Providers, Tool

__all__ = [
    "CallRecord",
    "CodecellError",
    "Cost",
    "Executor",
    "Failure",
    "FailureKind",
    "Finding",
    "Function",
    "Limits",
    "LogLine",
    "Outcome",
    "Provider",
    "Providers",
    "Tool",
]
