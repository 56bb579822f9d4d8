"""A budget that is nearly used up is a finding, once for each budget and period."""

from collections.abc import Iterator, Mapping

from passaparola.domain.decision import Finding
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import Program
from passaparola.domain.rewards.limits import budget_key
from passaparola.domain.rewards.periods import period_of

BUDGET_ALERT = "budget_alert"


def budget_alerts(
    program: Program, unit: str, at: Instant, counters: Mapping[str, int], more: int | None = None
) -> Iterator[Finding]:
    """The budgets of this unit of which `alert_percent` or more is used, in the period of `at`. The key of a finding makes it single.

    With `more`, the part of what is used that came last: only those that it took there.
    """
    for budget in program.budgets:
        if budget.unit != unit:
            continue
        period = period_of(at, budget.period, program.timezone)
        key = budget_key(program.key, unit, period)
        used = counters.get(key, 0)
        line = budget.alert_percent * budget.total
        if used * 100 >= line and (more is None or (used - more) * 100 < line):
            detail = {
                "program": program.slug,
                "used": used,
                "total": budget.total,
                "unit": unit,
                "percent": budget.alert_percent,
            }
            yield Finding(BUDGET_ALERT, key, {**detail, "period": period} if period else detail)
