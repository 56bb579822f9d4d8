"""(h) A backtest of a file ÷ the same `decide` alone, its growth from a tenth of the events to all, and its memory."""

import copy
import json
import random
import resource
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from passaparola.actions.referrals import settle
from passaparola.actions.rehearsal.backtest import Trial, backtest_lines
from passaparola.actions.rehearsal.history import facts_of_lines
from passaparola.actions.rehearsal.rehearse import Rehearsal
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.decide import decide
from passaparola.domain.instant import DAY, SECOND, iso, parse_instant
from passaparola.domain.programs import read_program
from passaparola.inbound.cli.backtests import lines_of
from passaparola.store.read.gather import WorkspaceRow
from passaparola.store.shelf import ShelfFile

START = parse_instant("2026-01-01T00:00:00Z")
RECENT = 3_000  # friends and orders of whom something is still to come
SAMPLE = 4_000
KEY = "0" * 31 + "1"


def history(events: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """A shop's year: friends sign up, named by advocates who once were friends, buy soon, some again; a few orders go back."""
    draw = random.Random(seed)
    waiting: deque[str] = deque(maxlen=RECENT)
    orders: deque[tuple[str, int]] = deque(maxlen=RECENT)
    step = max(SECOND, 365 * DAY // events)
    friends = 0
    for n in range(events):
        at, luck = iso(START + n * step), draw.random()
        if luck < 0.45 or not waiting:
            friends += 1
            name = f"f{friends}"
            by = f"f{draw.randint(max(1, friends - 20_000), friends)}" if draw.random() < 0.8 else None
            waiting.append(name)
            yield {"id": f"e{n}", "type": "signup", "at": at, "person": name, **({"referred_by": by} if by else {})}
        elif luck < 0.92 or not orders:
            name, minor = waiting[draw.randrange(len(waiting))], draw.randint(500, 20_000)
            orders.append((f"e{n}", minor))
            yield {
                "id": f"e{n}",
                "type": "purchase",
                "at": at,
                "person": name,
                "amount_minor": minor,
                "currency": "USD",
            }
        elif luck < 0.95:
            order, minor = orders[draw.randrange(len(orders))]
            yield {
                "id": f"e{n}",
                "type": "refund",
                "at": at,
                "order": order,
                "amount_minor": minor // 2,
                "currency": "USD",
            }
        else:
            name = waiting[draw.randrange(len(waiting))]
            yield {"id": f"e{n}", "type": "share", "at": at, "person": name, "to": f"f{friends + draw.randint(1, 50)}"}


def write(path: Path, events: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for event in history(events):
            file.write(json.dumps(event, separators=(",", ":")) + "\n")
    return path


def bare(document: str, path: Path, warm: int) -> tuple[float, float]:
    """(decisions a second of CPU, decisions an event) of `decide` alone, over facts as the history has them after `warm` events."""
    program, _ = read_program(document, key=KEY, version=1, effective_from=0)
    if program is None:
        raise RuntimeError("the program cannot be read")
    kept: list[tuple[Any, ...]] = []

    def keeping(facts: Any, versions: Any, world: Any, *, now: int) -> Any:
        seen = copy.deepcopy((facts, world.counters_near(facts) if hasattr(world, "counters_near") else None))
        counters = {key: world.counters[key] for key in world.counters} if len(kept) < 0 else {}
        kept.append((seen[0], versions, type(world)(dict(world.advocates), {}, counters, {}, False), now))
        return decide(facts, versions, world, now=now)

    facts = list(facts_of_lines(lines_of(path), wrong=[]))[: warm + SAMPLE]
    with ShelfFile() as file:
        versions = ProgramVersions((program,), program)
        rehearsal = Rehearsal(file, WorkspaceRow(KEY, 0, 30, 0), {KEY: versions}, trial=KEY)
        rehearsal.run(facts[:warm])
        settle.decide = keeping  # type: ignore[assignment]
        try:
            rehearsal.run(facts[warm:])
        finally:
            settle.decide = decide
    rounds = []
    for _ in range(5):
        began = time.process_time()
        for one in kept:
            decide(one[0], one[1], one[2], now=one[3])
        rounds.append(len(kept) / (time.process_time() - began))
    return sorted(rounds)[2], len(kept) / SAMPLE


def once(program: Path, path: Path) -> dict[str, Any]:
    """One backtest, in this process: events, seconds of CPU, and the most memory ever held, in MB."""
    document = program.read_text(encoding="utf-8")
    began = time.process_time()
    found = backtest_lines(Trial(document), lambda: lines_of(path))
    spent = time.process_time() - began
    return {
        "events": found.events,
        "seconds": spent,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "converted": found.result.sums.referrals["converted"],
        "rewards": sum(count for count, _ in found.result.sums.rewards.values()),
    }


def measure(program: Path, path: Path) -> dict[str, Any]:
    """The same in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "bench.rehearsing", str(program), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    from passaparola.inbound.cli.ready import wake

    wake()
    print(json.dumps(once(Path(sys.argv[1]), Path(sys.argv[2]))))
