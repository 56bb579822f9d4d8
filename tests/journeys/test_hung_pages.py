"""O01: whatever pages hang, the process says that it lives, events are taken, and who is too much is told to come back."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from passaparola.inbound import server
from passaparola.inbound.api import mount
from passaparola.inbound.api.mount import PAGES_AT_ONCE, PAGES_WAITING, mounted
from passaparola.inbound.probes import PROBES
from passaparola.inbound.requests import watched

Said = tuple[int, dict[str, str], bytes]
TAKEN = PAGES_AT_ONCE + PAGES_WAITING


class House:
    """A server with as many threads as ours, whose pages hang until they are let go. `patience`: seconds to wait for a thread."""

    def __init__(self, patience: float = 60) -> None:
        self.patience = patience
        self.let_go, self.free = threading.Event(), threading.BoundedSemaphore(server.THREADS)
        self.said: list[Said] = []
        self.application = watched(mounted(self.page), PROBES)

    def page(self, _: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        assert self.let_go.wait(120)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"here"]

    def ask(self, path: str) -> Said:
        """One request, on a thread of the server's."""
        assert self.free.acquire(timeout=self.patience), "every thread of the server is busy"
        try:
            environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "REMOTE_ADDR": "127.0.0.1"}
            told: list[Any] = []
            body = b"".join(self.application(environ, lambda *given: told.append(given)))
            status, headers = told[0][:2]
            return int(status[:3]), {name.lower(): value for name, value in headers}, body
        finally:
            self.free.release()

    def hang(self, pages: int) -> list[threading.Thread]:
        """So many pages are asked for at once."""
        asking = [threading.Thread(target=self._try, args=(f"/page/{n}",), daemon=True) for n in range(pages)]
        for thread in asking:
            thread.start()
        return asking

    def until_said(self, answers: int) -> None:
        """Until so many were answered: all others hang then."""
        until = time.monotonic() + 60
        while len(self.said) < answers:
            assert time.monotonic() < until, f"{len(self.said)} were answered"
            time.sleep(0.01)

    def _try(self, path: str) -> None:
        try:
            self.said.append(self.ask(path))
        except AssertionError:
            self.said.append((0, {}, b"no thread"))


@pytest.fixture
def house() -> Iterator[House]:
    house = House()
    yield house
    house.let_go.set()


def lives_while_pages_hang(house: House, answered: int = 2 * server.THREADS - TAKEN) -> None:
    """More pages than there are threads are asked for, all that are taken hang, and the probe is answered all the same."""
    asking = house.hang(2 * server.THREADS)
    house.until_said(answered)
    assert house.ask("/livez")[0] == 200
    house.let_go.set()
    for thread in asking:
        thread.join(30)
    answers = [status for status, _, _ in house.said]
    assert (answers.count(200), answers.count(503)) == (TAKEN, 2 * server.THREADS - TAKEN)


def test_o01_while_every_page_hangs_the_process_says_that_it_lives(house: House) -> None:
    lives_while_pages_hang(house)


def test_o01_pages_that_may_take_every_thread_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: as many may wait as come."""
    monkeypatch.setattr(mount, "PAGES_WAITING", 10_000)
    house = House(patience=1)
    try:
        with pytest.raises(AssertionError, match="every thread"):
            lives_while_pages_hang(house, answered=server.THREADS)
    finally:
        house.let_go.set()


def test_who_comes_when_too_many_wait_is_told_to_come_back(house: House) -> None:
    asking = house.hang(TAKEN + 1)
    house.until_said(1)
    status, headers, body = house.ask("/portal/")
    assert (status, headers["retry-after"]) == (503, "2")
    assert b"Try again" in body
    status, headers, body = house.ask("/api/v1/programs")
    assert (status, headers["content-type"], headers["retry-after"]) == (503, "application/problem+json", "2")
    assert json.loads(body)["type"].endswith("overloaded")
    house.let_go.set()
    for thread in asking:
        thread.join(30)
    assert sorted(status for status, _, _ in house.said) == [200] * TAKEN + [503], "who was let in is answered"
    assert house.ask("/portal/")[0] == 200
