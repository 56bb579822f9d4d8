"""Rewards that have waited for long."""

from passaparola.domain.instant import Instant
from passaparola.domain.rewards.change import Reward
from passaparola.store.read.gather import REWARD_COLUMNS, reward_of
from passaparola.store.session import Session


def rewards_waiting_since(
    session: Session, workspace: str, reasons: list[str], since: Instant, limit: int
) -> list[Reward]:
    """Waiting rewards with one of these reasons that were earned, and whose hold was over, by `since`."""
    rows = session.rows(
        f"SELECT {REWARD_COLUMNS} FROM store_reward WHERE workspace_id = %(ws)s::uuid AND state = 'pending'"
        " AND reason = any{reasons:text} AND COALESCE(hold_until, earned_at, created_at) <= %(since)s ORDER BY id LIMIT %(limit)s",
        ws=workspace,
        reasons=reasons,
        since=since,
        limit=limit,
    )
    return [reward_of(r) for r in rows]
