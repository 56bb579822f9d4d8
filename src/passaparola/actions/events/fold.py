"""Take one stored event into the state of a friend's referral."""

from typing import Any

import orjson

from passaparola.actions.events.overlay import BRINGS, COUNTS, REPORTED, Case, Overlay
from passaparola.domain.attribution.segments import SEGMENT
from passaparola.domain.events.event import BY_STAFF, CANCELLED, MAILBOX_SOURCE, ORGANIC_SOURCE, EventType
from passaparola.domain.referrals.state import FriendState, Hearsay, Moment, Order, Reached, Touch, TouchKind
from passaparola.domain.rewards.target import LOCATION
from passaparola.store.read.gather import StoredEvent


def fold(overlay: Overlay, case: Case, stored: StoredEvent) -> None:
    """Take one stored event into the state of a friend's referral."""
    if stored.late:
        case.state.late.add(stored.mark)
    if stored.type == EventType.SHARE:
        if stored.person:
            key = f"email:{stored.person}"
            case.state.touch(Touch(key, stored.at, stored.mark, TouchKind.EMAIL, stored.person))
    elif stored.type == EventType.VISIT:
        _fold_visit(overlay, case, stored)
    elif stored.outcome == REPORTED:
        _fold_report(overlay, case, stored)
    elif stored.outcome in COUNTS:
        if stored.type in BRINGS and stored.stage != CANCELLED:
            _fold_touches(overlay, case, stored)
        _fold_facts(overlay, case, stored)


def _fold_visit(overlay: Overlay, case: Case, visit: StoredEvent) -> None:
    """A visit reaches its own person, and every friend whose events name it."""
    friend = overlay.root(case.friend)
    if visit.person is not None and overlay.root(visit.person) == friend:
        _touch_of_visit(overlay, case, visit, own=True)
    for waiting in overlay.waiting.get(visit.external_id, ()):
        if waiting.person and overlay.root(waiting.person) == friend:
            _touch_of_visit(overlay, case, visit, named=(waiting.at, waiting.mark))


def _fold_report(overlay: Overlay, case: Case, stored: StoredEvent) -> None:
    """What a browser tells of an order stands apart, with whom it names."""
    apart = Case(case.id, case.program, case.friend, FriendState(), None)
    _fold_touches(overlay, apart, stored)
    case.state.hear(Hearsay(_order(stored), apart.state.touches))


def _fold_touches(overlay: Overlay, case: Case, stored: StoredEvent) -> None:
    """What the friend's own event brings along: a code, a name, a visit's token."""
    moment, state = (stored.at, stored.mark), case.state
    link = overlay.links_by_id.get(stored.link) if stored.link else None
    if link is not None and link.program == case.program:
        key = f"code:{stored.mark}"
        state.touch(Touch(key, stored.at, stored.mark, TouchKind.CODE, link.person, link.id, moment))
    if stored.other_person and (kind := _named_as(overlay, case, stored)) is not None:
        key = f"named:{stored.mark}"
        state.touch(Touch(key, stored.at, stored.mark, kind, stored.other_person, None, moment))
    for visit in overlay.visits.get(stored.visit_ref, ()) if stored.visit_ref else ():
        _touch_of_visit(overlay, case, visit, named=moment)


def _named_as(overlay: Overlay, case: Case, stored: StoredEvent) -> TouchKind | None:
    """By the friend's own event in every program; by staff, afterwards, in the program that they named."""
    if stored.source not in BY_STAFF:
        return TouchKind.NAMED
    if overlay.programs[case.program].live.slug != (_facts(stored) or {}).get("program"):
        return None
    return TouchKind.ORGANIC if stored.source == ORGANIC_SOURCE else TouchKind.NAMED


def _fold_facts(overlay: Overlay, case: Case, stored: StoredEvent) -> None:
    state, order = case.state, stored.order_key or ""
    if stored.customer_since is not None:
        state.customer(stored.customer_since, bool(stored.only_date))
    if stored.source == MAILBOX_SOURCE and stored.type == EventType.CUSTOMER:
        state.known(stored.at)
    if stored.type == EventType.SIGNUP:
        state.sign_up(stored.at, stored.mark)
        if stored.facts and (word := (_facts(stored) or {}).get(SEGMENT)):
            state.tell_segment((stored.at, stored.mark, str(word)))
    elif stored.type == EventType.PURCHASE:
        state.order(_order(stored))
        for refund in overlay.refunds.get(order, ()):
            state.refund(order, refund.refund_key or refund.mark, refund.amount, refund.unit)
    elif stored.type == EventType.REFUND:
        state.refund(order, stored.refund_key or stored.mark, stored.amount, stored.unit)
    elif stored.type == EventType.STAGE:
        stage, amount = stored.stage or "", stored.amount
        state.reach(Reached(stage, stored.at, stored.mark, amount, stored.unit, _facts(stored), order))


def _order(stored: StoredEvent) -> Order:
    told = Order(stored.order_key or "", stored.at, stored.mark, stored.amount or 0, stored.unit or "")
    if stored.item or stored.facts:
        told.item, told.facts = stored.item or "", _facts(stored)
    return told


def _facts(stored: StoredEvent) -> dict[str, Any] | None:
    return orjson.loads(stored.facts) if stored.facts else None


def _touch_of_visit(
    overlay: Overlay, case: Case, visit: StoredEvent, *, named: Moment | None = None, own: bool = False
) -> None:
    link = overlay.links_by_id.get(visit.link) if visit.link else None
    if link is not None and link.program != case.program:
        return
    advocate = link.person if link is not None else visit.other_person
    if advocate is None:
        return
    key = f"visit:{visit.mark}"
    touch = Touch(key, visit.at, visit.mark, TouchKind.VISIT, advocate, link.id if link else None, named, own)
    if visit.facts and isinstance(there := (_facts(visit) or {}).get(LOCATION), str):
        touch.location = there
    case.state.touch(touch)
