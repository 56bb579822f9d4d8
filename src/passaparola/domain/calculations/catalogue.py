"""All calculations by topic. The command line, the API and docs/calculations.md are made from this.

One more is a function and its name here.
"""

from difflib import get_close_matches

from passaparola.domain.calculations.affordability import affordable_reward
from passaparola.domain.calculations.buzz import buzz, buzz_break_even, buzz_range
from passaparola.domain.calculations.calculation import Calculation
from passaparola.domain.calculations.growth import (
    before_after,
    doubling,
    doubling_time,
    growth,
    percent_to_factor,
    rate_uplift,
)
from passaparola.domain.calculations.liability import liability_forecast
from passaparola.domain.calculations.money import aov, cac, lifetime_value, roi, spend_uplift
from passaparola.domain.calculations.referrals import (
    referral_conversion,
    referral_forecast,
    referral_revenue,
    viral_growth,
)
from passaparola.domain.calculations.troubles import Trouble, TroubleName, UnableToCalculate
from passaparola.domain.programs.findings import quoted

TOPICS: dict[str, tuple[Calculation, ...]] = {
    "What a referral may cost": (affordable_reward, liability_forecast),
    "Referrals and forecast": (referral_conversion, referral_revenue, referral_forecast, viral_growth),
    "Money": (roi, cac, aov, lifetime_value, spend_uplift),
    "Growth": (growth, doubling_time, doubling, percent_to_factor, rate_uplift, before_after),
    "Buzz": (buzz, buzz_range, buzz_break_even),
}
CATALOGUE: dict[str, Calculation] = {found.name: found for topic in TOPICS.values() for found in topic}


def calculation_named(name: str) -> Calculation:
    """The calculation. Raises UnableToCalculate, with the nearest names, where there is none."""
    if name in CATALOGUE:
        return CATALOGUE[name]
    near = get_close_matches(name[:64], CATALOGUE, n=3) or list(CATALOGUE)
    expected, remedy = "the name of a calculation", f"use {' or '.join(near)}"
    raise UnableToCalculate(Trouble(TroubleName.UNKNOWN_CALCULATION, "calculation", quoted(name), expected, remedy))
