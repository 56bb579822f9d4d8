"""What each side should have by the state of one referral: the target, with its arithmetic.

target(state, program) says what ought to be; `change.py` books the difference to what was granted.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from passaparola.domain.events.event import told_by_browser
from passaparola.domain.instant import Instant, end_of_day, local_date
from passaparola.domain.money import proportion
from passaparola.domain.programs.compiled import (
    OnPartialRefund,
    Program,
    RewardRule,
    Side,
    Structure,
    Trigger,
)
from passaparola.domain.reasons import Reason
from passaparola.domain.referrals.state import Conclusion, FriendState, Order, Place, Reached, Touch, TouchKind, place
from passaparola.domain.rewards.worth import ANYWHERE, BASIS_POINTS, Position, within_bounds, worth
from passaparola.domain.values import replace, value

LOCATION = "location"  # the fact that says at which of the firm's locations something was
VISITED = ":day:"  # between the referral and the local day, in the occasion of a day of visits
NOBODY_MERGED: Mapping[str, str] = {}


@value(frozen=True, slots=True)
class Occasion:
    """What is rewarded once: the referral itself, each order, or each day of visits. `key` is its natural key.

    `late`: it rests on an event that came later than the workspace trusts, or (`unconfirmed`) that only a browser told: a person must
    approve what it earns.
    """

    key: str
    at: Instant
    order: Order | None
    refunded: int = 0
    late: bool = False
    unconfirmed: bool = False
    reached: Reached | None = None
    location: str | None = None  # of the firm, by the visit that brought the friend
    nth: int | None = None  # its number among all that qualify, where some of them earn in another program

    @property
    def facts(self) -> dict[str, Any]:
        """What else was told of the order or the stage; where no location was, that of the visit that brought the friend."""
        source = self.order or self.reached
        told = (source.facts if source is not None else None) or {}
        return told if self.location is None or LOCATION in told else {**told, LOCATION: self.location}


@value(frozen=True, slots=True)
class Target:
    """A reward that ought to exist: `amount` earned, of which `reversed` is owed back; net = amount − reversed."""

    rule: RewardRule
    beneficiary: str
    occasion: str
    amount: int
    reversed: int
    unit: str
    hold_until: Instant | None
    arithmetic: dict[str, Any] = field(default_factory=dict)
    late: bool = False
    unconfirmed: bool = False
    waits: Reason | None = None  # why it waits now, whatever its hold says
    at: Instant = 0  # when it was earned
    queued_on: str | None = None  # the limit under which it waits for room

    @property
    def net(self) -> int:
        return self.amount - self.reversed

    @property
    def key(self) -> tuple[str, str, str, str]:
        return (self.rule.id, self.rule.side, self.beneficiary, self.occasion)


@value(frozen=True, slots=True)
class RuleResult:
    """What one rule made of one occasion: a target, or a named refusal with the values it saw."""

    rule: RewardRule
    occasion: str
    saw: dict[str, Any]
    target: Target | None = None
    refused: Reason | None = None


def qualifying(
    state: FriendState,
    concluded: Conclusion,
    program: Program,
    referral: str,
    roots: Mapping[str, str] = NOBODY_MERGED,
) -> tuple[list[Occasion], dict[str, Reason]]:
    """What `_qualifying` says, each occasion with the location of the visit that brought the friend."""
    found, refused = _qualifying(state, concluded, program, referral, roots)
    there = concluded.location
    return (found if there is None else [replace(o, location=there) for o in found]), refused


def _qualifying(
    state: FriendState, concluded: Conclusion, program: Program, referral: str, roots: Mapping[str, str]
) -> tuple[list[Occasion], dict[str, Reason]]:
    """The occasions that earn under the program's trigger, and what does not earn, with its reason.

    `first_purchase`: the earliest paid order, or the one concluded before if that is fixed; in the earn window and not below the minimum.
    `purchase`: each paid order since the binding. Both look at purchases of the program's item only, where it names one; orders that only a
    browser told of stand behind all others, so that they take nobody's place, and earn nothing before somebody else tells of them: what
    anybody can invent holds no room in caps and budgets.
    `signup`: the sign-up, unless the friend had signed up before anybody was named. `stage`: the earliest time since the binding that the
    program's stage was reached. `content_visit`: each local day with a visit of the friend through the advocate's link. `manual_grant`:
    nothing that friends do.
    """
    late = rests_on_late(state, concluded)
    floor = _floor(state, concluded)
    if program.trigger == Trigger.SIGNUP:
        return _signed_up(state, floor, referral, late)
    if program.trigger == Trigger.STAGE:
        return _staged(state, concluded, program, floor, referral, late)
    if program.trigger == Trigger.CONTENT_VISIT:
        return _visited(state, concluded, program, floor, referral, late, roots)
    if program.trigger == Trigger.GRANT:
        return [], {}
    orders = orders_that_ask(state, concluded, program)
    found: list[Occasion] = []
    refused: dict[str, Reason] = {}
    for order in orders:
        key = referral if program.trigger == Trigger.FIRST_PURCHASE else f"order:{order.id}"
        reason = _order_refused(order, concluded, program) or (Reason.UNCONFIRMED if order in state.heard else None)
        if reason is None:
            found.append(Occasion(key, order.at, order, state.refunded(order), late or state.is_late(order.event)))
        else:
            refused[key] = reason
    return found, refused


def orders_that_ask(state: FriendState, concluded: Conclusion, program: Program) -> list[Order]:
    """The orders since the binding that ask to earn: with `first_purchase` the first of them, or the one concluded before."""
    floor = _floor(state, concluded)
    orders = [o for o in (*state.paid_orders(), *state.heard) if (o.at, 1, o.event) >= floor]
    if program.item is not None:
        orders = [o for o in orders if o.item == program.item]
    if program.trigger == Trigger.FIRST_PURCHASE:
        fixed = state.orders.get(concluded.first_order) if concluded.first_order else None
        orders = [fixed] if fixed else orders[:1]
    return orders


def _floor(state: FriendState, concluded: Conclusion) -> Place:
    """Where the binding stands in the friend's time: what comes before it earns nothing."""
    return place((concluded.at, concluded.event), state.places())


