"""Around every request: its id, its line in the access log, and its place in the numbers by route, never by address."""

import logging
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram

from passaparola.inbound import request_context, stopping
from passaparola.inbound.request_context import RequestContext

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Answer = Callable[[int, list[tuple[str, str]], bytes], None]
Later = Callable[[Environ, Answer], bool]
ROUTE = "passaparola.route"  # in the environ: the template of the route, said by whoever answers
UNKNOWN = "(unknown)"
EXACT = frozenset({"/api/v1/events"})
BEFORE_DJANGO = {"/static/": "/static/<path>", "/r/": "/r/<slug>"}
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECONDS = Histogram(
    "http_request_seconds",
    "Requests and how long they took, by route",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
A_CLICK = ("/r/<slug>", "302")  # thousands a second, and each is a row in the database: no line for it
_BROKEN = b"Something broke on our side. The log says what.\n"
_BROKEN_HEADERS = [("Content-Type", "text/plain"), ("Content-Length", str(len(_BROKEN)))]
_observers: dict[tuple[str, str, str], Any] = {}  # found again without asking the library
logger = logging.getLogger(__name__)


def watched(application: Application, probes: dict[str, Application]) -> Application:
    """The application as it is served. A probe is answered before all else, uncounted: it comes every second."""

    def outermost(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        probe = probes.get(environ["PATH_INFO"])
        if probe is not None:
            return probe(environ, start_response)
        begun = time.perf_counter()
        context = request_context.begin(environ)
        answered = ["500"]

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            answered[0] = status[:3]
            return start_response(status, [*headers, *_about(context)], exc_info)

        try:
            return application(environ, start)
        except Exception:
            logger.exception("a request failed")
            return _broken(start)
        finally:
            _note(environ, answered[0], time.perf_counter() - begun, context)
            request_context.end()

    return outermost


def later(handler: Later) -> Later:
    """The same around a handler that says its answer later, by a call from any thread; False says that the answer is another's."""

    def outermost(environ: Environ, answer: Answer) -> bool:
        begun = time.perf_counter()
        context = request_context.begin(environ)

        def finish(status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            answer(status, [*headers, *_about(context)], body)
            _note(environ, str(status), time.perf_counter() - begun, context)

        try:
            return handler(environ, finish)
        except Exception:
            logger.exception("a request failed")
            finish(500, _BROKEN_HEADERS, _BROKEN)
            return True
        finally:
            request_context.end()

    return outermost


def _about(context: RequestContext) -> list[tuple[str, str]]:
    known = ("X-Request-Id", context.id)
    return [known, ("Connection", "close")] if stopping.is_stopping() else [known]


def _broken(start: StartResponse) -> list[bytes]:
    """What nothing further in has caught."""
    start("500 Internal Server Error", _BROKEN_HEADERS)
    return [_BROKEN]


def _note(environ: Environ, status: str, seconds: float, context: RequestContext) -> None:
    method = environ["REQUEST_METHOD"]
    seen = (method if method in METHODS else "OTHER", environ.get(ROUTE) or _guessed(environ["PATH_INFO"]), status)
    observer = _observers.get(seen)
    if observer is None:
        observer = _observers[seen] = SECONDS.labels(*seen)
    observer.observe(seconds)
    if settings.ACCESS_LOG and seen[1:] != A_CLICK and logger.isEnabledFor(logging.INFO):
        _say(seen, seconds, context)


def _guessed(path: str) -> str:
    """The route of what is answered before Django."""
    if path in EXACT:
        return path
    return next((route for start, route in BEFORE_DJANGO.items() if path.startswith(start)), UNKNOWN)


def _say(seen: tuple[str, str, str], seconds: float, context: RequestContext) -> None:
    """One line, written at once: the machinery of `logging` would cost more than the rest of the request's book-keeping."""
    entry = {
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "level": "info",
        "logger": "passaparola.access",
        "message": " ".join(seen),
        "ms": round(seconds * 1000, 1),
        "request_id": context.id,
    }
    if context.trace:
        entry["trace"] = context.trace
    if context.workspace:
        entry["workspace"] = context.workspace
    with suppress(OSError, ValueError):  # nobody reads our log: no reason not to answer
        sys.stderr.write(orjson.dumps(entry).decode() + "\n")


def name_the_route(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, outermost: tells `watched` which route Django found."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        if match is not None:
            request.META[ROUTE] = f"/{match.route}"
        return response

    return answer
