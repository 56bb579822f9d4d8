"""POST /api/v1/events, the hot path: a WSGI handler of its own, before Django's middleware, with its own limits and headers."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from passaparola.actions.events.record import Answer, Arrival, Submission
from passaparola.actions.events.work import Recorded
from passaparola.actions.visits.tokens import names_token, with_visit
from passaparola.actions.writer import LOST, QueueFull, UnableToReachDatabase, Unanswered, WriterStopped
from passaparola.domain.events.read import UnableToReadEvent, read_event
from passaparola.domain.instant import Instant
from passaparola.inbound.api.browser import check_browser_event
from passaparola.inbound.api.idempotency import REPLAYED, read_keyed
from passaparola.inbound.api.outcomes import in_list, not_recorded, told
from passaparola.inbound.api.principals import demand, principal
from passaparola.inbound.api.problems import CONTENT_TYPE, FieldProblem, Problem
from passaparola.inbound.api.strict_json import strict_loads
from passaparola.inbound.api.whole_body import BROKEN_OFF, length_told
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now_apart
from passaparola.store.read.idempotency import Keyed
from passaparola.store.read.keys import KeyRow

PATH = "/api/v1/events"
ROUTE = f"POST {PATH}"
LARGEST_EVENT = 1 << 20
LARGEST_BODY = 8 << 20
MOST_EVENTS = 1000
_REASONS = {
    200: "200 OK", 201: "201 Created", 207: "207 Multi-Status", 400: "400 Bad Request", 401: "401 Unauthorized", 403: "403 Forbidden",
    409: "409 Conflict", 413: "413 Content Too Large", 415: "415 Unsupported Media Type", 422: "422 Unprocessable Content",
    500: "500 Internal Server Error", 503: "503 Service Unavailable",
}  # fmt: skip
_HEADERS = [("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")]
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Asked:
    """One request, read: the raw events, and whether they came alone or in a list."""

    key: KeyRow
    raw: list[Any]
    alone: bool
    keyed: Keyed | None
    now: Instant


@dataclass(slots=True)
class Said:
    status: int
    body: bytes
    headers: list[tuple[str, str]]


def post_events(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Record one event or up to 1,000, answered after the commit."""
    try:
        said = _answer(environ)
    except Problem as problem:
        said = _said(problem.status, problem.body(), *problem.headers.items())
    except LOST:
        logger.exception("the database cannot be reached")
        gone = _unreachable()
        said = _said(gone.status, gone.body(), *gone.headers.items())
    except Exception:
        logger.exception("POST %s failed", PATH)
        broken = Problem("internal", "The log says what. Ask again: what was recorded is not recorded twice.")
        said = _said(broken.status, broken.body())
    origin = environ.get("HTTP_ORIGIN")
    if origin:
        said.headers += [("Access-Control-Allow-Origin", origin), ("Vary", "Origin")]
    start_response(_REASONS[said.status], said.headers)
    return [said.body]


