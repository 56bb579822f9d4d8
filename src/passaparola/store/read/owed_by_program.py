"""What a program owes to people by the ledger, and how that moved."""

from typing import NamedTuple

from passaparola.domain.instant import Instant
from passaparola.domain.rewards.kinds import KINDS, Family
from passaparola.store.session import Session

# Entitlements are held and not used up: nothing is owed for them once they are given.
_USED_UP = sorted(str(name) for name, kind in KINDS.items() if kind.family is not Family.ENTITLEMENT)
_SIGNED = "CASE WHEN t.credit_id = a.id THEN t.amount ELSE -t.amount END"


class OwedMoves(NamedTuple):
    """In one unit: what is owed, and of the moves since a moment what was issued, and what went (used, lapsed, taken back)."""

    unit: str
    owed: int
    issued: int
    gone: int


def owed_by_program(
    session: Session, workspace: str, program: str, *, since: Instant, until: Instant
) -> list[OwedMoves]:
    """By unit, from the posted transfers before `until`."""
    rows = session.rows(
        f"SELECT a.unit, SUM({_SIGNED}), SUM(CASE WHEN t.at >= %(since)s AND t.purpose = 'issue' THEN {_SIGNED} ELSE 0 END),"
        f" SUM(CASE WHEN t.at >= %(since)s AND t.purpose <> 'issue' THEN -({_SIGNED}) ELSE 0 END)"
        " FROM store_account a JOIN store_transfer t ON a.id IN (t.debit_id, t.credit_id) AND t.workspace_id = a.workspace_id"
        " AND t.kind IN ('single', 'post', 'reversal') WHERE a.workspace_id = %(ws)s::uuid AND a.program_id = %(program)s::uuid"
        " AND a.kind IN ('credit', 'voucher', 'payable') AND t.at < %(until)s GROUP BY a.unit ORDER BY a.unit",
        ws=workspace,
        program=program,
        since=since,
        until=until,
    )
    return [OwedMoves(unit, int(owed), int(issued), int(gone)) for unit, owed, issued, gone in rows]


def waiting_by_unit(session: Session, workspace: str, program: str) -> dict[str, tuple[int, int]]:
    """Unit → what has been earned and waits, and how much of it waits for room and so counts in no budget yet."""
    rows = session.rows(
        "SELECT w.unit, SUM(w.amount - w.reversed), SUM(CASE WHEN w.queued_on IS NULL THEN 0 ELSE w.amount - w.reversed END)"
        " FROM store_reward w WHERE w.workspace_id = %(ws)s::uuid"
        " AND w.program_id = %(program)s::uuid AND w.state = 'pending' AND w.kind = any{kinds:text} GROUP BY w.unit",
        ws=workspace,
        program=program,
        kinds=_USED_UP,
    )
    return {unit: (int(amount), int(queued)) for unit, amount, queued in rows}
