"""What granian calls for each request, and which thread answers it: nothing waits where the next request waits behind it.

Granian's own threads only read. A click is recorded there and answered later, by the recorder, when its visit is durable; /livez is
answered there. All else is WSGI and goes to a line of its own kind, with so many threads and so many that may wait; who finds it full is
told to come back. So pages that hang, all of them, keep no probe, no click and no event from being answered.

Granian's object for a request takes the answer from any thread at any time, but gives WSGI no public way to it: the one function that it
wraps applications with is replaced by `answered`, which calls it. Were granian to lose that function, the start would fail, and every
test that starts a server; `redirect.redirect` and `mount.mounted` answer the same by plain WSGI.
"""

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from granian.server import mp

from passaparola.inbound.api.post_events import PATH as EVENTS
from passaparola.inbound.api.problems import CONTENT_TYPE, Problem
from passaparola.inbound.links.redirect import PREFIX as LINKS
from passaparola.inbound.links.redirect import click
from passaparola.inbound.requests import Answer, Environ, later

READERS = 2  # granian's threads
ALIVE = "/livez"
PROBES = frozenset({"/readyz", "/metrics"})  # they ask the database
RETRY = ("Retry-After", "2")
logger = logging.getLogger(__name__)
Call = Callable[[], Any]
_granians: Callable[..., Callable[[Any, Environ], Any]] = mp._wsgi_call_wrap  # type: ignore[attr-defined]


class Line:
    """Threads that answer, and those who wait for one of them."""

    def __init__(self, name: str, *, threads: int, waiting: int) -> None:
        self.name, self.threads, self.waiting = name, threads, waiting
        self._queue: SimpleQueue[Call] = SimpleQueue()

    def start(self) -> "Line":
        for number in range(self.threads):
            threading.Thread(target=self._work, name=f"{self.name}-{number}", daemon=True).start()
        return self

    def take(self, call: Call) -> bool:
        """Do it as soon as one of the threads is free. False when too many wait already."""
        if self._queue.qsize() >= self.waiting:
            return False
        self._queue.put(call)
        return True

    def _work(self) -> None:
        while True:
            call = self._queue.get()
            call()
            del call  # while this thread waits, nothing of the last request is kept


def lines() -> dict[str, Line]:
    """Threads for a page may each hold a connection to the database; those for an event only wait for the writer."""
    return {
        "pages": Line("page", threads=16, waiting=256),
        "events": Line("event", threads=64, waiting=512),
        "probes": Line("probe", threads=4, waiting=64),
    }


def answer_in_lines() -> None:
    """From now on this process's worker is made with `answered`."""
    mp._wsgi_call_wrap = answered  # type: ignore[assignment,attr-defined]


def answered(
    application: Any, options: dict[str, Any], log_format: str | None = None
) -> Callable[[Any, Environ], None]:
    """What granian calls, for a WSGI application: it returns at once, and the request is told its answer when there is one."""
    wsgi, clicks, full = _granians(application, options, log_format), later(click), later(come_back)
    waiting = {name: line.start() for name, line in lines().items()}

    def answer(request: Any, environ: Environ) -> None:
        path: str = environ["PATH_INFO"]
        if path.startswith(LINKS) and clicks(environ, request.response_bytes):
            return
        if path == ALIVE:
            wsgi(request, environ)
        elif not waiting[line_of(path)].take(lambda: _whole(wsgi, request, environ)):
            full(environ, request.response_bytes)

    return answer


def line_of(path: str) -> str:
    if path == EVENTS:
        return "events"
    return "probes" if path in PROBES else "pages"


def come_back(environ: Environ, answer: Answer) -> bool:
    """Too many wait: nothing was done."""
    if environ["PATH_INFO"].startswith("/api/"):
        problem = Problem("overloaded", "Nothing was done. Try again in a moment.")
        kind, body = CONTENT_TYPE, problem.body()
    else:
        kind, body = "text/plain; charset=utf-8", b"Too many are waiting for a page. Try again in a moment.\n"
    answer(
        503, [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store"), RETRY], body
    )
    return True


def _whole(wsgi: Callable[[Any, Environ], Any], request: Any, environ: Environ) -> None:
    """What nothing further in has caught must not end the thread. A defect in granian's own code is no Exception."""
    try:
        wsgi(request, environ)
    except BaseException:
        logger.exception("a request failed")
        request.response_bytes(500, [("Content-Length", "0")], b"")
