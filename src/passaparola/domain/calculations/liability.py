"""What is going to be owed to people: the roll-forward of a liability."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from passaparola.domain.calculations import figures as f
from passaparola.domain.calculations.calculation import Example, Results, calculation
from passaparola.domain.calculations.parameters import Kind, Parameter

MOST_PERIODS = 36


@calculation(
    "liability-forecast",
    takes=(
        Parameter("owed", Kind.MONEY, "What people have now and have not used"),
        Parameter("issued", Kind.MONEY, "What was given in the last period"),
        Parameter("gone", Kind.MONEY, "What was used, lapsed or was taken back in the last period"),
        Parameter("waiting", Kind.MONEY, "What has been earned and waits, for a hold or an approval", default="0"),
        Parameter(
            "room",
            Kind.MONEY,
            "What the budget still lets through, what waits included; none: no budget",
            optional=True,
        ),
        Parameter("periods", Kind.COUNT, "How many periods ahead", default="3", above_zero=True, most=MOST_PERIODS),
    ),
    gives=(
        f.share("gone_share", "what goes of what there is, in a period"),
        f.money("given", "given until the end"),
        f.money("liability", "owed at the end"),
        f.money("highest", "the most that is owed at the end of a period, or now"),
        f.number("budget_lasts", "until the budget is used up", "periods", optional=True),
    ),
    examples=(
        Example(
            {
                "owed": "1000.00",
                "issued": "300.00",
                "gone": "250.00",
                "room": "700.00",
                "periods": "3",
                "currency": "EUR",
            },
            {
                "gone_share": "20 %",
                "given": "700.00 EUR",
                "liability": "937.60 EUR",
                "highest": "1072.00 EUR",
                "budget_lasts": "2.33 periods",
            },
        ),
    ),
)
def liability_forecast(*, owed: int, issued: int, gone: int, waiting: int, room: int | None, periods: int) -> Results:
    """What is going to be owed to people when they go on earning and using as in the last period.

    Formula: gone share g = gone ÷ (owed + gone); then for each period owed := (owed + given) × (1 − g), where given is what was issued in
    the last period (in the first one what waits, if that is more), and never more than the room that is left.
    Units: minor units; fractions are kept until the end, and rounded half up.
    Errors: out_of_range and the like; with nothing owed and nothing gone the gone share is 0; without a budget, or without anything
    issued, the budget lasts without end, which is said as none.
    Source: the roll-forward of a liability (opening + additions − settlements = closing); that what nobody uses is expected in proportion
    to what people do use is IFRS 15, B44 to B47 (customers' unexercised rights).
    Caveat: it knows no season and no launch: a last period that was unusual makes an unusual forecast. Use three months or more.
    """
    asked = [max(issued, waiting), *[issued] * (periods - 1)]
    lasts = Fraction(room, issued) if room is not None and issued else None
    return {**rolled_forward(owed=owed, gone=gone, given=within(asked, room)), "budget_lasts": lasts}


def within(asked: Iterable[int], room: int | None) -> list[int]:
    """What of the amounts asked for one after another fits a room; all without one."""
    found, left = [], room
    for amount in asked:
        fits = amount if left is None else min(amount, left)
        left = None if left is None else left - fits
        found.append(fits)
    return found


def rolled_forward(*, owed: int, gone: int, given: Sequence[int]) -> Results:
    """`liability_forecast` for what is given in each period."""
    share = Fraction(gone, owed + gone) if owed + gone else Fraction(0)
    path = [Fraction(owed)]
    for amount in given:
        path.append((path[-1] + amount) * (1 - share))
    return {"gone_share": share, "given": sum(given), "liability": path[-1], "highest": max(path)}
