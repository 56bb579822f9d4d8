"""Checks of what goes with which kind of reward. Paths are relative to the reward."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from passaparola.domain.programs.compiled import TOGETHER, Fulfil, RewardKind, Side, Use
from passaparola.domain.programs.document import RewardGroup
from passaparola.domain.programs.findings import FindingReason, Wrong, quoted
from passaparola.domain.programs.meaning import (
    amount_of,
    earned_together,
    id_of,
    in_money,
    is_percentage_voucher,
    kind_of,
)
from passaparola.domain.programs.parts import Parts, Placed
from passaparola.domain.rewards.kinds import BALANCES, ENTITLEMENTS, PAYABLES, VOUCHERS, Handover
from passaparola.domain.units import POINTS

LONGEST_UPGRADE = 1_200  # months
_NOT_HERE = FindingReason.NOT_FOR_THIS_KIND


def _unit_named(reward: RewardGroup) -> Iterator[Placed]:
    """What is counted is named where the kind does not say it, and nowhere else."""
    kind = kind_of(reward)
    if kind.names_unit and reward.unit is None and not in_money(reward):
        remedy = "add `unit: MB`, or the symbol of the share"
        yield ("unit",), Wrong(FindingReason.UNIT_MISMATCH, f"the unit of `kind: {reward.kind}`", remedy, "nothing")
    if not kind.names_unit and reward.unit is not None and reward.unit != kind.unit:
        counted = f"no unit: it is counted in {kind.unit}" if kind.unit else "no unit: it is money"
        yield ("unit",), Wrong(FindingReason.UNIT_MISMATCH, counted, "leave it out, or write `kind: unit`")


def _money_keys(reward: RewardGroup) -> Iterator[Placed]:
    """What is no money has no currency and is no share of an order."""
    if in_money(reward):
        return
    for key in ("currency", "percent", "minimum", "maximum"):
        if getattr(reward, key) is not None:
            expected = f"no `{key}`: {kind_of(reward).word} is no money"
            yield (key,), Wrong(_NOT_HERE, expected, "leave it out, and write an `amount`")


def _item_named(reward: RewardGroup) -> Iterator[Placed]:
    if reward.item is not None and kind_of(reward).unit in (None, POINTS) and not kind_of(reward).names_unit:
        expected = "`item` only with things, access, upgrades and units"
        yield ("item",), Wrong(_NOT_HERE, expected, "leave it out, or change the kind")


def _use_fits(reward: RewardGroup) -> Iterator[Placed]:
    """Only what is used at a checkout has terms of use."""
    if reward.use in (None, Use.NOW):
        return
    if reward.kind not in BALANCES | VOUCHERS:
        wrong = Wrong(_NOT_HERE, "no `use`: nothing of it is spent on orders", "leave it out", quoted(str(reward.use)))
        yield ("use",), wrong


def _stock_fits(reward: RewardGroup) -> Iterator[Placed]:
    """What runs out is counted in pieces, and belongs to one friend's occasion."""
    together = reward.structure is not None and reward.structure.kind in TOGETHER
    for key in ("stock", "choice"):
        if getattr(reward, key) is not None and together:
            remedy = "write it without this structure, or leave the key out"
            yield (key,), Wrong(_NOT_HERE, f"no `{key}` with what many friends earn together", remedy)
    if reward.stock is not None and in_money(reward) and not is_percentage_voucher(reward):
        yield ("stock",), Wrong(_NOT_HERE, "`stock` only with what is counted in pieces", "write a `budget` for money")
    if reward.fallback is not None and reward.stock is None and reward.choice is None:
        yield ("fallback",), Wrong(_NOT_HERE, "`stock` beside it", "add `stock: 10`, or leave `fallback` out")
    if reward.applied is not None and (reward.kind not in VOUCHERS or reward.side is not Side.FRIEND):
        remedy = "write `side: friend` and `kind: percent_discount`, or leave it out"
        yield ("applied",), Wrong(_NOT_HERE, "`applied` only with a friend's discount", remedy)


def choices_come_together(parts: Parts) -> Iterator[Placed]:
    """Of a choice a person gets one. What comes in parts has its stages as occasions, so the others of the choice must have the same."""
    stages: dict[tuple[str, Side], set[tuple[str, ...]]] = {}
    chosen = [(at, reward) for at, reward in parts.rewards if reward.choice is not None]
    for _, reward in chosen:
        stages.setdefault((reward.choice or "", reward.side), set()).add(_stages(reward))
    for at, reward in chosen:
        if _stages(reward) and len(stages[(reward.choice or "", reward.side)]) > 1:
            expected = "in parts at the same stages, or none of the choice in parts: both would be given"
            remedy = "write the same `parts` for each reward of the choice, or leave `choice` out"
            yield (*at, "choice"), Wrong(_NOT_HERE, expected, remedy, severity="warning")


