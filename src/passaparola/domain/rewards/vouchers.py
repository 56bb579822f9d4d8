"""Vouchers at a checkout: whether a code counts for an order, what it takes off, and the transfers of its use.

A fixed voucher takes off its worth, at most the order; what the order does not need is forfeited. A percentage voucher takes off its
share of the order, half up, at most `max_discount`. Single use: one voucher, one order. In words: docs/rules/rewards.md.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from passaparola.domain.instant import Instant
from passaparola.domain.ledger.accounts import (
    AccountKey,
    Purpose,
    Transfer,
    TransferKind,
    breakage,
    discount,
    expense,
    owed,
    redeemed,
)
from passaparola.domain.money import proportion
from passaparola.domain.rewards.change import Reward, RewardChange, RewardState
from passaparola.domain.rewards.uses import USE_WORDS, UseReason

BASIS_POINTS = 10_000
LONGEST_CODE = 64


class VoucherState(StrEnum):
    OPEN = "open"
    RESERVED = "reserved"
    REDEEMED = "redeemed"


class VoucherReason(StrEnum):
    """Why a code does not count for an order. A code of another workspace is not found either."""

    NOT_FOUND = "voucher_not_found"
    WITHDRAWN = "voucher_withdrawn"
    USED = "voucher_used"
    EXPIRED = "voucher_expired"
    RESERVED = "voucher_reserved"
    CURRENCY_MISMATCH = "currency_mismatch"
    BELOW_MINIMUM_ORDER = "below_minimum_order"
    NOTHING_TO_DISCOUNT = "nothing_to_discount"
    EARNING_ORDER = UseReason.EARNING_ORDER.value
    DATED_BEFORE_ISSUE = UseReason.DATED_BEFORE_ISSUE.value
    NOT_FIRST_ORDER = UseReason.NOT_FIRST_ORDER.value


VOUCHER_WORDS: dict[VoucherReason, str] = {
    VoucherReason.NOT_FOUND: "there is no such voucher",
    VoucherReason.WITHDRAWN: "the voucher was withdrawn",
    VoucherReason.USED: "the voucher has been used",
    VoucherReason.EXPIRED: "the voucher has expired",
    VoucherReason.RESERVED: "the voucher lies in another order",
    VoucherReason.CURRENCY_MISMATCH: "the voucher is in another currency than the order",
    VoucherReason.BELOW_MINIMUM_ORDER: "the order is below the smallest one the voucher is for",
    VoucherReason.NOTHING_TO_DISCOUNT: "the voucher takes nothing off this order",
    **{VoucherReason(reason.value): f"the voucher cannot be used: {words}" for reason, words in USE_WORDS.items()},
}


@dataclass(frozen=True, slots=True)
class Voucher:
    """A voucher as stored. `limit_unit` is the currency of `max_discount` and `min_order`."""

    id: str
    reward: str
    code: str
    percent_bp: int | None
    max_discount: int | None
    min_order: int | None
    limit_unit: str | None
    state: str
    order: str | None
    order_minor: int | None
    order_unit: str | None
    discount: int | None
    reserved_until: Instant | None
    pending_transfer: str | None
    revision: int


@dataclass(frozen=True, slots=True)
class Basket:
    """What a checkout shows: its order (None while it only asks), what is to be paid for it, and the currency."""

    order: str | None
    minor: int
    unit: str
    dated: Instant | None = None  # None: now


def plain_code(text: str) -> str:
    """A code as it is compared: capitals, without spaces and hyphens. "" for what cannot be one."""
    code = "".join(c for c in text.upper() if not c.isspace() and c != "-")
    return code if len(code) <= LONGEST_CODE and code.isascii() and code.isalnum() else ""


def discount_for(voucher: Voucher, reward: Reward, order_minor: int) -> int:
    """Minor units off an order: a share half up and at most `max_discount`, or the voucher's worth and at most the order."""
    if voucher.percent_bp is None:
        return min(worth(reward), order_minor)
    share = proportion(order_minor, voucher.percent_bp, BASIS_POINTS)
    return share if voucher.max_discount is None else min(share, voucher.max_discount)


def worth(reward: Reward) -> int:
    """What an unused voucher holds, in the reward's unit; what lies in a checkout is part of it."""
    return reward.amount - reward.reversed - reward.redeemed - reward.expired


