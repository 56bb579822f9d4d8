"""JSON as we take it: UTF-8, no key twice, at most 100 levels, numbers that are numbers."""

import json
import re
from typing import Any

import orjson

from passaparola.inbound.api.problems import Problem

DEEPEST = 100  # levels: whoever writes a value down again, or reads it by functions that call themselves, gets through
_KEY = re.compile(rb'"\s*:')
_NO_NUMBER = re.compile(rb"NaN|Infinity|[0-9][eE]\+?[0-9]{3}")


def strict_loads(raw: bytes) -> Any:
    """The value of a JSON text. Raises Problem: 400 when it is malformed, a key comes twice, or it is nested too deep.

    A number beyond all bounds (1e400, NaN) becomes a float that no field takes, so that the answer names the field.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as problem:
        if _NO_NUMBER.search(raw) is None:
            raise Problem("malformed", f"This is not JSON: {problem}.") from None
        return _carefully(raw)
    if len(_KEY.findall(raw)) != _keys(value):
        return _carefully(raw)
    return value


def _keys(value: Any) -> int:
    """How many keys there are. Each is followed by a colon in the text: more colons there may mean a key that came twice."""
    count, level = 0, [value] if isinstance(value, (dict, list)) else []
    for _ in range(DEEPEST):
        below: list[Any] = []
        for one in level:
            count += len(one) if isinstance(one, dict) else 0
            parts = one.values() if isinstance(one, dict) else one
            below += [part for part in parts if isinstance(part, (dict, list))]
        if not below:
            return count
        level = below
    raise Problem("malformed", f"This JSON is nested too deep: at most {DEEPEST} levels are taken.")


def _carefully(raw: bytes) -> Any:
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_single)
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # half a surrogate can be read, and written nowhere
    except RecursionError:
        raise Problem("malformed", f"This JSON is nested too deep: at most {DEEPEST} levels are taken.") from None
    except ValueError as problem:
        raise Problem("malformed", f"This is not JSON: {problem}.") from None
    _keys(value)
    return value


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        twice = next(k for k, _ in pairs if k in seen or seen.add(k))  # type: ignore[func-returns-value]
        raise Problem("malformed", f"The key {twice[:64]!r} comes twice in one object.")
    return value
