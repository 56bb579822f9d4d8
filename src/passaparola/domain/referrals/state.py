"""What is known of one friend in one program: a fold of events that is commutative and idempotent.

Whatever the order, the batching and the repetition of the events, the same events give the same state. Each field is a join:
touches, orders and stages are maps that only grow, the sign-up is the earliest, refunds are a map by their id.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import orjson

from passaparola.domain.events.event import CANCELLED, told_by_browser
from passaparola.domain.instant import Instant
from passaparola.domain.referrals.standing import Standing
from passaparola.domain.values import value


class TouchKind(StrEnum):
    """How a friend is tied to an advocate, strongest first."""

    CODE = "code"  # the advocate's code was given with the event
    NAMED = "named"  # the event names the advocate (`referred_by`)
    VISIT = "visit"  # the friend came through the advocate's link
    EMAIL = "email"  # the advocate had invited the friend's address
    ORGANIC = "organic"  # staff entered a recommendation that no link or code of ours had seen


RANK: dict[str, int] = {
    TouchKind.CODE: 0,
    TouchKind.NAMED: 0,
    TouchKind.ORGANIC: 0,
    TouchKind.VISIT: 1,
    TouchKind.EMAIL: 2,
}


Moment = tuple[Instant, str]  # when, and the id of the event
Place = tuple[Instant, int, str]  # a moment in the order of a friend's time


@dataclass(slots=True)
class Touch:
    """One recommendation that reached the friend. `event` is the id of the event that told us.

    `named` is the moment of the earliest event of the friend's own that brought it along: a code, a name, a visit's token. `own`: the
    touch is known to be this friend's by itself (a visit of a known person); without it and with `named`, only through that event.
    `location`: which one of the firm's the visit's link was for.
    """

    id: str
    at: Instant
    event: str
    kind: str
    advocate: str
    link: str | None = None
    named: Moment | None = None
    own: bool = False
    location: str | None = None


@dataclass(slots=True)
class Order:
    """An order by the earliest that was told of it. `more` are the other tellings, of other routes; they count nothing.

    `item` is what was paid for, "" for a plain order; `facts` what else is known of it.
    """

    id: str
    at: Instant
    event: str
    amount: int
    unit: str
    more: tuple[Moment, ...] = ()
    item: str = ""
    facts: dict[str, Any] | None = None

    @property
    def tellings(self) -> tuple[Moment, ...]:
        return ((self.at, self.event), *self.more)

    def joined(self, other: "Order") -> "Order":
        """Both tellings of one order: the earliest is the order's moment, and its amount counts."""
        first = min(self, other, key=lambda o: (o.at, o.event, o.amount, o.unit, o.item, _text(o.facts)))
        tellings = sorted({*self.tellings, *other.tellings})
        return replace(first, more=tuple(tellings[1:]))


@dataclass(slots=True)
class Hearsay:
    """An order that only a browser told of, with whom that telling brings along."""

    order: Order
    touches: dict[str, Touch]


@dataclass(slots=True)
class Reached:
    """A stage by the earliest that was told of it, with the value of the deal where that was told."""

    stage: str
    at: Instant
    event: str
    amount: int | None = None
    unit: str | None = None
    facts: dict[str, Any] | None = None
    deal: str = ""

    @property
    def key(self) -> str:
        return f"{self.stage}:{self.deal}" if self.deal else self.stage


@value(frozen=True, slots=True)
class Conclusion:
    """What was concluded last time. It stands once a reward has left the firm; before, the friend's events are decided anew.

    `barred` are touches whose advocate was not enrolled or was suspended when this was concluded, with the reason: a later enrolment
    moves no binding.
    """

    advocate: str
    touch: str
    kind: str
    at: Instant  # the binding moment
    event: str
    version: int
    first_order: str | None = None
    barred: tuple[tuple[str, str], ...] = ()
    location: str | None = None  # of the visit that won, where it is one of the program's


