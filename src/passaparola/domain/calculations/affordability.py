"""What a referral may cost: the largest reward that leaves the profit you want."""

from fractions import Fraction

from passaparola.domain.calculations import figures as f
from passaparola.domain.calculations.calculation import Example, Results, calculation
from passaparola.domain.calculations.parameters import Kind, Parameter


@calculation(
    "affordable-reward",
    takes=(
        Parameter("lifetime_value", Kind.MONEY, "Lifetime value (LTV) of a referred customer, as revenue"),
        Parameter("margin", Kind.SHARE, "The share of it that is left after the costs of what is sold"),
        Parameter("profit_target", Kind.MONEY, "Profit that is to be left from each referred customer"),
        Parameter("other_costs", Kind.MONEY, "Other costs of winning one, such as fees and work", default="0"),
        Parameter("advocate_share", Kind.SHARE, "The advocate's part of the reward", default="50 %"),
    ),
    gives=(
        f.money("margin_per_customer", "margin from one referred customer", down=True),
        f.money("max_reward", "the largest reward for both sides together", down=True),
        f.money("advocate_reward", "of this for the advocate", down=True),
        f.money("friend_reward", "of this for the friend", down=True),
        f.money("missing", "what is missing before anything can be given"),
    ),
    examples=(
        Example(
            {"lifetime_value": "116.00", "margin": "50 %", "profit_target": "28.00", "currency": "EUR"},
            {
                "margin_per_customer": "58.00 EUR",
                "max_reward": "30.00 EUR",
                "advocate_reward": "15.00 EUR",
                "friend_reward": "15.00 EUR",
                "missing": "0.00 EUR",
            },
        ),
    ),
)
def affordable_reward(
    *, lifetime_value: int, margin: Fraction, profit_target: int, other_costs: int, advocate_share: Fraction
) -> Results:
    """The largest reward, for both sides together, that leaves the profit you want.

    Formula: lifetime value × margin − profit target − other costs, at least 0; split by the advocate's share.
    Units: whole minor units, rounded down, so that the target is always kept; the friend gets what the advocate does not.
    Errors: out_of_range and the like; a target that is too high is no error, but gives 0 and what is missing.
    Source: contribution margin accounting: what is left after variable costs and the profit wanted may be spent on winning.
    Caveat: lifetime value comes late and rewards at once; a reward near the largest needs patience and cash.
    """
    per_customer = lifetime_value * margin
    left = per_customer - profit_target - other_costs
    most = max(left, Fraction(0)).__floor__()
    advocate = (most * advocate_share).__floor__()
    return {
        "margin_per_customer": per_customer,
        "max_reward": most,
        "advocate_reward": advocate,
        "friend_reward": most - advocate,
        "missing": max(-left, Fraction(0)),
    }
