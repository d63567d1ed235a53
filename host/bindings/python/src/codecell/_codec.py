"""Values as they cross: JSON, with bytes as tagged objects."""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Mapping
from typing import Any

# What a lone key would be read as, with any number of `$` before it.
_TAG = re.compile(r"\$+(?:bytes|arrayBuffer)")

# Levels of nesting in one message that the process reads.
_MAX_DEPTH = 127

_BYTES = (bytes, bytearray, memoryview)


def encode(value: Any) -> bytes:
    """JSON text of `value`; raises `TypeError` or `ValueError` for what has none."""
    text = json.dumps(_plain(value, set()), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        # Halves of surrogate pairs are joined where they belong together and replaced otherwise.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def decode(line: bytes) -> Any:
    """The value of a line."""
    return json.loads(line, object_hook=_revive if b'"$' in line else None)


def _plain(value: Any, open_ids: set[int]) -> Any:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        # As JSON.stringify has it.
        return value if math.isfinite(value) else None
    # A reader's limit, which would make the whole message unreadable.
    if len(open_ids) == _MAX_DEPTH:
        raise ValueError(f"a value nested too deep cannot be sent; a message has at most {_MAX_DEPTH} levels")
    if isinstance(value, _BYTES):
        return {"$bytes": base64.b64encode(value).decode()}
    if not isinstance(value, (Mapping, list, tuple)):
        kind = type(value).__name__
        raise TypeError(f"a value of type {kind} cannot be sent; make it one of JSON, or bytes")
    if id(value) in open_ids:
        raise ValueError("a value that contains itself cannot be sent")
    open_ids.add(id(value))
    result: Any
    if isinstance(value, Mapping):
        result = {_key(key): _plain(member, open_ids) for key, member in value.items()}
        if len(result) == 1:
            ((lone, member),) = result.items()
            result = {f"${lone}": member} if _TAG.fullmatch(lone) else result
    else:
        result = [_plain(item, open_ids) for item in value]
    open_ids.remove(id(value))
    return result


def _key(key: Any) -> str:
    if isinstance(key, str):
        return key
    raise TypeError(f"a key of type {type(key).__name__} cannot be sent; make it a str")


def _revive(value: dict[str, Any]) -> Any:
    if len(value) != 1:
        return value
    ((key, inner),) = value.items()
    if not _TAG.fullmatch(key):
        return value
    if key.startswith("$$"):
        return {key[1:]: inner}
    return base64.b64decode(inner) if isinstance(inner, str) else value
