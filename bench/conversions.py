"""(a, b, c) Conversions over HTTP, each beside its limit on a copy of the same prepared database.

After each run the rows in the database are counted against the answers.
"""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench import ground, growth, load, postgres_limit, sqlite_limit
from bench.page import Dose, Figure, against
from bench.serving import serving
from passaparola.store.session import Session


@contextmanager
def a_copy(server: ground.PostgresServer, template: ground.Database) -> Iterator[ground.Database]:
    """A copy of a prepared PostgreSQL database."""
    name = f"copy_{time.monotonic_ns()}"
    data = ground.FOLDER / name
    data.mkdir()
    database = ground.Database(
        "postgresql", data, server.create_database(name, template=template.url.rsplit("/", 1)[1]), server
    )
    try:
        yield database
    finally:
        database.drop()


def rows_of_conversions() -> dict[str, int]:
    """Rows that conversions leave, to hold against the answers."""
    session = Session()
    counts = {
        "events": "SELECT COUNT(*) FROM store_event WHERE type = 'purchase'",
        "converted": "SELECT COUNT(*) FROM store_referral WHERE status = 'converted'",
        "decisions": "SELECT COUNT(*) FROM store_decision d JOIN store_event e ON e.id = d.event_id AND e.type = 'purchase'",
        "rewards": "SELECT COUNT(*) FROM store_reward WHERE state = 'issued'",
        "transfers": "SELECT COUNT(*) FROM store_transfer",
    }
    return {name: int(session.rows(statement)[0][0]) for name, statement in counts.items()}


def check_rows(answered: int, in_flight: int) -> None:
    """Every answered event is there with its decision and both rewards, and none that was not asked for. Raises RuntimeError.

    At the end of a run each connection may have one request begun and not answered.
    """
    found = rows_of_conversions()
    if not answered <= found["events"] <= answered + in_flight:
        raise RuntimeError(f"{answered} were answered, and {found['events']} are stored")
    whole = found["converted"] == found["decisions"] == found["events"]
    if not whole or not found["rewards"] == found["transfers"] == 2 * found["events"]:
        raise RuntimeError(f"conversions are not whole: {found}")


def ours(
    database: ground.Database, workspace: str, dose: Dose, *, size: int, first: int, last: int, workers: int = 1
) -> load.Load:
    """The load on a server of our own; the rows are counted afterwards."""
    with serving(database, workspace, workers=workers) as server:
        warm = load.run(server, first=first, last=first + 199, seconds=1, size=min(size, 10), folder=ground.FOLDER)
        seen = load.run(server, first=first + 200, last=last, seconds=dose.seconds, size=size, folder=ground.FOLDER)
    check_rows(warm.events + seen.events, 2 * load.connections(size) * size)
    return seen


def on_postgres(dose: Dose) -> list[Figure]:
    """(a) Conversions over HTTP ÷ one plpgsql call a conversion by pgbench."""
    ways = {"a1": (1, 1), "a2": (100, 1), "a3": (1, 2), "a4": (100, 2)}  # events a request, server processes
    with ground.postgres() as server:
        template = ground.PostgresTemplate(ground.FOLDER, server).copy()
        with template.use():
            workspace = ground.open_shop(dose.friends)
        _vacuum(template)
        reached: dict[str, list[float]] = {name: [] for name in ways}
        limits = []
        for _ in range(dose.pairs):
            limits.append(_pgbench(server, template, workspace, dose))
            for name, (size, workers) in ways.items():
                reached[name].append(_http(server, template, workspace, dose, size, workers))
    figures = []
    for name, (size, workers) in ways.items():
        events = "one event" if size == 1 else f"{size} events"
        processes = "one process" if workers == 1 else f"{workers} processes"
        what = (
            f"PostgreSQL, {events} a request, {load.connections(size)} connections, {processes} ÷ pgbench, 32 clients"
        )
        figures.append(against(name, what, reached[name], limits, "at least 0.45" if size == 1 else "at least 0.7"))
    return figures


def _vacuum(database: ground.Database) -> None:
    """As autovacuum leaves a shop that has stood for a while."""
    with closing(psycopg.connect(database.url, autocommit=True)) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def _pgbench(server: ground.PostgresServer, template: ground.Database, workspace: str, dose: Dose) -> float:
    with a_copy(server, template) as database:
        with database.use():
            ground.record_submissions([_purchase(dose.friends - 1)], workspace=workspace)
        with closing(psycopg.connect(database.url)) as connection:
            postgres_limit.install(connection)
            before = postgres_limit.row_counts(connection)
            rate, done = postgres_limit.pgbench(server.binaries, database.url, dose.seconds, ground.FOLDER)
            connection.rollback()
            after = postgres_limit.row_counts(connection)
        if after["event"] - before["event"] < done or after["transfer"] - before["transfer"] != 2 * (
            after["event"] - before["event"]
        ):
            raise RuntimeError(f"pgbench wrote other rows than it said: {before} {after} {done}")
    return rate


def _purchase(n: int) -> Any:
    at = ground.now()
    return ground.Submission((ground.Arrival(ground.purchase(n, at), at),))


def _http(
    server: ground.PostgresServer, template: ground.Database, workspace: str, dose: Dose, size: int, workers: int
) -> float:
    with a_copy(server, template) as database, database.use():
        return ours(database, workspace, dose, size=size, first=0, last=dose.friends - 2, workers=workers).rate


def on_sqlite(dose: Dose) -> list[Figure]:
    """(b) The same on SQLite ÷ a bare loop of transactions with 128 conversions each."""
    template = ground.sqlite_template().copy()
    with template.use():
        workspace = ground.open_shop(dose.friends)
    _settle(template)
    reached, limits = [], []
    for _ in range(dose.pairs):
        with _sqlite_copy(template) as database:
            with database.use():
                ground.record_submissions([_purchase(dose.friends - 1)], workspace=workspace)
            limits.append(sqlite_limit.rate(database.path or Path(), min(20_000, dose.friends // 2)))
        with _sqlite_copy(template) as database, database.use():
            reached.append(ours(database, workspace, dose, size=1, first=0, last=dose.friends - 2).rate)
    return [
        against(
            "b",
            "SQLite, one event a request, 64 connections ÷ a bare loop, 128 a transaction",
            reached,
            limits,
            "at least 0.3",
        )
    ]


def _settle(database: ground.Database) -> None:
    with closing(sqlite3.connect(database.path or "")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _sqlite_copy(template: ground.Database) -> Iterator[ground.Database]:
    data = ground.FOLDER / f"copy-{time.monotonic_ns()}"
    data.mkdir()
    database = ground.Database("sqlite", data)
    shutil.copyfile(template.path or "", database.path or "")
    try:
        yield database
    finally:
        database.drop()


def with_many_friends(dose: Dose) -> list[Figure]:
    """(c) The rate with many referred friends ÷ with few."""
    with ground.postgres() as server:
        shops = {}
        for friends in (dose.few, dose.many):
            template = ground.PostgresTemplate(ground.FOLDER, server).copy()
            shops[friends] = (template, growth.open_large_shop(template, friends, dose.few))
        rates: dict[int, list[float]] = {dose.few: [], dose.many: []}
        for _ in range(dose.pairs):
            for friends, (template, workspace) in shops.items():
                with a_copy(server, template) as database, database.use():
                    seen = ours(database, workspace, dose, size=1, first=0, last=dose.few - 1)
                rates[friends].append(seen.rate)
    return [
        against(
            "c",
            f"PostgreSQL with {dose.many:,} referred friends ÷ with {dose.few:,}",
            rates[dose.many],
            rates[dose.few],
            "at least 0.9",
        )
    ]
