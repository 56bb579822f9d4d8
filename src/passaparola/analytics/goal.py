"""How far a program is on the way to its goal. What there was at the launch is read from the log, so it never changes afterwards."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from passaparola.analytics.report import report
from passaparola.domain.events.event import MAILBOX_SOURCE
from passaparola.domain.instant import Instant, instant, iso, local_date, zone
from passaparola.domain.programs import read_program
from passaparola.domain.programs.compiled import Program
from passaparola.domain.programs.goals import KPIS, Evaluation, Goal, GoalKind, evaluate
from passaparola.store.read.catalogue import find_program, version_document, version_numbers
from passaparola.store.read.snapshot import Session, snapshot

# Whose first paid order, or record as a customer, was decided before a moment. Merged persons count once.
CUSTOMERS = f"""
SELECT COUNT(DISTINCT COALESCE(p.alias_of_id, e.person_id)) FROM store_event e LEFT JOIN store_person p ON p.id = e.person_id
  WHERE e.workspace_id = %(ws)s::uuid AND e.person_id IS NOT NULL AND e.decided_at < %(until)s AND (
    (e.type = 'purchase' AND e.outcome = 'recorded' AND e.amount_minor > 0) OR (e.type = 'customer' AND e.source <> '{MAILBOX_SOURCE}')
    OR e.customer_since IS NOT NULL)"""


class NoGoal(LookupError):
    """The program's file names no goal."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A goal, its measure, and where it stands. Amounts in minor units of `goal.unit`, where that is a currency."""

    program: Program
    goal: Goal
    launched: Instant
    ends: Instant | None
    baseline: int
    value: int | None
    evaluation: Evaluation


def goal_of(workspace: str, name: str, *, now: Instant) -> Progress:
    """The goal of the live version of a program and how far it is. Raises NoSuchProgram, NoGoal."""
    with snapshot() as session:
        entry = find_program(session, workspace, name)
        number = entry.live_version or entry.newest
        found = version_document(session, workspace, entry.key, number)
        since = [at for _, at in version_numbers(session, workspace, entry.key) if at is not None]
        launched = min(since, default=now)
        document = found[0] if found else ""
        program, _ = read_program(document, key=entry.key, version=number, effective_from=launched)
        if program is None or program.goal is None:
            raise NoGoal(
                f"{entry.slug} names no goal: add `goal: {{kind: new_customers, target: 50, months: 12}}` to its file"
            )
        baseline = _customers(session, workspace, launched)
        base = _customers(session, workspace, now + 1)
    numbers = report(workspace, entry.slug)
    value = base if program.goal.kind is GoalKind.MULTIPLY_BASE else _value(program.goal, numbers, program.currency)
    ends = _ends(program.goal, launched, program.timezone)
    found_out = evaluate(program.goal, baseline=baseline, value=value, over=ends is not None and now >= ends)
    return Progress(program, program.goal, launched, ends, baseline, value, found_out)


def goal_document(progress: Progress) -> dict[str, Any]:
    """Plain JSON values."""
    goal, found = progress.goal, progress.evaluation
    return {
        "program": progress.program.slug,
        "kind": goal.kind.value,
        "kpi": KPIS[goal.kind],
        "launched_at": iso(progress.launched),
        "ends_at": iso(progress.ends) if progress.ends is not None else None,
        "baseline": progress.baseline if goal.kind is GoalKind.MULTIPLY_BASE else 0,
        "value": progress.value,
        "target": found.target,
        "currency": goal.unit,
        "progress_percent": None if found.progress_bp is None else found.progress_bp / 100,
        "state": found.state,
        "why": found.why,
    }


def _customers(session: Session, workspace: str, until: Instant) -> int:
    return int(session.rows(CUSTOMERS, ws=workspace, until=until)[0][0])


def _value(goal: Goal, numbers: dict[str, Any], currency: str) -> int | None:
    converted, orders = int(numbers["converted_friends"]), int(numbers["referred_orders"])
    cost = sum(int(r["value_minor"]) for r in numbers["rewards"] if r["currency"] == currency)
    values: dict[GoalKind, int | None] = {
        GoalKind.SALES: orders,
        GoalKind.REVENUE: int(numbers["revenue_minor"].get(currency, 0)),
        GoalKind.NEW_CUSTOMERS: converted,
        GoalKind.REFERRALS: int(numbers["bound_friends"]),
        GoalKind.LEADS: int(numbers["bound_friends"]),
        GoalKind.AWARENESS: int(numbers["visits"]),
        GoalKind.LOYALTY: max(0, orders - int(numbers["friends_with_order"])),
        GoalKind.LOWER_CAC: cost // converted if converted else None,
    }
    return values.get(goal.kind)


def _ends(goal: Goal, launched: Instant, timezone: str) -> Instant | None:
    if goal.deadline is not None:
        return _midnight(date.fromisoformat(goal.deadline) + timedelta(days=1), timezone)
    if goal.months is None:
        return None
    day = local_date(launched, timezone)
    months = day.month - 1 + goal.months
    year, month = day.year + months // 12, months % 12 + 1
    return _midnight(
        day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1])), timezone
    )


def _midnight(day: date, timezone: str) -> Instant:
    return instant(datetime.combine(day, datetime.min.time(), tzinfo=zone(timezone)).astimezone(UTC))
