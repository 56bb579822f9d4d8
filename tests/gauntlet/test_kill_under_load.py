"""G-02: the server, and PostgreSQL itself, killed at random moments under load. What was answered is there, once."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections

from tests.databases import Database, PostgresTemplate, SqliteTemplate, fresh
from tests.gauntlet.arena import opened
from tests.gauntlet.attacks import open_fields
from tests.gauntlet.conftest import SMALL, Say
from tests.gauntlet.kills import PROGRAM, Customers, account, kill_often
from tests.planted import first_line
from tests.postgres import PostgresServer

pytestmark = pytest.mark.slow
SHORT = 0.01  # seconds that who was answered waits in the small dose, and leaves the processor to the server
Ground = tuple[Database, PostgresServer | None]


@contextmanager
def a_mortal_database(kind: str, sqlite: SqliteTemplate, seed: Callable[[], Path]) -> Iterator[Ground]:
    """One that is ours to kill."""
    if kind == "sqlite":
        with fresh(sqlite) as database, database.use():
            yield database, None
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        PostgresServer(seed=seed()) as server,
        fresh(PostgresTemplate(Path(folder), server)) as database,
        database.use(),
    ):
        yield database, server


on_sqlite = pytest.mark.parametrize(
    "mortal", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.gauntlet])], indirect=True
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def mortal(
    request: pytest.FixtureRequest, sqlite_template: SqliteTemplate, postgres_seed: Callable[[], Path]
) -> Iterator[Ground]:
    with a_mortal_database(request.param, sqlite_template, postgres_seed) as ground:
        yield ground


def run(ground: Ground, kills: int, seed: int, *, pause: float = SHORT, fault: str = "") -> str:
    database, postgres = ground
    ((workspace, key),) = open_fields(1, PROGRAM, "kills")
    with opened(database, workers=2 if postgres else 1, fault=fault) as arena:
        customers = Customers(arena, key, pause)
        kill_often(arena, customers, kills, random.Random(seed), postgres)
        customers.stop()
    connections.close_all()
    return account(customers, workspace)


def test_what_was_answered_is_there_once(mortal: Ground, dose: str, seed: int, say: Say) -> None:
    kills = 5 if dose == SMALL else 50
    say(f"G-02 {mortal[0].vendor}: seed {seed}")
    began = time.monotonic()
    seen = run(mortal, kills, seed, pause=SHORT if dose == SMALL else 0)
    say(f"G-02 {mortal[0].vendor}: {kills} kills, {seen}, {time.monotonic() - began:.0f} s")


@on_sqlite  # what is planted is Python; PostgreSQL in the large dose
def test_the_account_notices_answers_before_the_commit(mortal: Ground, seed: int, say: Say) -> None:
    say(f"G-02 {mortal[0].vendor}: seed {seed}")
    with pytest.raises(AssertionError, match="answered events are lost") as caught:
        run(mortal, 2, seed, fault="early-answers")
    say(f"G-02 {mortal[0].vendor}: planted “early-answers”: caught: {first_line(caught.value)}")
