"""What falls due by itself: holds that end and value that expires, in the order of the times."""

from bisect import insort
from collections.abc import Iterable

from passaparola.domain.instant import Instant
from passaparola.domain.reasons import Reason
from passaparola.domain.rewards.change import Reward, RewardState

NEVER: Instant = 2**62


def due_key(reward: Reward) -> tuple[Instant, str]:
    """When time does something to this reward, then its id; NEVER where it waits for nothing that time brings."""
    if reward.reason == Reason.HOLD and reward.hold_until is not None:
        return reward.hold_until, reward.id
    if (
        reward.state in (RewardState.ISSUED, RewardState.REDEEMED)
        and reward.expires_at is not None
        and reward.available > 0
    ):
        return reward.expires_at, reward.id
    return NEVER, reward.id


class DueList:
    """Rewards by the time they fall due. What was put in may have changed since: who takes it looks again."""

    def __init__(self, rewards: Iterable[Reward] = ()):
        self._rewards = sorted(rewards, key=due_key)

    def take(self, until: Instant) -> Reward | None:
        """The next one that is due by `until`, taken out; None when there is none."""
        if not self._rewards or due_key(self._rewards[0])[0] > until:
            return None
        return self._rewards.pop(0)

    def put(self, reward: Reward) -> None:
        """Put one among the others."""
        insort(self._rewards, reward, key=due_key)
