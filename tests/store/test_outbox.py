"""The outbox is handed out once, in batches, and past what breaks a listener."""

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection

from passaparola.actions.messages.queue import MessageKind, NewMessage, queue_message
from passaparola.actions.outbox import fan_out as fanning
from passaparola.actions.outbox.fan_out import DEAD_LETTER, TRIES, fan_out
from passaparola.actions.outbox.listening import FanOut
from passaparola.domain.instant import DAY
from passaparola.domain.keyring import keyring
from passaparola.domain.notices import Notice
from passaparola.store.models import Finding, Message, Outbox
from passaparola.store.read.operations import oldest_waiting
from passaparola.store.session import Session, reading, writing
from passaparola.store.write import outbox as writes
from tests.databases import Database
from tests.shops import ben_buys, day, rewards

KEYS = keyring("secret")


def mails_olga(session: Session, workspace: str, notices: Sequence[Notice], out: FanOut) -> None:
    """A listener that mails once for each notice."""
    for notice in notices:
        mail = NewMessage(
            f"reward:{notice.id}", MessageKind.REWARD, "olga@example.com", facts={"reward": notice.subject}
        )
        queue_message(out.plan, out.keys, mail, out.now)


def breaks_at(subject: str) -> Any:
    def listen(session: Session, workspace: str, notices: Sequence[Notice], out: FanOut) -> None:
        mails_olga(session, workspace, notices, out)
        if any(notice.subject == subject for notice in notices):
            raise RuntimeError("a poisoned notice")

    return listen


def told() -> int:
    return Message.objects.count()


def expected() -> int:
    """How many notices there are."""
    return sum(row.notices.count('"topic"') for row in Outbox.objects.all())


def test_every_notice_reaches_the_listeners_once(database: Database) -> None:
    ben_buys()

    assert fan_out(keys=KEYS, now=day(2), listeners=(mails_olga,)) == Outbox.objects.count() > 0
    assert fan_out(keys=KEYS, now=day(2), listeners=(mails_olga,)) == 0
    assert told() == expected() > 2
    assert set(Outbox.objects.values_list("state", flat=True)) == {"done"}


def test_what_is_not_due_waits(database: Database) -> None:
    ben_buys()
    assert fan_out(keys=KEYS, now=day(0.5), listeners=(mails_olga,)) == 0


def test_batches_are_bounded(database: Database) -> None:
    ben_buys()
    taken = []
    while count := fan_out(keys=KEYS, now=day(2), listeners=(mails_olga,), limit=1):
        taken.append(count)
    assert taken == [1] * Outbox.objects.count()
    assert told() == expected()


def test_a_crash_before_the_commit_loses_nothing_and_repeats_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben_buys()

    def dies(*_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(fanning, "write_fan_out", dies)
        with pytest.raises(SystemExit):
            fan_out(keys=KEYS, now=day(2), listeners=(mails_olga,))
    assert told() == 0
    fan_out(keys=KEYS, now=day(2), listeners=(mails_olga,))
    assert told() == expected()


def test_a_poisoned_notice_blocks_nobody_and_ends_as_a_finding_that_can_be_tried_again(database: Database) -> None:
    workspace = ben_buys()
    subject = rewards(workspace, "ben")[0].id.hex
    bad = [row for row in Outbox.objects.all() if subject in row.notices]
    at = day(2)
    fan_out(keys=KEYS, now=at, listeners=(breaks_at(subject),))
    assert told() == expected() - sum(row.notices.count('"topic"') for row in bad) > 0
    with reading() as session:
        assert oldest_waiting(session) is None, "one poisoned row makes the whole server look unready"

    for _ in range(TRIES):
        at += DAY
        fan_out(keys=KEYS, now=at, listeners=(breaks_at(subject),))
    assert set(Outbox.objects.filter(state="dead").values_list("id", flat=True)) == {row.id for row in bad}
    assert Finding.objects.filter(kind=DEAD_LETTER).count() == len(bad)
    assert fan_out(keys=KEYS, now=at + DAY, listeners=(mails_olga,)) == 0, "what was set aside came back by itself"

    with writing() as session:
        assert writes.revive_outbox(session, workspace) == len(bad)
    fan_out(keys=KEYS, now=at + DAY, listeners=(mails_olga,))
    assert told() == expected()


def test_a_listener_that_asks_for_more_than_it_may_is_a_finding_too(database: Database) -> None:
    ben_buys()

    def oversteps(session: Session, workspace: str, notices: Sequence[Notice], out: FanOut) -> None:
        out.plan.add("person", "0" * 32, workspace, "Mallory", None, 0, out.now)

    at = day(2)
    for _ in range(TRIES + 1):
        fan_out(keys=KEYS, now=at, listeners=(oversteps,))
        at += DAY
    assert set(Outbox.objects.values_list("state", flat=True)) == {"dead"}


def storm(**more: Any) -> None:
    """Four threads hand out the same rows at once."""
    gate = threading.Barrier(4)

    def run() -> None:
        try:
            gate.wait()
            while fan_out(keys=KEYS, now=day(2), listeners=(counts,), **more):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def counts(session: Session, workspace: str, notices: Sequence[Notice], out: FanOut) -> None:
    """Mails under a new key each time, so that a row that is handed out twice shows."""
    for notice in notices:
        key = f"{notice.id}:{threading.get_ident()}"
        queue_message(out.plan, out.keys, NewMessage(key, MessageKind.REWARD, "olga@example.com"), out.now)


def test_two_at_once_hand_out_nothing_twice(database: Database) -> None:
    ben_buys(orders=tuple((f"o{n}", 1000, "EUR") for n in range(10)))
    storm(limit=3)
    while fan_out(keys=KEYS, now=day(2), listeners=(counts,)):  # what a conflict left over
        pass
    assert told() == expected()


def test_a_planted_fan_out_without_a_condition_is_noticed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same check, with rows read first and marked without looking again."""
    from passaparola.store.read.outbox import waiting_rows

    met = threading.Barrier(4)

    def read_then_mark(session: Session, *, now: int, limit: int) -> Any:
        rows = waiting_rows(session, now=now, limit=limit)
        met.wait()
        return rows

    ben_buys()
    if connection.vendor == "sqlite":  # one writer at a time: the fault is to mark nothing
        monkeypatch.setattr(fanning, "take_outbox", waiting_rows)
        for _ in range(2):
            fan_out(keys=KEYS, now=day(2), listeners=(counts_anew,))
    else:
        monkeypatch.setattr(fanning, "take_outbox", read_then_mark)
        gate = [threading.Thread(target=_once) for _ in range(4)]
        for thread in gate:
            thread.start()
        for thread in gate:
            thread.join()
    assert told() > expected()


def _once() -> None:
    try:
        fan_out(keys=KEYS, now=day(2), listeners=(counts,))
    finally:
        connection.close()


_calls = iter(range(1_000_000))


def counts_anew(session: Session, workspace: str, notices: Sequence[Notice], out: FanOut) -> None:
    for notice in notices:
        key = f"{notice.id}:{next(_calls)}"
        queue_message(out.plan, out.keys, NewMessage(key, MessageKind.REWARD, "olga@example.com"), out.now)
