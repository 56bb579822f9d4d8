"""Which request this thread answers: its id for the log, and whose workspace it concerns. Nothing that the caller wrote freely."""

import itertools
import re
import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

# An id is taken over when it is hexadecimal or a UUID and has a letter, so that no card, phone number or name can pass for one.
_GIVEN = re.compile(r"(?=[0-9-]*[a-f])[0-9a-f]{16,64}|(?=[0-9-]*[a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TRACE = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?")
_here = secrets.token_hex(10)
_numbers = itertools.count(secrets.randbits(32))


@dataclass(slots=True)
class RequestContext:
    """One request. `trace` is that of W3C's `traceparent`, or empty."""

    id: str
    trace: str = ""
    workspace: str = ""


_current: ContextVar[RequestContext | None] = ContextVar("request", default=None)


def begin(environ: Mapping[str, Any]) -> RequestContext:
    """The context of a request that begins in this thread. Its id is the caller's when that is one, else ours."""
    given = str(environ.get("HTTP_X_REQUEST_ID") or "").lower()
    traced = _TRACE.fullmatch(str(environ.get("HTTP_TRACEPARENT") or ""))
    trace = traced[1] if traced else ""
    name = given if given and _GIVEN.fullmatch(given) else trace or f"{_here}{next(_numbers) & 0xFFFFFFFFFFFF:012x}"
    context = RequestContext(name, trace)
    _current.set(context)
    return context


def end() -> None:
    """This thread answers nobody."""
    _current.set(None)


def current() -> RequestContext | None:
    """The request that this thread answers, if it answers one."""
    return _current.get()


def concerns(workspace: str) -> None:
    """Say whose request it is, as soon as that is known."""
    context = _current.get()
    if context is not None:
        context.workspace = workspace
