"""What a program owes to people, and is going to owe: `liability-forecast` over its ledger, budgets by period by the calendar."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from passaparola.domain.calculations.liability import rolled_forward, within
from passaparola.domain.instant import DAY, Instant, iso
from passaparola.domain.money import proportion
from passaparola.domain.programs import read_program
from passaparola.domain.programs.compiled import Budget, Program
from passaparola.domain.rewards.limits import budget_key
from passaparola.domain.rewards.pace import Rate, ends_at, let_through
from passaparola.domain.rewards.periods import next_period, period_of
from passaparola.store.read.catalogue import find_program, version_document
from passaparola.store.read.gather import counters
from passaparola.store.read.owed_by_program import OwedMoves, owed_by_program, waiting_by_unit
from passaparola.store.read.snapshot import Session, snapshot


def liability_of(workspace: str, name: str, *, days: int, periods: int, now: Instant) -> dict[str, Any]:
    """By unit: what is owed now, what moved in the last `days`, and what is owed `periods` times as long ahead. Raises NoSuchProgram.

    Vouchers off an order count in the unit VOUCHER. What people only hold (storage, months, access) is not owed any more and left out.
    """
    with snapshot() as session:
        entry = find_program(session, workspace, name)
        number = entry.live_version or entry.newest
        found = version_document(session, workspace, entry.key, number)
        program, _ = read_program(found[0] if found else "", key=entry.key, version=number, effective_from=0)
        moves = owed_by_program(session, workspace, entry.key, since=now - days * DAY, until=now + 1)
        waiting = waiting_by_unit(session, workspace, entry.key)
        budgets = _budgets(session, workspace, program, now) if program is not None else {}
    known = {move.unit: move for move in moves}
    units = sorted({*known, *waiting})
    horizon = Horizon(now, days * DAY, periods, program.timezone if program is not None else "UTC")
    lines = [
        _line(known.get(unit, OwedMoves(unit, 0, 0, 0)), waiting.get(unit, (0, 0)), budgets.get(unit, {}), horizon)
        for unit in units
    ]
    return {
        "program": entry.slug,
        "days": days,
        "periods": periods,
        "as_of": iso(now),
        "until": iso(now + days * periods * DAY),
        "liabilities": lines,
    }


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far is looked: `periods` times `span` microseconds from `now`, by the program's calendar."""

    now: Instant
    span: int
    periods: int
    timezone: str


def _budgets(session: Session, workspace: str, program: Program, now: Instant) -> dict[str, dict[Budget, int]]:
    """Unit → its budgets, and what of each is used in its present period. What is on hold is counted in it already, what waits for room is
    not."""
    keys = {b: budget_key(program.key, b.unit, period_of(now, b.period, program.timezone)) for b in program.budgets}
    used = counters(session, workspace, keys.values()) if keys else {}
    found: dict[str, dict[Budget, int]] = {}
    for budget, key in keys.items():
        found.setdefault(budget.unit, {})[budget] = used.get(key, 0)
    return found


def _line(moves: OwedMoves, waits: tuple[int, int], budgets: dict[Budget, int], horizon: Horizon) -> dict[str, Any]:
    waiting, counted = waits[0], waits[0] - waits[1]
    owed, issued, gone = max(0, moves.owed), max(0, moves.issued), max(0, moves.gone)
    left = min((max(0, b.total - used) for b, used in budgets.items() if b.period is None), default=None)
    room = None if left is None else left + counted
    asked = [max(issued, waiting), *[issued] * (horizon.periods - 1)]
    rate = Rate(issued, horizon.span)
    for budget, used in budgets.items():
        if budget.period is not None:
            through = let_through(budget, used, rate, now=horizon.now, timezone=horizon.timezone)
            ahead = [most + (counted if step == 0 else 0) for step, most in enumerate(islice(through, horizon.periods))]
            asked = [min(pair) for pair in zip(asked, ahead, strict=True)]
    found = rolled_forward(owed=owed, gone=gone, given=within(asked, room))
    return {
        "unit": moves.unit,
        "owed_minor": owed,
        "waiting_minor": waiting,
        "issued_minor": issued,
        "gone_minor": gone,
        "budget_left_minor": left,
        "gone_percent": round(float(found["gone_share"]) * 100, 2),
        "given_minor": int(found["given"]),
        "liability_minor": _half_up(found["liability"]),
        "highest_minor": _half_up(found["highest"]),
        "budget_lasts_periods": round(room / issued, 2) if room is not None and issued else None,
        "budgets": [_budget(budget, used, rate, horizon) for budget, used in budgets.items()],
    }


def _budget(budget: Budget, used: int, rate: Rate, horizon: Horizon) -> dict[str, Any]:
    """One budget: what is left in its present period, and when that is used up at the rate of the last days."""
    end = ends_at(budget, used, rate, now=horizon.now, timezone=horizon.timezone)
    renewed = next_period(horizon.now, budget.period, horizon.timezone) if budget.period else None
    return {
        "period": str(budget.period) if budget.period else None,
        "total_minor": budget.total,
        "left_minor": max(0, budget.total - used),
        "begins_anew_at": iso(renewed) if renewed is not None else None,
        "used_up_at": iso(end) if end is not None else None,
    }


def _half_up(amount: Any) -> int:
    return proportion(1, amount.numerator, amount.denominator)
