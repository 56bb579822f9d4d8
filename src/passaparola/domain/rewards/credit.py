"""Store credit at a checkout: which rewards pay, and each step of what they set aside, spend, let go and get back.

The rule in words, with worked tables: docs/rules/rewards.md. Whole minor units throughout.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from passaparola.domain.instant import Instant
from passaparola.domain.ledger.accounts import AccountKey, Purpose, Transfer, TransferKind, owed, redeemed
from passaparola.domain.rewards.change import Reward, RewardChange, RewardState

_NEVER: Instant = 2**62


@dataclass(frozen=True, slots=True)
class Part:
    """How much of one reward a checkout takes."""

    reward: Reward
    amount: int


def usable(reward: Reward, now: Instant) -> int:
    """What may be spent of a reward now: nothing once its last moment is reached, also where the clock has not come by yet."""
    if reward.expires_at is not None and reward.expires_at <= now:
        return 0
    return max(reward.available, 0)


def spread(lots: Iterable[Reward], amount: int, *, now: Instant) -> tuple[Part, ...]:
    """The rewards that pay `amount`: what expires first is used first, then what was issued first.

    Takes less where there is less: the sum of the parts is what there is.
    """
    parts: list[Part] = []
    for lot in sorted(lots, key=_order):
        take = min(amount, usable(lot, now))
        if take > 0:
            parts.append(Part(lot, take))
            amount -= take
    return tuple(parts)


def _order(reward: Reward) -> tuple[Instant, Instant, str]:
    expires = _NEVER if reward.expires_at is None else reward.expires_at
    return (expires, reward.issued_at or 0, reward.id)


def set_aside(reward: Reward, amount: int) -> RewardChange:
    """Part of a reward lies in a checkout: nobody else can spend it, and nobody can take it back."""
    return RewardChange(reward, replace(reward, reserved=reward.reserved + amount), (), "reserved")


def spend(reward: Reward, amount: int) -> RewardChange:
    """What lay in the checkout has been used. The reward is `redeemed` when nothing of it is left."""
    after = replace(reward, reserved=reward.reserved - amount, redeemed=reward.redeemed + amount)
    if after.available == 0 and after.reserved == 0:
        after = replace(after, state=RewardState.REDEEMED)
    return RewardChange(reward, after, (), "redeemed")


def let_go(reward: Reward, amount: int) -> RewardChange:
    """What lay in the checkout is free again."""
    return RewardChange(reward, replace(reward, reserved=reward.reserved - amount), (), "released")


def bring_back(reward: Reward, amount: int) -> RewardChange:
    """The order was cancelled after the spending: what was used is there again."""
    after = replace(reward, redeemed=reward.redeemed - amount, state=RewardState.ISSUED)
    return RewardChange(reward, after, (), "returned")


def is_over(reward: Reward, now: Instant) -> bool:
    """Whether what is free in this reward has reached the end of its life: it becomes breakage."""
    return reward.expires_at is not None and reward.expires_at <= now and reward.available > 0


def payment(reward: Reward, kind: TransferKind, purpose: Purpose, amount: int) -> Transfer:
    """From what is owed to the person to what has been used: pending, posted or voided."""
    return Transfer(kind, purpose, _owed(reward), redeemed(reward.program, reward.unit), reward.unit, amount)


def repayment(reward: Reward, amount: int) -> Transfer:
    """What has been used is owed to the person again."""
    used = redeemed(reward.program, reward.unit)
    return Transfer(TransferKind.REVERSAL, Purpose.RETURN, used, _owed(reward), reward.unit, amount)


def _owed(reward: Reward) -> AccountKey:
    return owed(reward.kind, reward.program, reward.beneficiary, reward.unit)
