"""O01: whatever hangs, the process says that it lives, clicks are sent on, and who is too much is told to come back."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from passaparola.inbound import answering
from passaparola.inbound.answering import Line, answered, lines

PAGES, WAITING = 3, 5


class Request:
    """What granian hands over for a request: it takes one answer, from any thread."""

    def __init__(self, path: str, method: str = "GET") -> None:
        self.environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "REMOTE_ADDR": "127.0.0.1"}
        self.said: list[tuple[int, dict[str, str], bytes]] = []
        self.done = threading.Event()

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.said.append((status, {name.lower(): value for name, value in headers}, body))
        self.done.set()

    def answer(self, seconds: float = 10) -> tuple[int, dict[str, str], bytes]:
        assert self.done.wait(seconds), f"{self.environ['PATH_INFO']} was not answered"
        ((status, headers, body),) = self.said
        return status, headers, body


class House:
    """A server whose pages hang until they are let go; probes and events are answered."""

    def __init__(self) -> None:
        self.let_go, self.inside = threading.Event(), threading.Semaphore(0)
        self.serve = answered(self.application, {})

    def application(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        path = environ["PATH_INFO"]
        if path == "/broken":
            raise ValueError("nothing further in has caught it")
        if path not in {"/livez", "/readyz", "/api/v1/events"}:
            self.inside.release()
            assert self.let_go.wait(30)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"here"]

    def ask(self, path: str, method: str = "GET") -> Request:
        """Hand a request in as granian's one reader does; it must return at once."""
        request = Request(path, method)
        begun = time.perf_counter()
        self.serve(request, request.environ)
        assert time.perf_counter() - begun < 1, "the reader waited, and all requests behind it"
        return request

    def hang(self) -> list[Request]:
        """All threads for pages hang, and so many wait as may."""
        inside = [self.ask(f"/page/{n}") for n in range(PAGES)]
        for _ in inside:
            assert self.inside.acquire(timeout=10)
        return inside + [self.ask(f"/late/{n}") for n in range(WAITING)]


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    def few() -> dict[str, Line]:
        return {**lines(), "pages": Line("page", threads=PAGES, waiting=WAITING)}

    monkeypatch.setattr(answering, "lines", few)
    house = House()
    yield house
    house.let_go.set()


def probes_are_answered(house: House) -> None:
    begun = house.hang()
    for path in ("/livez", "/readyz"):
        assert house.ask(path).answer(2)[0] == 200
    assert house.ask("/api/v1/events", "POST").answer(2)[0] == 200
    house.let_go.set()
    assert {request.answer()[0] for request in begun} == {200}


def test_o01_while_all_pages_hang_probes_and_events_are_answered(house: House) -> None:
    probes_are_answered(house)


def test_o01_a_probe_that_waits_behind_pages_is_noticed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: one line for all."""
    monkeypatch.setattr(answering, "ALIVE", "")
    monkeypatch.setattr(answering, "line_of", lambda _: "pages")
    with pytest.raises(AssertionError):
        probes_are_answered(house)


def test_who_finds_the_line_full_is_told_to_come_back(house: House) -> None:
    begun = house.hang()
    status, headers, body = house.ask("/portal/").answer(2)
    assert (status, headers["retry-after"]) == (503, "2")
    assert b"Try again" in body
    assert headers["x-request-id"]
    status, headers, body = house.ask("/api/v1/programs").answer(2)
    assert (status, headers["content-type"], headers["retry-after"]) == (503, "application/problem+json", "2")
    assert b"overloaded" in body
    house.let_go.set()
    assert {request.answer()[0] for request in begun} == {200}, "who was in the line is answered all the same"
    assert house.ask("/portal/").answer()[0] == 200


def test_a_request_that_breaks_is_answered_and_its_thread_goes_on(house: House) -> None:
    house.let_go.set()
    assert {house.ask("/broken").answer()[0] for _ in range(3 * PAGES)} == {500}
    assert house.ask("/page").answer()[0] == 200
