"""The buzz of satisfied and dissatisfied customers: how many good and bad stories are told (TARP)."""

from fractions import Fraction

from passaparola.domain.calculations import figures as f
from passaparola.domain.calculations.calculation import Example, Results, calculation
from passaparola.domain.calculations.parameters import Kind, Parameter
from passaparola.domain.calculations.troubles import Trouble, TroubleName, UnableToCalculate

# How many people a satisfied and a dissatisfied customer tell: the two ends of the ranges 5 to 8 and 10 to 16, and the mixed cases.
CASES: dict[str, tuple[int, int]] = {"low": (5, 10), "high": (8, 16), "best": (8, 10), "worst": (5, 16)}
_WORDS = "low (5 and 10), high (8 and 16), best (8 and 10) or worst (5 and 16)"

_CUSTOMERS = Parameter("customers", Kind.COUNT, "All customers, or all who answered a survey")
_SATISFIED = Parameter("satisfied_share", Kind.SHARE, "The share of them who are satisfied")
_DISSATISFIED = Parameter(
    "dissatisfied_share", Kind.SHARE, "The share who are dissatisfied; without it: all the rest", optional=True
)
_CASE = Parameter("case", Kind.CHOICE, f"How many they tell: {_WORDS}", default="low", choices=tuple(CASES))
_TOLD_GOOD = Parameter(
    "told_by_satisfied", Kind.NUMBER, "How many a satisfied customer tells; without it: by the case", optional=True
)
_TOLD_BAD = Parameter(
    "told_by_dissatisfied",
    Kind.NUMBER,
    "How many a dissatisfied customer tells; without it: by the case",
    optional=True,
)


@calculation(
    "buzz",
    takes=(
        _CUSTOMERS,
        _SATISFIED,
        _DISSATISFIED,
        _CASE,
        _TOLD_GOOD,
        _TOLD_BAD,
        Parameter("amplification", Kind.NUMBER, "How often each story is passed on, in all", default="1"),
    ),
    gives=(
        f.number("satisfied", "satisfied customers", "customers"),
        f.number("dissatisfied", "dissatisfied customers", "customers"),
        f.number("passive", "customers who are neither, and tell nobody", "customers"),
        f.number("positive_stories", "good stories heard", "stories"),
        f.number("negative_stories", "bad stories heard", "stories"),
        f.number("all_stories", "all stories heard", "stories"),
        f.number("net_stories", "good less bad", "stories"),
        f.share("negative_share", "bad stories of all; none where nobody tells", optional=True),
        f.share("break_even", "dissatisfied customers, of those who tell, at which both are equal", optional=True),
    ),
    examples=(
        Example(
            {"customers": "10000", "satisfied_share": "65 %", "dissatisfied_share": "35 %", "case": "low"},
            {
                "satisfied": "6,500 customers",
                "dissatisfied": "3,500 customers",
                "positive_stories": "32,500 stories",
                "negative_stories": "35,000 stories",
                "all_stories": "67,500 stories",
                "net_stories": "-2,500 stories",
                "negative_share": "51.85 %",
                "break_even": "33.33 %",
            },
        ),
        Example(
            {"customers": "10000", "satisfied_share": "65 %", "dissatisfied_share": "35 %", "case": "high"},
            {
                "positive_stories": "52,000 stories",
                "negative_stories": "56,000 stories",
                "all_stories": "108,000 stories",
                "negative_share": "51.85 %",
                "break_even": "33.33 %",
            },
        ),
    ),
)
def buzz(
    *,
    customers: int,
    satisfied_share: Fraction,
    dissatisfied_share: Fraction | None,
    case: str,
    told_by_satisfied: Fraction | None,
    told_by_dissatisfied: Fraction | None,
    amplification: Fraction,
) -> Results:
    """How many good and bad stories customers tell, and which share of them is bad.

    Formula: stories = customers × share × told × amplification, for each side; negative share = bad ÷ (good + bad).
    Units: customers and stories are numbers of people who have or hear an experience; shares are of one.
    Errors: shares_above_whole when both shares are more than 1 together; out_of_range and the like for single values.
    Source: studies by TARP (Technical Assistance Research Programs, Consumer Complaint Handling in America, 1979 and 1986) as they
    are commonly quoted: satisfied customers tell 5 to 8 people, dissatisfied ones 10 to 16.
    Caveat: the ranges are quoted from old studies of other firms' customers, and are not yours: ask your own. Who is neither
    satisfied nor dissatisfied is taken to tell nobody. The negative share does not depend on low or high, because 8 ÷ 5 = 16 ÷ 10.
    """
    bad = _dissatisfied(satisfied_share, dissatisfied_share)
    told_good, told_bad = _told(case, told_by_satisfied, told_by_dissatisfied)
    positive = customers * satisfied_share * told_good * amplification
    negative = customers * bad * told_bad * amplification
    return {
        "satisfied": customers * satisfied_share,
        "dissatisfied": customers * bad,
        "passive": customers * (1 - satisfied_share - bad),
        "positive_stories": positive,
        "negative_stories": negative,
        "all_stories": positive + negative,
        "net_stories": positive - negative,
        "negative_share": _share_of(negative, positive),
        "break_even": _share_of(told_good, told_bad),
    }


