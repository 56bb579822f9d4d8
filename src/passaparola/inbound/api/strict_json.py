"""JSON as we take it: UTF-8, no key twice, at most 1,024 levels, numbers that are numbers."""

import json
import re
from typing import Any

import orjson

from passaparola.inbound.api.problems import Problem

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
    if isinstance(value, dict):
        return len(value) + sum(_keys(v) for v in value.values() if isinstance(v, (dict, list)))
    if isinstance(value, list):
        return sum(_keys(v) for v in value if isinstance(v, (dict, list)))
    return 0


def _carefully(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_single)
    except RecursionError:
        raise Problem("malformed", "This JSON is nested too deep.") from None
    except ValueError as problem:
        raise Problem("malformed", f"This is not JSON: {problem}.") from None


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        twice = next(k for k, _ in pairs if k in seen or seen.add(k))  # type: ignore[func-returns-value]
        raise Problem("malformed", f"The key {twice[:64]!r} comes twice in one object.")
    return value
