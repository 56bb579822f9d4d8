"""Clicks while the server is killed, and while the database is away: what was answered is there once, and nobody sees an error."""

import random
import time
from collections.abc import Sequence

import pytest
from django.db import connections

from passaparola.actions.events.record import Arrival, record_events
from passaparola.domain.events.read import read_event
from passaparola.store.session import reading
from tests.databases import Database
from tests.gauntlet.arena import opened
from tests.gauntlet.attacks import open_fields
from tests.gauntlet.clicks import BROWSER, Friends, account, settle
from tests.gauntlet.conftest import SMALL, Say
from tests.gauntlet.kills import PROGRAM
from tests.gauntlet.test_kill_under_load import SHORT, Ground, mortal, on_sqlite
from tests.planted import first_line
from tests.postgres import PostgresServer

pytestmark = pytest.mark.slow
__all__ = ["mortal"]


def some_links() -> tuple[str, list[str]]:
    """A workspace, and the slugs of ten advocates."""
    ((workspace, _),) = open_fields(1, PROGRAM, "kills")
    at = time.time_ns() // 1000
    shares = [{"id": f"share-{n}", "type": "share", "person": f"a{n}", "to": f"friend-{n}"} for n in range(10)]
    record_events([Arrival(read_event(share, now=at), at) for share in shares], workspace=workspace)
    with reading() as session:
        slugs = [row[0] for row in session.rows("SELECT slug FROM store_sharelink")]
    assert len(slugs) == 10
    return workspace, slugs


def killed(ground: Ground, kills: int, seed: int, *, pause: float = SHORT, fault: str = "") -> str:
    database, postgres = ground
    draw, (workspace, slugs) = random.Random(seed), some_links()
    with opened(database, workers=2 if postgres else 1, fault=fault) as arena:
        friends = Friends(arena, workspace, slugs, pause)
        friends.start()
        for _ in range(kills):
            friends.wait_for_more()
            time.sleep(draw.uniform(0.0, 0.5))
            arena.kill()
            arena.start()
        friends.wait_for_more()
        friends.stop()
        settle(database.data)
    connections.close_all()
    return account(friends)


def away(
    server: PostgresServer, database: Database, stretches: Sequence[float], *, pause: float = SHORT, fault: str = ""
) -> str:
    """The database is killed, and comes back after so many seconds, once for each stretch."""
    workspace, slugs = some_links()
    with opened(database, workers=2, fault=fault) as arena:
        friends = Friends(arena, workspace, slugs, pause)
        friends.start()
        friends.wait_for_more(100)
        for seconds in stretches:
            server.kill9()
            time.sleep(seconds)
            friends.wait_for_more()
            server.start()
            friends.wait_for_more(100)
        time.sleep(1.5)
        friends.stop()
        settle(database.data)
        assert "came from the spool" in arena.log.read_text(), "the database was never missed"
    connections.close_all()
    assert friends.broken == 0, f"{friends.broken} friends saw a broken connection"
    return account(friends)


def nowhere(server: PostgresServer, database: Database, fault: str) -> str:
    """The database dies while the disk is full: each friend is sent on, each visit that is lost is counted, and no other."""
    _, slugs = some_links()
    connections.close_all()
    with opened(database, fault=fault) as arena:
        assert arena.call("GET", f"/r/{slugs[0]}", None, BROWSER).status == 302
        server.kill9()
        try:
            for slug in slugs:
                said = arena.call("GET", f"/r/{slug}", None, BROWSER, seconds=6)
                assert said.status == 302, "a friend was not sent on"
                assert said.headers["location"].startswith(f"/l/{slug}?v=v_")
            numbers = arena.call("GET", "/metrics", None, {}).body.decode()
        finally:
            server.start()
    assert 'visits_total{result="recorded"} 1.0' in numbers
    assert f'visits_total{{result="lost"}} {len(slugs)}.0' in numbers, "the loss is not counted"
    assert "database_up 0.0" in numbers
    with reading() as session:
        assert session.rows("SELECT COUNT(*) FROM store_visit") == [(1,)]
    connections.close_all()
    return f"{len(slugs)} friends sent on, {len(slugs)} visits lost and counted"


@pytest.mark.postgres
def test_with_the_database_away_and_the_disk_full_friends_go_on_and_the_loss_is_counted(
    mortal_postgres: tuple[PostgresServer, Database], say: Say
) -> None:
    say(f"clicks: no database, no disk: {nowhere(*mortal_postgres, fault='full-disk')}")


@pytest.mark.postgres
def test_the_account_notices_a_recorder_that_has_not_thought_of_a_full_disk(
    mortal_postgres: tuple[PostgresServer, Database], say: Say
) -> None:
    with pytest.raises(AssertionError, match="not sent on") as caught:
        nowhere(*mortal_postgres, fault="full-disk-unforeseen")
    say(f"clicks: planted “full-disk-unforeseen”: caught: {first_line(caught.value)}")


def test_kill_9_under_clicks_loses_none_that_was_answered(mortal: Ground, dose: str, seed: int, say: Say) -> None:
    kills = 2 if dose == SMALL else 30
    seen = killed(mortal, kills, seed, pause=SHORT if dose == SMALL else 0)
    say(f"clicks {mortal[0].vendor}: {kills} kills, seed {seed}: {seen}")


@on_sqlite  # what is planted is Python; PostgreSQL in the large dose
def test_the_account_notices_clicks_answered_before_they_are_durable(mortal: Ground, seed: int, say: Say) -> None:
    with pytest.raises(AssertionError, match="answered clicks are lost") as caught:
        killed(mortal, 2, seed, fault="early-clicks")
    say(f"clicks {mortal[0].vendor}: planted “early-clicks”: caught: {first_line(caught.value)}")


@pytest.mark.postgres
def test_a_database_that_is_away_under_clicks_costs_no_error_and_no_visit(
    mortal_postgres: tuple[PostgresServer, Database], dose: str, say: Say
) -> None:
    stretches = (1, 1) if dose == SMALL else (10, 5, 1)
    seen = away(*mortal_postgres, stretches, pause=SHORT if dose == SMALL else 0)
    say(f"clicks: database killed and away for {', '.join(map(str, stretches))} s: {seen}")


@pytest.mark.postgres
def test_the_account_notices_a_spool_with_one_fixed_name(
    mortal_postgres: tuple[PostgresServer, Database], say: Say
) -> None:
    with pytest.raises(AssertionError, match="answered clicks are lost") as caught:
        away(*mortal_postgres, (1, 1), fault="one-spool")
    say(f"clicks: planted “one-spool”: caught: {first_line(caught.value)}")
