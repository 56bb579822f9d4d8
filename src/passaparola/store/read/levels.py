"""How much of what was promised was taken, by how much it was worth."""

from collections.abc import Sequence

from passaparola.store.session import Row, Session


def rewards_by_amount(session: Session, workspace: str, program: str, held: Sequence[str]) -> list[Row]:
    """(side, rule, kind, unit, amount, earned, offered, taken). Earned: not taken back or denied. Offered: there to be used or claimed, or
    was. Taken: used, at least in part, or handed over; of the kinds `held`, which nobody uses up: given."""
    return session.rows(
        "SELECT w.side, w.rule, w.kind, w.unit, w.amount, COUNT(*),"
        " SUM(CASE WHEN w.state <> 'pending' OR w.reason = 'waits_for_claim' THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN w.redeemed > 0 OR (w.state <> 'pending' AND w.kind = any{held:text}) THEN 1 ELSE 0 END)"
        " FROM store_reward w WHERE w.workspace_id = %(ws)s::uuid AND w.program_id = %(program)s::uuid"
        " AND w.state IN ('pending', 'issued', 'redeemed', 'expired')"
        " GROUP BY w.side, w.rule, w.kind, w.unit, w.amount ORDER BY 1, 2, 3, 4, 5",
        ws=workspace,
        program=program,
        held=sorted(held),
    )
