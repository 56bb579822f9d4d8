"""How long budgets last at the present rate, and how much they let through in the steps of a forecast."""

from collections.abc import Iterator
from fractions import Fraction

from passaparola.domain.instant import DAY, Instant
from passaparola.domain.programs.compiled import Budget
from passaparola.domain.rewards.periods import Period, next_period
from passaparola.domain.values import value

SOON = 7 * DAY
_NEVER = 36_525 * DAY  # what lasts a hundred years is not used up; much later there is no calendar
_SHORT = frozenset(
    {Period.DAY, Period.WEEK}
)  # such a budget begins anew within a week: that it is used up by then is what it is for


@value(frozen=True, slots=True)
class Rate:
    """What was given on a budget in a span of time (microseconds), in minor units."""

    spent: int
    span: int


def ends_at(budget: Budget, used: int, rate: Rate, *, now: Instant, timezone: str) -> Instant | None:
    """When a budget is used up if it goes on like this; `now` where it is. None: not in a hundred years, or it begins anew before."""
    left = max(0, budget.total - used)
    if left and rate.spent <= 0:
        return None
    end = now + left * rate.span // rate.spent if left else now
    renewed = next_period(now, budget.period, timezone) if budget.period else None
    return None if end >= (now + _NEVER if renewed is None else renewed) else end


def ends_soon(budget: Budget, used: int, rate: Rate, *, now: Instant, timezone: str) -> Instant | None:
    """When a budget ends at the present rate, where that is within a week from now. Budgets by day or week are left alone."""
    if budget.period in _SHORT:
        return None
    end = ends_at(budget, used, rate, now=now, timezone=timezone)
    return end if end is not None and end <= now + SOON else None


def let_through(budget: Budget, used: int, rate: Rate, *, now: Instant, timezone: str) -> Iterator[int]:
    """What a budget that begins anew lets through in each further span, when as much is asked for as in the last one; without end.

    What is not used in a period is lost. Minor units, rounded down.
    """
    at, left = now, Fraction(max(0, budget.total - used))
    while True:
        end, given = at + rate.span, Fraction(0)
        while at < end:
            renewed = next_period(at, budget.period, timezone) if budget.period else end
            until = min(end, renewed)
            more = min(left, Fraction(max(0, rate.spent) * (until - at), rate.span))
            given, left, at = given + more, left - more, until
            if budget.period and until == renewed:
                left = Fraction(budget.total)
        yield int(given)
