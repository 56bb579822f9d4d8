"""Counters of limits that a new version of a program brings or drops: what was given before counts from the first moment."""

from dataclasses import replace
from typing import NamedTuple

from passaparola.domain.programs.compiled import Program
from passaparola.domain.rewards.limits import budget_key, cap_key, measure_of
from passaparola.store.ids import new_id
from passaparola.store.read.limits import counters_of_program, due_counters
from passaparola.store.session import Session

_COUNTER = ("id", "workspace_id", "key", "used", "ceiling")
_NET = (
    "CASE WHEN r.queued_on IS NULL AND r.state IN ('pending', 'issued', 'redeemed', 'expired')"
    " THEN r.amount - r.reversed ELSE 0 END"
)


class Limit(NamedTuple):
    """One kind of counter: the budget's (no side) or a plain cap's. `measure` is the unit, or `#` for a number of rewards."""

    side: str
    measure: str


def limits_of(program: Program) -> set[Limit]:
    """The kinds of counters that the program keeps for ever; the others begin anew, or are of a referral or the program."""
    found = {Limit(str(cap.per), measure_of(cap)) for cap in program.caps if cap.is_plain}
    return found | {Limit("", budget.unit) for budget in program.budgets if budget.period is None}


def others_of(program: Program) -> tuple[object, ...]:
    """The limits that are not plain, whatever they allow."""
    caps = [(c.per, c.metric, c.unit, c.period) for c in program.caps if not c.is_plain]
    return (program.timezone, caps, [(b.unit, b.period) for b in program.budgets if b.period is not None])


def recount(session: Session, workspace: str, key: str, before: Program | None, now: Program) -> None:
    """Make the counters of limits that are new in `now` from the rewards, and remove those of limits that are gone.

    Call it in the transaction that changes the live version, after the workspace's row was changed: whoever decided with the version
    before is then either committed and counted, or decides again. Ceilings are set by the first move under them, so that a budget below
    what was given already refuses, and takes nothing back.
    """
    old, new = limits_of(before) if before else set(), limits_of(now)
    for limit in sorted(old ^ new):
        _forget(session, workspace, key, limit)
    for limit in sorted(new - old):
        rows = [(new_id(), workspace, name, used, None) for name, used in _used(session, workspace, key, limit)]
        session.insert("store_counter", _COUNTER, rows)
    if before is not None and others_of(before) != others_of(now):
        _recount_others(session, workspace, replace(now, key=key))


def _recount_others(session: Session, workspace: str, program: Program) -> None:
    """Limits with periods, of referrals, of the program and of queues changed: all of them are made anew from the rewards."""
    plain = limits_of(program)
    kept = counters_of_program(session, workspace, program.key)
    for key in kept:
        if not _is_plain(key, plain):
            session.run(
                "DELETE FROM store_counter WHERE workspace_id = %(ws)s::uuid AND key = %(key)s", ws=workspace, key=key
            )
    due = due_counters(session, workspace, program)
    rows = [(new_id(), workspace, key, used, None) for key, used in sorted(due.items()) if not _is_plain(key, plain)]
    session.insert("store_counter", _COUNTER, rows)


def _is_plain(key: str, plain: set[Limit]) -> bool:
    kind, *parts = key.split(":")
    if kind == "budget":
        return len(parts) == 2 and Limit("", parts[1]) in plain
    return kind == "cap" and len(parts) == 4 and Limit(parts[1], parts[3]) in plain


def _forget(session: Session, workspace: str, program: str, limit: Limit) -> None:
    head = f"cap:{program}:{limit.side}:" if limit.side else f"budget:{program}:"
    start = len(head) + 1 + (33 if limit.side else 0)
    session.run(
        f"DELETE FROM store_counter WHERE workspace_id = %(ws)s::uuid AND substr(key, 1, {len(head)}) = %(head)s"
        f" AND substr(key, {start}) = %(measure)s",
        ws=workspace,
        head=head,
        measure=limit.measure,
    )


def _used(session: Session, workspace: str, program: str, limit: Limit) -> list[tuple[str, int]]:
    """(counter, used) of everybody who was given something, merged persons with whom they were merged into."""
    counted = f"CASE WHEN ({_NET}) > 0 THEN 1 ELSE 0 END" if limit.measure == "#" else _NET
    of_unit = "" if limit.measure == "#" else " AND r.unit = %(measure)s"
    of_side = " AND r.side = %(side)s" if limit.side else ""
    person = "COALESCE(p.alias_of_id, r.beneficiary_id)" if limit.side else "r.program_id"
    rows = session.rows(
        f"SELECT {person}, SUM({counted}) FROM store_reward r LEFT JOIN store_person p ON p.id = r.beneficiary_id"
        f" WHERE r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid{of_side}{of_unit}"
        f" GROUP BY {person} HAVING SUM({counted}) > 0",
        ws=workspace,
        program=program,
        side=limit.side,
        measure=limit.measure,
    )
    if not limit.side:
        return [(budget_key(program, limit.measure), int(used)) for _, used in rows]
    return [(cap_key(program, limit.side, person, limit.measure), int(used)) for person, used in rows]
