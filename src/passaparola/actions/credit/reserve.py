"""Set store credit aside for an order at a checkout."""

from dataclasses import dataclass
from typing import Any

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.actions.credit.till import Till
from passaparola.actions.credit.uses import OrderMoment, use_refused, worth_of
from passaparola.domain.instant import SECOND, Instant
from passaparola.domain.ledger.accounts import Purpose, TransferKind
from passaparola.domain.programs.compiled import RewardKind
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.credit import Part, payment, set_aside, spread, usable
from passaparola.domain.rewards.kinds import BALANCES
from passaparola.store.ids import new_id
from passaparola.store.read import checkout
from passaparola.store.read.checkout import RESERVED, Line, Reservation

RESERVATION_LIFE: Instant = 60 * 60 * SECOND
ALREADY_RESERVED, INSUFFICIENT, OVER = "already_reserved", "insufficient_credit", "reservation_over"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a checkout asks for: minor units of a currency, or a number of points, for one order of one person.

    `expires_at` None: an hour from now.
    """

    person: str
    unit: str
    amount: int
    order: str
    expires_at: Instant | None = None
    kind: str = RewardKind.STORE_CREDIT
    dated: Instant | None = None  # when what is paid for took place; None: now


def reserve(wanted: Wanted, *, asked: Asked) -> Performed[Reservation]:
    """Take exactly this much of the person's issued credit of this kind and currency, across programs: what expires first is used first.

    What may be used on later orders only does not count for this one. The same person, order, currency and kind again, with the same
    amount: the reservation there is. Refused (409): `insufficient_credit` with `available_minor`, `already_reserved` when the order holds
    or used another amount, `currency_mismatch` for points of programs in several currencies; (422) `invalid_amount`, `not_spendable`,
    `reservation_over` when `expires_at` is not in the future. Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _reserve(wanted, desk))


def reservation_over(field: str) -> Refusal:
    """What is set aside until a moment that is over is not set aside at all."""
    wrong = [{"field": field, "message": "must be in the future"}]
    return Refusal(OVER, "the reservation would be over before it begins", 422, errors=wrong)


def _reserve(wanted: Wanted, desk: Desk) -> Reservation:
    ends = desk.now + RESERVATION_LIFE if wanted.expires_at is None else wanted.expires_at
    if wanted.amount <= 0:
        raise Refusal("invalid_amount", "the amount must be above 0", 422)
    if wanted.kind not in BALANCES:
        raise Refusal("not_spendable", f"{wanted.kind} is not spent at a checkout", 422)
    if ends <= desk.now:
        raise reservation_over("until")
    group = checkout.person_group(desk.session, desk.workspace.id, wanted.person)
    if not group:
        raise NotFound(f"there is no person {wanted.person}")
    known = _known(wanted, group, desk)
    if known is not None:
        return known
    parts = _parts(wanted, group, desk)
    worth, worth_unit = worth_of(parts, desk.programs) if wanted.kind == RewardKind.POINTS else (None, None)
    made = Reservation(
        new_id(),
        group[0],
        wanted.unit,
        wanted.amount,
        wanted.order,
        RESERVED,
        ends,
        0,
        str(wanted.kind),
        worth,
        worth_unit,
    )
    write_reservation(made, parts, desk, dated=wanted.dated)
    return made


def _known(wanted: Wanted, group: list[str], desk: Desk) -> Reservation | None:
    """The reservation that the order has already, for this person and currency."""
    for known in checkout.reservations_of_order(desk.session, desk.workspace.id, wanted.order):
        if (known.unit, known.kind) != (wanted.unit, wanted.kind) or known.person not in group:
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
    lots = usable_lots(wanted, group, desk)
    parts = spread(lots, wanted.amount, now=desk.now)
    if sum(part.amount for part in parts) < wanted.amount:
        available = sum(usable(lot, desk.now) for lot in lots)
        text = f"{wanted.amount} was asked for and {available} is there"
        raise Refusal(INSUFFICIENT, text, available_minor=available, unit=wanted.unit)
    return parts


def usable_lots(wanted: Wanted, group: list[str], desk: Desk) -> list[Reward]:
    """The rewards of this kind and unit that may be used on the order."""
    lots = checkout.credit_lots(desk.session, desk.workspace.id, group, wanted.unit, wanted.kind)
    moment = OrderMoment(wanted.order, group, desk.now if wanted.dated is None else wanted.dated)
    return [lot for lot in lots if use_refused(lot, moment, desk.session, desk.workspace.id, desk.programs) is None]


def given_of(made: Reservation, dated: Instant | None) -> dict[str, Any]:
    """What the log keeps of it; what is as usual is left out."""
    given: dict[str, Any] = {"person": made.person, "unit": made.unit, "amount": made.amount, "order": made.order}
    given |= {"kind": made.kind} if made.kind != RewardKind.STORE_CREDIT else {}
    return given | ({"dated": dated} if dated is not None else {})


def write_reservation(made: Reservation, parts: tuple[Part, ...], desk: Desk, *, dated: Instant | None) -> list[Line]:
    """Set these parts aside. The lines of the reservation."""
    plan, given = desk.plan, given_of(made, dated)
    cause = desk.act("credit.reserve", made.id, **given, until=made.expires_at)
    plan.add(
        "creditreservation", made.id, plan.workspace, made.person, made.unit, made.amount, made.order, made.state, made.expires_at,
        made.revision, desk.now, made.kind, made.worth, made.worth_unit,
    )  # fmt: skip
    till = Till(desk.people(), plan, cause, desk.now)
    lines: list[Line] = []
    for part in parts:
        pending = payment(part.reward, TransferKind.PENDING, Purpose.RESERVE, part.amount)
        (held,) = till.book(set_aside(part.reward, part.amount), pending)
        lines.append(Line(new_id(), made.id, part.reward.id, part.amount, held))
        plan.add("creditreservationline", lines[-1].id, plan.workspace, made.id, part.reward.id, part.amount, held)
    till.notices.append({"topic": "credit.reserved", "id": made.id})
    till.close()
    return lines
