"""Checkouts and bills of a history, done again in memory: what was used then is used here, as far as it is there.

The same functions as live; what they read from tables is in memory. What an order used then and does not find under the program tried is
counted (`Stage.not_spent`), and the order goes on without it.
"""

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any

from passaparola.actions.credit.bills import Bill, write_bill
from passaparola.actions.credit.end import COMES_FROM, end_with
from passaparola.actions.credit.reserve import write_reservation
from passaparola.actions.credit.uses import OrderMoment, refused_by_terms, worth_of
from passaparola.actions.effects import voucher_terms
from passaparola.actions.rehearsal.history import Deed
from passaparola.actions.rehearsal.memory import Memory
from passaparola.actions.rehearsal.stage import Again, Stage
from passaparola.actions.vouchers.end import end_voucher
from passaparola.actions.vouchers.redeem import set_voucher_aside, use_voucher
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import RewardKind
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.credit import Part, spread
from passaparola.domain.rewards.kinds import VOUCHERS
from passaparola.domain.rewards.uses import UseReason
from passaparola.domain.rewards.vouchers import Basket, Voucher, VoucherState, refusal
from passaparola.store.ids import new_id
from passaparola.store.read.checkout import CAPTURED, RELEASED, RESERVED, RETURNED, Line, Reservation

CREDIT, VOUCHER = "credit", "voucher"


@dataclass(slots=True)
class Held:
    """What an order holds or has used of one person's credit. `asked`: what it took then; `made.amount` is what was there here."""

    made: Reservation
    lines: list[Line]
    asked: int

    @property
    def short(self) -> int:
        return self.asked - self.made.amount


# -- credit ---------------------------------------------------------------------------------------------------------------------


def _reserve(stage: Stage, deed: Deed) -> bool:
    given, memory = deed.act.input, stage.memory
    kind, until = given.get("kind", RewardKind.STORE_CREDIT), given["until"]
    parts = _parts(stage, deed, kind)
    worth, unit = worth_of(parts, memory.programs) if kind == RewardKind.POINTS else (None, None)
    made = Reservation(
        new_id(), given["person"], given["unit"], _sum(parts), given["order"], RESERVED, until, 0, kind, worth, unit
    )
    lines = write_reservation(made, parts, stage.desk(deed), dated=given.get("dated"))
    _hold(stage, Held(made, lines, given["amount"]), parts)
    heappush(stage.ends, (until, made.id, CREDIT, made.order))
    return bool(parts)


def _bill(stage: Stage, deed: Deed) -> bool:
    given = deed.act.input
    parts = _parts(stage, deed, RewardKind.BILL_CREDIT)
    if not parts:
        return False
    bill = Bill(given["person"], given["invoice"], given["unit"], given["amount"], given.get("dated"))
    made, lines = write_bill(bill, bill.person, parts, stage.desk(deed))
    _hold(stage, Held(made, lines, made.amount), parts)
    return True


def _parts(stage: Stage, deed: Deed, kind: str) -> tuple[Part, ...]:
    """What is there of what was asked for, by what may be used on this order, as live."""
    given, memory, now = deed.act.input, stage.memory, deed.act.at
    group = memory.group(given["person"])
    moment = OrderMoment(given["order"], group, given.get("dated", now))
    lots = [lot for lot in memory.spendable(group, given["unit"], kind) if _use_refused(lot, moment, stage) is None]
    return spread(lots, given["amount"], now=now)


def _sum(parts: Iterable[Part]) -> int:
    return sum(part.amount for part in parts)


def _hold(stage: Stage, held: Held, parts: Iterable[Part]) -> None:
    stage.memory.touched.update({part.reward.id: part.reward for part in parts})
    stage.memory.checkouts[held.made.order].append(held)


def _end(state: str) -> Again:
    def again(stage: Stage, deed: Deed) -> bool:
        given = deed.act.input
        kind = given.get("kind", RewardKind.STORE_CREDIT)
        for held in stage.memory.checkouts.get(given["order"]) or ():
            made = held.made
            if (made.person, made.unit, made.kind, made.state) == (
                given["person"],
                given["unit"],
                kind,
                COMES_FROM[state],
            ):
                return _end_one(stage, deed, held, state)
        return False

    return again


def _end_one(stage: Stage, deed: Deed, held: Held, state: str) -> bool:
    """Whether anything lay in the checkout."""
    if state == CAPTURED:
        stage.not_spent[held.made.unit] += held.short
    elif state == RETURNED:
        stage.not_spent[held.made.unit] -= held.short
    held.made = end_with(held.made, held.lines, state, stage.memory, stage.desk(deed))
    if state != CAPTURED:
        stage.memory.checkouts[held.made.order].remove(held)
    return bool(held.lines)


# -- vouchers -------------------------------------------------------------------------------------------------------------------


def _voucher_of(stage: Stage, deed: Deed) -> tuple[Voucher, Reward] | None:
    """The voucher that an act names, as it is here. None: the program tried gives none for that."""
    reward = stage.reward_named(deed.rewards.get(deed.act.input["reward"]))
    if reward is None or reward.kind not in VOUCHERS:
        return None
    memory = stage.memory
    known = memory.vouchers.get(reward.id)
    if known is None:
        terms, unit = voucher_terms(reward, memory.programs[reward.program])
        known = Voucher(
            new_id(), reward.id, "", terms.percent_bp, terms.max_discount, terms.min_order, unit, VoucherState.OPEN, None, None, None,
            None, None, None, 0,
        )  # fmt: skip
        memory.touched[reward.id] = reward
    return known, reward