def preflight(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """What browsers ask before they send an event from another site. Who may is decided by the key that comes with it."""
    start_response(
        "204 No Content",
        [
            ("Access-Control-Allow-Origin", environ.get("HTTP_ORIGIN") or "*"),
            ("Access-Control-Allow-Methods", "POST"),
            ("Access-Control-Allow-Headers", "authorization, content-type, idempotency-key"),
            ("Access-Control-Max-Age", "86400"),
            ("Vary", "Origin"),
        ],
    )
    return []


def _said(status: int, body: bytes, *headers: tuple[str, str]) -> Said:
    kind = CONTENT_TYPE if status >= 400 else "application/json"
    return Said(status, body, [("Content-Type", kind), ("Content-Length", str(len(body))), *_HEADERS, *headers])


def _answer(environ: Environ) -> Said:
    query = environ.get("QUERY_STRING") or ""
    key = principal(environ.get("HTTP_AUTHORIZATION"), query, environ.get("HTTP_ORIGIN"))
    if not key.publishable:
        demand(key, "events:write")
    body = _body(environ)
    keyed = read_keyed(
        environ.get("HTTP_IDEMPOTENCY_KEY"),
        principal=key.id,
        route=ROUTE,
        request=("POST", PATH, query, body),
    )
    raw, alone = _events(strict_loads(body), len(body))
    asked = Asked(key, raw, alone, keyed, now_apart(key.workspace))
    return _one(asked) if alone else _many(asked)


def _body(environ: Environ) -> bytes:
    kind, _, parameters = (environ.get("CONTENT_TYPE") or "").lower().partition(";")
    charset = parameters.replace(" ", "").replace('"', "")
    if kind.strip() != "application/json" or charset not in ("", "charset=utf-8"):
        raise Problem("unsupported_content", "Send application/json in UTF-8.")
    if (environ.get("HTTP_CONTENT_ENCODING") or "identity").lower() != "identity":
        raise Problem("unsupported_content", "Send the body as it is: compressed content is not taken.")
    told = length_told(environ)
    if told > LARGEST_BODY:
        raise _too_large()
    if told:
        body: bytes = environ["wsgi.input"].read(told)
        if len(body) < told:
            raise Problem("malformed", BROKEN_OFF)
        return body
    body = environ["wsgi.input"].read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        raise _too_large()
    return body


def _too_large() -> Problem:
    return Problem("too_large", "One event has at most 1 MiB, a list at most 8 MiB and 1,000 events.")


def _events(value: Any, size: int) -> tuple[list[Any], bool]:
    """The raw events of a body: an object, an array, or {"events": […]}."""
    if isinstance(value, dict) and isinstance(value.get("events"), list):
        if len(value) > 1:
            wrong = [FieldProblem(str(k)[:64], "is not a field beside events") for k in value if k != "events"]
            raise Problem("invalid", "Some fields are not known.", wrong)
        value = value["events"]
    if isinstance(value, list):
        if len(value) > MOST_EVENTS:
            raise _too_large()
        return value, False
    if size > LARGEST_EVENT:
        raise _too_large()
    return [value], True


def _read(raw: Any, asked: Asked, at: Instant) -> Arrival | Problem:
    try:
        if asked.key.publishable:
            check_browser_event(raw)
        event = read_event(raw, now=at)
        if not names_token(event):
            return Arrival(event, asked.now)
        event, clicked = with_visit(event, asked.key.workspace, the_keyring())
        return Arrival(event, asked.now, visit=clicked)
    except UnableToReadEvent as problem:
        errors = [FieldProblem(e.field, e.message) for e in problem.errors]
        return Problem("invalid", "The event was not recorded.", errors)
    except Problem as problem:
        return problem


def _submit(asked: Asked, submissions: list[Submission]) -> list[Answer]:
    try:
        answers = the_writer().submit(asked.key.workspace, submissions)
    except (QueueFull, WriterStopped):
        raise Problem(
            "overloaded", "Nothing was recorded. Try again in a second.", headers={"Retry-After": "1"}
        ) from None
    except Unanswered:
        raise Problem(
            "overloaded",
            "The event may still be recorded. Send it again: it is not recorded twice.",
            headers={"Retry-After": "5"},
        ) from None
    return [a if isinstance(a, Answer) else Answer(failed=_why(a)) for a in answers]


def _why(problem: Exception) -> str:
    return "unreachable" if isinstance(problem, UnableToReachDatabase) else "internal"


def _unreachable() -> Problem:
    return Problem("unreachable", "Nothing was recorded. Try again soon.", headers={"Retry-After": "5"})


def _failure(answer: Answer) -> Problem | None:
    if answer.mismatch:
        return Problem("idempotency_key_reused", "This key came with another request before. Nothing was changed.")
    if answer.failed is None:
        return None
    if answer.failed == "unreachable":
        return _unreachable()
    if answer.failed == "internal":
        return Problem("internal", "This event could not be recorded; the log says why.")
    return Problem("busy", "Nothing was recorded. Try again in a second.", headers={"Retry-After": "1"})


def _one(asked: Asked) -> Said:
    read = _read(asked.raw[0], asked, asked.now)
    if isinstance(read, Problem):
        raise read
    answer = _submit(asked, [Submission((read,), asked.keyed)])[0]
    failed = _failure(answer)
    if failed is not None:
        raise failed
    status, document = told(answer.events[0])
    return _said(status, orjson.dumps(document), *_replayed(answer))


def _replayed(answer: Answer) -> list[tuple[str, str]]:
    return [(REPLAYED, "true")] if answer.replayed else []


def _many(asked: Asked) -> Said:
    """Each event with its own outcome. Under a key they are one submission: all in one commit, and one answer to replay."""
    if not asked.raw:
        raise Problem("invalid", "The list is empty.", [FieldProblem("events", "must have 1 to 1,000 events")])
    read = [_read(raw, asked, asked.now) for raw in asked.raw]
    arrivals = tuple(r for r in read if isinstance(r, Arrival))
    if not arrivals:
        return _listed(asked, read, [])
    if asked.keyed is None:
        answers = _submit(asked, [Submission((arrival,)) for arrival in arrivals])
        failures = [_failure(a) for a in answers]
        if all(failures) and failures[0] is not None:
            raise failures[0]
        return _listed(asked, read, [f or a.events[0] for f, a in zip(failures, answers, strict=True)])
    answer = _submit(asked, [Submission(arrivals, asked.keyed)])[0]
    failed = _failure(answer)
    if failed is not None:
        raise failed
    if answer.replayed:  # what was too far in the future then may be the past now
        read = [_read(raw, asked, answer.at) for raw in asked.raw]
    return _listed(asked, read, list(answer.events), *_replayed(answer))


def _listed(
    asked: Asked, read: Sequence[Arrival | Problem], outcomes: Sequence[Recorded | Problem], *headers: tuple[str, str]
) -> Said:
    waiting = iter(outcomes)
    items: list[dict[str, Any]] = []
    whole = 200
    for raw, one in zip(asked.raw, read, strict=True):
        outcome = next(waiting) if isinstance(one, Arrival) else one
        if isinstance(outcome, Problem):
            item = not_recorded(raw, outcome)
        else:
            status, item = told(outcome)
            item = item if status < 400 else in_list(outcome, item)
        if "problem" in item:
            whole = 207
        items.append(item)
    return _said(whole, orjson.dumps({"events": items}), *headers)
