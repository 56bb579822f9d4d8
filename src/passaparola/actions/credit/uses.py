"""On which orders a reward may be used, by the terms of the program version that gave it, and what points are worth."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from passaparola.actions.acting import Refusal
from passaparola.actions.rewards.terms import rule_of
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import Use
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.credit import Part
from passaparola.domain.rewards.kinds import points_worth
from passaparola.domain.rewards.uses import UseReason, refused_use
from passaparola.store.read import checkout, gather
from passaparola.store.session import Session


@dataclass(frozen=True, slots=True)
class OrderMoment:
    """An order at a checkout: its number, whose it is (with everybody merged), and when what is paid for takes place."""

    order: str | None
    people: Sequence[str]
    dated: Instant


def use_refused(
    reward: Reward, moment: OrderMoment, session: Session, workspace: str, programs: Mapping[str, ProgramVersions]
) -> UseReason | None:
    """Why this reward may not be used on this order, or None. Nothing is read where its rule names no terms."""
    return refused_by_terms(
        reward,
        moment,
        programs,
        earned_by=lambda: earning_order(reward, session, workspace),
        paid=lambda: checkout.paid_orders_of(session, workspace, moment.people),
    )


def refused_by_terms(
    reward: Reward,
    moment: OrderMoment,
    programs: Mapping[str, ProgramVersions],
    *,
    earned_by: Callable[[], str | None],
    paid: Callable[[], Set[str]],
) -> UseReason | None:
    """The same by whatever knows: the order that earned it, and the orders that its owner has paid, each asked where the terms need it."""
    use = rule_of(reward, programs).use
    if use is Use.NOW:
        return None
    order = earned_by() if use is Use.NEXT_PURCHASE else None
    paid_orders = paid() if use is Use.FIRST_ORDER else frozenset[str]()
    return refused_use(use, reward, order=moment.order, dated=moment.dated, earned_by=order, paid=paid_orders)


def earning_order(reward: Reward, session: Session, workspace: str) -> str | None:
    """The order that earned this reward; None for a sign-up and for what many friends earned together."""
    if reward.occasion.startswith("order:"):
        return reward.occasion.removeprefix("order:")
    if reward.referral is None:
        return None
    found = gather.referrals_by_id(session, workspace, [reward.referral])
    conclusion = found[0].state.concluded if found else None
    return conclusion.first_order if conclusion else None


def worth_of(parts: Iterable[Part], programs: Mapping[str, ProgramVersions]) -> tuple[int | None, str | None]:
    """Minor units that these points take off, and the currency: each part at the rate of the program that gave it, rounded down."""
    total, currency = 0, None
    for part in parts:
        program = programs[part.reward.program].number(part.reward.version)
        if currency not in (None, program.currency):
            text = f"the points are of programs in {currency} and {program.currency}"
            raise Refusal("currency_mismatch", text)
        total += points_worth(part.amount, rule_of(part.reward, programs).points_per_currency_unit, program.currency)
        currency = program.currency
    return (total, currency) if currency else (None, None)
