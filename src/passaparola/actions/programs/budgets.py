"""Budgets that are nearly used up: found by the clock, where no decision saw it happen (two writers at once, a release, a new version)."""

from typing import Any

from passaparola.actions.programs.live import live_programs
from passaparola.domain.instant import Instant
from passaparola.domain.rewards.alerts import budget_alerts
from passaparola.domain.rewards.limits import budget_key
from passaparola.domain.rewards.periods import period_of
from passaparola.store.read.gather import counters, workspace_row
from passaparola.store.session import reading


def budgets_to_tell(workspace: str, *, now: Instant) -> dict[tuple[str, str], dict[str, Any]]:
    """(kind, key) → detail of the finding for every budget of which `alert_percent` or more is used, in its present period."""
    with reading() as session:
        programs = [found.live for found in live_programs(session, workspace_row(session, workspace)).values()]
        keys = {
            budget_key(program.key, budget.unit, period_of(now, budget.period, program.timezone)): (
                program,
                budget.unit,
            )
            for program in programs
            for budget in program.budgets
        }
        used = counters(session, workspace, keys) if keys else {}
    found = {}
    for program, unit in dict.fromkeys(keys.values()):
        for alert in budget_alerts(program, unit, now, used):
            found[(alert.kind, alert.key)] = dict(alert.detail)
    return found
