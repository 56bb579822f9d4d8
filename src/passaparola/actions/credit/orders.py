"""An order is cancelled: whatever store credit and vouchers it held or used is undone."""

from dataclasses import dataclass

from passaparola.actions.acting import Asked, Desk, Performed, perform
from passaparola.actions.credit.end import end_with
from passaparola.actions.vouchers.end import end_voucher
from passaparola.domain.rewards.vouchers import Voucher, VoucherState
from passaparola.store.read import checkout
from passaparola.store.read.checkout import RELEASED, RESERVED, RETURNED, Reservation


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """What was undone, as it is now. Both empty when the order held nothing, or nothing any more."""

    order: str
    credit: tuple[Reservation, ...]
    vouchers: tuple[Voucher, ...]


def cancel_order(order: str, *, asked: Asked) -> Performed[OrderCancelled]:
    """What was reserved is released, what was captured or redeemed comes back. Again: nothing more happens.

    Orders that never used credit or a voucher are not known here and answer alike. Raises IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _cancel(order, desk))


def _cancel(order: str, desk: Desk) -> OrderCancelled:
    workspace = desk.workspace.id
    held = checkout.reservations_of_order(desk.session, workspace, order)
    vouchers = checkout.vouchers_of_order(desk.session, workspace, order)
    if not held and not vouchers:
        return OrderCancelled(order, (), ())
    lines = checkout.lines_of(desk.session, workspace, [r.id for r in held])
    rewards = {line.reward for found in lines.values() for line in found} | {v.reward for v in vouchers}
    overlay = desk.overlay(rewards=rewards)
    credit = [end_with(r, lines[r.id], RELEASED if r.state == RESERVED else RETURNED, overlay, desk) for r in held]
    ended = [end_voucher(v, v.state == VoucherState.REDEEMED, overlay, desk) for v in vouchers]
    return OrderCancelled(order, tuple(credit), tuple(ended))
