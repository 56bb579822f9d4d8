"""Checks of structures, tiers, boosts and draws: that they go together, and that each can give something."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from passaparola.domain.programs.compiled import ORDERS, TOGETHER, Base, Side, Structure, TierBy, Trigger
from passaparola.domain.programs.document import RewardGroup
from passaparola.domain.programs.findings import FindingReason, Wrong, one_of, quoted
from passaparola.domain.programs.meaning import (
    gives_shares,
    in_money,
    is_percentage_voucher,
    is_voucher,
    structure_of,
    tiers_of,
    trigger_of,
)
from passaparola.domain.programs.parts import Parts, Placed
from passaparola.domain.programs.structures import BoostGroup
from passaparola.domain.programs.tree import Path

_KEYS: dict[Structure, tuple[str, ...]] = {
    Structure.MILESTONE: ("every", "repeat"),
    Structure.FREQUENCY: ("every", "repeat", "within_days"),
    Structure.TIER: ("tiers", "by", "retroactive"),
    Structure.RECURRING: ("periods",),
    Structure.STAGED: ("parts",),
    Structure.BONUS: ("every", "repeat", "bonus"),
}
_NEEDED: dict[Structure, dict[str, tuple[str, str]]] = {
    Structure.MILESTONE: {"every": ("every how many friends", "write `structure: {kind: milestone, every: 5}`")},
    Structure.FREQUENCY: {
        "every": ("how many friends", "write `structure: {kind: frequency, every: 3, within_days: 30}`"),
        "within_days": ("within how many days", "write `structure: {kind: frequency, every: 3, within_days: 30}`"),
    },
    Structure.TIER: {
        "tiers": ("what is given from which friend on", "write `tiers:` and below it `- {at: 1, amount: 10.00}`"),
    },
    Structure.STAGED: {
        "parts": ("the stages and their parts", "write `parts:` and below it `- {stage: lead, percent: 10}`"),
    },
    Structure.BONUS: {
        "every": ("every how many friends", "write `structure: {kind: bonus, every: 5, bonus: 25.00}`"),
        "bonus": ("what they give on top", "write `structure: {kind: bonus, every: 5, bonus: 25.00}`"),
    },
}
_SHARED = frozenset(
    {Structure.PERCENT, Structure.RECURRING, Structure.STAGED, Structure.BONUS}
)  # may be worth a share of the friend's order
_DRAWN = frozenset({Structure.FLAT, Structure.MILESTONE, Structure.FREQUENCY, Structure.RECURRING})
_FOR_ADVOCATES = frozenset({Structure.MILESTONE, Structure.FREQUENCY, Structure.TIER, Structure.BONUS})
_NO_BONUS = ("when", "location", "stock", "fallback", "choice")  # looks at one occasion, or at what one rule gave
_MISMATCH = FindingReason.STRUCTURE_MISMATCH


def structure_fits(reward: RewardGroup) -> Iterator[Placed]:
    """`percent` goes with the structures that take a share of an order, and with no other."""
    if reward.structure is None:
        return
    kind = reward.structure.kind
    if kind is Structure.PERCENT and reward.percent is None:
        remedy = "add `percent: 10`, or leave structure out"
        yield ("structure",), Wrong(_MISMATCH, "`percent` beside it", remedy, quoted(kind.value))
    if kind not in _SHARED and reward.percent is not None:
        remedy = "write `amount`, or `structure: percent`; for a voucher of 20 % off, `voucher: {percent: 20}`"
        yield ("percent",), Wrong(_MISMATCH, f"a fixed worth, as the structure is {kind.value}", remedy)


def structure_whole(reward: RewardGroup) -> Iterator[Placed]:
    """Each structure has the keys that it needs and no others."""
    structure = reward.structure
    if structure is None:
        return
    for key, (expected, remedy) in _NEEDED.get(structure.kind, {}).items():
        if not getattr(structure, key):
            yield ("structure", key), Wrong(FindingReason.MISSING_KEY, expected, remedy)
    own = _KEYS.get(structure.kind, ())
    for key in dict.fromkeys(key for keys in _KEYS.values() for key in keys):
        if key not in own and getattr(structure, key) is not None:
            kinds = one_of(tuple(kind.value for kind, keys in _KEYS.items() if key in keys))
            remedy = f"write `kind: {kinds.split()[0]}`, or leave the key out".replace(",`", "`")
            yield ("structure", key), Wrong(_MISMATCH, f"this key only with a {kinds}", remedy)


def counts_for_advocates(reward: RewardGroup) -> Iterator[Placed]:
    """What counts the friends of an advocate is for the advocate."""
    kind = structure_of(reward)
    if kind in _FOR_ADVOCATES and reward.side is Side.FRIEND:
        expected = f"flat or percent: a {kind.value} counts the friends of an advocate"
        yield ("structure", "kind"), Wrong(FindingReason.MILESTONE_FOR_FRIEND, expected, "write `side: advocate`")


def tiers_rise(reward: RewardGroup) -> Iterator[Placed]:
    """Thresholds rise, count whole friends from 1 on, and all tiers are worth the same kind of thing."""
    tiers, by_value = tiers_of(reward), _by_value(reward)
    before = Decimal(-1)
    for n, tier in enumerate(tiers):
        at = ("structure", "tiers", n)
        if not by_value and not re.fullmatch("[1-9][0-9]{0,8}", tier.at):
            expected = "a whole number of friends from 1"
            yield (*at, "at"), Wrong(FindingReason.BAD_NUMBER, expected, "write it as 3, or add `by: value`")
        if Decimal(tier.at) <= before:
            yield (*at, "at"), Wrong(_MISMATCH, "more than the tier before", "put the tiers in their order")
        before = Decimal(tier.at)
        worth = [key for key in ("amount", "percent") if getattr(tier, key) is not None]
        if len(worth) != 1:
            found = " and ".join(worth) or "neither"
            yield at, Wrong(FindingReason.AMOUNT_OR_PERCENT, "`amount` or `percent`", "keep one of them", found)
        elif getattr(tiers[0], worth[0]) is None:
            yield (*at, worth[0]), Wrong(_MISMATCH, "what the first tier has", "write all amounts, or all percentages")


def tops_up(reward: RewardGroup) -> Iterator[Placed]:
    """A retroactive tier tops up exactly: amounts by friends, shares by what they paid, each tier above the one before."""
    structure, path = reward.structure, ("structure", "retroactive")
    if structure is None or not structure.retroactive or not structure.tiers:
        return
    shares = gives_shares(reward)
    if shares is not _by_value(reward):
        expected = "amounts with `by: count`, or percentages with `by: value`"
        yield path, Wrong(_MISMATCH, expected, "change `by`, or leave `retroactive` out")
    if reward.minimum is not None or reward.maximum is not None or reward.boosts or is_voucher(reward):
        expected = "no minimum, maximum, boosts or vouchers beside it"
        yield path, Wrong(_MISMATCH, expected, "leave them out: a top-up is a plain multiple of the difference")
    worths = [Decimal(tier.amount or tier.percent or 0) for tier in structure.tiers]
    if any(later <= earlier for earlier, later in pairwise(worths)):
        yield path, Wrong(_MISMATCH, "tiers of which each gives more than the one before", "mend the tiers")


def structure_fits_trigger(parts: Parts) -> Iterator[Placed]:
    """Whatever goes by orders needs orders, and a recurring reward more than one."""
    kind = None if parts.trigger is None else trigger_of(parts.trigger).trigger
    for at, reward in parts.rewards if kind is not None else ():
        path = (*at, "structure")
        if structure_of(reward) is Structure.RECURRING and kind is not Trigger.PURCHASE:
            remedy = "write `trigger: purchase`"
            yield (*path, "kind"), Wrong(_MISMATCH, "a trigger that earns with each order", remedy)
        if _by_value(reward) and not in_money(reward):
            expected = "count: what friends pay is money, and this reward is not"
            yield (*path, "by"), Wrong(_MISMATCH, expected, "write `by: count`, or change the kind")
        if kind not in ORDERS and _by_value(reward):
            expected, remedy = (
                "count: without an order there is no value",
                "write `by: count`, or `trigger: first_purchase`",
            )
            yield (*path, "by"), Wrong(FindingReason.NEEDS_AN_ORDER, expected, remedy)
        if kind not in ORDERS and tiers_of(reward) and gives_shares(reward):
            expected = "amounts: there is no order to take a share of"
            yield (*path, "tiers"), Wrong(FindingReason.NEEDS_AN_ORDER, expected, "write `amount` in each tier")
        if kind in (Trigger.PURCHASE, Trigger.CONTENT_VISIT) and _retroactive(reward) and not _by_value(reward):
            expected = "a trigger that earns once for each friend, as a top-up counts friends"
            yield (*path, "retroactive"), Wrong(_MISMATCH, expected, "write `trigger: first_purchase`, or `by: value`")


def parts_whole(reward: RewardGroup) -> Iterator[Placed]:
    """The parts of a staged reward name each stage once and make up the whole."""
    parts = (reward.structure.parts or []) if reward.structure is not None else []
    seen: set[str] = set()
    for n, part in enumerate(parts):
        if part.stage in seen:
            expected = "each stage once"
            yield ("structure", "parts", n, "stage"), Wrong(FindingReason.DUPLICATE_ID, expected, "join the two parts")
        seen.add(part.stage)
    whole = sum(part.percent for part in parts)
    if parts and whole != 10_000:
        found = f"{Decimal(whole) / 100} %"
        yield ("structure", "parts"), Wrong(_MISMATCH, "parts that are 100 % together", "mend the percentages", found)
    if parts and (reward.boosts or reward.pick is not None or is_percentage_voucher(reward)):
        expected = "an amount, or a share of the deal, to divide"
        yield ("structure", "kind"), Wrong(_MISMATCH, expected, "leave boosts, `pick` and percentage vouchers out")
    if parts and reward.percent is not None and reward.of in (None, Base.ORDER):
        expected = "a share of what a stage tells"
        yield ("percent",), Wrong(_MISMATCH, expected, "add `of: deal`, `of: plan` or `of: ltv`")


def bonus_on_top(reward: RewardGroup) -> Iterator[Placed]:
    """A bonus comes on top of an amount or a share, and has nothing beside it that looks at one of the two only."""
    if structure_of(reward) is not Structure.BONUS:
        return
    remedy = "leave it out, or write two rewards: one for each friend, and one with `structure: {kind: milestone}`"
    for key in _NO_BONUS:
        if getattr(reward, key) is not None:
            yield (key,), Wrong(_MISMATCH, "no such key beside a bonus", remedy)
    if is_percentage_voucher(reward):
        yield ("voucher", "percent"), Wrong(_MISMATCH, "an amount, to which the bonus is added", remedy)


def share_of_something(reward: RewardGroup) -> Iterator[Placed]:
    """`of` says of what a share is; an amount is no share."""
    if reward.of is not None and not gives_shares(reward):
        yield ("of",), Wrong(FindingReason.LIMIT_WITHOUT_PERCENT, "`of` only beside `percent`", "leave it out")


def condition_fits(reward: RewardGroup) -> Iterator[Placed]:
    """A condition looks at one occasion; what many friends earn together has none of its own."""
    if reward.when is None:
        return
    if structure_of(reward) in TOGETHER or _retroactive(reward):
        expected = "no condition: what many friends earn together is no single occasion"
        yield ("when",), Wrong(_MISMATCH, expected, "leave it out, or write it at a reward that each friend earns")


def tops_up_one_rule(reward: RewardGroup) -> Iterator[Placed]:
    """A top-up counts all friends, wherever they bought and whatever was chosen instead."""
    for key in ("location", "choice"):
        if _retroactive(reward) and getattr(reward, key) is not None:
            expected = f"no `{key}` beside `retroactive`: a top-up is given for friends elsewhere, too"
            yield (key,), Wrong(_MISMATCH, expected, "leave one of the two out", severity="warning")


def boosts_fit(reward: RewardGroup) -> Iterator[Placed]:
    """A boost adds to what there is, on days that come in their order."""
    for n, boost in enumerate(reward.boosts):
        at = ("boosts", n)
        yield from (((*at, *path), wrong) for path, wrong in _boost(boost, shares=gives_shares(reward)))
        if is_percentage_voucher(reward):
            yield at, Wrong(_MISMATCH, "an amount or a share to boost", "give the voucher a fixed `amount`")


def _boost(boost: BoostGroup, *, shares: bool) -> Iterator[Placed]:
    if len(boost.first_day) != len(boost.last_day):
        yield ("last_day",), Wrong(_MISMATCH, "a day of the same form as `first_day`", "give both a year, or neither")
    elif len(boost.first_day) == 3 and boost.last_day < boost.first_day:
        yield ("last_day",), Wrong(_MISMATCH, "a day not before `first_day`", "mend the dates")
    if boost.add is None and boost.add_percent is None and boost.times is None:
        expected = "`add`, `add_percent` or `times`"
        yield (), Wrong(FindingReason.MISSING_KEY, expected, "say how much more it gives", "none of them")
    if shares and boost.add is not None:
        yield ("add",), Wrong(_MISMATCH, "percentage points, as the reward is a share", "write `add_percent: 5`")
    if not shares and boost.add_percent is not None:
        yield ("add_percent",), Wrong(_MISMATCH, "an amount, as the reward is one", "write `add: 5.00`")


def draw_whole(reward: RewardGroup) -> Iterator[Placed]:
    """A draw has a catalogue and a seed, and neither stands without it."""
    if reward.pick is None:
        for key in ("catalogue", "seed"):
            if getattr(reward, key):
                remedy = "write `pick: weighted_random`, or leave it out"
                yield (key,), Wrong(_MISMATCH, "this key only with `pick`", remedy)
        return
    if not reward.catalogue:
        remedy = "write `catalogue:` and below it `- {name: small, amount: 2.50, weight: 98}`"
        yield ("catalogue",), Wrong(FindingReason.MISSING_KEY, "what may be drawn", remedy)
    if reward.seed is None:
        expected = "what the draws begin from"
        yield ("seed",), Wrong(FindingReason.MISSING_KEY, expected, "write `seed:` with a text nobody guesses")
    if reward.boosts:
        yield ("boosts",), Wrong(_MISMATCH, "no boosts beside a draw", "raise the amounts of the catalogue")
    if structure_of(reward) not in _DRAWN:
        yield ("pick",), Wrong(_MISMATCH, "a fixed worth to draw instead of", "leave the structure out")
    seen: set[str] = set()
    for n, prize in enumerate(reward.catalogue):
        if prize.name in seen:
            expected = "a name of its own for each entry"
            yield (
                ("catalogue", n, "name"),
                Wrong(FindingReason.DUPLICATE_ID, expected, "add the weights up in one entry"),
            )
        seen.add(prize.name)


def _by_value(reward: RewardGroup) -> bool:
    return reward.structure is not None and reward.structure.by is TierBy.VALUE


def _retroactive(reward: RewardGroup) -> bool:
    return reward.structure is not None and bool(reward.structure.retroactive)


def amounts(reward: RewardGroup) -> Iterator[tuple[Path, str]]:
    """Every amount in tiers, boosts and catalogues with its path, in the reward's currency."""
    for n, tier in enumerate(tiers_of(reward)):
        if tier.amount is not None:
            yield ("structure", "tiers", n, "amount"), tier.amount
        if _by_value(reward):
            yield ("structure", "tiers", n, "at"), tier.at
    if reward.structure is not None and reward.structure.bonus is not None:
        yield ("structure", "bonus"), reward.structure.bonus
    for n, boost in enumerate(reward.boosts):
        if boost.add is not None:
            yield ("boosts", n, "add"), boost.add
    yield from ((("catalogue", n, "amount"), prize.amount) for n, prize in enumerate(reward.catalogue))
