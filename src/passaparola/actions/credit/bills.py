"""Bill credit lowers a person's next bills; what is left is carried forward to the one after."""

from dataclasses import dataclass, replace

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.actions.credit.reserve import Wanted, given_of, usable_lots
from passaparola.actions.credit.till import Till
from passaparola.domain.instant import Instant
from passaparola.domain.ledger.accounts import Purpose, Transfer, TransferKind
from passaparola.domain.programs.compiled import RewardKind
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.credit import Part, payment, set_aside, spend, spread, usable
from passaparola.store.ids import new_id
from passaparola.store.read import checkout
from passaparola.store.read.checkout import CAPTURED, Line, Reservation


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill of one person: its number, currency and amount in minor units. `dated` None: now."""

    person: str
    invoice: str
    unit: str
    amount: int
    dated: Instant | None = None


@dataclass(frozen=True, slots=True)
class Billed:
    """What became of a bill, in minor units: what the credit took off, what is to be paid, and what credit is carried forward."""

    bill: Bill
    applied: int
    to_pay: int
    left: int


def apply_to_bill(bill: Bill, *, asked: Asked) -> Performed[Billed]:
    """Take off this bill what the person's bill credit has, at most the bill. 30 on a bill of 20: 0 is to be paid and 10 are left.

    The same bill again: what it took, nothing more. Undone by `cancel_order` with the bill's number. Refused: `invalid_amount` (422);
    `already_billed` (409) when the same bill is told again with less than it took. Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _apply(bill, desk))


def _apply(bill: Bill, desk: Desk) -> Billed:
    if bill.amount <= 0:
        raise Refusal("invalid_amount", "the amount must be above 0", 422)
    group = checkout.person_group(desk.session, desk.workspace.id, bill.person)
    if not group:
        raise NotFound(f"there is no person {bill.person}")
    wanted = Wanted(group[0], bill.unit, bill.amount, bill.invoice, None, RewardKind.BILL_CREDIT, bill.dated)
    lots = usable_lots(wanted, group, desk)
    free = sum(usable(lot, desk.now) for lot in lots)
    before = _known(bill, group, desk)
    if before is not None:
        if before.amount > bill.amount:
            raise Refusal(
                "already_billed", f"{before.amount} was taken off this bill already", amount_minor=before.amount
            )
        return Billed(bill, before.amount, bill.amount - before.amount, free)
    parts = spread(lots, bill.amount, now=desk.now)
    applied = sum(part.amount for part in parts)
    if applied:
        write_bill(bill, group[0], parts, desk)
    return Billed(bill, applied, bill.amount - applied, free - applied)


def _known(bill: Bill, group: list[str], desk: Desk) -> Reservation | None:
    for found in checkout.reservations_of_order(desk.session, desk.workspace.id, bill.invoice):
        if (found.kind, found.unit) == (RewardKind.BILL_CREDIT, bill.unit) and found.person in group:
            return found
    return None


def write_bill(bill: Bill, person: str, parts: tuple[Part, ...], desk: Desk) -> tuple[Reservation, list[Line]]:
    """Used at once: nothing lies in a checkout in between. What the bill has used, with its lines."""
    plan, applied = desk.plan, sum(part.amount for part in parts)
    made = Reservation(
        new_id(), person, bill.unit, applied, bill.invoice, CAPTURED, None, 1, str(RewardKind.BILL_CREDIT), None, None
    )
    given = {**given_of(made, bill.dated), "invoice": bill.invoice, "amount": bill.amount}
    cause = desk.act("credit.bill", made.id, **given)
    plan.add(
        "creditreservation", made.id, plan.workspace, person, bill.unit, applied, bill.invoice, CAPTURED, None, 1, desk.now, made.kind,
        None, None,
    )  # fmt: skip
    till = Till(desk.people(), plan, cause, desk.now)
    lines: list[Line] = []
    for part in parts:
        used = spend(set_aside(part.reward, part.amount).after, part.amount)
        till.book(replace(used, before=part.reward), _single(part.reward, part.amount))
        lines.append(Line(new_id(), made.id, part.reward.id, part.amount, None))
        plan.add("creditreservationline", lines[-1].id, plan.workspace, made.id, part.reward.id, part.amount, None)
    till.notices.append({"topic": f"credit.{CAPTURED}", "id": made.id})
    till.close()
    return made, lines


def _single(reward: Reward, amount: int) -> Transfer:
    return payment(reward, TransferKind.SINGLE, Purpose.SPEND, amount)
