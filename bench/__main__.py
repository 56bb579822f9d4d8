"""Measure the figures of docs/performance.md: `python -m bench`, or `python -m bench --short` to try it; names choose figures.

Each ratio is the median of pairs in one run, the limit and ours in turn on copies of the same prepared database. After each run the
rows in the database are counted against the answers.
"""

import argparse
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench import (
    clicks,
    decision,
    ground,
    growth,
    importing,
    load,
    memory,
    million,
    postgres_limit,
    rehearsing,
    sqlite_limit,
)
from bench.page import PAGE, Figure, page
from bench.serving import Running, serving
from passaparola.store.session import Session


@dataclass(slots=True)
class Dose:
    """How much is measured."""

    pairs: int = 5
    seconds: int = 5
    friends: int = 60_000
    many: int = 500_000
    few: int = 10_000


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


def conversions() -> dict[str, int]:
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
    found = conversions()
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


def conversion_on_postgres(dose: Dose) -> list[Figure]:
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
        figures.append(_against(name, what, reached[name], limits, "at least 0.45" if size == 1 else "at least 0.7"))
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


def conversion_on_sqlite(dose: Dose) -> list[Figure]:
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
        _against(
            "b",
            "SQLite, one event a request, 64 connections ÷ a bare loop, 128 a transaction",
            reached,
            limits,
            "at least 0.3",
        )
    ]


def _settle(database: ground.Database) -> None:
    import sqlite3

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


def many_friends(dose: Dose) -> list[Figure]:
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
        _against(
            "c",
            f"PostgreSQL with {dose.many:,} referred friends ÷ with {dose.few:,}",
            rates[dose.many],
            rates[dose.few],
            "at least 0.9",
        )
    ]


def _against(name: str, what: str, ours_: list[float], limit: list[float], target: str) -> Figure:
    ratios = [a / b for a, b in zip(ours_, limit, strict=True)]
    middle = statistics.median(ratios)
    rates = " ÷ ".join(f"{statistics.median(r):,.0f}/s ({min(r):,.0f} to {max(r):,.0f})" for r in (ours_, limit))
    detail = f"{rates}; pairs {', '.join(f'{r:.2f}' for r in ratios)}"
    return Figure(name, what, f"{middle:.2f}", target, [detail])


def import_of_the_cascade(dose: Dose) -> list[Figure]:
    """(d) Events a second of `events import`."""
    found = importing.measure(dose.pairs)
    if found is None:
        return [Figure("d", "import of the cascade", "not measured: ../shared is absent", "")]
    rates = found["rates"]
    reached = f"{statistics.median(rates):,.0f} events/s"
    return [
        Figure(
            "d",
            f"import of the cascade, {found['events']:,} events, on SQLite",
            reached,
            "",
            [f"runs {', '.join(f'{r:,.0f}' for r in rates)}"],
        )
    ]


def memory_of_the_server(dose: Dose) -> list[Figure]:
    """(e) Resident memory of the server after 100,000 events ÷ after 10,000."""
    few, many = (10_000, 100_000) if dose.pairs >= 5 else (1_000, 5_000)
    found = [memory.measure(few, many) for _ in range(dose.pairs)]
    ratios = [run["many"] / run["few"] for run in found]
    small, large = (statistics.median(run[key] for run in found) / 2**20 for key in ("few", "many"))
    detail = [
        f"{small:.0f} MiB after {few:,}, {large:.0f} MiB after {many:,}; runs {', '.join(f'{r:.2f}' for r in ratios)}"
    ]
    what = f"server memory after {many:,} events ÷ after {few:,}"
    return [Figure("e", what, f"{statistics.median(ratios):.2f}", "at most 1.2", detail)]


def one_decision(dose: Dose) -> list[Figure]:
    """(f) Microseconds of one decision with its explanation."""
    found = decision.measure(ground.PROGRAM.read_text(encoding="utf-8"), 20_000 if dose.pairs >= 5 else 2_000)
    rounds = ", ".join(f"{r:.0f}" for r in found["rounds"])
    detail = [
        f"rounds {rounds} µs; explanation of {found['bytes']} bytes, {found['touches']} contenders, {found['changes']} rewards"
    ]
    return [
        Figure("f", "one `decide` with its explanation", f"{found['microseconds']:.0f} µs", "at most 100 µs", detail)
    ]


def clicks_on_links(dose: Dose) -> list[Figure]:
    """(g) Recorded clicks ÷ a constant redirect, on PostgreSQL and on SQLite; and how long a friend waits at half the peak."""
    figures = []
    with ground.postgres() as server:
        figures += _clicks("g1", "PostgreSQL", ground.PostgresTemplate(ground.FOLDER, server).copy(), dose)
    return figures + _clicks("g3", "SQLite", ground.sqlite_template().copy(), dose)


