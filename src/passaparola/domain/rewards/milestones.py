"""Which milestone each reward of an advocate stands for."""

from collections.abc import Iterable

from passaparola.domain.rewards.by_staff import is_grant, is_prize
from passaparola.domain.rewards.change import LIVE, Reward


def milestone_key(ordinal: int, structure: str = "milestone") -> str:
    """The occasion of the n-th milestone, or streak, of a rule. However many friends a version asks for it, the n-th is given once."""
    return f"{structure}:{ordinal}"


def ordinal(occasion: str) -> int:
    """The n of an occasion."""
    return int(occasion.rpartition(":")[2])


def slots(rewards: Iterable[Reward], advocate: str) -> dict[str, Reward]:
    """Occasion → the reward that stands for it, of one rule's rewards.

    Of a merged advocate two rewards may have the same occasion: the live one keeps it, then the advocate's own; the other stands for
    the first one that is free. So both count, and none is given a third time. What staff gave under the rule is no milestone, and
    neither is a prize.
    """
    counted = (r for r in rewards if not is_grant(r.occasion) and not is_prize(r.occasion))
    mine = sorted(counted, key=lambda r: (r.state not in LIVE, r.beneficiary != advocate, r.id))
    found: dict[str, Reward] = {}
    later = [reward for reward in mine if found.setdefault(reward.occasion, reward) is not reward]
    free = 1
    for reward in later:
        structure = reward.occasion.rpartition(":")[0]
        while milestone_key(free, structure) in found:
            free += 1
        found[milestone_key(free, structure)] = reward
    return found
