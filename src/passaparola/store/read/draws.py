"""A reward with what a draw needs to be done again."""

from passaparola.domain.referrals.kept import load_state
from passaparola.domain.referrals.state import FriendState
from passaparola.domain.rewards.change import Reward
from passaparola.store.read.gather import REWARD_COLUMNS, reward_of
from passaparola.store.session import Session


def reward_with_state(session: Session, workspace: str, reward: str) -> tuple[Reward, FriendState | None] | None:
    """The reward, and the state of its referral (None where many friends earned it together). None when there is no such reward."""
    rows = session.rows(
        f"SELECT {REWARD_COLUMNS} FROM store_reward WHERE workspace_id = %(ws)s::uuid AND id = %(key)s::uuid",
        ws=workspace,
        key=reward,
    )
    if not rows:
        return None
    found = reward_of(rows[0])
    states = session.rows(
        "SELECT state FROM store_referral WHERE workspace_id = %(ws)s::uuid AND id = any{ids:uuid}",
        ws=workspace,
        ids=[found.referral] if found.referral else [],
    )
    return found, load_state(states[0][0]) if states else None
