"""Checks of caps and the budget: that they can be kept, and that they limit something."""

import re
from collections.abc import Iterator

from passaparola.domain import money
from passaparola.domain.programs.compiled import TOGETHER, CapMetric, LimitPolicy, Side
from passaparola.domain.programs.document import CapGroup, RewardGroup
from passaparola.domain.programs.findings import FindingReason, Wrong
from passaparola.domain.programs.meaning import minor, structure_of, unit_of
from passaparola.domain.programs.parts import Parts, Placed


def counts_are_whole(parts: Parts) -> Iterator[Placed]:
    """A cap by count is a whole number of rewards."""
    for at, cap in parts.caps:
        if cap.metric is CapMetric.COUNT and not re.fullmatch("[0-9]{1,9}", cap.max):
            yield (*at, "max"), Wrong(FindingReason.BAD_NUMBER, "a whole number of rewards", "write it as 10")


def cap_currency_used(parts: Parts) -> Iterator[Placed]:
    """A cap by count has no currency."""
    for at, cap in parts.caps:
        if cap.metric is CapMetric.COUNT and cap.currency is not None:
            wrong = Wrong(FindingReason.CURRENCY_WITHOUT_USE, "no currency: it counts rewards", "leave it out")
            yield (*at, "currency"), wrong


def distinct_caps(parts: Parts) -> Iterator[Placed]:
    """One cap for each person, metric and currency."""
    seen: set[tuple[Side, CapMetric, str | None]] = set()
    for at, cap in parts.caps:
        key = (cap.per, cap.metric, _cap_unit(cap, parts.currency))
        if key in seen:
            expected = "one cap for each person, metric and currency"
            yield at, Wrong(FindingReason.DUPLICATE_CAP, expected, "keep the one that counts", "the same again")
        seen.add(key)


def caps_apply(parts: Parts) -> Iterator[Placed]:
    """A cap limits some reward. A warning: the program runs, but not as somebody meant it."""
    for at, cap in parts.caps if parts.complete and parts.currency else ():
        if not any(_counts(cap, reward, parts.currency) for _, reward in parts.rewards):
            unit = _cap_unit(cap, parts.currency)
            found = f"no reward to the {cap.per.value}" + (f" in {unit}" if unit else "")
            remedy = "leave it out, or mend `per` or the currency"
            yield at, _warning(FindingReason.LIMIT_WITHOUT_USE, "a cap on something that is given", remedy, found)


def caps_leave_room(parts: Parts) -> Iterator[Placed]:
    """With the policy `stop` a cap below one reward never lets it through."""
    for at, cap in parts.caps:
        unit = _cap_unit(cap, parts.currency)
        if unit is None or cap.policy is not LimitPolicy.STOP:
            continue
        room = minor(cap.max, unit)
        leasts = [_least(reward, unit) for _, reward in parts.rewards if _counts(cap, reward, parts.currency)]
        if room is not None and any(least > room for least in leasts):
            expected = f"room for a reward of {money.money_text(max(leasts), unit)}"
            yield (*at, "max"), _warning(FindingReason.CAP_TOO_SMALL, expected, "raise it, or write `policy: clip`")


def budget_applies(parts: Parts) -> Iterator[Placed]:
    """A budget limits some reward."""
    unit = _budget_unit(parts)
    if parts.budget is None or unit is None or not parts.complete or parts.currency is None:
        return
    if not any(unit_of(reward, parts.currency) in (unit, None) for _, reward in parts.rewards):
        expected, remedy = "a budget for something that is given", "leave it out, or mend its currency"
        yield ("budget",), _warning(FindingReason.LIMIT_WITHOUT_USE, expected, remedy, f"no reward in {unit}")


def budget_covers_an_occasion(parts: Parts) -> Iterator[Placed]:
    """All rewards of one occasion fit into the budget, or none is given; so it holds one occasion at least."""
    unit = _budget_unit(parts)
    total = None if parts.budget is None or unit is None else minor(parts.budget.total, unit)
    if unit is None or total is None or parts.currency is None:
        return
    counted = [reward for _, reward in parts.rewards if unit_of(reward, parts.currency) == unit]
    usual = sum(_least(reward, unit) for reward in counted if structure_of(reward) not in TOGETHER)
    fullest = sum(_least(reward, unit) for reward in counted)
    if total < fullest:
        expected = f"at least {money.money_text(fullest, unit)}, what one occasion gives"
        severe = "error" if total < usual or usual == 0 else "warning"
        wrong = Wrong(FindingReason.BUDGET_TOO_SMALL, expected, "raise the total, or lower the rewards")
        yield ("budget", "total"), wrong if severe == "error" else _warning(wrong.reason, expected, wrong.remedy)


def _warning(reason: FindingReason, expected: str, remedy: str, found: str | None = None) -> Wrong:
    return Wrong(reason, expected, remedy, found, "warning")


def _cap_unit(cap: CapGroup, currency: str | None) -> str | None:
    return (cap.currency or currency) if cap.metric is CapMetric.VALUE else None


def _budget_unit(parts: Parts) -> str | None:
    return None if parts.budget is None else parts.budget.currency or parts.currency


def _counts(cap: CapGroup, reward: RewardGroup, currency: str | None) -> bool:
    """Whether a cap counts a reward; one without a currency of its own may be in any."""
    if cap.per is not reward.side:
        return False
    return cap.metric is CapMetric.COUNT or unit_of(reward, currency or "") in (_cap_unit(cap, currency), None)


def _least(reward: RewardGroup, unit: str) -> int:
    """The least that a reward gives, in minor units: its amount, or the minimum of a percentage."""
    written = [tier.amount for tier in (reward.structure.tiers or ())] if reward.structure is not None else []
    least = min((minor(text, unit) or 0 for text in (*written, *(p.amount for p in reward.catalogue))), default=0)
    return minor(reward.amount, unit) or minor(reward.minimum, unit) or least
