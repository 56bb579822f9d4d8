"""Log entries as one line of JSON each, so that nothing a caller sends can forge a second entry, and without personal data.

What a person wrote never belongs into a message. Should it come there all the same (another library's error, a forgotten value), it is
taken out by its shape; errors of libraries lose whatever they quote; of a page, the log holds the route and not the address.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from passaparola.config.masking import MASK, foreign, masked
from passaparola.inbound.request_context import current

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
LEFT_OUT = frozenset(
    {"request", "server_time", "sql", "params"}
)  # what Django adds: the address, and values of statements
OURS = "passaparola"
_PLAIN = (bool, int, float, type(None))


class JsonLines(logging.Formatter):
    """Time, level, logger and message; the request it belongs to; whatever was given as `extra`; the traceback last."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": said(record),
            **of_the_request(),
            **{key: value if isinstance(value, _PLAIN) else masked(str(value)) for key, value in extras(record)},
        }
        if record.exc_info and record.exc_info[1]:
            entry["traceback"] = told(record.exc_info[1])
        return json.dumps(entry, default=str)


def said(record: logging.LogRecord) -> str:
    """The message. Of an error that is one of its parts, what it quotes is left out; of a page, the address."""
    arguments = record.args
    if isinstance(arguments, tuple):
        record = logging.makeLogRecord({**vars(record), "args": tuple(_argument(a) for a in arguments)})
    try:
        message = record.getMessage()
    except (TypeError, ValueError):  # a message that does not fit its arguments must not lose the entry
        message = str(record.msg)
    path = getattr(getattr(record, "request", None), "path", "")
    if len(path) > 1:
        message = message.replace(path, MASK)
    if str(record.name).partition(".")[0] == OURS:
        return masked(message)
    return foreign(message)


def _argument(value: Any) -> Any:
    return foreign(str(value)) if isinstance(value, BaseException) else value


def of_the_request() -> dict[str, str]:
    context = current()
    if context is None:
        return {}
    parts = {"request_id": context.id, "trace": context.trace, "workspace": context.workspace}
    return {name: value for name, value in parts.items() if value}


def extras(record: logging.LogRecord) -> list[tuple[str, Any]]:
    return [(key, value) for key, value in vars(record).items() if key not in STANDARD and key not in LEFT_OUT]


def told(problem: BaseException) -> str:
    """A traceback: where it happened in our words and lines, and of each error its kind and what it says without what it quotes."""
    parts: list[str] = []
    seen: set[int] = set()
    current_problem: BaseException | None = problem
    while current_problem is not None and id(current_problem) not in seen:
        seen.add(id(current_problem))
        kind = type(current_problem)
        words = foreign(str(current_problem))
        lines = traceback.format_tb(current_problem.__traceback__)
        name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
        parts.append("".join(lines) + f"{name}: {words}".rstrip(": "))
        hidden = current_problem.__suppress_context__
        current_problem = current_problem.__cause__ or (None if hidden else current_problem.__context__)
    return "\n\nwhich came of:\n".join(parts)