@dataclass(slots=True)
class FriendState:
    touches: dict[str, Touch] = field(default_factory=dict)
    signup: Moment | None = None
    vouched: bool = False  # somebody else than a browser told of a sign-up as well
    orders: dict[str, Order] = field(default_factory=dict)
    refunds: dict[str, dict[str, tuple[int | None, str | None]]] = field(default_factory=dict)
    customer_since: Instant | None = None
    customer_day: Instant | None = None  # where only the date is known: its midnight in UTC
    known_since: Instant | None = None  # since when somebody is a customer under another spelling of their address
    late: set[str] = field(default_factory=set)  # events that came later than the workspace trusts
    concluded: Conclusion | None = None
    counted_for: str | None = None  # the advocate whose milestone count holds this friend
    stages: dict[str, Reached] = field(default_factory=dict)  # by stage, or stage and deal
    segment: tuple[Instant, str, str] | None = None  # which one a sign-up told of: when, by which event, the word
    standing: Standing | None = None  # how they count for tiers, streaks and draws; None where nothing of that is asked
    reported: dict[str, Hearsay] = field(default_factory=dict)  # orders that only a browser told of
    heard: tuple[Order, ...] = ()  # of a `believed` state: those that nobody has confirmed

    def touch(self, touch: Touch) -> None:
        """Keep the touch; of the same touch told twice, the earlier by (at, event), and the earliest event that named it."""
        known = self.touches.get(touch.id)
        if known is None:
            self.touches[touch.id] = touch
            return
        named = min((n for n in (known.named, touch.named) if n is not None), default=None)
        first = min(known, touch, key=lambda t: (t.at, t.event))
        self.touches[touch.id] = replace(first, named=named, own=known.own or touch.own)

    def sign_up(self, at: Instant, event: str) -> None:
        self.vouched = self.vouched or not told_by_browser(event)
        if self.signup is None or (at, event) < self.signup:
            self.signup = (at, event)

    def tell_segment(self, told: tuple[Instant, str, str] | None) -> None:
        """When, by which event, the word. Of several that were told the earliest stands."""
        if told is not None and (self.segment is None or told < self.segment):
            self.segment = told

    def order(self, order: Order) -> None:
        """Keep the order; of the same order told twice, by two routes, both tellings."""
        known = self.orders.get(order.id)
        self.orders[order.id] = order if known is None else known.joined(order)

    def hear(self, heard: Hearsay) -> None:
        """Keep what a browser told of an order; of several tellings the earliest."""
        known = self.reported.get(heard.order.id)
        if known is None or _told_first(heard.order) < _told_first(known.order):
            self.reported[heard.order.id] = heard

    def all_touches(self) -> list[Touch]:
        """Also those that only a browser's telling of an order brought along."""
        touches = list(self.touches.values())
        for heard in self.reported.values():
            touches += heard.touches.values()
        return touches

    def reach(self, reached: Reached) -> None:
        """Keep the stage; of one stage of one deal told twice the earlier, by (at, event)."""
        known = self.stages.get(reached.key)
        self.stages[reached.key] = reached if known is None else min(known, reached, key=_first_reached)

    def reached(self, stage: str) -> Reached | None:
        """When a stage was first reached, by whatever deal."""
        return min((r for r in self.stages.values() if r.stage == stage), key=_first_reached, default=None)

    def arriving(self) -> list[Reached]:
        """The stages that say that somebody has come: all but that they left."""
        return [r for r in self.stages.values() if r.stage != CANCELLED]

    def refund(self, order: str, refund: str, amount: int | None, unit: str | None) -> None:
        """Keep a refund of an order, whether the order is known yet or not. An amount of None is the whole order.

        Of one refund told with two amounts the larger counts, whichever came first.
        """
        told = self.refunds.setdefault(order, {})
        known = told.get(refund)
        told[refund] = (amount, unit) if known is None else max(known, (amount, unit), key=_size)

    def customer(self, since: Instant, only_date: bool) -> None:
        """Since when somebody is a customer: the earliest moment and the earliest date are kept side by side."""
        if only_date:
            self.customer_day = since if self.customer_day is None else min(since, self.customer_day)
        else:
            self.customer_since = since if self.customer_since is None else min(since, self.customer_since)

    def known(self, since: Instant) -> None:
        """Since when a customer is known under another spelling of their address: the earliest counts."""
        self.known_since = since if self.known_since is None else min(since, self.known_since)

    def refunded(self, order: Order) -> int:
        """Minor units refunded so far, never above the order's amount. A refund in another currency counts nothing."""
        parts = self.refunds.get(order.id)
        if not parts:
            return 0
        if any(amount is None for amount, _ in parts.values()):
            return order.amount
        return min(order.amount, sum(amount or 0 for amount, unit in parts.values() if unit == order.unit))

    def foreign_refunds(self) -> list[tuple[str, str]]:
        """(order, refund) of refunds in another currency than their order's: they count nothing."""
        return [
            (order.id, refund)
            for order in self.orders.values()
            for refund, (amount, unit) in self.refunds.get(order.id, {}).items()
            if amount is not None and unit != order.unit
        ]

    def paid_orders(self) -> list[Order]:
        """Orders above zero, the earliest `occurred_at` first, ties by event id."""
        return sorted((order for order in self.orders.values() if order.amount > 0), key=lambda o: (o.at, o.event))

    def places(self) -> dict[Moment, Place]:
        """The place in time of each telling of an order: that of the order."""
        return {told: (o.at, 1, o.event) for o in self.orders.values() for told in o.tellings}

    def left_at(self) -> Instant | None:
        """When the friend first cancelled; None while they have not."""
        return min((r.at for r in self.stages.values() if r.stage == CANCELLED), default=None)

    def is_late(self, event: str) -> bool:
        """Whether this event, with all that told the same order, came later than the workspace trusts."""
        if event not in self.late:
            return False
        tellings = next((o.tellings for o in self.orders.values() if any(e == event for _, e in o.tellings)), ())
        return all(e in self.late for _, e in tellings)

    def absorb(self, other: "FriendState") -> None:
        """Join the state of a second record of the same person."""
        for touch in other.touches.values():
            self.touch(touch)
        if other.signup:
            self.sign_up(*other.signup)
            self.vouched = self.vouched or other.vouched
        self._absorb_orders(other)
        if other.customer_since is not None:
            self.customer(other.customer_since, False)
        if other.customer_day is not None:
            self.customer(other.customer_day, True)
        if other.known_since is not None:
            self.known(other.known_since)
        for reached in other.stages.values():
            self.reach(reached)
        self.tell_segment(other.segment)
        self.late |= other.late
        if other.standing is not None:
            self.standing = (self.standing or Standing()).joined(other.standing)

    def _absorb_orders(self, other: "FriendState") -> None:
        for order in other.orders.values():
            self.order(order)
        for order_id, parts in other.refunds.items():
            for refund_id, (amount, unit) in parts.items():
                self.refund(order_id, refund_id, amount, unit)
        for heard in other.reported.values():
            self.hear(heard)


def place(moment: Moment, orders: Mapping[Moment, Place]) -> Place:
    """A moment's place in the friend's time: at one and the same instant a sign-up comes before an order, orders by event id."""
    return orders.get(moment) or (moment[0], 0, moment[1])


def _told_first(order: Order) -> tuple[Instant, str, int, str]:
    return (order.at, order.event, order.amount, order.unit)


def _text(facts: dict[str, Any] | None) -> str:
    return orjson.dumps(facts, option=orjson.OPT_SORT_KEYS).decode() if facts else ""


def _first_reached(r: Reached) -> tuple[Instant, str, int, str, str]:
    return (r.at, r.event, -1 if r.amount is None else r.amount, r.unit or "", _text(r.facts))


def _size(refund: tuple[int | None, str | None]) -> tuple[bool, int, str]:
    amount, unit = refund
    return (amount is None, amount or 0, unit or "")
