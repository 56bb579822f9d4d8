"""On which orders a reward may be used. In words, with worked tables: docs/rules/rewards.md."""

from collections.abc import Set
from enum import StrEnum

from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import Use
from passaparola.domain.rewards.change import Reward


class UseReason(StrEnum):
    """Why a reward may not be used on an order."""

    EARNING_ORDER = "earning_order"
    DATED_BEFORE_ISSUE = "dated_before_issue"
    NOT_FIRST_ORDER = "not_first_order"


USE_WORDS: dict[UseReason, str] = {
    UseReason.EARNING_ORDER: "it is for a later order than the one that earned it",
    UseReason.DATED_BEFORE_ISSUE: "it is for what takes place after it was given",
    UseReason.NOT_FIRST_ORDER: "it is for a first order, and another one has been paid",
}


def refused_use(
    use: Use, reward: Reward, *, order: str | None, dated: Instant, earned_by: str | None, paid: Set[str]
) -> UseReason | None:
    """The reason why a reward may not be used on an order dated `dated`, or None.

    `earned_by`: the order that earned it; `paid`: the orders that its owner has paid. The moment of issue itself is not before it.
    """
    if use is Use.NEXT_PURCHASE and order is not None and order == earned_by:
        return UseReason.EARNING_ORDER
    if use in (Use.NEXT_PURCHASE, Use.FUTURE_ONLY) and reward.issued_at is not None and dated < reward.issued_at:
        return UseReason.DATED_BEFORE_ISSUE
    if use is Use.FIRST_ORDER and paid - {order}:
        return UseReason.NOT_FIRST_ORDER
    return None
