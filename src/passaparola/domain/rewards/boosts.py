"""More for a while: dated boosts on top of what a rule gives. All that are in force on a day count, one after the other."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from passaparola.domain.instant import Instant, local_date
from passaparola.domain.money import proportion
from passaparola.domain.programs.compiled import Boost, RewardRule

BASIS_POINTS = 10_000


def in_force(rule: RewardRule, at: Instant, timezone: str) -> list[Boost]:
    """The boosts of the day on which `at` falls in the program's time zone, in the order of the file."""
    day = local_date(at, timezone)
    return [boost for boost in rule.boosts if covers(boost, day)]


def covers(boost: Boost, day: date) -> bool:
    """Whether a boost counts on a day. First and last day are included; one of each year may run over its end."""
    if len(boost.first) == 2:
        today: tuple[int, ...] = (day.month, day.day)
        if boost.first > boost.last:
            return today >= boost.first or today <= boost.last
    else:
        today = (day.year, day.month, day.day)
    return boost.first <= today <= boost.last


def more_percent(boosts: list[Boost], arithmetic: dict[str, Any]) -> int:
    """Basis points that the boosts add to a share, before it is taken."""
    steps = [_step(b, add_bp=b.add_bp) for b in boosts if b.add_bp]
    if steps:
        arithmetic["raised"] = steps
    return sum(b.add_bp for b in boosts)


def more(amount: int, boosts: list[Boost], arithmetic: dict[str, Any]) -> int:
    """The amount with what is added, then multiplied step by step, each half up to the minor unit."""
    steps = list(_steps(amount, boosts))
    if steps:
        arithmetic["boosts"] = steps
        return int(steps[-1]["gives"])
    return amount


def _steps(amount: int, boosts: list[Boost]) -> Iterator[dict[str, Any]]:
    for boost in boosts:
        if boost.add:
            amount += boost.add
            yield _step(boost, add=boost.add, gives=amount)
    for boost in boosts:
        if boost.times_bp is not None:
            amount = proportion(amount, boost.times_bp, BASIS_POINTS)
            yield _step(boost, times_bp=boost.times_bp, gives=amount)


def _step(boost: Boost, **values: int) -> dict[str, Any]:
    return {**({"name": boost.name} if boost.name else {}), **values}
