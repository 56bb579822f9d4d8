"""What rewards count on budgets, by the time by which they count."""

from passaparola.domain.instant import Instant
from passaparola.store.session import Session


def counted_since(session: Session, workspace: str, program: str, since: Instant) -> dict[str, int]:
    """Unit → what was earned since a moment and is not taken back, in minor units. It reads every reward of the program."""
    rows = session.rows(
        "SELECT r.unit, SUM(r.amount - r.reversed) FROM store_reward r WHERE r.workspace_id = %(ws)s::uuid"
        " AND r.program_id = %(program)s::uuid AND COALESCE(r.earned_at, r.created_at) >= %(since)s"
        " AND r.queued_on IS NULL AND r.state IN ('pending', 'issued', 'redeemed', 'expired') GROUP BY r.unit",
        ws=workspace,
        program=program,
        since=since,
    )
    return {str(unit): int(amount) for unit, amount in rows}
