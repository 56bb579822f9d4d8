"""What a program owes to people, and is going to owe: the calculation `liability-forecast` over its own ledger."""

from typing import Any

from passaparola.domain.calculations.liability import liability_forecast
from passaparola.domain.instant import DAY, Instant, iso
from passaparola.domain.money import proportion
from passaparola.domain.programs import read_program
from passaparola.domain.programs.compiled import Program
from passaparola.domain.rewards.limits import budget_key
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
        room = _room(session, workspace, program) if program is not None else {}
    known = {move.unit: move for move in moves}
    units = sorted({*known, *waiting})
    lines = [
        _line(known.get(unit, OwedMoves(unit, 0, 0, 0)), waiting.get(unit, 0), room.get(unit), periods)
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


def _room(session: Session, workspace: str, program: Program) -> dict[str, int]:
    """Unit → what the budget for the program's whole life still lets through. What waits is counted in it already."""
    keys = {budget_key(program.key, b.unit): b for b in program.budgets if b.period is None}
    used = counters(session, workspace, keys) if keys else {}
    return {budget.unit: max(0, budget.total - used.get(key, 0)) for key, budget in keys.items()}


def _line(moves: OwedMoves, waiting: int, left: int | None, periods: int) -> dict[str, Any]:
    room = None if left is None else left + waiting
    given = {
        "owed": max(0, moves.owed),
        "issued": max(0, moves.issued),
        "gone": max(0, moves.gone),
        "waiting": waiting,
        "room": room,
    }
    found = liability_forecast(**given, periods=periods)
    lasts = found["budget_lasts"]
    return {
        "unit": moves.unit,
        "owed_minor": given["owed"],
        "waiting_minor": waiting,
        "issued_minor": given["issued"],
        "gone_minor": given["gone"],
        "budget_left_minor": left,
        "gone_percent": round(float(found["gone_share"]) * 100, 2),
        "given_minor": int(found["given"]),
        "liability_minor": _half_up(found["liability"]),
        "highest_minor": _half_up(found["highest"]),
        "budget_lasts_periods": None if lasts is None else round(float(lasts), 2),
    }


def _half_up(amount: Any) -> int:
    return proportion(1, amount.numerator, amount.denominator)