def refusal(voucher: Voucher, reward: Reward, basket: Basket, *, now: Instant) -> VoucherReason | None:
    """The first reason why the voucher does not count for this order, or None."""
    if voucher.state == VoucherState.REDEEMED:
        return None if voucher.order == basket.order else VoucherReason.USED
    if reward.state == RewardState.EXPIRED:
        return VoucherReason.EXPIRED
    if reward.state != RewardState.ISSUED:
        return VoucherReason.WITHDRAWN
    if voucher.state == VoucherState.RESERVED and voucher.order != basket.order:
        return VoucherReason.RESERVED
    if voucher.state == VoucherState.OPEN and reward.expires_at is not None and reward.expires_at <= now:
        return VoucherReason.EXPIRED
    return _order_refusal(voucher, reward, basket)


def _order_refusal(voucher: Voucher, reward: Reward, basket: Basket) -> VoucherReason | None:
    fixed = voucher.percent_bp is None
    limited = voucher.min_order is not None or voucher.max_discount is not None
    if (fixed and basket.unit != reward.unit) or (limited and basket.unit != voucher.limit_unit):
        return VoucherReason.CURRENCY_MISMATCH
    if voucher.min_order is not None and basket.minor < voucher.min_order:
        return VoucherReason.BELOW_MINIMUM_ORDER
    return None if discount_for(voucher, reward, basket.minor) > 0 else VoucherReason.NOTHING_TO_DISCOUNT


def redeem(voucher: Voucher, reward: Reward, off: int) -> RewardChange:
    """The voucher is used. Of a fixed one what the order did not need is forfeited."""
    whole = worth(reward)
    used = whole if voucher.percent_bp is not None else off
    after = replace(
        reward,
        reserved=0,
        redeemed=reward.redeemed + used,
        expired=reward.expired + whole - used,
        state=RewardState.REDEEMED,
    )
    return RewardChange(reward, after, (), "redeemed")


def give_back(reward: Reward) -> RewardChange:
    """The order was cancelled: the voucher is whole again, what was forfeited as well."""
    return RewardChange(reward, replace(reward, redeemed=0, expired=0, state=RewardState.ISSUED), (), "returned")


def uses(voucher: Voucher, reward: Reward, off: int, unit: str) -> tuple[Transfer, ...]:
    """What a use books. What was set aside is posted when all of it is used; otherwise it is voided, spent and forfeited in parts."""
    change = redeem(voucher, reward, off)
    used, rest = change.after.redeemed - reward.redeemed, change.after.expired - reward.expired
    account, target = _owed(reward), redeemed(reward.program, reward.unit)
    moves: list[Transfer] = []
    if reward.reserved and reward.reserved == used:
        moves.append(Transfer(TransferKind.POST, Purpose.SPEND, account, target, reward.unit, used))
    else:
        if reward.reserved:
            void = Transfer(TransferKind.VOID, Purpose.RELEASE, account, target, reward.unit, reward.reserved)
            moves.append(void)
        moves.append(Transfer(TransferKind.SINGLE, Purpose.SPEND, account, target, reward.unit, used))
    if rest:
        lost = breakage(reward.program, reward.unit)
        moves.append(Transfer(TransferKind.SINGLE, Purpose.EXPIRE, account, lost, reward.unit, rest))
    if voucher.percent_bp is not None:
        cost, given = expense(reward.program, unit), discount(reward.program, unit)
        moves.append(Transfer(TransferKind.SINGLE, Purpose.SPEND, cost, given, unit, off))
    return tuple(moves)


def returns(voucher: Voucher, reward: Reward) -> tuple[Transfer, ...]:
    """What giving back books: every transfer of the use, reversed."""
    account, moves = _owed(reward), []
    for source, amount in (
        (redeemed(reward.program, reward.unit), reward.redeemed),
        (breakage(reward.program, reward.unit), reward.expired),
    ):
        if amount:
            moves.append(Transfer(TransferKind.REVERSAL, Purpose.RETURN, source, account, reward.unit, amount))
    if voucher.percent_bp is not None and voucher.discount and voucher.order_unit:
        unit = voucher.order_unit
        given, cost = discount(reward.program, unit), expense(reward.program, unit)
        moves.append(Transfer(TransferKind.REVERSAL, Purpose.RETURN, given, cost, unit, voucher.discount))
    return tuple(moves)


def _owed(reward: Reward) -> AccountKey:
    return owed(reward.kind, reward.program, reward.beneficiary, reward.unit)
