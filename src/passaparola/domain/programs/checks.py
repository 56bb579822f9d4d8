"""What must go together in a program file. Each check takes the valid parts and yields what is wrong with its path."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from passaparola.domain import money
from passaparola.domain.programs import checks_kinds, limits
from passaparola.domain.programs import checks_structures as structures
from passaparola.domain.programs.checks_access import ACCESS
from passaparola.domain.programs.checks_contest import CONTEST
from passaparola.domain.programs.checks_economics import ECONOMICS, worths
from passaparola.domain.programs.checks_grants import GRANTS
from passaparola.domain.programs.checks_leaderboard import something_to_rank
from passaparola.domain.programs.checks_places import locations_fit
from passaparola.domain.programs.checks_triggers import TRIGGERS
from passaparola.domain.programs.compiled import CapMetric
from passaparola.domain.programs.document import RewardGroup
from passaparola.domain.programs.findings import FindingReason, Wrong, quoted
from passaparola.domain.programs.meaning import (
    amount_of,
    counted_in,
    gives_shares,
    id_of,
    ids_of,
    in_money,
    is_percentage_voucher,
    is_voucher,
    unit_of,
)
from passaparola.domain.programs.parts import Parts, Placed
from passaparola.domain.programs.tree import Path
from passaparola.domain.units import is_currency, parse_units

LONGEST_ID = 64

Check = Callable[[Parts], Iterator[Placed]]


def check(parts: Parts) -> list[Placed]:
    """All that does not go together, in the order of the checks."""
    return [placed for rule in CHECKS for placed in rule(parts)]


def _each_reward(rule: Callable[[RewardGroup], Iterator[Placed]]) -> Check:
    """A check of one reward as a check of all; the rule's paths are relative to the reward."""

    def every(parts: Parts) -> Iterator[Placed]:
        for at, reward in parts.rewards:
            for path, wrong in rule(reward):
                yield (*at, *path), wrong

    return every


def _one_worth(reward: RewardGroup) -> Iterator[Placed]:
    """A reward is worth one thing: an amount, a percentage of the friend's order, or a percentage off a later order."""
    written = ["amount"] if amount_of(reward) is not None else []
    written += ["percent"] if reward.percent is not None else []
    written += ["voucher.percent"] if is_percentage_voucher(reward) else []
    written += ["structure.tiers"] if reward.structure is not None and reward.structure.tiers else []
    written += ["pick"] if reward.pick is not None else []
    if len(written) == 1:
        return
    choices = "amount, percent or voucher.percent" if is_voucher(reward) else "amount or percent"
    found = " and ".join(written) or f"no {choices}"
    remedy = "keep one of them" if written else "add `amount: 5.00` or what it is worth"
    yield (), Wrong(FindingReason.AMOUNT_OR_PERCENT, f"one of {choices}", remedy, found)


def _limits_need_percent(reward: RewardGroup) -> Iterator[Placed]:
    for key in ("minimum", "maximum"):
        if getattr(reward, key) is not None and not gives_shares(reward):
            remedy = "leave it out: an amount is the same each time"
            if is_percentage_voucher(reward):
                remedy = "for the most a voucher takes off write `voucher: {max_discount: 50.00}`"
            yield (key,), Wrong(FindingReason.LIMIT_WITHOUT_PERCENT, f"`{key}` only beside `percent`", remedy)


def _voucher_terms(reward: RewardGroup) -> Iterator[Placed]:
    """Terms belong to vouchers; a percentage says of what."""
    reason, terms = FindingReason.VOUCHER_TERMS, reward.voucher
    if terms is not None and not is_voucher(reward):
        remedy = "leave them out, or change the kind"
        yield ("voucher",), Wrong(reason, "voucher terms only with `kind: voucher`", remedy)
        return
    if terms is not None and terms.max_discount is not None and terms.percent is None:
        remedy = "leave it out: a fixed voucher takes off its amount"
        yield ("voucher", "max_discount"), Wrong(reason, "`max_discount` only with `voucher.percent`", remedy)
    if terms is not None and terms.min_order is not None and reward.percent is not None:
        remedy = "leave it out, or give a fixed `amount`"
        yield ("voucher", "min_order"), Wrong(reason, "`min_order` only with a fixed or percentage voucher", remedy)
    if is_voucher(reward) and reward.percent is not None and reward.structure is None:
        remedy = (
            "for a voucher of so much per cent off a later order write `voucher: {percent: …}` instead; "
            "for one that is worth this share of the friend's order add `structure: percent`"
        )
        yield ("percent",), Wrong(reason, "per cent of what", remedy)


def _currency_used(parts: Parts) -> Iterator[Placed]:
    """A currency is written where it counts. The amounts in a percentage voucher's terms are in the program's."""
    for at, reward in parts.rewards:
        if reward.currency is None:
            continue
        path, reason = (*at, "currency"), FindingReason.CURRENCY_WITHOUT_USE
        if is_percentage_voucher(reward) and parts.currency not in (None, reward.currency):
            expected = "the program's currency: a percentage voucher's terms are in it"
            yield path, Wrong(reason, expected, "leave it out")
        if unit_of(reward, reward.currency) is None:
            expected = "no currency: a share of an order is in the order's currency"
            yield path, Wrong(reason, expected, "leave it out, or add `minimum` or `maximum`")


