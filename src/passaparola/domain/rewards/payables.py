"""What is owed until it is handed over: money paid out, wages, things sent. Handing over is the redemption of such a reward."""

from enum import StrEnum

from passaparola.domain.rewards.change import Reward, RewardChange, RewardState
from passaparola.domain.rewards.kinds import PAYABLES
from passaparola.domain.tongue import gettext_noop as _
from passaparola.domain.values import replace


class HandoverReason(StrEnum):
    """Why something is not handed over."""

    NOT_FOUND = "not_found"
    NOT_PAYABLE = "not_payable"
    NOT_OWED = "not_owed"
    DETAILS_MISSING = "details_missing"
    AMOUNT_MISMATCH = "amount_mismatch"


HANDOVER_WORDS: dict[HandoverReason, str] = {
    HandoverReason.NOT_FOUND: _("there is no such reward"),
    HandoverReason.NOT_PAYABLE: _("a reward of this kind is not handed over"),
    HandoverReason.NOT_OWED: _("nothing of it is owed at present"),
    HandoverReason.DETAILS_MISSING: _("what must be known of the person before it is sent is missing"),
    HandoverReason.AMOUNT_MISMATCH: _("another amount is owed than the one that was told"),
}


def owed_of(reward: Reward) -> int:
    """What is still to be handed over, in the reward's unit."""
    return max(reward.available, 0) if reward.state == RewardState.ISSUED else 0


def refused_handover(reward: Reward, *, missing: tuple[str, ...], told: int | None) -> HandoverReason | None:
    """Why the reward cannot be handed over now, or None. `missing`: personal fields; `told`: the amount paid, if told."""
    if reward.kind not in PAYABLES:
        return HandoverReason.NOT_PAYABLE
    if owed_of(reward) == 0:
        return HandoverReason.NOT_OWED
    if missing:
        return HandoverReason.DETAILS_MISSING
    return HandoverReason.AMOUNT_MISMATCH if told is not None and told != owed_of(reward) else None


def hand_over(reward: Reward) -> RewardChange:
    """All that is owed has left the firm."""
    after = replace(reward, redeemed=reward.redeemed + owed_of(reward), state=RewardState.REDEEMED)
    return RewardChange(reward, after, (), "redeemed")


def take_back(reward: Reward, amount: int) -> RewardChange:
    """It came back, or had not left: it is owed again."""
    after = replace(reward, redeemed=reward.redeemed - amount, state=RewardState.ISSUED)
    return RewardChange(reward, after, (), "returned")
