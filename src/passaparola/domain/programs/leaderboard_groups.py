"""The keys of a program file about its leaderboard."""

from typing import Annotated

from pydantic import Field, PlainValidator

from passaparola.domain.programs.fields import YesNo, choice, whole
from passaparola.domain.programs.group import Group, numbers, words
from passaparola.domain.programs.leaderboard import BoardBy, BoardPeriod, Others

PeriodWord = Annotated[BoardPeriod, PlainValidator(choice("leaderboard.period", BoardPeriod)), words(BoardPeriod)]
ByWord = Annotated[BoardBy, PlainValidator(choice("leaderboard.by", BoardBy)), words(BoardBy)]
OthersWord = Annotated[Others, PlainValidator(choice("leaderboard.others", Others)), words(Others)]
Size = Annotated[int, PlainValidator(whole(3, 50)), numbers(3, 50)]


class LeaderboardGroup(Group):
    """Who brought most, for everybody to see; named is only who agreed to it."""

    period: PeriodWord = Field(
        BoardPeriod.MONTH, description="month, quarter or year of the program's time zone, or all."
    )
    by: ByWord = Field(
        BoardBy.CONVERSIONS, description="conversions (friends who earned, as contests count) or referrals (who came)."
    )
    size: Size = Field(10, description="How many advocates are shown.")
    rewards: YesNo = Field(False, description="true: also what each of them earned in the period.")
    others: OthersWord = Field(
        Others.ALIAS, description="Who did not agree to be named: alias (shown as an advocate) or hidden."
    )
