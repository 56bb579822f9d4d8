"""A voucher comes back: released by the checkout that held it, or given back because its order was cancelled."""

from dataclasses import replace

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.actions.credit.till import Till
from passaparola.actions.events.overlay import Overlay
from passaparola.actions.referrals.reconsider import reconsider
from passaparola.actions.vouchers.check import voucher_and_reward
from passaparola.actions.vouchers.row import keep
from passaparola.domain.ledger.accounts import Purpose, TransferKind
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.credit import let_go, payment
from passaparola.domain.rewards.vouchers import (
    VOUCHER_WORDS,
    Voucher,
    VoucherReason,
    VoucherState,
    returns,
)
from passaparola.domain.rewards.vouchers import (
    give_back as came_back,
)

ILLEGAL = "illegal_transition"


def release(code: str, *, order: str, asked: Asked) -> Performed[Voucher]:
    """The order that held the voucher was not placed: it is open again. When it is open already, nothing happens.

    Refused: `voucher_not_found` (404), `voucher_reserved` (409) when another order holds it, `illegal_transition` (409) when it was
    redeemed. Raises IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _end(code, order, False, desk))


def give_back(code: str, *, order: str, asked: Asked) -> Performed[Voucher]:
    """The order that used the voucher was cancelled: it is open again, while it has not expired. When it is open already, nothing happens.

    Refused: `voucher_not_found` (404), `voucher_used` (409) when another order used it, `illegal_transition` (409) when it is only
    reserved. Raises IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _end(code, order, True, desk))


def _end(code: str, order: str, used: bool, desk: Desk) -> Voucher:
    found = voucher_and_reward(desk.session, desk.workspace.id, code)
    if found is None:
        raise Refusal(str(VoucherReason.NOT_FOUND), VOUCHER_WORDS[VoucherReason.NOT_FOUND], 404)
    voucher, wanted = found[0], VoucherState.REDEEMED if used else VoucherState.RESERVED
    if voucher.state == VoucherState.OPEN:
        return voucher
    if voucher.order != order:
        reason = VoucherReason.USED if voucher.state == VoucherState.REDEEMED else VoucherReason.RESERVED
        raise Refusal(str(reason), VOUCHER_WORDS[reason])
    if voucher.state != wanted:
        raise Refusal(ILLEGAL, f"the voucher is {voucher.state}, not {wanted}", state=voucher.state)
    return end_voucher(voucher, used, desk.overlay(rewards=[voucher.reward]), desk)


def end_voucher(voucher: Voucher, used: bool, overlay: Overlay, desk: Desk) -> Voucher:
    """Bring back one voucher on an overlay that others may share. Written down as an act of its own."""
    verb = "voucher.give_back" if used else "voucher.release"
    cause = desk.act(verb, voucher.id, order=voucher.order, reward=voucher.reward)
    reward = overlay.reward_now(desk.reward(voucher.reward))
    till = Till(overlay, desk.plan, cause, desk.now)
    if used:
        till.book(came_back(reward), *returns(voucher, reward))
    else:
        _let_go(till, reward, voucher)
    till.lapse(reward)
    till.notices.append({"topic": "voucher.returned" if used else "voucher.released", "id": voucher.id})
    till.close()
    reconsider([reward], overlay, desk.plan, cause=cause, now=desk.now)
    opened = replace(
        voucher,
        state=VoucherState.OPEN,
        order=None,
        order_minor=None,
        order_unit=None,
        discount=None,
        reserved_until=None,
        pending_transfer=None,
    )
    return keep(opened, desk.plan)


def _let_go(till: Till, reward: Reward, voucher: Voucher) -> None:
    void = payment(reward, TransferKind.VOID, Purpose.RELEASE, reward.reserved)
    till.book(let_go(reward, reward.reserved), void, ends=voucher.pending_transfer)
