"""How much and how often, as a program file says it: structures, tiers, boosts and draws."""

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema, field_validator

from passaparola.domain.programs.compiled import Base, Structure, TierBy
from passaparola.domain.programs.conditions import LONGEST, Condition, UnableToRead, read_condition
from passaparola.domain.programs.fields import Amount, EventWord, Name, Percent, YesNo, choice, factor, whole, wrong
from passaparola.domain.programs.findings import FindingReason
from passaparola.domain.programs.group import Group, numbers, words

THRESHOLD = r"[0-9]{1,15}(\.[0-9]{1,4})?"
BOOST_DAY = r"([0-9]{4}-)?[0-9]{2}-[0-9]{2}"
LEAP_YEAR = 2000  # has every day that a year may have
SHORTEST_SEED = 8


class Pick(StrEnum):
    """How a prize is chosen from a catalogue."""

    WEIGHTED_RANDOM = "weighted_random"


def threshold(value: Any) -> str:
    """Reads a number of friends or an amount, zero or more, as its exact text. Which of them it is is known later."""
    text = format(value, "f") if isinstance(value, Decimal) else str(value) if type(value) is int else value
    if isinstance(text, str) and re.fullmatch(THRESHOLD, text):
        return text
    expected = "a number of friends, or an amount of money, in digits"
    raise wrong(FindingReason.BAD_NUMBER, expected, "write it as 3, or with `by: value` as 1000.00")


def boost_day(value: Any) -> tuple[int, ...]:
    """Reads a day: `2026-12-01` of one year as (year, month, day), `12-01` of each year as (month, day)."""
    if isinstance(value, str) and re.fullmatch(BOOST_DAY, value):
        parts = tuple(int(part) for part in value.split("-"))
        try:
            date(*(parts if len(parts) == 3 else (LEAP_YEAR, *parts)))
        except ValueError:
            parts = ()
        if parts:
            return parts
    expected = "a day that exists: 2026-12-01, or 12-01 for each year"
    raise wrong(FindingReason.BAD_TEXT, expected, "write year-month-day, or month-day, with two digits each")


def seed(value: Any) -> str:
    """Reads the text that a draw begins from: one printable line of 8 characters or more."""
    if isinstance(value, str) and SHORTEST_SEED <= len(value) <= 200 and value.isprintable():
        return value
    expected = f"{SHORTEST_SEED} to 200 characters in one line"
    raise wrong(
        FindingReason.BAD_TEXT, expected, "write something nobody guesses, in quotes; keep it to prove the draws"
    )


STRUCTURE_ALIASES = {"proportional": "percent"}
StructureWord = Annotated[
    Structure,
    PlainValidator(choice("rewards.structure.kind", Structure, STRUCTURE_ALIASES)),
    WithJsonSchema({"enum": [*(kind.value for kind in Structure), *STRUCTURE_ALIASES]}),
]
TierByWord = Annotated[TierBy, PlainValidator(choice("rewards.structure.by", TierBy)), words(TierBy)]
BaseWord = Annotated[Base, PlainValidator(choice("rewards.of", Base)), words(Base)]
PickWord = Annotated[Pick, PlainValidator(choice("rewards.pick", Pick)), words(Pick)]
Every = Annotated[int, PlainValidator(whole(2, 10_000)), numbers(2, 10_000)]
WithinDays = Annotated[int, PlainValidator(whole(1, 3650)), numbers(1, 3650)]
Periods = Annotated[int, PlainValidator(whole(1, 10_000)), numbers(1, 10_000)]
Weight = Annotated[int, PlainValidator(whole(1, 1_000_000)), numbers(1, 1_000_000)]
Threshold = Annotated[
    str,
    PlainValidator(threshold),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": f"^{THRESHOLD}$"}]}),
]
BoostDay = Annotated[
    tuple[int, ...],
    PlainValidator(boost_day),
    WithJsonSchema({"type": "string", "pattern": f"^{BOOST_DAY}$", "examples": ["2026-12-01", "12-01"]}),
]
Factor = Annotated[
    int, PlainValidator(factor(100)), WithJsonSchema({"type": "number", "exclusiveMinimum": 1, "maximum": 100})
]
Seed = Annotated[
    str, PlainValidator(seed), WithJsonSchema({"type": "string", "minLength": SHORTEST_SEED, "maxLength": 200})
]


