"""Measure the figures of docs/performance.md: `python -m bench`, or `python -m bench --short` to try it; names choose figures.

Each ratio is the median of pairs in one run, the limit and ours in turn on copies of the same prepared database. After each run the
rows in the database are counted against the answers.
"""

import argparse
import statistics
from collections.abc import Callable
from typing import Any

from bench import clicks, conversions, decision, ground, importing, memory, million, rehearsing
from bench.page import PAGE, Dose, Figure, against, page
from bench.serving import serving


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
        against(name, what, reached, limits, "at least 0.25"),
        Figure(second, f"{kind}, p99 of a click at half the peak rate", f"{p99:.1f} ms", "below 20 ms", detail),
    ]


def backtests(dose: Dose) -> list[Figure]:
    """(h) A backtest ÷ the same decisions alone, and how its time and memory grow."""
    events, many = (30_000, 1_000_000) if dose.pairs >= 5 else (8_000, 20_000)
    reached, limits = rehearsing.beside_decide(ground.PROGRAM, ground.FOLDER, events=events, pairs=dose.pairs)
    what = f"backtest of {events:,} events ÷ `decide` alone in a loop, processor time"
    return [against("h1", what, reached, limits, "at least 0.5"), *_growth(many)]


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
    "a": conversions.on_postgres,
    "b": conversions.on_sqlite,
    "e": memory_of_the_server,
    "c": conversions.with_many_friends,
    "g": clicks_on_links,
    "h": backtests,
}
BY_NAME_ONLY = {"i": dashboard_of_a_million}  # too long for every time


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("figures", nargs="*", choices=[*FIGURES, *BY_NAME_ONLY, []], help="default: all but i")
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


if __name__ == "__main__":
    main()
