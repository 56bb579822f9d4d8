"""The loops of the server: whatever fails in them, or takes too long, keeps nothing else from being done, and nothing is sent twice."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from passaparola.actions.messages import statements
from passaparola.actions.tallies import fill_tallies
from passaparola.actions.writer import Unanswered
from passaparola.domain.instant import Instant, iso, parse_instant
from passaparola.inbound import clock, delivering
from passaparola.inbound.clock import REST, count_beside, keep_time, tick
from passaparola.inbound.delivering import Desk
from passaparola.inbound.mailing import mail_on_time
from passaparola.inbound.running import stop_writer
from passaparola.store.models import Message, Reward, Tally, TallyMark, Workspace
from tests.databases import Database, only_sqlite
from tests.histories import a_workspace, friend_buys, tell
from tests.shops import GIVE_TEN, HOLD_TEN, day
from tests.store.telling import tell as tell_events

pytestmark = only_sqlite


@pytest.fixture(autouse=True)
def writer(database: Database) -> Iterator[None]:
    yield
    stop_writer()


@dataclass
class Street:
    """A sender of five letters. One cannot be written down with others, and never by itself."""

    letters: list[str] = field(default_factory=lambda: list("abcde"))
    busy: threading.Event | None = None  # until it is set the writer is at something else
    sent: list[str] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)
    name: str = "street"
    width: int = 3

    def lease(self, room: int, *, now: Instant) -> Sequence[str]:  # noqa: ARG002
        if self.busy:
            self.busy.wait(60)
        taken, self.letters = self.letters[:room], self.letters[room:]
        return taken

    def send(self, job: str) -> bool:
        self.sent.append(job)
        return True

    def record(self, done: Sequence[tuple[Any, Any]], *, now: Instant) -> None:  # noqa: ARG002
        if any(job == "b" for job, _ in done):
            raise RuntimeError("a defect")
        self.recorded += [job for job, _ in done]


def in_time(desk: Desk, sent: int) -> None:
    """As many have come back as were sent."""
    until = time.monotonic() + 60
    while desk.done.qsize() < sent and time.monotonic() < until:
        time.sleep(0.01)


def test_what_was_leased_is_sent_although_nobody_waited_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise it waits for the end of its lease, and its endpoint counts as busy for ever."""
    monkeypatch.setattr(delivering, "PATIENCE", 0.01)
    busy = threading.Event()
    street = Street(busy=busy)
    desk = Desk(street, threading.Event())
    for _ in range(2):
        with pytest.raises(Unanswered):
            desk.lease()
    busy.set()
    in_time(desk, 3)
    assert sorted(street.sent) == ["a", "b", "c"], "as many as there are hands"
    desk.close()


def test_what_cannot_be_written_down_keeps_nothing_else_from_it() -> None:
    street = Street()
    desk = Desk(street, threading.Event())
    for count in (3, 2):
        desk.lease()
        in_time(desk, count)
        desk.record()
    assert sorted(street.recorded) == ["a", "c", "d", "e"]
    desk.close()


def test_a_workspace_whose_clock_fails_keeps_no_other_waiting() -> None:
    shops = [a_workspace(HOLD_TEN, slug=slug) for slug in ("main", "second")]
    for shop in shops:
        tell(shop, friend_buys("ben", 1, ("o1", 10_000, "EUR")))
    Reward.objects.filter(workspace=shops[0]).update(kind="nonsense")
    tick(verify=True)
    assert set(Reward.objects.filter(workspace=shops[1]).values_list("state", flat=True)) == {"issued"}
    assert set(Reward.objects.filter(workspace=shops[0]).values_list("state", flat=True)) == {"pending"}


class Stop(threading.Event):
    """An event that notes how long somebody would have waited for it."""

    def __init__(self) -> None:
        super().__init__()
        self.waited: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout or 0)
        return self.is_set()


def test_counting_ahead_rests_after_each_page_and_breaks_off_when_the_server_stops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop, stop = a_workspace(GIVE_TEN), Stop()
    for name in ("ben", "cy"):
        tell(shop, friend_buys(name, 1, (f"o-{name}", 10_000, "EUR")))
    monkeypatch.setattr(clock, "fill_tallies", partial(fill_tallies, page=1))
    started = time.monotonic()
    stop.set()
    with pytest.raises(SystemExit):
        count_beside(stop)
    assert not TallyMark.objects.filter(serial__gt=0)
    stop.clear()
    count_beside(stop)
    assert len(stop.waited) == 3, "once before it was broken off, then once a friend"
    assert 0 < sum(stop.waited) <= REST * (time.monotonic() - started)
    assert Tally.objects.exists()
    assert TallyMark.objects.filter(serial__gt=0).exists()


def test_time_goes_on_where_no_more_threads_are_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()

    class NoRoom(threading.Thread):
        def start(self) -> None:
            raise RuntimeError("can't start new thread")

    monkeypatch.setattr(clock, "EVERY", 0.01)
    monkeypatch.setattr(threading, "Thread", NoRoom)
    monkeypatch.setattr(clock, "tick", lambda **_: stop.set())
    keep_time(stop)
    assert stop.is_set()


def test_at_the_beginning_of_a_month_the_clock_queues_statements_a_page_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "PAGE", 1)
    shop = a_workspace(GIVE_TEN)
    ada, ben = ({"customer_id": name, "email": f"{name}@example.com"} for name in ("ada", "ben"))
    told = {"id": "s-ben", "type": "signup", "at": iso(day(1)), "person": ben, "referred_by": ada}
    bought = {
        "id": "o",
        "type": "purchase",
        "at": iso(day(2)),
        "person": ben,
        "order": "o",
        "amount_minor": 5_000,
        "currency": "EUR",
    }
    tell_events(shop, told, bought, now=day(3))
    Workspace.objects.filter(id=shop).update(sandbox=True, clock_at=parse_instant("2026-04-02T00:00:00Z"))
    mail_on_time(shop)
    assert sorted(Message.objects.filter(kind="statement").values_list("address", flat=True)) == [
        ada["email"],
        ben["email"],
    ]
