"""What is known of one friend in one program: a fold of events that is commutative and idempotent.

Whatever the order, the batching and the repetition of the events, the same events give the same state. Each field is a join:
touches and orders are maps that only grow, the sign-up is the earliest, refunds are a map by their id.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import orjson

from passaparola.domain.instant import Instant


class TouchKind(StrEnum):
    """How a friend is tied to an advocate, strongest first."""

    CODE = "code"  # the advocate's code was given with the event
    NAMED = "named"  # the event names the advocate (`referred_by`)
    VISIT = "visit"  # the friend came through the advocate's link
    EMAIL = "email"  # the advocate had invited the friend's address


RANK: dict[str, int] = {TouchKind.CODE: 0, TouchKind.NAMED: 0, TouchKind.VISIT: 1, TouchKind.EMAIL: 2}


@dataclass(slots=True)
class Touch:
    """One recommendation that reached the friend. `event` is the id of the event that told us.

    `named` is the moment of the earliest event of the friend's own that brought it along: a code, a name, a visit's token.
    """

    id: str
    at: Instant
    event: str
    kind: str
    advocate: str
    link: str | None = None
    named: tuple[Instant, str] | None = None


@dataclass(slots=True)
class Order:
    id: str
    at: Instant
    event: str
    amount: int
    unit: str


@dataclass(slots=True)
class Conclusion:
    """What was concluded last time: kept so that a reward that has left the firm is not decided anew."""

    advocate: str
    touch: str
    kind: str
    at: Instant  # the binding moment
    event: str
    version: int
    first_order: str | None = None


@dataclass(slots=True)
class FriendState:
    touches: dict[str, Touch] = field(default_factory=dict)
    signup: tuple[Instant, str] | None = None
    orders: dict[str, Order] = field(default_factory=dict)
    refunds: dict[str, dict[str, tuple[int | None, str | None]]] = field(default_factory=dict)
    customer_since: tuple[Instant, bool] | None = None  # (instant, whether only the date is known)
    concluded: Conclusion | None = None
    counted_for: str | None = None  # the advocate whose milestone count holds this friend

    def touch(self, touch: Touch) -> None:
        """Keep the touch; of the same touch told twice, the earlier by (at, event), and the earliest event that named it."""
        known = self.touches.get(touch.id)
        if known is None:
            self.touches[touch.id] = touch
            return
        named = min((n for n in (known.named, touch.named) if n is not None), default=None)
        first = min(known, touch, key=lambda t: (t.at, t.event))
        self.touches[touch.id] = replace(first, named=named)

    def sign_up(self, at: Instant, event: str) -> None:
        if self.signup is None or (at, event) < self.signup:
            self.signup = (at, event)

    def order(self, order: Order) -> None:
        """Keep the order; of the same order told twice, the first told (its amount), with the earliest time."""
        self.orders.setdefault(order.id, order)

    def refund(self, order: str, refund: str, amount: int | None, unit: str | None) -> None:
        """Keep a refund of an order, whether the order is known yet or not. An amount of None is the whole order."""
        self.refunds.setdefault(order, {}).setdefault(refund, (amount, unit))

    def customer(self, since: Instant, only_date: bool) -> None:
        if self.customer_since is None or (since, only_date) < self.customer_since:
            self.customer_since = (since, only_date)

    def refunded(self, order: Order) -> int:
        """Minor units refunded so far, never above the order's amount. A refund in another currency counts nothing."""
        parts = self.refunds.get(order.id)
        if not parts:
            return 0
        if any(amount is None for amount, _ in parts.values()):
            return order.amount
        return min(order.amount, sum(amount or 0 for amount, unit in parts.values() if unit == order.unit))

    def paid_orders(self) -> list[Order]:
        """Orders above zero, the earliest `occurred_at` first, ties by event id."""
        return sorted((order for order in self.orders.values() if order.amount > 0), key=lambda o: (o.at, o.event))

    def absorb(self, other: "FriendState") -> None:
        """Join the state of a second record of the same person."""
        for touch in other.touches.values():
            self.touch(touch)
        if other.signup:
            self.sign_up(*other.signup)
        for order in other.orders.values():
            self.order(order)
        for order_id, parts in other.refunds.items():
            for refund_id, (amount, unit) in parts.items():
                self.refund(order_id, refund_id, amount, unit)
        if other.customer_since:
            self.customer(*other.customer_since)


def dump_state(state: FriendState) -> str:
    """The state as compact JSON, the same text for the same state."""
    document: dict[str, Any] = {
        "t": {t.id: [t.at, t.event, t.kind, t.advocate, t.link, t.named] for t in state.touches.values()},
        "o": {o.id: [o.at, o.event, o.amount, o.unit] for o in state.orders.values()},
    }
    if state.signup:
        document["s"] = state.signup
    if state.refunds:
        document["r"] = state.refunds
    if state.customer_since:
        document["c"] = state.customer_since
    if state.concluded:
        c = state.concluded
        document["z"] = [c.advocate, c.touch, c.kind, c.at, c.event, c.version, c.first_order]
    if state.counted_for:
        document["n"] = state.counted_for
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()


def load_state(text: str) -> FriendState:
    document = orjson.loads(text)
    signup, since, concluded = document.get("s"), document.get("c"), document.get("z")
    return FriendState(
        touches={
            k: Touch(k, v[0], v[1], v[2], v[3], v[4], (v[5][0], v[5][1]) if v[5] else None)
            for k, v in document["t"].items()
        },
        signup=(signup[0], signup[1]) if signup else None,
        orders={k: Order(k, *v) for k, v in document["o"].items()},
        refunds=document.get("r", {}),
        customer_since=(since[0], since[1]) if since else None,
        concluded=Conclusion(*concluded) if concluded else None,
        counted_for=document.get("n"),
    )
