"""What people hold."""

from collections.abc import Iterable

from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.kinds import ENTITLEMENTS
from passaparola.store.read.gather import REWARD_COLUMNS, reward_of
from passaparola.store.session import Session


def held_by(session: Session, workspace: str, people: Iterable[str]) -> list[Reward]:
    """Entitlements that were issued to these people and not wholly taken back, the oldest first; also those that have ended."""
    rows = session.rows(
        f"SELECT {REWARD_COLUMNS} FROM store_reward WHERE workspace_id = %(ws)s::uuid AND beneficiary_id = any{{people:uuid}}"
        " AND kind = any{kinds:text} AND state IN ('issued', 'redeemed', 'expired') AND amount > reversed ORDER BY id",
        ws=workspace,
        people=sorted(people),
        kinds=sorted(ENTITLEMENTS),
    )
    return [reward_of(row) for row in rows]
