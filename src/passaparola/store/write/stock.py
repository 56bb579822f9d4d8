"""Counters of stock that a new version of a program brings or drops: what was given before counts from the first moment."""

from passaparola.domain.programs.compiled import Program
from passaparola.domain.rewards.stock import stock_key
from passaparola.store.ids import new_id
from passaparola.store.session import Session

_COUNTER = ("id", "workspace_id", "key", "used", "ceiling")
_NET = "CASE WHEN r.state IN ('pending', 'issued', 'redeemed', 'expired') THEN r.amount - r.reversed ELSE 0 END"


def recount_stock(session: Session, workspace: str, key: str, before: Program | None, now: Program) -> None:
    """Make the counters of stock that is new in `now`, and remove those of stock that is gone. As `recount` of caps and budgets."""
    old, new = ({rule for rule, _ in program.stocks} if program else set() for program in (before, now))
    for rule in sorted(old ^ new):
        session.run(
            "DELETE FROM store_counter WHERE workspace_id = %(ws)s::uuid AND key = %(key)s",
            ws=workspace,
            key=stock_key(key, rule),
        )
    rows = [(new_id(), workspace, stock_key(key, r), used, None) for r, used in _given(session, workspace, key)]
    session.insert("store_counter", _COUNTER, [row for row in rows if row[2].rpartition(":")[2] in new - old])


def _given(session: Session, workspace: str, program: str) -> list[tuple[str, int]]:
    """(rule, pieces) of all that a program has given."""
    rows = session.rows(
        f"SELECT r.rule, SUM({_NET}) FROM store_reward r WHERE r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid"
        f" GROUP BY r.rule HAVING SUM({_NET}) > 0 ORDER BY r.rule",
        ws=workspace,
        program=program,
    )
    return [(rule, int(used)) for rule, used in rows]
