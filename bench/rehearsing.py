"""(h) A backtest of a file ÷ the same `decide` alone, its growth from a tenth of the events to all, and its memory."""

import copy
import json
import random
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
from passaparola.domain.decision import Decision, ReferralFacts, World
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


Case = tuple[ReferralFacts, ProgramVersions, World, int, tuple[str, int]]  # what decide is given, and what it said


def cases(document: str, path: Path, warm: int) -> tuple[list[Case], float]:
    """What a backtest gives `decide` after `warm` events, kept apart with what came of it; and how many decisions an event makes."""
    program, _ = read_program(document, key=KEY, version=1, effective_from=0)
    if program is None:
        raise RuntimeError("the program cannot be read")
    kept: list[Case] = []

    def keeping(facts: ReferralFacts, versions: ProgramVersions, world: World, *, now: int) -> Decision:
        seen = copy.deepcopy(facts)  # the backtest changes its own
        decision = decide(facts, versions, world, now=now)
        apart = World(dict(world.advocates), dict(world.roots), {})  # without limits the counters are never read
        kept.append((seen, versions, apart, now, _gist(decision)))
        return decision

    facts = list(facts_of_lines(lines_of(path), wrong=[]))[: warm + SAMPLE]
    with ShelfFile() as file:
        versions = ProgramVersions((program,), program)
        rehearsal = Rehearsal(file, WorkspaceRow(KEY, 0, 30, 0), {KEY: versions}, trial=KEY)
        rehearsal.run(facts[:warm])
        settle.decide = keeping
        try:
            rehearsal.run(facts[warm:])
        finally:
            settle.decide = decide
    return kept, len(kept) / (len(facts) - warm)


def _gist(decision: Decision) -> tuple[str, int]:
    return decision.status, len(decision.changes)


def bare(kept: list[Case]) -> float:
    """Decisions a second of CPU, of `decide` alone. Raises RuntimeError when they are not those of the backtest."""
    said = [decide(facts, versions, world, now=now) for facts, versions, world, now, _ in kept]
    if [_gist(decision) for decision in said] != [gist for *_, gist in kept]:
        raise RuntimeError("the loop decided otherwise than the backtest")
    began = time.process_time()
    for facts, versions, world, now, _ in kept:
        decide(facts, versions, world, now=now)
    return len(kept) / (time.process_time() - began)


def once(program: Path, path: Path) -> dict[str, Any]:
    """One backtest, in this process: events, seconds of CPU, and the most memory ever held, in MB."""
    document = program.read_text(encoding="utf-8")
    began = time.process_time()
    found = backtest_lines(Trial(document), lambda: lines_of(path))
    spent = time.process_time() - began
    return {
        "events": found.events,
        "seconds": spent,
        "mb": most_held(),
        "converted": found.result.sums.referrals["converted"],
        "rewards": sum(count for count, _ in found.result.sums.rewards.values()),
    }


def most_held() -> float:
    """The most memory that this process ever held, in MB. Linux hands `ru_maxrss` on from whoever started it, so that is not asked."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def measure(program: Path, path: Path) -> dict[str, Any]:
    """The same in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "bench.rehearsing", str(program), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def beside_decide(program: Path, folder: Path, *, events: int, pairs: int) -> tuple[list[float], list[float]]:
    """Events a second of CPU of a backtest, and of `decide` alone, in turn."""
    path = write(folder / f"year-{events}.jsonl", events)
    kept, an_event = cases(program.read_text(encoding="utf-8"), path, events - SAMPLE)
    reached, limits = [], []
    for _ in range(pairs):
        limits.append(bare(kept) / an_event)
        found = measure(program, path)
        _check(found, events)
        reached.append(events / found["seconds"])
    return reached, limits


def growth(program: Path, folder: Path, *, few: int, many: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A backtest of few events and one of many."""
    small, large = (measure(program, write(folder / f"year-{events}.jsonl", events)) for events in (few, many))
    _check(small, few)
    _check(large, many)
    return small, large


def _check(found: dict[str, Any], events: int) -> None:
    """Every event was replayed, and both sides have a reward for each friend who converted. Raises RuntimeError."""
    if found["events"] != events or not 0 < 2 * found["converted"] == found["rewards"]:
        raise RuntimeError(f"the backtest of {events} events is not whole: {found}")


if __name__ == "__main__":
    from passaparola.inbound.cli.ready import wake

    wake()
    print(json.dumps(once(Path(sys.argv[1]), Path(sys.argv[2]))))
