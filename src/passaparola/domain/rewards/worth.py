"""What a rule is worth for one occasion where it says more than an amount or a share: by tier, by draw, boosted, for some periods only."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from passaparola.domain.instant import Instant, moment, zone
from passaparola.domain.money import MAX_MINOR, proportion
from passaparola.domain.programs.compiled import Base, Program, RewardRule, Structure, TierBy
from passaparola.domain.programs.conditions import CONVERTED
from passaparola.domain.reasons import Reason
from passaparola.domain.referrals.state import Order, Reached
from passaparola.domain.rewards.boosts import in_force, more, more_percent
from passaparola.domain.rewards.draw import draw_for
from passaparola.domain.values import value

if TYPE_CHECKING:
    from passaparola.domain.rewards.target import Occasion

BASIS_POINTS = 10_000
FACT_OF = {Base.PLAN: "plan_price_minor", Base.DEAL: "deal_minor", Base.LTV: "ltv_minor"}


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
    by: str = ""  # how the friend was bound
    left: Instant | None = None  # when the friend cancelled


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
    refused = why_not(rule, occasion, program, position, saw)
    if refused is not None:
        return refused
    terms = _terms(rule, occasion, program, position, saw, arithmetic)
    if isinstance(terms, Reason):
        return terms
    fixed, share = terms
    boosts = in_force(rule, occasion.at, program.timezone) if rule.boosts else []
    if share is None:
        amount, unit = fixed or 0, rule.unit or program.currency
        arithmetic["flat"] = amount
    else:
        base = base_of(rule, occasion.order, occasion.reached, occasion.facts)
        if isinstance(base, Reason):
            return base
        share += more_percent(boosts, arithmetic)
        amount, unit = proportion(base[0], share, BASIS_POINTS), base[1] or rule.unit or program.currency
        if rule.unit not in (None, unit):
            return Reason.CURRENCY_MISMATCH
        arithmetic.update(of=base[0], percent_bp=share, half_up=amount)
        if rule.of is not Base.ORDER:
            arithmetic["base"] = rule.of
    return within_bounds(rule, more(amount, boosts, arithmetic), arithmetic), unit


def why_not(
    rule: RewardRule, occasion: "Occasion", program: Program, position: Position, saw: dict[str, Any]
) -> Reason | None:
    """Why the rule gives nothing for this occasion, whatever it would be worth."""
    if rule.structure is Structure.RECURRING:
        if position.left is not None and occasion.at > position.left:
            return Reason.FRIEND_LEFT
        if rule.periods is not None:
            saw["period"], saw["periods"] = position.nth, rule.periods
            if position.nth > rule.periods:
                return Reason.PERIODS_OVER
    if rule.when is not None:
        met, seen = rule.when.met(facts_of(occasion, program, position))
        saw["condition"] = seen
        if not met:
            return Reason.CONDITION_NOT_MET
    return None


def base_of(
    rule: RewardRule, order: Order | None, reached: Reached | None, facts: Mapping[str, Any]
) -> tuple[int, str] | Reason:
    """What a share is taken of, in minor units, with its currency ("" where the event told none)."""
    if rule.of is Base.ORDER:
        return Reason.NOTHING_TO_GIVE if order is None else (order.amount, order.unit)
    told = facts.get(FACT_OF[rule.of])
    if told is None and rule.of is Base.DEAL and reached is not None:
        told = reached.amount
    if type(told) is not int or told <= 0:
        return Reason.BASE_NOT_TOLD
    source = order or reached
    return told, (source.unit if source is not None else None) or ""


def facts_of(occasion: "Occasion", program: Program, position: Position) -> dict[str, Any]:
    """What a condition may ask of one occasion. What is not known is not there."""
    order, local = occasion.order, moment(occasion.at).astimezone(zone(program.timezone))
    facts = dict(occasion.facts)
    found: dict[str, Any] = {
        "facts": facts,
        "order.facts": facts if order is not None else {},
        "bound.by": position.by,
        "day": local.date().isoformat(),
        "month": local.month,
        "weekday": local.isoweekday(),
        "hour": local.hour,
    }
    if order is not None:
        found["order.amount_minor"], found["order.currency"] = order.amount, order.unit
        found["order.item"], found["order.number"] = order.item, position.nth
    if occasion.reached is not None:
        reached = occasion.reached
        found["stage"] = reached.stage
        if reached.amount is not None:
            found["deal.amount_minor"], found["deal.currency"] = reached.amount, reached.unit or ""
    if position.number is not None:
        found[CONVERTED] = position.number
    return found


def within_bounds(rule: RewardRule, amount: int, arithmetic: dict[str, Any]) -> int:
    """Raised to the rule's minimum, then lowered to its maximum; boosts pile up to no more than the largest amount that we take."""
    if rule.minimum is not None and amount < rule.minimum:
        amount = arithmetic["minimum"] = rule.minimum
    if rule.maximum is not None and amount > rule.maximum:
        amount = arithmetic["maximum"] = rule.maximum
    if amount > MAX_MINOR:
        amount = arithmetic["maximum"] = MAX_MINOR
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
