"""What one recommendation that works costs by the program's own rules, and for how many the budget is enough."""

from dataclasses import dataclass
from fractions import Fraction

from passaparola.domain.money import proportion
from passaparola.domain.programs.compiled import TOGETHER, Base, Program, RewardRule, Side, Structure
from passaparola.domain.rewards.kinds import gift_text
from passaparola.domain.tongue import PLAIN, Tongue
from passaparola.domain.units import is_currency

BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Cost:
    """Minor units of the program's currency for one friend who does what earns. `least` and `most` differ where later friends are worth
    more, or where shares depend on an order that is not known. `things` is what is no money of this currency, in words."""

    unit: str
    least: int
    most: int
    things: tuple[str, ...]
    needs_order: bool  # a share of an order whose value nobody said
    budget: int | None
    lasts: (
        int | None
    )  # friends for whom the budget is enough, at the most one costs; None without a budget or without a cost
    margin: int | None  # what is earned on a usual order
    left: int | None  # of it, once both sides have the most


def cost_of(program: Program, *, order: int | None, margin_bp: int | None, tongue: Tongue = PLAIN) -> Cost:
    """`order`: minor units of a usual order, None where nobody said; `margin_bp`: the margin on it in basis points.

    What is given for every so many friends counts by its part for each: a voucher of 50 for every five is 10 each, rounded up. A budget
    of a period lasts so many friends in each period.
    """
    rules = [rule for side in (Side.ADVOCATE, Side.FRIEND) for rule in program.promised(side)]
    unit = program.currency
    spans = [_span(rule, order) for rule in rules if _in_money(rule, unit)]
    needs = order is None and any(rule.percent_bp or (rule.voucher and rule.voucher.percent_bp) for rule in rules)
    least, most = sum(low for low, _ in spans), sum(high for _, high in spans)
    things = tuple(_thing(rule, tongue) for rule in rules if not _in_money(rule, unit))
    total = next((budget.total for budget in program.budgets if budget.unit == unit), None)
    earned = proportion(order, margin_bp, BASIS_POINTS) if order is not None and margin_bp is not None else None
    return Cost(
        unit, least, most, things, needs, total,
        total // most if total is not None and most else None,
        earned, None if earned is None else earned - most,
    )  # fmt: skip


def side_worth(program: Program, side: Side, *, order: int | None) -> int:
    """What a side gets for one friend, the least of it: minor units of the program's currency. Things and points count nothing."""
    return sum(_span(rule, order)[0] for rule in program.promised(side) if _in_money(rule, program.currency))


def _in_money(rule: RewardRule, unit: str) -> bool:
    if rule.voucher is not None and rule.voucher.percent_bp:
        return True
    return rule.unit is None or rule.unit == unit or (rule.percent_bp is not None and is_currency(rule.unit))


def _span(rule: RewardRule, order: int | None) -> tuple[int, int]:
    """The least and the most that one friend costs by a rule."""
    if rule.voucher is not None and rule.voucher.percent_bp:
        off, most = proportion(order or 0, rule.voucher.percent_bp, BASIS_POINTS), rule.voucher.max_discount
        return _each(rule, off if most is None else min(off, most))
    if rule.tiers:
        worths = [t.amount if t.amount is not None else _share(rule, t.percent_bp or 0, order) for t in rule.tiers]
        return min(worths), max(worths)
    if rule.draw is not None:
        prizes = [prize.amount for prize in rule.draw.catalogue]
        return min(prizes), max(prizes)
    if rule.percent_bp is not None:
        return _each(rule, _share(rule, rule.percent_bp, order if rule.of is Base.ORDER else None))
    return _each(rule, rule.amount or 0)


def _share(rule: RewardRule, points: int, order: int | None) -> int:
    given = max(proportion(order or 0, points, BASIS_POINTS), rule.minimum or 0)
    return given if rule.maximum is None else min(given, rule.maximum)


def _each(rule: RewardRule, worth: int) -> tuple[int, int]:
    """The part of one friend; of a reward for each order, from the first to all that earn."""
    if rule.structure in TOGETHER and rule.every:
        part = -(-Fraction(worth) // rule.every)
        return int(part), int(part)
    if rule.structure is Structure.RECURRING and rule.periods:
        return worth, worth * rule.periods
    return worth, worth


def _thing(rule: RewardRule, tongue: Tongue) -> str:
    number = rule.amount or 1
    return gift_text(rule.kind, number, tongue.money(number, rule.unit or ""), rule.item, tongue.gettext)
