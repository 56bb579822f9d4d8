"""Ask what a voucher would take off an order. Nothing is changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from passaparola.actions.credit.uses import OrderMoment, use_refused
from passaparola.actions.programs.live import live_programs
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.instant import Instant
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.vouchers import (
    VOUCHER_WORDS,
    Basket,
    Voucher,
    VoucherReason,
    VoucherState,
    discount_for,
    plain_code,
    refusal,
)
from passaparola.store.read import checkout
from passaparola.store.read.gather import workspace_row
from passaparola.store.session import Session, reading


@dataclass(frozen=True, slots=True)
class VoucherCheck:
    """`discount_minor` in the order's currency; 0 with a reason when the voucher does not count."""

    code: str
    valid: bool
    discount_minor: int
    unit: str
    reason: VoucherReason | None = None
    message: str = ""


def check(
    code: str, *, order_minor: int, unit: str, workspace: str, now: Instant, order: str | None = None
) -> VoucherCheck:
    """Whether this code counts for an order of this worth, and how much it takes off. With `order` what it holds itself counts as free.

    An unknown code and one of another workspace answer alike: `voucher_not_found`.
    """
    with reading() as session:
        found = voucher_and_reward(session, workspace, code)
        if found is None:
            return _no(code, unit, VoucherReason.NOT_FOUND)
        voucher, reward = found
        row = workspace_row(session, workspace)
        programs, basket = live_programs(session, row), Basket(order, order_minor, unit)
        reason = refusal_of(voucher, reward, basket, session, workspace, programs, now=now)
    if reason is not None:
        return _no(voucher.code, unit, reason)
    if voucher.state == VoucherState.REDEEMED:
        return VoucherCheck(voucher.code, True, voucher.discount or 0, voucher.order_unit or unit)
    return VoucherCheck(voucher.code, True, discount_for(voucher, reward, order_minor), unit)


def refusal_of(
    voucher: Voucher,
    reward: Reward,
    basket: Basket,
    session: Session,
    workspace: str,
    programs: Mapping[str, ProgramVersions],
    *,
    now: Instant,
) -> VoucherReason | None:
    """The first reason why the voucher does not count for this order: by itself, then by the terms of its use. None: it counts."""
    reason = refusal(voucher, reward, basket, now=now)
    if reason is not None or voucher.state == VoucherState.REDEEMED:
        return reason
    group = checkout.person_group(session, workspace, reward.beneficiary)
    moment = OrderMoment(basket.order, group, now if basket.dated is None else basket.dated)
    by_use = use_refused(reward, moment, session, workspace, programs)
    return VoucherReason(by_use.value) if by_use else None


def _no(code: str, unit: str, reason: VoucherReason) -> VoucherCheck:
    return VoucherCheck(code, False, 0, unit, reason, VOUCHER_WORDS[reason])


def voucher_and_reward(session: Session, workspace: str, code: str) -> tuple[Voucher, Reward] | None:
    """The voucher of this code, however it was written, and its reward."""
    plain = plain_code(code)
    return checkout.voucher_by_code(session, workspace, plain) if plain else None
