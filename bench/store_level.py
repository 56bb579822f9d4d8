"""Where the time goes below HTTP: conversions recorded in this process, in batches of a fixed size, one thread."""

import cProfile
import pstats
import sys
import time

from bench import ground
from passaparola.actions.events.record import Arrival, Submission, record_submissions


def rate(workspace: str, first: int, count: int, batch: int) -> float:
    """Conversions a second, each event read from its JSON object as the API does."""
    began = time.perf_counter()
    for start in range(first, first + count, batch):
        at = ground.now()
        numbers = range(start, min(start + batch, first + count))
        answers = record_submissions(
            [Submission((Arrival(ground.purchase(n, at), at),)) for n in numbers], workspace=workspace
        )
        if any(a.failed or a.events[0].outcome != "recorded" for a in answers):
            raise RuntimeError("a purchase was not recorded")
    return count / (time.perf_counter() - began)


def measure(label: str, count: int, profile: bool) -> None:
    sizes = (1, 8, 32, 128)
    workspace = ground.open_shop(count * len(sizes))
    for k, size in enumerate(sizes):
        part = count if size > 1 else count // 10
        profiler = cProfile.Profile()
        cpu = time.process_time()
        if profile and size == 32:
            profiler.enable()
        found = rate(workspace, k * count, part, size)
        profiler.disable()
        cpu = (time.process_time() - cpu) / part * 1e6
        print(f"{label} batches of {size:4}: {found:8.0f} conversions/s, {cpu:6.0f} µs of our CPU each", flush=True)
        if profile and size == 32:
            pstats.Stats(profiler).sort_stats("tottime").print_stats(45)


def main(count: int = 4000, profile: bool = False, which: str = "both") -> None:
    try:
        if which in ("both", "sqlite"):
            with ground.sqlite_template().copy().use():
                measure("SQLite", count, profile)
        if which in ("both", "postgres"):
            with ground.postgres() as server, ground.PostgresTemplate(ground.FOLDER, server).copy().use():
                measure("PostgreSQL", count, profile)
    finally:
        ground.clean()


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 4000,
        "--profile" in sys.argv,
        sys.argv[-1] if sys.argv[-1] in ("sqlite", "postgres") else "both",
    )
