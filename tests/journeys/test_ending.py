"""O02: a server that is told to end says so, answers what still comes, and ends: nobody whose balancer looks at /readyz sees a failure."""

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from passaparola.store.session import reading
from tests.databases import Database, on_both
from tests.journeys.caller import Server, Shop, now, served
from tests.ledger_clean import assert_books_balance
from tests.rolling import Load

pytestmark = [on_both, pytest.mark.slow]
DRAIN = {"PASSAPAROLA_DRAIN_SECONDS": "3"}  # thirty times as long as a balancer waits between two looks
AT_ONCE = {"PASSAPAROLA_DRAIN_SECONDS": "0"}


def fleet(stack: ExitStack, database: Database, drain: dict[str, str]) -> list[Server]:
    """SQLite admits one server; before PostgreSQL stand two, each with two workers."""
    options = () if database.path else ("--workers", "2")
    return [stack.enter_context(served(database, *options, **drain)) for _ in range(1 if database.path else 2)]


def everything_is_there(answered: list[int], workspace: str) -> None:
    with reading() as session:
        stored = {row[0] for row in session.rows("SELECT external_id FROM store_event")}
        held = [
            session.rows(f"SELECT COUNT(*) FROM {table} WHERE state = 'waiting' AND leased_until > %(now)s", now=now())
            for table in ("store_outbox", "store_message", "store_webhookdelivery")
        ]
    assert {f"paid-o{n}" for n in answered} <= stored
    assert held == [[(0,)]] * 3, "a lease is held by nobody"
    assert_books_balance(workspace)


def test_o02_restarts_under_load_fail_nobody(database: Database, shop: Shop) -> None:
    with ExitStack() as stack:
        load = Load(fleet(stack, database, DRAIN), shop.key)
        with load.running():
            for number in range(len(load.servers)):
                assert 3 <= load.restart(number) < 3 + 25
                load.wait_for(20)
        for server in load.servers:
            assert server.stop() == 0
    assert load.failed == []
    everything_is_there(load.answered, shop.workspace)


def test_o02_a_server_that_ends_at_once_is_noticed(database: Database, shop: Shop) -> None:
    """The planted fault: no time between saying so and taking no more. The balancer looks once, so that no luck hides it."""
    with ExitStack() as stack:
        load = Load(fleet(stack, database, AT_ONCE), shop.key, probe_seconds=600)
        with load.running():
            load.restart(0)
    assert load.failed, "the check would notice nothing"


def test_o02_it_says_so_before_it_ends_and_answers_all_the_while(database: Database, shop: Shop) -> None:
    """It has a minute to end, so that no busy machine lets that go by before all is asked; then who cannot wait ends it."""
    with served(database, PASSAPAROLA_DRAIN_SECONDS="60") as server:
        assert server.process is not None
        assert server.get("/readyz").status == 200
        server.process.terminate()
        asked = 0
        while server.get("/readyz").status == 200:
            asked += 1
            assert asked < 100, "it does not say so at once"
            time.sleep(0.01)
        server.process.terminate()  # as systemd and the server itself both do
        assert server.get("/livez").status == 200
        said = server.send("GET", "/api/v1/rewards", Authorization=f"Bearer {shop.key}")
        assert (said.status, said.headers["connection"]) == (200, "close")
        os.killpg(server.process.pid, signal.SIGINT)  # as Ctrl-C does
        assert server.process.wait(timeout=30) == 0


@pytest.mark.gauntlet
def test_g22_rolling_restarts_under_load(
    database: Database, shop: Shop, record_property: Callable[[str, object], None]
) -> None:
    rounds = 25
    with ExitStack() as stack:
        load = Load(fleet(stack, database, DRAIN), shop.key, callers=32, pause=0)
        with load.running():
            slowest = max(load.restart(n % len(load.servers)) for n in range(rounds))
        for server in load.servers:
            server.stop()
    assert load.failed == []
    everything_is_there(load.answered, shop.workspace)
    record_property(
        "gauntlet",
        f"G-22 {database.vendor}: {rounds} restarts, {len(load.answered):,} requests, 0 failed, slowest end {slowest:.1f} s",
    )
    assert threading.active_count() < 50
