"""What a rule is worth for one occasion where it says more than an amount or a share: by tier, by draw, boosted, for some periods only."""

from typing import TYPE_CHECKING, Any

from passaparola.domain.money import proportion
from passaparola.domain.programs.compiled import Program, RewardRule, Structure, TierBy
from passaparola.domain.reasons import Reason
from passaparola.domain.rewards.boosts import in_force, more, more_percent
from passaparola.domain.rewards.draw import draw_for
from passaparola.domain.values import value

if TYPE_CHECKING:
    from passaparola.domain.rewards.target import Occasion

BASIS_POINTS = 10_000


@value(frozen=True, slots=True)
class Position:
    """Where an occasion stands: its number among the friend's qualifying ones, and what a tier or a draw goes by.

    `number` and `reached`: the friend's number and the value in the advocate's count; None where it was never counted.
    """

    nth: int = 1
    number: int | None = None
    reached: dict[str, int | None] | None = None  # by rule
    ticket: str = ""
    occasion: str = ""


ANYWHERE = Position()


def worth(
    rule: RewardRule,
    occasion: "Occasion",
    program: Program,
    position: Position,
    saw: dict[str, Any],
    arithmetic: dict[str, Any],
) -> tuple[int, str] | Reason:
    """Minor units and their unit, or why there are none. Every step goes into `arithmetic`, every value looked at into `saw`."""
    if rule.structure is Structure.RECURRING and rule.periods is not None:
        saw["period"], saw["periods"] = position.nth, rule.periods
        if position.nth > rule.periods:
            return Reason.PERIODS_OVER
    terms = _terms(rule, occasion, program, position, saw, arithmetic)
    if isinstance(terms, Reason):
        return terms
    fixed, share = terms
    boosts = in_force(rule, occasion.at, program.timezone) if rule.boosts else []
    if share is None:
        amount, unit = fixed or 0, rule.unit or program.currency
        arithmetic["flat"] = amount
    else:
        order = occasion.order
        if order is None:
            return Reason.NOTHING_TO_GIVE
        if rule.unit is not None and rule.unit != order.unit:
            return Reason.CURRENCY_MISMATCH
        share += more_percent(boosts, arithmetic)
        amount, unit = proportion(order.amount, share, BASIS_POINTS), order.unit
        arithmetic.update(of=order.amount, percent_bp=share, half_up=amount)
    return within_bounds(rule, more(amount, boosts, arithmetic), arithmetic), unit


def within_bounds(rule: RewardRule, amount: int, arithmetic: dict[str, Any]) -> int:
    """Raised to the rule's minimum, then lowered to its maximum."""
    if rule.minimum is not None and amount < rule.minimum:
        amount = arithmetic["minimum"] = rule.minimum
    if rule.maximum is not None and amount > rule.maximum:
        amount = arithmetic["maximum"] = rule.maximum
    return amount


def _terms(
    rule: RewardRule,
    occasion: "Occasion",
    program: Program,
    position: Position,
    saw: dict[str, Any],
    arithmetic: dict[str, Any],
) -> tuple[int | None, int | None] | Reason:
    """The amount or the share in basis points that counts for this occasion."""
    if rule.draw is not None:
        found = draw_for(rule, program, ticket=position.ticket, occasion=position.occasion)
        prize = found.prize
        arithmetic["draw"] = {
            "prize": prize.name,
            "number": found.number,
            "weights": found.weights,
            "hash": found.digest,
        }
        return prize.amount, None
    if rule.structure is not Structure.TIER:
        return rule.amount, rule.percent_bp
    if rule.by is TierBy.VALUE and (occasion.order is None or occasion.order.unit != rule.unit):
        return Reason.NOTHING_TO_GIVE if occasion.order is None else Reason.CURRENCY_MISMATCH
    reached = position.number if rule.by is TierBy.COUNT else (position.reached or {}).get(rule.id)
    if reached is None:
        return Reason.ORDER_REFUNDED
    saw["number" if rule.by is TierBy.COUNT else "value"] = reached
    tier = next((tier for tier in reversed(rule.tiers) if tier.at <= reached), None)
    if tier is None:
        saw["tier"] = rule.tiers[0].at
        return Reason.BELOW_FIRST_TIER
    saw["tier"] = tier.at
    return tier.amount, tier.percent_bp
