"""What stands before Django: the hot path, and a bound on how many pages are answered at once, and on how many wait for that."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from passaparola.inbound.api.post_events import PATH, post_events, preflight
from passaparola.inbound.api.problems import CONTENT_TYPE, Problem
from passaparola.inbound.api.whole_body import IN_PIECES, WholeBody, length_told
from passaparola.inbound.links.redirect import PREFIX as LINKS
from passaparola.inbound.links.redirect import redirect
from passaparola.inbound.page_limits import answering_a_page

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
API = "/api/"
PAGES_AT_ONCE = 16  # each may hold a connection to the database
PAGES_WAITING = 48
_FULL = b"Too many are waiting for a page. Try again in a moment.\n"


def mounted(django: Application) -> Application:
    """The whole application: POST /api/v1/events and the links by their own handlers, all else by Django.

    Pages that hang, all of them, keep no thread but their own: who comes when too many wait is told to come back.
    """
    inside = threading.BoundedSemaphore(PAGES_AT_ONCE)
    room = threading.BoundedSemaphore(PAGES_AT_ONCE + PAGES_WAITING)

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == PATH:
            if environ["REQUEST_METHOD"] == "POST":
                return post_events(environ, start_response)
            if environ["REQUEST_METHOD"] == "OPTIONS":
                return preflight(environ, start_response)
        if environ["PATH_INFO"].startswith(LINKS):
            sent_on = redirect(environ, start_response)
            if sent_on is not None:
                return sent_on
        if not room.acquire(blocking=False):
            return _come_back(environ["PATH_INFO"], start_response)
        try:
            with inside, answering_a_page():
                return _page(django, environ, start_response)
        finally:
            room.release()

    return application


def _page(django: Application, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if length := length_told(environ):
        environ["wsgi.input"] = WholeBody(environ["wsgi.input"], length)
    elif environ.get("HTTP_TRANSFER_ENCODING") and environ["PATH_INFO"].startswith(API):
        return _in_pieces(start_response)
    try:
        return _whole(django(environ, start_response))
    finally:
        if connection.vendor != "sqlite":
            connection.close()  # it would stay with a thread that may have nothing to do; SQLite's cost nothing


def _come_back(path: str, start_response: Callable[..., Any]) -> Iterable[bytes]:
    kind, body = "text/plain; charset=utf-8", _FULL
    if path.startswith(API):
        kind, body = CONTENT_TYPE, Problem("overloaded", "Nothing was done. Try again in a moment.").body()
    headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    start_response("503 Service Unavailable", [*headers, ("Retry-After", "2")])
    return [body]


def _in_pieces(start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django would take a body of unknown length for none, and the server does not say whether it came to its end."""
    body = Problem("malformed", IN_PIECES).body()
    headers = [("Content-Type", CONTENT_TYPE), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    start_response("400 Bad Request", headers)
    return [body]


def _whole(answer: Iterable[bytes]) -> Iterable[bytes]:
    """A page as one piece, closed, unless it is a stream."""
    if getattr(answer, "streaming", False):
        return answer
    try:
        return [b"".join(answer)]
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()