def _clicks(name: str, kind: str, database: ground.Database, dose: Dose) -> list[Figure]:
    limits, reached, waits = [], [], []
    with database.use():
        links = clicks.LINKS if dose.pairs >= 5 else 5_000
        workspace, slugs = clicks.open_links(links)
        with serving(database, workspace) as server, clicks.constant_redirect() as port:
            clicks.wait_until_known(server.port, slugs)
            answered = clicks.click(server.port, slugs, seconds=2).answered
            for pair in range(dose.pairs):
                limits.append(clicks.click(port, slugs, seconds=dose.seconds, seed=pair).rate)
                peak = clicks.click(server.port, slugs, seconds=dose.seconds, seed=pair)
                calm = clicks.click(server.port, slugs, seconds=dose.seconds, a_second=peak.rate / 2, seed=pair)
                reached.append(peak.rate)
                waits.append(calm)
                answered += peak.answered + calm.answered
        clicks.check_visits(answered + 1, clicks.CONNECTIONS * (2 * dose.pairs + 1))
    what = f"{kind}, recorded clicks, one of {links:,} links, 64 connections ÷ a constant 302 by granian and Starlette"
    p99 = statistics.median(w.p99 for w in waits)
    calm_rate = statistics.median(w.rate for w in waits)
    second = f"{name[0]}{int(name[1]) + 1}"
    detail = [f"p99 {', '.join(f'{w.p99:.1f}' for w in waits)} ms at {calm_rate:,.0f}/s"]
    return [
        _against(name, what, reached, limits, "at least 0.25"),
        Figure(second, f"{kind}, p99 of a click at half the peak rate", f"{p99:.1f} ms", "below 20 ms", detail),
    ]


def backtests(dose: Dose) -> list[Figure]:
    """(h) A backtest ÷ the same decisions alone, and how its time and memory grow."""
    events, many = (30_000, 500_000) if dose.pairs >= 5 else (8_000, 20_000)
    reached, limits = rehearsing.beside_decide(ground.PROGRAM, ground.FOLDER, events=events, pairs=dose.pairs)
    what = f"backtest of {events:,} events ÷ `decide` alone in a loop, processor time"
    return [_against("h1", what, reached, limits, "at least 0.5"), *_growth(many)]


def backtest_of_a_million(dose: Dose) -> list[Figure]:
    """(h2, h3) The growth to a million events, which takes some minutes."""
    return _growth(1_000_000 if dose.pairs >= 5 else 50_000)


def _growth(many: int) -> list[Figure]:
    small, large = rehearsing.growth(ground.PROGRAM, ground.FOLDER, few=many // 10, many=many)
    of = f"backtest of {many:,} events ÷ of {many // 10:,}"
    seconds, megabytes = large["seconds"] / small["seconds"], large["mb"] / small["mb"]
    return [
        Figure(
            "h2",
            f"processor time, {of}",
            f"{seconds:.1f}",
            "at most 11",
            [f"{large['seconds']:.1f} s ÷ {small['seconds']:.1f} s"],
        ),
        Figure(
            "h3",
            f"most memory held, {of}",
            f"{megabytes:.2f}",
            "at most 1.2",
            [f"{large['mb']:.0f} MB ÷ {small['mb']:.0f} MB"],
        ),
    ]


def dashboard_of_a_million(dose: Dose) -> list[Figure]:
    """(i) Milliseconds of the dashboard with a million events, and ÷ with ten thousand, on both databases."""
    few, many = (10_000, 1_000_000) if dose.pairs >= 5 else (2_000, 10_000)
    found: dict[str, dict[int, dict[str, Any]]] = {"PostgreSQL": {}, "SQLite": {}}
    with ground.postgres() as server:
        for events in (few, many):
            database = ground.PostgresTemplate(ground.FOLDER, server).copy()
            with database.use():
                found["PostgreSQL"][events] = million.measure(events)
    for events in (few, many):
        with ground.sqlite_template().copy().use():
            found["SQLite"][events] = million.measure(events)
    figures = []
    for number, (kind, seen) in enumerate(found.items()):
        names = (f"i{2 * number + 1}", f"i{2 * number + 2}")
        middle = million.median(seen[many]["program"])
        ratio = middle / million.median(seen[few]["program"])
        views, together = seen[many]["program"], million.median(seen[many]["all"])
        all_of_it = f"{min(views):.0f} to {max(views):.0f} ms; of all programs {together:.0f} ms"
        detail = [f"{all_of_it}; counted ahead in {seen[many]['counting']:.0f} s"]
        figures += [
            Figure(
                names[0],
                f"{kind}, dashboard of a program with {many:,} events",
                f"{middle:.0f} ms",
                "below 300 ms",
                detail,
            ),
            Figure(names[1], f"{kind}, the same ÷ with {few:,} events", f"{ratio:.1f}", "at most 5", []),
        ]
    return figures


FIGURES: dict[str, Callable[[Dose], list[Figure]]] = {
    "f": one_decision,
    "d": import_of_the_cascade,
    "a": conversion_on_postgres,
    "b": conversion_on_sqlite,
    "e": memory_of_the_server,
    "c": many_friends,
    "g": clicks_on_links,
    "h": backtests,
}
BY_NAME_ONLY = {"h2": backtest_of_a_million, "i": dashboard_of_a_million}  # too long for every time


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("figures", nargs="*", choices=[*FIGURES, *BY_NAME_ONLY, []], help="default: all but h2 and i")
    parser.add_argument("--short", action="store_true", help="one pair each, small; writes nothing")
    given = parser.parse_args()
    dose = Dose(pairs=1, seconds=2, friends=14_000, many=12_000, few=6_000) if given.short else Dose()
    figures: list[Figure] = []
    try:
        for name in given.figures or FIGURES:
            for figure in {**FIGURES, **BY_NAME_ONLY}[name](dose):
                figures.append(figure)
                print(
                    f"({figure.name}) {figure.what}: {figure.reached}; wanted {figure.target or '-'}; {' '.join(figure.detail)}",
                    flush=True,
                )
            if not given.short and not given.figures:
                PAGE.write_text(page(figures, "make bench"), encoding="utf-8")
    finally:
        ground.clean()


__all__ = ["Running", "main"]

if __name__ == "__main__":
    main()
