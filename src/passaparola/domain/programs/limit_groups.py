"""The keys of a program file that say at most how much: caps and budgets."""

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema

from passaparola.domain.programs.compiled import CapMetric, CapPer, LimitPolicy, OnExhausted
from passaparola.domain.programs.fields import AMOUNT, Amount, CurrencyCode, Unit, amount, choice, whole, wrong
from passaparola.domain.programs.findings import FindingReason
from passaparola.domain.programs.group import Group, numbers, words
from passaparola.domain.rewards.periods import Period

SIZES = ("B", "KB", "MB", "GB", "TB", "PB")
UNIT_BASES = (1000, 1024)
_SIZE = re.compile(rf"({AMOUNT}) ?({'|'.join(SIZES)})")


def most(value: Any) -> str:
    """Reads an amount above zero, or a size such as `16 GB`. What of them a cap takes is checked once its metric is known."""
    found = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if found and Decimal(found[1]) > 0:
        return f"{found[1]} {found[3]}"
    return amount(value)


def unit_base(value: Any) -> int:
    """Reads how many of one size make the next larger one."""
    if type(value) is int and value in UNIT_BASES:
        return value
    raise wrong(FindingReason.BAD_NUMBER, "1000 or 1024", "write unit_base: 1000 or unit_base: 1024")


PerWord = Annotated[CapPer, PlainValidator(choice("caps.per", CapPer)), words(CapPer)]
MetricWord = Annotated[CapMetric, PlainValidator(choice("caps.metric", CapMetric)), words(CapMetric)]
PolicyWord = Annotated[LimitPolicy, PlainValidator(choice("caps.policy", LimitPolicy)), words(LimitPolicy)]
PeriodWord = Annotated[Period, PlainValidator(choice("caps.period", Period)), words(Period)]
ExhaustedWord = Annotated[OnExhausted, PlainValidator(choice("budget.on_exhausted", OnExhausted)), words(OnExhausted)]
AlertPercent = Annotated[int, PlainValidator(whole(1, 100)), numbers(1, 100)]
UnitBase = Annotated[int, PlainValidator(unit_base), WithJsonSchema({"enum": list(UNIT_BASES)})]
Most = Annotated[
    str,
    PlainValidator(most),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0},
                {"type": "string", "pattern": rf"^{AMOUNT}( ?({'|'.join(SIZES)}))?$"},
            ]
        }
    ),
]


class CapGroup(Group):
    """The most that one person, one referral or the whole program may get."""

    per: PerWord = Field(description="advocate, friend, referral (both sides of one friend) or program.")
    metric: MetricWord = Field(description="value (money), count (a number of rewards) or quantity (of a unit).")
    max: Most = Field(description="An amount for value, a whole number for count and quantity, or a size like 16 GB.")
    currency: CurrencyCode | None = Field(None, description="For value; the program's currency if left out.")
    unit: Unit | None = Field(None, description="For quantity: the unit that is counted, such as MB.")
    unit_base: UnitBase = Field(1000, description="For a size: 1000 MB or 1024 MB are one GB.")
    period: PeriodWord | None = Field(None, description="Begin anew each day, week, month, quarter or year.")
    policy: PolicyWord = Field(
        LimitPolicy.CLIP,
        description="clip: give what room is left; stop: give nothing when the whole does not fit; queue: later.",
    )


class BudgetGroup(Group):
    """The most that the whole program may give."""

    total: Amount = Field(description="The amount of money.")
    currency: CurrencyCode | None = Field(None, description="The program's currency if left out.")
    period: PeriodWord | None = Field(None, description="Begin anew each day, week, month, quarter or year.")
    alert_percent: AlertPercent = Field(80, description="Tell the operator when so much of it is used.")
    on_exhausted: ExhaustedWord = Field(OnExhausted.STOP, description="stop: refuse; queue: keep waiting for room.")


def sized(text: str, unit: str, base: int) -> int | None:
    """A whole number of `unit`, also of a size such as `16 GB` in MB. None where it is not a whole one."""
    number, _, size = text.partition(" ")
    worth = Decimal(number)
    if size:
        if unit not in SIZES:
            return None
        worth = worth * Decimal(base) ** (SIZES.index(size) - SIZES.index(unit))
    return int(worth) if worth == int(worth) and 0 < worth <= 10**12 else None
