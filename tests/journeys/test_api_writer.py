"""The writer: callers share commits, a full queue sheds, one that breaks fails alone, and a lost database is found again."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from passaparola.actions.events.record import Arrival, Submission, record_submissions
from passaparola.actions.writer import QueueFull, Writer, WriterStopped
from passaparola.domain.events.read import read_event
from passaparola.domain.keyring import keyring
from passaparola.inbound import running
from passaparola.inbound.api import principals
from passaparola.store.session import reading
from tests.databases import Database, on_both
from tests.journeys.caller import Shop, now, open_shop, purchase, quickest, sign_up, unchecked
from tests.journeys.widgets import Page, widget_key
from tests.postgres import PostgresServer
from tests.races import at_once

pytestmark = on_both


def submission(raw: dict[str, Any]) -> list[Submission]:
    return [Submission((Arrival(read_event(raw, now=now()), now()),))]


def hold(writer: Writer) -> threading.Event:
    """Keeps the writer busy until the event is set."""
    opened, busy = threading.Event(), threading.Event()

    def wait() -> None:
        busy.set()
        opened.wait(60)

    writer.post(wait)
    assert busy.wait(60)
    return opened


def when_all_wait(writer: Writer, gate: threading.Event, callers: int = 4) -> None:
    """Open the gate as soon as so many callers wait before it."""

    def look() -> None:
        while writer.waiting < callers:
            time.sleep(0.01)
        gate.set()

    threading.Thread(target=look, daemon=True).start()


def rows(table: str) -> int:
    with reading() as session:
        return int(session.rows(f"SELECT COUNT(*) FROM store_{table}")[0][0])


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    made = Writer(limit=4).start()
    yield made
    assert made.stop()


@pytest.fixture
def gate(writer: Writer) -> Iterator[threading.Event]:
    """Keeps the writer busy until it is opened."""
    opened = hold(writer)
    yield opened
    opened.set()


def test_what_arrives_while_the_writer_is_busy_is_one_commit(writer: Writer, gate: threading.Event) -> None:
    workspace = open_shop().workspace
    calls = [lambda n=n: writer.submit(workspace, submission(sign_up(f"f{n}", "ada"))) for n in range(4)]
    when_all_wait(writer, gate)
    answers = at_once(*calls)
    assert [a[0].events[0].outcome for a in answers if isinstance(a, list)] == ["recorded"] * 4  # type: ignore[union-attr]
    with reading() as session:
        assert session.rows("SELECT COUNT(DISTINCT batch) FROM store_event") == [(1,)]


def test_two_workspaces_never_share_a_commit(writer: Writer, gate: threading.Event) -> None:
    shops = [open_shop("one").workspace, open_shop("two").workspace]
    when_all_wait(writer, gate)
    at_once(*[lambda n=n: writer.submit(shops[n % 2], submission(sign_up(f"f{n}", "ada"))) for n in range(4)])
    with reading() as session:
        shared = session.rows("SELECT batch FROM store_event GROUP BY batch HAVING COUNT(DISTINCT workspace_id) > 1")
    assert (rows("event"), shared) == (4, [])


def test_o05_a_full_queue_sheds_at_once_and_takes_again_when_there_is_room(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shop.get("/api/v1/people").status == 200
    running.stop_writer()
    small = Writer(limit=2).start()
    monkeypatch.setattr(running, "_writer", small)
    opened = hold(small)
    kept: list[Any] = []

    def tell(n: int) -> None:
        shop.event(sign_up(f"w{n}", "ada"))
        kept.append(connection.connection)

    waiting = [threading.Thread(target=tell, args=(n,)) for n in range(2)]
    for thread in waiting:
        thread.start()
    while small.waiting < 2:
        time.sleep(0.01)
    said = shop.event(sign_up("ben", "ada"))
    assert (said.status, said.problem, said.headers["retry-after"]) == (503, "overloaded", "1")
    assert quickest(lambda: shop.event(sign_up("ben", "ada"))) < 0.5
    opened.set()
    for thread in waiting:
        thread.join()
    assert connection.vendor == "sqlite" or kept == [None, None], "a thread of the hot path keeps no connection"
    assert shop.event(sign_up("ben", "ada")).status == 201
    assert rows("event") == 3
    assert small.stop()


def test_an_event_that_breaks_the_writing_fails_alone(
    writer: Writer, gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = open_shop().workspace
    writer.keys = keyring("a secret that only this test knows, of some length")
    known: list[Any] = []

    def poisoned(submissions: list[Submission], *, workspace: str, **more: Any) -> Any:
        known.append(more["keys"])
        if any(a.event.id == "signup-poison" for s in submissions for a in s.arrivals):
            raise RuntimeError("planted")
        return record_submissions(submissions, workspace=workspace, **more)

    monkeypatch.setattr("passaparola.actions.writer.record_submissions", poisoned)
    when_all_wait(writer, gate)
    names = ["f1", "poison", "f2", "f3"]
    answers: list[Any] = at_once(
        *[lambda n=n: writer.submit(workspace, submission(sign_up(n, "ada")))[0] for n in names]
    )
    assert [type(a).__name__ for a in answers] == ["Answer", "UnableToRecord", "Answer", "Answer"]
    assert set(known) == {writer.keys}, "who is tried again by halves knows as much"
    assert rows("event") == 3
    assert writer.alive


def test_an_act_that_raises_tells_its_caller_and_the_thread_lives_on(writer: Writer) -> None:
    def broken() -> None:
        raise ValueError("planted")

    with pytest.raises(ValueError, match="planted"):
        writer.run(broken)
    writer.post(broken)
    assert writer.run(lambda: 7) == 7


def test_a_stopped_writer_answers_what_waits_and_takes_nothing_more(database: Database) -> None:
    workspace = open_shop().workspace
    writer = Writer().start()
    opened = hold(writer)
    said: list[Any] = []
    caller = threading.Thread(target=lambda: said.extend(writer.submit(workspace, submission(sign_up("ben", "ada")))))
    caller.start()
    while not writer.waiting:
        time.sleep(0.01)
    assert writer.stop(seconds=0.1) is False
    with pytest.raises(WriterStopped):
        writer.submit(workspace, submission(sign_up("bea", "ada")))
    opened.set()
    assert writer.stop()
    caller.join()
    assert [a.events[0].outcome for a in said] == ["recorded"]


def test_a_queue_holds_no_more_than_its_limit(writer: Writer, gate: threading.Event) -> None:
    for _ in range(4):
        writer.post(lambda: None)
    with pytest.raises(QueueFull):
        writer.submit("w", submission(purchase("ben", "1")))


@pytest.mark.slow
@pytest.mark.postgres
def test_a_lost_database_is_said_and_found_again(mortal_postgres: tuple[PostgresServer, Database]) -> None:
    server, _ = mortal_postgres
    shop = open_shop()
    page = Page(widget_key(shop, "https://shop.example"), "https://shop.example")
    try:
        assert shop.event(sign_up("ben", "ada")).status == 201
        server.kill9()
        said = shop.event(sign_up("bea", "ada"))
        assert (said.status, said.problem) == (503, "unreachable")
        principals.forget_keys()
        for other in (shop.event(sign_up("bea", "ada")), shop.get("/api/v1/people")):
            assert (other.status, other.problem, other.headers["retry-after"]) == (503, "unreachable", "5")
        for method, path in (("GET", "configuration"), ("POST", "join"), ("OPTIONS", "join"), ("GET", "frame/share")):
            shown = page.call(method, path, {"email": "kim@example.com"} if method == "POST" else None)
            assert (shown.status, shown.headers["retry-after"]) == (503, "5")
        for path in ("/l/ada-10", "/me/sign-in/", "/join/friends"):
            read = unchecked("GET", path, b"", "", {})
            assert (read.status, read.headers.get("retry-after")) == (503, "30"), path
        server.start()
        assert shop.event(sign_up("bea", "ada")).status == 201
        server.kill9()
        server.start()
        assert shop.event(sign_up("cleo", "ada")).status == 201, "a connection that died meanwhile is made anew"
        assert rows("event") == 3
    finally:
        running.stop_writer()
