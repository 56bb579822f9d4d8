"""Use a voucher for an order, at once or after setting it aside."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.actions.credit.reserve import reservation_over
from passaparola.actions.credit.till import Till
from passaparola.actions.effects import Cause
from passaparola.actions.vouchers.check import refusal_of, voucher_and_reward
from passaparola.actions.vouchers.row import keep
from passaparola.domain.instant import SECOND, Instant
from passaparola.domain.ledger.accounts import Purpose, TransferKind
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.credit import payment, set_aside
from passaparola.domain.rewards.vouchers import (
    VOUCHER_WORDS,
    Basket,
    Voucher,
    VoucherReason,
    VoucherState,
    discount_for,
    uses,
    worth,
)
from passaparola.domain.rewards.vouchers import (
    redeem as used,
)

VOUCHER_LIFE: Instant = 60 * 60 * SECOND
_STATUS = {VoucherReason.NOT_FOUND: 404}
Use = Callable[[Voucher, Reward, Basket, Desk], Voucher]


def reserve(code: str, *, basket: Basket, asked: Asked, until: Instant | None = None) -> Performed[Voucher]:
    """Set a voucher aside for an order until `until` (an hour from now). The same order again: its worth and time are renewed.

    Refused (409; 404 for `voucher_not_found`) by the names in VoucherReason; (422) `reservation_over` when `until` is not in the future.
    Raises IdempotencyMismatch, Conflict.
    """

    def do(desk: Desk) -> Voucher:
        if until is not None and until <= desk.now:
            raise reservation_over("until")
        return _set_aside(code, basket, desk, until if until is not None else desk.now + VOUCHER_LIFE)

    return perform(asked, do)


def reserve_again(code: str, *, basket: Basket, asked: Asked, until: Instant) -> Performed[Voucher]:
    """What the log says was set aside, until whatever moment."""
    return perform(asked, lambda desk: _set_aside(code, basket, desk, until))


def _set_aside(code: str, basket: Basket, desk: Desk, until: Instant) -> Voucher:
    return _use(code, basket, desk, partial(set_voucher_aside, until=until))


def redeem(code: str, *, basket: Basket, asked: Asked) -> Performed[Voucher]:
    """Use a voucher for an order, set aside before or not: once, however many ask. The same order again: the first answer.

    Refused (409; 404 for `voucher_not_found`) by the names in VoucherReason. Raises IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _use(code, basket, desk, use_voucher))


def _use(code: str, basket: Basket, desk: Desk, use: Use) -> Voucher:
    found = voucher_and_reward(desk.session, desk.workspace.id, code)
    reason: VoucherReason | None = VoucherReason.NOT_FOUND
    if found is not None:
        reason = refusal_of(*found, basket, desk.session, desk.workspace.id, desk.programs, now=desk.now)
    if found is None or reason is not None:
        reason = reason or VoucherReason.NOT_FOUND
        raise Refusal(str(reason), VOUCHER_WORDS[reason], _STATUS.get(reason, 409))
    if found[0].state == VoucherState.REDEEMED:
        return found[0]
    return use(*found, basket, desk)


def set_voucher_aside(voucher: Voucher, reward: Reward, basket: Basket, desk: Desk, until: Instant) -> Voucher:
    """Of a voucher that counts for this order: it lies in the checkout."""
    off = discount_for(voucher, reward, basket.minor)
    held = replace(
        voucher,
        state=VoucherState.RESERVED,
        order=basket.order,
        order_minor=basket.minor,
        order_unit=basket.unit,
        discount=off,
        reserved_until=until,
    )
    cause = _written("voucher.reserve", voucher, basket, desk, until=until)
    till = Till(desk.people(), desk.plan, cause, desk.now)
    if voucher.state == VoucherState.OPEN:
        whole = worth(reward)
        pending = payment(reward, TransferKind.PENDING, Purpose.RESERVE, whole)
        (key,) = till.book(set_aside(reward, whole), pending)
        held = replace(held, pending_transfer=key)
    till.notices.append({"topic": "voucher.reserved", "id": voucher.id})
    till.close()
    return keep(held, desk.plan)


def use_voucher(voucher: Voucher, reward: Reward, basket: Basket, desk: Desk) -> Voucher:
    """Of a voucher that counts for this order: it is used."""
    off = discount_for(voucher, reward, basket.minor)
    cause = _written("voucher.redeem", voucher, basket, desk)
    till = Till(desk.people(), desk.plan, cause, desk.now)
    till.book(used(voucher, reward, off), *uses(voucher, reward, off, basket.unit), ends=voucher.pending_transfer)
    till.notices.append({"topic": "voucher.redeemed", "id": voucher.id})
    till.close()
    done = replace(
        voucher,
        state=VoucherState.REDEEMED,
        order=basket.order,
        order_minor=basket.minor,
        order_unit=basket.unit,
        discount=off,
        reserved_until=None,
        pending_transfer=None,
    )
    return keep(done, desk.plan)


def _written(verb: str, voucher: Voucher, basket: Basket, desk: Desk, **more: Any) -> Cause:
    given: dict[str, Any] = {
        "order": basket.order,
        "order_minor": basket.minor,
        "unit": basket.unit,
        "reward": voucher.reward,
    }
    given |= {"dated": basket.dated} if basket.dated is not None else {}
    return desk.act(verb, voucher.id, **given, **more)
