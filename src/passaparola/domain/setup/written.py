"""Values as YAML for people: groups on a line of their own where they are short, every text that could be read otherwise in quotes."""

import re
from decimal import Decimal
from typing import Any

WIDTH = 110
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_/-]*")
_OTHERWISE = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_SENTENCE = re.compile(r"[^\W\d_][\w .()/-]*[\w.)]")
_IN_FLOW = re.compile(r"[^\W\d_][\w ./-]*\w")


def written(values: dict[str, Any]) -> str:
    """The text of a file with these values. Reading it gives them back."""
    return "".join(f"{key}:{_block(value, len(key) + 2)}\n" for key, value in values.items())


def _block(value: Any, before: int) -> str:
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return "".join(f"\n  - {_entry(item)}" for item in value)
    flow = _flow(value)
    if isinstance(value, dict) and before + len(flow) > WIDTH:
        return "".join(f"\n  {name}: {_flow(inner)}" for name, inner in value.items())
    return " " + (flow if isinstance(value, dict | list) else _scalar(value, _SENTENCE))


def _entry(item: dict[str, Any]) -> str:
    flow = _flow(item)
    if len(flow) + 4 <= WIDTH:
        return flow
    return "\n    ".join(f"{name}: {_flow(inner)}" for name, inner in item.items())


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_flow(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    return _scalar(value, _IN_FLOW)


def _scalar(value: Any, plain: re.Pattern[str]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    text = str(value)
    if isinstance(value, int) or (_WORD.fullmatch(text) and text.lower() not in _OTHERWISE):
        return text
    safe = plain.fullmatch(text) and text.lower() not in _OTHERWISE and "  " not in text
    return text if safe else quoted(text)


def quoted(text: str) -> str:
    """In YAML's double quotes, with an escape for what cannot be printed or is half a character."""
    return '"' + "".join(_escaped(c) for c in text) + '"'


def _escaped(c: str) -> str:
    if c in '"\\':
        return f"\\{c}"
    return c if c.isprintable() else f"\\U{ord(c):08x}"
