"""Answers as JSON: a document, a problem, or what a repeated request was answered before."""

from typing import Any

import orjson
from django.http import HttpResponse

from passaparola.actions.acting import Refusal
from passaparola.domain.instant import Instant, iso
from passaparola.inbound.api.idempotency import REPLAYED
from passaparola.inbound.api.ids import shown
from passaparola.inbound.api.problems import CONTENT_TYPE, Problem
from passaparola.store.read.idempotency import StoredAnswer


def answer(body: bytes | str, status: int = 200) -> HttpResponse:
    """JSON, or a problem from status 400 up. Never kept by anybody on the way."""
    kind = CONTENT_TYPE if status >= 400 else "application/json"
    return HttpResponse(body, status=status, content_type=kind, headers={"Cache-Control": "no-store"})


def document(value: Any, status: int = 200) -> HttpResponse:
    return answer(orjson.dumps(value), status)


# Beside JSON, in the OpenAPI document of an operation that answers as a table when it is asked to.
CSV_TOO: dict[str, Any] = {"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}}


def as_csv(text: str, *, name: str) -> HttpResponse:
    """A table as a file to save. `name` has plain characters only."""
    kept = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=kept)


def trouble(problem: Problem) -> HttpResponse:
    found = answer(problem.body(), problem.status)
    for name, value in problem.headers.items():
        found[name] = value
    return found


def replayed(known: StoredAnswer) -> HttpResponse:
    """The same status, body and content type as the first time."""
    found = answer(known.body or "", known.status)
    found[REPLAYED] = "true"
    return found


def refused(refusal: Refusal, *, without: frozenset[str] = frozenset()) -> Problem:
    """A rule's no: its name is the problem's type."""
    detail = {name: _outside(name, value) for name, value in refusal.detail.items() if name not in without}
    return Problem(refusal.reason, refusal.message, status=refusal.status, extra=detail)


_PREFIXES = {
    "person": "per",
    "reward": "rwd",
    "reservation": "crr",
    "advocate": "adv",
    "referral": "ref",
    "program": "prg",
}


def _outside(name: str, value: Any) -> Any:
    return shown(_PREFIXES[name], value) if name in _PREFIXES and isinstance(value, str) else value


def at(instant: Instant | None) -> str | None:
    """ISO 8601 in UTC."""
    return None if instant is None else iso(instant)
