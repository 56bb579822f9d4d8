"""Checks of caps and budgets: that they can be kept, and that they limit something."""

import re
from collections.abc import Iterator

from passaparola.domain import money
from passaparola.domain.money import proportion
from passaparola.domain.programs.compiled import TOGETHER, CapMetric, CapPer, LimitPolicy, Side, Structure
from passaparola.domain.programs.document import RewardGroup
from passaparola.domain.programs.findings import FindingReason, Wrong, quoted
from passaparola.domain.programs.limit_groups import BudgetGroup, CapGroup, sized
from passaparola.domain.programs.meaning import id_of, minor, structure_of, unit_of
from passaparola.domain.programs.parts import Parts, Placed
from passaparola.domain.programs.tree import Path

WHOLE = 10_000  # basis points


def counts_are_whole(parts: Parts) -> Iterator[Placed]:
    """A cap by count is a whole number of rewards, one by quantity a whole number of its unit; one by value is no size."""
    for at, cap in parts.caps:
        if cap.metric is CapMetric.COUNT and not re.fullmatch("[0-9]{1,9}", cap.max):
            yield (*at, "max"), Wrong(FindingReason.BAD_NUMBER, "a whole number of rewards", "write it as 10")
        if cap.metric is CapMetric.VALUE and " " in cap.max:
            remedy = "write it as 5.00, or `metric: quantity` with a `unit`"
            yield (*at, "max"), Wrong(FindingReason.BAD_AMOUNT, "an amount of money", remedy)
        if cap.metric is CapMetric.QUANTITY and cap.unit and sized(cap.max, cap.unit, cap.unit_base) is None:
            expected = f"a whole number of {cap.unit}, or a size such as 16 GB"
            yield (*at, "max"), Wrong(FindingReason.BAD_NUMBER, expected, "write it as 16000")


def cap_currency_used(parts: Parts) -> Iterator[Placed]:
    """A cap by count has no currency, one by quantity has a unit, and no other has one."""
    for at, cap in parts.caps:
        reason = FindingReason.CURRENCY_WITHOUT_USE
        if cap.metric is CapMetric.COUNT and cap.currency is not None:
            yield (*at, "currency"), Wrong(reason, "no currency: it counts rewards", "leave it out")
        if cap.metric is CapMetric.QUANTITY and cap.currency is not None:
            yield (*at, "currency"), Wrong(reason, "no currency: it counts units", "write `unit:` instead")
        if cap.metric is CapMetric.QUANTITY and cap.unit is None:
            yield (*at, "unit"), Wrong(FindingReason.MISSING_KEY, "the unit that is counted", "add `unit: MB`")
        if cap.metric is not CapMetric.QUANTITY and cap.unit is not None:
            expected = "no unit: it counts money or rewards"
            yield (*at, "unit"), Wrong(FindingReason.UNIT_MISMATCH, expected, "leave it out, or write metric: quantity")


def distinct_caps(parts: Parts) -> Iterator[Placed]:
    """One cap for each person, metric, currency and period."""
    seen: set[tuple[object, ...]] = set()
    for at, cap in parts.caps:
        key = (cap.per, cap.metric, _cap_unit(cap, parts.currency), cap.period)
        if key in seen:
            expected = "one cap for each person, metric, currency and period"
            yield at, Wrong(FindingReason.DUPLICATE_CAP, expected, "keep the one that counts", "the same again")
        seen.add(key)


def distinct_budgets(parts: Parts) -> Iterator[Placed]:
    """One budget for each currency and period."""
    seen: set[tuple[object, ...]] = set()
    for at, budget in parts.budgets:
        key = (budget.currency or parts.currency, budget.period)
        if key in seen:
            expected = "one budget for each currency and period"
            yield at, Wrong(FindingReason.DUPLICATE_CAP, expected, "keep the one that counts", "the same again")
        seen.add(key)


def caps_apply(parts: Parts) -> Iterator[Placed]:
    """A cap limits some reward. A warning: the program runs, but not as somebody meant it."""
    for at, cap in parts.caps if parts.complete and parts.currency else ():
        if not any(_counts(cap, reward, parts.currency) for _, reward in parts.rewards):
            unit = _cap_unit(cap, parts.currency)
            whom = f" to the {cap.per.value}" if cap.per in (CapPer.ADVOCATE, CapPer.FRIEND) else ""
            found = f"no reward{whom}" + (f" in {unit}" if unit else "")
            remedy = "leave it out, or mend `per` or the currency"
            yield at, _warning(FindingReason.LIMIT_WITHOUT_USE, "a cap on something that is given", remedy, found)


def caps_leave_room(parts: Parts) -> Iterator[Placed]:
    """With the policies `stop` and `queue` a cap below one reward never lets it through."""
    for at, cap in parts.caps:
        unit = _cap_unit(cap, parts.currency)
        if unit is None or cap.policy is LimitPolicy.CLIP:
            continue
        room = minor(cap.max, unit) if cap.metric is CapMetric.VALUE else sized(cap.max, unit, cap.unit_base)
        leasts = [_least(reward, unit) for _, reward in parts.rewards if _counts(cap, reward, parts.currency)]
        if room is not None and any(least > room for least in leasts):
            expected = f"room for a reward of {money.money_text(max(leasts), unit)}"
            yield (*at, "max"), _warning(FindingReason.CAP_TOO_SMALL, expected, "raise it, or write `policy: clip`")