def rests_on_late(state: FriendState, concluded: Conclusion) -> bool:
    """Whether the recommendation, or the event that bound the friend, came later than the workspace trusts."""
    if not state.late:
        return False
    touch = state.touches.get(concluded.touch)
    return state.is_late(concluded.event) or (touch is not None and state.is_late(touch.event))


def _signed_up(state: FriendState, floor: Place, referral: str, late: bool) -> tuple[list[Occasion], dict[str, Reason]]:
    if state.signup is None:
        return [], {}
    if place(state.signup, {}) < floor:
        return [], {referral: Reason.AFTER_ARRIVAL}
    at, event = state.signup
    alone = told_by_browser(event) and not state.vouched
    return [Occasion(referral, at, None, 0, late or alone or state.is_late(event), alone)], {}


def _staged(
    state: FriendState, concluded: Conclusion, program: Program, floor: Place, referral: str, late: bool
) -> tuple[list[Occasion], dict[str, Reason]]:
    told = sorted((r for r in state.stages.values() if r.stage == program.stage), key=lambda r: (r.at, r.event))
    reached = next((r for r in told if place((r.at, r.event), {}) >= floor), None)
    if reached is None:
        return [], {referral: Reason.AFTER_ARRIVAL} if told else {}
    if _earn_window_over(reached.at, concluded, program):
        return [], {referral: Reason.EARN_WINDOW_OVER}
    return [Occasion(referral, reached.at, None, 0, late or state.is_late(reached.event), reached=reached)], {}


def _visited(
    state: FriendState,
    concluded: Conclusion,
    program: Program,
    floor: Place,
    referral: str,
    late: bool,
    roots: Mapping[str, str],
) -> tuple[list[Occasion], dict[str, Reason]]:
    """One occasion for each local day; of several visits the earliest that somebody else than a browser told, else the earliest."""
    advocate = roots.get(concluded.advocate, concluded.advocate)  # merged since it was concluded, perhaps
    days: dict[str, Touch] = {}
    for touch in sorted(state.touches.values(), key=lambda t: (told_by_browser(t.event), t.at, t.event)):
        theirs = roots.get(touch.advocate, touch.advocate) == advocate
        if touch.kind == TouchKind.VISIT and touch.own and theirs and (touch.at, 0, touch.event) >= floor:
            days.setdefault(local_date(touch.at, program.timezone).isoformat(), touch)
    found: list[Occasion] = []
    refused: dict[str, Reason] = {}
    for day, touch in sorted(days.items()):
        key, alone = f"{referral}{VISITED}{day}", told_by_browser(touch.event)
        if _earn_window_over(touch.at, concluded, program):
            refused[key] = Reason.EARN_WINDOW_OVER
        else:
            found.append(Occasion(key, touch.at, None, 0, late or alone or state.is_late(touch.event), alone))
    return found, refused


def _earn_window_over(at: Instant, concluded: Conclusion, program: Program) -> bool:
    return program.earn_days is not None and at >= end_of_day(concluded.at, program.earn_days, program.timezone)


