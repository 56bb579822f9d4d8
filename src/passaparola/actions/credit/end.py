"""End a reservation of store credit: used, released, or given back when its order was cancelled."""

from collections.abc import Sequence
from dataclasses import replace

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.actions.credit.till import Till, end_reservation
from passaparola.actions.events.overlay import Overlay
from passaparola.actions.referrals.reconsider import reconsider
from passaparola.domain.rewards.kinds import RewardKind
from passaparola.store.read import checkout
from passaparola.store.read.checkout import CAPTURED, RELEASED, RESERVED, RETURNED, Line, Reservation

ILLEGAL = "illegal_transition"
VERBS = {CAPTURED: "credit.capture", RELEASED: "credit.release", RETURNED: "credit.give_back"}
COMES_FROM = {CAPTURED: RESERVED, RELEASED: RESERVED, RETURNED: CAPTURED}


def capture(reservation: str, *, asked: Asked) -> Performed[Reservation]:
    """The order was paid with it: what was set aside is used. Again: nothing more happens.

    A reservation whose time is over is captured as long as nobody has released it. Refused: `illegal_transition` (409) when it was
    released or given back. Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _end(reservation, CAPTURED, desk))


def release(reservation: str, *, asked: Asked) -> Performed[Reservation]:
    """The order was not placed: what was set aside is free again; what has expired meanwhile is breakage. Again: nothing more happens.

    A claw-back that came up short because of the reservation is completed. Refused: `illegal_transition` (409) when it was captured.
    Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _end(reservation, RELEASED, desk))


def give_back(reservation: str, *, asked: Asked) -> Performed[Reservation]:
    """The order was cancelled after the credit had been used: it is there again, and what has expired meanwhile is breakage.

    Again: nothing more happens. Refused: `illegal_transition` (409) when it was not captured. Raises NotFound, IdempotencyMismatch,
    Conflict.
    """
    return perform(asked, lambda desk: _end(reservation, RETURNED, desk))


def _end(key: str, state: str, desk: Desk) -> Reservation:
    found = checkout.reservation_by_id(desk.session, desk.workspace.id, key)
    if found is None:
        raise NotFound(f"there is no reservation {key}")
    if found.state == state:
        return found
    if found.state != COMES_FROM[state]:
        raise Refusal(ILLEGAL, f"a reservation that is {found.state} cannot become {state}", state=found.state)
    lines = checkout.lines_of(desk.session, desk.workspace.id, [key])[key]
    overlay = facts_for(state, [line.reward for line in lines], desk)
    return end_with(found, lines, state, overlay, desk)


def facts_for(state: str, rewards: Sequence[str], desk: Desk) -> Overlay:
    """What ending a reservation must know: for a capture nothing; otherwise what the rewards' referrals are decided with."""
    return desk.people() if state == CAPTURED else desk.overlay(rewards=rewards)


def end_with(found: Reservation, lines: Sequence[Line], state: str, overlay: Overlay, desk: Desk) -> Reservation:
    """End one reservation on an overlay that others may share. Written down as an act of its own."""
    given = {"person": found.person, "unit": found.unit, "order": found.order}
    given |= {"kind": found.kind} if found.kind != RewardKind.STORE_CREDIT else {}
    cause = desk.act(VERBS[state], found.id, **given)
    rewards = {reward.id: reward for reward in desk.rewards([line.reward for line in lines])}
    till = Till(overlay, desk.plan, cause, desk.now)
    end_reservation(till, found, lines, rewards, state)
    till.notices.append({"topic": f"credit.{state}", "id": found.id})
    till.close()
    if state != CAPTURED:
        reconsider(rewards.values(), overlay, desk.plan, cause=cause, now=desk.now)
    return replace(found, state=state, revision=found.revision + 1)
