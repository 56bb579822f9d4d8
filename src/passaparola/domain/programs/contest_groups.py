"""The keys of a program file about a contest among advocates."""

from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from passaparola.domain.programs.compiled import TierBy
from passaparola.domain.programs.contest import Ties
from passaparola.domain.programs.fields import choice, whole
from passaparola.domain.programs.group import Group, numbers, words
from passaparola.domain.programs.structures import Threshold
from passaparola.domain.rewards.periods import Period

BY_ALIASES = {"conversions": "count"}
PeriodWord = Annotated[Period, PlainValidator(choice("contest.period", Period)), words(Period)]
ByWord = Annotated[
    TierBy,
    PlainValidator(choice("contest.by", TierBy, BY_ALIASES)),
    WithJsonSchema({"enum": [*(word.value for word in TierBy), *BY_ALIASES]}),
]
TiesWord = Annotated[Ties, PlainValidator(choice("contest.ties", Ties)), words(Ties)]
WaitDays = Annotated[int, PlainValidator(whole(0, 90)), numbers(0, 90)]
Place = Annotated[int, PlainValidator(whole(1, 1000)), numbers(1, 1000)]


class ContestGroup(Group):
    """Who brought most in a period wins. The prizes are the rewards with `side: winners`."""

    period: PeriodWord = Field(description="day, week, month, quarter or year of the program's time zone.")
    by: ByWord = Field(TierBy.COUNT, description="count (of converted friends; the default) or value (what they paid).")
    least: Threshold = Field("1", description="How many friends, or by value how much, it takes to win at all.")
    ties: TiesWord = Field(
        Ties.FIRST, description="first: who got there first has the better place; share: both win the prize."
    )
    wait_days: WaitDays = Field(0, description="Days from the end of a period to its close, so that refunds come in.")