@calculation(
    "buzz-range",
    takes=(_CUSTOMERS, _SATISFIED, _DISSATISFIED),
    gives=(
        f.number("best_positive_stories", "good stories at best (8 each)", "stories"),
        f.number("best_negative_stories", "bad stories at best (10 each)", "stories"),
        f.share("best_negative_share", "bad stories of all at best; none where nobody tells", optional=True),
        f.share("low_negative_share", "bad stories of all at both low ends (5 and 10)", optional=True),
        f.share("high_negative_share", "bad stories of all at both high ends (8 and 16)", optional=True),
        f.number("worst_positive_stories", "good stories at worst (5 each)", "stories"),
        f.number("worst_negative_stories", "bad stories at worst (16 each)", "stories"),
        f.share("worst_negative_share", "bad stories of all at worst", optional=True),
    ),
    examples=(
        Example(
            {"customers": "10000", "satisfied_share": "65 %", "dissatisfied_share": "35 %"},
            {
                "best_positive_stories": "52,000 stories",
                "best_negative_stories": "35,000 stories",
                "best_negative_share": "40.23 %",
                "low_negative_share": "51.85 %",
                "high_negative_share": "51.85 %",
                "worst_positive_stories": "32,500 stories",
                "worst_negative_stories": "56,000 stories",
                "worst_negative_share": "63.28 %",
            },
        ),
    ),
)
def buzz_range(*, customers: int, satisfied_share: Fraction, dissatisfied_share: Fraction | None) -> Results:
    """Between which ends the share of bad stories lies, when the two ranges are not at the same end.

    Formula: as for buzz, with 8 and 10 told at best, and 5 and 16 at worst.
    Units: stories are numbers of people who hear one; shares are of one.
    Errors: shares_above_whole when both shares are more than 1 together.
    Source: derived from the ranges of TARP (see buzz) by taking their ends crosswise.
    Caveat: taking both ends low or both high hides how uncertain the share is: with the same customers it lies anywhere between
    best and worst.
    """
    bad = _dissatisfied(satisfied_share, dissatisfied_share)
    good_told, bad_told = customers * satisfied_share, customers * bad
    ends = {case: (good_told * good, bad_told * ill) for case, (good, ill) in CASES.items()}
    shares = {f"{case}_negative_share": _share_of(negative, positive) for case, (positive, negative) in ends.items()}
    return {
        **shares,
        **{f"{case}_positive_stories": ends[case][0] for case in ("best", "worst")},
        **{f"{case}_negative_stories": ends[case][1] for case in ("best", "worst")},
    }


@calculation(
    "buzz-break-even",
    takes=(
        _CASE,
        _TOLD_GOOD,
        _TOLD_BAD,
        Parameter("passive_share", Kind.SHARE, "The share of customers who are neither and tell nobody", default="0 %"),
    ),
    gives=(
        f.share("of_those_who_tell", "dissatisfied customers of all who tell"),
        f.share("of_all_customers", "dissatisfied customers of all customers"),
        f.share("satisfied_of_all_customers", "satisfied customers of all customers, then"),
    ),
    examples=(
        Example({"case": "low"}, {"of_those_who_tell": "33.33 %", "of_all_customers": "33.33 %"}),
        Example({"case": "high"}, {"of_those_who_tell": "33.33 %", "of_all_customers": "33.33 %"}),
        Example(
            {"passive_share": "40 %"},
            {"of_those_who_tell": "33.33 %", "of_all_customers": "20 %", "satisfied_of_all_customers": "40 %"},
        ),
    ),
)
def buzz_break_even(
    *, case: str, told_by_satisfied: Fraction | None, told_by_dissatisfied: Fraction | None, passive_share: Fraction
) -> Results:
    """At which share of dissatisfied customers bad stories are as many as good ones.

    Formula: told by satisfied ÷ (told by satisfied + told by dissatisfied) of those who tell; × (1 − passive share) of all customers.
    Units: shares are of one.
    Errors: nobody_tells when neither side tells anybody.
    Source: derived from the ranges of TARP (see buzz): a × (1 − d) = b × d, solved for d.
    Caveat: one story counts like another here; bad ones may weigh more. Customers who are neither move the point among all
    customers, not among those who tell.
    """
    told_good, told_bad = _told(case, told_by_satisfied, told_by_dissatisfied)
    at = _share_of(told_good, told_bad)
    if at is None:
        expected, remedy = "somebody who tells", "give told_by_satisfied or told_by_dissatisfied above 0"
        raise UnableToCalculate(Trouble(TroubleName.NOBODY_TELLS, "told_by_satisfied", "0 and 0", expected, remedy))
    tell = 1 - passive_share
    return {
        "of_those_who_tell": at,
        "of_all_customers": at * tell,
        "satisfied_of_all_customers": (1 - at) * tell,
    }


def _dissatisfied(satisfied: Fraction, dissatisfied: Fraction | None) -> Fraction:
    rest = 1 - satisfied
    if dissatisfied is None:
        return rest
    if dissatisfied > rest:
        found = f"{f.share('', '').text(satisfied + dissatisfied, '')} together with satisfied_share"
        expected, remedy = "at most 100 % together", "lower one of the two; customers who are neither may be left over"
        raise UnableToCalculate(Trouble(TroubleName.SHARES_ABOVE_WHOLE, "dissatisfied_share", found, expected, remedy))
    return dissatisfied


def _told(case: str, satisfied: Fraction | None, dissatisfied: Fraction | None) -> tuple[Fraction, Fraction]:
    good, bad = CASES[case]
    return Fraction(good) if satisfied is None else satisfied, Fraction(bad) if dissatisfied is None else dissatisfied


def _share_of(part: Fraction, other: Fraction) -> Fraction | None:
    return part / (part + other) if part + other else None