def _order_refused(order: Order, concluded: Conclusion, program: Program) -> Reason | None:
    if _earn_window_over(order.at, concluded, program):
        return Reason.EARN_WINDOW_OVER
    if program.min_order is not None:
        if order.unit != program.min_order_unit:
            return Reason.CURRENCY_MISMATCH
        if order.amount < program.min_order:
            return Reason.BELOW_MINIMUM_ORDER
    return None


def apply_rule(
    rule: RewardRule, occasion: Occasion, beneficiary: str, program: Program, position: Position = ANYWHERE
) -> RuleResult:
    """The target of a rule for one occasion. `position`: where the occasion stands, for rules that go by that."""
    order = occasion.order
    saw: dict[str, Any] = {"trigger": program.trigger}
    if order is not None:
        saw.update(order=order.id, amount=order.amount, unit=order.unit, refunded=occasion.refunded)
    if order is None or order.item:
        saw.update(_saw_besides(occasion))
    arithmetic: dict[str, Any] = {}
    if not rule.plain:
        found = worth(rule, occasion, program, position, saw, arithmetic)
        if isinstance(found, Reason):
            return RuleResult(rule, occasion.key, saw, refused=found)
        amount, unit = found
    elif rule.structure == Structure.PERCENT:
        if order is None:
            return RuleResult(rule, occasion.key, saw, refused=Reason.NOTHING_TO_GIVE)
        if rule.unit is not None and rule.unit != order.unit:
            return RuleResult(rule, occasion.key, saw, refused=Reason.CURRENCY_MISMATCH)
        amount, unit = _percentage(rule, order, arithmetic), order.unit
    else:
        amount, unit = rule.amount or 0, rule.unit or program.currency
        arithmetic["flat"] = amount
    arithmetic["unit"] = unit
    if amount <= 0:
        return RuleResult(rule, occasion.key, {**saw, "arithmetic": arithmetic}, refused=Reason.NOTHING_TO_GIVE)
    reversed_ = reversal(amount, order.amount, occasion.refunded, rule) if order else 0
    if reversed_:
        arithmetic["reversed"] = reversed_
    hold_until = end_of_day(occasion.at, rule.hold_days, program.timezone) if rule.hold_days else None
    target = Target(
        rule,
        beneficiary,
        occasion.key,
        amount,
        reversed_,
        unit,
        hold_until,
        arithmetic,
        occasion.late,
        occasion.unconfirmed,
        at=occasion.at,
    )
    refused = Reason.ORDER_REFUNDED if reversed_ >= amount else None
    return RuleResult(rule, occasion.key, saw, target, refused)


def _saw_besides(occasion: Occasion) -> dict[str, Any]:
    """The item that was paid for, the stage with its deal, or the day of a visit."""
    order, reached = occasion.order, occasion.reached
    if order is not None:
        return {"item": order.item}
    if reached is None:
        day = occasion.key.partition(VISITED)[2]
        return {"day": day} if day else {}
    saw: dict[str, Any] = {"stage": reached.stage}
    if reached.deal:
        saw["deal"] = reached.deal
    if reached.amount is not None:
        saw.update(amount=reached.amount, unit=reached.unit)
    return saw


def _percentage(rule: RewardRule, order: Order, arithmetic: dict[str, Any]) -> int:
    bp = rule.percent_bp or 0
    amount = proportion(order.amount, bp, BASIS_POINTS)
    arithmetic.update(of=order.amount, percent_bp=bp, half_up=amount)
    return within_bounds(rule, amount, arithmetic)


def reversal(amount: int, order_total: int, refunded: int, rule: RewardRule) -> int:
    """Minor units owed back: half-up(amount × refunded so far ÷ order total), on the sum, never above the reward.

    A percentage voucher cannot be divided: it goes back when the whole order does.
    """
    if refunded <= 0:
        return 0
    if refunded >= order_total or rule.on_partial_refund == OnPartialRefund.ALL:
        return amount
    if rule.on_partial_refund == OnPartialRefund.KEEP:
        return 0
    if rule.voucher is not None and rule.voucher.percent_bp is not None:
        return 0
    return min(amount, proportion(amount, refunded, order_total))


def milestones(count: int, rule: RewardRule) -> int:
    """How many times the milestone is reached: every `every` converted friends, once only without `repeat`."""
    reached = count // (rule.every or 1)
    return reached if rule.repeat else min(reached, 1)


def beneficiary_of(rule: RewardRule, friend: str, advocate: str) -> str:
    """Who gets what a rule promises: the side decides."""
    return advocate if rule.side == Side.ADVOCATE else friend
