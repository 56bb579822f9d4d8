"""The server as a process: it answers over the network, keeps time, takes what commands hand over, and ends without losing a request."""

import os
import signal
import threading
import time

import psutil
import pytest
from django.test import override_settings

from passaparola.actions.programs.apply import apply_program
from passaparola.domain.instant import DAY
from passaparola.inbound.server import UnableToStart, check
from passaparola.store.session import reading, writing
from tests.databases import Database, on_both, only_sqlite
from tests.journeys.caller import HELD, Shop, now, purchase, served, sign_up
from tests.journeys.command_line import process
from tests.ledger_clean import assert_books_balance

pytestmark = [on_both, pytest.mark.slow]


def test_o02_a_server_that_is_asked_to_end_answers_what_was_begun(database: Database, shop: Shop) -> None:
    bearer = {"Authorization": f"Bearer {shop.key}"}
    answered, ended = [], threading.Event()
    with served(database) as server:

        def tell(first: int) -> None:
            for n in range(first, 100_000, 8):
                try:
                    said = server.send("POST", "/api/v1/events", purchase(f"f{n}", f"o{n}"), **bearer)
                except OSError:
                    assert ended.is_set(), "a request was lost before the end was asked for"
                    return
                assert said.status == 201, said.body
                answered.append(n)

        callers = [threading.Thread(target=tell, args=(first,)) for first in range(8)]
        for caller in callers:
            caller.start()
        while len(answered) < 100:
            time.sleep(0.01)
        ended.set()
        begun = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begun < 25
        for caller in callers:
            caller.join()
    with reading() as session:
        stored = {row[0] for row in session.rows("SELECT external_id FROM store_event")}
    assert {f"paid-o{n}" for n in answered} <= stored, "an answered event is not there"
    assert len(stored) <= len(answered) + 8
    assert_books_balance(shop.workspace)


def test_the_server_keeps_time(database: Database, shop: Shop) -> None:
    apply_program(HELD.format(slug="friends"), workspace=shop.workspace, now=now(), actor="Olga")
    shop.conversion()
    with writing() as session:
        session.run("UPDATE store_reward SET hold_until = hold_until - %(back)s", back=16 * DAY)
    assert {r["state"] for r in shop.items("/api/v1/rewards")} == {"pending"}
    with served(database):
        until = time.monotonic() + 120
        while {r["state"] for r in shop.items("/api/v1/rewards")} != {"issued"}:
            assert time.monotonic() < until, "nothing fell due"
            time.sleep(0.2)
        while not blocks():
            assert time.monotonic() < until, "nothing was sealed"
            time.sleep(0.2)


def blocks() -> int:
    with reading() as session:
        return int(session.rows("SELECT COUNT(*) FROM store_block")[0][0])


@only_sqlite
def test_a_command_hands_its_work_to_the_running_server(database: Database, shop: Shop) -> None:
    with served(database) as server:
        made = process(database, "apikey", "create", "--name", "shop", "--scope", "events:write", "--json")
        assert made.returncode == 0, made.stderr
        assert server.process is not None
        assert server.process.poll() is None
        assert '"pp_live_' in made.stdout


def test_workers_end_when_their_server_is_killed(database: Database, shop: Shop) -> None:
    with served(database) as server:
        assert server.process is not None
        main = psutil.Process(server.process.pid)
        workers = [child for child in main.children(recursive=True) if child.is_running()]
        assert workers
        os.kill(main.pid, signal.SIGKILL)
        server.process.wait()
        gone, alive = psutil.wait_procs(workers, timeout=30)
        assert (len(gone), alive) == (len(workers), [])
        server.start()
        assert server.get("/livez").status == 200


def test_a_worker_that_dies_is_begun_again(database: Database, shop: Shop) -> None:
    bearer = {"Authorization": f"Bearer {shop.key}"}
    with served(database, "--workers", "2") as server:
        assert server.process is not None
        children = psutil.Process(server.process.pid).children()
        assert len(children) >= (1 if database.path else 2)
        children[-1].kill()
        until = time.monotonic() + 120
        recorded = 0
        while recorded < 5:
            try:
                recorded += server.send("POST", "/api/v1/events", sign_up(f"f{recorded}", "ada"), **bearer).status in (
                    200,
                    201,
                )
            except OSError:
                time.sleep(0.1)
            assert time.monotonic() < until, "no worker answers"


def test_o12_what_is_wrong_with_the_settings_stops_the_start_and_says_the_remedy() -> None:
    with override_settings(ALLOWED_HOSTS=["*"]), pytest.raises(UnableToStart, match="Name the hosts"):
        check()
    check()
