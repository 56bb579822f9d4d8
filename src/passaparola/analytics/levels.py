"""The take-rate of a program: which share of what people earned they also took, for each reward and level of its worth."""

from collections import defaultdict
from itertools import pairwise
from typing import Any

from passaparola.domain.rewards.kinds import KINDS, Family
from passaparola.store.read.catalogue import find_program
from passaparola.store.read.levels import rewards_by_amount
from passaparola.store.read.snapshot import snapshot

MOST_LEVELS = 20  # amounts of one reward that stand for themselves; more are put together
HELD = [str(kind) for kind, known in KINDS.items() if known.family is Family.ENTITLEMENT]
Key = tuple[str, str, str, str]


def levels_of(workspace: str, name: str) -> dict[str, Any]:
    """Each reward of a program by what it was worth, the least first. Raises NoSuchProgram."""
    with snapshot() as session:
        entry = find_program(session, workspace, name)
        rows = rewards_by_amount(session, workspace, entry.key, HELD)
    rewards: dict[Key, list[tuple[int, int, int, int]]] = defaultdict(list)
    for side, rule, kind, unit, *numbers in rows:
        rewards[(side, rule, kind, unit)].append((int(numbers[0]), int(numbers[1]), int(numbers[2]), int(numbers[3])))
    levels = [level for key, found in sorted(rewards.items()) for level in _levels(key, found)]
    return {"program": entry.slug, "levels": levels}


def _levels(key: Key, found: list[tuple[int, int, int, int]]) -> list[dict[str, Any]]:
    together = len(found) > MOST_LEVELS
    sums: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for amount, *counts in found:
        level = bounds(amount) if together else (amount, amount)
        sums[level] = [a + b for a, b in zip(sums[level], counts, strict=True)]
    names = ("side", "rule", "kind", "currency")
    return [
        {
            **dict(zip(names, key, strict=True)),
            "from_minor": least,
            "to_minor": most,
            "earned": earned,
            "offered": offered,
            "taken": taken,
            "take_rate": taken / offered if offered else None,
        }
        for (least, most), (earned, offered, taken) in sorted(sums.items())
    ]


def bounds(amount: int) -> tuple[int, int]:
    """The level of an amount where there are many: from 1, 2 or 5 times a power of ten to just below the next."""
    power = 10 ** (len(str(amount)) - 1)
    steps = (power, 2 * power, 5 * power, 10 * power)
    least, above = next((a, b) for a, b in pairwise(steps) if amount < b)
    return least, above - 1
