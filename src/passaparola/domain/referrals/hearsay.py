"""What is believed of orders that only a browser told of."""

from dataclasses import replace

from passaparola.domain.instant import DAY, Instant
from passaparola.domain.referrals.state import FriendState

TOLD_WITHIN: Instant = 2 * DAY


def believed(state: FriendState) -> FriendState:
    """The state that is decided on. Nothing changes where no browser told of an order.

    Whom a browser's telling of an order names counts once somebody else has told of the order, as one more telling of it; before, only for
    a friend whom nothing else ties to anybody. Orders that nobody has confirmed stand apart, in `heard`. A page tells of an order when
    it is placed: what is told more than `TOLD_WITHIN` afterwards names nobody.
    """
    if not state.reported:
        return state
    found = replace(state, touches=dict(state.touches))
    unsure = [heard for key, heard in state.reported.items() if key not in state.orders]
    for key in state.reported.keys() & state.orders.keys():
        order = state.orders[key]
        if state.reported[key].order.at > order.at + TOLD_WITHIN:
            continue
        for touch in state.reported[key].touches.values():
            found.touch(replace(touch, named=(order.at, order.event)))
    for heard in () if found.touches else unsure:
        for touch in heard.touches.values():
            found.touch(touch)
    found.heard = tuple(sorted((h.order for h in unsure if h.order.amount > 0), key=lambda o: (o.at, o.event)))
    return found
