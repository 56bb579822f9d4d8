"""Growth: change in per cent, times as much, doubling time, and before and after."""

from decimal import Decimal
from fractions import Fraction

from passaparola.domain.calculations import figures as f
from passaparola.domain.calculations.calculation import Example, Results, calculation
from passaparola.domain.calculations.numerals import Exact, logarithm, power, quotient, times
from passaparola.domain.calculations.parameters import Kind, Parameter
from passaparola.domain.calculations.troubles import Trouble, TroubleName, UnableToCalculate

MOST_DOUBLINGS = 60
_MONTHS = Parameter("months", Kind.NUMBER, "How long it took", least=Fraction(1, 100), most=1200)
_FACTOR, _CHANGE = f.factor("factor", "times as much"), f.change("change", "the change in per cent")
_DOUBLING = f.number("doubling_time", "the time to double; none without growth", "months", optional=True)


@calculation(
    "growth",
    takes=(
        Parameter("before", Kind.NUMBER, "The number at the beginning, such as users", above_zero=True),
        Parameter("after", Kind.NUMBER, "The number at the end"),
        _MONTHS,
    ),
    gives=(
        _FACTOR,
        _CHANGE,
        f.change("monthly_change", "the same growth, for one month"),
        _DOUBLING,
        f.number("halving_time", "the time to halve; none unless it shrinks", "months", optional=True),
    ),
    examples=(
        Example(
            {"before": "100000", "after": "4000000", "months": "15"},
            {"factor": "×40", "change": "+3,900 %", "doubling_time": "2.82 months"},
        ),
        Example(
            {"before": "1", "after": "2", "months": "15"},
            {"factor": "×2", "change": "+100 %", "doubling_time": "15 months"},
        ),
    ),
)
def growth(*, before: Fraction, after: Fraction, months: Fraction) -> Results:
    """How much something grew from one number to another, and how fast it doubled.

    Formula: factor = after ÷ before; change = factor − 1; doubling time = months × ln 2 ÷ ln factor; monthly = factor^(1 ÷ months) − 1.
    Units: numbers of anything, months; the change is a fraction of one.
    Errors: out_of_range when before is 0: nothing grows from nothing by a factor.
    Source: definition of percentage change and of exponential growth. The first vector is Dropbox, which told of 100,000 users in
    September 2008 and 4,000,000 in January 2010 (Drew Houston, Startup Lessons Learned, 2010).
    Caveat: two numbers say nothing of the way between them. ×40 is +3,900 %, not +4,000 %; a doubling every 3 months would be ×32.
    """
    grown = after / before
    halving = _time_to(Fraction(1, 2), grown, months) if 0 < grown < 1 else None
    return {
        "factor": grown,
        "change": grown - 1,
        "monthly_change": _less_one(power(grown, 1 / months)) if grown else Fraction(-1),
        "doubling_time": _time_to(Fraction(2), grown, months) if grown > 1 else None,
        "halving_time": halving,
    }


@calculation(
    "doubling-time",
    takes=(Parameter("change", Kind.CHANGE, "By how much it grew"), _MONTHS),
    gives=(_FACTOR, f.number("doubling_time", "the time to double", "months")),
    examples=(
        Example({"change": "+3900 %", "months": "15"}, {"factor": "×40", "doubling_time": "2.82 months"}),
        Example({"change": "+100 %", "months": "15"}, {"factor": "×2", "doubling_time": "15 months"}),
    ),
)
def doubling_time(*, change: Fraction, months: Fraction) -> Results:
    """How long one doubling took, when a growth in per cent is told.

    Formula: factor = 1 + change; doubling time = months × ln 2 ÷ ln factor.
    Units: the change is a fraction of one; months.
    Errors: no_growth when the change is not above 0.
    Source: definition of exponential growth.
    Caveat: doubled in 15 months is +100 % and a doubling time of 15 months; +3,900 % in 15 months is another story.
    """
    if change <= 0:
        found, remedy = f.change("", "").text(change, ""), "give the growth, or use `growth` for what shrinks"
        raise UnableToCalculate(Trouble(TroubleName.NO_GROWTH, "change", found, "a change above 0 %", remedy))
    return {"factor": 1 + change, "doubling_time": _time_to(Fraction(2), 1 + change, months)}


@calculation(
    "doubling",
    takes=(
        Parameter("months", Kind.NUMBER, "How long it goes on", most=1200),
        Parameter("doubling_months", Kind.NUMBER, "In how many months it doubles", least=Fraction(1, 100), most=1200),
    ),
    gives=(f.number("doublings", "how often it doubles"), _FACTOR, _CHANGE),
    examples=(
        Example({"months": "15", "doubling_months": "3"}, {"doublings": "5", "factor": "×32", "change": "+3,100 %"}),
    ),
)
def doubling(*, months: Fraction, doubling_months: Fraction) -> Results:
    """What becomes of something that doubles again and again.

    Formula: factor = 2^(months ÷ doubling months); change = factor − 1.
    Units: months; the change is a fraction of one.
    Errors: result_too_large above 60 doublings.
    Source: definition of exponential growth.
    Caveat: nothing doubles for ever: the market ends it. Doubling every 3 months for 15 months is +3,100 %, which is near Dropbox's
    +3,900 % and not the same.
    """
    doublings = months / doubling_months
    if doublings > MOST_DOUBLINGS:
        found, expected = f"{f.number('', '').text(doublings, '')} doublings", f"at most {MOST_DOUBLINGS}"
        remedy = "take fewer months or a longer doubling time"
        raise UnableToCalculate(Trouble(TroubleName.RESULT_TOO_LARGE, "months", found, expected, remedy))
    grown = power(Fraction(2), doublings)
    return {"doublings": doublings, "factor": grown, "change": _less_one(grown)}