def _use(use: Callable[[Stage, Deed, Voucher, Reward, Basket], Voucher]) -> Again:
    def again(stage: Stage, deed: Deed) -> bool:
        found, given = _voucher_of(stage, deed), deed.act.input
        basket = Basket(given["order"], given["order_minor"], given["unit"], given.get("dated"))
        if found is None or not _counts(*found, basket, stage, deed):
            return False
        stage.memory.vouchers[found[1].id] = use(stage, deed, *found, basket)
        return True

    return again


def _counts(voucher: Voucher, reward: Reward, basket: Basket, stage: Stage, deed: Deed) -> bool:
    now = deed.act.at
    if voucher.state == VoucherState.REDEEMED or refusal(voucher, reward, basket, now=now) is not None:
        return False
    group = stage.memory.group(reward.beneficiary)
    moment = OrderMoment(basket.order, group, now if basket.dated is None else basket.dated)
    return _use_refused(reward, moment, stage) is None


def _set_aside(stage: Stage, deed: Deed, voucher: Voucher, reward: Reward, basket: Basket) -> Voucher:
    until = deed.act.input["until"]
    heappush(stage.ends, (until, voucher.id, VOUCHER, reward.id))
    return set_voucher_aside(voucher, reward, basket, stage.desk(deed), until)


def _redeem(stage: Stage, deed: Deed, voucher: Voucher, reward: Reward, basket: Basket) -> Voucher:
    return use_voucher(voucher, reward, basket, stage.desk(deed))


def _come_back(state: VoucherState) -> Again:
    def again(stage: Stage, deed: Deed) -> bool:
        found = _voucher_of(stage, deed)
        if found is None or (found[0].state, found[0].order) != (state, deed.act.input["order"]):
            return False
        _bring_back(stage, deed, found[0])
        return True

    return again


def _bring_back(stage: Stage, deed: Deed, voucher: Voucher) -> None:
    used = voucher.state == VoucherState.REDEEMED
    stage.memory.vouchers[voucher.reward] = end_voucher(voucher, used, stage.memory, stage.desk(deed))


# -- both -----------------------------------------------------------------------------------------------------------------------


def _use_refused(reward: Reward, moment: OrderMoment, stage: Stage) -> UseReason | None:
    memory = stage.memory
    return refused_by_terms(
        reward,
        moment,
        memory.programs,
        earned_by=lambda: _earned_by(reward, memory),
        paid=lambda: _paid(moment.people, stage),
    )


def _earned_by(reward: Reward, memory: Memory) -> str | None:
    if reward.occasion.startswith("order:"):
        return reward.occasion.removeprefix("order:")
    case = memory.by_id.get(reward.referral) if reward.referral is not None else None
    return case.state.concluded.first_order if case is not None and case.state.concluded is not None else None


def _paid(people: Iterable[str], stage: Stage) -> Set[str]:
    """The orders that these people have paid, by the programs that know them as friends and by what came before any did."""
    memory = stage.memory
    found: set[str] = set()
    for person in people:
        for program in stage.everything:
            case = memory.cases.get((program, person))
            found |= {order.id for order in case.state.paid_orders()} if case is not None else set()
        for stored in memory.history.get(person) or ():
            if stored.type == "purchase" and stored.order_key and (stored.amount or 0) > 0:
                found.add(stored.order_key)
    return found


def let_lapse(stage: Stage, deed: Deed) -> None:
    """The clock lets go of what was left in checkouts, each after what fell due before it."""
    until: Instant = deed.act.input["until"]
    while stage.ends and stage.ends[0][0] <= until:
        at, _, what, key = heappop(stage.ends)
        let_go = _left(stage, deed, at, what, key)
        if let_go is not None:
            stage.work.fall_due(at - 1, now=deed.act.at)
            let_go()


def _left(stage: Stage, deed: Deed, at: Instant, what: str, key: str) -> Callable[[], Any] | None:
    """How to let go of what still lies in a checkout until then; None where nothing does."""
    if what == VOUCHER:
        voucher: Voucher | None = stage.memory.vouchers.get(key)
        if voucher is None or (voucher.state, voucher.reserved_until) != (VoucherState.RESERVED, at):
            return None
        return lambda: _bring_back(stage, deed, voucher)
    for held in stage.memory.checkouts.get(key) or ():
        if (held.made.state, held.made.expires_at) == (RESERVED, at):
            return lambda: _end_one(stage, deed, held, RELEASED)
    return None


AT_CHECKOUTS: dict[str, Again] = {
    "credit.reserve": _reserve,
    "credit.bill": _bill,
    **{
        f"credit.{verb}": _end(state)
        for verb, state in (("capture", CAPTURED), ("release", RELEASED), ("give_back", RETURNED))
    },
    "voucher.reserve": _use(_set_aside),
    "voucher.redeem": _use(_redeem),
    "voucher.release": _come_back(VoucherState.RESERVED),
    "voucher.give_back": _come_back(VoucherState.REDEEMED),
}
