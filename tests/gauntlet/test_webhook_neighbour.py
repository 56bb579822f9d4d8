"""A64, G-10: receivers that hang keep their neighbour waiting no longer than if they were not there. Measured at the neighbour's own door.

The small dose does not look at a clock: it counts rounds (`tests/store/test_webhooks.py`).
"""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from django.test import override_settings

from passaparola.actions.webhooks import sending
from passaparola.inbound import delivering
from passaparola.inbound.running import stop_writer
from tests.databases import Database, only_sqlite
from tests.gauntlet.conftest import Say
from tests.journeys.caller import Shop, open_shop
from tests.journeys.test_webhooks import HERE, add
from tests.receivers import Receiver, receiver

pytestmark = [pytest.mark.gauntlet, only_sqlite]
MESSAGES, FAULTY = 150, 3
MOST_CHANGE = 0.10
PATIENCE = 4.0  # seconds: a message that takes longer counts as that
BACKLOG = 60


@contextmanager
def delivering_to(*urls: str) -> Iterator[tuple[Shop, list[str]]]:
    """A shop with an endpoint for each of these, and the delivery loop."""
    shop = open_shop()
    with override_settings(WEBHOOK_NETWORKS=HERE):
        made = [str(add(shop, url)["id"]) for url in urls]
        stopping, leading = threading.Event(), threading.Event()
        leading.set()
        loop = threading.Thread(target=delivering.deliver, args=(stopping, leading))
        loop.start()
        try:
            yield shop, made
        finally:
            stopping.set()
            loop.join(60)
            stop_writer()
            connections.close_all()


def delays(shop: Shop, webhook: str, door: Receiver, count: int) -> list[float]:
    """How long each of so many messages takes from its cause to its arrival, sorted."""
    draw, found = random.Random(64), []
    for _ in range(count):
        time.sleep(draw.uniform(0, delivering.EVERY))
        before, begun = len(door.got), time.monotonic()
        assert shop.post(f"/api/v1/webhooks/{webhook}/test", {}).status == 200
        while len(door.got) == before and time.monotonic() - begun < PATIENCE:
            time.sleep(0.002)
        found.append(time.monotonic() - begun)
    return sorted(found)


def p95(sorted_delays: list[float]) -> float:
    return sorted_delays[int(0.95 * (len(sorted_delays) - 1))]


def change(count: int) -> tuple[float, float]:
    """The neighbour's p95 alone, and beside one who hangs with a backlog."""
    ended = threading.Event()

    def hang(*_: object) -> None:
        ended.wait(20)

    with receiver() as door, receiver(hang) as hangs:
        with delivering_to(door.url, hangs.url) as (shop, (quick, slow)):
            try:
                alone = p95(delays(shop, quick, door, count))
                for _ in range(BACKLOG):
                    shop.post(f"/api/v1/webhooks/{slow}/test", {})
                beside = p95(delays(shop, quick, door, count))
                assert hangs.connections, "nobody hung"
            finally:
                ended.set()
                shop.post(f"/api/v1/webhooks/{slow}/remove", {})
    return alone, beside


def test_a64_a_neighbour_of_who_hangs_waits_no_longer(database: Database, say: Say) -> None:
    alone, beside = change(MESSAGES)
    say(f"A64: the neighbour's p95 alone {alone * 1000:.0f} ms, beside one who hangs {beside * 1000:.0f} ms")
    assert beside <= alone * (1 + MOST_CHANGE)


def test_a64_a_planted_sender_without_a_limit_for_each_endpoint_is_noticed(
    database: Database, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "EACH", 1000)
    monkeypatch.setattr(sending, "SLOW", 10**9)
    alone, beside = change(FAULTY)
    say(f"A64: planted, no limit for each endpoint: {alone * 1000:.0f} ms becomes {beside * 1000:.0f} ms: caught")
    assert beside > alone * (1 + MOST_CHANGE)
