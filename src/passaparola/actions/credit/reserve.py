"""Set store credit aside for an order at a checkout."""

from dataclasses import dataclass
from typing import Any

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.actions.credit.till import Till
from passaparola.domain.instant import SECOND, Instant
from passaparola.domain.ledger.accounts import Purpose, TransferKind
from passaparola.domain.programs.compiled import RewardKind
from passaparola.domain.rewards.credit import Part, payment, set_aside, spread, usable
from passaparola.store.ids import new_id
from passaparola.store.read import checkout
from passaparola.store.read.checkout import RESERVED, Reservation

RESERVATION_LIFE: Instant = 60 * 60 * SECOND
ALREADY_RESERVED, INSUFFICIENT, OVER = "already_reserved", "insufficient_credit", "reservation_over"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a checkout asks for: minor units of a currency, for one order of one person. `expires_at` None: an hour from now."""

    person: str
    unit: str
    amount: int
    order: str
    expires_at: Instant | None = None
    kind: str = RewardKind.STORE_CREDIT


def reserve(wanted: Wanted, *, asked: Asked) -> Performed[Reservation]:
    """Take exactly this much of the person's issued store credit of this currency, across programs: what expires first is used first.

    The same person, order and currency again, with the same amount: the reservation there is. Refused (409): `insufficient_credit` with
    `available_minor`, `already_reserved` when the order holds or used another amount; (422) `invalid_amount`, `reservation_over` when
    `expires_at` is not in the future. Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _reserve(wanted, desk))


def _reserve(wanted: Wanted, desk: Desk) -> Reservation:
    ends = desk.now + RESERVATION_LIFE if wanted.expires_at is None else wanted.expires_at
    if wanted.amount <= 0:
        raise Refusal("invalid_amount", "the amount must be above 0", 422)
    if ends <= desk.now:
        raise Refusal(OVER, "the reservation would be over before it begins", 422)
    group = checkout.person_group(desk.session, desk.workspace.id, wanted.person)
    if not group:
        raise NotFound(f"there is no person {wanted.person}")
    known = _known(wanted, group, desk)
    if known is not None:
        return known
    parts = _parts(wanted, group, desk)
    made = Reservation(new_id(), group[0], wanted.unit, wanted.amount, wanted.order, RESERVED, ends, 0)
    _write(made, parts, desk)
    return made


def _known(wanted: Wanted, group: list[str], desk: Desk) -> Reservation | None:
    """The reservation that the order has already, for this person and currency."""
    for known in checkout.reservations_of_order(desk.session, desk.workspace.id, wanted.order):
        if known.unit != wanted.unit or known.person not in group:
            continue
        if known.state == RESERVED and known.amount == wanted.amount:
            return known
        raise Refusal(
            ALREADY_RESERVED,
            f"the order has {known.state} {known.amount} already: release it first",
            reservation=known.id,
            amount_minor=known.amount,
            state=known.state,
        )
    return None


def _parts(wanted: Wanted, group: list[str], desk: Desk) -> tuple[Part, ...]:
    lots = checkout.credit_lots(desk.session, desk.workspace.id, group, wanted.unit, wanted.kind)
    parts = spread(lots, wanted.amount, now=desk.now)
    if sum(part.amount for part in parts) < wanted.amount:
        available = sum(usable(lot, desk.now) for lot in lots)
        text = f"{wanted.amount} was asked for and {available} is there"
        raise Refusal(INSUFFICIENT, text, available_minor=available, unit=wanted.unit)
    return parts


def _write(made: Reservation, parts: tuple[Part, ...], desk: Desk) -> None:
    plan = desk.plan
    given: dict[str, Any] = {"person": made.person, "unit": made.unit, "amount": made.amount, "order": made.order}
    cause = desk.act("credit.reserve", made.id, **given, until=made.expires_at)
    plan.add(
        "creditreservation", made.id, plan.workspace, made.person, made.unit, made.amount, made.order, made.state, made.expires_at,
        made.revision, desk.now,
    )  # fmt: skip
    till = Till(desk.people(), plan, cause, desk.now)
    for part in parts:
        pending = payment(part.reward, TransferKind.PENDING, Purpose.RESERVE, part.amount)
        (held,) = till.book(set_aside(part.reward, part.amount), pending)
        plan.add("creditreservationline", new_id(), plan.workspace, made.id, part.reward.id, part.amount, held)
    till.notices.append({"topic": "credit.reserved", "id": made.id})
    till.close()
