"""How long it takes until everything is back: `python -m bench.restoring [EVENTS]`, a backup and a drill of the embedded SQLite."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench import ground
from passaparola.actions.events.record import Arrival, Submission, record_submissions


def fill(events: int) -> None:
    """Half of the events are sign-ups, half orders that are rewarded on both sides."""
    workspace = ground.open_shop(events // 2)
    at = ground.now()
    for first in range(0, events // 2, 500):
        orders = [ground.purchase(n, at) for n in range(first, min(first + 500, events // 2))]
        record_submissions([Submission((Arrival(order, at),)) for order in orders], workspace=workspace)


def timed(database: ground.Database, *words: str) -> tuple[float, dict[str, Any]]:
    """Seconds of a command, from its start to its end, and what it said."""
    begun = time.perf_counter()
    program = str(Path(sys.executable).with_name("passaparola"))
    done = subprocess.run([program, *words, "--json"], env=database.env, check=True, capture_output=True, text=True)
    return time.perf_counter() - begun, json.loads(done.stdout)


def main(events: int) -> None:
    """Print the figures."""
    database = ground.sqlite_template().copy()
    with database.use():
        fill(events)
    file = ground.FOLDER / "b.zip"
    backup, made = timed(database, "backup", str(file))
    restore, said = timed(database, "drill", str(file))
    print(f"{events:,} events, {sum(made['rows'].values()):,} rows, {made['bytes'] / 1e6:.0f} MB")
    print(f"backup {backup:.0f} s, restore with all checks {restore:.0f} s, violations {len(said['violations'])}")
    ground.clean()


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
