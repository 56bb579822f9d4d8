"""Which milestone each reward of an advocate stands for."""

from collections.abc import Iterable

from passaparola.domain.programs.compiled import RewardRule
from passaparola.domain.rewards.change import LIVE, Reward


def milestone_key(rule: RewardRule, ordinal: int) -> str:
    """The occasion of the n-th milestone: `every-3:2` is the sixth friend."""
    return f"every-{rule.every}:{ordinal}"


def ordinal(occasion: str) -> int:
    """The n of an occasion."""
    return int(occasion.rpartition(":")[2])


def slots(rewards: Iterable[Reward], rule: RewardRule, advocate: str) -> dict[str, Reward]:
    """Occasion → the reward that stands for it, under this rule.

    Of a merged advocate two rewards may have the same occasion: the live one keeps it, then the advocate's own; the other stands for
    the first one that is free. So both count, and none is given a third time.
    """
    prefix = f"every-{rule.every}:"
    mine = [r for r in rewards if r.occasion.startswith(prefix)]
    found: dict[str, Reward] = {}
    later: list[Reward] = []
    for reward in sorted(mine, key=lambda r: (r.state not in LIVE, r.beneficiary != advocate, r.id)):
        if found.setdefault(reward.occasion, reward) is not reward:
            later.append(reward)
    free = 1
    for reward in later:
        while milestone_key(rule, free) in found:
            free += 1
        found[milestone_key(rule, free)] = reward
    return found
