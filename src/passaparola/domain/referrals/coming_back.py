"""Whether a friend came back: what the scale rule of a program goes by."""

from passaparola.domain.instant import Instant
from passaparola.domain.referrals.state import FriendState


def first_and_back(state: FriendState, within: Instant) -> tuple[Instant, bool] | None:
    """When the friend first ordered since the binding, and whether they ordered again at most `within` later. None without an order.

    An order that is wholly refunded is none.
    """
    concluded = state.concluded
    if concluded is None:
        return None
    kept = [o.at for o in state.paid_orders() if o.at >= concluded.at and state.refunded(o) < o.amount]
    return (kept[0], len(kept) > 1 and kept[1] <= kept[0] + within) if kept else None
