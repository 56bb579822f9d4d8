"""A contest among the advocates of a program: who brought most in a period wins the prizes of the first places."""

from dataclasses import dataclass
from enum import StrEnum

from passaparola.domain.rewards.periods import Period


class Ties(StrEnum):
    """What becomes of advocates who brought the same."""

    FIRST = "first"  # who got there first has the better place
    SHARE = "share"  # they share the place, and each wins its prize


@dataclass(frozen=True, slots=True)
class Contest:
    """`by_value`: by what friends paid, in minor units of the program's currency; else by converted friends. `least`: of it, to win at
    all. It is closed `wait_days` after the end of each period, so that refunds come in."""

    period: Period
    by_value: bool
    least: int
    ties: Ties
    wait_days: int


@dataclass(frozen=True, slots=True)
class Places:
    """For which places a prize is, the first and the last of them."""

    first: int
    last: int