@calculation(
    "percent-to-factor",
    takes=(
        Parameter("base_value", Kind.NUMBER, "The number before, such as impressions", default="1"),
        Parameter("change", Kind.CHANGE, "The change as it is told", default="+500 %"),
    ),
    gives=(
        f.number("value", "the number after the change"),
        _FACTOR,
        f.factor(
            "if_times_was_meant",
            "times as much, if only so many times as much was meant; none for a fall",
            optional=True,
        ),
        f.change("change_if_times_was_meant", "the change that this would be", optional=True),
    ),
    examples=(
        Example(
            {"base_value": "1000", "change": "+500 %"},
            {"value": "6,000", "factor": "×6", "if_times_was_meant": "×5", "change_if_times_was_meant": "+400 %"},
        ),
    ),
)
def percent_to_factor(*, base_value: Fraction, change: Fraction) -> Results:
    """How many times as much a change in per cent is, beside what it would be if the words were loose.

    Formula: factor = 1 + change; loosely read, factor = change, which is a change of factor − 1.
    Units: numbers of anything; the change is a fraction of one.
    Errors: sign_needed above 10 without the sign %.
    Source: definition of percentage change. The vector is the claim that offline word of mouth makes +500 % impressions, for which the
    source that is usually named (WOMMA, Return on Word of Mouth, 2014) says five times.
    Caveat: +500 % is six times as much; five times as much is +400 %. Ask the source which it means before you use either.
    """
    return {
        "value": base_value * (1 + change),
        "factor": 1 + change,
        "if_times_was_meant": None if change < 0 else change,
        "change_if_times_was_meant": None if change < 0 else change - 1,
    }


@calculation(
    "rate-uplift",
    takes=(
        Parameter("rate", Kind.SHARE, "The rate before, such as visitors who sign up"),
        Parameter("uplift", Kind.CHANGE, "By how much the rate rises", default="+60 %"),
    ),
    gives=(
        f.share("new_rate", "the rate after"),
        _FACTOR,
        f.points("difference", "the difference of the two rates"),
    ),
    examples=(
        Example({"rate": "10 %", "uplift": "+60 %"}, {"new_rate": "16 %", "factor": "×1.6", "difference": "+6 points"}),
    ),
)
def rate_uplift(*, rate: Fraction, uplift: Fraction) -> Results:
    """What an uplift of a rate, such as the sign-up rate, means.

    Formula: new rate = rate × (1 + uplift); difference = new rate − rate.
    Units: rates are shares of one, the uplift a fraction of the rate; the difference is in percentage points.
    Errors: above_the_whole when the new rate would be more than 100 %.
    Source: definition of relative change. The default is what Dropbox told of its referral program: sign-ups permanently up by 60 %
    (Drew Houston, Startup Lessons Learned, 2010).
    Caveat: +60 % is of the rate: 10 % becomes 16 %, not 70 %; and it is of the sign-up rate, not of users or revenue.
    """
    new = rate * (1 + uplift)
    if new > 1:
        found, remedy = f"a rate of {f.share('', '').text(new, '')}", "take a lower uplift or rate"
        raise UnableToCalculate(Trouble(TroubleName.ABOVE_THE_WHOLE, "uplift", found, "at most 100 %", remedy))
    return {"new_rate": new, "factor": 1 + uplift, "difference": new - rate}


@calculation(
    "before-after",
    takes=(
        Parameter("before", Kind.NUMBER, "What was counted in the window before", above_zero=True),
        Parameter("after", Kind.NUMBER, "What was counted in the window after"),
        Parameter("before_days", Kind.COUNT, "Days of the window before", default="30", above_zero=True, most=3660),
        Parameter("after_days", Kind.COUNT, "Days of the window after", default="30", above_zero=True, most=3660),
    ),
    gives=(
        f.number("before_per_day", "before, for one day", "a day"),
        f.number("after_per_day", "after, for one day", "a day"),
        f.change("change", "the change for one day"),
        f.factor("factor", "times as much"),
    ),
    examples=(
        Example({"before": "200", "after": "260"}, {"change": "+30 %", "factor": "×1.3"}),
        Example({"before": "200", "before_days": "30", "after": "130", "after_days": "15"}, {"change": "+30 %"}),
    ),
)
def before_after(*, before: Fraction, after: Fraction, before_days: int, after_days: int) -> Results:
    """What changed from a window before something, such as a launch or a review, to a window after it.

    Formula: change = (after ÷ after days) ÷ (before ÷ before days) − 1.
    Units: numbers of anything, whole days; the change is a fraction of one.
    Errors: out_of_range when nothing was counted before, or a window has no day.
    Source: definition of relative change, of rates, so that windows of unequal length compare.
    Caveat: after is not because of: seasons, prices and advertising change too. A holdout group tells what a program did.
    """
    per_day = before / before_days, after / after_days
    grown = per_day[1] / per_day[0]
    return {"before_per_day": per_day[0], "after_per_day": per_day[1], "change": grown - 1, "factor": grown}


def _time_to(goal: Fraction, grown: Fraction, months: Fraction) -> Exact:
    """Months until the goal factor: exact where one is the other."""
    return months if goal == grown else times(months, quotient(logarithm(goal), logarithm(grown)))


def _less_one(value: Exact) -> Exact:
    return value - Decimal(1) if isinstance(value, Decimal) else value - 1