def _stages(reward: RewardGroup) -> tuple[str, ...]:
    return tuple(part.stage for part in reward.structure.parts or ()) if reward.structure is not None else ()


def fallbacks_lead_somewhere(parts: Parts) -> Iterator[Placed]:
    """What stands in for another reward is a reward of the same side, and the last of them stands for itself."""
    rewards = {id_of(reward): reward for _, reward in parts.rewards}
    for at, reward in parts.rewards:
        seen, instead = {id_of(reward)}, reward.fallback
        while instead is not None and parts.complete:
            other = rewards.get(instead)
            if other is None or other.side is not reward.side or instead in seen:
                expected = f"the id of another reward to the {reward.side.value}, which does not lead back"
                wrong = Wrong(FindingReason.UNKNOWN_VALUE, expected, "mend the id", quoted(instead))
                yield (*at, "fallback"), wrong
                break
            if earned_together(other):
                expected = "the id of a reward that each friend earns"
                wrong = Wrong(_NOT_HERE, expected, "name another one", quoted(instead), "warning")
                yield (*at, "fallback"), wrong
            seen.add(instead)
            instead = other.fallback


def _ends_fit(reward: RewardGroup) -> Iterator[Placed]:
    """Only what is held ends by the calendar, and in one way."""
    if reward.ends is not None and reward.kind not in ENTITLEMENTS:
        remedy = "write `expires_days`"
        yield ("ends",), Wrong(_NOT_HERE, "`ends` only with what a person holds", remedy)
    elif reward.ends is not None and reward.expires_days is not None:
        yield ("expires_days",), Wrong(_NOT_HERE, "one of `ends` and `expires_days`", "keep one of them")
    access = reward.kind is RewardKind.EXCLUSIVE_ACCESS
    for key in ("opens", "early_days"):
        if getattr(reward, key) is not None and not access:
            yield (key,), Wrong(_NOT_HERE, f"`{key}` only with `kind: exclusive_access`", "leave it out")
    if access and (reward.opens is None) != (reward.early_days is None):
        lacks = "early_days" if reward.early_days is None else "opens"
        wrong = Wrong(FindingReason.MISSING_KEY, f"`{lacks}` beside it", f"add `{lacks}:`", "nothing")
        yield (lacks,), wrong


def _upgrade_ends(reward: RewardGroup) -> Iterator[Placed]:
    """An upgrade lasts for the months that it is of, which are months of the calendar."""
    months, lasts = amount_of(reward), reward.ends is None and reward.expires_days is None
    if reward.kind is RewardKind.UPGRADE and lasts and months is not None and Decimal(months) > LONGEST_UPGRADE:
        remedy = "write fewer months, or say with `expires_days` when it ends"
        expected = f"at most {LONGEST_UPGRADE} months, for which the upgrade lasts"
        yield ("amount",), Wrong(FindingReason.BAD_NUMBER, expected, remedy, quoted(months))


def _points_fit(reward: RewardGroup) -> Iterator[Placed]:
    if reward.points_per_currency_unit is not None and kind_of(reward).unit != POINTS:
        wrong = Wrong(_NOT_HERE, "a rate only with `kind: points`", "leave it out")
        yield ("points_per_currency_unit",), wrong
    if reward.personal and kind_of(reward).handover is not Handover.SHIPPING:
        yield ("personal",), Wrong(_NOT_HERE, "`personal` only with things that are sent", "leave it out")


def _fulfil_fits(reward: RewardGroup) -> Iterator[Placed]:
    if reward.fulfil is Fulfil.AFTER_HOLD and not reward.hold_days:
        remedy = "add `hold_days: 14`, or leave `fulfil` out"
        yield ("fulfil",), Wrong(FindingReason.MISSING_KEY, "`hold_days` beside it", remedy)
    if reward.fulfil is Fulfil.BATCH and reward.kind not in PAYABLES:
        expected = "`batch` only for what is handed over: money, gift cards, wages, things"
        yield ("fulfil",), Wrong(_NOT_HERE, expected, "leave it out, or write `approval` or `claim`")


RULES: tuple[Callable[[RewardGroup], Iterator[Placed]], ...] = (
    _unit_named,
    _money_keys,
    _item_named,
    _use_fits,
    _stock_fits,
    _ends_fit,
    _upgrade_ends,
    _points_fit,
    _fulfil_fits,
)
