"""Who calls for a widget: a publishable key, by the part of it that everybody may read, from a page that the key names.

No cookie is read or set here, and nobody is signed in, so the CSRF check has nothing to protect. A page that the key does not name gets
no CORS header: its browser keeps the answer from it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from passaparola.actions.conflicts import Conflict
from passaparola.actions.keys.change import USED_AT_MOST_EVERY, note_use
from passaparola.actions.writer import LOST, QueueFull, UnableToReachDatabase, Unanswered, WriterStopped
from passaparola.inbound.api.problems import CONTENT_TYPE, FieldProblem, Problem
from passaparola.inbound.api.strict_json import strict_loads
from passaparola.inbound.api.whole_body import BROKEN_OFF
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now
from passaparola.store.read.keys import KeyRow, key_by_prefix
from passaparola.store.read.snapshot import reading

LARGEST_BODY = 16_384
BUSY = (QueueFull, WriterStopped, Unanswered, UnableToReachDatabase, Conflict, *LOST)
_SEALED = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """The key, and the page it was used from; empty where the browser names none: our own frame, or no browser at all."""

    key: KeyRow
    origin: str

    @property
    def workspace(self) -> str:
        return self.key.workspace


def publishable(prefix: str) -> KeyRow | None:
    """The publishable key with this beginning, while it opens anything."""
    with reading() as session:
        row = key_by_prefix(session, prefix)
    return row if row is not None and row.publishable and row.revoked_at is None else None


def caller_of(request: HttpRequest, prefix: str) -> Caller:
    """Raises Problem: 401 for a key that is none or revoked, 403 from a page that it does not name."""
    row = publishable(prefix)
    if row is None:
        raise Problem("unauthenticated", "There is no such publishable key, or it is revoked.")
    origin = request.headers.get("Origin", "")
    if origin and not admits(row, origin):
        said = ", ".join(row.origins) or "no page yet"
        raise Problem("origin_not_allowed", f"This key may be used from {said}.")
    if origin not in ("", settings.PUBLIC_URL) and now() - (row.last_used_at or 0) >= USED_AT_MOST_EVERY:
        key, at = row.id, now()
        the_writer().post(lambda: note_use(key, now=at))
    return Caller(row, origin)


def admits(row: KeyRow, origin: str) -> bool:
    """Whether a page of this origin may use the key for widgets. One that names no page may be used from none."""
    return origin == settings.PUBLIC_URL or origin in row.origins


def answered(methods: tuple[str, ...]) -> Callable[[View], View]:
    """For views that give a dictionary to a caller. They raise Problem, which is answered as the API does."""

    def outer(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, prefix: str, *args: Any, **given: Any) -> HttpResponse:
            try:
                if request.method == "OPTIONS":
                    return _preflight(request, prefix, methods)
                if request.method not in methods:
                    raise Problem("method_not_allowed", f"Use {' or '.join(methods)}.")
                caller = caller_of(request, prefix)
            except Problem as problem:
                return _refused(problem)
            except BUSY:
                return come_back()
            return _open(_done(view, request, caller, args, given), caller.origin)

        return answer

    return outer


def _done(view: View, request: HttpRequest, caller: Caller, args: Any, given: Any) -> HttpResponse:
    try:
        return _json(view(request, caller, *args, **given))
    except Problem as problem:
        return _refused(problem)
    except UnreadablePostError:
        return _refused(Problem("malformed", BROKEN_OFF))
    except BUSY:
        return come_back()


def come_back() -> HttpResponse:
    """Too much waits, or the database is away: the page that shows the widget lives on, and asks again."""
    answer = _refused(Problem("overloaded", "Nothing was done. Try again in a moment.", headers={"Retry-After": "5"}))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _json(said: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(said), status=status, content_type="application/json", headers=dict(_SEALED))


def _refused(problem: Problem) -> HttpResponse:
    headers = {**_SEALED, **problem.headers}
    return HttpResponse(problem.body(), status=problem.status, content_type=CONTENT_TYPE, headers=headers)


def _open(answer: HttpResponse, origin: str) -> HttpResponse:
    """Let the page read it: the one that asked, and no other."""
    answer.headers.setdefault("Cache-Control", "no-store")
    patch_vary_headers(answer, ("Origin",))
    if origin:
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Expose-Headers"] = "Retry-After"
    return answer


def _preflight(request: HttpRequest, prefix: str, methods: tuple[str, ...]) -> HttpResponse:
    row, origin = publishable(prefix), request.headers.get("Origin", "")
    if row is None or not origin or not admits(row, origin):
        return _refused(Problem("origin_not_allowed", "This key may not be used from there."))
    answer = _open(HttpResponse(status=204, headers=dict(_SEALED)), origin)
    answer.headers["Access-Control-Allow-Methods"] = ", ".join(methods)
    answer.headers["Access-Control-Allow-Headers"] = "content-type"
    answer.headers["Access-Control-Max-Age"] = "600"
    return answer


def body_of(request: HttpRequest, names: frozenset[str]) -> dict[str, Any]:
    """The fields of a request in JSON. Raises Problem: 413, 415, 400, and 422 for a field that is none of these or no text."""
    if request.content_type != "application/json":
        raise Problem("unsupported_content", "Send application/json in UTF-8.")
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdigit() or len(length) > 9 or int(length) > LARGEST_BODY:
        raise Problem("too_large", f"At most {LARGEST_BODY} bytes.")
    given = strict_loads(request.body)
    if not isinstance(given, dict):
        raise Problem("invalid", "Send an object.", [FieldProblem("", "must be an object")])
    wrong = [FieldProblem(str(name)[:64], "is not a field here") for name in given if name not in names]
    wrong += [FieldProblem(k, "must be a text") for k, v in given.items() if k in names and not isinstance(v, str)]
    wrong += [
        FieldProblem(k, "has a character that no text has")
        for k, v in given.items()
        if isinstance(v, str) and "\0" in v
    ]
    if wrong:
        raise Problem("invalid", "Nothing was done.", wrong)
    return {name: value.strip() for name, value in given.items() if value.strip()}
