"""Budgets that end within a week at the present rate, for the clock to tell: once an hour, for it reads every reward of the program."""

from collections.abc import Iterator, Mapping
from typing import Any

from passaparola.actions.programs.hourly import Hourly
from passaparola.actions.programs.live import live_programs
from passaparola.analytics.pace import rates_of
from passaparola.domain.instant import Instant, iso
from passaparola.domain.programs.compiled import Budget, Program, ProgramStatus
from passaparola.domain.rewards.limits import budget_key
from passaparola.domain.rewards.pace import SOON, Rate, ends_soon
from passaparola.domain.rewards.periods import period_of
from passaparola.store.read.gather import counters, workspace_row
from passaparola.store.session import Session, reading

ENDS_SOON = "budget_ends_soon"
_hourly = Hourly()
Found = dict[tuple[str, str], dict[str, Any]]


def ending_to_tell(workspace: str, *, now: Instant) -> Found:
    """(kind, key) → detail of the finding for every budget of an active program with something left that ends within a week, once for each
    budget, period and total."""
    found: Found = {}
    with reading() as session:
        for versions in live_programs(session, workspace_row(session, workspace)).values():
            program = versions.live
            used = _used(session, workspace, program, now) if program.status is ProgramStatus.ACTIVE else {}
            if not _may_end(used) or not _hourly.is_time(program, now):
                continue
            launched = versions.versions[0].effective_from
            rates = rates_of(session, workspace, program.key, launched=launched, now=now)
            found.update(_ending(program, used, rates, now))
    return found


def _used(session: Session, workspace: str, program: Program, now: Instant) -> dict[Budget, int]:
    keys = {b: budget_key(program.key, b.unit, period_of(now, b.period, program.timezone)) for b in program.budgets}
    known = counters(session, workspace, keys.values()) if keys else {}
    return {budget: known.get(key, 0) for budget, key in keys.items()}


def _may_end(used: Mapping[Budget, int]) -> bool:
    """Whether it is worth to look: of a budget for the whole life half is used, if what is left was given in a week."""
    return any(budget.period is not None or 2 * gone >= budget.total for budget, gone in used.items())


def _ending(
    program: Program, used: Mapping[Budget, int], rates: Mapping[str, Rate], now: Instant
) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    for budget, gone in used.items():
        rate = rates.get(budget.unit, Rate(0, SOON))
        end = ends_soon(budget, gone, rate, now=now, timezone=program.timezone)
        if end is None or gone >= budget.total:
            continue
        key = budget_key(program.key, budget.unit, period_of(now, budget.period, program.timezone))
        detail = {
            "program": program.slug,
            "left": [budget.total - gone, budget.unit],
            "given": [rate.spent, budget.unit],
            "ends": iso(end)[:10],
        }
        yield (ENDS_SOON, f"{key}:{budget.total}"), detail