def condition(value: Any) -> Condition:
    """Reads a condition over the documented facts, and checks its types."""
    if not isinstance(value, str):
        expected, remedy = "a condition in quotes", 'write `when: order.facts.tier == "gold"` in single quotes'
        raise wrong(FindingReason.BAD_CONDITION, expected, remedy)
    try:
        return read_condition(value)
    except UnableToRead as problem:
        raise wrong(FindingReason.BAD_CONDITION, f"a condition; {problem}", problem.remedy) from None


ConditionText = Annotated[
    Condition, PlainValidator(condition), WithJsonSchema({"type": "string", "maxLength": LONGEST})
]


def a_list(value: Any) -> Any:
    """A list, or what says that one is wanted."""
    if isinstance(value, list):
        return value
    raise wrong(FindingReason.WRONG_SHAPE, "a list", "begin each entry on its own line with `- `")


class TierGroup(Group):
    """What is given from a threshold on."""

    at: Threshold = Field(description="From which friend on (1 is the first), or by value from which amount on.")
    amount: Amount | None = Field(None, description="A fixed amount, in the reward's currency.")
    percent: Percent | None = Field(None, description="A share of the friend's order.")


class PartGroup(Group):
    """A part of a staged reward."""

    stage: EventWord = Field(description="The stage at which it is earned, such as lead, meeting or contract.")
    percent: Percent = Field(description="The part of the whole, in per cent; all parts together are 100.")


class StructureGroup(Group):
    """How often and how much. `structure: flat` is short for `structure: {kind: flat}`."""

    one_word = "kind"
    kind: StructureWord = Field(
        description="flat, percent or proportional (to the friend's order), milestone (every n friends), tier (more for later "
        "friends), frequency (n friends within some days), recurring (the friend's first orders), staged (in parts) or bonus "
        "(for each friend, and more at every n friends)."
    )
    every: Every | None = Field(
        None, description="Milestone, frequency, bonus: one reward for every so many converted friends."
    )
    repeat: YesNo | None = Field(
        None, description="Milestone, frequency, bonus: again and again (default true), or once."
    )
    bonus: Amount | None = Field(
        None, description="Bonus: what every so many friends give on top, in the reward's currency."
    )
    within_days: WithinDays | None = Field(None, description="Frequency: days from the first friend to the last.")
    tiers: list[TierGroup] | None = Field(None, description="Tier: what is given from which friend on.")
    by: TierByWord | None = Field(None, description="Tier: count (of friends; the default) or value (what they paid).")
    retroactive: YesNo | None = Field(None, description="Tier: what came before is topped up too (default false).")
    periods: Periods | None = Field(None, description="Recurring: how many orders earn; all if left out.")
    parts: list[PartGroup] | None = Field(None, description="Staged: the stages in their order, each with its part.")

    @field_validator("tiers", "parts", mode="before")
    @classmethod
    def _lists(cls, value: Any) -> Any:
        return a_list(value)


class BoostGroup(Group):
    """More on some days."""

    name: Name | None = Field(None, description="What people call it.")
    first_day: BoostDay = Field(description="The first day, as 2026-12-01, or as 12-01 for each year.")
    last_day: BoostDay = Field(description="The last day, included, in the same form.")
    add: Amount | None = Field(None, description="An amount on top of an amount.")
    add_percent: Percent | None = Field(None, description="Percentage points on top of a share.")
    times: Factor | None = Field(None, description="A factor for what that comes to, such as 2 or 1.5.")


class PrizeGroup(Group):
    """One entry of a catalogue."""

    name: Name = Field(description="What it is, such as AAA. Each name once.")
    amount: Amount = Field(description="What it is worth, in the reward's currency.")
    weight: Weight = Field(description="How often it is drawn, beside the weights of the others.")