def budget_applies(parts: Parts) -> Iterator[Placed]:
    """A budget limits some reward."""
    for at, budget in parts.budgets if parts.complete and parts.currency else ():
        unit = budget.currency or parts.currency
        if not any(unit_of(reward, parts.currency or "") in (unit, None) for _, reward in parts.rewards):
            expected, remedy = "a budget for something that is given", "leave it out, or mend its currency"
            yield at, _warning(FindingReason.LIMIT_WITHOUT_USE, expected, remedy, f"no reward in {unit}")


def budget_covers_an_occasion(parts: Parts) -> Iterator[Placed]:
    """All rewards of one occasion fit into the budget, or none is given; so it holds one occasion at least."""
    for at, budget in parts.budgets:
        yield from _covers(at, budget, parts)


def _covers(at: Path, budget: BudgetGroup, parts: Parts) -> Iterator[Placed]:
    unit = budget.currency or parts.currency
    total = None if unit is None else minor(budget.total, unit)
    if unit is None or total is None or parts.currency is None:
        return
    counted = [reward for _, reward in parts.rewards if unit_of(reward, parts.currency) == unit]
    counted = [reward for reward in counted if reward.side is not Side.WINNERS]
    always = sum(_least(reward, unit) for reward in counted if not _may_stay_away(reward, counted))
    least = always or min((_least(reward, unit) for reward in counted), default=0)
    fullest = _fullest(counted, unit)
    if total < least:
        expected = f"at least {money.money_text(least, unit)}, what one occasion gives"
        yield (*at, "total"), Wrong(FindingReason.BUDGET_TOO_SMALL, expected, "raise the total, or lower the rewards")
    elif total < fullest:
        expected = f"at least {money.money_text(fullest, unit)}, so that all that one occasion may give has room"
        remedy = "raise the total, or lower the rewards"
        yield (*at, "total"), _warning(FindingReason.BUDGET_TOO_SMALL, expected, remedy)


def _fullest(rewards: list[RewardGroup], unit: str) -> int:
    """The most that one occasion may give; it is at one location."""
    by_place: dict[str | None, int] = {None: 0}
    for reward in rewards:
        by_place[reward.location] = by_place.get(reward.location, 0) + _most(reward, unit)
    return by_place.pop(None) + max(by_place.values(), default=0)


def _may_stay_away(reward: RewardGroup, others: list[RewardGroup]) -> bool:
    """Whether an occasion may well give all the other rewards without this one."""
    elsewhere = reward.when is not None or reward.location is not None or reward.choice is not None
    apart = structure_of(reward) in (*TOGETHER, Structure.STAGED)
    return elsewhere or apart or any(id_of(reward) == other.fallback for other in others)


def one_way_to_write_budgets(parts: Parts) -> Iterator[Placed]:
    """`budget` is one, `budgets` a list of several; a file has one of the two."""
    if len({at[0] for at, _ in parts.budgets}) > 1:
        expected = "`budget`, or `budgets` with a list of several"
        yield (
            ("budget",),
            Wrong(FindingReason.DUPLICATE_KEY, expected, "put all of them into `budgets`", quoted("budget")),
        )


def _warning(reason: FindingReason, expected: str, remedy: str, found: str | None = None) -> Wrong:
    return Wrong(reason, expected, remedy, found, "warning")


def _cap_unit(cap: CapGroup, currency: str | None) -> str | None:
    if cap.metric is CapMetric.QUANTITY:
        return cap.unit
    return (cap.currency or currency) if cap.metric is CapMetric.VALUE else None


def _counts(cap: CapGroup, reward: RewardGroup, currency: str | None) -> bool:
    """Whether a cap counts a reward; one without a currency of its own may be in any."""
    side = CapPer.ADVOCATE if reward.side is Side.WINNERS else reward.side
    if cap.per in (CapPer.ADVOCATE, CapPer.FRIEND) and str(cap.per) != str(side):
        return False
    if cap.per is CapPer.REFERRAL and (structure_of(reward) in TOGETHER or reward.side is Side.WINNERS):
        return False
    if cap.metric is CapMetric.QUANTITY:
        return unit_of(reward, currency or "") == cap.unit
    return cap.metric is CapMetric.COUNT or unit_of(reward, currency or "") in (_cap_unit(cap, currency), None)


def _bonus(reward: RewardGroup, unit: str) -> int:
    """What comes on top when a number of friends is full, in minor units."""
    return (minor(reward.structure.bonus, unit) or 0) if reward.structure is not None else 0


def _least(reward: RewardGroup, unit: str) -> int:
    """The least that a reward gives for one occasion, in minor units: its amount, its smallest part, or the minimum of a percentage."""
    return proportion(_whole(reward, unit), min(_shares(reward), default=WHOLE), WHOLE)


def _most(reward: RewardGroup, unit: str) -> int:
    """As `_least`; of a reward in parts the largest, and what comes on top when a number of friends is full."""
    share = max(_shares(reward), default=WHOLE)
    return proportion(_whole(reward, unit), share, WHOLE) + _bonus(reward, unit)


def _whole(reward: RewardGroup, unit: str) -> int:
    written = [tier.amount for tier in (reward.structure.tiers or ())] if reward.structure is not None else []
    least = min((minor(text, unit) or 0 for text in (*written, *(p.amount for p in reward.catalogue))), default=0)
    return minor(reward.amount, unit) or minor(reward.minimum, unit) or least


def _shares(reward: RewardGroup) -> list[int]:
    """What each part of a reward in parts is of the whole, in basis points."""
    return [part.percent for part in (reward.structure.parts or [])] if reward.structure is not None else []