def _distinct_ids(parts: Parts) -> Iterator[Placed]:
    seen: set[str] = set()
    for at, reward in parts.rewards:
        path = (*at, "id") if reward.id else at
        taken = [one for one in ids_of(reward) if one in seen]
        if taken:
            expected = "a different id for each reward (without `id` it is the side)"
            remedy = f"add an id such as `id: {id_of(reward)[:55]}-{at[1]}`"
            yield path, Wrong(FindingReason.DUPLICATE_ID, expected, remedy, quoted(taken[0]))
        if len(ids_of(reward)[-1]) > LONGEST_ID:
            longest = LONGEST_ID - len(ids_of(reward)[-1]) + len(id_of(reward))
            expected = f"an id of at most {longest} characters beside a bonus"
            yield path, Wrong(FindingReason.BAD_ID, expected, "shorten it", quoted(id_of(reward)))
        seen.update(ids_of(reward))


def _amounts(parts: Parts) -> Iterator[tuple[Path, str, str | None]]:
    """Every amount of money with its path and its currency, None where that is not known."""
    if parts.trigger is not None and parts.trigger.min_value is not None:
        yield ("trigger", "min_value"), parts.trigger.min_value, parts.currency
    for at, reward in parts.rewards:
        currency = (reward.currency or parts.currency) if in_money(reward) else counted_in(reward) or None
        for path in (("amount",), ("minimum",), ("maximum",), ("voucher", "max_discount"), ("voucher", "min_order")):
            holder = reward if len(path) == 1 else reward.voucher
            text = getattr(holder, path[-1], None)
            if text is not None:
                yield (*at, *path), text, currency
        yield from (((*at, *path), text, currency) for path, text in structures.amounts(reward))
    for at, cap in parts.caps:
        if cap.metric is CapMetric.VALUE and " " not in cap.max:
            yield (*at, "max"), cap.max, cap.currency or parts.currency
    for at, budget in parts.budgets:
        yield (*at, "total"), budget.total, budget.currency or parts.currency
    yield from ((path, text, parts.currency) for path, text in worths(parts))


def _amounts_fit(parts: Parts) -> Iterator[Placed]:
    """No amount has more digits than its currency, or more than we take."""
    for path, text, currency in _amounts(parts):
        if currency is None:
            continue
        try:
            parse_units(text, currency)
        except money.UnableToReadAmount:
            if not is_currency(currency):
                yield path, Wrong(FindingReason.BAD_AMOUNT, f"a whole number of {currency}", "write it as 500")
                continue
            largest = money.money_text(money.MAX_MINOR, currency)
            expected = f"at most {money.exponent(currency)} digits after the point, and at most {largest}"
            yield path, Wrong(FindingReason.BAD_AMOUNT, expected, f"write it as {money.decimal_text(500, currency)}")


def _minimum_below_maximum(parts: Parts) -> Iterator[Placed]:
    for at, reward in parts.rewards:
        if reward.minimum is None or reward.maximum is None:
            continue
        if Decimal(reward.minimum) > Decimal(reward.maximum):
            expected = f"at most the maximum, {reward.maximum}"
            yield (*at, "minimum"), Wrong(FindingReason.MINIMUM_ABOVE_MAXIMUM, expected, "lower it, or raise maximum")


CHECKS: tuple[Check, ...] = (
    _each_reward(_one_worth),
    _each_reward(structures.structure_fits),
    _each_reward(structures.structure_whole),
    _each_reward(structures.counts_for_advocates),
    _each_reward(structures.tiers_rise),
    _each_reward(structures.tops_up),
    _each_reward(structures.parts_whole),
    _each_reward(structures.bonus_on_top),
    _each_reward(structures.share_of_something),
    _each_reward(structures.condition_fits),
    _each_reward(structures.tops_up_one_rule),
    _each_reward(structures.boosts_fit),
    _each_reward(structures.draw_whole),
    _each_reward(_limits_need_percent),
    _each_reward(_voucher_terms),
    *(_each_reward(rule) for rule in checks_kinds.RULES),
    _currency_used,
    *CONTEST,
    something_to_rank,
    *ACCESS,
    *TRIGGERS,
    *GRANTS,
    structures.structure_fits_trigger,
    locations_fit,
    _distinct_ids,
    checks_kinds.choices_come_together,
    checks_kinds.fallbacks_lead_somewhere,
    _amounts_fit,
    _minimum_below_maximum,
    limits.counts_are_whole,
    limits.cap_currency_used,
    limits.distinct_caps,
    limits.distinct_budgets,
    limits.one_way_to_write_budgets,
    limits.caps_apply,
    limits.caps_leave_room,
    limits.budget_applies,
    limits.budget_covers_an_occasion,
    *ECONOMICS,
)
