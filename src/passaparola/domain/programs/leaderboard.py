"""A leaderboard: the advocates of a program who brought most, for everybody to see. Who is named, agreed to it."""

from dataclasses import dataclass
from enum import StrEnum

from passaparola.domain.programs.contest import Contest, Ties
from passaparola.domain.rewards.periods import Period


class BoardPeriod(StrEnum):
    """Over which time friends are counted."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"


class BoardBy(StrEnum):
    """What counts of an advocate."""

    CONVERSIONS = "conversions"  # friends who earned something, as contests count them
    REFERRALS = "referrals"  # friends who came


class Others(StrEnum):
    """What stands for those who did not agree to be named."""

    ALIAS = "alias"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """`size`: how many places are shown; `rewards`: also what each of them earned in the period."""

    period: BoardPeriod = BoardPeriod.MONTH
    by: BoardBy = BoardBy.CONVERSIONS
    size: int = 10
    rewards: bool = False
    others: Others = Others.ALIAS

    @property
    def calendar(self) -> Period | None:
        """The period of the calendar; None for all time."""
        return None if self.period is BoardPeriod.ALL else Period(self.period.value)

    @property
    def ranking(self) -> Contest:
        """The contest by whose rule places are made: one friend is enough, and equal advocates share a place."""
        return Contest(self.calendar or Period.YEAR, False, 1, Ties.SHARE, 0)
