"""What stands before Django: the hot path, and a bound on how many pages are answered at once."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from passaparola.inbound.api.post_events import PATH, post_events, preflight
from passaparola.inbound.links.redirect import PREFIX as LINKS
from passaparola.inbound.links.redirect import redirect
from passaparola.inbound.page_limits import answering_a_page

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
PAGES_AT_ONCE = 16  # each may hold a connection to the database


def mounted(django: Application) -> Application:
    """The whole application: POST /api/v1/events and the links by their own handlers, all else by Django."""
    room = threading.BoundedSemaphore(PAGES_AT_ONCE)

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
        with room, answering_a_page():
            try:
                return _whole(django(environ, start_response))
            finally:
                if connection.vendor != "sqlite":
                    connection.close()  # 64 threads would hold 64; SQLite's cost nothing

    return application


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
