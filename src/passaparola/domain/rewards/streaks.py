"""Bonuses for many friends in a short time: how many whole streaks there are in an advocate's history."""

from collections.abc import Iterable

from passaparola.domain.instant import Instant, end_of_day
from passaparola.domain.programs.compiled import RewardRule


def streaks(times: Iterable[Instant], rule: RewardRule, timezone: str) -> int:
    """How many times `every` friends came within `within_days` days of the first of them, days by the program's time zone.

    Day n ends at the local midnight after the n-th day that follows the first friend's. A streak takes the earliest friends that make it;
    the next begins with the first friend after it. Whoever begins none that is completed is passed over. Once only without `repeat`.
    """
    when, every, days = sorted(times), rule.every or 1, rule.within_days or 0
    found = first = 0
    while first + every <= len(when):
        if when[first + every - 1] < end_of_day(when[first], days, timezone):
            found, first = found + 1, first + every
            if not rule.repeat:
                break
        else:
            first += 1
    return found
