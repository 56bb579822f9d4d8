"""Tiers, streaks, boosts and draws of a checked reward, in whole minor units and basis points."""

from typing import TypedDict

from passaparola.domain.programs.compiled import Base, Boost, Draw, Part, Prize, Tier, TierBy
from passaparola.domain.programs.conditions import Condition, read_condition
from passaparola.domain.programs.document import RewardGroup
from passaparola.domain.programs.structures import BoostGroup, TierGroup
from passaparola.domain.units import parse_units


class Structured(TypedDict):
    """The parts of a rule that this page compiles."""

    tiers: tuple[Tier, ...]
    by: TierBy
    retroactive: bool
    within_days: int | None
    periods: int | None
    boosts: tuple[Boost, ...]
    draw: Draw | None
    of: Base
    parts: tuple[Part, ...]
    when: Condition | None
    location: str | None


def structured(reward: RewardGroup, unit: str) -> Structured:
    """What a reward says of how much and how often. `unit` is that of its amounts."""
    group = reward.structure
    by = (group.by if group is not None else None) or TierBy.COUNT
    return {
        "tiers": tuple(_tier(tier, by, unit) for tier in (group.tiers if group is not None else None) or ()),
        "by": by,
        "retroactive": group is not None and bool(group.retroactive),
        "within_days": None if group is None else group.within_days,
        "periods": None if group is None else group.periods,
        "boosts": tuple(_boost(boost, unit) for boost in reward.boosts),
        "draw": _draw(reward, unit),
        "of": reward.of or Base.ORDER,
        "parts": tuple(Part(p.stage, p.percent) for p in (group.parts if group is not None else None) or ()),
        "when": condition_of(reward),
        "location": reward.location,
    }


def condition_of(reward: RewardGroup) -> Condition | None:
    """What the reward asks of an occasion, its location included."""
    if reward.location is None:
        return reward.when
    there = f'facts.location == "{reward.location}"'
    if reward.when is None:
        return read_condition(there)
    end = "\n" if "//" in reward.when.text else ""  # a remark goes on to the end of its line
    return read_condition(f"({reward.when.text}{end}) && {there}")


def _minor(text: str | None, unit: str) -> int | None:
    return None if text is None else parse_units(text, unit)


def _tier(tier: TierGroup, by: TierBy, unit: str) -> Tier:
    at = int(tier.at) if by is TierBy.COUNT else parse_units(tier.at, unit)
    return Tier(at, _minor(tier.amount, unit), tier.percent)


def _boost(boost: BoostGroup, unit: str) -> Boost:
    return Boost(
        first=boost.first_day,
        last=boost.last_day,
        name=boost.name or "",
        add=_minor(boost.add, unit) or 0,
        add_bp=boost.add_percent or 0,
        times_bp=boost.times,
    )


def _draw(reward: RewardGroup, unit: str) -> Draw | None:
    if reward.pick is None or reward.seed is None:
        return None
    catalogue = (Prize(p.name, parse_units(p.amount, unit), p.weight) for p in reward.catalogue)
    return Draw(reward.seed, tuple(catalogue))
