"""What holds for all numbers: calculations are total, exact, and move the way they should."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passaparola.domain.calculations.affordability import affordable_reward
from passaparola.domain.calculations.buzz import buzz, buzz_break_even, buzz_range
from passaparola.domain.calculations.catalogue import CATALOGUE, calculation_named
from passaparola.domain.calculations.growth import before_after, doubling, doubling_time, growth, rate_uplift
from passaparola.domain.calculations.money import cac, roi
from passaparola.domain.calculations.numerals import rounded
from passaparola.domain.calculations.parameters import Kind, Parameter, read
from passaparola.domain.calculations.referrals import referral_forecast, referral_revenue, viral_growth
from passaparola.domain.calculations.troubles import Trouble, TroubleName, UnableToCalculate

COUNTS = st.integers(0, 10**6)
MINOR = st.integers(0, 10**8)
SHARES = st.integers(0, 1000).map(lambda n: Fraction(n, 1000))  # much quicker than st.fractions
TOLD = st.integers(1, 500).map(lambda n: Fraction(n, 10))
EACH = st.integers(0, 50).map(lambda n: Fraction(n, 10))
PARAMETERS = [(found, parameter) for found in CATALOGUE.values() for parameter in found.takes]
ODD_TEXTS = st.one_of(
    st.text(max_size=30),
    st.from_regex(r"[+-]?[0-9]{1,14}(\.[0-9]{1,7})? ?%?", fullmatch=True),
    st.sampled_from(
        ["", "0", "1", "100 %", "-1", "NaN", "Infinity", "1e9", "٣", "½", "0x10", "1_000", "1,000", "EUR", "low", "yes"]
    ),
)


@given(customers=COUNTS, satisfied=SHARES, dissatisfied=SHARES, good=TOLD, bad=TOLD)
def test_buzz_adds_up(
    customers: int, satisfied: Fraction, dissatisfied: Fraction, good: Fraction, bad: Fraction
) -> None:
    dissatisfied = min(dissatisfied, 1 - satisfied)
    told = {"told_by_satisfied": good, "told_by_dissatisfied": bad}
    found = buzz(customers=customers, satisfied_share=satisfied, dissatisfied_share=dissatisfied, **told)
    assert found["satisfied"] + found["dissatisfied"] + found["passive"] == customers
    assert found["positive_stories"] + found["negative_stories"] == found["all_stories"]
    louder = buzz(
        customers=customers,
        satisfied_share=satisfied,
        dissatisfied_share=dissatisfied,
        amplification=Fraction(7, 2),
        **told,
    )
    assert louder["all_stories"] == found["all_stories"] * Fraction(7, 2)
    assert louder["negative_share"] == found["negative_share"]


@given(good=TOLD, bad=TOLD, passive=st.fractions(0, Fraction(99, 100), max_denominator=100))
def test_at_the_break_even_good_and_bad_are_equal(good: Fraction, bad: Fraction, passive: Fraction) -> None:
    told = {"told_by_satisfied": good, "told_by_dissatisfied": bad}
    at = buzz_break_even(passive_share=passive, **told)
    assert at["of_all_customers"] + at["satisfied_of_all_customers"] + passive == 1
    found = buzz(
        customers=10_000,
        satisfied_share=at["satisfied_of_all_customers"],
        dissatisfied_share=at["of_all_customers"],
        **told,
    )
    assert found["net_stories"] == 0
    assert found["break_even"] == at["of_those_who_tell"]


@given(satisfied=st.fractions(Fraction(1, 100), Fraction(99, 100), max_denominator=100))
def test_the_mixed_cases_stand_outside_of_both_ends(satisfied: Fraction) -> None:
    found = buzz_range(customers=1000, satisfied_share=satisfied)
    assert found["best_negative_share"] < found["low_negative_share"] == found["high_negative_share"]
    assert found["high_negative_share"] < found["worst_negative_share"]


@given(before=st.integers(1, 10**6), gain=st.integers(1, 10**6), months=st.fractions(1, 120, max_denominator=10))
def test_growth_doubles_in_its_doubling_time(before: int, gain: int, months: Fraction) -> None:
    after = before + gain
    found = growth(before=before, after=after, months=months)
    assert found["factor"] == 1 + found["change"]
    doublings = Fraction(months) / Fraction(found["doubling_time"])
    assert abs(Decimal(2) ** (Decimal(doublings.numerator) / doublings.denominator) * before / after - 1) < Decimal(
        "1e-20"
    )
    if found["change"] < 10**6:
        again = doubling_time(change=found["change"], months=months)
        assert again == {"factor": found["factor"], "doubling_time": found["doubling_time"]}


@given(times=st.integers(0, 49), months=st.integers(1, 24))
def test_whole_doublings_are_exact(times: int, months: int) -> None:
    assert doubling(months=times * months, doubling_months=months)["factor"] == 2**times


@given(rate=SHARES, uplift=st.fractions(-1, 3, max_denominator=100))
def test_a_rate_stays_a_rate(rate: Fraction, uplift: Fraction) -> None:
    if rate * (1 + uplift) > 1:
        with pytest.raises(UnableToCalculate, match="at most 100 %"):
            rate_uplift(rate=rate, uplift=uplift)
    else:
        assert 0 <= rate_uplift(rate=rate, uplift=uplift)["new_rate"] <= 1


@given(count=st.integers(1, 10**6), days=st.integers(1, 365), other=st.integers(1, 365))
def test_the_same_pace_in_unequal_windows_is_no_change(count: int, days: int, other: int) -> None:
    assert before_after(before=count * days, after=count * other, before_days=days, after_days=other)["change"] == 0


@given(gain=MINOR, cost=st.integers(1, 10**8), customers=st.integers(1, 10**6))
def test_return_and_cost_are_exact(gain: int, cost: int, customers: int) -> None:
    assert roi(gain=gain, cost=cost)["roi"] * cost == gain - cost
    assert cac(cost=cost, customers=customers)["cac"] * customers == cost


@given(value=MINOR, margin=SHARES, target=MINOR, other=MINOR, split=SHARES)
def test_a_reward_that_can_be_afforded_leaves_the_target(
    value: int, margin: Fraction, target: int, other: int, split: Fraction
) -> None:
    given_ = {"lifetime_value": value, "profit_target": target, "other_costs": other, "advocate_share": split}
    found = affordable_reward(margin=margin, **given_)
    assert found["advocate_reward"] + found["friend_reward"] == found["max_reward"]
    assert found["missing"] == 0 or found["max_reward"] == 0
    if not found["missing"]:
        assert value * margin - other - found["max_reward"] >= target
        assert value * margin - other - found["max_reward"] - 1 < target
    assert affordable_reward(margin=min(margin * 2, Fraction(1)), **given_)["max_reward"] >= found["max_reward"]


@given(
    customers=st.integers(0, 10**4), each=EACH, conversion=SHARES, rest=st.integers(0, 10**4),
    generations=st.integers(0, 12),
)  # fmt: skip
def test_generations_add_up_never_leave_the_market_and_only_grow(
    customers: int, each: Fraction, conversion: Fraction, rest: int, generations: int
) -> None:
    given_ = {"customers": customers, "referrals_each": each, "conversion": conversion}
    free = viral_growth(**given_, generations=generations)
    k = each * conversion
    series = (1 - k ** (generations + 1)) / (1 - k) if k != 1 else generations + 1
    assert free["all_customers"] == sum(free["sizes"]) == customers * series
    assert free["beyond_market"] == 0
    walled = viral_growth(**given_, generations=generations, market_size=customers + rest)
    assert walled["all_customers"] <= min(customers + rest, free["all_customers"])
    assert viral_growth(**given_, generations=generations + 1)["all_customers"] >= free["all_customers"]
    if free["limit"] is not None:
        assert free["all_customers"] <= free["limit"]


@given(
    customers=st.integers(0, 10**4), participation=SHARES, each=EACH, conversion=SHARES,
    value=st.integers(0, 10**5), reward=st.integers(0, 10**4), months=st.integers(1, 8), ramp=st.integers(0, 8),
)  # fmt: skip
def test_a_forecast_is_the_funnel_repeated(
    customers: int,
    participation: Fraction,
    each: Fraction,
    conversion: Fraction,
    value: int,
    reward: int,
    months: int,
    ramp: int,
) -> None:
    funnel: dict[str, Any] = {"participation": participation, "referrals_each": each, "conversion": conversion}
    funnel |= {"order_value": value, "reward": reward, "customers": customers}
    once = referral_revenue(**funnel)
    assert once["revenue"] - once["rewards"] == once["net_revenue"]
    flat = referral_forecast(**funnel, months=months, ramp_months=0)
    assert flat["net_revenue"] == months * once["net_revenue"]
    ramped = referral_forecast(**funnel, months=months, ramp_months=ramp)
    assert ramped["converted"] <= flat["converted"]
    compounding = referral_forecast(**funnel, months=months, ramp_months=0, compounding="yes")
    assert compounding["converted"] >= flat["converted"]
    walled = referral_forecast(**funnel, months=months, ramp_months=ramp, compounding="yes", market_size=customers + 10)
    assert walled["converted"] <= 10
    assert sum(walled["new_by_month"]) == walled["converted"]


def attempt(calculate: Callable[[], Any]) -> Any:
    """What comes out, or the one error that may be raised, with its troubles."""
    try:
        return calculate()
    except UnableToCalculate as problem:
        return problem if problem.troubles else None


@given(data=st.data())
def test_any_text_gives_an_answer_or_a_named_trouble_at_a_parameter(data: st.DataObject) -> None:
    found = data.draw(st.sampled_from(list(CATALOGUE.values())))
    texts = data.draw(st.fixed_dictionaries({}, optional={p.name: ODD_TEXTS for p in found.parameters}))
    outcome = attempt(lambda: found.answer({**found.examples[0].given, **texts}))
    if isinstance(outcome, UnableToCalculate):
        places = {p.name for p in found.parameters} | {f.name for f in found.figures}
        assert {t.where for t in outcome.troubles} <= places
        assert all(t.found and t.expected and t.remedy for t in outcome.troubles)
    else:
        assert outcome.figures().keys() == outcome.document()["result"].keys()


@given(
    which=st.sampled_from(PARAMETERS),
    value=st.one_of(st.none(), st.booleans(), st.floats(), st.decimals(), st.integers(), st.fractions(), st.text()),
)
def test_any_value_gives_figures_or_a_named_trouble(which: Any, value: Any) -> None:
    found, parameter = which
    worked = found.examples[0].given
    kept = {p.name: read(p, worked[p.name], "EUR") for p in found.takes if p.name in worked}
    outcome = attempt(lambda: found(**{**kept, parameter.name: value}))
    if not isinstance(outcome, UnableToCalculate):
        assert not isinstance(value, float | bool)
        assert set(outcome) == {f.name for f in found.figures}


@given(value=st.fractions(-(10**6), 10**6), digits=st.integers(0, 6))
def test_rounding_is_to_the_nearest_and_half_away_from_zero(value: Fraction, digits: int) -> None:
    off = abs(Fraction(rounded(value, digits)) - value) * 10**digits
    assert off <= Fraction(1, 2)
    assert rounded(-value, digits) == -rounded(value, digits)
    assert 0 <= value - Fraction(rounded(value, digits, down=True)) < Fraction(1, 10**digits)


SHARE, CHANGE = Parameter("share", Kind.SHARE, "A share"), Parameter("change", Kind.CHANGE, "A change")


@pytest.mark.parametrize("text", ["65 %", "65%", "0.65", " 65.0 % ", "0.650000"])
def test_a_percentage_may_be_written_with_its_sign_or_as_a_fraction(text: str) -> None:
    assert read(SHARE, text) == read(CHANGE, text) == Fraction(65, 100)


@pytest.mark.parametrize(
    ("parameter", "text", "name"),
    [
        (SHARE, "65", TroubleName.OUT_OF_RANGE),
        (SHARE, "-5 %", TroubleName.OUT_OF_RANGE),
        (SHARE, "101 %", TroubleName.OUT_OF_RANGE),
        (SHARE, "6,5 %", TroubleName.NOT_A_NUMBER),
        (SHARE, "", TroubleName.NOT_A_NUMBER),
        (SHARE, "nan", TroubleName.NOT_A_NUMBER),
        (CHANGE, "16", TroubleName.SIGN_NEEDED),
        (CHANGE, "-101 %", TroubleName.OUT_OF_RANGE),
        (Parameter("n", Kind.COUNT, "A count"), "2.5", TroubleName.NOT_WHOLE),
        (Parameter("n", Kind.COUNT, "A count"), "10,000", TroubleName.NOT_A_NUMBER),
        (Parameter("n", Kind.NUMBER, "A number"), "1.0000001", TroubleName.NOT_A_NUMBER),
        (Parameter("n", Kind.NUMBER, "A number", above_zero=True), "0", TroubleName.OUT_OF_RANGE),
        (Parameter("m", Kind.MONEY, "Money"), "1.005", TroubleName.NOT_AN_AMOUNT),
        (Parameter("m", Kind.MONEY, "Money"), "-1", TroubleName.NOT_AN_AMOUNT),
        (Parameter("currency", Kind.CURRENCY, "Currency"), "euro", TroubleName.UNKNOWN_CURRENCY),
        (Parameter("case", Kind.CHOICE, "Case", choices=("low", "high")), "middle", TroubleName.UNKNOWN_CHOICE),
    ],
)  # fmt: skip
def test_a_text_that_means_nothing_is_refused_by_name(parameter: Parameter, text: str, name: TroubleName) -> None:
    trouble = read(parameter, text, "EUR")
    assert isinstance(trouble, Trouble)
    assert (trouble.name, trouble.where) == (name, parameter.name)


@pytest.mark.parametrize(
    ("name", "given_", "troubles"),
    [
        ("roi", {}, {"gain": "missing", "cost": "missing", "currency": "missing"}),
        ("roi", {"gain": "1", "cost": "0", "currency": "EUR"}, {"cost": "out_of_range"}),
        ("roi", {"gain": "1", "cost": "1", "currency": "XXX"}, {"currency": "unknown_currency"}),
        ("roi", {"gian": "1"}, {"gian": "unknown_parameter"}),
        (
            "buzz",
            {"customers": "10", "satisfied_share": "80 %", "dissatisfied_share": "21 %"},
            {"dissatisfied_share": "shares_above_whole"},
        ),
        ("buzz-break-even", {"told_by_satisfied": "0", "told_by_dissatisfied": "0"}, {"told_by_satisfied": "nobody_tells"}),
        ("doubling-time", {"change": "0", "months": "3"}, {"change": "no_growth"}),
        ("doubling", {"months": "1200", "doubling_months": "1"}, {"months": "result_too_large"}),
        ("rate-uplift", {"rate": "80 %", "uplift": "60 %"}, {"uplift": "above_the_whole"}),
        ("referral-conversion", {"referrals": "2", "converted": "3"}, {"converted": "above_the_whole"}),
        (
            "viral-growth",
            {"customers": "10", "referrals_each": "1", "conversion": "1", "market_size": "9"},
            {"market_size": "above_the_market"},
        ),
        (
            "viral-growth",
            {"customers": "10", "referrals_each": "1000000", "conversion": "1", "generations": "60"},
            {"sizes": "result_too_large", "all_customers": "result_too_large"},
        ),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused_by_name(
    name: str, given_: dict[str, str], troubles: dict[str, str]
) -> None:
    with pytest.raises(UnableToCalculate) as caught:
        CATALOGUE[name].answer(given_)
    assert {t.where: str(t.name) for t in caught.value.troubles} == troubles
    assert str(caught.value).count("; mend: ") == len(troubles)


def test_another_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnableToCalculate, match="use roi"):
        calculation_named("rio")
    assert calculation_named("roi") is roi


def test_a_float_is_no_exact_value() -> None:
    with pytest.raises(UnableToCalculate, match="float"):
        rate_uplift(rate=0.1, uplift=Fraction(1, 2))
    assert rate_uplift(rate=Decimal("0.1"), uplift=Fraction(1, 2))["new_rate"] == Fraction(15, 100)
